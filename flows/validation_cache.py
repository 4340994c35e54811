"""Results of expectations, kept in the store: what has not changed is not checked again.

A result is kept under the hash of all that it can depend on: the expectation's own words, the sha256 of every file in
the tables that it reads, those tables' content (so a correction or another reading counts as a change), and the
versions of the libraries. A crash is never kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.settings import EXPECTATIONS
from flows.store import KEEPING, writing
from flows.suites import Expectation, load_suite
from flows.validation import CheckResult, validate_tables
from flows.warehouse import open_warehouse

if TYPE_CHECKING:
    import duckdb

# Raise it when a change in flows/validation.py changes what comes of the same expectation over the same rows.
VALIDATION_VERSION = "2"
_READ = re.compile(r"\b(?:(?:stg|rej|plan|vintage)_\w+|extract_file)\b")
_NO_TABLE = "not there"


def validate_kept(database: Path, tables: Sequence[str], cache: Path, folder: Path = EXPECTATIONS) -> list[CheckResult]:
    """Return what `validate_tables` returns, running only what is not kept under `cache`, and keep what is new.

    If everything is kept, Great Expectations is not imported. Raises as `validate_tables` does.
    """
    suites = {table: load_suite(table, folder) for table in sorted(set(tables))}
    if not suites:
        return []
    # What cannot be opened is told by validate_tables, in words.
    keys = _keys(database, suites) if database.is_file() else {}
    found = {one: result for one, key in keys.items() if (result := _kept(cache / key[:2] / key)) is not None}
    wanted = {table: {one.id for one in suite if (table, one.id) not in found} for table, suite in suites.items()}
    for result in validate_tables(database, [table for table in wanted if wanted[table]], folder, wanted):
        one = (result.table, result.expectation)
        found[one] = result
        if result.outcome != "crashed":
            _keep(cache, cache / keys[one][:2] / keys[one], result)
    return [found[table, one.id] for table, suite in suites.items() for one in suite]


def _keys(database: Path, suites: dict[str, tuple[Expectation, ...]]) -> dict[tuple[str, str], str]:
    """Return the key of each expectation, by table and id."""
    versions = [VALIDATION_VERSION, version("great_expectations"), version("duckdb")]
    contents: dict[str, str] = {}
    keys = {}
    with open_warehouse(database, read_only=True) as connection:
        for table, suite in suites.items():
            for one in suite:
                read = sorted({table, *_READ.findall(one.query)})
                for name in read:
                    if name not in contents:
                        contents[name] = _content(connection, name)
                # The line that it stands on in its file changes nothing.
                words = {name: value for name, value in asdict(one).items() if name != "where"}
                parts = [versions, table, words, [[name, contents[name]] for name in read]]
                keys[table, one.id] = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return keys


def _content(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Return what tells a table's content from any other, whatever the order of its rows."""
    there = (
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position"
    )
    columns = connection.execute(there, [table]).fetchall()
    if not columns:
        return _NO_TABLE
    rows = connection.execute(
        f"SELECT count(*), bit_xor(hash(t)), bit_xor(hash(t, 'again')), sum(hash(t)) FROM {table} AS t"
    ).fetchall()
    files: list[Any] = []
    if "extract_id" in {name for name, _ in columns} and table != "extract_file":
        files = connection.execute(
            f"SELECT DISTINCT f.sha256 FROM {table} AS t INNER JOIN extract_file AS f ON t.extract_id = f.extract_id"
            " ORDER BY ALL"
        ).fetchall()
    return json.dumps([columns, [str(value) for value in rows[0]], files])


def _kept(path: Path) -> CheckResult | None:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(CheckResult).validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _keep(cache: Path, path: Path, result: CheckResult) -> None:
    """Write the result whole or not at all: another run may read it at any moment."""
    with writing(cache):
        path.parent.mkdir(exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=KEEPING, dir=cache)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(asdict(result), out, ensure_ascii=False)
        Path(partial).replace(path)
