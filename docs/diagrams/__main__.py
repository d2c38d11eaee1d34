"""`python -m docs.diagrams`: whether docs/erd is what the models are; with --write it is made so."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings_for_types")


def main(arguments: list[str]) -> int:
    """0 when docs/erd is what the models are, 1 when it is not."""
    django.setup()
    from docs.diagrams.pages import FOLDER, drawn

    if arguments == ["--write"]:
        FOLDER.mkdir(exist_ok=True)
        for path in FOLDER.iterdir():
            path.unlink()
        for name, text in drawn().items():
            (FOLDER / name).write_text(text)
        return 0
    behind = [
        name for name, text in drawn().items() if not (FOLDER / name).is_file() or (FOLDER / name).read_text() != text
    ]
    print("\n".join(f"docs/erd/{name} is not what the models are: make erd" for name in behind), end="")
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
