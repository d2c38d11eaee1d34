"""What each operation of the OpenAPI document may answer: its problems by status, and its examples."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import orjson

from project.problem_help import example
from project.problems import (
    ALL,
    BAD_REQUEST,
    BODY_TOO_DEEP,
    BODY_TOO_LARGE,
    CONFLICT,
    FORBIDDEN,
    IN_PROGRESS,
    INTERNAL,
    INVALID,
    KEY_REUSED,
    LENGTH_REQUIRED,
    MALFORMED,
    MEDIA_TYPE,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    OTP_REQUIRED,
    PAGE_TOO_LARGE,
    PRECONDITION,
    SECOND_FACTOR_REQUIRED,
    THROTTLED,
    TIMEOUT,
    TOKEN_REFUSED,
    TOO_MANY_STREAMS,
    UNAUTHENTICATED,
    UNAVAILABLE,
    URL_TOO_LONG,
    WINDOW_TOO_LARGE,
    WRONG_CREDENTIALS,
    Problem,
)

EXAMPLES = Path(__file__).parent / "examples"
PROBLEM_JSON = "application/problem+json"
EVERYWHERE: Final = {BAD_REQUEST, NOT_ACCEPTABLE, BODY_TOO_LARGE, URL_TOO_LONG, INTERNAL, UNAVAILABLE, TIMEOUT}
SIGNED_IN: Final = {UNAUTHENTICATED, TOKEN_REFUSED, SECOND_FACTOR_REQUIRED, FORBIDDEN}
WITH_BODY: Final = {LENGTH_REQUIRED, MALFORMED, BODY_TOO_DEEP, INVALID, MEDIA_TYPE}
# What the form of an operation does not tell.
OWN: Final[Mapping[str, set[Problem]]] = {
    "auth_token": {WRONG_CREDENTIALS, OTP_REQUIRED, SECOND_FACTOR_REQUIRED, THROTTLED},
    "auth_token_refresh": {TOKEN_REFUSED, SECOND_FACTOR_REQUIRED},
    "auth_logout": {TOKEN_REFUSED},
    "keys_rotate": {CONFLICT},
    "dead_letters_requeue": {CONFLICT},
    "members_invite": {CONFLICT},
    "members_change": {CONFLICT},
    "members_delete": {CONFLICT},
    "members_invite_again": {CONFLICT},
    "members_forget_second_factor": {CONFLICT},
    "notes_edit": {CONFLICT},
    "webhooks_create": {CONFLICT},
    "patients_create": {CONFLICT},
    "patients_change": {CONFLICT},
    "librelinkup_accounts_create": {CONFLICT},
    "librelinkup_link": {CONFLICT},
    "readings_list": {TOO_MANY_STREAMS},
    "readings_stream": {TOO_MANY_STREAMS},
    "librelinkup_ignore": {CONFLICT},
    "librelinkup_unlink": {CONFLICT},
    "librelinkup_accounts_accept_terms": {CONFLICT},
    "tasks_retry": {CONFLICT},
    "tasks_cancel": {CONFLICT},
    "rebuild_state": {WINDOW_TOO_LARGE},
    "exclusions_create": {WINDOW_TOO_LARGE},
    "imports_list": {NOT_FOUND},
    "imports_create": {NOT_FOUND, TOO_MANY_STREAMS},
    "imports_start": {CONFLICT},
    "imports_cancel": {CONFLICT},
    "imports_refused": {TOO_MANY_STREAMS},
    # Of a patient whom the query or the body names.
    "alerts_list": {NOT_FOUND},
    "alert_rules_list": {NOT_FOUND},
    "alert_rules_set": {NOT_FOUND},
    "alerts_snooze": {CONFLICT},
}


def problems_of(operation: Mapping[str, Any], *, throttled: bool) -> list[Problem]:
    """The problems that the operation may answer, by status.

    Most follow from its form: a token, parameters, a body. 405 belongs to methods that are no operation.
    """
    given = {(one["in"], one["name"]) for one in operation.get("parameters", [])}
    found = EVERYWHERE | OWN.get(operation["operationId"], set())
    if {} not in operation["security"]:
        found |= SIGNED_IN
    if any(place == "path" for place, _ in given):
        found |= {NOT_FOUND}
    if any(place == "query" for place, _ in given):
        found |= {INVALID}
    if {("query", "start"), ("query", "end")} <= given:
        found |= {WINDOW_TOO_LARGE}
    if ("query", "page_size") in given:
        found |= {PAGE_TOO_LARGE}
    if ("header", "If-Match") in given:
        found |= {PRECONDITION}
    if ("header", "Idempotency-Key") in given:
        found |= {IN_PROGRESS, KEY_REUSED}
    if "requestBody" in operation:
        found |= WITH_BODY - (set() if "application/json" in operation["requestBody"]["content"] else {BODY_TOO_DEEP})
    if throttled and {} not in operation["security"]:
        found |= {THROTTLED}
    return sorted(found, key=lambda problem: (problem.status, problem.slug))


def problem_responses(problems: Iterable[Problem]) -> dict[str, Any]:
    """A reference for each status; the component is named by what it may be."""
    grouped = groupby(problems, key=lambda problem: problem.status)
    return {
        str(status): {"$ref": "#/components/responses/" + ".".join(problem.slug for problem in some)}
        for status, some in grouped
    }


def response_component(name: str) -> dict[str, Any]:
    """The response that ``problem_responses`` refers to by this name."""
    found = [problem for problem in ALL if problem.slug in name.split(".")]
    narrowed = {
        "properties": {
            "type": {"enum": [problem.type for problem in found]},
            "status": {"const": found[0].status},
        }
    }
    content = {
        "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]},
        "examples": {problem.slug: {"$ref": f"#/components/examples/{problem.slug}"} for problem in found},
    }
    title = "; ".join(problem.title for problem in found) + "."
    return {"description": title, "content": {PROBLEM_JSON: content}}


def problem_examples() -> dict[str, Any]:
    """One example for each problem, by its slug."""
    return {problem.slug: {"summary": problem.title, "value": example(problem)} for problem in ALL}


@cache
def examples_of(operation_id: str) -> list[dict[str, Any]]:
    """Requests and what they answer: name, summary, query, body, status and answer; tests run them.

    ``stage`` says what the example wants otherwise: ``empty``, no readings; ``terms``, an account that waits for
    somebody to accept them; ``linked``, a person who is linked."""
    file = EXAMPLES / f"{operation_id}.json"
    found: list[dict[str, Any]] = orjson.loads(file.read_bytes()) if file.is_file() else []
    return found


def add_examples(operation: dict[str, Any]) -> None:
    """Put the operation's examples where OpenAPI has them."""
    for one in examples_of(operation["operationId"]):
        if "body" in one:
            _add(operation["requestBody"], one, one["body"])
        if "answer" in one:
            _add(operation["responses"][str(one["status"])], one, one["answer"])


def _add(place: dict[str, Any], one: Mapping[str, Any], value: Any) -> None:
    (kind,) = place["content"].keys() & {"application/json", "multipart/form-data"}
    examples = place["content"][kind].setdefault("examples", {})
    examples[one["name"]] = {"summary": one["summary"], "value": value}
