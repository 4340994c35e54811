"""Going through everything in a file for personal data: every record of every table, sheet and member, used or not.

Nothing is written to disk but an archive inside an archive, which is taken out to a file without a name. A file that
cannot be opened is left for its reader to refuse in words; what can be read of it is looked at all the same.
"""

from __future__ import annotations

import gzip
import itertools
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from flows.errors import PersonalData, UnreadableFile
from flows.sources.containers import is_member, open_zip
from flows.sources.contents import Part, chunks, refuse_size, unpacked_limit
from flows.sources.layout import Layout
from flows.sources.sheets import open_sheets, text_rows

from .columns import Column, allow_office_contacts
from .hidden import hidden_texts
from .lines import is_binary, records_of
from .members import is_left_out, unsearchable, why_unsearchable
from .table import Table, kinds_in_name

# An archive in an archive in an archive is somebody's mistake; a fourth is made to cost.
_MAX_DEPTH = 3
_SHOWN = 10


@dataclass
class _Found:
    """Where personal data seems to stand: a place in the file, a column of it, and the kinds."""

    name: str
    layout: Layout
    # More than this it does not unpack to, as for its reader.
    limit: int
    columns: list[str] = field(default_factory=list)
    unpacked: int = 0

    def add(self, place: str, column: str, kinds: set[str]) -> None:
        if kinds:
            told = f"{place}{column} ({', '.join(sorted(kinds))})"
            if told not in self.columns:
                self.columns.append(told)


def refuse_personal_data(path: Path, name: str, layout: Layout) -> None:
    """Raise PersonalData if anything in the file at `path`, sent as `name`, looks personal.

    Columns that the layout declares are exempt from the test of their names; all others, and a declared column of free
    text, are searched in full. The message says which columns and what kind, and never holds a value.
    """
    found = _Found(name, layout, unpacked_limit(layout.most_bytes, path.stat().st_size))
    if kinds_in_name(name):
        found.add("", "the file's own name", kinds_in_name(name))
    # A damaged or foreign file is refused in words where it is read.
    with _passing_over_damage():
        _look_at_file(path, "", found, 0)
    if found.columns:
        more = f"; and {len(found.columns) - _SHOWN} more" if len(found.columns) > _SHOWN else ""
        raise PersonalData("; ".join(found.columns[:_SHOWN]) + more, where=shown_name(name))


def shown_name(name: str) -> str:
    """Return the file's name, or words in its place if the name itself looks personal."""
    return "a file whose name is not repeated here" if kinds_in_name(name) else name


