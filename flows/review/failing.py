"""The files and rows behind a failed check, by queries of our own: Great Expectations returns 200 rows at most."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.settings import EXPECTATIONS
from flows.sources import LAYOUTS
from flows.suites import Expectation, load_suite
from flows.validation import SHOWN_ROWS, CheckResult, of_one_file
from flows.wording.sentences import say

if TYPE_CHECKING:
    import duckdb

# The rows that fail each type, as Great Expectations counts them: what is empty fails nothing but a test of emptiness.
# A type that is not here is about the table as a whole, and has no failing rows to show.
FAILING_ROWS: dict[str, str] = {
    "expect_column_values_to_not_be_null": "WHERE {column} IS NULL",
    "expect_column_values_to_be_null": "WHERE {column} IS NOT NULL",
    "expect_column_values_to_be_in_set": "WHERE {column} NOT IN {value_set}",
    "expect_column_values_to_not_be_in_set": "WHERE {column} IN {value_set}",
    "expect_column_values_to_be_between": "WHERE {below} OR {above}",
    "expect_column_value_lengths_to_be_between": "WHERE {shorter} OR {longer}",
    "expect_column_values_to_be_unique": "WHERE {column} IS NOT NULL QUALIFY count(*) OVER (PARTITION BY {column}) > 1",
    "expect_compound_columns_to_be_unique": (
        "WHERE {any_filled} QUALIFY count(*) OVER (PARTITION BY {column_list}) > 1"
    ),
    "expect_column_pair_values_to_be_equal": "WHERE {column_A} IS DISTINCT FROM {column_B}",
    "expect_column_pair_values_a_to_be_greater_than_b": "WHERE {column_A} {not_above} {column_B}",
}
# These make a type's failing rows others than the table's template selects.
_NOT_SELECTED = ("row_condition", "mostly", "ignore_row_if")
_NAMES = ("column", "column_A", "column_B")
FROM_FILE = "from_file"


def locate(
    connection: duckdb.DuckDBPyConnection, results: Sequence[CheckResult], folder: Path = EXPECTATIONS
) -> list[CheckResult]:
    """Return the results with `extracts`, `rows_sql` and `definition` filled in for those that did not pass.

    Each file of the table is looked at by itself. Where the files' own failing rows are all that fail, those with any
    are at fault, and the rows say which file they are from; a critical check is then one result for each such file, to
    be decided by itself. Otherwise it is about the table as a whole, and every file of the table is at fault.
    """
    return [
        part for one in results for part in ([one] if one.outcome == "passed" else _located(connection, one, folder))
    ]


def _located(connection: duckdb.DuckDBPyConnection, result: CheckResult, folder: Path) -> list[CheckResult]:
    files = _files(connection, result.table)
    every = tuple(files)
    expectation = next(one for one in load_suite(result.table, folder) if one.id == result.expectation)
    result = dataclasses.replace(result, definition=_definition(expectation))
    body = failing_body(expectation)
    if result.outcome == "crashed" or not body:
        return [dataclasses.replace(result, extracts=every)]
    whole = _whole(result.table, body)
    alone = {name: _count(connection, _alone(result.table, body, name)) for name in every}
    if sum(alone.values()) != _count(connection, whole):
        return [dataclasses.replace(result, extracts=every, rows_sql=whole)]
    at_fault = tuple(name for name, count in alone.items() if count)
    parts = {
        name: f"SELECT {_literal(files[name])} AS {FROM_FILE}, * FROM (\n{_alone(result.table, body, name)}\n)"
        for name in at_fault
    }
    if result.severity != "critical" or len(at_fault) == 1:
        return [dataclasses.replace(result, extracts=at_fault, rows_sql="\nUNION ALL\n".join(parts.values()))]
    found = []
    for name in at_fault:
        first = f"SELECT * FROM (\n{_alone(result.table, body, name)}\n) ORDER BY ALL LIMIT {SHOWN_ROWS}"
        part = of_one_file(result, expectation, alone[name], _rows(connection, first))
        message = say("failure_of_file", file=files[name], message=part.message)
        found.append(dataclasses.replace(part, message=message, extracts=(name,), rows_sql=parts[name]))
    return found


def _definition(expectation: Expectation) -> str:
    """Return all that says which rows fail; how it is worded, and how grave it is, does not."""
    return json.dumps([expectation.type, expectation.kwargs, expectation.query], sort_keys=True, default=str)


def named_column(result: CheckResult) -> str:
    """Return the column whose values a located result tests one by one; empty where it is about more than one."""
    # A question about revised figures is of no suite, and is defined in words.
    is_of_suite = result.definition.startswith("[")
    return str(json.loads(result.definition)[1].get("column", "")) if is_of_suite else ""


def failing_body(expectation: Expectation) -> str:
    """Return the SELECT of the rows that fail, over a table called batch; empty if it is about the table as a whole."""
    if expectation.query:
        return expectation.query.strip().rstrip(";").replace("{batch}", "batch")
    template = FAILING_ROWS.get(expectation.type)
    if template is None or any(name in expectation.kwargs for name in _NOT_SELECTED):
        return ""
    return f"SELECT * FROM batch {template.format_map(_filled(expectation.kwargs))}"


def _filled(kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Return the marks of the templates with names quoted and values written as SQL."""
    filled = {name: _quoted(kwargs[name]) for name in _NAMES if name in kwargs}
    filled["column_list"] = ", ".join(_quoted(one) for one in kwargs.get("column_list", ()))
    filled["any_filled"] = " OR ".join(f"{_quoted(one)} IS NOT NULL" for one in kwargs.get("column_list", ()))
    filled["value_set"] = f"({', '.join(_literal(one) for one in kwargs.get('value_set') or ('',))})"
    filled["not_above"] = "<" if kwargs.get("or_equal") else "<="
    if "column" in kwargs:
        lowest, highest = ("<=" if kwargs.get("strict_min") else "<"), (">=" if kwargs.get("strict_max") else ">")
        for low, high, what in (
            ("below", "above", filled["column"]),
            ("shorter", "longer", f"length({filled['column']})"),
        ):
            filled[low] = _beyond(what, lowest, kwargs.get("min_value"))
            filled[high] = _beyond(what, highest, kwargs.get("max_value"))
    return filled


