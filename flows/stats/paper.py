"""The tests of change as the paper asks them: from `flag_span_value` to `flag_forecast` and `flag_weight`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from flows.stats.change import SpanResult, examine_spans
from flows.stats.question import SpanQuestion

Row = Mapping[str, Any]
COPIED = (
    "status", "observed", "expected", "low98", "high98", "low99", "high99", "p", "model", "k", "nu", "n",
    "weight_independent", "weight_wandering",
)  # fmt: skip


def flag_forecast(rows: Sequence[Row]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of `flag_forecast`, one a series and test, and of `flag_weight`, one a baseline period of each.

    `rows` are in the order of series and test. On the scale of the values: a count a period, a share between 0 and 1.
    """
    keys, questions = [], []
    for key, group in itertools.groupby(rows, key=lambda row: (row["series"], row["test"])):
        keys.append(key)
        questions.append(_question(list(group)))
    results = examine_spans(questions)
    forecasts, weights = [], []
    zero = {(row["series"], row["test"]): row["quarter_period"] for row in rows}
    for key, result in zip(keys, results, strict=True):
        named = {"series": key[0], "test": key[1]}
        forecasts.append({**named, **{name: getattr(result, name) for name in COPIED}})
        weights += [{**named, **one} for one in _weights(result, zero[key])]
    return forecasts, weights


def _question(rows: list[Row]) -> SpanQuestion:
    first = rows[0]
    zero = first["quarter_period"]
    span = range(first["first_position"], first["last_position"] + 1)
    held = {row["position"]: row for row in rows if row["position"] is not None}
    before = [position for position in sorted(held) if position < span.start]
    shares = first["kind"] == "proportion"

    def taken(name: str, positions: Iterable[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([held[at][name] if at in held else np.nan for at in positions], dtype=np.float64)

    return SpanQuestion(
        kind=first["kind"],
        per_year=first["periods_per_year"],
        seasonal=first["seasonal"],
        baseline_periods=np.array([zero + at for at in before], dtype=np.int64),
        baseline_values=taken("value", before),
        span_periods=np.array([zero + at for at in span], dtype=np.int64),
        span_values=taken("value", span),
        baseline_denominators=taken("denominator", before) if shares else None,
        span_denominators=taken("denominator", span) if shares else None,
    )


def _weights(result: SpanResult, zero: int) -> list[dict[str, Any]]:
    """Return each baseline period's weight in the forecast: times the values they add up to what was expected."""
    if result.weights is None:
        return []
    return [
        {"position": int(period) - zero, "weight": float(weight)}
        for period, weight in zip(result.baseline_periods, result.weights, strict=True)
    ]
