"""No small count can be worked out: an attacker who solves all published totals as a linear programme pins none."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.suppress import kpi_suppressed

MONTHS = [dt.date(2023, month, 1) for month in (4, 5, 6)]
QUARTER = MONTHS[0]
AREAS = ("A", "B", "C", "D", "E")
# Small counts, noughts and large ones, as a return of many areas holds.
COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 2), st.integers(0, 400))
BELOW = 5

Cell = tuple[str, dt.date]
Figure = tuple[str, str, dt.date]


def _rows(
    table: dict[Cell, tuple[float, float | None]], kind: str = "count", frequency: str = "month", **more: Any
) -> list[dict[str, Any]]:
    return [
        {
            "indicator": "one", "kind": kind, "frequency": frequency, "area": area, "force": "Shire",
            "period_start": month, "quarter_start": QUARTER, "numerator": pair[0], "denominator": pair[1], **more,
        }
        for (area, month), pair in table.items()
    ]  # fmt: skip


def _hidden(
    rows: list[dict[str, Any]],
    groups: dict[str, frozenset[str]] | None = None,
    earlier: Sequence[dict[str, Any]] = (),
) -> set[Figure]:
    names = {row["indicator"] for row in rows}
    found = kpi_suppressed(rows, {name: frozenset({name}) for name in names}, groups or {}, BELOW, earlier)
    return {(one["area"], one["grain"], one["period_start"]) for one in found}


def _ranges(table: dict[Cell, float], hidden: set[Figure]) -> Iterator[tuple[Figure, float, float]]:
    """Give each withheld month and quarter and what an attacker can say of it, from all that is published."""
    from scipy.optimize import linprog

    cells = sorted(table)
    months, areas = sorted({month for _, month in cells}), sorted({area for area, _ in cells})
    published = [[cell] for cell in cells if (cell[0], "month", cell[1]) not in hidden]
    published += [[(area, month) for area in areas] for month in months]
    published += [[(area, month) for month in months] for area in areas if (area, "quarter", QUARTER) not in hidden]
    sums = np.array([[float(cell in group) for cell in cells] for group in published])
    totals = np.array([sum(table[cell] for cell in group) for group in published])
    asked: list[tuple[Figure, list[Cell]]] = [
        ((a, "month", m), [(a, m)]) for a, m in cells if (a, "month", m) in hidden
    ]
    asked += [((a, "quarter", QUARTER), [(a, m) for m in months]) for a in areas if (a, "quarter", QUARTER) in hidden]
    for name, group in asked:
        aim = np.array([float(cell in group) for cell in cells])
        ends = [linprog(sign * aim, A_eq=sums, b_eq=totals, bounds=(0, None)).fun for sign in (1, -1)]
        yield name, ends[0], -ends[1]


def _small(table: dict[Cell, float]) -> set[Figure]:
    totals: defaultdict[str, float] = defaultdict(float)
    for (area, _), value in table.items():
        totals[area] += value
    months = {(area, "month", month) for (area, month), value in table.items() if 0 < value < BELOW}
    return months | {(area, "quarter", QUARTER) for area, value in totals.items() if 0 < value < BELOW}


@st.composite
def _tables(draw: st.DrawFn) -> dict[Cell, float]:
    areas = AREAS[: draw(st.integers(2, 5))]
    return {(area, month): float(draw(COUNTS)) for area in areas for month in MONTHS}


@settings(max_examples=300, deadline=None)
@given(_tables())
def test_no_attacker_narrows_a_small_count_to_fewer_than_three_values(table: dict[Cell, float]) -> None:
    hidden = _hidden(_rows({cell: (value, None) for cell, value in table.items()}))
    assert _small(table) <= hidden
    for (area, grain, period), low, high in _ranges(table, hidden):
        # The force's own figure above it, which is published: counted there 1, it is 0 or 1 in every area.
        of_force = sum(value for (_, month), value in table.items() if grain == "quarter" or month == period)
        is_small = (area, grain, period) in _small(table)
        assert high - low >= min(2.0 if is_small else 1.0, of_force) - 1e-6, (area, grain, period, low, high)


@settings(max_examples=150, deadline=None)
@given(_tables(), st.data())
def test_of_shares_neither_part_can_be_worked_out(table: dict[Cell, float], data: st.DataObject) -> None:
    rest = {cell: float(data.draw(COUNTS)) for cell in table}
    pairs = {cell: (table[cell], table[cell] + rest[cell]) for cell in table}
    hidden = _hidden(_rows(pairs, kind="share"))
    wholes = {cell: pair[1] for cell, pair in pairs.items()}
    assert _small(table) | _small(rest) | _small(wholes) <= hidden
    # Numerators and what is left of the denominators are two tables, and each pair of solutions is a possible truth.
    of_numerator = {cell: high - low for cell, low, high in _ranges(table, hidden)}
    of_rest = {cell: high - low for cell, low, high in _ranges(rest, hidden)}
    assert of_numerator.keys() == hidden
    for cell, width in of_numerator.items():
        _, grain, period = cell
        column = [one for one in pairs if grain == "quarter" or one[1] == period]
        if cell in _small(table):
            assert width >= min(2.0, sum(table[one] for one in column)) - 1e-6
        if cell in _small(rest):
            assert of_rest[cell] >= min(2.0, sum(rest[one] for one in column)) - 1e-6
        if cell in _small(wholes):
            assert width + of_rest[cell] >= min(2.0, sum(wholes[one] for one in column)) - 1e-6


@pytest.mark.parametrize("kind", ["count", "mean"])
def test_large_counts_are_all_shown(kind: str) -> None:
    table = dict.fromkeys(product("AB", MONTHS), (700.0 if kind == "count" else 3.0, 90.0))
    assert _hidden(_rows(table, kind=kind)) == set()


def test_of_a_share_what_its_numerator_leaves_out_is_a_count_too() -> None:
    table = {("A", MONTHS[0]): (98.0, 100.0), ("B", MONTHS[0]): (80.0, 100.0), ("C", MONTHS[0]): (700.0, 900.0)}
    both = {("A", "quarter", QUARTER), ("B", "quarter", QUARTER)}
    assert _hidden(_rows(table, kind="share", frequency="quarter")) == both
    assert _hidden(_rows({**table, ("A", MONTHS[0]): (2.0, 100.0)}, kind="share", frequency="quarter")) == both
    assert _hidden(_rows({**table, ("A", MONTHS[0]): (100.0, 100.0)}, kind="share", frequency="quarter")) == set()
    assert _hidden(_rows(table, kind="mean", frequency="quarter")) == set(), "a mean's parts are not of one kind"


# Swindon's January falls from 32 to 4, as of docs/confidentiality.md: the paper before showed its three months.
BEFORE = {"A": (32.0, 29.0, 20.0), "B": (53.0, 50.0, 51.0)}
NOW = {"A": (4.0, 29.0, 20.0), "B": (53.0, 50.0, 51.0)}


def _earlier(shown: dict[str, tuple[float, ...]], quarter_withheld: bool = False) -> list[dict[str, Any]]:
    """Return the rows of plan_earlier_figure: every month as shown (None: withheld), and each area's quarter."""
    rows = []
    for area, values in shown.items():
        for month, value in zip(MONTHS, values, strict=True):
            rows.append((area, month, month.replace(day=28), value is None))
        rows.append((area, QUARTER, MONTHS[-1].replace(day=30), quarter_withheld))
    names = ("area", "period_start", "period_end", "is_withheld")
    return [{"indicator": "one", **dict(zip(names, row, strict=True))} for row in rows]


