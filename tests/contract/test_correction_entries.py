"""The entries of corrections.yml that the review page offers: about what failed, and accepted once filled in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from flows.plan.loader import load_plan
from flows.review.copying import SHOWN_RECORDS, corrections
from flows.review.failing import locate, named_column
from flows.review.model import Failure, ReceivedFile, Rows
from flows.sources import LAYOUTS
from flows.suites import load_suite
from flows.validation import CheckResult
from tests.contract.test_expectations import warehouse
from tests.flow.preparing import AS_OF, copy_panel
from tests.suite_faults import CASES

# The checks that hold a briefing, have such an entry and name the columns that may be in it.
OFFERED = {
    ("stg_force_return", "counts_are_whole_numbers"): {"numerator"},
    ("stg_force_return", "figures_are_plausible"): {"numerator", "denominator"},
    ("stg_force_return", "ratios_are_of_their_usual_size"): {"numerator", "denominator"},
    ("stg_force_return", "no_figure_collapses"): {"numerator"},
    ("stg_force_return", "no_figure_leaps"): {"denominator"},
    ("stg_force_return", "numerators_add_up"): {"numerator"},
    ("stg_force_return", "denominators_add_up"): {"denominator"},
    ("stg_force_return", "shares_are_within_the_whole"): {"numerator", "denominator"},
    ("stg_population", "estimate_is_given_once"): {"population"},
    ("stg_population", "population_is_above_zero"): {"population"},
    ("stg_recorded_crime", "quarter_is_1_to_4"): {"financial_quarter"},
    ("stg_recorded_crime", "negative_only_where_the_source_has_them"): {"offences"},
    ("stg_recorded_crime", "no_totals_among_the_rows"): {"offences"},
}
CRITICAL = [case for case in CASES if case[1] in {one.id for one in load_suite(case[0]) if one.severity == "critical"}]
# The sound rows of the other tables than the return do without a source and files of their own.
FILES = """
    INSERT INTO plan_source SELECT * REPLACE ('filed' AS source, '{layout}' AS layout) FROM plan_source LIMIT 1;
    UPDATE extract_file SET source = 'filed' WHERE extract_id IN (SELECT extract_id FROM {table});
    INSERT INTO extract_file
    SELECT f.* REPLACE (t.extract_id AS extract_id, 'filed' AS source)
    FROM (SELECT DISTINCT extract_id FROM {table} ANTI JOIN extract_file USING (extract_id)) AS t,
        (FROM extract_file LIMIT 1) AS f
