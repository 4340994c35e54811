"""make bench-signals: both methods on the same simulated series, on papers and on real series, in one run.

Prints every rate, writes benchmarks/signals.json and the tables of docs/methods.md, and checks what is required of the
tests: exits with 1 and names each bar that fails. The same numbers every run.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.signals.bars import Bar, all_bars
from benchmarks.signals.forces import measure_forces
from benchmarks.signals.lines import LINES
from benchmarks.signals.measuring import SETTINGS, measure_cell
from benchmarks.signals.papers import measure_papers, summarise
from benchmarks.signals.results import Results, Setting, read_results, write_results
from benchmarks.signals.table import print_results, write_methods

SERIES = 8_000
PAPERS = tuple((setting, alike) for setting in (Setting(12, 36), Setting(4, 28)) for alike in (0.0, 0.4))
PARTS, PAPERS_A_PART = 2, 500
PROCESSES = 2


def measure_all(series: int) -> Results:
    """Return everything that is measured, `series` of them a line."""
    # Two processes share two cores; more threads would be in each other's way.
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        papers = [[pool.submit(measure_papers, *kind, PAPERS_A_PART, part) for part in range(PARTS)] for kind in PAPERS]
        cells = [pool.submit(measure_cell, line, setting, series) for line in LINES for setting in SETTINGS]
        forces = pool.submit(measure_forces)
        return Results(
            [one.result() for one in cells],
            [summarise(*kind, [one.result() for one in parts]) for kind, parts in zip(PAPERS, papers, strict=True)],
            forces.result(),
        )


def report(bars: Sequence[Bar]) -> int:
    """Name the bars that fail and return the command's exit code: 1 if there are any."""
    failed = [bar for bar in bars if not bar.holds]
    print(f"{len(bars) - len(failed)} of {len(bars)} bars hold.")
    for bar in failed:
        print(f"FAILED {bar}", file=sys.stderr)
    return 1 if failed else 0


def main() -> int:
    """Measure, print, write; return the exit code."""
    began = time.monotonic()
    results = measure_all(SERIES)
    bars = all_bars(results)
    print_results(results, bars)
    write_results(results)
    write_methods(read_results())
    print(f"{time.monotonic() - began:.0f} seconds.")
    return report(bars)


if __name__ == "__main__":
    sys.exit(main())
