"""Officers' commentary: Markdown with front matter, one file an objective, cleaned before anyone sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from flows.plan.checks import unknown_name
from flows.plan.loader import PlanFaults, translate
from flows.plan.models import Source
from flows.plan.positions import Document, Fault, read_document
from flows.plan.record import Id, Text, Url

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


def read_narratives(folder: Path, as_of: dt.date, objectives: Collection[str] | None = None) -> dict[str, Narrative]:
    """Return the commentary of each objective in a meeting's `folder` dated on or before `as_of`.

    `objectives` are those that exist; None if that is not known. Raises PlanFaults with every fault of every file.
    """
    found, faults = _read_folder(folder, objectives)
    if faults:
        raise PlanFaults(folder.absolute().parents[1].name, faults)
    return {name: one for name, one in found.items() if one.front.date <= as_of}


def narrative_faults(folder: Path, objectives: Collection[str] | None) -> list[Fault]:
    """Return every fault of every commentary in a meeting's `folder`."""
    return _read_folder(folder, objectives)[1]


def _read_folder(folder: Path, objectives: Collection[str] | None) -> tuple[dict[str, Narrative], list[Fault]]:
    found: dict[str, Narrative] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue
        file = f"narrative/{folder.name}/{path.name}"
        one, its_faults = _read(path, file, objectives)
        faults += its_faults
        if one is not None and one.front.objective in found:
            wrong = f"this is a second file for the objective '{one.front.objective}'."
            faults.append(Fault(file, 1, wrong, "Join the two."))
        elif one is not None:
            found[one.front.objective] = one
    return found, faults


def _read(path: Path, file: str, objectives: Collection[str] | None) -> tuple[Narrative | None, list[Fault]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Fault(file, line, "a letter here is not UTF-8.", "Save the file as UTF-8.")]
    except OSError as error:
        wrong = f"the file cannot be opened: {error.strerror}."
        return None, [Fault(file, 1, wrong, "It must be a file you may read.")]
    parts = text.split("\n---", 2)
    if not text.startswith("---") or len(parts) < 2:
        return None, [Fault(file, 1, "there is no front matter.", "Begin with --- and end it with ---.")]
    front, faults = _front(read_document(file, parts[0].removeprefix("---")), objectives)
    body = parts[1] if len(parts) == 2 else "\n---".join(parts[1:])
    sections = _sections(file, body, parts[0].count("\n") + 2, faults)
    if front is None or faults:
        return None, faults
    return Narrative(front, _clean(sections.get(COMMENTARY, "")), _clean(sections.get(DOING, ""))), []


def _front(document: Document, objectives: Collection[str] | None) -> tuple[FrontMatter | None, list[Fault]]:
    """Return the head of a commentary (None if it is faulty), and every fault of it."""
    faults = list(document.faults)
    data = {} if document.data is None else document.data
    if document.data is None and faults:
        return None, faults
    if not isinstance(data, dict):
        return None, [Fault(document.file, 2, "this should be a mapping.", "Write it as 'key: value' lines.")]
    front, faulty = None, set[str | int]()
    try:
        front = FrontMatter.model_validate(data)
    except ValidationError as error:
        told = [one for one in error.errors() if one["loc"] not in document.unread]
        faults += [translate(document, (), FrontMatter, one) for one in told]
        faulty = {one["loc"][0] for one in error.errors()}
    objective = data.get("objective")
    if objectives is not None and "objective" not in faulty and objective not in objectives:
        wrong, remedy = unknown_name("objective", str(objective), objectives)
        faults.append(Fault(document.file, document.line(("objective",)), wrong, remedy))
    is_cited = front.illustrative or front.sources if front else data.get("illustrative") or data.get("sources")
    if not is_cited and not faulty & {"illustrative", "sources"}:
        remedy = "Give sources (title, url, date), or set illustrative: true."
        faults.append(Fault(document.file, 1, "the commentary names no source.", remedy))
    return front, faults


def _sections(file: str, body: str, line: int, faults: list[Fault]) -> dict[str, str]:
    """Return the text of each part of a commentary whose first line is `line`; what is wrong goes to `faults`."""
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for at, row in enumerate(body.splitlines(), start=line):
        if row.startswith("## "):
            title = row[3:].strip()
            if title not in (COMMENTARY, DOING) or title in sections:
                wrong = f"'{title}' is not a part of a commentary, or stands twice."
                faults.append(Fault(file, at, wrong, f"The parts are '## {COMMENTARY}' and '## {DOING}'."))
            current = sections.setdefault(title, [])
        elif current is not None:
            current.append(row)
        elif row.strip():
            remedy = f"Put it under '## {COMMENTARY}' or '## {DOING}'."
            faults.append(Fault(file, at, "there is text before the first part.", remedy))
            current = []
    return {title: "\n".join(rows).strip() for title, rows in sections.items()}


def _clean(markdown: str) -> str:
    """Return Markdown as HTML of a few harmless elements; links lead to web addresses only."""
    import nh3
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark", {"html": False}).render(markdown)
    return nh3.clean(
        html, tags=ALLOWED, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None
    ).strip()
