"""Papers of 25 indicators: which lists the product's own rule (sql/flag/flag_verdict.sql) puts them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.signals.charting import marked, open_charts
from benchmarks.signals.lines import LINES, Chance, Line, draw_chance
from benchmarks.signals.measuring import SEED, examine
from benchmarks.signals.results import PaperResult, Setting
from flows.spc import RULES
from flows.stats.arrays import Floats
from flows.stats.change import SpanResult
from flows.stats.question import SPAN
from flows.warehouse import make_table, open_warehouse

INDICATORS = 25
STEP = 3  # SDs, from the quarter's first period on
STABLE = tuple(line for line in LINES if line.family != "moving")
# By periods a year: each test's periods, the last of the series, and how many before them it passes over.
TESTS = {
    12: {"quarter": (3, 0), "last_two": (2, 1), "last_one": (1, 2), "year": (12, 0)},
    4: {"quarter": (1, 0), "year": (4, 0)},
}
STRONG, EARLY = "strong", "early"

Answers = dict[str, list[SpanResult]]  # by test, one a paper


@dataclass(frozen=True)
class Papers:
    """What papers say, one number a paper.

    `areas` are the areas to address and `early` the early signs among stable indicators, `marked` by rule set those
    with a mark in the quarter. In a second paper one indicator, the next in each, has a step: whether that is an area
    to address (`step_strong`), and whether it is on either list (`step_listed`).
    """

    areas: Floats
    early: Floats
    marked: Mapping[str, Floats]
    step_strong: Floats
    step_listed: Floats


def measure_papers(setting: Setting, alike: float, count: int, part: int) -> Papers:
    """Return what `count` papers say; the same whenever this `part` of all papers is asked for.

    The noise of a paper's indicators has the correlation `alike`. Indicator number i follows line i of the stable ones.
    """
    rng = np.random.default_rng([SEED, setting.per_year, setting.baseline, round(100 * alike), part])
    shared = rng.standard_normal((count, setting.baseline + setting.per_year))
    stable: list[Answers] = []
    stepped: dict[int, Answers] = {}
    marks = {rules: np.zeros(count) for rules in RULES}
    with open_charts() as charts:
        for at in range(INDICATORS):
            line = STABLE[at % len(STABLE)]
            chance = draw_chance(rng, count, shared.shape[1], setting.per_year, shared, alike)
            usual = line.make(chance, 0)
            stable.append(_answers(line, chance, usual, setting, range(count)))
            stepped[at] = _answers(line, chance, _with_step(line, chance, usual), setting, range(at, count, INDICATORS))
            for rules, flags in _marked(charts, line, chance, usual, setting).items():
                marks[rules] += flags
    return _read(stable, stepped, marks, count)


def summarise(setting: Setting, alike: float, parts: Sequence[Papers]) -> PaperResult:
    """Return the averages of all parts of the papers of one kind."""
    areas = np.concatenate([one.areas for one in parts])
    return PaperResult(
        setting,
        alike,
        len(areas),
        float(areas.mean()),
        float(areas.std(ddof=1) / np.sqrt(len(areas))),
        float(np.concatenate([one.early for one in parts]).mean()),
        {rules: float(np.concatenate([one.marked[rules] for one in parts]).mean()) for rules in RULES},
        100 * float(np.concatenate([one.step_strong for one in parts]).mean()),
        100 * float(np.concatenate([one.step_listed for one in parts]).mean()),
    )


def _with_step(line: Line, chance: Chance, usual: Floats) -> Floats:
    q = SPAN[chance.per_year]
    return np.concatenate([usual[:, :-q], line.make(chance, STEP)[:, -q:]], axis=1)


def _answers(line: Line, chance: Chance, values: Floats, setting: Setting, papers: range) -> Answers:
    """Return the answers of every test of some papers' series."""
    found = {}
    periods = values.shape[1]
    below = None if line.sizes is None else line.sizes(chance)
    rows = np.array(papers)[:, None]
    for test, (q, passed_over) in TESTS[setting.per_year].items():
        end = periods - q - passed_over
        used = np.r_[end - setting.baseline : end, periods - q : periods]
        here = None if below is None else below[rows, used]
        found[test] = examine(line.kind, setting.per_year, chance.periods[rows, used], values[rows, used], q, here)
    return found


def _marked(
    charts: duckdb.DuckDBPyConnection, line: Line, chance: Chance, values: Floats, setting: Setting
) -> dict[str, Floats]:
    q = SPAN[setting.per_year]
    used = slice(values.shape[1] - q - setting.baseline, None)
    below = None if line.sizes is None else line.sizes(chance)[:, used]
    baseline, quarter = np.split(values[:, used], [setting.baseline], axis=1)
    flags = marked(charts, baseline, quarter[None], below)
    return {rules: of_stories[0].astype(np.float64) for rules, of_stories in flags.items()}


def _read(stable: Sequence[Answers], stepped: Mapping[int, Answers], marks: Mapping[str, Floats], count: int) -> Papers:
    """Return what the product's lists say of each paper, without and with its step."""
    found = np.zeros((4, count))
    with open_warehouse(Path(":memory:")) as connection:
        connection.execute("create table plan_run as select 'force' as force_area")
        for paper in range(count):
            answers = {at: {test: each[paper] for test, each in one.items()} for at, one in enumerate(stable)}
            lists = _lists(connection, answers)
            found[0, paper] = sum(one == STRONG for one in lists)
            found[1, paper] = sum(one == EARLY for one in lists)
            at = paper % INDICATORS
            answers[at] = {test: each[paper // INDICATORS] for test, each in stepped[at].items()}
            its_list = _lists(connection, answers)[at]
            found[2, paper] = its_list == STRONG
            found[3, paper] = its_list in (STRONG, EARLY)
    return Papers(found[0], found[1], marks, found[2], found[3])


def _lists(connection: duckdb.DuckDBPyConnection, answers: Mapping[int, Mapping[str, SpanResult]]) -> list[str]:
    """Return the list that each indicator of one paper is on, in their order."""
    rows = [
        (at, test, one.status, one.observed, one.expected, one.p)
        for at, by_test in sorted(answers.items())
        for test, one in by_test.items()
    ]
    columns = ["series", "test", "status", "observed", "expected", "p"]
    connection.register("flag_forecast", pd.DataFrame(rows, columns=columns).astype({"p": float}))
    connection.execute(
        "create or replace table flag_span as"
        " select series, test, series::varchar as indicator, 'force' as area from flag_forecast"
    )
    make_table(connection, "flag", "flag_verdict")
    connection.unregister("flag_forecast")
    return [one for (one,) in connection.execute("select list from flag_verdict order by series").fetchall()]
