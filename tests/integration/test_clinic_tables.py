"""Somebody has decided of every table whether it is in the export of a clinic."""

import pytest
from django.db import connection

from project.clinic_export.columns import shape
from project.clinic_export.tables import BELONGS, EMPTIED, LEFT_OUT


@pytest.mark.django_db
def test_every_table_is_exported_or_left_out_with_a_reason() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
            " AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = pg_class.oid AND d.deptype = 'e')"
        )
        tables = {name for (name,) in cursor.fetchall()}

    assert tables == BELONGS.keys() | LEFT_OUT.keys()
    assert not BELONGS.keys() & LEFT_OUT.keys()


@pytest.mark.django_db
def test_what_is_emptied_is_a_column_of_an_exported_table() -> None:
    for table, columns in EMPTIED.items():
        assert columns.keys() <= set(shape(table).columns)
        assert table in BELONGS
