"""Words that are nowhere else, one for each place where something personal or secret goes in."""

import base64
from collections import defaultdict
from collections.abc import Iterator
from uuid import uuid4


class Canaries(defaultdict[str, str]):
    """A new one for each name that is asked for; secrets that the service makes are put in."""

    def __missing__(self, name: str) -> str:
        self[name] = f"zq{uuid4().hex}"
        return self[name]

    def in_(self, text: str) -> list[str]:
        """The names of those that stand in the text, as they are or written another way."""
        lowered = text.lower()
        return [name for name, word in self.items() if any(one.lower() in lowered for one in _spellings(word))]


def _spellings(word: str) -> Iterator[str]:
    plain = word.encode()
    yield word
    yield plain.hex()
    for offset in range(3):
        # Without the letters that its neighbours have a part in.
        text = base64.b64encode(b"\x00" * offset + plain)
        yield text[(0, 2, 3)[offset] : (offset + len(plain)) * 8 // 6].decode()
