"""Checks of a panel's files against each other: each is a function from entries to faults."""

from __future__ import annotations

import difflib
import itertools
import typing
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from flows.plan.loader import Entry
from flows.plan.models import DataSource
from flows.plan.positions import Fault

# Which key of `select` a layout understands: indicators are made of these rows.
SELECTS = {
    "home_office_prc": {"groups", "subgroups", "all_groups_except"},
    "police_uk_street": {"crime_types"},
    "force_return": {"measures"},
}
FREQUENCIES = {
    "home_office_prc": {"quarter"},
    "police_uk_street": {"month"},
    "force_return": {"month", "quarter"},
}
# A chart of another kind would be drawn on another scale than the figure's. A chart of moving ranges shows no figure.
CHARTS = {
    "count": ("auto", "i", "run", "c", "g", "t"),
    "share": ("auto", "i", "run", "p", "pp"),
    "mean": ("auto", "i", "run", "u", "up", "t"),
}

LAYOUTS = typing.get_args(DataSource.model_fields["layout"].annotation)
QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))


class Book:
    """The entries by file and key, and the ids that are known (also those of entries that have other faults).

    The ids that a file gives are None if that file could not be read: then no reference to them can be called unknown.
    """

    def __init__(self, entries: list[Entry], unread: Collection[str]) -> None:
        self.entries = entries
        self.unread = unread
        self.objectives = self._given(
            "plans.yml",
            (
                str(one["id"])
                for entry in self.under("plans")
                for one in _dicts(entry.raw.get("objectives"))
                if "id" in one
            ),
        )
        self.indicators = self._given("indicators.yml", self.ids("indicators"))
        self.sources = self._given("sources.yml", self.ids("sources"))
        panel = next((entry.raw for entry in entries if entry.file == "panel.yml"), {})
        areas = panel.get("areas")
        codes = (str(one["code"]) for one in _dicts(areas) if "code" in one)
        self.areas = self._given("panel.yml", codes) if isinstance(areas, list) else None

    def _given(self, file: str, ids: Iterable[str]) -> set[str] | None:
        return None if file in self.unread else set(ids)

    def under(self, key: str) -> list[Entry]:
        """Return the entries under `key`, faulty or not."""
        return [entry for entry in self.entries if entry.key == key and entry.file != "panel.yml"]

    def ids(self, key: str) -> set[str]:
        """Return the ids given under `key`."""
        return {str(entry.raw["id"]) for entry in self.under(key) if "id" in entry.raw}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def check_entries(entries: list[Entry], unread: Collection[str] = ()) -> list[Fault]:
    """Return every fault found by holding the files against each other; `unread` names files that could not be read."""
    book = Book(entries, unread)
    return [fault for check in CHECKS for fault in check(book)]


def _unknown(entry: Entry, what: str, name: str, known: Iterable[str], *path: str | int) -> Fault:
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known) or 'none'}."
    return entry.fault(f"there is no {what} '{name}'.", remedy, *path)


def _references(
    entry: Entry, what: str, names: Iterable[str], known: set[str] | None, *path: str | int
) -> Iterator[Fault]:
    """Yield a fault for each of the names under `path` that is not known."""
    for at, name in enumerate(names):
        if known is not None and name not in known:
            yield _unknown(entry, what, name, known, *path, at)


