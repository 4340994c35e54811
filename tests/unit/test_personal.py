"""Every container is looked through for personal data, and no message repeats what was found."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import PersonalData
from flows.personal import refuse_personal_data
from tests.unit.personal_files import HEADER, RETURN, csv_of, look, workbook_of, zip_of


def test_every_container_is_looked_through_also_what_is_not_read(tmp_path: Path) -> None:
    sound, bad = csv_of([HEADER, ("a", "b", "2023-04", "7", "", "")]), csv_of([("who", "x"), ("Jo", "jo@example.org")])
    files = {
        "return.csv.gz": gzip.compress(csv_of([HEADER, ("a", "b", "2023-04", "7", "", "jo@example.org")])),
        "ignored.zip": zip_of({"return.csv": sound, "readme.txt": b"ring 07700 900123\n"}),
        "nested.zip": zip_of({"return.csv": sound, "more.zip": zip_of({"people.csv": bad})}),
        "gz.zip": zip_of({"return.csv": sound, "more.gz": gzip.compress(bad)}),
        "named.zip": zip_of({"return.csv": sound, "jo@example.org.csv": sound}),
        "return.xlsx": workbook_of(
            {"return": [HEADER, ("a", "b", "2023-04", 7, None, None)], "x": [("jo@example.org",)]}
        ),
        "commented.zip": zip_of({"return.csv": sound}, comment=b"ring 07700 900123"),
        "utf16.csv": csv_of([HEADER, ("a", "b", "2023-04", "7", "", "jo@example.org")]).decode().encode("utf-16"),
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
    path.write_bytes(csv_of([HEADER]))
    with pytest.raises(PersonalData) as raised:
        refuse_personal_data(path, "complaint_Sarah_Bloggs.csv", RETURN)
    assert "Bloggs" not in str(raised.value)


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
    with pytest.raises(PersonalData) as raised:
        look(folder, rows)
    assert value not in str(raised.value)
