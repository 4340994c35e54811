"""Texts that stop a file and texts that do not: one table each way, all invented. What passes weighs as much."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import PersonalData
from tests.unit.personal_files import HEADER, look, refused

NAME, ADDRESS, REFERENCE = "a person's name", "a home address", "a crime reference with an address"
POSTCODE, TELEPHONE, EMAIL = "a full postcode", "a telephone number", "an email address"
INSURANCE, NHS, BIRTH = "a National Insurance number", "an NHS number", "a date of birth"

STOPS = {
    POSTCODE: (
        "victim at SN1 1AA", "victim at sn1 1aa", "Sn15 3ZZ", "posted from SW1A9ZZ today", "flat in EC1A\u00a01ZZ",
        "complaint about the headquarters from SN1 1AA, the victim's home",
    ),
    TELEPHONE: (
        "call back on 07700 900123", "07700900123", "7700900123", "+44 7700 900 123", "0044 1632 960983",
        "(01632) 960983", "01632-960-983", "020 7946 0018", "ring 0113 496 0123 after six",
        "victim rang from 01632 960983", "switchboard: ask the complainant on 01632 960983",
        "press office, out of hours 07700 900123",
    ),
    EMAIL: (
        "jo.bloggs@example.org", "sent to J_Bloggs99@mail.example.co.uk, twice", "sarah.bloggs@wiltshire.police.uk",
        "jsmith@wiltshire.police.uk", "smithj2@example.gov.uk", "j.kowalski@example.gov.uk",
    ),
    INSURANCE: ("AB 12 34 56 C", "ab123456c"),
    NHS: ("NHS 943 476 5919", "9434765919"),
    BIRTH: ("DOB 12/03/1980", "born 4 May 1971", "d.o.b: 1980-03-12"),
    NAME: (
        "withdrawn by Mr Bloggs", "Mrs J. Bloggs rang", "PC 1234 attended", "complaint by Sarah Bloggs withdrawn",
        "complaint by SARAH BLOGGS withdrawn", "john smith", "J. Smith", "Smith, John - withdrew",
        "PC Jones disciplined", "Notes: contact Jane Doe, complainant Mr Alan Smith of 4 High Street", "J Smith",
        "mr patel rang twice", "MR PATEL RANG TWICE", "Dr Kowalski saw him", "Mr Hill withdrew", "Mrs Park rang",
        "PC Kowalski suspended", "Sgt Hall moved", "DC A. Nowak", "PCSO Green injured", "Inspector Davies left",
        "complainant Piotr Kowalski", "victim: Wei Zhang", "Witness: Ewa Nowak", "reported by Ngozi Eze",
        "SMITH, JOHN", "Bloggs, Sarah", "Kowalski, Peter left", "complaint by Smith, Ann", "K. Patel withdrew",
        "Smith J", "O'Brien, Mary", "sarah jones", "mohammed khan", "Mark Taylor withdrew", "by Lee Jones, twice",
        "Wiltshire Sarah Bloggs", "Mr Philip Wilkinson complained to the Commissioner", "Anne-Marie and Sarah Bloggs",
        "Sarah Bloggs and Tom Bloggs v. the Chief Constable", "Mr O'Neill", "Susan McDonald rang", "Paul Smith-Jones",
        "Miss T Bloggs", "Cllr Bloggs asked for it", "Alan Smith, who wrote to the Commissioner",
        "PC 4411 John Smith", "one of them is Ms Nowak",
        "PC O'Neill moved", "Sgt O’Neill", "DC McDonald left", "PC MacLeod", "PC D'Souza", "PC Jones-Smith", "PC JONES",
        "PC1234 Jones", "PC1234 attended", "PC 2012 Jones", "Supt Lee", "Ch Supt Lee agreed", "A/Insp Lee", "TDC Eze",
        "Sergeant O'Neill", "Inspector McDonald", "Pc Jones said", "complainant Patel", "complainant: Patel",
        "complainant PATEL withdrew", "Complainant Patel's case", "suspect Nowak and another",
    ),
    ADDRESS: (
        "seen at 12 Acacia Avenue", "Flat 3, 12a Old Mill Lane, second floor", "4 High St", "17 MILL LANE",
        "4 high street", "Flat 2 The Green", "4 High Street, Calne", "at 12b mill rd, twice", "17 Mill Ln",
        "221B Baker Street", "9 Acacia Ave.", "31 Elm Cl", "2 Oak Dr", "FLAT 2 THE GREEN", "flat 12 Acacia House",
        "Apartment 7, Mill House", "he lives at 6 station road", "1 The Crescent", "10 new road", "3 Old Mill Court",
        "12 Crown Street", "4 County Road", "burglary at 14 Acacia Road and 16 Acacia Road", "5 acacia avenue.",
        "54190012345/22 High Street", "54190012345 / 22 high street", "54190012345/22 HIGH STREET",
    ),
    REFERENCE: (
        "crime ref 54230012345 in Acacia Avenue", "54190012345/High Street", "54190012345/HIGH STREET",
        "54190012345/high street", "WC54190012345/High Street", "54190012345, High Street",
    ),
}  # fmt: skip
PASSES = (
    # Figures, dates and codes.
    "return late, system change 12 June", "two cases moved to the next quarter", "12 June recount",
    "recounted on 2023-07-03 and 2023-08-14",
    "01-04-2023 30-06-2023", "figures for 01/04/2023 to 30/06/2023", "E01032038", "Swindon 001A", "Wiltshire 012B",
    "51.562034", "-1.783456", "37.2", "1,234,567", "10 000 000", "E1 2nd submission", "M4 2hr closure", "A303 and M4",
    "2023/24 Q1", "101 and 999 calls", "0800 to 1700 hours", "version 2.10.4 of the system", "COVID-19",
    "audit of 1 in 20 records, May 2023", "9434765918", "GB123456C", "see table A12 in the annex", "54230012345",
    "crime reference numbers were re-issued in April", "share @ 95 %", "Miss rate fell", "n/a", "-", "(1)", "[c]",
    # Streets and places.
    "On or near Fleet Street", "On or near Nelson Road", "On or near Margaret Hills Place", "On or near Gordon Mount",
    "On or near Dr Middletons Road", "On or near Paul Mead", "St James Street custody suite closed",
    "George Street station closed", "Alison Road Police Station", "Devon and Cornwall", "City of London",
    "Bath and North East Somerset", "Jean Moore Ward",
    "Alice Holt", "Frances Park", "Ludgershall North", "Christian Malford", "St John", "Robin Hood roundabout",
    "Lee Green", "FLEMING WAY", "ST JAMES", "Sergeant Rogers Way", "James Orchard", "Edward Wilson Villas",
    "Ross on Wye", "Beverley Minster", "Martin Mill", "John Bentley School", "Matravers School",
    "Sarah Robinson Primary School joined", "Queen Elizabeth Hospital", "Elizabeth Casson Trust", "Kelly Holmes Way",
    "Charles Dickens Ward", "Thomas Hardye School", "King Edward VII Hospital", "Royal Wootton Bassett and Cricklade",
    # Numbers before a word that also ends a street's name.
    "from 12 June Road traffic collisions are counted apart", "2 Fatal Road Collisions were left out",
    "5 calls from high street", "12 collisions on the road", "took 5 months to close", "a 3 year drive",
    "10 Magistrates Court", "2 Crown Court", "closed in 2023 High Street and all", "Phase 2 London Road",
    "crime remained flat 12 Months on", "flat 2 quarters running", "1 in 20 road deaths", "4 percentage point rise",
    "3 officers per square mile of road", "30 mph road", "4 high street robberies", "top 10 place",
    # A slash before a street.
    "101/High Street", "beat 101/High Street", "2022/23 High Street robberies", "2022/23 High Street", "12/High Street",
    "E01032038/High Street", "20230412/High Street", "202304/High Street", "0300 1234567 / High Street station",
    "54190012345 took place", "54190012345 counted in the wrong place",
    # Ranks and parties without a name.
    "PC numbers", "PC Numbers", "PC2023", "PC 2023 Uplift", "PC 2023 Intake", "PC UPLIFT", "DC STRENGTH", "PC EXPENSES",
    "PC Uplift-funded posts", "PC Uplift's effect", "Supt post vacant", "Supt Posts", "Supt Promotions", "Supt Lead",
    "Supt and above", "Supt, Ch Supt", "Insp/Ch Insp", "PC/PS/Insp", "Inspector level", "Inspector Level", "Pc Change",
    "Inspector Marlborough", "complainant contacted", "complainant Contacted", "Complainant contacted",
    "Complainants: Wiltshire", "Reported by: Swindon", "victims French or German", "suspect Brown hair",
    "victim Support", "victim Personal Statement", "Victim Support referrals", "suspects Male", "witness Box",
    # Titles, ranks and words that are no name.
    "Ms Teams outage", "Ms Excel file", "Dr Foster method used", "Miss Target", "PC Uplift programme", "PCSO Strength",
    "PS Figures are provisional", "DC Area", "PCSO visits rose", "PC 2023 establishment", "Inspector General",
    "Police Constable Degree Apprenticeship", "Chief Inspector Training", "MR DATA", "Sergeant posts", "Mark Scheme",
    "includes Operation Elizabeth", "Storm Dennis Flooding", "Operation Sarah Response", "Dawn Raids", "Will Not Count",
    "Storm Eunice, Dennis and Ciara", "King Charles Coronation weekend", "Clare's Law requests", "Sarah's Law",
    "Stephen Lawrence Inquiry", "includes Jack Wills store", "John Lewis shop", "Ben Nevis Road",
    "Victim Satisfaction Survey", "victim Satisfaction Survey", "Witness Care Unit",
    "A. Introduction", "Table A. Figures by area", "B Division", "mark up", "june returns", "paul mead", "may day",
    "White British", "A White British group",
    # Public offices, and what they give of themselves.
    "Philip Wilkinson, the Commissioner, asked for it", "Chief Constable Catherine Roper", "PCC Philip Wilkinson",
    "Philip Wilkinson, Police and Crime Commissioner for Wiltshire and Swindon", "Commissioner Philip Wilkinson agreed",
    "Catherine Roper (Chief Constable)", "Mr Philip Wilkinson, the Commissioner", "Helen Bloggs MP asked",
    "performance@wiltshire.police.uk", "sent by performance@wiltshire.police.uk on 3 July", "Call 0300 123 4567",
    "call 101, or 0800 555 111", "queries: crime.statistics@example.gov.uk, 01632 960983", "+44 300 123 4567",
    "Police Headquarters, 2 London Road, SN10 2DN", "HQ switchboard 01632 960983", "press office: 01632 960 983",
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in STOPS.items() for text in texts])
def test_a_note_with_it_stops_the_file(kind: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(PersonalData) as raised:
        look(tmp_path, [HEADER, ("complaints", "Swindon", "2023-04", "7", "", text)])
    assert raised.value.columns.startswith("column 'note' (F) (")
    assert kind in raised.value.columns
    assert text not in str(raised.value)


@pytest.mark.parametrize("text", PASSES)
def test_a_note_like_it_does_not(text: str, tmp_path: Path) -> None:
    assert refused(tmp_path, [HEADER, ("complaints", "Swindon", "2023-04", "7", "", text)]) == ""
    rows = [("a", "b", "2023-04", "7", "", "", text) for _ in range(3)]
    assert refused(tmp_path, [(*HEADER, "extra"), *rows]) == ""


@pytest.mark.parametrize("text", [text for texts in STOPS.values() for text in texts])
@pytest.mark.parametrize("place", ["measure", "area", "numerator", "below", "above", "title"])
def test_it_stops_the_file_wherever_it_stands(place: str, text: str, tmp_path: Path) -> None:
    row = {"measure": "complaints", "area": "Swindon", "period": "2023-04", "numerator": "7", "denominator": ""}
    rows: list[tuple[str, ...]] = [HEADER, (*(row | {place: text} if place in row else row).values(), "")]
    if place == "title":
        rows = [(*HEADER, text), (*rows[1], "x")]
    rows = [*[(text,)] * (place == "above"), *rows, *[(text, "", "", "", "", "")] * (place == "below")]
    assert refused(tmp_path, rows)
