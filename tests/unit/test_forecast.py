"""The quarter test's forecast: held against the formulas written out in plain loops, and against published figures."""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import betainc

from flows.settings import EXAMPLE
from flows.stats.change import SpanResult, examine_spans
from flows.stats.covariance import covariances
from flows.stats.question import SpanQuestion, ask

RATES = {12: (0.003, 0.01, 0.03, 0.1, 0.3), 4: (0.03, 0.1, 0.3, 1.0)}
EXTRACT = EXAMPLE / "extracts" / "home_office_prc" / "recorded-crime-by-subgroup-2012-13-to-2023-24-q1.csv.gz"
PANDEMIC = range(2020 * 4 + 1, 2020 * 4 + 5)  # the financial year 2020/21, a quarter being year * 4 + quarter - 1


# --- The formulas of the method, one at a time, as they stand there.


@dataclass
class Slow:
    """What the plain loops give."""

    model: str
    k: int
    expected: float
    error: float
    p: float
    independent: float
    wandering: float
    weights: list[float]


def slow_designs(slots: list[int], n: int, per_year: int, seasonal: str) -> dict[str, NDArray[Any]]:
    def waves(count: int) -> NDArray[Any]:
        rows = []
        for slot in slots:
            row = [1.0]
            for wave in range(1, count + 1):
                angle = 2 * math.pi * wave * slot / per_year
                row += [math.cos(angle), math.sin(angle)]
            rows.append(row)
        return np.array(rows)

    found = {"level": waves(0), "harmonic_1": waves(1)}
    if per_year == 12:
        found["harmonic_2"] = waves(2)
    held = sorted(set(slots[:n]))
    if all(slots[:n].count(slot) >= 2 for slot in held):
        found["slots"] = np.array([[float(slot == one) for one in held] for slot in slots])
    if not set(slots[n:]) <= set(held):
        found = {"level": found["level"]}
    if seasonal == "no":
        found = {"level": found["level"]}
    if seasonal == "yes":
        del found["level"]
    return {name: x for name, x in found.items() if n - x.shape[1] >= 8}


def slow_covariances(periods: list[int], per_year: int) -> list[tuple[str, float, NDArray[Any]]]:
    size, first = len(periods), periods[0]

    def matrix(cell: Any) -> NDArray[Any]:
        return np.array([[cell(s, t) for t in periods] for s in periods])

    found = [("independent", 0.40, np.eye(size))]
    for rho in (0.15, 0.3, 0.45, 0.6, 0.75, 0.9):
        found.append(("neighbours", 0.35 / 6, matrix(lambda s, t, rho=rho: rho ** abs(s - t))))
    rates = RATES[per_year]
    for g in rates:
        wander = matrix(lambda s, t, g=g: g * min(s - first + 1, t - first + 1))
        found.append(("wandering", 0.25 / len(rates), np.eye(size) + wander))
    return found


def slow_forecast(
    values: list[float], baseline: list[int], span: list[int], observed: float, *, per_year: int,
    seasonal: str = "auto", extra: float = 0.0,
) -> Slow:  # fmt: skip
    n, q = len(values), len(span)
    periods = baseline + span
    centre = sum(values) / n
    y = np.array([value - centre for value in values])
    m = np.full(q, 1 / q)
    results = {}
    ways = slow_covariances(periods, per_year)
    for name, x_all in slow_designs([t % per_year for t in periods], n, per_year, seasonal).items():
        x, k = x_all[:n], x_all.shape[1]
        nu = n - k
        rows = []
        for kind, prior, r in ways:
            inverse = np.linalg.inv(r[:n, :n])
            information = x.T @ inverse @ x
            back = np.linalg.inv(information)
            big_q = inverse - inverse @ x @ back @ x.T @ inverse
            s = float(y @ big_q @ y)
            c = r[:n, n:] @ m
            d = x_all[n:].mean(axis=0) - x.T @ inverse @ c
            a = inverse @ (c + x @ back @ d)
            v = float(m @ r[n:, n:] @ m - c @ inverse @ c + d @ back @ d) + extra
            half = -0.5 * math.log(np.linalg.det(r[:n, :n]))
            log_w = math.log(prior) + half - 0.5 * math.log(np.linalg.det(information)) - nu / 2 * math.log(s)
            rows.append((kind, log_w, math.log(prior) + half - n / 2 * math.log(s / n), a, v, s))
        top = max(row[1] for row in rows)
        w = [math.exp(row[1] - top) for row in rows]
        w = [one / sum(w) for one in w]
        fit_top = max(row[2] for row in rows)
        fit = fit_top + math.log(sum(math.exp(row[2] - fit_top) for row in rows))
        kk = k + 1
        aicc = -2 * fit + 2 * kk + 2 * kk * (kk + 1) / (n - kk - 1)
        expected = sum(one * float(row[3] @ y) for one, row in zip(w, rows, strict=True))
        squared = sum(
            one * (row[4] * row[5] / nu + (float(row[3] @ y) - expected) ** 2) for one, row in zip(w, rows, strict=True)
        )
        t = (observed - centre - expected) / math.sqrt(squared)
        results[name] = (
            aicc,
            Slow(
                name,
                k,
                expected + centre,
                math.sqrt(squared),
                float(betainc(nu / 2, 0.5, nu / (nu + t * t))),
                w[0],
                sum(one for one, row in zip(w, rows, strict=True) if row[0] == "wandering"),
                [sum(one * row[3][i] for one, row in zip(w, rows, strict=True)) for i in range(n)],
            ),
        )
    chosen = min(results, key=lambda name: results[name][0])
    if "level" in results and results[chosen][0] >= results["level"][0] - 4:
        chosen = "level"
    return results[chosen][1]


