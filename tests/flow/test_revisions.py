"""Two meetings over the example: what was revised between their papers is marked, listed, explained, or asked about."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from flows.editions import Compared, last_published, passing_work
from flows.errors import BriefingHeld
from flows.job import Job
from flows.ledger import Ledger
from flows.review.deciding import decide
from flows.review.holding import kept_review
from flows.review.model import Failure
from flows.revisions import revision_findings
from flows.tracing import trace_text
from tests.flow.preparing import (
    HOME_OFFICE,
    MEETING,
    copy_panel,
    edit,
    extract,
    figures,
    home_office_records,
    job_for,
    page,
    prepare,
    set_source,
)
from tests.pdf_text import paper_texts

EARLIER = dt.date(2023, 6, 13)
EARLIER_DAY = dt.date(2023, 7, 1)
YEAR_BEFORE = "2022-04-01"


def revise(panel: Path, change: Callable[[list[str]], None]) -> None:
    """Send the Home Office table again with Wiltshire's counts of shoplifting changed."""
    records = home_office_records()
    for record in records:
        if record[2] == "Wiltshire" and record[4] == "Shoplifting":
            change(record)
    with (panel / HOME_OFFICE).open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
        text = "".join(",".join(f'"{cell}"' for cell in record) + "\n" for record in records)
        packed.write(text.encode())


