"""The tables inside a stored file, as streams of bytes: plain, gzipped, or members of a zip.

Members are streamed, never unpacked to disk, so their names can lead nowhere. Every stream is looked through once
before it is read, so that damage, a wrong kind of content or an absurd size is known before a row is taken.
"""

from __future__ import annotations

import codecs
import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ..errors import UnreadableFile
from .layout import Layout

# A month of every force in England and Wales, street and outcomes (a million rows of 200 bytes), is about a fifth of
# this; a year of one force is a fiftieth. An archive made to fill a disk unpacks to a thousand times its size.
MAX_UNPACKED_BYTES = 1024**3
# The longest honest record of any layout is under 4 KB; a line is held in memory while it is read.
MAX_LINE_BYTES = 1024**2

KINDS = (".csv", ".csv.gz", ".zip", ".xlsx", ".ods")
_CHUNK = 1024**2
# What the standard library raises for streams that are cut short, damaged or compressed in a way it does not know.
_DAMAGE = (zipfile.BadZipFile, EOFError, OSError, zlib.error, lzma.LZMAError, ValueError)
_PAGE = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<!--")
_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or an Excel or ODS workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), or one protected by a password"),
    (b"%PDF", "a PDF"),
    (b"\xff\xfe", "text in UTF-16 ('Unicode text' in Excel)"),
    (b"\xfe\xff", "text in UTF-16 ('Unicode text' in Excel)"),
)
# The five bytes that Windows-1252 gives no character to.
_NOT_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")


@dataclass(frozen=True)
class Part:
    """One CSV in a stored file: its `member` name (empty if not in an archive), its name for a person, its opener."""

    member: str
    where: str
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Content:
    """What looking through a part showed: its `size` in bytes unpacked, its text `encoding`, how its last line ends.

    `is_open_ended`: the last line has no end, and others have one, as when a file is cut short inside it.
    """

    size: int
    encoding: str
    notes: tuple[str, ...]
    is_open_ended: bool


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
    _refuse_page(head, name)
    begins = b"\x1f\x8b" if kind == ".csv.gz" else b"PK"
    if not head.startswith(begins):
        other = next((words for start, words in _SIGNATURES if head.startswith(start)), "something else")
        raise UnreadableFile(
            f"is not {_a(kind)} file though its name says so: it is {other}.",
            where=name,
            remedy="Send it under its right name, or save it as what the name says.",
        )


@contextmanager
def open_parts(path: Path, name: str, kind: str, layout: Layout) -> Iterator[tuple[list[Part], tuple[str, ...]]]:
    """Give the parts of a .csv, .csv.gz or .zip in order of name, and the names of the members left aside.

    Raises UnreadableFile for a damaged archive, one with no member of the layout, or with one name twice.
    """
    if kind == ".csv":
        yield [Part("", name, lambda: path.open("rb"))], ()
    elif kind == ".csv.gz":
        yield [Part("", name, lambda: cast(IO[bytes], gzip.GzipFile(path)))], ()
    else:
        with open_zip(path, name) as archive:
            yield _members(archive, name, layout)


