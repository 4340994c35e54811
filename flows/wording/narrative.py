"""Officers' commentary: Markdown with front matter, one file an objective, cleaned before anyone sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from flows.errors import ConfigurationError
from flows.plan.models import Id, Source, Text, Url
from flows.plan.positions import read_document

COMMENTARY = "Commentary and context"
DOING = "What the Commissioner is doing"
ALLOWED = {"p", "ul", "ol", "li", "strong", "em", "a", "h3", "h4", "blockquote"}


class _Front(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecordedDecision(_Front):
    """A decision of the Commissioner's, with its public address unless it is an example."""

    reference: Text
    date: dt.date
    title: Text
    url: Url | None = None
    illustrative: bool = False


class RecordedAction(_Front):
    """Something that was promised."""

    id: Id
    title: Text
    due: dt.date | None = None
    state: Text = "open"
    illustrative: bool = False


class FrontMatter(_Front):
    """The head of a commentary file."""

    objective: Id
    date: dt.date
    author: Text
    illustrative: bool = False
    sources: tuple[Source, ...] = ()
    decisions: tuple[RecordedDecision, ...] = ()
    actions: tuple[RecordedAction, ...] = ()


@dataclass(frozen=True)
class Narrative:
    """One objective's commentary: its head, and its two parts as cleaned HTML (empty if not supplied)."""

    front: FrontMatter
    commentary_html: str
    doing_html: str


def read_narratives(folder: Path, as_of: dt.date) -> dict[str, Narrative]:
    """Return the commentary of each objective in `folder` dated on or before `as_of`.

    Raises ConfigurationError with file and line for a file that is not as docs/operating.md says.
    """
    found: dict[str, Narrative] = {}
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue
        one = _read(path)
        if one.front.objective in found:
            raise ConfigurationError(
                f"a second file for the objective '{one.front.objective}'.", where=path.name, remedy="Join the two."
            )
        if one.front.date <= as_of:
            found[one.front.objective] = one
    return found


def _read(path: Path) -> Narrative:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationError(
            "a letter here is not UTF-8.", where=f"{path.name}, line {line}", remedy="Save the file as UTF-8."
        ) from error
    parts = text.split("\n---", 2)
    if not text.startswith("---") or len(parts) < 2:
        raise ConfigurationError(
            "there is no front matter.", where=f"{path.name}, line 1", remedy="Begin with --- and end it with ---."
        )
    document = read_document(path.name, parts[0].removeprefix("---"))
    if document.faults:
        raise ConfigurationError("\n".join(one.text() for one in document.faults))
    try:
        front = FrontMatter.model_validate(document.data)
    except ValidationError as error:
        first: Any = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"'{where}': {first['msg']}.",
            where=f"{path.name}, line {document.line(tuple(first['loc']))}",
            remedy="Compare it with example/wiltshire/narrative/README.md.",
        ) from error
    if not front.illustrative and not front.sources:
        raise ConfigurationError(
            "the commentary names no source.",
            where=f"{path.name}, line 1",
            remedy="Give sources (title, url, date), or set illustrative: true.",
        )
    body = parts[1] if len(parts) == 2 else "\n---".join(parts[1:])
    sections = _sections(path, body, line=parts[0].count("\n") + 2)
    return Narrative(front, _clean(sections.get(COMMENTARY, "")), _clean(sections.get(DOING, "")))


def _sections(path: Path, body: str, line: int) -> dict[str, str]:
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for at, row in enumerate(body.splitlines()):
        if row.startswith("## "):
            title = row[3:].strip()
            if title not in (COMMENTARY, DOING) or title in sections:
                raise ConfigurationError(
                    f"'{title}' is not a part of a commentary, or stands twice.",
                    where=f"{path.name}, line {line + at}",
                    remedy=f"The parts are '## {COMMENTARY}' and '## {DOING}'.",
                )
            current = sections.setdefault(title, [])
        elif current is not None:
            current.append(row)
        elif row.strip():
            raise ConfigurationError(
                "there is text before the first part.",
                where=f"{path.name}, line {line + at}",
                remedy=f"Put it under '## {COMMENTARY}' or '## {DOING}'.",
            )
    return {title: "\n".join(rows).strip() for title, rows in sections.items()}


def _clean(markdown: str) -> str:
    """Return Markdown as HTML of a few harmless elements; links lead to web addresses only."""
    import nh3
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark", {"html": False}).render(markdown)
    return nh3.clean(
        html, tags=ALLOWED, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None
    ).strip()
