"""The quarter test and the year test: is a span's average outside what the baseline leads us to expect?

Each question gets one status, the first of these that holds:

- `incomplete`: a period of the span is missing.
- `too_few`: the baseline has fewer than 24 months or 12 quarters.
- `rare`: of a count, fewer than five cases are expected in the span; of a proportion, fewer than five of the rarer
  outcome. The exact test, without a season. Plain values are never rare: they have no cases to count.
- `too_few` again: no season model that was allowed leaves eight degrees of freedom and has the span's slots.
- `did_not_vary`: the baseline is constant, or the season model chosen fits it without error: nothing to judge by.
- `tested`: the forecast's t test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from flows.stats.arrays import Floats, Integers
from flows.stats.forecast import forecast
from flows.stats.question import SpanQuestion
from flows.stats.rare import Rare, Totals, dispersion, rare_test
from flows.stats.season import SeasonModel, candidates

Status = Literal["tested", "rare", "incomplete", "too_few", "did_not_vary"]

BASELINE_AT_LEAST = {12: 24, 4: 12}
RARE_BELOW = 5.0  # cases expected in the span
SERIES_AT_ONCE, MATRIX_CELLS_AT_ONCE = 2_000, 1_000_000  # bound the memory of one step


@dataclass(frozen=True, eq=False)
class SpanResult:
    """The answer to one question; what does not apply is None.

    `observed`, `expected` and the intervals are on the series' own scale: means a period for counts and values, also in
    the exact test; a proportion's are pooled. The 98 % and 99 % intervals are where `observed` lies unless p < 0.02 or
    0.01; they are not clipped to what is possible. `expected` is also given where the baseline did not vary.
    `baseline_periods` (n,) are the periods that the baseline has; `weights` (n,) times their values add up to
    `expected`, None in the exact test. `nu` are the degrees of freedom, n - k.
    """

    status: Status
    span_start: int
    span_end: int
    n: int
    baseline_periods: Integers
    observed: float | None = None
    expected: float | None = None
    low98: float | None = None
    high98: float | None = None
    low99: float | None = None
    high99: float | None = None
    p: float | None = None
    model: str | None = None
    k: int | None = None
    nu: int | None = None
    weight_independent: float | None = None
    weight_wandering: float | None = None
    weights: Floats | None = None


def examine_spans(questions: Iterable[SpanQuestion]) -> list[SpanResult]:
    """Return the answer to each question, in order. Questions about the same periods are worked out together."""
    ready = [_Ready(one) for one in questions]
    results = [one.plain_result() for one in ready]
    rare = [at for at, one in enumerate(ready) if one.status == "rare"]
    for at, result in zip(rare, _rare_results([ready[at] for at in rare]), strict=True):
        results[at] = result
    for batch, models in _batches(ready):
        answers = _forecast_results([[ready[at] for at in group] for group in batch], models)
        for at, result in zip((at for group in batch for at in group), answers, strict=True):
            results[at] = result
    return results


class _Ready:
    """A question made ready: without missing periods, in order, with a first status (`tested` is still open)."""

    def __init__(self, question: SpanQuestion) -> None:
        self.question = question
        missing = np.isnan(question.baseline_values)
        if question.baseline_denominators is not None:
            missing |= ~(question.baseline_denominators > 0)
        order = np.argsort(question.baseline_periods)
        order = order[~missing[order]]
        self.periods = question.baseline_periods[order]
        self.span = np.sort(question.span_periods)
        self.x = question.baseline_values[order]
        shares = question.baseline_denominators
        self.below = None if shares is None else shares[order]
        self.y = self.x if self.below is None else self.x / self.below
        self.observed = _observed(question)
        self.status = self._status()

    def _status(self) -> Status:
        if self.observed is None:
            return "incomplete"
        if len(self.periods) < BASELINE_AT_LEAST[self.question.per_year]:
            return "too_few"
        # The mean times q, without a division that could miss a tie.
        if self.question.kind != "value" and self._cases().sum() * len(self.span) < RARE_BELOW * len(self.periods):
            return "rare"
        return "tested"

    @property
    def counts_complement(self) -> bool:
        """Whether the rarer outcome of a proportion is the one that is not counted; where they tie, it is not."""
        return self.below is not None and bool((self.below - self.x).sum() < self.x.sum())

    def _cases(self) -> Floats:
        return self.below - self.x if self.below is not None and self.counts_complement else self.x

    def totals(self) -> tuple[float, float, float, float, float]:
        """Return what rare.Totals holds of one series: of a count's cases, or of a proportion's rarer outcome's."""
        q, values, below = len(self.span), self.question.span_values, self.question.span_denominators
        cases, after = self._cases(), float(values.sum())
        if self.below is None or below is None:
            return float(cases.sum()), after, float(len(cases)), float(q), dispersion(cases)
        after = float((below - values).sum()) if self.counts_complement else after
        return float(cases.sum()), after, float(self.below.sum()), float(below.sum()), dispersion(cases)

    def sampling_excess(self) -> float:
        """Return what is added to V of a proportion: f of docs/methods.md, less one, a period of the span.

        f compares the variance of the span's pooled share with that of a mean of as many periods of the baseline.
        """
        below = self.question.span_denominators
        if self.below is None or below is None:
            return 0.0
        share = self.x.sum() / self.below.sum()
        binomial = share * (1 - share)
        usual = float((binomial / self.below).mean())
        more = max(0.0, float(self.y.var(ddof=1)) - usual)
        q, total = len(self.span), below.sum()
        here = more * ((below / total) ** 2).sum() + binomial / total
        return max(0.0, float(q * here / (more + usual)) - 1) / q

    def plain_result(self) -> SpanResult:
        """Return the result without any figure of a test."""
        return SpanResult(
            self.status, int(self.span[0]), int(self.span[-1]), len(self.periods), self.periods, self.observed
        )


