"""The published files as their sender sees them: `panelbrief check` counts every row and finds nothing critical."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from flows.checking import Report, check_file

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
KEYS = [
    "file",
    "sha256",
    "layout",
    "rows_read",
    "rows_staged",
    "blank_rows",
    "rejected",
    "rejected_count",
    "ignored",
    "findings",
    "counts",
]

# An archive takes about two seconds: make test looks at every sixth, make soak at all 36.
EVERY = 1 if os.environ.get("PANELBRIEF_SOAK") else 6
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="needs ../shared (the real figures), which is not beside this checkout"
)


def checked(path: Path, layout: str) -> tuple[Report, dict[str, Any]]:
    """Return the report and its JSON, having looked that every row is accounted for and nothing is critical."""
    report = check_file(path, layout)
    found = json.loads(report.as_json())
    assert list(found) == KEYS and report.exit_code == 0
    assert (found["file"], found["layout"]) == (path.name, layout)
    assert found["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found["rows_read"] == found["rows_staged"] + found["rejected_count"] + found["blank_rows"]
    assert (found["rejected"], found["rejected_count"]) == ([], 0)
    order = [(one["force"], one["period"], one["category"]) for one in found["counts"]]
    assert order == sorted(order) and len(order) == len(set(order)) > 0
    return report, found


@pytest.mark.soak
def test_street_files_give_exactly_the_counts_made_independently() -> None:
    expected = defaultdict(list)
    with (DATA / "police-uk" / "expected-counts.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names = {"force": row["force_slug"], "period": row["month"], "category": row["crime_type"]}
            expected[row["month"]].append({**names, "count": int(row["n"])})
    archives = sorted((DATA / "police-uk").glob("*.zip"))
    assert len(archives) == 36 and [path.stem for path in archives] == sorted(expected)
    for path in archives[::EVERY]:
        report, found = checked(path, "police_uk_street")
        assert all("of a Crime ID that stands more than once" in note for note in report.notes)
        assert found["counts"] == sorted(expected[path.stem], key=lambda one: [*one.values()][:3])
        assert sum(one["count"] for one in found["counts"]) == found["rows_read"]
        assert found["findings"] == [] and all("-outcomes.csv" in name for name in found["ignored"])


@pytest.mark.parametrize(
    ("name", "rows", "blank", "below_zero", "warnings"),
    [
        ("prc-pfa-2012-13-to-2023-24-q1.csv.gz", 237_598, 1, 410, [("warning", "no_quarter_is_missing")]),
        ("prc-pfa-2017-18-earlier-vintage.csv.gz", 23_068, 0, 36, []),
    ],
)
def test_recorded_crime_counts_are_the_sums_of_the_file_as_plain_python_reads_it(
    name: str, rows: int, blank: int, below_zero: int, warnings: list[tuple[str, str]]
) -> None:
    path = DATA / "home-office" / name
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    negative = 0
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            if any((value or "").strip() for value in row.values()):
                plain = {key.strip(): " ".join((value or "").split()) for key, value in row.items()}
                offences = int(plain["Number of Offences"].replace(",", "").replace(" ", ""))
                negative += offences < 0
                period = f"{plain['Financial Year']} Q{plain['Financial Quarter']}"
                sums[plain["Force Name"], period, plain["Offence Subgroup"]] += offences
    assert negative == below_zero
    report, found = checked(path, "home_office_prc")
    assert (found["rows_read"], found["blank_rows"]) == (rows, blank)
    assert {(one.force, one.period, one.category): one.count for one in report.counts} == sums
    assert [(one["severity"], one["expectation"]) for one in found["findings"]] == warnings


def test_published_tables_of_no_layout_are_named_as_such() -> None:
    tables = [*sorted((DATA / "ons").glob("*.xlsx")), *sorted((DATA / "workforce").glob("*.ods"))]
    assert len(tables) == 7
    for path in tables:
        for layout in ("population", "force_return", "home_office_prc"):
            report = check_file(path, layout)
            assert report.exit_code == 2 and report.error.startswith(f"{path.name}: the ")
            assert "layout needs the columns" in report.error
