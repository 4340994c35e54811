"""Figures that differ from the last paper's: the section that lists them, and the mark where they stand printed."""

from __future__ import annotations

import datetime as dt

from flows.render import model as m
from flows.wording.gathered import Gathered, Row
from flows.wording.numbering import Numbering
from flows.wording.numbers import bare, day, number, period_label
from flows.wording.sentences import say

# As many as fit on a page of the paper; the rest stand in revisions.csv.
MOST_LISTED = 20


def mark(gathered: Gathered, text: str, indicator: str, area: str, start: dt.date, end: dt.date) -> str:
    """Return a printed figure, with [r] where the last paper printed it differently."""
    return say("revised_mark", figure=text) if gathered.is_revised(indicator, area, start, end) else text


def revisions(gathered: Gathered, paragraphs: Numbering) -> m.Revisions | None:
    """Return the section of figures revised since the last paper; None if there is no earlier paper."""
    if gathered.compared is None:
        return None
    rows = gathered.rows["brief_revision"]
    told = [row for row in rows if row["is_printed_differently"]]
    unprinted = len(rows) - len(told)
    meeting = day(gathered.compared)
    introduction = say("revisions" if told else "revisions_none", count=number(len(told)), meeting=meeting)
    rest = [say("revisions_rest", count=number(len(told)), listed=MOST_LISTED)] if len(told) > MOST_LISTED else []
    rest += [say("revisions_unprinted", count=number(unprinted))] if unprinted else []
    return m.Revisions(
        anchor="revisions",
        introduction=paragraphs.paragraph(introduction),
        reasons=tuple(_reasons(gathered, told)),
        tables=tuple(_tables(told)),
        rest=" ".join(rest),
    )


def _reasons(gathered: Gathered, rows: list[Row]) -> list[str]:
    """Return a sentence for each explanation: by whom, from which file to which, and how many figures."""
    publishers: dict[str, str] = {one.id: one.publisher for one in gathered.plan.sources}
    counted: dict[tuple[str, ...], int] = {}
    for row in rows:
        days = (_day(row["received_before"]), _day(row["received"]))
        key = (row["reason"], publishers.get(row["source"], str(row["source"])), row["source_title"], *days)
        counted[key] = counted.get(key, 0) + 1
    return [
        say(
            f"revision_{reason}",
            publisher=publisher,
            source=source,
            received_before=before,
            received=after,
            count=number(count),
        )
        for (reason, publisher, source, before, after), count in counted.items()
    ]


def _tables(rows: list[Row]) -> list[m.Table]:
    if not rows:
        return []
    if len(rows) <= MOST_LISTED:
        return [_by_figure(rows, say("revisions_caption"))]
    largest = sorted(rows, key=_size, reverse=True)[:MOST_LISTED]
    return [_by_indicator(rows), _by_figure(largest, say("revisions_caption_largest", count=MOST_LISTED))]


def _size(row: Row) -> float:
    """Return how large a change is beside the figure; what has vanished, or grew from nought, stands first."""
    return float("inf") if row["change_pct"] is None else float(row["change_pct"])


def _by_figure(rows: list[Row], caption: str) -> m.Table:
    names = ("figure", "before", "after", "received_before", "received")
    return m.Table(
        caption=caption,
        columns=tuple(say(f"revisions_column_{name}") for name in names),
        rows=tuple(
            (
                f"{_series(row)}, {period_label(row['period_start'], row['period_end'])}",
                bare(row["value_before"], row["unit"], row["decimals"]),
                bare(row["value"], row["unit"], row["decimals"]),
                _day(row["received_before"]),
                _day(row["received"]),
            )
            for row in rows
        ),
        numeric=(1, 2),
    )


def _by_indicator(rows: list[Row]) -> m.Table:
    series: dict[str, list[Row]] = {}
    for row in rows:
        series.setdefault(_series(row), []).append(row)
    return m.Table(
        caption=say("revisions_caption_indicators"),
        columns=tuple(say(f"revisions_column_{name}") for name in ("indicator", "count", "first", "last")),
        rows=tuple((name, number(len(mine)), *_span(mine)) for name, mine in series.items()),
        numeric=(1,),
    )


def _span(rows: list[Row]) -> tuple[str, str]:
    """Return the first and last period; a quarter, if months and quarters begin or end together."""
    first = min(rows, key=lambda row: (row["period_start"], -row["period_end"].toordinal()))
    last = max(rows, key=lambda row: (row["period_end"], -row["period_start"].toordinal()))
    return tuple(period_label(row["period_start"], row["period_end"]) for row in (first, last))  # type: ignore[return-value]


def _series(row: Row) -> str:
    name = say("revisions_series", title=row["title"], area=row["area_name"])
    return say("glance_illustrative", title=name) if row["illustrative"] else name


def _day(value: dt.date | None) -> str:
    return day(value) if value is not None else say("revisions_no_file")
