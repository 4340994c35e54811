"""Staging: what sql/stage makes of each layout's text, and what becomes of the records that it refuses."""

from __future__ import annotations

import datetime
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import staging
from flows.errors import UnreadableFile, WarehouseError
from flows.sources import LAYOUTS
from flows.staging import SQL_FOLDER, Staged, stage_file

CHECKOUT = Path(__file__).resolve().parents[2]
PRC = ",".join(column.header for column in LAYOUTS["home_office_prc"].columns)
STREET = ",".join(column.header for column in LAYOUTS["police_uk_street"].columns)
OUTCOMES = ",".join(column.header for column in LAYOUTS["police_uk_outcomes"].columns)


def stage(tmp_path: Path, layout: str, text: str, name: str = "return.csv") -> Staged:
    return stage_bytes(tmp_path, layout, text.encode(), name)


def stage_bytes(tmp_path: Path, layout: str, content: bytes, name: str) -> Staged:
    sha256 = hashlib.sha256(content).hexdigest()
    stored = tmp_path / sha256
    stored.write_bytes(content)
    return stage_file(
        stored, name, LAYOUTS[layout], source="a_source", extract_id="E1", sha256=sha256, cache=tmp_path / "cache"
    )


def table(path: Path, columns: str = "*") -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as con:
        return con.execute(f"select {columns} from read_parquet($path)", {"path": str(path)}).fetchall()


def shape(path: Path) -> list[tuple[str, str]]:
    with duckdb.connect(":memory:") as con:
        rows = con.execute("describe select * from read_parquet($path)", {"path": str(path)}).fetchall()
    return [(row[0], row[1]) for row in rows]


def rejected(staged: Staged) -> list[tuple[Any, ...]]:
    return table(staged.rejects, "line, column_name, value, reason")


def counts(staged: Staged) -> list[tuple[Any, ...]]:
    check = SQL_FOLDER / "check" / f"check_{staged.table.removeprefix('stg_')}.sql"
    with duckdb.connect(":memory:") as con:
        con.execute(f"create table {staged.table} as select * from read_parquet($path)", {"path": str(staged.parquet)})
        result = con.execute(check.read_text(encoding="utf-8"))
        assert [column[0] for column in result.description or ()] == ["force", "period", "category", "count"]
        return result.fetchall()


def prc(*rows: str) -> str:
    return "\r\n".join((PRC, *rows)) + "\r\n"


def test_recorded_crime_is_typed_and_codes_stay_text(tmp_path: Path) -> None:
    staged = stage(
        tmp_path,
        "home_office_prc",
        prc(
            '2022/23,1,Wiltshire,Theft offences,Shoplifting,"Shoplifting\xa0 (all) ",046, 751 ',
            '2022/23,4,Wiltshire,Theft offences,Shoplifting,Shoplifting,46,"1,057"',
            "1999/00,2,Wiltshire,Theft offences,Shoplifting,Shoplifting,37.200000000000003,10 871",
            "2022/23,3,Wiltshire,Theft offences,Bicycle theft,,,-3",
            "2022/23,3,Wiltshire,Theft offences,Bicycle theft,,,-00 ",
            ",,,,,,,",
        ),
    )
    assert (staged.rows_read, staged.rows_staged, staged.rows_rejected, staged.rows_blank) == (6, 5, 0, 1)
    assert table(staged.parquet, "record, offence_description, offence_code, offences") == [
        (2, "Shoplifting (all)", "046", 751),
        (3, "Shoplifting", "46", 1057),
        (4, "Shoplifting", "37.200000000000003", 10871),
        (5, None, None, -3),
        (6, None, None, 0),
    ]
    days = table(staged.parquet, "financial_year, financial_quarter, period_start, period_end")
    assert days[:4] == [
        ("2022/23", 1, datetime.date(2022, 4, 1), datetime.date(2022, 6, 30)),
        ("2022/23", 4, datetime.date(2023, 1, 1), datetime.date(2023, 3, 31)),
        ("1999/00", 2, datetime.date(1999, 7, 1), datetime.date(1999, 9, 30)),
        ("2022/23", 3, datetime.date(2022, 10, 1), datetime.date(2022, 12, 31)),
    ]
    assert shape(staged.parquet) == [
        ("extract_id", "VARCHAR"),
        ("source", "VARCHAR"),
        ("member", "VARCHAR"),
        ("record", "BIGINT"),
        ("financial_year", "VARCHAR"),
        ("financial_quarter", "INTEGER"),
        ("period_start", "DATE"),
        ("period_end", "DATE"),
        ("force", "VARCHAR"),
        ("offence_group", "VARCHAR"),
        ("offence_subgroup", "VARCHAR"),
        ("offence_description", "VARCHAR"),
        ("offence_code", "VARCHAR"),
        ("offences", "BIGINT"),
    ]
    assert counts(staged) == [
        ("Wiltshire", "1999/00 Q2", "Shoplifting", 10871),
        ("Wiltshire", "2022/23 Q1", "Shoplifting", 751),
        ("Wiltshire", "2022/23 Q3", "Bicycle theft", -3),
        ("Wiltshire", "2022/23 Q4", "Shoplifting", 1057),
    ]


