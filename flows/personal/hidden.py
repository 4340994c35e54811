"""What a workbook holds beside the cells of its sheets: comments, links, lists, page headers, a pivot table's rows.

A pivot table made over a list of people carries the whole list with it, also when the list's sheet has been deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from xml.parsers import expat

from flows.sources.containers import open_zip
from flows.sources.contents import Part, chunks


@dataclass(frozen=True)
class _Place:
    """One place in the members of that name: what it is in `words`, and what of its XML is a text there.

    Text is taken within the elements `inside` (anywhere if there are none) but not within those `outside`; with it the
    values of `attributes`. With `has_cells` a sheet's own cells, looked at elsewhere, are passed over.
    """

    member: str
    words: str
    inside: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    has_cells: bool = False


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Who wrote a comment and when is put there by the program, and is of the file's properties.
_EXCEL = (
    _Place(r"xl/(?:threaded)?comments.*\.xml", "the comments on its cells", outside=_set("authors")),
    _Place(r"xl/pivotcache/.*\.xml", "the rows kept by a pivot table", attributes=_set("v")),
    _Place(r"xl/externallinks/.*\.xml", "the cells kept of another workbook", attributes=_set("v")),
    _Place(r"xl/drawings/[^/]*\.xml", "its text boxes"),
    _Place(r"xl/charts/[^/]*\.xml", "its charts", _set("v t")),
    _Place(r"xl/(?:worksheets|drawings)/_rels/.*\.rels", "its links", _set("-"), _set("target")),
    _Place(r"xl/workbook\.xml", "its defined names", _set("definedname"), _set("name comment")),
    _Place(
        r"xl/(?:work|chart)sheets/[^/]*\.xml",
        "its lists, links, page headers and footers",
        _set("datavalidations headerfooter"),
        _set("prompt prompttitle error errortitle display tooltip"),
        has_cells=True,
    ),
)
_ODS = (
    _Place(r"content\.xml", "the comments on its cells", _set("annotation"),
           outside=_set("creator creator-initials date")),
    _Place(r"content\.xml", "its lists, links and defined names", _set("help-message error-message"),
           _set("href condition expression")),
    _Place(r"styles\.xml", "its page headers and footers", _set("header footer header-left footer-left")),
)  # fmt: skip
# Where one text ends and the next begins; what else there is, such as a change of typeface, stands within one.
_ENDS = _set(
    "p v text annotation author creator definedname formula1 formula2 help-message error-message "
    "oddheader oddfooter evenheader evenfooter firstheader firstfooter"
)
# The codes of Excel's page headers: &L, &"Arial,Bold", &12, &P.
_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Z])')
# Of what a link leads to, people are reached by these alone; a page's address is a row of signs.
_REACHES = re.compile(r"(?:mailto|tel|callto|sms):", re.IGNORECASE)
_CELLS = re.compile(rb"<(?:[\w.-]+:)?sheetData(?=[\s/>])[^>]*>")
_CELLS_END = re.compile(rb"</(?:[\w.-]+:)?sheetData\s*>")
# Longer than the tag that a sheet's cells begin or end with.
_TAG = 200


def hidden_texts(path: Path, kind: str, name: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Give each such place of the workbook: what it is in words, and its texts."""
    with open_zip(path, name) as archive:
        for info in archive.infolist():
            for place in _ODS if kind == ".ods" else _EXCEL:
                if re.fullmatch(place.member, info.filename.lower()):
                    part = Part(info.filename, name, lambda info=info: archive.open(info))  # type: ignore[misc]
                    yield place.words, _texts(part, place)


def _texts(part: Part, place: _Place) -> Iterator[str]:
    reading = _Reading(place)
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.data
    pieces = chunks(part)
    try:
        for piece in _without_cells(pieces) if place.has_cells else pieces:
            parser.Parse(piece, False)
            yield from reading.taken()
        parser.Parse(b"", True)
    except expat.ExpatError:
        pass  # told where the workbook is read; what came before is looked at
    reading.finish()
    yield from reading.taken()


class _Reading:
    """Takes the texts of one place out of its XML."""

    def __init__(self, place: _Place) -> None:
        self._place = place
        self._inside = self._outside = 0
        self._pieces: list[str] = []
        self._texts: list[str] = []
        self._authors: list[str] = []

    def taken(self) -> Iterator[str]:
        texts, self._texts = self._texts, []
        yield from texts

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = _local(tag)
        self._inside += local in self._place.inside
        self._outside += local in self._place.outside
        for name, value in attributes.items() if self._place.attributes else ():
            if _local(name) in self._place.attributes:
                self._texts += _of_attribute(_local(name), value)

    def end(self, tag: str) -> None:
        local = _local(tag)
        if local in _ENDS:
            self.finish()
        self._inside -= local in self._place.inside
        self._outside -= local in self._place.outside

    def data(self, text: str) -> None:
        if self._inside or not self._place.inside:
            self._pieces.append(text)

    def finish(self) -> None:
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        if self._outside:
            self._authors.append(text)
        elif text:
            # Excel begins a comment with its author's name by itself.
            author = next((one for one in self._authors if one and text.startswith(f"{one}:")), "")
            self._texts.append(_CODES.sub(" ", text[len(author) :].lstrip(":")))


def _local(tag: str) -> str:
    return tag.rsplit(":", maxsplit=1)[-1].lower()


def _of_attribute(name: str, value: str) -> list[str]:
    if name in ("target", "href"):
        return [unquote(value).split(":", maxsplit=1)[1]] if _REACHES.match(value) else []
    return [value.replace("_", " ") if name == "name" else value]


def _without_cells(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give a sheet's XML without its cells, which are most of it."""
    rest, is_within = b"", False
    for piece in pieces:
        rest += piece
        while found := (_CELLS_END if is_within else _CELLS).search(rest):
            if not is_within:
                yield rest[: found.start()]
            is_within = not is_within and not found[0].endswith(b"/>")
            rest = rest[found.end() :]
        if not is_within:
            yield rest[:-_TAG]
        rest = rest[-_TAG:]
    if not is_within:
        yield rest
