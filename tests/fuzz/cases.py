"""The requests of one operation: what its schema allows, what it forbids, and its examples with other values."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from project.answers import examples_of
from tests.api.asserting import NOW
from tests.api.stage import REFRESH
from tests.fuzz.scene import PLACES_OF, Scene
from tests.fuzz.twists import PLAIN, Twist, twists

instants = st.datetimes(datetime(2025, 1, 1), datetime(2026, 4, 1), timezones=st.just(UTC)).map(datetime.isoformat)  # noqa: DTZ001
days = st.dates(date(2025, 11, 1), date(2026, 4, 1)).map(date.isoformat)
# Values that mean something, by the parameter's name: text that is merely of the type is nearly always refused.
LIKELY: Final[dict[str, st.SearchStrategy[Any]]] = {
    "days": st.integers(1, 90),
    "page_size": st.integers(1, 1000),
    "start": st.one_of(st.just((NOW - timedelta(days=2)).isoformat()), instants),
    "end": st.one_of(st.just(NOW.isoformat()), instants),
    "search": st.sampled_from(["Bia", "carla", "MRN", "%", "_", "a b"]),
    "has_data_since": instants,
}
DAYS: Final = {"start": days, "end": days}


@st.composite
def requests(draw: st.DrawFn, operation: Any, role: str, scene: Scene) -> tuple[Case[Any], Twist]:
    """A case, and in one of four a twist; three of four address what exists."""
    negative = draw(st.sampled_from([False, False, True]))
    real = draw(st.sampled_from([True, True, True, False]))
    known = scene.places[role] | PLACES_OF.get(operation.definition.raw["operationId"], {})
    places = {name: value for name, value in known.items() if "{" + name + "}" in operation.path}
    mode = GenerationMode.NEGATIVE if negative else GenerationMode.POSITIVE
    case: Case[Any] = draw(
        operation.as_strategy(generation_mode=mode, path_parameters=places if real and places else None)
    )
    if not negative:
        _make_likely(draw, case, operation, scene)
    twisted = draw(st.sampled_from([False, False, False, True]))
    return case, draw(twists(operation, places if real else {})) if twisted else PLAIN


def _make_likely(draw: st.DrawFn, case: Case[Any], operation: Any, scene: Scene) -> None:
    name = operation.definition.raw["operationId"]
    case.query = _likely_query(draw, dict(case.query or {}), operation, scene.cursors.get(name))
    bodies = [one["body"] for one in examples_of(name) if "body" in one]
    if bodies and isinstance(case.body, dict):
        example = draw(st.sampled_from(bodies))
        kept = {field for field in example if draw(st.sampled_from([True, True, False]))}
        made = {field: value for field, value in case.body.items() if draw(st.booleans())}
        body = {**made, **{field: example[field] for field in kept}} if kept else case.body
        case.body = {field: scene.refresh if value == REFRESH else value for field, value in body.items()}


def _likely_query(draw: st.DrawFn, query: dict[str, Any], operation: Any, cursor: str | None) -> dict[str, Any]:
    """Three of four queries without what only a chance would get right, and with values that mean something."""
    if draw(st.sampled_from([True, False, False, False])):
        return query
    query = {name: value for name, value in query.items() if name not in {"cursor", *LIKELY}}
    names = {parameter.name for parameter in operation.query}
    likely = LIKELY | (DAYS if operation.path.endswith(("/daily/", "/sync-truth/")) else {})
    wanted = draw(st.sets(st.sampled_from(sorted(names & likely.keys())), max_size=2)) if names & likely.keys() else ()
    # A window is an end, or some days before it.
    chosen = {*wanted, "end"} - {"days"} if "start" in wanted and "end" in names else set(wanted)
    if cursor and draw(st.booleans()):
        query["cursor"] = cursor
    return query | {name: draw(likely[name]) for name in sorted(chosen)}
