"""How a failed check stands: what it is about, and what was decided of exactly that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flows.ledger import Decision
from flows.review.model import Failure, Settled
from flows.validation import CheckResult
from flows.wording.numbers import listed
from flows.wording.sentences import say

if TYPE_CHECKING:
    import duckdb

FETCHED_ROWS = 10_000


def fingerprint(connection: duckdb.DuckDBPyConnection, result: CheckResult, files: Sequence[str]) -> str:
    """Return a hash of what an officer is shown of a failure: the check, the files by their sha256, every failing row.

    The rows are those of the table `failing`, in an order of their own; where a check has none, it is what came of it.
    """
    digest = hashlib.sha256(json.dumps([result.definition, sorted(files)]).encode())
    if not result.rows_sql:
        digest.update(json.dumps([result.outcome, result.failing, result.detail]).encode())
        return digest.hexdigest()
    rows = connection.execute("SELECT sha256(CAST(to_json(failing) AS VARCHAR)) FROM failing ORDER BY ALL")
    while some := rows.fetchmany(FETCHED_ROWS):
        digest.update("".join(row for (row,) in some).encode())
    return digest.hexdigest()


def abouts(failure: Failure) -> list[tuple[str, str, str, str]]:
    """Return what decisions on the failure bind, one for each file; one of no file if it is about none."""
    files = [one.sha256 for one in failure.files] or [""]
    return [(sha256, failure.table, failure.expectation, failure.fingerprint) for sha256 in files]


def standing(failure: Failure, counting: Sequence[Decision]) -> Failure:
    """Return the failure with its state and decisions, by the decisions that count; a warning needs none.

    One that was accepted with other rows is open, and `before` says so.
    """
    if failure.state == "warning":
        return failure
    held = {one.about: one for one in counting}
    made = [held.get(about) for about in abouts(failure)]
    if any(one and one.verdict == "rejected" for one in made):
        state = "rejected"
    else:
        state = "accepted" if all(made) else "open"
    names = [one.who for one in counting if state == "open" and _is_of_other_rows(one, failure)]
    return failure.model_copy(
        update={
            "state": state,
            "decisions": tuple(dict.fromkeys(settled(one) for one in made if one)),
            "before": say("accepted_before", who=listed(list(dict.fromkeys(names)))) if names else "",
        }
    )


def _is_of_other_rows(one: Decision, failure: Failure) -> bool:
    about = abouts(failure)
    return one.verdict == "accepted" and one.about not in about and any(one.about[:3] == each[:3] for each in about)


def settled(one: Decision) -> Settled:
    """Return a decision as the review tells it."""
    names = ("verdict", "who", "is_verified", "on_day", "recorded_on", "reason")
    return Settled.model_validate({name: getattr(one, name) for name in names})
