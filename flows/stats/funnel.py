"""Funnels: how far a unit may lie from the centre line by chance, given its size, and whether it lies farther.

Sources: D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005)
1185-1202, and "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14 (2005)
347-351; NHS England's SHMI specification for leaving out the first and last tenth; Wilson 1927 for the score limits.

Arrays hold one entry a unit; counts and denominators are finite and not negative. Nothing returned is NaN: a unit
without a denominator has z = 0, no weight, and limits that hold everything. An upper limit may be infinite: where far
less than one event is expected, or units differ beyond all measure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaincc, gammaincinv, ndtri

Array = NDArray[np.float64]

# The rounded normal quantiles that published funnels use; the unrounded ones would differ in the ninth digit.
Z_95, Z_998 = 1.959964, 3.090232
# In the order of Limits: z of each limit, and the probability below it.
PROBABILITY = {-Z_95: 0.025, Z_95: 0.975, -Z_998: 0.001, Z_998: 0.999}
# The share of units at each end whose z is pulled in before dispersion is estimated (Spiegelhalter: 10 %).
TAIL = 0.1
# Nearer to a limit than this, relative to the value, is on it, as everywhere in docs/methods.md.
TOLERANCE = 1e-9


class Limits(NamedTuple):
    """Limits of each unit on the scale of its value: 95 %, and the 99.8 % on which verdicts rest."""

    lower_95: Array
    upper_95: Array
    lower_998: Array
    upper_998: Array


class Dispersion(NamedTuple):
    """How much more units vary than by chance: `phi`, their mean square z; `tau2`, the variance between them."""

    phi: float
    tau2: float


def proportion_z(numerator: Array, denominator: Array, centre: float) -> Array:
    """Return z on the arcsine scale: (asin sqrt(r/n) - asin sqrt(centre)) x 2 sqrt(n)."""
    share = np.clip(_divided(numerator, denominator, centre), 0, 1)
    return np.asarray((np.arcsin(np.sqrt(share)) - np.arcsin(np.sqrt(centre))) * 2 * np.sqrt(denominator))


def ratio_z(observed: Array, expected: Array) -> Array:
    """Return z on the log scale: sqrt(E) ln(O/E).

    A count of nought has no logarithm; it is taken as a half, or as E where that is less.
    """
    ratio = _divided(np.where(observed > 0, observed, np.minimum(0.5, expected)), expected, 1.0)
    return np.asarray(np.sqrt(expected) * np.log(ratio))


def dispersion(z: Array, weight: Array, outliers: Literal["winsorise", "truncate"] = "winsorise") -> Dispersion:
    """Return phi and tau2 of z-scores whose weights are 1/s^2 (proportions: 4n; ratios: E).

    `winsorise` pulls z beyond the 10th and 90th percentile (type 7) in to them. `truncate` ranks the units into tenths
    and leaves the first and the last out, as SHMI does.
    tau2 = max(0, (I phi - (I - 1)) / (sum w - sum w^2 / sum w)).
    """
    z, weight = z[weight > 0], weight[weight > 0]
    if not len(z):
        return Dispersion(0.0, 0.0)
    if outliers == "winsorise":
        low, high = np.quantile(z, [TAIL, 1 - TAIL])
        z = np.clip(z, low, high)
    else:
        tenth = np.floor(_ranks(z) * 10 / (len(z) + 1))
        kept = (tenth > 0) & (tenth < 9)
        z, weight = z[kept], weight[kept]
    units, phi = len(z), float(np.mean(z**2))
    spread = float(np.sum(weight) - np.sum(weight**2) / np.sum(weight))
    excess = units * phi - (units - 1)
    return Dispersion(phi, excess / spread if excess > 0 and spread > 0 else 0.0)


def arcsine_limits(centre: float, denominator: Array, tau2: float = 0.0) -> Limits:
    """Return a proportion's limits: sin^2(asin sqrt(centre) +- z sqrt(1/(4n) + tau2)), kept within 0 and 1."""
    error = np.sqrt(_divided(0.25, denominator, np.inf) + tau2)
    middle = np.arcsin(np.sqrt(centre))
    # Beyond the ends of the scale the sine would come back: a limit would narrow as the unit shrinks.
    return _limits(lambda z: np.sin(np.clip(middle + z * error, 0, np.pi / 2)) ** 2)


