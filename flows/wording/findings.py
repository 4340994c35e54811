"""What the tests of change found, in words: what was seen, what was expected, how sure, since when."""

from __future__ import annotations

import datetime as dt

from flows.calendar import add_months, financial_quarter
from flows.plan.models import Indicator
from flows.wording.gathered import Gathered, Row
from flows.wording.numbers import bare, number, period_label, span_words, with_unit
from flows.wording.sentences import say

# A p-value as people say it: chance alone brings so large a difference in fewer than one case in so many.
ODDS = ((0.0001, 10_000), (0.001, 1_000), (0.01, 100), (1.0, 50))
WHAT_WAS_TESTED = {"tested", "rare"}


def forecast_of(gathered: Gathered, indicator: str, area: str, test: str) -> Row | None:
    """Return the row of `brief_forecast` of one series and test; None if the series has no such test."""
    rows = gathered.of("brief_forecast", indicator)
    return next((row for row in rows if (row["area"], row["test"]) == (area, test)), None)


def verdict(gathered: Gathered, one: Indicator, row: Row) -> str:
    """Return what was found of an indicator's reported quarter; "nothing stood out" is said as plainly as a change."""
    asked = forecast_of(gathered, one.id, row["area"], row["test"])
    if row["list"] in ("strong", "early") and asked is not None:
        words = say(f"{row['list']}_{row['test']}_{row['direction']}", **_seen_and_expected(one, asked))
        return " ".join(part for part in (words, _meaning(one, row["direction"])) if part)
    quarter = forecast_of(gathered, one.id, row["area"], "quarter")
    if row["list"] == "nothing" and quarter is not None and quarter["status"] in WHAT_WAS_TESTED:
        return say("nothing", **_seen_and_expected(one, quarter))
    if row["list"] == "nothing" and asked is not None:
        return say("nothing_of_year", why=_why_not(gathered, one, row))
    return _why_not(gathered, one, row)


def _seen_and_expected(one: Indicator, asked: Row) -> dict[str, str]:
    bounds = [number(asked[name], one.decimals) for name in ("low98", "high98")]
    # A figure that only just lies outside must not read as if it lay on the bound.
    decimals = one.decimals + (number(asked["observed"], one.decimals) in bounds)
    odds = next(times for limit, times in ODDS if (asked["p"] or 0.0) < limit or limit == 1.0)
    return {
        "observed": with_unit(asked["observed"], one.unit, decimals),
        "expected": with_unit(asked["expected"], one.unit, decimals),
        "low": bare(asked["low98"], one.unit, decimals),
        "high": bare(asked["high98"], one.unit, decimals),
        "odds": number(odds),
        "span": span_words(asked["span_start"], asked["span_end"]),
        "points": number(asked["baseline_periods"]),
        "periods": f"{one.frequency}s",
    }


def _meaning(one: Indicator, direction: str) -> str:
    """Return whether that way is better, where the panel has said which is; improvement and concern read alike."""
    if one.higher_is_better is None:
        return say("meaning_neither")
    better = one.higher_is_better == (direction == "up")
    return say("meaning_improvement" if better else "meaning_concern")


def _why_not(gathered: Gathered, one: Indicator, row: Row) -> str:
    """Return why the quarter could not be tested."""
    if row["is_suppressed"]:
        return say("untested_confidential")
    if row["value"] is None:
        return say("untested_incomplete" if row["expected_parts"] else "untested_not_begun")
    quarter = forecast_of(gathered, one.id, row["area"], "quarter")
    status = quarter["status"] if quarter else "too_few"
    values = _seen_and_expected(one, quarter) if quarter else {}
    return say(f"untested_{status}", **{**values, "needed": "24" if one.frequency == "month" else "12"})