def agrees(fast: SpanResult, slow: Slow) -> None:
    assert (fast.status, fast.model, fast.k) == ("tested", slow.model, slow.k)
    assert fast.nu == fast.n - slow.k
    assert fast.expected == pytest.approx(slow.expected, rel=1e-9, abs=1e-9)
    assert fast.p == pytest.approx(slow.p, rel=1e-8, abs=1e-9)
    assert fast.weight_independent == pytest.approx(slow.independent, rel=1e-9, abs=1e-12)
    assert fast.weight_wandering == pytest.approx(slow.wandering, rel=1e-9, abs=1e-12)
    assert fast.weights == pytest.approx(slow.weights, rel=1e-9, abs=1e-11)
    assert fast.low98 is not None and fast.high98 is not None and fast.low99 is not None and fast.high99 is not None
    assert fast.low99 < fast.low98 < slow.expected < fast.high98 < fast.high99
    assert fast.high98 - fast.low98 == pytest.approx(2 * t_at(0.01, fast.nu) * slow.error, rel=1e-9)
    assert fast.high99 - fast.low99 == pytest.approx(2 * t_at(0.005, fast.nu) * slow.error, rel=1e-9)


def t_at(tail: float, nu: int | None) -> float:
    """Return the t value that `tail` of the distribution lies above, found by halving."""
    assert nu is not None
    low, high = 0.0, 100.0
    for _ in range(100):
        middle = (low + high) / 2
        above = betainc(nu / 2, 0.5, nu / (nu + middle**2)) / 2
        low, high = (middle, high) if above > tail else (low, middle)
    return low