def _twice(entry: Entry, names: Iterable[str], *path: str | int) -> Iterator[Fault]:
    """Yield a fault for each name that a list holds more than once, whatever its letters' case."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name.casefold() in seen:
            yield entry.fault(f"'{name}' stands twice in '{path[-1]}'.", "Keep one of them.", *path, at)
        seen.add(name.casefold())


def _ids_once(book: Book) -> Iterator[Fault]:
    for key in ("plans", "indicators", "sources", "events", "rebases", "records"):
        seen: dict[str, Entry] = {}
        for entry in book.under(key):
            name = str(entry.raw.get("id", ""))
            if name and name in seen:
                line = seen[name].document.line((*seen[name].at, "id"))
                yield entry.fault(f"the id '{name}' is used twice (first on line {line}).", "Give it its own id.", "id")
            seen.setdefault(name, entry)


def _plans(book: Book) -> Iterator[Fault]:
    owner: dict[str, str] = {}
    for entry in book.under("plans"):
        for at, one in enumerate(_dicts(entry.raw.get("objectives"))):
            name, plan = str(one.get("id")), str(entry.raw.get("id"))
            if name in owner:
                remedy = (
                    "Give each objective its own id, also in another plan: series may change objective with the plan."
                )
                yield entry.fault(f"objective '{name}' stands twice.", remedy, "objectives", at, "id")
            owner[name] = plan
        if entry.record is None:
            continue
        if entry.record.end < entry.record.start:
            yield entry.fault("the plan ends before it starts.", "Swap the dates, or mend one.", "end")
    dated = sorted((one for one in book.under("plans") if one.record is not None), key=lambda one: one.record.start)
    for last, entry in itertools.pairwise(dated):
        if entry.record.start <= last.record.end:
            yield entry.fault(
                f"this plan starts before '{last.record.id}' has ended.",
                "One plan is in force at a time: let one end the day before the next starts.",
                "start",
            )


def _panel(book: Book) -> Iterator[Fault]:
    for entry in book.entries:
        if entry.file != "panel.yml" or entry.record is None:
            continue
        panel = entry.record
        codes = [area.code for area in panel.areas]
        for at, area in enumerate(panel.areas):
            if codes.index(area.code) != at:
                yield entry.fault(f"the area '{area.code}' stands twice.", "Keep one of them.", "areas", at)
            for part in area.parts:
                if part not in codes:
                    yield _unknown(entry, "area", part, codes, "areas", at, "parts")
        forces = [area.code for area in panel.areas if area.kind == "force"]
        if panel.force_area not in forces:
            yield _unknown(entry, "force among the areas called", panel.force_area, forces, "force_area")
        seen: set[str] = set()
        for at, comparator in enumerate(panel.comparators):
            if comparator.id in seen:
                yield entry.fault(f"the comparator '{comparator.id}' stands twice.", "Keep one.", "comparators", at)
            seen.add(comparator.id)
            doubled = {force for force in comparator.forces if comparator.forces.count(force) > 1}
            for force in sorted(doubled):
                yield entry.fault(
                    f"'{force}' stands twice in '{comparator.id}'.", "It would be counted twice: remove one.",
                    "comparators", at, "forces",
                )  # fmt: skip


def _indicators(book: Book) -> Iterator[Fault]:
    layouts = {str(entry.raw.get("id")): str(entry.raw.get("layout")) for entry in book.under("sources")}
    for entry in book.under("indicators"):
        one = entry.record
        if one is None:
            continue
        yield from _references(entry, "objective", one.objectives, book.objectives, "objectives")
        yield from _references(entry, "indicator", one.read_with, book.indicators, "read_with")
        yield from _references(entry, "area", one.areas, book.areas, "areas")
        for at, name in enumerate(one.read_with):
            if name == one.id:
                yield entry.fault("an indicator is read with itself.", "Name another, or remove it.", "read_with", at)
        yield from _twice(entry, one.areas, "areas")
        for key, items in one.select.chosen():
            yield from _twice(entry, items, "select", key)  # or its rows would be counted twice
        if one.source in layouts:
            yield from _indicator_source(entry, layouts[one.source])
        elif book.sources is not None:
            yield _unknown(entry, "source", one.source, book.sources, "source")


def _indicator_source(entry: Entry, layout: str) -> Iterator[Fault]:
    one = entry.record
    chosen = [name for name, _ in one.select.chosen()]
    allowed = SELECTS.get(layout)
    if layout not in LAYOUTS:
        return  # the source itself has that fault
    if allowed is None:
        yield entry.fault(f"no indicator can be made from the layout '{layout}'.", "Name another source.", "source")
        return
    if len(chosen) != 1 or chosen[0] not in allowed:
        given = ", ".join(chosen) or "nothing"
        remedy = f"For the layout {layout} give exactly one of: {', '.join(sorted(allowed))}."
        yield entry.fault(f"select holds {given}.", remedy, "select")
    if one.frequency not in FREQUENCIES[layout]:
        remedy = f"The layout {layout} comes by: {', '.join(sorted(FREQUENCIES[layout]))}."
        yield entry.fault(f"the figures do not come by {one.frequency}.", remedy, "frequency")
    if one.kind != "count" and layout != "force_return":
        yield entry.fault(f"the layout {layout} holds counts only.", "Set kind to count.", "kind")
    if one.chart not in CHARTS[one.kind]:
        remedy = f"For a {one.kind} choose one of: {', '.join(CHARTS[one.kind])}."
        yield entry.fault(f"the chart '{one.chart}' does not show a {one.kind}.", remedy, "chart")
    starts = (4, 7, 10, 1) if one.frequency == "quarter" else range(1, 13)
    if one.begins.day != 1 or one.begins.month not in starts:
        remedy = f"Give the first day of the first {one.frequency}, such as 2019-04-01."
        yield entry.fault(f"begins {one.begins} is not the first day of a {one.frequency}.", remedy, "begins")
    if one.per_1000_people and one.kind != "count":
        yield entry.fault("only counts are set against population.", "Remove per_1000_people.", "per_1000_people")
    elif one.per_1000_people and one.frequency != "quarter":
        wrong = "rates are made from quarterly figures of whole forces."
        yield entry.fault(wrong, "Remove per_1000_people.", "per_1000_people")


def _meetings(book: Book) -> Iterator[Fault]:
    seen: set[Any] = set()
    for entry in book.under("meetings"):
        one = entry.record
        if one is None:
            continue
        if one.date in seen:
            yield entry.fault(f"the meeting of {one.date} stands twice.", "Keep one of them.", "date")
        seen.add(one.date)
        yield from _references(entry, "objective", one.deep_dive, book.objectives, "deep_dive")
        if one.quarter_ends is not None and (one.quarter_ends.month, one.quarter_ends.day) not in QUARTER_ENDS:
            remedy = "Give the last day of March, June, September or December."
            yield entry.fault(f"{one.quarter_ends} is not the end of a quarter.", remedy, "quarter_ends")
        if one.deep_dive and one.kind != "performance":
            yield entry.fault(f"a {one.kind} meeting takes no deep dive.", "Remove deep_dive.", "deep_dive")


def _events(book: Book) -> Iterator[Fault]:
    for entry in [*book.under("events"), *book.under("rebases"), *book.under("records")]:
        one = entry.record
        if one is None:
            continue
        yield from _references(entry, "indicator", one.indicators, book.indicators, "indicators")
        if (one.source is None) == (not one.illustrative):
            wrong = "has neither a source nor the word illustrative" if one.source is None else "has both"
            yield entry.fault(
                f"'{one.id}' {wrong}.",
                "Give a public source (title, url, date), or set illustrative: true.",
                "id",
            )
        if entry.key == "records" and book.objectives is not None and one.objective not in book.objectives:
            yield _unknown(entry, "objective", one.objective, book.objectives, "objective")
        if entry.key == "events":
            if one.end is not None and one.end < one.start:
                yield entry.fault("the event ends before it starts.", "Swap the dates, or mend one.", "end")
            if one.excludes_from_baselines and one.end is None:
                yield entry.fault("periods are kept out without an end.", "Give the event's last day as end.", "start")
            if one.excludes_from_baselines and not one.why_excluded:
                yield entry.fault(
                    "periods are kept out of baselines without a reason.", "Say why in why_excluded.",
                    "excludes_from_baselines",
                )  # fmt: skip


def _recipients(book: Book) -> Iterator[Fault]:
    seen: set[tuple[Any, str]] = set()
    for entry in book.under("recipients"):
        if entry.record is None:
            continue
        key = (entry.record.role, entry.record.address.lower())
        if key in seen:
            yield entry.fault(f"{entry.record.address} stands twice in one role.", "Keep one of them.", "address")
        seen.add(key)


CHECKS: tuple[Callable[[Book], Iterator[Fault]], ...] = (
    _ids_once,
    _plans,
    _panel,
    _indicators,
    _meetings,
    _events,
    _recipients,
)