@contextmanager
def open_zip(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    """Give the archive. Raises UnreadableFile if it is damaged; its end holds its list of contents."""
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise UnreadableFile(
            "is cut short or damaged: the list of contents at its end cannot be read.",
            where=name,
            remedy="Fetch or send it again, and compare the size with the original.",
        ) from error
    with archive:
        yield archive


def look_through(part: Part, before: int) -> Content:
    """Return the part's size and encoding, having read all of it; UTF-8 unless it is not, then Windows-1252.

    `before` is what the archive's earlier members came to, in bytes. Raises UnreadableFile if the part is empty,
    damaged, too large with those, not text, or a web page.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, in_line, utf8, cp1252, last, has_lines = 0, 0, True, True, b"", False
    for chunk in chunks(part):
        if not size:
            _refuse_other_content(chunk, part.where)
        size += len(chunk)
        refuse_size(before + size, MAX_UNPACKED_BYTES, part.where)
        line_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        last, has_lines = chunk[-1:], has_lines or line_end >= 0
        in_line = in_line + len(chunk) if line_end < 0 else len(chunk) - line_end - 1
        if in_line > MAX_LINE_BYTES:
            raise UnreadableFile(
                f"has a line longer than {MAX_LINE_BYTES:,} bytes, so it is not a table of records.",
                where=part.where,
                remedy="Send it as CSV, one record a line.",
            )
        utf8 = utf8 and _decodes(decoder, chunk)
        cp1252 = cp1252 and not any(byte in chunk for byte in _NOT_IN_CP1252)
    if not size:
        _refuse_page(b"", part.where)
    is_open_ended = has_lines and last not in (b"\n", b"\r")
    if utf8 and _decodes(decoder, b"", final=True):
        return Content(size, "utf-8-sig", (), is_open_ended)
    if cp1252:
        note = f"{part.where}: is not UTF-8; read as Windows-1252 (Excel's plain CSV)"
        return Content(size, "cp1252", (note,), is_open_ended)
    raise UnreadableFile(
        "is text in neither UTF-8 nor Windows-1252.", where=part.where, remedy="Save it as CSV UTF-8 and send it again."
    )


def _members(archive: zipfile.ZipFile, name: str, layout: Layout) -> tuple[list[Part], tuple[str, ...]]:
    files = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
    taken: list[zipfile.ZipInfo] = []
    ignored: list[zipfile.ZipInfo] = []
    for info in files:
        of_finder = info.filename.startswith("__MACOSX/")  # macOS adds a shadow of every file, not a table
        fits = re.search(layout.member_pattern, info.filename.lower()) and not of_finder
        (taken if fits else ignored).append(info)
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
    parts = [
        Part(info.filename, f"{name}!{info.filename}", lambda info=info: archive.open(info))  # type: ignore[misc]
        for info in taken
    ]
    return parts, tuple(info.filename for info in ignored)


def chunks(part: Part) -> Iterator[bytes]:
    """Give the bytes of the part, unpacked. Raises UnreadableFile where they are damaged or locked."""
    try:
        with part.open() as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except NotImplementedError as error:
        raise UnreadableFile(
            "is compressed in a way that is not read here.", where=part.where, remedy="Make a plain zip of it."
        ) from error
    except RuntimeError as error:  # what zipfile raises for an encrypted member
        raise UnreadableFile(
            "is protected by a password.", where=part.where, remedy="Send it without one, over a safe way."
        ) from error
    except _DAMAGE as error:
        raise UnreadableFile(
            "is cut short or damaged: it cannot be unpacked to its end.",
            where=part.where,
            remedy="Fetch or send it again, and compare the size with the original.",
        ) from error


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def refuse_size(size: int, limit: int, where: str) -> None:
    """Raise UnreadableFile if a file has unpacked to more bytes than it may."""
    if size > limit:
        raise UnreadableFile(
            f"is refused because the file unpacks to more than {limit:,} bytes, far more than such a file holds.",
            where=where,
            remedy="Send it in parts, such as a month at a time.",
        )


def _refuse_page(head: bytes, where: str) -> None:
    if not head:
        raise UnreadableFile("is empty (0 bytes).", where=where, remedy="Fetch or send it again.")
    if head.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_PAGE):
        raise UnreadableFile(
            "is a web page, not a table: most likely a log-in or error page saved under the file's name.",
            where=where,
            remedy="Open the address in a browser, log in if asked, and download the file itself.",
        )


def _refuse_other_content(head: bytes, where: str) -> None:
    _refuse_page(head, where)
    other = next((words for start, words in _SIGNATURES if head.startswith(start)), None)
    if other is None and head[:4096].count(0) > len(head[:4096]) // 4:
        other = "binary, or text in UTF-16"
    if other:
        raise UnreadableFile(
            f"is not CSV though its name says so: it is {other}.",
            where=where,
            remedy="Save it as CSV UTF-8, or send it under its right name.",
        )


def _a(kind: str) -> str:
    return f"an {kind}" if kind in (".xlsx", ".ods") else f"a {kind}"
