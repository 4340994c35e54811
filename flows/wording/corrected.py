"""Corrections as the paper tells them: what stood in the file, what counts, why, who says so, and since when."""

from __future__ import annotations

from flows.wording.gathered import Row
from flows.wording.indicators import marked
from flows.wording.numbers import day
from flows.wording.sentences import say

# A count of so few in a return that is not published may be one person's, whatever is said of the figure made from it.
SMALLEST_TOLD = 5


def correction(row: Row) -> str:
    """Return the note of one correction."""
    where = "correction_member" if row["member"] else "correction_file"
    words = say(
        "correction_dropped" if row["is_dropped"] else "correction_made",
        source=row["title"],
        file=say(where, file=row["file"], member=row["member"]),
        record=row["record"],
        column=row["column_name"].replace("_", " "),
        before=_told(row["before"], row),
        after=_told(row["after"], row),
        refused=f" {say('correction_refused')}" if row["was_rejected"] else "",
        reason=row["reason"],
        who=row["decided_by"],
        date=day(row["decided_on"]),
    )
    return marked(words, row["illustrative"])


def _told(value: str, row: Row) -> str:
    """Return a value as printed: a small count of a return that is not published is told as such."""
    if not value:
        return say("correction_empty")
    if not row["published"] and value.isdigit() and 0 < int(value) < SMALLEST_TOLD:
        return say("correction_small", smallest=SMALLEST_TOLD)
    return say("correction_value", value=value)
