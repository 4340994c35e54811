"""What looks personal stops a file and what does not lets it pass: a table of cases, both ways, all invented."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import PersonalData
from flows.personal import refuse_personal_data
from flows.personal.values import kinds_in, plain
from flows.sources import LAYOUTS
from tests.unit.test_sources import xlsx

RETURN = LAYOUTS["force_return"]
HEADER = ("measure", "area", "period", "numerator", "denominator", "note")

STOPS = {
    "victim at SN1 1AA": "a full postcode",
    "victim at sn1 1aa": "a full postcode",
    "Sn15 3ZZ": "a full postcode",
    "posted from SW1A9ZZ today": "a full postcode",
    "flat in EC1A\u00a01ZZ": "a full postcode",
    "call back on 07700 900123": "a telephone number",
    "07700900123": "a telephone number",
    "7700900123": "a telephone number",
    "+44 7700 900 123": "a telephone number",
    "0044 1632 960983": "a telephone number",
    "(01632) 960983": "a telephone number",
    "01632-960-983": "a telephone number",
    "020 7946 0018": "a telephone number",
    "ring 0113 496 0123 after six": "a telephone number",
    "jo.bloggs@example.org": "an email address",
    "sent to J_Bloggs99@mail.example.co.uk, twice": "an email address",
    "QQ 12 34 56 C".replace("QQ", "AB"): "a National Insurance number",
    "ab123456c": "a National Insurance number",
    "NHS 943 476 5919": "an NHS number",
    "9434765919": "an NHS number",
    "DOB 12/03/1980": "a date of birth",
    "born 4 May 1971": "a date of birth",
    "d.o.b: 1980-03-12": "a date of birth",
    "withdrawn by Mr Bloggs": "a person's name",
    "Mrs J. Bloggs rang": "a person's name",
    "PC 1234 attended": "a person's name",
    "complaint by Sarah Bloggs withdrawn": "a person's name",
    "complaint by SARAH BLOGGS withdrawn": "a person's name",
    "seen at 12 Acacia Avenue": "a home address",
    "Flat 3, 12a Old Mill Lane, second floor": "a home address",
    "crime ref 54230012345 in Acacia Avenue": "a crime reference with an address",
}
PASSES = (
    "return late, system change 12 June",
    "two cases moved to the next quarter",
    "recounted on 2023-07-03 and 2023-08-14",
    "01-04-2023 30-06-2023",
    "figures for 01/04/2023 to 30/06/2023",
    "On or near Fleet Street",
    "On or near Nelson Road",
    "E01032038",
    "Swindon 001A",
    "Wiltshire 012B",
    "51.562034",
    "-1.783456",
    "37.2",
    "1,234,567",
    "10 000 000",
    "E1 2nd submission",
    "M4 2hr closure",
    "A303 and M4",
    "2023/24 Q1",
    "101 and 999 calls",
    "0800 to 1700 hours",
    "from 12 June Road traffic collisions are counted apart",
    "2 Fatal Road Collisions were left out",
    "St James Street custody suite closed",
    "George Street station closed",
    "Alison Road Police Station",
    "includes Operation Elizabeth",
    "Devon and Cornwall",
    "Bath and North East Somerset",
    "City of London",
    "version 2.10.4 of the system",
    "COVID-19",
    "audit of 1 in 20 records, May 2023",
    "9434765918",  # a figure off an NHS number
    "GB123456C",  # no such National Insurance prefix
    "see table A12 in the annex",
    "crime reference numbers were re-issued in April",
    "54230012345",
    "Miss rate fell",
    "share @ 95 %",
)


@pytest.mark.parametrize(("text", "kind"), STOPS.items())
def test_a_note_with_it_stops_the_file(text: str, kind: str, tmp_path: Path) -> None:
    assert kind in kinds_in(plain(text))
    with pytest.raises(PersonalData) as raised:
        _look(tmp_path, [HEADER, ("complaints", "Swindon", "2023-04", "7", "", text)])
    assert f"column 'note' (F) ({kind}" in raised.value.columns or kind in raised.value.columns
    assert text not in str(raised.value)


@pytest.mark.parametrize("text", PASSES)
def test_a_note_like_it_does_not(text: str, tmp_path: Path) -> None:
    assert _passes(tmp_path, [HEADER, ("complaints", "Swindon", "2023-04", "7", "", text)])
    rows = [("a", "b", "2023-04", "7", "", "", text) for _ in range(3)]
    assert _passes(tmp_path, [(*HEADER, "extra"), *rows])


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Surname", "Bloggs"), ("victim_name", "Bloggs"), ("VictimForename", "Jo"), ("name", "Bloggs"),
        ("Officer Name", "Bloggs"), ("DOB", "a while ago"), ("Date of Birth", "1.1."), ("Home Address", "The Mill"),
        ("Address Line 1", "The Mill"), ("post code", "hidden"), ("Mobile No", "none"), ("e-mail", "none"),
        ("NI Number", "none"), ("NHS No", "none"), ("Collar Number", "W12"), ("When", "12/03/1961"),
        ("Contact", "Sarah Bloggs"), ("Who", "BLOGGS, SARAH"),
    ],
)  # fmt: skip
def test_an_undeclared_column_stops_by_its_name_or_by_what_stands_in_it(
    header: str, value: str, tmp_path: Path
) -> None:
    with pytest.raises(PersonalData, match=rf"column '{header}' \(G\)") as raised:
        _look(tmp_path, [(*HEADER, header), ("complaints", "Swindon", "2023-04", "7", "", "", value)])
    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("telephone", "1,240"), ("email", "312"), ("Name of force", "Wiltshire"), ("LSOA name", "Swindon 001A"),
        ("Force Name", "Wiltshire"), ("postcode district", "SN1"), ("address", ""), ("received", "12/06/2023"),
        ("status", "final"), ("Crime number", "54230012345"), ("street", "Fleet Street"), ("Area name", "Swindon"),
        ("outcome", "Investigation complete; no suspect identified"), ("victims", "12"),
    ],
)  # fmt: skip
def test_an_undeclared_column_of_counts_or_places_passes(header: str, value: str, tmp_path: Path) -> None:
    assert _passes(tmp_path, [(*HEADER, header), ("complaints", "Swindon", "2023-04", "7", "", "", value)])


def test_a_crime_reference_passes_alone_and_stops_beside_a_street(tmp_path: Path) -> None:
    with pytest.raises(PersonalData, match="crime reference with an address"):
        _look(
            tmp_path,
            [(*HEADER, "crime ref", "place"), ("a", "b", "2023-04", "7", "", "", "54230012345", "Fleet Street")],
        )


def test_an_undeclared_column_of_sentences_is_free_text(tmp_path: Path) -> None:
    long = "the complainant says that the officer did not come {} and that nobody rang back for three days"
    rows = [("a", "b", "2023-04", "7", "", "", long.format(one)) for one in ("at all", "in time", "on Friday")]
    with pytest.raises(PersonalData, match=r"column 'remark' \(G\) \(free text\)"):
        _look(tmp_path, [(*HEADER, "remark"), *rows])


def test_every_container_is_looked_through_also_what_is_not_read(tmp_path: Path) -> None:
    sound, bad = _csv([HEADER, ("a", "b", "2023-04", "7", "", "")]), _csv([("who", "x"), ("Jo", "jo@example.org")])
    files = {
        "return.csv.gz": gzip.compress(_csv([HEADER, ("a", "b", "2023-04", "7", "", "jo@example.org")])),
        "ignored.zip": _zip({"return.csv": sound, "readme.txt": b"ring 07700 900123\n"}),
        "nested.zip": _zip({"return.csv": sound, "more.zip": _zip({"people.csv": bad})}),
        "gz.zip": _zip({"return.csv": sound, "more.gz": gzip.compress(bad)}),
        "named.zip": _zip({"return.csv": sound, "jo@example.org.csv": sound}),
        "return.xlsx": _workbook(
            {"return": [HEADER, ("a", "b", "2023-04", 7, None, None)], "x": [("jo@example.org",)]}
        ),
        "comment.xlsx": _workbook({"return": [HEADER, ("a", "b", "2023-04", 7, None, None)]}, comment="07700 900123"),
        "utf16.csv": _csv([HEADER, ("a", "b", "2023-04", "7", "", "jo@example.org")]).decode().encode("utf-16"),
        "latin.csv": "measure,area,period,numerator,note\na,b,2023-04,7,caf\xe9 SN1\xa01AA\n".encode("cp1252"),
        "unclosed.csv": b'measure,area,period,numerator,note\na,b,2023-04,7,"open\n'
        + b"x,y,z,1,jo@example.org\n" * 9000,
        "ragged.csv": b"measure,area,period,numerator\na,b,2023-04,7,jo@example.org\n",
        "semicolons.csv": b"surname;count\nBloggs;two\n",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(PersonalData) as raised:
            refuse_personal_data(path, name, RETURN)
        assert "example.org" not in str(raised.value), name
        assert "900123" not in str(raised.value), name


def test_a_file_whose_name_is_personal_is_not_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(_csv([HEADER]))
    with pytest.raises(PersonalData) as raised:
        refuse_personal_data(path, "complaint_Sarah_Bloggs.csv", RETURN)
    assert "Bloggs" not in str(raised.value)


def test_an_office_may_give_its_contact_in_the_notes_of_a_workbook(tmp_path: Path) -> None:
    notes: list[tuple[object, ...]] = [
        ("Contact: crimestatistics@example.gov.uk",),
        ("Telephone: 01632 960983",),
        ("Segensworth, PO15 5RR",),
    ]
    path = tmp_path / "tables.xlsx"
    path.write_bytes(_workbook({"Notes": notes}))
    refuse_personal_data(path, path.name, RETURN)
    path.write_bytes(_workbook({"Notes": [*notes, ("out of hours: 07700 900123",)]}))
    with pytest.raises(PersonalData, match="a telephone number"):
        refuse_personal_data(path, path.name, RETURN)


_DIGITS = st.text("0123456789", min_size=6, max_size=6)
_WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9)
_PERSONAL = st.one_of(
    st.builds("{}.{}@example.org".format, _WORD, _WORD),
    st.builds("07700 {}".format, _DIGITS),
    st.builds("SN1 {}ZZ".format, st.sampled_from("0123456789")),
    st.builds("AB{}C".format, _DIGITS),
    st.builds(lambda word: f"Sarah Q{word}", _WORD),
)


@given(value=_PERSONAL, before=_WORD, place=st.sampled_from(("note", "extra", "header", "above", "ragged", "lone")))
def test_the_message_never_holds_the_value(
    value: str, before: str, place: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    row = ("a", "b", "2023-04", "7", "")
    rows: list[tuple[str, ...]] = {
        "note": [HEADER, (*row, f"{before} {value}")],
        "extra": [(*HEADER, "extra"), (*row, "", value)],
        "header": [(*HEADER, value), (*row, "", "x")],
        "above": [(f"{before} {value}",), HEADER, (*row, "")],
        "ragged": [HEADER, (*row, "", "", "", value)],
        "lone": [(value, value), ("x", value)],
    }[place]
    folder = tmp_path_factory.mktemp("one")
    if place == "header":  # a header is text of its own: at most it is not repeated
        try:
            _look(folder, rows)
        except PersonalData as error:
            assert value not in str(error)
        return
    with pytest.raises(PersonalData) as raised:
        _look(folder, rows)
    assert value not in str(raised.value)


def _look(folder: Path, rows: list[tuple[str, ...]]) -> None:
    path = folder / "return.csv"
    path.write_bytes(_csv(rows))
    refuse_personal_data(path, path.name, RETURN)


def _passes(folder: Path, rows: list[tuple[str, ...]]) -> bool:
    try:
        _look(folder, rows)
    except PersonalData as refused:
        pytest.fail(f"refused: {refused}")
    return True


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _workbook(sheets: dict[str, list[tuple[object, ...]]], comment: str = "") -> bytes:
    out = io.BytesIO(xlsx({name: [list(row) for row in rows] for name, rows in sheets.items()}))
    if comment:
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr(
                "xl/comments1.xml", f"<comments><comment><text><t>{comment}</t></text></comment></comments>"
            )
    return out.getvalue()
