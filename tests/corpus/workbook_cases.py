"""Cases of workbooks: notes, headings, formulas, hidden sheets, dates and numbers as spreadsheets keep them."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from tests.corpus.case import RIGHT, Case, Found, Outcome, Refused, Rejected
from tests.corpus.changes import above, after, again, below, every, numbers, put, wider
from tests.corpus.good import LAYOUTS, Rows
from tests.corpus.workbooks import Fault, Formula, ods, repacked, xlsx, zipped

F, H, S, O, P = LAYOUTS  # noqa: E741
Book = Callable[[Rows], bytes]


def _serials(rows: Rows) -> Rows:
    """Give months as the numbers that Excel keeps for them, without their format."""
    first = datetime.date(1899, 12, 30)
    return [[(cell - first).days if isinstance(cell, datetime.date) else cell for cell in row] for row in rows]


def _month_ends(rows: Rows) -> Rows:
    return [[_end(cell) if isinstance(cell, datetime.date) else cell for cell in row] for row in rows]


def _end(day: datetime.date) -> datetime.date:
    return (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)


def _american(rows: Rows) -> Rows:
    """Give 1 April as 4 January, as a spreadsheet does that takes the day for the month."""
    return [
        [cell.replace(month=1, day=cell.month) if isinstance(cell, datetime.date) else cell for cell in row]
        for row in rows
    ]


def _by_half(rows: Rows) -> dict[str, Rows]:
    half = len(rows) // 2
    return {"2022": rows[:half], "2023": [rows[0], *rows[half:]]}


def _without_header(rows: Rows) -> dict[str, Rows]:
    half = len(rows) // 2
    return {"Return": rows[:half], "2023 continued": rows[half:]}


def _two_renamed(rows: Rows) -> dict[str, Rows]:
    first, second = _without_header(rows).items()
    return dict([first, ("2023", [["measure", "area", "month", "value", "out of", "note"], *second[1]])])


AREAS: Rows = [["Code", "Area", "Kind", "Since"], ["E06000030", "Swindon", "unitary", "1997"],
               ["E06000054", "Wiltshire", "unitary", "2009"]]  # fmt: skip


def _renamed(rows: Rows) -> Rows:
    return [["Measure", "Area", "Period", "Count", "Out of", "Note"], *rows[1:]]


FORMULAS = numbers(lambda number: Formula(f"SUM({number - 1},1)", number))
NOTES: Rows = [["Read me"], ["Figures are provisional"]]

BOOKS: list[tuple[str, str, Outcome, Book, Book]] = [
    ("a sheet of notes before and after", F, RIGHT, lambda rows: xlsx({"Notes": NOTES, "Return": rows, "End": NOTES}),
     lambda rows: ods({"Notes": NOTES, "Return": rows, "End": NOTES})),
    ("an empty sheet before", H, RIGHT, lambda rows: xlsx({"Sheet1": [], "Return": rows}),
     lambda rows: ods({"Sheet1": [], "Return": rows})),
    ("a sheet for each year", F, RIGHT, lambda rows: xlsx(_by_half(rows)), lambda rows: ods(_by_half(rows))),
    ("a year's sheet with a renamed column", F, Refused("needs the column 'numerator'"),
     lambda rows: xlsx({"2022": rows, "2023": _renamed(rows)}),
     lambda rows: ods({"2022": rows, "2023": _renamed(rows)})),
    ("a second sheet without a header", F, Refused("sheet '2023 continued' has not the header"),
     lambda rows: xlsx(_without_header(rows)), lambda rows: ods(_without_header(rows))),
    ("a second sheet without a header", P, Refused("sheet '2023 continued' has not the header"),
     lambda rows: xlsx(_without_header(rows)), lambda rows: ods(_without_header(rows))),
    ("a second sheet with half its columns renamed", F, Refused("sheet '2023' has not the header"),
     lambda rows: xlsx(_two_renamed(rows)), lambda rows: ods(_two_renamed(rows))),
    ("a sheet with a list of areas", F, RIGHT, lambda rows: xlsx({"Areas": AREAS, "Return": rows}),
     lambda rows: ods({"Areas": AREAS, "Return": rows})),
    ("the sheet twice", F, Found("figure_is_given_once"), lambda rows: xlsx({"Return": rows, "Return (2)": rows}),
     lambda rows: ods({"Return": rows, "Return (2)": rows})),
    ("an old copy on a hidden sheet", F, RIGHT, lambda rows: xlsx({"Return": rows, "Old": rows[:9]}, hidden=("Old",)),
     lambda rows: ods({"Return": rows, "Old": rows[:9]}, hidden=("Old",))),
    ("another year on a hidden sheet", P, RIGHT,
     lambda rows: xlsx({"Return": rows, "Old": [rows[0], ["Dorset", "1999", 700_000, ""]]}, hidden=("Old",)),
     lambda rows: ods({"Return": rows, "Old": [rows[0], ["Dorset", "1999", 700_000, ""]]}, hidden=("Old",))),
    ("the table on a hidden sheet", F, Refused("hidden sheet"), lambda rows: xlsx(
        {"Cover": NOTES, "Return": rows}, hidden=("Return",)),
     lambda rows: ods({"Cover": NOTES, "Return": rows}, hidden=("Return",))),
    ("no sheet but notes", P, Refused("needs the columns"), lambda rows: xlsx({"Notes": NOTES}),
     lambda rows: ods({"Notes": NOTES})),
    ("formulas with their results", F, RIGHT, lambda rows: xlsx({"Return": FORMULAS(rows)}),
     lambda rows: ods({"Return": FORMULAS(rows)})),
    ("formulas with their results", H, RIGHT, lambda rows: xlsx({"Return": FORMULAS(rows)}),
     lambda rows: ods({"Return": FORMULAS(rows)})),
    ("a formula without a result", F, Refused("formula without its result"),
     lambda rows: xlsx({"Return": put(7, 3, Formula("B1+B2"))(rows)}),
     lambda rows: ods({"Return": put(7, 3, Formula("B1+B2"))(rows)})),
    ("denominators without their results", F, Refused("formula without its result"),
     lambda rows: xlsx({"Return": [rows[0], *([*row[:4], Formula("B1+B2"), ""] for row in rows[1:])]}),
     lambda rows: ods({"Return": [rows[0], *([*row[:4], Formula("B1+B2"), ""] for row in rows[1:])]})),
    ("a formula that failed", P, Refused("formula that failed"),
     lambda rows: xlsx({"Return": put(7, 2, Fault("#REF!"))(rows)}),
     lambda rows: ods({"Return": put(7, 2, Fault("#REF!"))(rows)})),
    ("a denominator that failed", F, Refused("formula that failed"),
     lambda rows: xlsx({"Return": put(7, 4, Fault("#DIV/0!"))(rows)}),
     lambda rows: ods({"Return": put(7, 4, Fault("#DIV/0!"))(rows)})),
    ("months by their last days", F, RIGHT, lambda rows: xlsx({"Return": _month_ends(rows)}),
     lambda rows: ods({"Return": _month_ends(rows)})),
    ("months by their last days", S, RIGHT, lambda rows: xlsx({"Return": _month_ends(rows)}),
     lambda rows: ods({"Return": _month_ends(rows)})),
    ("days taken for months", F, Rejected(2, "neither a month"), lambda rows: xlsx({"Return": _american(rows)}),
     lambda rows: ods({"Return": _american(rows)})),
    ("dates as serial numbers", F, Rejected(2, "neither a month"), lambda rows: xlsx({"Return": _serials(rows)}),
     lambda rows: ods({"Return": _serials(rows)})),
    ("a title, notes and merged headings above", F, RIGHT,
     lambda rows: xlsx({"Return": above(["Return"], [], ["Of the force", "", "", "Figures"])(rows)}, merged="A3:C3"),
     lambda rows: ods({"Return": above(["Return"], [], ["Of the force", "", "", "Figures"])(rows)})),
    ("a source below", F, Rejected(58, "is empty"), lambda rows: xlsx({"Return": below(["Source: PSD"])(rows)}),
     lambda rows: ods({"Return": below(["Source: PSD"])(rows)})),
    ("areas merged over their months", F, Rejected(3, "is empty"),
     lambda rows: xlsx({"Return": put(3, 1, "")(rows)}, merged="B2:B3"),
     lambda rows: ods({"Return": put(3, 1, "")(rows)})),
    ("blank rows and columns", P, RIGHT, lambda rows: xlsx({"Return": wider(3)(after(4, [], [])(rows))}),
     lambda rows: ods({"Return": wider(3)(after(4, [], [])(rows))})),
    ("numbers as text", H, RIGHT, lambda rows: xlsx({"Return": numbers(str)(rows)}),
     lambda rows: ods({"Return": numbers(str)(rows)})),
    ("numbers as text with n/a", F, Rejected(7, "is not a number"),
     lambda rows: xlsx({"Return": every(numbers(str), put(7, 3, "n/a"))(rows)}),
     lambda rows: ods({"Return": every(numbers(str), put(7, 3, "n/a"))(rows)})),
    ("a count of 12.5", P, Rejected(7, "is not a whole number"), lambda rows: xlsx({"Return": put(7, 2, 12.5)(rows)}),
     lambda rows: ods({"Return": put(7, 2, 12.5)(rows)})),
    ("TRUE for a count", F, Rejected(7, "is not a number"),
     lambda rows: xlsx({"Return": put(7, 3, "TRUE")(rows)}), lambda rows: ods({"Return": put(7, 3, "TRUE")(rows)})),
    ("a month twice", F, Found("figure_is_given_once"), lambda rows: xlsx({"Return": again(2, 3)(rows)}),
     lambda rows: ods({"Return": again(2, 3)(rows)})),
]  # fmt: skip


def _not_computed(rows: Rows) -> bytes:
    """Write formulas as XlsxWriter does: each result is 0, and Excel is asked to compute them on opening."""
    book = xlsx({"Return": numbers(lambda number: Formula(f"SUM({number - 1},1)", 0))(rows)})
    return repacked(book, "</workbook>", '<calcPr calcId="124519" fullCalcOnLoad="1"/></workbook>')


_EXCEL = [
    ("formulas that nobody has computed", F, Refused("has not been computed"), _not_computed),
    ("formulas that nobody has computed", P, Refused("has not been computed"), _not_computed),
    ("no formulas, written by a program", F, RIGHT, lambda rows: repacked(
        xlsx({"Return": rows}), "</workbook>", '<calcPr calcId="124519" fullCalcOnLoad="1"/></workbook>')),
    ("formulas saved by Excel", F, RIGHT, lambda rows: repacked(
        xlsx({"Return": FORMULAS(rows)}), "</workbook>", '<calcPr calcId="191029"/></workbook>')),
    ("formulas saved by LibreOffice", F, RIGHT, lambda rows: repacked(
        xlsx({"Return": FORMULAS(rows)}), "</workbook>",
        '<calcPr iterateCount="100" refMode="A1" iterate="false" iterateDelta="0.001"/></workbook>')),
    ("hidden rows, all of the table", F, RIGHT, lambda rows: xlsx({"Return": rows}, hidden_rows=range(5, 20))),
    ("dates since 1904", F, RIGHT, lambda rows: xlsx({"Return": rows}, since_1904=True)),
    ("a number in scientific notation", P, RIGHT, lambda rows: repacked(
        xlsx({"Return": put(7, 2, 4_700_000_001)(rows)}), "4700000001", f"{rows[6][2]}E0")),
    ("a cell in the last row and column", F, Refused("more than 1,000,000 cells"), lambda rows: repacked(
        xlsx({"Return": rows}), "</sheetData>",
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')),
    ("a format far away", F, RIGHT, lambda rows: repacked(
        xlsx({"Return": rows}), "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')),
    ("a document type with entities", F, Refused("declares a document type"), lambda rows: repacked(
        xlsx({"Return": rows}), "<worksheet ", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet ')),
    ("XML that breaks off", H, Refused("is not whole"), lambda rows: repacked(
        xlsx({"Return": rows}), "</sheetData>", "")),
    ("an OpenDocument file of that name", F, Refused("another kind of workbook"), lambda rows: ods({"Return": rows})),
    ("a binary workbook of that name", F, Refused("another kind of workbook"),
     lambda rows: zipped({"xl/workbook.bin": "x"})),
    ("a plain zip of that name", F, Refused("cannot be read as a workbook"), lambda rows: zipped({"a.csv": "x"})),
    ("an old Excel file of that name", F, Refused("an old Excel workbook"),
     lambda rows: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("a web page of that name", F, Refused("is a web page"), lambda rows: b"<html><table><tr><td>measure</td></table>"),
    ("a CSV of that name", F, Refused("is not an .xlsx file"), lambda rows: b"measure,area,period,numerator\n"),
    ("a table cut short", F, Refused("cut short or damaged"), lambda rows: xlsx({"Return": rows})[:-300]),
    ("nothing", F, Refused("is empty (0 bytes)"), lambda rows: b""),
]  # fmt: skip
_ODS = [
    ("a row repeated a million times", F, Refused("more than 1,000,000 cells"), lambda rows: repacked(
        ods({"Return": rows}), "</table:table>", '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="100"/>'
        "</table:table-row></table:table>")),
    ("empty rows repeated to the end", F, RIGHT, lambda rows: repacked(
        ods({"Return": rows}), "</table:table>", '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>')),
    ("an Excel file of that name", F, Refused("another kind of workbook"), lambda rows: xlsx({"Return": rows})),
    ("a cell that breaks off", F, Refused("is not whole"), lambda rows: repacked(
        ods({"Return": rows}), "<text:p>Swindon UA</text:p></table:table-cell>", "")),
    ("a table cut short", P, Refused("cut short or damaged"), lambda rows: ods({"Return": rows})[: -200]),
    ("protected by a password", F, Refused("password"), lambda rows: repacked(
        ods({"Return": rows}), '<manifest:file-entry manifest:full-path="/"',
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"><manifest:encryption-data'
        '/></manifest:file-entry><manifest:file-entry manifest:full-path="/"')),
    ("nothing", P, Refused("is empty (0 bytes)"), lambda rows: b""),
]  # fmt: skip

CASES = [
    *(Case(name, layout, ".xlsx", outcome, book=book) for name, layout, outcome, book, _ in BOOKS),
    *(Case(name, layout, ".ods", outcome, book=book) for name, layout, outcome, _, book in BOOKS),
    *(Case(name, layout, ".xlsx", outcome, book=book) for name, layout, outcome, book in _EXCEL),
    *(Case(name, layout, ".ods", outcome, book=book) for name, layout, outcome, book in _ODS),
]
