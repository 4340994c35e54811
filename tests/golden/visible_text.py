"""What a reader of the page or of the email sees, as lines of text that can be reviewed."""

from __future__ import annotations

import email
import email.policy
import re
import textwrap
from html.parser import HTMLParser

BLOCKS = {
    "address", "article", "blockquote", "caption", "details", "div", "dl", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "section", "summary", "table",
    "tr", "ul",
}  # fmt: skip
CELLS = {"th", "td"}
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
WIDTH = 110


class _Seen(HTMLParser):
    """Collects the lines: headings with # signs, list items with -, cells apart by |, a chart by its description."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._open: list[str] = []
        self._line = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in BLOCKS or tag in ("br", "dt"):
            self._end_line()
        if tag == "dd":
            self._line += ": "
        if tag in CELLS and self._line:
            self._line += " | "
        if re.fullmatch("h[1-6]", tag):
            self.lines.append("")
            self._line = "#" * int(tag[1]) + " "
        if tag == "li":
            self._line = "- "
        if tag == "desc":
            self._line = "[Chart] "
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open[-1] == tag, f"</{tag}> closes <{self._open[-1]}>"
        self._open.pop()
        if tag in BLOCKS or tag in ("dd", "desc"):
            self._end_line()

    def handle_data(self, data: str) -> None:
        if self._is_seen():
            self._line += re.sub(r"\s+", " ", data)

    def _is_seen(self) -> bool:
        if "head" in self._open or "style" in self._open:
            return False
        if "svg" in self._open:
            return "desc" in self._open
        # A closed drawer shows its label alone.
        return "details" not in self._open or "summary" in self._open

    def _end_line(self) -> None:
        text = re.sub(r" +", " ", self._line).strip()
        if text and text not in ("-", "|"):
            self.lines += textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
        self._line = ""


def page_text(html: str) -> str:
    """Return the text that a page shows when it is opened."""
    seen = _Seen()
    seen.feed(html)
    seen.close()
    return "\n".join(seen.lines).strip() + "\n"


def email_text(message: bytes) -> str:
    """Return the subject and the plain text of a message."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    plain = parsed.get_body(("plain",))
    assert plain is not None
    text = plain.get_content().replace("\r\n", "\n").rstrip()
    return f"Subject: {parsed['Subject']}\n\n{text}\n"
