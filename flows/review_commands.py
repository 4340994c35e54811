"""panelbrief review: what holds a briefing, and how an officer settles it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.errors import PanelbriefError

if TYPE_CHECKING:
    from flows.review.deciding import Verdict

app = typer.Typer(no_args_is_help=True, help="See what holds a briefing, and decide on it.")

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The failure's short id, as review list prints it.")]
WhoOption = Annotated[str, typer.Option(help="Your name, as the paper will print it.")]
ReasonOption = Annotated[str, typer.Option(help="Why; the paper prints it.")]
MeetingOption = Annotated[str, typer.Option(help="The meeting's date, such as 2023-09-14; default: the latest.")]
HomeOption = Annotated[Path, typer.Option(help="Where everything that is made is kept.")]
OnOption = Annotated[
    str, typer.Option(help="The day it counts from; default: the day the briefing was prepared as of.")
]
HOME = Path("var")


def _day(text: str, option: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise PanelbriefError(f"{text!r} is not a date.", where=option, remedy="Write it as 2023-09-14.") from None


def _meeting(text: str) -> str:
    day = _day(text, "--meeting")
    return day.isoformat() if day else ""


@app.command(name="list")
def list_failures(home: HomeOption = HOME, meeting: MeetingOption = "") -> None:
    """List what holds the briefing of a meeting, with the short ids, and what was decided."""
    from flows.job import home_option
    from flows.review.deciding import review_now
    from flows.review.text import list_text

    home = home.resolve()
    review, folder = review_now(home, _meeting(meeting))
    typer.echo(list_text(review, folder.relative_to(home).as_posix(), home_option(home)))


@app.command()
def show(failure: IdArgument, home: HomeOption = HOME, meeting: MeetingOption = "") -> None:
    """Show one failure: what should hold, what came, why it matters, and the first rows."""
    from flows.review.deciding import find_failure, review_now
    from flows.review.text import failure_text

    review, _ = review_now(home.resolve(), _meeting(meeting))
    typer.echo(failure_text(find_failure(review, failure)))


@app.command()
def accept(
    failure: IdArgument,
    who: WhoOption,
    reason: ReasonOption,
    home: HomeOption = HOME,
    meeting: MeetingOption = "",
    on: OnOption = "",
) -> None:
    """Accept a failure with a reason: the briefing goes on, and prints it as a data note."""
    _decide("accepted", failure, who, reason, home, meeting, on)


@app.command()
def reject(
    failure: IdArgument,
    who: WhoOption,
    reason: ReasonOption,
    home: HomeOption = HOME,
    meeting: MeetingOption = "",
    on: OnOption = "",
) -> None:
    """Record that a new file was asked for: the briefing stays held until it arrives."""
    _decide("rejected", failure, who, reason, home, meeting, on)


@app.command()
def withdraw(failure: IdArgument, who: WhoOption, home: HomeOption = HOME, meeting: MeetingOption = "") -> None:
    """Take back a decision, as long as no final edition rests on it."""
    _decide("withdrawn", failure, who, "", home, meeting, "")


def _decide(verdict: Verdict, failure: str, who: str, reason: str, home: Path, meeting: str, on: str) -> None:
    from flows.review.deciding import decide

    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    typer.echo(
        decide(
            home.resolve(), _meeting(meeting), failure, verdict, who=who, reason=reason, today=today,
            on_day=_day(on, "--on"),
        )
    )  # fmt: skip
