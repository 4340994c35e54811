"""Charts for the tests of the renderings: the common one, and one for everything a chart may hold.

The figures are made up by a seeded generator; nothing here says anything about a real force.
"""

from __future__ import annotations

import random
from datetime import date

from flows.render.model import Chart, EventMark, Expected, Limits, Mark, Point, Table


def _period(index: int, step: int) -> tuple[str, str]:
    """Return the ISO start and the label of a period: quarters from April 2013, months from July 2020."""
    if step == 3:
        months = 2013 * 12 + 3 + 3 * index
        year = (months - 3) // 12
        label = f"Q{((months // 3) % 4 - 1) % 4 + 1} {year}/{(year + 1) % 100:02d}"
    else:
        months = 2020 * 12 + 6 + index
        label = f"{date(months // 12, months % 12 + 1, 1):%b %Y}"
    return f"{months // 12}-{months % 12 + 1:02d}-01", label


def sample_chart(
    name: str = "shoplifting", *, step: int = 3, level: float = 800, illustrative: bool = False, unit: str = ""
) -> Chart:
    """Return a chart of 41 quarters (a year missing, a rebase, three events) or 36 months, with every mark."""
    chance = random.Random(name)
    count = 41 if step == 3 else 36
    points = []
    for index in range(count):
        start, label = _period(index, step)
        value = level * (1 + chance.gauss(0, 0.06))
        value = round(value, 1) if unit else float(round(value))
        mark = {8: Mark.MISSING, 9: Mark.MISSING, 10: Mark.MISSING, 11: Mark.CONFIDENTIAL}.get(index, Mark.ORDINARY)
        mark = {28: Mark.EXCLUDED, 33: Mark.LOW, count - 1: Mark.HIGH}.get(index, mark)
        value *= {Mark.HIGH: 1.22, Mark.LOW: 0.78, Mark.EXCLUDED: 0.7}.get(mark, 1.0) if not unit else 1.0
        value = round(value, 1) if unit else float(round(value))
        value = min(value, 99.4) if unit == "%" else value
        text = {Mark.MISSING: "no data", Mark.CONFIDENTIAL: "[c]"}.get(mark, "") or (
            f"{value:,.1f}{unit}" if unit else f"{value:,.0f}"
        )
        points.append(Point(start=start, label=label, value=value, text=text, mark=mark))
    cut = count // 2
    limits = tuple(
        Limits(
            start=points[first].start,
            end=points[last].start,
            centre=level * by,
            lower=level * by * 0.83,
            upper=level * by * 1.17,
        )
        for first, last, by in ((0, cut - 1, 0.98), (cut, count - 1, 1.01))
    )
    rows = tuple((point.label, point.text, point.mark.value) for point in points)
    return Chart(
        id=name,
        title=f"{name.replace('_', ' ').capitalize()}, Northshire, by {'quarter' if step == 3 else 'month'}",
        description="41 quarters to June 2023. The latest is above the upper process limit. 2015/16 has no figures.",
        value_title="Share of answered calls" if unit else "Offences recorded in the quarter",
        unit=unit,
        points=tuple(points),
        limits=limits,
        events=(
            EventMark(date="2021-04-01", label="Recording rules changed"),
            EventMark(date="2020-03-23", label="First pandemic restrictions"),
            EventMark(date="2021-05-15", label="A new contact system was brought in"),
        ),
        shaded_start="2023-04-01",
        shaded_end="2023-06-30",
        is_illustrative=illustrative,
        table=Table(
            caption=f"{name}: figures by period", columns=("Period", "Figure", "Mark"), rows=rows, numeric=(1,)
        ),
        expected=(expected_quarter(tuple(points), level, unit),),
    )


def expected_quarter(points: tuple[Point, ...], level: float, unit: str = "", *, periods: int = 0) -> Expected:
    """Return what the quarter to June 2023 (or the last `periods`) was expected to be, around `level`."""
    span = points[-periods:] if periods else [point for point in points if point.start >= "2023-04-01"]
    average = sum(point.value for point in span) / len(span)
    low, high = level * 0.9, min(level * 1.1, 100.0 if unit == "%" else level * 1.1)
    return Expected(
        start=span[0].start,
        end=span[-1].start,
        expected=level,
        low=low,
        high=high,
        label=f"Expected in April to June 2023: {low:,.0f}{unit} to {high:,.0f}{unit}.",
        has_average=len(span) > 1,
        average=average if len(span) > 1 else 0.0,
    )


def uneven_chart(name: str = "uneven", **given: object) -> Chart:
    """Return a chart of 36 months of a share: limits that differ by month, begun anew after 20, one month missing."""
    chart = sample_chart(name, step=1, unit="%", level=80.0, illustrative=bool(given.get("illustrative", True)))
    chance = random.Random(name)
    limits = []
    for at, point in enumerate(chart.points):
        centre = 78.0 if at < 20 else 82.0
        if point.mark not in (Mark.MISSING, Mark.CONFIDENTIAL):
            half = 10 + 2 * chance.random()
            limits.append(
                Limits(start=point.start, end=point.start, centre=centre, lower=centre - half, upper=centre + half)
            )
    return chart.model_copy(update={"limits": tuple(limits)})


def run_chart(name: str = "run", **given: object) -> Chart:
    """Return a chart of eleven quarters, too few for limits: a centre line alone, one quarter missing."""
    chart = sample_chart(name, level=40)
    points = chart.points[-11:]
    missing = points[3].model_copy(update={"mark": Mark.MISSING, "text": "no data"})
    points = (*points[:3], missing, *points[4:-1], points[-1].model_copy(update={"mark": Mark.ORDINARY}))
    centre = Limits(start=points[0].start, end=points[-1].start, centre=40.0, has_limits=False)
    return chart.model_copy(update={"points": points, "limits": (centre,), "events": (), "expected": ()})


def busy_chart(name: str = "busy", **given: object) -> Chart:
    """Return a chart of 41 quarters with twelve events in two years, two of them on the day the limits begin anew."""
    chart = sample_chart(name, level=600)
    days = [f"{2018 + month // 12}-{month % 12 + 1:02d}-{1 + month:02d}" for month in range(3, 25, 2)]
    first, second = chart.limits
    second = second.model_copy(update={"centre": 700.0, "lower": 590.0, "upper": 810.0})
    events = tuple(EventMark(date=day, label=f"Event of {day}") for day in (*days, second.start))
    year = expected_quarter(chart.points, 640.0, periods=4).model_copy(update={"label": "Expected over the year."})
    expected = (*chart.expected, year)
    return chart.model_copy(update={"limits": (first, second), "events": events, "expected": expected})
