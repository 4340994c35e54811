"""Quarters, which quarter a meeting takes, which meeting is next, and whose turn it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.calendar import (
    add_months,
    deep_dive,
    financial_quarter,
    long_date,
    next_performance_meeting,
    performance_meeting,
    quarter_start,
    quarter_words,
    reported_quarter,
)
from flows.errors import ConfigurationError
from flows.plan.models import Meeting, Plan
from tests.small_warehouse import PUBLIC, small_plan

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def planned(*meetings: dict[str, Any], objectives: str = "abcd", **panel: Any) -> Plan:
    version = {"id": "plan", "title": "Plan", "start": "2022-04-01", "end": "2025-03-31", "source": PUBLIC}
    named = [{"id": name, "title": name} for name in objectives]
    return small_plan([], plans=[{**version, "objectives": named}], meetings=meetings, panel=panel)


def performance(date: str, **more: Any) -> dict[str, Any]:
    return {"date": date, "kind": "performance", **more}


@pytest.mark.parametrize(
    ("date", "start", "name"),
    [
        ("2023-04-01", "2023-04-01", "2023/24 Q1"),
        ("2023-06-30", "2023-04-01", "2023/24 Q1"),
        ("2023-07-01", "2023-07-01", "2023/24 Q2"),
        ("2023-12-31", "2023-10-01", "2023/24 Q3"),
        ("2024-02-29", "2024-01-01", "2023/24 Q4"),
        ("1999-12-31", "1999-10-01", "1999/00 Q3"),
        ("2000-03-31", "2000-01-01", "1999/00 Q4"),
    ],
)
def test_quarters_begin_in_january_april_july_and_october(date: str, start: str, name: str) -> None:
    assert quarter_start(day(date)) == day(start)
    assert financial_quarter(day(date)) == name


@given(DAYS)
def test_a_day_lies_in_the_quarter_that_begins_before_it(date: dt.date) -> None:
    start = quarter_start(date)
    assert start <= date < add_months(start, 3)
    assert financial_quarter(start) == financial_quarter(date)


@given(DAYS, st.integers(-200, 200), st.integers(-200, 200))
def test_months_add_up(date: dt.date, first: int, second: int) -> None:
    assert add_months(add_months(date, first), second) == add_months(date, first + second)
    assert add_months(date, 0) == date.replace(day=1)


def test_words_for_days_and_quarters() -> None:
    assert long_date(day("2023-09-04")) == "4 September 2023"
    assert quarter_words(day("2023-05-17")) == "quarter 1 of 2023/24, April to June 2023"
    assert quarter_words(day("2024-01-01")) == "quarter 4 of 2023/24, January to March 2024"


@pytest.mark.parametrize(
    ("meeting", "start", "end"),
    [
        ("2023-09-14", "2023-04-01", "2023-06-30"),
        ("2023-06-13", "2023-01-01", "2023-03-31"),
        ("2023-12-14", "2023-07-01", "2023-09-30"),
        ("2023-03-09", "2022-10-01", "2022-12-31"),
        # Forty-two days after the end of June is the first day on which its quarter is taken.
        ("2023-08-10", "2023-01-01", "2023-03-31"),
        ("2023-08-11", "2023-04-01", "2023-06-30"),
    ],
)
def test_a_meeting_takes_the_last_quarter_whose_figures_can_have_come(meeting: str, start: str, end: str) -> None:
    assert reported_quarter(planned(), Meeting(date=day(meeting), kind="performance")) == (day(start), day(end))


def test_a_meeting_takes_the_quarter_it_names() -> None:
    meeting = Meeting(date=day("2023-09-14"), kind="performance", quarter_ends=day("2023-03-31"))
    assert reported_quarter(planned(), meeting) == (day("2023-01-01"), day("2023-03-31"))


@given(DAYS, st.integers(0, 180))
def test_the_reported_quarter_has_always_ended_by_the_lag(date: dt.date, lag: int) -> None:
    start, end = reported_quarter(planned(data_lag_days=lag), Meeting(date=date, kind="performance"))
    assert add_months(start, 3) - dt.timedelta(days=1) == end <= date - dt.timedelta(days=lag)
    assert add_months(end, 4) - dt.timedelta(days=1) > date - dt.timedelta(days=lag)  # and no later one has


MEETINGS = (
    performance("2023-06-13"),
    {"date": "2024-02-08", "kind": "precept"},
    performance("2023-12-14"),
    {"date": "2024-01-18", "kind": "budget"},
    performance("2024-03-07"),
)


@pytest.mark.parametrize(
    ("today", "found"),
    [("2023-06-13", "2023-06-13"), ("2023-06-14", "2023-12-14"), ("2023-12-15", "2024-03-07")],
)
def test_the_next_meeting_is_a_performance_meeting(today: str, found: str) -> None:
    assert next_performance_meeting(planned(*MEETINGS), day(today)).date == day(found)


def test_no_next_meeting_is_said_with_a_remedy() -> None:
    with pytest.raises(ConfigurationError, match=r"^meetings.yml: no performance meeting .* 2024-03-08.*kind: perfor"):
        next_performance_meeting(planned(*MEETINGS), day("2024-03-08"))


@pytest.mark.parametrize(
    ("date", "says"),
    [("2024-01-18", "is a budget meeting and takes no briefing"), ("2024-01-19", "there is no meeting on")],
)
def test_a_day_without_performance_meeting_is_told_which_days_have_one(date: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{says}.*2023-06-13, 2023-12-14, 2024-03-07"):
        performance_meeting(planned(*MEETINGS), day(date))
    assert performance_meeting(planned(*MEETINGS), day("2023-12-14")).date == day("2023-12-14")


def turns(*meetings: dict[str, Any], **more: Any) -> list[str]:
    """Return the ids each performance meeting looks into, as one word each, in the order of the meetings."""
    plan = planned(*meetings, **more)
    ordered = sorted(plan.meetings, key=lambda one: one.date)
    return ["".join(one.id for one in deep_dive(plan, at)) for at in ordered if at.kind == "performance"]


DATES = ("2022-06-09", "2022-09-29", "2022-12-15", "2023-03-09", "2023-06-13")


def test_objectives_take_turns_in_the_order_of_the_plan() -> None:
    assert turns(*map(performance, DATES)) == ["ab", "cd", "ab", "cd", "ab"]
    assert turns(*map(performance, DATES), objectives="abc") == ["ab", "ac", "bc", "ab", "ac"]
    assert turns(*map(performance, DATES), deep_dive={"objectives_per_meeting": 1}) == ["a", "b", "c", "d", "a"]
    assert turns(*map(performance, DATES), objectives="a") == ["a"] * 5


@given(st.integers(1, 6), st.integers(1, 4))
def test_each_objective_comes_round_at_an_even_pace(objectives: int, each: int) -> None:
    dates = [performance(add_months(day("2022-04-01"), 2 * at).isoformat()) for at in range(12)]
    found = "".join(turns(*dates, objectives="abcdef"[:objectives], deep_dive={"objectives_per_meeting": each}))
    times = [found.count(name) for name in "abcdef"[:objectives]]
    assert max(times) - min(times) <= 1


def test_those_set_by_hand_stand_and_the_others_follow() -> None:
    meetings = [performance(date) for date in DATES]
    meetings[0]["deep_dive"] = ["c", "d"]
    assert turns(*meetings) == ["cd", "ab", "cd", "ab", "cd"]
    meetings[2]["deep_dive"] = ["a"]
    # After the hand-set one it is the turn of those that were longest not looked at.
    assert turns(*meetings) == ["cd", "ab", "a", "cd", "ab"]


def test_budget_and_precept_meetings_take_no_turn_and_the_files_order_is_of_no_account() -> None:
    meetings = [performance(date) for date in DATES[:3]]
    between = [{"date": "2022-10-01", "kind": "budget"}, {"date": "2022-10-02", "kind": "precept"}]
    assert turns(*meetings[::-1], *between) == ["ab", "cd", "ab"]


def test_turns_begin_anew_with_a_new_plan() -> None:
    earlier = performance("2022-03-10")  # under no plan yet: the first plan stands for it
    assert turns(earlier, *map(performance, DATES[:2]))[1:] == ["ab", "cd"]


def test_an_id_of_an_earlier_plan_set_by_hand_is_passed_over() -> None:
    assert turns(performance(DATES[0], deep_dive=["gone", "d"]), performance(DATES[1])) == ["d", "ab"]
