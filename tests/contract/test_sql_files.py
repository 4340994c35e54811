"""The SQL files keep the house rules: one SELECT each, a grain, no clock, and nothing that reads backwards."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from flows.chart_tables import CHART_TABLES
from flows.settings import CHECKOUT, EXPECTATIONS, SQL
from flows.sources import LAYOUTS
from flows.stages import flag, measure
from flows.suites import load_suite
from flows.warehouse import CONFIGURATION
from flows.wording.gathered import SELECTIONS

FILES = sorted(SQL.glob("*/*.sql"))
IDS = [path.relative_to(SQL).as_posix() for path in FILES]
every_file = pytest.mark.parametrize("path", FILES, ids=IDS)
PREFIXES = {
    "stage": "stg_",
    "check": "check_",
    "vintage": "vintage_",
    "measure": "kpi_",
    "flag": "flag_",
    "brief": "brief_",
    "trace": "trace_",
    "series": "series_",
}
# What each folder may read. Nothing reads what a later stage makes; trace goes the way back and may read it all.
READS = {
    "stage": ("raw_file",),
    "check": ("stg_",),
    "vintage": ("stg_",),
    "measure": ("stg_", "kpi_", "plan_", "extract_file"),
    "flag": ("flag_", "kpi_", "plan_"),
    "brief": ("flag_", "kpi_", "plan_", "extract_file", "stg_population", "rej_"),
    "trace": ("stg_", "kpi_", "flag_", "plan_", "extract_file"),
    # Anybody's series: the file's rows and the options, and the chart tables that are made of them.
    "series": ("series_", "flag_"),
}
# Made from `flag_series` alone, so that `panelbrief spc` charts anybody's series by the very rules of the paper.
CHARTS_READ = {"flag_series", "plan_chart", *CHART_TABLES}
# Made by flows/series_files.py: the file's columns as text, and the dates of --rebase and --exclude.
SERIES_MADE = {
    "series_given", "series_reading", "series_rebase", "series_exclude", "series_tested",
}  # fmt: skip
CLOCKS = {
    "now", "current_date", "current_time", "current_timestamp", "current_localtime", "current_localtimestamp",
    "localtime", "localtimestamp", "today", "get_current_time", "get_current_timestamp", "transaction_timestamp",
    "get_current_date", "rand", "random", "uuid", "gen_random_uuid",
}  # fmt: skip
PYTHON_CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "gmtime", "localtime"}


def parsed(sql: str) -> exp.Expression:
    # A plain name to DuckDB; sqlglot's parser takes it for a keyword.
    sql = re.sub(r"\bforce\b", '"force"', sql)
    (statement,) = [one for one in sqlglot.parse(sql, read="duckdb") if one is not None]
    return statement


def tables_read(sql: str) -> set[str]:
    """Return the tables that a statement reads, without the names that it gives itself."""
    statement = parsed(sql)
    own = {one.alias for one in statement.find_all(exp.CTE)}
    return {one.name for one in statement.find_all(exp.Table) if one.name and one.name not in own}


def clock_calls(sql: str) -> set[str]:
    statement = parsed(sql)
    named = {one.sql_name().lower() for one in statement.find_all(exp.Func)}
    named |= {str(one.this).lower() for one in statement.find_all(exp.Anonymous)}
    # Some dialects take a clock's name without brackets for a column.
    named |= {one.name.lower() for one in statement.find_all(exp.Column) if not one.table}
    return named & CLOCKS


def strings_in_flows() -> set[str]:
    found = set()
    for path in (CHECKOUT / "flows").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_some_files_are_looked_at() -> None:
    assert len(FILES) >= 35
    assert {path.parent.name for path in FILES} == set(PREFIXES)
    assert not [path for path in SQL.rglob("*") if path.is_file() and path not in FILES]


@every_file
def test_line_one_gives_the_grain(path: Path) -> None:
    assert path.name.startswith(PREFIXES[path.parent.name])
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert re.match(r"-- One row per [a-z].*[.:]", first, re.IGNORECASE), first


@every_file
def test_one_file_is_one_select(path: Path) -> None:
    assert isinstance(parsed(path.read_text(encoding="utf-8")), exp.Select | exp.SetOperation)


@every_file
def test_no_file_reads_the_clock(path: Path) -> None:
    assert clock_calls(path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    "sql",
    [
        "select now()", "select current_date", "select current_timestamp", "select today()", "select random()",
        "select get_current_timestamp()", "select * from a where day < current_date - 1", "select localtimestamp",
    ],
)  # fmt: skip
def test_a_clock_would_be_seen(sql: str) -> None:
    assert clock_calls(sql)


def test_no_expectation_reads_the_clock() -> None:
    queries = [
        one.query
        for path in sorted(EXPECTATIONS.glob("stg_*.yml"))
        for one in load_suite(path.stem)
        if one.query
    ]  # fmt: skip
    assert len(queries) > 20
    for query in queries:
        assert clock_calls(query.replace("{batch}", "batch")) == set(), query


def test_no_module_but_the_command_reads_the_clock() -> None:
    seen = []
    for path in sorted((CHECKOUT / "flows").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in PYTHON_CLOCKS and called.attr != "time":
                seen.append((path.relative_to(CHECKOUT).as_posix(), called.attr))
            if isinstance(called, ast.Attribute) and ast.unparse(called) == "time.time":
                seen.append((path.relative_to(CHECKOUT).as_posix(), called.attr))
    commands = [("flows/cli.py", "now"), ("flows/review_commands.py", "now")]
    assert seen == commands, "as_of and today are passed in; only the command knows what day it is"


@every_file
def test_nothing_reads_backwards(path: Path) -> None:
    read = tables_read(path.read_text(encoding="utf-8"))
    assert read, "it reads no table at all"
    allowed = READS[path.parent.name]
    assert [name for name in sorted(read) if not name.startswith(allowed)] == []


@every_file
def test_every_table_that_is_read_is_made(path: Path) -> None:
    staged = {layout.table for layout in LAYOUTS.values()}
    made = {*CONFIGURATION, *staged, *measure.TABLES, *measure.COMPUTED, *flag.TABLES, *flag.COMPUTED, "raw_file"}
    made |= {name.replace("stg_", "rej_") for name in staged}
    made |= {*SERIES_MADE, *(file.stem for file in FILES if file.parent.name == "series")}
    assert tables_read(path.read_text(encoding="utf-8")) - made == set()


@pytest.mark.parametrize("table", CHART_TABLES)
def test_the_chart_tables_read_nothing_of_the_panels(table: str) -> None:
    read = tables_read((SQL / "flag" / f"{table}.sql").read_text(encoding="utf-8"))
    assert read and read - CHARTS_READ == set()


def test_no_stage_of_the_paper_reads_anybodys_series() -> None:
    for path in FILES:
        if path.parent.name != "series":
            read = tables_read(path.read_text(encoding="utf-8"))
            assert not [name for name in read if name.startswith("series_")], path.name


@pytest.mark.parametrize("stage", [measure, flag], ids=["measure", "flag"])
def test_tables_are_made_in_an_order_that_works(stage: object) -> None:
    tables = stage.TABLES  # type: ignore[attr-defined]
    folder = SQL / stage.__name__.rsplit(".", 1)[-1]  # type: ignore[attr-defined]
    assert len(set(tables)) == len(tables)
    for at, table in enumerate(tables):
        later = set(tables[at:])
        assert tables_read((folder / f"{table}.sql").read_text(encoding="utf-8")) & later == set(), table


def test_a_table_that_sql_cannot_compute_is_written_by_the_function_of_its_name() -> None:
    functions = {
        node.name
        for path in sorted((CHECKOUT / "flows" / "stats").glob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert flag.COMPUTED and set(flag.COMPUTED) - functions == set()
    assert set(flag.COMPUTED) & {path.stem for path in FILES} == set()


def test_every_name_has_its_file_and_every_file_is_used() -> None:
    used = {f"stage/{layout.table}.sql" for layout in LAYOUTS.values()}
    used |= {f"check/{layout.table.replace('stg_', 'check_')}.sql" for layout in LAYOUTS.values()}
    used |= {f"vintage/{layout.table.replace('stg_', 'vintage_')}.sql" for layout in LAYOUTS.values()}
    used |= {f"measure/{table}.sql" for table in measure.TABLES}
    used |= {f"flag/{table}.sql" for table in flag.TABLES}
    used |= {f"brief/{name}.sql" for name in SELECTIONS}
    # These are named one by one where they are used, or by the layout whose rows they find.
    named = {text for text in strings_in_flows() if text.endswith(".sql")}
    folders = ("brief", "trace", "series")
    used |= {f"{folder}/{text}" for folder in folders for text in named if text.startswith(f"{folder}_")}
    # Made as a table, or read by flows/series_files.py, by the name without the ending.
    used |= {f"series/{text}.sql" for text in strings_in_flows() if text.startswith("series_")} & set(IDS)
    used |= {name for name in IDS if name.removeprefix("trace/trace_").removesuffix(".sql") in LAYOUTS}
    assert sorted(used) == IDS
