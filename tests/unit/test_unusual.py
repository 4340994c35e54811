"""The command `panelbrief unusual`: what it writes, and what it says of a file that is at fault."""

from __future__ import annotations

import csv
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import PanelbriefError
from flows.settings import CHECKOUT
from flows.stats.change import examine_spans
from flows.stats.question import ask

HEADER = [
    "series_id", "status", "span_start", "span_end", "observed", "expected", "low98", "high98", "low99", "high99", "p",
    "model", "k", "nu", "n", "weight_independent", "weight_wandering",
]  # fmt: skip
START = 2019 * 12  # January 2019, as a period
VALUES = 100 + np.random.default_rng(4).normal(0, 9, 60)


def month(period: int) -> str:
    return f"{period // 12}-{period % 12 + 1:02}-01"


def rows(name: str, values: Any, start: int = START) -> list[str]:
    """Return the lines of a monthly series; NaN becomes an empty value."""
    said = ["" if math.isnan(value) else repr(float(value)) for value in values]
    return [f"{name},{month(start + at)},{value}" for at, value in enumerate(said)]


def write(path: Path, lines: list[str], header: str = "series_id,date,value") -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def unusual(source: Path, *options: str, output: str = "out.csv") -> list[dict[str, str]]:
    """Run the command, which must succeed, and return the output's rows."""
    out = source.parent / output
    done = CliRunner().invoke(app, ["unusual", str(source), "--output", str(out), *options])
    assert done.exit_code == 0, (done.output, done.exception)
    if out.suffix == ".parquet":
        found = duckdb.sql(f"SELECT * FROM '{out}'")
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    with out.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def refused(source: Path, *options: str, output: str = "out.csv") -> str:
    """Run the command, which must refuse, and return what it says; nothing may be left behind."""
    before = sorted(source.parent.iterdir())
    done = CliRunner().invoke(app, ["unusual", str(source), "--output", str(source.parent / output), *options])
    assert isinstance(done.exception, PanelbriefError), (done.output, done.exception)
    assert sorted(source.parent.iterdir()) == before
    return done.exception.text()


def test_one_row_a_series_with_the_figures_of_the_test(tmp_path: Path) -> None:
    few = np.random.default_rng(1).poisson(0.7, 60).astype(float)
    broken = VALUES.copy()
    broken[-1] = np.nan
    lines = [
        *rows("b", VALUES),
        *rows("a", few),
        *rows("d", VALUES[:20]),
        *rows("c", np.full(60, 9.0)),
        *rows("e", broken),
    ]
    found = unusual(write(tmp_path / "in.csv", lines), "--kind", "count")
    assert list(found[0]) == HEADER
    assert [(one["series_id"], one["status"]) for one in found] == [
        ("a", "rare"), ("b", "tested"), ("c", "did_not_vary"), ("d", "too_few"), ("e", "incomplete"),
    ]  # fmt: skip
    for name, values, row in (("few", few, found[0]), ("values", VALUES, found[1])):
        (result,) = examine_spans([ask(range(START, START + 60), values, end=START + 59, per_year=12, kind="count")])
        for column in HEADER[4:11]:
            assert float(row[column]) == pytest.approx(getattr(result, column), rel=1e-12), (name, column)
    tested = found[1]
    assert (tested["span_start"], tested["span_end"]) == ("2023-10-01", "2023-12-01")
    assert (tested["model"], tested["k"], tested["nu"], tested["n"]) == ("level", "1", "35", "36")
    assert 0 < float(tested["weight_independent"]) + float(tested["weight_wandering"]) < 1
    assert [found[0][name] for name in ("model", "k", "nu", "n", "weight_independent")] == ["exact", "", "", "36", ""]
    assert float(found[2]["expected"]) == 9 and found[2]["p"] == "" and found[2]["low98"] == ""
    assert (found[3]["n"], found[3]["p"]) == ("17", "") and float(found[3]["observed"]) == pytest.approx(
        VALUES[17:20].mean()
    )
    assert [found[4][name] for name in HEADER[4:14]] == [""] * 10 and found[4]["n"] == "36"


