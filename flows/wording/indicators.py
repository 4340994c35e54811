"""One indicator as members see it: sentence, figures, chart and notes."""

from __future__ import annotations

from flows.plan.models import Indicator
from flows.render import model as m
from flows.wording.gathered import Gathered, Row
from flows.wording.numbers import bare, change_words, day, number, period_label, span_words, with_unit
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
        finding=finding(one, main),
        figures=_figures(gathered, one, rows),
        chart=chart,
        read_with=tuple((gathered.indicator(name).title, anchor(name)) for name in one.read_with),
        notes=tuple(_notes(gathered, one)),
        source=f"{source.publisher}: {source.title}",
        is_illustrative=source.illustrative,
    )


def marked(text: str, is_illustrative: bool) -> str:
    """Return people's text, with the words that say so where it is invented for an example."""
    return say("marked_illustrative", text=text) if is_illustrative else text


def anchor(indicator: str) -> str:
    """Return the place of an indicator's block in the paper."""
    return f"indicator-{indicator.replace('_', '-')}"


def sentence(gathered: Gathered, one: Indicator, row: Row) -> str:
    """Return what the quarter's figure is, beside the same quarter a year before."""
    period = period_label(*gathered.quarter)
    if row["value"] is None:
        return _why_missing(one, row, period)
    value = with_unit(row["value"], one.unit, one.decimals)
    change = change_words(row["change"], row["change_pct"], one.unit, one.decimals)
    if not change:
        return say("compared_none", value=value, period=period)
    if change == "the same":
        return say("same", value=value, period=period)
    before = with_unit(row["year_before"], one.unit, one.decimals)
    return say("compared", value=value, period=period, change=change, before=before)


def _why_missing(one: Indicator, row: Row, period: str) -> str:
    """Return why the quarter has no figure: how many of its parts were received."""
    if row["expected_parts"] is None:
        return say("figure_not_begun", begins=span_words(one.begins, one.begins), period=period)
    if row["received_parts"]:
        return say("figure_part", received=row["received_parts"], expected=row["expected_parts"], period=period)
    if row["expected_parts"] > 1:
        return say("figure_missing_parts", expected=row["expected_parts"], period=period)
    return say("figure_missing", period=period)


def finding(one: Indicator, row: Row) -> str:
    """Return what was found on the chart in the reported quarter, also when it is nothing."""
    periods = f"{one.frequency}s"
    if row["rule"]:
        when = _when(one, row)
        return say(
            f"finding_{row['rule']}_{row['direction']}",
            when=when if row["rule"] != "outside_limits" else when[0].upper() + when[1:],
            periods=periods,
            lower=with_unit(_possible(row["lower_limit"], one.unit), one.unit, one.decimals),
            upper=with_unit(_possible(row["upper_limit"], one.unit), one.unit, one.decimals),
            centre=with_unit(row["centre_line"], one.unit, one.decimals),
        )
    if row["value"] is None:
        return say("finding_no_data" if row["expected_parts"] else "finding_not_begun")
    if row["limits_status"] == "limits":
        return say(
            "finding_nothing",
            lower=with_unit(_possible(row["lower_limit"], one.unit), one.unit, one.decimals),
            upper=with_unit(_possible(row["upper_limit"], one.unit), one.unit, one.decimals),
        )
    if row["limits_status"] == "did_not_vary":
        return say("finding_did_not_vary")
    return say("finding_too_few", points=row["baseline_points"] or 0)


def _possible(limit: float, unit: str) -> float:
    """Return a limit as it is printed: no figure here can be below nought, and no share above 100%."""
    return min(max(0.0, limit), 100.0 if unit == "%" else limit if limit > 0 else 0.0)


def _when(one: Indicator, row: Row) -> str:
    last = row["last_marked_period"]
    if one.frequency == "quarter":
        return period_label(row["period_start"], row["period_end"])
    return span_words(last, last)


def evidence(gathered: Gathered, one: Indicator, row: Row) -> tuple[str, ...]:
    """Return what a finding rests on, for the front page."""
    since = row["limits_from"]
    periods = f"{one.frequency}s"
    basis = say("evidence_basis", points=row["baseline_points"], periods=periods, since=span_words(since, since))
    return (f"{sentence(gathered, one, row)} {basis}",)


def _figures(gathered: Gathered, one: Indicator, rows: list[Row]) -> m.Table:
    main = rows[0]
    start, end = gathered.quarter

    def shown(value: float | None) -> str:
        return bare(value, one.unit, one.decimals)

    change = change_words(main["change"], main["change_pct"], one.unit, one.decimals)
    twelve = change_words(main["twelve_months_change"], main["twelve_months_change_pct"], one.unit, one.decimals)
    table = [
        (say("row_quarter", quarter=period_label(start, end)), shown(main["value"]), change),
        (say("row_year_before"), shown(main["year_before"]), ""),
        (say("row_twelve", month=span_words(end, end)), shown(main["twelve_months"]), twelve),
        (say("row_twelve_before"), shown(main["twelve_months_before"]), ""),
    ]
    for row in rows[1:]:
        words = change_words(row["change"], row["change_pct"], one.unit, one.decimals)
        table.append((f"{row['area_name']}, {period_label(start, end)}", shown(row["value"]), words))
    for row in gathered.of("brief_rate", one.id):
        place = gathered.plan.panel.force if row["place"] == gathered.plan.panel.force_area else row["name"]
        known = row["rate_per_1000"] is not None
        label = say("row_rate" if known else "row_rate_none", place=place, year=row["population_year"])
        table.append((label, number(row["rate_per_1000"], 1), ""))
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
            text=bare(row["value"], one.unit, one.decimals),
            mark=m.Mark(row["mark"]),
        )
        for row in rows
    )
    if not any(point.mark is not m.Mark.MISSING for point in points):
        return None
    limits = tuple(
        m.Limits(
            start=row["first_period"].isoformat(),
            end=row["last_period"].isoformat(),
            centre=row["centre_line"],
            lower=row["lower_limit"],
            upper=row["upper_limit"],
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
        finding=finding(one, main),
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
        table=m.Table(
            caption=_heading(one),
            columns=(say("column_period"), say("column_value"), say("column_mark")),
            rows=tuple((point.label, point.text, say(f"mark_{point.mark.value}")) for point in points),
            numeric=(1,),
        ),
    )


def _gaps(gathered: Gathered, one: Indicator) -> list[str]:
    said = []
    for row in gathered.of("brief_gap", one.id):
        span = span_words(row["first_period"], row["last_period"])
        if row["periods"] == 1:
            said.append(say("gap_one", span=span))
        else:
            said.append(say("gap", span=span, count=row["periods"], periods=f"{one.frequency}s"))
    return said


def _notes(gathered: Gathered, one: Indicator) -> list[str]:
    notes = [one.note] if one.note else []
    notes += _gaps(gathered, one)
    charted = {row["event"] for row in gathered.of("brief_event", one.id)}
    notes += [
        marked(say("event", date=day(event.start), title=event.title, effect=event.effect), event.illustrative)
        for event in gathered.plan.events
        # Those that bear on every indicator are told once, in the notes of the paper.
        if event.id in charted and event.indicators
    ]
    return notes
