"""A panel of one source, and fetching from it without waiting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.extraction import Fetched, fetch_extracts
from flows.ledger import Extract, Ledger
from flows.places import Network
from flows.plan.loader import load_plan
from flows.plan.models import DataSource, Plan
from flows.settings import EXAMPLE
from flows.store import Store

TODAY = dt.date(2023, 8, 14)
HEADER = b"measure,area,period,numerator,denominator,note\n"
RETURN = HEADER + b"complaints,Swindon,2023-06,4,,\n"
# Too large for one packet or window, and without a pattern that would hide a missing piece.
LARGE = HEADER + b"".join(b"complaints,Swindon,2023-06,%d,,\n" % one for one in range(60_000))


@dataclass
class Pulled:
    """A source with a home of its own; `naps` are the seconds that fetching asked to wait."""

    home: Path
    source: dict[str, Any]
    naps: list[float] = field(default_factory=list)
    timeout_seconds: float = 5
    delays: tuple[float, ...] = (0.01, 0.02)

    @property
    def plan(self) -> Plan:
        """Return the example's plan with this one source."""
        given = {"id": "returns", "title": "Returns", "publisher": "The force", "layout": "force_return", **self.source}
        return load_plan(EXAMPLE).model_copy(update={"sources": (DataSource.model_validate(given),)})

    @property
    def store(self) -> Store:
        return Store(self.home / "store")

    def ledger(self) -> Ledger:
        return Ledger(f"sqlite:///{self.home / 'ledger.sqlite'}", "panel")

    def fetch(self, today: dt.date = TODAY, **options: Any) -> Fetched:
        """Fetch once and return what was found."""
        ledger = self.ledger()
        network = Network(self.timeout_seconds, self.delays, options.pop("sleep", self.naps.append))
        try:
            return fetch_extracts(self.plan, self.home, self.store, ledger, today, network=network, **options)
        finally:
            ledger.close()

    def extracts(self) -> list[Extract]:
        """Return the manifest rows in the order of arrival."""
        ledger = self.ledger()
        try:
            return sorted(ledger.extracts(), key=lambda one: one.arrival)
        finally:
            ledger.close()

    def contents(self) -> dict[str, bytes]:
        """Return what the store holds of each file as it came last, by name."""
        return {one.name: self.store.path(one.sha256).read_bytes() for one in self.extracts()}

    def left_over(self) -> list[str]:
        """Return the files of the home that neither the manifest nor the ledger knows."""
        known = {self.store.path(one.sha256) for one in self.extracts()} | {self.home / "ledger.sqlite"}
        return [str(path) for path in (self.home / "store").rglob("*") if path.is_file() and path not in known]

    def written_anywhere(self) -> bytes:
        """Return the bytes of every file of the home, the ledger among them."""
        return b"".join(path.read_bytes() for path in self.home.rglob("*") if path.is_file())
