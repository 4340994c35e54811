"""The records of a text, read so that nothing stops it: any encoding, any quoting, lines of any length."""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator

# A line is looked at in pieces of so many characters: more than any honest record has.
_PIECE = 100_000
# Of a PDF, and of an old Excel workbook or one under a password.
_SIGNATURES = (b"%PDF", b"\xd0\xcf\x11\xe0")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_NOT_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Controls, halves of signs, private and unassigned ones; but not the ends of lines and pages.
_ODD, _SPACES = ("Cc", "Cs", "Co", "Cn"), "\t\n\r\v\f\x85"
_SEPARATORS = ",;\t|"


def records_of(chunks: Iterable[bytes]) -> Iterator[list[str]]:
    """Give the text's records as lists of fields; where quotation marks are at fault, its lines one by one."""
    lines = _Kept(_lines(chunks))
    first = next(lines, "")
    separator = max(_SEPARATORS, key=first.count)
    lines.put_back(first)
    reader = csv.reader(lines, delimiter=separator, strict=False)
    while True:
        lines.since.clear()
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            # Such as a quotation mark that is never closed: the reader lets go of what it took.
            for line in lines.since:
                yield line.split(separator)


class _Kept:
    """Lines, those taken since the last record kept; the CSV reader bounds how many it takes for one."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._again = lines, list[str]()
        self.since: list[str] = []

    def put_back(self, line: str) -> None:
        self._again.append(line)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.since.append(line)
        return line


def is_binary(head: bytes) -> bool:
    """Return whether a file that begins so is no text in any encoding: its reader will refuse it for certain.

    Such as pictures and old workbooks, in which figures stand beside each other by chance.
    """
    if head.startswith(_SIGNATURES):
        return True
    head = head[:4096]
    if _encoding(head) != "utf-8-sig" or len(_CONTROLS.findall(head)) * 20 < len(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return bool(_NOT_IN_CP1252.search(head))
    return False


def reads_as_text(head: bytes) -> bool:
    """Return whether what begins so can be read, and so searched: hardly a sign in fifty is none that people write."""
    if head.isascii() and not _CONTROLS.search(head):
        return True
    text = codecs.getincrementaldecoder(_encoding(head))(errors="panelbrief_cp1252").decode(head)
    odd = sum(one == "\ufffd" or (unicodedata.category(one) in _ODD and one not in _SPACES) for one in text)
    return odd * 50 <= len(text)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = ""
    for text in _decoded(chunks):
        pieces = (rest + text.replace("\0", "")).splitlines(keepends=True)
        rest = pieces.pop() if pieces and not pieces[-1].endswith(("\n", "\r")) else ""
        yield from pieces
        while len(rest) > _PIECE:
            yield rest[:_PIECE] + "\n"
            # The pieces overlap, so that no value is cut in two unseen.
            rest = rest[_PIECE - 200 :]
    if rest:
        yield rest


def _decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    decoder: codecs.IncrementalDecoder | None = None
    for chunk in chunks:
        if decoder is None:
            decoder = codecs.getincrementaldecoder(_encoding(chunk))(errors="panelbrief_cp1252")
        yield decoder.decode(chunk)
    if decoder:
        yield decoder.decode(b"", final=True)


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head[1:400:2].count(0) > 100 or (len(head) < 400 and head[1::2].count(0) * 4 > len(head)):
        return "utf-16-le"
    return "utf-8-sig"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Decode what is no UTF-8 as Excel's plain CSV has it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("panelbrief_cp1252", _as_cp1252)