def _beyond(what: str, sign: str, bound: Any) -> str:
    return "FALSE" if bound is None else f"{what} {sign} {_literal(bound)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _whole(table: str, body: str) -> str:
    return f"WITH batch AS NOT MATERIALIZED (SELECT * FROM {table})\nSELECT * FROM (\n{body}\n)"


def _alone(table: str, body: str, extract: str) -> str:
    """Return the SELECT as if that file were all that had been received: its rows, its rejects, its manifest row."""
    name = _literal(extract)
    rejected = table.replace("stg_", "rej_")
    return (
        f"WITH batch AS NOT MATERIALIZED (SELECT * FROM {table} WHERE extract_id = {name}),\n"
        f"{rejected} AS NOT MATERIALIZED (SELECT * FROM main.{rejected} WHERE extract_id = {name}),\n"
        f"extract_file AS NOT MATERIALIZED (SELECT * FROM main.extract_file WHERE extract_id = {name})\n"
        f"SELECT * FROM (\n{body}\n)"
    )


def _files(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Return the name that each extract of a table was sent under, by its id."""
    layouts = [one.name for one in LAYOUTS.values() if one.table == table]
    query = """
        SELECT f.extract_id, f.name
        FROM extract_file AS f
        INNER JOIN plan_source AS s ON f.source = s.source
        WHERE list_contains($layouts, s.layout)
        ORDER BY f.extract_id
    """
    return dict(connection.execute(query, {"layouts": layouts}).fetchall())


def _rows(connection: duckdb.DuckDBPyConnection, select: str) -> list[dict[str, Any]]:
    result = connection.execute(select)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, select: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM (\n{select}\n)").fetchone()
    return int(row[0]) if row else 0
