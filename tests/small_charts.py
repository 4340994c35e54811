"""Series made by hand as indicators of a force that has no parts, charted and tested as the paper does it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb

from flows.calendar import add_months
from flows.warehouse import table_rows
from tests.small_warehouse import extract, flag, indicator, measured, row_of, small_plan

QUARTER = dt.date(2023, 4, 1)
RETURNS = extract("r", source="returns")
Values = Sequence[float | None]


def month_of(at: int, months: int = 3) -> dt.date:
    """Return the first day of the period `at` periods after the reported quarter began; the quarter's is 0."""
    return add_months(QUARTER, at * months)


@dataclass(frozen=True)
class Series:
    """A quarterly series that ends with the reported quarter; positions in `excluded` and `rebases` count from 0."""

    values: Values
    excluded: Sequence[int] = ()
    rebases: Sequence[int] = ()
    more: dict[str, Any] = field(default_factory=dict)
    below: float | None = None  # the denominator of every period

    def day(self, at: int) -> dt.date:
        """Return the first day of the period at that position."""
        return month_of(at - len(self.values) + 1)


def series_of(name: str) -> str:
    """Return the name of an indicator's series in the `flag_` tables."""
    return f"{name} / Alone"


@contextmanager
def charted(series: dict[str, Series], **panel: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse in which each series is an indicator of the force that has no parts."""
    indicators, events, rebases, rows = [], [], [], []
    for name, one in series.items():
        plain = {"begins": one.day(0), "areas": ["Alone"], **one.more}
        indicators.append(indicator(name, "returns", {"measures": [name]}, **plain))
        for at, value in enumerate(one.values):
            end = add_months(one.day(at), 3) - dt.timedelta(days=1)
            if value is not None:
                rows.append(("returns-r", "returns", at, name, "Alone", one.day(at), end, value, one.below))
        said = {"indicators": [name], "illustrative": True}
        for at in one.excluded:
            # One day within the period is enough to keep it out.
            day = one.day(at) + dt.timedelta(days=40)
            why = {"excludes_from_baselines": True, "why_excluded": "W", "effect": "E", "title": "T"}
            events.append({"id": f"{name}-x{at}", "start": day, "end": day, **why, **said})
        for at in one.rebases:
            who = {"reason": "R", "agreed_by": "A", "agreed_at": "B", "agreed_on": "2023-01-01"}
            rebases.append({"id": f"{name}-r{at}", "starts": one.day(at), **who, **said})
    plan = small_plan(indicators, panel={"force_area": "Alone", **panel}, events=events, rebases=rebases)
    with measured(plan, extracts=[RETURNS], stg_force_return=rows) as connection:
        flag(connection)
        yield connection


def marks(connection: duckdb.DuckDBPyConnection, name: str, one: Series) -> dict[int, tuple[str, str]]:
    """Return rule and direction of each marked position."""
    rows = [row for row in table_rows(connection, "flag_mark", "all") if row["series"] == series_of(name)]
    # The tables count from the reported quarter, which is the series' last.
    last = len(one.values) - 1
    return {row["position"] + last: (row["rule"], row["direction"]) for row in rows if row["rule"]}


def limits(connection: duckdb.DuckDBPyConnection, name: str, segment: int | None = None) -> dict[str, Any]:
    """Return the row of `flag_limits`, with the limits themselves where they are the same in every period."""
    where = {"series": series_of(name), **({} if segment is None else {"segment": segment})}
    found = row_of(connection, "flag_limits", **where)
    names = ("lower_limit", "upper_limit", "lower_warning", "upper_warning")
    pieces = {
        tuple(row[key] for key in names)
        for row in table_rows(connection, "flag_band", "all")
        if (row["series"], row["segment"]) == (found["series"], found["segment"])
    }
    (one,) = pieces
    return {**found, **dict(zip(names, one, strict=True))}


def monthly(values: Values, area: str, name: str) -> list[tuple[Any, ...]]:
    """Return the rows of a monthly series that ends with the reported quarter."""
    days = [month_of(at - len(values) + 3, months=1) for at in range(len(values))]
    return [
        ("returns-r", "returns", at, name, area, day, add_months(day, 1) - dt.timedelta(days=1), value, None)
        for at, (day, value) in enumerate(zip(days, values, strict=True))
        if value is not None
    ]


def random_series(chance: random.Random) -> Series:
    """Return a series of any shape: walks, plateaus, spikes and gaps of whole numbers, with events and rebases."""
    length, level, values = chance.randint(14, 40), 50, []
    drift, spread = chance.choice([-1, 0, 0, 1]), chance.choice([0, 1, 3, 20])
    for _ in range(length):
        level += drift if chance.random() < 0.7 else chance.choice([-6, 0, 6])
        spike = chance.choice([80, -80]) if chance.random() < 0.03 else 0
        values.append(None if chance.random() < 0.04 else float(level + spike + chance.randint(-spread, spread)))
    kept_out = [at for at in range(length) if chance.random() < 0.05]
    starts = [chance.randrange(length)] if chance.random() < 0.4 else []
    return Series(values, kept_out, starts)
