"""A file refused for personal data is told of everywhere: page, list, message, manifest; and never a value of it."""

from __future__ import annotations

import email
import html
import re
from pathlib import Path

import pytest

from flows.editions import passing_work
from flows.errors import PersonalData
from flows.job import Job
from flows.manifest import manifest_text
from tests.flow.held import prepared, review
from tests.flow.preparing import AS_OF, SERVICE, copy_panel, extract, job_for, page, set_source

VALUE = "07700 900123"
NAME = "service-return-2023-07.csv"
WHAT = "column 'note' (F) (a telephone number)"


def refused_job(folder: Path, *, required: bool) -> Job:
    panel = copy_panel(folder)
    text = f"measure,area,period,numerator,denominator,note\ncomplaints,Swindon UA,2023-07,40,,ring {VALUE}\n"
    (panel / SERVICE).with_name(NAME).write_text(text, encoding="utf-8")
    set_source(panel, "service_return", required=required)
    return job_for(panel, folder / "home")


def messages(job: Job) -> list[tuple[str, str]]:
    """Return subject and text of each message that officers got."""
    read = [email.message_from_bytes(path.read_bytes()) for path in sorted(job.held_outbox.rglob("*.eml"))]
    return [(str(one["Subject"]), " ".join(one.get_payload(decode=True).decode().split())) for one in read]


def stopped(job: Job) -> None:
    with pytest.raises(PersonalData), passing_work(job):
        extract(job)


def test_a_required_source_s_refused_file_is_held_with_page_message_list_and_manifest(tmp_path: Path) -> None:
    job = refused_job(tmp_path, required=True)
    stopped(job)
    stopped(job)
    written = " ".join(html.unescape(re.sub("<[^>]+>", " ", (job.review / "index.html").read_text())).split())
    for words in ("The briefing is held", NAME, WHAT, "It cannot be accepted.", "not read yet"):
        assert words in written, words
    told = messages(job)
    assert len(told) == 2, "each officer once"
    for subject, text in told:
        assert subject.startswith("Held:") and NAME in text and WHAT in text and VALUE not in text
    listed = " ".join(review(job, "list").split())
    assert f"the file {NAME} was refused, because it may hold personal data: " in listed and WHAT in listed
    assert "Nothing has been checked, because a required file cannot be used." in listed
    lines = [line.split() for line in manifest_text(job.panel, job.home, AS_OF).splitlines()]
    assert [line for line in lines if "refused" in line] == [["service_return", "refused", "2023-08-14", NAME]]
    assert VALUE not in written + listed
    for path in job.home.rglob("*"):
        assert not path.is_file() or VALUE.encode() not in path.read_bytes(), path


def test_an_optional_source_s_refused_file_is_told_and_the_briefing_goes_on(tmp_path: Path) -> None:
    job = refused_job(tmp_path, required=False)
    edition = prepared(job)
    told = messages(job)
    assert len(told) == 2
    for subject, text in told:
        assert subject.startswith("A file was refused") and NAME in text and WHAT in text and VALUE not in text
    assert f"{NAME} was refused" in page(edition)
    listed = " ".join(review(job, "list").split())
    assert f"the file {NAME} was refused" in listed and "Nothing holds this briefing." in listed
    assert "goes on without this file" in (edition / "review" / "index.html").read_text(encoding="utf-8")
    extract(job)
    assert len(messages(job)) == 2, "told once"


def test_a_mended_file_takes_its_place(tmp_path: Path) -> None:
    job = refused_job(tmp_path, required=True)
    stopped(job)
    path = (job.panel / SERVICE).with_name(NAME)
    path.write_text(path.read_text(encoding="utf-8").replace(f"ring {VALUE}", ""), encoding="utf-8")
    extract(job)
    assert not job.review.exists()
    assert "refused" not in manifest_text(job.panel, job.home, AS_OF)
    assert NAME in manifest_text(job.panel, job.home, AS_OF)