def one_quarter(by: int) -> Callable[[list[str]], None]:
    def change(record: list[str]) -> None:
        if record[0] == "2022/23" and record[1] == "1":
            record[5] = str(int(record[5]) + by)

    return change


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a panel and its home, with the paper for the meeting of June made."""
    folder = tmp_path_factory.mktemp("first")
    panel = copy_panel(folder)
    for source in ("home_office_prc", "service_return"):
        set_source(panel, source, received=None)
    edition = prepare(earlier_job(panel, folder / "home"))
    assert_nothing_is_said(edition)
    return panel, folder / "home"


@pytest.fixture
def made(first: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """Return a copy of that panel and home."""
    panel, home = first
    return shutil.copytree(panel, tmp_path / "panel"), shutil.copytree(home, tmp_path / "home")


def earlier_job(panel: Path, home: Path) -> Job:
    return replace(job_for(panel, home, EARLIER_DAY), meeting=EARLIER)


def assert_nothing_is_said(edition: Path) -> None:
    """Assert that without an earlier paper nothing is said of revisions."""
    assert "Figures revised" not in page(edition) and "[r]" not in page(edition)
    assert not (edition / "revisions.csv").exists()
    assert json.loads((edition / "provenance.json").read_bytes())["compared_with"] is None
    assert {row["revised"] for row in figures(edition)} == {""}


def revisions(edition: Path) -> list[dict[str, str]]:
    with (edition / "revisions.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_revised_figure_is_marked_listed_and_explained(made: tuple[Path, Path]) -> None:
    panel, home = made
    revise(panel, one_quarter(5))
    edition = prepare(job_for(panel, home))
    marked = {(row["indicator"], row["period_start"]) for row in figures(edition) if row["revised"] == "r"}
    assert ("shoplifting", YEAR_BEFORE) in marked and {start for _, start in marked} == {YEAR_BEFORE}
    listed = next(row for row in revisions(edition) if row["indicator"] == "shoplifting")
    assert (listed["value_before"], listed["value"], listed["reason"]) == ("751", "756", "new_file")
    assert (listed["received_before"], listed["received"]) == ("2023-07-01", "2023-09-01")
    html = page(edition)
    assert re.search(r"compared with the same quarter a year before \(756\xa0[a-z ]+ \[r\]\)", html)
    section = words_of(html[html.index('<section id="revisions"') : html.index('<section id="notes"')])
    assert "differ from those in the paper for the meeting of 13 June 2023" in section
    assert (
        "a new file, received on 1 September 2023, revised what the last paper took from the file received" in section
    )
    assert "Shoplifting, Wiltshire Police area, 2022/23 Q1 751 756 1 July 2023 1 September 2023" in section
    printed = "".join(paper_texts((edition / "briefing.pdf").read_bytes()))
    assert "Figuresrevisedsincethelastpaper" in printed and "756[r]" in printed
    record = json.loads((edition / "provenance.json").read_bytes())
    assert record["compared_with"]["meeting"] == "2023-06-13" and record["compared_with"]["edition"] == "draft-1"
    assert "revisions.csv" in record["outputs"]
    assert trace_text(home, str(MEETING), "shoplifting", "2022/23 Q1", "")


def test_many_revisions_are_gathered_by_indicator(made: tuple[Path, Path]) -> None:
    panel, home = made
    revise(panel, lambda record: record.__setitem__(5, str(int(record[5]) + 1)))
    edition = prepare(job_for(panel, home))
    html = page(edition)
    section = words_of(html[html.index('<section id="revisions"') : html.index('<section id="notes"')])
    assert "Revised figures by indicator and place" in section
    assert "The 20 figures that changed most in per cent" in section
    assert "Only the 20 that changed most in per cent stand here one by one." in section
    assert len(revisions(edition)) > 20


def test_nothing_revised_is_said_in_one_sentence(made: tuple[Path, Path]) -> None:
    panel, home = made
    edition = prepare(job_for(panel, home))
    assert "No figure is printed differently from the paper for the meeting of 13 June 2023." in page(edition)
    assert "[r]" not in page(edition)
    assert revisions(edition) == []


def test_a_large_revision_holds_the_briefing_until_somebody_has_looked(made: tuple[Path, Path]) -> None:
    panel, home = made
    revise(panel, one_quarter(200))
    job = job_for(panel, home)
    with pytest.raises(BriefingHeld, match="changed by more than the panel lets pass unasked") as caught:
        prepare(job)
    assert "Shoplifting, Wiltshire Police area, 2022/23 Q1: 751, now 951" in str(caught.value)
    held = json.loads(job.held.read_bytes())
    assert {one["expectation"] for one in held} == {"figure_revised"}
    assert not list(job.editions.glob("draft-*"))


def test_a_change_of_configuration_is_asked_about(made: tuple[Path, Path]) -> None:
    panel, home = made

    def take_out(content: dict[str, list[dict[str, dict[str, list[str]]]]]) -> None:
        one = next(one for one in content["indicators"] if one["id"] == "vehicle_crime")
        one["select"]["subgroups"] = one["select"]["subgroups"][:1]  # type: ignore[index]

    edit(panel / "indicators.yml", take_out)
    with pytest.raises(BriefingHeld, match="though no newer file and no correction explains it"):
        prepare(job_for(panel, home))


def narrowed(indicator: str) -> Callable[[dict[str, list[dict[str, dict[str, list[str]]]]]], None]:
    def change(content: dict[str, list[dict[str, dict[str, list[str]]]]]) -> None:
        one = next(one for one in content["indicators"] if one["id"] == indicator)
        one["select"]["subgroups"] = one["select"]["subgroups"][:1]  # type: ignore[index]

    return change


def test_what_was_accepted_of_one_indicator_covers_no_other_and_no_later_meeting(made: tuple[Path, Path]) -> None:
    panel, home = made
    job = job_for(panel, home)

    def held() -> Failure:
        with pytest.raises(BriefingHeld), passing_work(job):
            prepare(job)
        (one,) = kept_review(home)[0].holding
        return one

    edit(panel / "indicators.yml", narrowed("vehicle_crime"))
    first = held()
    assert first.indicators == ("vehicle_crime",)
    decide(home, "", first.id, "accepted", who="A. Officer", reason="It counts less now.", today=job.today)
    edit(panel / "indicators.yml", narrowed("all_burglary"))
    second = held()
    assert set(second.indicators) == {"vehicle_crime", "all_burglary"} and second.rows.total > first.rows.total
    assert second.before == "Accepted before by A. Officer for other rows; look again."
    decide(home, "", second.id, "accepted", who="A. Officer", reason="Both do.", today=job.today)
    with passing_work(job):
        edition = prepare(job)
    assert "Both do." in page(edition) and "It counts less now." not in page(edition)


def test_a_question_of_another_paper_is_another_question() -> None:
    row = {
        "indicator": "x", "area": "E", "title": "X", "area_name": "E", "period_start": MEETING, "period_end": MEETING,
        "value_before": 1.0, "value": 2.0, "unit": "", "decimals": 0, "reason": "unexplained", "is_asked": True,
        "extract_id": "s-1", "extract_id_before": "s-1", "source": "s",
    }  # fmt: skip
    papers = [Compared(day, "draft-1", day, "f" * 64, {}) for day in (EARLIER, MEETING)]
    findings = [revision_findings([row], paper, "", {"s-1": "s"}) for paper in papers]
    assert [len(found) for found in findings] == [1, 1]
    assert findings[0][0].rows_sql == findings[1][0].rows_sql
    assert findings[0][0].definition != findings[1][0].definition


def test_what_is_compared_counts_among_the_inputs(made: tuple[Path, Path]) -> None:
    panel, home = made
    job = job_for(panel, home)
    compared = extract(job)
    (job.home / "briefings" / str(EARLIER) / "draft-1").rename(job.home / "elsewhere")
    assert extract(job) != compared


def test_the_newest_edition_of_an_earlier_meeting_is_the_one_compared_with(made: tuple[Path, Path]) -> None:
    panel, home = made
    prepare(replace(earlier_job(panel, home), again=True))
    ledger = Ledger(f"sqlite:///{home / 'ledger.sqlite'}", "Wiltshire Police and Crime Panel")
    try:
        found = last_published(job_for(panel, home), ledger)
        assert found is not None and (found[0].meeting, found[0].name) == (EARLIER, "draft-2")
        assert last_published(earlier_job(panel, home), ledger) is None
        # A briefing as of an earlier day must not know of a later one's figures.
        assert last_published(job_for(panel, home, EARLIER_DAY - dt.timedelta(days=1)), ledger) is None
    finally:
        ledger.close()


def test_two_runs_give_the_same_bytes(made: tuple[Path, Path]) -> None:
    panel, home = made
    revise(panel, one_quarter(5))
    one, other = prepare(job_for(panel, home)), prepare(job_for(panel, home))
    assert one != other
    for name in ("briefing.html", "briefing.pdf", "figures.csv", "revisions.csv", "provenance.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
