"""What is required of the tests of change, checked one by one against what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.signals.lines import LINES, Family, Line
from benchmarks.signals.measuring import YEAR_STEP
from benchmarks.signals.results import TEST, Cell, PaperResult, Rates, RealQuarter, Results, Setting
from flows.spc import RULES

BY_NAME = {line.name: line for line in LINES}
# Per cent of stable series that may be flagged, by family: with 36 months and more, with 24, by quarter.
LONG: dict[Family, float] = {"stable": 2.5, "season": 2.5, "neighbours_0.3": 3.5, "neighbours_0.5": 4, "heavy": 3.5}
SHORT: dict[Family, float] = {"stable": 3, "season": 3, "neighbours_0.3": 4, "neighbours_0.5": 5, "heavy": 3.5}
QUARTERLY: dict[Family, float] = {"stable": 3, "season": 3, "neighbours_0.3": 3, "neighbours_0.5": 3, "heavy": 4}
MOVING = 4.0
AT_36_MONTHS = {"white noise": 70.0, "season 20 %": 62.0, "police-shaped season 40 %": 55.0, "AR 0.5": 54.0}
YEAR_FALSE: dict[Family, float] = {"season": 2.5, "neighbours_0.3": 2.5, "neighbours_0.5": 3.5}
YEAR_CAUGHT = {"white noise": 45.0, "season 20 %": 43.0, "season 40 %": 43.0}
FULL_STEP = (2, 0)  # 2 SDs from the first period on
QUARTERLY_CASES, QUARTERLY_SEASON = 5.0, 20.0
AREAS, LISTED = 0.3, 90.0
FORCES = (1.0, 5.0)


@dataclass(frozen=True)
class Bar:
    """One requirement: `value` at least or at most `limit`, at one place; `what` is the same for all of its kind."""

    what: str
    where: str
    value: float
    limit: float
    is_least: bool
    is_strict: bool = False

    @property
    def margin(self) -> float:
        """Return by how much it holds; below nought it fails, and at nought if it is strict."""
        return self.value - self.limit if self.is_least else self.limit - self.value

    @property
    def holds(self) -> bool:
        """Return whether what is required was measured."""
        return self.margin > 0 if self.is_strict else self.margin >= 0

    def __str__(self) -> str:
        """Return the bar in words."""
        sense = (
            ("above" if self.is_strict else "at least") if self.is_least else ("below" if self.is_strict else "at most")
        )
        return f"{self.what}, {self.where}: {self.value:.2f}, required {sense} {self.limit:.2f}"


def all_bars(results: Results) -> list[Bar]:
    """Return every requirement with what was measured."""
    bars = [bar for cell in results.cells for bar in (*_false(cell), *_caught(cell), *_year(cell))]
    bars += [bar for one in results.papers for bar in _paper(one)]
    return bars + [bar for one in results.forces for bar in _real(one)]


def _paper(one: PaperResult) -> Iterator[Bar]:
    yield Bar("areas to address in a paper of stable indicators", str(one), one.areas, AREAS, False)
    if one.setting == Setting(12, 36):
        yield Bar("papers that list the one indicator with a 3 SD step", str(one), one.step_listed, LISTED, True)


def _real(one: RealQuarter) -> Iterator[Bar]:
    where, least, most = f"43 forces, {one.quarter}", *FORCES
    yield Bar("real series flagged", where, one.flagged[TEST], least, True)
    yield Bar("real series flagged", where, one.flagged[TEST], most, False)


def _place(cell: Cell) -> tuple[Line, str]:
    return BY_NAME[cell.line], f"{cell.line}, {cell.setting}"


def _false(cell: Cell) -> Iterator[Bar]:
    line, where = _place(cell)
    value = cell.quarter[TEST].false
    if line.family == "moving":
        yield Bar("false flags where the level moves", where, value, MOVING, False)
        for rules in RULES:
            limit = cell.quarter[rules].false
            yield Bar("false flags where the level moves", f"{where}, below {rules}", value, limit, False, True)
        return
    limits = QUARTERLY if cell.setting.per_year == 4 else LONG if cell.setting.baseline >= 36 else SHORT
    yield Bar("false flags on stable series", where, value, limits[line.family], False)


def _caught(cell: Cell) -> Iterator[Bar]:
    line, where = _place(cell)
    value, setting = cell.quarter[TEST].caught[FULL_STEP], cell.setting
    for rules in RULES:
        less = _may_be_less(line, setting, cell.quarter[rules])
        if less is not None:
            limit = cell.quarter[rules].caught[FULL_STEP] - less
            what = "2 SD step caught, where the chart rules' false flags are modest"
            yield Bar(what, f"{where}, {rules} less {less:g}", value, limit, True)
    if setting == Setting(12, 36) and line.name in AT_36_MONTHS:
        yield Bar("2 SD step caught", where, value, AT_36_MONTHS[line.name], True)
    if setting.per_year == 4 and setting.baseline >= 16 and line.family == "season":
        yield Bar("2 SD step caught", where, value, QUARTERLY_SEASON, True)


def _may_be_less(line: Line, setting: Setting, rules: Rates) -> float | None:
    """Return by how much the test may catch less than these rules; None if nothing is required."""
    if setting.per_year == 12:
        if setting.baseline < 36:
            return None
        return 0.0 if rules.false <= 6.5 else 3.0 if rules.false <= 8 else None
    is_asked = setting.baseline >= 16 and rules.false <= 3.5 and (line.cases is None or line.cases >= QUARTERLY_CASES)
    return 2.0 if is_asked else None


def _year(cell: Cell) -> Iterator[Bar]:
    line, where = _place(cell)
    if cell.year is None or cell.setting != Setting(12, 36):
        return
    rates = cell.year[TEST]
    limit = 2.5 if line.name == "white noise" else YEAR_FALSE.get(line.family)
    if limit is not None:
        yield Bar("false flags of the year test", where, rates.false, limit, False)
    if line.name in YEAR_CAUGHT:
        yield Bar("1 SD step over the year caught", where, rates.caught[YEAR_STEP, 0], YEAR_CAUGHT[line.name], True)
