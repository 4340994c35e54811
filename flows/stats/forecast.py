"""The best linear forecast of a span's mean from its baseline, and the forecast's error.

A forecast is a weighted sum of the baseline's values. For each season model and covariance the weights are those of
generalised least squares and best linear unbiased prediction (Goldberger 1962); over covariances the forecasts are
averaged by their evidence, the level's and the coefficients' priors being flat and the scale's 1/sigma; among season
models AICc chooses. The names are those of docs/methods.md: R, X, S, V, a, c, d, m, k, n, nu.

Series with as many periods are worked out together. A pattern is one set of periods; weights depend on it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.stats.arrays import Floats, Integers
from flows.stats.covariance import Covariance, covariances
from flows.stats.season import LEVEL, SeasonModel, design

SEASON_GAIN = 4.0  # a season is taken only if its AICc is lower than the level's by more than this
TIE = 1e-9  # AICc values this near are the same: of two models that fit alike, the simpler is taken
CONSTANT = 1e-12  # a baseline whose sum of squares about the model is at most this share of its own did not vary
LEAST_SQUARES = 1e-30  # keeps logarithms finite where a model fits exactly; values are scaled to lie near one


@dataclass(frozen=True, eq=False)
class Forecast:
    """Forecasts of the span's mean; arrays are (patterns, series), `weights` (patterns, series, n).

    `error` is the standard error of observed minus expected. `weight_independent` and `weight_wandering` are the shares
    of those covariances in the average. `varied` is false where the chosen model fits the baseline without error, so
    that there is nothing to judge by. `weights` times the baseline's values add up to `expected`.
    """

    model: NDArray[np.str_]
    k: Integers
    expected: Floats
    error: Floats
    weight_independent: Floats
    weight_wandering: Floats
    varied: NDArray[np.bool_]
    weights: Floats


@dataclass(frozen=True, eq=False)
class _Solved:
    """What one covariance gives whatever the season: R^-1 times y, c and the designs; |R|; the span's own variance."""

    way: Covariance
    c: Floats  # (P, n): covariance of each baseline period with the span's mean
    inverse_y: Floats  # (P, n, series)
    inverse_c: Floats  # (P, n)
    inverse_x: list[Floats]  # (P, n, k), one a season model
    log_determinant: Floats  # (P,)
    span_variance: Floats  # (P,)


@dataclass(frozen=True, eq=False)
class _Fit:
    """One season model under one covariance: S (P, series), V (P,), weights a (P, n), log |X' R^-1 X| (P,)."""

    s: Floats
    v: Floats
    a: Floats
    log_information: Floats


def forecast(
    values: Floats, baseline: Integers, span: Integers, models: Sequence[SeasonModel], per_year: int, extra: Floats
) -> Forecast:
    """Return the forecasts of the span's mean for `values` (patterns, series, n).

    `baseline` (patterns, n) and `span` (patterns, q) are the periods; `models` at least one that every pattern can
    carry; `extra` (patterns, series) is added to every V: a span's own sampling error beyond the baseline's.
    Values are finite; they are scaled by a power of two, so neither large nor small ones lose digits.
    """
    exponent = np.frexp(np.abs(values).max(axis=2))[1]
    scaled = np.ldexp(values, -exponent[:, :, None])
    centre = scaled.mean(axis=2)
    y = np.swapaxes(scaled - centre[:, :, None], 1, 2)
    n = baseline.shape[1]
    periods = np.concatenate([baseline, span], axis=1)
    designs = [design(model, periods % per_year, n, per_year) for model in models]
    solved = [_solve(way, periods, n, y, designs) for way in covariances(per_year)]
    mixed = [
        _mix(solved, [_fit(one, x, n, y, at) for one in solved], model, y, extra, scaled)
        for at, (model, x) in enumerate(zip(models, designs, strict=True))
    ]
    best = _choose(mixed)
    weights = best.weights + (1 - best.weights.sum(axis=2, keepdims=True)) / n  # one in all but the last digits
    return Forecast(
        best.model,
        best.k,
        np.ldexp(best.expected + centre, exponent),
        np.ldexp(best.error, exponent),
        best.weight_independent,
        best.weight_wandering,
        best.varied,
        weights,
    )


