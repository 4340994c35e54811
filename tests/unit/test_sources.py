"""Reading stored files: every kind, and every way in which a sender's file has been seen to be wrong."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from flows.errors import UnreadableFile
from flows.sources import LAYOUTS, Reading, contents, read_file, workbooks
from flows.sources.sheets import cell_text
from flows.sources.workbooks import Extents
from tests.corpus.workbooks import ods, repacked, xlsx, zipped

RETURN = LAYOUTS["force_return"]
STREET = LAYOUTS["police_uk_street"]
HEADER = "measure,area,period,numerator,denominator,note"
GOOD = f"{HEADER}\ncomplaints,Wiltshire,2023-04,12,,\ncomplaints,Swindon,2023-04,7,,\n"
STREET_HEADER = ",".join(column.header for column in STREET.columns)
STREET_ROW = ",2022-03,Wiltshire Police,Wiltshire Police,-2.1,51.3,On or near X,E01,Swindon 001A,Drugs,,"


def read(tmp_path: Path, content: bytes | str, name: str = "return.csv", layout: str = "force_return") -> Reading:
    """Read the content as the product does: from a stored file whose name says nothing."""
    stored, out = tmp_path / "stored", tmp_path / "out"
    stored.write_bytes(content.encode() if isinstance(content, str) else content)
    out.mkdir(exist_ok=True)
    return read_file(stored, name, LAYOUTS[layout], out)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def refusal(tmp_path: Path, content: bytes | str, name: str = "return.csv", layout: str = "force_return") -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path, content, name, layout)
    assert caught.value.where.startswith(name) and caught.value.remedy
    return caught.value.text()


# ---- what is read, whatever its form


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.rstrip("\n"),
        GOOD.replace("measure,area", '"MEASURE"," Area "'),
    ],
    ids=["plain", "CRLF", "BOM", "no last line end", "header in capitals, quoted and spaced"],
)
def test_the_same_rows_come_out_of_every_form_of_csv(tmp_path: Path, content: str) -> None:
    reading = read(tmp_path, content)
    assert rows(reading.raw) == [
        ["", "2", "complaints", "Wiltshire", "2023-04", "12", "", ""],
        ["", "3", "complaints", "Swindon", "2023-04", "7", "", ""],
    ]
    assert (reading.counts.read, reading.counts.blank, reading.counts.faulty) == (2, 0, 0)
    assert rows(reading.faults) == [] and reading.notes == () and reading.ignored == ()


def test_columns_in_another_order_with_unknown_ones_and_without_optional_ones(tmp_path: Path) -> None:
    reading = read(tmp_path, "Numerator,officer,period,area,measure\n12,PC Smith,2023-04,Wiltshire,complaints\n")
    assert rows(reading.raw) == [["", "2", "complaints", "Wiltshire", "2023-04", "12", "", ""]]
    assert reading.extra_columns == ("officer",)
    assert [note.split(": ")[1] for note in reading.notes] == [
        "there is no column 'denominator', which may be left out",
        "there is no column 'note', which may be left out",
    ]


def test_an_optional_column_under_another_name_is_refused_or_asked_about(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column 'denominator', and 'denominators' seems to be meant for it"):
        read(tmp_path, GOOD.replace("denominator", "denominators"))
    assert read(tmp_path, GOOD.replace("note", "notes")).notes == (
        "return.csv: there is no column 'note', which may be left out (is 'notes' meant?)",
    )


def test_notes_above_the_header_are_passed_over_and_the_header_is_record_1(tmp_path: Path) -> None:
    reading = read(tmp_path, f"Complaints return\n\nSource: PSD, as at 3 May\n{GOOD}")
    assert [row[1] for row in rows(reading.raw)] == ["2", "3"]
    assert reading.notes == ("return.csv: 3 records above the header passed over",)


def test_blank_records_are_counted_and_keep_their_numbers(tmp_path: Path) -> None:
    reading = read(tmp_path, f"{HEADER}\n,,,,,\n\n \xa0,,, ,,\ncomplaints,Swindon,2023-04,7,,\n")
    assert [row[1] for row in rows(reading.raw)] == ["5"]
    assert (reading.counts.read, reading.counts.blank) == (4, 3)


def test_ragged_broken_and_damaged_records_are_faults_with_their_numbers(tmp_path: Path) -> None:
    content = (
        f"{HEADER}\na,b,2023-04,1,\na,b,2023-04,1,,,,\nSource: PSD\n"
        f'"a" b,c,2023-04,1,,\na,b,20\x0023-04,1,,\n{"x" * 140000},b,2023-04,1,,\na,b,2023-04,1,,\n"a,b,2023-04,1,,\n'
    )
    reading = read(tmp_path, content)
    assert [(row[1], row[3]) for row in rows(reading.faults)] == [
        ("2", "has 5 fields, the header has 6"),
        ("3", "has 8 fields, the header has 6"),
        ("4", "has 1 field, the header has 6"),
        ("5", "has a quotation mark inside a field that is not doubled"),
        ("6", "holds a NUL character, which no text has: the file was damaged on its way"),
        ("7", "has a field longer than 131,072 characters"),
        ("9", "has a quotation mark that is never closed"),
    ]
    assert [row[1] for row in rows(reading.raw)] == ["8"]
    assert rows(reading.faults)[0][2] == "a,b,2023-04,1,"
    assert (reading.counts.read, reading.counts.faulty) == (8, 7)


def test_a_line_break_inside_quotation_marks_is_part_of_the_field(tmp_path: Path) -> None:
    reading = read(tmp_path, f'{HEADER}\ncomplaints,Swindon,2023-04,7,,"two\r\nlines, ""so"""\n')
    assert rows(reading.raw) == [["", "2", "complaints", "Swindon", "2023-04", "7", "", 'two lines, "so"']]


