"""What of an error is written into the log."""

import logging
import sys

from django.db import IntegrityError

from project.log_lines import Line

ROW = "a check failed\nDETAIL:  Failing row contains (Ana Souza, 377,\nana@example.org).\nHINT:  Ask somebody."


def logged(*errors: Exception) -> str:
    """The lines of an error that came of others."""
    try:
        raised: Exception | None = None
        for error in errors:
            error.__cause__, raised = raised, error
        assert raised
        raise raised
    except Exception:
        return Line("%(message)s").format(logging.LogRecord("x", 40, "x", 1, "It failed.", (), sys.exc_info()))


def test_a_row_that_the_database_tells_of_is_left_out() -> None:
    said = logged(IntegrityError(ROW))

    assert not any(secret in said for secret in ("Souza", "377", "ana@"))
    assert "IntegrityError: a check failed\nDETAIL: left out\nHINT:  Ask somebody." in said


def test_so_is_that_of_each_error_which_led_to_it() -> None:
    said = logged(ValueError("x\nCONTEXT:  COPY reading, line 3: 377"), IntegrityError(ROW))

    assert "377" not in said
    assert said.count("left out") == 2
    assert "The above exception was the direct cause" in said


def test_what_the_database_says_of_no_row_stays() -> None:
    assert "ValueError: the detail: 377" in logged(ValueError("the detail: 377"))


def test_every_process_writes_such_lines() -> None:
    assert {type(handler.formatter) for handler in logging.getLogger().handlers if handler.formatter} >= {Line}
