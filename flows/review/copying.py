"""The texts that an officer copies from the review page: a message to the sender, and entries of corrections.yml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.calendar import long_date
from flows.plan.checks import COLUMNS
from flows.plan.record import is_filled
from flows.review.model import Failure, Review
from flows.sources import LAYOUTS
from flows.sources.records import SHOWN_CHARACTERS
from flows.suites import Count
from flows.wording.sentences import say

if TYPE_CHECKING:
    import duckdb

# The numbers of each table: what a correction puts right, where a failure does not name another column.
_NUMBERS = {
    "stg_recorded_crime": ("offences",),
    "stg_force_return": ("numerator", "denominator"),
    "stg_population": ("population",),
}
# A number so many times its usual, or so small a part of it, is the one that a failure with both is about.
_FAR = 10
# What says in words what a record is about, where its table has it.
_SAYING = ("measure", "area", "force", "offence_subgroup", "crime_type", "period_start")
_REJECTED = ("file", "line", "column_name", "value", "reason")
# Records at most, each with its entries.
SHOWN_RECORDS = 5


@dataclass(frozen=True)
class _Entry:
    """One value that may be corrected, as it stands in the file; `about` says in words which it is."""

    extract: str
    member: str
    record: int
    column: str
    value: Any
    about: str


def ask_text(review: Review, failure: Failure) -> str:
    """Return a message to the sender that asks for a new file."""
    return say(
        "review_ask_text",
        panel=review.panel,
        meeting=long_date(review.meeting),
        files="\n".join(f"  {one.name} ({one.source}), sha256 {one.sha256}" for one in failure.files),
        expected=failure.expected,
        came=failure.came,
        why=failure.why,
        rows=say("review_ask_rows", file=failure.rows.file) if failure.rows.file else "",
    )


def corrections(connection: duckdb.DuckDBPyConnection, failure: Failure, named: str = "") -> str:
    """Return entries of corrections.yml for the first failing records; empty where none of them can be corrected.

    `connection` has the failing rows as `failing`. A rejected record gets an entry for the value that it was rejected
    for. Otherwise the column is the one that the check is `named` for, or each number that the failing rows show: where
    both numbers of a record may be wrong, or a row names several `records`, only the officer can tell which is.
    """
    if not failure.rows.total:
        return ""
    described = [row[0] for row in connection.execute("DESCRIBE failing").fetchall()]
    if set(_REJECTED) <= set(described):
        found, head = list(_of_rejected(connection, failure)), "review_correct_rejected"
        more = len(found[SHOWN_RECORDS:])
        found = found[:SHOWN_RECORDS]
    elif "record" in described:
        found, more = _of_staged(connection, failure, described, named)
        is_each_wrong = "records" not in described and len({one.record for one in found}) == len(found)
        head = "review_correct_each" if is_each_wrong else "review_correct_one_of"
    else:
        return ""
    sha256 = {one.extract: one for one in failure.files}
    entries = [
        say(
            "review_correction",
            about=one.about,
            sha256=_yaml(sha256[one.extract].sha256),
            table=failure.table,
            record=one.record,
            member=_yaml(one.member),
            column=one.column,
            expect=_yaml(one.value),
        )
        for one in found
    ]
    if more:
        entries.append(say("review_correct_more", count=Count(more)))
    return "\n".join([*([say(head)] if len(found) > 1 else []), *(one.rstrip("\n") for one in entries)])


def _of_rejected(connection: duckdb.DuckDBPyConnection, failure: Failure) -> Iterator[_Entry]:
    """Give an entry for each rejected record that was split into its columns."""
    rejected = failure.table.replace("stg_", "rej_")
    headers = {
        column.header: column.name for one in LAYOUTS.values() if one.table == failure.table for column in one.columns
    }
    query = (
        f"SELECT r.extract_id, r.file, r.line, r.column_name, r.value, r.reason FROM {rejected} AS r"
        " SEMI JOIN failing AS f ON r.file = f.file AND r.line = f.line"
        " WHERE list_contains($extracts, r.extract_id) ORDER BY ALL"
    )
    extracts = [one.extract for one in failure.files]
    for extract, file, line, header, value, reason in connection.execute(query, {"extracts": extracts}).fetchall():
        # Of a longer value only the beginning was kept, and what stands there must be given whole.
        # What only keeps a place, such as "...", cannot be expected: the plan takes it for what was not filled in.
        is_told = len(value) <= SHOWN_CHARACTERS and (not value or is_filled(value))
        if header in headers and is_told:
            about = say("review_correct_about", record=line, what=f"{header} {reason}")
            yield _Entry(extract, file.partition("!")[2], line, headers[header], value, about)


def _of_staged(
    connection: duckdb.DuckDBPyConnection, failure: Failure, failing: list[str], named: str
) -> tuple[list[_Entry], int]:
    """Return the entries for the first of the failing records, and how many records more there are."""
    staged = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {failure.table}").fetchall()}
    numbers = [named] if named else [name for name in _NUMBERS.get(failure.table, ()) if name in failing]
    numbers = [name for name in numbers if name in COLUMNS[failure.table]]
    if not numbers:
        return [], 0
    records = "f.records" if "records" in failing else "[f.record]"
    # A record's number alone does not say of which file it is.
    same = " AND ".join(f't."{name}" IS NOT DISTINCT FROM f."{name}"' for name in failing if name in staged)
    saying = ", ".join(f"t.{name}" for name in _SAYING if name in staged) or "''"
    values = ", ".join(f't."{name}"' for name in numbers)
    # A record without one of its names fails for that, whatever its numbers.
    names = [name for name in failing if staged.get(name) == "VARCHAR" and name in COLUMNS[failure.table]]
    is_named = " AND ".join(["TRUE", *(f't."{name}" IS NOT NULL' for name in names if not named and name != "note")])
    usual = ", ".join(f"f.usual_{name}" if f"usual_{name}" in failing else "NULL" for name in numbers)
    query = f"""
        WITH f AS (SELECT rowid AS place, * FROM failing),
        file AS (
            SELECT f.place, t.extract_id, t.member
            FROM f INNER JOIN {failure.table} AS t ON {same}
            WHERE list_contains($extracts, t.extract_id)
            QUALIFY row_number() OVER (PARTITION BY f.place ORDER BY t.extract_id, t.member) = 1
        ),
        found AS (
            SELECT f.place, t.extract_id, t.member, t.record, concat_ws(', ', {saying}) AS about,
                [{values}] AS amounts, [{usual}] AS usual
            FROM f
            INNER JOIN file ON f.place = file.place
            INNER JOIN {failure.table} AS t
                ON file.extract_id = t.extract_id AND file.member = t.member AND list_contains({records}, t.record)
            WHERE coalesce({values}) IS NOT NULL AND {is_named}
            QUALIFY row_number() OVER (PARTITION BY t.extract_id, t.member, t.record ORDER BY f.place) = 1
        )
        SELECT * EXCLUDE (place), count(*) OVER () AS total FROM found ORDER BY place, record LIMIT {SHOWN_RECORDS}
    """
    rows = connection.execute(query, {"extracts": [one.extract for one in failure.files]}).fetchall()
    entries = [
        _Entry(extract, inside, record, name, amount, say("review_correct_about", record=record, what=what))
        for extract, inside, record, what, amounts, usual_amounts, _ in rows
        for name, amount in _in_doubt(numbers, amounts, usual_amounts)
    ]
    return entries, rows[0][-1] - len(rows) if rows else 0


def _in_doubt(names: list[str], amounts: list[Any], usual: list[Any]) -> list[tuple[str, Any]]:
    """Return the numbers that may be wrong: those that there are, or of them only those that are far from usual."""
    there = [each for each in zip(names, amounts, usual, strict=True) if each[1] is not None]
    far = [each for each in there if each[2] and not each[2] / _FAR < each[1] < each[2] * _FAR]
    return [(name, amount) for name, amount, _ in far or there]


def _yaml(value: Any) -> str:
    """Return the value as one line of YAML."""
    import yaml

    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text: str = yaml.safe_dump(value, allow_unicode=True, width=10_000, default_flow_style=True)
    return text.removesuffix("...\n").strip()