def test_records_lost_between_two_stray_quotation_marks_are_not_lost_without_a_word(tmp_path: Path) -> None:
    """The marks make one record of three, with the right number of fields: nothing else would tell."""
    stray = ['complaints,"Swindon,2023-04,7,,', "complaints,Dorset,2023-04,7,,", 'complaints,Swindon",2023-05,7,,']
    for lines in (stray, [stray[0], stray[2]]):
        for end in ("\n", "\r\n"):
            message = refusal(tmp_path, end.join([HEADER, "complaints,Swindon,2023-03,7,,", *lines]))
            assert "record 3 runs over several lines that look like records of their own" in message
    long_note = "one, two\nthree, four, five\n\nsix"
    assert rows_of_notes(read(tmp_path, f'{HEADER}\na,b,2023-04,1,,"{long_note}"\n')) == [" ".join(long_note.split())]
    sheet: list[list[object]] = [HEADER.split(","), ["a", "b", "2023-04", 1, "", "1,2,3,4,5,6\n7"]]
    assert rows_of_notes(read(tmp_path, xlsx({"Return": sheet}), "return.xlsx")) == ["1,2,3,4,5,6 7"]


def rows_of_notes(reading: Reading) -> list[str]:
    return [row[-1] for row in rows(reading.raw)]


def test_text_in_windows_1252_is_read_and_noted(tmp_path: Path) -> None:
    reading = read(tmp_path, GOOD.replace("Swindon", "Café £").encode("cp1252"))
    assert rows(reading.raw)[1][3] == "Café £"
    assert reading.notes == ("return.csv: is not UTF-8; read as Windows-1252 (Excel's plain CSV)",)


def test_gzip_is_read(tmp_path: Path) -> None:
    assert len(rows(read(tmp_path, gzip.compress(GOOD.encode()), "RETURN.CSV.GZ").raw)) == 2


