"""The manifest: what should have come and what came, for each source, as of a day."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from flows.extraction import key, once_each, received_extracts
from flows.job import ledger_address
from flows.ledger import Extract, Ledger, Sighting
from flows.plan.loader import load_plan
from flows.plan.models import DataSource, Plan
from flows.plan.naming import Period, holds_period, name_in, period_in

Status = Literal["received", "late", "missing", "awaited", "arriving", "refused", "superseded", "duplicate"]


@dataclass(frozen=True)
class Line:
    """One file that came, or one period of which nothing came.

    `period` is as in 2023-04 or 2023/24 Q1, empty where the name says none; `due` the last day on which it was in time,
    for expected periods; `files` how many of the expected files had come, where a period has several.
    """

    source: str
    period: str
    status: Status
    due: dt.date | None = None
    received: dt.date | None = None
    name: str = ""
    sha256: str = ""
    sender: str = ""
    files: str = ""
    period_start: dt.date | None = None


def manifest(plan: Plan, ledger: Ledger, as_of: dt.date) -> list[Line]:
    """Return the manifest as of a day, by source in the order of the plan, then period, then arrival.

    received, late: what a briefing as of that day uses, late if it first came after it was due. superseded: another
    file came since, for that period or under that name. duplicate: the same bytes as another file. arriving: seen, and
    not yet there in full. refused: it lies there, and may hold personal data. missing: due before that day and
    nothing came; awaited: not due yet. The day a file was first seen arriving or refused is the ledger's; one that has
    come in full since is not among those of an earlier day.
    """
    extracts, sightings = received_extracts(plan, ledger.extracts(), as_of), ledger.sightings()
    refused = {(one.source, one.sha256) for one in ledger.refusals()}
    lines = []
    for source in plan.sources:
        came = [one for one in extracts if one.source == source.id]
        seen = [one for one in sightings if one.source == source.id and not one.sha256 and one.since <= as_of]
        found = list(_files(plan, source, came)) + [_there(source, one, "arriving") for one in seen]
        found += [
            _there(source, one, "refused", received=source.received or one.since, sha256=one.sha256)
            for one in sightings
            if (source.id, one.sha256) in refused and one.source == source.id and one.since <= as_of
        ]
        found += _absent(source, came, found, as_of)
        lines += sorted(found, key=lambda one: (one.period_start or dt.date.min, one.received or dt.date.max))
    return lines


def _due(source: DataSource, period: Period | None) -> dt.date | None:
    expects = source.expects
    if expects is None or period is None or period.start < expects.begins or period.months != _months(source):
        return None
    return period.end + dt.timedelta(days=expects.within_days)


def _months(source: DataSource) -> int:
    return 3 if source.expects is not None and source.expects.every == "quarter" else 1


def _line(source: DataSource, period: Period | None, status: Status, **given: object) -> Line:
    return Line(
        source=source.id,
        period=period.label if period else "",
        status=status,
        due=_due(source, period),
        sender=source.expects.sender if source.expects else "",
        period_start=period.start if period else None,
        **given,  # type: ignore[arg-type]  # the fields of Line that the callers name
    )


def _files(plan: Plan, source: DataSource, came: list[Extract]) -> Iterator[Line]:
    newest = {key(plan, one): one for one in came}
    first: dict[object, dt.date] = {}
    for one in came:
        first.setdefault(key(plan, one), one.received)
    used = once_each(list(newest.values()))
    for one in came:
        period = period_in(source.pattern, one.name)
        due = _due(source, period)
        status: Status = "received"
        if newest[key(plan, one)] is not one:
            status = "superseded"
        elif not any(one is other for other in used):
            status = "duplicate"
        elif due is not None and first[key(plan, one)] > due:
            status = "late"
        yield _line(source, period, status, received=one.received, name=one.name, sha256=one.sha256)


def _there(source: DataSource, one: Sighting, status: Status, **given: object) -> Line:
    """Return the line of a file that lies in its place and is not used."""
    name = name_in(source.pattern, one.address)
    return _line(source, period_in(source.pattern, name), status, name=name, **given)


def _absent(source: DataSource, came: list[Extract], found: list[Line], as_of: dt.date) -> list[Line]:
    """Return a line for each expected period of which too little came.

    Where names say no period, a file holds all that had ended before it came: then such a period is said to have come
    with the first file after it.
    """
    if source.expects is None:
        return []
    lines, period = [], Period(source.expects.begins, _months(source))
    while period.end < as_of:
        due = period.end + dt.timedelta(days=source.expects.within_days)
        absent: Status = "missing" if due < as_of else "awaited"
        if holds_period(source.pattern):
            # The bytes of another period are not what was due for this one.
            counted = ("received", "late", "arriving", "refused")
            names = {one.name for one in found if one.period_start == period.start and one.status in counted}
            if len(names) < source.expects.files:
                few = f"{len(names)} of {source.expects.files}" if source.expects.files > 1 else ""
                lines.append(_line(source, period, absent, files=few))
        else:
            whole = next((one for one in came if one.received > period.end), None)
            if whole is None:
                lines.append(_line(source, period, absent))
            else:
                status: Status = "late" if whole.received > due else "received"
                given = {"received": whole.received, "name": whole.name, "sha256": whole.sha256}
                lines.append(_line(source, period, status, **given))
        period = period.next
    return lines


def manifest_text(panel: Path, home: Path, as_of: dt.date, *, as_csv: bool = False) -> str:
    """Return the manifest of a panel as text for people or as CSV. Nothing is fetched. Raises PlanFaults."""
    plan = load_plan(panel)
    ledger = Ledger(ledger_address(home), plan.panel.name)
    try:
        lines = manifest(plan, ledger, as_of)
    finally:
        ledger.close()
    return (_csv(lines) if as_csv else _table(lines)).rstrip("\n")


def _csv(lines: list[Line]) -> str:
    """Return the manifest as CSV with a header."""
    names = [one.name for one in fields(Line) if one.name != "period_start"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(line, name) or "" for name in names] for line in lines)
    return out.getvalue()


def _table(lines: list[Line]) -> str:
    """Return the manifest as a table for people, in columns of text."""
    rows = [("source", "period", "status", "due", "received", "file")]
    for one in lines:
        file = one.name or (f"{one.files} files" if one.files else "")
        rows.append((one.source, one.period, one.status, str(one.due or ""), str(one.received or ""), file))
    widths = [max(len(row[at]) for row in rows) for at in range(5)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[5]]).rstrip()
        for row in rows
    )
