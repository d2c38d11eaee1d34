"""What the policies of the database repeat of the code, so that nobody goes round it."""

import pytest

import sql
from accounts.notices import Notice
from analytics.alert_rules import LIMITS, NUMBERS, AlertKind


@pytest.mark.parametrize("kind", AlertKind)
def test_a_rule_has_the_same_limits(kind: AlertKind) -> None:
    limits = [LIMITS[kind].get(name, (None, None)) for name in NUMBERS]
    said = ", ".join("NULL" if one is None else str(one) for pair in limits for one in pair)

    assert f"('{kind}', {said})" in sql.read("security/alerts.sql")


def test_a_notice_is_one_of_the_same() -> None:
    said = ", ".join(f"'{notice}'" for notice in Notice)

    assert f"payload ->> 'notice' IN ({said})" in sql.read("security/outbox.sql")