def test_doubles_are_written_in_full(tmp_path: Path) -> None:
    (row,) = unusual(write(tmp_path / "in.csv", rows("a", VALUES)))
    (result,) = examine_spans([ask(range(START, START + 60), VALUES, end=START + 59, per_year=12, kind="value")])
    for column in ("observed", "expected", "low98", "high99", "p", "weight_wandering"):
        assert float(row[column]) == getattr(result, column)


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    lines = [*rows("a", VALUES), *rows("b", VALUES[::-1])]
    sorted_rows = unusual(write(tmp_path / "in.csv", lines))
    order = np.random.default_rng(0).permutation(len(lines))
    assert unusual(write(tmp_path / "other.csv", [lines[at] for at in order])) == sorted_rows


def test_parquet_in_and_out_says_the_same(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [*rows("2", VALUES), *rows("10", VALUES + 1)])
    from_csv = unusual(source)
    parquet = tmp_path / "in.parquet"
    duckdb.sql(
        "COPY (SELECT CAST(series_id AS INTEGER) AS series_id, CAST(date AS TIMESTAMP) AS date,"
        f" CAST(value AS DOUBLE) AS value FROM read_csv('{source}', all_varchar = true))"
        f" TO '{parquet}' (FORMAT parquet)"
    )
    found = unusual(parquet, output="out.parquet")
    assert list(found[0]) == HEADER
    assert [one["series_id"] for one in found] == [2, 10]  # numbers stay numbers, text is in order of text
    assert [one["series_id"] for one in from_csv] == ["10", "2"]
    for one, other in zip(found, from_csv[::-1], strict=True):
        assert one["span_start"].isoformat() == other["span_start"]
        assert one["p"] == pytest.approx(float(other["p"]), rel=1e-9)
        assert (one["k"], one["n"]) == (int(other["k"]), int(other["n"]))


@pytest.mark.parametrize(
    "written",
    [
        lambda at: month(at)[:7],
        lambda at: month(at) + " 00:00:00",
        lambda at: month(at) + "T09:30:00Z",
        lambda at: month(at) + "T00:30:00+01:00",  # the day as written, though in UTC it is the day before
        lambda at: f" {month(at)} ",
        lambda at: month(at)[:8] + "28",
    ],
)
def test_a_date_stands_for_its_month_however_it_is_written(tmp_path: Path, written: Any) -> None:
    usual = unusual(write(tmp_path / "in.csv", rows("a", VALUES)))
    other = [f"a,{written(START + at)},{float(value)!r}" for at, value in enumerate(VALUES)]
    assert unusual(write(tmp_path / "other.csv", other)) == usual


