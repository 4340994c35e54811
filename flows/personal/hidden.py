"""What a workbook holds beside the cells of its sheets: comments, and the rows that a pivot table keeps for itself.

A pivot table made over a list of people carries the whole list with it, also when the list's sheet has been deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from flows.sources.containers import open_zip
from flows.sources.contents import Part, chunks

_EXCEL = (
    (re.compile(r"xl/(?:threaded)?comments.*\.xml"), "the comments on its cells"),
    (re.compile(r"xl/pivotcache/.*\.xml"), "the rows kept by a pivot table"),
    (re.compile(r"xl/externallinks/.*\.xml"), "the cells kept of another workbook"),
    (re.compile(r"xl/drawings/.*\.xml"), "its text boxes"),
)
_ODS = ((re.compile(r"content\.xml"), "the comments on its cells"),)


def hidden_texts(path: Path, kind: str, name: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Give each such member of the workbook: what it is in words, and its texts."""
    with open_zip(path, name) as archive:
        for info in archive.infolist():
            for pattern, words in _ODS if kind == ".ods" else _EXCEL:
                if pattern.fullmatch(info.filename.lower()):
                    part = Part(info.filename, name, lambda info=info: archive.open(info))  # type: ignore[misc]
                    yield words, _texts(part, "annotation" if kind == ".ods" else "")


def _texts(part: Part, inside: str) -> Iterator[str]:
    """Give the texts and the values of attributes `v` of an XML member; only those within `inside`, if named."""
    texts: list[str] = []
    depth = 0
    pieces: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += tag.rsplit(":", maxsplit=1)[-1] == inside
        if "v" in attributes and not inside:
            texts.append(attributes["v"])

    def end(tag: str) -> None:
        nonlocal depth
        local = tag.rsplit(":", maxsplit=1)[-1]
        if local in ("t", "p", "v", "text", inside) and pieces:
            texts.append("".join(pieces))
            pieces.clear()
        depth -= local == inside

    def data(text: str) -> None:
        if depth or not inside:
            pieces.append(text)

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    try:
        for chunk in chunks(part):
            parser.Parse(chunk, False)
            yield from texts
            texts.clear()
        parser.Parse(b"", True)
    except expat.ExpatError:
        return
    finally:
        texts.extend(["".join(pieces)] if pieces else [])
    yield from texts