def _solve(way: Covariance, periods: Integers, n: int, y: Floats, designs: list[Floats]) -> _Solved:
    matrix = way.matrix(periods)
    block = matrix[:, :n, :n]
    c = matrix[:, :n, n:].mean(axis=2)
    right = np.concatenate([*(x[:, :n] for x in designs), c[:, :, None], y], axis=2)
    inverse = np.linalg.solve(block, right)
    ends = np.cumsum([x.shape[2] for x in designs])
    diagonal = np.diagonal(np.linalg.cholesky(block), axis1=1, axis2=2)
    return _Solved(
        way,
        c,
        inverse_y=inverse[:, :, ends[-1] + 1 :],
        inverse_c=inverse[:, :, ends[-1]],
        inverse_x=np.split(inverse[:, :, : ends[-1]], ends[:-1], axis=2),
        log_determinant=2 * np.log(diagonal).sum(axis=1),
        span_variance=matrix[:, n:, n:].mean(axis=(1, 2)),
    )


def _fit(one: _Solved, x: Floats, n: int, y: Floats, at: int) -> _Fit:
    """Return the fit of season model number `at` with design `x` (P, n + q, k)."""
    inverse_x = one.inverse_x[at]
    across = np.swapaxes(inverse_x, 1, 2)
    information = across @ x[:, :n]
    coefficients = np.linalg.solve(information, across @ y)
    # y' Q y as residuals times R^-1 residuals: an error in the coefficients enters squared.
    s = ((y - x[:, :n] @ coefficients) * (one.inverse_y - inverse_x @ coefficients)).sum(axis=1)
    d = x[:, n:].mean(axis=1) - (across @ one.c[:, :, None])[:, :, 0]
    g = np.linalg.solve(information, d[:, :, None])
    a = one.inverse_c + (inverse_x @ g)[:, :, 0]
    v = one.span_variance - (one.c * one.inverse_c).sum(axis=1) + (d * g[:, :, 0]).sum(axis=1)
    return _Fit(np.maximum(s, LEAST_SQUARES), v, a, np.linalg.slogdet(information)[1])


@dataclass(frozen=True, eq=False)
class _Mixture(Forecast):
    """One season model, averaged over covariances, on the scale of the centred values; `score` is AICc to compare."""

    score: Floats


def _mix(
    solved: list[_Solved], fits: list[_Fit], model: SeasonModel, y: Floats, extra: Floats, values: Floats
) -> _Mixture:
    n, k = y.shape[1], model.k
    nu = n - k
    s = np.stack([one.s for one in fits])  # (covariances, P, series)
    a = np.stack([one.a for one in fits])  # (covariances, P, n)
    prior = np.log([one.way.prior for one in solved])[:, None]
    evidence = (prior - np.stack([one.log_determinant for one in solved]) / 2)[:, :, None]
    information = np.stack([one.log_information for one in fits])[:, :, None]
    w = _shares(evidence - information / 2 - nu / 2 * np.log(s))
    each = (a[:, :, None, :] @ y)[:, :, 0, :]
    expected = (w * each).sum(axis=0)
    v = np.stack([one.v for one in fits])[:, :, None] + extra
    error = np.sqrt((w * (v * s / nu + (each - expected) ** 2)).sum(axis=0))
    kk = k + 1  # the scale is a coefficient too
    aicc = -2 * _log_sum(evidence - n / 2 * np.log(s / n)) + 2 * kk + 2 * kk * (kk + 1) / (n - kk - 1)
    kinds = np.array([one.way.kind for one in solved])
    return _Mixture(
        score=aicc - (SEASON_GAIN if model.name == LEVEL else 0.0),
        model=np.full(expected.shape, model.name),
        k=np.full(expected.shape, k),
        expected=expected,
        error=error,
        weight_independent=w[kinds == "independent"].sum(axis=0),
        weight_wandering=w[kinds == "wandering"].sum(axis=0),
        varied=s[0] > np.maximum(CONSTANT * (values**2).sum(axis=2), LEAST_SQUARES),
        weights=np.einsum("jps,jpn->psn", w, a),
    )


def _choose(mixed: list[_Mixture]) -> _Mixture:
    """Return, for each series, the mixture of the lowest score; the earlier one where two are the same."""
    best = mixed[0]
    for other in mixed[1:]:
        better = other.score < best.score - TIE
        best = _Mixture(
            **{
                name: np.where(better[..., None] if name == "weights" else better, getattr(other, name), held)
                for name, held in vars(best).items()
            }
        )
    return best


def _log_sum(x: Floats) -> Floats:
    top = x.max(axis=0)
    total: Floats = top + np.log(np.exp(x - top).sum(axis=0))
    return total


def _shares(log_weights: Floats) -> Floats:
    shares: Floats = np.exp(log_weights - _log_sum(log_weights))
    return shares
