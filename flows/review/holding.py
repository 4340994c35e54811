"""What a review leaves: its page and CSV files, and for a held briefing a message to each officer."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from flows.channels import outbox
from flows.errors import PanelbriefError
from flows.job import Job
from flows.ledger import Ledger
from flows.render.email import render_plain
from flows.render.review import render_review
from flows.review.model import Review
from flows.wording.sentences import say
from flows.work import read_inputs, read_plan

CHANNEL = "outbox"
OFFICERS = ("data_officer", "commissioner_office")
MODEL = "review.json"


def keep_review(job: Job, review: Review) -> None:
    """Write the page and the model behind it into the review folder of the work folder."""
    folder = job.work / "review"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_text(review.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (folder / "index.html").write_text(render_review(review), encoding="utf-8")


def hold(job: Job, review: Review) -> None:
    """Keep the review beside the editions, where it stays until the next run, and tell the officers."""
    keep_review(job, review)
    shutil.rmtree(job.review, ignore_errors=True)
    (job.work / "review").rename(job.review)
    _tell(job, review)


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


def _tell(job: Job, review: Review) -> None:
    """Put a message for each officer into an outbox, once for each state of what was received and decided."""
    plan = read_plan(job)
    state = f"held-{read_inputs(job)[:12]}"
    date = dt.datetime.combine(job.as_of, dt.time(9), tzinfo=dt.UTC)
    page = (job.review / "index.html").relative_to(job.home).as_posix()
    problems = [one.came for one in review.holding] + [one.problem for one in review.unreadable if one.is_required]
    text = say(
        "held_message",
        panel=review.panel,
        meeting=f"{review.meeting}",
        as_of=f"{review.as_of}",
        problems="\n".join(f"- {one}" for one in problems),
        page=page,
    )
    message = render_plain(
        say("held_subject", panel=review.panel, meeting=f"{review.meeting}"), text, sender=plan.panel.sender, date=date
    )
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