def wilson_limits(centre: float, denominator: Array) -> Limits:
    """Return a proportion's limits by the score test: centre +- z sqrt(centre (1 - centre) / n), z unrounded.

    They are the shares whose Wilson interval ends at the centre: what PHE calls the inverted Wilson score and writes as
    the roots of a quadratic.
    """
    error = np.sqrt(_divided(centre * (1 - centre), denominator, np.inf))
    return _limits(lambda z: np.clip(centre + ndtri(PROBABILITY[z]) * error, 0, 1))


def binomial_limits(centre: float, denominator: Array) -> Limits:
    """Return a proportion's exact limits, interpolated between counts (Spiegelhalter 2005, appendix)."""

    def at_most(count: Array) -> Array:
        inside = betainc(np.maximum(denominator - count, 1), np.maximum(count, 0) + 1, 1 - centre)
        return np.where(count < 0, 0.0, np.where(count >= denominator, 1.0, inside))

    mean = centre * denominator
    return _limits(lambda z: _divided(_quantile(at_most, mean, mean * (1 - centre), z), denominator, float(z > 0)))


def log_limits(expected: Array, tau2: float = 0.0) -> Limits:
    """Return the limits of a ratio O/E on the log scale: exp(+-z sqrt(1/E + tau2))."""
    error = np.sqrt(_divided(1.0, expected, np.inf) + tau2)
    with np.errstate(over="ignore"):
        return _limits(lambda z: np.exp(z * error))


def chi_square_limits(expected: Array) -> Limits:
    """Return a ratio's limits by chi-squared quantiles, as published funnels of ratios draw them.

    Lower: the quantile with 2E degrees of freedom over 2E; upper: with 2(E + 1). This is the interval for a mean once E
    was counted, so its lower limit is too high for small E: at E = 5 a count of nought lies below it (docs/methods.md).
    """
    shape = np.where(expected > 0, expected, 1.0)
    return _limits(lambda z: _ratio(gammaincinv(expected + 1 if z > 0 else shape, PROBABILITY[z]), expected, z))


def poisson_limits(expected: Array) -> Limits:
    """Return the exact limits of a ratio O/E when O is Poisson, interpolated between counts (Spiegelhalter 2005)."""

    def at_most(count: Array) -> Array:
        return np.where(count < 0, 0.0, gammaincc(np.maximum(count, 0) + 1, expected))

    return _limits(lambda z: _ratio(_quantile(at_most, expected, expected, z), expected, z))


def rate_limits(centre: float, population: Array) -> Limits:
    """Return the exact Poisson limits of a rate in events a head; `centre` is the rate of all units together."""
    # Where nothing happened anywhere, nothing is what is expected of each.
    return Limits(*(centre * end if centre > 0 else np.zeros_like(end) for end in poisson_limits(centre * population)))


def widened(exact: Limits, centre: float, population: Array, tau2: float) -> Limits:
    """Return a rate's limits with the variance between units: the log limits, but never inside the exact ones.

    Extra variance cannot narrow a limit; the log scale alone would, for small counts, on the lower side.
    """
    if tau2 <= 0:
        return exact
    wider = (np.minimum, np.maximum) * 2
    adjusted = log_limits(centre * population, tau2)
    return Limits(*(wide(one, centre * two) for wide, one, two in zip(wider, exact, adjusted, strict=True)))


def verdicts(values: Array, lower: Array, upper: Array) -> list[str]:
    """Return `above`, `below` or `inside` for each unit; a value on a limit is inside."""
    slack = TOLERANCE * np.abs(values)
    chosen = np.select([values - upper > slack, lower - values > slack], ["above", "below"], "inside")
    return [str(one) for one in chosen]


