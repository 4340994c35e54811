"""Which list a series is on: strong evidence, early sign, nothing, cannot be told; and more areas, no more alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.stages.flag import COMPUTED
from flows.warehouse import fill, fill_computed, make_table, open_warehouse, table_rows
from tests.small_warehouse import flag, indicator, insert, measured, row_of, small_plan

FORCE = "Shire"
QUARTER = (dt.date(2023, 4, 1), dt.date(2023, 6, 30))
# p-values by test; None where there was no test. The observed figure lies above what was expected.
PValues = Mapping[str, float | None]
Asked = Mapping[tuple[str, str], PValues]
QUIET: PValues = {"quarter": 0.5, "year": 0.5}
FORECAST = [column.split()[0] for column in COMPUTED["flag_forecast"].split(", ")]


def run_row() -> tuple[Any, ...]:
    return (dt.date(2023, 9, 14), dt.date(2023, 9, 1), *QUARTER, QUARTER[0], 36, 16, 36, 28, FORCE)


def fill_asked(connection: duckdb.DuckDBPyConnection, asked: Asked, observed: float = 12.0) -> None:
    """Make what the verdicts read: the run's facts, the spans that were asked about, and their forecasts."""
    fill(connection, "plan_run", [run_row()])
    connection.execute(
        "CREATE OR REPLACE TABLE flag_span (series VARCHAR, indicator VARCHAR, area VARCHAR, test VARCHAR)"
    )
    spans, answers = [], []
    for (name, area), tests in asked.items():
        for test, p in tests.items():
            spans.append((f"{name} / {area}", name, area, test))
            status = "too_few" if p is None else "tested"
            facts = {"series": f"{name} / {area}", "test": test, "status": status, "p": p}
            facts |= {} if p is None else {"observed": observed, "expected": 10.0}
            answers.append({**dict.fromkeys(FORECAST), **facts})
    insert(connection, "flag_span", spans)
    fill_computed(connection, "flag_forecast", COMPUTED["flag_forecast"], answers)


