"""Suites of expectations, one YAML file a staged table, read and checked before anything runs."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.errors import ConfigurationError
from flows.plan.positions import QUICK, Document, Fault, read_document
from flows.settings import EXPECTATIONS

SEVERITIES = ("critical", "warning")
KEYS = ("id", "severity", "expected", "why", "message", "type", "kwargs", "query")
NEEDED = KEYS[:5]
# Great Expectations has no regular expressions and no LIKE for DuckDB: they crash on sound data.
NOT_ON_DUCKDB = ("regex", "like_pattern", "strftime", "parseable", "json_schema")


class Count(int):
    """A number of failing rows that a message prints: `{count}` is 1,234 and `{count:row}` is 1,234 rows, or 1 row.

    `{count:series}` is 2 series, and `{count:authority}` 2 authorities.
    """

    def __format__(self, spec: str) -> str:
        number = f"{int(self):,}"
        return f"{number} {spec if self == 1 else _plural(spec)}" if spec else number


def _plural(word: str) -> str:
    if word.endswith("series"):
        return word
    return re.sub("(?<=[^aeiou])y$", "ie", word) + "s"


@dataclass(frozen=True)
class Expectation:
    """One expectation: either a Great Expectations `type` with `kwargs`, or a `query` that selects unexpected rows.

    `expected` is a sentence for people: what is true of sound data.
    """

    id: str
    severity: str
    expected: str
    why: str
    message: str
    type: str = ""
    kwargs: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    where: str = ""

    @property
    def names_rows(self) -> bool:
        """Return whether the message itself shows the first failing rows."""
        return any(name == "rows" for _, name, _, _ in string.Formatter().parse(self.message))

    def words(self, failing: int, rows: str = "") -> str:
        """Return the message for that number of failing rows; `rows` shows the first of them in words."""
        return self.message.format(count=Count(failing), rows=rows)


def load_suite(table: str, folder: Path = EXPECTATIONS) -> tuple[Expectation, ...]:
    """Return the expectations of `table` in the order of its suite, `<folder>/<table>.yml`.

    Raises ConfigurationError with every fault of the file: file, line, what is wrong, what to do.
    """
    path = folder / f"{table}.yml"
    where = f"{folder.name}/{path.name}"
    try:
        document = read_document(where, path.read_text(encoding="utf-8"), loading=QUICK)
    except FileNotFoundError:
        raise ConfigurationError(
            f"the table {table} has no suite of expectations.",
            where=where,
            remedy="Write one, as expectations/README.md describes.",
        ) from None
    faults = list(document.faults) or list(_faults(document))
    if faults:
        raise _as_error(where, faults)
    return tuple(
        Expectation(**one, where=f"{where}, line {document.line(('expectations', at))}")
        for at, one in enumerate(document.data["expectations"])
    )


def _as_error(where: str, faults: list[Fault]) -> ConfigurationError:
    if len(faults) == 1:
        one = faults[0]
        return ConfigurationError(one.message, where=f"{one.file}, line {one.line}", remedy=one.remedy)
    lines = "\n".join(f"  {one.text()}" for one in sorted(faults, key=lambda one: one.line))
    return ConfigurationError(f"{len(faults)} faults in this suite:\n{lines}", where=where)


def _faults(document: Document) -> Iterator[Fault]:
    data = document.data
    entries = data.get("expectations") if isinstance(data, dict) else None
    if not isinstance(entries, list) or not entries:
        yield Fault(document.file, 1, "there is no list of expectations.", "Begin with the line 'expectations:'.")
        return
    for key in data:
        if key != "expectations":
            remedy = "The one key at the top of a suite is 'expectations'."
            yield Fault(document.file, document.line((key,)), f"'{key}' is not known here.", remedy)
    seen: dict[str, int] = {}
    for at, entry in enumerate(entries):
        line = document.line(("expectations", at))
        if not isinstance(entry, dict):
            yield Fault(document.file, line, "this is not an expectation.", f"Give it the keys {', '.join(NEEDED)}.")
            continue
        for message, remedy, key in _entry_faults(entry):
            yield Fault(document.file, document.line(("expectations", at, key)), message, remedy)
        name = entry.get("id")
        if isinstance(name, str) and name in seen:
            yield Fault(
                document.file, line, f"the id '{name}' is given twice (first on line {seen[name]}).", "Change one."
            )
        elif isinstance(name, str):
            seen[name] = line


def _entry_faults(entry: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Give message, remedy and the key at fault."""
    name = entry.get("id", "without an id")
    for key in entry:
        if key not in KEYS:
            yield f"'{key}' is not known in an expectation.", f"The keys are {', '.join(KEYS)}.", key
    for key in NEEDED:
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            yield f"the expectation {name} has no {key}.", f"Add '{key}:' with a few words.", key
    if "severity" in entry and entry["severity"] not in SEVERITIES:
        yield f"the severity '{entry['severity']}' is not known.", f"Write one of {', '.join(SEVERITIES)}.", "severity"
    if isinstance(entry.get("message"), str) and not _fills(entry["message"]):
        remedy = "Use {count}, {count:row} or {rows}; write a brace that is meant as such twice."
        yield "the message has a placeholder that nothing fills.", remedy, "message"
    yield from _way_faults(entry, name)


def _way_faults(entry: dict[str, Any], name: str) -> Iterator[tuple[str, str, str]]:
    ways = [key for key in ("type", "query") if key in entry]
    if len(ways) != 1:
        found = "both a type and a query" if ways else "neither a type nor a query"
        yield f"the expectation {name} has {found}.", "Give it one of the two.", "id"
        return
    if not isinstance(entry[ways[0]], str) or not entry[ways[0]].strip():
        yield f"the {ways[0]} of {name} is empty.", "Fill it in.", ways[0]
        return
    if ways == ["query"] and "kwargs" in entry:
        yield "'kwargs' goes with a type, not with a query.", "Take it out.", "kwargs"
    if ways == ["type"] and "{rows}" in str(entry.get("message")):
        yield "the message shows {rows}, and a type selects none.", "Write a query, or take {rows} out.", "message"
    if not isinstance(entry.get("kwargs", {}), dict):
        yield "'kwargs' is not a mapping.", "Write it as {column: force}.", "kwargs"
    if ways == ["type"] and any(word in entry["type"] for word in NOT_ON_DUCKDB):
        remedy = "Use a query, with regexp_matches for a pattern."
        yield f"Great Expectations cannot run {entry['type']} inside DuckDB.", remedy, "type"


def _fills(message: str) -> bool:
    try:
        parts = list(string.Formatter().parse(message))
        return all(name in (None, "count") or (name == "rows" and not spec) for _, name, spec, _ in parts)
    except ValueError:
        return False