def test_recorded_crime_added_up_by_subgroup_has_no_description_and_no_code(tmp_path: Path) -> None:
    text = (
        "Financial Year,Financial Quarter,Force Name,Offence Group,Offence Subgroup,Number of Offences\n"
        "2023/24,1,Wiltshire,Theft offences,Shoplifting,1057\n"
    )
    staged = stage(tmp_path, "home_office_prc", text)
    assert table(staged.parquet, "offence_description, offence_code, offences") == [(None, None, 1057)]


def test_recorded_crime_that_cannot_be_typed_is_rejected_with_column_value_and_reason(tmp_path: Path) -> None:
    staged = stage(
        tmp_path,
        "home_office_prc",
        prc(
            "2022-23,1,Wiltshire,G,S,,,1",
            "2022/24,1,Wiltshire,G,S,,,1",
            "2022/23,5,Wiltshire,G,S,,,1",
            "2022/23,1, ,G,S,,,1",
            "2022/23,1,Wiltshire,,S,,,1",
            "2022/23,1,Wiltshire,G,,,,1",
            "2022/23,1,Wiltshire,G,S,,,n/a",
            "2022/23,1,Wiltshire,G,S,,,1.5",
            '2022/23,1,Wiltshire,G,S,,,"1,23"',
            "2022/23,1,Wiltshire,G,S,,,",
            "2022/23,1,Wiltshire,G,S,,,99999999999999999999",
            "2022/23,1,Wiltshire,G,S,1",
            "2022/23,1,Wiltshire,G,S,,,4",
        ),
    )
    assert (staged.rows_read, staged.rows_staged, staged.rows_rejected) == (13, 1, 12)
    assert rejected(staged) == [
        (2, "Financial Year", "2022-23", "is not a financial year such as 2023/24"),
        (3, "Financial Year", "2022/24", "is not a financial year such as 2023/24"),
        (4, "Financial Quarter", "5", "is not a financial quarter from 1 (April to June) to 4"),
        (5, "Force Name", "", "is empty"),
        (6, "Offence Group", "", "is empty"),
        (7, "Offence Subgroup", "", "is empty"),
        (8, "Number of Offences", "n/a", "is not a whole number of offences"),
        (9, "Number of Offences", "1.5", "is not a whole number of offences"),
        (10, "Number of Offences", "1,23", "is not a whole number of offences"),
        (11, "Number of Offences", "", "is not a whole number of offences"),
        (12, "Number of Offences", "99999999999999999999", "is not a whole number of offences"),
        (13, "", "2022/23,1,Wiltshire,G,S,1", "has 6 fields, the header has 8"),
    ]
    assert shape(staged.rejects) == [
        ("extract_id", "VARCHAR"),
        ("source", "VARCHAR"),
        ("file", "VARCHAR"),
        ("line", "BIGINT"),
        ("column_name", "VARCHAR"),
        ("value", "VARCHAR"),
        ("reason", "VARCHAR"),
        ("offence_group", "VARCHAR"),
        ("offence_subgroup", "VARCHAR"),
    ]
    assert set(table(staged.rejects, "extract_id, source, file")) == {("E1", "a_source", "return.csv")}


def street(month: str = "2022-03", lsoa: str = "Swindon 001A", crime: str = "Drugs", east: str = "-2.1") -> str:
    return f',{month},Wiltshire Police,Wiltshire Police,{east},51.3,On or near X,E01,"{lsoa}",{crime},,\n'


