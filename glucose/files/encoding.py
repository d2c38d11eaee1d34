"""In which encoding a file is, and any of them as a stream of UTF-8. Pure."""

import codecs
import io
from typing import BinaryIO, Final

from glucose.files.port import FileNotRead

UTF_8, UTF_8_WITH_MARK, WINDOWS_1252 = "utf-8", "utf-8-sig", "cp1252"
_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UTF_32: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# How much of a file tells its encoding. Letters beyond ASCII are in the headers, if anywhere.
TELLING: Final = 65_536
_MARKS: Final = {
    UTF_8_WITH_MARK: len(codecs.BOM_UTF8),
    "utf-16-le": len(codecs.BOM_UTF16_LE),
    "utf-16-be": len(codecs.BOM_UTF16_BE),
}
# A byte that UTF-8 never has: it stands for what could not be read, and has its line refused.
_WRONG: Final = "\udcff"


def encoding_of(start: bytes) -> str:
    """The encoding, by the first TELLING bytes of a file."""
    if start.startswith(_UTF_32):
        raise FileNotRead("encoding", "The file is in UTF-32; save it as UTF-8.")
    if start.startswith(codecs.BOM_UTF8):
        return UTF_8_WITH_MARK
    for mark, name in _UTF_16.items():
        if start.startswith(mark):
            return name
    if b"\x00" in start[:2]:
        # Every file of ours begins with an ASCII character, which has a zero beside it in UTF-16.
        return "utf-16-le" if start[1:2] == b"\x00" else "utf-16-be"
    return UTF_8 if _is_utf_8(start) else WINDOWS_1252


def _is_utf_8(start: bytes) -> bool:
    """Whether it has letters of UTF-8, or none beyond ASCII: one wrong byte does not make it another encoding."""
    wrong = start.decode(errors="surrogateescape")
    letters = sum(1 for letter in wrong if letter > "\x7f" and not "\udc80" <= letter <= "\udcff")
    escaped = sum(1 for letter in wrong if "\udc80" <= letter <= "\udcff")
    # A character cut at the end of the start has up to three bytes.
    return letters > 0 or escaped == 0 or (escaped <= 3 and len(start) == TELLING and wrong[-1] >= "\udc80")


def as_utf_8(stream: BinaryIO, encoding: str) -> BinaryIO:
    """The stream from its beginning, without a byte order mark, as UTF-8."""
    stream.seek(_MARKS.get(encoding, 0))
    if encoding in (UTF_8, UTF_8_WITH_MARK):
        return stream
    return io.BufferedReader(_Transcoded(stream, encoding), 65_536)


class _Transcoded(io.RawIOBase):
    """The rest of a stream in another encoding, as UTF-8 with a wrong byte where it cannot be read."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="glucose.wrong")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            data = self._stream.read(16_384)
            text = self._decoder.decode(data, final=not data)
            self._ready = text.encode("utf-8", "surrogateescape")
            if not data:
                break
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _mark_wrong(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _WRONG, error.end


codecs.register_error("glucose.wrong", _mark_wrong)
