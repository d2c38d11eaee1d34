"""The server of the streams: uvicorn on one socket, until it is told to stop."""

import asyncio
import resource
import signal
import socket
from typing import Final

import uvicorn
from django.conf import settings

from project.live.application import Application
from project.live.feed import Feed
from project.live.hub import Hub
from project.metrics import server as metrics

BACKLOG: Final = 2_048
# What the kernel holds for one reader; it doubles it. And how long it waits for one who takes nothing.
SENT_BYTES: Final = 64 * 1024
STUCK_MILLISECONDS: Final = 60_000
GRACE_SECONDS: Final = 10


class LiveServer(uvicorn.Server):
    """Uvicorn, which ends the streams first when it stops: by themselves they would never end."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close every stream, then what is left."""
        self._hub.close()
        await super().shutdown(sockets)


async def serve(host: str, port: int) -> None:
    """Answer until SIGTERM or SIGINT."""
    metrics.serve()
    hub = Hub()
    feed = Feed(settings.REDIS_URL, hub)
    config = uvicorn.Config(
        Application(hub, feed),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        # It would tell the query; project/request_lines.py tells of each stream.
        access_log=False,
        # Who asks is told by project/settings.py, BEHIND_PROXY.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        # Uvicorn has its own while it serves, and raises the signal again afterwards, which would end us in between.
        signal.signal(number, lambda *_: None)
    server, reading = LiveServer(config, hub), asyncio.create_task(feed.run())
    # It ends by a fault of ours only: whoever started this process starts another one.
    reading.add_done_callback(lambda _: server.handle_exit(signal.SIGTERM, None))
    try:
        with _listening(host, port) as listening:
            await server.serve([listening])
        if reading.done():
            reading.result()
    finally:
        reading.cancel()
        await feed.close()


def _listening(host: str, port: int) -> socket.socket:
    """What is set here, each connection inherits."""
    listening = socket.create_server((host, port), backlog=BACKLOG, reuse_port=False)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_BYTES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_MILLISECONDS)
    return listening


def allow_many_files() -> None:
    """As many open files as the system lets this process have: each stream is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
