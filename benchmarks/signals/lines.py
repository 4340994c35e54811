"""The lines: kinds of series that are simulated, each with what would be seen had it been raised by so many SDs.

An SD is that of one period's own noise. The lines and steps are those of the first table in docs/methods.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from scipy.special import ndtr, stdtrit
from scipy.stats import binom, nbinom, poisson

from flows.stats.arrays import Floats, Integers
from flows.stats.question import Kind

LEVEL, SD = 100.0, 10.0  # of plain values
SEASON_SD = 7.0  # where there is a season: as a Poisson count of 200 has it
# January to December: a summer plateau and a dip in December.
POLICE_YEAR = (-0.4, -0.5, 0.0, 0.2, 0.5, 0.6, 0.6, 0.6, 0.4, 0.2, -0.2, -1.0)
SURVEY_SHARE, SURVEY_SIZES = 0.7, (40, 120)
CALLS_SHARE, CALLS_SD, CALLS, CALLS_SIZE_SD = 0.9, 0.015, 8_000, 400

# What the bars ask of a line: its own limits of false flags, and that it is a season.
Family = Literal["stable", "season", "neighbours_0.3", "neighbours_0.5", "heavy", "moving"]


@dataclass(frozen=True, eq=False)
class Chance:
    """What series are made from. All arrays are (series, periods).

    `noise` and `other_noise` are standard normal, `sizes` uniform between 0 and 1, `periods` the numbers of the
    periods as the tests take them: the last ones are a quarter of the year, a quarter of the series each.
    """

    noise: Floats
    other_noise: Floats
    sizes: Floats
    periods: Integers
    per_year: int

    @property
    def direction(self) -> Floats:
        """Return 1 or -1 (series, 1): plain values step down as often as up."""
        up: Floats = np.where(np.arange(len(self.noise)) // 4 % 2 == 0, 1.0, -1.0)
        return up[:, None]


Make = Callable[[Chance, float], Floats]


@dataclass(frozen=True)
class Line:
    """A kind of series. `make` returns all values as if raised by so many SDs; `sizes` the denominators of shares.

    `cases` is the mean of a period's cases, of the rarer outcome for a share; None for plain values.
    """

    name: str
    kind: Kind
    family: Family
    make: Make
    sizes: Callable[[Chance], Floats] | None = None
    cases: float | None = None


def draw_chance(
    rng: np.random.Generator, count: int, periods: int, per_year: int, shared: Floats | None = None, alike: float = 0.0
) -> Chance:
    """Return the chance of `count` series; `shared` (count, periods) is noise that they share with others to `alike`.

    `alike` is the correlation of the noise with that of other series that have the same share.
    """
    noise = rng.standard_normal((count, periods))
    if shared is not None:
        noise = np.sqrt(alike) * shared + np.sqrt(1 - alike) * noise
    quarter = per_year // 4
    ends = quarter * (np.arange(count) % 4)[:, None]
    at = 100 * per_year + ends + np.arange(periods) - (periods - quarter)
    return Chance(noise, rng.standard_normal((count, periods)), rng.random((count, periods)), at, per_year)


def _values(chance: Chance, noise: Floats, raised: float, sd: float = SD) -> Floats:
    return LEVEL + sd * (noise + raised * chance.direction)


def _white(chance: Chance, raised: float) -> Floats:
    return _values(chance, chance.noise, raised)


def _neighbours(correlation: float, chance: Chance, raised: float) -> Floats:
    """Return values whose noise resembles the period before; its SD stays one."""
    noise = chance.noise.copy()
    for at in range(1, noise.shape[1]):
        noise[:, at] = correlation * noise[:, at - 1] + np.sqrt(1 - correlation**2) * chance.noise[:, at]
    return _values(chance, noise, raised)


def _season(share: float, year: tuple[float, ...] | None, chance: Chance, raised: float) -> Floats:
    """Return values with a season: a wave of `share` of the level up and down that peaks anywhere in the year.

    Or the months of `year`, which then lie as far apart, from the lowest to the highest, as those of the wave. A
    quarter is the mean of its months.
    """
    length = 12 // chance.per_year
    months = (chance.periods[:, :, None] * length + np.arange(length)) % 12
    if year is None:
        peak = 12 * chance.sizes[:, :1, None]
        shape = np.cos(2 * np.pi / 12 * (months - peak))
    else:
        shape = ((np.array(year) - np.mean(year)) * 2 / np.ptp(year))[months]
    season: Floats = LEVEL * share * shape.mean(axis=2)
    return _values(chance, chance.noise, raised, SEASON_SD) + season


def _drift(share_a_quarter: float, chance: Chance, raised: float) -> Floats:
    """Return values that climb steadily by a share of the level."""
    climbed = np.arange(chance.noise.shape[1]) * share_a_quarter * 4 / chance.per_year
    return _values(chance, chance.noise, raised) + LEVEL * climbed


def _wandering(step: float, chance: Chance, raised: float) -> Floats:
    """Return values whose level takes a random step each period."""
    return _values(chance, chance.noise + step * np.cumsum(chance.other_noise, axis=1), raised)


def _heavy(chance: Chance, raised: float) -> Floats:
    """Return t noise with four degrees of freedom, scaled to SD one."""
    return _values(chance, stdtrit(4, ndtr(chance.noise)) / np.sqrt(2), raised)


def _counts(mean: float, size: float | None, chance: Chance, raised: float) -> Floats:
    """Return Poisson counts, or with a `size` negative binomial ones of variance mean + mean^2 / size.

    A step draws them anew at the raised mean, at the same point of the distribution.
    """
    sd = np.sqrt(mean if size is None else mean + mean**2 / size)
    higher = mean + raised * sd
    law = poisson(higher) if size is None else nbinom(size, size / (size + higher))
    return _at_chance(law, ndtr(chance.noise), int(law.ppf(1 - 1e-12)))


def _at_chance(law: Any, chances: Floats, most: int) -> Floats:
    """Return the quantiles of a law of whole numbers up to `most`."""
    return np.searchsorted(law.cdf(np.arange(most)), chances).astype(np.float64)


def _survey_sizes(chance: Chance) -> Floats:
    least, most = SURVEY_SIZES
    return least + np.floor(chance.sizes * (most - least + 1))


def _survey(chance: Chance, raised: float) -> Floats:
    """Return how many of so many asked said yes."""
    sizes, chances = _survey_sizes(chance), ndtr(chance.noise)
    inverse = (1 / np.arange(SURVEY_SIZES[0], SURVEY_SIZES[1] + 1)).mean()
    share = SURVEY_SHARE + raised * np.sqrt(SURVEY_SHARE * (1 - SURVEY_SHARE) * inverse)
    found = np.empty(sizes.shape)
    for size in np.unique(sizes):
        at = sizes == size
        found[at] = _at_chance(binom(int(size), share), chances[at], int(size))
    return found


def _calls_sizes(chance: Chance) -> Floats:
    return np.round(CALLS + CALLS_SIZE_SD * chance.other_noise)


def _calls(chance: Chance, raised: float) -> Floats:
    """Return how many of some 8,000 calls were answered in time: the share varies more than chance alone would."""
    sizes = _calls_sizes(chance)
    # The binomial part of so many is as good as normal.
    sd = np.sqrt(CALLS_SD**2 + CALLS_SHARE * (1 - CALLS_SHARE) / sizes)
    return np.clip(np.round(sizes * (CALLS_SHARE + sd * (chance.noise + raised))), 0, sizes)


LINES = (
    Line("white noise", "value", "stable", _white),
    Line("AR 0.3", "value", "neighbours_0.3", partial(_neighbours, 0.3)),
    Line("AR 0.5", "value", "neighbours_0.5", partial(_neighbours, 0.5)),
    Line("season 20 %", "value", "season", partial(_season, 0.2, None)),
    Line("season 40 %", "value", "season", partial(_season, 0.4, None)),
    Line("police-shaped season 20 %", "value", "season", partial(_season, 0.2, POLICE_YEAR)),
    Line("police-shaped season 40 %", "value", "season", partial(_season, 0.4, POLICE_YEAR)),
    Line("counts 4, over-dispersed", "count", "stable", partial(_counts, 4, 4), cases=4),
    Line("counts 20, over-dispersed", "count", "stable", partial(_counts, 20, 20), cases=20),
    Line("counts 200, over-dispersed", "count", "stable", partial(_counts, 200, 200), cases=200),
    Line("Poisson 1", "count", "stable", partial(_counts, 1, None), cases=1),
    Line("Poisson 4", "count", "stable", partial(_counts, 4, None), cases=4),
    Line("survey 70 %, n 40-120", "proportion", "stable", _survey, _survey_sizes, cases=80 * (1 - SURVEY_SHARE)),
    Line("999 calls 90 %, n 8,000", "proportion", "stable", _calls, _calls_sizes, cases=CALLS * (1 - CALLS_SHARE)),
    Line("heavy tails (t4)", "value", "heavy", _heavy),
    Line("drift 1 % a quarter", "value", "moving", partial(_drift, 0.01)),
    Line("wandering level 0.1 SD", "value", "moving", partial(_wandering, 0.1)),
    Line("wandering level 0.3 SD", "value", "moving", partial(_wandering, 0.3)),
)
