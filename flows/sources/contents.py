"""The bytes of one table, unpacked bit by bit and looked through once before they are read.

So damage, a wrong kind of content, an absurd size and the encoding are known before a row is taken.
"""

from __future__ import annotations

import codecs
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from ..errors import UnreadableFile

# Of any layout; most are bounded closer. A month of every force in England and Wales, street and outcomes (a million
# rows of 200 bytes), is about a fifth of this; a year of one force is a fiftieth. An archive made to fill a disk
# unpacks to a thousand times its size.
MAX_UNPACKED_BYTES = 1024**3
# Twelve years of recorded crime are two million cells of a workbook; these take half a minute.
MAX_CELLS = 3_000_000
# CSV packs to a tenth, a very even table to a thirtieth. What unpacks fiftyfold was made to do harm.
MAX_RATIO = 50
SMALL_BYTES = 32 * 1024**2
# The longest honest record of any layout is under 4 KB; a line is held in memory while it is read.
MAX_LINE_BYTES = 1024**2

_CHUNK = 1024**2
# What the standard library raises for streams that are cut short, damaged or compressed in a way it does not know.
DAMAGE = (zipfile.BadZipFile, EOFError, OSError, zlib.error, lzma.LZMAError, ValueError)
SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or an Excel or ODS workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls), or one protected by a password"),
    (b"%PDF", "a PDF"),
    (b"\xff\xfe", "text in UTF-16 ('Unicode text' in Excel)"),
    (b"\xfe\xff", "text in UTF-16 ('Unicode text' in Excel)"),
    (b"{\\rtf", "a document in RTF"),
    (b"{", "JSON, or the error of a program in it"),
    (b"[", "JSON, or the error of a program in it"),
)
# The five bytes that Windows-1252 gives no character to.
_NOT_IN_CP1252 = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
# A letter or sign beyond ASCII in UTF-8; honest Windows-1252 has no such pair of signs.
_UTF8_SIGN = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")


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


def unpacked_limit(most: int, packed: int) -> int:
    """Return how many bytes a stored file of `packed` bytes may unpack to, `most` at the utmost."""
    return min(most, MAX_UNPACKED_BYTES, max(SMALL_BYTES, MAX_RATIO * packed))


def look_through(part: Part, before: int, limit: int) -> Content:
    """Return the part's size and encoding, having read all of it; UTF-8 unless it is not, then Windows-1252.

    `before` is what the archive's earlier members came to, `limit` what all may come to, in bytes. Raises
    UnreadableFile if the part is empty, damaged, too large with those, not text, of two encodings, or a web page.
    """
    encoding = _Encoding()
    size, in_line, last, has_lines = 0, 0, b"", False
    for chunk in chunks(part):
        if not size:
            _refuse_other_content(chunk, part.where)
        size += len(chunk)
        refuse_size(before + size, limit, part.where)
        line_end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        last, has_lines = chunk[-1:], has_lines or line_end >= 0
        in_line = in_line + len(chunk) if line_end < 0 else len(chunk) - line_end - 1
        if in_line > MAX_LINE_BYTES:
            raise UnreadableFile(
                f"has a line longer than {MAX_LINE_BYTES:,} bytes, so it is not a table of records.",
                where=part.where,
                remedy="Send it as CSV, one record a line.",
            )
        encoding.feed(chunk)
    if not size:
        refuse_page(b"", part.where)
    is_open_ended = has_lines and last not in (b"\n", b"\r")
    name, notes = encoding.settle(part.where)
    return Content(size, name, notes, is_open_ended)


class _Encoding:
    """Follows the bytes of a text and tells its encoding at the end."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = self._is_cp1252 = True
        self._has_utf8_signs = False

    def feed(self, chunk: bytes, *, final: bool = False) -> None:
        if chunk.isascii() and self._is_utf8 and not self._decoder.getstate()[0]:
            return
        self._has_utf8_signs = self._has_utf8_signs or bool(_UTF8_SIGN.search(chunk))
        self._is_cp1252 = self._is_cp1252 and not any(byte in chunk for byte in _NOT_IN_CP1252)
        if self._is_utf8:
            try:
                self._decoder.decode(chunk, final)
            except UnicodeDecodeError:
                self._is_utf8 = False

    def settle(self, where: str) -> tuple[str, tuple[str, ...]]:
        """Return the encoding, and a note if it is not UTF-8; raises UnreadableFile if it is none or two."""
        if self._decoder.getstate()[0]:
            self.feed(b"", final=True)
        if self._is_utf8:
            return "utf-8-sig", ()
        if self._has_utf8_signs:
            # Either would read the other's letters wrongly, and an area would fall into two.
            raise UnreadableFile(
                "is text in UTF-8 in one place and in another encoding elsewhere, as when two files are joined.",
                where=where,
                remedy="Put the parts together anew, and save the whole as CSV UTF-8.",
            )
        if self._is_cp1252:
            return "cp1252", (f"{where}: is not UTF-8; read as Windows-1252 (Excel's plain CSV)",)
        raise UnreadableFile(
            "is text in neither UTF-8 nor Windows-1252.", where=where, remedy="Save it as CSV UTF-8 and send it again."
        )


def chunks(part: Part, size: int = _CHUNK) -> Iterator[bytes]:
    """Give the bytes of the part, unpacked, `size` at a time. Raises UnreadableFile where damaged or locked."""
    try:
        with part.open() as stream:
            while chunk := stream.read(size):
                yield chunk
    except NotImplementedError as error:
        raise UnreadableFile(
            "is compressed in a way that is not read here.", where=part.where, remedy="Make a plain zip of it."
        ) from error
    except RuntimeError as error:  # what zipfile raises for an encrypted member
        raise UnreadableFile(
            "is protected by a password.", where=part.where, remedy="Send it without one, over a safe way."
        ) from error
    except DAMAGE as error:
        raise UnreadableFile(
            "is cut short or damaged: it cannot be unpacked to its end.",
            where=part.where,
            remedy="Fetch or send it again, and compare the size with the original.",
        ) from error


def refuse_size(size: int, limit: int, where: str) -> None:
    """Raise UnreadableFile if a file has unpacked to more bytes than it may."""
    if size > limit:
        raise UnreadableFile(
            f"is refused because the file unpacks to more than {limit:,} bytes, far more than such a file holds.",
            where=where,
            remedy="Send it in parts, such as a month at a time.",
        )


def refuse_page(head: bytes, where: str) -> None:
    """Raise UnreadableFile if nothing is there, or a web page, which begins with a mark that no header has."""
    if not head:
        raise UnreadableFile("is empty (0 bytes).", where=where, remedy="Fetch or send it again.")
    if _begun(head).startswith(b"<"):
        raise UnreadableFile(
            "is a web page, not a table: most likely a log-in or error page saved under the file's name.",
            where=where,
            remedy="Open the address in a browser, log in if asked, and download the file itself.",
        )


def _begun(head: bytes) -> bytes:
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def _refuse_other_content(head: bytes, where: str) -> None:
    refuse_page(head, where)
    other = next((words for start, words in SIGNATURES if _begun(head).startswith(start)), None)
    if other is None and head[:4096].count(0) > len(head[:4096]) // 4:
        other = "binary, or text in UTF-16"
    if other:
        raise UnreadableFile(
            f"is not CSV though its name says so: it is {other}.",
            where=where,
            remedy="Save it as CSV UTF-8, or send it under its right name.",
        )
