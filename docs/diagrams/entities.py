"""What a diagram tells of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db.models import Field, ForeignObject, Model, OneToOneField

APPS: Final = ("accounts", "work", "patients", "glucose", "analytics")


@dataclass(frozen=True, slots=True)
class Column:
    """A field: what it is, and which entity it refers to."""

    name: str
    kind: str
    is_key: bool = False
    is_optional: bool = False
    is_single: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A model and its table."""

    app: str
    name: str
    table: str
    sentence: str
    columns: tuple[Column, ...]


def entities() -> list[Entity]:
    """Every model of the product, app by app, by their names; those of packages are not drawn."""
    return [
        _entity(app, model)
        for app in APPS
        for model in sorted(apps.get_app_config(app).get_models(), key=lambda model: model.__name__)
    ]


def _entity(app: str, model: type[Model]) -> Entity:
    sentence = " ".join((model.__doc__ or "").split("\n\n")[0].split())
    # Django writes a docstring of its own where there is none.
    sentence = "" if sentence.startswith(f"{model.__name__}(") else sentence
    columns = tuple(_column(field) for field in model._meta.fields)
    return Entity(app, model.__name__, model._meta.db_table, sentence, columns)


def _column(field: Field[Any, Any]) -> Column:
    target = ""
    if isinstance(field, ForeignObject):
        related = field.related_model
        target = related.__name__ if related._meta.app_label in APPS else ""
    kind = type(field).__name__.removesuffix("Field") or "Field"
    is_key = field.primary_key or field.name in _key_of(field.model)
    return Column(field.name, kind.lower(), is_key, field.null, isinstance(field, OneToOneField), target)


def _key_of(model: type[Model]) -> set[str]:
    """The fields of a key of several."""
    return {field.name for field in getattr(model._meta, "pk_fields", [])}
