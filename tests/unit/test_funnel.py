"""Funnels by hand: limits counted out, dispersion on a slip of paper, and what must hold whatever the figures are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.stats.funnel import (
    COMPUTED,
    PROBABILITY,
    Array,
    Limits,
    arcsine_limits,
    binomial_limits,
    chi_square_limits,
    dispersion,
    flag_funnel,
    log_limits,
    poisson_limits,
    proportion_z,
    rate_limits,
    ratio_z,
    verdicts,
    widened,
    wilson_limits,
)

COUNTS = st.integers(0, 10_000)
SIZES = st.integers(1, 5_000_000)
FORCES = st.lists(st.tuples(COUNTS, SIZES), min_size=1, max_size=45)
SHARES = st.floats(0.001, 0.999)
RATIO_LIMITS = [poisson_limits, chi_square_limits, log_limits, lambda expected: log_limits(expected, 0.04)]
SHARE_LIMITS = [arcsine_limits, binomial_limits, wilson_limits, lambda centre, n: arcsine_limits(centre, n, 0.01)]


def array(*values: float) -> Array:
    return np.array(values, dtype=float)


def unit(force: str, offences: float | None, people: int | None, **more: Any) -> dict[str, Any]:
    """Return a row of flag_funnel_unit, of which flag_funnel needs these columns."""
    row = {"indicator": "theft", "force": force, "numerator": offences, "population": people, "status": "compared"}
    return {**row, **more}


def funnel(forces: list[tuple[int, int]]) -> list[dict[str, Any]]:
    return flag_funnel([unit(str(at), *force) for at, force in enumerate(forces)])


def without_nan(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert not any(math.isnan(row[name]) for name in COMPUTED if name != "verdict"), row
        assert row["verdict"] in ("inside", "above", "below")


# What is counted out --------------------------------------------------------------------------------------------------


def counted(chance: Callable[[int], float], p: float) -> float:
    """Return the interpolated quantile by adding up chances one by one."""
    below = 0.0
    for count in range(1000):
        reached = below + chance(count)
        if reached >= p:
            return max(0.0, count - (reached - p) / (reached - below))
        below = reached
    raise AssertionError("no count is likely enough")


@pytest.mark.parametrize("expected", [0.5, 1.0, 4.2, 10.0, 61.0])
def test_poisson_limits_are_those_counted_out(expected: float) -> None:
    def chance(count: int) -> float:
        return math.exp(-expected) * expected**count / math.factorial(count)

    limits = [counted(chance, p) / expected for p in PROBABILITY.values()]
    assert [float(end[0]) for end in poisson_limits(array(expected))] == pytest.approx(limits, rel=1e-9)


@pytest.mark.parametrize(("share", "whole"), [("1/2", 1), ("1/2", 10), ("1/10", 25), ("9/10", 40), ("1/3", 120)])
def test_binomial_limits_are_those_counted_out(share: str, whole: int) -> None:
    part = Fraction(share)

    def chance(count: int) -> float:
        return float(math.comb(whole, count) * part**count * (1 - part) ** (whole - count))

    limits = [counted(chance, p) / whole for p in PROBABILITY.values()]
    assert [float(end[0]) for end in binomial_limits(float(part), array(whole))] == pytest.approx(limits, rel=1e-9)


def test_limits_that_a_calculator_gives() -> None:
    # A quarter of 100: sqrt(0.25 x 0.75 / 100) = 0.0433. asin(0.5) = 30 degrees = 0.5236; 1 / (2 sqrt(100)) = 0.05.
    assert float(wilson_limits(0.25, array(100)).upper_95[0]) == pytest.approx(0.25 + 1.96 * 0.0433, abs=1e-4)
    assert float(arcsine_limits(0.25, array(100)).upper_95[0]) == pytest.approx(math.sin(0.5236 + 0.098) ** 2, abs=1e-4)
    # E = 100 and a spread of 20 per cent between units: sqrt(0.01 + 0.04) = 0.2236.
    limits = log_limits(array(100), 0.04)
    assert float(limits.upper_998[0]) == pytest.approx(math.exp(3.09 * 0.2236), abs=1e-3)
    assert float(limits.lower_998[0] * limits.upper_998[0]) == pytest.approx(1)
    # Chi-squared tables: 2 degrees of freedom, 2.5 %: 0.0506; 4 degrees, 97.5 %: 11.143.
    chi = chi_square_limits(array(1))
    assert (float(chi.lower_95[0]), float(chi.upper_95[0])) == pytest.approx((0.0506 / 2, 11.143 / 2), abs=1e-3)


def chance_outside(limits: Limits, expected: float) -> tuple[float, float]:
    """Return the chances that a Poisson count lies below and above its 99.8 % limits."""
    chances = [math.exp(count * math.log(expected) - expected - math.lgamma(count + 1)) for count in range(400)]
    low, high = float(limits.lower_998[0]) * expected, float(limits.upper_998[0]) * expected
    return sum(chances[: math.ceil(low)]), sum(chances[math.floor(high) + 1 :])


def test_chi_square_limits_are_too_high_below_for_small_counts_and_exact_ones_are_not() -> None:
    for expected in (1, 5, 10, 20, 50, 100):
        exact = chance_outside(poisson_limits(array(expected)), expected)
        assert exact[0] < 0.001 and exact[1] < 0.004, expected
    assert chance_outside(chi_square_limits(array(1)), 1)[0] == pytest.approx(0.368, abs=1e-3)
    assert chance_outside(chi_square_limits(array(5)), 5)[0] == pytest.approx(0.0067, abs=1e-4)
    assert chance_outside(chi_square_limits(array(20)), 20)[0] == pytest.approx(0.0021, abs=1e-4)


# Dispersion -----------------------------------------------------------------------------------------------------------


def test_z_by_hand() -> None:
    # asin(sqrt(1/2)) - asin(sqrt(1/4)) = 45 - 30 degrees = pi / 12; 2 sqrt(36) = 12.
    assert proportion_z(array(18), array(36), 0.25)[0] == pytest.approx(math.pi)
    assert ratio_z(array(50), array(25))[0] == pytest.approx(5 * math.log(2))
    # Nought has no logarithm: a half; but where less than a half is expected, nought tells nothing.
    assert ratio_z(array(0, 0, 0), array(4, 0.25, 0)).tolist() == pytest.approx([2 * math.log(0.5 / 4), 0, 0])


def test_winsorising_pulls_the_ends_in() -> None:
    # The 10th percentile of -3, -1, 1, 3 lies 0.3 of the way from the first to the second: -2.4.
    found = dispersion(array(-3, -1, 1, 3), array(4, 4, 4, 4))
    assert found.phi == pytest.approx((2 * 2.4**2 + 2) / 4)
    # I phi - (I - 1) = 13.52 - 3; sum w - sum w^2 / sum w = 16 - 64 / 16.
    assert found.tau2 == pytest.approx(10.52 / 12)


def test_truncating_leaves_the_first_and_last_tenth_out() -> None:
    z = array(-9, -1, -1, -1, -1, 1, 1, 1, 1, 50)
    # Eight are left, each of z^2 = 1: (8 - 7) / (8 - 8 / 8).
    assert dispersion(z, np.ones(10), outliers="truncate") == pytest.approx((1, 1 / 7))
    # Ranks of equals are shared: of 43, the four lowest and the four highest go.
    many = np.repeat(array(-20, 0, 2, 30), [4, 0, 35, 4])
    assert dispersion(many, np.ones(43), outliers="truncate").phi == pytest.approx(4)


def test_no_more_variation_than_chance_gives_no_variance_between_units() -> None:
    assert dispersion(array(-0.5, 0.2, 0.1, 0.4), array(9, 4, 1, 100)).tau2 == 0
    assert dispersion(array(0, 0, 0), array(1, 1, 1)) == (0, 0)


def test_a_unit_without_a_denominator_bears_on_nothing() -> None:
    whole = dispersion(array(-3, -1, 1, 3), array(4, 4, 4, 4))
    assert dispersion(array(-3, 0, -1, 1, 3), array(4, 0, 4, 4, 4)) == whole
    assert dispersion(array(0), array(0)) == (0, 0)
    assert dispersion(array(), array()) == (0, 0)


@pytest.mark.parametrize(("outliers", "low", "high"), [("winsorise", 0.010, 0.019), ("truncate", 0.025, 0.042)])
def test_how_many_forces_lie_outside_when_all_share_one_spread(outliers: Any, low: float, high: float) -> None:
    """The shares in docs/methods.md: pulling the ends in makes the 99.8 % limits those of about 98.5 %."""
    rng = np.random.default_rng(20230914)
    people = np.exp(rng.normal(14, 0.5, 43))
    outside = 0
    for _ in range(600):
        offences = rng.poisson(0.01 * people * np.exp(rng.normal(0, 0.2, 43))).astype(float)
        centre = offences.sum() / people.sum()
        tau2 = dispersion(ratio_z(offences, centre * people), centre * people, outliers).tau2
        limits = log_limits(centre * people, tau2)
        words = Counter(verdicts(offences / (centre * people), limits.lower_998, limits.upper_998))
        outside += words["above"] + words["below"]
    assert low < outside / (600 * 43) < high


# What must hold whatever the figures are ------------------------------------------------------------------------------


@given(FORCES, st.randoms(use_true_random=False))
def test_the_order_of_forces_changes_nothing(forces: list[tuple[int, int]], random: Any) -> None:
    order = list(range(len(forces)))
    random.shuffle(order)
    plain, shuffled = funnel(forces), funnel([forces[at] for at in order])
    for at, row in zip(order, shuffled, strict=True):
        assert row["verdict"] == plain[at]["verdict"]
        for name in COMPUTED[:-1]:
            assert row[name] == pytest.approx(plain[at][name], rel=1e-6, abs=1e-9), name


@given(FORCES)
def test_the_limits_stand_about_the_centre_line_in_order_and_are_never_nan(forces: list[tuple[int, int]]) -> None:
    rows = funnel(forces)
    without_nan(rows)
    order = ("lower_998", "poisson_lower_998", "centre_line", "poisson_upper_998", "upper_998")
    for row in rows:
        ends = [row[f"{name}_per_1000"] for name in order]
        assert all(a <= b * (1 + 1e-9) for a, b in pairwise(ends)), ends
        inside = ends[0] * (1 - 1e-9) <= row["rate_per_1000"] <= ends[-1] * (1 + 1e-9)
        assert (row["verdict"] == "inside") is inside


@given(FORCES, st.sampled_from([2, 4, 1024]))
def test_another_unit_of_population_changes_no_verdict(forces: list[tuple[int, int]], times: int) -> None:
    plain, scaled = funnel(forces), funnel([(count, size * times) for count, size in forces])
    for a, b in zip(plain, scaled, strict=True):
        assert (a["verdict"], a["phi"], a["tau2"]) == (b["verdict"], b["phi"], b["tau2"])
        assert b["upper_998_per_1000"] * times == pytest.approx(a["upper_998_per_1000"])


@given(st.lists(st.tuples(st.integers(1, 999), st.integers(1000, 9999)), min_size=1), st.integers(2, 50))
def test_as_many_times_the_evidence_is_its_root_times_the_z(parts: list[tuple[int, int]], times: int) -> None:
    count, whole = (np.array(column, dtype=float) for column in zip(*parts, strict=True))
    np.testing.assert_allclose(ratio_z(count * times, whole * times), ratio_z(count, whole) * math.sqrt(times))
    once, more = proportion_z(count, whole, 0.3), proportion_z(count * times, whole * times, 0.3)
    np.testing.assert_allclose(more, once * math.sqrt(times))


def assert_wider(small: Limits, large: Limits) -> None:
    for lower in ("lower_95", "lower_998"):
        assert (getattr(small, lower) <= getattr(large, lower) + 1e-12).all()
    for upper in ("upper_95", "upper_998"):
        assert (getattr(small, upper) >= getattr(large, upper) - 1e-12).all()


@given(st.floats(0.1, 1e6), st.sampled_from(RATIO_LIMITS))
def test_ratio_limits_widen_as_less_is_expected(expected: float, limits: Callable[[Array], Limits]) -> None:
    assert_wider(limits(array(expected)), limits(array(2 * expected)))


# Limits between counts are not smooth where hardly any count is possible: below one expected they are left out.
@given(SHARES, st.integers(1, 100_000), st.sampled_from(SHARE_LIMITS))
def test_share_limits_widen_as_units_shrink(centre: float, whole: int, limits: Callable[..., Limits]) -> None:
    small = limits(centre, array(whole))
    assert all(0 <= float(end[0]) <= 1 for end in small)
    if limits is not binomial_limits or whole * min(centre, 1 - centre) >= 1:
        assert_wider(small, limits(centre, array(4 * whole)))


# Degenerate figures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forces",
    [[(7, 1000)], [(0, 1000)], [(0, 1000), (0, 5)], [(5, 100)] * 43, [(0, 1)] * 42 + [(1, 1)], [(0, 9), (10**7, 10)]],
    ids=["one force", "one without offences", "none has any", "all alike", "one in all", "two worlds"],
)
def test_strange_funnels_have_limits_all_the_same(forces: list[tuple[int, int]]) -> None:
    rows = funnel(forces)
    without_nan(rows)
    if len({count / size for count, size in forces}) == 1:
        assert {row["verdict"] for row in rows} == {"inside"} and {row["tau2"] for row in rows} == {0}


def test_corrections_below_nought_give_no_nan() -> None:
    rows = funnel([(-3, 1000), (1, 1000)])
    without_nan(rows)
    assert rows[0]["centre_line_per_1000"] == 0 and rows[0]["rate_per_1000"] == -3


@pytest.mark.parametrize("limits", RATIO_LIMITS)
def test_where_nothing_is_expected_any_ratio_is_within_limits(limits: Callable[[Array], Limits]) -> None:
    with np.errstate(all="raise", under="ignore"):
        assert [float(end[0]) for end in limits(array(0))] == [0, math.inf, 0, math.inf]


@pytest.mark.parametrize("limits", SHARE_LIMITS)
@pytest.mark.parametrize("centre", [0.0, 0.4, 1.0])
def test_shares_of_nothing_and_centre_lines_at_the_ends(limits: Callable[..., Limits], centre: float) -> None:
    with np.errstate(all="raise", under="ignore"):
        found = limits(centre, array(0, 10))
    assert [float(end[0]) for end in found] == [0, 1, 0, 1]
    if centre in (0, 1) and limits in (binomial_limits, wilson_limits):
        assert [float(end[1]) for end in found] == [centre] * 4
    assert proportion_z(array(0), array(0), centre)[0] == 0


def test_a_value_on_a_limit_is_inside() -> None:
    # A third added up in another way differs in its last digit.
    third = 1 / 3 + 4e-16
    assert third > 1 / 3
    assert verdicts(array(third, 0.34, 0.33, 0), array(1 / 3, 0, 1 / 3, 0), array(1 / 3, 1 / 3, 1, 0)) == [
        "inside", "above", "below", "inside",
    ]  # fmt: skip


def test_the_variance_between_units_never_narrows_a_limit() -> None:
    people = array(2, 2000)
    exact = rate_limits(1.0, people)
    wide = widened(exact, 1.0, people, 1e-6)
    # At E = 2 the log scale alone would say that a count of nought is far below; its chance is 14 per cent.
    assert float(log_limits(people, 1e-6).lower_998[0]) > 0.1
    assert float(wide.lower_998[0]) == float(exact.lower_998[0]) == 0
    assert (wide.upper_998 >= exact.upper_998).all() and float(wide.upper_998[0]) > float(exact.upper_998[0])


def test_a_force_with_few_residents_and_many_visitors_does_not_set_the_limits() -> None:
    forces = [(12_000 + 50 * at, 1_000_000) for at in range(42)]
    without = funnel(forces)
    # Ten thousand residents, a hundred times their share of offences.
    beside = funnel([*forces, (13_000, 10_000)])
    assert beside[-1]["verdict"] == "above" and {row["verdict"] for row in beside[:-1]} == {"inside"}
    assert beside[0]["upper_998_per_1000"] == pytest.approx(without[0]["upper_998_per_1000"], rel=0.05)
    # Taken as it is, its z alone would more than double the spread.
    people = np.array([size for _, size in forces] + [10_000], dtype=float)
    z = ratio_z(np.array([count for count, _ in forces] + [13_000], dtype=float), 0.013 * people)
    assert np.mean(z**2) > 2 * beside[0]["phi"]


def test_a_force_that_is_not_compared_bears_on_nothing_and_has_no_verdict() -> None:
    out = unit("C", None, 500, status="missing_quarter")
    with_it = flag_funnel([unit("A", 5, 1000), out, unit("B", 9, 1000)])
    assert [row["force"] for row in with_it] == ["A", "C", "B"]
    assert {with_it[1][name] for name in COMPUTED} == {None}
    assert [with_it[0], with_it[2]] == flag_funnel([unit("A", 5, 1000), unit("B", 9, 1000)])
    alone = flag_funnel([out])
    assert alone[0]["verdict"] is None and alone[0]["status"] == "missing_quarter"
    assert flag_funnel([]) == []


def test_each_indicator_has_its_own_funnel() -> None:
    rows = flag_funnel([unit("A", 5, 1000), unit("B", 9, 1000), unit("A", 50, 1000, indicator="fraud")])
    assert [row["centre_line_per_1000"] for row in rows] == [7, 7, 50]
