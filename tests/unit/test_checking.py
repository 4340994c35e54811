"""The report on one file: what a program reads of it, what a data officer reads, and the exit code."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from flows.checking import HELD, UNREADABLE, USABLE, Report, check_file
from flows.settings import CHECKOUT
from flows.sources import LAYOUTS

DATA = CHECKOUT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="needs ../shared (the real figures), which is not beside this checkout"
)
KEYS = [
    "file", "sha256", "layout", "rows_read", "rows_staged", "blank_rows", "rejected", "rejected_count", "ignored",
    "findings", "counts",
]  # fmt: skip
STREET = ",".join(column.header for column in LAYOUTS["police_uk_street"].columns)


def recorded_crime(path: Path, *faulty: str, rows: int = 200) -> Path:
    """Write a Home Office table by subgroup: `rows` sound rows of one quarter, then the faulty ones."""
    head = "Financial Year,Financial Quarter,Force Name,Offence Group,Offence Subgroup,Number of Offences"
    sound = [f'2023/24,1,Wiltshire,Theft offences,Kind {n:03},"1,{n:03}"' for n in range(rows)]
    path.write_text("\n".join([head, *sound, *faulty]) + "\n", encoding="utf-8")
    return path


def as_json(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report.as_json())
    return found


def adds_up(found: dict[str, Any]) -> bool:
    kept = found["rows_staged"] + found["rejected_count"] + found["blank_rows"]
    return bool(found["rows_read"] == kept and found["rejected_count"] == len(found["rejected"]))


def test_a_sound_file_is_told_in_full(tmp_path: Path) -> None:
    path = recorded_crime(tmp_path / "crime.csv", "", rows=3)
    report = check_file(path, "home_office_prc")
    found = as_json(report)
    assert list(found) == KEYS and adds_up(found) and report.exit_code == USABLE
    assert found["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (found["file"], found["layout"]) == ("crime.csv", "home_office_prc")
    assert (found["rows_read"], found["rows_staged"], found["blank_rows"]) == (4, 3, 1)
    assert (found["rejected"], found["ignored"], found["findings"]) == ([], [], [])
    assert found["counts"][1] == {"force": "Wiltshire", "period": "2023/24 Q1", "category": "Kind 001", "count": 1001}
    assert '"count": 1001\n' in report.as_json()
    assert report.as_text() == (
        "crime.csv, read as home_office_prc\n"
        "  4 records read: 3 taken, 0 rejected, 1 blank.\n"
        "  It holds Wiltshire; 2023/24 Q1; 3 kinds of count.\n"
        f"{''.join(f'  Note: {note}.{chr(10)}' for note in report.notes)}"
        "\nThis file can be used.\n"
    )


def test_one_reject_holds_the_file_and_is_listed(tmp_path: Path) -> None:
    report = check_file(recorded_crime(tmp_path / "crime.csv", "2023/24,5,Wiltshire,G,S,7"), "home_office_prc")
    found = as_json(report)
    assert report.exit_code == HELD and adds_up(found)
    (rejected,) = found["rejected"]
    assert list(rejected) == ["file", "line", "column", "value", "reason"]
    assert (rejected["file"], rejected["line"], rejected["column"], rejected["value"]) == (
        "crime.csv", 202, "Financial Quarter", "5",
    )  # fmt: skip
    (finding,) = found["findings"]
    assert list(finding) == ["severity", "expectation", "message"]
    assert (finding["severity"], finding["expectation"]) == ("critical", "no_row_is_rejected")
    assert finding["message"] == "1 row cannot be read, so figures made from the others would be wrong."
    assert f"crime.csv, record 202, Financial Quarter: '5' {rejected['reason']}" in report.as_text()


def test_many_rejects_are_critical_and_the_text_shows_ten(tmp_path: Path) -> None:
    faulty = [f"2023/24,1,Wiltshire,G,S{n},many" for n in range(25)]
    report = check_file(recorded_crime(tmp_path / "crime.csv", *faulty), "home_office_prc")
    found = as_json(report)
    assert report.exit_code == HELD and adds_up(found) and found["rejected_count"] == 25
    assert [one["line"] for one in found["rejected"]] == list(range(202, 227))
    assert [one["expectation"] for one in found["findings"]] == ["few_rows_are_rejected"]
    text = report.as_text()
    assert text.count("'many'") >= 10 and "record 211" in text and "crime.csv, record 212" not in text
    assert "Rejected records (the first 10 of 25; --json lists all):" in text
    assert text.endswith("This file cannot be used as it is: put right what is named above and send it again.\n")


def test_an_offence_given_twice_is_critical(tmp_path: Path) -> None:
    twice = '2023/24,1,Wiltshire,Theft offences,Kind 007,"1,007"'
    report = check_file(recorded_crime(tmp_path / "crime.csv", twice), "home_office_prc")
    assert report.exit_code == HELD
    (finding,) = report.findings
    assert (finding.severity, finding.expectation) == ("critical", "offence_is_given_once")
    assert "Must be put right, or the briefing is held:\n  - 1 offence given more often than once" in report.as_text()
    assert "force Wiltshire, financial year 2023/24, financial quarter 1, offence subgroup Kind 007" in report.as_text()


def test_a_file_that_may_be_cut_inside_its_last_number_is_doubted(tmp_path: Path) -> None:
    path = recorded_crime(tmp_path / "crime.csv")
    path.write_text(path.read_text(encoding="utf-8").removesuffix('"1,199"\n') + "11", encoding="utf-8")
    report = check_file(path, "home_office_prc")
    assert report.exit_code == USABLE and not report.rejected
    (finding,) = report.findings
    assert (finding.severity, finding.expectation) == ("warning", "last_line_is_ended")
    assert finding.message == (
        "1 file may be cut short, for the last line has no end. Is this last record right and whole? file crime.csv, "
        "record 201, force Wiltshire, financial year 2023/24, financial quarter 1, offence subgroup Kind 199, "
        "offences 11"
    )


def test_a_header_without_rows_is_critical(tmp_path: Path) -> None:
    report = check_file(recorded_crime(tmp_path / "crime.csv", rows=0), "home_office_prc")
    assert (report.exit_code, report.rows_read, report.counts) == (HELD, 0, ())
    assert [one.expectation for one in report.findings] == ["has_rows"]


def test_an_archive_names_members_and_what_it_leaves_aside(tmp_path: Path) -> None:
    path = tmp_path / "2023-06.zip"
    row = ",2023-06,Wiltshire Police,Wiltshire Police,-1.5,51.0,On or near,E01000001,Swindon 001A,{type},,"
    with zipfile.ZipFile(path, "w") as archive:
        for force in ("wiltshire", "dorset"):
            rows = [row.format(type="Anti-social behaviour")] * 150
            text = "\n".join([STREET, *rows, row.format(type="")]) + "\n"
            archive.writestr(f"2023-06/2023-06-{force}-street.csv", text)
        archive.writestr("2023-06/2023-06-dorset-outcomes.csv", "x\n")
    report = check_file(path, "police_uk_street")
    found = as_json(report)
    assert report.exit_code == HELD and adds_up(found)
    assert [(one["file"], one["line"], one["column"]) for one in found["rejected"]] == [
        ("2023-06.zip!2023-06/2023-06-dorset-street.csv", 152, "Crime type"),
        ("2023-06.zip!2023-06/2023-06-wiltshire-street.csv", 152, "Crime type"),
    ]
    assert found["ignored"] == ["2023-06/2023-06-dorset-outcomes.csv"]
    assert found["counts"] == [
        {"force": force, "period": "2023-06", "category": "Anti-social behaviour", "count": 150}
        for force in ("dorset", "wiltshire")
    ]
    assert "Left aside, being of other layouts: 2023-06/2023-06-dorset-outcomes.csv." in report.as_text()


def test_a_coordinate_that_is_no_number_costs_no_row_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "2023-06-wiltshire-street.csv"
    row = ",2023-06,Wiltshire Police,Wiltshire Police,{east},51.0,On or near,E01000001,Swindon 001A,Drugs,,\n"
    path.write_text(f"{STREET}\n{row.format(east='x') * 40}{row.format(east='-1.5') * 2}", encoding="utf-8")
    report = check_file(path, "police_uk_street")
    assert (report.exit_code, report.rejected, report.rows_staged) == (USABLE, (), 42)
    assert [one.count for one in report.counts] == [42]
    told = {one.expectation: (one.severity, one.message) for one in report.findings}
    assert told["coordinates_are_degrees"] == (
        "warning", "40 rows with a longitude or latitude that is no number of degrees; figures do not use them.",
    )  # fmt: skip


def test_a_return_keeps_fractions_and_needs_no_panel(tmp_path: Path) -> None:
    path = tmp_path / "return.csv"
    path.write_text("measure,area,period,numerator\nhours,Anywhere,2023-04,1.5\nhours,Anywhere,2023-05,2.0\n")
    report = check_file(path, "force_return")
    assert (report.exit_code, report.findings) == (USABLE, ())
    assert [one.count for one in report.counts] == [1.5, 2]
    assert '"count": 1.5\n' in report.as_json() and '"count": 2\n' in report.as_json()


def test_what_cannot_be_read_has_its_reason_and_exit_code_2(tmp_path: Path) -> None:
    damaged = tmp_path / "crime.csv.gz"
    damaged.write_bytes(gzip.compress(b"Financial Year\n" * 5000)[:-20])
    report = check_file(damaged, "home_office_prc")
    found = as_json(report)
    assert report.exit_code == UNREADABLE
    assert list(found) == ["file", "sha256", "layout", "error"]
    assert found["sha256"] == hashlib.sha256(damaged.read_bytes()).hexdigest()
    assert "crime.csv.gz" in found["error"] and found["error"] in report.as_text()


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_a_file_that_is_not_there_has_no_sha256(tmp_path: Path, name: str) -> None:
    report = check_file(tmp_path / name, "population")
    assert report.exit_code == UNREADABLE and list(as_json(report)) == ["file", "layout", "error"]
    assert "cannot be opened" in report.error


def test_an_unknown_layout_is_no_finding_about_the_file(tmp_path: Path) -> None:
    """Exit code 1 would say that the file has a critical finding; whoever reads JSON gets JSON."""
    path = recorded_crime(tmp_path / "crime.csv", rows=1)
    command = [sys.executable, "-m", "flows.cli", "check", str(path), "--layout", "csv", "--json"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == UNREADABLE and not done.stderr
    found = json.loads(done.stdout)
    assert list(found) == ["file", "sha256", "layout", "error"] and found["layout"] == "csv"
    assert found["error"].startswith("there is no layout 'csv'. The layouts are force_return, home_office_prc,")


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = recorded_crime(tmp_path / "crime.csv")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    check_file(path, "home_office_prc")
    assert list(scratch.iterdir()) == []
    assert {one.name for one in tmp_path.iterdir()} == {"crime.csv", "scratch"}


REAL = [
    ("home-office/prc-pfa-2012-13-to-2023-24-q1.csv.gz", "home_office_prc", 237598, ["no_quarter_is_missing"]),
    ("home-office/prc-pfa-2017-18-earlier-vintage.csv.gz", "home_office_prc", 23068, []),
    ("police-uk/2014-06.zip", "police_uk_street", 4913, []),
    ("police-uk/2021-03.zip", "police_uk_street", 4486, []),
    ("police-uk/2021-03.zip", "police_uk_outcomes", 3015, []),
    ("police-uk/2025-07.zip", "police_uk_street", None, []),
]


@needs_data
@pytest.mark.parametrize(("file", "layout", "rows", "findings"), REAL, ids=[f"{one[0]} {one[1]}" for one in REAL])
def test_published_files_have_no_critical_finding(
    file: str, layout: str, rows: int | None, findings: list[str]
) -> None:
    report = check_file(DATA / file, layout)
    found = as_json(report)
    assert report.exit_code == USABLE and adds_up(found) and not report.rejected
    assert rows is None or report.rows_read == rows
    assert [one.expectation for one in report.findings] == findings
    order = [(one.force, one.period, one.category) for one in report.counts]
    assert order == sorted(order) and len(order) == len(set(order)) > 9
