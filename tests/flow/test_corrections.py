"""Declared corrections: made in the run's tables, guarded, told in the paper and by trace, checked by the doctor."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.corrections import CorrectionFaults
from flows.doctor import examine
from flows.job import Job
from flows.plan.checks import COLUMNS
from flows.plan.loader import PlanFaults, load_plan
from flows.sources import LAYOUTS
from flows.stages.stage import stage
from flows.tracing import trace_text
from flows.warehouse import open_warehouse
from tests.flow.preparing import AS_OF, SERVICE, copy_panel, extract, job_for, page, prepare, set_source

FIRST = "calls_999_within_10_seconds,Wiltshire,2019-04,8217,"
OF_RETURN = "FROM stg_force_return WHERE source = 'service_return'"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    return copy_panel(tmp_path)


def spoil(panel: Path, change: Callable[[list[str]], None]) -> None:
    """Change the lines of the service return."""
    path = panel / SERVICE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines[1].startswith(FIRST)
    change(lines)
    path.write_text("".join(lines), encoding="utf-8")


def sha256(panel: Path, file: str = SERVICE) -> str:
    return hashlib.sha256((panel / file).read_bytes()).hexdigest()


def correction(panel: Path, **keys: Any) -> dict[str, Any]:
    entry = {
        "extract": sha256(panel)[:12], "table": "stg_force_return", "record": 2, "column": "numerator",
        "expect": 8317, "value": 8217, "reason": "Typed wrong.", "who": "An officer", "when": "2023-08-20",
    }  # fmt: skip
    return {name: value for name, value in {**entry, **keys}.items() if value is not None}


def declare(panel: Path, *entries: dict[str, Any]) -> None:
    text = yaml.safe_dump({"corrections": list(entries)}, sort_keys=False)
    (panel / "corrections.yml").write_text(text, encoding="utf-8")


def staged(job: Job, query: str) -> Any:
    with open_warehouse(job.warehouse, read_only=True) as connection:
        return connection.execute(query).fetchall()


def run_to_stage(panel: Path, home: Path, as_of: dt.date = AS_OF) -> Job:
    job = job_for(panel, home, as_of)
    extract(job)
    stage(job)
    return job


def wrong_number(lines: list[str]) -> None:
    lines[1] = lines[1].replace(",8217,", ",8317,")


def test_a_corrected_value_counts_is_told_and_traced_and_the_file_stays(panel: Path, home: Path) -> None:
    spoil(panel, wrong_number)
    before = sha256(panel)
    declare(panel, correction(panel))
    job = job_for(panel, home)
    edition = prepare(job)  # held without the correction: the areas would not add up to the force's figure
    kept = [path for path in (home / "store" / "files").rglob("*") if path.name == before]
    assert len(kept) == 1 and hashlib.sha256(kept[0].read_bytes()).hexdigest() == before
    told = " ".join(page(edition).split())
    assert "Corrections made to what was received" in told
    assert "record 2: the numerator stood as ‘8317’ and counts as ‘8217’. Typed wrong." in told
    assert "Decided by: An officer, 20 August 2023." in told
    traced = trace_text(home, "", "calls_999_within_10_seconds", "2019-04", "")
    assert (
        "numerator corrected to '8217'; the file has numerator '8317' (Typed wrong. An officer, 2023-08-20)" in traced
    )


def test_a_run_without_corrections_says_nothing_of_them(panel: Path, home: Path) -> None:
    edition = prepare(job_for(panel, home))
    assert "Corrections made" not in page(edition)


def test_a_record_may_be_left_out(panel: Path, home: Path) -> None:
    spoil(panel, lambda lines: lines.append(lines[-1]))
    record = len((panel / SERVICE).read_text(encoding="utf-8").splitlines())
    area = (panel / SERVICE).read_text(encoding="utf-8").splitlines()[-1].split(",")[1]
    declare(panel, correction(panel, record=record, column="area", expect=area, value=None, drop=True))
    job = run_to_stage(panel, home)
    assert staged(job, f"SELECT count(*) {OF_RETURN}") == [(record - 2,)]
    assert staged(job, "SELECT is_dropped, after FROM plan_correction") == [(True, "")]


def test_a_refused_record_becomes_sound(panel: Path, home: Path) -> None:
    spoil(panel, lambda lines: lines.__setitem__(1, lines[1].replace(",8217,", ",eight,")))
    declare(panel, correction(panel, expect="eight"))
    job = run_to_stage(panel, home)
    assert staged(job, "SELECT count(*) FROM rej_force_return") == [(0,)]
    assert staged(job, f"SELECT numerator {OF_RETURN} AND record = 2") == [(8217.0,)]
    assert staged(job, "SELECT was_rejected FROM plan_correction") == [(True,)]


def test_what_is_made_from_the_value_follows(panel: Path, home: Path) -> None:
    declare(panel, correction(panel, column="period", expect="2019-04", value="2019-05"))
    job = run_to_stage(panel, home)
    first, other = dt.date(2019, 4, 1), dt.date(2019, 5, 1)
    query = f"SELECT period_start, period_end {OF_RETURN} AND record = 2"
    assert staged(job, query) == [(other, dt.date(2019, 5, 31))]
    assert staged(job, "SELECT periods FROM plan_correction") == [([first, other],)]


def test_two_values_of_one_record_are_corrected_together(panel: Path, home: Path) -> None:
    spoil(panel, lambda lines: lines.__setitem__(1, lines[1].replace("2019-04,8217,", "April 2019,eight,")))
    declare(
        panel,
        correction(panel, expect="eight"),
        correction(panel, column="period", expect="April 2019", value="2019-04"),
    )
    job = run_to_stage(panel, home)
    assert staged(job, "SELECT count(*) FROM rej_force_return") == [(0,)]
    query = f"SELECT period_start, numerator {OF_RETURN} AND record = 2"
    assert staged(job, query) == [(dt.date(2019, 4, 1), 8217.0)]


@pytest.mark.parametrize("expect", ["8,217", "8 217", "8217.0", " 8217 "])
def test_a_number_may_be_expected_as_staged_or_as_written(panel: Path, home: Path, expect: str) -> None:
    declare(panel, correction(panel, expect=expect, value="8200"))
    job = run_to_stage(panel, home)
    assert staged(job, f"SELECT numerator {OF_RETURN} AND record = 2") == [(8200.0,)]


def test_a_correction_counts_from_its_day_on(panel: Path, home: Path) -> None:
    set_source(panel, "service_return", received="2023-08-01")
    set_source(panel, "home_office_prc", received="2023-08-01")
    declare(panel, correction(panel, expect=8217, value=8000, when="2023-08-20"))
    early = run_to_stage(panel, home, dt.date(2023, 8, 19))
    assert staged(early, f"SELECT numerator {OF_RETURN} AND record = 2") == [(8217.0,)]
    late = run_to_stage(panel, home, dt.date(2023, 8, 20))
    assert staged(late, f"SELECT numerator {OF_RETURN} AND record = 2") == [(8000.0,)]


def test_a_correction_changes_what_the_briefing_is_made_from(panel: Path, home: Path) -> None:
    before = extract(job_for(panel, home))
    declare(panel, correction(panel, expect=8217, value=8000))
    assert extract(job_for(panel, home)) != before


def test_a_mended_file_stops_the_run_with_every_correction_that_does_not_fit(panel: Path, home: Path) -> None:
    declare(panel, correction(panel), correction(panel, record=3, expect="1"), correction(panel, record=99999))
    with pytest.raises(CorrectionFaults) as caught:
        run_to_stage(panel, home)
    text = str(caught.value)
    assert "3 corrections do not fit the files as they are" in text
    assert "corrections.yml, line 2: the correction of 'numerator' in record 2" in text
    assert "'8217' stands there, where '8317' was expected. Has the source been mended, or the record moved?" in text
    assert "record 99999" in text and "the file has no such record. The header is record 1" in text


def test_a_value_that_would_be_refused_stops_the_run(panel: Path, home: Path) -> None:
    declare(panel, correction(panel, expect=8217, value=-1))
    with pytest.raises(CorrectionFaults, match="would be refused as corrected: numerator '-1' is negative"):
        run_to_stage(panel, home)


def test_a_record_that_is_no_row_needs_a_new_file(panel: Path, home: Path) -> None:
    spoil(panel, lambda lines: lines.__setitem__(1, "a,b\n"))
    declare(panel, correction(panel))
    with pytest.raises(CorrectionFaults, match=r"has 2 fields, the header has 6\. .*: ask for a new file"):
        run_to_stage(panel, home)


def test_a_file_of_another_table_is_told(panel: Path, home: Path) -> None:
    declare(panel, correction(panel, table="stg_population", column="population"))
    with pytest.raises(CorrectionFaults, match=r"is not staged as stg_population\. Name stg_force_return\."):
        run_to_stage(panel, home)


def test_a_member_of_an_archive_is_named(panel: Path, home: Path) -> None:
    path = panel / SERVICE
    text = path.read_text(encoding="utf-8")
    path.unlink()
    archive = path.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr(zipfile.ZipInfo("sent/return.csv", (2023, 8, 1, 0, 0, 0)), text)
    set_source(panel, "service_return", pattern="*.zip")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    entry = {"extract": digest, "table": "stg_force_return", "record": 2, "column": "numerator", "expect": 8217}
    more = {"value": 8000, "reason": "R.", "who": "W", "when": "2023-08-20"}
    declare(panel, {**entry, **more})
    with pytest.raises(CorrectionFaults, match=r"no such member\. Give 'member', one of: sent/return\.csv"):
        run_to_stage(panel, home)
    declare(panel, {**entry, **more, "member": "sent/return.csv"})
    job = run_to_stage(panel, home)
    assert staged(job, f"SELECT member, numerator {OF_RETURN} AND record = 2") == [("sent/return.csv", 8000.0)]


def test_a_correction_of_a_file_that_is_not_in_use_is_idle(panel: Path, home: Path) -> None:
    declare(panel, correction(panel, extract="0123456789ab"))
    job = job_for(panel, home)
    extract(job)
    told = [line for line in stage(job) if "corrections.yml" in line]
    assert told == [
        "corrections.yml, line 2: no file in use has a sha256 that begins with 0123456789ab, so this correction changes"
        " nothing. Remove it, if a mended file has come."
    ]
    assert [line.strip() for line in examine(panel, home) if "corrections.yml" in line] == told
    assert [line for line in examine(panel, home / "none") if "corrections.yml" in line] == []
    assert "  1 corrections" in examine(panel)


def test_every_fault_of_the_file_is_told_at_once_with_its_line(panel: Path) -> None:
    sound = correction(panel, extract="0123456789ab")
    text = yaml.safe_dump(
        {
            "corrections": [
                {**sound, "extract": "xyz", "record": 1},
                {name: value for name, value in sound.items() if name not in ("reason", "who", "when", "expect")},
                {**sound, "column": "numerater", "expect": None},
                {**sound, "record": 7, "drop": True},
                {name: value for name, value in {**sound, "record": 8}.items() if name != "value"},
                {**sound, "record": 9},
                {**sound, "record": 9, "extract": "0123456789abcd"},
            ]
        },
        sort_keys=False,
    )
    (panel / "corrections.yml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanFaults) as caught:
        load_plan(panel)
    told = [f"{one.line} {one.message}" for one in caught.value.faults]
    assert told == [
        "2 extract 'xyz' is not the sha256 of a file.",
        "4 record 1 does not fit: input should be greater than or equal to 2.",
        "11 'expect' is missing.",
        "11 'reason' is missing.",
        "11 'when' is missing.",
        "11 'who' is missing.",
        "19 there is no column of stg_force_return in a file called 'numerater'.",
        '20 expect None does not fit: value error, it is left empty: write "" for an empty cell.',
        "30 the correction has both a value and drop.",
        "35 the correction has neither a value nor drop.",
        "54 this record is corrected twice (corrections.yml, line 43).",
    ]


@pytest.mark.parametrize("key", ["value", "reason", "who", "expect"])
@pytest.mark.parametrize("written", ["...", " … ", "   "])
def test_what_keeps_a_place_is_not_taken_for_words(panel: Path, key: str, written: str) -> None:
    declare(panel, correction(panel, **{key: written}))
    with pytest.raises(PlanFaults) as caught:
        load_plan(panel)
    (fault,) = caught.value.faults
    line = next(
        at for at, text in enumerate((panel / "corrections.yml").read_text().splitlines(), 1) if f" {key}:" in text
    )
    assert fault.line == line
    if written.strip() or key in ("value", "expect"):
        assert fault.text().startswith(f"corrections.yml, line {line}: '{key}' is not filled in")


def test_an_empty_cell_may_be_right(panel: Path) -> None:
    declare(panel, correction(panel, column="denominator", expect="10267", value=""))
    assert [one.value for one in load_plan(panel).corrections] == [""]


def test_corrections_that_every_panel_shares_are_read_too(panel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "expectations"
    folder.mkdir()
    shared = folder / "corrections.yml"
    shared.write_text(yaml.safe_dump({"corrections": [correction(panel)]}), encoding="utf-8")
    declare(panel, correction(panel, record=3))
    plan = load_plan(panel, shared)
    assert plan.correction_places == ("corrections.yml, line 2", "expectations/corrections.yml, line 2")
    assert [one.record for one in plan.corrections] == [3, 2]
    shared.write_text("corrections:\n- extract: no\n", encoding="utf-8")
    with pytest.raises(PlanFaults, match=r"expectations/corrections\.yml, line 2"):
        load_plan(panel, shared)


def test_the_columns_that_may_be_corrected_are_those_of_the_layouts() -> None:
    assert {layout.table: tuple(one.name for one in layout.columns) for layout in LAYOUTS.values()} == COLUMNS
