"""A file that may hold personal data leaves nothing behind but its hash, and is told of or stops the run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from flows.checking import check_file
from flows.errors import PersonalData
from flows.ledger import Ledger
from flows.plan.loader import load_plan
from flows.work import read_missing
from tests.flow.preparing import SERVICE, copy_panel, extract, job_for, set_source

VALUE = "07700 900123"


def _panel(tmp_path: Path, *, required: bool) -> tuple[Path, Path]:
    panel = copy_panel(tmp_path)
    file = panel / SERVICE
    head = file.read_text(encoding="utf-8").split("\n", 1)[0]
    assert head == "measure,area,period,numerator,denominator,note"
    more = f"complaints,Swindon UA,2023-06,40,,ring {VALUE}\n"
    (file.parent / "service-return-more.csv").write_text(f"{head}\n{more}", encoding="utf-8")
    set_source(panel, "service_return", required=required)
    return panel, file.parent / "service-return-more.csv"


def test_a_required_sources_file_holds_the_briefing_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    panel, file = _panel(tmp_path, required=True)
    job = job_for(panel, tmp_path / "home")
    with pytest.raises(PersonalData, match=r"service-return-more\.csv: .*column 'note' \(F\) \(a telephone number\)"):
        extract(job)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    ledger = Ledger(job.ledger, load_plan(panel).panel.name)
    (refusal,) = ledger.refusals()
    assert (refusal.name, refusal.sha256) == (file.name, sha256)
    assert sha256 not in {one.sha256 for one in ledger.extracts()}
    ledger.close()
    kept = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert len(kept) > 3
    for path in kept:
        assert path.name != sha256
        assert VALUE.encode() not in path.read_bytes(), path


def test_an_optional_sources_file_is_told_of_and_a_mended_one_takes_its_place(tmp_path: Path) -> None:
    panel, file = _panel(tmp_path, required=False)
    job = job_for(panel, tmp_path / "home")
    with_it = extract(job)
    (told,) = read_missing(job)
    assert "service-return-more.csv was refused and is not used" in told
    assert VALUE not in told
    file.write_text(file.read_text(encoding="utf-8").replace(f"ring {VALUE}", "late"), encoding="utf-8")
    assert extract(job) != with_it
    assert read_missing(job) == []


def test_check_says_the_same(tmp_path: Path) -> None:
    _, file = _panel(tmp_path, required=True)
    report = check_file(file, "force_return")
    assert report.exit_code == 2
    assert "is refused" in report.as_text()
    assert "column 'note' (F) (a telephone number)" in json.loads(report.as_json())["error"]
    assert VALUE not in report.as_text() + report.as_json()
