"""Runs the suites of expectations through Great Expectations, inside DuckDB: nothing is copied out but counts.

Great Expectations takes seconds to import, so it is imported inside the functions; `warm_up` does it ahead of time.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from flows.errors import ConfigurationError, WarehouseError
from flows.settings import EXPECTATIONS
from flows.suites import Expectation, load_suite

# Of the 1 GB that a whole run may use; beyond it DuckDB writes beside the database.
MEMORY_LIMIT = "400MB"
SHOWN_ROWS = 3
# Where the paper's message names the figures in doubt; filled by flows.review.in_doubt.
PLACES = "{places}"
# These stand in nearly every row, and tell a person nothing.
HIDDEN_COLUMNS = ("extract_id", "source")
# How SQLAlchemy finds a parameter in a text: one that is meant as such stands in no expectation.
_BIND = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")


@dataclass(frozen=True)
class CheckResult:
    """What came of one expectation; `outcome` is passed, failed or crashed (it could not be run, so nothing is known).

    `message` is for the officer, and empty when it passed. `failing` is the number of rows that fail (1 where the
    expectation is about the table as a whole). `detail` shows the first few of a query's failing rows unless the
    message does, or the reason of a crash on one line; otherwise it is empty. `extracts` and `rows_sql` are filled by
    `flows.review.failing.locate`: the ids of the extract files that are at fault, and the SELECT of every failing row;
    so is `definition`, all that says which rows fail.
    `expected` says what should have held. `public` is the message without a value of any row, for the paper, with
    PLACES where it shows rows; empty unless it failed.
    """

    table: str
    expectation: str
    severity: str
    outcome: str
    message: str
    why: str
    failing: int
    detail: str
    extracts: tuple[str, ...] = ()
    rows_sql: str = ""
    definition: str = ""
    expected: str = ""
    public: str = ""

    @property
    def is_critical(self) -> bool:
        """Return whether it holds the briefing: severity critical, and not passed."""
        return self.severity == "critical" and self.outcome != "passed"


def warm_up() -> None:
    """Import Great Expectations, so that `validate_tables` need not wait for it; meant for a thread early in a run."""
    great_expectations()


def validate_tables(
    database: Path,
    tables: Sequence[str],
    folder: Path = EXPECTATIONS,
    wanted: Mapping[str, Collection[str]] | None = None,
) -> list[CheckResult]:
    """Return one result for every expectation of the suites of `tables`, sorted by table, then as in the suite.

    `wanted` names the expectations to run, by table; without it all are. `database` is a DuckDB file that nothing else
    in this process has open. Raises ConfigurationError if a suite is wrong, WarehouseError if the database cannot be
    opened. A table that is not there makes its expectations crash.
    """
    suites = {table: load_suite(table, folder) for table in sorted(set(tables))}
    if wanted is not None:
        suites = {table: tuple(one for one in suites[table] if one.id in wanted[table]) for table in suites}
    built = {table: [build(one) for one in suite] for table, suite in suites.items()}
    if not suites:
        return []
    results: list[CheckResult] = []
    with opened(database) as source:
        for table, suite in suites.items():
            results += _validate_table(source, table, suite, built[table])
    return results


def great_expectations() -> Any:
    # Read at import: this job reports to nobody, and its output is not a terminal's.
    os.environ.update(GX_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1")
    import great_expectations
    import great_expectations.expectations

    # It sets a level of its own as it is imported, and then tells of each folder that it thinks of.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    return great_expectations


@cache
def _selected_rows() -> Any:
    """Return UnexpectedRowsExpectation without its second query, which fetches rows that nobody here reads."""
    gx = great_expectations()

    class SelectedRows(gx.expectations.UnexpectedRowsExpectation):  # type: ignore[misc, name-defined]
        metric_dependencies = ("unexpected_rows_query.row_count",)

        def _validate(self, metrics: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
            failing = metrics["unexpected_rows_query.row_count"]
            return {"success": failing == 0, "result": {"observed_value": failing}}

    return SelectedRows


def build(one: Expectation) -> Any:
    """Return the Great Expectations object; raises ConfigurationError if the type or its kwargs are not known."""
    gx = great_expectations()
    common = {"meta": {"id": one.id}, "severity": one.severity}
    if one.query:
        return _selected_rows()(unexpected_rows_query=_pushed_down(one.query), **common)
    name = "".join(word.capitalize() for word in one.type.split("_"))
    known = getattr(gx.expectations, name, None)
    if known is None or not one.type.startswith("expect_"):
        raise ConfigurationError(
            f"Great Expectations has no expectation '{one.type}'.",
            where=one.where,
            remedy="Look it up in its gallery (expect_column_values_to_be_in_set, for one), or write a query.",
        )
    try:
        return known(**one.kwargs, **common)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(
            f"the kwargs of {one.id} do not suit {one.type}: {_one_line(error)}.",
            where=one.where,
            remedy="Mend them as Great Expectations describes that expectation.",
        ) from error


def _pushed_down(query: str) -> str:
    """Return the query as Great Expectations wants it: `{batch}` a plain table name, all other marks left as written.

    There, `{batch}` stands for a subquery that has an alias or not as the query holds a JOIN or not, every other brace
    must be doubled, and a colon before a word is a parameter. Wrapped in this way none of it troubles a writer.
    """
    body = query.strip().rstrip(";").replace("{batch}", "batch")
    body = body.replace("{", "{{").replace("}", "}}")
    body = _BIND.sub(r"\\:", body)
    return f"WITH batch AS NOT MATERIALIZED (SELECT * FROM {{batch}})\nSELECT * FROM (\n{body}\n)"


@contextmanager
def opened(database: Path, context: Any = None) -> Iterator[Any]:
    """Give a Great Expectations data source over the file, read-only; the engine is disposed of at the end."""
    from sqlalchemy import event

    gx = great_expectations()
    context = context or gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    _keep_for_good()
    if not database.is_file():
        raise WarehouseError("there is no such database.", where=database.name, remedy="Run the stages before.")
    settings = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MEMORY_LIMIT,
    }
    engine = None
    try:
        source = context.data_sources.add_sql(
            "warehouse",
            connection_string=f"duckdb:///{database}",
            create_temp_table=False,
            kwargs={"connect_args": {"read_only": True, "config": settings}},
        )
        execution = source.get_execution_engine()
        engine = execution.engine
    except Exception as error:
        raise WarehouseError(
            f"cannot be opened for checking: {_one_line(error)}.",
            where=database.name,
            remedy="Close every other connection to it first.",
        ) from error
    event.listen(engine, "after_cursor_execute", _keep_rows)
    _quiet_exit()
    try:
        yield source
    finally:
        event.remove(engine, "after_cursor_execute", _keep_rows)
        # It holds a connection of its own beside the pool's, and DuckDB keeps the file open while one is left.
        execution.close()
        engine.dispose()
        source.get_engine().dispose()
        gc.collect()


@cache
def _keep_for_good() -> None:
    """Spare the collector what has been imported by now: it stays, and takes a third of a second to go through."""
    import duckdb_engine  # noqa: F401

    gc.freeze()


@cache
def _quiet_exit() -> None:
    """See to it that DuckDB prints no list of leaks as the process ends: duckdb_engine outlives the interpreter."""

    def let_go() -> None:
        gc.unfreeze()
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] == "duckdb_engine":
                for one in list(vars(module).values()):
                    if getattr(one, "__module__", None) == name and hasattr(one, "__annotations__"):
                        one.__annotations__ = {}
                vars(module).clear()

    atexit.register(let_go)


def _keep_rows(_connection: Any, cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    """Fetch a result at once: Great Expectations reads it after the connection has closed, and it would be gone."""
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    if cursor.description:
        rows = cursor.fetchall()
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=rows)


def _validate_table(source: Any, table: str, suite: Sequence[Expectation], built: Sequence[Any]) -> list[CheckResult]:
    gx = great_expectations()
    try:
        asset = source.add_table_asset(table, table_name=table)
        batch = asset.add_batch_definition_whole_table("whole").get_batch()
    except Exception as error:
        reason = _one_line(error)
        return [_result(table, one, "crashed", 0, reason) for one in suite]
    wanted = {"result_format": "BASIC", "partial_unexpected_count": 0}
    validated = batch.validate(gx.ExpectationSuite(name=table, expectations=list(built)), result_format=wanted)
    # Results come back with the crashed ones first.
    found = {one.expectation_config.meta["id"]: one for one in validated.results}
    results = []
    for expectation, objects in zip(suite, built, strict=True):
        one = found.get(expectation.id)
        if one is not None and _crash(one):
            # Column expectations share one query, and a fault in one of them crashes all: alone, only it does.
            one = batch.validate(objects, result_format=wanted)
        results.append(_judge(source, table, expectation, one))
    return results


def _judge(source: Any, table: str, expectation: Expectation, found: Any) -> CheckResult:
    reason = _crash(found) if found is not None else "no result came back"
    if reason:
        return _result(table, expectation, "crashed", 0, reason)
    if found.success:
        return _result(table, expectation, "passed", 0, "")
    if not expectation.query:
        failing = int(found.result.get("unexpected_count") or 1)
        return _result(table, expectation, "failed", failing, "")
    failing = int(found.result["observed_value"])
    return _result(table, expectation, "failed", failing, _first_rows(source, table, expectation.query))


def _result(table: str, expectation: Expectation, outcome: str, failing: int, detail: str) -> CheckResult:
    words = public = ""
    if outcome == "failed":
        public = expectation.words(failing, PLACES)
        more = f"; and {failing - SHOWN_ROWS:,} more" if failing > SHOWN_ROWS else ""
        words = expectation.words(failing, detail + more)
        detail = "" if expectation.names_rows else detail
    if outcome == "crashed":
        words = f"The check '{expectation.id}' could not be run, so whether it holds is not known: {detail}"
    about = table, expectation.id, expectation.severity, outcome, words, expectation.why, failing, detail
    return CheckResult(*about, expected=expectation.expected, public=public)


def of_one_file(
    whole: CheckResult, expectation: Expectation, failing: int, rows: Iterable[Mapping[str, Any]]
) -> CheckResult:
    """Return the part of a failed result that one file is at fault for; `rows` are the first of its failing rows."""
    part = _result(whole.table, expectation, whole.outcome, failing, _rows_in_words(rows))
    return replace(part, definition=whole.definition)


def _crash(found: Any) -> str:
    """Return why the expectation could not be run, on one line; empty if it ran.

    `exception_info` is flat, or keyed by the metrics that could not be computed.
    """
    info = found.exception_info or {}
    entries = [info] if "raised_exception" in info else list(info.values())
    for one in entries:
        if one.get("raised_exception"):
            return _one_line(one.get("exception_message") or "an error without a message")
    return ""


def _one_line(error: object) -> str:
    """Return the first line that says something, without what the drivers write before it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = lines[0] if lines else type(error).__name__
    return re.sub(r"^.*\((_?duckdb|builtins|sqlalchemy)[\w.]*\) ", "", first).rstrip(".")


def _first_rows(source: Any, table: str, query: str) -> str:
    """Return the first few rows of a failed query in words: "record 17, force Wiltshire; record 20, ..."."""
    from sqlalchemy import text

    body = _pushed_down(query).format(batch=table)
    with source.get_execution_engine().engine.connect() as connection:
        rows = connection.execute(text(f"{body} ORDER BY ALL LIMIT {SHOWN_ROWS}")).mappings().all()
    return _rows_in_words(rows)


def _rows_in_words(rows: Iterable[Mapping[str, Any]]) -> str:
    return "; ".join(
        ", ".join(
            f"{name.replace('_', ' ')} {value}"
            for name, value in row.items()
            if value not in (None, "") and name not in HIDDEN_COLUMNS
        )
        for row in rows
    )