def test_a_header_without_records_is_read_and_noted(tmp_path: Path) -> None:
    reading = read(tmp_path, HEADER)
    assert reading.counts.read == 0 and "no records" in reading.notes[0]


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (GOOD, "return.csv", ()),
        (GOOD.rstrip("\n"), "return.csv", ("",)),
        (GOOD.replace("\n", "\r\n")[:-2], "return.csv", ("",)),
        (GOOD.replace("\n", "\r"), "return.csv", ()),
        (HEADER, "return.csv", ()),  # no line has an end, so the last one lacks nothing
        (gzip.compress(GOOD.rstrip("\n").encode()), "return.csv.gz", ("",)),  # whole itself, of a file that was not
        (zipped({"return.csv": GOOD.rstrip("\n")}), "return.zip", ("return.csv",)),
    ],
)
def test_a_last_line_without_an_end_is_told(
    tmp_path: Path, content: bytes | str, name: str, expected: tuple[str, ...]
) -> None:
    assert read(tmp_path, content, name).open_ended == expected


# ---- archives


def test_a_zip_gives_the_members_of_the_layout_and_names_the_others(tmp_path: Path) -> None:
    street = f"{STREET_HEADER}\n{STREET_ROW}\n"
    content = zipped(
        {
            "2022-03/2022-03-wiltshire-street.csv": street.replace("\n", "\r\n"),
            "2022-03/2022-03-dorset-street.csv": street,
            "2022-03/2022-03-wiltshire-outcomes.csv": "anything",
            "__MACOSX/2022-03/._2022-03-wiltshire-street.csv": "\0\0",
            "__MACOSX/2022-03-wiltshire-street.csv": "\0\0",
        }
    )
    reading = read(tmp_path, content, "latest.zip", "police_uk_street")
    assert [row[0] for row in rows(reading.raw)] == [
        "2022-03/2022-03-dorset-street.csv",
        "2022-03/2022-03-wiltshire-street.csv",
    ]
    assert reading.ignored == (
        "2022-03/2022-03-wiltshire-outcomes.csv",
        "__MACOSX/2022-03-wiltshire-street.csv",
        "__MACOSX/2022-03/._2022-03-wiltshire-street.csv",
    )


def test_a_member_name_that_climbs_out_leads_nowhere(tmp_path: Path) -> None:
    before = {"stored", "out"}
    names = ["../../escaped.csv", "/escaped.csv", "..\\escaped.csv"]
    reading = read(tmp_path, zipped(dict.fromkeys(names, GOOD)), "return.zip")
    assert {row[0] for row in rows(reading.raw)} == set(names)
    assert {path.name for path in tmp_path.iterdir()} == before
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"raw.csv", "faults.csv"}
    assert not Path("/escaped.csv").exists() and not (tmp_path.parent / "escaped.csv").exists()


def test_damaged_archives_are_refused_in_words(tmp_path: Path) -> None:
    good = zipped({"return.csv": GOOD * 500})
    assert "cut short or damaged" in refusal(tmp_path, good[: len(good) // 2], "return.zip")
    assert "cut short or damaged" in refusal(tmp_path, good[:-10], "return.zip")
    spoilt = bytearray(good)
    spoilt[60:80] = b"x" * 20
    assert "cut short or damaged" in refusal(tmp_path, bytes(spoilt), "return.zip")
    assert "not a .zip file" in refusal(tmp_path, "measure,area", "return.zip")
    packed = gzip.compress(GOOD.encode() * 500)
    assert "cut short or damaged" in refusal(tmp_path, packed[:-30], "return.csv.gz")
    assert "not a .csv.gz file" in refusal(tmp_path, good, "return.csv.gz")
    assert "not CSV though its name says so: it is a zip" in refusal(tmp_path, good, "return.csv")


def test_archives_without_a_fitting_member_or_with_one_twice_are_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, zipped({"2022-03-wiltshire-outcomes.csv": "x"}), "03.zip", "police_uk_street")
    assert "no member" in message and "2022-03-wiltshire-outcomes.csv" in message
    assert "it holds nothing" in refusal(tmp_path, zipped({}), "03.zip")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("return.csv", GOOD)
        archive.writestr("return.csv", GOOD)
    assert "two members named return.csv" in refusal(tmp_path, stream.getvalue(), "return.zip")
    assert "return.zip!a.csv: is empty" in refusal(tmp_path, zipped({"a.csv": ""}), "return.zip")


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"return.csv": GOOD}, zipfile.ZIP_STORED))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    assert "password" in refusal(tmp_path, bytes(content), "return.zip")


