"""The numbered events above a chart: every number free of the others, its dotted line leading to its day."""

from __future__ import annotations

import math
from typing import Any, Final

from flows.render.chart_frame import Frame, chart_span, day_number
from flows.render.model import Chart, EventMark

_APART: Final = 19.0  # A badge is 18.5 pixels across.
_LANE: Final = 20
_LEAD: Final = 11  # Room for the slanted lines of numbers that had to move aside.

Row = dict[str, Any]


def drawn_events(chart: Chart) -> tuple[tuple[int, EventMark], ...]:
    """Return the events within the chart's periods, numbered from 1 in order of date: those that are drawn."""
    if not chart.points:
        return ()
    first, last = chart_span(chart)
    inside = [event for event in chart.events if first <= day_number(event.date) <= last]
    return tuple(enumerate(sorted(inside, key=lambda event: event.date), start=1))


def event_rows(chart: Chart, frame: Frame, left: float, right: float) -> tuple[dict[str, list[Row]], float]:
    """Return the rows of the layers events, leads and badges, and how much room above the plot they need.

    `left` and `right` are the picture's margins beside the plot. Numbers stand above their days, moved aside as little
    as keeps them apart; if one row cannot hold them they take turns in several, and no line passes through a number
    that is not its own as long as two rows do.
    """
    events = drawn_events(chart)
    if not events:
        return {"events": [], "leads": [], "badges": []}, 0.0
    low, high = 10 - left, frame.width + right - 10
    lanes = max(1, math.ceil((len(events) - 1) * _APART / (high - low)))
    days = [frame.across(day_number(event.date)) for _, event in events]
    places = spread(days, _APART / lanes, low, high)
    lead = 0 if all(abs(day - place) < 0.5 for day, place in zip(days, places, strict=True)) else _LEAD
    lines, leads, badges = [], [], []
    for at, ((number, _), day, place) in enumerate(zip(events, days, places, strict=True)):
        lane = -_LANE * (at % lanes) - lead
        lines.append({"x": day, "y": 0, "y2": frame.height})
        corners = ((place, lane), (place, -lead), (day, 0.0))
        leads += [{"x": x, "y": y, "event": number, "at": corner} for corner, (x, y) in enumerate(corners)]
        badges.append({"x": place, "y": lane - 9.5, "text": str(number)})
    return {"events": lines, "leads": leads, "badges": badges}, _LANE * lanes + lead


def spread(wanted: list[float], apart: float, low: float, high: float) -> list[float]:
    """Return places from `low` to `high`, each at least `apart` from the next, as near to the wanted ones as can be.

    `wanted` rises. The sum of squared moves is least (isotonic regression by pooling adjacent violators: Barlow and
    others, Statistical Inference under Order Restrictions, 1972, chapter 1). Raises ValueError without enough room.
    """
    spare = high - low - apart * (len(wanted) - 1)
    if spare < -1e-6:
        raise ValueError(f"{len(wanted)} places do not fit, {apart} apart, between {low} and {high}")
    pools: list[tuple[float, int]] = []
    for at, place in enumerate(wanted):
        mean, count = place - apart * at, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        pools.append((mean, count))
    flat = [mean for mean, count in pools for _ in range(count)]
    return [round(min(max(one, low), low + max(0.0, spare)) + apart * at, 2) for at, one in enumerate(flat)]
