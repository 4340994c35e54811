"""Where everything on a chart goes, in pixels of the plot: pure arithmetic on a `Chart`, nothing is drawn here.

The plot's top left corner is (0, 0); headings stand above it at negative heights. A point stands in the middle of its
period. Days are counted as `date.toordinal` does, so that no time zone can move a point.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from flows.render.chart_scale import FONT_SIZE, Scale, text_width, vertical_scale
from flows.render.model import Chart, EventMark, Mark, Point
from flows.render.words import load_words

WIDTH: Final = 380  # Wide enough for ten years of quarters, small enough to be read at 290 pixels on a phone.
PLOT_HEIGHT: Final = 170
BOTTOM: Final = 28
_ROW: Final = 18
_LANE: Final = 20

# What XML 1.0 does not allow: vl-convert ends the whole process when it meets one of these.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Row = dict[str, Any]


def xml_text(text: str) -> str:
    """Return `text` without the characters that no SVG may hold."""
    return _NOT_XML.sub("", text)


@dataclass(frozen=True)
class Layout:
    """A chart ready to be drawn: the rows of each layer, the margins left of and above the plot, and its width."""

    layers: dict[str, list[Row]]
    left: float
    top: float
    width: float

    @property
    def height(self) -> float:
        """Height of the whole picture."""
        return self.top + PLOT_HEIGHT + BOTTOM


@dataclass(frozen=True)
class _Frame:
    """The plot's two scales: days across, values down."""

    first: int
    last: int
    scale: Scale
    width: float
    right: float

    def across(self, day: float) -> float:
        return round((day - self.first) / (self.last - self.first) * self.width, 2)

    def down(self, value: float) -> float:
        return round((self.scale.high - value) / (self.scale.high - self.scale.low) * PLOT_HEIGHT, 2)

    def inside(self, centre: float, text: str) -> float:
        """Return where a text centred on `centre` must stand so that it does not leave the picture at the right."""
        return min(centre, self.width + self.right - 2 - text_width(text) / 2)


def lay_out(chart: Chart) -> Layout:
    """Return the layout of `chart`; a chart without any figure gets a bare frame and a sentence that says so."""
    scale = vertical_scale(chart)
    left = 8 + max((text_width(tick.label) for tick in scale.ticks), default=4)
    first, last = _span(chart)
    # The last figure is written beside its point, right of the plot, where it can cover nothing.
    right = 16 + min(90.0, text_width(_latest_text(chart)))
    frame = _Frame(first, last, scale, WIDTH - left - right, right)
    points = _points(chart, frame)
    events, lanes = _events(chart, frame)
    header, top = _header(chart, scale, left, lanes)
    texts = [*header, *_value_axis(frame), *_time_axis(chart, frame, left)]
    texts += [_text(row["text"], row["x"], row["y"] - 5, "center", "event") for row in events]
    if not points:
        texts.append(_text(load_words()["no_figures_in_chart"], frame.width / 2, PLOT_HEIGHT / 2, "center"))
    layers = {
        "shade": _shade(chart, frame),
        "grid": [{"x": 0, "x2": frame.width, "y": frame.down(tick.value)} for tick in scale.ticks],
        "limits": _limits(chart, frame),
        "events": events,
        "badges": [{"x": row["x"], "y": row["y"] - 9.5} for row in events],
        "line": points,
        "points": points,
        "ticks": [{"x": x, "y": PLOT_HEIGHT, "y2": PLOT_HEIGHT + 5} for x, _ in _labelled(chart, frame)],
        "texts": texts,
        "latest": _latest(points),
    }
    return Layout(layers, left, top, frame.width)


def drawn_events(chart: Chart) -> tuple[tuple[int, EventMark], ...]:
    """Return the events within the chart's periods, numbered from 1 in order of date: those that are drawn."""
    if not chart.points:
        return ()
    first, last = _span(chart)
    inside = [event for event in chart.events if first <= _day(event.date).toordinal() <= last]
    return tuple(enumerate(sorted(inside, key=lambda event: event.date), start=1))


def _day(iso: str) -> date:
    return date.fromisoformat(iso)


def _months(iso: str) -> int:
    day = _day(iso)
    return day.year * 12 + day.month - 1


def _step(chart: Chart) -> int:
    """Return the length of a period in months: the smallest distance of two points, or else of the shaded part."""
    starts = [_months(point.start) for point in chart.points]
    steps = [later - earlier for earlier, later in pairwise(starts) if later > earlier]
    if steps:
        return min(steps)
    return max(1, _months(chart.shaded_end) - starts[0] + 1) if starts and chart.shaded_end else 1


def _end(start: str, step: int) -> int:
    """Return the day number on which a period of `step` months from `start` has ended."""
    year, month = divmod(_months(start) + step, 12)
    return date(year, month + 1, 1).toordinal()


def _span(chart: Chart) -> tuple[int, int]:
    """Return the first and last day number of the chart; one without points gets a bare axis."""
    if not chart.points:
        return 0, 1
    return _day(chart.points[0].start).toordinal(), _end(chart.points[-1].start, _step(chart))


def _middle(point: Point, step: int) -> float:
    return (_day(point.start).toordinal() + _end(point.start, step)) / 2


def _text(text: str, x: float, y: float, align: str, style: str = "plain") -> Row:
    return {"text": xml_text(text), "x": round(x, 2), "y": round(y, 2), "align": align, "style": style}


