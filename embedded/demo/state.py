"""What a demo remembers between starts: ports and secrets, in one file that only its owner can read."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded.ports import PortTakenError, free_ports, require_free


@dataclass(slots=True)
class State:
    """The ports of the servers behind the web port, and every secret."""

    database_port: int
    redis_port: int
    simulator_port: int
    web_port: int
    live_port: int
    database_password: str
    redis_password: str
    secret_key: str
    field_key: str
    index_key: str
    user_password: str
    vendor_password: str


def load(folder: Path, *, keep_ports: bool = False) -> State:
    """The state of the folder, made at the first start; ports that somebody took meanwhile are replaced.

    ``keep_ports`` is for those who join a demo that runs, and has its ports therefore.
    """
    path = folder / "state.json"
    # A folder of an older version lacks the secrets that came since.
    known: dict[str, Any] = _new_secrets() | (json.loads(path.read_text()) if path.exists() else {})
    if keep_ports:
        return State(**known)
    known |= _ports(known)
    write_private(path, json.dumps(known, indent=2))
    return State(**known)


def write_private(path: Path, text: str) -> None:
    """Replace the file as a whole, readable by its owner only."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _new_secrets() -> dict[str, Any]:
    names = ("database_password", "redis_password", "secret_key", "index_key", "user_password", "vendor_password")
    made = {name: secrets.token_urlsafe(36 if name.endswith("_key") else 12) for name in names}
    return made | {"field_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}


def _ports(known: dict[str, Any]) -> dict[str, int]:
    names = ("database_port", "redis_port", "simulator_port", "web_port", "live_port")
    fresh = free_ports(len(names))
    return {name: _kept(known.get(name), port) for name, port in zip(names, fresh, strict=True)}


def _kept(known: int | None, fresh: int) -> int:
    if known is None:
        return fresh
    try:
        require_free(known, "the demo")
    except PortTakenError:
        return fresh
    return known
