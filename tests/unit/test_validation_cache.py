"""What has not changed is not checked again, what has changed is, and a crash is never kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from flows.settings import CHECKOUT
from flows.store import Store, writing
from flows.validation import CheckResult
from flows.validation_cache import validate_kept

SUITE = """
expectations:
  - {id: few, severity: warning, expected: x, why: w, message: '{count:row}',
     query: 'SELECT record FROM {batch} WHERE record > 7'}
  - {id: known, severity: critical, expected: x, why: w, message: '{rows}',
     query: 'SELECT b.record FROM {batch} AS b, plan_area'}
  - {id: broken, severity: warning, expected: x, why: w, message: m, query: 'SELECT nothing FROM {batch}'}
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE stg_thing AS SELECT i AS record, 'E1' AS extract_id FROM range(10) AS r (i);"
            "CREATE TABLE plan_area (area VARCHAR);"
            "CREATE TABLE extract_file AS SELECT 'E1' AS extract_id, 'abc' AS sha256"
        )
    (tmp_path / "stg_thing.yml").write_text(SUITE)
    return path


def run(database: Path) -> list[CheckResult]:
    return validate_kept(database, ["stg_thing"], database.parent / "checks", database.parent)


def kept(database: Path) -> set[str]:
    return {path.name for path in (database.parent / "checks").glob("*/*")}


def change(database: Path, statement: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(statement)


def test_a_kept_result_is_the_one_that_was_found_and_a_crash_is_not_kept(database: Path) -> None:
    first = run(database)
    assert [(one.expectation, one.outcome, one.failing) for one in first] == [
        ("few", "failed", 2),
        ("known", "passed", 0),
        ("broken", "crashed", 0),
    ]
    assert len(kept(database)) == 2
    assert run(database) == first and len(kept(database)) == 2


@pytest.mark.parametrize(
    ("statement", "new"),
    [
        ("UPDATE stg_thing SET record = 20 WHERE record = 1", 2),
        ("INSERT INTO plan_area VALUES ('Force')", 1),
        ("UPDATE extract_file SET sha256 = 'abd'", 2),
        ("ALTER TABLE stg_thing ADD COLUMN note VARCHAR", 2),
        ("CREATE TABLE plan_other AS SELECT 1 AS one", 0),
        ("UPDATE stg_thing SET record = 9 - record", 0),
    ],
)
def test_only_what_reads_a_changed_table_is_checked_again(database: Path, statement: str, new: int) -> None:
    run(database)
    before = kept(database)
    change(database, statement)
    run(database)
    assert len(kept(database) - before) == new


def test_what_a_killed_run_left_half_kept_goes(database: Path) -> None:
    store = Store(database.parent)
    run(database)
    (store.checks / ".keeping-abcd").write_text('{"table"')
    with writing(store.checks):
        store.clear_interrupted()
        assert (store.checks / ".keeping-abcd").exists(), "another run may be at work on it"
    store.clear_interrupted()
    assert not (store.checks / ".keeping-abcd").exists() and len(kept(database)) == 2


def test_a_changed_expectation_is_checked_again_and_its_line_does_not_matter(database: Path) -> None:
    run(database)
    before = kept(database)
    suite = database.parent / "stg_thing.yml"
    suite.write_text("# a line more\n" + SUITE)
    run(database)
    assert kept(database) == before
    suite.write_text(SUITE.replace("record > 7", "record > 6"))
    few = run(database)[0]
    assert few.failing == 3 and len(kept(database) - before) == 1


def test_a_damaged_result_is_made_anew(database: Path) -> None:
    first = run(database)
    for path in (database.parent / "checks").glob("*/*"):
        path.write_text("{")
    assert run(database) == first


def test_with_everything_kept_great_expectations_is_not_imported(database: Path) -> None:
    (database.parent / "stg_thing.yml").write_text("\n".join(SUITE.splitlines()[:-1]))
    expected = [one.outcome for one in run(database)]
    program = (
        "import pathlib, sys; from flows.validation_cache import validate_kept\n"
        f"folder = pathlib.Path({str(database.parent)!r})\n"
        "found = validate_kept(folder / 'w.duckdb', ['stg_thing'], folder / 'checks', folder)\n"
        "assert 'great_expectations' not in sys.modules\n"
        "print([one.outcome for one in found])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{expected}\n", "")