def test_street_crime_in_a_zip_keeps_equal_records_and_takes_the_force_from_the_member(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "2022-03/2022-03-wiltshire-street.csv",
            f"{STREET}\n{street() * 2}{street(lsoa='Bournemouth, Christchurch and Poole 001A')}{street(lsoa='')}"
            + street("2022-04")
            + street("2022-3")
            + street(crime="")
            + street(east="west", crime="Robbery"),
        )
        archive.writestr("2022-03/2022-03-devon-and-cornwall-street.csv", f"{STREET}\n{street(east='')}")
        archive.writestr("2022-03/2022-03-wiltshire-outcomes.csv", "x")
    staged = stage_bytes(tmp_path, "police_uk_street", stream.getvalue(), "2022-03.zip")
    assert staged.ignored == ("2022-03/2022-03-wiltshire-outcomes.csv",)
    assert table(staged.parquet, "record, force, crime_id, period_start, period_end, longitude, local_authority") == [
        (2, "devon-and-cornwall", None, datetime.date(2022, 3, 1), datetime.date(2022, 3, 31), None, "Swindon"),
        (2, "wiltshire", None, datetime.date(2022, 3, 1), datetime.date(2022, 3, 31), -2.1, "Swindon"),
        (3, "wiltshire", None, datetime.date(2022, 3, 1), datetime.date(2022, 3, 31), -2.1, "Swindon"),
        (
            *(4, "wiltshire", None, datetime.date(2022, 3, 1), datetime.date(2022, 3, 31), -2.1),
            "Bournemouth, Christchurch and Poole",
        ),
        (5, "wiltshire", None, datetime.date(2022, 3, 1), datetime.date(2022, 3, 31), -2.1, None),
        (9, "wiltshire", None, datetime.date(2022, 3, 1), datetime.date(2022, 3, 31), None, "Swindon"),
    ]
    assert table(staged.parquet, "record, crime_type, has_faulty_coordinates")[4:] == [
        (5, "Drugs", False),
        (9, "Robbery", True),
    ]
    assert rejected(staged) == [
        (6, "Month", "2022-04", "is not the month 2022-03 of the file's name"),
        (7, "Month", "2022-3", "is not a month such as 2023-04"),
        (8, "Crime type", "", "is empty"),
    ]
    assert set(table(staged.rejects, "file")) == {("2022-03.zip!2022-03/2022-03-wiltshire-street.csv",)}
    assert counts(staged) == [
        ("devon-and-cornwall", "2022-03", "Drugs", 1),
        ("wiltshire", "2022-03", "Drugs", 4),
        ("wiltshire", "2022-03", "Robbery", 1),
    ]


def test_outcomes_in_a_plain_file_take_the_force_from_its_name(tmp_path: Path) -> None:
    row = "abc,2022-03,Wiltshire Police,Wiltshire Police,,{},No location,,,{}\n"
    right, wrong = row.format("", "Local resolution"), row.format("north", "Local resolution")
    text = f"{OUTCOMES}\n{right}{row.format('', '')}{wrong}"
    staged = stage(tmp_path, "police_uk_outcomes", text, "2022-03-wiltshire-outcomes.csv")
    assert table(staged.parquet, "record, crime_id, force, latitude, outcome_type, has_faulty_coordinates") == [
        (2, "abc", "wiltshire", None, "Local resolution", False),
        (4, "abc", "wiltshire", None, "Local resolution", True),
    ]
    assert rejected(staged) == [(3, "Outcome type", "", "is empty")]
    assert counts(staged) == [("wiltshire", "2022-03", "Local resolution", 2)]


def test_force_return_takes_months_and_quarters(tmp_path: Path) -> None:
    staged = stage(
        tmp_path,
        "force_return",
        "measure,area,period,numerator,denominator,note\n"
        'calls,Wiltshire,2023-02,"6,212.5",7 405,as at 3 May\n'
        "calls,Swindon,2023/24 Q4,0,0,\n"
        "complaints,Swindon,2023/24 Q1,12,,\n"
        "complaints,Swindon,2023/24 Q1,3,,\n",
    )
    assert table(staged.parquet, "measure, period_start, period_end, numerator, denominator, note") == [
        ("calls", datetime.date(2023, 2, 1), datetime.date(2023, 2, 28), 6212.5, 7405.0, "as at 3 May"),
        ("calls", datetime.date(2024, 1, 1), datetime.date(2024, 3, 31), 0.0, 0.0, None),
        ("complaints", datetime.date(2023, 4, 1), datetime.date(2023, 6, 30), 12.0, None, None),
        ("complaints", datetime.date(2023, 4, 1), datetime.date(2023, 6, 30), 3.0, None, None),
    ]
    assert counts(staged) == [
        ("Swindon", "2023/24 Q1", "complaints", 15.0),
        ("Swindon", "2023/24 Q4", "calls", 0.0),
        ("Wiltshire", "2023-02", "calls", 6212.5),
    ]


