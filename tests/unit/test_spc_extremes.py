"""panelbrief spc: no cell of a result is NaN or infinite, and what never varied is not marked, on any chart."""

from __future__ import annotations

import csv
import itertools
import math
import re
from pathlib import Path
from typing import Any

import pytest

from flows.spc import CHARTS, RULES, ChartOptions, chart_file
from tests.series_file import lines_of, read_result, write_lines

DEGENERATE: dict[str, list[Any]] = {
    "constant": [5.0] * 20,
    "fractions": [0.1] * 20,
    "step": [5.0] * 10 + [9.0] * 10,
    "spike": [0.0] * 9 + [1.0] + [0.0] * 9,
    "few": [3.0, 4.0, 5.0, 6.0, 3.0, 4.0, 5.0, 6.0, 1.0, 2.0, 3.0, 9.0],
    "missing": [None] * 20,
    "point": [5.0],
    "two": [5.0, 6.0],
    "alone": [4.0, None, 5.0, None] * 5,
    "nought": [0.0] * 20,
    "tiny": [5e-324, 1e-310, 0.0] * 6,
    "large": [1e100, 1.0, 1e99] * 6,
}


@pytest.mark.parametrize("chart", CHARTS)
def test_figures_at_the_ends_of_what_is_taken_give_no_endless_cell(tmp_path: Path, chart: str) -> None:
    """Every value from the greatest to the least beside every denominator, in orders that mix them in each segment."""
    ends = (1e100, 1e50, 1.0, 1e-50, 1e-100)
    pairs = list(itertools.product((*ends, 1e-300), ends))
    if chart in ("p", "pp"):
        pairs = [(min(value, size), size) for value, size in pairs]
    lines = [
        line
        for step in (1, 7, 11, 13)
        for start in range(0, 30, 2)
        for line in lines_of(f"{step}-{start}", [pairs[(start + step * at) % 30] for at in range(14)])
    ]
    source = write_lines(tmp_path / "in.csv", lines)
    for rules, screened in (("mdc-2023", True), ("plotthedots", False)):
        chart_file(source, tmp_path / "out.csv", ChartOptions(chart, rules, screened))
        assert not endless_cells(tmp_path / "out.csv")


def endless_cells(result: Path) -> list[list[str]]:
    """Return the rows of a result with a cell that is NaN or infinite."""
    with result.open(encoding="utf-8", newline="") as stream:
        return [
            row
            for row in csv.reader(stream)
            if any(re.fullmatch(r"[+-]?(nan|inf(inity)?)", cell, re.IGNORECASE) for cell in row)
        ]


@pytest.mark.parametrize(("rules", "screened"), list(itertools.product(RULES, [True, False])))
@pytest.mark.parametrize("chart", CHARTS)
def test_degenerate_series_have_no_endless_cell_and_are_not_marked_throughout(
    tmp_path: Path, rules: str, screened: bool, chart: str
) -> None:
    """Under mdc-2023 what never varied, or but for one step or spike, has no limits by its moving ranges and no mark.

    Under plotthedots the reference's answer stands: a step or a spike on the XmR chart has limits that lie on the line
    or rest on that one step, and every point is marked.
    """
    shares = chart in ("p", "pp", "u", "up")
    series = {
        name: [(one, 1e100 if name == "large" else 20.0) if shares else one for one in values]
        for name, values in DEGENERATE.items()
        if chart != "t" or 0.0 not in values
    }
    source = write_lines(
        tmp_path / "in.csv", [line for name, values in series.items() for line in lines_of(name, values)]
    )
    chart_file(source, tmp_path / "out.csv", ChartOptions(chart, rules, screened))
    assert not endless_cells(tmp_path / "out.csv")
    for name, rows in read_result(tmp_path / "out.csv").items():
        marked = [row["signal"] == "true" for row in rows]
        limits = {row["upper_limit"] for row in rows}
        assert len(rows) == len(DEGENERATE[name])
        for row in rows:
            assert (row["lower_limit"] == "") == (row["upper_limit"] == "") == (row["warning_upper"] == "")
        if name in ("missing", "point", "two", "constant", "fractions"):
            assert not any(marked), name
        by_ranges = chart in ("i", "t", "pp", "up")
        if (
            by_ranges
            and name in ("constant", "fractions", "missing", "point", "alone", "nought")
            and (rules == "mdc-2023" or screened or name in ("missing", "point", "alone"))
        ):
            assert limits == {""}, name
        if rules == "mdc-2023" and by_ranges and name in ("step", "spike"):
            assert limits == {""} and not any(marked), name
        if rules == "plotthedots" and chart == "i" and name in ("step", "spike"):
            assert all(marked), name
            width = {float(row["upper_limit"]) - float(row["centre_line"]) for row in rows}
            assert (width == {0.0}) == screened


def test_fewer_than_thirteen_points_get_a_run_chart_or_what_was_asked_for(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.csv", lines_of("a", DEGENERATE["few"]))
    for chart, has_limits in (("auto", False), ("i", True)):
        chart_file(source, tmp_path / "out.csv", ChartOptions(chart))
        (rows,) = read_result(tmp_path / "out.csv").values()
        assert {row["upper_limit"] != "" for row in rows} == {has_limits}
        assert all(math.isfinite(float(row["centre_line"])) for row in rows)
