"""The meeting cycle as pure functions: quarters, the next meeting, and whose turn it is for a deep dive."""

from __future__ import annotations

import datetime as dt

from flows.errors import ConfigurationError
from flows.plan.models import Meeting, Objective, Plan

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def long_date(day: dt.date) -> str:
    """Return a date as it is printed: 14 September 2023."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def quarter_start(day: dt.date) -> dt.date:
    """Return the first day of the calendar quarter that `day` lies in (April to June is a quarter, and so on)."""
    return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the first of the month `months` after the month of `day`."""
    at = day.year * 12 + day.month - 1 + months
    return dt.date(at // 12, at % 12 + 1, 1)


def financial_quarter(day: dt.date) -> str:
    """Return the police's name of the quarter that `day` lies in, such as `2023/24 Q1` for April to June 2023."""
    number = (day.month - 4) // 3 % 4 + 1
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}/{(first + 1) % 100:02d} Q{number}"


def quarter_words(day: dt.date) -> str:
    """Return the quarter in words: quarter 1 of 2023/24, April to June 2023."""
    start = quarter_start(day)
    end = add_months(start, 2)
    year, quarter = financial_quarter(day).split(" Q")
    return f"quarter {quarter} of {year}, {MONTHS[start.month - 1]} to {MONTHS[end.month - 1]} {end.year}"


def next_performance_meeting(plan: Plan, today: dt.date) -> Meeting:
    """Return the first performance meeting on or after `today`; raises ConfigurationError if none is planned."""
    ahead = [one for one in plan.meetings if one.kind == "performance" and one.date >= today]
    if not ahead:
        raise ConfigurationError(
            f"no performance meeting is planned on or after {today}.",
            where="meetings.yml",
            remedy="Add the next one, with kind: performance, or name one: panelbrief run --meeting 2023-09-14",
        )
    return min(ahead, key=lambda one: one.date)


def performance_meeting(plan: Plan, day: dt.date) -> Meeting:
    """Return the performance meeting of that day; raises ConfigurationError if there is none or it is another kind."""
    found = next((one for one in plan.meetings if one.date == day), None)
    planned = ", ".join(
        str(one.date) for one in sorted(plan.meetings, key=lambda m: m.date) if one.kind == "performance"
    )
    if found is None:
        raise ConfigurationError(
            f"there is no meeting on {day}.", where="meetings.yml", remedy=f"Performance meetings: {planned or 'none'}."
        )
    if found.kind != "performance":
        raise ConfigurationError(
            f"the meeting on {day} is a {found.kind} meeting and takes no briefing.",
            where="meetings.yml",
            remedy=f"Performance meetings: {planned or 'none'}.",
        )
    return found


def reported_quarter(plan: Plan, meeting: Meeting) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the quarter that a meeting takes.

    It is the meeting's own `quarter_ends` if given, else the last quarter that ended at least `data_lag_days` before.
    """
    if meeting.quarter_ends is not None:
        return quarter_start(meeting.quarter_ends), meeting.quarter_ends
    start = quarter_start(meeting.date - dt.timedelta(days=plan.panel.data_lag_days))
    lagged = meeting.date - dt.timedelta(days=plan.panel.data_lag_days)
    end = add_months(start, 3) - dt.timedelta(days=1)
    if end > lagged:
        end = start - dt.timedelta(days=1)
    return quarter_start(end), end


def deep_dive(plan: Plan, meeting: Meeting) -> tuple[Objective, ...]:
    """Return the objectives that `meeting` looks into, in plan order.

    Those set by hand for a meeting stand; otherwise the objectives that were longest not looked at take their turn
    (of those alike, the one looked at least often, then plan order), so each comes round at an even pace.
    """
    version = plan.plan_on(meeting.date)
    last_seen = {one.id: (dt.date.min, 0) for one in version.objectives}  # and how often
    earlier = [
        one
        for one in sorted(plan.meetings, key=lambda m: m.date)
        if one.kind == "performance" and version.start <= one.date <= meeting.date
    ]
    chosen: list[str] = []
    for one in earlier:
        turn = sorted(last_seen, key=lambda name: last_seen[name])  # a stable sort: ties stay in plan order
        chosen = [name for name in one.deep_dive if name in last_seen] or turn[
            : plan.panel.deep_dive.objectives_per_meeting
        ]
        last_seen.update({name: (one.date, last_seen[name][1] + 1) for name in chosen})
    return tuple(one for one in version.objectives if one.id in chosen)