def _observed(question: SpanQuestion) -> float | None:
    """Return the span's mean, or its pooled proportion; None if a period of it is missing."""
    values, below = question.span_values, question.span_denominators
    if np.isnan(values).any() or (below is not None and not (below > 0).all()):
        return None
    return float(values.mean() if below is None else values.sum() / below.sum())


def _rare_results(ready: Sequence[_Ready]) -> list[SpanResult]:
    if not ready:
        return []
    totals = Totals(*np.array([one.totals() for one in ready]).T)
    answers = rare_test(totals)
    expected = np.maximum(totals.before, 0.0) / totals.exposure_before
    return [_rare_result(one, answers, at, expected[at], totals.exposure_after[at]) for at, one in enumerate(ready)]


def _rare_result(one: _Ready, answers: Rare, at: int, expected: float, exposure: float) -> SpanResult:
    low98, high98, low99, high99 = (
        float(ends[at] / exposure) for ends in (answers.low98, answers.high98, answers.low99, answers.high99)
    )
    if one.counts_complement:
        expected, low98, high98, low99, high99 = 1 - expected, 1 - high98, 1 - low98, 1 - high99, 1 - low99
    return replace(
        one.plain_result(),
        expected=float(expected),
        low98=low98,
        high98=high98,
        low99=low99,
        high99=high99,
        p=float(answers.p[at]),
        model="exact",
    )


_Batch = list[list[int]]  # groups of as many questions each; those of a group have the same periods


def _batches(ready: Sequence[_Ready]) -> list[tuple[_Batch, tuple[SeasonModel, ...]]]:
    """Return the questions that are still open, in batches that are worked out together.

    Periods are the same if they are after a shift by whole years.
    """
    same: dict[tuple[int, str, bytes, bytes], list[int]] = defaultdict(list)
    for at, one in enumerate(ready):
        if one.status == "tested":
            per_year = one.question.per_year
            year = one.periods[0] - one.periods[0] % per_year
            key = (per_year, one.question.seasonal, (one.periods - year).tobytes(), (one.span - year).tobytes())
            same[key].append(at)
    alike: dict[tuple[int, tuple[SeasonModel, ...], int, int, int], _Batch] = defaultdict(list)
    for (per_year, _, _, _), members in same.items():
        one = ready[members[0]]
        models = candidates(one.periods % per_year, one.span % per_year, per_year, one.question.seasonal)
        for start in range(0, len(members), SERIES_AT_ONCE):
            group = members[start : start + SERIES_AT_ONCE]
            alike[per_year, models, len(one.periods), len(one.span), len(group)].append(group)
    batches = []
    for (_, models, n, q, _), groups in alike.items():
        size = max(1, MATRIX_CELLS_AT_ONCE // (n + q) ** 2)
        batches += [(groups[start : start + size], models) for start in range(0, len(groups), size)]
    return batches


def _forecast_results(groups: list[list[_Ready]], models: tuple[SeasonModel, ...]) -> list[SpanResult]:
    ready = [one for group in groups for one in group]
    if not models:
        return [replace(one.plain_result(), status="too_few") for one in ready]
    found = forecast(
        np.array([[one.y for one in group] for group in groups]),
        np.array([group[0].periods for group in groups]),
        np.array([group[0].span for group in groups]),
        models,
        ready[0].question.per_year,
        np.array([[one.sampling_excess() for one in group] for group in groups]),
    )
    k, expected, error = found.k.ravel(), found.expected.ravel(), found.error.ravel()
    nu = len(ready[0].periods) - k
    observed = np.array([one.observed for one in ready], dtype=np.float64)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        # Where the baseline did not vary the error is nothing; those get no p-value.
        p = np.minimum(1.0, 2 * stdtr(nu, -np.abs(observed - expected) / error))
    wide98, wide99 = stdtrit(nu, 0.99) * error, stdtrit(nu, 0.995) * error
    names, varied = found.model.ravel(), found.varied.ravel()
    independent, wandering = found.weight_independent.ravel(), found.weight_wandering.ravel()
    weights = found.weights.reshape(len(ready), -1)
    return [
        replace(
            one.plain_result(),
            expected=float(expected[at]),
            low98=float(expected[at] - wide98[at]),
            high98=float(expected[at] + wide98[at]),
            low99=float(expected[at] - wide99[at]),
            high99=float(expected[at] + wide99[at]),
            p=float(p[at]),
            model=str(names[at]),
            k=int(k[at]),
            nu=int(nu[at]),
            weight_independent=float(independent[at]),
            weight_wandering=float(wandering[at]),
            weights=weights[at],
        )
        if varied[at]
        else replace(one.plain_result(), status="did_not_vary", expected=float(expected[at]))
        for at, one in enumerate(ready)
    ]
