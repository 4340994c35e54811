"""House addresses and streets in a text, by form: a number, a name and a word for a street."""

from __future__ import annotations

import re

from .words import listed

_STREET = "Street|Road|Lane|Avenue|Close|Drive|Way|Court|Crescent|Terrace|Gardens|Grove|Square|Place|Mews|Rise|Walk"
_SHORT = "St|Rd|Ln|Ave|Cl|Dr|Cres|Ct|Gdns|Pl|Sq|Terr?"
# Of a street alone: in small letters "close", "drive", "place" and "rise" are words of any sentence.
_SMALL_STREET = "street|road|lane|avenue|crescent|terrace|gardens|grove|mews|st|rd|ln|ave"
# "2 Fatal Road Collisions" is no address: after one a sentence goes on in small letters.
_END = r"(?= *(?:$|[,.;:)'\"/-]|and |at |in |on |was |were |is |by |with |to |from |near |after ))"
# Behind a slash only after a long reference: "54190012345/22 High Street" is an address, "2022/23 High Street" a year.
_NUMBER = r"(?:([A-Za-z]+) )?(?:(?<![\w.,/])|(?<=\d{6}/))(?!(?:19|20)\d\d\b)\d{1,4}[a-zA-Z]?,? "
_ADDRESS = re.compile(rf"{_NUMBER}((?:[A-Z][\w'’-]+\.? ){{1,3}}(?:{_STREET}|{_SHORT}))\b\.?{_END}")
_SMALL_ADDRESS = re.compile(rf"{_NUMBER}((?:[A-Za-z][\w'’-]+\.? ){{1,3}}(?:{_SMALL_STREET}))\b\.?{_END}", re.IGNORECASE)
_FLAT = re.compile(r"\b(?:[Ff]lat|[Aa]partment|Apt) \d{1,3}[a-zA-Z]?\b,? (?=([A-Z][\w'’-]+)|\d{1,4}[a-z]? |the [A-Z])")
_ON_A_STREET = re.compile(rf"\b[A-Z][\w'’-]+ (?:{_STREET})\b")
# The last sign is one of the reference's figures, to be followed by how many there are. A date, an area's code
# (E01032038) and a telephone number are no references.
_LONG = r"(?<![\w.,/-])(?![EWSN]0\d{7}\b)[A-Z]{0,4}(?!(?:19|20)\d{6}\b|0)\d"
_JOINED = re.compile(
    rf"(?<!\d ){_LONG}{{7,12}} ?/ ?(?:[A-Z][\w'’-]+ ){{1,3}}(?:{_STREET}|{_SMALL_STREET})\b{_END}", re.IGNORECASE
)
_REFERENCE = re.compile(rf"{_LONG}{{10,12}}\b(?![.,]\d)")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")


def holds_an_address(text: str) -> bool:
    """Return whether a house's or a flat's address stands in the text, in letters of any size."""
    if not any(one.isdigit() for one in text):
        return False
    # "17 MILL LANE" reads as "17 Mill Lane" does.
    told = _CAPITALS.sub(lambda one: one[0].title(), text)
    if any(_is_address(one[1], one[2]) for form in (_ADDRESS, _SMALL_ADDRESS) for one in form.finditer(told)):
        return True
    return any(
        one[1] in (None, "The") or one[1].lower() not in listed("not_in_an_address") for one in _FLAT.finditer(told)
    )


def is_street(text: str) -> bool:
    """Return whether the text names a street, with a house's number or without."""
    return bool(_ON_A_STREET.search(text.title()))


def is_reference_on_a_street(text: str) -> bool:
    """Return whether a long reference stands with a street's name: "54190012345/High Street"."""
    if not any(one.isdigit() for one in text):
        return False
    told = _CAPITALS.sub(lambda one: one[0].title(), text)
    return bool(_JOINED.search(text) or (_REFERENCE.search(text) and _ON_A_STREET.search(told)))


def _is_address(before: str | None, street: str) -> bool:
    if before and before.lower() in listed("numbered"):
        return False
    street = street.removeprefix("The ")
    *name, kind = (word.lower().strip(".") for word in street.split())
    if kind == "court" and name and name[-1] in listed("courts"):
        return False
    return not any(word in listed("not_in_an_address") for word in name)
