"""The real figures as they are staged: every record of the published files is read, and totals are the known ones."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.sources import LAYOUTS
from flows.staging import SQL_FOLDER, Staged, stage_file

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="needs ../shared (the real figures), which is not beside this checkout"
)


def stage(path: Path, layout: str, cache: Path) -> Staged:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return stage_file(path, path.name, LAYOUTS[layout], source="real", extract_id="E1", sha256=sha256, cache=cache)


def counts(staged: Staged) -> list[tuple[Any, ...]]:
    check = SQL_FOLDER / "check" / f"check_{staged.table.removeprefix('stg_')}.sql"
    with duckdb.connect(":memory:") as con:
        con.execute(f"create table {staged.table} as select * from read_parquet($path)", {"path": str(staged.parquet)})
        return con.execute(check.read_text(encoding="utf-8")).fetchall()


def sums(staged: Staged) -> dict[tuple[str, str], int]:
    """Return the offences by force and quarter, of all offences."""
    found: dict[tuple[str, str], int] = {}
    for force, period, _, count in counts(staged):
        found[force, period] = found.get((force, period), 0) + count
    return found


def test_outcomes_are_read_whole_and_stand_beside_the_street_files(tmp_path: Path) -> None:
    archives = [path for path in sorted((DATA / "police-uk").glob("*.zip")) if "2021-03" <= path.stem <= "2022-03"]
    assert len(archives) == 13
    for path in archives:
        staged = stage(path, "police_uk_outcomes", tmp_path)
        assert staged.rows_rejected == 0 and staged.rows_staged > 2000
        assert staged.ignored == (f"{path.stem}/{path.stem}-wiltshire-street.csv",)
        assert {row[:2] for row in counts(staged)} == {("wiltshire", path.stem)}


def test_recorded_crime_is_read_to_the_last_row_and_adds_up_to_the_published_totals(tmp_path: Path) -> None:
    staged = stage(DATA / "home-office" / "prc-pfa-2012-13-to-2023-24-q1.csv.gz", "home_office_prc", tmp_path)
    assert (staged.rows_read, staged.rows_staged, staged.rows_rejected, staged.rows_blank) == (237598, 237597, 0, 1)
    with duckdb.connect(":memory:") as con:
        negative, spaces, forces, years = con.execute(
            "select count(*) filter (offences < 0), count(*) filter (contains(offence_description, chr(160))), "
            "count(distinct force), list(distinct financial_year order by financial_year) from read_parquet($path)",
            {"path": str(staged.parquet)},
        ).fetchall()[0]
    assert (negative, spaces, forces, len(years), "2015/16" in years) == (410, 0, 48, 11, False)
    totals = sums(staged)
    published = {
        "2012/13 Q1": 8957,
        "2014/15 Q4": 8026,
        "2016/17 Q1": 10030,
        "2020/21 Q1": 8728,
        "2022/23 Q1": 11274,
        "2023/24 Q1": 10585,
    }
    assert {period: totals["Wiltshire", period] for period in published} == published


def test_an_earlier_vintage_with_spaced_numbers_is_read_whole(tmp_path: Path) -> None:
    staged = stage(DATA / "home-office" / "prc-pfa-2017-18-earlier-vintage.csv.gz", "home_office_prc", tmp_path)
    assert (staged.rows_read, staged.rows_staged, staged.rows_rejected, staged.rows_blank) == (23068, 23068, 0, 0)
    assert sums(staged)["Wiltshire", "2017/18 Q1"] == 10871
