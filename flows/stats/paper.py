"""The tests of change as the paper asks them: from `flag_span_value` to `flag_forecast`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from flows.stats.change import examine_spans
from flows.stats.question import LARGEST, SpanQuestion

Row = Mapping[str, Any]
COPIED = (
    "status", "observed", "expected", "low98", "high98", "low99", "high99", "p", "model", "k", "nu", "n",
    "weight_independent", "weight_wandering",
)  # fmt: skip


def flag_forecast(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows of `flag_forecast`, one a series and test; `rows` are in the order of series and test.

    Figures are on the scale of the values: a count a period, a share between 0 and 1. `weights` times the values at
    `baseline_positions` (periods before the quarter, below nought) add up to `expected`.
    """
    asked = [(key, list(group)) for key, group in itertools.groupby(rows, key=lambda row: (row["series"], row["test"]))]
    results = examine_spans([_question(group) for _, group in asked])
    found = []
    for ((series, test), group), result in zip(asked, results, strict=True):
        zero = group[0]["quarter_period"]
        found.append(
            {
                "series": series,
                "test": test,
                **{name: getattr(result, name) for name in COPIED},
                "baseline_positions": [int(period) - zero for period in result.baseline_periods],
                "weights": None if result.weights is None else [float(one) for one in result.weights],
            }
        )
    return found


def _question(rows: list[Row]) -> SpanQuestion:
    first = rows[0]
    zero = first["quarter_period"]
    span = range(first["first_position"], first["last_position"] + 1)
    held = {row["position"]: row for row in rows if row["position"] is not None}
    before = [position for position in sorted(held) if position < span.start]
    shares = first["kind"] == "proportion"

    def taken(name: str, positions: Iterable[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array(
            [held[at][name] if at in held and _can_be_tested(held[at], shares) else np.nan for at in positions],
            dtype=np.float64,
        )

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


def _can_be_tested(row: Row, is_share: bool) -> bool:
    """Return whether a figure can be reckoned with; one that cannot is as good as missing."""
    value, below = row["value"], row["denominator"]
    if value is None or abs(value) > LARGEST[row["kind"]]:
        return False
    return not is_share or (below is not None and 0 <= value <= below <= LARGEST[row["kind"]])
