"""Examples of the API that run as they stand, with somebody's own user name and patient."""

import json
import shlex
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Example:
    """A text to copy, by the name of what it is for."""

    name: str
    text: str


def examples(*, api: str, username: str, patient_id: UUID | str) -> list[Example]:
    """For the API at ``api``: with a service key by curl and Python, and with a user's password."""
    return [
        Example("key_curl", _key_by_curl(api, patient_id)),
        Example("key_python", _key_by_python(api, patient_id)),
        Example("password_curl", _password_by_curl(api, username, patient_id)),
    ]


def _key_by_curl(api: str, patient_id: UUID | str) -> str:
    return (
        f"API={shlex.quote(api)}\n"
        "read -rsp 'Key: ' KEY && echo\n"
        f'curl -sS --fail-with-body "$API/patients/{patient_id}/statistics/?days=14" \\\n'
        '  -H "Authorization: Bearer $KEY"'
    )


def _key_by_python(api: str, patient_id: UUID | str) -> str:
    return (
        "import getpass\n"
        "import json\n"
        "import urllib.request\n"
        "\n"
        f"API = {json.dumps(api)}\n"
        'headers = {"Authorization": "Bearer " + getpass.getpass("Key: ")}\n'
        f'request = urllib.request.Request(f"{{API}}/patients/{patient_id}/readings/?page_size=20", headers=headers)\n'
        "with urllib.request.urlopen(request) as answer:\n"
        '    for reading in json.load(answer)["results"]:\n'
        '        print(reading["time"], reading["value"])'
    )


def _password_by_curl(api: str, username: str, patient_id: UUID | str) -> str:
    return (
        f"API={shlex.quote(api)}\n"
        "BODY=$(python3 -c 'import getpass, json, sys\n"
        'print(json.dumps({"username": sys.argv[1], "password": getpass.getpass()}))\' '
        f"{shlex.quote(username)})\n"
        'TOKEN=$(curl -sS --fail-with-body "$API/auth/token/" -H "Content-Type: application/json" -d "$BODY" \\\n'
        "  | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access\"])')\n"
        f'curl -sS --fail-with-body "$API/patients/{patient_id}/" -H "Authorization: Bearer $TOKEN"'
    )
