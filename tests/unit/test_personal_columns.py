"""Columns that stop a file, by header, by values and by both; and aggregate columns that do not. All invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.personal_files import HEADER, look_at, refused

_ROW = ("complaints", "Swindon", "2023-04", "7", "", "")
_EXAMPLE = Path(__file__).parents[2] / "example/wiltshire/extracts"

STOPS = [
    # The header says it, whatever stands below.
    ("Surname", "Bloggs"), ("victim_name", "Bloggs"), ("VictimForename", "Jo"), ("Officer Name", "Bloggs"),
    ("DOB", "a while ago"), ("Date of Birth", "1.1."), ("birth_dt", "12/03/2011"), ("birth day", "the fourth"),
    ("Home Address", "The Mill"), ("Address Line 1", "The Mill"), ("addr", "Rose Cottage"), ("addr 2", "6 Mill"),
    ("Collar Number", "W12"), ("NI Number", "AB1234"), ("NHS No", "943-476"), ("Passport No", "P1"),
    ("Vic name", "Bloggs"),
    ("initials", "JB"), ("name of victim", "Eze"), ("Vic DOB", "in May"), ("warrant no", "W-77"),
    # Of dates of birth the name alone tells: Excel's numbers for days read as counts.
    ("Date of birth", "30767|27890"), ("DOB", "30767"), ("D.O.B.", "27890"), ("DateOfBirth", "1"), ("dob_victim", "x"),
    ("DOB (dd/mm/yyyy)", "30767"), ("Victim DOB", "30767"), ("DOB", ""), ("DOB", "known"), ("Birthday", "14"),
    # The header says it and the values bear it out.
    ("name", "Bloggs"), ("names", "Patel|Nowak|Smith"), ("name", "Piotr Kowalski|Wei Zhang"), ("post code", "SN1-1AA"),
    ("Postcode", "SN1 1A"), ("telephone", "1632 960983"), ("landline", "1225712345"), ("phone", "no. 225 712 3456"),
    ("Email", "jo at example dot org"), ("e-mail", "jo@example"),
    ("Complainant", "Bloggs|Nowak|Eze"), ("victim", "smith"), ("officer", "Kowalski"), ("officers", "Bloggs|Nowak"),
    ("Reported by", "Piotr Kowalski|Wei Zhang"), ("suspect", "Eze"), ("offender", "Nowak"), ("witness", "M. Eze"),
    ("recorded by", "Nowak"), ("OIC", "Nowak"), ("Officer in the case", "A Nowak"), ("injured party", "Eze|Yes|Nowak"),
    ("investigating officer", "Nowak"), ("Complainant 2", "Eze"), ("aggrieved", "Nowak"), ("caller", "Ngozi"),
    # The values say it, whatever the header.
    ("When", "12/03/1961"), ("x", "12/03/61|14/05/72"), ("Contact", "Sarah Bloggs"), ("Who", "BLOGGS, SARAH"),
    ("Location", "4 High Street|17 MILL LANE"), ("place", "4 High St"), ("ref", "943 476 5919"), ("team", "PC Jones"),
    ("school", "John Bentley|Sarah Bloggs"), ("ward", "Mr Eze|Calne"),
    ("status", "with Mr Eze"), ("x", "J. Smith"), ("x", "john smith"),
    ("store", "Jack Wills|Sarah Bloggs"), ("remark", "SN1 1AA"), ("column 8", "07700 900123"), ("unit", "Eze, Peter"),
    # The header is a value itself.
    ("PC 4411 John Smith", "7"), ("john@x.com", "7"), ("john smith 07700900123", "7"), ("SN1 1AA", "7"),
    ("4 high street", ""), ("Mrs Patel", "yes"), ("john smith", "7"), ("Sarah Bloggs", ""),
]  # fmt: skip
PASSES = [
    # Counts, answers and empty cells under a header that would hold people.
    ("telephone", "1,240"), ("email", "312"), ("victims", "12"), ("victim", "yes|no"), ("officer", "12|14"),
    ("complainant", ""), ("Email", "yes|no"), ("address", "known|unknown"), ("address", ""), ("Mobile No", "none"),
    ("e-mail", "none"), ("NI Number", "none"), ("NHS No", "not recorded"), ("post code", "hidden"),
    ("suspect", "Y|N|n/k"), ("name", "redacted"), ("Surname", "[withheld]"), ("landline", "Y"), ("names", "-"),
    ("address", "n/a|not known"), ("Email address", "TRUE|FALSE"), ("phone", "not given"), ("caller", "withheld"),
    # Sorts of people and of places, not people.
    ("victim", "Business|Adult|Child|Male|Not recorded"), ("complainant", "Member of the public|Police officer"),
    ("Reported by", "Wiltshire Police|Member of public"), ("officer", "Sergeant|Constable|PCSO|Detective Inspector"),
    ("suspect", "Stranger|Partner or ex-partner|Unknown"), ("offender", "Under 18|18 to 24|25 and over"),
    ("caller", "Ambulance service|Third party"), ("victim type", "Business"), ("offender age", "Under 18"),
    ("recorded by", "Crime Recording Team"), ("officer", "Police staff|Special constable"),
    ("witness", "Single|Multiple"),
    ("Post Code", "SN1"), ("postcode", "SN1|SN15|BA14|EC1A"), ("postcode sector", "SN1 1"),
    ("postcode district", "SN1"),
    ("Postcode", "SN1 1|SN2 8"), ("Email", "web form|monthly"), ("phone", "101|999"), ("address type", "care home"),
    ("email type", "newsletter"), ("contact", "Public Enquiries"), ("telephone", "landline|mobile"),
    ("Email", "performance@wiltshire.police.uk"), ("phone", "0300 123 4567"), ("address", "domestic|Swindon"),
    # Not days of birth, but how many are known, and births.
    ("DOB recorded", "1,240"), ("Date of birth known", "yes|no"), ("Births", "312"), ("Birth rate", "11.2"),
    ("born", "7"),
    ("Date of births registered", "12"), ("year of birth recorded %", "74"),
    # Names of places and bodies.
    ("ward", "Ludgershall North|Christian Malford|Alice Holt|Frances Park"), ("ward", "Charlotte Grove|Victoria West"),
    ("school", "John Bentley|Matravers School|Hardenhuish"),
    ("ward", "Calne|Chippenham|Sidney Herbert|Thomas Telford|Box"),
    ("name", "Wiltshire UA|Swindon UA"), ("name", "Milton Keynes|Greater Manchester|Central Bedfordshire"),
    ("school", "John Bentley School|Matravers School"), ("name", "Devizes North|St John"), ("names", "Swindon|Calne"),
    ("name", "Wiltshire|Swindon"), ("name", "Burglary|Robbery"), ("Name", "Royal Wootton Bassett|Castle Combe"),
    ("Name of force", "Wiltshire"), ("LSOA name", "Swindon 001A"), ("Force Name", "Wiltshire"),
    ("Area name", "Swindon"),
    ("name", "Thames Valley|West Mercia|Avon and Somerset"), ("street", "Fleet Street"), ("street name", "Nelson Road"),
    ("Location", "On or near Tom Price Close|On or near Gordon Mount"), ("hospital", "Queen Elizabeth Hospital"),
    ("supermarket", "John Lewis store|Jack Wills store"), ("station", "Alison Road Police Station"),
    ("team", "PCSO Team"),
    ("source", "Dr Foster method|Ms Teams"), ("trust", "Elizabeth Casson Trust"), ("Ward name", "Jean Moore Ward"),
    ("house name", "Unknown"), ("beat", "Lee Valley North"), ("contact method", "Email|Telephone"),
    # Days that are no births.
    ("station opened", "14/05/1987"), ("built", "12/03/1961"), ("established on", "1974-04-02"), ("since", "12/3/1998"),
    ("quarter ending", "30/06/1998"), ("month", "01/04/1996|01/05/1996"), ("received", "12/06/2023"),
    ("as at", "31-03-1999"),
    # The rest of what stands in returns.
    ("status", "final|provisional"), ("Crime number", "54230012345"),
    ("outcome", "Investigation complete; no suspect identified"),
    ("rank", "Chief Inspector"), ("system", "Niche"), ("code", "8N|105A"), ("quality", "good"),
    ("url", "https://www.police.uk"),
    ("Complainants (number)", "7"), ("Officers per 1,000", "2.1"), ("PC strength", "1,204"),
    ("Victim Satisfaction %", "74"),
    ("Mr and Mrs", "2"), ("calls 0300 123 4567", "7"), ("source: performance@wiltshire.police.uk", ""),
]  # fmt: skip


def _rows(header: str, values: str) -> list[tuple[str, ...]]:
    return [(*HEADER, header), *((*_ROW, value) for value in values.split("|"))]


@pytest.mark.parametrize(("header", "values"), STOPS)
def test_an_undeclared_column_stops_the_file(header: str, values: str, tmp_path: Path) -> None:
    told = refused(tmp_path, _rows(header, values))
    assert told.startswith(("column G", f"column '{header}' (G)"))
    assert not any(value in told.replace(header, "") for value in values.split("|") if len(value) > 3)


@pytest.mark.parametrize(("header", "values"), PASSES)
def test_an_undeclared_column_passes(header: str, values: str, tmp_path: Path) -> None:
    assert refused(tmp_path, _rows(header, values)) == ""


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("numerator", "Mrs Patel of 4 High Street", "a home address, a person's name"),
        ("numerator", "PC 4411", "a person's name"),
        ("area", "Mr John Smith", "a person's name"),
        ("area", "John Smith", "a person's name"),
        ("area", "4 High Street, Calne", "a home address"),
        ("area", "943 476 5919", "an NHS number"),
        ("measure", "complaint by Sarah Bloggs", "a person's name"),
        ("period", "born 4 May 1971", "a date of birth"),
        ("denominator", "07700 900123", "a telephone number"),
    ],
)
def test_a_declared_column_stops_by_its_values(column: str, value: str, kind: str, tmp_path: Path) -> None:
    row = dict(zip(HEADER, _ROW, strict=True)) | {column: value}
    place = "ABCDEF"[HEADER.index(column)]
    assert refused(tmp_path, [HEADER, tuple(row.values())]) == f"column '{column}' ({place}) ({kind})"


@pytest.mark.parametrize(
    "area", ["Frances Park", "Lee Green", "Alice Holt", "Christian Malford", "St John", "Swindon UA", "Jean Moore Ward"]
)
def test_a_declared_column_of_places_passes(area: str, tmp_path: Path) -> None:
    assert refused(tmp_path, [HEADER, ("complaints", area, "2023-04", "7", "", "")]) == ""


def test_a_note_below_the_table_is_text_around_it(tmp_path: Path) -> None:
    note = "Notes: contact Jane Doe, complainant Mr Alan Smith of 4 High Street"
    told = "the text around its table (a home address, a person's name)"
    assert refused(tmp_path, [HEADER, _ROW, (note, "", "", "", "", "")]) == told
    assert refused(tmp_path, [HEADER, _ROW, (note,)]) == told
    contacts = [("Contact: performance@wiltshire.police.uk",), ("Telephone: 01632 960983",), ("PO15 5RR",)]
    assert refused(tmp_path, [HEADER, _ROW, *contacts]) == ""


def test_a_return_of_surnames_and_house_addresses_is_refused_for_both(tmp_path: Path) -> None:
    rows = [(*HEADER, "Complainant", "Location"), (*_ROW, "Nowak", "4 High Street"), (*_ROW, "Eze", "17 MILL LANE")]
    assert (
        refused(tmp_path, rows) == "column 'Complainant' (G) (a person's name); column 'Location' (H) (a home address)"
    )


def test_a_crime_reference_passes_alone_and_stops_beside_a_street(tmp_path: Path) -> None:
    rows = [(*HEADER, "crime ref", "place"), (*_ROW, "54230012345", "Fleet Street")]
    assert "crime reference with an address" in refused(tmp_path, rows)
    published = [(*HEADER, "Crime ID", "Location"), (*_ROW, "ab" * 32, "On or near Fleet Street")]
    assert refused(tmp_path, published) == ""


def test_an_undeclared_column_of_sentences_is_free_text(tmp_path: Path) -> None:
    long = "the complainant says that the officer did not come {} and that nobody rang back for three days"
    rows = [(*_ROW, long.format(one)) for one in ("at all", "in time", "on Friday")]
    assert refused(tmp_path, [(*HEADER, "remark"), *rows]) == "column 'remark' (G) (free text)"


def test_no_extract_of_the_example_is_refused(tmp_path: Path) -> None:
    files = [one for one in _EXAMPLE.rglob("*") if one.name.endswith((".csv", ".csv.gz", ".zip", ".xlsx", ".ods"))]
    assert len(files) > 3
    for file in files:
        look_at(tmp_path, file.name, file.read_bytes())
