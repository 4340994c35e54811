"""Small counts: which local figures are withheld, so that no count of 1 to 4 is shown or can be worked out.

A count below the limit in an area smaller than the force is withheld, and with it as many other figures as it takes.
A share holds three counts: its numerator, its denominator, and the rest, which is what one is short of the other.
All that is published stands in rows and columns: the areas of a force add up to the force, the months of a quarter to
the quarter. Everything else in the paper (twelve months, changes, shares, tests) is made from published figures alone,
and so tells nothing more. Each quarter of an indicator is therefore a table of its own, areas by months, with margins.

In such a table the months of chosen areas are withheld together. What a reader can still say of a withheld cell is then
known exactly (Fréchet's bounds): with the row's total r, the column's total c and the total N of what is withheld, it
lies between max(0, r + c - N) and min(r, c). Areas are added until every small count could be any of three values or
more; where quarter totals do not leave that, they are withheld too, and a cell can be anything up to its column's
total. A force's own figure is never withheld: where it is 1, two values are left.

Where the paper before this one showed a month that is withheld now, its quarter total is withheld too, and stays so:
beside the old months it would tell by how much the new one differs. Fewer totals only leave a reader less.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.calendar import quarter_start

# A small count must be able to be one of so many values, less one, for who knows all that is published.
_WIDTH = 2.0
_LONGEST_MONTH = 31
Pair = tuple[float, float | None]
# An area's period, or None for its quarter.
Cell = tuple[str, dt.date | None]
Withheld = tuple[str, str, str, dt.date]


@dataclass
class Table:
    """One indicator's quarter in the areas of one force: `cells[area][period]` is (numerator, denominator).

    `has_total`: the force's figures are published above it. `has_months`: its periods are months that add up to a
    quarter; else the quarter is its one period. `kind` is that of the indicator: count, share or mean. `exposed` are
    the months that the paper before showed, and the quarters, (area, None), that it withheld.
    """

    cells: dict[str, dict[dt.date, Pair]]
    kind: str
    has_total: bool
    has_months: bool
    below: int
    exposed: frozenset[Cell] = frozenset()
    months: set[str] = field(default_factory=set)
    quarters: set[str] = field(default_factory=set)

    def withhold(self) -> None:
        """Fill `months`, the areas whose months are withheld, and `quarters`, those whose quarter total is."""
        small = [(area, period) for area, row in self.cells.items() for period in row if self.is_small(row[period])]
        self.quarters = {area for area in self.cells if self.is_small(self._total(area))}
        self.months = {area for area, _ in small} | self.quarters
        if not self.months:
            return
        if not self.has_months:
            self.quarters = set(self.months)
        while not self._is_enough(small) and self._widen():
            pass
        if self.exposed & {*self._hidden_months(), *((area, None) for area in self.months)}:
            self.quarters = set(self.months)

    def hidden(self) -> Iterator[Cell]:
        """Give the withheld cells as (area, period), its quarter as (area, None); a zero known as such is not."""
        yield from self._hidden_months()
        for area in self.quarters:
            yield area, None

    def _hidden_months(self) -> Iterator[Cell]:
        for area in self.months if self.has_months else ():
            for period in self.cells[area]:
                column = [self.cells[other].get(period, (0.0, 0.0)) for other in self.months]
                row_is_nought = area not in self.quarters and not any(map(any, self.cells[area].values()))
                if any(map(any, column)) and not row_is_nought:
                    yield area, period

    def is_small(self, pair: Pair) -> bool:
        """Return whether the cell holds a count from 1 to one under the limit; a mean's numerator is no count."""
        numerator, denominator = pair
        counts = {"count": (numerator,), "mean": (denominator,), "share": (*pair, _rest(pair))}[self.kind]
        return any(self._is_small_count(count) for count in counts)

    def _is_small_count(self, count: float | None) -> bool:
        return count is not None and 0 < count < self.below

    def _is_enough(self, small: Sequence[tuple[str, dt.date]]) -> bool:
        if self.has_total and self.quarters and len(self.quarters) < 2:
            return False
        cells: list[Cell] = [*small, *((area, None) for area in self.quarters)]
        return all(self._width(area, period) >= _WIDTH for area, period in cells if self._is_small_at(area, period))

    def _is_small_at(self, area: str, period: dt.date | None) -> bool:
        return self.is_small(self._total(area) if period is None else self.cells[area][period])

    def _width(self, area: str, period: dt.date | None) -> float:
        """Return by how much the least free of the cell's small counts can vary."""
        if self.kind != "share":
            return self._range(area, period, 0 if self.kind == "count" else 1)
        # A share's numerator and the rest of its denominator vary freely beside each other; the denominator is both.
        pair = self._total(area) if period is None else self.cells[area][period]
        parts = {part: self._range(area, period, part) for part in (0, 2)}
        small = [parts[part] for part, count in ((0, pair[0]), (2, _rest(pair))) if self._is_small_count(count)]
        return min(small, default=sum(parts.values()))

    def _range(self, area: str, period: dt.date | None, part: int) -> float:
        row = self._sum([area], None, part)
        if not self.has_total:
            return row if period is not None and area not in self.quarters else float("inf")
        pooled = self._sum(self.quarters, None, part)
        if period is None:
            return pooled if len(self.quarters) > 1 else 0.0
        column, all_of_it = self._sum(self.months, period, part), self._sum(self.months, None, part)
        if area in self.quarters:
            return min(pooled, column) if len(self.quarters) > 1 else 0.0
        return min(row, column, all_of_it - row, all_of_it - column)

    def _widen(self) -> bool:
        """Withhold one area more, the one with the smallest figures, or else the quarter totals; False if all are."""
        alone = self.has_total and len(self.quarters) == 1
        if alone and self.months - self.quarters:
            self.quarters.add(min(self.months - self.quarters, key=self._size))
            return True
        spare = self.cells.keys() - self.months if self.has_total else set()
        if spare:
            added = min(spare, key=self._size)
            self.months.add(added)
            if alone or not self.has_months:
                self.quarters.add(added)
            return True
        if self.quarters != self.months:
            self.quarters = set(self.months)
            return True
        return False

    def _size(self, area: str) -> tuple[bool, float, str]:
        """Return the order in which areas are added: nought last, for it hides nothing."""
        size = self._sum([area], None, 1 if self.kind == "mean" else 0)
        return (size == 0, size, area)

    def _total(self, area: str) -> Pair:
        return (self._sum([area], None, 0), self._sum([area], None, 1))

    def _sum(self, areas: Iterable[str], period: dt.date | None, part: int) -> float:
        """Return the sum over areas and periods (all if None): 0 numerators, 1 denominators, 2 the rest."""
        total = 0.0
        for area in areas:
            for at, (numerator, denominator) in self.cells[area].items():
                if period in (None, at):
                    total += (numerator, denominator or 0.0, _rest((numerator, denominator)))[part]
        return total