def evidence(gathered: Gathered, one: Indicator, row: Row, sentence: str) -> tuple[str, ...]:
    """Return what a finding rests on, for the front page: figures, baseline, local areas, and the chart's rules."""
    asked = forecast_of(gathered, one.id, row["area"], row["test"])
    since = asked["baseline_since"] if asked else None
    basis = ""
    if asked is not None and since is not None:
        points = asked["baseline_periods"]
        basis = say("evidence_basis", points=points, periods=f"{one.frequency}s", since=span_words(since, since))
    lines = [f"{sentence} {basis}".strip(), *local_areas(gathered, one), chart_rule(one, row)]
    return tuple(line for line in lines if line)


def local_areas(gathered: Gathered, one: Indicator) -> list[str]:
    """Return a sentence for each local area, where they are asked about: the force's own change is strong evidence."""
    said = []
    for row in gathered.of("brief_summary", one.id):
        if row["area_position"] == 0 or row["list"] == "not_tested":
            continue
        asked = forecast_of(gathered, one.id, row["area"], row["test"])
        wording = {"strong": f"local_strong_{row['direction']}", "nothing": "local_nothing"}.get(row["list"])
        if wording is not None and asked is not None:
            said.append(say(wording, area=row["area_name"], **_seen_and_expected(one, asked)))
        else:
            why = say("local_confidential") if row["has_confidential"] else _why_not(gathered, one, row)
            said.append(say("local_untested", area=row["area_name"], why=why[0].lower() + why[1:]))
    return said


def chart_rule(one: Indicator, row: Row) -> str:
    """Return which rule of the control chart, if any, marks the reported quarter."""
    if row["rule"]:
        last = row["last_marked_period"]
        when = (
            period_label(row["period_start"], row["period_end"])
            if one.frequency == "quarter"
            else span_words(last, last)
        )
        centre = with_unit(row["centre_line"], one.unit, one.decimals)
        marked = say(
            f"rule_{row['rule']}_{row['rule_direction']}", when=when, periods=f"{one.frequency}s", centre=centre
        )
        return (
            f"{marked} {say('rule_differs')}"
            if row["list"] == "nothing" and row["quarter_status"] == "tested"
            else marked
        )
    if row["limits_status"] == "limits":
        return say("rule_none")
    if row["limits_status"] == "median_only":
        return say(f"chart_{row['chart_reason']}", points=row["limits_points"])
    return say("chart_no_limits")


def worth_knowing(gathered: Gathered, one: Indicator, row: Row) -> str:
    """Return how an indicator moved that is worth knowing of: no test, a description."""
    quarter, year_before = period_label(*gathered.quarter), gathered.of("brief_summary", one.id)[0]
    way = "up" if row["change_pct"] > 0 else "down"
    lines = [
        say(
            f"worth_{way}",
            value=with_unit(row["value"], one.unit, one.decimals),
            quarter=quarter,
            per_cent=number(abs(row["change_pct"])),
            before=number(year_before["year_before"], one.decimals),
        )
    ]
    if row["quarters_one_way"] >= 3:
        start = row["period_before_move"]
        lines.append(
            say(
                f"worth_climb_{way}",
                quarters=number(row["quarters_one_way"]),
                start_value=number(row["value_before_move"], one.decimals),
                start=financial_quarter(start),
            )
        )
    lowest, highest = number(row["lowest"], one.decimals), number(row["highest"], one.decimals)
    if row["level_first_year"] is not None:
        # A level that the year before had too is one that it has kept, not come back to.
        how = "still" if row["level_last_year"] >= _year_before(gathered.quarter[0]) else "back"
        years = "year" if row["level_first_year"] == row["level_last_year"] else "years"
        lines.append(
            say(
                f"worth_{how}_{years}",
                first=_financial_year(row["level_first_year"]),
                last=_financial_year(row["level_last_year"]),
                low=number(row["level_lowest"], one.decimals),
                high=number(row["level_highest"], one.decimals),
            )
        )
    else:
        lines.append(say("worth_range", low=lowest, high=highest, since=span_words(row["since"], row["since"])))
    return " ".join(lines)


def _year_before(quarter_start: dt.date) -> int:
    """Return the year in which the financial year before the quarter's own began."""
    return add_months(quarter_start, -15).year


def _financial_year(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02d}"
