"""From a failing extract to a settled decision and a published note: the review page, the commands, the paper."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import email
import html
import json
import re
from pathlib import Path

import pytest

from flows.editions import passing_work
from flows.errors import PanelbriefError, UnreadableFile
from flows.job import Job
from flows.ledger import Edition, Ledger
from flows.review.deciding import decide
from flows.review.holding import kept_review, read_review
from flows.stages.stage import stage
from tests.flow.held import faulty_panel, held_job, hold_again, prepared, review
from tests.flow.preparing import AS_OF, MEETING, OUTPUTS, SERVICE, copy_panel, extract, job_for, page
from tests.pdf_text import paper_texts

WHO = ("--who", "A. Officer")
SUM, TWICE = "numerator is not the sum", "given more than once"


def ids(text: str) -> dict[str, str]:
    """Return the id of each failure that review list prints, by what came."""
    return {came: name for name, came in re.findall(r"^  ([0-9a-f]{6})  (.*)", text, re.MULTILINE)}


def id_of(text: str, words: str) -> str:
    return next(name for came, name in ids(text).items() if words in came)


def visible(text: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", text)).split())


def test_an_officer_settles_a_held_briefing_with_what_the_page_prints(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    written = (job.review / "index.html").read_text(encoding="utf-8")
    commands = re.findall(r"panelbrief (review accept [0-9a-f]{6} --meeting 2023-09-14) --home", written)
    assert len(commands) == 2
    assert html.unescape(written).count(f'--meeting 2023-09-14 --home {job.home} --who "..." --reason "..."') == 2
    for command in commands:
        review(job, *command.split()[1:], *WHO, "--reason", "Checked against the control room's log")
    assert "Now prepare the briefing again" not in review(job, "show", commands[0].split()[2])
    edition = prepared(job)
    paper = visible(page(edition))
    which = "999 calls answered within 10 seconds, Wiltshire Police area, April 2019"
    came = f"1 row whose numerator is not the sum of its areas': {which}. A. Officer"
    note = f"Data note: a check failed and was accepted. {came}"
    assert paper.count(note) == 1, "beside the one indicator that the row is part of"
    block = page(edition).split('id="indicator-calls-999-within-10-seconds"')[1].split("</article>")[0]
    assert note in visible(block)
    on = r"not verified\) accepted it on \d+ \w+ \d{4}, for papers prepared as of 1 September 2023 or later: Checked"
    assert re.search(on, visible(block))
    assert "Checked against the control room's log." in visible(block)
    told = f"A check of the data failed and was accepted: {came}"
    assert paper.count(told) == 2, "on the front page and in the notes"
    printed = "".join("".join(paper_texts((edition / "briefing.pdf").read_bytes())).split())
    assert printed.count(note.replace(" ", "")) == 1 and printed.count(told.replace(" ", "")) == 2
    kept = read_review(edition / "review")
    assert [one.state for one in kept.failures] == ["accepted", "accepted", "warning", "warning"]
    assert "Every failed check has been accepted" in (edition / "review" / "index.html").read_text(encoding="utf-8")
    assert not job.review.exists() and not job.held.exists()
    assert "Everything is settled" in review(job, "list")


def test_the_page_shows_what_came_why_it_matters_and_every_row(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    text = visible((job.review / "index.html").read_text(encoding="utf-8"))
    for words in (
        "The briefing is held", "Failed checks to be settled: 2.", "What should hold The force's figure is the sum",
        "one is wrong, and only the sender can tell which",
        "Indicators it touches 999 calls answered within 10 seconds",
        "Any of these numbers may be the wrong one.",
        "# record 2: calls_999_within_10_seconds, Wiltshire, 2019-04-01 - extract: ",
        "table: stg_force_return record: 2 member: '' column: numerator expect: 8317 value: ...",
        "into corrections.yml in the panel's folder.", "Download the row as CSV",
        "Subject: Please correct and send again", "service-return-2019-04-to-2023-06.csv Monthly service return",
        "1,225 1,225 0 0", "None. Every record that was received could be read.",
    ):  # fmt: skip
        assert words in text, words
    with (job.review / "force_return-numerators_add_up.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["record"], row["numerator"], row["of_its_areas"]) == ("2", "8317.0", "8217.0")
    sha256 = json.loads((job.review / "review.json").read_bytes())["files"][-1]["sha256"]
    assert f"- extract: {sha256}" in text
    assert str(tmp_path) not in (job.review / "review.json").read_text(encoding="utf-8")


def test_the_page_is_the_same_to_the_byte_from_run_to_run(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    first = {path.name: path.read_bytes() for path in job.review.iterdir()}
    assert len(first) >= 5
    later = dataclasses.replace(job, today=AS_OF + dt.timedelta(days=9))
    hold_again(later)
    assert {path.name: path.read_bytes() for path in job.review.iterdir()} == first


def test_officers_are_told_once_and_nobody_else(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    hold_again(job)
    messages = sorted(job.held_outbox.rglob("*.eml"))
    assert [one.name for one in messages] == [
        "data.officer-example.org.eml", "performance.officer-example.org.eml",
    ]  # fmt: skip
    message = email.message_from_bytes(messages[0].read_bytes())
    assert str(message["Subject"]).startswith("Held: the briefing for the Wiltshire")
    body = " ".join(message.get_payload(decode=True).decode().split())
    name = id_of(review(job, "list"), SUM)
    assert f"- {name}: 1 row whose numerator is not the sum of its areas': measure calls_999" in body
    assert f"on the machine that prepares the briefing: {job.review / 'index.html'} " in body
    assert "numerator 8317.0" in body and "record 2" in body, "officers see the row as it came"
    review(job, "accept", id_of(review(job, "list"), SUM), *WHO, "--reason", "Known")
    hold_again(job)
    assert len(list(job.held_outbox.iterdir())) == 2, "a message for another state of things"


def test_rejected_stays_held_and_can_be_withdrawn(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    listed = review(job, "list")
    first, second = id_of(listed, SUM), id_of(listed, TWICE)
    review(job, "accept", second, *WHO, "--reason", "The same row")
    assert "stays held" in review(job, "reject", first, *WHO, "--reason", "Wrong total")
    assert f"[{first}]" in hold_again(job)
    assert "New file asked for by: A. Officer" in visible((job.review / "index.html").read_text(encoding="utf-8"))
    with pytest.raises(PanelbriefError, match=f"{first} is decided: rejected by A. Officer.*review withdraw {first}"):
        review(job, "accept", first, *WHO, "--reason", "After all")
    review(job, "withdraw", first, "--who", "B. Officer")
    assert "A new file was asked for" not in review(job, "list")
    with pytest.raises(PanelbriefError, match=f"nothing has been decided of {first}"):
        review(job, "withdraw", first, "--who", "B. Officer")
    assert "Now prepare the briefing again" in review(job, "accept", first, *WHO, "--reason", "After all")
    assert prepared(job).name == "draft-1"


def test_a_decision_binds_its_file_and_its_check_only(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    for name in [name for came, name in ids(review(job, "list")).items() if "Warning" not in came]:
        review(job, "accept", name, *WHO, "--reason", "Known")
    path = job.panel / SERVICE
    path.write_text(path.read_text(encoding="utf-8").replace(",8317,", ",8318,"), encoding="utf-8")
    hold_again(job)
    assert [one.state for one in read_review(job.review).holding] == ["open", "open"]


def test_a_decision_of_a_later_day_or_withdrawn_changes_nothing(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    name = id_of(review(job, "list"), SUM)
    before = extract(job)
    hold_again(job)
    review(job, "accept", name, *WHO, "--reason", "Known", "--on", "2023-09-02")
    assert extract(job) == before
    hold_again(job)
    review(job, "withdraw", name, *WHO)
    review(job, "accept", name, *WHO, "--reason", "Known", "--on", "2023-09-01")
    assert extract(job) != before
    hold_again(job)
    review(job, "withdraw", name, *WHO)
    assert extract(job) == before


def test_the_same_decisions_give_the_same_bytes(tmp_path: Path) -> None:
    editions = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        job = held_job(tmp_path / place)
        for one in kept_review(job.home)[0].holding:
            decide(job.home, "", one.id, "accepted", who="A. Officer", reason="Known.", today=AS_OF)
        editions.append(prepared(job))
    for name in (*OUTPUTS, "review/index.html", "review/review.json"):
        assert (editions[0] / name).read_bytes() == (editions[1] / name).read_bytes(), name
    assert "accepted it on 1 September 2023: Known." in visible(page(editions[0]))


def test_a_decision_cannot_be_withdrawn_once_the_edition_is_final(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    kept, _ = kept_review(job.home)
    name = kept.holding[0].id
    review(job, "accept", name, *WHO, "--reason", "Known")
    ledger = Ledger(job.ledger, kept.panel)
    ledger.record_edition(MEETING, Edition("final-1", "x", AS_OF), AS_OF)
    ledger.close()
    with pytest.raises(PanelbriefError, match="stands in an edition that is final"):
        review(job, "withdraw", name, *WHO)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("accept", "zzzzzz", *WHO, "--reason", "x"), "there is no failure 'zzzzzz' .* There is: [0-9a-f]{6}"),
        (("show", "zzzzzz"), "there is no failure 'zzzzzz'"),
        (("accept", "OPEN", "--who", " ", "--reason", "x"), "who: is empty"),
        (("accept", "OPEN", *WHO, "--reason", "..."), "reason: is empty"),
        (("reject", "OPEN", *WHO, "--reason", ""), "reason: is empty"),
        (("accept", "OPEN", *WHO, "--reason", "x", "--on", "2199-01-01"), "2199-01-01 has not come yet"),
        (("accept", "OPEN", *WHO, "--reason", "x", "--on", "1 May"), "--on: '1 May' is not a date"),
        (("accept", "WARNED", *WHO, "--reason", "x"), "is a warning. It needs no decision"),
        (("list", "--meeting", "2023-12-14"), "nothing has been checked for the meeting 2023-12-14"),
    ],
)
def test_a_wrong_command_says_what_to_do(held: Job, arguments: tuple[str, ...], words: str) -> None:
    failures = kept_review(held.home)[0].failures
    named = {"OPEN": failures[0].id, "WARNED": failures[-1].id}
    with pytest.raises(PanelbriefError, match=words):
        review(held, *(named.get(one, one) for one in arguments))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Job:
    return held_job(tmp_path_factory.mktemp("held"))


def test_a_file_that_cannot_be_read_has_its_page_and_hides_no_other(tmp_path: Path) -> None:
    panel = faulty_panel(tmp_path)
    (panel / SERVICE).write_text("<html>Not found</html>\n", encoding="utf-8")
    job = job_for(panel, tmp_path / "home")
    with pytest.raises(UnreadableFile), passing_work(job):
        extract(job)
        stage(job)
    text = visible((job.review / "index.html").read_text(encoding="utf-8"))
    assert "nothing has been checked, because a required file cannot be used" in text
    assert "The briefing needs this source. Ask for the file again under the same name" in text
    assert "43,903 43,903 0 0" in text, "the others were read all the same"
    assert "service-return-2019-04-to-2023-06.csv" in review(job, "list")
    assert len(list(job.held_outbox.rglob("*.eml"))) == 2


def test_with_nothing_to_settle_the_page_says_so(tmp_path: Path) -> None:
    job = job_for(copy_panel(tmp_path), tmp_path / "home")
    edition = prepared(job)
    text = visible((edition / "review" / "index.html").read_text(encoding="utf-8"))
    assert "Nothing holds the briefing" in text
    assert re.search(r"Checks made: [1-9]\d\.", text) and "Warnings, which the paper prints: 2." in text
    assert "Nothing holds this briefing." in review(job, "list")
