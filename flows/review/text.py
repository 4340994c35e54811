"""The review in a terminal."""

from __future__ import annotations

import textwrap

from flows.review.holding import refused_words
from flows.review.model import Failure, Review
from flows.wording.sentences import say

WIDTH = 100


def list_text(review: Review, folder: str, home: str) -> str:
    """Return each failure with its id and what was decided of it; `folder` of the page, `home` the commands' option."""
    lines = [say("list_head", panel=review.panel, meeting=review.meeting, as_of=review.as_of)]
    critical = [one for one in review.failures if one.state != "warning"]
    lines += [_wrapped(one.id, _came(one)) for one in critical]
    stopped = [one.problem for one in review.unreadable] + [refused_words(one) for one in review.refused]
    lines += [_wrapped("-", one) for one in stopped]
    lines += [_wrapped(one.id, _came(one)) for one in review.failures if one.state == "warning"]
    if not review.is_checked:
        lines.append(say("list_stopped"))
    elif not critical:
        lines.append(say("list_nothing"))
    elif not review.holding:
        again = say("decided_again", meeting=review.meeting, as_of=review.as_of, home=home)
        lines.append(again if review.is_decided else say("list_settled"))
    return "\n".join([*lines, say("list_page", page=f"{folder}/index.html")])


def _came(one: Failure) -> str:
    return f"{say(f'list_{one.state}')}: {one.came} {one.before}".rstrip()


def failure_text(one: Failure) -> str:
    """Return all about one failure, with its first rows."""
    lines = [
        _wrapped(one.id, _came(one)),
        _wrapped("", say("show_expected", text=one.expected)),
        _wrapped("", say("show_why", text=one.why)),
        _wrapped("", say("show_files", text="; ".join(f"{file.name} ({file.source})" for file in one.files))),
        _wrapped("", say("show_touches", text="; ".join(one.indicator_titles) or say("accepted_none"))),
    ]
    if one.rows.total:
        lines.append(say("show_rows", shown=len(one.rows.rows), total=f"{one.rows.total:,}", file=one.rows.file))
        lines += _table([one.rows.columns, *one.rows.rows])
    return "\n".join(lines)


def _wrapped(label: str, text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=f"  {label:6}  ", subsequent_indent=" " * 10)


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [min(40, max(len(row[at]) for row in rows)) for at in range(len(rows[0]))]
    return [
        "  " + "  ".join(cell[:40].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
