"""What a PDF says, read back from its pages for the tests."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf


def to_unicode(font: Any) -> dict[int, str]:
    """Return the characters of a font's glyphs from its ToUnicode table."""
    table = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for at in range(int(first, 16), int(last, 16) + 1):
                found[at] = chr(int(text, 16) + at - int(first, 16))
    return found


def paper_texts(paper: bytes) -> list[str]:
    """Return each page's text as its fonts spell it, without spaces."""
    texts = []
    for page in pikepdf.open(io.BytesIO(paper)).pages:
        fonts = {name: to_unicode(font) for name, font in page.resources.get("/Font", {}).items()}
        glyphs, out = {}, []
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                glyphs = fonts[str(operands[0])]
            for shown in operands[0] if str(operator) == "TJ" else operands if str(operator) == "Tj" else ():
                if isinstance(shown, pikepdf.String):
                    raw = bytes(shown)
                    out += [glyphs.get(int.from_bytes(raw[at : at + 2]), "") for at in range(0, len(raw), 2)]
        texts.append("".join(out).replace(" ", ""))
    return texts
