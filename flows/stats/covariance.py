"""How neighbouring periods may resemble each other: the covariances that a forecast is averaged over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from flows.stats.arrays import Floats, Integers

# Prior weights, chosen by simulation (docs/methods.md); they add up to one, and a kind's is shared out equally.
PRIORS = {"independent": 0.40, "neighbours": 0.35, "wandering": 0.25}
NEIGHBOURS = (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
WANDERING = {12: (0.003, 0.01, 0.03, 0.1, 0.3), 4: (0.03, 0.1, 0.3, 1.0)}


@dataclass(frozen=True)
class Covariance:
    """One covariance: its kind, its parameter and its prior weight.

    Independent: each period for itself. Neighbours: correlation rho^|s - t|. Wandering: a level that takes a random
    step each period, of variance g times that of a period's own noise.
    """

    kind: Literal["independent", "neighbours", "wandering"]
    parameter: float
    prior: float

    def matrix(self, periods: Integers) -> Floats:
        """Return the matrices (patterns, periods, periods), up to a factor, over `periods` (patterns, periods).

        A period that is not there leaves its place empty: periods on both sides of a gap are as far apart as they are
        in the calendar. A level wanders from the first period that is there.
        """
        one, other = periods[:, :, None], periods[:, None, :]
        if self.kind == "neighbours":
            resembling: Floats = np.power(self.parameter, np.abs(one - other).astype(float))
            return resembling
        own: Floats = np.broadcast_to(np.eye(periods.shape[1]), (len(periods), periods.shape[1], periods.shape[1]))
        if self.kind == "independent":
            return own
        steps = np.minimum(one, other) - periods.min(axis=1)[:, None, None] + 1
        wandering: Floats = own + self.parameter * steps
        return wandering


def covariances(per_year: int) -> tuple[Covariance, ...]:
    """Return the covariances that a forecast is averaged over, the independent one first; priors add up to one."""
    steps = WANDERING[per_year]
    return (
        Covariance("independent", 0.0, PRIORS["independent"]),
        *(Covariance("neighbours", rho, PRIORS["neighbours"] / len(NEIGHBOURS)) for rho in NEIGHBOURS),
        *(Covariance("wandering", g, PRIORS["wandering"] / len(steps)) for g in steps),
    )
