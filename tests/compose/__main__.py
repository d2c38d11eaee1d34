"""`python -m tests.compose`: the Compose files by Compose itself, Dockerfile and shell scripts by their linters.

No Docker engine is asked. The tools are wheels with a hash, in an environment of their own. The last line is
`compose: N checked, F failed`; exits 1 where something failed, 2 where the tools cannot be had.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".venv" / "compose-tools"
LOCKED = ("--require-hashes", "--only-binary", ":all:", "-r", "tests/compose/requirements.txt")
PRODUCTION = ("-f", "docker-compose.yml")
DEVELOPMENT = (*PRODUCTION, "-f", "docker/compose.dev.yml")
REGISTRY = {"SAUDE_IMAGE": "registry.example.org/saude-ia:1.4.0", "SAUDE_PULL_POLICY": "missing"}
OWN_CERTIFICATE = {"CERTIFICATES": "./secrets/certificates", "HTTP_PORT": "80", "HTTPS_PORT": "443"}
EVERY_PROFILE = ("--profile", "*")


def main() -> int:
    """Try everything, and tell what failed."""
    if not installed():
        print("compose: the tools of tests/compose/requirements.txt cannot be installed", file=sys.stderr)
        return 2
    tried = checks()
    failures = {name: reason for name, reason in tried.items() if reason}
    for name, reason in failures.items():
        print(f"{name}: {reason}", file=sys.stderr)
    print(f"compose: {len(tried)} checked, {len(failures)} failed")
    return 1 if failures else 0


def installed() -> bool:
    """Whether the tools are there, now or from before."""
    uv = [sys.executable, "-m", "uv"]
    steps = (
        [*uv, "venv", "--quiet", "--allow-existing", str(TOOLS)],
        [*uv, "pip", "install", "--quiet", "--python", str(TOOLS), *LOCKED],
    )
    return all(subprocess.run(step, cwd=ROOT, check=False).returncode == 0 for step in steps)


def checks() -> dict[str, str]:
    """Each check and what is wrong; nothing where all is well."""
    found = {
        "docker-compose.yml": said("docker-compose", *PRODUCTION, "config", "--quiet"),
        "docker-compose.yml, every profile": said("docker-compose", *PRODUCTION, *EVERY_PROFILE, "config", "--quiet"),
        "images of a registry": said("docker-compose", *PRODUCTION, *EVERY_PROFILE, "config", "--quiet", **REGISTRY),
        "a certificate of one's own": said("docker-compose", *PRODUCTION, "config", "--quiet", **OWN_CERTIFICATE),
        "docker/compose.dev.yml": said("docker-compose", *DEVELOPMENT, *EVERY_PROFILE, "config", "--quiet"),
        "ports of production": ports(PRODUCTION, {"nginx"}),
        "ports of development": ports(DEVELOPMENT, set()),
        "docker/Dockerfile": said("hadolint", "docker/Dockerfile"),
    }
    scripts = [*sorted(ROOT.glob("docker/**/*.sh")), ROOT / ".ci/run"]
    return found | {path.relative_to(ROOT).as_posix(): said("shellcheck", str(path)) for path in scripts}


def ports(files: tuple[str, ...], open_to_the_world: set[str]) -> str:
    """Whether, with everything merged, nobody else publishes a port but on 127.0.0.1."""
    done = run("docker-compose", *files, *EVERY_PROFILE, "config", "--format", "json")
    if done.returncode:
        return done.stderr.strip()
    services: dict[str, dict[str, Any]] = json.loads(done.stdout)["services"]
    world = {
        name
        for name, service in services.items()
        if any(port.get("host_ip") != "127.0.0.1" for port in service.get("ports", []))
    }
    return "" if world == open_to_the_world else f"open to the world: {sorted(world)}"


def said(tool: str, *arguments: str, **variables: str) -> str:
    """What the tool complains of; warnings of Compose count, which go on with a default that nobody meant."""
    done = run(tool, *arguments, **variables)
    return (done.stdout + done.stderr).strip() or ("" if done.returncode == 0 else f"ended with {done.returncode}")


def run(tool: str, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run one of the tools, with no .env of this folder in between."""
    return subprocess.run(
        [str(TOOLS / "bin" / tool), *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "COMPOSE_DISABLE_ENV_FILE": "1"}
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
