"""make bench: the briefing against an empty Prefect flow, a check against reading, charts against the bare statement,
and checking ten million rows against the same checks by hand.

`python -m benchmarks PART...` measures only briefing, check, charts or expectations.

Prints one table and writes benchmarks/results.json. Ratios travel from machine to machine, seconds do not.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Run, Runs, alternate, run_once
from flows.settings import CHECKOUT

TIMES = 3
BRIEFING_LIMIT = 1.8
CHART_LIMIT = 3.0
LINEAR_LIMIT = 1.25
EXPECTATIONS_LIMIT = 5.0
EXPECTATIONS_MEMORY_MB = 2000
STAGED_ROWS = 10_000_000
SERIES = 10_000
MEMORY_LIMIT_MB = 1000
PANELBRIEF = str(Path(sys.executable).with_name("panelbrief"))
RESULTS = CHECKOUT / "benchmarks" / "results.json"
PUBLISHED = CHECKOUT.parent / "shared" / "data" / "home-office" / "prc-pfa-2012-13-to-2023-24-q1.csv.gz"


def measure_briefing(home: Path) -> tuple[Runs, Runs]:
    """Return the runs of the whole briefing and of the empty flow, on a home that one earlier run has prepared."""
    briefing = [PANELBRIEF, "run", "--meeting", "2023-09-14", "--as-of", "2023-09-01", "--home", str(home)]
    nothing = [sys.executable, "-m", "benchmarks.empty_flow", str(home)]
    # The first run makes Prefect's database, fills the store and writes bytecode.
    run_once(briefing, CHECKOUT)
    run_once(nothing, CHECKOUT)
    found = alternate({"briefing": [*briefing, "--again"], "empty": nothing}, CHECKOUT, TIMES)
    return found["briefing"], found["empty"]


def measure_check() -> tuple[Runs, Runs] | None:
    """Return the runs of checking the Home Office's whole table and of merely reading it; None without the file."""
    if not PUBLISHED.is_file():
        return None
    check = [PANELBRIEF, "check", str(PUBLISHED), "--layout", "home_office_prc", "--json"]
    plain = [sys.executable, "-m", "benchmarks.plain_reading", str(PUBLISHED)]
    found = alternate({"check": check, "plain": plain}, CHECKOUT, TIMES)
    return found["check"], found["plain"]


def measure_charts(folder: Path) -> tuple[Runs, Runs, Run]:
    """Return the runs of charting 10,000 series and of the bare statement, and one run of charting 100,000."""
    small, large, result = folder / "small.csv", folder / "large.csv", folder / "out.csv"
    charting = [sys.executable, "-m", "benchmarks.charting"]
    for count, path in ((SERIES, small), (10 * SERIES, large)):
        run_once([*charting, "make", str(count), str(path)], CHECKOUT)
    commands: dict[str, Sequence[str]] = {what: [*charting, what, str(small), str(result)] for what in ("spc", "bare")}
    found = alternate(commands, CHECKOUT, TIMES)
    return found["spc"], found["bare"], run_once([*charting, "spc", str(large), str(result)], CHECKOUT)


def _chart_entries(spc: Runs, bare: Runs, large: Run) -> list[dict[str, object]]:
    """Return the entries of charting, from first read to last write, with the start-up of the command told apart."""
    return [
        {
            "measured": f"spc on {SERIES:,} series of 48",
            "floor": "the bare statement",
            "ratio": round(spc.inner_seconds / bare.inner_seconds, 2),
            "ratio_limit": CHART_LIMIT,
            "seconds": [round(one.inner_seconds, 2) for one in spc.runs],
            "floor_seconds": [round(one.inner_seconds, 2) for one in bare.runs],
            "start_up_seconds": round(spc.seconds - spc.inner_seconds, 2),
            "process_mb": round(spc.process_mb),
            "server_mb": 0,
            "memory_limit_mb": MEMORY_LIMIT_MB,
        },
        {
            "measured": f"spc on {10 * SERIES:,} series",
            "floor": "ten times the one above",
            "ratio": round(large.inner_seconds / (10 * spc.inner_seconds), 2),
            "ratio_limit": LINEAR_LIMIT,
            "seconds": [round(large.inner_seconds, 1)],
            "floor_seconds": [round(10 * spc.inner_seconds, 1)],
            "process_mb": round(large.process_mb),
            "server_mb": 0,
            "memory_limit_mb": MEMORY_LIMIT_MB,
        },
    ]


