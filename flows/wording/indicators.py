"""One indicator as members see it: sentence, figures, chart and notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from flows.calendar import add_months
from flows.plan.models import Indicator
from flows.render import model as m
from flows.wording.findings import chart_rule, forecast_of, local_areas, verdict
from flows.wording.gathered import Gathered, Row
from flows.wording.numbers import CONFIDENTIAL, bare, change_words, day, number, period_label, span_words, with_unit
from flows.wording.revised import mark
from flows.wording.sentences import say


def block(gathered: Gathered, one: Indicator) -> m.Indicator:
    """Return the block of one standing indicator."""
    rows = gathered.of("brief_summary", one.id)
    main = rows[0]
    source = gathered.plan.source(one.source)
    chart = _chart(gathered, one, main)
    return m.Indicator(
        id=one.id,
        anchor=anchor(one.id),
        title=one.title,
        counts=one.counts,
        sentence=sentence(gathered, one, main),
        finding=verdict(gathered, one, main),
        figures=_figures(gathered, one, rows),
        chart=chart,
        read_with=tuple((gathered.indicator(name).title, anchor(name)) for name in one.read_with),
        notes=tuple(_notes(gathered, one, main)),
        source=f"{source.publisher}: {source.title}",
        is_illustrative=source.illustrative,
    )


def marked(text: str, is_illustrative: bool) -> str:
    """Return people's text, with the words that say so where it is invented for an example."""
    return say("marked_illustrative", text=text) if is_illustrative else text


def data_notes(gathered: Gathered, indicators: Collection[str]) -> list[str]:
    """Return a note on each failed check that was accepted and touches one of those indicators."""
    return [
        say("data_note", came=one.came, who=one.who, when=one.when, reason=one.reason)
        for one in gathered.accepted_of(indicators)
    ]


def anchor(indicator: str) -> str:
    """Return the place of an indicator's block in the paper."""
    return f"indicator-{indicator.replace('_', '-')}"


def sentence(gathered: Gathered, one: Indicator, row: Row) -> str:
    """Return what the quarter's figure is, beside the same quarter a year before."""
    period = period_label(*gathered.quarter)
    if row["value"] is None:
        return _why_missing(one, row, period)
    value = mark(gathered, with_unit(row["value"], one.unit, one.decimals), one.id, row["area"], *gathered.quarter)
    change = change_words(row["change"], row["change_pct"], one.unit, one.decimals)
    if not change:
        return say("compared_none", value=value, period=period)
    if change == "the same":
        return say("same", value=value, period=period)
    last_year = _year_before(gathered.quarter)
    before = mark(gathered, with_unit(row["year_before"], one.unit, one.decimals), one.id, row["area"], *last_year)
    return say("compared", value=value, period=period, change=change, before=before)


