"""Fields whose columns hold ciphertext; Python sees plain values. No query can compare them: see blind_index.

A value is opened when it is first asked for, so that a request which does not show a name does not pay for it.
``values()`` and ``values_list()`` give it ``Sealed``.
"""

import base64
import zlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.core.signing import JSONSerializer
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from accounts import sealing


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as the column holds it."""

    field: "SealedField"
    text: str

    def open(self) -> Any:
        """The value; ``cryptography.fernet.InvalidToken`` where no key of ours sealed it for its column."""
        return self.field.from_text(sealing.unseal(self.field.place, self.text))

    def is_of(self, place: str) -> bool:
        """Whether it may be written there as it is: sealed for the place, and by the first key."""
        return self.field.place == place and self.text.startswith(f"{sealing.first_key_id()}:")


class Opening(DeferredAttribute):
    """The attribute of a sealed field: opens the value once, at its first use."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            sealed = value
            value = instance.__dict__[self.field.attname] = sealed.open()
            instance.__dict__[self.field.opened_from] = (sealed, value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = object


class SealedField(_Field):
    """What the sealed fields share. None and an empty text are stored as they are."""

    descriptor_class = Opening
    # Whether a value can be changed in its place, so that it is not told by comparing.
    mutable = False

    @property
    def place(self) -> str:
        """What the ciphertext is bound to."""
        return f"{self.model._meta.label_lower}.{self.name}"

    @property
    def opened_from(self) -> str:
        """Where an instance keeps the ciphertext that its value was opened from, and the value."""
        return f"_{self.attname}_opened_from"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The value, or as it was stored where it is the same and the key is the first: the row is not another then."""
        held = model_instance.__dict__
        value = held.get(self.attname)
        sealed, opened = held.get(self.opened_from, (value, value))
        kept = isinstance(sealed, Sealed) and not self.mutable and (value is sealed or value == opened)
        if kept and sealed.is_of(self.place):
            return sealed
        return getattr(model_instance, self.attname)

    def get_internal_type(self) -> str:
        """A column of text, whatever Python sees."""
        return "TextField"

    def get_lookup(self, lookup_name: str) -> Any:
        """Ciphertext differs each time, so only its absence can be asked for; Django refuses the rest."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> Any:
        """Nor is there a part of it, such as the year."""
        return None

    def get_prep_value(self, value: Any) -> Any:
        """Ciphertext for the database."""
        if value is None or value == "":
            return value
        if isinstance(value, Sealed):
            return value.text
        return sealing.seal(self.place, self.to_text(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The same for every database."""
        return value if prepared else self.get_prep_value(value)

    def from_db_value(self, value: str | None, *args: Any) -> Any:
        """What the model's attribute opens."""
        return Sealed(self, value) if value else value

    def to_text(self, value: Any) -> str:
        """The value as it is sealed."""
        return str(value)

    def from_text(self, text: str) -> Any:
        """The value of what ``to_text`` made."""
        return text


class EncryptedTextField(SealedField, models.TextField):  # type: ignore[type-arg]
    """A text."""


class EncryptedDateField(SealedField, models.DateField):  # type: ignore[type-arg]
    """A date."""

    def to_text(self, value: Any) -> str:
        """As in ISO 8601."""
        return str(self.to_python(value))

    def from_text(self, text: str) -> date:
        """The date."""
        return date.fromisoformat(text)


class EncryptedJSONField(SealedField, models.Field):  # type: ignore[type-arg]
    """What JSON can hold, but for null."""

    mutable = True

    def to_text(self, value: Any) -> str:
        """As JSON."""
        return orjson.dumps(value).decode()

    def from_text(self, text: str) -> Any:
        """From JSON."""
        return orjson.loads(text)


class EncryptedBytesField(SealedField, models.Field):  # type: ignore[type-arg]
    """Bytes, compressed before they are sealed."""

    def to_text(self, value: Any) -> str:
        """In base64; quickly, for whoever sends them waits."""
        return base64.b64encode(zlib.compress(value, 1)).decode("ascii")

    def from_text(self, text: str) -> bytes:
        """The bytes; we made them, so that they are as many as we said."""
        return zlib.decompress(base64.b64decode(text))


class EncryptedJSONSerializer:
    """How the pages' sessions are stored: while a second factor is set up, its secret is one of their values."""

    place: Final = "django.session"

    def dumps(self, value: Any) -> bytes:
        """The JSON, sealed."""
        return sealing.seal(self.place, JSONSerializer().dumps(value).decode("latin-1")).encode("ascii")

    def loads(self, data: bytes) -> Any:
        """The value; ``cryptography.fernet.InvalidToken`` where no key of ours sealed it."""
        return JSONSerializer().loads(sealing.unseal(self.place, data.decode("ascii")).encode("latin-1"))
