"""Limits and marks of series of any shape and size are those of the written rules, and finite."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from itertools import pairwise

import pytest

from flows.warehouse import table_rows
from tests.chart_reference import reference_limits, reference_marks
from tests.small_charts import Series, charted, limits, marks, random_series, series_of


def test_limits_and_marks_are_those_of_the_written_rules_for_series_of_any_shape() -> None:
    chance = random.Random(2023)
    series = {f"s{at}": random_series(chance) for at in range(250)}
    seen: dict[str, int] = {}
    with charted(series) as connection:
        rows = {(row["series"], row["segment"]): row for row in table_rows(connection, "flag_limits", "all")}
        bands = {(row["series"], row["segment"]): row for row in table_rows(connection, "flag_band", "all")}
        marked = {name: marks(connection, name, one) for name, one in series.items()}
    for name, one in series.items():
        last = len(one.values) - 1
        expected: dict[int, tuple[str, str]] = {}
        for segment, (start, stop) in enumerate(_segments(one)):
            # Outside the segment, beyond the baseline and where an event keeps it out, a figure is as good as missing.
            judged = [
                value if start <= at < stop and at >= last - 28 and at not in one.excluded else None
                for at, value in enumerate(one.values)
            ]
            found = reference_limits(judged, [at < last for at in range(last + 1)])
            key = (series_of(name), segment)
            if found is None:
                assert key not in rows or rows[key]["status"] != "limits"
                continue
            assert rows[key]["status"] == "limits"
            mean, moving = found
            width = Fraction("2.66") * moving
            wanted = tuple(float(one) for one in (mean - width, mean, mean + width))
            got = (bands[key]["lower_limit"], rows[key]["centre_line"], bands[key]["upper_limit"])
            assert got == pytest.approx(wanted, rel=1e-12)
            expected |= reference_marks(judged, mean, moving)
        assert marked[name] == expected, (name, one)
        for rule, _ in expected.values():
            seen[rule] = seen.get(rule, 0) + 1
    assert min(seen.get(rule, 0) for rule in ("outside_limits", "trend", "two_of_three", "shift")) >= 20, seen


def _segments(one: Series) -> list[tuple[int, int]]:
    edges = [0, *one.rebases, len(one.values)]
    return list(pairwise(edges))


def test_no_limit_is_a_nan_or_infinite_whatever_the_size_of_the_figures() -> None:
    chance = random.Random(7)
    scales = (1e-300, 1e-12, 1.0, 1e12, 1e150)
    series = {f"s{at}": Series([scale * chance.random() for _ in range(29)]) for at, scale in enumerate(scales)}
    series |= {"mixed": Series([10.0 ** chance.randint(-200, 200) for _ in range(29)]), "none": Series([None] * 29)}
    with charted(series) as connection:
        for row in [*table_rows(connection, "flag_limits", "all"), *table_rows(connection, "flag_band", "all")]:
            assert not [key for key, value in row.items() if isinstance(value, float) and not math.isfinite(value)], row
        for name in series:
            one = limits(connection, name)
            assert (one["lower_limit"] is None) == (one["upper_limit"] is None) == (one["status"] != "limits")
