"""The figures: what counts as nought and what as missing, parts, several tables received, rates, twelve months."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from flows.calendar import add_months
from flows.warehouse import table_rows
from tests.small_warehouse import AREAS, extract, figures, indicator, measured, row_of, small_plan

THEFT = ("Theft", "Shoplifting")
BIKES = ("Theft", "Bicycle theft")
FRAUD = ("Fraud", "Fraud")
FIRST, SECOND = extract("first", "2023-05-01"), extract("second", "2023-08-01")


def offences(
    quarter: str, force: str, kind: tuple[str, str], count: int, table: str = "table-first"
) -> tuple[Any, ...]:
    return (table, "table", quarter, force, *kind, count)


def returned(
    measure: str, area: str, month: str, numerator: float, denominator: float | None = None, **more: Any
) -> Any:
    start = dt.date.fromisoformat(month)
    end = add_months(start, more.get("months", 1)) - dt.timedelta(days=1)
    name, record = more.get("extract_id", "returns-r"), more.get("record", 1)
    return (name, "returns", record, measure, area, start, end, numerator, denominator)


SHOPS = indicator("shops", "table", {"subgroups": ["shoplifting"]})
RETURNS = extract("r", source="returns")


def test_a_category_that_another_force_has_is_nought_and_one_that_none_has_is_missing() -> None:
    rows = [
        offences("2022-10-01", "Shire", BIKES, 4),
        offences("2022-10-01", "Other", BIKES, 4),  # nobody has shoplifting in this quarter
        offences("2023-01-01", "Shire", BIKES, 5),
        offences("2023-01-01", "Other", THEFT, 9),  # another force has it: Shire recorded none
        offences("2023-04-01", "Shire", THEFT, 7),
        offences("2023-04-01", "Shire", THEFT, -2),
    ]
    with measured(small_plan([SHOPS]), extracts=[FIRST], stg_recorded_crime=rows) as connection:
        found = figures(connection, "shops")
    assert [found["2022-10-01"], found["2023-01-01"], found["2023-04-01"]] == [None, 0, 5]


def test_a_force_without_any_row_in_a_quarter_is_missing() -> None:
    rows = [offences("2023-01-01", "Shire", THEFT, 3), offences("2023-04-01", "Other", THEFT, 9)]
    with measured(small_plan([SHOPS]), extracts=[FIRST], stg_recorded_crime=rows) as connection:
        assert figures(connection, "shops")["2023-04-01"] is None
        one = row_of(connection, "kpi_value", period_start="2023-04-01", grain="quarter")
    assert (one["received_parts"], one["expected_parts"], one["extract_id"]) == (0, 1, "")


def test_an_indicator_of_several_categories_needs_every_one_of_them() -> None:
    both = indicator("both", "table", {"subgroups": ["Shoplifting", "Bicycle theft"]})
    rows = [
        offences("2023-01-01", "Shire", THEFT, 3),
        offences("2023-04-01", "Shire", THEFT, 3),
        offences("2023-04-01", "Other", BIKES, 1),
    ]
    with measured(small_plan([both]), extracts=[FIRST], stg_recorded_crime=rows) as connection:
        found = figures(connection, "both")
    assert (found["2023-01-01"], found["2023-04-01"]) == (None, 3)


def test_all_groups_but_those_named_are_added_up() -> None:
    total = indicator("total", "table", {"all_groups_except": ["fraud"]})
    groups = indicator("theft", "table", {"groups": ["Theft"]})
    rows = [offences("2023-04-01", "Shire", kind, 10**at) for at, kind in enumerate((THEFT, BIKES, FRAUD))]
    with measured(small_plan([total, groups]), extracts=[FIRST], stg_recorded_crime=rows) as connection:
        assert figures(connection, "total")["2023-04-01"] == figures(connection, "theft")["2023-04-01"] == 11


@pytest.mark.parametrize(
    ("first", "second", "expected"), [("2023-05-01", "2023-08-01", 7), ("2023-09-01", "2023-08-01", 3)]
)
def test_the_table_received_last_wins_a_quarter_whole(first: str, second: str, expected: int) -> None:
    rows = [
        offences("2023-01-01", "Shire", THEFT, 2),
        offences("2023-04-01", "Shire", THEFT, 3),
        offences("2023-04-01", "Other", THEFT, 8),
        offences("2023-04-01", "Shire", THEFT, 7, "table-second"),
    ]
    received = [extract("first", first), extract("second", second)]
    alone = {**SHOPS, "id": "alone", "areas": ["Alone"]}
    with measured(small_plan([SHOPS, alone]), extracts=received, stg_recorded_crime=rows) as connection:
        found = figures(connection, "shops")
        other = [row for row in table_rows(connection, "kpi_part", "all") if row["area"] == "Other"]
    assert (found["2023-01-01"], found["2023-04-01"]) == (2, expected)
    # The later table lacks the other force: its earlier figure is not mixed in.
    assert len(other) == (0 if expected == 7 else 2)


def test_of_tables_received_on_one_day_the_one_that_arrived_last_counts() -> None:
    rows = [offences("2023-04-01", "Shire", THEFT, 3), offences("2023-04-01", "Shire", THEFT, 7, "table-second")]
    received = [extract("second", "2023-08-01"), extract("first", "2023-08-01")]
    with measured(small_plan([SHOPS]), extracts=received, stg_recorded_crime=rows) as connection:
        assert figures(connection, "shops")["2023-04-01"] == 3


CALLS = indicator("calls", "returns", {"measures": ["calls"]}, frequency="month", areas=["Shire", "East"])
MONTHS = ("2023-04-01", "2023-05-01", "2023-06-01")


def test_a_quarter_is_made_of_three_months_of_two_areas() -> None:
    rows = [returned("calls", area, month, 10) for month in MONTHS for area in ("East", "West")]
    with measured(small_plan([CALLS]), extracts=[RETURNS], stg_force_return=rows) as connection:
        one = row_of(connection, "kpi_value", area="Shire", grain="quarter", period_start="2023-04-01")
        months = figures(connection, "calls", "East", "month")
    assert (one["value"], one["expected_parts"], one["received_parts"], one["extract_id"]) == (60, 6, 6, "returns-r")
    assert not one["is_own_grain"]
    assert [months[month] for month in MONTHS] == [10, 10, 10]


def test_five_parts_of_six_give_no_figure() -> None:
    rows = [returned("calls", area, month, 10) for month in MONTHS for area in ("East", "West")][:-1]
    with measured(small_plan([CALLS]), extracts=[RETURNS], stg_force_return=rows) as connection:
        one = row_of(connection, "kpi_value", area="Shire", grain="quarter", period_start="2023-04-01")
        months = figures(connection, "calls", "Shire", "month")
        east = figures(connection, "calls", "East", "quarter")
    assert (one["value"], one["numerator"], one["expected_parts"], one["received_parts"]) == (None, None, 6, 5)
    assert [months[month] for month in MONTHS] == [20, 20, None]
    assert east["2023-04-01"] == 30


def test_what_a_force_sends_of_itself_does_not_stand_for_its_parts() -> None:
    rows = [returned("calls", "Shire", month, 99) for month in MONTHS]
    with measured(small_plan([CALLS]), extracts=[RETURNS], stg_force_return=rows) as connection:
        assert figures(connection, "calls")["2023-04-01"] is None


def test_the_row_of_the_return_received_last_stands() -> None:
    received = [extract("r", "2023-07-10", "returns"), extract("again", "2023-08-10", "returns")]
    rows = [
        returned("calls", "East", "2023-06-01", 10),
        returned("calls", "West", "2023-06-01", 10),
        returned("calls", "East", "2023-06-01", 13, extract_id="returns-again"),
    ]
    with measured(small_plan([CALLS]), extracts=received, stg_force_return=rows) as connection:
        one = row_of(connection, "kpi_value", area="Shire", grain="month", period_start="2023-06-01")
    assert (one["value"], one["extract_id"]) == (23, "returns-again returns-r")


def test_a_row_of_another_length_than_the_indicators_period_is_not_taken() -> None:
    rows = [returned("calls", area, "2023-04-01", 10, months=3) for area in ("East", "West")]
    quarterly = {**CALLS, "id": "quarterly", "frequency": "quarter"}
    with measured(small_plan([CALLS, quarterly]), extracts=[RETURNS], stg_force_return=rows) as connection:
        assert figures(connection, "calls")["2023-04-01"] is None
        assert figures(connection, "quarterly")["2023-04-01"] == 20


def test_shares_and_means_are_pooled_over_their_parts() -> None:
    share = {**CALLS, "id": "share", "kind": "share", "unit": "%"}
    mean = {**CALLS, "id": "mean", "kind": "mean", "unit": "minutes", "scale": 1 / 60}
    rows = [
        returned("calls", area, month, numerator, denominator)
        for month in MONTHS
        for area, numerator, denominator in (("East", 90, 100), ("West", 10, 100 if month == MONTHS[0] else 50))
    ]
    with measured(small_plan([share, mean]), extracts=[RETURNS], stg_force_return=rows) as connection:
        pooled = figures(connection, "share")["2023-04-01"]
        assert pooled == pytest.approx(300 / 500 * 100)
        assert figures(connection, "mean")["2023-04-01"] == pytest.approx(300 / 500 / 60)


def test_a_share_without_denominator_was_not_received_and_one_of_nobody_has_no_value() -> None:
    share = {**CALLS, "kind": "share", "unit": "%"}
    rows = [
        returned("calls", "East", "2023-04-01", 5, None),
        returned("calls", "West", "2023-04-01", 5, 10),
        returned("calls", "East", "2023-05-01", 0, 0),
        returned("calls", "West", "2023-05-01", 0, 0),
    ]
    with measured(small_plan([share]), extracts=[RETURNS], stg_force_return=rows) as connection:
        first, second = (
            row_of(connection, "kpi_value", area="Shire", grain="month", period_start=month) for month in MONTHS[:2]
        )
    assert (first["value"], first["received_parts"]) == (None, 1)
    assert (second["value"], second["received_parts"]) == (None, 2)


def test_an_indicator_of_two_measures_needs_both() -> None:
    both = {**CALLS, "select": {"measures": ["calls", "visits"]}, "areas": ["East"]}
    rows = [
        returned("calls", "East", "2023-04-01", 5),
        returned("calls", "East", "2023-05-01", 5),
        returned("visits", "East", "2023-05-01", 2),
    ]
    with measured(small_plan([both]), extracts=[RETURNS], stg_force_return=rows) as connection:
        found = figures(connection, "calls", "East", "month")
    assert (found["2023-04-01"], found["2023-05-01"]) == (None, 7)


def test_street_crimes_are_counted_by_place_and_identical_rows_are_different_incidents() -> None:
    drugs = indicator("drugs", "street", {"crime_types": ["Drugs"]}, frequency="month", areas=["East", "West"])
    rows = [
        ("street-s", "street", "2023-06-01", "shire", "East Town", "Drugs"),
        ("street-s", "street", "2023-06-01", "shire", "East Town", "Drugs"),
        ("street-s", "street", "2023-06-01", "shire", "West Town", "Robbery"),
        ("street-s", "street", "2023-06-01", "shire", "Far Town", "Drugs"),
        ("street-s", "street", "2023-06-01", "shire", None, "Drugs"),
        ("street-s", "street", "2023-05-01", "shire", "West Town", "Robbery"),
        ("street-s", "street", "2023-05-01", "shire", None, "Drugs"),
    ]
    received = [extract("s", source="street")]
    with measured(small_plan([drugs]), extracts=received, stg_street_crime=rows) as connection:
        east, west = (figures(connection, "drugs", area, "month") for area in ("East", "West"))
    assert (east["2023-05-01"], east["2023-06-01"]) == (None, 2)
    assert (west["2023-05-01"], west["2023-06-01"]) == (0, 0)


def test_a_crime_type_that_no_force_has_in_a_month_is_missing_and_one_that_another_has_is_nought() -> None:
    drugs = indicator("drugs", "street", {"crime_types": ["Drugs"]}, frequency="month", areas=["East"])
    both = {**drugs, "id": "both", "select": {"crime_types": ["Drugs", "Robbery"]}}
    rows = [
        ("street-s", "street", "2023-04-01", "shire", "East Town", "Robbery"),  # nobody has Drugs in April
        ("street-s", "street", "2023-04-01", "next", "Far Town", "Robbery"),
        ("street-s", "street", "2023-05-01", "shire", "East Town", "Robbery"),
        ("street-s", "street", "2023-05-01", "next", "Far Town", "Drugs"),
        ("street-s", "street", "2023-06-01", "shire", "East Town", "Drugs"),
    ]
    received = [extract("s", source="street")]
    with measured(small_plan([drugs, both]), extracts=received, stg_street_crime=rows) as connection:
        one, two = (figures(connection, name, "East", "month") for name in ("drugs", "both"))
    assert [one["2023-04-01"], one["2023-05-01"], one["2023-06-01"]] == [None, 0, 1]
    assert [two["2023-04-01"], two["2023-05-01"], two["2023-06-01"]] == [None, 1, None]


def test_a_crime_type_that_an_areas_own_force_never_delivers_is_missing_though_another_has_it() -> None:
    drugs = indicator("drugs", "street", {"crime_types": ["Drugs"]}, frequency="month", areas=["East"])
    rows = [
        ("street-s", "street", month, force, place, crime_type)
        for month in ("2023-05-01", "2023-06-01")
        for force, place, crime_type in (("shire", "East Town", "Robbery"), ("next", "Far Town", "Drugs"))
    ]
    with measured(small_plan([drugs]), extracts=[extract("s", source="street")], stg_street_crime=rows) as connection:
        east = figures(connection, "drugs", "East", "month")
    assert (east["2023-05-01"], east["2023-06-01"]) == (None, None)


def test_the_rows_of_a_neighbouring_forces_file_are_no_return_of_an_area() -> None:
    drugs = indicator("drugs", "street", {"crime_types": ["Drugs"]}, frequency="month", areas=["East"])
    rows = [
        ("street-s", "street", "2023-05-01", "next", "East Town", "Drugs"),  # the area's own file is missing in May
        ("street-s", "street", "2023-06-01", "next", "East Town", "Drugs"),
        ("street-s", "street", "2023-06-01", "shire", "East Town", "Drugs"),
    ]
    received = [extract("s", source="street")]
    with measured(small_plan([drugs]), extracts=received, stg_street_crime=rows) as connection:
        may = row_of(connection, "kpi_value", area="East", grain="month", period_start="2023-05-01")
        june = row_of(connection, "kpi_value", area="East", grain="month", period_start="2023-06-01")
    assert (may["value"], may["received_parts"], may["expected_parts"]) == (None, 0, 1)
    assert (june["value"], june["received_parts"]) == (1, 1)


@pytest.mark.parametrize(
    ("force", "expected"),
    [({"code": "Shire"}, 1), ({"code": "Shire", "police_uk": "county-of-shire"}, None), ({"code": "shire"}, 1)],
)
def test_a_forces_short_name_is_its_code_or_what_the_panel_says(force: dict[str, str], expected: int | None) -> None:
    drugs = indicator("drugs", "street", {"crime_types": ["Drugs"]}, frequency="month", areas=["East"])
    areas = ({**AREAS[0], **force}, *AREAS[1:])
    plan = small_plan([drugs], panel={"areas": areas, "force_area": force["code"]})
    rows = [("street-s", "street", "2023-06-01", "shire", "East Town", "Drugs")]
    with measured(plan, extracts=[extract("s", source="street")], stg_street_crime=rows) as connection:
        assert figures(connection, "drugs", "East", "month")["2023-06-01"] == expected


QUARTERS = [add_months(dt.date(2021, 4, 1), 3 * at).isoformat() for at in range(9)]


def yearly(*lacking: str, force: str = "Shire") -> list[tuple[Any, ...]]:
    return [offences(day, force, THEFT, at + 1) for at, day in enumerate(QUARTERS) if day not in lacking]


def test_twelve_months_are_whole_or_not_at_all() -> None:
    with measured(small_plan([SHOPS]), extracts=[FIRST], stg_recorded_crime=yearly()) as connection:
        one = row_of(connection, "kpi_summary", indicator="shops")
        first = row_of(connection, "kpi_twelve_months", period_end="2021-12-31")
    assert (one["value"], one["year_before"], one["change"]) == (9, 5, 4)
    assert (one["twelve_months"], one["twelve_months_before"]) == (6 + 7 + 8 + 9, 2 + 3 + 4 + 5)
    assert one["change_pct"] is None  # five is too few to say a per cent of
    assert one["twelve_months_change_pct"] == pytest.approx(16 / 14 * 100)
    assert first["value"] is None  # three quarters
    with measured(small_plan([SHOPS]), extracts=[FIRST], stg_recorded_crime=yearly("2022-10-01")) as connection:
        one = row_of(connection, "kpi_summary", indicator="shops")
    assert (one["value"], one["twelve_months"], one["twelve_months_before"]) == (9, None, 14)
    assert (one["twelve_months_change"], one["twelve_months_change_pct"]) == (None, None)


def test_twelve_months_of_a_share_are_pooled() -> None:
    share = {**CALLS, "kind": "share", "unit": "%", "areas": ["East"]}
    months = [add_months(dt.date(2022, 7, 1), at).isoformat() for at in range(12)]
    rows = [returned("calls", "East", month, at, 20 + at) for at, month in enumerate(months)]
    with measured(small_plan([share]), extracts=[RETURNS], stg_force_return=rows) as connection:
        found = row_of(connection, "kpi_twelve_months", period_end="2023-06-30")["value"]
        change = row_of(connection, "kpi_summary", indicator="calls")["change_pct"]
    assert found == pytest.approx(sum(range(12)) / sum(range(20, 32)) * 100)
    assert change is None


PEOPLE = extract("p", "2023-01-01", "people")
RATES = {**SHOPS, "per_1000_people": True}
REGION = {"comparators": [{"id": "region", "name": "Region", "forces": ["Shire", "Other"]}]}


def test_the_population_is_the_mid_year_nearest_before_the_twelve_months() -> None:
    people = [("people-p", "Shire", year, 1000 * (year - 2000)) for year in (2019, 2020, 2021, 2022, 2023)]
    plan = small_plan([RATES])
    tables = {"stg_recorded_crime": yearly(), "stg_population": people}
    with measured(plan, extracts=[FIRST, PEOPLE], **tables) as connection:
        rows = table_rows(connection, "kpi_population", "period_end")
        rate = row_of(connection, "kpi_rate", place="Shire", period_end="2023-06-30")
    years = {row["period_end"].isoformat(): row["population_year"] for row in rows}
    # July 2022 to June 2023 begins the day after mid-2022; April 2022 to March 2023 begins before it.
    assert (years["2023-06-30"], years["2023-03-31"], years["2022-06-30"]) == (2022, 2021, 2021)
    assert (rate["population_year"], rate["rate_per_1000"]) == (2022, pytest.approx(30 * 1000 / 22000))


def test_the_estimate_received_last_stands_and_none_before_the_period_is_no_rate() -> None:
    again = extract("q", "2023-02-01", "people")
    people = [("people-p", "Shire", 2022, 1000), ("people-q", "Shire", 2022, 2000)]
    tables = {"stg_recorded_crime": yearly(), "stg_population": people}
    with measured(small_plan([RATES]), extracts=[FIRST, PEOPLE, again], **tables) as connection:
        assert row_of(connection, "kpi_rate", period_end="2023-06-30")["rate_per_1000"] == pytest.approx(15)
        earlier = row_of(connection, "kpi_rate", period_end="2023-03-31")
    assert (earlier["rate_per_1000"], earlier["received_forces"], earlier["expected_forces"]) == (None, 0, 1)


@pytest.mark.parametrize("lacking", ["nothing", "a quarter", "the people", "nobody lives there", "the force"])
def test_a_rate_of_several_forces_needs_every_one_of_them(lacking: str) -> None:
    gone = QUARTERS if lacking == "the force" else (["2022-10-01"] if lacking == "a quarter" else [])
    crimes = [*yearly(), *yearly(*gone, force="Other")]
    people = [
        ("people-p", "Shire", 2022, 1000),
        ("people-p", "Other", 2022, 0 if lacking == "nobody lives there" else 5000),
    ]
    tables = {"stg_recorded_crime": crimes, "stg_population": people[:1] if lacking == "the people" else people}
    with measured(small_plan([RATES], panel=REGION), extracts=[FIRST, PEOPLE], **tables) as connection:
        own = row_of(connection, "kpi_rate", place="Shire", period_end="2023-06-30")
        region = row_of(connection, "kpi_rate", place="region", period_end="2023-06-30")
    assert (own["rate_per_1000"], own["position"]) == (pytest.approx(30), -1)
    whole = lacking == "nothing"
    assert (region["expected_forces"], region["received_forces"]) == (2, 2 if whole else 1)
    # Sums before dividing: the region is not the mean of its forces' rates.
    assert region["rate_per_1000"] == (pytest.approx(60 * 1000 / 6000) if whole else None)


def test_nothing_received_makes_every_figure_missing_and_none_infinite() -> None:
    plan = small_plan([RATES, CALLS, indicator("drugs", "street", {"crime_types": ["Drugs"]}, frequency="month")])
    with measured(plan, extracts=[]) as connection:
        values = table_rows(connection, "kpi_value", "all")
        summary = table_rows(connection, "kpi_summary", "all")
    assert values and all(row["value"] is None for row in values)
    assert len(summary) == 4 and all(row["twelve_months"] is None for row in summary)


def test_an_indicator_is_expected_from_its_first_period_to_the_reported_quarter() -> None:
    late = {**CALLS, "begins": dt.date(2022, 11, 1), "areas": ["East"]}
    with measured(small_plan([late])) as connection:
        months, quarters = (list(figures(connection, "calls", "East", grain)) for grain in ("month", "quarter"))
    assert (months[0], months[-1], len(months)) == ("2022-11-01", "2023-06-01", 8)
    assert quarters == ["2023-01-01", "2023-04-01"]  # the quarter of November is not whole


@pytest.mark.parametrize("begins", ["2023-05-01", "2023-07-01"])
def test_an_indicator_that_begins_after_the_quarters_first_day_is_printed_and_nothing_is_expected(begins: str) -> None:
    late = {**CALLS, "begins": dt.date.fromisoformat(begins), "areas": ["East"]}
    rows = [returned("calls", "East", month, 10) for month in MONTHS]
    with measured(small_plan([late]), extracts=[RETURNS], stg_force_return=rows) as connection:
        one = row_of(connection, "kpi_summary", indicator="calls", area="East", period_start="2023-04-01")
    assert (one["value"], one["expected_parts"], one["received_parts"], one["twelve_months"]) == (None,) * 4


def test_no_figure_is_a_nan() -> None:
    tables = {"stg_recorded_crime": yearly(), "stg_population": [("people-p", "Shire", 2022, 0)]}
    with measured(small_plan([RATES], panel=REGION), extracts=[FIRST, PEOPLE], **tables) as connection:
        for table in ("kpi_value", "kpi_rate", "kpi_twelve_months", "kpi_summary"):
            for row in table_rows(connection, table, "all"):
                assert not [key for key, value in row.items() if isinstance(value, float) and not math.isfinite(value)]
