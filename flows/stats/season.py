"""Season models: how the usual value may differ between the months or quarters of a year.

A slot is a period's place in the calendar year: period % per_year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from flows.stats.arrays import Floats, Integers

Seasonal = Literal["auto", "yes", "no"]

LEVEL, SLOTS = "level", "slots"
# Annual harmonics by name. Two waves in four slots would leave nothing to tell them from slot effects.
WAVES = {LEVEL: 0, "harmonic_1": 1, "harmonic_2": 2}
WAVES_AT_MOST = {12: 2, 4: 1}
# A model must leave this many degrees of freedom: fewer, and its error is too uncertain to judge by.
DEGREES_AT_LEAST = 8


@dataclass(frozen=True)
class SeasonModel:
    """A season model and how many coefficients `k` it has over a certain baseline."""

    name: str
    k: int


def candidates(baseline: Integers, span: Integers, per_year: int, seasonal: Seasonal) -> tuple[SeasonModel, ...]:
    """Return the models that a baseline can carry, the simplest first; empty if there is none.

    `baseline` (n,) and `span` (q,) are the slots of the periods that are there. A season needs every slot of the span
    in the baseline, waves at least as many different slots as coefficients (else they cannot be told apart), and slot
    effects each slot that the baseline has at least twice; a slot that it has not, nor the span, gets no effect.
    `seasonal` no is the level alone, yes all but the level, auto all. Every model leaves n - k >= 8, so AICc's
    n - k - 2 is always above zero.
    """
    held, times = np.unique(baseline, return_counts=True)
    found = [] if seasonal == "yes" else [SeasonModel(LEVEL, 1)]
    if seasonal != "no" and np.isin(span, held).all():
        waves = [
            SeasonModel(name, 1 + 2 * count) for name, count in WAVES.items() if 1 <= count <= WAVES_AT_MOST[per_year]
        ]
        found += [one for one in waves if one.k <= len(held)]
        found += [SeasonModel(SLOTS, len(held))] if (times >= 2).all() and len(held) > 1 else []
    return tuple(one for one in found if len(baseline) - one.k >= DEGREES_AT_LEAST)


def design(model: SeasonModel, slots: Integers, n: int, per_year: int) -> Floats:
    """Return the design matrices (patterns, periods, k) of one model; `slots` is (patterns, periods).

    The first `n` periods are the baseline. A column is a coefficient: the level and the cosine and sine of each wave,
    or one for each slot that the baseline has.
    """
    if model.name == SLOTS:
        held = (slots[:, :n, None] == np.arange(per_year)).any(axis=1)
        column = np.take_along_axis(held.cumsum(axis=1) - 1, slots, axis=1)
        effects: Floats = np.eye(model.k)[column]
        return effects
    angle = 2 * np.pi / per_year * slots
    columns = [np.ones(slots.shape)]
    for wave in range(1, WAVES[model.name] + 1):
        columns += [np.cos(wave * angle), np.sin(wave * angle)]
    return np.stack(columns, axis=-1)