def test_force_return_refuses_what_is_no_count(tmp_path: Path) -> None:
    rows = (
        ",Wiltshire,2023-04,1,,",
        "calls,,2023-04,1,,",
        "calls,Wiltshire,Apr-23,1,,",
        "calls,Wiltshire,2023-13,1,,",
        "calls,Wiltshire,2023/25 Q1,1,,",
        "calls,Wiltshire,2023/24 Q5,1,,",
        "calls,Wiltshire,2023-04,,100,",
        "calls,Wiltshire,2023-04,37%,,",
        "calls,Wiltshire,2023-04,-1,,",
        "calls,Wiltshire,2023-04,−1,,",
        "calls,Wiltshire,2023-04,1,n/a,",
        "calls,Wiltshire,2023-04,1,-5,",
        "calls,Wiltshire,2023-04,1,0,",
    )
    staged = stage(tmp_path, "force_return", "\n".join(("measure,area,period,numerator,denominator,note", *rows)))
    period = "is neither a month such as 2023-04 nor a financial quarter such as 2023/24 Q1"
    assert rejected(staged) == [
        (2, "measure", "", "is empty"),
        (3, "area", "", "is empty"),
        (4, "period", "Apr-23", period),
        (5, "period", "2023-13", period),
        (6, "period", "2023/25 Q1", period),
        (7, "period", "2023/24 Q5", period),
        (8, "numerator", "", "is empty: write 0 if it is none, and leave the row out if there is no return"),
        (9, "numerator", "37%", "is not a number"),
        (10, "numerator", "-1", "is negative"),
        (11, "numerator", "-1", "is negative"),
        (12, "denominator", "n/a", "is not a number"),
        (13, "denominator", "-5", "is negative"),
        (14, "denominator", "0", "is zero though the numerator is not"),
    ]
    assert staged.rows_staged == 0 and counts(staged) == []


def test_population_is_typed_and_checked(tmp_path: Path) -> None:
    text = 'area,year,population\nWiltshire,2021,"510,330"\nSwindon,21,1\nSwindon,2021,-5\n,2021,5\nSwindon,2021,1.5\n'
    staged = stage(tmp_path, "population", text)
    assert table(staged.parquet, "area, year, population, note") == [("Wiltshire", 2021, 510330, None)]
    assert rejected(staged) == [
        (3, "year", "21", "is not a year such as 2021"),
        (4, "population", "-5", "is not a whole number of people"),
        (5, "area", "", "is empty"),
        (6, "population", "1.5", "is not a whole number of people"),
    ]
    assert counts(staged) == [("Wiltshire", "2021", "population", 510330)]


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    """Quotation marks in names and values, and patterns in folder names, reach no SQL and no file search."""
    nasty = tmp_path / "o'brien [x]* ?"
    nasty.mkdir()
    text = (
        "measure,area,period,numerator,denominator,note\n"
        '"it\'s ""so""",x\'); drop table outcome; --,2023-04,1,,<script>\n'
    )
    staged = stage(nasty, "force_return", text, "o'brien; [x].csv")
    assert table(staged.parquet, "measure, area, note") == [
        ('it\'s "so"', "x'); drop table outcome; --", "<script>"),
    ]
    long = stage(nasty, "force_return", text.replace("2023-04", "x" * 500), "o'brien; [x].csv")
    [(file, value)] = table(long.rejects, "file, value")
    assert file == "o'brien; [x].csv" and value == "x" * 200 + "…"


