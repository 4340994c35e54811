"""panelbrief spc: every fault is told with file, record and remedy; nothing half-written stays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import ConfigurationError, PanelbriefError
from flows.spc import ChartOptions, chart_file
from tests.series_file import lines_of, write_lines

GOOD = "series_id,date,value,denominator\na,2020-01,5,\na,2020-02,6,\n"
NOT_TEXT = ": this cannot be read: it is not UTF-8 text. Mend the file, or export it anew."


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
        ("a,2020-13-01,5,", "record 4: the date '2020-13-01' is not a date such as 2023-04-01"),
        ("a,2021-02-29,5,", "record 4: the date '2021-02-29' is not a date"),
        ("a,01/04/2023,5,", "record 4: the date '01/04/2023' is not a date"),
        ("a,2023,5,", "record 4: the date '2023' is not a date"),
        ("a,,5,", "record 4: the date is empty."),
        ("a,infinity,5,", "record 4: the date 'infinity' is not a date"),
        ("a,today,5,", "record 4: the date 'today' is not a date"),
        (",2020-03,5,", "record 4: the series_id is empty"),
        ("a,2020-03,five,", "record 4: the value 'five' is not a number"),
        ('a,2020-03,"1,057",', "record 4: the value '1,057' is not a number"),
        ("a,2020-03,1_057,", "record 4: the value '1_057' is not a number"),
        ("a,2020-03,nan,", "record 4: the value 'nan' is not a number"),
        ("a,2020-03,-inf,", "record 4: the value '-inf' is not a number"),
        ("a,2020-03,NA,", "record 4: the value 'NA' is not a number"),
        ("a,2020-03,1e400,", "record 4: the value '1e400' lies beyond what can be reckoned with"),
        ("a,2020-03,5,lots", "record 4: the denominator 'lots' is not a number"),
        ("a,2020-03,1e200,", "record 4: the value '1e200' lies beyond what can be reckoned with"),
        ("a,2020-03,1,1e-200", "record 4: the denominator '1e-200' lies beyond what can be reckoned with"),
        ("a,2020-03,1,1e200", "record 4: the denominator '1e200' lies beyond what can be reckoned with"),
        ("a,2020-03,-1e101,", "record 4: the value '-1e101' lies beyond what can be reckoned with"),
        ("a,2020-02,7,", "record 4: the date '2020-02' stands twice in series 'a' (record 3: '2020-02')"),
        ("a,2020-02-01,7,", "record 4: the date '2020-02-01' stands twice in series 'a' (record 3: '2020-02')"),
    ],
)
def test_a_faulty_record_is_named(tmp_path: Path, text: str, says: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text(f"{GOOD}{text}\n", encoding="utf-8")
    said = told(source)
    assert said.startswith(f"in.csv: {says}"), said
    assert said.endswith(" Correct this and run again."), said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,2020-03,5", "it has 3 fields where the header has 4"),
        ("a,2020-03,5,,7", "it has 5 fields where the header has 4"),
        ('a,2020-03,"5,', "Value with unterminated quote found"),
    ],
)
def test_a_line_that_is_no_record_is_named(tmp_path: Path, text: str, says: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text(f"{GOOD}{text}\n", encoding="utf-8")
    assert told(source) == f"in.csv, line 4: this cannot be read: {says}. Mend the file, or export it anew."


def test_the_first_ten_faults_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    lines = [f"a,2020-{at:02},x{at},y" for at in range(1, 13)]
    said = told(write_lines(tmp_path / "in.csv", lines))
    assert said.startswith("in.csv: record 2: the value 'x1' is not a number; record 2: the denominator 'y' is not")
    assert said.count("; record ") == 9 and "x6" not in said
    assert said.endswith(" (the first 10 of 24 faults). Correct this and run again.")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", ": the file is empty. Its first line names the columns."),
        (b"series_id,value\na,5\n", ": there is no column 'date'. Its columns are series_id, value."),
        (
            b"series_id;date;value\na;2020-01;5\n",
            ": there is no column 'series_id'. Its columns are series_id;date;value.",
        ),
        (b"series_id,date,value,Value\na,2020-01,5,6\n", ": there are two columns 'value'. Take one of them out."),
        (b"series_id,date,value\n", ": there is no record below the header. Is it the right file?"),
        (b"series_id,date,value\n\n", ": there is no record below the header. Is it the right file?"),
        (b"series_id,date,value\nCaf\xe9,2020-01,5\n", NOT_TEXT),
        (GOOD.encode() * 300 + b"Caf\xe9,2020-01,5,\n", f", line 901{NOT_TEXT}"),
        (b"\x00\x01\xff", NOT_TEXT),
    ],
)
def test_a_file_that_is_no_table_of_series_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    source = tmp_path / "in.csv"
    source.write_bytes(content)
    assert told(source) == f"in.csv{says}"


def test_a_file_that_is_not_there_or_no_parquet_is_named(tmp_path: Path) -> None:
    for name in ("none.csv", "none.parquet"):
        assert told(tmp_path / name).startswith(f"{name}: this cannot be read: no such file or directory. ")
    for name in ("in.parquet", "in.pq"):
        (tmp_path / name).write_bytes(b"PAR1 and no more")
        assert told(tmp_path / name).startswith(f"{name}: this cannot be read: ")


def test_files_of_other_endings_are_neither_read_nor_written(tmp_path: Path) -> None:
    source, other = tmp_path / "in.csv", tmp_path / "in.txt"
    for path in (source, other):
        path.write_text(GOOD, encoding="utf-8")
    says = "in.txt: only CSV and Parquet are read and written. Its name must end in .csv or .parquet."
    assert told(other) == told(source, exclude=other) == says
    with pytest.raises(PanelbriefError) as caught:
        chart_file(source, tmp_path / "out.xlsx", ChartOptions())
    assert caught.value.text().startswith("out.xlsx: only CSV and Parquet are read and written.")
    assert not (tmp_path / "out.xlsx").exists()
    chart_file(source, tmp_path / "out.PQ", ChartOptions())
    assert (tmp_path / "out.PQ").read_bytes().startswith(b"PAR1")


@pytest.mark.parametrize("option", ["rebase", "exclude"])
def test_a_fault_in_a_file_of_dates_is_named_with_that_file(tmp_path: Path, option: str) -> None:
    source, dates = tmp_path / "in.csv", tmp_path / "dates.csv"
    source.write_text(GOOD, encoding="utf-8")
    for content, says in (
        ("series_id,date\na,2020-02\na,soon\n", "dates.csv: record 3: the date 'soon' is not a date"),
        ("series_id,date\n,2020-02\n", "dates.csv: record 2: the series_id is empty"),
        ("series_id,date\na,infinity\n", "dates.csv: record 2: the date 'infinity' is not a date"),
        ("series_id\na\n", "dates.csv: there is no column 'date'. Its columns are series_id."),
    ):
        dates.write_text(content, encoding="utf-8")
        said = told(source, **{option: dates})
        assert says in said, said
    dates.unlink()
    assert told(source, **{option: dates}).startswith("dates.csv: this cannot be read: no such file or directory. ")


@pytest.mark.parametrize(
    ("chart", "line", "says"),
    [
        ("p", "a,2020-03,5,", "record 2: the denominator is empty in a whole segment of series 'a'."),
        ("u", "a,2020-03,5,-2", "record 4: the denominator -2.0 is below nought."),
        ("pp", "a,2020-03,5,4", "record 4: the value 5.0 is above its denominator 4.0."),
        ("up", "a,2020-03,-5,4", "record 4: the value -5.0 is below nought."),
        ("c", "a,2020-03,-5,", "record 4: the value -5.0 is below nought."),
        ("g", "a,2020-03,-5,", "record 4: the value -5.0 is below nought."),
        ("t", "a,2020-03,0,", "record 4: the value 0.0 is not above nought, as a time between events is."),
    ],
)
def test_what_a_chart_cannot_take_is_named_by_record(tmp_path: Path, chart: str, line: str, says: str) -> None:
    source = write_lines(tmp_path / "in.csv", ["a,2020-01,5,", "a,2020-02,6,", line])
    assert told(source, chart=chart) == f"in.csv: {says} Correct this, or choose another --chart."


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
    for result, says in (
        (tmp_path / "nowhere" / "out.csv", f"{tmp_path / 'nowhere'}: the folder for the output is not there. Make it"),
        (source / "out.parquet", f"{source}: the folder for the output is not there. Make it"),
        (tmp_path / "folder.csv", f"{tmp_path / 'folder.csv'}: the output is a folder. Name a file in it."),
        (tmp_path / f"{'o' * 250}.csv", f"{'o' * 250}.csv: the result cannot be written. Is the folder there"),
    ):
        with pytest.raises(PanelbriefError) as caught:
            chart_file(source, result, ChartOptions())
        assert says in caught.value.text()
        assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("option", ["source", "rebase", "exclude"])
def test_the_result_does_not_take_the_place_of_what_is_read(tmp_path: Path, option: str) -> None:
    source, dates = tmp_path / "in.csv", tmp_path / "dates.csv"
    source.write_text(GOOD, encoding="utf-8")
    dates.write_text("series_id,date\na,2020-02\n", encoding="utf-8")
    read, options = (source, {}) if option == "source" else (dates, {option: dates})
    before = read.read_bytes()
    result = tmp_path / "again.csv"
    result.symlink_to(read)
    for one in (read, result):
        with pytest.raises(PanelbriefError) as caught:
            chart_file(source, one, ChartOptions(**options))
        assert caught.value.text() == f"{one}: the output would overwrite what is read. Name another file."
        assert read.read_bytes() == before


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(GOOD, encoding="utf-8")
    left = tmp_path / ".out.csv.unfinished"
    left.mkdir()
    (left / "0.csv").write_text("half", encoding="utf-8")
    chart_file(source, tmp_path / "out.csv", ChartOptions("i"))
    assert {one.name for one in tmp_path.iterdir()} == {"in.csv", "out.csv"}


def test_a_run_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    series = 20_000
    lines = [
        line for at in range(series) for line in lines_of(f"s{at}", [float(at % 7 + step % 5) for step in range(30)])
    ]
    source, result = write_lines(tmp_path / "in.csv", lines), tmp_path / "out.csv"
    command = [str(Path(sys.executable).with_name("panelbrief")), "spc", str(source), "--output", str(result)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        while not (tmp_path / ".out.csv.unfinished").exists():
            assert running.poll() is None, "it began to write"
        running.terminate()
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == [source]


def test_a_folder_for_drawings_that_is_a_file_is_told_before_anything_is_written(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(GOOD, encoding="utf-8")
    with pytest.raises(PanelbriefError, match=r"in\.csv: this is a file, not a folder"):
        chart_file(source, tmp_path / "out.csv", ChartOptions("i"), source)
    assert list(tmp_path.iterdir()) == [source]
