"""The texts that an officer copies from the review page: a message to the sender, and entries of corrections.yml."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.calendar import long_date
from flows.review.model import Failure, Review
from flows.sources import LAYOUTS
from flows.sources.records import SHOWN_CHARACTERS
from flows.wording.sentences import say

if TYPE_CHECKING:
    import duckdb

# What says which record it is, and is not the value that a correction changes.
_KEYS = ("from_file", "extract_id", "source", "member", "record")
# What says in words what a record is about, where its table has it.
_SAYING = ("measure", "area", "force", "offence_subgroup", "crime_type", "period_start")
_REJECTED = ("file", "line", "column_name", "value", "reason")
SHOWN_ENTRIES = 5


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


def corrections(connection: duckdb.DuckDBPyConnection, failure: Failure) -> str:
    """Return entries of corrections.yml for the first failing records; empty where none of them can be corrected.

    `connection` has the failing rows as `failing`. A rejected record gets an entry for the value that it was rejected
    for. Where a row names several `records`, each gets one, for which of them is wrong only the officer can tell.
    Otherwise it is the record of the first row, and of it the last number among the failing columns.
    """
    if not failure.rows.total:
        return ""
    described = [row[0] for row in connection.execute("DESCRIBE failing").fetchall()]
    if set(_REJECTED) <= set(described):
        found, head = list(_of_rejected(connection, failure)), "review_correct_rejected"
    elif "record" in described:
        found, head = list(_of_staged(connection, failure, described)), "review_correct_one_of"
    else:
        return ""
    sha256 = {one.extract: one for one in failure.files}
    entries = [
        say(
            "review_correction",
            about=one.about,
            sha256=sha256[one.extract].sha256,
            table=failure.table,
            record=one.record,
            member=_yaml(one.member),
            column=one.column,
            expect=_yaml(one.value),
        )
        for one in found[:SHOWN_ENTRIES]
    ]
    if len(found) > SHOWN_ENTRIES:
        entries.append(say("review_correct_more", count=len(found) - SHOWN_ENTRIES))
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
        if header in headers and len(value) <= SHOWN_CHARACTERS:
            about = say("review_correct_about", record=line, what=f"{header} {reason}")
            yield _Entry(extract, file.partition("!")[2], line, headers[header], value, about)


def _of_staged(connection: duckdb.DuckDBPyConnection, failure: Failure, failing: list[str]) -> Iterator[_Entry]:
    """Give an entry for the record of the first failing row, or for each of the records that it names."""
    staged = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {failure.table}").fetchall()}
    columns = [name for name in failing if name in staged and name not in _KEYS]
    if not columns:
        return
    numbers = [name for name in columns if staged[name] in ("DOUBLE", "BIGINT", "INTEGER")]
    column = (numbers or columns)[-1]
    records = "f.records" if "records" in failing else "[f.record]"
    member = "t.member = f.member" if "member" in failing else "TRUE"
    saying = ", ".join(f"t.{name}" for name in _SAYING if name in staged) or "''"
    query = f"""
        WITH f AS (FROM failing LIMIT 1),
        -- A record's number alone does not say of which file it is.
        file AS (
            SELECT t.extract_id, t.member
            FROM {failure.table} AS t INNER JOIN f ON t.record = f.record AND {member}
                AND t."{column}" IS NOT DISTINCT FROM f."{column}"
            WHERE list_contains($extracts, t.extract_id)
            ORDER BY ALL LIMIT 1
        )
        SELECT t.extract_id, t.member, t.record, t."{column}", concat_ws(', ', {saying})
        FROM {failure.table} AS t
        INNER JOIN file ON t.extract_id = file.extract_id AND t.member = file.member
        INNER JOIN f ON list_contains({records}, t.record)
        ORDER BY t.record
    """
    extracts = [one.extract for one in failure.files]
    for extract, inside, record, value, what in connection.execute(query, {"extracts": extracts}).fetchall():
        about = say("review_correct_about", record=record, what=what)
        yield _Entry(extract, inside, record, column, value, about)


def _yaml(value: Any) -> str:
    """Return the value as one line of YAML."""
    import yaml

    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text: str = yaml.safe_dump(value, allow_unicode=True, width=10_000, default_flow_style=True)
    return text.removesuffix("...\n").strip()
