"""One preparation of one briefing: which panel, which meeting, as of when, and where things are kept."""

from __future__ import annotations

import datetime as dt
import shlex
from dataclasses import dataclass
from pathlib import Path

from flows.settings import CHECKOUT


def ledger_address(home: Path) -> str:
    """Return the address of the ledger's database in a home."""
    return f"sqlite:///{home / 'ledger.sqlite'}"


def home_option(home: Path) -> str:
    """Return what a command needs after it to find that home, run in the checkout; nothing where it is the default."""
    if home == CHECKOUT / "var":
        return ""
    return f" --home {shlex.quote(str(home.relative_to(CHECKOUT) if home.is_relative_to(CHECKOUT) else home))}"


@dataclass(frozen=True)
class Job:
    """What every stage is told. `today` is the day files that arrive now count as received; no stage reads a clock."""

    panel: Path
    home: Path
    meeting: dt.date
    as_of: dt.date
    today: dt.date
    again: bool = False

    @property
    def store(self) -> Path:
        """Return the folder of stored files, shared by all panels."""
        return self.home / "store"

    @property
    def ledger(self) -> str:
        """Return the ledger's database address."""
        return ledger_address(self.home)

    @property
    def editions(self) -> Path:
        """Return the folder that holds this meeting's editions."""
        return self.home / "briefings" / self.meeting.isoformat()

    @property
    def narrative(self) -> Path:
        """Return the folder of this meeting's commentaries; it need not be there."""
        return self.panel / "narrative" / self.meeting.isoformat()

    @property
    def work(self) -> Path:
        """Return the folder that this run builds in; it becomes the edition by one rename at the end."""
        return self.editions / ".being-made"

    @property
    def held(self) -> Path:
        """Return the file that says why the last run was held; it is there only while the briefing is held."""
        return self.editions / "held.json"

    @property
    def review(self) -> Path:
        """Return the folder of the review page of a briefing that is held; an edition has its own inside it."""
        return self.editions / "review"

    @property
    def held_outbox(self) -> Path:
        """Return the folder of the messages that told officers of a held briefing, a folder for each state."""
        return self.editions / "held-outbox"

    @property
    def warehouse(self) -> Path:
        """Return the run's own DuckDB file."""
        return self.work / "warehouse.duckdb"

    @property
    def compared_figures(self) -> Path:
        """Return the copy of the last paper's figures.csv; it is there only if there was such a paper."""
        return self.work / "compared-figures.csv"

    @property
    def plan_file(self) -> Path:
        """Return the copy of the checked configuration that this run uses."""
        return self.work / "plan.json"
