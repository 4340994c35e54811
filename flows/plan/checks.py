"""Checks of a panel's files against each other: each is a function from entries to faults.

An entry with a fault of its own is checked all the same, by what of it is sound: else one fault would hide the next.
"""

from __future__ import annotations

import difflib
import itertools
import typing
from collections.abc import Callable, Collection, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from flows.plan.forces import FORCES
from flows.plan.loader import Entry
from flows.plan.models import DataSource
from flows.plan.positions import Fault
from flows.plan.source_checks import source_faults

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
# Which columns of a file a correction may name: those that the layout reads.
_STREET = ("crime_id", "month", "reported_by", "falls_within", "longitude", "latitude", "location", "lsoa_code",
           "lsoa_name")  # fmt: skip
COLUMNS = {
    "stg_recorded_crime": (
        "financial_year", "financial_quarter", "force", "offence_group", "offence_subgroup", "offence_description",
        "offence_code", "offences",
    ),
    "stg_street_crime": (*_STREET, "crime_type", "last_outcome", "context"),
    "stg_crime_outcome": (*_STREET, "outcome_type"),
    "stg_force_return": ("measure", "area", "period", "numerator", "denominator", "note"),
    "stg_population": ("area", "year", "population", "note"),
}  # fmt: skip

LAYOUTS = typing.get_args(DataSource.model_fields["layout"].annotation)
QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))


class Book:
    """The entries by file and key, and the ids that are known (also those of entries that have other faults).

    `unread` names files that could not be read. The ids that such a file gives are None: then no reference to them can
    be called unknown.
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


def check_entries(book: Book) -> list[Fault]:
    """Return every fault found by holding the files against each other."""
    return [fault for check in CHECKS for fault in check(book)]


def unknown_name(what: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    """Return what is said of a name that is not among those known, and the remedy."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known) or 'none'}."
    return f"there is no {what} '{name}'.", remedy


def _unknown(entry: Entry, what: str, name: str, known: Iterable[str], *path: str | int) -> Fault:
    return entry.fault(*unknown_name(what, name, known), *path)


def _references(entry: Entry, what: str, known: set[str] | None, *path: str) -> Iterator[Fault]:
    """Yield a fault for each of the names under `path` that is not known."""
    for at, name in entry.names(*path):
        if known is not None and name not in known:
            yield _unknown(entry, what, name, known, *path, at)


def _reference(entry: Entry, what: str, known: set[str] | None, key: str) -> Iterator[Fault]:
    """Yield a fault if the one name under `key` is not known."""
    name = entry.values.get(key)
    if known is not None and name is not None and name not in known:
        yield _unknown(entry, what, name, known, key)


def _twice(entry: Entry, *path: str) -> Iterator[Fault]:
    """Yield a fault for each name that the list under `path` holds more than once, whatever its letters' case."""
    seen: set[str] = set()
    for at, name in entry.names(*path):
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
                remedy = "Give each its own id, also in another plan: series may change objective with the plan."
                yield entry.fault(f"objective '{name}' stands twice.", remedy, "objectives", at, "id")
            owner[name] = plan
        if entry.has("start", "end") and entry.sound.end < entry.sound.start:
            yield entry.fault("the plan ends before it starts.", "Swap the dates, or mend one.", "end")
    dated = [one for one in book.under("plans") if one.has("id", "start", "end")]
    for last, entry in itertools.pairwise(sorted(dated, key=lambda one: one.sound.start)):
        if entry.sound.start <= last.sound.end:
            remedy = "One plan is in force at a time: let one end the day before the next starts."
            yield entry.fault(f"this plan starts before '{last.sound.id}' has ended.", remedy, "start")


def _panel(book: Book) -> Iterator[Fault]:
    for entry in book.entries:
        if entry.file != "panel.yml":
            continue
        areas = _dicts(entry.raw.get("areas"))
        codes = [str(area.get("code")) for area in areas]
        for at, area in enumerate(areas):
            if codes.index(codes[at]) != at:
                yield entry.fault(f"the area '{codes[at]}' stands twice.", "Keep one of them.", "areas", at)
            parts = area.get("parts")
            for part in parts if isinstance(parts, list) else []:
                if str(part) not in codes:
                    yield _unknown(entry, "area", str(part), codes, "areas", at, "parts")
        forces = {code for code, area in zip(codes, areas, strict=True) if area.get("kind") == "force"}
        yield from _reference(entry, "force among the areas called", forces if areas else None, "force_area")
        yield from _comparators(entry)


