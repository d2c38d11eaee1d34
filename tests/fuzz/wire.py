"""The way of a request to the application, in this process: it is twisted here, and written down for people."""

import io
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from tests.fuzz.twists import PLAIN, Twist

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Wire:
    """A WSGI application before the application."""

    application: Application
    place: str = ""
    twist: Twist = PLAIN
    environ: dict[str, Any] = field(default_factory=dict)
    body: bytes = b""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Twist the request, note it, and pass it on."""
        length = environ.get("CONTENT_LENGTH") or "0"
        self.body = environ["wsgi.input"].read(int(length))
        if self.twist.body is not None:
            self.body = self.twist.body
            environ["CONTENT_LENGTH"] = str(len(self.body))
        environ["wsgi.input"] = io.BytesIO(self.body)
        if self.twist.query:
            environ["QUERY_STRING"] = "&".join(filter(None, [environ["QUERY_STRING"], self.twist.query.decode()]))
        if self.twist.place is not None:
            raw = unquote_to_bytes(self.twist.place).decode("latin-1")
            environ["PATH_INFO"] = environ["PATH_INFO"].replace(self.place, raw, 1)
        environ.update(self.twist.environ)
        self.environ = environ
        return self.application(environ, start_response)

    def curl(self) -> str:
        """The request as a command; the token has the name of a variable."""
        told = {name[5:]: value for name, value in self.environ.items() if name.startswith("HTTP_")}
        told |= {name: self.environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if self.environ.get(name)}
        parts = ["curl", "-i", "-X", self.environ["REQUEST_METHOD"]]
        for name, value in told.items():
            text = "Bearer $TOKEN" if name == "AUTHORIZATION" and value.count(".") == 2 else value
            parts += ["-H", _quoted(f"{name.replace('_', '-').title()}: {text}".encode("latin-1", "replace"))]
        if self.body:
            parts += ["--data-binary", _quoted(self.body)]
        path = quote(self.environ["PATH_INFO"].encode("latin-1"))
        return " ".join([*parts, _quoted(f"$API{path}?{self.environ['QUERY_STRING']}".rstrip("?").encode("latin-1"))])


def _quoted(text: bytes) -> str:
    """One word of bash, whatever the bytes; the names of variables stay."""
    if b"$API" in text or b"$TOKEN" in text:
        return '"' + text.decode("latin-1").replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`") + '"'
    if text.isascii() and text.decode("ascii").isprintable():
        return shlex.quote(text.decode("ascii"))
    return "$'" + "".join(chr(one) if 32 <= one < 127 and one not in b"'\\" else f"\\x{one:02x}" for one in text) + "'"