COMPUTED = (
    "expected", "rate_per_1000", "centre_line_per_1000", "phi", "tau2",
    *(f"{end}_per_1000" for end in Limits._fields), *(f"poisson_{end}_per_1000" for end in Limits._fields), "verdict",
)  # fmt: skip


def flag_funnel(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of table `flag_funnel` from those of `flag_funnel_unit`, which come indicator by indicator.

    A row whose status is `compared` gains the rate, the limits with and without the variance between forces, phi, tau2
    and the verdict. Any other row bears on nothing and has None for each of them.
    """
    found: list[dict[str, Any]] = []
    for _, group in groupby(rows, key=lambda row: row["indicator"]):
        units = list(group)
        compared = iter(_compared([row for row in units if row["status"] == "compared"]))
        nothing = dict.fromkeys(COMPUTED)
        found += [{**row, **(next(compared) if row["status"] == "compared" else nothing)} for row in units]
    return found


def _compared(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what is computed for each force of one indicator's funnel."""
    if not rows:
        return []
    offences, people = (np.array([row[name] for row in rows], dtype=float) for name in ("numerator", "population"))
    # Corrections of earlier quarters can bring a rare category's sum below nought.
    centre = max(0.0, float(np.sum(offences) / np.sum(people)))
    expected, rate = centre * people, offences / people
    # Winsorised: a force whose people come from elsewhere, as the City of London's do, must not set everybody's limits.
    phi, tau2 = dispersion(ratio_z(offences, expected), expected)
    exact = rate_limits(centre, people)
    limits = widened(exact, centre, people, tau2)
    alike = [np.full_like(rate, one) for one in (1000 * centre, phi, tau2)]
    with np.errstate(over="ignore"):
        ends = [1000 * end for end in (*limits, *exact)]
    numbers = np.column_stack([expected, 1000 * rate, *alike, *ends]).tolist()
    said = verdicts(rate, limits.lower_998, limits.upper_998)
    return [dict(zip(COMPUTED, [*row, word], strict=True)) for row, word in zip(numbers, said, strict=True)]


def _limits(at: Callable[[float], Array]) -> Limits:
    """Return the four limits from a function of z."""
    return Limits(*(np.asarray(at(z)) for z in PROBABILITY))


def _divided(above: ArrayLike, below: Array, otherwise: float) -> Array:
    """Return above / below, and `otherwise` where below is nought."""
    with np.errstate(over="ignore"):
        return np.divide(above, below, out=np.full_like(below, otherwise), where=below > 0)


def _ratio(count: Array, expected: Array, z: float) -> Array:
    """Return a limit's count as a ratio to what is expected; where nothing is expected, any ratio is within limits."""
    return _divided(count, expected, np.inf if z > 0 else 0.0)


def _ranks(values: Array) -> Array:
    """Return ranks from 1; equal values share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[place])


def _quantile(at_most: Callable[[Array], Array], mean: Array, variance: Array, z: float) -> Array:
    """Return Spiegelhalter's interpolated quantile r - a; `at_most` gives P(R <= count).

    r is the smallest count with P(R <= r) >= p, and a = (P(R <= r) - p) / (P(R <= r) - P(R <= r - 1)). The search
    starts at the normal quantile, a few counts away, and goes on by ones. A limit keeps to its side of the mean, and
    above nought: r - a would not, where less than one event is expected. Where nothing varies the mean is the limit.
    """
    p = PROBABILITY[z]
    count = np.maximum(np.floor(mean + z * np.sqrt(variance)), 0)
    while True:
        step = np.where(at_most(count) < p, 1.0, np.where((count > 0) & (at_most(count - 1) >= p), -1.0, 0.0))
        if not step.any():
            break
        count = count + step
    reached = at_most(count)
    limit = count - (reached - p) / (reached - at_most(count - 1))
    limit = np.maximum(limit, mean) if z > 0 else np.clip(limit, 0, mean)
    return np.where(variance > 0, limit, mean)
