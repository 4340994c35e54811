"""What a workbook or an archive holds beside its tables, and files that are no text: what stops, and what does not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from flows.errors import PersonalData, UnreadableFile
from flows.personal import refuse_personal_data
from flows.sources import LAYOUTS, read_file
from tests.corpus.workbooks import ods
from tests.unit.personal_files import HEADER, csv_of, look_at, workbook_of, zip_of

_TABLE: dict[str, list[tuple[object, ...]]] = {"return": [HEADER, ("a", "b", "2023-04", 7, None, None)]}
_SHEET = "xl/worksheets/sheet1.xml"
_COMMENTS = "xl/comments1.xml"
_LINKS = "xl/worksheets/_rels/sheet1.xml.rels"


def _comment(*runs: str, author: str = "Jane Doe") -> str:
    told = "".join(f"<r><rPr><b/></rPr><t>{run}</t></r>" for run in runs)
    return (
        f"<comments><authors><author>{author}</author></authors><commentList>"
        f'<comment ref="A1" authorId="0"><text>{told}</text></comment></commentList></comments>'
    )


def _link(target: str) -> str:
    return f'<Relationships><Relationship Id="r1" Target="{target}" TargetMode="External"/></Relationships>'


def _list(values: str) -> str:
    return (
        '<dataValidations count="1"><dataValidation type="list" sqref="A1"><formula1>"'
        f'{values}"</formula1></dataValidation></dataValidations>'
    )


def _prompt(text: str) -> str:
    return f'<dataValidations><dataValidation type="list" prompt="{text}"/></dataValidations>'


def _footer(text: str) -> str:
    return f"<headerFooter><oddHeader>{text}</oddHeader></headerFooter>"


# Each is a member of the workbook (for a sheet, what follows its cells) and what is said of it.
STOPS = [
    (_COMMENTS, _comment("ring 07700 900123"), "the comments on its cells (a telephone number)"),
    (_COMMENTS, _comment("Jane Doe:", "\nseen by Mr Alan Smith"), "the comments on its cells (a person's name)"),
    (_COMMENTS, _comment("Jane Doe:\nSarah ", "Bloggs withdrew"), "the comments on its cells (a person's name)"),
    ("xl/threadedComments/threadedComment1.xml", "<t><text>Mr Smith</text></t>", "the comments on its cells (a person"),
    (_LINKS, _link("mailto:jo.bloggs@example.org"), "its links (an email address)"),
    (_LINKS, _link("mailto:jo.bloggs%40example.org?subject=x"), "its links (an email address)"),
    (_LINKS, _link("tel:+447700900123"), "its links (a telephone number)"),
    ("name", "Sarah_Bloggs", "its defined names (a person's name)"),
    ("defined", '"4 High Street"', "its defined names (a home address)"),
    (_SHEET, _list("Yes,Sarah Bloggs,Alan Smith"), "footers (a person's name)"),
    (_SHEET, _prompt("ask Sarah Bloggs"), "footers (a person's name)"),
    (_SHEET, _footer('&amp;L&amp;"Arial,Bold"&amp;12Mr Smith, 4 High Street'), "(a home address, a person's name)"),
    (_SHEET, _footer("&amp;Cring 07700 900123"), "footers (a telephone number)"),
    ("xl/pivotCache/pivotCacheRecords1.xml", '<r><s v="Sarah Bloggs"/></r>', "kept by a pivot table (a person's name)"),
    ("xl/charts/chart1.xml", "<c><v>Sarah Bloggs</v></c>", "its charts (a person's name)"),
    ("xl/drawings/drawing1.xml", "<d><p><t>Sarah </t><t>Bloggs</t></p></d>", "its text boxes (a person's name)"),
]
PASSES = [
    (_COMMENTS, _comment("revised")),
    (_COMMENTS, _comment("Jane Doe:", "\nrevised")),
    (_COMMENTS, _comment("Jane Doe:\nrevised on 12 June")),
    (_COMMENTS, _comment("PC 4411 John Smith:", "\nrevised", author="PC 4411 John Smith")),
    (_LINKS, _link("mailto:performance@wiltshire.police.uk")),
    (_LINKS, _link("https://www.police.uk/pu/your-area/wiltshire-police/?ref=07700900123")),
    (_LINKS, _link("tel:03001234567")),
    ("name", "_xlnm.Print_Area"),
    ("name", "Frances_Park"),
    ("defined", "return!$A$1:$F$40"),
    (_SHEET, _list("Yes,No,Not recorded")),
    (_SHEET, _list("Swindon,Frances Park,Alice Holt")),
    (_SHEET, _prompt("the month as 2023-04")),
    (_SHEET, _footer("&amp;L&amp;F&amp;CPage &amp;P of &amp;N&amp;ROFFICIAL")),
    (_SHEET, _footer("&amp;LWiltshire Police, 12/06/2023")),
    ("xl/drawings/drawing1.xml", "<d><p><t>Figures for April</t></p></d>"),
    ("docProps/core.xml", "<p><creator>Sarah Bloggs</creator></p>"),
]


def _workbook(member: str, text: str) -> bytes:
    """Return a workbook with that member; `name` and `defined` are of a defined name in it."""
    if member in ("name", "defined"):
        entry = (text, "return!$A$1") if member == "name" else ("x", text)
        member, inside, end = "xl/workbook.xml", '<definedName name="{}">{}</definedName>'.format(*entry), "</workbook>"
        text = f"<definedNames>{inside}</definedNames>"
    elif member == _SHEET:
        end = "</worksheet>"
    else:
        return workbook_of(_TABLE, {member: text})
    with zipfile.ZipFile(io.BytesIO(workbook_of(_TABLE))) as archive:
        own = archive.read(member).decode()
    return workbook_of(_TABLE, {member: own.replace(end, text + end)})


@pytest.mark.parametrize(("member", "text", "told"), STOPS)
def test_what_stands_beside_the_cells_stops_a_workbook(member: str, text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(PersonalData) as raised:
        look_at(tmp_path, "return.xlsx", _workbook(member, text))
    assert told in raised.value.columns
    assert not any(value in str(raised.value) for value in ("Bloggs", "Smith", "900123", "High Street"))


@pytest.mark.parametrize(("member", "text"), PASSES)
def test_what_stands_beside_the_cells_passes(member: str, text: str, tmp_path: Path) -> None:
    refused = ""
    try:
        look_at(tmp_path, "return.xlsx", _workbook(member, text))
    except PersonalData as error:
        refused = error.columns
    assert refused == ""


def test_a_sheets_own_cells_are_not_what_stands_beside_them(tmp_path: Path) -> None:
    """However long the cells are, and wherever the pieces that they are read in end."""
    rows: list[tuple[object, ...]] = [("a", "b", "2023-04", number, None, None) for number in range(20_000)]
    book = workbook_of({"return": [HEADER, *rows]})
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheet = archive.read(_SHEET).decode()
    assert len(sheet) > 2 * 1024**2
    look_at(tmp_path, "return.xlsx", book)
    told = sheet.replace("</worksheet>", f"{_footer('ring 07700 900123')}</worksheet>")
    with pytest.raises(PersonalData, match=r"footers \(a telephone number\)"):
        look_at(tmp_path, "return.xlsx", workbook_of({"return": [HEADER, *rows]}, {_SHEET: told}))


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<o:annotation><d:creator>Jane Doe</d:creator><t:p>ring 07700 900123</t:p></o:annotation>", "the comments on"),
        ('<t:a x:href="mailto:jo@example.org">write</t:a>', r"links and defined names \(an email address"),
        ('<v condition="cell-content-is-in-list(&quot;Sarah Bloggs&quot;)"/>', r"its lists, links"),
        ("<o:annotation><d:creator>Jane Doe</d:creator><t:p>revised</t:p></o:annotation>", ""),
        ('<t:a x:href="mailto:performance@wiltshire.police.uk">write</t:a>', ""),
    ],
)
def test_an_opendocument_workbook_is_looked_through_in_the_same_way(inside: str, told: str, tmp_path: Path) -> None:
    plain = ods({"return": [list(HEADER), ["a", "b", "2023-04", 7, "", ""]]})
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    end = b"</office:spreadsheet>"
    declared = f'<x xmlns:o="o" xmlns:d="d" xmlns:t="t" xmlns:x="x">{inside}</x>'.encode()
    book = zip_of(members | {"content.xml": members["content.xml"].replace(end, declared + end)})
    if not told:
        look_at(tmp_path, "return.ods", book)
        return
    with pytest.raises(PersonalData, match=told):
        look_at(tmp_path, "return.ods", book)


def test_the_comment_on_an_archive_is_looked_at(tmp_path: Path) -> None:
    sound = {"return.csv": csv_of([HEADER, ("a", "b", "2023-04", "7", "", "")])}
    look_at(tmp_path, "return.zip", zip_of(sound, comment=b"made by the export of 12 June"))
    with pytest.raises(PersonalData, match=r"the comments on the archive \(a person's name\)"):
        look_at(tmp_path, "return.zip", zip_of(sound, comment=b"from PC 4411 John Smith"))


def test_an_office_may_give_its_contact_in_the_notes_of_a_workbook(tmp_path: Path) -> None:
    notes: list[tuple[object, ...]] = [
        ("Contact: crimestatistics@example.gov.uk",),
        ("Telephone: 01632 960983",),
        ("Segensworth, PO15 5RR",),
    ]
    look_at(tmp_path, "tables.xlsx", workbook_of({"Notes": notes}))
    with pytest.raises(PersonalData, match="a telephone number"):
        look_at(tmp_path, "tables.xlsx", workbook_of({"Notes": [*notes, ("out of hours: 07700 900123",)]}))


_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9 + b" 07700 900123 "


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (_PICTURE, "neither UTF-8 nor Windows-1252"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj 07700 900123\n", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 07700 900123" + bytes(600), "an old Excel workbook"),
    ],
)
def test_what_is_no_text_is_left_to_its_reader(content: bytes, finding: str, tmp_path: Path) -> None:
    path = tmp_path / "return.csv"
    path.write_bytes(content)
    layout = LAYOUTS["force_return"]
    refuse_personal_data(path, path.name, layout)
    with pytest.raises(UnreadableFile, match=finding):
        read_file(path, path.name, layout, tmp_path)


@pytest.mark.parametrize("sign", [b"\x01", b"\0", b"\x1b"])
def test_a_text_with_odd_signs_in_it_is_looked_at(sign: bytes, tmp_path: Path) -> None:
    content = csv_of([HEADER, ("a", "b", "2023-04", "7", "", "ring 07700 900123")]) + sign * 20
    with pytest.raises(PersonalData, match="a telephone number"):
        look_at(tmp_path, "return.csv", content)
