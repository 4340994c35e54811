"""The charts against the reference implementations' own figures: limits to 1e-9, marks and rules exactly.

Every case runs through `chart_file`, as `panelbrief spc` does. make test runs a part of each kind, make soak all.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flows.spc import ChartOptions, chart_file

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "spc" / "oracle"
pytestmark = pytest.mark.skipif(not ORACLE.is_dir(), reason="the oracle's cases, ../shared/spc/oracle, are not here")
Case = dict[str, str]
Row = dict[str, str]
PART = 4  # One case in so many of each kind is in make test.
# qicharts2 divides the mean moving range by 1.128 where the NHS multiplies it by 2.66; the paper's XmR follows the NHS.
NHS_WIDTH = 2.66 / (3 / 1.128)
# What the peer gets wrong, by its own tracker: our answers are below.
PEER_IS_WRONG = ("trend_label_wrong_direction", "peer_error_on_NA")


def rows_of(name: str) -> list[Row]:
    stored = (ORACLE / name).read_bytes()
    text = (gzip.decompress(stored) if name.endswith(".gz") else stored).decode()
    return list(csv.DictReader(io.StringIO(text)))


@cache
def grouped(name: str, key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(name) if ORACLE.is_dir() else []:
        found[row[key]].append(row)
    return found


def cases(name: str, key: str) -> list[Case]:
    return [row for rows in grouped(name, key).values() for row in rows]


def one_in(part: int, found: Iterable[Case], key: str) -> Iterator[Case]:
    """Yield every so-manieth case of each kind, so that each kind is in."""
    kinds: dict[str, list[Case]] = defaultdict(list)
    for case in found:
        kinds[case[key]].append(case)
    for same in kinds.values():
        yield from same[::part]


def charted(folder: Path, found: list[Case], file: str, options: dict[str, Any]) -> dict[tuple[str, str], Row]:
    """Return the result's rows by case and date; all cases share one file and `options`."""
    source, rebase, exclude = folder / "in.csv", folder / "rebase.csv", folder / "exclude.csv"
    with source.open("w") as out, rebase.open("w") as starts, exclude.open("w") as kept:
        out.write("series_id,date,value,denominator\n")
        starts.write("series_id,date\n")
        kept.write("series_id,date\n")
        for case in found:
            name = case["name"]
            rows = grouped(case.get("input_file", file), "series_id")[case["series_id"]]
            for row in rows:
                out.write(f"{name},{row['date']},{row['value']},{row.get('denominator', '')}\n")
            for date in case["starts"].split(";") if case["starts"] else []:
                starts.write(f"{name},{date}\n")
            for date in case["kept"].split(";") if case["kept"] else []:
                kept.write(f"{name},{date}\n")
    chart_file(source, folder / "out.csv", ChartOptions(**options, rebase=rebase, exclude=exclude))
    with (folder / "out.csv").open(encoding="utf-8") as stream:
        return {(row["series_id"], row["date"]): row for row in csv.DictReader(stream)}


def number(text: str) -> float:
    return math.nan if text in ("", "NaN") else float(text)


def same_number(ours: str, theirs: str, size: float, factor: float = 1.0) -> bool:
    a, b = number(ours), number(theirs)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return abs(a - b) <= 1e-9 * max(size, abs(b)) * factor


LABELS = {
    "Above UCL": ("outside_limits", "up"),
    "Below LCL": ("outside_limits", "down"),
    "7 Point Trend (Increasing)": ("trend", "up"),
    "7 Point Trend (Decreasing)": ("trend", "down"),
    "2 in 3 Above CL": ("two_of_three", "up"),
    "2 in 3 Below CL": ("two_of_three", "down"),
    "7 Points Above CL": ("shift", "up"),
    "7 Points Below CL": ("shift", "down"),
    "Common Cause": ("", ""),
}
MEANINGS = {
    "common_cause": "",
    "special_cause_improvement": "improvement",
    "special_cause_concern": "concern",
    "special_cause_neutral_high": "neither",
    "special_cause_neutral_low": "neither",
}
DIRECTIONS = {"increase": "higher", "decrease": "lower", "neutral": "neither"}


def check_xmr(found: list[Case], folder: Path) -> int:
    """Compare every point of the cases; return how many points were compared."""
    compared, wrong = 0, []

    def settings(case: Case) -> tuple[str, str, str]:
        return case["screen_outliers"], case["fix_after_n_points"], case["improvement_direction"]

    for (screen, fixed, direction), same in itertools.groupby(sorted(found, key=settings), key=settings):
        listed = [{**one, "name": one["case_id"], "starts": one["rebase_dates"], "kept": ""} for one in same]
        options = {
            "chart": "i", "rules": "plotthedots", "is_screened": screen == "TRUE",
            "baseline": int(fixed) if fixed else None, "better": DIRECTIONS[direction],
        }  # fmt: skip
        ours = charted(folder, listed, "input.csv", options)
        for case in listed:
            expected = grouped("expected.csv.gz", "case_id")[case["case_id"]]
            size = max((abs(number(row["upl"])) for row in expected if row["upl"] not in ("", "NaN")), default=0.0)
            for row in expected:
                got = ours[case["case_id"], row["date"]]
                compared += 1
                pairs = (("centre_line", "mean"), ("lower_limit", "lpl"), ("upper_limit", "upl"),
                         ("warning_lower", "nlpl"), ("warning_upper", "nupl"))  # fmt: skip
                if not all(same_number(got[a], row[b], size) for a, b in pairs):
                    wrong.append((case["case_id"], row["date"], "limits", [(got[a], row[b]) for a, b in pairs]))
                exact = (got["rule"], got["direction"], got["meaning"], got["signal"])
                label = LABELS[row["special_cause_type"]]
                theirs = (*label, MEANINGS[row["point_type"]], "true" if label[0] else "false")
                if case["float_sensitive"] == "FALSE" and exact != theirs:
                    wrong.append((case["case_id"], row["date"], exact, theirs))
    assert not wrong, (len(wrong), wrong[:5])
    return compared