def _points(chart: Chart, frame: _Frame) -> list[Row]:
    """Return a row for each figure; `run` counts up after each gap, so that no line bridges it."""
    step, run, before = _step(chart), 0, ""
    rows: list[Row] = []
    for point in chart.points:
        if point.mark is Mark.MISSING:
            run += 1
            continue
        if before and _months(point.start) - _months(before) > step:
            run += 1
        before = point.start
        x, y = frame.across(_middle(point, step)), frame.down(point.value)
        rows.append({"x": x, "y": y, "run": run, "mark": point.mark.value, "text": xml_text(_label(chart, point.text))})
    return rows


def _limits(chart: Chart, frame: _Frame) -> list[Row]:
    """Return the level lines of each segment; a limit outside the scale (below zero for a count) is not drawn."""
    step = _step(chart)
    rows = []
    for limit in chart.limits:
        start = max(_day(limit.start).toordinal(), frame.first)
        ends = {"x": frame.across(start), "x2": frame.across(min(_end(limit.end, step), frame.last))}
        for kind, value in (("limit", limit.lower), ("centre", limit.centre), ("limit", limit.upper)):
            if ends["x"] < ends["x2"] and frame.scale.low <= value <= frame.scale.high:
                rows.append({**ends, "y": frame.down(value), "kind": kind})
    return rows


def _shade(chart: Chart, frame: _Frame) -> list[Row]:
    """Return the reported period as a rectangle, as far as the chart reaches; none if nothing is reported."""
    if not chart.points or not chart.shaded_start or not chart.shaded_end:
        return []
    start = max(_day(chart.shaded_start).toordinal(), frame.first)
    end = min(_day(chart.shaded_end).toordinal() + 1, frame.last)
    return [{"x": frame.across(start), "x2": frame.across(end)}] if start < end else []


def _events(chart: Chart, frame: _Frame) -> tuple[list[Row], int]:
    """Return a rule for each event drawn and the number of lanes above the plot that keep their numbers apart."""
    taken: list[float] = []
    rows = []
    for number, event in drawn_events(chart):
        x = frame.across(_day(event.date).toordinal())
        lane = next((index for index, used in enumerate(taken) if x - used >= _LANE), len(taken))
        taken[lane : lane + 1] = [x]
        rows.append({"x": x, "y": -_LANE * lane, "y2": PLOT_HEIGHT, "text": str(number)})
    return rows, len(taken)


def _header(chart: Chart, scale: Scale, left: float, lanes: int) -> tuple[list[Row], float]:
    """Return the texts above the plot (illustrative label, what is counted) and the margin that they need."""
    words = load_words()
    notes = [unit] if (unit := _unit(chart)) and unit.lower() not in chart.value_title.lower() else []
    if scale.ticks and scale.low != 0:
        notes.append(words["scale_starts"].format(start=scale.ticks[0].label))
    title = chart.value_title + (f" ({'; '.join(notes)})" if notes else "")
    lines = textwrap.wrap(title, int((WIDTH - 8) / (0.54 * FONT_SIZE)))
    if len(lines) > 2:
        lines = [lines[0], lines[1][:-1].rstrip() + "…"]
    rows = [(line, "plain") for line in lines]
    if chart.is_illustrative:
        rows.insert(0, (words["illustrative_data"], "illustrative"))
    top = 14 + _ROW * len(rows) + _LANE * lanes
    texts = [_text(line, 2 - left, _ROW * (at + 1) - 4 - top, "left", style) for at, (line, style) in enumerate(rows)]
    return texts, top


def _value_axis(frame: _Frame) -> list[Row]:
    return [_text(tick.label, -6, frame.down(tick.value) + 4.5, "right") for tick in frame.scale.ticks]


def _labelled(chart: Chart, frame: _Frame) -> list[tuple[float, str]]:
    """Return the periods named below the plot: the last, and evenly as many before it as there is room for."""
    if not chart.points:
        return []
    step = _step(chart)
    length = (_months(chart.points[-1].start) - _months(chart.points[0].start)) // step + 1
    period = frame.width / length
    wide = max(text_width(point.label) for point in chart.points)
    # The last label is moved left so that it stays in the picture: its neighbour must leave that room too.
    room = wide + 8 + max(0.0, wide / 2 - frame.right + 2 - period / 2)
    year = max(1, 12 // step)
    paces = [pace for pace in (1, 2, 3, 6) if pace < year] + [year * years for years in range(1, 200)]
    pace = next((pace for pace in paces if pace * period >= room), length)
    last = _months(chart.points[-1].start)
    named = [point for point in chart.points if (last - _months(point.start)) % (pace * step) == 0]
    return [(frame.across(_middle(point, step)), point.label) for point in named]


def _time_axis(chart: Chart, frame: _Frame, left: float) -> list[Row]:
    rows = []
    for x, label in _labelled(chart, frame):
        centre = max(frame.inside(x, label), text_width(label) / 2 + 2 - left)
        rows.append(_text(label, centre, PLOT_HEIGHT + 5 + FONT_SIZE + 2, "center"))
    return rows


def _unit(chart: Chart) -> str:
    """Return the unit if it is a word: such a unit stands above the plot, a sign like % beside each figure."""
    return chart.unit if chart.unit[:1].isalpha() else ""


def _label(chart: Chart, text: str) -> str:
    return text.removesuffix(_unit(chart)).rstrip()


def _latest_text(chart: Chart) -> str:
    found = (point.text for point in reversed(chart.points) if point.mark is not Mark.MISSING)
    return _label(chart, next(found, ""))


def _latest(points: list[Row]) -> list[Row]:
    """Return the label of the last figure, to the right of its point."""
    return [_text(row["text"], row["x"] + 8, row["y"] + 4.5, "left", "latest") for row in points[-1:]]
