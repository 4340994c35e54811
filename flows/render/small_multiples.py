"""Every standing indicator as a small chart, all as wide and on one time axis, to be scanned at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from flows.render.chart_frame import chart_span, day_number, first_day, month_number, period_end, period_length
from flows.render.chart_layout import figure_label, unit_word
from flows.render.model import BriefingModel, Chart, Indicator, Mark
from flows.render.small_chart import draw_small, extremes, label_width
from flows.render.words import load_words

MONTHS: Final = 48  # Four years, the standard history of sixteen quarters: with more, months could not be told apart.


@dataclass(frozen=True)
class Cell:
    """One standing indicator: its last figure and period, the areas that speak of it, and its picture (or none)."""

    title: str
    anchor: str
    figure: str
    period: str
    areas: tuple[int, ...]
    svg: str
    description: str
    is_illustrative: bool


@dataclass(frozen=True)
class CellGroup:
    """The standing indicators under one objective."""

    objective: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SmallMultiples:
    """All of them, and the months that the time axis begins and ends with."""

    start: str
    end: str
    groups: tuple[CellGroup, ...]


def small_multiples(model: BriefingModel) -> SmallMultiples:
    """Return a cell for every standing indicator, also for those whose block stands in a deep dive."""
    chosen = _by_objective(model)
    charts = [one.chart for _, indicators in chosen for one in indicators if one.chart is not None]
    first, last = _common_span(charts)
    cuts = {chart.id: _cut(chart, first) for chart in charts}
    left = 6 + max((label_width(text) for chart in cuts.values() for text in extremes(chart)), default=0.0)
    start, end = _month(first), _month(last - 1)

    def cell(one: Indicator) -> Cell:
        figure, period = _latest(one.chart) if one.chart is not None else (load_words()["no_data"], "")
        areas = tuple(found.number for found in model.front.findings if found.anchor == one.anchor)
        svg = description = ""
        if one.chart is not None and extremes(cuts[one.chart.id]):
            cut = cuts[one.chart.id]
            description = _description(one, cut, figure, period)
            svg = draw_small(cut, first, last, left, description)
        return Cell(one.title, one.anchor, figure, period, areas, svg, description, one.is_illustrative)

    groups = (CellGroup(title, tuple(cell(one) for one in indicators)) for title, indicators in chosen if indicators)
    return SmallMultiples(start, end, tuple(groups))


def _by_objective(model: BriefingModel) -> list[tuple[str, list[Indicator]]]:
    """Return the standing indicators under each objective: first those that a deep dive shows, then the others."""
    deep = {one.anchor: one for objective in model.objectives for one in objective.indicators}
    return [
        (group.objective, [deep[anchor] for _, anchor in group.elsewhere if anchor in deep] + list(group.indicators))
        for group in model.standing
    ]


def _common_span(charts: Iterable[Chart]) -> tuple[int, int]:
    """Return the first and last day of the time axis: four years to the last period, or less if nothing is as old."""
    spans = [chart_span(chart) for chart in charts if chart.points]
    if not spans:
        return 1, 2
    last = max(end for _, end in spans)
    earliest = first_day(month_number(date.fromordinal(last).isoformat()) - MONTHS)
    return max(earliest, min(start for start, _ in spans)), last


def _cut(chart: Chart, first: int) -> Chart:
    """Return the chart from day `first` on; of the boxes the reported period's alone, as a year's would hide much."""
    step = period_length(chart)
    return chart.model_copy(
        update={
            "points": tuple(point for point in chart.points if day_number(point.start) >= first),
            "limits": tuple(limit for limit in chart.limits if period_end(limit.end, step) > first),
            "expected": tuple(one for one in chart.expected if one.start >= chart.shaded_start),
        }
    )


def _latest(chart: Chart) -> tuple[str, str]:
    """Return the last figure with its unit and the period that it is of; a missing one says so in words."""
    if not chart.points:
        return load_words()["no_data"], ""
    last = chart.points[-1]
    if not last.has_value:
        return load_words()["no_data"], last.label
    return f"{figure_label(chart, last.text)} {unit_word(chart)}".strip(), last.label


def _description(one: Indicator, chart: Chart, figure: str, period: str) -> str:
    """Return the text alternative of a small chart; the large one that it leads to tells more."""
    low, high = extremes(chart)
    marked = sum(point.mark in (Mark.HIGH, Mark.LOW) for point in chart.points)
    start = next(point.label for point in chart.points if point.has_value)
    words = load_words()
    said = words["small_description"].format(
        title=one.title, figure=figure, period=period, low=low, high=high, start=start, marked=marked
    )
    return f"{words['illustrative_data']}. {said}" if one.is_illustrative else said


def _month(day: int) -> str:
    return f"{date.fromordinal(day):%B %Y}"