def _table(values: dict[str, tuple[float, ...]]) -> dict[Cell, tuple[float, float | None]]:
    return {
        (area, month): (value, None) for area, row in values.items() for month, value in zip(MONTHS, row, strict=True)
    }


def test_a_month_that_the_paper_before_showed_takes_its_quarter_with_it() -> None:
    months = {(area, "month", month) for area in "AB" for month in MONTHS}
    quarters = {(area, "quarter", QUARTER) for area in "AB"}
    rows = _rows(_table(NOW))
    assert _hidden(rows) == months
    assert _hidden(rows, earlier=_earlier(BEFORE)) == months | quarters
    withheld = dict.fromkeys("AB", (None, None, None))
    assert _hidden(rows, earlier=_earlier(withheld)) == months, "nothing was shown of it"
    assert _hidden(rows, earlier=_earlier(withheld, quarter_withheld=True)) == months | quarters, "and so it stays"
    assert _hidden(_rows(_table(BEFORE)), earlier=_earlier(BEFORE)) == set()


def test_a_nought_that_is_shown_month_after_month_takes_no_quarter_with_it() -> None:
    rows = _rows(_table({"A": (3.0, 0.0, 9.0), "B": (20.0, 0.0, 25.0), "C": (900.0, 901.0, 902.0)}))
    hidden = _hidden(rows)
    assert ("A", "month", MONTHS[1]) not in hidden
    shown = dict.fromkeys("AB", (None, 0.0, None))
    assert _hidden(rows, earlier=_earlier(shown)) == hidden