def _rest(pair: Pair) -> float:
    """Return the cases of a share that its numerator does not count."""
    numerator, denominator = pair
    return max((denominator or 0.0) - numerator, 0.0)


def kpi_suppressed(
    cells: Sequence[Mapping[str, Any]],
    measures: Mapping[str, frozenset[str]],
    groups: Mapping[str, frozenset[str]],
    below: int,
    earlier: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    """Return the rows of `kpi_suppressed`: each withheld figure by indicator, area, grain and first day.

    `cells` are the rows of `kpi_cell`; `measures` what each indicator is made of; `groups` the areas smaller than a
    force that are made of others. Indicators that share a measure, and areas in groups, overlap in more ways than a
    table has: there, if anything is small, all local figures of the quarter are withheld. `earlier` are the rows of
    `plan_earlier_figure`, what the paper before showed and withheld.
    """
    exposed = _exposed(earlier)
    found: set[Withheld] = set()
    linked = _linked(measures)
    blocks: dict[tuple[str, str, dt.date], list[Mapping[str, Any]]] = defaultdict(list)
    for cell in cells:
        blocks[linked[cell["indicator"]], cell["force"], cell["quarter_start"]].append(cell)
    for rows in blocks.values():
        tables = _tables(rows, below, exposed)
        areas = {row["area"] for row in rows}
        nested = {group for group, parts in groups.items() if parts & areas}
        if len(tables) > 1 or nested:
            found |= _all_of(rows, tables, nested)
            continue
        for name, table in tables.items():
            table.withhold()
            found |= set(_named(name, rows[0], table))
    names = ("indicator", "area", "grain", "period_start")
    return [dict(zip(names, one, strict=True)) for one in sorted(found)]


def _exposed(earlier: Sequence[Mapping[str, Any]]) -> dict[tuple[str, dt.date], frozenset[Cell]]:
    """Return the months of each indicator and quarter that were shown, and the quarters that were withheld."""
    found: defaultdict[tuple[str, dt.date], set[Cell]] = defaultdict(set)
    for row in earlier:
        start = row["period_start"]
        is_quarter = (row["period_end"] - start).days > _LONGEST_MONTH
        if is_quarter == bool(row["is_withheld"]):
            found[row["indicator"], quarter_start(start)].add((row["area"], None if is_quarter else start))
    return {key: frozenset(cells) for key, cells in found.items()}


def _tables(
    rows: Sequence[Mapping[str, Any]], below: int, exposed: Mapping[tuple[str, dt.date], frozenset[Cell]]
) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for row in rows:
        known = exposed.get((row["indicator"], row["quarter_start"]), frozenset())
        table = tables.setdefault(
            row["indicator"], Table({}, row["kind"], bool(row["force"]), row["frequency"] == "month", below, known)
        )
        table.cells.setdefault(row["area"], {})[row["period_start"]] = (row["numerator"], row["denominator"])
    return tables


def _named(name: str, row: Mapping[str, Any], table: Table) -> Iterator[Withheld]:
    for area, period in table.hidden():
        yield name, area, "quarter" if period is None else "month", period or row["quarter_start"]


def _all_of(rows: Sequence[Mapping[str, Any]], tables: Mapping[str, Table], nested: set[str]) -> set[Withheld]:
    """Return every local figure of the block, if any of them is small."""
    for table in tables.values():
        table.withhold()
    if not any(table.months for table in tables.values()):
        return set()
    found: set[Withheld] = set()
    for row in rows:
        for area in (row["area"], *nested):
            found.add((row["indicator"], area, row["frequency"], row["period_start"]))
            found.add((row["indicator"], area, "quarter", row["quarter_start"]))
    return found


def _linked(measures: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """Return for each indicator the first of those that it shares a measure with, however far round."""
    first = {name: name for name in measures}
    changed = True
    while changed:
        changed = False
        for one in measures:
            for other in measures:
                if measures[one] & measures[other] and first[one] != first[other]:
                    first[one] = first[other] = min(first[one], first[other])
                    changed = True
    return first
