"""Many clients of a stream in one process: ``python -m bench.listeners``, told by a line of JSON what to listen to.

Prints ``open`` once every stream has begun, then for each round the instant of the monotonic clock, which all processes
share, at which the last client had all of it. A round is over for a client after so many closing braces: bytes that no
frame of the transfer splits.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from embedded.ports import HOST

AT_ONCE = 50


class Listener(asyncio.Protocol):
    """One client: what it asks for, and how much has come."""

    def __init__(self, request: bytes, kept: bytearray | None) -> None:
        self._request, self._kept = request, kept
        self.began, self.braces = asyncio.Event(), 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count."""
        if b"\nid: " in data:
            self.began.set()
        self.braces += data.count(b"}")
        if self._kept is not None:
            self._kept += data


async def listen(port: int, request: bytes, streams: int, braces: int, kept: Path) -> None:
    """Open the streams, then tell the end of each round."""
    loop, content = asyncio.get_running_loop(), bytearray()
    clients: list[Listener] = []
    for start in range(0, streams, AT_ONCE):
        some = [Listener(request, None if start or n else content) for n in range(min(AT_ONCE, streams - start))]
        for client in some:
            await loop.create_connection(lambda client=client: client, HOST, port)  # type: ignore[misc]
        await asyncio.gather(*(client.began.wait() for client in some))
        clients += some
    content.clear()
    print("open", flush=True)
    done = 0
    while True:
        done += braces
        while any(client.braces < done for client in clients):
            await asyncio.sleep(0.002)
        ended = time.monotonic()
        kept.write_bytes(bytes(content))
        content.clear()
        print(ended, flush=True)


def main() -> None:
    """Until it is ended."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    fields = f"Host: {HOST}\r\nAuthorization: Bearer {given['token']}\r\nAccept: text/event-stream\r\n"
    request = f"GET {given['path']} HTTP/1.1\r\n{fields}\r\n".encode()
    asyncio.run(listen(given["port"], request, given["streams"], given["braces"], Path(given["kept"])))


if __name__ == "__main__":
    main()
