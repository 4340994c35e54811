"""What personal values look like: kinds of personal data in one text, by form alone. No text leaves this module."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

NAME, BIRTH, ADDRESS = "a person's name", "a date of birth", "a home address"
POSTCODE, TELEPHONE, EMAIL = "a full postcode", "a telephone number", "an email address"
INSURANCE, NHS, REFERENCE = "a National Insurance number", "an NHS number", "a crime reference with an address"
FREE_TEXT = "free text"

# The 124 postcode areas, so that a code of letters and digits is not taken for a postcode.
_AREAS = (
    "AB|AL|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|FK|FY|GL|GU|GY"
    "|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL"
    "|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
    "|B|E|G|L|M|N|S|W"
)
# Written in one case throughout ("M4 2hr" and "E1 2nd" are none), and no ordinal number.
_POSTCODE = tuple(
    re.compile(
        rf"(?<![A-Za-z0-9.])(?:{areas})\d[{letter}\d]? ?"
        rf"(?!1st|2nd|3rd|\dth|\dTH|1ST|2ND|3RD)\d[{last}]{{2}}(?![A-Za-z0-9])"
    )
    for areas, letter, last in (
        (_AREAS, "A-Z", "ABD-HJLNP-UW-Z"),
        (_AREAS.lower(), "a-z", "abd-hjlnp-uw-z"),
        ("|".join(one.title() for one in _AREAS.split("|") if len(one) > 1), "A-Z", "ABD-HJLNP-UW-Z"),
    )
)
_EMAIL = re.compile(r"[\w.+'-]+ ?@ ?[\w-]+(?:\.[\w-]+)+")
# The groups that telephone numbers are written in; a row of dates or decimals has others.
_TELEPHONE = re.compile(
    r"(?<![\w.])(?:"
    r"(?:\+|00) ?44[ .-]?(?:\(0\)[ .-]?)?[1-35789](?:[ .()-]{0,2}\d){8,9}"
    r"|\(0[1-35789]\d{1,3}\)[ .-]?\d{3}(?:[ .-]?\d){3,5}"
    r"|0[1-35789]\d{8,9}"
    r"|0[1-35789]\d{1,3}[ .-]\d{3,4}[ .-]?\d{3,4}"
    r"|0[1-35789]\d{2,3}[ .-]\d{6}"
    r"|0[1-35789]\d{3}(?:[ .-]\d{2}){3}"
    r")(?![\w]|\.\d)"
)
_MOBILE = re.compile(r"(?<![\w.])(?:(?:\+|00) ?44[ .-]?(?:\(0\))?|\(?0)7[1-57-9](?:[ .()-]{0,2}\d){8}(?!\d)")
_OFFICE = re.compile(r"\.(?:gov\.uk|police\.uk|gov\.wales|gov\.scot)$")
_BARE_MOBILE = re.compile(r"7[1-57-9]\d{8}")
_INSURANCE = re.compile(
    r"(?<![A-Z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r"[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?![A-Z0-9])",
    re.IGNORECASE,
)
_NHS = re.compile(r"(?<![\w.,-])(\d{3})([ -]?)(\d{3})\2(\d{4})(?![.,-]?\w)")
_DATE = (
    r"(?:\d{1,2}[/. -](?:\d{1,2}|[a-z]{3,9})[/. -](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? \d{4})"
)
_BIRTH = re.compile(
    rf"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birth ?date)[ :=-]{{0,3}}(?:is |was )?{_DATE}", re.IGNORECASE
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_STREET = "Street|Road|Lane|Avenue|Close|Drive|Way|Court|Crescent|Terrace|Gardens|Grove|Square|Place|Mews|Rise|Walk"
# "2 Fatal Road Collisions" and "12 June Road traffic" are no addresses: after one a sentence goes on in small letters.
_ADDRESS = re.compile(
    rf"\b(?:[Ff]lat \w{{1,4}},? )?\d{{1,4}}[a-zA-Z]?,? (?!(?:{_MONTHS})\b)(?:[A-Z][\w'’-]+ ){{1,3}}(?:{_STREET})\b"
    r"(?= *(?:$|[,.;:)]|and |at |in |on |was |were |is |by |with |to |from |near |after ))"
)
_ON_A_STREET = re.compile(rf"\b[A-Z][\w'’-]+ (?:{_STREET})\b")
_QUOTED_REFERENCE = re.compile(
    r"\b(?:crime|incident|occurrence|log)s? (?:ref(?:erence)?|number|no|urn)?\.?:? ?[A-Z]{0,4}[/-]?\d{5,}",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Rev|Cllr)\b\.? (?:[A-Z]\.? )*[A-Z][a-z'’-]+"
    r"|(?:PC|DC|PS|DS|DI|DCI|PCSO|Sgt|Insp)\b\.? (?:\d{3,5}\b|(?:[A-Z]\.? )+[A-Z][a-z]+))"
)
_PAIR = re.compile(r"(?<!St )(?<!St\. )(?<!Saint )\b([A-Z][a-z]+|[A-Z]{2,}) (?:[A-Z]\.? )?([A-Z][a-zA-Z'’-]+)")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_WHOLE_DATE = re.compile(
    r"(?:(\d{4})-\d{1,2}-\d{1,2}|\d{1,2}[/. -](?:\d{1,2}|[A-Za-z]{3,9})[/. -](\d{4}|\d{2}))(?:[T ][\d:.]+)?"
)


@cache
def words() -> dict[str, Any]:
    """Return words.yml with its lists of words as sets."""
    import yaml

    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
    for name in ("forenames", "places"):
        read[name] = frozenset(read[name].split())
    return read


def plain(text: str) -> str:
    """Return the text in plain characters: no full-width digits, invisible characters, hard spaces or odd hyphens."""
    if text.isascii():
        return " ".join(text.split())
    flat = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return " ".join(re.sub("[\u2010-\u2015\u2212]", "-", flat).split())


def certain_kinds(text: str) -> set[str]:
    """Return the kinds of personal data whose form alone tells them, in any column: `text` as plain() gives it."""
    found: set[str] = set()
    if not text or not any(one.isdigit() or one == "@" for one in text):
        return found
    if any(form.search(text) for form in _POSTCODE):
        found.add(POSTCODE)
    if "@" in text and _EMAIL.search(text):
        found.add(EMAIL)
    if _TELEPHONE.search(text):
        found.add(TELEPHONE)
    if _INSURANCE.search(text):
        found.add(INSURANCE)
    if _BIRTH.search(text):
        found.add(BIRTH)
    return found


def kinds_in(text: str) -> set[str]:
    """Return every kind of personal data that an undeclared or free text holds: `text` as plain() gives it."""
    found = certain_kinds(text)
    if _BARE_MOBILE.fullmatch(text):
        found.add(TELEPHONE)
    if any(_is_nhs_number("".join(one.group(1, 3, 4))) for one in _NHS.finditer(text)):
        found.add(NHS)
    if _ADDRESS.search(text):
        found.add(ADDRESS)
    if _QUOTED_REFERENCE.search(text) and _ON_A_STREET.search(text):
        found.add(REFERENCE)
    if _TITLED.search(text) or (" " in text and any(_is_name(*one.groups()) for one in _PAIR.finditer(text))):
        found.add(NAME)
    return found


def is_office_contact(text: str) -> bool:
    """Return whether the text holds email addresses of public offices alone: no person's name stands before the @."""
    addresses = _EMAIL.findall(text)
    return bool(addresses) and all(_OFFICE.search(one.lower()) and not _is_persons(one.lower()) for one in addresses)


