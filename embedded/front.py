"""The one address of the demo: each request goes to the process that answers it, as by nginx in Docker.

`python -m embedded.front --port 8000 --web 8101 --live 8102`. Bytes pass as they are. Of a request only the head is
read, to know where it goes and where the next one begins. A client that asks two processes without waiting for the
first answer loses that one; HTTP clients wait.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import signal
import sys
from dataclasses import dataclass

from embedded.ports import HOST

STREAM = b"/api/v1/readings/stream/"
HEAD_BYTES = 64 * 1024
COPIED_BYTES = 64 * 1024
BACKLOG = 2_048
PROBLEM = (
    b'{"type":"/problems/unavailable/","title":"A part of the service does not answer","status":502,'
    b'"detail":"The application does not answer.","instance":"/","request_id":"front"}'
)
BAD_GATEWAY = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/problem+json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(PROBLEM), PROBLEM)
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request, whether it asks for the stream, and how long its body is; None where that is not clear."""

    raw: bytes
    is_stream: bool
    body_bytes: int | None

    @classmethod
    def of(cls, raw: bytes) -> Head:
        """What matters of these bytes. What cannot be understood is the web process's to refuse."""
        first, *lines = raw.split(b"\r\n")
        parts = first.split(b" ")
        path = parts[1].partition(b"?")[0] if len(parts) == 3 else b""
        fields = [(name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        lengths = [value for name, value in fields if name == b"content-length"] or [b"0"]
        clear = raw.endswith(b"\r\n\r\n") and len(lengths) == 1 and lengths[0].isdigit()
        if any(name == b"transfer-encoding" for name, _ in fields):
            clear = False
        return cls(raw, path == STREAM, int(lengths[0]) if clear else None)


class Upstream:
    """A connection to a process, whose answers go to the client as they come; the client's ends with it."""

    def __init__(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.port, self._reader, self._writer = port, reader, writer
        self._answering: asyncio.Task[None] | None = None

    @classmethod
    async def to(cls, port: int, client: asyncio.StreamWriter) -> Upstream:
        """Connected; OSError where nobody listens."""
        made = cls(port, *await asyncio.open_connection(HOST, port))
        made._answering = asyncio.create_task(made._answer(client))
        return made

    async def send(self, data: bytes) -> None:
        """Pass something of a request on."""
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        """Let it go; the client's connection stays."""
        if self._answering is not None:
            self._answering.cancel()
        self._writer.close()

    async def _answer(self, client: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await self._reader.read(COPIED_BYTES):
                client.write(data)
                await client.drain()
        client.close()


class Front:
    """Where requests go."""

    def __init__(self, web: int, live: int) -> None:
        self._web, self._live = web, live

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client, until one side closes."""
        upstream: Upstream | None = None
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = Head.of(await _head(reader))
                wanted = self._live if head.is_stream else self._web
                if upstream is None or upstream.port != wanted:
                    if upstream is not None:
                        upstream.close()
                    upstream = None
                    try:
                        upstream = await Upstream.to(wanted, writer)
                    except OSError:
                        writer.write(BAD_GATEWAY)
                        break
                await upstream.send(head.raw)
                await _body(reader, upstream, head.body_bytes)
        if upstream is not None:
            upstream.close()
        writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        return await reader.read(HEAD_BYTES)


async def _body(reader: asyncio.StreamReader, upstream: Upstream, length: int | None) -> None:
    """As many bytes as the head says; where it does not, all that comes."""
    left = sys.maxsize if length is None else length
    while left:
        data = await reader.read(min(left, COPIED_BYTES))
        if not data:
            raise ConnectionResetError("the client has gone")
        left -= len(data)
        await upstream.send(data)


async def run(port: int, web: int, live: int) -> None:
    """Until SIGTERM or SIGINT."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await asyncio.start_server(
        Front(web, live).serve, HOST, port, limit=HEAD_BYTES, backlog=BACKLOG, reuse_address=True
    )
    await stop.wait()
    server.close()


def main() -> None:
    """Listen on the port; a stream is two open files here."""
    parser = argparse.ArgumentParser(prog="python -m embedded.front")
    for name in ("port", "web", "live"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(run(options.port, options.web, options.live))


if __name__ == "__main__":
    main()
