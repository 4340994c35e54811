"""Worth knowing: a description of the largest changes on the year before, and no test."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.warehouse import fill, make_table, open_warehouse, table_rows
from tests.small_charts import QUARTER, month_of
from tests.small_warehouse import insert

TABLES = {
    "flag_verdict": "series VARCHAR, indicator VARCHAR, area VARCHAR, is_force BOOLEAN, list VARCHAR",
    "flag_forecast": "series VARCHAR, test VARCHAR, expected DOUBLE",
    "flag_span": "series VARCHAR, test VARCHAR, first_position BIGINT, last_position BIGINT",
    "kpi_summary": "indicator VARCHAR, area VARCHAR, period_start DATE, value DOUBLE, change_pct DOUBLE",
    "kpi_value": "indicator VARCHAR, area VARCHAR, grain VARCHAR, period_start DATE, value DOUBLE",
}


@dataclass(frozen=True)
class Told:
    """One indicator of the force: its quarters, the last one reported, and what else the description rests on."""

    values: tuple[float | None, ...]
    list: str = "nothing"
    kind: str = "count"
    is_force: bool = True
    expected: float = 200.0
    months: int = 1  # periods in the span
    rebase: dt.date | None = None


def worth_knowing(told: dict[str, Told]) -> list[dict[str, Any]]:
    """Return the rows of `flag_worth_knowing`, the largest change first."""
    rest = ("", "s", "month", QUARTER)
    with open_warehouse(Path(":memory:")) as connection:
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
        fill(connection, "plan_rebase", [("r", name, one.rebase) for name, one in told.items() if one.rebase])
        entries = [
            (
                name,
                at,
                rest[0],
                rest[1],
                one.kind,
                "u",
                1.0,
                0,
                rest[2],
                rest[3],
                None,
                False,
                "standing",
                "auto",
                "auto",
            )
            for at, (name, one) in enumerate(told.items())
        ]
        fill(connection, "plan_indicator", entries)
        for name, one in told.items():
            insert(connection, "flag_verdict", [(name, name, "A", one.is_force, one.list)])
            insert(connection, "flag_forecast", [(name, "quarter", one.expected), (name, "year", 1.0)])
            insert(connection, "flag_span", [(name, "quarter", 0, one.months - 1), (name, "year", -3, 0)])
            now, before = one.values[-1], one.values[-5]
            change = None if now is None or before is None else 100 * (now - before) / before
            insert(connection, "kpi_summary", [(name, "A", QUARTER, now, change)])
            days = [month_of(at - len(one.values) + 1) for at in range(len(one.values))]
            columns = zip(days, one.values, strict=True)
            insert(connection, "kpi_value", [(name, "A", "quarter", *pair) for pair in columns])
        make_table(connection, "flag", "flag_worth_knowing")
        return table_rows(connection, "flag_worth_knowing", "place")


def quarters(change: float) -> tuple[float, ...]:
    """Return two years of 100 a quarter that end with a change of so many per cent."""
    return (*[100.0] * 8, 100.0 + change)


def named(told: dict[str, Told]) -> list[str]:
    return [row["indicator"] for row in worth_knowing(told)]


def test_the_three_largest_changes_are_told_rises_and_falls_alike() -> None:
    told = {f"i{change}": Told(quarters(change)) for change in (11, -40, 25, -12, 60)}
    assert named(told) == ["i60", "i-40", "i25"]


@pytest.mark.parametrize(
    ("one", "is_told"),
    [
        (Told(quarters(30)), True),
        (Told(quarters(10)), True),
        (Told(quarters(9.9)), False),
        (Told(quarters(-10)), True),
        (Told(quarters(30), list="strong"), False),
        (Told(quarters(30), list="early"), False),
        (Told(quarters(30), list="cannot_tell"), False),
        (Told(quarters(30), kind="share"), False),
        (Told(quarters(30), kind="mean"), False),
        (Told(quarters(30), is_force=False), False),
        # What is expected of the whole quarter counts, not of a month.
        (Told(quarters(30), expected=99.9), False),
        (Told(quarters(30), expected=34.0, months=3), True),
        (Told(quarters(30), expected=33.0, months=3), False),
        (Told((*[100.0] * 8, None)), False),
        (Told((*[100.0] * 4, None, *[100.0] * 3, 130.0)), False),
    ],
)
def test_what_may_be_told(one: Told, is_told: bool) -> None:
    assert named({"it": one}) == (["it"] if is_told else [])


def test_a_move_is_counted_back_to_where_it_began() -> None:
    climb = Told((900.0, 720.0, 680.0, 690.0, 751.0, 800.0, 850.0, 1057.0))
    fall = Told(tuple(2000 - (value or 0) for value in climb.values))
    plateau = Told((100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 140.0))
    back = Told((100.0, 90.0, 80.0, 150.0, 120.0))
    rows = {row["indicator"]: row for row in worth_knowing({"climb": climb, "fall": fall, "back": back})}
    rows |= {row["indicator"]: row for row in worth_knowing({"plateau": plateau})}
    for name, start in (("climb", 680.0), ("fall", 1320.0)):
        row = rows[name]
        assert (row["quarters_one_way"], row["value_before_move"]) == (5, start), name
        assert row["period_before_move"] == month_of(-5)
    # An equal pair ends the move.
    assert (rows["plateau"]["quarters_one_way"], rows["plateau"]["value_before_move"]) == (1, 100.0)
    # The last step went the other way than the year did.
    assert (rows["back"]["quarters_one_way"], rows["back"]["value_before_move"]) == (0, None)


def test_the_level_is_that_of_the_last_years_whose_quarters_lay_about_it() -> None:
    # Financial years 2018/19 to 2022/23, then the quarter: 120 lies within the first two.
    years = [(110.0, 130.0, 115.0, 125.0), (118.0, 140.0, 119.0, 121.0), (60.0, 70.0, 65.0, 75.0),
             (80.0, 82.0, 81.0, 83.0), (84.0, 90.0, 88.0, 86.0)]  # fmt: skip
    (row,) = worth_knowing({"it": Told((*[one for year in years for one in year], 120.0))})
    assert (row["level_first_year"], row["level_last_year"]) == (2018, 2019)
    assert (row["level_lowest"], row["level_highest"]) == (110, 140)
    assert (row["lowest"], row["highest"], str(row["since"])) == (60, 140, "2018-04-01")
    (row,) = worth_knowing({"it": Told((*[one for year in years for one in year], 300.0))})
    assert (row["level_first_year"], row["lowest"], row["highest"]) == (None, 60, 140)


def test_quarters_before_a_rebase_and_years_that_are_not_whole_are_not_compared() -> None:
    years = [(110.0, 130.0, 115.0, 125.0)] * 3
    told = Told((*[one for year in years for one in year], 110.0, 90.0, 80.0, 85.0, 121.0), rebase=month_of(-4))
    (row,) = worth_knowing({"it": told})
    assert (row["lowest"], row["highest"], row["since"]) == (80, 110, month_of(-4))
    assert row["level_first_year"] is None
    gap = Told((*[one for year in years for one in year], 110.0, None, 80.0, 85.0, 130.0))
    (row,) = worth_knowing({"it": gap})
    assert row["level_last_year"] == 2021, "the year with a gap is passed over"
