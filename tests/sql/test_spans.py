"""What the tests of change are given: the span, the baseline before it, and only figures that may be compared."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from flows.warehouse import table_rows
from tests.small_charts import RETURNS, Series, charted, month_of, monthly, series_of
from tests.small_warehouse import flag, indicator, measured, row_of, small_plan

MONTHLY = {
    "quarter": (0, 2, -36, -1),
    # Held against the months before the quarter, as the quarter is.
    "last_two": (1, 2, -36, -1),
    "last_one": (2, 2, -36, -1),
    "year": (-9, 2, -45, -10),
}
QUARTERLY = {"quarter": (0, 0, -28, -1), "year": (-3, 0, -31, -4)}


def spans(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, tuple[int, ...]]:
    keys = ("first_position", "last_position", "baseline_start", "baseline_end")
    rows = [row for row in table_rows(connection, "flag_span", "all") if row["indicator"] == name]
    return {row["test"]: tuple(row[key] for key in keys) for row in rows}


def given_to(connection: duckdb.DuckDBPyConnection, name: str, test: str) -> dict[int, float]:
    rows = [row for row in table_rows(connection, "flag_span_value", "all") if row["series"] == series_of(name)]
    return {row["position"]: row["value"] for row in rows if row["test"] == test and row["position"] is not None}


def test_each_test_has_its_span_and_the_baseline_before_it() -> None:
    begins = month_of(-60, months=1)
    more: dict[str, Any] = {"frequency": "month", "begins": begins, "areas": ["Alone"]}
    plain = indicator("calls", "returns", {"measures": ["c"]}, **more)
    context = indicator("context", "returns", {"measures": ["c"]}, shown="context", **more)
    rows = monthly([float(at) for at in range(63)], "Alone", "c")
    plan = small_plan([plain, context], panel={"force_area": "Alone"})
    with measured(plan, extracts=[RETURNS], stg_force_return=rows) as made:
        flag(made)
        assert spans(made, "calls") == MONTHLY
        assert spans(made, "context") == {}, "figures for context are not tested"
        for test, (first, last, start, end) in MONTHLY.items():
            held = given_to(made, "calls", test)
            assert sorted(held) == [at for at in range(-60, 3) if start <= at <= end or first <= at <= last]
            assert all(held[at] == at + 60 for at in held)
        quarter = row_of(made, "flag_span", test="quarter")
    # April is the fourth month of the year: modulo twelve, the place in the year.
    assert quarter["quarter_period"] % 12 == 3
    assert (str(quarter["span_start"]), str(quarter["span_end"])) == ("2023-04-01", "2023-06-30")


def test_quarters_are_tested_alone_and_as_a_year() -> None:
    with charted({"calls": Series([float(at) for at in range(40)])}) as connection:
        assert spans(connection, "calls") == QUARTERLY
        assert sorted(given_to(connection, "calls", "year")) == list(range(-31, 1))
        assert row_of(connection, "flag_span", test="quarter")["quarter_period"] % 4 == 1


def test_what_is_kept_out_missing_or_of_another_segment_is_not_given() -> None:
    values: list[float | None] = [float(at) for at in range(40)]
    values[30] = None
    series = {
        "plain": Series(values, excluded=[20, 21]),
        "rebased": Series(values, rebases=[25]),
        "within-the-year": Series(values, rebases=[38]),
    }
    with charted(series) as connection:
        assert set(range(-28, 1)) - set(given_to(connection, "plain", "quarter")) == {20 - 39, 21 - 39, 30 - 39}
        assert sorted(given_to(connection, "rebased", "quarter")) == [at - 39 for at in range(25, 40) if at != 30]
        # A year that a rebase cuts through is not whole, so it is not tested.
        status = {row["test"]: row["status"] for row in table_rows(connection, "flag_forecast", "all")
                  if row["series"] == series_of("within-the-year")}  # fmt: skip
        assert status == {"quarter": "too_few", "year": "incomplete"}


def test_a_series_without_any_figure_is_asked_about_and_answered() -> None:
    with charted({"calls": Series([None] * 30)}) as connection:
        assert {row["status"] for row in table_rows(connection, "flag_forecast", "all")} == {"incomplete"}
        assert row_of(connection, "flag_verdict")["list"] == "cannot_tell"


@pytest.mark.parametrize("excluded", [[], [39]])
def test_a_step_in_the_reported_quarter_is_found_unless_people_keep_it_out(excluded: list[int]) -> None:
    steady = [100.0 + 7 * (at * 5 % 9) for at in range(39)]
    with charted({"calls": Series([*steady, 300.0], excluded=excluded), "quiet": Series([*steady, 128.0])}) as made:
        found = {row["indicator"]: row["list"] for row in table_rows(made, "flag_verdict", "all")}
        areas = [row["indicator"] for row in table_rows(made, "flag_area_to_address", "all")]
        assert found == {"calls": "cannot_tell" if excluded else "strong", "quiet": "nothing"}
        assert areas == ([] if excluded else ["calls"])
        one = row_of(made, "flag_forecast", series=series_of("quiet"), test="quarter")
        # The forecast is a weighted sum of the baseline, and its weights are kept.
        at = dict(zip(one["baseline_positions"], one["weights"], strict=True))
        held = given_to(made, "quiet", "quarter")
        assert sum(weight * held[place] for place, weight in at.items()) == pytest.approx(one["expected"], rel=1e-12)
        assert sum(at.values()) == pytest.approx(1)
