"""The blocks of code of a page, and running those for a shell as a reader would."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
GUIDE: Final = ROOT / "docs" / "guide"
FENCE: Final = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Between what two commands print; no answer of the API holds it.
MARK: Final = "\x1e"


@dataclass(frozen=True, slots=True)
class Block:
    """Code of a page, where it stands, and what the page says that it prints, with that one's language."""

    language: str
    text: str
    place: str
    shown: str = ""
    shown_as: str = ""


def blocks(page: Path) -> list[Block]:
    """All of a page; an answer belongs to the commands right before it."""
    text = page.read_text()
    found: list[Block] = []
    end = 0
    for match in FENCE.finditer(text):
        language, body = match[1], match[2]
        place = f"{page.name}:{text.count(chr(10), 0, match.start()) + 1}"
        follows = found and not text[end : match.start()].strip() and found[-1].language == "sh"
        if follows and language in ("json", "text"):
            before = found.pop()
            found.append(Block(before.language, before.text, before.place, body, language))
        else:
            found.append(Block(language, body, place))
        end = match.end()
    return found


def run(first: list[Block], pages: list[list[Block]], folder: Path) -> Iterator[tuple[Block, str]]:
    """What each command printed; an error with its place where one failed.

    The first ones are run in a shell, and each page in a copy of that shell, so that no page needs another.
    """
    script = "set -euo pipefail\n" + _marked(first) + "".join(f"(\n:\n{_marked(page)})\n" for page in pages)
    ran = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=200)
    commands = [block for page in [first, *pages] for block in page]
    printed = ran.stdout.split(MARK)
    if ran.returncode:
        block = commands[len(printed) - 1]
        raise AssertionError(f"{block.place} ended with {ran.returncode}\n{printed[-1]}\n{ran.stderr}")
    yield from zip(commands, printed[:-1], strict=True)


def _marked(commands: list[Block]) -> str:
    return "".join(f"{block.text}printf '\\036'\n" for block in commands)


def check(block: Block, printed: str) -> None:
    """That it printed what the page shows: text to the letter, of JSON every field that is shown."""
    if block.shown_as == "text":
        assert printed == block.shown, block.place
    elif block.shown_as == "json":
        _is_part(json.loads(block.shown), json.loads(printed), block.place)


def _is_part(shown: Any, answered: Any, place: str) -> None:
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in answered, f"{place}: no {name} in {answered}"
            _is_part(value, answered[name], f"{place} {name}")
    elif isinstance(shown, list) and shown:
        assert answered, f"{place}: nothing is there"
        _is_part(shown[0], answered[0], place)
    elif isinstance(shown, str) and shown and shown != "…":
        assert shown == answered, place