def xmr_cases() -> list[Case]:
    return [one for one in cases("cases.csv", "case_id") if one["peer_status"] == "ok" and not any(
        quirk in one["peer_quirk"] for quirk in PEER_IS_WRONG)]  # fmt: skip


def test_xmr_equals_the_reference(tmp_path: Path) -> None:
    found = list(one_in(PART, xmr_cases(), "variant"))
    assert len(found) > 250
    assert check_xmr(found, tmp_path) > 8000


@pytest.mark.soak
def test_xmr_equals_the_reference_in_every_case(tmp_path: Path) -> None:
    found = xmr_cases()
    assert len(found) > 1100
    assert check_xmr(found, tmp_path) > 34_000


def check_attribute(found: list[Case], folder: Path) -> int:
    compared, wrong = 0, []

    def settings(case: Case) -> tuple[str, str, str]:
        return case["chart"], case["screenedmr"], case["freeze"]

    for (chart, screen, freeze), same in itertools.groupby(sorted(found, key=settings), key=settings):
        listed = []
        for one in same:
            dates = sorted(row["date"] for row in grouped(one["input_file"], "series_id")[one["series_id"]])
            # A part starts after its position, so at the row behind it; positions count from 1.
            starts = ";".join(dates[int(at)] for at in one["part"].split(";") if at and int(at) < len(dates))
            kept = ";".join(dates[int(at) - 1] for at in one["exclude"].split(";") if at)
            listed.append({**one, "name": one["qcase_id"], "starts": starts, "kept": kept})
        options = {
            "chart": chart, "rules": "plotthedots", "is_screened": screen == "TRUE",
            "baseline": int(freeze) if freeze else None,
        }  # fmt: skip
        ours = charted(folder, listed, "input_qic.csv", options)
        for case in listed:
            expected = grouped("expected_qic.csv.gz", "qcase_id")[case["qcase_id"]]
            for row in expected:
                got = ours[case["qcase_id"], row["date"]]
                compared += 1
                faults = compare_attribute(chart, got, row)
                if faults:
                    wrong.append((case["qcase_id"], row["date"], faults))
    assert not wrong, (len(wrong), wrong[:5])
    return compared


def compare_attribute(chart: str, got: Row, row: Row) -> list[Any]:
    """Return what differs at one point."""
    size = max((abs(number(row[k])) for k in ("cl", "lcl", "ucl") if row[k] not in ("", "NaN")), default=0.0)
    pairs = [("value", "y"), ("centre_line", "cl")]
    limits = [("lower_limit", "lcl"), ("upper_limit", "ucl"), ("warning_lower", "lcl95"), ("warning_upper", "ucl95")]
    faults: list[Any] = []
    if chart == "i":
        centre = number(row["cl"])
        for a, b in limits:
            width = number(row[b]) - centre
            theirs = "" if math.isnan(width) else repr(centre + width * NHS_WIDTH)
            if not same_number(got[a], theirs, size):
                faults.append((a, got[a], theirs))
    else:
        pairs += limits
        if (got["signal"] == "true") != (row["sigma_signal"] == "TRUE"):
            faults.append(("signal", got["signal"], row["sigma_signal"]))
    faults += [(a, got[a], row[b]) for a, b in pairs if not same_number(got[a], row[b], size)]
    runs = (("longest_run", "longest_run"), ("longest_run_max", "longest_run_max"), ("crossings", "n_crossings"),
            ("crossings_min", "n_crossings_min"))  # fmt: skip
    faults += [(a, got[a], row[b]) for a, b in runs if got[a] != row[b]]
    if (got["runs_signal"] == "true") != (row["runs_signal"] == "TRUE"):
        faults.append(("runs", got["runs_signal"], row["runs_signal"]))
    return faults


def attribute_cases() -> list[Case]:
    return [one for one in cases("cases_qic.csv", "qcase_id") if one["peer_status"] == "ok"]


def test_attribute_charts_and_runs_equal_the_reference(tmp_path: Path) -> None:
    found = list(one_in(PART, attribute_cases(), "chart"))
    assert {one["chart"] for one in found} == {"i", "run", "p", "pp", "u", "up", "c", "g", "t"}
    assert check_attribute(found, tmp_path) > 4000


@pytest.mark.soak
def test_attribute_charts_and_runs_equal_the_reference_in_every_case(tmp_path: Path) -> None:
    found = attribute_cases()
    assert len(found) > 680
    assert check_attribute(found, tmp_path) > 22_000
