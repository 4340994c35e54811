"""Limits and marks: every rule fires, every rule is broken by a gap, an excluded period or a tie, and none invents."""

from __future__ import annotations

import pytest

from flows.settings import SQL
from flows.warehouse import select_rows, table_rows
from tests.small_charts import (
    QUARTER,
    RETURNS,
    Series,
    Values,
    charted,
    limits,
    marks,
    month_of,
    monthly,
)
from tests.small_warehouse import flag, indicator, measured, row_of, small_plan

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
        for name, value in (("far-tie", 11), ("shift-tie", 12)):  # or the tie would not be one
            assert limits(connection, name)["centre_line"] == value


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
        one = limits(connection, "edge")
        assert (one["lower_limit"], one["upper_limit"]) == (pytest.approx(30), pytest.approx(45.2))
        found = marks(connection, "edge", series["edge"])
    assert [at for at, (rule, _) in found.items() if rule == "outside_limits"] == [1]


def test_excluded_periods_neither_set_limits_nor_are_judged() -> None:
    spike = [*STEADY[:20], 500, 500, *STEADY[22:], 11]
    kept_out, kept_in = Series(spike, excluded=[20, 21]), Series(spike)
    with charted({"out": kept_out, "in": kept_in}) as connection:
        out, kept = limits(connection, "out"), limits(connection, "in")
        assert (out["points"], out["centre_line"], out["average_range"]) == (26, 11, 2)
        assert kept["points"] == 28 and kept["centre_line"] > 40
        assert marks(connection, "out", kept_out) == {}
        assert {20, 21} <= set(marks(connection, "in", kept_in))


def test_a_rebase_isolates_what_came_before() -> None:
    before, after = [50, 54] * 7, [10, 12] * 7
    series = {"rebased": Series([*before, *after, 17], rebases=[14]), "plain": Series([*before, *after, 17])}
    with charted(series) as connection:
        first, second = limits(connection, "rebased", 0), limits(connection, "rebased", 1)
        plain = limits(connection, "plain")
        assert marks(connection, "rebased", series["rebased"]) == {28: ("outside_limits", "up")}
        assert 28 not in {at for at, one in marks(connection, "plain", series["plain"]).items() if one[1] == "up"}
    # No moving range is taken across the rebase.
    assert (first["centre_line"], first["average_range"], first["points"]) == (52, 4, 14)
    assert (second["centre_line"], second["average_range"], second["points"]) == (11, 2, 14)
    assert plain["centre_line"] == 31.5


def test_a_rebase_that_was_agreed_after_the_day_of_the_briefing_does_not_count() -> None:
    who = {"reason": "R", "agreed_by": "A", "agreed_at": "B", "agreed_on": "2023-09-02", "illustrative": True}
    plan = small_plan([indicator("calls", "returns", {"measures": ["calls"]}, areas=["Alone"])],
                      rebases=[{"id": "late", "indicators": ["calls"], "starts": "2022-04-01", **who}])  # fmt: skip
    with measured(plan, extracts=[RETURNS]) as connection:
        flag(connection)
        assert {row["segment"] for row in table_rows(connection, "flag_point", "all")} == {0}


@pytest.mark.parametrize(
    ("points", "chart", "status"),
    [(0, "run", "no_data"), (12, "run", "median_only"), (13, "i", "limits"), (28, "i", "limits")],
)
def test_fewer_than_thirteen_figures_get_a_run_chart_without_limits(points: int, chart: str, status: str) -> None:
    series = Series([*[None] * (28 - points), *STEADY[28 - points :], 99])
    with charted({"calls": series}) as connection:
        one = limits(connection, "calls")
        assert (one["chart"], one["status"], one["points"]) == (chart, status, points)
        assert (one["lower_limit"] is None, one["upper_limit"] is None) == (status != "limits",) * 2
        assert one["centre_line"] == {0: None, 12: 11, 13: pytest.approx(144 / 13), 28: 11}[points]
        assert set(marks(connection, "calls", series)) == ({28} if status == "limits" else set())
        chosen = row_of(connection, "flag_chart")
        assert chosen["chart_reason"] == ("usual" if status == "limits" else "too_few")


def test_figures_that_never_varied_give_no_limits_and_no_marks() -> None:
    # Figures that are never neighbours have no moving range, and a lone one is screened out of the limits.
    step = Series([*[5] * 10, *[9] * 19])
    series = {"flat": Series([7.1] * 28 + [99]), "lone": Series([5, None] * 14 + [6]), "step": step}
    with charted(series) as connection:
        for name, flat in series.items():
            one = limits(connection, name)
            assert (one["status"], one["lower_limit"], one["upper_limit"]) == ("did_not_vary", None, None), name
            assert marks(connection, name, flat) == {}


