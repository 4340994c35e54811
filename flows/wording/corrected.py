"""Corrections as the paper tells them: what stood in the file, what counts, why, who says so, and since when."""

from __future__ import annotations

from flows.wording.gathered import Row
from flows.wording.indicators import marked
from flows.wording.numbers import day
from flows.wording.sentences import say


def correction(row: Row) -> str:
    """Return the note of one correction."""
    where = "correction_member" if row["member"] else "correction_file"
    words = say(
        "correction_dropped" if row["is_dropped"] else "correction_made",
        source=row["title"],
        file=say(where, file=row["file"], member=row["member"]),
        record=row["record"],
        column=row["column_name"].replace("_", " "),
        before=_told(row, "before"),
        after=_told(row, "after"),
        refused=f" {say('correction_refused')}" if row["was_rejected"] else "",
        reason=row["reason"],
        who=row["decided_by"],
        date=day(row["decided_on"]),
    )
    return marked(words, row["illustrative"])


def _told(row: Row, which: str) -> str:
    """Return a value as printed: what is confidential is told as such."""
    if row[f"is_{which}_confidential"]:
        return say("correction_confidential")
    return say("correction_value", value=row[which]) if row[which] else say("correction_empty")
