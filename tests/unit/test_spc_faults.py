"""panelbrief spc: every fault is told with file, record and remedy; nothing half-written stays; no cell is endless."""

from __future__ import annotations

import csv
import itertools
import math
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import ConfigurationError, PanelbriefError
from flows.spc import CHARTS, RULES, ChartOptions, chart_file
from tests.series_file import HEADER, lines_of, read_result, write_lines

GOOD = "series_id,date,value,denominator\na,2020-01,5,\na,2020-02,6,\n"


def told(source: Path, **options: Any) -> str:
    """Return what is said of a file that cannot be charted; an older result stays as it was."""
    result = source.with_name("out.csv")
    result.write_text("older", encoding="utf-8")
    before = set(source.parent.iterdir())
    with pytest.raises(PanelbriefError) as caught:
        chart_file(source, result, ChartOptions(**options))
    assert result.read_text(encoding="utf-8") == "older"
    assert set(source.parent.iterdir()) == before, "nothing unfinished stays"
    return caught.value.text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,2020-13-01,5,", "record 4: date '2020-13-01' is not a date such as 2023-04-01"),
        ("a,2021-02-29,5,", "record 4: date '2021-02-29' is not a date"),
        ("a,01/04/2023,5,", "record 4: date '01/04/2023' is not a date"),
        ("a,2023,5,", "record 4: date '2023' is not a date"),
        ("a,,5,", "record 4: date '' is not a date"),
        ("a,infinity,5,", "record 4: date 'infinity' is not a date"),
        ("a,today,5,", "record 4: date 'today' is not a date"),
        (",2020-03,5,", "record 4: series_id is empty"),
        ("a,2020-03,five,", "record 4: value 'five' is not a number"),
        ('a,2020-03,"1,057",', "record 4: value '1,057' is not a number"),
        ("a,2020-03,1_057,", "record 4: value '1_057' is not a number"),
        ("a,2020-03,nan,", "record 4: value 'nan' is not a number"),
        ("a,2020-03,-inf,", "record 4: value '-inf' is not a number"),
        ("a,2020-03,NA,", "record 4: value 'NA' is not a number"),
        ("a,2020-03,1e400,", "record 4: value '1e400' is not a number"),
        ("a,2020-03,5,lots", "record 4: denominator 'lots' is not a number"),
        ("a,2020-03,1e200,", "record 4: value is too large or too small to be charted"),
        ("a,2020-03,1,1e-200", "record 4: denominator is too large or too small"),
        ("a,2020-02,7,", "record 4: date stands twice in this series (first in record 3)"),
        ("a,2020-02-01,7,", "record 4: date stands twice in this series (first in record 3)"),
        ("a,2020-03,5", "Line: 4 Expected Number of Columns: 4 Found: 3"),
        ("a,2020-03,5,,7", "Line: 4 Expected Number of Columns: 4 Found: 5"),
        ('a,2020-03,"5,', "Line: 4 Value with unterminated quote"),
    ],
)
def test_a_faulty_record_is_named(tmp_path: Path, text: str, says: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text(f"{GOOD}{text}\n", encoding="utf-8")
    said = told(source)
    assert said.startswith("in.csv: ") and says in said, said
    assert "header is record 1" in said or "CSV with commas" in said, said


def test_the_first_ten_faults_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    lines = [f"a,2020-{at:02},x{at},y" for at in range(1, 13)]
    said = told(write_lines(tmp_path / "in.csv", lines))
    assert "record 2: value 'x1' is not a number" in said and "x6" not in said
    assert "the first 10 of 24 faults" in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "has no column series_id, date, value"),
        (b"series_id,value\na,5\n", "has no column date (it has: series_id, value)"),
        (b"series_id;date;value\na;2020-01;5\n", "has no column series_id, date, value (it has: series_id;date;value)"),
        (b"series_id,date,value,Value\na,2020-01,5,6\n", "has the column value twice"),
        (b"series_id,date,value\n", "holds no records"),
        (b"series_id,date,value\n\n", "holds no records"),
        (b"series_id,date,value\nCaf\xe9,2020-01,5\n", "CSV with commas, in UTF-8"),
        (GOOD.encode() * 300 + b"Caf\xe9,2020-01,5,\n", "CSV with commas, in UTF-8"),
        (b"\x00\x01\xff", "CSV with commas, in UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_series_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    said = told(source)
    assert said.startswith("in.csv: ") and says in said, said


def test_a_file_that_is_not_there_or_no_parquet_is_named(tmp_path: Path) -> None:
    assert "is not there" in told(tmp_path / "none.csv")
    (tmp_path / "in.parquet").write_bytes(b"PAR1 and no more")
    assert told(tmp_path / "in.parquet").startswith("in.parquet: cannot be read")


@pytest.mark.parametrize("option", ["rebase", "exclude"])
def test_a_fault_in_a_file_of_dates_is_named_with_that_file(tmp_path: Path, option: str) -> None:
    source, dates = tmp_path / "in.csv", tmp_path / "dates.csv"
    source.write_text(GOOD, encoding="utf-8")
    for content, says in (
        ("series_id,date\na,2020-02\na,soon\n", "dates.csv: record 3: date 'soon' is not a date"),
        ("series_id,date\n,2020-02\n", "dates.csv: record 2: series_id is empty"),
        ("series_id,date\na,infinity\n", "dates.csv: record 2: date 'infinity' is not a date"),
        ("series_id\na\n", "dates.csv: has no column date"),
    ):
        dates.write_text(content, encoding="utf-8")
        said = told(source, **{option: dates})
        assert says in said, said
    dates.unlink()
    assert "is not there" in told(source, **{option: dates})


@pytest.mark.parametrize(
    ("chart", "line", "says"),
    [
        ("p", "a,2020-03,5,", "a, 2020-01 has no denominator"),
        ("u", "a,2020-03,5,-2", "a, 2020-03 has a denominator below nought"),
        ("pp", "a,2020-03,5,4", "a, 2020-03 has a value above its denominator"),
        ("up", "a,2020-03,-5,4", "a, 2020-03 has a value below nought"),
        ("c", "a,2020-03,-5,", "a, 2020-03 has a value below nought"),
        ("g", "a,2020-03,-5,", "a, 2020-03 has a value below nought"),
        ("t", "a,2020-03,0,", "a, 2020-03 has a time between events that is not above nought"),
    ],
)
def test_what_a_chart_cannot_take_is_named_by_series_and_date(tmp_path: Path, chart: str, line: str, says: str) -> None:
    source = write_lines(tmp_path / "in.csv", ["a,2020-01,5,", "a,2020-02,6,", line])
    said = told(source, chart=chart)
    assert said.startswith("in.csv: ") and says in said and "choose another --chart" in said, said


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"chart": "xbar"}, "--chart"),
        ({"rules": "nelson"}, "--rules"),
        ({"better": "up"}, "--direction"),
        ({"baseline": 1}, "--baseline"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(options: dict[str, Any], where: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ChartOptions(**options)
    assert caught.value.text().startswith(where)


def test_the_command_raises_what_main_shows_in_words(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.csv", ["a,soon,5,"])
    found = CliRunner().invoke(app, ["spc", str(source), "--output", str(tmp_path / "out.csv")])
    assert isinstance(found.exception, PanelbriefError)
    assert not (tmp_path / "out.csv").exists()


def test_a_result_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(GOOD, encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()
    before = set(tmp_path.rglob("*"))
    for result in (tmp_path / "nowhere" / "out.csv", tmp_path / "folder.csv", source / "out.parquet"):
        with pytest.raises(PanelbriefError) as caught:
            chart_file(source, result, ChartOptions())
        assert "the result cannot be written" in caught.value.text() and str(result) in caught.value.text()
        assert set(tmp_path.rglob("*")) == before


def test_the_result_may_take_the_place_of_its_input(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(GOOD, encoding="utf-8")
    chart_file(source, source, ChartOptions())
    assert source.read_text(encoding="utf-8").splitlines()[0] == HEADER


DEGENERATE: dict[str, list[Any]] = {
    "constant": [5.0] * 20,
    "fractions": [0.1] * 20,
    "step": [5.0] * 10 + [9.0] * 10,
    "spike": [0.0] * 9 + [1.0] + [0.0] * 9,
    "few": [3.0, 4.0, 5.0, 6.0, 3.0, 4.0, 5.0, 6.0, 1.0, 2.0, 3.0, 9.0],
    "missing": [None] * 20,
    "point": [5.0],
    "two": [5.0, 6.0],
    "alone": [4.0, None, 5.0, None] * 5,
    "nought": [0.0] * 20,
    "tiny": [5e-324, 1e-310, 0.0] * 6,
    "large": [1e100, 1.0, 1e99] * 6,
}


@pytest.mark.parametrize(("rules", "screened"), list(itertools.product(RULES, [True, False])))
@pytest.mark.parametrize("chart", CHARTS)
def test_degenerate_series_have_no_endless_cell_and_are_not_marked_throughout(
    tmp_path: Path, rules: str, screened: bool, chart: str
) -> None:
    """Under mdc-2023 what never varied, or but for one step or spike, has no limits by its moving ranges and no mark.

    Under plotthedots the reference's answer stands: a step or a spike on the XmR chart has limits that lie on the line
    or rest on that one step, and every point is marked.
    """
    shares = chart in ("p", "pp", "u", "up")
    series = {
        name: [(one, 1e100 if name == "large" else 20.0) if shares else one for one in values]
        for name, values in DEGENERATE.items()
        if chart != "t" or 0.0 not in values
    }
    source = write_lines(
        tmp_path / "in.csv", [line for name, values in series.items() for line in lines_of(name, values)]
    )
    chart_file(source, tmp_path / "out.csv", ChartOptions(chart, rules, screened))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream):
            assert not [cell for cell in row if re.fullmatch(r"[+-]?(nan|inf(inity)?)", cell, re.IGNORECASE)], row
    for name, rows in read_result(tmp_path / "out.csv").items():
        marked = [row["signal"] == "true" for row in rows]
        limits = {row["upper_limit"] for row in rows}
        assert len(rows) == len(DEGENERATE[name])
        for row in rows:
            assert (row["lower_limit"] == "") == (row["upper_limit"] == "") == (row["warning_upper"] == "")
        if name in ("missing", "point", "two", "constant", "fractions"):
            assert not any(marked), name
        by_ranges = chart in ("i", "t", "pp", "up")
        if (
            by_ranges
            and name in ("constant", "fractions", "missing", "point", "alone", "nought")
            and (rules == "mdc-2023" or screened or name in ("missing", "point", "alone"))
        ):
            assert limits == {""}, name
        if rules == "mdc-2023" and by_ranges and name in ("step", "spike"):
            assert limits == {""} and not any(marked), name
        if rules == "plotthedots" and chart == "i" and name in ("step", "spike"):
            assert all(marked), name
            width = {float(row["upper_limit"]) - float(row["centre_line"]) for row in rows}
            assert (width == {0.0}) == screened


def test_fewer_than_thirteen_points_get_a_run_chart_or_what_was_asked_for(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.csv", lines_of("a", DEGENERATE["few"]))
    for chart, has_limits in (("auto", False), ("i", True)):
        chart_file(source, tmp_path / "out.csv", ChartOptions(chart))
        (rows,) = read_result(tmp_path / "out.csv").values()
        assert {row["upper_limit"] != "" for row in rows} == {has_limits}
        assert all(math.isfinite(float(row["centre_line"])) for row in rows)
