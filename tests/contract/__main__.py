"""`make schema` writes docs/openapi.yaml; with `--release`, what it holds becomes the released contract."""

import os
import sys

import django


def main(arguments: list[str]) -> int:
    """Write the file; 0."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_for_types"
    django.setup()
    from tests.contract import document

    document.COMMITTED.write_bytes(document.written())
    if "--release" in arguments:
        document.RELEASED.write_bytes(document.COMMITTED.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
