"""The vertical scale of a chart: where it starts and ends, and round ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from flows.render.model import Chart

FONT_SIZE: Final = 14
_WIDE = frozenset("mwMWQOCDGH%@—…")
_NARROW = frozenset("ijlftI.,:;'|!()[] ")


@dataclass(frozen=True)
class Tick:
    """A round value and how it is written."""

    value: float
    label: str


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, with ticks at both ends; a chart without figures has no ticks."""

    low: float
    high: float
    ticks: tuple[Tick, ...]


def text_width(text: str) -> float:
    """Return about how many pixels wide `text` is in Open Sans at the charts' size: rather too many than too few."""
    return FONT_SIZE * sum(0.86 if one in _WIDE else 0.3 if one in _NARROW else 0.57 for one in text)


def vertical_scale(chart: Chart) -> Scale:
    """Return the scale for the chart's figures, limits and expected intervals.

    It starts at zero unless that would press the line flat: nearly always for counts, seldom for percentages. Figures
    that are never negative get no negative scale, and percentages up to 100 end at 100.
    """
    values = [point.value for point in chart.points if point.has_value]
    if not values:
        return Scale(0.0, 1.0, ())
    is_share = "%" in chart.unit
    levels = chart_levels(chart)
    low, high = min(values + levels), max(values + levels)
    if min(values) >= 0:
        low = max(0.0, low)
        worth = 0.7 if is_share else 0.15
        low = 0.0 if high - low >= worth * high else max(0.0, low - 0.12 * (high - low))
    high += 0.1 * (high - low)
    if is_share and max(values) <= 100:
        high = min(high, 100.0)
    if high <= low:
        high = low + (0.1 * abs(low) or 1.0)
    every = _round_step((high - low) / 4, is_whole=all(value == round(value) for value in values))
    first, last = math.floor(low / every + 1e-9), math.ceil(high / every - 1e-9)
    values = [round(index * every, 10) for index in range(first, max(last, first + 1) + 1)]
    places = _places(every)
    sign = "%" if is_share else ""
    ticks = tuple(Tick(value, f"{value:,.{places}f}{sign}".replace("-", "−")) for value in values)
    return Scale(values[0], values[-1], ticks)


def chart_levels(chart: Chart) -> list[float]:
    """Return every level that is drawn besides the figures: centre lines, limits, expected intervals."""
    levels = [limit.centre for limit in chart.limits]
    levels += [level for limit in chart.limits if limit.has_limits for level in (limit.lower, limit.upper)]
    levels += [level for one in chart.expected for level in (one.low, one.expected, one.high)]
    return levels + [one.average for one in chart.expected if one.has_average]


def _round_step(rough: float, *, is_whole: bool) -> float:
    """Return the next larger round step: 1, 2, 2.5 or 5 times a power of ten; never a part of one for whole counts."""
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= 0.999 * rough)
    if not is_whole:
        return step
    return max(1.0, 5.0 if step == 2.5 else step)


def _places(step: float) -> int:
    """Return how many decimals a step of this size needs."""
    return next((places for places in range(12) if abs(round(step, places) - step) < 1e-9 * step), 12)
