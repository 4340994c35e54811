"""What an acceptance covers: the rows that the officer saw, of one file; and what is told when they change."""

from __future__ import annotations

import dataclasses
import email
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.errors import PanelbriefError
from flows.job import Job
from flows.ledger import Edition, Ledger
from flows.review.deciding import decide, review_now
from flows.review.holding import kept_review
from flows.review.model import Failure
from flows.settings import CHECKOUT
from tests.flow.held import held_job, hold_again, prepared, review
from tests.flow.preparing import AS_OF, MEETING, SERVICE, copy_panel, job_for, page

HEAD = "measure,area,period,numerator,denominator,note"
BEFORE = "Accepted before by A. Officer for other rows; look again."


def accept(job: Job, name: str, who: str = "A. Officer", reason: str = "Known.") -> str:
    return decide(job.home, "", name, "accepted", who=who, reason=reason, today=AS_OF)


def page_text(job: Job) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", (job.review / "index.html").read_text())).split())


def of_check(job: Job, expectation: str) -> list[Failure]:
    return [one for one in kept_review(job.home)[0].failures if one.expectation == expectation]


def test_what_was_accepted_is_open_again_when_other_rows_of_the_file_fail(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    for one in kept_review(job.home)[0].holding:
        accept(job, one.id)
    edition = prepared(job)
    assert edition.name == "draft-1"
    # A correction changes which rows of the unchanged file fail.
    (one,) = [each for each in kept_review(job.home)[0].failures if each.expectation == "numerators_add_up"]
    (job.panel / "corrections.yml").write_text(
        "corrections:\n"
        f'- {{extract: "{one.files[0].sha256}", table: stg_force_return, record: 5, column: numerator,'
        f" expect: {_numerator(job, 5)}, value: 1, reason: R., who: W, when: 2023-08-20}}\n",
        encoding="utf-8",
    )
    hold_again(job)
    held = kept_review(job.home)[0].holding
    assert [(each.expectation, each.state, each.before) for each in held if each.before] == [
        ("numerators_add_up", "open", BEFORE)
    ]
    assert BEFORE in page_text(job)
    assert BEFORE in " ".join(review(job, "list").split())
    newest = max(job.held_outbox.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    message = email.message_from_bytes(newest.read_bytes())
    assert BEFORE in " ".join(message.get_payload(decode=True).decode().split())
    with pytest.raises(PanelbriefError, match=f"there is no failure '{one.id}'"):
        accept(job, one.id)


def _numerator(job: Job, record: int) -> str:
    return (job.panel / SERVICE).read_text(encoding="utf-8").splitlines()[record - 1].split(",")[3]


def two_faulty_files(folder: Path) -> Job:
    """Return a held job of two files, each with one record that cannot be read."""
    panel = copy_panel(folder)
    for name, period in (("a", "2023-05"), ("b", "2023-06")):
        row = f"spare,Swindon UA,{period},{name}x,,\n"
        good = "".join(f"spare,Swindon UA,{2013 + at // 12}-{at % 12 + 1:02},1,,\n" for at in range(120))
        (panel / SERVICE).with_name(f"service-return-{name}.csv").write_text(f"{HEAD}\n{row}{good}", encoding="utf-8")
    job = job_for(panel, folder / "home")
    hold_again(job)
    return job


def test_each_file_is_decided_by_itself(tmp_path: Path) -> None:
    job = two_faulty_files(tmp_path)
    first, second = of_check(job, "no_row_is_rejected")
    assert [len(one.files) for one in (first, second)] == [1, 1] and first.id != second.id
    assert first.came == "service-return-a.csv: 1 row cannot be read, so figures made from the others would be wrong."
    assert second.files[0].name in second.ask and first.files[0].name not in second.ask
    accept(job, first.id, "A. One", "Mine.")
    decide(job.home, "", second.id, "rejected", who="B. Two", reason="Ask.", today=AS_OF)
    path = (job.panel / SERVICE).with_name("service-return-b.csv")
    path.write_text(path.read_text(encoding="utf-8").replace("bx", "by"), encoding="utf-8")
    hold_again(job)
    now = {one.files[0].name: one for one in of_check(job, "no_row_is_rejected")}
    assert now["service-return-a.csv"].state == "accepted"
    other = now["service-return-b.csv"]
    assert (other.state, other.before) == ("open", "")
    accept(job, other.id, "B. Two", "As sent.")
    decide(job.home, "", other.id, "withdrawn", who="B. Two", reason="", today=AS_OF)
    states = {
        one.files[0].name: one.state for one in review_now(job.home)[0].failures if one.id in (first.id, other.id)
    }
    assert states == {"service-return-a.csv": "accepted", "service-return-b.csv": "open"}


def test_a_rejected_record_touches_what_it_counts_and_can_be_corrected(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    path = panel / SERVICE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace(",8217,", ",eight,")
    path.write_text("".join(lines), encoding="utf-8")
    job = job_for(panel, tmp_path / "home")
    hold_again(job)
    (one,) = of_check(job, "no_row_is_rejected")
    assert one.indicators == ("calls_999_within_10_seconds",)
    assert "# record 2: numerator is not a number" in one.correct
    entry = one.correct.replace("value: ...", "value: 8217").replace("reason: ...", "reason: Typed wrong.")
    entry = entry.replace("who: ...", "who: W").replace("when: ...", "when: 2023-08-20")
    (panel / "corrections.yml").write_text(f"corrections:\n{entry}\n", encoding="utf-8")
    assert prepared(job).name == "draft-1"


def test_the_entries_for_figures_that_do_not_add_up_name_each_record(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    (one,) = of_check(job, "numerators_add_up")
    lines = (job.panel / SERVICE).read_text(encoding="utf-8").splitlines()
    alike = [at for at, line in enumerate(lines, 1) if re.match(r"calls_999_within_10_seconds,[^,]+,2019-04,", line)]
    assert [int(found) for found in re.findall(r"record: (\d+)", one.correct)] == alike and len(alike) == 3
    expected = [lines[at - 1].split(",")[3] for at in alike]
    assert re.findall(r"expect: (\S+)", one.correct) == expected
    assert ", ".join(str(at) for at in alike) in page_text(job)


@pytest.mark.parametrize(
    ("check", "measure", "columns"),
    [
        ("no_figure_collapses", "complaints", ["numerator"]),
        ("no_figure_collapses", "immediate_response_time", ["numerator"]),
        ("shares_are_within_the_whole", "victim_satisfaction", ["numerator", "denominator"]),
    ],
)
def test_the_entries_filled_in_as_the_page_says_settle_it(
    tmp_path: Path, check: str, measure: str, columns: list[str]
) -> None:
    panel = copy_panel(tmp_path)
    path = panel / SERVICE
    lines = path.read_text(encoding="utf-8").splitlines()
    right = {}
    for at, line in enumerate(lines):
        cells = line.split(",")
        if (cells[0], cells[2]) == (measure, "2023-06") and cells[1] != "Swindon UA":
            right[at + 1] = dict(zip(("numerator", "denominator"), cells[3:5], strict=True))
            wrong = cells[4:2:-1] if len(columns) > 1 else [f"{float(cells[3]) // 20:.0f}", cells[4]]
            lines[at] = ",".join([*cells[:3], *wrong, *cells[5:]])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    job = job_for(panel, tmp_path / "home")
    hold_again(job)
    (one,) = of_check(job, check)
    assert re.findall(r"column: (\w+)", one.correct) == columns * 2 and len(right) == 2
    filled = re.sub(
        r"record: (\d+)(.*?)column: (\w+)(.*?)value: \.\.\.",
        lambda found: found[0][:-3] + right[int(found[1])][found[3]],
        one.correct,
        flags=re.DOTALL,
    )
    for key, value in (("reason", "Typed wrong."), ("who", "W"), ("when", "2023-08-20")):
        filled = filled.replace(f"{key}: ...", f"{key}: {value}")
    (panel / "corrections.yml").write_text(f"corrections:\n{filled}\n", encoding="utf-8")
    assert prepared(job).name == "draft-1"


def test_the_page_follows_the_decisions(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    first, second = kept_review(job.home)[0].holding
    decide(job.home, "", first.id, "rejected", who="A. Officer", reason="Wrong.", today=AS_OF)
    text = page_text(job)
    assert "New file asked for by: A. Officer" in text and "Failed checks to be settled: 2." in text
    assert text.count("Subject: Please correct and send again") == 2, "the message to copy stays"
    command = f'.venv/bin/panelbrief review withdraw {first.id} --meeting 2023-09-14 --home {job.home} --who "..."'
    assert command in text
    decide(job.home, "", first.id, "withdrawn", who="A. Officer", reason="", today=AS_OF)
    assert command not in page_text(job)
    for one in (first, second):
        said = accept(job, one.id)
    assert f"--as-of 2023-09-01 --home {job.home} (with the --panel" in said
    assert "Every failed check has been accepted Now prepare the briefing again" in page_text(job)
    assert not [path for path in job.review.iterdir() if path.name.startswith(".")]
    # The page that a run makes of the same decisions shows the same of each failure.
    kept = json.loads((job.review / "review.json").read_bytes())["failures"]
    edition = prepared(job)
    assert json.loads((edition / "review" / "review.json").read_bytes())["failures"] == sorted(
        kept, key=lambda each: each["state"] == "warning"
    )
    assert "Data note: a check failed and was accepted" in page(edition)


def test_only_an_edition_that_rests_on_a_decision_makes_it_final(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    holding = kept_review(job.home)[0].holding
    for one in holding:
        accept(job, one.id)
    made = prepared(job)
    ledger = Ledger(job.ledger, kept_review(job.home)[0].panel)
    later = MEETING.replace(month=12)
    other = job.home / "briefings" / later.isoformat() / "final-1"
    shutil.copytree(made, other)
    kept = json.loads((other / "review" / "review.json").read_bytes())
    kept["failures"] = [each for each in kept["failures"] if each["id"] != holding[0].id]
    (other / "review" / "review.json").write_text(json.dumps(kept), encoding="utf-8")
    ledger.record_edition(later, Edition("final-1", "x", AS_OF), AS_OF)
    ledger.close()
    shutil.rmtree(other.parent / "review", ignore_errors=True)
    meeting = MEETING.isoformat()
    said = decide(job.home, meeting, holding[0].id, "withdrawn", who="A. Officer", reason="", today=AS_OF)
    assert said.startswith("Withdrawn"), "the final edition of another meeting does not rest on it"
    with pytest.raises(PanelbriefError, match=r"stands in an edition that is final \(final-1\)"):
        decide(job.home, meeting, holding[1].id, "withdrawn", who="A. Officer", reason="", today=AS_OF)


PROGRAM = """
import datetime as dt, sys
from pathlib import Path
from flows.errors import PanelbriefError
from flows.review.deciding import decide
home, failure, verdict, who = Path(sys.argv[1]), *sys.argv[2:]
sys.stdin.readline()
try:
    print(decide(home, "", failure, verdict, who=who, reason="Mine.", today=dt.date(2023, 9, 1)))
except PanelbriefError as error:
    print(error.text())
"""


def test_of_officers_who_decide_at_once_one_is_recorded_and_the_others_are_told(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    failure = kept_review(job.home)[0].holding[0].id
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(job.home), failure, verdict, f"Officer {at}"],
            cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for at, verdict in enumerate(("accepted", "rejected", "accepted", "rejected"))
    ]  # fmt: skip
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    said = [one.communicate(timeout=120)[0] for one in running]
    told = [text for text in said if f"{failure} is decided: " in text]
    (recorded,) = [text for text in said if text not in told]
    assert len(told) == 3 and recorded.startswith(("Accepted.", "Recorded:"))
    ledger = Ledger(job.ledger, kept_review(job.home)[0].panel)
    (decision,) = ledger.decisions()
    ledger.close()
    assert all(f"is decided: {decision.verdict} by {decision.who}" in text for text in told)
    assert f"{decision.who} (name as stated" in page_text(job)


def test_a_run_held_again_by_the_same_rows_stays_accepted(tmp_path: Path) -> None:
    job = held_job(tmp_path)
    first, second = kept_review(job.home)[0].holding
    accept(job, first.id)
    said = hold_again(dataclasses.replace(job, today=AS_OF))
    assert f"[{second.id}]" in said and f"[{first.id}]" not in said
