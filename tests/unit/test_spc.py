"""panelbrief spc: what comes out for what goes in, by examples worked by hand."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.spc import ChartOptions, chart_file
from tests.series_file import HEADER, Row, charted, charted_lines, lines_of, month, read_result, write_lines

# They move by two about eleven: limits 11 - 5.32 and 11 + 5.32, warning limits two thirds of the way.
STEADY = [10.0, 12.0] * 10
RISE = [*[10.0, 12.0] * 7, 8, 9, 10, 11, 12, 13, 14]
FAR_OUT = [*[10.0, 12.0] * 9, 15, 12, 15]
SHIFTED = [*[10.0, 12.0] * 7, 12, 13, 12, 13, 12, 13, 13]
Values = Sequence[Any]


def one(folder: Path, values: Values, **options: Any) -> list[Row]:
    """Return the rows of one series; the chart is XmR unless the options name another."""
    return charted(folder, {"one": values}, **{"chart": "i", **options})["one"]


def command(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["spc", *(str(argument) for argument in arguments)], catch_exceptions=False)


def near(row: Row, *names: str) -> Any:
    return tuple(pytest.approx(float(row[name]), rel=1e-12) for name in names)


def numbers(row: Row, *names: str) -> tuple[float, ...]:
    return tuple(float(row[name]) for name in names)


def test_the_columns_are_those_that_were_promised(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.csv", lines_of("one", STEADY))
    chart_file(source, tmp_path / "out.csv", ChartOptions())
    chart_file(source, tmp_path / "out.parquet", ChartOptions())
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[0] == HEADER
    described = duckdb.sql(f"DESCRIBE FROM '{tmp_path / 'out.parquet'}'").fetchall()
    assert ",".join(row[0] for row in described) == HEADER
    types = {row[0]: row[1] for row in described}
    assert {types[name] for name in ("value", "denominator", "centre_line", "upper_limit", "moving_range")} == {
        "DOUBLE"
    }
    assert (types["signal"], types["runs_signal"], types["date"], types["rule"]) == ("BOOLEAN",) * 2 + ("VARCHAR",) * 2


def test_limits_by_hand(tmp_path: Path) -> None:
    rows = one(tmp_path, STEADY)
    for at, row in enumerate(rows):
        found = numbers(row, "centre_line", "lower_limit", "upper_limit", "warning_lower", "warning_upper")
        width = 2.66 * 2
        assert found == pytest.approx((11, 11 - width, 11 + width, 11 - width * 2 / 3, 11 + width * 2 / 3), rel=1e-12)
        assert row["moving_range"] == ("" if at == 0 else "2.0")
        assert (row["signal"], row["rule"], row["direction"], row["meaning"]) == ("false", "", "", "")
        # Twenty useful points: longest run at most round(log2 20) + 3, at least 6 crossings of the 19 possible.
        runs = ("runs_signal", "longest_run", "longest_run_max", "crossings", "crossings_min")
        assert [row[key] for key in runs] == ["false", "1", "7", "19", "6"]


def test_screening_leaves_out_a_far_out_moving_range_once(tmp_path: Path) -> None:
    values = [*[10.0, 12.0] * 5, 40.0, *[12.0, 10.0] * 5]
    ranges = [2.0] * 18 + [28.0, 28.0]
    mean = sum(values) / 21
    screened, plain = one(tmp_path, values)[0], one(tmp_path, values, is_screened=False)[0]
    assert numbers(screened, "upper_limit")[0] == pytest.approx(mean + 2.66 * 2, rel=1e-12)
    assert numbers(plain, "upper_limit")[0] == pytest.approx(mean + 2.66 * sum(ranges) / 20, rel=1e-12)


@pytest.mark.parametrize(
    ("values", "rule", "direction", "where"),
    [
        ([*STEADY, 17.0], "outside_limits", "up", [20]),
        ([*STEADY, 5.0], "outside_limits", "down", [20]),
        (RISE, "trend", "up", range(14, 21)),
        ([22 - value for value in RISE], "trend", "down", range(14, 21)),
        (FAR_OUT, "two_of_three", "up", [18, 20]),
        ([22 - value for value in FAR_OUT], "two_of_three", "down", [18, 20]),
        (SHIFTED, "shift", "up", range(13, 21)),
        ([22 - value for value in SHIFTED], "shift", "down", range(13, 21)),
    ],
)
def test_rules_directions_and_what_they_mean(
    tmp_path: Path, values: Values, rule: str, direction: str, where: Sequence[int]
) -> None:
    """A trend goes the way of its slope, the others the way of their side; the meaning follows from the direction."""
    for better, meaning in (
        ("higher", {"up": "improvement", "down": "concern"}),
        ("lower", {"up": "concern", "down": "improvement"}),
        ("neither", {"up": "neither", "down": "neither"}),
    ):
        rows = one(tmp_path, values, better=better, baseline=13)
        marked = {at: (row["rule"], row["direction"], row["meaning"]) for at, row in enumerate(rows) if row["rule"]}
        assert marked == dict.fromkeys(where, (rule, direction, meaning[direction]))
        assert [row["signal"] for row in rows] == ["true" if at in where else "false" for at in range(len(rows))]


def test_the_rule_that_ranks_first_is_named(tmp_path: Path) -> None:
    rows = one(tmp_path, [*RISE[:-1], 30.0], baseline=13)
    assert (rows[20]["rule"], rows[20]["direction"]) == ("outside_limits", "up")
    assert {row["rule"] for row in rows[14:20]} == {"trend"}
    # The last falls go down, though they end far above the level.
    falling = one(tmp_path, [*STEADY, *[16.0, 15.6, 15.2, 14.8, 14.7, 14.6, 14.5]], baseline=13, better="higher")
    assert {(row["rule"], row["direction"], row["meaning"]) for row in falling[20:]} == {("trend", "down", "concern")}


def test_the_two_rule_sets_differ_in_two_of_three_alone(tmp_path: Path) -> None:
    values = [*[10.0, 12.0] * 9, 15.0, 12.0, 17.0]
    by_rules = {rules: one(tmp_path, values, rules=rules, baseline=13) for rules in ("plotthedots", "mdc-2023")}
    found = {rules: {at: row["rule"] for at, row in enumerate(rows) if row["rule"]} for rules, rows in by_rules.items()}
    # A figure beyond the limits counts as one of the two since November 2023.
    assert found == {"plotthedots": {20: "outside_limits"}, "mdc-2023": {18: "two_of_three", 20: "outside_limits"}}


def test_a_baseline_is_the_first_rows_of_each_segment(tmp_path: Path) -> None:
    values = [10.0, 12.0] * 6 + [20.0, 22.0] * 6
    rows = one(tmp_path, values, baseline=12)
    assert {numbers(row, "centre_line", "upper_limit") for row in rows} == {(11.0, 11 + 2.66 * 2)}
    assert {row["rule"] for row in rows[12:]} == {"outside_limits"} and {row["rule"] for row in rows[:11]} == {""}
    assert rows[11]["rule"] == "shift", "the run of thirteen above the line begins with the last of the baseline"
    # A gap is one of the rows; the run tests look at all of the segment.
    gapped = one(tmp_path, [None, *values], baseline=12)
    assert numbers(gapped[0], "centre_line") == (pytest.approx((5 * 22 + 10) / 11),)
    assert (rows[0]["longest_run"], rows[0]["runs_signal"]) == ("13", "true")
    several = charted(tmp_path, {"one": values}, rebase={"one": [12]}, chart="i", baseline=4)["one"]
    assert [row["centre_line"] for row in several] == ["11.0"] * 12 + ["21.0"] * 12


def test_a_rebase_date_is_the_first_point_of_its_segment(tmp_path: Path) -> None:
    values = [10.0, 12.0] * 7 + [50.0, 54.0] * 7
    for starts, segments in (([14], [1] * 14 + [2] * 14), ([0, 14], [1] * 14 + [2] * 14), ([], [1] * 28)):
        rows = charted(tmp_path, {"one": values}, rebase={"one": starts}, chart="i")["one"]
        assert [row["segment"] for row in rows] == [str(segment) for segment in segments]
        if 14 in starts:
            assert [row["centre_line"] for row in rows] == ["11.0"] * 14 + ["52.0"] * 14
            assert rows[14]["moving_range"] == "", "no moving range crosses a rebase"
            assert {row["rule"] for row in rows} == {""}


def test_a_rebase_may_name_its_date_in_another_form(tmp_path: Path) -> None:
    source = write_lines(
        tmp_path / "in.csv", [f"a,2020-{at:02},{10 + at % 2}" for at in range(1, 13)], "series_id,date,value"
    )
    starts = write_lines(tmp_path / "starts.csv", ["a,2020-07-01", "a,2024-01-01", "b,2020-07-01"], "series_id,date")
    notes = chart_file(source, tmp_path / "out.csv", ChartOptions("i", rebase=starts))
    assert [row["segment"] for row in read_result(tmp_path / "out.csv")["a"]] == ["1"] * 6 + ["2"] * 6
    (note,) = notes
    assert note.startswith("starts.csv: 2 of its records change nothing")
    assert note.endswith("The first is record 3: the date '2024-01-01' is not a date of series 'a'.")


def test_excluded_points_set_nothing_and_are_passed_over(tmp_path: Path) -> None:
    values = [*[10.0, 12.0] * 5, 500.0, 600.0, *[10.0, 12.0] * 5]
    rows = charted(tmp_path, {"one": values}, exclude={"one": [10, 11]}, chart="i")["one"]
    assert {numbers(row, "centre_line", "upper_limit") for row in rows} == {(11.0, 11 + 2.66 * 2)}
    # The neighbours of what is left out are neighbours now; what is left out has none.
    assert [row["moving_range"] for row in rows[9:13]] == ["2.0", "", "", "2.0"]
    assert rows[0]["crossings"] == "19"


def test_a_gap_is_bridged_by_nothing_and_an_absent_date_is(tmp_path: Path) -> None:
    values: list[float | None] = [*[10.0, 12.0] * 5, None, *[12.0, 10.0] * 5]
    gap = one(tmp_path, values)
    assert [row["moving_range"] for row in gap[9:13]] == ["2.0", "", "", "2.0"]
    assert (gap[10]["value"], gap[10]["signal"], gap[10]["rule"]) == ("", "false", "")
    lines = [line for at, line in enumerate(lines_of("one", values)) if at != 10]
    absent = charted_lines(tmp_path, lines, chart="i")["one"]
    assert [row["moving_range"] for row in absent[9:12]] == ["2.0", "0.0", "2.0"]


def test_a_point_on_the_line_or_within_a_rounding_of_it_is_on_neither_side(tmp_path: Path) -> None:
    """Ties are judged within 1e-13, relative: the mean of 0.1 and 0.3 and the literal 0.2 are one number here."""
    tied = [*[0.1, 0.3] * 7, *[0.3] * 4, 0.2, *[0.3] * 4, *[0.1] * 8]
    assert sum(1 if value > 0.2 else -1 if value < 0.2 else 0 for value in tied) == 0
    rows = one(tmp_path, tied)
    assert {row["rule"] for row in rows[:23]} == {""}, "four and four are no run of seven"
    off = [0.2 + 1e-9 if value == 0.2 else value for value in tied]
    assert {row["rule"] for row in one(tmp_path, off)[14:23]} == {"shift"}


def test_full_precision_goes_through_and_dates_stay_as_they_were_given(tmp_path: Path) -> None:
    values = [0.1 + 0.2, 1 / 3, 123456789.123456789, 1e-9, -math.pi, 2.0**60, 5e-324, 98765.4321]
    dates = [
        "2020-01",
        "2020-02-01",
        "2020-03-01 00:00:00",
        "2020-04-01T12:30:00",
        "2020-05-01T00:00:00.000001Z",
        "2020-06-01 02:00+01:00",
        "2020-07",
        "2020-08",
    ]
    lines = [f"one,{date},{value!r}" for date, value in zip(dates, values, strict=True)]
    source = write_lines(tmp_path / "in.csv", lines[::-1], "series_id,date,value")
    chart_file(source, tmp_path / "out.csv", ChartOptions("i"))
    chart_file(source, tmp_path / "out.parquet", ChartOptions("i"))
    rows = read_result(tmp_path / "out.csv")["one"]
    assert [row["date"] for row in rows] == dates
    assert [float(row["value"]) for row in rows] == values
    packed = duckdb.sql(
        f"SELECT value, centre_line, upper_limit, moving_range FROM '{tmp_path / 'out.parquet'}'"
    ).fetchall()
    names = ("value", "centre_line", "upper_limit", "moving_range")
    assert [tuple(float(row[name]) if row[name] else None for name in names) for row in rows] == packed


def test_parquet_goes_in_with_its_own_types(tmp_path: Path) -> None:
    rows = [("b", dt.date(2020, 1 + at % 12, 1 + at // 12), value) for at, value in enumerate(STEADY)]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE given (series_id VARCHAR, date DATE, value DOUBLE, more INTEGER)")
        connection.executemany("INSERT INTO given VALUES (?, ?, ?, 1)", rows)
        connection.execute(f"COPY given TO '{tmp_path / 'in.parquet'}' (FORMAT parquet)")
    chart_file(tmp_path / "in.parquet", tmp_path / "a.csv", ChartOptions("i"))
    lines = [f"b,{day},{value!r},9" for _, day, value in rows]
    chart_file(
        write_lines(tmp_path / "in.csv", lines, "series_id,date,value,more"), tmp_path / "b.csv", ChartOptions("i")
    )
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_series_come_out_in_the_order_of_names_and_dates(tmp_path: Path) -> None:
    lines = [f"{name},{month(at)},{at}," for at in (2, 0, 1) for name in ("b", "a", "B", "a b", '"a,b"')]
    found = charted_lines(tmp_path, lines, chart="i")
    assert list(found) == ["B", "a", "a b", "a,b", "b"]
    assert all([row["date"] for row in rows] == [month(at) for at in range(3)] for rows in found.values())


def test_the_command_takes_xmr_for_i_and_says_what_auto_picked(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.csv", lines_of("one", STEADY))
    by_name = command(source, "--output", tmp_path / "xmr.csv", "--chart", "xmr")
    assert (by_name.exit_code, by_name.output) == (0, "")
    assert command(source, "--output", tmp_path / "i.csv", "--chart", "i").exit_code == 0
    assert (tmp_path / "xmr.csv").read_bytes() == (tmp_path / "i.csv").read_bytes()
    picked = command(source, "--output", tmp_path / "auto.csv")
    assert picked.output.startswith("1 charted as XmR (i): the usual choice")
    options = ("--rules", "plotthedots", "--no-screen", "--baseline", "12", "--direction", "lower")
    assert command(source, "--output", tmp_path / "all.csv", *options).exit_code == 0


def test_auto_picks_by_the_data_and_says_why(tmp_path: Path) -> None:
    sizes = [40.0 + 60 * (at % 2) for at in range(20)]
    series: dict[str, list[Any]] = {
        "usual": STEADY,
        "few": STEADY[:12],
        "rare": [0.0, 0.0, 1.0] * 7,
        "shares": [(at % 7 + 10.0, size) for at, size in enumerate(sizes)],
        "rates": [(at % 7 + 50.0, size) for at, size in enumerate(sizes)],
        "even": [(at % 7 + 10.0, 100.0 + at) for at in range(20)],
        "net": [(at % 7 - 3.0, size) for at, size in enumerate(sizes)],
    }
    source = write_lines(
        tmp_path / "in.csv", [line for name, values in series.items() for line in lines_of(name, values)]
    )
    notes = chart_file(source, tmp_path / "out.csv", ChartOptions())
    picked = {name: rows[0]["chart"] for name, rows in read_result(tmp_path / "out.csv").items()}
    assert picked == {"usual": "i", "few": "run", "rare": "run", "shares": "pp", "rates": "up", "even": "i", "net": "i"}
    told = [(note.split(" charted")[0], note.split("(")[1].split(")")[0]) for note in notes]
    assert sorted(told) == [("1", "pp"), ("1", "run"), ("1", "run"), ("1", "up"), ("3", "i")]
    assert any("fewer than 13 points" in note for note in notes) and any("--chart t or g" in note for note in notes)


def test_a_denominator_of_nought_is_a_missing_point(tmp_path: Path) -> None:
    rows = [f"a,{2019 + at // 12}-{at % 12 + 1:02d}-01,{40 + at % 3},{0 if at == 7 else 50}" for at in range(24)]
    (tmp_path / "in.csv").write_text("series_id,date,value,denominator\n" + "\n".join(rows) + "\n", encoding="utf-8")
    chart_file(tmp_path / "in.csv", tmp_path / "out.csv", ChartOptions(chart="p"))
    out = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["value"] == "" for row in out] == [at == 7 for at in range(24)]
    assert (out[7]["lower_limit"], out[7]["signal"]) == ("", "false")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_how_many_series_are_charted_at_once_changes_nothing(tmp_path: Path, kind: str, at_once: int) -> None:
    lines = [line for name in ("a", "b", "c") for line in lines_of(name, [*STEADY, 15, None, ord(name[0]) / 10])]
    source = write_lines(tmp_path / "in.csv", lines)
    for name, count in (("whole", 10), ("parts", at_once)):
        chart_file(source, tmp_path / f"{name}.{kind}", ChartOptions(), tmp_path / name, series_at_once=count)
        assert len(list((tmp_path / name).iterdir())) == 3
    whole, parts = (duckdb.sql(f"FROM '{tmp_path}/{name}.{kind}'") for name in ("whole", "parts"))
    assert whole.fetchall() == parts.fetchall()
    assert whole.types == parts.types
    if kind == "csv":
        assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "parts.csv").read_bytes()
    for drawing in (tmp_path / "whole").iterdir():
        assert drawing.read_bytes() == (tmp_path / "parts" / drawing.name).read_bytes()


def test_a_series_gets_the_same_digits_alone_and_among_others(tmp_path: Path) -> None:
    steps = [1.05 * at for at in range(14)]
    chart_file(write_lines(tmp_path / "one.csv", lines_of("s", steps)), tmp_path / "alone.csv", ChartOptions("i"))
    many = [line for at in range(4_000) for line in lines_of(f"s{at}", steps)]
    # Out of order, as a file may be.
    source = write_lines(tmp_path / "many.csv", sorted(many, key=lambda line: line[::-1]))
    chart_file(source, tmp_path / "among.csv", ChartOptions("i"))
    alone = {line.split(",", 1)[1] for line in (tmp_path / "alone.csv").read_text(encoding="utf-8").splitlines()}
    among = {line.split(",", 1)[1] for line in (tmp_path / "among.csv").read_text(encoding="utf-8").splitlines()}
    assert among == alone


@pytest.mark.parametrize("scale", [1, 10, 100, 3, 0.7])
def test_a_moving_range_on_its_own_limit_is_left_out_whatever_the_unit(tmp_path: Path, scale: float) -> None:
    # The range of 297 is 3.267 times their mean, to the last digit.
    values = [500, 452, 551, 456, 563, 507, 210, 244, 311, 357, 427, 508]
    rows = one(tmp_path, [value / scale for value in values])
    assert [row["rule"] for row in rows].count("two_of_three") == 3
    assert [row["rule"] for row in rows].count("outside_limits") == 1
