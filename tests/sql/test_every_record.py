"""Whatever is in a file, every record after its header is staged, rejected or blank, and keeps its number."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources import LAYOUTS, Layout
from flows.staging import stage_file

NAMES = {"police_uk_street": "2023-04-wiltshire-street.csv", "police_uk_outcomes": "2023-04-wiltshire-outcomes.csv"}
# A value that is sound in some column of some layout, and values that are sound in none.
CELLS = ("", " ", "2023-04", "2022/23", "1", "4", "1,057", "-3", "n/a", "Wiltshire", "2023/24 Q1", "0", "x" * 40, "−5")
SOUND = {
    "home_office_prc": ("2022/23", "1", "Wiltshire", "Theft offences", "Shoplifting", "", "", "12"),
    "police_uk_street": ("a", "2023-04", "W", "W", "-1.5", "51.2", "On", "E01", "Swindon 001A", "Drugs", "", ""),
    "police_uk_outcomes": ("a", "2023-04", "W", "W", "-1.5", "51.2", "On", "E01", "Swindon 001A", "Local resolution"),
    "force_return": ("answered", "Wiltshire", "2023-04", "8", "10", ""),
    "population": ("Wiltshire", "2020", "720000", ""),
}


def records(layout: Layout) -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Give lists of records: sound, blank, ragged, or with any cell in any place."""
    width = len(layout.columns)
    anything = st.lists(st.sampled_from(CELLS), min_size=max(2, width - 1), max_size=width + 1).map(tuple)
    one = st.one_of(st.just(SOUND[layout.name]), st.just(("",) * width), anything)
    return st.lists(one, max_size=12)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_read_is_staged_plus_rejected_plus_blank_and_numbers_are_the_files(name: str, data: st.DataObject) -> None:
    layout = LAYOUTS[name]
    written = data.draw(records(layout))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[column.header for column in layout.columns], *written])
    content = text.getvalue().encode()
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "stored"
        stored.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        file = NAMES.get(name, "file.csv")
        staged = stage_file(
            stored, file, layout, source="s", extract_id="E", sha256=sha256, cache=Path(folder) / "cache"
        )
        with duckdb.connect(":memory:") as con:
            # In the order of the Parquet file, which keeps each row's place for nothing.
            kept = con.execute(
                "SELECT record, file_row_number FROM read_parquet($path, file_row_number = true) ORDER BY 2",
                {"path": str(staged.parquet)},
            ).fetchall()
            refused = [
                line
                for (line,) in con.execute(
                    "SELECT line FROM read_parquet($path) ORDER BY 1", {"path": str(staged.rejects)}
                ).fetchall()
            ]
    blank = [at for at, record in enumerate(written, start=2) if not any(cell.strip() for cell in record)]
    assert staged.rows_read == len(written)
    assert staged.rows_blank == len(blank)
    assert staged.rows_read == staged.rows_staged + staged.rows_rejected + staged.rows_blank
    assert (len(kept), len(refused)) == (staged.rows_staged, staged.rows_rejected)
    assert sorted([record for record, _ in kept] + refused + blank) == list(range(2, len(written) + 2))
    for record, place in kept:
        # The header is record 1; before a record stand the staged ones, the rejects and the blank ones.
        before = sum(line < record for line in [*refused, *blank])
        assert record == 2 + place + before
