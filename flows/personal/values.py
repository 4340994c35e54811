"""What personal values look like: kinds of personal data in one text, by form alone. No text leaves this module."""

from __future__ import annotations

import re
import unicodedata

from .addresses import holds_an_address, is_reference_on_a_street, is_street
from .names import holds_a_name
from .words import listed, pattern

NAME, BIRTH, ADDRESS = "a person's name", "a date of birth", "a home address"
POSTCODE, TELEPHONE, EMAIL = "a full postcode", "a telephone number", "an email address"
INSURANCE, NHS, REFERENCE = "a National Insurance number", "an NHS number", "a crime reference with an address"
FREE_TEXT = "free text"
# The kinds that an office gives of itself.
CONTACT = frozenset({POSTCODE, TELEPHONE, EMAIL, ADDRESS})

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
# The groups that telephone numbers are written in; a row of dates or decimals has others. Numbers that begin with 03,
# 08 and 09 are never a person's: only offices and firms have them.
_TELEPHONE = re.compile(
    r"(?<![\w.])(?:"
    r"(?:\+|00) ?44[ .-]?(?:\(0\)[ .-]?)?[1257](?:[ .()-]{0,2}\d){8,9}"
    r"|\(0[1257]\d{1,3}\)[ .-]?\d{3}(?:[ .-]?\d){3,5}"
    r"|0[1257]\d{8,9}"
    r"|0[1257]\d{1,3}[ .-]\d{3,4}[ .-]?\d{3,4}"
    r"|0[1257]\d{2,3}[ .-]\d{6}"
    r"|0[1257]\d{3}(?:[ .-]\d{2}){3}"
    r")(?![\w]|\.\d)"
)
_MOBILE = re.compile(r"(?<![\w.])(?:(?:\+|00) ?44[ .-]?(?:\(0\))?|\(?0)7[1-57-9](?:[ .()-]{0,2}\d){8}(?!\d)")
_OFFICE = re.compile(rf"[.@]{pattern('office_domains')}$", re.IGNORECASE)
_OFFICES = re.compile(rf"\b{pattern('offices')}\b", re.IGNORECASE)
_PEOPLE = re.compile(rf"\b{pattern('who')}s?\b", re.IGNORECASE)
_PUBLIC_PLACE = re.compile(pattern("public_place"), re.IGNORECASE)
# Names without a person in them that police.uk gives its records: sixty-four signs of no meaning.
_PUBLISHED_ID = re.compile(r"[0-9a-f]{64}")
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
_QUOTED_REFERENCE = re.compile(
    r"\b(?:crime|incident|occurrence|log)s? (?:ref(?:erence)?|number|no|urn)?\.?:? ?[A-Z]{0,4}[/-]?\d{5,}",
    re.IGNORECASE,
)
_WHOLE_DATE = re.compile(
    r"(?:(\d{4})-\d{1,2}-(\d{1,2})|(\d{1,2})[/. -](?:\d{1,2}|[A-Za-z]{3,9})[/. -](\d{4}|\d{2}))(?:[T ][\d:.]+)?"
)


def plain(text: str) -> str:
    """Return the text in plain characters: no full-width digits, invisible characters, hard spaces or odd hyphens."""
    if text.isascii():
        return " ".join(text.split())
    flat = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return " ".join(re.sub("[\u2010-\u2015\u2212]", "-", flat).split())


def _certain_kinds(text: str) -> set[str]:
    """Return the kinds of personal data whose form alone tells them, in any column: `text` as plain() gives it."""
    found: set[str] = set()
    if not text or not any(one.isdigit() or one == "@" for one in text):
        return found
    if any(form.search(text) for form in _POSTCODE):
        found.add(POSTCODE)
    if "@" in text and not all(_is_offices(one) for one in _EMAIL.findall(text)):
        found.add(EMAIL)
    if _TELEPHONE.search(text) or _BARE_MOBILE.fullmatch(text):
        found.add(TELEPHONE)
    if _INSURANCE.search(text):
        found.add(INSURANCE)
    if any(_is_nhs_number("".join(one.group(1, 3, 4))) for one in _NHS.finditer(text)):
        found.add(NHS)
    if _BIRTH.search(text):
        found.add(BIRTH)
    return found


def kinds_in(text: str) -> set[str]:
    """Return every kind of personal data that a text holds: `text` as plain() gives it.

    An office's own contact details are none, beside its name or its email address.
    """
    found = _certain_kinds(text)
    if _PUBLIC_PLACE.match(text):
        return found
    if holds_an_address(text):
        found.add(ADDRESS)
    if found & CONTACT and _is_of_an_office(text):
        found -= CONTACT
    if (_QUOTED_REFERENCE.search(text) and is_street(text)) or is_reference_on_a_street(text):
        found.add(REFERENCE)
    if holds_a_name(text):
        found.add(NAME)
    return found


def is_office_contact(text: str) -> bool:
    """Return whether the text holds email addresses of public offices alone: no person's name stands before the @."""
    addresses = _EMAIL.findall(text)
    return bool(addresses) and all(_is_offices(one) for one in addresses)


def is_mobile(text: str) -> bool:
    """Return whether the text holds the number of a mobile telephone, which is a person's."""
    return bool(_MOBILE.search(text) or _BARE_MOBILE.fullmatch(text))


def is_published_id(text: str) -> bool:
    """Return whether the text is a record's published name, as police.uk gives it in place of the force's own."""
    return bool(_PUBLISHED_ID.fullmatch(text))


def _is_of_an_office(text: str) -> bool:
    """Return whether an office is named, and nobody whose details the text may tell beside its own."""
    if is_mobile(text) or _PEOPLE.search(text):
        return False
    return is_office_contact(text) or ("@" not in text and bool(_OFFICES.search(text)))


def _is_offices(address: str) -> bool:
    """Return whether an email address is a public office's, with nobody's name before the @."""
    local, _, domain = address.lower().replace(" ", "").partition("@")
    if not _OFFICE.search("@" + domain):
        return False
    parts = [one for one in re.split(r"[._+-]|\d+", local) if one]
    return not any(len(one) == 1 or one in listed("forenames") or _is_short_name(one) for one in parts)


def _is_short_name(word: str) -> bool:
    """Return whether the word is a common surname, with or without an initial before or after it: jsmith, smithj."""
    return not listed("surnames").isdisjoint((word, word[1:], word[:-1]))


def date_of(text: str) -> tuple[int, int] | None:
    """Return the year and the day of the month if the whole text is a date, written in any usual way; else None."""
    found = _WHOLE_DATE.fullmatch(text)
    if not found:
        return None
    year = int(found[1] or found[4])
    # Two figures: 31 to 99 are taken as of the last century, as nearly every program does.
    return year if year > 99 else year + (1900 if year > 30 else 2000), int(found[2] or found[3])


def is_long_text(text: str) -> bool:
    """Return whether the text is a sentence or two, as people write of a case: nine words and sixty characters."""
    return len(text) >= 60 and text.count(" ") >= 8 and sum(one.islower() for one in text) * 2 > len(text)


def _is_nhs_number(digits: str) -> bool:
    """Return whether the tenth figure is the check figure of the nine before it, by modulus 11."""
    if digits[0] in "0125" or len(set(digits)) < 3:
        return False
    check = 11 - sum(int(one) * (10 - place) for place, one in enumerate(digits[:9])) % 11
    return check % 11 == int(digits[9]) and check != 10
