"""The briefing as one email: plain text, and HTML for mail programs with its charts inside as pictures.

The same briefing and charts give the same bytes. There is no To: the delivery adds it.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Any, Final

from flows.errors import ConfigurationError
from flows.render.model import BriefingModel, Indicator, Kind
from flows.render.templating import environment
from flows.render.words import filled_words

if TYPE_CHECKING:
    from jinja2 import Environment

_MOST_CHARTS: Final = 4  # Pictures weigh; the full paper has every chart.
_MOST_BYTES: Final = 100_000  # Gmail cuts off the HTML of a message at 102 KB.
_TEXT_WIDTH: Final = 76


def chart_ids(model: BriefingModel) -> tuple[str, ...]:
    """Return the ids of the charts that the email shows: those of the first findings that have one, at most four."""
    drawn = {chart.id for chart in model.charts()}
    wanted = [finding.chart_id for finding in model.front.findings if finding.chart_id in drawn]
    return tuple(dict.fromkeys(wanted))[:_MOST_CHARTS]


def render_email(model: BriefingModel, charts_png: Mapping[str, bytes], *, sender: str, date: datetime) -> bytes:
    """Return the message as bytes with CRLF line ends, ready for a file or for SMTP.

    `charts_png` holds at least the pictures of `chart_ids(model)`; `sender` is an address with or without a name.
    Raises ConfigurationError for a sender without an address, KeyError when a picture is missing.
    """
    pictures = _pictures(model, charts_png)
    words = filled_words(model.words)
    made = environment(words)
    subject = _subject(model, words["draft"])
    made.globals |= {
        "model": model,
        "subject": subject,
        "kinds": [kind.value for kind in Kind],
        "facts": _facts(model, words),
        "indicators": _indicators(model),
        "pictures": pictures,
    }
    made.filters |= {"wrapped": _wrapped, "bullet": _bullet}
    text = re.sub(r"\n{3,}", "\n\n", made.get_template("email.txt.j2").render()).strip() + "\n"
    html = _html(made)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = _sender(sender)
    message["Date"] = format_datetime(date)
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    for picture in pictures.values():
        alternatives: Any = message.get_payload()
        alternatives[1].add_related(
            picture["png"], "image", "png", cid=f"<{picture['cid']}>", filename=f"{picture['cid'].split('@')[0]}.png",
            disposition="inline",
        )  # fmt: skip
    _make_repeatable(message, [text.encode(), html.encode(), *(picture["png"] for picture in pictures.values())])
    return message.as_bytes()


def render_plain(subject: str, text: str, *, sender: str, date: datetime) -> bytes:
    """Return a message of plain text as bytes with CRLF line ends, as `render_email` does."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(subject.split())
    message["From"] = _sender(sender)
    message["Date"] = format_datetime(date)
    message.set_content(text.strip() + "\n")
    _make_repeatable(message, [text.encode()])
    return message.as_bytes()


def _subject(model: BriefingModel, draft: str) -> str:
    """Return the subject on one line: draft or not, panel, date, title."""
    paper = model.paper
    words = f"{paper.panel}, {paper.meeting}: {paper.title}"
    return " ".join((f"{draft}: {words}" if paper.is_draft else words).split())


def _facts(model: BriefingModel, words: Mapping[str, str]) -> list[tuple[str, str]]:
    paper = model.paper
    named = (("meeting", paper.meeting), ("place", paper.place), ("period", paper.period), ("author", paper.author))
    return [(words[f"label_{name}"], value) for name, value in named if value]


def _indicators(model: BriefingModel) -> list[Indicator]:
    """Return every indicator of the paper once, in reading order."""
    found: Iterable[Indicator] = (
        one for blocks in (model.objectives, model.standing) for block in blocks for one in block.indicators
    )
    return list({one.anchor: one for one in found}.values())


def _pictures(model: BriefingModel, charts_png: Mapping[str, bytes]) -> dict[int, dict[str, Any]]:
    """Return chart, picture, content id and alternative text by the number of the finding that it stands under."""
    shown = {chart.id: chart for chart in model.charts() if chart.id in chart_ids(model)}
    pictures = {}
    for finding in model.front.findings:
        chart = shown.pop(finding.chart_id, None)
        if chart is not None:
            png = charts_png[chart.id]
            name = hashlib.sha256(chart.id.encode() + png).hexdigest()[:16]
            alt = f"{chart.title}. {chart.description}"
            pictures[finding.number] = {"chart": chart, "png": png, "cid": f"chart-{name}@panelbrief", "alt": alt}
    return pictures


def _sender(sender: str) -> Address:
    name, address = parseaddr(sender)
    if address.count("@") != 1 or not all(address.split("@")):
        raise ConfigurationError(
            f"'{sender}' is not an email address.",
            remedy="Give the sender as name@example.org or Name <name@example.org>.",
        )
    return Address(name, addr_spec=address)


def _html(made: Environment) -> str:
    """Return the HTML; if it would be cut off, without the indicators' figures, or else without the indicators.

    Only what the full paper and the plain text have as well is left out, and the email says so.
    """
    template = made.get_template("email.html.j2")
    html = ""
    for detail in ("figures", "findings", "none"):
        html = _inlined(template.render(detail=detail))
        if len(html.encode()) < _MOST_BYTES:
            break
    return html


def _inlined(html: str) -> str:
    """Return the HTML with its styles written into the elements; only @media rules stay apart."""
    import css_inline

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True, minify_css=True)
    return inliner.inline(html)


def _make_repeatable(message: EmailMessage, contents: list[bytes]) -> None:
    """Give the message an id and its parts boundaries that come from the contents and from nothing else."""
    print_of = hashlib.sha256(str(message["Subject"]).encode() + str(message["Date"]).encode())
    for content in contents:
        print_of.update(hashlib.sha256(content).digest())
    mark = print_of.hexdigest()
    domain = message["From"].addresses[0].domain
    message["Message-ID"] = f"<{mark[:32]}@{domain}>"
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{mark[:24]}_{number}")


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _TEXT_WIDTH, break_long_words=False, break_on_hyphens=False)


def _bullet(text: str) -> str:
    return textwrap.fill(
        text, _TEXT_WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
