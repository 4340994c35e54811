"""The frame of a chart's plot: days across and values down, and the calendar of its periods.

Days are counted as `date.toordinal` does, so that no time zone can move a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from flows.render.chart_scale import Scale
from flows.render.model import Chart, Point


@dataclass(frozen=True)
class Frame:
    """The plot's two scales, from day `first` to day `last` and over `scale`, on `width` by `height` pixels."""

    first: int
    last: int
    scale: Scale
    width: float
    height: float

    def across(self, day: float) -> float:
        """Return how far to the right a day lies."""
        return round((day - self.first) / (self.last - self.first) * self.width, 2)

    def down(self, value: float) -> float:
        """Return how far below the top a value lies."""
        return round((self.scale.high - value) / (self.scale.high - self.scale.low) * self.height, 2)

    def holds(self, value: float) -> bool:
        """Return whether a value lies on the scale."""
        return self.scale.low <= value <= self.scale.high

    def span(self, start: int, end: int) -> tuple[float, float]:
        """Return from where to where the days from `start` to `end` reach, cut to the plot."""
        return self.across(max(start, self.first)), self.across(min(end, self.last))


def day_number(iso: str) -> int:
    """Return the number of a day, an ISO date."""
    return date.fromisoformat(iso).toordinal()


def month_number(iso: str) -> int:
    """Return the number of the month of a day, counted from the year 0."""
    day = date.fromisoformat(iso)
    return day.year * 12 + day.month - 1


def first_day(month: int) -> int:
    """Return the number of the day on which a month begins."""
    year, index = divmod(month, 12)
    return date(year, index + 1, 1).toordinal()


def period_length(chart: Chart) -> int:
    """Return the length of a period in months: the smallest distance of two points, or else of the shaded part."""
    starts = [month_number(point.start) for point in chart.points]
    steps = [later - earlier for earlier, later in pairwise(starts) if later > earlier]
    if steps:
        return min(steps)
    return max(1, month_number(chart.shaded_end) - starts[0] + 1) if starts and chart.shaded_end else 1


def period_end(start: str, step: int) -> int:
    """Return the number of the day on which a period of `step` months from `start` has ended."""
    return first_day(month_number(start) + step)


def chart_span(chart: Chart) -> tuple[int, int]:
    """Return the first and last day number of the chart; one without points gets a bare axis."""
    if not chart.points:
        return 0, 1
    return day_number(chart.points[0].start), period_end(chart.points[-1].start, period_length(chart))


def middle(point: Point, step: int) -> float:
    """Return the day in the middle of a point's period, where it is drawn."""
    return (day_number(point.start) + period_end(point.start, step)) / 2
