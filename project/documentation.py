"""The OpenAPI document and its page. (Not in schema.py, which DRF imports while it makes its views.)"""

from typing import Any

from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularAPIView):
    """The document, as JSON unless YAML is asked for, under a file name that a header can carry."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]

    def _get_filename(self, request: Any, version: str) -> str:
        return "saude-ia.json"


class PageView(SpectacularSwaggerSplitView):
    """The page that shows every operation and lets one try it; nothing is inline, its script is asked for apart."""

    url_name = "schema"
    template_name = "documentation/page.html"
    http_method_names = ["get", "head"]  # what DRF answers to OPTIONS is no page
