"""What a line of the log says, and what it never does: no word of an error, no argument of a library."""

import json
import logging
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError

from project import error_words
from project.log_lines import Json, Line
from work.origins import Origin, caused_by

ROW = "a check failed\nDETAIL:  Failing row contains (Ana Souza, 377,\nana@example.org).\nHINT:  Ask somebody."
HERE = __file__


def record(name: str, text: Any, *args: Any, error: BaseException | None = None, **extra: Any) -> logging.LogRecord:
    """A record as a call in this file makes it."""
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord(name, logging.WARNING, HERE, 1, text, args, info)
    made.__dict__ |= extra
    return made


def raised(*errors: BaseException) -> BaseException:
    """An error that came of others."""
    before: BaseException | None = None
    for error in errors:
        error.__cause__, before = before, error
    try:
        raise errors[-1]
    except BaseException as last:
        return last


def as_json(made: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(Json().format(made))
    return told


class TestAnError:
    def test_is_told_by_its_type_and_place_and_not_by_its_words(self) -> None:
        told = as_json(record("project.x", "It failed.", error=raised(ValueError("Ana"), IntegrityError(ROW))))

        assert not any(secret in str(told) for secret in ("Ana", "Souza", "377", "ana@", "Ask somebody"))
        assert told["error"].splitlines()[-1] == "django.db.utils.IntegrityError"
        assert "ValueError\nIt was the cause of this:\nTraceback (most recent call last):\n" in told["error"]
        assert f'File "{HERE}"' in told["error"]

    def test_stands_below_a_line_of_text(self) -> None:
        said = Line().format(record("project.x", "It failed.", error=raised(ValueError("Ana"))))

        head, *rest = said.splitlines()
        assert head.endswith("WARNING project.x It failed.")
        assert (rest[0], rest[-1]) == ("Traceback (most recent call last):", "ValueError")

    def test_is_so_told_as_an_argument_and_as_the_message_too(self) -> None:
        assert as_json(record("work.x", "gone: %s", KeyError("Ana")))["message"] == "gone: KeyError"
        assert as_json(record("library", KeyError("Ana")))["message"] == "KeyError"

    def test_of_a_group_tells_each_without_notes(self) -> None:
        inner = ValueError("Ana")
        inner.add_note("Souza")

        said = error_words.trace(raised(ExceptionGroup("Ana", [inner, KeyError("Ana")])))

        assert [line for line in said.splitlines() if "Error" in line] == ["ValueError", "KeyError"]
        assert not any(secret in said for secret in ("Ana", "Souza"))

    def test_whose_words_are_broken_is_told_all_the_same(self) -> None:
        class Broken(Exception):
            def __str__(self) -> str:
                raise RuntimeError

        assert error_words.told(Broken()).endswith("Broken")

    @pytest.mark.parametrize(
        ("error", "told"),
        [
            (ConnectionRefusedError(111, "Ana"), "ConnectionRefusedError (Connection refused)"),
            (OSError("Ana"), "OSError"),
            (ImportError("Ana", name="a_module"), "ImportError (a_module)"),
            (psycopg.OperationalError("host Ana: Connection refused"), "psycopg.OperationalError (connection refused)"),
            (psycopg.errors.UniqueViolation("Ana"), "psycopg.errors.UniqueViolation (23505)"),
        ],
    )
    def test_is_told_with_what_is_no_value(self, error: Exception, told: str) -> None:
        assert error_words.told(error) == told


class TestALibrary:
    @pytest.fixture
    def library(self, tmp_path: Path) -> str:
        code = tmp_path / "library.py"
        code.write_text("""TEXTS = ["Failed to do %s %r "\n "for %d times.", "%(who)s is %(age)d", "it took %d ms"]""")
        return str(code)

    def told(self, library: str, text: str, *args: Any, logger: str = "library") -> Any:
        return as_json(logging.LogRecord(logger, 30, library, 1, text, args, None))["message"]

    def test_is_told_by_the_text_of_its_code_and_by_numbers(self, library: str) -> None:
        said = self.told(library, "Failed to do %s %r for %d times.", "Ana", ("Ana",), 3)

        assert said == "Failed to do … … for 3 times."

    def test_is_not_by_a_text_that_it_made(self, library: str) -> None:
        assert self.told(library, "Failed to do it for Ana") == "…"

    def test_is_not_by_named_arguments_either(self, library: str) -> None:
        assert self.told(library, "%(who)s is %(age)d", {"who": "Ana", "age": 5}) == "… is 5"

    def test_whose_arguments_do_not_fit_is_told_by_its_text(self, library: str) -> None:
        assert self.told(library, "it took %d ms", "Ana") == "it took %d ms"

    def test_is_one_in_our_name_too(self, library: str) -> None:
        assert self.told(library, "Failed to do it for Ana", logger="glucose.tasks.sync_account") == "…"


class TestALine:
    def test_names_what_caused_it(self) -> None:
        user, clinic = str(uuid4()), str(uuid4())

        with caused_by(Origin("a-request", user, clinic)):
            told = as_json(record("work.x", "it is done"))

        assert (told["request_id"], told["user_id"], told["clinic_id"]) == ("a-request", user, clinic)
        assert "request_id" not in as_json(record("work.x", "it is done"))

    def test_has_of_what_a_call_adds_only_the_known_fields(self) -> None:
        told = as_json(record("work.x", "task", actor="sync_account", attempt=2, name_of="Ana", task_id=None))

        assert set(told) == {"time", "level", "logger", "message", "actor", "attempt"}

    def test_is_one_line_whatever_is_in_it(self) -> None:
        assert Line().format(record("work.x", "a %s", "b\nc")).count("\n") == 0

    def test_says_the_same_as_text(self) -> None:
        said = Line().format(record("work.x", "task", actor="sync_account", outcome="done"))

        assert said.endswith(" WARNING work.x task actor=sync_account outcome=done")


def test_every_process_writes_such_lines() -> None:
    assert {type(handler.formatter) for handler in logging.getLogger().handlers if handler.formatter} >= {Line}
    assert sys.excepthook.__module__ != "sys"
