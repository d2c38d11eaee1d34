"""Every kind of fault by its name."""

from simulator.faults import fields_shown, logins, people, times, transport
from simulator.faults.kind import Kind

KINDS: dict[str, Kind] = {
    **transport.KINDS,
    **logins.KINDS,
    **people.KINDS,
    **fields_shown.KINDS,
    **times.KINDS,
}
