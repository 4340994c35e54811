"""Which answer a question gets, and that no odd series brings a NaN, a warning or a p-value that means nothing."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.stats.change import SpanResult, examine_spans
from flows.stats.question import SpanQuestion, ask

NOISE = np.random.default_rng(8).normal(0, 1, 60)
FIGURES = ("observed", "expected", "low98", "high98", "low99", "high99", "p", "weight_independent", "weight_wandering")


def answer(values: Any, **options: Any) -> SpanResult:
    """Return the answer on monthly values whose last three are the span, unless the options say otherwise."""
    settings = {"end": len(values) - 1, "per_year": 12, "kind": "value", **options}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (result,) = examine_spans([ask(range(len(values)), values, **settings)])
    for name in FIGURES:
        assert getattr(result, name) is None or math.isfinite(getattr(result, name)), name
    return result


def figures(result: SpanResult) -> dict[str, Any]:
    return {name: getattr(result, name) for name in FIGURES}


def test_a_missing_period_of_the_span_makes_it_incomplete() -> None:
    values = 100 + NOISE[:39]
    for place in (-1, -2, -3):
        broken = values.copy()
        broken[place] = np.nan
        result = answer(broken)
        assert (result.status, result.n, result.span_start, result.span_end) == ("incomplete", 36, 36, 38)
        assert set(figures(result).values()) == {None}
    absent = examine_spans([ask(range(38), values[:38], end=38, per_year=12, kind="value")])
    assert absent[0].status == "incomplete"


def test_an_excluded_period_in_the_span_makes_it_incomplete() -> None:
    assert answer(100 + NOISE[:39], excluded=[37]).status == "incomplete"


def test_a_denominator_of_zero_is_a_missing_period() -> None:
    below = np.full(39, 50.0)
    below[37] = 0
    x = np.where(below > 0, 25.0, 0.0)
    assert answer(x, kind="proportion", denominators=below).status == "incomplete"
    below[37], below[10], x[37], x[10] = 50, 0, 25, 0
    assert answer(x, kind="proportion", denominators=below).n == 35


@pytest.mark.parametrize(("per_year", "least"), [(12, 24), (4, 12)])
def test_fewer_values_than_the_least_are_too_few_for_every_test(per_year: int, least: int) -> None:
    span = 3 if per_year == 12 else 1
    for kind, values in (("value", 100 + NOISE), ("count", np.zeros(60)), ("count", np.full(60, 100.0))):
        few = answer(values[: least - 1 + span], per_year=per_year, kind=kind)
        assert (few.status, few.n, few.p, few.expected) == ("too_few", least - 1, None, None)
        assert few.observed == pytest.approx(values[least - 1 : least - 1 + span].mean())
        assert answer(values[: least + span], per_year=per_year, kind=kind).status != "too_few"


def test_incomplete_comes_before_too_few() -> None:
    assert answer([1.0, 2.0, np.nan]).status == "incomplete"
    nothing = examine_spans([ask([], [], end=5, per_year=4, kind="value")])[0]
    assert (nothing.status, nothing.n) == ("incomplete", 0)
    alone = answer([4.0], per_year=4)
    assert (alone.status, alone.n, alone.observed) == ("too_few", 0, 4.0)


def test_the_baseline_is_a_stretch_of_the_calendar() -> None:
    """What lies before it does not take the place of what is missing in it."""
    values = 100 + NOISE[:60]
    assert answer(values).n == 36
    assert answer(values, excluded=range(40, 52)).n == 24
    assert answer(values, excluded=range(40, 53)).status == "too_few"
    changed = values.copy()
    changed[: 60 - 3 - 36] = 1e6
    assert figures(answer(changed)) == figures(answer(values))
    assert answer(values, baseline=50).n == 50


def test_a_rebase_keeps_what_was_before_it_out() -> None:
    values = 100 + NOISE[:60]
    changed = values.copy()
    changed[:30] += 500
    one, other = answer(values, since=30), answer(changed, since=30)
    assert one.n == 27 and figures(one) == figures(other)
    assert answer(values, since=58).status == "too_few"  # it begins inside the span


@pytest.mark.parametrize("constant", [0.0, 7.5, 0.1, -3.0, 1e300, 1e-300])
def test_a_constant_baseline_did_not_vary(constant: float) -> None:
    values = [constant] * 36 + [constant, constant, constant / 2]
    result = answer(values)
    assert (result.status, result.p, result.low98, result.model, result.n) == ("did_not_vary", None, None, None, 36)
    assert result.expected == pytest.approx(constant, rel=1e-12)


def test_a_constant_count_that_is_not_rare_did_not_vary() -> None:
    assert answer([40.0] * 39, kind="count").status == "did_not_vary"
    assert answer([1.0] * 39, kind="count").status == "rare"
    below = np.full(39, 200.0)
    assert answer(np.full(39, 100.0), kind="proportion", denominators=below).status == "did_not_vary"


@pytest.mark.parametrize("seasonal", ["auto", "yes"])
def test_a_season_that_repeats_without_error_did_not_vary(seasonal: Any) -> None:
    """Nothing is left to judge by: the same as a constant baseline."""
    season = np.array([10.0, 20, 15, 30, 10, 5, 8, 20, 22, 31, 12, 13])
    values = np.concatenate([np.tile(season, 3), [10, 20, 99]])
    result = answer(values, seasonal=seasonal)
    assert (result.status, result.p) == ("did_not_vary", None)
    assert result.expected == pytest.approx(15.0)
    assert answer(values, seasonal="no").status == "tested"


def test_nearly_constant_is_tested_as_long_as_doubles_can_tell() -> None:
    assert answer(1000 + 1e-2 * NOISE[:39]).status == "tested"
    assert answer(1000 + 1e-4 * NOISE[:39]).status == "did_not_vary"


@pytest.mark.parametrize("scale", [1e-290, 1e-150, 1.0, 1e150, 1e290])
def test_very_large_and_very_small_values_keep_their_digits(scale: float) -> None:
    values = 100 + NOISE[:39]
    usual, scaled = answer(values), answer(values * scale)
    assert scaled.p == pytest.approx(usual.p, rel=1e-9)
    assert scaled.expected == pytest.approx((usual.expected or 0) * scale, rel=1e-9)
    assert scaled.model == usual.model


def test_a_span_far_beyond_everything_has_p_near_zero() -> None:
    values = np.concatenate([NOISE[:36] * 1e-200, [1e290, 1e290, 1e290]])
    result = answer(values)
    assert (result.status, result.p) == ("tested", 0.0)


def test_a_single_outlier_is_not_taken_out() -> None:
    values = 100 + NOISE[:39]
    values[10] = 1000
    result = answer(values)
    assert result.n == 36 and result.status == "tested"


def test_a_year_is_tested_against_the_time_before_it() -> None:
    values = 100 + NOISE[:48]
    values[36:] += 3
    result = answer(values, span=12)
    assert (result.span_start, result.span_end, result.n) == (36, 47, 36)
    assert result.p is not None and result.p < 0.01


def test_the_last_months_of_a_quarter_are_held_against_the_quarter_s_baseline() -> None:
    values = 100 + NOISE[:39]
    values[-1] += 8
    asked = ask(range(39), values, end=38, per_year=12, kind="value")
    quarter, two, one = examine_spans([asked, asked.last(2), asked.last(1)])
    assert (one.span_start, two.span_start, one.span_end, one.n, two.n) == (38, 37, 38, 36, 36)
    assert list(one.baseline_periods) == list(quarter.baseline_periods)
    assert one.observed == values[-1] and two.observed == pytest.approx(values[-2:].mean())
    assert one.p is not None and two.p is not None and quarter.p is not None
    assert one.p < 0.005 < min(two.p, quarter.p)


def test_the_last_months_do_not_look_at_the_months_between() -> None:
    values = 100 + NOISE[:39]
    other = values.copy()
    other[36] = 500
    one, two = (ask(range(39), one, end=38, per_year=12, kind="value").last(2) for one in (values, other))
    assert figures(examine_spans([one])[0]) == figures(examine_spans([two])[0])


def test_no_question_has_no_answer() -> None:
    assert examine_spans([]) == []


def test_answers_come_in_the_order_of_the_questions() -> None:
    rng = np.random.default_rng(0)
    questions, levels = [], []
    for at in range(60):
        kind: Any = ("value", "count")[at % 2]
        level = float(rng.integers(1, 60))
        values = rng.poisson(level, 45).astype(float) + 1000 * at * (kind == "value")
        values[rng.integers(10, 40)] = np.nan
        questions.append(ask(range(45), values, end=44, per_year=(12, 4)[at % 3 == 0], kind=kind))
        levels.append(questions[-1].span_values.mean())
    results = examine_spans(questions)
    assert [one.observed for one in results] == pytest.approx(levels)
    assert {one.status for one in results} == {"tested", "rare"}


FIGURE = st.one_of(
    st.just(math.nan), st.sampled_from([0.0, 1.0, 2.0, 100.0]), st.floats(-1e300, 1e300), st.floats(0, 1e-3)
)


@given(st.lists(FIGURE, min_size=1, max_size=45), st.sampled_from([12, 4]), st.sampled_from(["auto", "yes", "no"]))
def test_no_value_whatever_brings_a_nan_or_a_warning(values: list[float], per_year: int, seasonal: Any) -> None:
    result = answer(values, per_year=per_year, seasonal=seasonal)
    assert (result.p is None) == (result.status not in ("tested", "rare"))
    assert result.p is None or 0 <= result.p <= 1


COUNT = st.one_of(st.just(math.nan), st.integers(0, 3).map(float), st.sampled_from([1e15, -1.0, 59.0, -1e15, 0.5]))


@given(st.lists(COUNT, min_size=30, max_size=45), st.sampled_from([12, 4]))
def test_no_count_whatever_brings_a_nan_or_a_warning(values: list[float], per_year: int) -> None:
    result = answer(values, per_year=per_year, kind="count")
    assert (result.p is None) == (result.status not in ("tested", "rare"))


SHARE = st.tuples(st.integers(0, 30), st.sampled_from([0, 1, 5, 1000, 10**12])).map(lambda one: (one[0], sum(one)))


@given(st.lists(SHARE, min_size=30, max_size=45), st.sampled_from([12, 4]), st.booleans())
def test_no_share_whatever_brings_a_nan_or_a_warning(shares: list[Any], per_year: int, turned: bool) -> None:
    below = [float(one[1]) for one in shares]
    values = [float(n - x if turned else x) for x, n in shares]
    result = answer(values, per_year=per_year, kind="proportion", denominators=below)
    assert (result.p is None) == (result.status not in ("tested", "rare"))
    assert result.observed is None or 0 <= result.observed <= 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"per_year": 7}, "12 or 4"),
        ({"span_periods": np.array([], dtype=np.int64), "span_values": np.array([])}, "at least one"),
        ({"baseline_values": np.array([1.0])}, "one value"),
        ({"span_periods": np.array([5, 5, 6])}, "one value"),
        ({"kind": "proportion"}, "denominators"),
        ({"baseline_values": np.full(3, np.inf)}, "at most"),
        ({"baseline_periods": np.array([1, 2, 5])}, "before the span"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(change: dict[str, Any], message: str) -> None:
    sound: dict[str, Any] = {
        "kind": "value", "per_year": 12, "seasonal": "auto", "baseline_periods": np.arange(3),
        "baseline_values": np.ones(3), "span_periods": np.array([5, 6, 7]), "span_values": np.ones(3),
    }  # fmt: skip
    assert SpanQuestion(**sound).kind == "value"
    with pytest.raises(ValueError, match=message):
        SpanQuestion(**{**sound, **change})


def test_a_period_twice_or_more_of_a_share_than_there_is_are_refused() -> None:
    with pytest.raises(ValueError, match="one value"):
        ask([1, 1], [2.0, 3.0], end=1, per_year=4, kind="value")
    with pytest.raises(ValueError, match="numerator"):
        ask([1, 2], [2.0, 3.0], end=2, per_year=4, kind="proportion", denominators=[2.0, 2.0])
