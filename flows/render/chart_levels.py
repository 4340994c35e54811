"""What lies level on a chart: centre line and limits, the expected interval as a box, and the reported period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flows.render.chart_frame import Frame, day_number, month_number, period_end, period_length
from flows.render.model import Chart, Expected, Limits

BREAK: Final = 2  # Pixels left out on either side where the limits begin anew, so that a small step is seen too.
_TICK: Final = 5

Row = dict[str, Any]
_Level = tuple[float, float, float]  # From x to x2 at height y.


def limit_rows(chart: Chart, frame: Frame) -> list[Row]:
    """Return the corners of the centre and limit lines in drawing order; `line` tells the lines apart.

    Limits that differ from period to period make one line with steps. A new segment begins a new line. A limit outside
    the scale (below zero for a count) is not drawn.
    """
    rows: list[Row] = []
    lines = 0
    for segment, left, right in _segments(chart, frame):
        for kind in ("lower", "centre", "upper"):
            for levels in _unbroken(segment, kind, chart, frame):
                corners = [(x, y) for start, end, y in levels for x in (start, end)]
                corners[0] = (corners[0][0] + left, corners[0][1])
                corners[-1] = (corners[-1][0] - right, corners[-1][1])
                name = "centre" if kind == "centre" else "limit"
                turns = _turns(corners)
                rows += [
                    {"x": round(x, 2), "y": y, "kind": name, "line": lines, "at": at, "steps": len(turns) > 2}
                    for at, (x, y) in enumerate(turns)
                ]
                lines += 1
    return rows


def expected_rows(chart: Chart, frame: Frame) -> list[Row]:
    """Return the sides of the box around each expected interval, and a tick from either side at what was expected.

    Above or below the scale's end the box stays open.
    """
    rows: list[Row] = []
    for one, left, right in _boxes(chart, frame):
        top, bottom = (frame.down(_within(value, frame)) for value in (one.high, one.low))
        rows += [{"x": x, "x2": x, "y": top, "y2": bottom, "part": "side"} for x in (left, right)]
        ends = ((value, y) for value, y in ((one.high, top), (one.low, bottom)) if frame.holds(value))
        rows += [{"x": left, "x2": right, "y": y, "y2": y, "part": "end"} for _, y in ends]
        if frame.holds(one.expected):
            y, long = frame.down(one.expected), min(_TICK, (right - left) / 2)
            ticks = ((left, left + long), (right - long, right))
            rows += [{"x": x, "x2": x2, "y": y, "y2": y, "part": "tick"} for x, x2 in ticks]
    return rows


def average_rows(chart: Chart, frame: Frame) -> list[Row]:
    """Return the level of each tested span's own average, where the model gives it."""
    boxes = ((one, left, right) for one, left, right in _boxes(chart, frame) if one.has_average)
    return [{"x": left, "x2": right, "y": frame.down(one.average)} for one, left, right in boxes]


def box_end(chart: Chart, frame: Frame, x: float) -> float:
    """Return how far to the right the boxes around `x` reach; 0 without any."""
    return max((right for _, left, right in _boxes(chart, frame) if left <= x <= right), default=0.0)


def shade_rows(chart: Chart, frame: Frame) -> list[Row]:
    """Return the reported period as a rectangle, as far as the chart reaches; none if nothing is reported."""
    if not chart.points or not chart.shaded_start or not chart.shaded_end:
        return []
    left, right = frame.span(day_number(chart.shaded_start), day_number(chart.shaded_end) + 1)
    return [{"x": left, "x2": right}] if left < right else []


def _within(value: float, frame: Frame) -> float:
    return min(max(value, frame.scale.low), frame.scale.high)


def _boxes(chart: Chart, frame: Frame) -> Iterator[tuple[Expected, float, float]]:
    """Give each expected interval that lies on the chart, and from where to where."""
    step = period_length(chart)
    for one in chart.expected if any(point.has_value for point in chart.points) else ():
        left, right = frame.span(day_number(one.start), period_end(one.end, step))
        if left < right:
            yield one, left, right


def _segments(chart: Chart, frame: Frame) -> Iterator[tuple[list[Limits], float, float]]:
    """Give the limits of each segment, and what to leave out at its left and right end, in pixels."""
    step = period_length(chart)
    segments: list[list[Limits]] = []
    for one in sorted(chart.limits, key=lambda limit: limit.start):
        if segments and _goes_on(segments[-1][-1], one, step):
            segments[-1].append(one)
        else:
            segments.append([one])
    for at, segment in enumerate(segments):
        left, right = frame.span(day_number(segment[0].start), period_end(segment[-1].end, step))
        room = BREAK if right - left > 3 * BREAK else 0
        begins_anew = at > 0 and _touch(segments[at - 1][-1], segment[0], step)
        ends_there = at + 1 < len(segments) and _touch(segment[-1], segments[at + 1][0], step)
        yield segment, room * begins_anew, room * ends_there


def _touch(one: Limits, other: Limits, step: int) -> bool:
    return month_number(other.start) - month_number(one.end) <= step


def _goes_on(one: Limits, other: Limits, step: int) -> bool:
    """Return whether two limits belong to one segment: each of one period, side by side, with the same centre."""
    is_single = one.start == one.end and other.start == other.end
    return is_single and one.centre == other.centre and _touch(one, other, step)


def _unbroken(segment: list[Limits], kind: str, chart: Chart, frame: Frame) -> Iterator[list[_Level]]:
    """Give the levels of a segment's centre, lower or upper line, in pieces that lie on the scale without a break."""
    step = period_length(chart)
    piece: list[_Level] = []
    for one in segment:
        value = getattr(one, kind)
        left, right = frame.span(day_number(one.start), period_end(one.end, step))
        if left < right and frame.holds(value) and (kind == "centre" or one.has_limits):
            piece.append((left, right, frame.down(value)))
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def _turns(corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the corners without those in the middle of a level stretch."""
    inner = [
        here
        for before, here, after in zip(corners, corners[1:], corners[2:], strict=False)
        if not before[1] == here[1] == after[1]
    ]
    return [corners[0], *inner, corners[-1]]