def measure_expectations(folder: Path) -> list[dict[str, object]]:
    """Return the entries of checking ten million staged rows, through the product and by hand, and pandas' figure."""
    checking = [sys.executable, "-m", "benchmarks.expecting"]
    run_once([*checking, "make", str(STAGED_ROWS), str(folder)], CHECKOUT)
    entries = []
    for suite, what in (("columns", "12 column checks"), ("own", "the product's suite")):
        ways: dict[str, Sequence[str]] = {way: [*checking, way, str(folder), suite] for way in ("product", "hand")}
        found = alternate(ways, CHECKOUT, TIMES)
        ours, by_hand = ([round(one.inner_seconds, 1) for one in found[way].runs] for way in ("product", "hand"))
        entries.append(
            {
                "measured": f"{what} over {STAGED_ROWS:,} rows",
                "floor": "the same by hand, best of 3",
                "ratio": round(min(ours) / min(by_hand), 2),
                "ratio_limit": EXPECTATIONS_LIMIT,
                "seconds": ours,
                "floor_seconds": by_hand,
                "process_mb": round(found["product"].process_mb),
                "server_mb": 0,
                "memory_limit_mb": EXPECTATIONS_MEMORY_MB,
            }
        )
    # Ten million rows as pandas holds them do not fit beside anything else, so a tenth is taken, and not scaled.
    pandas = run_once([*checking, "pandas", str(folder), str(STAGED_ROWS // 10)], CHECKOUT)
    entries.append(
        {
            "measured": f"the 12 in pandas, over {STAGED_ROWS // 10:,} rows",
            "floor": "the product, a tenth of it",
            "ratio": round(pandas.inner_seconds / (min(cast("list[float]", entries[0]["seconds"])) / 10), 2),
            "ratio_limit": None,
            "seconds": [round(pandas.inner_seconds, 1)],
            "floor_seconds": [round(min(cast("list[float]", entries[0]["seconds"])) / 10, 1)],
            "process_mb": round(pandas.process_mb),
            "server_mb": 0,
            "memory_limit_mb": None,
        }
    )
    return entries


def _entry(name: str, measured: Runs, floor: Runs, floor_name: str, limit: float | None) -> dict[str, object]:
    return {
        "measured": name,
        "floor": floor_name,
        "ratio": round(measured.seconds / floor.seconds, 2),
        "ratio_limit": limit,
        "seconds": [round(one.seconds, 1) for one in measured.runs],
        "floor_seconds": [round(one.seconds, 1) for one in floor.runs],
        "process_mb": round(measured.process_mb),
        "server_mb": round(measured.children_mb),
        "memory_limit_mb": MEMORY_LIMIT_MB,
    }


def _show(entries: Sequence[dict[str, object]]) -> None:
    table = Table(title=f"Medians of {TIMES} runs, each in turn with its floor; limits in brackets")
    for column in ("measured", "floor", "ratio", "peak memory", "and its server's", "seconds", "floor's seconds"):
        table.add_column(column, justify="left" if column in ("measured", "floor") else "right", no_wrap=True)
    for one in entries:
        limit = f" ({one['ratio_limit']})" if one["ratio_limit"] is not None else ""
        allowed = f" ({one['memory_limit_mb']})" if one["memory_limit_mb"] is not None else ""
        memory = f"{one['process_mb']} MB{allowed}"
        seconds, floor = (" ".join(map(str, cast("list[float]", one[key]))) for key in ("seconds", "floor_seconds"))
        server = f"{one['server_mb']} MB"
        table.add_row(str(one["measured"]), str(one["floor"]), f"{one['ratio']}{limit}", memory, server, seconds, floor)
    console = Console(width=170)
    console.print(table)
    for one in entries:
        if "start_up_seconds" in one:
            console.print(
                f"{one['measured']}: from first read to last write; start-up apart: {one['start_up_seconds']} s"
            )


def _briefing(folder: Path) -> list[dict[str, object]]:
    briefing, empty = measure_briefing(folder)
    return [_entry("the whole briefing", briefing, empty, "an empty Prefect flow", BRIEFING_LIMIT)]


def _check(_folder: Path) -> list[dict[str, object]]:
    checked = measure_check()
    return [_entry("check of the Home Office table", *checked, "reading it once", None)] if checked else []


PARTS: dict[str, Callable[[Path], list[dict[str, object]]]] = {
    "briefing": _briefing,
    "check": _check,
    "charts": lambda folder: _chart_entries(*measure_charts(folder)),
    "expectations": measure_expectations,
}


def main() -> None:
    """Measure the parts named, or all, print the table, and write the results; those of other parts stay."""
    entries: list[dict[str, object]] = []
    for part in sys.argv[1:] or PARTS:
        with tempfile.TemporaryDirectory(prefix="panelbrief-bench-") as folder:
            entries += PARTS[part](Path(folder))
        new = [one["measured"] for one in entries]
        kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else []
        results = [*(one for one in kept if one["measured"] not in new), *entries]
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _show(entries)


if __name__ == "__main__":
    main()