def test_what_unpacks_to_an_absurd_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MAX_UNPACKED_BYTES", 1_000_000)
    monkeypatch.setattr(workbooks, "MAX_WORKBOOK_BYTES", 1_000_000)
    half = GOOD + "complaints,Swindon,2023-04,7,,\n" * 20_000
    assert read(tmp_path, zipped({"a.csv": half}), "return.zip").counts.read == 20_002
    two = zipped({"a.csv": half, "b.csv": half})
    assert "unpacks to more than 1,000,000 bytes" in refusal(tmp_path, two, "return.zip")
    assert "unpacks to more than" in refusal(tmp_path, gzip.compress(half.encode() * 2), "return.csv.gz")
    bomb = xlsx({"Return": [["measure", "area", "period", "x" * 1_000_001]]})
    assert "unpacks to more than" in refusal(tmp_path, bomb, "return.xlsx")


def test_one_endless_line_is_refused_before_it_is_held_in_memory(tmp_path: Path) -> None:
    assert "line longer than" in refusal(tmp_path, f"{HEADER}\n{'x' * 3_000_000}")


# ---- what cannot be read at all


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty (0 bytes)"),
        ("\n\n", "holds no table"),
        ("  \n<!DOCTYPE html>\n<html><body>Sign in</body></html>", "is a web page"),
        ("\ufeff<html>", "is a web page"),
        ("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "is a web page"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (GOOD.encode("utf-16-le"), "binary, or text in UTF-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel workbook"),
        (GOOD.encode() + b"\x81\x8d\xff", "neither UTF-8 nor Windows-1252"),
        (GOOD.replace("numerator", "count"), "needs the column 'numerator'; found were: 'measure', 'area'"),
        (GOOD.replace("numerator", "numerater"), "'numerator' (renamed to 'numerater'?)"),
        (GOOD.replace("area,period", "region,periods"), "the columns 'area', 'period' (renamed to 'periods'?)"),
        (GOOD.replace(",", ";"), "not seem to be separated by commas"),
        (GOOD.replace(",", "\t"), "not seem to be separated by commas"),
        (GOOD.replace("note", "Area"), "the column 'area' stands there 2 times"),
        ("x\n" * 40 + GOOD, "needs the columns"),
        (f'{HEADER}\n"a,b,2023-04,1,,\nc,d,2023-04,1,,\ne,f,2023-04,1,,\n', "opened in line 2 and not rightly closed"),
        (f'{HEADER}\n"a,b,2023-04,1,,\nc,"d",2023-04,1,,\n', "opened in line 2 and not rightly closed up to line 3"),
        (f'{HEADER}\na,b,2023-04,1,"x\n"\n', "record 2 has 5 fields"),
    ],
)
def test_unreadable_text_is_refused_with_the_reason(tmp_path: Path, content: str | bytes, words: str) -> None:
    assert words in refusal(tmp_path, content)


def test_names_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    assert "this kind of file is not read" in refusal(tmp_path, GOOD, "return.xls")
    street = f"{STREET_HEADER}\n{STREET_ROW}\n"
    message = refusal(tmp_path, street, "street.csv", "police_uk_street")
    assert "takes the force and the month from the file's name" in message
    assert read(tmp_path, street, "2022-03-wiltshire-street.csv", "police_uk_street").counts.read == 1


# ---- workbooks

TABLE: list[list[object]] = [
    ["Complaints, Wiltshire Police"],
    [],
    ["Measure", "Area", "Period", "Numerator", "Denominator"],
    ["complaints", "Wiltshire", datetime.date(2023, 4, 1), 37.2, 100],
    ["complaints", "Swindon", datetime.date(2023, 4, 30), 37.0, 1e16],
    ["complaints", "Swindon", "2023/24 Q1", 37.200000000000003, "1,200"],
    ["complaints", "Swindon", datetime.date(2023, 4, 17), 0.1, ""],
]


