"""Where everything on a chart goes, in pixels of the plot: pure arithmetic on a `Chart`, nothing is drawn here.

The plot's top left corner is (0, 0); headings stand above it at negative heights. A point stands in the middle of its
period.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any, Final

from flows.render.chart_events import event_rows
from flows.render.chart_frame import Frame, chart_span, middle, month_number, period_length
from flows.render.chart_levels import average_rows, box_end, expected_rows, limit_rows, shade_rows
from flows.render.chart_scale import FONT_SIZE, Scale, text_width, vertical_scale
from flows.render.model import Chart
from flows.render.words import load_words

WIDTH: Final = 380  # Wide enough for ten years of quarters, small enough to be read at 290 pixels on a phone.
PLOT_HEIGHT: Final = 170
BOTTOM: Final = 28
_ROW: Final = 18

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


def lay_out(chart: Chart) -> Layout:
    """Return the layout of `chart`; a chart without any figure gets a bare frame and a sentence that says so."""
    scale = vertical_scale(chart)
    left = 8 + max((text_width(tick.label) for tick in scale.ticks), default=4)
    first, last = chart_span(chart)
    # The last figure is written beside its point, right of the plot, where it can cover nothing.
    right = 16 + min(90.0, text_width(_latest_text(chart)))
    frame = Frame(first, last, scale, WIDTH - left - right, PLOT_HEIGHT)
    points = point_rows(chart, frame)
    events, above = event_rows(chart, frame, left, right)
    header, top = _header(chart, scale, left, above)
    texts = [*header, *_value_axis(frame), *_time_axis(chart, frame, left, right)]
    texts += [_text(row["text"], row["x"], row["y"] + 4.5, "center", "event") for row in events["badges"]]
    if not points:
        texts.append(_text(load_words()["no_figures_in_chart"], frame.width / 2, PLOT_HEIGHT / 2, "center"))
    layers = {
        "shade": shade_rows(chart, frame),
        "grid": [{"x": 0, "x2": frame.width, "y": frame.down(tick.value)} for tick in scale.ticks],
        "limits": limit_rows(chart, frame),
        "expected": expected_rows(chart, frame),
        "averages": average_rows(chart, frame),
        **events,
        "line": points,
        "points": points,
        "ticks": [{"x": x, "y": PLOT_HEIGHT, "y2": PLOT_HEIGHT + 5} for x, _ in _labelled(chart, frame, right)],
        "texts": texts,
        "latest": _latest(chart, frame, points),
    }
    return Layout(layers, left, top, frame.width)


def _text(text: str, x: float, y: float, align: str, style: str = "plain") -> Row:
    return {"text": xml_text(text), "x": round(x, 2), "y": round(y, 2), "align": align, "style": style}


def point_rows(chart: Chart, frame: Frame) -> list[Row]:
    """Return a row for each figure; `run` counts up after each gap, so that no line bridges it."""
    step, run, before = period_length(chart), 0, ""
    rows: list[Row] = []
    for point in chart.points:
        if not point.has_value:
            run += 1
            continue
        if before and month_number(point.start) - month_number(before) > step:
            run += 1
        before = point.start
        x, y = frame.across(middle(point, step)), frame.down(point.value)
        text = xml_text(figure_label(chart, point.text))
        rows.append({"x": x, "y": y, "run": run, "mark": point.mark.value, "text": text})
    return rows


def _header(chart: Chart, scale: Scale, left: float, above: float) -> tuple[list[Row], float]:
    """Return the texts above the plot (illustrative label, what is counted) and the margin that all above it needs."""
    words = load_words()
    notes = [unit] if (unit := unit_word(chart)) and unit.lower() not in chart.value_title.lower() else []
    if scale.ticks and scale.low != 0:
        notes.append(words["scale_starts"].format(start=scale.ticks[0].label))
    title = chart.value_title + (f" ({'; '.join(notes)})" if notes else "")
    lines = textwrap.wrap(title, int((WIDTH - 8) / (0.54 * FONT_SIZE)))
    if len(lines) > 2:
        lines = [lines[0], lines[1][:-1].rstrip() + "…"]
    rows = [(line, "plain") for line in lines]
    if chart.is_illustrative:
        rows.insert(0, (words["illustrative_data"], "illustrative"))
    top = 14 + _ROW * len(rows) + above
    texts = [_text(line, 2 - left, _ROW * (at + 1) - 4 - top, "left", style) for at, (line, style) in enumerate(rows)]
    return texts, top


def _value_axis(frame: Frame) -> list[Row]:
    return [_text(tick.label, -6, frame.down(tick.value) + 4.5, "right") for tick in frame.scale.ticks]


def _labelled(chart: Chart, frame: Frame, right: float) -> list[tuple[float, str]]:
    """Return the periods named below the plot: the last, and evenly as many before it as there is room for."""
    if not chart.points:
        return []
    step = period_length(chart)
    length = (month_number(chart.points[-1].start) - month_number(chart.points[0].start)) // step + 1
    period = frame.width / length
    wide = max(text_width(point.label) for point in chart.points)
    # The last label is moved left so that it stays in the picture: its neighbour must leave that room too.
    room = wide + 8 + max(0.0, wide / 2 - right + 2 - period / 2)
    year = max(1, 12 // step)
    paces = [pace for pace in (1, 2, 3, 6) if pace < year] + [year * years for years in range(1, 200)]
    pace = next((pace for pace in paces if pace * period >= room), length)
    last = month_number(chart.points[-1].start)
    named = [point for point in chart.points if (last - month_number(point.start)) % (pace * step) == 0]
    return [(frame.across(middle(point, step)), point.label) for point in named]


def _time_axis(chart: Chart, frame: Frame, left: float, right: float) -> list[Row]:
    rows = []
    for x, label in _labelled(chart, frame, right):
        half = text_width(label) / 2
        centre = max(min(x, frame.width + right - 2 - half), half + 2 - left)
        rows.append(_text(label, centre, PLOT_HEIGHT + 5 + FONT_SIZE + 2, "center"))
    return rows


def unit_word(chart: Chart) -> str:
    """Return the unit if it is a word: such a unit stands above the plot, a sign like % beside each figure."""
    return chart.unit if chart.unit[:1].isalpha() else ""


def figure_label(chart: Chart, text: str) -> str:
    """Return a figure's text without the unit, if the unit is a word."""
    return text.removesuffix(unit_word(chart)).rstrip()


def _latest_text(chart: Chart) -> str:
    found = (point.text for point in reversed(chart.points) if point.has_value)
    return figure_label(chart, next(found, ""))


def _latest(chart: Chart, frame: Frame, points: list[Row]) -> list[Row]:
    """Return the label of the last figure, to the right of its point and of the box around it."""
    return [
        _text(row["text"], max(row["x"] + 8, box_end(chart, frame, row["x"]) + 5), row["y"] + 4.5, "left", "latest")
        for row in points[-1:]
    ]
