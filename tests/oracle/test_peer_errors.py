"""Where the reference implementation is wrong by its own tracker, our answer, held against the written rules.

NHSRplotthedots labels the last point of a rise that another rise follows as decreasing (a trend's points go the way of
the window that they belong to), and stops at some series with gaps (they are charted like any other).
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from flows.spc import RULES
from tests.chart_reference import Values, reference_limits, reference_marks
from tests.series_file import Row, charted_lines, lines_of

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "spc" / "oracle"
pytestmark = pytest.mark.skipif(not ORACLE.is_dir(), reason="the oracle's cases, ../shared/spc/oracle, are not here")
DIRECTIONS = {"increase": "higher", "decrease": "lower", "neutral": "neither"}
TRENDS = {"7 Point Trend (Increasing)": "up", "7 Point Trend (Decreasing)": "down"}


@cache
def rows_of(name: str) -> list[Row]:
    stored = (ORACLE / name).read_bytes()
    text = (gzip.decompress(stored) if name.endswith(".gz") else stored).decode()
    return list(csv.DictReader(io.StringIO(text)))


@cache
def series() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows_of("input.csv"), key=lambda row: row["date"]):
        found[row["series_id"]].append(row)
    return found


def tagged(quirk: str) -> list[Row]:
    return [case for case in rows_of("cases.csv") if quirk in case["peer_quirk"]]


def values_of(case: Row) -> Values:
    return [None if row["value"] in ("", "NA") else float(row["value"]) for row in series()[case["series_id"]]]


def starts_of(case: Row) -> list[int]:
    """Return the places at which the case's segments start; a date that is not in the series changes nothing."""
    dates = [row["date"] for row in series()[case["series_id"]]]
    return sorted({0, *(dates.index(one) for one in case["rebase_dates"].split(";") if one in dates)})


def segments_of(case: Row) -> list[tuple[int, int]]:
    return list(pairwise([*starts_of(case), len(values_of(case))]))


def ours(folder: Path, case: Row, rules: str) -> list[Row]:
    """Return our rows; the dates are the places, as months."""
    lines = lines_of(case["case_id"], values_of(case))
    (rows,) = charted_lines(
        folder, lines, rebase={case["case_id"]: starts_of(case)}, chart="i", rules=rules,
        is_screened=case["screen_outliers"] == "TRUE",
        baseline=int(case["fix_after_n_points"]) if case["fix_after_n_points"] else None,
        better=DIRECTIONS[case["improvement_direction"]],
    ).values()  # fmt: skip
    return rows


def window_directions(values: Values) -> list[set[str]]:
    """Return, for each point, the directions of the seven-point trends that it belongs to."""
    found: list[set[str]] = [set() for _ in values]
    for start in range(len(values) - 6):
        known = [value for value in values[start : start + 7] if value is not None]
        steps = {(b > a) - (b < a) for a, b in pairwise(known)} if len(known) == 7 else set()
        if steps in ({1}, {-1}):
            for at in range(start, start + 7):
                found[at].add("up" if steps == {1} else "down")
    return found


def test_a_trends_points_go_the_way_of_the_window_that_they_belong_to(tmp_path: Path) -> None:
    corrected = 0
    cases = tagged("trend_label_wrong_direction")
    assert len(cases) >= 10
    for case in cases:
        theirs = sorted(
            (row for row in rows_of("expected.csv.gz") if row["case_id"] == case["case_id"]),
            key=lambda row: row["date"],
        )
        got, values = ours(tmp_path, case, "plotthedots"), values_of(case)
        ways = [way for start, stop in segments_of(case) for way in window_directions(values[start:stop])]
        for row, peer, way in zip(got, theirs, ways, strict=True):
            peer_way = TRENDS.get(peer["special_cause_type"])
            assert (row["rule"] == "trend") == (peer_way is not None), (case["case_id"], row["date"])
            assert (row["signal"] == "true") == (peer["special_cause_flag"] == "TRUE")
            if peer_way is None:
                continue
            assert row["direction"] in way, (case["case_id"], row["date"])
            if len(way) == 1 and row["direction"] != peer_way:
                corrected += 1
                better = DIRECTIONS[case["improvement_direction"]]
                is_better = (better == "higher") == (row["direction"] == "up")
                assert row["meaning"] == (
                    "neither" if better == "neither" else "improvement" if is_better else "concern"
                )
    assert corrected >= len(cases), "each of these cases has a label that we correct"


def compare(case: Row, values: Values, got: list[Row], rules: str) -> int:
    """Compare a segment's limits and marks with those of the written rules; return how many points are marked."""
    fixed = int(case["fix_after_n_points"] or len(values))
    baseline = [at < fixed for at in range(len(values))]
    found = reference_limits(values, baseline, least=1, screened=case["screen_outliers"] == "TRUE")
    if found is None:
        assert {row["upper_limit"] for row in got} == {""}, case["case_id"]
        return 0
    mean, moving = found
    for row in got:
        for name, limit in (("centre_line", mean), ("upper_limit", mean + moving * 266 / 100)):
            assert float(row[name]) == pytest.approx(float(limit), rel=1e-12)
    expected = reference_marks(values, mean, moving, outside_is_far=rules == "mdc-2023")
    found_marks = {at: (row["rule"], row["direction"]) for at, row in enumerate(got) if row["rule"]}
    assert found_marks == expected, case["case_id"]
    return len(expected)


@pytest.mark.parametrize("rules", RULES)
def test_a_series_with_gaps_is_charted_by_the_written_rules(tmp_path: Path, rules: str) -> None:
    cases = tagged("peer_error_on_NA")
    assert len(cases) >= 10 and {case["peer_status"] for case in cases} == {"error"}
    marked = 0
    for case in cases:
        values, got = values_of(case), ours(tmp_path, case, rules)
        assert None in values and len(got) == len(values)
        for row, value in zip(got, values, strict=True):
            assert (row["value"] == "") == (value is None)
        for start, stop in segments_of(case):
            marked += compare(case, values[start:stop], got[start:stop], rules)
    assert marked > 0