def _comparators(entry: Entry) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, comparator in enumerate(_dicts(entry.raw.get("comparators"))):
        name, forces = str(comparator.get("id")), comparator.get("forces")
        forces = [str(one) for one in forces] if isinstance(forces, list) else []
        if name in seen:
            yield entry.fault(f"the comparator '{name}' stands twice.", "Keep one.", "comparators", at)
        seen.add(name)
        for force in sorted({force for force in forces if forces.count(force) > 1}):
            remedy = "It would be counted twice: remove one."
            yield entry.fault(f"'{force}' stands twice in '{name}'.", remedy, "comparators", at, "forces")
        for place, force in enumerate(forces):
            # Tables may name others than these, and forces merge: only what looks like a slip of the pen is a fault.
            if force not in FORCES and difflib.get_close_matches(force, FORCES, n=1, cutoff=0.87):
                yield _unknown(entry, "force", force, FORCES, "comparators", at, "forces", place)


def _indicators(book: Book) -> Iterator[Fault]:
    layouts = {str(entry.raw.get("id")): str(entry.raw.get("layout")) for entry in book.under("sources")}
    for entry in book.under("indicators"):
        yield from _references(entry, "objective", book.objectives, "objectives")
        yield from _references(entry, "indicator", book.indicators, "read_with")
        yield from _references(entry, "area", book.areas, "areas")
        for at, name in entry.names("read_with"):
            if name == entry.raw.get("id"):
                yield entry.fault("an indicator is read with itself.", "Name another, or remove it.", "read_with", at)
        yield from _twice(entry, "areas")
        for key in entry.raw["select"] if isinstance(entry.raw.get("select"), dict) else ():
            yield from _twice(entry, "select", key)  # or its rows would be counted twice
        if entry.values.get("source") in layouts:
            yield from _indicator_source(entry, layouts[entry.sound.source])
        else:
            yield from _reference(entry, "source", book.sources, "source")


def _indicator_source(entry: Entry, layout: str) -> Iterator[Fault]:
    one = entry.values
    allowed = SELECTS.get(layout)
    if layout not in LAYOUTS:
        return  # the source itself has that fault
    if allowed is None:
        yield entry.fault(f"no indicator can be made from the layout '{layout}'.", "Name another source.", "source")
        return
    chosen = [name for name, _ in one["select"].chosen()] if "select" in one else None
    if chosen is not None and (len(chosen) != 1 or chosen[0] not in allowed):
        given = ", ".join(chosen) or "nothing"
        remedy = f"For the layout {layout} give exactly one of: {', '.join(sorted(allowed))}."
        yield entry.fault(f"select holds {given}.", remedy, "select")
    if "frequency" in one and one["frequency"] not in FREQUENCIES[layout]:
        remedy = f"The layout {layout} comes by: {', '.join(sorted(FREQUENCIES[layout]))}."
        yield entry.fault(f"the figures do not come by {one['frequency']}.", remedy, "frequency")
    if one.get("kind", "count") != "count" and layout != "force_return":
        yield entry.fault(f"the layout {layout} holds counts only.", "Set kind to count.", "kind")
    kind = one.get("kind", "count")
    if one.get("chart", "auto") not in CHARTS[kind]:
        remedy = f"For a {kind} choose one of: {', '.join(CHARTS[kind])}."
        yield entry.fault(f"the chart '{one['chart']}' does not show a {kind}.", remedy, "chart")
    if one.get("plausible"):
        low, high = one["plausible"]
        if one.get("kind") == "count":
            yield entry.fault("only a share or a mean has plausible figures.", "Remove plausible.", "plausible")
        elif not low < high:
            remedy = "Give the lowest figure that could be true, then the highest, in the indicator's unit."
            yield entry.fault(f"plausible goes from {low:g} to {high:g}.", remedy, "plausible")


def _indicator_periods(book: Book) -> Iterator[Fault]:
    for entry in book.under("indicators"):
        one = entry.values
        # Rates are made from quarters, so there the frequency is known though it be misspelled.
        frequency = one.get("frequency", "quarter" if one.get("per_1000_people") else None)
        if "begins" in one and frequency is not None:
            begins = entry.sound.begins
            starts = (4, 7, 10, 1) if frequency == "quarter" else range(1, 13)
            if begins.day != 1 or begins.month not in starts:
                remedy = f"Give the first day of the first {frequency}, such as 2019-04-01."
                yield entry.fault(f"begins {begins} is not the first day of a {frequency}.", remedy, "begins")
        if one.get("per_1000_people") and one.get("kind", "count") != "count":
            yield entry.fault("only counts are set against population.", "Remove per_1000_people.", "per_1000_people")
        elif one.get("per_1000_people") and one.get("frequency", "quarter") != "quarter":
            wrong = "rates are made from quarterly figures of whole forces."
            yield entry.fault(wrong, "Remove per_1000_people.", "per_1000_people")


