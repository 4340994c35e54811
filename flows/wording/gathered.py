"""What the brief room reads: the `brief_` selections, the panel's configuration, and what people wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flows.plan.models import Indicator, Meeting, Objective, Plan
from flows.wording.narrative import Narrative

Row = Mapping[str, Any]

# The SQL files of sql/brief that the model is made of; brief_figures is written to figures.csv as it stands.
SELECTIONS = (
    "brief_summary",
    "brief_point",
    "brief_limits",
    "brief_event",
    "brief_gap",
    "brief_rate",
    "brief_received",
    "brief_context",
    "brief_finding",
    "brief_forecast",
    "brief_worth_knowing",
    "brief_correction",
    "brief_revision",
)


@dataclass(frozen=True)
class Accepted:
    """A failed check that an officer accepted: what came, who accepted it, when, why, and the indicators it touches."""

    came: str
    who: str
    when: str
    reason: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Gathered:
    """Everything that is put into words, with the rows of each selection by its name."""

    plan: Plan
    meeting: Meeting
    as_of: dt.date
    quarter: tuple[dt.date, dt.date]
    deep_dive: tuple[Objective, ...]
    rows: Mapping[str, list[Row]]
    narratives: Mapping[str, Narrative]
    warnings: tuple[str, ...]
    missing: tuple[str, ...]
    reference: str
    accepted: tuple[Accepted, ...] = ()
    # The meeting whose paper the figures are compared with.
    compared: dt.date | None = None

    def of(self, selection: str, indicator: str) -> list[Row]:
        """Return the rows of a selection that are about one indicator."""
        return [row for row in self.rows[selection] if row["indicator"] == indicator]

    def is_revised(self, indicator: str, area: str, start: dt.date, end: dt.date) -> bool:
        """Return whether that figure is printed differently than in the last paper.

        Twelve months are revised if any of their quarters is: the last paper need not have printed them.
        """
        rows = (row for row in self.of("brief_revision", indicator) if row["area"] == area)
        spans = ((row["period_start"], row["period_end"]) for row in rows if row["is_printed_differently"])
        if (end - start).days < 100:
            return (start, end) in spans
        return any(start <= first and last <= end for first, last in spans)

    def indicator(self, name: str) -> Indicator:
        """Return the configured indicator of that id."""
        return next(one for one in self.plan.indicators if one.id == name)

    def standing(self) -> list[Indicator]:
        """Return the standing indicators in the order of the file."""
        return [one for one in self.plan.indicators if one.shown == "standing"]

    def under(self, objective: str) -> list[Indicator]:
        """Return the standing indicators under an objective."""
        return [one for one in self.standing() if objective in one.objectives]

    def accepted_of(self, indicators: Collection[str]) -> list[Accepted]:
        """Return the accepted failures that touch one of those indicators."""
        return [one for one in self.accepted if not set(one.indicators).isdisjoint(indicators)]

    def objective_titles(self) -> dict[str, str]:
        """Return the title of every objective of every plan by its id."""
        return {one.id: one.title for version in self.plan.plans for one in version.objectives}

    def main_rows(self) -> list[Row]:
        """Return the summary row of each standing indicator for its first area, which is the one that is tested."""
        return [row for row in self.rows["brief_summary"] if row["shown"] == "standing" and row["area_position"] == 0]
