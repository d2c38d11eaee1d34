"""Faults in the times of measurements: ahead, twice, on a clock that changes, in another zone, late."""

from simulator.faults.call import DATA, GRAPH, PATIENTS, Call
from simulator.faults.kind import Body, Fault, Kind, Params, Within
from simulator.faults.params import instant, integer, number, offset_minutes, patient, timezone, two_offsets_minutes
from simulator.faults.shown import currents, items, points
from simulator.faults.wall_time import Item, factory_ms, move, write_offset, write_zone
from simulator.faults.wall_time import offset_minutes as offset_of
from simulator.instants import MINUTE_MS, SECOND_MS, parse_ms
from simulator.vendor.measurements import in_unit

OTHER_MG_DL = 25
# The repeated hour and what follows are then within a graph's twelve hours.
SINCE_FOLD_MS = 90 * MINUTE_MS
HOUR_MINUTES = 60
FAR_AWAY = "Asia/Tokyo"


def _ahead(call: Call, fault: Fault, body: Body) -> Body:
    ahead_ms = call.world.clock.now_ms() + int(fault.params["minutes"] * MINUTE_MS)
    for item in currents(body, fault):
        move(item, ahead_ms)
    return body


def _repeat(_call: Call, fault: Fault, body: Body) -> Body:
    """One point comes again a second later with another value, the next one as it is."""
    graph = points(body)
    middle = len(graph) // 2
    if len(graph) >= 2:
        other = dict(graph[middle - 1])
        other["ValueInMgPerDl"] += fault.params["by_mg_dl"]
        other["Value"] = in_unit(other["ValueInMgPerDl"], other["GlucoseUnits"])
        move(other, factory_ms(other) + SECOND_MS)
        graph[middle:middle] = [other, dict(graph[middle])]
    return body


def _fold(_call: Call, fault: Fault, body: Body) -> Body:
    params = fault.params
    change_ms = fault.set_ms - SINCE_FOLD_MS if params["at"] is None else parse_ms(params["at"])
    for item in items(body, fault):
        if params["zone"] is not None:
            write_zone(item, params["zone"])
        elif factory_ms(item) < change_ms:
            write_offset(item, params["offset_minutes"][0] if params["offset_minutes"] else _before(item))
        elif params["offset_minutes"]:
            write_offset(item, params["offset_minutes"][1])
    return body


def _before(item: Item) -> int:
    return offset_of(item) + HOUR_MINUTES


def _travel(_call: Call, fault: Fault, body: Body) -> Body:
    since_ms = 0 if fault.params["since"] is None else parse_ms(fault.params["since"])
    for item in items(body, fault):
        if factory_ms(item) >= since_ms:
            _write_away(item, fault.params)
    return body


def _write_away(item: Item, params: Params) -> None:
    if params["offset_minutes"] is not None:
        write_offset(item, params["offset_minutes"])
    else:
        write_zone(item, params["timezone"] or FAR_AWAY)


def _stale(call: Call, fault: Fault, body: Body) -> Body:
    """What the vendor showed when the phone last spoke: of one patient, or of each."""
    if fault.params["at"] is None:
        spoke_ms = call.world.clock.now_ms() - int(fault.params["minutes"] * MINUTE_MS)
    else:
        spoke_ms = min(parse_ms(fault.params["at"]), call.world.clock.now_ms())
    before: Body = call.read(max(spoke_ms, 0)).json_copy()
    if fault.params["patient"] is None or not isinstance(body["data"], list) or call.patient_id is not None:
        return {**body, "data": before["data"]}
    by_id = {person["patientId"]: person for person in before["data"]}
    is_late = {fault.params["patient"]}
    shown = [by_id[person["patientId"]] if person["patientId"] in is_late else person for person in body["data"]]
    return {**body, "data": shown}


KINDS: dict[str, Kind] = {
    "future_time": Within(_ahead, PATIENTS, {"patient": patient, "minutes": number(0, 10**7, 10)}),
    "repeated_time": Within(
        _repeat, frozenset({GRAPH}), {"patient": patient, "by_mg_dl": integer(-300, 300, OTHER_MG_DL)}
    ),
    "dst_fold": Within(
        _fold, DATA, {"patient": patient, "zone": timezone, "offset_minutes": two_offsets_minutes, "at": instant}
    ),
    "travel": Within(
        _travel,
        DATA,
        {"patient": patient, "timezone": timezone, "offset_minutes": offset_minutes, "since": instant},
    ),
    "stale_phone": Within(_stale, DATA, {"patient": patient, "minutes": number(0, 10**7, 60), "at": instant}, turn=-1),
}
