"""make bench: the whole briefing against an empty Prefect flow, and checking a file against merely reading it.

Prints one table and writes benchmarks/results.json. Ratios travel from machine to machine, seconds do not.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.table import Table

from benchmarks.measuring import Runs, alternate, run_once
from flows.settings import CHECKOUT

TIMES = 3
BRIEFING_LIMIT = 1.8
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
        memory = f"{one['process_mb']} MB ({one['memory_limit_mb']})"
        seconds, floor = (" ".join(map(str, cast("list[float]", one[key]))) for key in ("seconds", "floor_seconds"))
        server = f"{one['server_mb']} MB"
        table.add_row(str(one["measured"]), str(one["floor"]), f"{one['ratio']}{limit}", memory, server, seconds, floor)
    Console(width=170).print(table)


def main() -> None:
    """Measure, print the table and write the results."""
    with tempfile.TemporaryDirectory(prefix="panelbrief-bench-") as folder:
        briefing, empty = measure_briefing(Path(folder))
    entries = [_entry("the whole briefing", briefing, empty, "an empty Prefect flow", BRIEFING_LIMIT)]
    checked = measure_check()
    if checked:
        check, plain = checked
        entries.append(_entry("check of the Home Office table", check, plain, "reading it once", None))
    RESULTS.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    _show(entries)


if __name__ == "__main__":
    main()