def series(seed: int, *, per_year: int, length: int, gaps: float = 0.0) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return periods and values with a level that wanders, a season and noise that lingers; NaN in the gaps."""
    rng = np.random.default_rng(seed)
    start = int(rng.integers(0, 50))
    t = np.arange(start, start + length)
    noise = rng.normal(0, 8, length)
    for at in range(1, length):
        noise[at] += rng.choice([0.0, 0.4]) * noise[at - 1]
    season = rng.choice([0, 5, 25]) * np.cos(2 * np.pi * t / per_year + rng.uniform(0, 6))
    values = 100 + noise + season + rng.choice([0, 2]) * rng.normal(0, 1, length).cumsum()
    span = 3 if per_year == 12 else 1
    values[: length - span][rng.random(length - span) < gaps] = np.nan
    return t, values


@pytest.mark.parametrize("seasonal", ["auto", "yes", "no"])
@pytest.mark.parametrize(("per_year", "length", "baseline"), [(12, 39, 36), (12, 70, 60), (4, 29, 28), (4, 17, 16)])
@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_values_agree_with_the_formulas(per_year: int, length: int, baseline: int, gaps: float, seasonal: Any) -> None:
    questions, slow = [], []
    for seed in range(6):
        t, values = series(seed, per_year=per_year, length=length, gaps=gaps)
        one = ask(t, values, end=int(t[-1]), per_year=per_year, kind="value", baseline=baseline, seasonal=seasonal)
        held = ~np.isnan(one.baseline_values)
        if held.sum() < {12: 24, 4: 12}[per_year]:
            continue
        questions += [one, one.last(2), one.last(1)] if per_year == 12 else [one]
        for asked in questions[len(slow) :]:
            slow.append(
                slow_forecast(
                    list(one.baseline_values[held]), list(one.baseline_periods[held]), list(asked.span_periods),
                    float(asked.span_values.mean()), per_year=per_year, seasonal=seasonal,
                )
            )  # fmt: skip
    assert len(slow) >= 3
    for fast, formula in zip(examine_spans(questions), slow, strict=True):
        agrees(fast, formula)


@pytest.mark.parametrize(("per_year", "span"), [(12, 3), (12, 12), (4, 1), (4, 4)])
def test_proportions_agree_with_the_formulas(per_year: int, span: int) -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        t = np.arange(7, 7 + 48)
        below = rng.integers(40, 400, 48).astype(float)
        x = rng.binomial(below.astype(int), np.clip(0.7 + rng.normal(0, 0.06, 48), 0, 1)).astype(float)
        below[rng.integers(20, 30)] = 0  # nobody was asked: a missing period
        x[below == 0] = 0
        one = ask(t, x, end=54, per_year=per_year, kind="proportion", denominators=below, span=span, baseline=30)
        (fast,) = examine_spans([one])
        inside = [i for i in range(48) if 55 - span - 30 <= t[i] < 55 - span and below[i] > 0]
        asked = [i for i in range(48) if t[i] > 54 - span]
        y = [x[i] / below[i] for i in inside]
        share = sum(x[i] for i in inside) / sum(below[i] for i in inside)
        u = sum(share * (1 - share) / below[i] for i in inside) / len(inside)
        mean = sum(y) / len(y)
        tau2 = max(0.0, sum((one - mean) ** 2 for one in y) / (len(y) - 1) - u)
        total = sum(below[i] for i in asked)
        squares = sum(below[i] ** 2 for i in asked) / total**2
        f = max(1.0, span * (tau2 * squares + share * (1 - share) / total) / (tau2 + u))
        observed = sum(x[i] for i in asked) / total
        assert fast.observed == pytest.approx(observed, rel=1e-12)
        formula = slow_forecast(
            y, [int(t[i]) for i in inside], [int(t[i]) for i in asked], observed,
            per_year=per_year, extra=(f - 1) / span,
        )  # fmt: skip
        agrees(fast, formula)


def test_a_season_that_the_span_is_not_in_is_not_used() -> None:
    t, values = series(3, per_year=4, length=41)
    values = np.where(t % 4 == t[-1] % 4, np.nan, values)
    values[-1] = 120.0
    one = ask(t, values, end=int(t[-1]), per_year=4, kind="value", baseline=40)
    assert [one.model for one in examine_spans([one])] == ["level"]
    with_season = ask(t, values, end=int(t[-1]), per_year=4, kind="value", baseline=40, seasonal="yes")
    assert [one.status for one in examine_spans([with_season])] == ["too_few"]


def test_slot_effects_need_each_slot_twice() -> None:
    t = np.arange(16)
    values = 100 + 40.0 * (t % 4 == 1) + np.random.default_rng(5).normal(0, 1, 16)
    seen = ask(t, values, end=15, per_year=4, kind="value", baseline=15)
    assert examine_spans([seen])[0].model == "slots"
    excluded = [1, 5, 9]  # leaves one of these slots, with the strongest effect
    once = ask(t, values, end=15, per_year=4, kind="value", baseline=15, excluded=excluded)
    assert examine_spans([once])[0].model != "slots"


def test_of_two_models_that_are_the_same_the_simpler_is_named() -> None:
    t = np.array([at for at in range(48) if at % 4 != 3])  # three slots of four: a wave and slot effects span the same
    values = 100 + 30.0 * (t % 4 == 1) + np.random.default_rng(1).normal(0, 1, len(t))
    results = [ask(t, values, end=int(t[-1]), per_year=4, kind="value", baseline=47, span=1)]
    assert [one.model for one in examine_spans(results)] == ["harmonic_1"]


def test_priors_add_up_to_one() -> None:
    for per_year in (12, 4):
        assert sum(one.prior for one in covariances(per_year)) == pytest.approx(1, abs=1e-15)


# --- Properties.

SEEDS = st.integers(0, 10_000)
PER_YEAR = st.sampled_from([12, 4])


def question(seed: int, per_year: int, change: Any = None, excluded: Collection[int] = ()) -> SpanQuestion:
    t, values = series(seed, per_year=per_year, length=48, gaps=0.05)
    values = values if change is None else change(values)
    return ask(t, values, end=int(t[-1]), per_year=per_year, kind="value", excluded=excluded)


@given(SEEDS, PER_YEAR)
def test_the_weights_times_the_baseline_add_up_to_the_forecast(seed: int, per_year: int) -> None:
    one = question(seed, per_year)
    (result,) = examine_spans([one])
    held = one.baseline_values[~np.isnan(one.baseline_values)]
    assert result.weights is not None and result.weights.sum() == pytest.approx(1, abs=1e-12)
    assert float(result.weights @ held) == pytest.approx(result.expected, rel=1e-11)
    assert list(result.baseline_periods) == list(one.baseline_periods[~np.isnan(one.baseline_values)])


@given(SEEDS, PER_YEAR, st.floats(-1000, 1000), st.sampled_from([-1.0, 0.01, 3.0, 1e6]))
def test_adding_a_constant_or_scaling_changes_no_p(seed: int, per_year: int, constant: float, factor: float) -> None:
    results = examine_spans(
        [
            question(seed, per_year),
            question(seed, per_year, lambda values: values + constant),
            question(seed, per_year, lambda values: values * factor),
        ]
    )
    for other in results[1:]:
        assert other.p == pytest.approx(results[0].p, rel=1e-7, abs=1e-12)
        assert other.weights == pytest.approx(results[0].weights, rel=1e-7, abs=1e-9)


@given(SEEDS, PER_YEAR, SEEDS)
def test_the_order_of_rows_changes_nothing(seed: int, per_year: int, shuffle: int) -> None:
    t, values = series(seed, per_year=per_year, length=48, gaps=0.1)
    order = np.random.default_rng(shuffle).permutation(48)
    given_order = ask(t, values, end=int(t[-1]), per_year=per_year, kind="value")
    shuffled = ask(t[order], values[order], end=int(t[-1]), per_year=per_year, kind="value")
    assert figures(examine_spans([given_order])[0]) == figures(examine_spans([shuffled])[0])


@given(SEEDS, PER_YEAR, st.floats(-1e6, 1e6), st.integers(1, 5))
def test_a_later_period_does_not_change_an_earlier_test(seed: int, per_year: int, value: float, more: int) -> None:
    t, values = series(seed, per_year=per_year, length=48, gaps=0.05)
    end = int(t[-1])
    later_t = np.append(t, np.arange(end + 1, end + 1 + more))
    later = ask(later_t, np.append(values, [value] * more), end=end, per_year=per_year, kind="value")
    before = ask(t, values, end=end, per_year=per_year, kind="value")
    assert figures(examine_spans([later])[0]) == figures(examine_spans([before])[0])


@given(SEEDS, PER_YEAR, st.floats(-1e6, 1e6), st.integers(8, 24))
def test_an_excluded_period_has_no_say(seed: int, per_year: int, value: float, place: int) -> None:
    t, _ = series(seed, per_year=per_year, length=48)
    at = int(t[-1]) - place

    def put(values: NDArray[Any]) -> NDArray[Any]:
        return np.where(t == at, value, values)

    def take_out(values: NDArray[Any]) -> NDArray[Any]:
        return np.where(t == at, np.nan, values)

    questions = [question(seed, per_year, put, [at]), question(seed, per_year, None, [at])]
    questions += [question(seed, per_year, take_out)]
    one, other, absent = (figures(examine_spans([asked])[0]) for asked in questions)
    assert one == other == absent


@given(SEEDS, PER_YEAR)
def test_a_gap_is_never_bridged(seed: int, per_year: int) -> None:
    """Closing up a gap of half a year moves what came before: another slot, another distance, another forecast."""
    t, values = series(seed, per_year=per_year, length=40)
    gap = per_year // 2
    apart = np.where(np.arange(40) < 20, t - gap, t)
    results = examine_spans(
        [
            ask(one, values, end=int(t[-1]), per_year=per_year, kind="value", baseline=39, seasonal="no")
            for one in (t, apart)
        ]
    )
    assert results[0].n >= results[1].n
    wandering = [one.weight_wandering for one in results]
    assert wandering[0] != pytest.approx(wandering[1], rel=1e-6)


@given(SEEDS, PER_YEAR, st.integers(1, 10))
def test_series_are_tested_alike_alone_and_among_others(seed: int, per_year: int, others: int) -> None:
    company = [question(seed + more, per_year) for more in range(others)]
    alone = examine_spans([question(seed, per_year)])[0]
    among = examine_spans([*company, question(seed, per_year), *company])[others]
    assert among.p == pytest.approx(alone.p, rel=1e-9)
    assert among.expected == pytest.approx(alone.expected, rel=1e-12)


def figures(result: SpanResult) -> dict[str, Any]:
    """Return the result's figures to compare: exactly equal, or the inputs differed."""
    found = dict(vars(result))
    weights = found.pop("weights")
    return {**found, "baseline_periods": list(found["baseline_periods"]), "weights": list(weights)}