def verdicts(asked: Asked, observed: float = 12.0) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the row of `flag_verdict` of each series."""
    with open_warehouse(Path(":memory:")) as connection:
        fill_asked(connection, asked, observed)
        make_table(connection, "flag", "flag_verdict")
        return {(row["indicator"], row["area"]): row for row in table_rows(connection, "flag_verdict", "all")}


def paper(count: int, **tests: float | None) -> dict[tuple[str, str], PValues]:
    """Return what is asked of a paper of `count` quiet indicators and one, `it`, with these p-values."""
    quiet = {(f"quiet{at}", FORCE): QUIET for at in range(count)}
    return {**quiet, ("it", FORCE): {"quarter": 0.5, "year": 0.5, "last_two": 0.5, "last_one": 0.5, **tests}}


def of_it(count: int = 0, **tests: float | None) -> tuple[str, str | None]:
    row = verdicts(paper(count, **tests))["it", FORCE]
    return row["list"], row["test"]


@pytest.mark.parametrize(("indicators", "required"), [(1, 0.01), (12, 0.01), (13, 0.25 / 26), (25, 0.25 / 50)])
def test_the_error_budget_is_shared_by_the_quarter_and_year_tests(indicators: int, required: float) -> None:
    rows = verdicts(paper(indicators - 1))
    assert {row["tests"] for row in rows.values()} == {2 * indicators}
    assert [row["required_p"] for row in rows.values()] == pytest.approx([required] * indicators, rel=1e-12)
    assert of_it(indicators - 1, quarter=required * 0.999) == ("strong", "quarter")
    assert of_it(indicators - 1, quarter=required) == ("early", "quarter")


def test_a_test_that_was_not_made_takes_no_part_of_the_budget() -> None:
    asked = {
        **paper(14),
        ("new", FORCE): {"quarter": None, "year": None},
        ("young", FORCE): {"quarter": 0.5, "year": None},
    }
    rows = verdicts(asked)
    assert {row["tests"] for row in rows.values()} == {31}
    assert (rows["new", FORCE]["list"], rows["new", FORCE]["test"]) == ("cannot_tell", None)
    assert rows["young", FORCE]["list"] == "nothing"


@pytest.mark.parametrize(
    ("tests", "found"),
    [
        ({}, ("nothing", None)),
        ({"quarter": 0.0001}, ("strong", "quarter")),
        ({"year": 0.0001}, ("strong", "year")),
        ({"quarter": 0.0001, "year": 1e-9}, ("strong", "quarter")),
        # A year that is strong evidence is not lost behind a quarter that is an early sign.
        ({"quarter": 0.015, "year": 0.0001}, ("strong", "year")),
        ({"quarter": 0.0199}, ("early", "quarter")),
        ({"quarter": 0.02}, ("nothing", None)),
        ({"year": 0.0199}, ("early", "year")),
        ({"year": 0.02}, ("nothing", None)),
        ({"quarter": 0.019, "year": 0.011}, ("early", "quarter")),
        ({"last_two": 0.0049}, ("early", "last_two")),
        ({"last_two": 0.005}, ("nothing", None)),
        ({"last_one": 0.0049}, ("early", "last_one")),
        ({"last_one": 0.005}, ("nothing", None)),
        # Late in the quarter is an early sign, however unlikely.
        ({"last_two": 1e-12, "last_one": 1e-12}, ("early", "last_two")),
        ({"quarter": None, "year": 0.5}, ("nothing", None)),
        ({"quarter": None, "year": 0.0001}, ("strong", "year")),
        ({"quarter": None, "year": None, "last_two": None, "last_one": None}, ("cannot_tell", None)),
    ],
)
def test_each_list_has_its_rule(tests: dict[str, float | None], found: tuple[str, str | None]) -> None:
    assert of_it(**tests) == found


def test_the_direction_is_that_of_the_test_that_found_it() -> None:
    for observed, direction in ((12.0, "up"), (8.0, "down")):
        rows = verdicts({("it", FORCE): {"quarter": 0.001, "year": 0.5}, ("quiet", FORCE): QUIET}, observed)
        assert (rows["it", FORCE]["direction"], rows["quiet", FORCE]["direction"]) == (direction, None)


def with_areas(p_force: PValues, areas: Mapping[str, PValues]) -> dict[str, dict[str, Any]]:
    """Return the verdicts on an indicator by area, in a paper with nine others."""
    quiet = {(f"quiet{at}", FORCE): QUIET for at in range(9)}
    found = verdicts({**quiet, ("it", FORCE): p_force, **{("it", area): p for area, p in areas.items()}})
    return {area: row for (name, area), row in found.items() if name == "it"}


def test_an_area_is_tested_only_where_the_force_is_strong_evidence() -> None:
    certain = {"quarter": 1e-12, "year": 1e-12}
    for p_force in ({"quarter": 0.5, "year": 0.5}, {"quarter": 0.015, "year": 0.5}, {"quarter": None, "year": None}):
        row = with_areas(p_force, {"East": certain})["East"]
        assert (row["list"], row["test"], row["p_quarter"], row["p_year"]) == ("not_tested", None, None, None)
        assert row["direction"] is None
    assert with_areas({"quarter": 0.001, "year": 0.5}, {"East": certain})["East"]["list"] == "strong"


def test_the_areas_of_an_indicator_share_the_forces_required_p() -> None:
    force = {"quarter": 0.001, "year": 0.5}
    for count in (1, 2, 5, 40):
        required = 0.01 / count
        others = {f"area{at}": QUIET for at in range(count - 1)}
        for p, found in ((required * 0.999, "strong"), (required, "nothing"), (None, "cannot_tell")):
            rows = with_areas(force, {**others, "East": {"quarter": p, "year": 0.5}})
            assert rows["East"]["list"] == found
            assert rows["East"]["required_p"] == pytest.approx(required, rel=1e-12)
            assert rows[FORCE]["list"] == "strong" and rows[FORCE]["required_p"] == 0.01


def test_an_area_is_held_to_the_test_that_found_the_forces_change() -> None:
    by_year = with_areas(
        {"quarter": 0.5, "year": 0.001}, {"East": {"quarter": 1e-9, "year": 0.5}, "West": {"year": 1e-9}}
    )
    assert (by_year["East"]["list"], by_year["West"]["list"]) == ("nothing", "strong")
    by_quarter = with_areas({"quarter": 0.001, "year": 0.5}, {"East": {"quarter": 0.5, "year": 1e-9}})
    assert by_quarter["East"]["list"] == "nothing"


p_values = st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.0, 1e-6, 0.004, 0.0099, 0.015, 0.03]))
of_both = st.fixed_dictionaries({"quarter": p_values, "year": p_values})


@given(st.lists(st.tuples(of_both, st.lists(of_both, max_size=6)), min_size=1, max_size=8))
def test_more_areas_are_not_more_false_alarms(paper: list[tuple[PValues, list[PValues]]]) -> None:
    """Whatever the areas say, the force's verdicts are the same, and none is an area to address but by the force."""
    force = {(f"i{at}", FORCE): p for at, (p, _) in enumerate(paper)}
    areas = {(f"i{at}", f"a{n}"): p for at, (_, several) in enumerate(paper) for n, p in enumerate(several)}
    with open_warehouse(Path(":memory:")) as connection:
        fill(connection, "plan_record", [])
        rest = ("", "s", "count", "u", 1.0, 0, "month", QUARTER[0], None, False, "standing", "auto", "auto")
        fill(connection, "plan_indicator", [(f"i{at}", at, *rest) for at in range(len(paper))])
        made = []
        for asked in (force, {**force, **areas}):
            fill_asked(connection, asked)
            make_table(connection, "flag", "flag_verdict")
            make_table(connection, "flag", "flag_area_to_address")
            made.append([table_rows(connection, name, "ALL") for name in ("flag_verdict", "flag_area_to_address")])
    (alone, addressed), (beside, addressed_too) = made
    assert [row for row in beside if row["is_force"]] == alone
    assert addressed_too == addressed
    assert [row["indicator"] for row in addressed] == sorted(
        row["indicator"] for row in alone if row["list"] == "strong"
    )
    strong = {row["indicator"] for row in alone if row["list"] == "strong"}
    for at in range(len(paper)):
        rows = [row for row in beside if row["indicator"] == f"i{at}" and not row["is_force"]]
        # All that the areas may err by, together, is no more than the force alone.
        assert sum(row["required_p"] for row in rows) <= alone[0]["required_p"] * (1 + 1e-12)
        assert all((row["list"] == "not_tested") == (f"i{at}" not in strong) for row in rows)


