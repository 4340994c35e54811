"""The tables of what was measured: in docs/methods.md between its markers, and in full on the screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.signals.bars import FULL_STEP, Bar
from benchmarks.signals.measuring import SETTINGS, STEPS, YEAR_STEP
from benchmarks.signals.results import TEST, Cell, Rates, Results, Setting
from flows.errors import PanelbriefError
from flows.settings import CHECKOUT
from flows.spc import RULES

METHODS = CHECKOUT / "docs" / "methods.md"
BEGIN, END = "<!-- signals: written by make bench-signals -->", "<!-- end of signals -->"
SHOWN = "mdc-2023"  # the rule set of the paper's own charts; the other stands in signals.json
METHODS_IN_ORDER = (TEST, *RULES)
STEPS_SHOWN = (Setting(12, 36), Setting(4, 16))


def write_methods(results: Results, path: Path = METHODS) -> None:
    """Put the tables between the markers of the page at `path`; raises PanelbriefError if it has none."""
    page = path.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise PanelbriefError(
            "the tables have no place.", where=path.name, remedy=f"Put the lines {BEGIN} and {END} where they belong."
        )
    partial = path.with_suffix(".partial")
    partial.write_text(f"{before}{BEGIN}\n\n{methods_text(results)}\n{END}{after}", encoding="utf-8")
    partial.replace(path)


def methods_text(results: Results) -> str:
    """Return the tables as Markdown, each with a line that says how to read it."""
    parts = [*_quarter_part(results), *_steps_part(results), *_year_part(results)]
    return "\n".join([*parts, *_papers_part(results), *_forces_part(results)])


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def _by_line(cells: Sequence[Cell]) -> Mapping[str, Mapping[Setting, Cell]]:
    found: dict[str, dict[Setting, Cell]] = defaultdict(dict)
    for cell in cells:
        found[cell.line][cell.setting] = cell
    return found


def _brief(rates: Rates, step: tuple[int, int] = FULL_STEP) -> str:
    return f"{rates.false:.1f}/{rates.caught[step]:.0f}"


def _quarter_part(results: Results) -> Iterator[str]:
    count = min(cell.count for cell in results.cells)
    false, caught = _rule_sets_apart(results.cells)
    yield (
        f"**The quarter**, {count:,} series a line. Each cell: false flags in % / 2 SD steps from the quarter's first"
        f" period caught in %, of the chart rules `{SHOWN}`, then of the quarter test at p < 0.02. Monte Carlo error:"
        f" 0.2 and 0.6 points. `plotthedots` differs from `{SHOWN}` by at most {false:.1f} and {caught:.1f} points."
    )
    rows = [
        [line, *(f"{_brief(by[at].quarter[SHOWN])} · **{_brief(by[at].quarter[TEST])}**" for at in SETTINGS)]
        for line, by in _by_line(results.cells).items()
    ]
    yield from _markdown(["line", *map(str, SETTINGS)], rows)


def _rule_sets_apart(cells: Sequence[Cell]) -> tuple[float, float]:
    one, other = RULES
    pairs = [(cell.quarter[one], cell.quarter[other]) for cell in cells]
    false = max(abs(a.false - b.false) for a, b in pairs)
    return false, max(abs(a.caught[FULL_STEP] - b.caught[FULL_STEP]) for a, b in pairs)


def _steps_part(results: Results) -> Iterator[str]:
    for setting in STEPS_SHOWN:
        cells = [cell for cell in results.cells if cell.setting == setting]
        steps = list(cells[0].quarter[TEST].caught)
        yield f"**Steps by size and first period**, {setting}: caught in %, `{SHOWN}` · **the quarter test**."
        rows = [
            [
                cell.line,
                *(f"{cell.quarter[SHOWN].caught[at]:.0f} · **{cell.quarter[TEST].caught[at]:.0f}**" for at in steps),
            ]
            for cell in cells
        ]
        head = [f"{size} SD" + (f" from month {first + 1}" if setting.per_year == 12 else "") for size, first in steps]
        yield from _markdown(["line", *head], rows)


def _year_part(results: Results) -> Iterator[str]:
    yield (
        f"**The year**: false flags in % / a {YEAR_STEP} SD step over the whole year caught in %, of `{SHOWN}` (any"
        " mark in the year), then of the year test at p < 0.02."
    )
    settings = [at for at in SETTINGS if any(cell.setting == at and cell.year for cell in results.cells)]
    rows = []
    for line, by in _by_line(results.cells).items():
        years = [year for at in settings if (year := by[at].year) is not None]
        step = (YEAR_STEP, 0)
        rows.append([line, *(f"{_brief(one[SHOWN], step)} · **{_brief(one[TEST], step)}**" for one in years)])
    yield from _markdown(["line", *map(str, settings)], rows)


def _papers_part(results: Results) -> Iterator[str]:
    yield (
        "**Papers of 25 indicators** that follow the stable lines in turn. On average in a paper where nothing changes:"
        " areas to address (both tests, p < 0.005), early signs, and indicators that the chart rules mark in the"
        " quarter. Then one indicator has a 3 SD step in the quarter: papers in % that make it an area to address, and"
        " that list it at all."
    )
    rows = [
        [
            str(one), f"{one.count:,}", f"{one.areas:.2f} (± {one.areas_error:.2f})", f"{one.early:.2f}",
            f"{one.marked[SHOWN]:.1f}", f"{one.step_strong:.0f}", f"{one.step_listed:.0f}",
        ]
        for one in results.papers
    ]  # fmt: skip
    head = [
        "papers",
        "number",
        "areas to address",
        "early signs",
        f"marked by `{SHOWN}`",
        "step an area",
        "step listed",
    ]
    yield from _markdown(head, rows)


def _forces_part(results: Results) -> Iterator[str]:
    yield (
        "**Real series**: recorded crime of 43 forces by subgroup, at least 20 a quarter in the baseline, without"
        " 2020/21 (and 2015/16, which the table does not have). Flagged in %:"
    )
    rows = [
        [one.quarter, f"{one.count:,}", *(f"{one.flagged[method]:.1f}" for method in METHODS_IN_ORDER)]
        for one in results.forces
    ]
    yield from _markdown(["quarter", "series", "the quarter test", *(f"`{rules}`" for rules in RULES)], rows)


def print_results(results: Results, bars: Sequence[Bar]) -> None:
    """Print everything that was measured, and each kind of bar with the one that is nearest to failing."""
    console = Console(width=200)
    for setting in SETTINGS:
        console.print(_setting_table(setting, [cell for cell in results.cells if cell.setting == setting]))
    years = [cell for cell in results.cells if cell.year is not None]
    console.print(_table("The year: false flags % / 1 SD step over the year caught %", _year_rows(years)))
    for part in (_papers_part(results), _forces_part(results)):
        console.print("\n".join(part), markup=False, highlight=False)
    console.print(_table("What is required; the one of each kind that is nearest to its limit", _bar_rows(bars)))


def _table(title: str, rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title)
    for at, name in enumerate(rows[0]):
        table.add_column(name, justify="left" if at == 0 else "right", no_wrap=True)
    for row in rows[1:]:
        table.add_row(*row)
    return table


def _setting_table(setting: Setting, cells: Sequence[Cell]) -> Table:
    title = f"{setting}: false flags %, and steps caught %, by the period of the quarter that they begin in"
    columns = ("false", *(f"{size} SD" for size in STEPS))
    head = ["line", *(f"{method}\n{column}" for method in METHODS_IN_ORDER for column in columns)]
    rows = [
        [cell.line, *(text for method in METHODS_IN_ORDER for text in _steps(cell.quarter[method]))] for cell in cells
    ]
    return _table(title, [head, *rows])


def _steps(rates: Rates) -> Iterator[str]:
    yield f"{rates.false:.1f}"
    for size in STEPS:
        yield " ".join(f"{share:.0f}" for (step, _), share in rates.caught.items() if step == size)


def _year_rows(cells: Sequence[Cell]) -> list[list[str]]:
    rows = [["line", *METHODS_IN_ORDER]]
    for cell in cells:
        year = cell.year or {}
        rows.append([f"{cell.line}, {cell.setting}", *(_brief(year[one], (YEAR_STEP, 0)) for one in METHODS_IN_ORDER)])
    return rows


def _bar_rows(bars: Sequence[Bar]) -> list[list[str]]:
    kinds: dict[tuple[str, bool], list[Bar]] = defaultdict(list)
    for bar in bars:
        kinds[bar.what, bar.is_least].append(bar)
    rows = [["required", "checked", "failed", "nearest", "measured", "limit"]]
    for (what, is_least), of_kind in kinds.items():
        worst = min(of_kind, key=lambda bar: bar.margin)
        failed = sum(not bar.holds for bar in of_kind)
        limit = f"{'≥' if is_least else '≤'} {worst.limit:.2f}"
        rows.append([what, str(len(of_kind)), str(failed), worst.where, f"{worst.value:.2f}", limit])
    return rows
