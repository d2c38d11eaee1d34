"""nginx from the machine or out of Debian's package, run by docker/nginx/start.sh as the container runs it."""

import os
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from embedded.service import Service

ROOT = Path(__file__).resolve().parents[2]
START = ROOT / "docker/nginx/start.sh"
MIME_TYPES = "etc/nginx/mime.types"
FOLDERS = ("static", "docs", "media", "acme", "certificates")


class NoNginxError(Exception):
    """There is no nginx to rehearse with; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Nginx:
    """The folder of the program, and its table of types."""

    folder: Path
    mime_types: Path


def nginx(unpacked: Path) -> Nginx:
    """The machine's, else the program of Debian's package, which is unpacked and not installed: no server starts."""
    types = Path("/") / MIME_TYPES
    if (found := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")) and types.exists():
        return Nginx(Path(found).parent, types)
    if shutil.which("apt-get") and shutil.which("dpkg"):
        unpacked.mkdir()
        quiet = {"cwd": unpacked, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        packages = ["apt-get", "download", "nginx", "nginx-common"]
        if subprocess.run(packages, **quiet).returncode and os.geteuid() == 0:  # type: ignore[call-overload]
            subprocess.run(["apt-get", "-qq", "update"], **quiet)  # type: ignore[call-overload]
            subprocess.run(packages, **quiet)  # type: ignore[call-overload]
        for package in unpacked.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, unpacked], check=True)
    if not (unpacked / "usr/sbin/nginx").exists():
        raise NoNginxError("there is no nginx here: apt-get install nginx-light")
    return Nginx(unpacked / "usr/sbin", unpacked / MIME_TYPES)


@dataclass(frozen=True, slots=True)
class Edge:
    """An nginx in a folder of its own; ports of http, https and health."""

    program: Nginx
    folder: Path
    ports: tuple[int, int, int]
    web: Sequence[str]
    live: str
    trusted: str = ""

    @property
    def place(self) -> Path:
        """What start.sh writes."""
        return self.folder / "place"

    @property
    def url(self) -> str:
        """Over TLS."""
        return f"https://localhost:{self.ports[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """What differs from the container."""
        http, https, health = (f"127.0.0.1:{port}" for port in self.ports)
        folders = {name.upper(): str(self.folder / name) for name in FOLDERS}
        given = folders | {
            "PLACE": str(self.place),
            "HTTP": http,
            "HTTPS": https,
            "HEALTH": health,
            "HTTPS_PUBLIC": str(self.ports[1]),
            "WEB": " ".join(self.web),
            "LIVE": self.live,
            "RESOLVER": "",
            "TRUSTED_PROXY": self.trusted,
            "WATCH_SECONDS": "1",
            "MIME_TYPES": str(self.program.mime_types),
            # Only root may say who its processes are, and the folder is root's alone then.
            "DIRECTIVES": "user root;" if os.geteuid() == 0 else "",
        }
        path = f"{self.program.folder}:{os.environ['PATH']}"
        return {f"EDGE_{name}": value for name, value in given.items()} | {"PATH": path}

    def service(self) -> Service:
        """To be run as a part."""
        return Service(name=f"nginx-{self.ports[1]}", command=["sh", str(START)], environment=self.environment)

    def reload(self) -> None:
        """As an operator does it."""
        subprocess.run(["sh", START, "reload"], env={**os.environ, **self.environment}, check=True)

    def prepare(self) -> None:
        """The folders that it serves, with something in them, and a certificate."""
        for name in ("static", "docs", "media", "certificates", "acme/.well-known/acme-challenge"):
            (self.folder / name).mkdir(parents=True)
        self.certify()

    def certify(self, *clients: ssl.SSLContext) -> None:
        """A new certificate, signed by itself, which the clients trust before it is there."""
        folder = self.folder / "certificates"
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        new = ["openssl", "req", "-x509", *curve, "-nodes", "-days", "2"]
        named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        files = ["-keyout", str(folder / "new.key"), "-out", str(folder / "new.pem")]
        subprocess.run([*new, *named, *files], check=True, stderr=subprocess.DEVNULL)
        for client in clients:
            client.load_verify_locations(cafile=str(folder / "new.pem"))
        (folder / "new.key").replace(folder / "privkey.pem")
        (folder / "new.pem").replace(folder / "fullchain.pem")
