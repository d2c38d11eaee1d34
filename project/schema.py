"""OpenAPI: how endpoints are grouped, how one signs in, and that every error is a problem."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from project import answers

METHODS = frozenset({"get", "post", "put", "patch", "delete"})
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `type` is a page that says what to do.",
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


class Schema(AutoSchema):
    """Groups operations by the first word of their id."""

    def get_tags(self) -> list[str]:
        """The first segment after /api/v1/."""
        segments = [part for part in self.path.split("/") if part and not part.startswith("{")]
        return [segments[2] if len(segments) > 2 else segments[-1]]

    def get_summary(self) -> str:
        """The first line of the method's docstring."""
        return (super().get_description() or "").split("\n")[0].removesuffix(".")

    def get_description(self) -> str:  # type: ignore[override]  # the stubs know DRF's own generator only
        """What the docstring says after its first line."""
        return (super().get_description() or "").partition("\n")[2].strip()

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """The operation with every problem that it may answer, and its examples."""
        operation: Any = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status, answer in operation["responses"].items():
                answer["description"] = answer.get("description") or HTTPStatus(int(status)).phrase
            found = answers.problems_of(operation, throttled=bool(self.view.throttle_classes))
            operation["responses"].update(answers.problem_responses(found))
            answers.add_examples(operation)
        return operation


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """An access token or a service key in the Authorization header."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """HTTP bearer authentication."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token, or a service key (`saude_…`), which opens what its scopes cover.",
        }


class PageSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The cookie of the pages' session."""

    target_class = "accounts.authentication.PageAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A cookie."""
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "The session of somebody who is signed in on the pages of the same origin.",
        }


def only_the_api(endpoints: list[Any]) -> list[Any]:
    """Without what the pages' scripts ask, which is the API's own views at other addresses."""
    return [one for one in endpoints if one[0].startswith("/api/")]


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """The components that the operations refer to: the problem, its kinds by status, and an example of each."""
    components = result["components"]
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    references = {
        answer["$ref"].rpartition("/")[2]
        for operations in result["paths"].values()
        for method in METHODS & operations.keys()
        for answer in operations[method]["responses"].values()
        if "$ref" in answer
    }
    components["responses"] = {name: answers.response_component(name) for name in sorted(references)}
    components["examples"] = answers.problem_examples()
    return result
