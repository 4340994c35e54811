"""What a review leaves: its page and CSV files, and for a held briefing a message to each officer."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.channels import outbox
from flows.errors import PanelbriefError
from flows.job import Job, home_option
from flows.ledger import Ledger
from flows.render.email import render_plain
from flows.render.review import render_review
from flows.review.model import RefusedFile, Review
from flows.wording.sentences import say
from flows.work import read_inputs, read_plan, read_refused

CHANNEL = "outbox"
OFFICERS = ("data_officer", "commissioner_office")
MODEL = "review.json"


def keep_review(job: Job, review: Review) -> None:
    """Write the page and the model behind it into the review folder of the work folder."""
    folder = job.work / "review"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder, review, job.home)


def hold(job: Job, review: Review) -> None:
    """Keep the review beside the editions, where it stays until the next run, and tell the officers."""
    keep_review(job, review)
    with _only_one(job.home, job.meeting):
        shutil.rmtree(job.review, ignore_errors=True)
        (job.work / "review").rename(job.review)
    _tell_held(job, review)


def forget_held(job: Job) -> None:
    """Take away what the last run left of a held briefing: whether it is held is found anew."""
    with _only_one(job.home, job.meeting):
        job.held.unlink(missing_ok=True)
        shutil.rmtree(job.review, ignore_errors=True)


def renew_page(home: Path, folder: Path, as_it_stands: Callable[[Review], Review]) -> Review | None:
    """Draw a held briefing's page anew after a decision, and return its review; None where there is no such page.

    An edition's own page tells what the edition was made with, and stays.
    """
    if folder.parents[1] != home / "briefings":
        return None
    with _only_one(home, folder.parent.name):
        if not (folder / MODEL).is_file():
            return None
        review = as_it_stands(read_review(folder)).model_copy(update={"is_decided": True})
        _write(folder, review, home)
    return review


def _write(folder: Path, review: Review, home: Path) -> None:
    for name, text in (
        (MODEL, review.model_dump_json(indent=1) + "\n"),
        ("index.html", render_review(review, home_option(home))),
    ):
        partial = folder / f".{name}"
        partial.write_text(text, encoding="utf-8")
        partial.replace(folder / name)


@contextmanager
def _only_one(home: Path, meeting: object) -> Iterator[None]:
    """Let one process at a time change a meeting's held page; the others wait."""
    locks = home / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / f"{meeting}.page.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_review(folder: Path) -> Review:
    """Return the review that a folder keeps."""
    return Review.model_validate_json((folder / MODEL).read_bytes())


def kept_review(home: Path, meeting: str = "") -> tuple[Review, Path]:
    """Return the review of a held briefing, else of the newest edition, of a meeting or the latest one; and its folder.

    Raises PanelbriefError where there is none.
    """
    found = {
        path.parents[1].name: path for path in sorted((home / "briefings").glob(f"{meeting or '*'}/review/{MODEL}"))
    }
    drafts = sorted(
        (home / "briefings").glob(f"{meeting or '*'}/*-*/review/{MODEL}"),
        key=lambda path: (len(path.parents[1].name), path.parents[1].name),
    )
    for path in reversed(drafts):
        found.setdefault(path.parents[2].name, path)
    if not found:
        raise PanelbriefError(
            "no briefing has been checked yet."
            if not meeting
            else f"nothing has been checked for the meeting {meeting}.",
            where=str(home),
            remedy="Prepare one: panelbrief run. Kept elsewhere? Give --home.",
        )
    path = found[max(found)]
    return read_review(path.parent), path.parent


def tell_refused(job: Job) -> None:
    """Tell the officers, once, of files that were refused for personal data and that the briefing goes on without."""
    files = "\n".join(f"- {refused_words(RefusedFile.model_validate(one))}" for one in read_refused(job))
    plan = read_plan(job)
    about = {"panel": plan.panel.name, "meeting": f"{job.meeting}"}
    text = say("refused_message", **about, as_of=f"{job.as_of}", files=files)
    state = f"refused-{hashlib.sha256(files.encode()).hexdigest()[:12]}"
    _tell(job, state, say("refused_subject", **about), text)


def refused_words(one: RefusedFile) -> str:
    """Return in words which file was refused, and what for; never a value."""
    return say("refused_file", source=one.source, file=one.name, columns=one.columns)


def _tell_held(job: Job, review: Review) -> None:
    """Tell the officers what holds the briefing, once for each state of what was received and decided."""
    problems = [
        *(say("held_problem", id=one.id, came=f"{one.came} {one.before}".strip()) for one in review.holding),
        *(f"- {one.problem}" for one in review.unreadable if one.is_required),
        *(f"- {refused_words(one)}" for one in review.refused),
    ]
    about = {"panel": review.panel, "meeting": f"{review.meeting}"}
    text = say(
        "held_message",
        **about,
        as_of=f"{review.as_of}",
        problems="\n".join(problems),
        page=str(job.review / "index.html"),
    )
    _tell(job, f"held-{read_inputs(job)[:12]}", say("held_subject", **about), text)


def _tell(job: Job, state: str, subject: str, text: str) -> None:
    """Put a message for each officer into an outbox, unless it was put there for that state before."""
    plan = read_plan(job)
    date = dt.datetime.combine(job.as_of, dt.time(9), tzinfo=dt.UTC)
    message = render_plain(subject, text, sender=plan.panel.sender, date=date)
    ledger = Ledger(job.ledger, plan.panel.name)
    try:
        for one in plan.recipients:
            key = (job.meeting, state, one.address, CHANNEL)
            if one.role in OFFICERS and ledger.delivery_state(*key) != "sent":
                ledger.record_delivery(*key, "sending", job.today)
                outbox.put(job.held_outbox / state, message, one.name, one.address)
                ledger.record_delivery(*key, "sent", job.today)
    finally:
        ledger.close()
