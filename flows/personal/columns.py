"""Judging one column: by what it is called, and by what stands in it. Values are counted, never kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from .addresses import is_street
from .names import is_full_name, is_known_alone, is_persons_name, is_words_of_a_name
from .values import (
    BIRTH,
    CONTACT,
    EMAIL,
    FREE_TEXT,
    NAME,
    TELEPHONE,
    date_of,
    is_long_text,
    is_mobile,
    is_office_contact,
    is_published_id,
    kinds_in,
    plain,
)
from .words import HeaderRule, header_rules, pattern

# A file of hundreds of thousands of rows repeats its values; so many different ones are remembered, by their hashes.
_REMEMBERED = 20_000
# Counts as of a column of them: "telephone" over 1,240 is how many called.
_COUNT = re.compile(r"-?[\d, ]{1,8}(?:\.\d+)?%?")
# More contact details than an office gives in its notes.
_MAX_CONTACTS = 12
# The year before which a day in an undeclared column is more likely a birth than anything that is counted now.
_BIRTHS_BEFORE = 2000


# What a rule for headers says of its values by a name; all else that it says is a pattern. With it stands the share of
# the values, those that are counts or answers apart, from which the column is one of them.
_HOLDS: dict[str, tuple[Callable[[str], bool], float]] = {
    "": (bool, 0),
    "words of a name": (is_words_of_a_name, 0),
    "words of a name, mostly": (is_words_of_a_name, 0.5),
    "full names alone": (is_full_name, 1),
    "a sentence": (is_long_text, 0),
}


@dataclass
class Column:
    """What was seen in one column so far.

    Of a declared column (`is_declared`) each value is looked at by itself: neither its header nor what its values have
    in common counts. `is_prose`: the column may hold sentences (a declared note; the text of a sheet of notes).
    """

    header: str = ""
    is_declared: bool = False
    is_prose: bool = False
    kinds: set[str] = field(default_factory=set)
    # Of the values that differ: all, and those that are nothing but a count or an answer, such as "yes".
    filled: int = 0
    answers: int = 0
    names: int = 0
    lone_names: int = 0
    days: int = 0
    births: int = 0
    long: int = 0
    streets: int = 0
    published: int = 0
    # How many values are such as the header promises, by its rules.
    held: Counter[int] = field(default_factory=Counter)
    seen: set[int] = field(default_factory=set)
    # Of the kinds, those that an office gives of itself in its notes; how many cells; and cells with its address.
    contact_kinds: set[str] = field(default_factory=set)
    contacts: int = 0
    offices: int = 0

    def __post_init__(self) -> None:
        self._is_of_places = bool(re.fullmatch(pattern("place_headers"), _told(self.header))) and not self.is_declared
        self._rules = [] if self.is_declared else _rules_of(self.header)

    def take(self, cell: str) -> None:
        """Count one cell in. The caller passes over what it finds in `seen`, by its hash: a value is looked at once."""
        if len(self.seen) < _REMEMBERED:
            self.seen.add(hash(cell))
        text = plain(cell)
        if not text:
            return
        self.filled += 1
        if _COUNT.fullmatch(text):
            self.answers += 1
            return
        if is_published_id(text):
            self.published += 1
            return
        kinds = kinds_in(text)
        if kinds or "@" in text:
            self._sort(kinds, text)
        if not self.is_declared:
            self._count(text)

    def _sort(self, kinds: set[str], text: str) -> None:
        is_office = is_office_contact(text)
        self.offices += is_office
        contact = kinds & CONTACT
        if is_mobile(text):
            contact.discard(TELEPHONE)
        if not is_office:
            contact.discard(EMAIL)
        self.contacts += bool(contact)
        self.contact_kinds |= contact
        # Names that fill a cell are counted below; a place is often called after somebody.
        if self._is_of_places and is_persons_name(text):
            kinds.discard(NAME)
        self.kinds |= kinds - contact

    def _count(self, text: str) -> None:
        self.names += is_persons_name(text)
        self.long += is_long_text(text)
        self.streets += is_street(text)
        date = date_of(text)
        if date is not None:
            self.days += 1
            # A month's first and last days are a period's.
            self.births += 1900 <= date[0] < _BIRTHS_BEFORE and 1 < date[1] < 28
        if not self._rules:
            return
        self.lone_names += is_known_alone(text)
        if _answer().fullmatch(text.lower()):
            self.answers += 1
            return
        self.held.update(rule for rule, one in enumerate(self._rules) if _holds(one.holds, text))

    def look_at_header(self) -> None:
        """Take the header for a value, as it may be in a file without one."""
        self.kinds |= kinds_in(plain(self.header))

    def allow_contacts(self) -> None:
        """Forget the contact details: an office's own, in its notes."""
        self.contact_kinds.clear()

    def judge(self) -> set[str]:
        """Return the kinds of personal data that the column seems to hold, all of it taken together."""
        found = self.kinds | self.contact_kinds
        if self.is_declared:
            return found
        for place, rule in enumerate(self._rules):
            share = _HOLDS.get(rule.holds, _HOLDS[""])[1]
            if rule.by_name_alone or (self.held[place] and self.held[place] >= share * (self.filled - self.answers)):
                found.add(rule.kind)
        # A surname alone is a name where the header says that names stand there.
        names = self.names + (self.lone_names if any(one.kind == NAME for one in self._rules) else 0)
        if names and names * (2 if self._is_of_places else 4) >= self.filled:
            found.add(NAME)
        if self.births and self.births * 4 >= self.days and not _no_births().search(_told(self.header)):
            found.add(BIRTH)
        if not self.is_prose and self.long >= 2 and self.long * 2 > self.filled:
            found.add(FREE_TEXT)
        return found

    @property
    def is_crime_reference(self) -> bool:
        """Return whether the column is one of a force's own crime references, by its header."""
        return self.filled > self.published and bool(re.fullmatch(pattern("crime_reference"), _told(self.header)))


def allow_office_contacts(columns: Sequence[Column]) -> None:
    """Forget the contact details in texts that belong together, where an office gives its own among a few."""
    if any(one.offices for one in columns) and sum(one.contacts for one in columns) <= _MAX_CONTACTS:
        for one in columns:
            one.allow_contacts()


def _rules_of(header: str) -> list[HeaderRule]:
    told = _told(header)
    if not told or re.fullmatch(pattern("not_headers"), told):
        return []
    return [rule for rule in header_rules() if rule.called.fullmatch(told)]


def _holds(what: str, text: str) -> bool:
    test = _HOLDS.get(what)
    return test[0](text) if test else bool(re.fullmatch(what, text, re.IGNORECASE))


@cache
def _answer() -> re.Pattern[str]:
    return re.compile(pattern("answers"))


@cache
def _no_births() -> re.Pattern[str]:
    return re.compile(pattern("not_births"))


def _told(header: str) -> str:
    """Return the header in small letters, words apart: "VictimSurname" and "victim_surname" are victim surname."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain(header))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", apart.lower()).split())