@settings(max_examples=150, deadline=None)
@given(_tables(), _tables())
def test_old_months_and_new_totals_pin_no_small_count(now: dict[Cell, float], before: dict[Cell, float]) -> None:
    rows = [{"indicator": "one", "area": area, "period_start": month, "period_end": month, "is_withheld": False}
            for area, month in before]  # fmt: skip
    hidden = _hidden(_rows({cell: (value, None) for cell, value in now.items()}), earlier=rows)
    withheld = {(area, month) for area, grain, month in hidden if grain == "month"}
    for area, _ in withheld & before.keys():
        assert (area, "quarter", QUARTER) in hidden
    for cell, low, high in _ranges(now, hidden):
        of_force = sum(value for (_, month), value in now.items() if cell[1] == "quarter" or month == cell[2])
        assert high - low >= min(2.0 if cell in _small(now) else 1.0, of_force) - 1e-6


def test_a_nought_is_shown_where_nothing_hangs_on_it() -> None:
    table = {(area, month): (0.0 if area == "A" else 50.0, None) for area, month in product("ABC", MONTHS)}
    assert _hidden(_rows(table)) == set()


def test_one_small_month_hides_the_months_of_two_areas_and_no_quarter() -> None:
    values = {"A": (3.0, 8.0, 9.0), "B": (20.0, 30.0, 25.0), "C": (900.0, 901.0, 902.0)}
    table = {
        (area, month): (value, None) for area, row in values.items() for month, value in zip(MONTHS, row, strict=True)
    }
    assert _hidden(_rows(table)) == {(area, "month", month) for area in "AB" for month in MONTHS}


def test_a_small_quarter_takes_the_quarter_of_another_area_with_it() -> None:
    table = {("A", MONTHS[0]): (2.0, None), ("B", MONTHS[0]): (40.0, None), ("C", MONTHS[0]): (900.0, None)}
    assert _hidden(_rows(table, frequency="quarter")) == {("A", "quarter", QUARTER), ("B", "quarter", QUARTER)}


def test_an_area_of_no_force_hides_its_own_months_alone() -> None:
    table = {("A", month): (value, None) for month, value in zip(MONTHS, (3.0, 30.0, 31.0), strict=True)}
    assert _hidden(_rows(table, force="")) == {("A", "month", month) for month in MONTHS}


def test_indicators_that_share_a_measure_and_groups_of_areas_hide_everything_local() -> None:
    small = _rows({(area, month): (3.0 if area == "A" else 60.0, None) for area, month in product("ABC", MONTHS)})
    large = [{**row, "indicator": "two", "numerator": row["numerator"] + 500} for row in small]
    shared = {"one": frozenset({"x"}), "two": frozenset({"x", "y"})}
    found = kpi_suppressed([*small, *large], shared, {}, BELOW)
    assert len(found) == 2 * 3 * 4
    assert len(_hidden(small, {"A and B": frozenset("AB")})) == 4 * 4


def test_the_limit_can_be_switched_off() -> None:
    table = dict.fromkeys(product("AB", MONTHS), (1.0, None))
    assert kpi_suppressed(_rows(table), {"one": frozenset({"one"})}, {}, 1) == []
