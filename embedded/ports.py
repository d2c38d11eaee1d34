"""Ports of 127.0.0.1 for the embedded servers."""

from __future__ import annotations

import contextlib
import socket

HOST = "127.0.0.1"


class PortTakenError(Exception):
    """Somebody else listens on the port; the message says which service wanted it."""


def free_ports(count: int) -> list[int]:
    """That many different ports nobody listens on at this moment."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]


def require_free(port: int, wanted_by: str) -> None:
    """Raise ``PortTakenError`` unless a server could listen on the port now."""
    with socket.socket() as probe:
        # A server that stopped a moment ago leaves TIME_WAIT behind, which is not "taken".
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTakenError(f"{wanted_by}: port {port} of {HOST} cannot be used: {error.strerror}") from error