def test_mostly_nought_gets_a_run_chart_and_no_marks() -> None:
    series = {"nought": Series([0] * 29), "few": Series([0, 0, 1] * 9 + [0, 1])}
    with charted(series) as connection:
        for name, one in series.items():
            assert (limits(connection, name)["status"], limits(connection, name)["centre_line"]) == ("median_only", 0)
            assert row_of(connection, "flag_chart", series=f"{name} / Alone")["chart_reason"] == "rare"
            assert marks(connection, name, one) == {}


def test_the_baseline_has_its_length_and_ends_before_the_quarter() -> None:
    long, short = Series([900] * 10 + STEADY + [17]), Series([900] * 15 + STEADY[:13] + [17])
    with charted({"long": long}) as connection:
        one = limits(connection, "long")
        assert (one["points"], one["centre_line"], one["upper_limit"]) == (28, 11, pytest.approx(11 + 2.66 * 2))
        assert one["first_position"] == -28
        assert marks(connection, "long", long) == {28 + 10: ("outside_limits", "up")}
    with charted({"short": short}, baseline={"quarters": 13}) as connection:
        assert limits(connection, "short")["points"] == 13


def test_the_shown_history_ends_with_the_quarter() -> None:
    with charted({"calls": Series([*STEADY, 11])}, history={"quarters": 16}) as connection:
        shown = [row["period_start"] for row in table_rows(connection, "flag_point", "period_start") if row["is_shown"]]
    assert (len(shown), shown[-1]) == (16, QUARTER)


def test_all_three_months_of_the_quarter_are_judged() -> None:
    begins = month_of(-36, months=1)
    calls = indicator("calls", "returns", {"measures": ["c"]}, frequency="month", begins=begins, areas=["Alone"])
    rows = monthly([*[10, 12] * 18, 17, 11, 5], "Alone", "c")
    with measured(
        small_plan([calls], panel={"force_area": "Alone"}), extracts=[RETURNS], stg_force_return=rows
    ) as made:
        flag(made)
        one, process = row_of(made, "flag_signal"), row_of(made, "flag_limits")
    assert (one["rule"], one["direction"], one["marked_periods"]) == ("outside_limits", "down", 2)
    assert str(one["last_marked_period"]) == "2023-06-01"
    assert process["points"] == 36


def test_the_period_told_is_one_that_the_rule_marks() -> None:
    begins = month_of(-36, months=1)
    calls = indicator("calls", "returns", {"measures": ["c"]}, frequency="month", begins=begins, areas=["Alone"])
    # April lies far out; it ends a run of seven above the level, which May and June go on.
    rows = monthly([*[10, 12] * 15, *[12, 13] * 3, 19, 12, 13], "Alone", "c")
    with measured(
        small_plan([calls], panel={"force_area": "Alone"}), extracts=[RETURNS], stg_force_return=rows
    ) as made:
        flag(made)
        rules = [row["rule"] for row in table_rows(made, "flag_mark", "position") if row["position"] >= 0]
        one = row_of(made, "flag_signal")
    assert rules == ["outside_limits", "shift", "shift"]
    assert (one["rule"], str(one["last_marked_period"]), one["marked_periods"]) == ("outside_limits", "2023-04-01", 3)


NAMED = {
    "c": ("count", [9.0, 11.0] * 14 + [50.0], None, (10 - 3 * 10**0.5, 10.0, 10 + 3 * 10**0.5)),
    "g": ("count", [9.0, 11.0] * 14 + [50.0], None, (0.0, 10.0, 10 + 3 * 110**0.5)),
    "p": ("share", [20.0] * 29, 100.0, (20 - 12, 20.0, 20 + 12)),
    "u": ("mean", [20.0] * 29, 5.0, (4 - 6 / 5**0.5, 4.0, 4 + 6 / 5**0.5)),
}


@pytest.mark.parametrize("chart", NAMED)
def test_an_indicator_that_names_its_chart_gets_it_on_the_figures_own_scale(chart: str) -> None:
    kind, values, below, expected = NAMED[chart]
    series = {"calls": Series(values, more={"chart": chart, "kind": kind}, below=below)}
    with charted(series) as connection:
        assert row_of(connection, "flag_chart")["chart_reason"] == "named"
        drawn = select_rows(connection, SQL / "brief" / "brief_limits.sql")
        point = select_rows(connection, SQL / "brief" / "brief_point.sql")[-1]
    assert drawn
    for one in drawn:
        assert (one["lower_limit"], one["centre_line"], one["upper_limit"]) == pytest.approx(expected)
    assert point["mark"] == ("high" if values[-1] == 50 else "ordinary")
