"""Running suites: three outcomes, true counts, order, faults told apart, and suites that are wrong."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from flows.errors import ConfigurationError, WarehouseError
from flows.settings import CHECKOUT
from flows.suites import Count, load_suite
from flows.validation import CheckResult, validate_tables, warm_up

HEAD = "severity: warning, expected: So it is., why: because, message: '{count:row} wrong'"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE stg_thing AS SELECT i AS record, 'E1' AS extract_id, 'a:b {x} 100%' AS name,"
            " CASE WHEN i % 2 = 0 THEN i END AS even FROM range(1000) AS r (i)"
        )
        connection.execute("CREATE TABLE stg_other AS SELECT 1 AS record")
    return path


def suite(folder: Path, *entries: str, table: str = "stg_thing") -> Path:
    """Write a suite of flow-style entries and return its folder."""
    (folder / f"{table}.yml").write_text("expectations:\n" + "".join(f"  - {{{one}}}\n" for one in entries))
    return folder


def run(database: Path, *entries: str) -> list[CheckResult]:
    return validate_tables(database, ["stg_thing"], suite(database.parent, *entries))


def test_there_are_three_outcomes_and_results_stand_in_the_order_of_the_suite(database: Path) -> None:
    results = run(
        database,
        f"id: sound, {HEAD}, query: 'SELECT * FROM {{batch}} WHERE record < 0'",
        f"id: broken, {HEAD}, query: 'SELECT nothing FROM {{batch}}'",
        f"id: wrong, {HEAD}, query: 'SELECT record FROM {{batch}} WHERE record > 997'",
        f"id: filled, {HEAD}, type: expect_column_values_to_not_be_null, kwargs: {{column: even}}",
    )
    assert [(one.expectation, one.outcome, one.failing) for one in results] == [
        ("sound", "passed", 0),
        ("broken", "crashed", 0),
        ("wrong", "failed", 2),
        ("filled", "failed", 500),
    ]
    sound, broken, wrong, filled = results
    assert (sound.message, sound.detail) == ("", "")
    assert broken.detail.startswith("Binder Error: Referenced column") and "\n" not in broken.detail
    assert broken.detail in broken.message
    assert (wrong.message, wrong.detail) == ("2 rows wrong", "record 998; record 999")
    assert (wrong.table, wrong.severity, wrong.why) == ("stg_thing", "warning", "because")
    assert filled.message == "500 rows wrong"


def test_the_count_is_the_true_one_and_the_rows_shown_are_few(database: Path) -> None:
    (found,) = run(database, f"id: many, {HEAD}, query: 'SELECT record, extract_id FROM {{batch}} WHERE record > 9'")
    assert (found.failing, found.message, found.detail) == (990, "990 rows wrong", "record 10; record 11; record 12")


def test_a_message_may_show_the_first_failing_rows_itself(database: Path) -> None:
    head = "severity: warning, expected: So it is., why: because, message: '{count:row} wrong: {rows}.'"
    query = "SELECT record, 'x' AS of_it, extract_id FROM {batch} WHERE record"
    five, one = run(database, f'id: five, {head}, query: "{query} < 5"', f'id: one, {head}, query: "{query} = 7"')
    assert five.message == "5 rows wrong: record 0, of it x; record 1, of it x; record 2, of it x; and 2 more."
    assert one.message == "1 row wrong: record 7, of it x."
    assert (five.detail, one.detail) == ("", "")


def test_a_query_may_hold_joins_colons_braces_and_comments(database: Path) -> None:
    query = (
        "WITH a AS (SELECT b.* FROM {batch} AS b JOIN {batch} AS c ON b.record = c.record -- :note {2}\n"
        ") SELECT record FROM a WHERE name = 'a:b {x} 100%' AND regexp_matches(name, '^a:[a-z] {1}.{3}') "
        "AND record::VARCHAR LIKE '10%' AND {'k': record}['k'] = 10 -- {not :bound}"
    )
    (database.parent / "stg_thing.yml").write_text(
        "expectations:\n  - id: hard\n    severity: warning\n    expected: So\n    why: it is\n    message: x\n"
        "    query: |\n      " + query.replace("\n", "\n      ")
    )
    (found,) = validate_tables(database, ["stg_thing"], database.parent)
    assert (found.outcome, found.failing, found.detail) == ("failed", 1, "record 10")


def test_one_column_expectation_that_cannot_run_leaves_its_neighbours_alone(database: Path) -> None:
    results = run(
        database,
        f"id: type, {HEAD}, type: expect_column_values_to_be_between, kwargs: {{column: name, min_value: 3}}",
        f"id: column, {HEAD}, type: expect_column_values_to_not_be_null, kwargs: {{column: nowhere}}",
        f"id: range, {HEAD}, type: expect_column_values_to_be_between, kwargs: {{column: record, min_value: 3}}",
    )
    assert [(one.expectation, one.outcome, one.failing) for one in results] == [
        ("type", "crashed", 0),
        ("column", "crashed", 0),
        ("range", "failed", 3),
    ]
    assert 'column "nowhere"' in results[1].detail


def test_a_crash_counts_as_critical_if_its_severity_is(database: Path) -> None:
    critical = HEAD.replace("warning", "critical")
    results = run(
        database,
        f"id: one, {critical}, query: 'SELECT nothing FROM {{batch}}'",
        f"id: two, {HEAD}, query: 'SELECT nothing FROM {{batch}}'",
        f"id: three, {critical}, query: 'SELECT 1 FROM {{batch}} WHERE FALSE'",
    )
    assert [one.is_critical for one in results] == [True, False, False]


def test_a_table_that_is_not_there_makes_every_expectation_crash(database: Path) -> None:
    suite(database.parent, f"id: a, {HEAD}, query: SELECT 1", f"id: b, {HEAD}, query: SELECT 1", table="stg_lost")
    suite(database.parent, f"id: c, {HEAD}, query: 'SELECT * FROM {{batch}} WHERE FALSE'", table="stg_other")
    results = validate_tables(database, ["stg_other", "stg_lost", "stg_lost"], database.parent)
    assert [(one.table, one.expectation, one.outcome) for one in results] == [
        ("stg_lost", "a", "crashed"),
        ("stg_lost", "b", "crashed"),
        ("stg_other", "c", "passed"),
    ]
    assert "Table with name stg_lost does not exist" in results[0].detail


def test_the_database_is_left_as_it_was_and_can_be_opened_again(database: Path) -> None:
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    run(database, f"id: all, {HEAD}, query: 'SELECT * FROM {{batch}}'")
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before
    assert [path.name for path in database.parent.iterdir() if path.suffix != ".yml"] == [database.name]
    with duckdb.connect(str(database)) as connection:
        connection.execute("DROP TABLE stg_other")


def test_two_runs_give_the_same_results(database: Path) -> None:
    entries = (
        f"id: all, {HEAD}, query: 'SELECT name, even, record FROM {{batch}}'",
        f"id: none, {HEAD}, query: 'SELECT nothing FROM {{batch}}'",
    )
    assert run(database, *entries) == run(database, *entries)


def test_a_database_that_is_missing_or_held_open_is_told(database: Path) -> None:
    folder = suite(database.parent, f"id: a, {HEAD}, query: 'SELECT * FROM {{batch}}'")
    with pytest.raises(WarehouseError, match=r"none\.duckdb: there is no such database"):
        validate_tables(database.with_name("none.duckdb"), ["stg_thing"], folder)
    with (
        duckdb.connect(str(database)),
        pytest.raises(WarehouseError, match=r"cannot be opened for checking: .*Close every other connection"),
    ):
        validate_tables(database, ["stg_thing"], folder)


def test_no_tables_give_no_results(database: Path) -> None:
    assert validate_tables(database, []) == []


def test_counts_are_printed_with_their_word() -> None:
    assert (
        f"{Count(1):row}, {Count(1234):row}, {Count(0):quarter}, {Count(1234)}"
        == "1 row, 1,234 rows, 0 quarters, 1,234"
    )


@pytest.mark.parametrize(
    ("word", "two"),
    [("series", "2 series"), ("local authority", "2 local authorities"), ("day", "2 days"), ("code", "2 codes")],
)
def test_a_word_has_its_plural(word: str, two: str) -> None:
    assert (format(Count(2), word), format(Count(1), word)) == (two, f"1 {word}")


WRONG = {
    "an unknown key": (f"id: a, {HEAD}, query: SELECT 1, colour: blue", r"line 2: 'colour' is not known"),
    "no why": (
        "id: a, severity: warning, expected: So it is., message: m, query: SELECT 1",
        r"line 2: the expectation a has no why\.",
    ),
    "nothing expected": (
        "id: a, severity: warning, why: w, message: m, query: SELECT 1",
        r"line 2: the expectation a has no expected\.",
    ),
    "an empty why": (
        "id: a, severity: warning, expected: So it is., why: '', message: m, query: SELECT 1",
        r"has no why\. Add 'why:'",
    ),
    "no id": (HEAD + ", query: SELECT 1", r"the expectation without an id has no id\."),
    "another severity": (
        "id: a, severity: fatal, expected: So it is., why: w, message: m, query: SELECT 1",
        r"the severity 'fatal' is not known\. Write one of critical, warning\.",
    ),
    "neither way": (f"id: a, {HEAD}", r"the expectation a has neither a type nor a query\."),
    "both ways": (f"id: a, {HEAD}, query: SELECT 1, type: x", r"has both a type and a query\."),
    "an empty query": (f"id: a, {HEAD}, query: ''", r"the query of a is empty\."),
    "kwargs of a query": (f"id: a, {HEAD}, query: SELECT 1, kwargs: {{a: 1}}", r"'kwargs' goes with a type"),
    "kwargs as a list": (f"id: a, {HEAD}, type: expect_x, kwargs: [a]", r"'kwargs' is not a mapping"),
    "a pattern type": (
        f"id: a, {HEAD}, type: expect_column_values_to_match_regex, kwargs: {{column: name, regex: x}}",
        r"cannot run expect_column_values_to_match_regex inside DuckDB\. Use a query",
    ),
    "an unknown type": (
        f"id: a, {HEAD}, type: expect_the_unexpected",
        r"stg_thing\.yml, line 2: Great Expectations has no expectation 'expect_the_unexpected'\. Look it up",
    ),
    "kwargs that do not suit": (
        f"id: a, {HEAD}, type: expect_column_values_to_not_be_null, kwargs: {{colum: name}}",
        r"stg_thing\.yml, line 2: the kwargs of a do not suit expect_column_values_to_not_be_null: .*\. Mend them",
    ),
    "a placeholder": (
        "id: a, severity: warning, expected: So it is., why: w, message: '{lines}', query: SELECT 1",
        r"a placeholder that nothing fills\. Use \{count\}",
    ),
    "rows of a type": (
        "id: a, severity: warning, expected: So it is., why: w, message: 'these: {rows}', type: expect_x",
        r"the message shows \{rows\}, and a type selects none\. Write a query",
    ),
    "a broken placeholder": (
        "id: a, severity: warning, expected: So it is., why: w, message: '{count', query: SELECT 1",
        r"a placeholder",
    ),
}


@pytest.mark.parametrize(("entry", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_suite_is_told_with_file_line_and_remedy(database: Path, entry: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        run(database, entry)
    assert "stg_thing.yml, line" in str(caught.value) and caught.value.remedy


def test_all_faults_of_a_suite_are_told_at_once(database: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        run(database, f"id: a, {HEAD}, query: SELECT 1", f"id: a, {HEAD}, query: ''", "severity: x")
    told = str(caught.value)
    assert "line 3: the id 'a' is given twice (first on line 2). Change one." in told
    assert "line 3: the query of a is empty." in told and "line 4: the severity 'x' is not known." in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: there is no list of expectations"),
        ("expectations: []\n", "there is no list of expectations"),
        ("expectations:\n  - word\n", "line 2: this is not an expectation"),
        ("expectations:\n  - {id: [\n", "this is not YAML"),
        (f"expectations:\n  - {{id: a, {HEAD}, query: SELECT 1}}\nsuite: x\n", "line 3: 'suite' is not known here"),
    ],
)
def test_a_suite_that_is_no_list_is_told(database: Path, text: str, message: str) -> None:
    (database.parent / "stg_thing.yml").write_text(text)
    with pytest.raises(ConfigurationError, match=message):
        load_suite("stg_thing", database.parent)


def test_a_table_without_a_suite_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="the table stg_thing has no suite"):
        load_suite("stg_thing", tmp_path)


def test_importing_is_quick_and_the_end_is_quiet(database: Path) -> None:
    folder = suite(database.parent, f"id: a, {HEAD}, query: 'SELECT * FROM {{batch}}'")
    program = (
        "import os, sys, pathlib, flows.validation as v\n"
        "heavy = [m for m in ('great_expectations', 'sqlalchemy', 'pandas', 'prefect') if m in sys.modules]\n"
        "assert not heavy, heavy\n"
        "v.warm_up()\n"
        "assert 'great_expectations' in sys.modules and os.environ['GX_ANALYTICS_ENABLED'] == 'false'\n"
        f"database, folder = pathlib.Path({str(database)!r}), pathlib.Path({str(folder)!r})\n"
        "print(v.validate_tables(database, ['stg_thing'], folder)[0].failing)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1000\n", "")


def test_warming_up_twice_does_no_harm() -> None:
    warm_up()
    warm_up()
    assert "great_expectations" in sys.modules