@pytest.mark.parametrize(("name", "write"), [("return.xlsx", xlsx), ("return.ods", ods)])
def test_workbooks_give_numbers_exactly_and_months_as_months(tmp_path: Path, name: str, write: object) -> None:
    assert callable(write)
    reading = read(tmp_path, write({"Notes": [["Read me"]], "Return": TABLE}), name)
    assert rows(reading.raw) == [
        ["", "2", "complaints", "Wiltshire", "2023-04", "37.2", "100", ""],
        ["", "3", "complaints", "Swindon", "2023-04", "37", "10000000000000000", ""],
        ["", "4", "complaints", "Swindon", "2023/24 Q1", "37.2", "1,200", ""],
        ["", "5", "complaints", "Swindon", "2023-04-17", "0.1", "", ""],
    ]
    assert "sheet 'Notes' holds no such table" in reading.notes[0]


def test_a_table_on_several_sheets_names_the_sheet(tmp_path: Path) -> None:
    reading = read(tmp_path, ods({"2022": TABLE[2:4], "2023": TABLE[2:5]}), "return.ods")
    assert [row[:2] for row in rows(reading.raw)] == [["2022", "2"], ["2023", "2"], ["2023", "3"]]


def test_a_sheet_with_one_column_renamed_is_not_passed_over(tmp_path: Path) -> None:
    other = [["Measure", "Area", "Period", "Count"], *TABLE[3:]]
    message = refusal(tmp_path, xlsx({"2022": TABLE, "2023": other}), "return.xlsx")
    assert "sheet '2023'" in message and "needs the column 'numerator'" in message


def test_workbooks_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    good = xlsx({"Return": TABLE})
    assert "cut short or damaged" in refusal(tmp_path, good[:-100], "return.xlsx")
    assert "cannot be read as a workbook" in refusal(tmp_path, zipped({"a.txt": "x"}), "return.xlsx")
    assert "needs the columns" in refusal(tmp_path, xlsx({"Notes": [["Read me"]]}), "return.xlsx")
    assert "holds no table" in refusal(tmp_path, xlsx({"Empty": []}), "return.xlsx")
    assert "not an .xlsx file" in refusal(tmp_path, GOOD, "return.xlsx")
    assert "one protected by a password" in refusal(tmp_path, b"\xd0\xcf\x11\xe0" + b"\0" * 99, "return.xlsx")
    assert "is a web page" in refusal(tmp_path, "<html>", "return.ods")


FAR_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
WIDE_ROW = '<row r="1048576">' + "<c><v>1</v></c>" * 900 + "</row></sheetData>"
FAR_FORMAT = '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
MANY_ROWS = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell office:value-type="float" '
    'office:value="1" table:number-columns-repeated="100"/></table:table-row></table:table>'
)
MANY_EMPTY = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row></table:table>'
)


def test_a_workbook_that_reaches_over_millions_of_cells_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    """A sheet is a rectangle in memory; unrefused, these stop the whole program."""
    excel, office = xlsx({"Return": TABLE}), ods({"Return": TABLE})
    for far in (FAR_CELL, WIDE_ROW):
        content = repacked(excel, "</sheetData>", far)
        assert "more than 1,000,000 cells" in refusal(tmp_path, content, "return.xlsx")
        assert "another kind of workbook" in refusal(tmp_path, content, "return.ods")
    content = repacked(office, "</table:table>", MANY_ROWS)
    assert "more than 1,000,000 cells" in refusal(tmp_path, content, "return.ods")
    assert "another kind of workbook" in refusal(tmp_path, content, "return.xlsx")
    binary = zipped({"xl/workbook.bin": "x"})
    assert "another kind of workbook" in refusal(tmp_path, binary, "return.xlsx")


