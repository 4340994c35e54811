"""What is asked of a series: is the average of this span outside what this baseline leads us to expect?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from flows.stats.arrays import Floats, Integers
from flows.stats.season import Seasonal

Kind = Literal["count", "value", "proportion"]

# By periods a year. Whole years, and the lengths at which the tests were measured (docs/methods.md).
BASELINE = {12: 36, 4: 28}
SPAN = {12: 3, 4: 1}
# Of a figure, either way: beyond it sums of values, or squares of counts, overflow.
LARGEST: dict[Kind, float] = {"value": 1e300, "count": 1e15, "proportion": 1e15}


@dataclass(frozen=True, eq=False)
class SpanQuestion:
    """One series, the span asked about and the baseline that it is held against.

    Periods are whole numbers, one a month or quarter, such that period % per_year is the place in the calendar year:
    year * 12 + month - 1, or year * 4 + quarter - 1. A period that is missing has NaN as its value, or is not there at
    all; the two are the same in the baseline, but the span's periods must all be named, as they say what is asked.
    Denominators are given for proportions, whose values are numerators; a period whose denominator is zero is missing.
    A count of zero is a value; one below zero, as published tables have, corrects an earlier one.
    """

    kind: Kind
    per_year: int
    seasonal: Seasonal
    baseline_periods: Integers
    baseline_values: Floats
    span_periods: Integers
    span_values: Floats
    baseline_denominators: Floats | None = None
    span_denominators: Floats | None = None

    def __post_init__(self) -> None:
        """Refuse, with ValueError, what would be a fault of the program that asks."""
        if self.per_year not in BASELINE or not len(self.span_periods):
            raise ValueError("a year has 12 or 4 periods, and a span at least one")
        for periods, values, denominators in (
            (self.baseline_periods, self.baseline_values, self.baseline_denominators),
            (self.span_periods, self.span_values, self.span_denominators),
        ):
            if len(periods) != len(values) or len(np.unique(periods)) != len(periods):
                raise ValueError("each period has one value")
            if (self.kind == "proportion") != (denominators is not None):
                raise ValueError("proportions have denominators, and they alone")
            largest = LARGEST[self.kind]
            if any((np.abs(one) > largest).any() for one in (values, denominators) if one is not None):
                raise ValueError(f"a {self.kind} is at most {largest:g}, either way")
            if denominators is not None and not _are_shares(values, denominators):
                raise ValueError("a numerator lies between zero and its denominator")
        if len(self.baseline_periods) and self.baseline_periods.max() >= self.span_periods.min():
            raise ValueError("the baseline lies before the span")

    def last(self, periods: int) -> SpanQuestion:
        """Return the question for the span's last `periods` alone: the baseline stays, those between are left out."""
        order = np.argsort(self.span_periods)[-periods:]
        below = self.span_denominators
        return replace(
            self,
            span_periods=self.span_periods[order],
            span_values=self.span_values[order],
            span_denominators=None if below is None else below[order],
        )


def _are_shares(values: Floats, denominators: Floats) -> bool:
    # What stands over nought is a missing period, whatever was counted.
    known = ~(np.isnan(values) | np.isnan(denominators) | (denominators == 0))
    return bool(((values >= 0) & (values <= denominators))[known].all())


def ask(
    periods: ArrayLike,
    values: ArrayLike,
    *,
    end: int,
    per_year: int,
    kind: Kind,
    span: int | None = None,
    baseline: int | None = None,
    seasonal: Seasonal = "auto",
    denominators: ArrayLike | None = None,
    excluded: Collection[int] = (),
    since: int | None = None,
) -> SpanQuestion:
    """Return the question for the `span` periods up to `end` of a series, against the `baseline` periods before them.

    Both are stretches of the calendar: a period within them that is missing or excluded is not made up for by an older
    one, so a baseline of 28 quarters without a year has 24 values. Defaults: 3 months against 36, 1 quarter against 28.
    `since` is the first period of the rebase segment that the baseline must lie in. Excluded periods are missing, in
    the span too: what people have declared not to be comparable cannot be judged. Order does not matter, and periods
    outside both stretches are not used.
    """
    at = np.asarray(periods, dtype=np.int64)
    if len(np.unique(at)) != len(at):
        raise ValueError("each period has one value")
    given = np.asarray(values, dtype=np.float64)
    below = np.broadcast_to(1.0, at.shape) if denominators is None else np.asarray(denominators, dtype=np.float64)
    span = SPAN[per_year] if span is None else span
    start = end - span + 1
    first = start - (BASELINE[per_year] if baseline is None else baseline)
    first = first if since is None else max(first, since)
    left_out = np.isin(at, np.fromiter(excluded, dtype=np.int64, count=len(excluded)))
    before = np.flatnonzero((at >= first) & (at < start) & ~left_out)
    before = before[np.argsort(at[before])]
    asked = np.arange(start, end + 1)
    inside = np.flatnonzero((at >= start) & (at <= end) & ~left_out)
    span_values, span_below = np.full(span, np.nan), np.full(span, np.nan)
    span_values[at[inside] - start], span_below[at[inside] - start] = given[inside], below[inside]
    shares = denominators is not None
    return SpanQuestion(
        kind,
        per_year,
        seasonal,
        at[before],
        given[before],
        asked,
        span_values,
        below[before] if shares else None,
        span_below if shares else None,
    )
