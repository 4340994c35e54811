"""Limits and marks: every rule fires, every rule is broken by a gap, an excluded period or a tie, and none invents."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import gzip
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.calendar import add_months
from flows.warehouse import fill, make_table, open_warehouse, table_rows
from tests.small_warehouse import extract, flag, indicator, insert, measured, row_of, small_plan

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "spc" / "oracle"
QUARTER = dt.date(2023, 4, 1)
RETURNS = extract("r", source="returns")
Values = Sequence[float | None]


def month_of(at: int, months: int = 3) -> dt.date:
    """Return the first day of the period `at` periods after the reported quarter began; the quarter's is 0."""
    return add_months(QUARTER, at * months)


@dataclass(frozen=True)
class Series:
    """A quarterly series that ends with the reported quarter; positions in `excluded` and `rebases` count from 0."""

    values: Values
    excluded: Sequence[int] = ()
    rebases: Sequence[int] = ()
    more: dict[str, Any] = field(default_factory=dict)

    def day(self, at: int) -> dt.date:
        """Return the first day of the period at that position."""
        return month_of(at - len(self.values) + 1)


@contextmanager
def charted(series: dict[str, Series], **panel: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse in which each series is an indicator of the force that has no parts."""
    indicators, events, rebases, rows = [], [], [], []
    for name, one in series.items():
        plain = {"begins": one.day(0), "areas": ["Alone"], **one.more}
        indicators.append(indicator(name, "returns", {"measures": [name]}, **plain))
        for at, value in enumerate(one.values):
            end = add_months(one.day(at), 3) - dt.timedelta(days=1)
            if value is not None:
                rows.append(("returns-r", "returns", at, name, "Alone", one.day(at), end, value, None))
        said = {"indicators": [name], "illustrative": True}
        for at in one.excluded:
            # One day within the period is enough to keep it out.
            day = one.day(at) + dt.timedelta(days=40)
            why = {"excludes_from_baselines": True, "why_excluded": "W", "effect": "E", "title": "T"}
            events.append({"id": f"{name}-x{at}", "start": day, "end": day, **why, **said})
        for at in one.rebases:
            who = {"reason": "R", "agreed_by": "A", "agreed_at": "B", "agreed_on": "2023-01-01"}
            rebases.append({"id": f"{name}-r{at}", "starts": one.day(at), **who, **said})
    plan = small_plan(indicators, panel={"force_area": "Alone", **panel}, events=events, rebases=rebases)
    with measured(plan, extracts=[RETURNS], stg_force_return=rows) as connection:
        flag(connection)
        yield connection


def marks(connection: duckdb.DuckDBPyConnection, name: str, one: Series) -> dict[int, tuple[str, str]]:
    """Return rule and direction of each marked position."""
    rows = [row for row in table_rows(connection, "flag_mark", "all") if row["indicator"] == name and row["rule"]]
    position = {one.day(at): at for at in range(len(one.values))}
    return {position[row["period_start"]]: (row["rule"], row["direction"]) for row in rows}


# Twenty-eight quarters that move by two about eleven: usual range 5.68 to 16.32, far out beyond 7.45 and 14.55.
STEADY = [10, 12] * 14
RISE = [*[10, 12] * 11, 8, 9, 10, 11, 12, 13, 14]
FAR_OUT = [*[10, 12] * 13, 15, 12, 15]
SHIFTED = [*[10, 12] * 11, 12, 13, 12, 13, 12, 13, 13]
# The same with a figure on the level: the baselines' means are 11 and 12.
FAR_OUT_TIED = [10, 10, 10, 10, *[10, 12] * 11, 15, 11, 15]
SHIFTED_TIED = [13, 13, 13, 13, *[10, 13] * 9, 13, 13, 13, 12, 13, 13, 13]
SHIFTED_UNTIED = [13, 13, 13, 13, *[10, 13] * 9, 13, 13, 13, 13, 13, 13, 13]


def turned(values: Values, about: float = 22) -> list[float | None]:
    """Return the series upside down."""
    return [None if value is None else about - value for value in values]


def without(values: Values, at: int) -> list[float | None]:
    """Return the series with a gap."""
    return [None if place == at else value for place, value in enumerate(values)]


FIRES = {
    "above": (Series([*STEADY, 17]), "outside_limits", "up", {28}),
    "below": (Series([*STEADY, 5]), "outside_limits", "down", {28}),
    "rise": (Series(RISE), "trend", "up", {22, 23, 24, 25, 26, 27, 28}),
    "fall": (Series(turned(RISE)), "trend", "down", {22, 23, 24, 25, 26, 27, 28}),
    "far-up": (Series(FAR_OUT), "two_of_three", "up", {26, 28}),
    "far-down": (Series(turned(FAR_OUT)), "two_of_three", "down", {26, 28}),
    "shift-up": (Series(SHIFTED), "shift", "up", {21, 22, 23, 24, 25, 26, 27, 28}),
    "shift-down": (Series(turned(SHIFTED)), "shift", "down", {21, 22, 23, 24, 25, 26, 27, 28}),
    "shift-untied": (Series(SHIFTED_UNTIED), "shift", "up", {21, 22, 23, 24, 25, 26, 27, 28}),
}
BROKEN = {
    "just-inside": Series([*STEADY, 16]),
    "quarter-missing": Series([*STEADY, None]),
    "quarter-excluded": Series([*STEADY, 17], excluded=[28]),
    "rise-gap": Series(without(RISE, 25)),
    "rise-excluded": Series(RISE, excluded=[25]),
    "rise-tie": Series([*[10, 12] * 11, 8, 9, 10, 10, 12, 13, 14]),
    "rise-of-six": Series([*[10, 12] * 11, 9, 9, 10, 11, 12, 13, 14]),
    "rise-rebased": Series(RISE, rebases=[26]),
    "far-gap": Series(without(FAR_OUT, 27)),
    "far-excluded": Series(FAR_OUT, excluded=[27]),
    "far-tie": Series(FAR_OUT_TIED),
    "far-both-sides": Series([*[10, 12] * 13, 15, 12, 7]),
    "shift-gap": Series(without(SHIFTED, 25)),
    "shift-excluded": Series(SHIFTED, excluded=[25]),
    "shift-tie": Series(SHIFTED_TIED),
}


def test_each_rule_fires_on_the_quarter_and_marks_every_figure_it_rests_on() -> None:
    with charted({name: case[0] for name, case in FIRES.items()}) as connection:
        for name, (series, rule, direction, where) in FIRES.items():
            found = marks(connection, name, series)
            assert found == dict.fromkeys(where, (rule, direction)), name
            signal = row_of(connection, "flag_signal", indicator=name)
            assert (signal["rule"], signal["direction"], signal["marked_periods"]) == (rule, direction, 1), name


def test_each_rule_is_broken_by_a_gap_an_excluded_period_a_tie_or_a_rebase() -> None:
    with charted(BROKEN) as connection:
        for name, series in BROKEN.items():
            assert 28 not in marks(connection, name, series), name
        assert table_rows(connection, "flag_signal", "all") == []
        assert table_rows(connection, "flag_area_to_address", "all") == []
        for name, value in (("far-tie", 11), ("shift-tie", 12)):  # or the tie would not be one
            assert row_of(connection, "flag_limits", indicator=name)["centre_line"] == value


def test_the_rule_that_ranks_first_is_named() -> None:
    outside_and_rising = Series([*RISE[:-1], 30])
    rising_far_out = Series([*[9, 11] * 11, 8, 9, 10, 11, 12, 13.6, 14.6])
    with charted({"both": outside_and_rising, "far": rising_far_out}) as connection:
        assert marks(connection, "both", outside_and_rising)[28] == ("outside_limits", "up")
        assert marks(connection, "both", outside_and_rising)[27] == ("trend", "up")
        assert {rule for rule, _ in marks(connection, "far", rising_far_out).values()} == {"trend"}


def test_a_figure_on_a_limit_lies_inside_it() -> None:
    # Fifteen figures whose usual range is exactly 30 to 45.2, in whole numbers; sums of fractions would miss it.
    edge = [45, 46, 40, 38, 39, 43, 37, 36, 30, 38, 36, 36, 34, 33, 33]
    series = {"edge": Series([*edge, 30])}
    with charted(series) as connection:
        one = row_of(connection, "flag_limits", indicator="edge")
        assert (one["lower_limit"], one["upper_limit"]) == (pytest.approx(30), pytest.approx(45.2))
        found = marks(connection, "edge", series["edge"])
    assert [at for at, (rule, _) in found.items() if rule == "outside_limits"] == [1]


def test_excluded_periods_neither_set_limits_nor_are_judged() -> None:
    spike = [*STEADY[:20], 500, 500, *STEADY[22:], 11]
    kept_out, kept_in = Series(spike, excluded=[20, 21]), Series(spike)
    with charted({"out": kept_out, "in": kept_in}) as connection:
        out, kept = (row_of(connection, "flag_limits", indicator=name) for name in ("out", "in"))
        assert (out["points"], out["centre_line"], out["average_moving_range"]) == (26, 11, 2)
        assert kept["points"] == 28 and kept["centre_line"] > 40
        assert marks(connection, "out", kept_out) == {}
        assert {20, 21} <= set(marks(connection, "in", kept_in))


def test_a_rebase_isolates_what_came_before() -> None:
    before, after = [50, 54] * 7, [10, 12] * 7
    series = {"rebased": Series([*before, *after, 17], rebases=[14]), "plain": Series([*before, *after, 17])}
    with charted(series) as connection:
        first = row_of(connection, "flag_limits", indicator="rebased", segment=0)
        second = row_of(connection, "flag_limits", indicator="rebased", segment=1)
        plain = row_of(connection, "flag_limits", indicator="plain")
        assert marks(connection, "rebased", series["rebased"]) == {28: ("outside_limits", "up")}
        assert 28 not in {at for at, one in marks(connection, "plain", series["plain"]).items() if one[1] == "up"}
    # No moving range is taken across the rebase.
    assert (first["centre_line"], first["average_moving_range"], first["points"]) == (52, 4, 14)
    assert (second["centre_line"], second["average_moving_range"], second["points"]) == (11, 2, 14)
    assert plain["centre_line"] == 31.5


def test_a_rebase_that_was_agreed_after_the_day_of_the_briefing_does_not_count() -> None:
    who = {"reason": "R", "agreed_by": "A", "agreed_at": "B", "agreed_on": "2023-09-02", "illustrative": True}
    plan = small_plan([indicator("calls", "returns", {"measures": ["calls"]}, areas=["Alone"])],
                      rebases=[{"id": "late", "indicators": ["calls"], "starts": "2022-04-01", **who}])  # fmt: skip
    with measured(plan, extracts=[RETURNS]) as connection:
        flag(connection)
        assert {row["segment"] for row in table_rows(connection, "flag_point", "all")} == {0}


@pytest.mark.parametrize(("points", "status"), [(0, "too_few"), (12, "too_few"), (13, "limits"), (28, "limits")])
def test_fewer_than_thirteen_figures_give_no_limits(points: int, status: str) -> None:
    series = Series([*[None] * (28 - points), *STEADY[28 - points :], 99])
    with charted({"calls": series}) as connection:
        one = row_of(connection, "flag_limits", indicator="calls")
        assert (one["status"], one["points"]) == (status, points)
        assert (one["lower_limit"] is None, one["upper_limit"] is None) == (status == "too_few",) * 2
        assert set(marks(connection, "calls", series)) == ({28} if status == "limits" else set())


def test_figures_that_never_varied_give_no_limits_and_no_marks() -> None:
    series = {"flat": Series([7.1] * 28 + [99]), "nought": Series([0] * 29), "lone": Series([5, None] * 14 + [6])}
    with charted(series) as connection:
        for name, flat in series.items():
            one = row_of(connection, "flag_limits", indicator=name)
            # Figures that are never neighbours have no moving range either.
            assert (one["status"], one["lower_limit"], one["upper_limit"]) == ("did_not_vary", None, None), name
            assert marks(connection, name, flat) == {}


def test_the_baseline_has_its_length_and_ends_before_the_quarter() -> None:
    long, short = Series([900] * 10 + STEADY + [17]), Series([900] * 15 + STEADY[:13] + [17])
    with charted({"long": long}) as connection:
        one = row_of(connection, "flag_limits", indicator="long")
        assert (one["points"], one["centre_line"], one["upper_limit"]) == (28, 11, pytest.approx(11 + 2.66 * 2))
        assert str(one["first_period"]) == long.day(10).isoformat()
        assert marks(connection, "long", long) == {28 + 10: ("outside_limits", "up")}
    with charted({"short": short}, baseline={"quarters": 13}) as connection:
        assert row_of(connection, "flag_limits", indicator="short")["points"] == 13


def test_the_shown_history_ends_with_the_quarter() -> None:
    with charted({"calls": Series([*STEADY, 11])}, history={"quarters": 16}) as connection:
        shown = [row["period_start"] for row in table_rows(connection, "flag_point", "period_start") if row["is_shown"]]
    assert (len(shown), shown[-1]) == (16, QUARTER)


def monthly(values: Values, area: str, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a monthly series that ends with the reported quarter."""
    days = [month_of(at - len(values) + 3, months=1) for at in range(len(values))]
    return [
        ("returns-r", "returns", at, name, area, day, add_months(day, 1) - dt.timedelta(days=1), value, None)
        for at, (day, value) in enumerate(zip(days, values, strict=True))
        if value is not None
    ]


def test_all_three_months_of_the_quarter_are_judged() -> None:
    begins = month_of(-36, months=1)
    calls = indicator("calls", "returns", {"measures": ["c"]}, frequency="month", begins=begins, areas=["Alone"])
    rows = monthly([*[10, 12] * 18, 17, 11, 5], "Alone", "c")
    with measured(
        small_plan([calls], panel={"force_area": "Alone"}), extracts=[RETURNS], stg_force_return=rows
    ) as made:
        flag(made)
        one, limits = row_of(made, "flag_signal"), row_of(made, "flag_limits")
    assert (one["rule"], one["direction"], one["marked_periods"]) == ("outside_limits", "down", 2)
    assert str(one["last_marked_period"]) == "2023-06-01"
    assert limits["points"] == 36


def test_only_standing_indicators_of_the_force_become_areas_to_address() -> None:
    begins = month_of(-36, months=1)
    more = {"frequency": "month", "begins": begins, "areas": ["Shire", "East", "West"]}
    standing = indicator("standing", "returns", {"measures": ["c"]}, **more)
    context = indicator("context", "returns", {"measures": ["c"]}, shown="context", **more)
    inside = indicator("inside", "returns", {"measures": ["d"]}, **more)
    high, usual = [*[10, 12] * 18, 11, 11, 30], [*[10, 12] * 18, 11, 11, 11]
    rows = [*monthly(high, "East", "c"), *monthly(usual, "West", "c")]
    # Each area's change is hidden in the force's sum: one rises as the other falls.
    rows += [*monthly(high, "East", "d"), *monthly([*[12, 10] * 18, 11, 11, -8], "West", "d")]
    records = [
        {"id": name, "kind": kind, "date": day, "objective": "one", "title": "T", "text": "T", "illustrative": True}
        for name, kind, day in (
            ("in-quarter", "concern", "2023-04-01"), ("before-it", "media", "2023-03-31"),
            ("lately", "excellent", "2023-09-01"), ("later", "media", "2023-09-02"),
        )
    ]  # fmt: skip
    plan = small_plan([standing, context, inside], records=records)
    with measured(plan, extracts=[RETURNS], stg_force_return=rows) as made:
        flag(made)
        signals = {(row["indicator"], row["area"]) for row in table_rows(made, "flag_signal", "all")}
        found = [
            (row["kind"], row["indicator"] or row["record"]) for row in table_rows(made, "flag_area_to_address", "all")
        ]
    assert {("standing", "East"), ("context", "East"), ("inside", "East"), ("inside", "West")} <= signals
    assert ("inside", "Shire") not in signals
    assert sorted(found) == [("change", "standing"), ("concern", "in-quarter"), ("excellent", "lately")]


def reference_limits(values: Values, baseline: Sequence[bool]) -> tuple[Fraction, Fraction] | None:
    """Return mean and mean moving range as docs/methods.md says, exactly, or None where there are no limits."""
    chosen = [
        Fraction(value) if kept and value is not None else None for value, kept in zip(values, baseline, strict=True)
    ]
    points = [value for value in chosen if value is not None]
    ranges = [abs(b - a) for a, b in pairwise(chosen) if a is not None and b is not None]
    if len(points) < 13 or not ranges:
        return None
    screened = [one for one in ranges if one < Fraction("3.267") * sum(ranges) / len(ranges)]
    moving = sum(screened) / Fraction(len(screened) or 1)
    return (sum(points) / Fraction(len(points)), moving) if moving else None


def reference_marks(values: Values, mean: Fraction, moving: Fraction) -> dict[int, tuple[str, str]]:
    """Return rule and direction of each marked position, by the rules as docs/methods.md words them."""
    off = [None if one is None else Fraction(one) - mean for one in values]
    outside = [one is not None and abs(one) > Fraction("2.66") * moving for one in off]
    far = [one is not None and abs(one) > Fraction("2.66") * 2 / 3 * moving for one in off]
    found: dict[int, list[tuple[int, str, str]]] = {}

    def mark(places: Sequence[int], rank: int, rule: str, up: bool) -> None:
        for at in places:
            found.setdefault(at, []).append((rank, rule, "up" if up else "down"))

    for at, one in enumerate(off):
        if one is not None and outside[at]:
            mark([at], 1, "outside_limits", one > 0)
        three, seven = list(range(at - 2, at + 1)), list(range(at - 6, at + 1))
        for sign in (1, -1):
            if at >= 2 and _all_on(off, three, sign) and sum(far[i] for i in three) >= 2:
                mark([i for i in three if far[i]], 3, "two_of_three", sign > 0)
            if at >= 6 and _all_on(off, seven, sign):
                mark(seven, 4, "shift", sign > 0)
            known = [value for value in (off[i] for i in seven if i >= 0) if value is not None]
            if len(known) == 7 and all((b - a) * sign > 0 for a, b in pairwise(known)):
                mark(seven, 2, "trend", sign > 0)
    return {at: min(several, key=lambda one: one[0])[1:] for at, several in found.items()}


def _all_on(off: Sequence[Fraction | None], places: Sequence[int], sign: int) -> bool:
    return all(one is not None and one * sign > 0 for one in (off[at] for at in places))


def random_series(chance: random.Random) -> Series:
    """Return a series of any shape: walks, plateaus, spikes and gaps of whole numbers, with events and rebases."""
    length, level, values = chance.randint(14, 40), 50, []
    drift, spread = chance.choice([-1, 0, 0, 1]), chance.choice([0, 1, 3, 20])
    for _ in range(length):
        level += drift if chance.random() < 0.7 else chance.choice([-6, 0, 6])
        spike = chance.choice([80, -80]) if chance.random() < 0.03 else 0
        values.append(None if chance.random() < 0.04 else float(level + spike + chance.randint(-spread, spread)))
    kept_out = [at for at in range(length) if chance.random() < 0.05]
    starts = [chance.randrange(length)] if chance.random() < 0.4 else []
    return Series(values, kept_out, starts)


def test_limits_and_marks_are_those_of_the_written_rules_for_series_of_any_shape() -> None:
    chance = random.Random(2023)
    series = {f"s{at}": random_series(chance) for at in range(250)}
    seen: dict[str, int] = {}
    with charted(series) as connection:
        limits = {(row["indicator"], row["segment"]): row for row in table_rows(connection, "flag_limits", "all")}
        rows = table_rows(connection, "flag_mark", "all")
    marked: dict[str, dict[dt.date, tuple[str, str]]] = {name: {} for name in series}
    for row in rows:
        if row["rule"]:
            marked[row["indicator"]][row["period_start"]] = (row["rule"], row["direction"])
    for name, one in series.items():
        last = len(one.values) - 1
        expected: dict[dt.date, tuple[str, str]] = {}
        for segment, (start, stop) in enumerate(_segments(one)):
            # Outside the segment, beyond the baseline and where an event keeps it out, a figure is as good as missing.
            judged = [
                value if start <= at < stop and at >= last - 28 and at not in one.excluded else None
                for at, value in enumerate(one.values)
            ]
            found = reference_limits(judged, [at < last for at in range(last + 1)])
            row = limits.get((name, segment))
            if found is None:
                assert row is None or row["status"] != "limits"
                continue
            assert row is not None and row["status"] == "limits"
            mean, moving = found
            width = Fraction("2.66") * moving
            wanted = tuple(float(one) for one in (mean - width, mean, mean + width))
            assert (row["lower_limit"], row["centre_line"], row["upper_limit"]) == pytest.approx(wanted, rel=1e-12)
            expected |= {one.day(at): mark for at, mark in reference_marks(judged, mean, moving).items()}
        assert marked[name] == expected, (name, one)
        for rule, _ in expected.values():
            seen[rule] = seen.get(rule, 0) + 1
    assert min(seen.get(rule, 0) for rule in ("outside_limits", "trend", "two_of_three", "shift")) >= 20, seen


def _segments(one: Series) -> list[tuple[int, int]]:
    edges = [0, *one.rebases, len(one.values)]
    return list(pairwise(edges))


def test_no_limit_is_a_nan_or_infinite_whatever_the_size_of_the_figures() -> None:
    chance = random.Random(7)
    scales = (1e-300, 1e-12, 1.0, 1e12, 1e150)
    series = {f"s{at}": Series([scale * chance.random() for _ in range(29)]) for at, scale in enumerate(scales)}
    series |= {"mixed": Series([10.0 ** chance.randint(-200, 200) for _ in range(29)]), "none": Series([None] * 29)}
    with charted(series) as connection:
        for row in table_rows(connection, "flag_limits", "all"):
            assert not [key for key, value in row.items() if isinstance(value, float) and not math.isfinite(value)], row
            assert (row["lower_limit"] is None) == (row["upper_limit"] is None) == (row["status"] != "limits")


@pytest.mark.skipif(not ORACLE.is_dir(), reason="needs ../shared (the real figures), which is not beside this checkout")
@pytest.mark.parametrize("variant", ["default", "fix"])
def test_limits_are_those_of_the_published_chart_software(variant: str) -> None:
    whole = {
        row["series_id"] for row in _rows("series.csv") if row["n_missing"] == "0" and row["category"] != "unsorted"
    }
    cases = {
        row["case_id"]: int(row["fix_after_n_points"] or 0)
        for row in _rows("cases.csv")
        if row["variant"] == variant and row["peer_status"] == "ok" and row["series_id"] in whole
    }
    points: dict[str, list[dict[str, str]]] = {}
    for row in _rows("expected.csv.gz"):
        if row["case_id"] in cases:
            points.setdefault(row["case_id"], []).append(row)
    by_length: dict[int, dict[str, list[dict[str, str]]]] = {}
    for name, rows in points.items():
        baseline = min(cases[name] or len(rows), len(rows))
        # Below thirteen points, and where nothing varied, the product gives no limits.
        if baseline >= 13 and float(rows[0]["amr"] or 0) > 0:
            by_length.setdefault(baseline, {})[name] = rows
    assert sum(len(alike) for alike in by_length.values()) > 60
    for baseline, alike in by_length.items():
        with _plain_charts(alike, baseline) as connection:
            limits = {row["indicator"]: row for row in table_rows(connection, "flag_limits", "all")}
            found = {
                (row["indicator"], row["period_start"]): row["rule"]
                for row in table_rows(connection, "flag_mark", "all")
            }
        for name, rows in alike.items():
            wanted = tuple(float(rows[0][key]) for key in ("lpl", "mean", "upl"))
            got = tuple(limits[name][key] for key in ("lower_limit", "centre_line", "upper_limit"))
            assert got == pytest.approx(wanted, abs=1e-9 * max(abs(limit) for limit in wanted)), name
            days = [month_of(at - baseline, months=1) for at in range(len(rows))]
            outside = [found[name, day] == "outside_limits" for day in days]
            assert outside == [row["outside_limits"] == "TRUE" for row in rows], name


@functools.cache
def _rows(name: str) -> list[dict[str, str]]:
    path = ORACLE / name
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@contextmanager
def _plain_charts(alike: dict[str, list[dict[str, str]]], baseline: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse of series whose first `baseline` figures are the baseline; what follows is the quarter."""
    with open_warehouse(Path(":memory:")) as connection:
        for table in ("plan_event", "plan_rebase"):
            fill(connection, table, [])
        run = (QUARTER, QUARTER, QUARTER, QUARTER, QUARTER, 36, 16, baseline, baseline, "Alone")
        fill(connection, "plan_run", [run])
        rest = ("", "s", "count", "u", 1.0, 0, "month", QUARTER, None, False, "standing")
        fill(connection, "plan_indicator", [(name, at, *rest) for at, name in enumerate(alike)])
        connection.execute(
            "CREATE TABLE kpi_value (indicator VARCHAR, area VARCHAR, period_start DATE, period_end DATE, value DOUBLE,"
            " is_own_grain BOOLEAN)"
        )
        for name, rows in alike.items():
            days = [month_of(at - baseline, months=1) for at in range(len(rows) + 1)]
            values = [float(row["value"]) for row in rows]
            ends = [day - dt.timedelta(days=1) for day in days[1:]]
            columns = zip(days[:-1], ends, values, strict=True)
            insert(connection, "kpi_value", [(name, "Alone", *column, True) for column in columns])
        for table in ("flag_point", "flag_limits", "flag_mark"):
            make_table(connection, "flag", table)
        yield connection
