"""The exact test for small numbers, held against binomial tails that are counted out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc

from flows.stats.change import SpanResult, examine_spans
from flows.stats.question import ask
from flows.stats.rare import Totals, dispersion, rare_test


def binomial_p(before: int, after: int, share: float) -> float:
    """Return the two-sided mid-p of `after` out of both, each case falling into the span with the chance `share`."""
    both = before + after

    def at_least(number: int) -> float:
        return sum(math.comb(both, t) * share**t * (1 - share) ** (both - t) for t in range(number, both + 1))

    middle = (at_least(after) + at_least(after + 1)) / 2
    return min(1.0, 2 * min(middle, 1 - middle))


def totals(before: float, after: float, ex_before: float, ex_after: float, spread: float = 1.0) -> Totals:
    return Totals(*(np.array([float(one)]) for one in (before, after, ex_before, ex_after, spread)))


def months(baseline: list[float], span: list[float]) -> SpanResult:
    return examine_spans(
        [ask(range(len(baseline) + 3), [*baseline, *span], end=len(baseline) + 2, per_year=12, kind="count")]
    )[0]


@pytest.mark.parametrize(("periods", "span"), [(36, 3), (24, 3), (60, 12), (28, 1), (12, 4)])
def test_p_is_that_of_the_binomial_counted_out(periods: int, span: int) -> None:
    share = span / (periods + span)
    for before in range(0, 30, 3):
        for after in range(14):
            p = rare_test(totals(before, after, periods, span)).p[0]
            assert p == pytest.approx(binomial_p(before, after, share), rel=1e-9, abs=1e-14), (before, after)


def test_months_of_single_cases_give_that_p() -> None:
    baseline = [1.0, 0, 2, 0, 1, 1] * 6
    result = months(baseline, [3, 2, 4])
    assert dispersion(np.array(baseline)) == 1.0  # varies less than a Poisson count: no correction
    assert (result.status, result.model, result.n) == ("rare", "exact", 36)
    assert result.p == pytest.approx(binomial_p(30, 9, 3 / 39), rel=1e-9)
    assert (result.observed, result.expected) == (3.0, pytest.approx(30 / 36))
    assert (result.k, result.nu, result.weights, result.weight_independent, result.weight_wandering) == (None,) * 5


def test_counts_that_vary_more_are_divided_by_their_dispersion() -> None:
    baseline = [0.0, 0, 6, 0, 0, 0] * 6
    spread = float(np.var(baseline, ddof=1) / np.mean(baseline))
    result = months(baseline, [6, 0, 2])
    before, after, share = 36, 8, 3 / 39

    def at_least(t: float) -> float:
        return float(betainc(t / spread, (before + after - t) / spread + 1, share))

    middle = (at_least(after) + at_least(after + 1)) / 2
    assert spread > 5
    assert result.p == pytest.approx(2 * min(middle, 1 - middle), rel=1e-12)


def test_nothing_before_and_nothing_now_is_as_usual() -> None:
    result = months([0.0] * 36, [0, 0, 0])
    assert (result.status, result.p, result.observed, result.expected, result.low98) == ("rare", 1.0, 0.0, 0.0, 0.0)
    assert result.high98 == pytest.approx(math.log(0.02) / math.log(3 / 39) / 3)  # share^T = 0.02


def test_one_case_after_none_in_three_years_is_no_signal_but_four_are() -> None:
    once, more = months([0.0] * 36, [0, 0, 1]), months([0.0] * 36, [1, 1, 2])
    assert once.p == pytest.approx(3 / 39)  # half of what falls on one, twice
    assert more.p is not None and more.p < 0.001


@given(st.integers(0, 60), st.integers(0, 40), st.floats(1, 8), st.floats(0.01, 0.6))
def test_at_an_interval_s_ends_p_is_what_they_say(before: int, after: int, spread: float, share: float) -> None:
    answer = rare_test(totals(before, after, 1 - share, share, spread))
    p = answer.p[0]
    for low, high, level in ((answer.low98, answer.high98, 0.02), (answer.low99, answer.high99, 0.01)):
        assert 0 <= low[0] < high[0]
        assert rare_test(totals(before, high[0], 1 - share, share, spread)).p[0] == pytest.approx(level, rel=1e-6)
        at_low = rare_test(totals(before, low[0], 1 - share, share, spread)).p[0]
        assert at_low == pytest.approx(level, rel=1e-6) if low[0] > 0 else at_low >= level
        if abs(p - level) > 1e-9:
            assert (p < level) == (not low[0] <= after <= high[0])
    assert answer.low99[0] <= answer.low98[0] and answer.high98[0] < answer.high99[0]


@given(st.integers(0, 50), st.integers(0, 30), st.floats(1, 10))
def test_p_lies_between_nothing_and_one(before: int, after: int, spread: float) -> None:
    p = rare_test(totals(before, after, 36, 3, spread)).p[0]
    assert 0 <= p <= 1


def test_rare_is_fewer_than_five_expected_in_the_span() -> None:
    assert months([2.0, 1] * 18, [1, 1, 1]).status == "rare"  # 4.5
    assert months([2.0, 1, 2, 1, 3, 2, 1, 2, 1] * 4, [1, 1, 1]).status == "tested"  # 5.0 to the last digit
    year = ask(range(48), [1.0, 0, 1, 0, 0] * 9 + [1, 0, 0], end=47, per_year=12, kind="count", span=12)
    assert examine_spans([year])[0].status == "tested"  # some 5 in a year


def test_values_are_never_rare() -> None:
    minutes = np.random.default_rng(2).normal(1.2, 0.2, 39)
    (result,) = examine_spans([ask(range(39), minutes, end=38, per_year=12, kind="value")])
    assert result.status == "tested"


def test_of_a_proportion_the_rarer_outcome_is_tested() -> None:
    below = np.full(39, 40.0)
    few = np.array([1.0, 0, 1] * 12 + [3, 4, 2])
    asked = [ask(range(39), x, end=38, per_year=12, kind="proportion", denominators=below) for x in (few, below - few)]
    one, other = examine_spans(asked)
    assert (one.status, other.status) == ("rare", "rare")
    assert one.p == pytest.approx(binomial_p(24, 9, 3 / 39), rel=1e-9)
    assert other.p == one.p
    assert (one.observed, one.expected) == (9 / 120, pytest.approx(24 / 1440))
    for name, mirror in (("observed", "observed"), ("expected", "expected"), ("low98", "high98"), ("high99", "low99")):
        assert getattr(other, name) == pytest.approx(1 - getattr(one, mirror), rel=1e-12)


def test_a_proportion_s_exposure_is_its_denominators() -> None:
    below = np.array([100.0] * 36 + [10, 20, 30])
    few = np.array([1.0, 0] * 18 + [1, 0, 2])
    (result,) = examine_spans([ask(range(39), few, end=38, per_year=12, kind="proportion", denominators=below)])
    assert result.p == pytest.approx(binomial_p(18, 3, 60 / 3660), rel=1e-9)


def test_all_of_all_is_rare_and_as_usual() -> None:
    below = np.full(39, 25.0)
    (result,) = examine_spans([ask(range(39), below, end=38, per_year=12, kind="proportion", denominators=below)])
    assert (result.status, result.p, result.observed, result.expected, result.high98) == ("rare", 1.0, 1.0, 1.0, 1.0)


def test_a_correction_below_zero_counts_towards_its_total() -> None:
    assert months([1.0, 0, 1, -1] * 9, [1, 0, 0]).expected == pytest.approx(9 / 36)
    assert months([0.0, -1] * 18, [-1, 0, 0]).p == 1.0
    below = months([1.0, 0] * 18, [0, -1, 0])
    none = months([1.0, 0] * 18, [0, 0, 0])
    assert below.p == none.p
