"""The tables inside a stored file, as streams of bytes: plain, gzipped, or members of a zip.

Members are streamed, never unpacked to disk, so their names can lead nowhere.
"""

from __future__ import annotations

import gzip
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

from ..errors import UnreadableFile
from .contents import DAMAGE, SIGNATURES, Part, chunks, refuse_page, refuse_size, unpacked_limit
from .header import Header, find_header
from .layout import Layout

KINDS = (".csv", ".csv.gz", ".zip", ".xlsx", ".ods")
# What may hold a table beside those: as a member of an archive it would be passed over.
_OTHER_TABLES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".zip", ".gz", ".7z", ".rar", ".tar", ".tgz")
_SEPARATOR = re.compile(r"[,;\t|]")
_SEARCHED_BYTES = 16 * 1024
# Every force's street and outcome files of three years are 3,000; each costs time whether it is read or not.
MAX_MEMBERS = 10_000


def kind_of(name: str) -> str:
    """Return which of KINDS the file is by its original name. Raises UnreadableFile for any other."""
    lowered = name.lower()
    for kind in sorted(KINDS, key=len, reverse=True):
        if lowered.endswith(kind):
            return kind
    raise UnreadableFile(
        "this kind of file is not read.",
        where=name,
        remedy=f"Send one of {', '.join(KINDS)} (the name's ending tells).",
    )


def check_name(name: str, kind: str, layout: Layout) -> None:
    """Raise UnreadableFile if the layout takes the force and month from the file's name and it does not have them."""
    bare = name.lower().removesuffix(kind) + ".csv"
    if not re.search(layout.member_pattern, bare):
        raise UnreadableFile(
            f"the {layout.title} layout takes the force and the month from the file's name.",
            where=name,
            remedy=f"Keep the name as published, such as {layout.member_example}.",
        )


def check_head(path: Path, name: str, kind: str) -> None:
    """Raise UnreadableFile if the stored file is empty, or its first bytes are not those of its kind."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if kind == ".csv":
        return  # looked at with all other text, in look_through
    refuse_page(head, name)
    begins = b"\x1f\x8b" if kind == ".csv.gz" else b"PK"
    if not head.startswith(begins):
        other = next((words for start, words in SIGNATURES if head.startswith(start)), "something else")
        raise UnreadableFile(
            f"is not {_a(kind)} file though its name says so: it is {other}.",
            where=name,
            remedy="Send it under its right name, or save it as what the name says.",
        )


@contextmanager
def open_parts(path: Path, name: str, kind: str, layout: Layout) -> Iterator[tuple[list[Part], tuple[str, ...]]]:
    """Give the parts of a .csv, .csv.gz or .zip in order of name, and the names of the members left aside.

    Raises UnreadableFile for a damaged archive, one that unpacks to too much, one with no member of the layout, or with
    one name twice.
    """
    if kind == ".csv":
        yield [Part("", name, lambda: path.open("rb"))], ()
    elif kind == ".csv.gz":
        yield [Part("", name, lambda: cast(IO[bytes], gzip.GzipFile(path)))], ()
    else:
        with open_zip(path, name) as archive:
            # What is left aside counts too: all of it is searched for personal data, or the archive is refused.
            unpacked = sum(info.file_size for info in archive.infolist())
            refuse_size(unpacked, unpacked_limit(layout.most_bytes, path.stat().st_size), name)
            yield _members(archive, name, layout)


@contextmanager
def open_zip(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Give the archive. Raises UnreadableFile if it is damaged or odd; its end holds its list of contents."""
    try:
        archive = zipfile.ZipFile(path)
    except (*DAMAGE, NotImplementedError, struct.error) as error:
        raise UnreadableFile(
            "is cut short or damaged: the list of contents at its end cannot be read.",
            where=name,
            remedy="Fetch or send it again, and compare the size with the original.",
        ) from error
    with archive:
        _refuse_odd_contents(archive, name)
        yield archive


def _refuse_odd_contents(archive: zipfile.ZipFile, name: str) -> None:
    """Raise UnreadableFile if there are absurdly many members, or two are made of the same bytes, as in a bomb."""
    members = sorted(archive.infolist(), key=lambda info: info.header_offset)
    if len(members) > MAX_MEMBERS:
        raise UnreadableFile(
            f"holds more than {MAX_MEMBERS:,} members.", where=name, remedy="Send the members that are meant alone."
        )
    for one, following in pairwise(members):
        if one.header_offset + one.compress_size > following.header_offset:
            raise UnreadableFile(
                f"is damaged, or was made to do harm: its members {one.filename} and {following.filename} overlap.",
                where=name,
                remedy="Make a plain zip of the files anew.",
            )


def is_member(name: str, layout: Layout) -> bool:
    """Return whether a member of an archive is one of the layout's tables, by its name."""
    of_finder = name.startswith("__MACOSX/")  # macOS adds a shadow of every file, not a table
    return bool(re.search(layout.member_pattern, name.lower())) and not of_finder


def _members(archive: zipfile.ZipFile, name: str, layout: Layout) -> tuple[list[Part], tuple[str, ...]]:
    files = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
    taken: list[zipfile.ZipInfo] = []
    ignored: list[zipfile.ZipInfo] = []
    for info in files:
        (taken if is_member(info.filename, layout) else ignored).append(info)
    names = [info.filename for info in taken]
    if not taken:
        held = ", ".join(info.filename for info in ignored[:10]) or "nothing"
        raise UnreadableFile(
            f"has no member of the {layout.title} layout (a name such as {layout.member_example}); it holds {held}.",
            where=name,
            remedy="Send the archive that holds them, or name the layout that it holds.",
        )
    twice = sorted({member for member in names if names.count(member) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise UnreadableFile(
            f"holds two members named {twice[0]}.", where=name, remedy="Keep the one that is meant and send it again."
        )
    for info in ignored:
        if not info.filename.startswith("__MACOSX/") and _may_hold_table(archive, info, layout):
            raise UnreadableFile(
                f"holds {info.filename} beside the tables that are read, and what stands in it would be lost.",
                where=name,
                remedy=f"Put its table in as a CSV (such as {layout.member_example}), or send the archive without it.",
            )
    parts = [
        Part(info.filename, f"{name}!{info.filename}", lambda info=info: archive.open(info))  # type: ignore[misc]
        for info in taken
    ]
    return parts, tuple(info.filename for info in ignored)


def _may_hold_table(archive: zipfile.ZipFile, info: zipfile.ZipInfo, layout: Layout) -> bool:
    """Return whether a member that is left aside is a workbook or an archive, or a text with the layout's header."""
    if info.filename.lower().endswith(_OTHER_TABLES):
        return True
    try:
        head = next(chunks(Part("", "", lambda: archive.open(info)), _SEARCHED_BYTES), b"")
        text = head.decode("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig", "replace")
        records = [[field.strip('" ') for field in _SEPARATOR.split(line)] for line in text.splitlines()]
        return isinstance(find_header(records, layout, ""), Header)
    except UnreadableFile:
        return False  # damaged, or locked: it is no table that anybody could have meant


def _a(kind: str) -> str:
    return f"an {kind}" if kind in (".xlsx", ".ods") else f"a {kind}"
