"""The OpenAPI document and its page. (Not in schema.py, which DRF imports while it makes its views.)"""

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView


class SchemaView(SpectacularAPIView):
    """The document, under a file name that a header can carry."""

    def _get_filename(self, request: Any, version: str) -> str:
        return "saude-ia.yaml"


class PageView(SpectacularSwaggerView):
    """The page that shows every operation and lets one try it."""

    url_name = "schema"
