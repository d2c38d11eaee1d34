"""What a reading takes in the columnstore, indexes and TOAST included."""

from collections.abc import Iterator
from typing import Final

from bench.history import compress_all, history, table_bytes
from bench.report import Ratio, print_dataset
from bench.timing import spread

MOST_BYTES: Final = 5


def measure() -> Iterator[Ratio]:
    """Bytes per reading with every chunk compressed, beside those of the row form."""
    data = history()
    print_dataset(f"{data.about}; here all chunks are; received_at is that of a poll a minute, to the microsecond")
    compress_all()
    columns = spread("columnstore", "bytes per reading", [table_bytes() / data.readings])
    rows = spread("row form", "bytes per reading", [data.row_bytes / data.readings])
    yield Ratio(
        f"the columnstore ({rows.median / columns.median:.0f} times smaller than the row form)",
        columns.median,
        ("at most", MOST_BYTES),
        (columns, rows),
        unit="bytes per reading",
    )