@pytest.mark.parametrize("day", ["{0}-{1:02}-01", "{0}-{1:02}", "{0}-{2:02}-28"])
def test_a_date_stands_for_its_quarter(tmp_path: Path, day: str) -> None:
    quarters = [(2015 + at // 4, at % 4) for at in range(30)]
    lines = [f"a,{day.format(y, 3 * q + 1, 3 * q + 3)},{float(VALUES[at])!r}" for at, (y, q) in enumerate(quarters)]
    (row,) = unusual(write(tmp_path / "in.csv", lines), "--periods-per-year", "4")
    assert (row["span_start"], row["span_end"], row["n"]) == ("2022-04-01", "2022-04-01", "28")
    (result,) = examine_spans([ask(range(60, 90), VALUES[:30], end=89, per_year=4, kind="value")])
    assert float(row["p"]) == pytest.approx(result.p, rel=1e-12)


def test_an_absent_date_and_an_empty_value_are_both_missing(tmp_path: Path) -> None:
    gap = VALUES.copy()
    gap[[30, 40]] = np.nan
    lines = rows("a", gap)
    empty = unusual(write(tmp_path / "in.csv", lines))
    absent = unusual(write(tmp_path / "other.csv", [line for line in lines if not line.endswith(",")]))
    assert empty == absent and empty[0]["n"] == "34"


def test_the_span_ends_with_the_last_date_be_its_value_empty(tmp_path: Path) -> None:
    lines = [*rows("a", VALUES), "a,2024-01-01,"]
    (row,) = unusual(write(tmp_path / "in.csv", lines))
    assert (row["status"], row["span_start"], row["span_end"]) == ("incomplete", "2023-11-01", "2024-01-01")


def test_each_series_has_its_own_last_periods(tmp_path: Path) -> None:
    found = unusual(write(tmp_path / "in.csv", [*rows("a", VALUES), *rows("b", VALUES[:50])]))
    assert [one["span_end"] for one in found] == ["2023-12-01", "2023-02-01"]


def test_span_baseline_and_season_are_as_asked(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", rows("a", VALUES))
    (row,) = unusual(source, "--span", "12", "--baseline", "48", "--seasonal", "yes")
    assert (row["span_start"], row["n"]) == ("2023-01-01", "48") and int(row["k"]) >= 3
    asked: dict[str, Any] = {"end": START + 59, "per_year": 12, "kind": "value", "span": 12, "baseline": 48}
    (result,) = examine_spans([ask(range(START, START + 60), VALUES, seasonal="yes", **asked)])
    assert float(row["p"]) == pytest.approx(result.p, rel=1e-12)
    assert unusual(source, "--baseline", "23")[0]["status"] == "too_few"


def test_excluded_periods_leave_the_baseline_and_make_a_span_incomplete(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [*rows("a", VALUES), *rows("b", VALUES), *rows("c", VALUES)])
    dates = [*(f"a,{month(START + at)}" for at in range(30, 36)), "b,2023-11", "a,2001-01-01", "a,2001-01-31"]
    exclude = write(tmp_path / "exclude.csv", dates, "series_id,date")
    found = unusual(source, "--exclude", str(exclude))
    assert [(one["status"], one["n"]) for one in found] == [("tested", "30"), ("incomplete", "36"), ("tested", "36")]
    nothing = write(tmp_path / "nothing.csv", [], "series_id,date")
    assert {one["n"] for one in unusual(source, "--exclude", str(nothing))} == {"36"}


def test_proportions(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    below = rng.integers(40, 120, 60)
    x = rng.binomial(below, 0.7)
    lines = [f"a,{month(START + at)},{x[at]},{below[at]}" for at in range(60)]
    lines[30] = f"a,{month(START + 30)},0,0"
    lines[31] = f"a,{month(START + 31)},,90"
    lines[32] = f"a,{month(START + 32)},20,"
    source = write(tmp_path / "in.csv", lines, "series_id,date,value,denominator")
    (row,) = unusual(source, "--kind", "proportion")
    assert (row["status"], row["n"]) == ("tested", "33")
    assert float(row["observed"]) == pytest.approx(x[57:].sum() / below[57:].sum())
    values = np.where(np.isin(np.arange(60), [30, 31, 32]), np.nan, x)
    (result,) = examine_spans(
        [ask(range(START, START + 60), values, end=START + 59, per_year=12, kind="proportion", denominators=below)]
    )
    assert float(row["p"]) == pytest.approx(result.p, rel=1e-12)


def test_columns_in_any_order_with_others_beside_them(tmp_path: Path) -> None:
    usual = unusual(write(tmp_path / "in.csv", rows("a", VALUES)))
    turned = [",".join(["x", *line.split(",")[::-1], "record"]) for line in rows("a", VALUES)]
    found = unusual(write(tmp_path / "other.csv", turned, "\ufeffrecord, Value ,DATE,series_id,day"))
    assert found == usual
    text = (tmp_path / "in.csv").read_text(encoding="utf-8")
    (tmp_path / "windows.csv").write_bytes(text.replace("\n", "\r\n").encode())
    assert unusual(tmp_path / "windows.csv") == usual


def test_what_came_out_is_said_in_one_line(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [f"{line},5" for line in rows("a", VALUES)], "series_id,date,value,denominator")
    out = tmp_path / "out.csv"
    command = [sys.executable, "-m", "flows.cli", "unusual", str(source), "--output", str(out)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == f"1 series: 1 tested. The results are in {out}\n"
    assert done.stderr == "Note: The column denominator was not used; for shares of it, say --kind proportion.\n"


def test_quarters_taken_for_months_are_guessed_at(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [f"a,{month(START + 3 * at)},{at % 7}" for at in range(30)])
    done = CliRunner().invoke(app, ["unusual", str(source), "--output", str(tmp_path / "out.csv")])
    assert done.exit_code == 0 and "say --periods-per-year 4" in done.output


def test_a_fault_ends_the_command_with_words_and_exit_1(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", ["a,2023-04-01,many"])
    command = [sys.executable, "-m", "flows.cli", "unusual", str(source), "--output", str(tmp_path / "out.csv")]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "in.csv: record 2: the value 'many' is not a number. Correct this and run again.\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a,2023-04-01,1 057", "record 4: the value '1 057' is not a number;"),
        ('a,2023-04-01,"1,057"', "record 4: the value '1,057' is not a number;"),
        ("a,2023-04-01,1_057", "record 4: the value '1_057' is not a number;"),
        ("a,2023-04-01,NaN", "record 4: the value 'NaN' is not a number;"),
        ("a,2023-04-01,inf", "record 4: the value 'inf' is not a number;"),
        ("a,2023-04-01,1e400", "record 4: the value '1e400' lies beyond what can be reckoned with;"),
        ("a,2023-04-01,-2e300", "record 4: the value '-2e300' lies beyond what can be reckoned with;"),
        ("a,01/04/2023,5", "record 4: the date '01/04/2023' is not a date such as 2023-04-01 or 2023-04;"),
        ("a,2023-02-30,5", "record 4: the date '2023-02-30' is not a date such as 2023-04-01 or 2023-04;"),
        ("a,2023-13,5", "record 4: the date '2023-13' is not a date such as"),
        ("a,2023,5", "record 4: the date '2023' is not a date such as"),
        ("a,,5", "record 4: the date is empty;"),
        (",2023-04-01,5", "record 4: the series_id is empty;"),
        ("a,2023-04-01", "in.csv, line 4: this cannot be read: it has 2 fields where the header has 3."),
        ("a,2023-04-01,5,6", "in.csv, line 4: this cannot be read: it has 4 fields where the header has 3."),
    ],
)  # fmt: skip
def test_a_record_at_fault_is_named(tmp_path: Path, line: str, said: str) -> None:
    source = write(tmp_path / "in.csv", ["a,2023-01-01,5", "a,2023-02-01,5", line, "b,2023-01-01,wrong too"])
    found = refused(source)
    assert said in found
    assert ", line 4" in said or "; record 5: the value 'wrong too' is not a number. Correct" in found


def test_the_first_ten_faults_are_named_in_order(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", ["a,2023-01-01,5", *[f"a,{at},x" for at in range(8)], "a,2023-01,5"])
    found = refused(source)
    assert re.findall(r"record (\d+): the (\w+)", found) == [
        (str(at), one) for at in range(3, 8) for one in ("value", "date")
    ]
    assert found.endswith(" (the first 10 of 17 faults). Correct this and run again.")


@pytest.mark.parametrize("date", ["2023-01-01", "2023-01-31", "2023-01"])
def test_two_records_for_one_period_are_named(tmp_path: Path, date: str) -> None:
    source = write(tmp_path / "in.csv", ["a,2023-01-01,5", "b,2023-01-01,5", f"a,{date},5"])
    said = f"the date '{date}' lies in a period that stands already in series 'a' (record 2: '2023-01-01')."
    assert refused(source) == f"in.csv: record 4: {said} Correct this and run again."


def test_two_months_of_a_quarter_are_two_records_for_one_period(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", ["a,2023-01-01,5", "a,2023-02-01,5"])
    assert "lies in a period that stands already" in refused(source, "--periods-per-year", "4")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a,2023-04-01,5,4", "record 2: the value 5.0 is above its denominator 4.0."),
        ("a,2023-04-01,-1,4", "record 2: the value -1.0 is below nought."),
        ("a,2023-04-01,,-4", "record 2: the denominator -4.0 is below nought."),
        ("a,2023-04-01,1,few", "record 2: the denominator 'few' is not a number."),
        ("a,2023-04-01,1,2e15", "record 2: the denominator '2e15' lies beyond"),
        ("a,2023-04-01,0,2e-16", "record 2: the denominator '2e-16' lies beyond"),
    ],
)
def test_a_share_at_fault_is_named(tmp_path: Path, line: str, said: str) -> None:
    source = write(tmp_path / "in.csv", [line], "series_id,date,value,denominator")
    assert said in refused(source, "--kind", "proportion")


def test_a_denominator_is_only_looked_at_for_proportions(tmp_path: Path) -> None:
    lines = [f"{line},none" for line in rows("a", VALUES)]
    assert unusual(write(tmp_path / "in.csv", lines, "series_id,date,value,denominator"))[0]["status"] == "tested"


def test_negative_counts_are_taken(tmp_path: Path) -> None:
    """Published tables of recorded crime have them: they correct an earlier quarter."""
    values = np.where(np.arange(60) == 40, -1.0, np.random.default_rng(0).poisson(1.0, 60))
    assert unusual(write(tmp_path / "in.csv", rows("a", values)), "--kind", "count")[0]["status"] == "rare"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("id,date,value", "in.csv: there is no column 'series_id'. Its columns are id, date, value."),
        ("series_id,month,value", "in.csv: there is no column 'date'."),
        ("series_id,date,count", "in.csv: there is no column 'value'."),
        ("series_id,date,value,value", "in.csv: there are two columns 'value'."),
    ],
)
def test_a_column_that_is_missing_or_there_twice_is_named(tmp_path: Path, header: str, said: str) -> None:
    assert said in refused(write(tmp_path / "in.csv", [], header))


def test_proportions_need_a_denominator(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", rows("a", VALUES))
    assert "there is no column 'denominator'" in refused(source, "--kind", "proportion")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("in.csv", b"", "in.csv: the file is empty."),
        ("in.csv", b"series_id,date,value\n", "in.csv: there is no record below the header."),
        ("in.csv", "series_id,date,value\nä,2023-01-01,5\n".encode("utf-16"), "it is not UTF-8 text"),
        ("in.csv", "series_id,date,value\nä,2023-01-01,5\n".encode("latin-1"), "it is not UTF-8 text"),
        (
            "in.csv",
            b'series_id,date,value\na,2023-01-01,"5\n',
            "in.csv, line 2: this cannot be read: Value with unterm",
        ),
        ("in.parquet", b"series_id,date,value\na,2023-01-01,5\n", "in.parquet: this cannot be read"),
        ("in.parquet", b"", "in.parquet: this cannot be read"),
        ("in.xlsx", b"", "in.xlsx: only CSV and Parquet are read and written."),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in refused(tmp_path / name)


def test_what_is_not_text_far_down_a_file_is_named(tmp_path: Path) -> None:
    lines = [f"s{at},2023-01-01,5" for at in range(20_000)]
    (tmp_path / "in.csv").write_bytes(
        "\n".join(["series_id,date,value", *lines, "ä,2023-01-01,5", ""]).encode("latin-1")
    )
    assert "in.csv, line 20002: this cannot be read: it is not UTF-8 text." in refused(tmp_path / "in.csv")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_whose_name_looks_like_a_pattern_is_that_one_file(tmp_path: Path, kind: str) -> None:
    plain, odd = write(tmp_path / "in1.csv", rows("a", VALUES)), tmp_path / f"in[1]*.{kind}"
    form = "FORMAT csv, HEADER" if kind == "csv" else "FORMAT parquet"
    duckdb.sql(f"COPY (SELECT 'odd' AS series_id, date, value FROM '{plain}') TO '{odd}' ({form})")
    assert [one["series_id"] for one in unusual(odd)] == ["odd"]


@pytest.mark.parametrize("name", ["none.csv", "none.parquet"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    assert f"{name}: this cannot be read: no such file" in refused(tmp_path / name)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("1 AS series_id, TIMESTAMPTZ '2023-04-01 00:00:00+01' AS date, 5 AS value", "time zone"),
        ("1 AS series_id, 202304 AS date, 5 AS value", "the column 'date' is of type INTEGER. Write plain dates."),
        ("1 AS series_id, DATE '2023-04-01' AS date, true AS value", "the column 'value' is of type BOOLEAN."),
        (
            "1 AS series_id, DATE '2023-04-01' AS date, 'nan'::DOUBLE AS value",
            "record 1: the value 'nan' is not a number.",
        ),
        ("1 AS series_id, DATE '2023-04-01' AS date, 'x' AS value", "record 1: the value 'x' is not a number."),
        ("NULL::VARCHAR AS series_id, DATE '2023-04-01' AS date, 5 AS value", "record 1: the series_id is empty."),
    ],
)
def test_parquet_columns_of_other_types_are_refused(tmp_path: Path, columns: str, said: str) -> None:
    source = tmp_path / "in.parquet"
    duckdb.sql(f"COPY (SELECT {columns}) TO '{source}' (FORMAT parquet)")
    assert said in refused(source)


def test_an_excluded_series_that_is_not_there_is_named(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", rows("a", VALUES))
    exclude = write(tmp_path / "exclude.csv", ["a,2020-04-01", "A,2020-04-01"], "series_id,date")
    said = refused(source, "--exclude", str(exclude))
    assert said.startswith("exclude.csv: record 3: the series_id 'A' is not a series of the input.")
    wrong = write(tmp_path / "wrong.csv", ["a,April 2020"], "series_id,date")
    assert "wrong.csv: record 2: the date 'April 2020'" in refused(source, "--exclude", str(wrong))


def test_an_output_that_cannot_be_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", rows("a", VALUES))
    assert "the folder for the output is not there." in refused(source, output="none/out.csv")
    assert "its name must end in .csv or .parquet" in refused(source, output="out.txt").lower()
    assert "would overwrite what is read" in refused(source, output="in.csv")
    (tmp_path / "folder.csv").mkdir()
    assert "the output is a folder" in refused(source, output="folder.csv")


def test_options_out_of_range_are_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", rows("a", VALUES))
    assert "--periods-per-year: is 12 or 4." in refused(source, "--periods-per-year", "52")
    for options in (("--span", "0"), ("--baseline", "0"), ("--kind", "rate"), ("--seasonal", "perhaps")):
        done = CliRunner().invoke(app, ["unusual", str(source), "--output", str(tmp_path / "out.csv"), *options])
        assert done.exit_code == 2, options


def test_thousands_of_series_with_gaps_of_their_own(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(100, 10, (2_000, 48))
    values[:, :45][rng.random((2_000, 45)) < 0.05] = np.nan
    lines = [line for at, one in enumerate(values) for line in rows(f"s{at:04}", one)]
    found = unusual(write(tmp_path / "in.csv", lines))
    assert [one["series_id"] for one in found] == [f"s{at:04}" for at in range(2_000)]
    assert {one["status"] for one in found} == {"tested"}
    flagged = sum(float(one["p"]) < 0.02 for one in found)
    assert 0.003 < flagged / 2_000 < 0.03  # the rate on stable series is 1.2 %
