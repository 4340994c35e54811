"""Judging one column: by what it is called, and by what stands in it. Values are counted, never kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from .values import (
    ADDRESS,
    BIRTH,
    EMAIL,
    FREE_TEXT,
    NAME,
    POSTCODE,
    TELEPHONE,
    certain_kinds,
    is_long_text,
    is_mobile,
    is_office_contact,
    is_persons_name,
    is_street,
    kinds_in,
    plain,
    words,
    year_of,
)

# A file of hundreds of thousands of rows repeats its values; so many different ones are remembered, by their hashes.
_REMEMBERED = 20_000
# Counts as of a column of them: "telephone" over 1,240 is how many called.
_COUNT = re.compile(r"-?[\d, ]{1,8}(?:\.\d+)?%?")
# The year before which a day in an undeclared column is more likely a birth than anything that is counted now.
_BIRTHS_BEFORE = 2000


@dataclass
class Column:
    """What was seen in one column so far. A declared column (`is_declared`) is searched for certain kinds only.

    `is_prose`: the column may hold sentences (a declared note; the text of a sheet of notes).
    """

    header: str = ""
    is_declared: bool = False
    is_prose: bool = False
    kinds: set[str] = field(default_factory=set)
    filled: int = 0
    counts: int = 0
    names: int = 0
    days: int = 0
    births: int = 0
    long: int = 0
    streets: int = 0
    seen: set[int] = field(default_factory=set)
    # Of the kinds, those that an office gives of itself in its notes; how many cells; and cells with its address.
    contact_kinds: set[str] = field(default_factory=set)
    contacts: int = 0
    offices: int = 0

    def take(self, cell: str) -> None:
        """Count one cell in; a value that was seen before is not looked at again."""
        if not cell or cell.isspace():
            return
        key = hash(cell)
        if key in self.seen:
            return
        if len(self.seen) < _REMEMBERED:
            self.seen.add(key)
        text = plain(cell)
        if self.is_declared:
            self.kinds |= certain_kinds(text)
            return
        self.filled += 1
        if _COUNT.fullmatch(text):
            self.counts += 1
            return
        kinds = kinds_in(text)
        if kinds:
            self._sort(kinds, text)
        self._count(text)

    def _sort(self, kinds: set[str], text: str) -> None:
        is_office = is_office_contact(text)
        self.offices += is_office
        contact = kinds & {POSTCODE, TELEPHONE, EMAIL, ADDRESS}
        if is_mobile(text):
            contact.discard(TELEPHONE)
        if not is_office:
            contact.discard(EMAIL)
        self.contacts += bool(contact)
        self.contact_kinds |= contact
        self.kinds |= kinds - contact

    def _count(self, text: str) -> None:
        self.names += is_persons_name(text)
        self.long += is_long_text(text)
        self.streets += is_street(text)
        year = year_of(text)
        if year is not None:
            self.days += 1
            self.births += 1900 <= year < _BIRTHS_BEFORE

    def allow_contacts(self) -> None:
        """Forget the contact details: an office's own, in its notes."""
        self.contact_kinds.clear()

    def judge(self) -> set[str]:
        """Return the kinds of personal data that the column seems to hold, all of it taken together."""
        found = self.kinds | self.contact_kinds
        if self.is_declared:
            return found
        # A header alone says nothing of a column that is empty or holds counts.
        if self.filled > self.counts:
            found |= header_kinds(self.header) - (set() if self.long else {FREE_TEXT})
        if self.names and self.names * 4 >= self.filled:
            found.add(NAME)
        if self.births and self.births * 4 >= self.days:
            found.add(BIRTH)
        if not self.is_prose and self.long >= 2 and self.long * 2 > self.filled:
            found.add(FREE_TEXT)
        return found

    @property
    def is_crime_reference(self) -> bool:
        """Return whether the column is one of crime references, by its header."""
        return bool(re.fullmatch(words()["crime_reference"], _told(self.header))) and self.filled > 0


def header_kinds(header: str) -> set[str]:
    """Return the kinds of personal data that a column of that header would hold."""
    told = _told(header)
    if not told or re.fullmatch(words()["not_headers"], told):
        return set()
    return {kind for kind, pattern in _headers() if pattern.fullmatch(told)}


@cache
def _headers() -> tuple[tuple[str, re.Pattern[str]], ...]:
    who = "(?:(?:" + "".join(words()["who"].split("\n")).replace("| ", "|") + ")(?: s)?)?"
    return tuple(
        (kind, re.compile(pattern.replace("{who}", who)))
        for kind, patterns in words()["headers"].items()
        for pattern in patterns
    )


def _told(header: str) -> str:
    """Return the header in small letters, words apart: "VictimSurname" and "victim_surname" are victim surname."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain(header))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", apart.lower()).split())
