"""What is measured, and how it is kept: benchmarks/signals.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.settings import CHECKOUT

RESULTS = CHECKOUT / "benchmarks" / "signals.json"
TEST = "test"  # beside the names of the rule sets


@dataclass(frozen=True)
class Setting:
    """A grain and the length of the baseline."""

    per_year: int
    baseline: int

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.baseline} {'months' if self.per_year == 12 else 'quarters'}"


@dataclass(frozen=True)
class Rates:
    """Per cent of series that a method flags: while nothing changes, and by step (SDs, first period that it raises)."""

    false: float
    caught: Mapping[tuple[int, int], float]


@dataclass(frozen=True)
class Cell:
    """A line in a setting: the rates by method (the test, the rule sets) for the quarter and, if measured, the year."""

    line: str
    setting: Setting
    count: int
    quarter: Mapping[str, Rates]
    year: Mapping[str, Rates] | None


@dataclass(frozen=True)
class PaperResult:
    """Papers of 25 indicators whose noise has the correlation `alike`.

    `areas` and `early` are the average numbers of areas to address and early signs in a paper of stable indicators,
    `areas_error` the standard error of the first, `marked` by rule set the average number with a mark in the quarter.
    Of papers in which one indicator has a step, `step_strong` per cent make it an area to address and `step_listed` put
    it on either list.
    """

    setting: Setting
    alike: float
    count: int
    areas: float
    areas_error: float
    early: float
    marked: Mapping[str, float]
    step_strong: float
    step_listed: float

    def __str__(self) -> str:
        """Return which papers these are, in words."""
        return f"{self.setting}, {f'correlated {self.alike:g}' if self.alike else 'independent'}"


@dataclass(frozen=True)
class RealQuarter:
    """Per cent of the forces' series that each method flags in a quarter."""

    quarter: str
    count: int
    flagged: Mapping[str, float]


@dataclass(frozen=True)
class Results:
    """Everything that was measured in one run."""

    cells: Sequence[Cell]
    papers: Sequence[PaperResult]
    forces: Sequence[RealQuarter]


def write_results(results: Results, path: Path = RESULTS) -> None:
    """Write the results as JSON, one line a cell; what stood there is replaced whole."""
    parts = [
        f'  "{name}": [\n' + ",\n".join(f"    {json.dumps(_plain(one))}" for one in part) + "\n  ]"
        for name, part in (("cells", results.cells), ("papers", results.papers), ("forces", results.forces))
    ]
    partial = path.with_suffix(".partial")
    partial.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    partial.replace(path)


def read_results(path: Path = RESULTS) -> Results:
    """Return the results that `write_results` wrote."""
    held = json.loads(path.read_text(encoding="utf-8"))
    for one in (*held["cells"], *held["papers"]):
        one["setting"] = Setting(**one["setting"])
    for one in held["cells"]:
        one["quarter"] = _read_rates(one["quarter"])
        one["year"] = None if one["year"] is None else _read_rates(one["year"])
    return Results(
        [Cell(**one) for one in held["cells"]],
        [PaperResult(**one) for one in held["papers"]],
        [RealQuarter(**one) for one in held["forces"]],
    )


def _read_rates(methods: Mapping[str, Any]) -> dict[str, Rates]:
    return {
        method: Rates(one["false"], {_step(step): share for step, share in one["caught"].items()})
        for method, one in methods.items()
    }


def _step(words: str) -> tuple[int, int]:
    size, first = words.split(" SD from ")
    return int(size), int(first) - 1


def _plain(value: Any) -> Any:
    """Return a result as JSON takes it, four decimals at most."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {
            f"{key[0]} SD from {key[1] + 1}" if isinstance(key, tuple) else key: _plain(one)
            for key, one in value.items()
        }
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