def _sources(book: Book) -> Iterator[Fault]:
    for entry in book.under("sources"):
        yield from source_faults(entry)


def _meetings(book: Book) -> Iterator[Fault]:
    seen: set[Any] = set()
    for entry in book.under("meetings"):
        one = entry.values
        if "date" in one and one["date"] in seen:
            yield entry.fault(f"the meeting of {one['date']} stands twice.", "Keep one of them.", "date")
        seen.add(one.get("date"))
        yield from _references(entry, "objective", book.objectives, "deep_dive")
        ends = one.get("quarter_ends")
        if ends is not None and (ends.month, ends.day) not in QUARTER_ENDS:
            remedy = "Give the last day of March, June, September or December."
            yield entry.fault(f"{ends} is not the end of a quarter.", remedy, "quarter_ends")
        if one.get("deep_dive") and one.get("kind", "performance") != "performance":
            yield entry.fault(f"a {one['kind']} meeting takes no deep dive.", "Remove deep_dive.", "deep_dive")


def _events(book: Book) -> Iterator[Fault]:
    for entry in [*book.under("events"), *book.under("rebases"), *book.under("records")]:
        one = entry.values
        yield from _references(entry, "indicator", book.indicators, "indicators")
        if "source" in one and "illustrative" in one and (one["source"] is None) == (not one["illustrative"]):
            wrong = "has neither a source nor the word illustrative" if one["source"] is None else "has both"
            remedy = "Give a public source (title, url, date), or set illustrative: true."
            yield entry.fault(f"'{entry.raw.get('id')}' {wrong}.", remedy, "id")
        if entry.key == "records":
            yield from _reference(entry, "objective", book.objectives, "objective")
        if entry.key == "events":
            yield from _event_dates(entry)


def _event_dates(entry: Entry) -> Iterator[Fault]:
    one = entry.values
    if entry.has("start", "end") and one["end"] < one["start"]:
        yield entry.fault("the event ends before it starts.", "Swap the dates, or mend one.", "end")
    if one.get("excludes_from_baselines"):
        if "end" in one and one["end"] is None:
            yield entry.fault("periods are kept out without an end.", "Give the event's last day as end.", "start")
        if "why_excluded" in one and not one["why_excluded"]:
            wrong = "periods are kept out of baselines without a reason."
            yield entry.fault(wrong, "Say why in why_excluded.", "excludes_from_baselines")


def _recipients(book: Book) -> Iterator[Fault]:
    seen: set[tuple[Any, str]] = set()
    for entry in book.under("recipients"):
        if not entry.has("role", "address"):
            continue
        key = (entry.sound.role, entry.sound.address.lower())
        if key in seen:
            yield entry.fault(f"{entry.sound.address} stands twice in one role.", "Keep one of them.", "address")
        seen.add(key)


def _corrections(book: Book) -> Iterator[Fault]:
    seen: list[tuple[Entry, SimpleNamespace]] = []
    for entry in book.under("corrections"):
        given = entry.sound
        if entry.has("table", "column") and given.column not in COLUMNS[given.table]:
            what = f"column of {given.table} in a file called"
            yield _unknown(entry, what, given.column, COLUMNS[given.table], "column")
        if ("value" in entry.raw) == bool(entry.raw.get("drop")):
            wrong = "has both a value and drop" if "value" in entry.raw else "has neither a value nor drop"
            remedy = "Give the right value, or drop: true to leave the record out."
            yield entry.fault(f"the correction {wrong}.", remedy, "value")
        if not entry.has("extract", "table", "record", "member", "column"):
            continue
        for first, other in seen:
            if _same_place(given, other):
                wrong = f"this record is corrected twice ({first.file}, line {first.document.line(first.at)})."
                yield entry.fault(wrong, "Keep one: a column once, and nothing beside drop.", "record")
        seen.append((entry, given))


def _same_place(one: SimpleNamespace, other: SimpleNamespace) -> bool:
    """Return whether two corrections are of the same value, or of a record that one of them leaves out."""
    is_same_file = one.extract.startswith(other.extract) or other.extract.startswith(one.extract)
    is_same_record = (one.table, one.record, one.member) == (other.table, other.record, other.member)
    return is_same_file and is_same_record and (one.column == other.column or one.drop or other.drop)


CHECKS: tuple[Callable[[Book], Iterator[Fault]], ...] = (
    _ids_once,
    _plans,
    _panel,
    _sources,
    _indicators,
    _indicator_periods,
    _meetings,
    _events,
    _recipients,
    _corrections,
)