def _year_before(quarter: tuple[dt.date, dt.date]) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the same quarter a year before."""
    start, end = quarter
    return add_months(start, -12), add_months(end + dt.timedelta(days=1), -12) - dt.timedelta(days=1)


def _why_missing(one: Indicator, row: Row, period: str) -> str:
    """Return why the quarter has no figure: how many of its parts were received."""
    if row["is_suppressed"]:
        return say("figure_confidential", period=period)
    if row["expected_parts"] is None:
        return say("figure_not_begun", begins=span_words(one.begins, one.begins), period=period)
    if row["received_parts"]:
        return say("figure_part", received=row["received_parts"], expected=row["expected_parts"], period=period)
    if row["expected_parts"] > 1:
        return say("figure_missing_parts", expected=row["expected_parts"], period=period)
    return say("figure_missing", period=period)


def _figures(gathered: Gathered, one: Indicator, rows: list[Row]) -> m.Table:
    main = rows[0]
    start, end = gathered.quarter

    year_before = _year_before((start, end))
    year = (add_months(start, -9), end)
    last_year = (add_months(start, -21), year_before[1])

    def shown(row: Row, name: str, is_suppressed: str, span: tuple[dt.date, dt.date]) -> str:
        if row[is_suppressed]:
            return CONFIDENTIAL
        return mark(gathered, bare(row[name], one.unit, one.decimals), one.id, row["area"], *span)

    change = change_words(main["change"], main["change_pct"], one.unit, one.decimals)
    twelve = change_words(main["twelve_months_change"], main["twelve_months_change_pct"], one.unit, one.decimals)
    table = [
        (
            say("row_quarter", quarter=period_label(start, end)),
            shown(main, "value", "is_suppressed", (start, end)),
            change,
        ),
        (say("row_year_before"), shown(main, "year_before", "year_before_is_suppressed", year_before), ""),
        (
            say("row_twelve", month=span_words(end, end)),
            shown(main, "twelve_months", "twelve_months_is_suppressed", year),
            twelve,
        ),
        (
            say("row_twelve_before"),
            shown(main, "twelve_months_before", "twelve_months_before_is_suppressed", last_year),
            "",
        ),
    ]
    for row in rows[1:]:
        words = change_words(row["change"], row["change_pct"], one.unit, one.decimals)
        figure = shown(row, "value", "is_suppressed", (start, end))
        table.append((f"{row['area_name']}, {period_label(start, end)}", figure, words))
    for row in gathered.of("brief_rate", one.id):
        place = gathered.plan.panel.force if row["place"] == gathered.plan.panel.force_area else row["name"]
        known = row["rate_per_1000"] is not None
        label = say("row_rate" if known else "row_rate_none", place=place, year=row["population_year"])
        table.append((label, mark(gathered, number(row["rate_per_1000"], 1), one.id, row["place"], *year), ""))
    columns = (say("column_measure"), say("column_value"), say("column_change"))
    return m.Table(caption=_heading(one), columns=columns, rows=tuple(table), numeric=(1,))


def _heading(one: Indicator) -> str:
    """Return what a table or chart is of, with the unit where the figures do not carry it."""
    return one.title if one.unit == "%" else say("heading_unit", title=one.title, unit=one.unit)


def _chart(gathered: Gathered, one: Indicator, main: Row) -> m.Chart | None:
    rows = gathered.of("brief_point", one.id)
    points = tuple(
        m.Point(
            start=row["period_start"].isoformat(),
            label=period_label(row["period_start"], row["period_end"]),
            value=row["value"] if row["value"] is not None else 0.0,
            text=CONFIDENTIAL if row["mark"] == "confidential" else bare(row["value"], one.unit, one.decimals),
            mark=m.Mark(row["mark"]),
        )
        for row in rows
    )
    if not any(point.has_value for point in points):
        return None
    limits = tuple(
        m.Limits(
            start=row["first_period"].isoformat(),
            end=row["last_period"].isoformat(),
            centre=row["centre_line"],
            lower=row["lower_limit"] if row["lower_limit"] is not None else 0.0,
            upper=row["upper_limit"] if row["upper_limit"] is not None else 0.0,
            has_limits=row["lower_limit"] is not None,
        )
        for row in gathered.of("brief_limits", one.id)
    )
    invented = {event.id for event in gathered.plan.events if event.illustrative}
    events = tuple(
        m.EventMark(date=row["starts"].isoformat(), label=marked(row["title"], row["event"] in invented))
        for row in gathered.of("brief_event", one.id)
    )
    description = say(
        "chart_description",
        title=one.title,
        period=one.frequency,
        span=span_words(rows[0]["period_start"], rows[-1]["period_end"]),
        finding=f"{verdict(gathered, one, main)} {chart_rule(one, main)}",
        gaps=" ".join(_gaps(gathered, one)),
    )
    is_illustrative = gathered.plan.source(one.source).illustrative
    if is_illustrative:  # whoever hears the chart does not see the label that is drawn on it
        description = say("chart_illustrative", description=description)
    start, end = gathered.quarter
    return m.Chart(
        id=f"chart-{one.id}",
        title=one.title,
        description=description,
        value_title=_heading(one),
        unit=one.unit,
        points=points,
        limits=limits,
        events=events,
        shaded_start=start.isoformat(),
        shaded_end=end.isoformat(),
        is_illustrative=is_illustrative,
        expected=tuple(_expected(gathered, one, main)),
        table=m.Table(
            caption=_heading(one),
            columns=(say("column_period"), say("column_value"), say("column_mark")),
            rows=tuple(
                (
                    point.label,
                    mark(gathered, point.text, one.id, row["area"], row["period_start"], row["period_end"]),
                    say(f"mark_{point.mark.value}"),
                )
                for point, row in zip(points, rows, strict=True)
            ),
            numeric=(1,),
        ),
    )


def _expected(gathered: Gathered, one: Indicator, main: Row) -> list[m.Expected]:
    """Return the interval of the quarter test, and of the year test where it is the one that found something."""
    found = []
    for test in dict.fromkeys(("quarter", main["test"])):
        asked = forecast_of(gathered, one.id, main["area"], test)
        if asked is None or asked["low98"] is None or test not in ("quarter", "year"):
            continue
        factor = asked["chart_factor"]
        low, high, expected = (factor * asked[name] for name in ("chart_low98", "chart_high98", "chart_expected"))
        is_average = one.frequency == "month"
        end = add_months(gathered.quarter[0], 2) if is_average else gathered.quarter[0]
        found.append(
            m.Expected(
                start=asked["span_start"].isoformat(),
                end=end.isoformat(),
                expected=expected,
                low=low,
                high=high,
                label=say(
                    "expected_label_average" if is_average and one.kind == "count" else "expected_label",
                    span=span_words(asked["span_start"], asked["span_end"]),
                    low=bare(low, one.unit, one.decimals),
                    high=bare(high, one.unit, one.decimals),
                    expected=bare(expected, one.unit, one.decimals),
                ),
                has_average=is_average and asked["chart_observed"] is not None,
                average=factor * asked["chart_observed"] if asked["chart_observed"] is not None else 0.0,
            )
        )
    return found


def _gaps(gathered: Gathered, one: Indicator) -> list[str]:
    said = []
    for row in gathered.of("brief_gap", one.id):
        span = span_words(row["first_period"], row["last_period"])
        if row["periods"] == 1:
            said.append(say("gap_one", span=span))
        else:
            said.append(say("gap", span=span, count=row["periods"], periods=f"{one.frequency}s"))
    return said


def _confidential(gathered: Gathered, one: Indicator) -> list[str]:
    """Return what [c] means, if it stands anywhere in the indicator's figures or chart."""
    marks = ("is_suppressed", "year_before_is_suppressed")
    main = gathered.of("brief_summary", one.id)[0]
    twelve = main["twelve_months_is_suppressed"] or main["twelve_months_before_is_suppressed"]
    in_rows = any(row[mark] for row in gathered.of("brief_summary", one.id) for mark in marks)
    in_chart = any(row["mark"] == "confidential" for row in gathered.of("brief_point", one.id))
    if not (twelve or in_rows or in_chart):
        return []
    return [say("confidential", below=number(gathered.plan.panel.suppression.below))]


def _notes(gathered: Gathered, one: Indicator, main: Row) -> list[str]:
    notes = [*data_notes(gathered, (one.id,)), *local_areas(gathered, one), chart_rule(one, main)]
    notes += [say("limits_follow_sizes")] if main["chart_reason"] == "sizes_vary" else []
    notes += _confidential(gathered, one)
    notes += [one.note] if one.note else []
    notes += (
        [say("revised_note")]
        if any(row["is_printed_differently"] for row in gathered.of("brief_revision", one.id))
        else []
    )
    notes += _gaps(gathered, one)
    charted = {row["event"] for row in gathered.of("brief_event", one.id)}
    notes += [
        marked(say("event", date=day(event.start), title=event.title, effect=event.effect), event.illustrative)
        for event in gathered.plan.events
        # Those that bear on every indicator are told once, in the notes of the paper.
        if event.id in charted and event.indicators
    ]
    return notes
