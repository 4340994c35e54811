"""Looks through a panel's folder, its commentaries included, and names every fault at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flows.calendar import deep_dive, long_date
from flows.extraction import idle_corrections, usable_extracts
from flows.ledger import Ledger
from flows.plan.loader import PlanFaults, examine_plan
from flows.plan.models import Plan
from flows.plan.positions import Fault
from flows.wording.narrative import narrative_faults, read_narratives


def examine(panel: Path, home: Path | None = None) -> list[str]:
    """Return what is to be said of a panel's folder without faults, as lines; `home` says which files were received.

    Raises PlanFaults with every fault of every YAML file and every commentary.
    """
    plan, faults, objectives = examine_plan(panel)
    folders = sorted(path for path in (panel / "narrative").glob("*") if any(path.glob("*.md")))
    for folder in folders:
        faults += narrative_faults(folder, objectives)
        faults += _meeting_faults(folder, plan)
    if plan is None or faults:
        raise PlanFaults(panel.name, faults)
    ahead = sorted(one.date for one in plan.meetings if one.kind == "performance")
    lines = [
        f"{plan.panel.name}: no faults.",
        f"  {len(plan.indicators)} indicators, {len(plan.sources)} sources, {len(plan.plans)} plans",
    ]
    if ahead:
        lines.append(f"  performance meetings from {long_date(ahead[0])} to {long_date(ahead[-1])}")
    if plan.corrections:
        lines.append(f"  {len(plan.corrections)} corrections")
    idle = _idle(plan, home) if home is not None else []
    return lines + idle + [line for folder in folders for line in _not_printed(folder, plan)]


def _idle(plan: Plan, home: Path) -> list[str]:
    """Return a line for each correction of a file that is not in use; none where nothing has been received yet."""
    path = home / "ledger.sqlite"
    if not path.is_file():
        return []
    ledger = Ledger(f"sqlite:///{path}", plan.panel.name)
    try:
        received = usable_extracts(plan, ledger, dt.date.max)
    finally:
        ledger.close()
    return [f"  {line}" for line in idle_corrections(plan, received, dt.date.max)]


def _meeting_faults(folder: Path, plan: Plan | None) -> list[Fault]:
    dates = None if plan is None else {one.date.isoformat() for one in plan.meetings if one.kind == "performance"}
    if dates is None or folder.name in dates:
        return []
    wrong = f"there is no performance meeting on '{folder.name}', so what stands here is printed nowhere."
    return [Fault(f"narrative/{folder.name}", 1, wrong, "Name the folder by a meeting's date, as in meetings.yml.")]


def _not_printed(folder: Path, plan: Plan) -> list[str]:
    """Return a line for each commentary on an objective that its meeting does not look into: turns may have moved."""
    meeting = next(one for one in plan.meetings if one.date.isoformat() == folder.name)
    looked_into = {one.id for one in deep_dive(plan, meeting)}
    written = read_narratives(folder, dt.date.max)
    return [
        f"  narrative/{folder.name}: the meeting does not look into '{name}', so its commentary will not be printed"
        for name in written
        if name not in looked_into
    ]