"""
FILLED = {"value": "7", "reason": "Typed wrong.", "who": "An officer", "when": "2023-08-20"}


def offered(database: Path, table: str, expectation: str) -> list[tuple[str, list[dict[str, Any]], CheckResult]]:
    """Return for each failure of the check its text to copy, the entries in it, and the result."""
    # Where rows of it fail is what counts here; that it fails for its fault is tested beside the suites.
    failed = CheckResult(table, expectation, "critical", "failed", "", "", 1, "")
    made = []
    layout = next(one.name for one in LAYOUTS.values() if one.table == table)
    with duckdb.connect(str(database)) as connection:
        if table != "stg_force_return":
            connection.execute(FILES.format(layout=layout, table=table))
        for result in locate(connection, [failed]):
            if not result.rows_sql:
                continue
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE failing AS SELECT * FROM ({result.rows_sql}) ORDER BY ALL"
            )
            ((total,),) = connection.execute("SELECT count(*) FROM failing").fetchall()
            text = corrections(connection, failure(result, total), named_column(result))
            made.append((text, yaml.safe_load(text) or [] if text else [], result))
    return made


def failure(result: CheckResult, total: int) -> Failure:
    files = tuple(
        ReceivedFile(extract=one, sha256=f"{at:064}", name="a.csv", source="A source", received=AS_OF)
        for at, one in enumerate(result.extracts, start=1)
    )
    words = dict.fromkeys(("id", "fingerprint", "expected", "came", "public", "why"), "")
    return Failure(
        **words, table=result.table, expectation=result.expectation, outcome="failed", state="open", indicators=(),
        indicator_titles=(), files=files, rows=Rows(total=total),
    )  # fmt: skip


def filled(text: str) -> str:
    for key, value in FILLED.items():
        text = re.sub(rf"(?m)^(  {key}: )\.\.\.", rf"\g<1>{value}", text)
    return text


@pytest.mark.parametrize(("table", "expectation", "change", "_"), CRITICAL, ids=[f"{c[0]}-{c[1]}" for c in CRITICAL])
def test_every_offered_entry_is_about_the_failure_and_accepted_when_filled_in(
    tmp_path: Path, table: str, expectation: str, change: str, _: int
) -> None:
    database = warehouse(tmp_path / "w.duckdb", table, change)
    texts = offered(database, table, expectation)
    entries = [one for _, each, _ in texts for one in each]
    assert {one["column"] for one in entries} == OFFERED.get((table, expectation), set())
    if not entries:
        return
    with duckdb.connect(str(database), read_only=True) as connection:
        for one in entries:
            assert isinstance(one["expect"], int | float), "a number, never an empty cell or a name"
            query = f"SELECT count(*) FROM {table} WHERE record = ? AND {one['column']} = ?"
            ((found,),) = connection.execute(query, [one["record"], one["expect"]]).fetchall()
            assert found, "it stands there"
    panel = copy_panel(tmp_path)
    for text, each, _ in texts:
        (panel / "corrections.yml").write_text(f"corrections:\n{filled(text)}\n", encoding="utf-8")
        assert [(one.column, one.value) for one in load_plan(panel).corrections] == [
            (one["column"], "7") for one in each
        ]
        drop = re.sub(r"(?m)^  value: .*", "  drop: true", filled(text).split("\n- ")[1])
        (panel / "corrections.yml").write_text(f"corrections:\n- {drop}\n", encoding="utf-8")
        assert [one.drop for one in load_plan(panel).corrections] == [True]


def test_the_checks_that_offer_entries_are_those_listed() -> None:
    assert OFFERED.keys() <= {(table, expectation) for table, expectation, _, _ in CRITICAL}


LATE = "area = 'East' AND period_start = DATE '2023-06-01'"
COUNTS = "UPDATE stg_force_return SET denominator = NULL;"


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        (f"UPDATE stg_force_return SET numerator = numerator / 20 WHERE {LATE}", ["numerator"]),
        (f"UPDATE stg_force_return SET denominator = denominator / 20 WHERE {LATE}", ["denominator"]),
        (
            f"UPDATE stg_force_return SET numerator = numerator / 20, denominator = denominator / 20 WHERE {LATE}",
            ["numerator", "denominator"],
        ),
        (f"{COUNTS} UPDATE stg_force_return SET numerator = 4 WHERE {LATE}", ["numerator"]),
        (f"{COUNTS} UPDATE stg_force_return SET numerator = 0 WHERE {LATE}", ["numerator"]),
    ],
)
def test_of_a_collapsed_figure_the_number_that_collapsed_is_named(
    tmp_path: Path, change: str, columns: list[str]
) -> None:
    database = warehouse(tmp_path / "w.duckdb", "stg_force_return", change)
    ((text, entries, _),) = offered(database, "stg_force_return", "no_figure_collapses")
    assert [one["column"] for one in entries] == columns
    assert ("Any of these numbers may be the wrong one" in text) is (len(columns) > 1)


def test_each_of_the_first_records_has_its_entries_and_the_others_are_counted(tmp_path: Path) -> None:
    change = "UPDATE stg_force_return SET numerator = denominator + 1 WHERE area = 'East' AND period_start >= '{}'"
    for start, records, more in (
        ("2023-07-01", 4, ""),
        ("2023-06-01", 5, ""),
        ("2023-05-01", 5, "# And 1 record more"),
    ):
        path = tmp_path / f"{start}.duckdb"
        database = warehouse(path, "stg_force_return", change.format(start))
        ((text, entries, _),) = offered(database, "stg_force_return", "shares_are_within_the_whole")
        assert len({one["record"] for one in entries}) == records <= SHOWN_RECORDS
        assert [one["column"] for one in entries] == ["numerator", "denominator"] * records
        assert ("more" in text) is bool(more) and more in text


def test_a_record_of_the_same_number_in_another_file_is_not_taken_for_it(tmp_path: Path) -> None:
    change = (
        "INSERT INTO stg_population SELECT * REPLACE ('E0' AS extract_id, 'North' AS area) FROM stg_population;"
        "UPDATE stg_population SET population = 0 WHERE record = 2 AND extract_id = 'E1'"
    )
    database = warehouse(tmp_path / "w.duckdb", "stg_population", change)
    ((text, entries, result),) = offered(database, "stg_population", "population_is_above_zero")
    assert result.extracts == ("E1",) and len(entries) == 1
    assert "Force" in text and "North" not in text
