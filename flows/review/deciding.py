"""Deciding on a failed check: accepting it, asking for a new file, or withdrawing either, recorded in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from flows.errors import PanelbriefError
from flows.job import ledger_address
from flows.ledger import Decision, Ledger, in_force
from flows.review.holding import kept_review
from flows.review.model import Failure, Review
from flows.wording.sentences import say

Verdict = Literal["accepted", "rejected", "withdrawn"]
DRAFT = "draft-"


def decide(
    home: Path,
    meeting: str,
    failure: str,
    verdict: Verdict,
    *,
    who: str,
    reason: str,
    today: dt.date,
    on_day: dt.date | None = None,
) -> str:
    """Record a decision on a failure of the meeting's review (of the latest, if empty), and return what comes of it.

    It counts from `on_day`: if not given, from the day that the reviewed briefing was prepared as of. It is entered on
    `today`. `who` is taken as stated. Raises PanelbriefError for an unknown failure, one that is decided already, an
    empty name or reason, or a day to come; nothing is recorded then.
    """
    review, _ = kept_review(home, meeting)
    found = find_failure(review, failure)
    who, reason = (_filled(who, "who", "Give your name."), reason.strip())
    if verdict != "withdrawn":
        reason = _filled(reason, "reason", "Say why: it is printed in the paper.")
    day = on_day or min(review.as_of, today)
    if day > today:
        raise PanelbriefError(f"{day} has not come yet.", where="on", remedy="Give the day of the decision.")
    with _opened(home, review) as ledger:
        if verdict == "withdrawn":
            _withdraw(ledger, found, who, day)
        else:
            _record(ledger, found, verdict, who, reason, day, today)
        left = [one for one in review.holding if state_now(ledger, one, review.as_of) != "accepted"]
    words = [say(f"decided_{verdict}", who=who)]
    words.append(
        say("decided_left", count=len(left))
        if left
        else say("decided_again", meeting=review.meeting, as_of=review.as_of)
    )
    return "\n".join(words)


def find_failure(review: Review, name: str) -> Failure:
    """Return the failure of that id; raises PanelbriefError that lists those there are, or says why it needs none."""
    found = next((one for one in review.failures if one.id == name.strip().lower()), None)
    known = ", ".join(one.id for one in review.failures if one.state != "warning") or "none"
    if found is None:
        raise PanelbriefError(
            f"there is no failure '{name}' in the review of the meeting {review.meeting}.",
            remedy=f"There is: {known}. See panelbrief review list.",
        )
    return found


def states(home: Path, review: Review) -> dict[str, str]:
    """Return what the ledger says now of each failure of a review, by its id."""
    with _opened(home, review) as ledger:
        return {one.id: state_now(ledger, one, review.as_of) for one in review.failures}


def state_now(ledger: Ledger, failure: Failure, as_of: dt.date) -> str:
    """Return open, accepted, rejected or warning, by the decisions that count on that day."""
    if failure.state == "warning":
        return failure.state
    verdicts = [one.verdict if one else "open" for one in _held(ledger, failure, as_of).values()]
    for state in ("rejected", "open"):
        if state in verdicts or not verdicts:
            return state
    return "accepted"


def _held(ledger: Ledger, failure: Failure, as_of: dt.date) -> dict[str, Decision | None]:
    """Return the decision that counts for each file of a failure, by the file's sha256."""
    counting = {one.about: one for one in in_force(ledger.decisions(), as_of)}
    return {file.sha256: counting.get((file.sha256, failure.table, failure.expectation)) for file in failure.files}


def _record(
    ledger: Ledger, failure: Failure, verdict: str, who: str, reason: str, day: dt.date, today: dt.date
) -> None:
    if failure.state == "warning":
        raise PanelbriefError(
            f"{failure.id} is a warning.", remedy="It needs no decision: the paper prints it and goes on."
        )
    held = _held(ledger, failure, max(day, today))
    made = [one for one in held.values() if one]
    if made and (len(made) == len(held) or any(one.verdict == "rejected" for one in made)):
        last = made[-1]
        raise PanelbriefError(
            f"{failure.id} is decided: {last.verdict} by {last.who}, from {last.on_day} on ({last.reason}).",
            remedy=f"To decide anew, first: panelbrief review withdraw {failure.id} --who ...",
        )
    ledger.record_decisions(
        [
            Decision(sha256, failure.table, failure.expectation, verdict, who, False, day, today, reason)
            for sha256, one in held.items()
            if one is None
        ]
    )


def _withdraw(ledger: Ledger, failure: Failure, who: str, day: dt.date) -> None:
    about = {(file.sha256, failure.table, failure.expectation) for file in failure.files}
    made = [one for one in ledger.decisions() if one.about in about and one.withdrawn_on is None]
    if not made:
        raise PanelbriefError(f"nothing has been decided of {failure.id}.", remedy="See panelbrief review list.")
    final = [name for name, as_of in ledger.edition_days() if not name.startswith(DRAFT) and as_of >= made[0].on_day]
    if final:
        raise PanelbriefError(
            f"the decision on {failure.id} stands in an edition that is final ({final[0]}).",
            remedy="It can no longer be withdrawn. Ask for a corrected file: the next briefing tells of the change.",
        )
    ledger.withdraw_decisions([one.number for one in made], who, min(day, *(one.on_day for one in made)))


def _filled(text: str, what: str, remedy: str) -> str:
    words = " ".join(text.split())
    if not words.strip(". "):
        raise PanelbriefError("is empty.", where=what, remedy=remedy)
    return words


@contextmanager
def _opened(home: Path, review: Review) -> Iterator[Ledger]:
    ledger = Ledger(ledger_address(home), review.panel)
    try:
        yield ledger
    finally:
        ledger.close()