class _passing_over_damage:
    """Goes on after a file, or a part of one, that cannot be read to its end."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        return isinstance(error, UnreadableFile)


def _look_at_file(path: Path, place: str, found: _Found, depth: int) -> None:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        _look_at_texts(_archive_comments(path, found.name), place, found)
        kind = _workbook_kind(path, found.name)
        if kind:
            _look_at_workbook(path, kind, place, found, depth)
        else:
            _look_at_members(path, place, found, depth)
    elif head.startswith(b"\x1f\x8b"):
        _look_at_gzip(path, place, found, depth)
    else:
        _look_at_text(lambda: path.open("rb"), place, found)


def _archive_comments(path: Path, name: str) -> Iterator[tuple[str, Iterator[str]]]:
    with open_zip(path, name) as archive:
        told = [archive.comment, *(info.comment for info in archive.infolist())]
    yield "the comments on the archive", (one.decode("utf-8", errors="replace") for one in told if one)


def _workbook_kind(path: Path, name: str) -> str:
    with open_zip(path, name) as archive:
        held = {member.lower() for member in archive.namelist()}
    if any(member.startswith("xl/") for member in held):
        return ".xlsx"
    return ".ods" if "content.xml" in held else ""


def _look_at_members(path: Path, place: str, found: _Found, depth: int) -> None:
    with open_zip(path, found.name) as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        # An archive that holds too much its reader refuses, whatever it is that is held.
        is_too_much = depth == 0 and sum(info.file_size for info in members) > found.limit
        for number, info in enumerate(members, start=1):
            kinds = kinds_in_name(info.filename)
            label = f"member {number}" if kinds else f"'{info.filename}'"
            found.add(place, f"the name of member {number}", kinds)
            # A table that cannot be read its own reader refuses in words.
            is_table = depth == 0 and is_member(info.filename, found.layout)
            try:
                _look_at_member(archive, info, f"{place}{label}, ", found, depth, is_table=is_table)
            except UnreadableFile as error:
                if not is_table and not is_too_much:
                    found.add(place, label, {unsearchable(f"a file that {error.what.rstrip('.')}")})


def _look_at_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, found: _Found, depth: int, *, is_table: bool
) -> None:
    """Look at one member. Raises UnreadableFile if it cannot be looked at to its end."""
    part = Part(info.filename, found.name, lambda: archive.open(info))
    stream = chunks(part)
    head = next(stream, b"")
    if not head.startswith((b"PK", b"\x1f\x8b")):
        if is_table or _is_to_be_searched(info.filename, head, place, found):
            _look_at_text(part.open, place, found, is_text=not is_table)
        return
    if depth >= _MAX_DEPTH:
        raise UnreadableFile("holds archives inside archives inside archives.", where=found.name)
    with tempfile.TemporaryDirectory(prefix="panelbrief-looking-") as folder:
        inner = Path(folder) / "inner"
        with inner.open("wb") as out:
            for chunk in itertools.chain((head,), stream):
                found.unpacked += len(chunk)
                refuse_size(found.unpacked, found.limit, found.name)
                out.write(chunk)
        _look_at_file(inner, place, found, depth + 1)


def _is_to_be_searched(name: str, head: bytes, place: str, found: _Found) -> bool:
    """Return whether to search a member that begins so; where that cannot be done though it should, it is at fault."""
    if is_left_out(head):
        return False
    reason = why_unsearchable(name, head)
    found.add(place.removesuffix(", "), "", {reason} if reason else set())
    return not reason


def _look_at_gzip(path: Path, place: str, found: _Found, depth: int) -> None:
    def open_it() -> IO[bytes]:
        return cast(IO[bytes], gzip.GzipFile(path))

    if depth:
        head = next(chunks(Part("", found.name, open_it)), b"")
        if not _is_to_be_searched("", head, place, found):
            return
    _look_at_text(open_it, place, found, is_text=depth > 0)


def _look_at_text(open_it: Callable[[], IO[bytes]], place: str, found: _Found, *, is_text: bool = False) -> None:
    def counted() -> Iterator[bytes]:
        for chunk in chunks(Part("", found.name, open_it)):
            found.unpacked += len(chunk)
            refuse_size(found.unpacked, found.limit, found.name)
            yield chunk

    pieces = counted()
    head = next(pieces, b"")
    # What is no text at all its reader refuses in words.
    if is_text or not is_binary(head):
        _look_at_rows(records_of(itertools.chain((head,), pieces)), place, found)


def _look_at_workbook(path: Path, kind: str, place: str, found: _Found, depth: int) -> None:
    # Within an archive nobody else reads it.
    with nullcontext() if depth else _passing_over_damage():
        _look_at_texts(hidden_texts(path, kind, found.name), place, found)
    sheets = open_sheets(path, found.name, kind, needs_results=False, most_cells=found.layout.most_cells)
    for number, one in enumerate(sheets, start=1):
        kinds = kinds_in_name(one.name)
        found.add(place, f"the name of sheet {number}", kinds)
        label = f"sheet {number}" if kinds else f"sheet '{one.name}'"
        _look_at_rows(text_rows(one.rows), f"{place}{label}, ", found)


def _look_at_texts(parts: Iterable[tuple[str, Iterator[str]]], place: str, found: _Found) -> None:
    """Look at texts beside the tables, of each part by its name."""
    columns: dict[str, Column] = {}
    try:
        for where, texts in parts:
            column = columns.setdefault(where, Column(is_prose=True))
            for text in texts:
                column.take(text)
    finally:
        allow_office_contacts(list(columns.values()))
        for where, column in columns.items():
            found.add(place, where, column.kinds | column.contact_kinds)


def _look_at_rows(rows: Iterable[list[str]], place: str, found: _Found) -> None:
    """Look at one table, or what stands in place of one; what was seen before damage is judged all the same."""
    taken = Table(found.layout)
    try:
        taken.look(iter(rows))
    finally:
        for column, kinds in taken.judge():
            found.add(place, column, kinds)
