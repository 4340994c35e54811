"""Bad extracts of every kind: each is read right or gives its finding by name, and none leads anywhere else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flows.checking import check_file
from flows.validation import warm_up
from tests.corpus import archive_cases, number_cases, table_cases, text_cases, workbook_cases
from tests.corpus.case import Case, Refused, Right
from tests.corpus.good import LAYOUTS, good, totals

CASES: list[Case] = [
    case
    for module in (text_cases, number_cases, table_cases, workbook_cases, archive_cases)
    for case in module.CASES
]  # fmt: skip
# Checking what can be read takes most of a second: make test tries every third such file, make soak all of them.
IS_SOAK = bool(os.environ.get("PANELBRIEF_SOAK"))
READ = [case for case in CASES if not isinstance(case.outcome, Refused)]
TRIED = [case for case in CASES if IS_SOAK or isinstance(case.outcome, Refused) or case in READ[::3]]
KINDS = (".csv", ".csv.gz", ".zip", ".xlsx", ".ods")
LONGEST_SECONDS = 30
WORDS_OF_A_CRASH = ("Traceback", "Error:", "Exception", "duckdb")


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one file, in which nothing but the file to be checked may be changed."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "figures.csv").write_text("the canary\n")
    return folder


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Import what checking needs: the first case's time is its own."""
    warm_up()


@pytest.mark.soak
@pytest.mark.parametrize("case", TRIED, ids=[case.id for case in TRIED])
def test_a_bad_extract_is_read_right_or_found_out(case: Case, canary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = canary / "sent"
    scratch = canary / "scratch"
    for folder in (sent, scratch):
        folder.mkdir(exist_ok=True)
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    path = case.write(sent)
    begun = time.monotonic()
    report = check_file(path, case.layout)
    assert time.monotonic() - begun < LONGEST_SECONDS
    path.unlink()
    case.outcome.judge(report, case)
    assert report.rows_read == report.rows_staged + len(report.rejected) + report.blank_rows
    text = report.as_text() + report.as_json()
    assert not any(words in text for words in WORDS_OF_A_CRASH) and "could not be run" not in text
    assert str(canary) not in text
    assert sorted(one.name for one in canary.iterdir()) == ["figures.csv", "scratch", "sent"]
    assert (canary / "figures.csv").read_text() == "the canary\n"
    assert not [*sent.iterdir(), *scratch.iterdir()]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_extracts_that_the_cases_are_made_from_are_sound(tmp_path: Path, layout: str, kind: str) -> None:
    case = Case("sound", layout, kind, Right())
    case.outcome.judge(check_file(case.write(tmp_path), layout), case)
    assert len(case.totals) > 1
    assert case.totals == totals(layout, good(layout))


def test_the_corpus_is_large_and_covers_every_layout_in_every_container() -> None:
    assert len({case.id for case in CASES}) == len(CASES) > 300
    assert {case.layout for case in CASES} == set(LAYOUTS)
    assert {case.kind for case in CASES} == set(KINDS)
    contents = {case.content() for case in CASES if case.kind == ".csv"}
    assert len(contents) > 150
    assert len(TRIED) > 200
    outcomes = [type(case.outcome).__name__ for case in CASES]
    assert all(outcomes.count(name) > 40 for name in ("Right", "Refused", "Rejected", "Found"))
