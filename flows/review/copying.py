"""The texts that an officer copies from the review page: a message, a command, and an entry of corrections.yml."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flows.calendar import long_date
from flows.review.model import Failure, Review
from flows.wording.sentences import say

if TYPE_CHECKING:
    import duckdb

COMMAND = ".venv/bin/panelbrief"
# What says which record it is, and is not the value that a correction changes.
_KEYS = ("from_file", "extract_id", "source", "member", "record")


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


def accept_command(review: Review, failure: Failure) -> str:
    """Return the command that accepts the failure, to be completed with a name and a reason."""
    return f'{COMMAND} review accept {failure.id} --meeting {review.meeting} --who "..." --reason "..."'


def correction(connection: duckdb.DuckDBPyConnection, failure: Failure, extracts: Sequence[str]) -> str:
    """Return the entry of corrections.yml for the first failing record; empty where none of them is a staged record.

    The value that is offered is the last number among the failing columns that the table has, else the last text.
    """
    staged = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {failure.table}").fetchall()}
    if not failure.rows.total:
        return ""
    failing = [row[0] for row in connection.execute("DESCRIBE failing").fetchall()]
    columns = [name for name in failing if name in staged and name not in _KEYS]
    if "record" not in failing or not columns:
        return ""
    numbers = [name for name in columns if staged[name] in ("DOUBLE", "BIGINT", "INTEGER")]
    column = (numbers or columns)[-1]
    member = "member" if "member" in failing else "''"
    row = connection.execute(f'SELECT record, {member}, "{column}" FROM failing LIMIT 1').fetchone()
    if row is None:
        return ""
    found = connection.execute(
        f"SELECT any_value(extract_id) FROM {failure.table} WHERE list_contains($extracts, extract_id)"
        f" AND record = $record AND ($member = '' OR member = $member) AND \"{column}\" IS NOT DISTINCT FROM $value",
        {"extracts": list(extracts), "record": row[0], "member": row[1], "value": row[2]},
    ).fetchone()
    file = next((one for one in failure.files if found and one.extract == found[0]), None)
    if file is None:
        return ""
    return say(
        "review_correction",
        sha256=file.sha256,
        table=failure.table,
        record=row[0],
        column=column,
        expect=_yaml(row[2]),
    )


def _yaml(value: Any) -> str:
    """Return the value as one line of YAML."""
    import yaml

    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text: str = yaml.safe_dump(value, allow_unicode=True, width=10_000, default_flow_style=True)
    return text.removesuffix("...\n").strip()
