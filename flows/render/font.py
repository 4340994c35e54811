"""Which characters the product's one font can print, and what is printed in place of the others.

An accessible PDF may not hold a character without a shape, so text for the PDF passes through `printable` first.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from typing import Final

from flows.render.templating import FONTS

_UNKNOWN: Final = "\ufffd"
_ALIKE: Final = {"\u2010": "-", "\u2011": "-", "\u2192": "to", "\u00ad": "", "\t": " ", "\n": " ", "\r": " "}
_LONGEST: Final = 28  # Longer words get places where they may break, so that they stay on the page.


@cache
def covered() -> frozenset[str]:
    """Return the characters that every one of the font's files has."""
    return frozenset.intersection(*(_characters(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))))


def _characters(font: bytes) -> frozenset[str]:
    """Return the characters of a TrueType file, read from the format 4 subtable of its `cmap` (OpenType 1.9, cmap)."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * at) for at in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    subtables = struct.unpack_from(">H", font, start + 2)[0]
    found: set[str] = set()
    for at in range(subtables):
        table = start + struct.unpack_from(">L", font, start + 8 + 8 * at)[0]
        if struct.unpack_from(">H", font, table)[0] == 4:
            count = struct.unpack_from(">H", font, table + 6)[0] // 2
            ends = struct.unpack_from(f">{count}H", font, table + 14)
            starts = struct.unpack_from(f">{count}H", font, table + 16 + 2 * count)
            for first, last in zip(starts, ends, strict=True):
                found.update(chr(code) for code in range(first, last + 1) if code != 0xFFFF)
    return frozenset(found)


def printable(text: str) -> str:
    """Return `text` in characters that the font has: an accent is dropped rather than its letter.

    What has no likeness at all becomes the sign for an unknown character. Markup passes unchanged.
    """
    if covered().issuperset(text):
        return text
    return "".join(_printable_character(one) for one in unicodedata.normalize("NFC", text))


def _printable_character(one: str) -> str:
    if one in covered():
        return one
    if one in _ALIKE:
        return _ALIKE[one]
    plain = "".join(part for part in unicodedata.normalize("NFKD", one) if part in covered())
    return plain or _UNKNOWN


def breakable(text: str) -> str:
    """Return `text` with invisible places to break in every word that would be too long for a line."""
    if max(map(len, text.split(" "))) <= _LONGEST:
        return text
    return " ".join(
        "\u200b".join(word[at : at + 12] for at in range(0, len(word), 12)) if len(word) > _LONGEST else word
        for word in text.split(" ")
    )
