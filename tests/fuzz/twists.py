"""What no schema describes: broken encodings, wrong content types, bodies that are no JSON, strange headers."""

from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

ODD_TEXTS: Final = (
    b"%00",
    b"a%00b",
    b"%FF",
    b"%C3",
    b"%ED%A0%80",  # half of a character
    b"%F0%9F%A9%B8",
    b"%E2%80%AE%D9%A0",  # right to left, and an Arabic zero
    b"%D9%A3",
    b"-0",
    b"1e999",
    b"NaN",
    b"9" * 400,
    b"-9223372036854775809",
    b"0001-01-01T00:00:00Z",
    b"9999-12-31T23:59:60%2B14:00",
    b"2026-02-30T00:00:00-03:00",
    b"%2B",
    b"%zz",
    b"",
    b"'%3B--",
    b"%25",
    b"true",
    b"W10",
    b"[" * 200,
)
ODD_BODIES: Final = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"{}",
    b'"text"',
    b"0",
    b"NaN",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b'{"name": "\\ud800", "timezone": "UTC"}',
    b'{"name": "\\u0000", "timezone": "UTC"}',
    b'{"name": "a\x00b", "timezone": "UTC"}',
    b'{"name": "Bia", "name": "Eva", "timezone": "UTC"}',
    b'{"": 1, "~/": {"a": []}}',
    b'{"readings": [{"time": 1e999, "value": -1e999}]}',
    b'{"readings": [{"time": "2026-03-01T00:00:00Z", "value": ' + b"9" * 5_000 + b"}]}",
    b'{"readings": [null, 1, "x", [], {"time": {}, "value": {}}]}',
    b'{"readings": [{"time": "9999-12-31T23:59:59-12:00", "value": 100, "utc_offset_minutes": 1e5}]}',
    b"[" * 100_000,
    b'{"a":' * 5_000,
)
KINDS: Final = (
    "",
    "text/plain",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json; charset=none",
    "application/JSON",
    "application/problem+json",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded",
    "application/json;" + "x" * 3_000,
    "\xff",
)
HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "HTTP_ACCEPT": (
        "text/csv",
        "application/x-ndjson",
        "application/vnd.apache.arrow.stream",
        "image/png",
        "application/json; indent=4",
        "*/*;q=nothing",
        ";,",
        "\xff",
        "text/csv;q=0.1, application/json;q=0.9",
    ),
    "HTTP_ACCEPT_ENCODING": ("gzip;q=0", "identity", "\xff"),
    "HTTP_ACCEPT_LANGUAGE": ("pt-BR", "x" * 5_000),
    "HTTP_IF_NONE_MATCH": ("*", '"', 'W/"x"', '"\xff"', "," * 500),
    "HTTP_IF_MATCH": ("*", '"', 'W/"x"', '"\xff"', '"."'),
    "HTTP_IF_MODIFIED_SINCE": ("Sun, 99 Foo 2026", "\xff"),
    "HTTP_IDEMPOTENCY_KEY": ("", " ", "k", "\xff", "k" * 300, '"quoted"'),
    "HTTP_X_REQUEST_ID": ("\xff", "x", "x" * 5_000, "good-request-id"),
    "HTTP_X_FORWARDED_FOR": ("\xff", "1.2.3.4, nobody"),
    "HTTP_RANGE": ("bytes=0-1", "\xff"),
    "HTTP_HOST": ("evil.example", "localhost:99999", "\xff", "[::1"),
    "HTTP_COOKIE": ("sessionid=x", "\xff"),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE",),
    "CONTENT_LENGTH": ("", "x", "-1", "9" * 30, "50000000", "0"),
}
TOKENS: Final = ("", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Bearer \xff", "Basic YTpi", "bearer a b")


@dataclass(frozen=True, slots=True)
class Twist:
    """What is changed on a request's way to the application; empty changes nothing."""

    query: bytes = b""
    environ: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    place: bytes | None = None

    def __bool__(self) -> bool:
        return bool(self.query or self.environ or self.body is not None or self.place is not None)


PLAIN: Final = Twist()


def twists(operation: Any, places: dict[str, str]) -> st.SearchStrategy[Twist]:
    """One thing, sometimes two, that the operation's schema says nothing about."""
    names = [parameter.name.encode() for parameter in operation.query] + [b"x", b"%00", b"%FF"]
    odd = st.sampled_from(ODD_TEXTS)
    pair = st.tuples(st.sampled_from(names), odd).map(b"=".join)
    headers = st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.sampled_from(HEADERS[name]).map(lambda value: {name: value})
    )
    kinds = [
        st.lists(pair, min_size=1, max_size=2).map(lambda pairs: Twist(query=b"&".join(pairs))),
        headers.map(lambda given: Twist(environ=given)),
        st.sampled_from(TOKENS).map(lambda token: Twist(environ={"HTTP_AUTHORIZATION": token})),
    ]
    if any("{" + name + "}" in operation.path for name in places):
        kinds.append(st.one_of(odd.filter(bool), st.just(b".."), st.just(b"%2F")).map(lambda text: Twist(place=text)))
    if operation.body:
        kinds.append(st.one_of(st.sampled_from(ODD_BODIES), st.binary(max_size=40)).map(lambda body: Twist(body=body)))
        kinds.append(st.sampled_from(KINDS).map(lambda kind: Twist(environ={"CONTENT_TYPE": kind})))
    return st.one_of(kinds)
