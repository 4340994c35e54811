"""Officers' commentary as blocks: from cleaned HTML, for page, paper and plain text alike.

Only p, ul, ol, li, strong, em, a, h3, h4 and blockquote mean anything. Any other tag is dropped and its text kept, and
the insides of script and style are dropped too, so nothing that was typed can act as markup.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field, replace
from html import escape
from html.parser import HTMLParser

_SPACE = re.compile(r"[ \t\r\n\f]+")
_INLINE = {"strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis"}
_BOXES = {"ul": "list", "ol": "numbers", "blockquote": "quote"}
_SILENT = frozenset({"script", "style", "template", "title", "textarea"})


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style; `href` is a safe address or empty."""

    text: str
    is_strong: bool = False
    is_emphasis: bool = False
    href: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph or heading (with `runs`), or a list, numbers or quote (with `items`, each a tuple of blocks)."""

    kind: str
    runs: tuple[Run, ...] = ()
    level: int = 0
    items: tuple[tuple[Block, ...], ...] = ()

    def plain(self) -> str:
        """Return the block's own text without styles."""
        return "".join(run.text for run in self.runs)


@dataclass
class _Box:
    """A list, quote, list item or the document, while it is being read."""

    kind: str
    blocks: list[Block] = field(default_factory=list)
    items: list[tuple[Block, ...]] = field(default_factory=list)


def safe_url(url: str) -> str:
    """Return `url` if it is an http, https or mailto address, else an empty string: nothing that could run."""
    return url.strip() if re.match(r"(?i)(https?://|mailto:)[^\s\"'<>]+$", url.strip()) else ""


class _Reader(HTMLParser):
    """Collects blocks; forgives unclosed and misplaced tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.boxes = [_Box("document")]
        self.runs: list[Run] = []
        self.styles: dict[str, int] = {"strong": 0, "emphasis": 0}
        self.links: list[str] = []
        self.heading = 0
        self.silent = 0
        self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _INLINE:
            self.styles[_INLINE[tag]] += 1
        elif tag == "a":
            self.links.append(safe_url(dict(attrs).get("href") or ""))
        elif tag == "br":
            self.handle_data(" ")
        elif tag in _BOXES:
            self.flush()
            self.boxes.append(_Box(_BOXES[tag]))
        elif tag == "li":
            self.flush()
            self.boxes.append(_Box("item"))
        elif tag in ("p", "div"):
            self.flush()
        elif re.fullmatch(r"h[1-6]", tag):
            self.flush()
            self.heading = 1 if tag in ("h1", "h2", "h3") else 2

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _INLINE:
            self.styles[_INLINE[tag]] = max(0, self.styles[_INLINE[tag]] - 1)
        elif tag == "a" and self.links:
            self.links.pop()
        elif tag in _BOXES or tag == "li":
            self.flush()
            self.close_box(_BOXES.get(tag, "item"))
        elif tag in ("p", "div") or re.fullmatch(r"h[1-6]", tag):
            self.flush()

    def handle_data(self, data: str) -> None:
        text = _SPACE.sub(" ", data)
        if self.silent or (not self.runs and not text.strip()):
            return
        href = self.links[-1] if self.links else ""
        self.runs.append(Run(text, self.styles["strong"] > 0, self.styles["emphasis"] > 0, href))

    def flush(self) -> None:
        """End the paragraph or heading that is open, if it says anything."""
        runs, level = tuple(self.runs), self.heading
        self.runs, self.heading = [], 0
        if not "".join(run.text for run in runs).strip():
            return
        if level and len(self.boxes) > 1:
            # Within a list or quotation a heading would break the paper's outline: it becomes a bold paragraph.
            level, runs = 0, tuple(replace(run, is_strong=True) for run in runs)
        self.deepest = min(level, self.deepest + 1) if level else self.deepest
        self.boxes[-1].blocks.append(Block("heading", runs, self.deepest) if level else Block("paragraph", runs))

    def close_box(self, kind: str) -> None:
        """Close the innermost box of this kind and what is open within it; a stray end tag closes nothing."""
        if kind not in [box.kind for box in self.boxes]:
            return
        while True:
            box = self.boxes.pop()
            self._settle(box)
            if box.kind == kind:
                return

    def _settle(self, box: _Box) -> None:
        """Hand a closed box's contents to the box around it."""
        outer, blocks = self.boxes[-1], tuple(box.blocks)
        if box.kind == "item" and outer.kind in ("list", "numbers"):
            if blocks:
                outer.items.append(blocks)
        elif box.kind == "item":
            outer.blocks.extend(blocks)
        else:
            items = [*box.items, blocks] if blocks else box.items
            if items:
                outer.blocks.append(Block(box.kind, items=tuple(items)))

    def finish(self) -> tuple[Block, ...]:
        """Close whatever was left open; return the document's blocks."""
        self.close()
        self.flush()
        while len(self.boxes) > 1:
            self._settle(self.boxes.pop())
        return tuple(self.boxes[0].blocks)


def blocks(html: str) -> tuple[Block, ...]:
    """Return the blocks of cleaned HTML, in order; an empty text gives an empty tuple."""
    reader = _Reader()
    reader.feed(html)
    return reader.finish()


def to_html(found: tuple[Block, ...], heading: int = 4) -> str:
    """Return escaped HTML of the blocks; an h3 of the officer's text becomes a heading of level `heading`."""
    return "".join(_block_html(block, heading) for block in found)


def _block_html(block: Block, heading: int) -> str:
    if block.kind in ("paragraph", "heading"):
        tag = "p" if block.kind == "paragraph" else f"h{min(6, heading + block.level - 1)}"
        return f"<{tag}>{''.join(_run_html(run) for run in block.runs)}</{tag}>\n"
    tag = {"list": "ul", "numbers": "ol", "quote": "blockquote"}[block.kind]
    if block.kind == "quote":
        inner = "".join(to_html(item, heading) for item in block.items)
    else:
        inner = "".join(f"<li>{to_html(item, heading)}</li>\n" for item in block.items)
    return f"<{tag}>{inner}</{tag}>\n"


def _run_html(run: Run) -> str:
    text = escape(run.text)
    text = f"<strong>{text}</strong>" if run.is_strong else text
    text = f"<em>{text}</em>" if run.is_emphasis else text
    return f'<a href="{escape(run.href)}">{text}</a>' if run.href else text


def to_text(found: tuple[Block, ...], width: int = 76) -> str:
    """Return the blocks as plain text, wrapped to `width` characters, links written out in brackets."""
    parts = []
    for block in found:
        if block.kind in ("paragraph", "heading"):
            words = "".join(run.text + (f" ({run.href})" if run.href else "") for run in block.runs)
            parts.append(textwrap.fill(words.strip(), width, break_long_words=False, break_on_hyphens=False))
            continue
        for number, item in enumerate(block.items, start=1):
            mark = {"list": "- ", "numbers": f"{number}. ", "quote": "> "}[block.kind]
            inner = to_text(item, width - len(mark))
            parts.append(mark + textwrap.indent(inner, " " * len(mark)).strip())
    return "\n\n".join(parts)
