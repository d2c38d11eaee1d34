"""A file as it is sent: its bytes go on as they come, and are never whole in memory or on a disk."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadhandler import FileUploadHandler
from django.http import QueryDict
from rest_framework.exceptions import ParseError

from api.errors import InvalidInput, pointer_step
from glucose.services.import_files import FileWriter

FIELD: Final = "file"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that is stored: its id, and how many bytes it has."""

    id: UUID
    size: int

    def close(self) -> None:
        """Nothing of it is open; Django asks."""


class KeepingHandler(FileUploadHandler):
    """Gives the one file of a form to its writer; its name is not looked at."""

    def __init__(self, writer: FileWriter) -> None:
        super().__init__()
        self.writer = writer
        self.begun = False

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        """InvalidInput for a field that is no file, and for a second one."""
        super().new_file(field_name, *args, **kwargs)
        if field_name != FIELD or self.begun:
            raise InvalidInput.field(f"/{FIELD}", "is one file, and the only one")
        self.begun = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some of it."""
        self.writer.write(raw_data)

    def file_complete(self, file_size: int) -> Any:
        """The end of it."""
        return SentFile(self.writer.finish(), self.writer.size)

    def upload_interrupted(self) -> None:
        """ParseError where the body ends before the file does, as where the sender was cut off."""
        raise ParseError("The body broke off before the end of its file.")


def fields_of(form: Any) -> dict[str, Any]:
    """The fields of a form; InvalidInput for one that is there twice."""
    if not isinstance(form, QueryDict):
        return {}
    if twice := [name for name in form if len(form.getlist(name)) > 1]:
        raise InvalidInput.field(pointer_step(str(twice[0])), "is there more than once")
    found: dict[str, Any] = {name: form[name] for name in form}
    if found.get("dry_run") in ("true", "false"):
        found["dry_run"] = found["dry_run"] == "true"
    return found
