"""From records to the one CSV: every record is written with its number, counted as blank, or put down as a fault."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import IO, Any

from ..errors import UnreadableFile
from .header import Header

# Enough of a faulty value to find it by.
SHOWN_CHARACTERS = 200


@dataclass(frozen=True)
class Broken:
    """A record that cannot be split into fields: what stands there, and why."""

    value: str
    reason: str


@dataclass(frozen=True)
class Counts:
    """Records after the header: all that were `read`, and of them the `blank` and the `faulty`."""

    read: int = 0
    blank: int = 0
    faulty: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.read + other.read, self.blank + other.blank, self.faulty + other.faulty)


# Signs that cannot be seen (soft hyphens, marks of direction, joiners of no width) are left out, and what only looks
# like a hyphen or minus is one: a name that holds them would be another name.
_INVISIBLE = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_PLAIN_SIGNS = dict.fromkeys(_INVISIBLE) | dict.fromkeys((0x2010, 0x2011, 0x2212, 0xFE63, 0xFF0D), "-")


def plain_signs(text: str) -> str:
    """Return the text without signs that cannot be seen, and with plain hyphens."""
    return text if text.isascii() else text.translate(_PLAIN_SIGNS)


class _Lines:
    """Lines of a text, the last one given out kept, to be shown if it turns out broken."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text, self.last = iter(text), ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.last = plain_signs(next(self._text))
        return self.last


def csv_records(text: Iterable[str], where: str) -> Iterator[list[str] | Broken]:
    """Give the records of a CSV, the header among them; an empty line is an empty list.

    A line with faulty quotation marks or an endless field is a Broken. Raises UnreadableFile if a fault runs over
    several lines: the records inside it would be lost uncounted.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    while True:
        before = reader.line_num
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num - before > 1:
                raise _runs_over(where, before + 1, reader.line_num) from error
            yield Broken(lines.last.strip()[:SHOWN_CHARACTERS], _in_words(error))
            continue
        yield record


def headers_only(records: Iterable[list[str] | Broken]) -> Iterator[list[str]]:
    """Give the records as the search for the header sees them: a broken one carries no header."""
    for record in records:
        yield [] if isinstance(record, Broken) else record


def write_records(
    records: Iterable[list[str] | Broken],
    header: Header,
    member: str,
    where: str,
    raw: IO[str],
    faults: IO[str],
    *,
    is_csv: bool,
) -> Counts:
    """Write the records after the header to `raw` (member, record number, the layout's columns); return the counts.

    The header is record 1. Records of the wrong length, with NUL characters, or broken go to `faults` as member,
    record number, value, reason. Raises UnreadableFile for a record of a CSV that seems to have others inside it.
    """
    write = csv.writer(raw, lineterminator="\n").writerow
    fault = csv.writer(faults, lineterminator="\n").writerow
    pick: Any = itemgetter(*header.positions)
    blank = faulty = 0
    number = 1
    for number, record in enumerate(records, start=2):
        if isinstance(record, Broken):
            faulty += 1
            fault((member, number, record.value.replace("\0", "\ufffd"), record.reason))
            continue
        text = "".join(record)
        if not text or text.isspace():
            blank += 1
            continue
        reason = _fault(record, text, header.width)
        if reason:
            if "\n" in text:
                raise _wrong_length_over_lines(where, number, reason)
            faulty += 1
            fault((member, number, ",".join(record)[:SHOWN_CHARACTERS].replace("\0", "\ufffd"), reason))
            continue
        if "\n" in text or "\r" in text:
            if is_csv and _holds_others(text, header.width):
                raise _others_inside(where, number)
            record = [" ".join(field.split()) for field in record]  # noqa: PLW2901
        record.append("")
        write((member, number, *pick(record)))
    return Counts(number - 1, blank, faulty)


def _fault(record: list[str], text: str, width: int) -> str:
    if len(record) != width:
        fields = f"{len(record)} field{'' if len(record) == 1 else 's'}"
        return f"has {fields}, the header has {width}"
    if "\0" in text:
        return "holds a NUL character, which no text has: the file was damaged on its way"
    return ""


def _holds_others(text: str, width: int) -> bool:
    """Return whether there are as many commas in the fields as the lines that they run over would have as records."""
    breaks = text.count("\n") + text.count("\r") - text.count("\r\n")
    return text.count(",") >= breaks * (width - 1)


def _in_words(error: csv.Error) -> str:
    message = str(error)
    if "field limit" in message:
        return f"has a field longer than {csv.field_size_limit():,} characters"
    if "end of data" in message:
        return "has a quotation mark that is never closed"
    return "has a quotation mark inside a field that is not doubled"


def _runs_over(where: str, first: int, last: int) -> UnreadableFile:
    return UnreadableFile(
        f"a quotation mark is opened in line {first} and not rightly closed up to line {last}, "
        "so the records between cannot be told apart.",
        where=where,
        remedy="Close it, or double a quotation mark that belongs to the text, and send the file again.",
    )


def _wrong_length_over_lines(where: str, number: int, reason: str) -> UnreadableFile:
    return UnreadableFile(
        f"record {number} {reason}, and it runs over several lines: other records may be lost in it.",
        where=where,
        remedy="Look for a quotation mark that is not closed in it, and send the file again.",
    )


def _others_inside(where: str, number: int) -> UnreadableFile:
    return UnreadableFile(
        f"record {number} runs over several lines that look like records of their own, lost between quotation marks.",
        where=where,
        remedy="Take the quotation marks out, or the line breaks if it is one text, and send the file again.",
    )
