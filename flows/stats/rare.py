"""The exact test for small numbers: is a span's total outside what the baseline's total leads us to expect?

Given the sum of both totals, each case of a Poisson count that has not changed falls into the span with a chance equal
to the span's share of the exposure: a binomial (Przyborowski and Wilenski 1940), judged by its mid-p, as an exact tail
is slower than it need be. Counts that vary more than Poisson ones are divided by their dispersion, the binomial tail
being an incomplete beta function that takes fractions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from flows.stats.arrays import Floats

DOUBLINGS, HALVINGS = 100, 50  # of the search for an interval's end, which is then known to 15 digits


@dataclass(frozen=True, eq=False)
class Totals:
    """What the exact test needs of each series, as arrays (series,).

    `before` and `after` are the totals of baseline and span, `exposure_before` and `exposure_after` what they were
    counted over (periods, or denominators), `dispersion` is variance over mean of the baseline, at least one.

    A published count below zero corrects an earlier one. It counts towards its total as it stands; a total below zero
    is taken as zero.
    """

    before: Floats
    after: Floats
    exposure_before: Floats
    exposure_after: Floats
    dispersion: Floats


@dataclass(frozen=True, eq=False)
class Rare:
    """The test's answer as arrays (series,): p, and the totals of the span between which p is at least 0.02 or 0.01."""

    p: Floats
    low98: Floats
    high98: Floats
    low99: Floats
    high99: Floats


def dispersion(values: Floats) -> float:
    """Return variance (n - 1) over mean, at least one; one where the mean is not above zero."""
    mean = float(values.mean())
    return max(1.0, float(values.var(ddof=1)) / mean) if mean > 0 else 1.0


def rare_test(totals: Totals) -> Rare:
    """Return p and intervals of each series.

    Both totals zero gives p = 1. An interval's ends are the totals, fractions among them, at which p is exactly 0.02 or
    0.01; its lower end is zero where a span without any case would not be unusual.
    """
    before, after = np.maximum(totals.before, 0.0), np.maximum(totals.after, 0.0)
    share = totals.exposure_after / (totals.exposure_before + totals.exposure_after)
    p = _two_sided(_upper(after, before, share, totals.dispersion))
    p = np.where(before + after == 0, 1.0, p)
    given = (before, share, totals.dispersion)
    tails = {"low98": 0.99, "high98": 0.01, "low99": 0.995, "high99": 0.005}
    return Rare(p, **{name: _total_at(tail, *given) for name, tail in tails.items()})


def _two_sided(upper: Floats) -> Floats:
    p: Floats = np.minimum(1.0, 2 * np.minimum(upper, 1 - upper))
    return p


def _upper(after: Floats, before: Floats, share: Floats, spread: Floats) -> Floats:
    """Return the mid-p of the upper tail: half of G(after) + G(after + 1); it falls as `after` grows."""
    both = before + after
    return (_at_least(after, both, share, spread) + _at_least(after + 1, both, share, spread)) / 2


def _at_least(t: Floats, both: Floats, share: Floats, spread: Floats) -> Floats:
    """Return G(t): the chance that at least `t` of `both` cases fall into the span."""
    inside = (t > 0) & (t <= both)
    some = np.where(inside, t, 1.0) / spread
    rest = np.where(inside, both - t, 0.0) / spread + 1
    return np.where(inside, betainc(some, rest, share), np.where(t <= 0, 1.0, 0.0))


def _total_at(tail: float, before: Floats, share: Floats, spread: Floats) -> Floats:
    """Return the span's total at which the upper tail has fallen to `tail`; zero if it is there from the start."""
    found = np.zeros(before.shape)
    later = np.flatnonzero(_upper(found, before, share, spread) > tail)
    given = (before[later], share[later], spread[later])
    low, high = np.zeros(later.shape), np.ones(later.shape)
    for _ in range(DOUBLINGS):
        above = _upper(high, *given) > tail
        if not above.any():
            break
        low, high = np.where(above, high, low), np.where(above, 2 * high, high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = _upper(middle, *given) > tail
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    found[later] = (low + high) / 2
    return found
