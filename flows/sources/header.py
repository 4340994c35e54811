"""Where a table begins: the record that carries the layout's headers, and where each column stands in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..errors import UnreadableFile
from .layout import Column, Layout

# Published tables carry a title, a source and a few notes above the header, seldom more than a dozen lines.
SEARCHED_RECORDS = 30
# Published tables have a few dozen columns. Empty ones cost little; thousands of names were made to cost.
MAX_NAMED_COLUMNS = 1_000


@dataclass(frozen=True)
class Header:
    """A header found: `positions` of the layout's columns, in its order.

    A column that the file does not have stands at `width`, one past the last field. `extra` are the headers that the
    layout does not know, `above` the number of records before the header.
    """

    width: int
    positions: tuple[int, ...]
    extra: tuple[str, ...]
    above: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class NoHeader:
    """No record carries every required header. `nearest` is the record with most of them: `matched` of them.

    `searched` are the records that were looked at.
    """

    nearest: tuple[str, ...]
    matched: int
    searched: tuple[list[str], ...] = ()


def find_header(records: Iterable[list[str]], layout: Layout, where: str) -> Header | NoHeader:
    """Return the first header among the first records, taking from `records` no more than it needs.

    Headers are compared without regard to case, white space and order. Raises UnreadableFile where a header that the
    layout needs stands in two columns, where one that may be left out is misspelt, where a record of the table stands
    above the header, or where there are absurdly many columns.
    """
    wanted = {_plain(column.header) for column in layout.required}
    best, passed = NoHeader((), -1), list[list[str]]()
    for number, record in zip(range(SEARCHED_RECORDS), records, strict=False):
        _refuse_many(record, where)
        found = [_plain(field) for field in record]
        matched = len(wanted.intersection(found))
        if matched == len(wanted):
            header = _header(record, found, layout, where, above=number)
            _refuse_records_above(passed, header, layout, where)
            return header
        passed.append(record)
        if matched > best.matched and any(found):
            best = NoHeader(tuple(field.strip() for field in record if field.strip()), matched)
    return replace(best, searched=tuple(passed))


def _refuse_many(record: list[str], where: str) -> None:
    if len(record) > MAX_NAMED_COLUMNS and sum(map(bool, record)) > MAX_NAMED_COLUMNS:
        raise UnreadableFile(
            f"has more than {MAX_NAMED_COLUMNS:,} columns, far more than such a table has.",
            where=where,
            remedy="Send the columns that the layout prints alone.",
        )


def _refuse_records_above(passed: list[list[str]], header: Header, layout: Layout, where: str) -> None:
    """Raise UnreadableFile if a record above the header fills every needed column: a sorted table loses its rows so."""
    needed = [place for place, one in zip(header.positions, layout.columns, strict=True) if one.required]
    for number, record in enumerate(passed, start=1):
        fields = [record[place].strip() for place in needed] if len(record) == header.width else []
        if all(fields) and any(character.isdigit() for field in fields for character in field):
            raise UnreadableFile(
                f"record {number} stands above the header and looks like a record of the table: it would be lost.",
                where=where,
                remedy="Put the header above all records; it may have been sorted in among them.",
            )


def continues(absent: NoHeader, header: Header, first: list[str], layout: Layout) -> bool:
    """Return whether most records without a header look like `first`, the first record of a table that has one.

    They fill the columns that the layout needs, with numbers and dates where that has them.
    """
    needed = [place for place, one in zip(header.positions, layout.columns, strict=True) if one.required]
    shape = [_is_number(first[place]) for place in needed if place < len(first)]
    filled = [record for record in absent.searched if any(field.strip() for field in record)]
    alike = [
        record
        for record in filled
        if max(needed) < len(record)
        and all(record[place].strip() for place in needed)
        and [_is_number(record[place]) for place in needed] == shape
    ]
    return any(shape) and 2 * len(alike) > len(filled)


def _is_number(field: str) -> bool:
    """Return whether a field begins as a number or a date does."""
    return field.strip()[:1].isdigit()


def missing_header(absent: NoHeader, layout: Layout, where: str, hidden: Sequence[str] = ()) -> UnreadableFile:
    """Return the error that names the missing columns, what was found in their place, and what may be meant.

    `hidden` are the names of a workbook's hidden sheets, which are not looked at.
    """
    if not absent.nearest:
        return UnreadableFile(
            f"holds no table: its first {SEARCHED_RECORDS} records are empty.",
            where=where,
            remedy=f"Send the file again, with its header line and its rows.{_unhide(hidden)}",
        )
    found = {_plain(header): header for header in absent.nearest}
    missing = [column for column in layout.required if _plain(column.header) not in found]
    spare = [key for key in found if key not in {_plain(column.header) for column in layout.columns}]
    words = []
    for column in missing:
        near = difflib.get_close_matches(_plain(column.header), spare, n=1, cutoff=0.5)
        words.append(f"'{column.header}'" + (f" (renamed to '{found[near[0]]}'?)" if near else ""))
    what = (
        f"the {layout.title} layout needs the column{'s' if len(words) > 1 else ''} {', '.join(words)}; "
        f"found were: {_listed(absent.nearest)}."
    )
    remedy = "Give the columns the names that the layout prints, in any order."
    if len(absent.nearest) == 1 and any(mark in absent.nearest[0] for mark in ";\t|"):
        remedy = "The fields do not seem to be separated by commas: save the file as CSV with commas."
    return UnreadableFile(what, where=where, remedy=remedy + _unhide(hidden))


def _unhide(hidden: Sequence[str]) -> str:
    return f" If the table is on a hidden sheet ({_listed(tuple(hidden))}), unhide it first." if hidden else ""


def _header(record: list[str], found: list[str], layout: Layout, where: str, *, above: int) -> Header:
    positions, notes = [], []
    known = {_plain(column.header) for column in layout.columns}
    extra = tuple(" ".join(record[i].split()) for i, key in enumerate(found) if key and key not in known)
    for column in layout.columns:
        places = [i for i, key in enumerate(found) if key == _plain(column.header)]
        if len(places) > 1:
            raise UnreadableFile(
                f"the column '{column.header}' stands there {len(places)} times.",
                where=where,
                remedy="Keep the one that is meant.",
            )
        positions.append(places[0] if places else len(record))
        if not places:
            hint = _meant(column, extra, where)
            notes.append(f"{where}: there is no column '{column.header}', which may be left out{hint}")
    if above:
        notes.append(f"{where}: {above} record{'s' if above > 1 else ''} above the header passed over")
    return Header(len(record), tuple(positions), extra, above, tuple(notes))


def _meant(column: Column, extra: tuple[str, ...], where: str) -> str:
    """Return in words which unknown header may be meant for a column that may be left out; no words if none.

    Raises UnreadableFile if figures could be lost by it. None is made of a column of free text.
    """
    named = {_plain(name): name for name in extra}
    near = difflib.get_close_matches(_plain(column.header), named, n=1, cutoff=0.75)
    if not near:
        return ""
    if column.is_free_text:
        return f" (is '{named[near[0]]}' meant?)"
    raise UnreadableFile(
        f"there is no column '{column.header}', and '{named[near[0]]}' seems to be meant for it.",
        where=where,
        remedy=f"Call it '{column.header}', or if it is something else, by another name.",
    )


def _plain(header: str) -> str:
    return "".join(header.replace("\ufeff", "").split()).casefold()


def _listed(headers: tuple[str, ...]) -> str:
    shown = [f"'{' '.join(header.split())[:60]}'" for header in headers[:20]]
    return ", ".join(shown) + (f" and {len(headers) - 20} more" if len(headers) > 20 else "")