def test_areas_to_address_are_strong_evidence_of_the_force_and_what_people_recorded() -> None:
    records = [
        {"id": name, "kind": kind, "date": day, "objective": "one", "title": "T", "text": "T", "illustrative": True}
        for name, kind, day in (
            ("in-quarter", "concern", "2023-04-01"), ("before-it", "media", "2023-03-31"),
            ("lately", "excellent", "2023-09-01"), ("later", "media", "2023-09-02"),
        )
    ]  # fmt: skip
    names = ("strong", "early", "quiet", "context")
    indicators = [
        indicator(name, "returns", {"measures": [name]}, shown="context" if name == "context" else "standing")
        for name in names
    ]
    with measured(small_plan(indicators, records=records)) as made:
        flag(made)
        asked = {("strong", FORCE): {"quarter": 1e-6}, ("early", FORCE): {"quarter": 0.015}, ("quiet", FORCE): QUIET}
        fill_asked(made, {**asked, ("quiet", "East"): {"quarter": 1e-9}, ("strong", "East"): {"quarter": 1e-9}})
        make_table(made, "flag", "flag_verdict")
        make_table(made, "flag", "flag_area_to_address")
        found = [
            (row["kind"], row["indicator"] or row["record"]) for row in table_rows(made, "flag_area_to_address", "all")
        ]
        assert row_of(made, "flag_verdict", series="strong / East")["list"] == "strong"
    assert sorted(found) == [("change", "strong"), ("concern", "in-quarter"), ("excellent", "lately")]