def test_the_same_file_is_staged_once_and_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = prc(*(f"2022/23,{i % 4 + 1},Force {i},G,S,D,{i},{i}" for i in range(5000)), "x,1,F,G,S,,,1")
    first = stage(tmp_path, "home_office_prc", text)
    other = tmp_path / "other"
    other.mkdir()
    second = stage(other, "home_office_prc", text)
    assert first.parquet.read_bytes() == second.parquet.read_bytes()
    assert first.rejects.read_bytes() == second.rejects.read_bytes()
    assert replace(first, parquet=second.parquet, rejects=second.rejects) == second
    assert first.parquet.parent.name == second.parquet.parent.name
    assert [row[0] for row in table(first.parquet, "record")] == list(range(2, 5002))

    stamp = first.parquet.stat().st_mtime_ns
    (tmp_path / hashlib.sha256(text.encode()).hexdigest()).write_bytes(b"")
    assert (
        stage_file(
            tmp_path / "gone",
            "return.csv",
            LAYOUTS["home_office_prc"],
            source="a_source",
            extract_id="E1",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            cache=tmp_path / "cache",
        )
        == first
    )
    assert first.parquet.stat().st_mtime_ns == stamp

    folder = first.parquet.parent.name
    monkeypatch.setattr(staging, "READER_VERSION", "another")
    assert stage(tmp_path, "home_office_prc", text).parquet.parent.name != folder


def test_a_result_with_a_part_missing_is_made_anew(tmp_path: Path) -> None:
    text = "area,year,population\nWiltshire,2021,5\n"
    first = stage(tmp_path, "population", text)
    first.parquet.unlink()
    again = stage(tmp_path, "population", text)
    assert again == first and table(again.parquet, "population") == [(5,)]


def test_nothing_half_written_stays_when_a_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        stage(tmp_path, "population", 'area,year,population\n"Wiltshire,2021,5\nSwindon,2021,5\nX,2021,5\n')
    assert [one.name for one in (tmp_path / "cache").iterdir()] == [".lock"]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select nothing from raw_file", "nothing"),
        (
            "select $extract_id as extract_id, $source as source, member, 1 as record, null as reject_column, "
            "null as reject_value, null as reject_reason from raw_file where area = 'Wiltshire'",
            "3 records were read, but 1 staged",
        ),
    ],
)
def test_sql_that_fails_or_loses_rows_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str, words: str
) -> None:
    (tmp_path / "sql" / "stage").mkdir(parents=True)
    (tmp_path / "sql" / "stage" / "stg_population.sql").write_text(sql, encoding="utf-8")
    monkeypatch.setattr(staging, "SQL_FOLDER", tmp_path / "sql")
    with pytest.raises(WarehouseError, match=re.escape(words)) as caught:
        stage(tmp_path, "population", "area,year,population\nWiltshire,2021,5\nSwindon,2021,6\n,,\n")
    assert "stg_population.sql" in caught.value.where
    assert [one.name for one in (tmp_path / "cache").iterdir()] == [".lock"]


def test_the_template_and_the_example_of_the_guide_are_read_whole(tmp_path: Path) -> None:
    template = (CHECKOUT / "example" / "force-return-template.csv").read_text(encoding="utf-8")
    empty = stage(tmp_path, "force_return", template)
    assert (empty.rows_read, empty.extra_columns) == (0, ())
    guide = (CHECKOUT / "docs" / "sending-extracts.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```csv\n(.*?)```", guide, flags=re.DOTALL)
    assert example.splitlines()[0] == template.strip()
    staged = stage(tmp_path, "force_return", example)
    assert staged.rows_staged == staged.rows_read == 4
    assert [row[0] for row in table(staged.parquet, "numerator")] == [6212, 2871, 118, 0]
    for layout in LAYOUTS.values():
        assert f"`{layout.name}`" in guide or layout.name == "force_return"


def layouts_and_files() -> Iterable[tuple[str, Path]]:
    for layout in LAYOUTS.values():
        yield layout.table, SQL_FOLDER / "stage" / f"{layout.table}.sql"
        yield layout.table, SQL_FOLDER / "check" / f"check_{layout.table.removeprefix('stg_')}.sql"


@pytest.mark.parametrize(("name", "file"), list(layouts_and_files()), ids=lambda value: str(getattr(value, "stem", "")))
def test_every_layout_has_its_two_sql_files_and_they_begin_with_the_grain(name: str, file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert re.match(r"-- One row per .*\.$", lines[0])
    assert name in "\n".join(lines) or "from raw_file" in "\n".join(lines)


def test_a_layout_without_its_sql_file_says_so(tmp_path: Path) -> None:
    layout = replace(LAYOUTS["population"], table="stg_unknown")
    with pytest.raises(WarehouseError, match="there is no SQL file"):
        stage_file(tmp_path / "x", "a.csv", layout, source="s", extract_id="e", sha256="0", cache=tmp_path / "cache")
