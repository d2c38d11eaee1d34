"""Answers and bodies against the schemas of the document."""

import gzip
import json
from functools import cache
from typing import Any

from django.http import HttpResponse
from jsonschema import Draft202012Validator, FormatChecker

from tests.contract import document

# Large answers take long to check, and say what small ones of the same operation say.
LARGEST = 50_000


@cache
def _validator(operation_id: str, status: str, kind: str) -> Draft202012Validator:
    whole = document.generated()
    _, _, operation = document.operations(whole)[operation_id]
    place = operation["requestBody"] if status == "body" else operation["responses"][status]
    schema = document.resolved(whole, place)["content"][kind]["schema"]
    return Draft202012Validator({**schema, "components": whole["components"]}, format_checker=FormatChecker())


def errors_of_body(operation_id: str, body: Any) -> list[str]:
    """What is wrong with a body by the operation's schema."""
    _, _, operation = document.operations(document.generated())[operation_id]
    (kind,) = operation["requestBody"]["content"]
    return _told(_validator(operation_id, "body", kind), body)


def _plain(response: Any) -> bytes:
    """The body as it was before it was compressed."""
    content: bytes = response.content
    return gzip.decompress(content) if response.get("Content-Encoding") == "gzip" else content


def errors_of_answer(operation_id: str, response: HttpResponse) -> list[str]:
    """What the document does not say of the answer: its status, its content type, or a place in it."""
    whole = document.generated()
    _, _, operation = document.operations(whole)[operation_id]
    status = str(response.status_code)
    if status not in operation["responses"]:
        return [f"the status {status} is not documented"]
    contents = document.resolved(whole, operation["responses"][status]).get("content", {})
    kind = response.get("Content-Type", "").split(";")[0]
    if not contents:
        return [f"the answer {status} has a body"] if response.streaming or response.content else []
    if kind not in contents:
        return [f"the content type {kind} is not documented for {status}"]
    if response.streaming or not kind.endswith("json") or len(response.content) > LARGEST:
        return []
    return _told(_validator(operation_id, status, kind), json.loads(_plain(response)))


def _told(validator: Draft202012Validator, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]
