"""What is said in the paper of expected extracts that did not come, or came late."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flows.calendar import long_date
from flows.plan.models import Plan
from flows.wording.sentences import say

USED = ("received", "late")
# To the reader of the paper, what is still on its way is not there.
SAID = {"missing": "expected_missing", "arriving": "expected_missing", "late": "expected_late"}


def expected_sentences(
    plan: Plan, lines: Sequence[Mapping[str, Any]], as_of: dt.date, quarter: tuple[dt.date, dt.date]
) -> Iterator[str]:
    """Yield a sentence for each source and fault: periods missing after they were due, and late ones of the quarter.

    `lines` are those of the manifest, with dates as in 2023-09-14. What came late is said of the quarter alone; of a
    period for which another's file came `repeated_sentences` tells.
    """
    titles = {one.id: one.title for one in plan.sources}
    repeated = {_place(one) for one, _ in _repeated(lines)}
    due = [
        one for one in lines if one["due"] and one["status"] in SAID and (one["files"] or _place(one) not in repeated)
    ]
    told = [one for one in due if one["status"] == "late" or dt.date.fromisoformat(one["due"]) < as_of]
    told = [one for one in told if one["status"] != "late" or _is_in(one, quarter)]
    for (source, sentence), group in itertools.groupby(
        sorted(told, key=lambda one: (list(titles).index(one["source"]), SAID[one["status"]], one["period_start"])),
        key=lambda one: (one["source"], SAID[one["status"]]),
    ):
        each = list(group)
        periods = "; ".join(_period(one) for one in each)
        yield say(sentence, source=titles[source], sender=each[0]["sender"], periods=periods, date=long_date(as_of))


def repeated_sentences(plan: Plan, lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each period of which nothing came but the file of another period, under another name."""
    titles = {one.id: one.title for one in plan.sources}
    return [
        say(
            "expected_repeated",
            source=titles[one["source"]],
            period=one["period"],
            file=one["name"],
            other_period=other["period"],
            other_file=other["name"],
        )
        for one, other in _repeated(lines)
    ]


def _repeated(lines: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Return the lines of such files, each with the line of the same bytes that is used."""
    used = {(one["source"], one["sha256"]): one for one in lines if one["sha256"] and one["status"] in USED}
    lacking = {_place(one) for one in lines if one["status"] in ("missing", "awaited")}
    whole = {_place(one) for one in used.values()} - lacking
    found = [
        (one, used[one["source"], one["sha256"]])
        for one in lines
        if one["status"] == "duplicate" and one["period"] and (one["source"], one["sha256"]) in used
    ]
    return [(one, other) for one, other in found if _place(one) != _place(other) and _place(one) not in whole]


def _place(line: Mapping[str, Any]) -> tuple[str, str]:
    return line["source"], line["period"]


def _is_in(line: Mapping[str, Any], quarter: tuple[dt.date, dt.date]) -> bool:
    return quarter[0] <= dt.date.fromisoformat(line["period_start"]) <= quarter[1]


def _period(line: Mapping[str, Any]) -> str:
    due = long_date(dt.date.fromisoformat(line["due"]))
    if line["status"] == "late":
        received = long_date(dt.date.fromisoformat(line["received"]))
        return say("expected_late_period", period=line["period"], due=due, received=received)
    name = "expected_missing_part" if line["files"] else "expected_missing_period"
    return say(name, period=line["period"], due=due, files=line["files"])