def test_a_workbook_whose_xml_breaks_off_or_declares_entities_is_refused(tmp_path: Path) -> None:
    """The library that reads workbooks never comes to the end of XML that breaks off inside a cell."""
    broken = repacked(ods({"Return": TABLE}), "<text:p>Swindon</text:p></table:table-cell>", "")
    assert "is not whole" in refusal(tmp_path, broken, "return.ods")
    swelling = repacked(xlsx({"Return": TABLE}), "<worksheet ", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet ')
    assert "declares a document type" in refusal(tmp_path, swelling, "return.xlsx")


def test_empty_cells_with_a_format_far_away_do_not_stop_a_workbook(tmp_path: Path) -> None:
    excel = repacked(xlsx({"Return": TABLE}), "</sheetData>", FAR_FORMAT)
    office = repacked(ods({"Return": TABLE}), "</table:table>", MANY_EMPTY)
    assert len(rows(read(tmp_path, excel, "return.xlsx").raw)) == 4
    assert len(rows(read(tmp_path, office, "return.ods").raw)) == 4


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_sheets_are_measured_alike_however_their_bytes_arrive(size: int) -> None:
    for kind, text, cells in (
        (".xlsx", '<sheetData><row r="3"><c r="B3" t="s"><v>1</v></c></row></sheetData><sheetData><row><c>', 7),
        (
            ".ods",
            '<table:table table:name="a"><table:table-row table:number-rows-repeated="2"/>'
            '<table:table-row><table:table-cell table:number-columns-repeated="3"/>'
            '<table:table-cell office:value-type="float"/></table:table-row></table:table>',
            12,
        ),
    ):
        extents = Extents(kind)
        for start in range(0, len(text), size):
            extents.feed(text[start : start + size].encode())
        assert extents.cells == cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (37.2, "37.2"),
        (37.0, "37"),
        (-3.0, "-3"),
        (5, "5"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (float("nan"), "NaN"),
        (True, "TRUE"),
        ("", ""),
        (None, ""),
        (datetime.date(2023, 4, 1), "2023-04-01"),
        (datetime.datetime(2023, 4, 1), "2023-04-01"),  # noqa: DTZ001
        (datetime.datetime(2023, 4, 1, 9, 30), "2023-04-01 09:30:00"),  # noqa: DTZ001
    ],
)
def test_cells_become_the_text_of_a_csv(cell: object, text: str) -> None:
    assert cell_text(cell) == text


# ---- no traceback, ever


@pytest.mark.parametrize("name", ["return.xlsx", "return.ods"])
def test_a_workbook_spoilt_inside_a_sound_zip_is_read_or_refused(tmp_path: Path, name: str) -> None:
    good = xlsx({"Return": TABLE}) if name == "return.xlsx" else ods({"Return": TABLE})
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    chance = random.Random(20230914)
    outcomes = set()
    for _ in range(150):
        member = chance.choice(list(members))
        spoilt = bytearray(members[member])
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(spoilt))
            spoilt[place : place + chance.randint(0, 3)] = chance.choice([b"", b"9", b'"', b"<", b"\xff", b">", b"/"])
        try:
            read(tmp_path, zipped({**members, member: bytes(spoilt)}), name)
            outcomes.add("read")
        except UnreadableFile:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@pytest.mark.parametrize("name", ["return.csv", "return.csv.gz", "return.zip", "return.xlsx", "return.ods"])
def test_spoilt_bytes_are_read_or_refused_and_every_record_is_accounted_for(tmp_path: Path, name: str) -> None:
    good = {
        "return.csv": GOOD.encode(),
        "return.csv.gz": gzip.compress(GOOD.encode(), mtime=0),
        "return.zip": zipped({"a.csv": GOOD, "b.csv": GOOD}),
        "return.xlsx": xlsx({"Return": TABLE}),
        "return.ods": ods({"Return": TABLE}),
    }[name]
    chance = random.Random(20230914)
    outcomes = set()
    for _ in range(150):
        spoilt = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(spoilt))
            spoilt[place : place + chance.randint(0, 2)] = chance.choice(
                [b"", b"\0", b'"', b"\n", b"\xff", b",", b"\r"]
            )
        try:
            reading = read(tmp_path, bytes(spoilt), name)
        except UnreadableFile:
            outcomes.add("refused")
            continue
        outcomes.add("read")
        counts = reading.counts
        assert counts.read == len(rows(reading.raw)) + len(rows(reading.faults)) + counts.blank
    assert outcomes == {"read", "refused"}
