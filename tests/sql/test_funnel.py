"""The table of forces side by side: which indicators, which forces, which twelve months, and what keeps a force out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from flows.calendar import add_months
from flows.stages.flag import COMPUTED
from flows.warehouse import table_rows
from tests.small_warehouse import extract, flag, indicator, measured, row_of, small_plan

TABLE = extract("t")
PEOPLE = extract("p", source="people")
FORCES = ("Alone", "Far", "Shire", "West Force")
COMPARATORS = [
    {"id": "near", "name": "Near", "forces": ["Shire", "Alone"]},
    {"id": "all", "name": "All", "forces": FORCES},
    {"id": "others", "name": "Others", "forces": ["Alone", "Far", "West Force", "Elsewhere"]},
]
THEFT = indicator("theft", "table", {"groups": ["Theft"]}, per_1000_people=True)
# The quarter reported begins on 1 April 2023; the first and the last of these lie outside the twelve months.
QUARTERS = [add_months(dt.date(2022, 4, 1), 3 * at) for at in range(6)]


def offences(force: str, counts: list[int | None], group: str = "Theft") -> list[tuple[Any, ...]]:
    return [
        ("table-t", "table", day, force, group, group, count)
        for day, count in zip(QUARTERS, counts, strict=True)
        if count is not None
    ]


def people(force: str, count: int, year: int = 2021) -> tuple[Any, ...]:
    return ("people-p", force, year, count)


def compared(
    counts: dict[str, list[int | None]], residents: dict[str, int], comparators: Any = COMPARATORS, **plan: Any
) -> list[dict[str, Any]]:
    """Return the rows of flag_funnel."""
    indicators = plan.pop("indicators", [THEFT])
    small = small_plan(indicators, panel={"comparators": comparators}, **plan)
    rows = [row for force, one in counts.items() for row in offences(force, one)]
    estimates = [people(force, count) for force, count in residents.items()]
    with measured(small, extracts=[TABLE, PEOPLE], stg_recorded_crime=rows, stg_population=estimates) as connection:
        flag(connection)
        return table_rows(connection, "flag_funnel", "rowid")


SAME: dict[str, list[int | None]] = {force: [900, 10, 20, 30, 40, 900] for force in FORCES}
RESIDENTS = dict.fromkeys(FORCES, 10_000)


def test_twelve_months_to_the_reported_quarter_of_every_force_of_the_widest_comparator() -> None:
    rows = compared(SAME, {**RESIDENTS, "Far": 20_000})
    # Of two comparators with four forces each, the first that the panel names.
    assert [row["force"] for row in rows] == list(FORCES) and {row["comparator"] for row in rows} == {"all"}
    assert [row["force"] for row in rows if row["is_own_force"]] == ["Shire"]
    for row in rows:
        assert (row["period_start"], row["period_end"]) == (dt.date(2022, 7, 1), dt.date(2023, 6, 30))
        assert (row["numerator"], row["quarters"], row["status"]) == (100, 4, "compared")
        assert row["centre_line_per_1000"] == pytest.approx(400 / 50)
        assert row["population_year"] == 2021
    far = rows[1]
    assert (far["population"], far["rate_per_1000"], far["expected"]) == (20_000, pytest.approx(5), pytest.approx(160))
    assert far["lower_998_per_1000"] < far["lower_95_per_1000"] < 8 < far["upper_95_per_1000"]


def test_a_force_without_a_quarter_or_without_people_stays_out_and_says_so() -> None:
    counts = {**SAME, "Alone": [900, 10, None, 30, 40, 900]}
    residents = {"Far": 0, "Shire": 10_000, "West Force": 10_000}
    rows = {row["force"]: row for row in compared(counts, residents)}
    assert {force: row["status"] for force, row in rows.items()} == {
        "Alone": "missing_quarter", "Far": "missing_population", "Shire": "compared", "West Force": "compared",
    }  # fmt: skip
    assert (rows["Alone"]["numerator"], rows["Alone"]["quarters"]) == (None, 3)
    for force in ("Alone", "Far"):
        assert (rows[force]["verdict"], rows[force]["rate_per_1000"], rows[force]["tau2"]) == (None, None, None)
    # The two that are left set the centre line alone.
    assert rows["Shire"]["centre_line_per_1000"] == 10 and rows["Shire"]["verdict"] == "inside"


def test_a_force_that_the_table_does_not_know_stays_out() -> None:
    del (counts := dict(SAME))["Far"]
    rows = {row["force"]: row for row in compared(counts, RESIDENTS)}
    assert (rows["Far"]["status"], rows["Far"]["quarters"]) == ("missing_quarter", 0)


def test_a_force_far_from_the_others_is_said_to_be_above() -> None:
    forces = [f"F{at:02}" for at in range(20)]
    counts: dict[str, list[int | None]] = {force: [0, 20, 30, 20, 30, 0] for force in forces}
    comparators = [{"id": "all", "name": "All", "forces": [*forces, "Shire"]}]
    residents = {**dict.fromkeys(forces, 10_000), "Shire": 10_000}
    rows = compared({**counts, "Shire": [0, 200, 300, 200, 300, 0]}, residents, comparators)
    assert {row["force"]: row["verdict"] for row in rows if row["verdict"] != "inside"} == {"Shire": "above"}


def test_only_standing_rates_of_recorded_crime_are_compared() -> None:
    indicators = [
        THEFT,
        indicator("fraud", "table", {"groups": ["Theft"]}, per_1000_people=True),
        indicator("context", "table", {"groups": ["Theft"]}, per_1000_people=True, shown="context"),
        indicator("plain", "table", {"groups": ["Theft"]}),
        indicator("calls", "returns", {"measures": ["calls"]}, per_1000_people=True),
    ]
    rows = compared(SAME, RESIDENTS, indicators=indicators)
    assert [row["indicator"] for row in rows] == ["theft"] * 4 + ["fraud"] * 4


def test_without_a_comparator_or_a_figure_the_table_is_there_all_the_same() -> None:
    assert compared(SAME, RESIDENTS, comparators=[]) == []
    rows = compared({}, {})
    assert len(rows) == 4 and {row["status"] for row in rows} == {"missing_quarter"}


def test_the_table_has_the_columns_that_are_declared() -> None:
    with measured(small_plan([THEFT]), extracts=[TABLE]) as connection:
        flag(connection)
        declared = [column.split() for column in COMPUTED["flag_funnel"].split(", ")]
        found = connection.execute("describe flag_funnel").fetchall()
    assert [[row[0], row[1]] for row in found] == declared


def test_a_rate_beside_others_is_the_rate_that_the_paper_prints() -> None:
    small = small_plan([THEFT], panel={"comparators": COMPARATORS})
    rows = [row for force, counts in SAME.items() for row in offences(force, counts)]
    estimates = [people(force, count) for force, count in RESIDENTS.items()]
    with measured(small, extracts=[TABLE, PEOPLE], stg_recorded_crime=rows, stg_population=estimates) as connection:
        flag(connection)
        printed = row_of(connection, "kpi_rate", place="Shire", period_end="2023-06-30")
        own = row_of(connection, "flag_funnel", force="Shire")
    assert own["rate_per_1000"] == pytest.approx(printed["rate_per_1000"]) == pytest.approx(10)