# --- The published figures: Wiltshire, 2023/24 Q1, and 2017/18 Q1.


@pytest.fixture(scope="module")
def wiltshire() -> dict[str, dict[int, float]]:
    """Return recorded crime by subgroup and group, and all but fraud, by period."""
    found: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    with gzip.open(EXTRACT, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["Force Name"] != "Wiltshire":
                continue
            period = int(row["Financial Year"][:4]) * 4 + int(row["Financial Quarter"])
            number = float(row["Number of Offences"])
            names = [row["Offence Subgroup"], f"group: {row['Offence Group']}"]
            names += ["all"] if "raud" not in row["Offence Group"] else []
            names += ["all burglary"] if row["Offence Subgroup"].endswith("omestic burglary") else []
            for name in set(names):
                found[name][period] += number
    return found


def quarter_test(rows: dict[int, float], end: int, excluded: Collection[int] = ()) -> SpanResult:
    periods = sorted(rows)
    values = [rows[one] for one in periods]
    return examine_spans([ask(periods, values, end=end, per_year=4, kind="count", excluded=excluded)])[0]


@pytest.mark.parametrize(
    ("name", "observed", "expected", "low", "high", "p"),
    [
        ("group: Drug offences", 241, 302, 224, 379, 0.06),
        ("Vehicle interference", 69, 118, 41, 195, 0.12),
        ("Possession of drugs", 172, 218, 141, 294, 0.15),
        ("all", 10_585, 10_933, 9_974, 11_892, 0.37),
        ("Shoplifting", 1_057, 1_013, 714, 1_313, 0.72),
    ],
)
def test_the_figures_of_2023_24_q1(
    wiltshire: dict[str, dict[int, float]], name: str, observed: int, expected: int, low: int, high: int, p: float
) -> None:
    result = quarter_test(wiltshire[name], 2023 * 4 + 1, PANDEMIC)
    assert (result.status, result.n, result.observed) == ("tested", 24, observed)
    assert result.baseline_periods[0] == 2016 * 4 + 1 and result.baseline_periods[-1] == 2022 * 4 + 4
    assert result.expected is not None and result.low98 is not None and result.high98 is not None
    assert (round(result.expected), round(result.low98), round(result.high98)) == (expected, low, high)
    assert result.p is not None and round(result.p, 2) == p


def test_no_subgroup_of_2023_24_q1_is_unusual(wiltshire: dict[str, dict[int, float]]) -> None:
    results = [quarter_test(rows, 2023 * 4 + 1, PANDEMIC) for rows in wiltshire.values()]
    judged = [one.p for one in results if one.p is not None]
    assert len(judged) >= 25
    assert min(judged) >= 0.02


@pytest.mark.parametrize(
    ("name", "observed", "expected", "low", "high", "p_from", "p_to"),
    [
        ("Domestic burglary", 640, 379, 275, 483, 0, 0.0001),
        ("Non-domestic burglary", 368, 639, 409, 870, 0, 0.02),
        ("all burglary", 1_008, 1_031, None, None, 0.855, 0.865),
    ],
)
def test_the_burglary_figures_of_2017_18_q1(
    wiltshire: dict[str, dict[int, float]], name: str, observed: int, expected: int, low: int | None, high: int | None,
    p_from: float, p_to: float,
) -> None:  # fmt: skip
    result = quarter_test(wiltshire[name], 2017 * 4 + 1)
    assert (result.status, result.observed) == ("tested", observed)
    assert result.expected is not None and result.low98 is not None and result.high98 is not None
    assert round(result.expected) == expected
    if low is not None:
        assert (round(result.low98), round(result.high98)) == (low, high)
    assert result.p is not None and p_from <= result.p < p_to
