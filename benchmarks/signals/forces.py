"""The real check: recorded crime of 43 forces by quarter. Most of it is not news, so few series should stand out."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import numpy as np

from benchmarks.signals.charting import marked, open_charts
from benchmarks.signals.results import TEST, RealQuarter
from flows.settings import CHECKOUT
from flows.stats.arrays import Floats
from flows.stats.change import examine_spans
from flows.stats.question import BASELINE, ask

EXTRACTS = CHECKOUT / "example" / "wiltshire" / "extracts" / "home_office_prc"
FORCES = 43
LEAST_MEAN = 20.0  # of the baseline
# Quarters are numbered from financial years: the first is April to June, the second of the calendar year.
EXCLUDED_YEAR = "2020/21"
FIRST, LAST = ("2021/22", 2), ("2023/24", 1)
UNUSUAL = 0.02  # p below it is flagged


def quarter_number(financial_year: str, quarter: int) -> int:
    """Return the number of a quarter as the tests take it: 4 a year, from January."""
    return int(financial_year[:4]) * 4 + quarter


def quarter_name(number: int) -> str:
    """Return the financial year and quarter of a number."""
    year, quarter = divmod(number - 1, 4)
    return f"{year}/{(year + 1) % 100:02} Q{quarter + 1}"


def read_forces(folder: Path = EXTRACTS) -> tuple[Floats, int]:
    """Return the offences of each force and subgroup by quarter (series, quarters), and the first quarter's number.

    A quarter without a row is NaN. Raises ValueError if there are not 43 forces.
    """
    found: dict[tuple[str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                at = quarter_number(row["Financial Year"], int(row["Financial Quarter"]))
                found[row["Force Name"], row["Offence Subgroup"]][at] += float(row["Number of Offences"])
    forces = {force for force, _ in found}
    if len(forces) != FORCES:
        raise ValueError(f"{folder} has {len(forces)} forces, not {FORCES}")
    numbers = sorted({at for one in found.values() for at in one})
    quarters = range(numbers[0], numbers[-1] + 1)
    return np.array([[one.get(at, np.nan) for at in quarters] for _, one in sorted(found.items())]), numbers[0]


def measure_forces() -> list[RealQuarter]:
    """Return what each method flags, for each quarter of the check."""
    values, start = read_forces()
    return [measure_quarter(values, start, end) for end in range(quarter_number(*FIRST), quarter_number(*LAST) + 1)]


def measure_quarter(values: Floats, start: int, end: int) -> RealQuarter:
    """Return what each method flags in quarter number `end`; `values` and `start` as `read_forces` returns them."""
    periods = np.arange(start, end + 1)
    excluded = [quarter_number(EXCLUDED_YEAR, quarter) for quarter in (1, 2, 3, 4)]
    seen = values[:, : len(periods)].copy()
    # As on the paper's charts: a gap where a declared event keeps a period out.
    seen[:, np.isin(periods, excluded)] = np.nan
    before, quarter = seen[:, -1 - BASELINE[4] : -1], seen[:, -1:]
    # The table has no 2015/16 for anybody.
    published = ~np.isnan(before).all(axis=0)
    whole = ~np.isnan(before[:, published]).any(axis=1) & ~np.isnan(quarter[:, 0])
    chosen = np.flatnonzero(whole & (before[:, published].mean(axis=1) >= LEAST_MEAN))
    results = examine_spans(
        ask(periods, values[at, : len(periods)], end=end, per_year=4, kind="count", excluded=excluded) for at in chosen
    )
    with open_charts() as connection:
        charts = marked(connection, before[chosen], quarter[None, chosen])
    flagged = {TEST: float(np.mean([one.p is not None and one.p < UNUSUAL for one in results]))}
    flagged |= {rules: float(flags.mean()) for rules, flags in charts.items()}
    return RealQuarter(quarter_name(end), len(chosen), {name: 100 * share for name, share in flagged.items()})
