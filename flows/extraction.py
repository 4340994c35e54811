"""Fetching: files from where each source keeps them into the store, untouched, with a manifest row each."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flows.errors import MissingSource, PersonalData, UnreadableFile
from flows.ledger import Extract, Ledger, Refusal
from flows.personal import refuse_personal_data
from flows.plan.models import DataSource, Plan
from flows.sources import LAYOUTS
from flows.store import Store

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


@dataclass(frozen=True)
class Fetched:
    """What fetching found: how many files were looked at, how many were new, and why a source could not be reached.

    `refused` are the files that lie at their sources now and seem to hold personal data: nothing of them was kept.
    """

    looked_at: int
    new: int
    unreachable: dict[str, str]
    refused: tuple[Refusal, ...] = ()


def fetch_extracts(plan: Plan, panel: Path, store: Store, ledger: Ledger, today: dt.date) -> Fetched:
    """Store every file of every source with a manifest row; a source that cannot be reached is reported, not raised.

    A file counts as received on `today`, or on the source's declared `received` date.
    """
    looked_at, new, unreachable = 0, 0, {}
    refused: list[Refusal] = []
    looked_through = {(one.source, one.name, one.sha256) for one in ledger.extracts()}
    for source in plan.sources:
        try:
            for found in _fetch_source(source, panel, store, today, looked_through):
                looked_at += 1
                if isinstance(found, Refusal):
                    ledger.record_refusal(found)
                    refused.append(found)
                else:
                    new += ledger.record_extract(found)
        except OSError as error:
            # Its text names the path on this machine, which no paper should hold.
            unreachable[source.id] = error.strerror or type(error).__name__
        except (ValueError, ImportError) as error:
            unreachable[source.id] = str(error)
    return Fetched(looked_at, new, unreachable, tuple(refused))


def _fetch_source(
    source: DataSource, panel: Path, store: Store, today: dt.date, looked_through: set[tuple[str, str, str]]
) -> list[Extract | Refusal]:
    places, folder = _open_place(source, panel)
    found: list[Extract | Refusal] = []
    for address in sorted(places.glob(f"{folder.rstrip('/')}/{source.pattern}")):
        if places.isdir(address):
            continue
        name = PurePosixPath(str(address).replace("\\", "/")).name
        received = source.received or today
        look = _Look(source, name, looked_through)
        try:
            with places.open(address, "rb") as stream:
                stored = store.keep(stream, look)
        except PersonalData as error:
            found.append(Refusal(source.id, look.sha256, error.where, received, error.columns))
            continue
        found.append(Extract(source.id, stored.sha256, name, stored.size_bytes, received))
    return found


class _Look:
    """Looks for personal data in a file that has arrived and is not kept yet; keeps its `sha256`."""

    def __init__(self, source: DataSource, name: str, looked_through: set[tuple[str, str, str]]) -> None:
        self._source, self._name, self._looked_through = source, name, looked_through
        self.sha256 = ""

    def __call__(self, path: Path, sha256: str) -> None:
        self.sha256 = sha256
        if (self._source.id, self._name, sha256) not in self._looked_through:
            refuse_personal_data(path, self._name, LAYOUTS[self._source.layout])


def _open_place(source: DataSource, panel: Path) -> tuple[AbstractFileSystem, str]:
    """Return the file system and folder of a source; a place without `://` is inside the panel's folder."""
    from fsspec.core import url_to_fs

    location = source.location if "://" in source.location else str((panel / source.location).resolve())
    places, folder = url_to_fs(location)
    return places, str(folder)


def usable_extracts(plan: Plan, ledger: Ledger, as_of: dt.date) -> list[Extract]:
    """Return the manifest rows that a briefing as of that day may use, oldest first.

    A file that came again under its name stands for the one before: a mended file takes the place of a faulty one. The
    same bytes under two names are one extract.
    A source's declared `received` date stands over the day its files were really fetched, so that a past briefing can
    be made from files fetched today.
    """
    sources = {one.id: one for one in plan.sources}
    known = [one for one in ledger.extracts() if one.source in sources]
    dated = [dataclasses.replace(one, received=sources[one.source].received or one.received) for one in known]
    newest: dict[tuple[str, str], Extract] = {}
    for one in sorted(dated, key=lambda one: (one.received, one.arrival)):
        if one.received <= as_of:
            newest[one.source, one.name] = one
    # The place among arrivals depends on when somebody fetched; nothing after this may depend on it.
    usable = [dataclasses.replace(one, arrival=0) for one in newest.values()]
    once: dict[str, Extract] = {}
    for one in sorted(usable, key=lambda one: (one.source, one.received, one.name, one.sha256)):
        once.setdefault(one.id, one)
    return list(once.values())


def require_clean(plan: Plan, fetched: Fetched, as_of: dt.date) -> list[str]:
    """Return a sentence for each file received by `as_of` that was refused because it seems to hold personal data.

    Raises PersonalData if one of them is of a source that is required: a figure would be missing without a reason.
    """
    counted = [(plan.source(one.source), one) for one in fetched.refused if one.received <= as_of]
    for source, one in counted:
        if source.required:
            raise PersonalData(one.columns, where=one.name)
    return [_refused_sentence(source, one) for source, one in counted]


def require_sources(plan: Plan, usable: list[Extract], fetched: Fetched, as_of: dt.date) -> list[str]:
    """Return a sentence for each source without a file that may be missing; raises MissingSource for the others."""
    have = {one.source for one in usable}
    missing = [one for one in plan.sources if one.id not in have]
    sentences = {one.id: _missing_sentence(one, fetched, as_of) for one in missing}
    needed = [one for one in missing if one.required]
    if needed:
        raise MissingSource(
            " ".join(sentences[one.id] for one in needed),
            where="sources.yml",
            remedy="Put the files there, or set required: false to prepare the briefing without them.",
        )
    return list(sentences.values())


def _refused_sentence(source: DataSource, one: Refusal) -> str:
    return (
        f"{source.title}: the file {one.name} was refused and is not used, because it seems to hold personal data: "
        f"{one.columns}. Nothing of it was kept but its sha256."
    )


def _missing_sentence(source: DataSource, fetched: Fetched, as_of: dt.date) -> str:
    place = f"{source.location.rstrip('/')}/{source.pattern}"
    if source.id in fetched.unreachable:
        return f"{source.title}: {place} could not be reached ({fetched.unreachable[source.id]})."
    return f"{source.title}: no file had been received by {as_of} ({place})."


def unreadable_sentence(source: DataSource, extract: Extract, error: UnreadableFile) -> str:
    """Return the sentence for a file that was received and could not be read."""
    return f"{source.title}: the file {extract.name} was received and cannot be read. {error.text()}"
