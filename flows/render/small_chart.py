"""One small chart as SVG, drawn from the same rows as the large ones.

It is written by hand, not by Altair: the paths are few, and 24 of them take a sixtieth of the time and a quarter of the
bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from flows.render.chart_frame import Frame
from flows.render.chart_layout import figure_label, point_rows, xml_text
from flows.render.chart_levels import Row, average_rows, expected_rows, limit_rows, shade_rows
from flows.render.chart_scale import FONT_SIZE, Scale, chart_levels, text_width, vertical_scale
from flows.render.model import Chart, Mark
from flows.render.palette import DARK_BLUE, DARK_PINK, FONT_STACK, INK, LINE, ORANGE, PAPER, SHADE
from flows.render.words import load_words

WIDTH: Final = 160
PLOT_HEIGHT: Final = 46
_EDGE: Final = 7  # Room for a triangle at the plot's edge.
_BAND: Final = 14  # The line above the plot that says that figures are illustrative.
_FONT_SIZE: Final = 11
_LONGEST: Final = 10  # Letters of a figure that fit beside the plot.


def extremes(chart: Chart) -> tuple[str, ...]:
    """Return the lowest and the highest figure as they are written beside the plot; nothing without figures."""
    present = sorted((point for point in chart.points if point.has_value), key=lambda one: one.value)
    texts = [figure_label(chart, point.text) for point in (*present[:1], *present[-1:])]
    return tuple(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…" for text in map(xml_text, texts))


def label_width(text: str) -> float:
    """Return about how wide a text beside the plot is."""
    return text_width(text) * _FONT_SIZE / FONT_SIZE


def draw_small(chart: Chart, first: int, last: int, left: float, description: str) -> str:
    """Return the SVG of a chart that has figures, from day `first` to `last`; its plot stands `left` from the edge.

    An illustrative chart says so in the picture, so that it says so wherever the picture is copied to.
    """
    frame = Frame(first, last, _scale(chart), round(WIDTH - left - _EDGE, 2), PLOT_HEIGHT)
    top = _EDGE + (_BAND if chart.is_illustrative else 0)
    height = top + PLOT_HEIGHT + _EDGE
    parts = [*_levels(chart, frame), *_figures(point_rows(chart, frame)), *_texts(chart, frame, left)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(xml_text(description))}" '
        f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" font-family="{FONT_STACK}" '
        f'font-size="{_FONT_SIZE}" fill="{INK}">'
        f'<g transform="translate({_short(left)} {top})">{"".join(parts)}</g></svg>'
    )


def _scale(chart: Chart) -> Scale:
    """Return the scale from the lowest to the highest thing drawn, within what is possible."""
    whole = vertical_scale(chart)
    drawn = [point.value for point in chart.points if point.has_value] + chart_levels(chart)
    low, high = max(whole.low, min(drawn)), min(whole.high, max(drawn))
    return Scale(low, high, ()) if low < high else Scale(low - 1, low + 1, ())


def _levels(chart: Chart, frame: Frame) -> Iterator[str]:
    """Give what lies behind the figures: reported period, limits and centre line, box of what was expected."""
    for row in shade_rows(chart, frame):
        place = f'x="{_short(row["x"])}" width="{_short(row["x2"] - row["x"])}"'
        yield f'<rect {place} y="{-_EDGE}" height="{PLOT_HEIGHT + 2 * _EDGE}" fill="{SHADE}"/>'
        yield f'<rect {place} y="{PLOT_HEIGHT + _EDGE - 2}" height="2" fill="{DARK_BLUE}"/>'
    rows = limit_rows(chart, frame)
    for kind, dashes in (("limit", ' stroke-dasharray="3 2"'), ("centre", "")):
        yield _path(((row, row["line"]) for row in rows if row["kind"] == kind), f'stroke="{LINE}"{dashes}')
    yield _path(_ends(expected_rows(chart, frame)), f'stroke="{INK}"')
    averages = ({**row, "y2": row["y"]} for row in average_rows(chart, frame))
    yield _path(_ends(averages), f'stroke="{DARK_BLUE}" stroke-width="2.5"')


def _figures(points: list[Row]) -> Iterator[str]:
    """Give the line, broken at gaps, and the points to be seen: marked ones, those left out, the last, lone ones."""
    yield _path(((row, row["run"]) for row in points), f'stroke="{DARK_BLUE}" stroke-width="1.5"')
    runs = [row["run"] for row in points]
    for at, row in enumerate(points):
        x, y = _short(row["x"]), row["y"]
        if row["mark"] in (Mark.HIGH, Mark.LOW):
            triangle = f"M{x} {_short(y - 4)}l4 7h-8z" if row["mark"] == Mark.HIGH else f"M{x} {_short(y + 4)}l4-7h-8z"
            yield f'<path d="{triangle}" fill="{ORANGE}" stroke="{DARK_BLUE}" stroke-width=".8"/>'
        elif row["mark"] == Mark.EXCLUDED:
            yield f'<circle cx="{x}" cy="{_short(y)}" r="2" fill="{PAPER}" stroke="{DARK_BLUE}"/>'
        elif at == len(points) - 1 or runs.count(row["run"]) == 1:
            yield f'<circle cx="{x}" cy="{_short(y)}" r="2.2" fill="{DARK_BLUE}"/>'


def _texts(chart: Chart, frame: Frame, left: float) -> Iterator[str]:
    """Give the lowest and highest figure beside the plot, moved apart where they would touch, and the label above."""
    values = [point.value for point in chart.points if point.has_value]
    low, high = frame.down(min(values)) + 4, frame.down(max(values)) + 4
    lowest, highest = extremes(chart)
    apart = _FONT_SIZE + 1
    if low - high < apart:
        centre = min(max((low + high) / 2, apart / 2 + 2), PLOT_HEIGHT + 6 - apart / 2)
        high, low = centre - apart / 2, centre + apart / 2
    labels = ((highest, high), (lowest, low)) if lowest != highest else ((lowest, (low + high) / 2),)
    for text, y in labels:
        yield f'<text x="-5" y="{_short(y)}" text-anchor="end">{escape(text)}</text>'
    if chart.is_illustrative:
        place = f'x="{_short(-left)}" y="{-_EDGE - 4}"'
        yield f'<text {place} font-weight="bold" fill="{DARK_PINK}">{escape(load_words()["illustrative_data"])}</text>'


def _ends(rows: Iterable[Row]) -> Iterator[tuple[Row, int]]:
    """Give both ends of each straight piece."""
    for at, row in enumerate(rows):
        yield {"x": row["x"], "y": row["y"]}, at
        yield {"x": row["x2"], "y": row["y2"]}, at


def _path(corners: Iterable[tuple[Row, int]], style: str) -> str:
    """Return one path through the corners, begun anew wherever their number changes; nothing without corners."""
    steps: list[str] = []
    before = -1
    for row, line in corners:
        steps.append(f"{'L' if line == before else 'M'}{_short(row['x'])} {_short(row['y'])}")
        before = line
    return f'<path d="{"".join(steps)}" fill="none" {style}/>' if steps else ""


def _short(value: float) -> str:
    """Return a number of pixels to a tenth, as short as can be."""
    return f"{value:.1f}".removesuffix(".0")
