"""Tries the cells of the matrix: the same on the embedded server and, as the application's role, on a real one."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from tests.pdf_text import text_of
from tests.security import contents, matrix
from tests.security.escapes import Attempt, Result, told
from tests.security.matrix import ACTORS, ENDPOINTS, RELATIONS, Actor, Endpoint
from tests.security.world import OWN_MG_DL, World

PROBLEM: Final = "application/problem+json"
READINGS: Final = 9 * 288  # of one patient in the window that the matrix asks for
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A key notes that it was used. Of readings: those that a cell may store, which are after the world's.
FINGERPRINTS: Final = """
    SELECT format(
        'SELECT %L, md5(coalesce(string_agg(row, '''' ORDER BY row), '''')) FROM'
        ' (SELECT (to_jsonb(t) - ''last_used_at'')::text AS row FROM public.%I AS t %s) AS rows',
        c.relname, c.relname, CASE c.relname WHEN 'reading' THEN 'WHERE time >= ''2026-03-10 12:00Z''' ELSE '' END
    )
    FROM pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""


class Ground(Protocol):
    """A database with the world in it."""

    def fingerprint(self) -> Mapping[str, str]:
        """By table, what differs where any row does."""

    def trying(self) -> AbstractContextManager[None]:
        """What is changed inside is put back."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    kind: str
    content: bytes
    text: str
    changed: list[str]


def results(world: World, ground: Ground) -> Iterator[Result]:
    """Every cell, and that the table and the URL map have the same operations."""
    listed = {endpoint.operation for endpoint in ENDPOINTS}
    for operation in sorted(matrix.operations() ^ listed):
        wrong = "is not in the URL map" if operation in listed else "has no entry"
        yield Result(Attempt("matrix: the table", operation, ()), wrong)
    for endpoint in ENDPOINTS:
        yield from tried(endpoint, world, ground)


def tried(endpoint: Endpoint, world: World, ground: Ground) -> Iterator[Result]:
    """The cells of one operation."""
    before = ground.fingerprint()
    for actor in ACTORS:
        refusals: dict[str, str] = {}
        for relation in RELATIONS[endpoint.of]:
            with ground.trying():
                answer = _asked(endpoint, actor, relation, world, before, ground)
            wrong = _wrong(endpoint, actor, relation, world, answer)
            if answer.status in (404, 422) and relation != "another patient's":
                refusals[relation] = _without_ids(answer.text)
                if wrong is None and len(set(refusals.values())) > 1:
                    wrong = f"tells it from another that is refused: {answer.text[:200]}"
            yield Result(Attempt(f"matrix: {actor.name}", f"{endpoint}, {relation}", ()), wrong)


def _asked(
    endpoint: Endpoint, actor: Actor, relation: str, world: World, before: Mapping[str, str], ground: Ground
) -> _Answer:
    client = APIClient(raise_request_exception=False)
    if (secret := matrix.bearer(endpoint, actor, world)) is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    given = matrix.ids(endpoint, actor, relation, world)
    body = None if endpoint.body is None else _filled(endpoint.body, given)
    sent: dict[str, Any] = {"data": None if body is None else json.dumps(body), "content_type": "application/json"}
    if body is not None and "file" in body:
        sent = {"data": body | {"file": SimpleUploadedFile("file", body["file"].encode())}, "format": "multipart"}
    response: Any = (
        getattr(client, endpoint.method)(_address(endpoint, given), headers={"accept": endpoint.accept}, **sent)
        if endpoint.writes
        else client.get(_address(endpoint, given), headers={"accept": endpoint.accept})
    )
    content = b"".join(response.streaming_content) if response.streaming else response.content
    changed: list[str] = []
    if endpoint.writes and response.status_code >= 300:
        after = ground.fingerprint()
        changed = [table for table in after if after[table] != before.get(table)]
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    text = text_of(content) if kind == "application/pdf" else content.decode(errors="replace")
    return _Answer(response.status_code, kind, content, text, changed)


def _wrong(endpoint: Endpoint, actor: Actor, relation: str, world: World, answer: _Answer) -> str | None:
    """How the answer is not what it should be."""
    wanted, home = matrix.expected(endpoint, actor, relation), actor.home(world)
    if answer.status != wanted:
        return f"{answer.status} in place of {wanted}: {answer.text[:200]}"
    if answer.changed:
        return f"was refused, and changed {', '.join(answer.changed)}"
    given = " ".join(matrix.ids(endpoint, actor, relation, world).values())
    unseen = {one for label, one in home.patients.items() if label not in actor.sees}
    if shown := told(answer.text, world.hidden() | world.theirs.people() | unseen, asked=given):
        return f"{shown!r} was shown"
    if wanted < 300 and wanted != 204 and endpoint.shows not in answer.text:
        return f"does not show {endpoint.shows!r}"
    if wanted >= 400 and answer.kind != PROBLEM:
        return f"is {answer.kind} and no problem"
    if wanted == 200 and endpoint.accept in contents.KINDS and "readings/" in endpoint.operation:
        found = contents.values(answer.kind, answer.content) if answer.kind == endpoint.accept else []
        if found != [OWN_MG_DL] * READINGS:
            return f"holds {len(found)} readings of {sorted(set(found))} as {answer.kind}"
    if wanted == 200 and endpoint.holds is not None:
        held = {one for one in getattr(home, endpoint.holds).values() if one in answer.text}
        if held != matrix.held(endpoint.holds, actor, home):
            return f"holds {len(held)} of the clinic's {endpoint.holds}, which are not the right ones"
    return None


def _address(endpoint: Endpoint, given: Mapping[str, str]) -> str:
    path = re.sub(r"<\w+:(\w+)>", lambda found: given[found[1]], endpoint.operation.split()[1])
    return f"/api/v1/{path}{endpoint.query}"


def _filled(body: Any, given: Mapping[str, str]) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, given) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, given) for value in body]
    return body.format(**given) if isinstance(body, str) else body


def _without_ids(text: str) -> str:
    """What is the same of two answers about different things."""
    document = json.loads(text)
    document.pop("request_id")
    return UUID.sub("<id>", json.dumps(document))