def is_mobile(text: str) -> bool:
    """Return whether the text holds the number of a mobile telephone, which is a person's."""
    return bool(_MOBILE.search(text))


def _is_persons(address: str) -> bool:
    parts = re.split(r"[._-]", address.split("@", maxsplit=1)[0].strip())
    return any(one in words()["forenames"] for one in parts) or any(len(one) == 1 for one in parts)


def is_street(text: str) -> bool:
    """Return whether the text names a street, with a house's number or without."""
    return bool(_ON_A_STREET.search(text.title()))


def is_persons_name(text: str) -> bool:
    """Return whether the whole text reads as a person's name: "John Smith" or "SMITH, John"."""
    parts = [one.strip(".") for one in _LETTERS.findall(text)]
    if not 2 <= len(parts) <= 4 or _LETTERS.sub("", text).strip(" ,"):
        return False
    if any(one[0].islower() or one.lower() in words()["places"] for one in parts):
        return False
    first, last = (parts[1], parts[0]) if "," in text else (parts[0], parts[-1])
    return _is_name(first, last)


def year_of(text: str) -> int | None:
    """Return the year if the whole text is a date with its day, written in any of the usual ways; else None."""
    found = _WHOLE_DATE.fullmatch(text)
    if not found:
        return None
    year = int(found[1] or found[2])
    # Two figures: 31 to 99 are taken as of the last century, as nearly every program does.
    return year if year > 99 else year + (1900 if year > 30 else 2000)


def is_long_text(text: str) -> bool:
    """Return whether the text is a sentence or two, as people write of a case: nine words and sixty characters."""
    return len(text) >= 60 and text.count(" ") >= 8 and sum(one.islower() for one in text) * 2 > len(text)


def _is_name(first: str, last: str) -> bool:
    return first.lower() in words()["forenames"] and last.lower() not in words()["places"]


def _is_nhs_number(digits: str) -> bool:
    """Return whether the tenth figure is the check figure of the nine before it, by modulus 11."""
    if digits[0] in "0125" or len(set(digits)) < 3:
        return False
    check = 11 - sum(int(one) * (10 - place) for place, one in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10
