"""Both methods on the same series: how often each flags a span while nothing changes, and after a step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.signals.charting import Flags, marked, open_charts
from benchmarks.signals.lines import Chance, Line, draw_chance
from benchmarks.signals.results import TEST, Cell, Rates, Setting
from flows.stats.arrays import Floats, Integers
from flows.stats.change import SpanResult, examine_spans
from flows.stats.question import SPAN, Kind, SpanQuestion

SEED = 2023
STEPS = (1, 2, 3)  # SDs
YEAR_STEP = 1
NO_YEAR_BELOW = {12: 36, 4: 28}  # the year test is measured with baselines of at least this length


SETTINGS = (Setting(12, 24), Setting(12, 36), Setting(12, 60), Setting(4, 12), Setting(4, 16), Setting(4, 28))


def measure_cell(line: Line, setting: Setting, count: int) -> Cell:
    """Return the rates of both methods on `count` series; the same numbers whenever it is asked."""
    rng = np.random.default_rng([SEED, setting.per_year, setting.baseline, *line.name.encode()])
    n, per_year, q = setting.baseline, setting.per_year, SPAN[setting.per_year]
    chance = draw_chance(rng, count, n + per_year, per_year)
    usual = line.make(chance, 0)
    raised = {step: line.make(chance, step) for step in STEPS}
    steps = [(step, first) for step in STEPS for first in range(q)]
    quarter = _rates(line, chance, usual, raised, (n, q), steps)
    year = None
    if n >= NO_YEAR_BELOW[per_year]:
        year = _rates(line, chance, usual, raised, (n, per_year), [(YEAR_STEP, 0)])
    return Cell(line.name, setting, count, quarter, year)


def _rates(
    line: Line,
    chance: Chance,
    usual: Floats,
    raised: dict[int, Floats],
    lengths: tuple[int, int],
    steps: Sequence[tuple[int, int]],
) -> dict[str, Rates]:
    """Return the rates for the last periods as the span; `lengths` are those of baseline and span."""
    n, q = lengths
    used = slice(chance.periods.shape[1] - n - q, None)
    values = usual[:, used]
    stories = [values[:, n:]]
    for step, first in steps:
        stories.append(np.where(np.arange(q) >= first, raised[step][:, used][:, n:], values[:, n:]))
    below = None if line.sizes is None else line.sizes(chance)[:, used]
    flags = judge(line.kind, chance.per_year, chance.periods[:, used], values[:, :n], np.stack(stories), below)
    found = {}
    for method, of_stories in flags.items():
        shares = [100 * float(one.mean()) for one in of_stories]
        found[method] = Rates(shares[0], dict(zip(steps, shares[1:], strict=True)))
    return found


def judge(
    kind: Kind, per_year: int, periods: Integers, baseline: Floats, stories: Floats, below: Floats | None
) -> dict[str, Flags]:
    """Return by method which spans are flagged, (stories, series): the test at p < 0.02, the rules of each set.

    `periods` and `below` are (series, n + q), `baseline` (series, n), `stories` (stories, series, q).
    """
    results = examine(kind, per_year, periods, np.concatenate([baseline, stories[0]], axis=1), stories.shape[2], below)
    with open_charts() as connection:
        charts = marked(connection, baseline, stories, below)
    return {TEST: unusual(results, stories, below), **charts}


def examine(
    kind: Kind, per_year: int, periods: Integers, values: Floats, q: int, below: Floats | None
) -> list[SpanResult]:
    """Return the product's answer for the last `q` periods of each series; arrays are (series, periods)."""
    n = periods.shape[1] - q
    return examine_spans(
        SpanQuestion(
            kind,
            per_year,
            "auto",
            periods[at, :n],
            values[at, :n],
            periods[at, n:],
            values[at, n:],
            None if below is None else below[at, :n],
            None if below is None else below[at, n:],
        )
        for at in range(len(periods))
    )


def unusual(results: Sequence[SpanResult], stories: Floats, below: Floats | None) -> Flags:
    """Return which spans have p < 0.02, (stories, series).

    The forecast and its error do not depend on what came after the baseline, so one interval judges every story.
    """
    low, high = (np.array([getattr(one, name) for one in results], dtype=np.float64) for name in ("low98", "high98"))
    over = stories.shape[2] if below is None else below[:, -stories.shape[2] :].sum(axis=1)
    observed = stories.sum(axis=2) / over
    flags: Flags = (observed < low) | (observed > high)
    return flags
