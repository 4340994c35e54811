"""Members of an archive that cannot be searched stop it, told by their kind; pictures and PDFs do not. All invented."""

from __future__ import annotations

import base64
import gzip
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from flows.errors import PersonalData
from tests.unit.personal_files import HEADER, csv_of, look_at, workbook_of, zip_of

TABLE = csv_of([HEADER, ("a", "b", "2023-04", "7", "", "")])
TOLD = "Complaint of Sarah Bloggs, 07700 900123, jo.bloggs@example.org"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENCODED = base64.b64encode(TOLD.encode())
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9

STOPS = {
    "note.msg": (OLE + TOLD.encode("utf-16-le") + bytes(600), "an Outlook message"),
    "old.doc": (OLE + TOLD.encode() + bytes(600), "an old Word, Excel or PowerPoint file"),
    "list.xls": (OLE + TOLD.encode("utf-16-le"), "an old Word, Excel or PowerPoint file"),
    "locked.xlsx": (OLE + bytes(range(256)) * 4, "one protected by a password"),
    "no ending": (OLE + TOLD.encode(), "an Outlook message"),
    "mail.eml": (b"Subject: x\nContent-Transfer-Encoding: base64\n\n" + ENCODED, "a saved email"),
    "plain.eml": (b"Subject: x\n\nhello", "a saved email"),
    "mail.txt": (b"Subject: x\r\nContent-Transfer-Encoding: Base64\r\n\r\n" + ENCODED, "a saved email"),
    "note.rtf": (b"{\\rtf1 Sarah{\\b  Bl}oggs}", "a document in RTF"),
    "old.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(range(256)), "an archive of a kind that is not opened"),
    "a.tar": (b"a.txt".ljust(257, b"\0") + b"ustar" + bytes(250) + TOLD.encode(), "an archive of a kind"),
    "x.db": (b"SQLite format 3\0" + TOLD.encode(), "a database"),
    "x.bin": (bytes(range(256)) * 20 + TOLD.encode(), "a file that is no text"),
    "x.mdb.bak": (bytes(64) + TOLD.encode() + bytes(4000), "a file that is no text"),
    "gz.gz": (gzip.compress(OLE + TOLD.encode()), "an Outlook message"),
    "twice.gz": (gzip.compress(gzip.compress(TOLD.encode())), "a file that is no text"),
    "cut.gz": (gzip.compress(TOLD.encode() * 99)[:-20], "a file that is cut short or damaged"),
    "inner.zip": (zip_of({"note.msg": OLE + TOLD.encode()}), "an Outlook message"),
    "return.zip": (zip_of({"return.csv": OLE + TOLD.encode()}), "an Outlook message"),
    "cut.zip": (zip_of({"a.txt": TOLD.encode()})[:-30], "a file that is cut short or damaged"),
    "deep.zip": (
        zip_of({"b.zip": zip_of({"c.zip": zip_of({"d.zip": zip_of({"a": b"x"})})})}), "archives inside archives",
    ),
}  # fmt: skip
PASSES = {
    "photo.png": PICTURE,
    "photo.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 9,
    "old.bmp": b"BM" + bytes(range(256)) * 9,
    "notes.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    ".DS_Store": b"\0\0\0\1Bud1" + bytes(900),
    "__MACOSX/._return.csv": b"\0\5\x16\7" + bytes(90),
    "empty.txt": b"",
    "notes.txt": "Counts as of 3 July \u2013 provisional; caf\u00e9 closed".encode(),
    "latin.txt": "caf\u00e9 \u2013 closed".encode("cp1252"),
    "unicode.txt": "Counts as of 3 July, provisional".encode("utf-16"),
    "thai.txt": "\u0e01\u0e32\u0e23\u0e19\u0e31\u0e1a".encode() * 40,
    "page.html": b"<html><p>Counts, provisional</p></html>",
    "BM.csv.txt": b"BM,count\n",
    "notes.gz": gzip.compress(b"Counts, provisional"),
    "readme.md": b"The words content-transfer-encoding: base64 are not at a line's beginning here.",
    "tables.xlsx": workbook_of({"Notes": [("Counts, provisional",)]}),
    "notes.docx": zip_of({"word/document.xml": b"<w:t>Counts, provisional</w:t>", "word/media/image1.png": PICTURE}),
}  # fmt: skip


@pytest.mark.parametrize("name", STOPS)
def test_a_member_that_cannot_be_searched_stops_the_archive(name: str, tmp_path: Path) -> None:
    content, kind = STOPS[name]
    with pytest.raises(PersonalData) as raised:
        look_at(tmp_path, "return.zip", zip_of({"return.csv": TABLE, name: content}))
    told = raised.value.columns
    assert told.startswith(f"'{name}'") and kind in told
    assert "which cannot be searched: leave it out, or put its table in as a CSV" in told
    assert "Bloggs" not in str(raised.value) and "900123" not in str(raised.value)


@pytest.mark.parametrize("name", PASSES)
def test_a_member_that_can_be_searched_or_is_left_out_does_not(name: str, tmp_path: Path) -> None:
    look_at(tmp_path, "return.zip", zip_of({"return.csv": TABLE, name: PASSES[name]}))


def test_a_member_under_a_password_stops_the_archive(tmp_path: Path) -> None:
    content = bytearray(zip_of({"return.csv": TABLE, "notes.txt": TOLD.encode()}))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        content[archive.getinfo("notes.txt").header_offset + 6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(PersonalData, match=r"'notes.txt' \(a file that is protected by a password, which cannot"):
        look_at(tmp_path, "return.zip", bytes(content))


def test_a_member_whose_name_is_personal_is_told_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(PersonalData) as raised:
        look_at(tmp_path, "return.zip", zip_of({"return.csv": TABLE, "Sarah Bloggs.msg": OLE}))
    assert "member 2 (an Outlook message" in raised.value.columns and "Bloggs" not in str(raised.value)


def test_a_table_that_is_none_is_left_to_its_reader(tmp_path: Path) -> None:
    look_at(tmp_path, "return.zip", zip_of({"return.csv": OLE}))


def test_a_text_that_begins_with_odd_signs_is_searched(tmp_path: Path) -> None:
    content = b"\x01" * 220 + b"\x81" + b" plain words" * 3000 + b", ring 07700 900123"
    with pytest.raises(PersonalData, match=r"'head\.bin', .*a telephone number"):
        look_at(tmp_path, "return.zip", zip_of({"return.csv": TABLE, "head.bin": content}))
