"""`make schema` writes docs/openapi.yaml, what follows from it in client/saude_ia.py, and docs/definitions.md.

With `--release`, what it holds becomes the released contract.
"""

import os
import sys

import django


def main(arguments: list[str]) -> int:
    """Write the files; 0."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_for_types"
    django.setup()
    from tests.contract import client, definitions, document

    document.COMMITTED.write_bytes(document.written())
    client.CLIENT.write_text(client.written(document.read(document.COMMITTED), client.CLIENT.read_text()))
    definitions.PAGE.write_text(definitions.page())
    if "--release" in arguments:
        document.RELEASED.write_bytes(document.COMMITTED.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
