"""Funnels against FunnelPlotR and PHEindicatormethods: every proportion and every ratio of the golden cases.

The golden rows of type RC and of method CQC record two known faults of the peer: what we say there is tested instead.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flows.stats.funnel import (
    Array,
    Dispersion,
    Limits,
    arcsine_limits,
    chi_square_limits,
    dispersion,
    log_limits,
    proportion_z,
    rate_limits,
    ratio_z,
    verdicts,
    wilson_limits,
)

ORACLE = Path(__file__).resolve().parents[3] / "shared" / "spc" / "oracle"
pytestmark = pytest.mark.skipif(
    not ORACLE.is_dir(), reason="needs ../shared (the golden cases), which is not beside this checkout"
)
Rows = list[dict[str, str]]
# Names of the golden columns, in the order of Limits.
PLAIN = ("lcl95", "ucl95", "lcl998", "ucl998")
ADJUSTED = tuple(f"od_{name}" for name in PLAIN)
PHE = ("phe_low2s", "phe_up2s", "phe_low3s", "phe_up3s")
# How many of the 43 the peer finds outside: the cases have something to find, and the adjustment takes it away.
OUTSIDE = {
    ("pr_overdisp", "TRUE"): 0,
    ("pr_overdisp", "FALSE"): 35,
    ("sr_stable", "TRUE"): 0,
    ("sr_stable", "FALSE"): 0,
    ("sr_over", "TRUE"): 2,
    ("sr_over", "FALSE"): 24,
}
CLOSE = {"rtol": 1e-9, "atol": 0}


def rows_of(name: str, **where: str) -> Rows:
    with (ORACLE / name).open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if all(row[key] == value for key, value in where.items())]


def numbers(rows: Sequence[Mapping[str, str]], name: str) -> Array:
    return np.array([float(row[name]) for row in rows])


def golden(funnel: str, method: str, drawn: str) -> tuple[Array, Array, Rows]:
    """Return numerators, denominators and the peer's rows of one funnel, with or without its adjusted limits drawn."""
    given = rows_of("input_funnel.csv", funnel_id=funnel)
    rows = rows_of("expected_funnel.csv", funnel_id=funnel, sr_method=method, draw_adjusted=drawn)
    assert len(rows) == 43 and [row["unit"] for row in rows] == [row["unit"] for row in given]
    return numbers(given, "numerator"), numbers(given, "denominator"), rows


def same(limits: Limits, rows: Rows, columns: Sequence[str]) -> None:
    for ours, name in zip(limits, columns, strict=True):
        np.testing.assert_allclose(ours, numbers(rows, name), **CLOSE, err_msg=name)


def same_dispersion(found: Dispersion, rows: Rows, drawn: str) -> None:
    # Where it draws no adjusted limits the peer reports nought for both.
    phi, tau2 = found if drawn == "TRUE" else (0.0, 0.0)
    np.testing.assert_allclose(numbers(rows, "phi"), phi, rtol=1e-9)
    np.testing.assert_allclose(numbers(rows, "tau2"), tau2, rtol=1e-9)


def outside(values: Array, limits: Limits) -> list[str]:
    """Return the peer's word for each unit: 1 outside the 99.8 % limits, else 0."""
    return [str(int(word != "inside")) for word in verdicts(values, limits.lower_998, limits.upper_998)]


@pytest.mark.parametrize("drawn", ["TRUE", "FALSE"])
def test_proportions(drawn: str) -> None:
    count, whole, rows = golden("pr_overdisp", "", drawn)
    centre = count.sum() / whole.sum()
    z = proportion_z(count, whole, centre)
    found = dispersion(z, 4 * whole)
    plain, adjusted = arcsine_limits(centre, whole), arcsine_limits(centre, whole, found.tau2)
    np.testing.assert_allclose(count / whole, numbers(rows, "rr"), **CLOSE)
    np.testing.assert_allclose(centre, numbers(rows, "target"), **CLOSE)
    np.testing.assert_allclose(z, numbers(rows, "z"), **CLOSE)
    same_dispersion(found, rows, drawn)
    same(plain, rows, PLAIN)
    same(adjusted if drawn == "TRUE" else plain, rows, ADJUSTED)
    same(wilson_limits(centre, whole), rows, PHE)
    said = outside(count / whole, adjusted if drawn == "TRUE" else plain)
    assert said == [row["outlier998"] for row in rows]
    assert Counter(said)["1"] == OUTSIDE["pr_overdisp", drawn]


def test_the_words_of_significance_by_the_score_limits() -> None:
    count, whole, rows = golden("pr_overdisp", "", "TRUE")
    limits = wilson_limits(count.sum() / whole.sum(), whole)
    near = verdicts(count / whole, limits.lower_95, limits.upper_95)
    far = verdicts(count / whole, limits.lower_998, limits.upper_998)
    word = {"above": "High", "below": "Low"}
    said = [
        f"{word[b]} (0.001)" if b in word else f"{word[a]} (0.025)" if a in word else "Not significant"
        for a, b in zip(near, far, strict=True)
    ]
    assert said == [row["phe_significance"] for row in rows]
    assert len(set(said)) >= 4


@pytest.mark.parametrize("drawn", ["TRUE", "FALSE"])
@pytest.mark.parametrize("funnel", ["sr_stable", "sr_over"])
def test_standardised_ratios(funnel: str, drawn: str) -> None:
    observed, expected, rows = golden(funnel, "SHMI", drawn)
    z = ratio_z(observed, expected)
    found = dispersion(z, expected, outliers="truncate")
    plain, adjusted = chi_square_limits(expected), log_limits(expected, found.tau2)
    np.testing.assert_allclose(observed / expected, numbers(rows, "rr"), **CLOSE)
    np.testing.assert_allclose(z, numbers(rows, "z"), **CLOSE)
    same_dispersion(found, rows, drawn)
    same(plain, rows, PLAIN)
    same(adjusted if drawn == "TRUE" else log_limits(expected), rows, ADJUSTED)
    said = outside(observed / expected, adjusted if drawn == "TRUE" else plain)
    assert said == [row["outlier998"] for row in rows]
    assert (found.tau2 > 0) is (funnel == "sr_over")
    assert Counter(said)["1"] == OUTSIDE[funnel, drawn]


@pytest.mark.parametrize("drawn", ["TRUE", "FALSE"])
def test_rates_of_forces_that_differ_by_chance_alone_lie_inside_where_the_peer_has_42_of_43_outside(drawn: str) -> None:
    offences, people, rows = golden("rc_stable", "", drawn)
    centre = offences.sum() / people.sum()
    assert Counter(row["outlier998"] for row in rows)["1"] == 42
    assert dispersion(ratio_z(offences, centre * people), centre * people).tau2 == 0
    for limits in (rate_limits(centre, people), Limits(*(centre * one for one in chi_square_limits(centre * people)))):
        assert Counter(verdicts(offences / people, limits.lower_998, limits.upper_998)) == {"inside": 43}


def test_ratios_that_differ_by_chance_alone_lie_inside_where_the_peers_square_root_has_4_of_43_outside() -> None:
    observed, expected, rows = golden("sr_stable", "CQC", "TRUE")
    assert Counter(row["outlier998"] for row in rows)["1"] == 4
    every: dict[str, Any] = {"exact": rate_limits(1.0, expected), "log": log_limits(expected)}
    for limits in every.values():
        assert Counter(verdicts(observed / expected, limits.lower_998, limits.upper_998)) == {"inside": 43}
