"""Deciding on a failed check: accepting it, asking for a new file, or withdrawing either, recorded in the ledger."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from flows.editions import DRAFT
from flows.errors import PanelbriefError
from flows.job import home_option, ledger_address
from flows.ledger import Decision, Ledger, in_force
from flows.plan.record import is_filled
from flows.review.holding import kept_review, read_review, renew_page
from flows.review.model import Failure, Review
from flows.review.standing import abouts, settled, standing
from flows.wording.sentences import say

Verdict = Literal["accepted", "rejected", "withdrawn"]


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
    `today`. `who` is taken as stated. The held briefing's page shows it from then on. Raises PanelbriefError for an
    unknown failure, one that is decided already (be it a moment ago), an empty name or reason, or a day to come;
    nothing is recorded then.
    """
    review, folder = kept_review(home, meeting)
    found = find_failure(review, failure)
    who, reason = (_filled(who, "who", "Give your name."), reason.strip())
    if verdict != "withdrawn":
        reason = _filled(reason, "reason", "Say why: it is printed in the paper.")
    day = on_day or min(review.as_of, today)
    if day > today:
        raise PanelbriefError(f"{day} has not come yet.", where="on", remedy="Give the day of the decision.")
    option = home_option(home)
    with _opened(home, review) as ledger:
        if verdict == "withdrawn":
            finals = _final_editions(home, ledger)
            ledger.change_decisions(lambda made: _withdrawn(made, found, finals, who, day))
        else:
            plain = Decision("", "", "", "", verdict, who, False, day, today, reason)
            ledger.change_decisions(lambda made: _recorded(made, found, plain, option))
        review = renew_page(home, folder, lambda kept: as_it_stands(ledger, kept)) or as_it_stands(ledger, review)
    words = [say(f"decided_{verdict}", who=who)]
    left = len(review.holding)
    words.append(
        say("decided_left", count=left, home=option)
        if left
        else say("decided_again", meeting=review.meeting, as_of=review.as_of, home=option)
    )
    return "\n".join(words)


def find_failure(review: Review, name: str) -> Failure:
    """Return the failure of that id; raises PanelbriefError that lists those there are, or says why it needs none."""
    found = next((one for one in review.failures if one.id == name.strip().lower()), None)
    known = ", ".join(one.id for one in review.failures if one.state != "warning") or "none"
    if found is None:
        raise PanelbriefError(
            f"there is no failure '{name}' in the review of the meeting {review.meeting}.",
            remedy=f"There is: {known}. See panelbrief review list. What fails otherwise than before has a new number.",
        )
    return found


def review_now(home: Path, meeting: str = "") -> tuple[Review, Path]:
    """Return the kept review of a meeting, or of the latest, as the ledger's decisions stand now; and its folder."""
    review, folder = kept_review(home, meeting)
    with _opened(home, review) as ledger:
        return as_it_stands(ledger, review), folder


def as_it_stands(ledger: Ledger, review: Review) -> Review:
    """Return the review with every failure as the decisions that count on its day stand now."""
    counting = in_force(ledger.decisions(), review.as_of)
    return review.model_copy(update={"failures": tuple(standing(one, counting) for one in review.failures)})


def _recorded(made: list[Decision], failure: Failure, plain: Decision, option: str) -> list[Decision]:
    """Return the decisions to add, one for each file. Raises PanelbriefError if the failure is decided."""
    if failure.state == "warning":
        raise PanelbriefError(
            f"{failure.id} is a warning.", remedy="It needs no decision: the paper prints it and goes on."
        )
    about = abouts(failure)
    counting = in_force(made, max(plain.on_day, plain.recorded_on))
    last = next((one for one in reversed(counting) if one.about in about), None)
    if last is not None:
        raise PanelbriefError(
            f"{failure.id} is decided: {last.verdict} by {last.who}, from {last.on_day} on ({last.reason}).",
            remedy=f"To decide anew, first: panelbrief review withdraw {failure.id}{option} --who ...",
        )
    return [
        dataclasses.replace(plain, sha256=sha256, table_name=table, expectation=expectation, fingerprint=fingerprint)
        for sha256, table, expectation, fingerprint in about
    ]


def _withdrawn(
    made: list[Decision], failure: Failure, finals: Sequence[tuple[str, Path, dt.date]], who: str, day: dt.date
) -> list[Decision]:
    """Return the decisions on the failure, withdrawn. Raises PanelbriefError if there are none, or one is final."""
    about = abouts(failure)
    mine = [one for one in made if one.about in about and one.withdrawn_on is None]
    if not mine:
        raise PanelbriefError(f"nothing has been decided of {failure.id}.", remedy="See panelbrief review list.")
    final = next((name for name, folder, as_of in finals if _rests_on(folder, as_of, failure, mine)), None)
    if final:
        raise PanelbriefError(
            f"the decision on {failure.id} stands in an edition that is final ({final}).",
            remedy="It can no longer be withdrawn. Ask for a corrected file: the next briefing tells of the change.",
        )
    until = min(day, *(one.on_day for one in mine))
    return [dataclasses.replace(one, withdrawn_by=who, withdrawn_on=until) for one in mine]


def _final_editions(home: Path, ledger: Ledger) -> list[tuple[str, Path, dt.date]]:
    """Return the name, folder and day of every edition that is no draft."""
    return [
        (one.name, home / "briefings" / meeting.isoformat() / one.name, one.as_of)
        for meeting, one in ledger.all_editions()
        if not one.name.startswith(DRAFT)
    ]


def _rests_on(folder: Path, as_of: dt.date, failure: Failure, made: Sequence[Decision]) -> bool:
    """Return whether an edition was made with one of the decisions on the failure, by the review that it keeps.

    One that keeps none any more may have been, if the decision counted on its day.
    """
    try:
        kept = read_review(folder / "review")
    except FileNotFoundError:
        return any(one.on_day <= as_of for one in made)
    printed = [each for one in kept.failures if one.id == failure.id for each in one.decisions]
    return any(settled(one) in printed for one in made)


def _filled(text: str, what: str, remedy: str) -> str:
    words = " ".join(text.split())
    if not is_filled(words):
        raise PanelbriefError("is empty.", where=what, remedy=remedy)
    return words


@contextmanager
def _opened(home: Path, review: Review) -> Iterator[Ledger]:
    ledger = Ledger(ledger_address(home), review.panel)
    try:
        yield ledger
    finally:
        ledger.close()
