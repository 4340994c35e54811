"""What the tests of change and the charts find in the example: what was planted, and nothing that was not."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from flows.settings import EXAMPLE
from flows.stages.extract import extract
from flows.stages.flag import flag, make_flags
from flows.stages.measure import make_measures, measure
from flows.stages.stage import stage
from flows.warehouse import fill, open_warehouse, table_rows
from tests.flow.preparing import indicators_of, job_for

FORCE = "Wiltshire"
BURGLARY = ("all_burglary", "domestic_burglary", "non_domestic_burglary")
PLANTED = yaml.safe_load((EXAMPLE / "extracts/service_return/planted.yml").read_text(encoding="utf-8"))
# Eight quarters about April 2017, in quarters before the reported one, and those up to April 2023.
ABOUT_2017 = range(-24 - 8, -24 + 8)
BEFORE_2023 = range(-8, 0)
Marks = dict[int, tuple[str, str]]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example's warehouse after the flag stage."""
    job = job_for(EXAMPLE, tmp_path_factory.mktemp("example"))
    for step in (extract, stage, measure, flag):
        step(job)
    return job.warehouse


@contextmanager
def anew(warehouse: Path, folder: Path, *changes: str, undeclared: bool = False, quarter: dt.date | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:  # fmt: skip
    """Yield a copy of the warehouse whose measures and flags are made anew, after these changes."""
    copy = Path(shutil.copy(warehouse, folder / "warehouse.duckdb"))
    with open_warehouse(copy) as connection:
        if undeclared:
            fill(connection, "plan_event", [])
            fill(connection, "plan_rebase", [])
        if quarter is not None:
            end = (quarter + dt.timedelta(days=95)).replace(day=1) - dt.timedelta(days=1)
            connection.execute("UPDATE plan_run SET quarter_start = ?, quarter_end = ?", [quarter, end])
        for change in changes:
            connection.execute(change)
        make_measures(connection)
        make_flags(connection)
        yield connection


def verdicts(warehouse: Path) -> dict[tuple[str, str], dict[str, Any]]:
    with open_warehouse(warehouse, read_only=True) as connection:
        return {(row["indicator"], row["area"]): row for row in table_rows(connection, "flag_verdict", "all")}


def marks(connection: duckdb.DuckDBPyConnection, name: str) -> Marks:
    rows = [row for row in table_rows(connection, "flag_mark", "all") if row["series"] == f"{name} / {FORCE}"]
    return {row["position"]: (row["rule"], row["direction"]) for row in rows if row["rule"]}


def test_no_real_indicator_is_an_area_to_address_or_an_early_sign(warehouse: Path) -> None:
    found = verdicts(warehouse)
    real = indicators_of("home_office_prc")
    assert len(real) == 16
    assert {found[name, FORCE]["list"] for name in real} == {"nothing"}


def test_what_is_worth_knowing_is_what_moved_most(warehouse: Path) -> None:
    with open_warehouse(warehouse, read_only=True) as connection:
        rows = {row["indicator"]: row for row in table_rows(connection, "flag_worth_knowing", "place")}
    assert list(rows) == ["bicycle_theft", "shoplifting", "domestic_burglary"]
    one = rows["shoplifting"]
    # 41 % above the year before, after a climb over five quarters from 680, back at its level of 2017 to 2019.
    assert (one["value"], round(one["change_pct"])) == (1057, 41)
    assert (one["quarters_one_way"], one["value_before_move"], one["period_before_move"]) == (
        5,
        680,
        dt.date(2022, 1, 1),
    )
    assert (one["level_first_year"], one["level_last_year"], one["level_highest"]) == (2017, 2019, 1235)


def test_the_planted_steps_are_found_and_nothing_planted_as_stable_is(warehouse: Path) -> None:
    found = verdicts(warehouse)
    assert set(PLANTED) == indicators_of("service_return")
    for name, what in PLANTED.items():
        row = found[name, FORCE]
        match what["kind"]:
            case "step_up" | "step_down":
                assert (row["list"], row["test"]) == ("strong", "quarter"), name
                assert row["direction"] == what["kind"].removeprefix("step_")
                assert row["p_quarter"] < row["required_p"] < 0.01
            case "stable":
                assert row["list"] == "nothing", name
            case "drift":
                assert row["list"] in ("early", "nothing"), "a drift is slow: at most an early sign"
                assert row["direction"] in ("down", None)
            case "recording_change":
                # Its limits began anew 14 months before the quarter, and 24 are needed.
                assert (row["list"], row["quarter_status"]) == ("cannot_tell", "too_few")
            case other:
                pytest.fail(f"{other} has no test")
    assert {what["kind"] for what in PLANTED.values()} == {
        "step_up",
        "step_down",
        "stable",
        "drift",
        "recording_change",
    }


def test_local_areas_are_tested_only_beside_a_planted_step(warehouse: Path) -> None:
    stepped = {name for name, what in PLANTED.items() if what["kind"].startswith("step_")}
    local = {key: row for key, row in verdicts(warehouse).items() if not row["is_force"]}
    assert {area for _, area in local} == {"Swindon UA", "Wiltshire UA"}
    assert {name for (name, _), row in local.items() if row["list"] != "not_tested"} == stepped
    with open_warehouse(warehouse, read_only=True) as connection:
        changes = [
            row["indicator"] for row in table_rows(connection, "flag_area_to_address", "all") if row["kind"] == "change"
        ]
    assert set(changes) == stepped and len(changes) == len(stepped)


def test_no_mark_about_the_declared_burglary_changes_is_there_because_of_them(warehouse: Path, tmp_path: Path) -> None:
    """Within eight quarters of April 2017 and April 2023 every mark stays as it is without the other side's figures.

    Burglary fell by half from 2018 to 2021, and the marks on either side of that fall are of it.
    """
    with open_warehouse(warehouse, read_only=True) as connection:
        before = {name: marks(connection, name) for name in BURGLARY}
    for name in BURGLARY[1:]:
        assert not [at for at in before[name] if at < -24], "too few figures to judge by, and none of the other side"
    # Without any figure of before April 2017 the same points are marked, by the same rules.
    gone = "DELETE FROM stg_recorded_crime WHERE period_start < DATE '2017-04-01'"
    with anew(warehouse, tmp_path, gone) as connection:
        for name in BURGLARY[1:]:
            assert marks(connection, name) == before[name]
    # Without the quarter of April 2023 the eight before it are marked as they are with it.
    gone = "DELETE FROM stg_recorded_crime WHERE period_start >= DATE '2023-04-01'"
    with anew(warehouse, tmp_path, gone) as connection:
        for name in BURGLARY:
            after = marks(connection, name)
            assert {at: after.get(at) for at in BEFORE_2023} == {at: before[name].get(at) for at in BEFORE_2023}
    # And the quarter itself lies where the two years before it lay.
    for name in BURGLARY:
        assert {before[name][at][1] for at in (*BEFORE_2023, 0)} == {"down"}


def test_without_the_declarations_the_charts_about_2017_would_mark_otherwise(warehouse: Path, tmp_path: Path) -> None:
    with open_warehouse(warehouse, read_only=True) as connection:
        declared = {name: marks(connection, name) for name in BURGLARY}
    with anew(warehouse, tmp_path, "DELETE FROM plan_rebase") as connection:
        for name in BURGLARY:
            there = {at: marks(connection, name).get(at) for at in ABOUT_2017}
            same = there == {at: declared[name].get(at) for at in ABOUT_2017}
            assert same == (name == "all_burglary"), name


def test_with_the_declarations_removed_the_change_of_2017_is_found(warehouse: Path, tmp_path: Path) -> None:
    """A step between two definitions, seen in both, and not in what they have in common."""
    with anew(warehouse, tmp_path, undeclared=True, quarter=dt.date(2017, 4, 1)) as connection:
        forecasts = {
            row["series"].split(" / ")[0]: row
            for row in table_rows(connection, "flag_forecast", "all")
            if row["test"] == "quarter" and row["series"].endswith(f" / {FORCE}")
        }
        lists = {row["indicator"]: row for row in table_rows(connection, "flag_verdict", "all") if row["is_force"]}
        changes = {row["indicator"] for row in table_rows(connection, "flag_area_to_address", "all")}
    expected = {"domestic_burglary": (640, 379, 275, 483), "non_domestic_burglary": (368, 639, 409, 870)}
    for name, figures in expected.items():
        row = forecasts[name]
        assert tuple(round(row[key]) for key in ("observed", "expected", "low98", "high98")) == figures
        assert row["n"] == 16, "from April 2012, without the year that the table lacks"
        assert lists[name]["list"] in ("strong", "early")
    assert forecasts["domestic_burglary"]["p"] < 0.0001
    assert lists["domestic_burglary"]["list"] == "strong" and "domestic_burglary" in changes
    assert (lists["domestic_burglary"]["direction"], lists["non_domestic_burglary"]["direction"]) == ("up", "down")
    whole = forecasts["all_burglary"]
    assert (round(whole["observed"]), round(whole["expected"]), round(whole["p"], 2)) == (1008, 1031, 0.86)
    assert lists["all_burglary"]["list"] == "nothing"


def test_with_the_declarations_the_change_of_2017_is_told_as_too_few_to_tell(warehouse: Path, tmp_path: Path) -> None:
    with anew(warehouse, tmp_path, quarter=dt.date(2017, 4, 1)) as connection:
        rows = {row["indicator"]: row for row in table_rows(connection, "flag_verdict", "all") if row["is_force"]}
    for name in BURGLARY[1:]:
        assert (rows[name]["list"], rows[name]["quarter_status"]) == ("cannot_tell", "too_few")
