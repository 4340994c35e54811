"""Fetching: files from where each source keeps them into the store, untouched, with a manifest row each."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from flows.errors import MissingSource, UnreadableFile
from flows.ledger import Extract, Ledger
from flows.plan.models import DataSource, Plan
from flows.store import Store

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


@dataclass(frozen=True)
class Fetched:
    """What fetching found: how many files were looked at, how many were new, and why a source could not be reached."""

    looked_at: int
    new: int
    unreachable: dict[str, str]


def fetch_extracts(plan: Plan, panel: Path, store: Store, ledger: Ledger, today: dt.date) -> Fetched:
    """Store every file of every source with a manifest row; a source that cannot be reached is reported, not raised.

    A file counts as received on `today`, or on the source's declared `received` date.
    """
    looked_at, new, unreachable = 0, 0, {}
    for source in plan.sources:
        try:
            for extract in _fetch_source(source, panel, store, today):
                looked_at += 1
                new += ledger.record_extract(extract)
        except OSError as error:
            # Its text names the path on this machine, which no paper should hold.
            unreachable[source.id] = error.strerror or type(error).__name__
        except (ValueError, ImportError) as error:
            unreachable[source.id] = str(error)
    return Fetched(looked_at, new, unreachable)


def _fetch_source(source: DataSource, panel: Path, store: Store, today: dt.date) -> list[Extract]:
    places, folder = _open_place(source, panel)
    found: list[Extract] = []
    for address in sorted(places.glob(f"{folder.rstrip('/')}/{source.pattern}")):
        if places.isdir(address):
            continue
        with places.open(address, "rb") as stream:
            stored = store.keep(stream)
        name = PurePosixPath(str(address).replace("\\", "/")).name
        received = source.received or today
        found.append(Extract(source.id, stored.sha256, name, stored.size_bytes, received))
    return found


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
    return _once(arrived[-1] for arrived in _by_name(plan, ledger, as_of).values())


def superseded_extracts(plan: Plan, ledger: Ledger, as_of: dt.date) -> list[Extract]:
    """Return the manifest rows of the files that the usable ones took the place of, the last before each, oldest first.

    No figure is made from them: what came since is compared with them. Bytes that are put back as they were stand where
    they first stood, before what had replaced them for a while.
    """
    before = []
    for arrived in _by_name(plan, ledger, as_of).values():
        first = next(at for at, one in enumerate(arrived) if one.sha256 == arrived[-1].sha256)
        before += arrived[max(first - 1, 0) : first]
    usable = {one.id for one in usable_extracts(plan, ledger, as_of)}
    return _once(one for one in before if one.id not in usable)


def _by_name(plan: Plan, ledger: Ledger, as_of: dt.date) -> dict[tuple[str, str], list[Extract]]:
    """Return what had been received by that day under each source and name, in the order of its arrival."""
    sources = {one.id: one for one in plan.sources}
    known = [one for one in ledger.extracts() if one.source in sources]
    dated = [dataclasses.replace(one, received=sources[one.source].received or one.received) for one in known]
    arrived: dict[tuple[str, str], list[Extract]] = {}
    for one in sorted(dated, key=lambda one: (one.received, one.arrival)):
        if one.received <= as_of:
            arrived.setdefault((one.source, one.name), []).append(one)
    return arrived


def _once(extracts: Iterable[Extract]) -> list[Extract]:
    # The place among arrivals depends on when somebody fetched; nothing after this may depend on it.
    plain = [dataclasses.replace(one, arrival=0) for one in extracts]
    once: dict[str, Extract] = {}
    for one in sorted(plain, key=lambda one: (one.source, one.received, one.name, one.sha256)):
        once.setdefault(one.id, one)
    return list(once.values())


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


def _missing_sentence(source: DataSource, fetched: Fetched, as_of: dt.date) -> str:
    place = f"{source.location.rstrip('/')}/{source.pattern}"
    if source.id in fetched.unreachable:
        return f"{source.title}: {place} could not be reached ({fetched.unreachable[source.id]})."
    return f"{source.title}: no file had been received by {as_of} ({place})."


def unreadable_sentence(source: DataSource, extract: Extract, error: UnreadableFile) -> str:
    """Return the sentence for a file that was received and could not be read."""
    return f"{source.title}: the file {extract.name} was received and cannot be read. {error.text()}"
