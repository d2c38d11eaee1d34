"""The least that a server of streams can do: ``python -m bench.fanout PORT``, then a file a line, to everybody.

No authorisation, no database, no event made: bytes that are there already, by asyncio, in parts of the product's size.
"""

import asyncio
import resource
import sys
from pathlib import Path

from embedded.ports import HOST

PART = 64_000
HEAD_BYTES = 64_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 3000\n\nid: 0-0\n\n"


async def serve(port: int) -> None:
    """Send each file that is named to all who are there."""
    writers: list[asyncio.StreamWriter] = []

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not (await reader.read(HEAD_BYTES)).endswith(b"\r\n\r\n"):
            # Somebody who looked whether it is up.
            return writer.close()
        writer.write(HEAD)
        return writers.append(writer)

    async def told(writer: asyncio.StreamWriter, parts: list[bytes]) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()

    server = await asyncio.start_server(joined, HOST, port, backlog=2_048)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        content = Path(line.strip()).read_bytes()
        parts = [content[start : start + PART] for start in range(0, len(content), PART)]
        await asyncio.gather(*(told(writer, parts) for writer in writers))
    server.close()


def main() -> None:
    """Until standard input ends."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(serve(int(sys.argv[1])))


if __name__ == "__main__":
    main()
