"""Fetching: files from where each source keeps them into the store, untouched, with a manifest row each."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.errors import MissingSource, PersonalData, UnreadableFile
from flows.faults import PlaceFault, PlaceRefused
from flows.ledger import Extract, Ledger, Refusal, Sighting
from flows.personal import refuse_personal_data
from flows.places import Look, Network, Place
from flows.plan.arrival import Secret
from flows.plan.models import DataSource, Plan
from flows.plan.naming import Period, period_in
from flows.sources import LAYOUTS
from flows.store import Store, Stored, sha256_of
from flows.wholeness import what_is_missing

# A file of a folder that was last written so long ago is not being written.
SETTLED_SECONDS = 60


def read_environment(secret: Secret) -> str:
    """Return a secret from the environment. Raises PlaceRefused if it is not there, or kept elsewhere."""
    value = os.environ.get(secret.env or "", "")
    if not value:
        kept = f"the environment variable {secret.env}" if secret.env else f"the Prefect block {secret.block}"
        raise PlaceRefused(f"{kept}, in which what is needed to log in should be, is not set")
    return value


@dataclass(frozen=True)
class Fetched:
    """What fetching found: how many files were looked at, how many were new, why a source could not be reached in full,
    and which files of a source (by name, with the reason) are still arriving.

    `refused` are the files that lie at their sources now and may hold personal data: nothing of them was kept.
    """

    looked_at: int
    new: int
    unreachable: dict[str, str]
    arriving: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()


@dataclass
class _Visit:
    """One source in the course of fetching: its place, what was seen there, and what is new of it."""

    source: DataSource
    place: Place
    seen: list[Look]
    fresh: list[Look]
    fault: str = ""
    new: int = 0
    arriving: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)


def fetch_extracts(
    plan: Plan,
    panel: Path,
    store: Store,
    ledger: Ledger,
    today: dt.date,
    *,
    read_secret: Callable[[Secret], str] = read_environment,
    network: Network | None = None,
) -> Fetched:
    """Store every new or changed file of every source with a manifest row; what cannot be reached is told, not raised.

    A file counts as received on `today`, or on the source's declared `received` date. A file that changes between two
    looks, or lacks its end, is left for the next time. Nothing of it stays in the store.
    """
    network = network or Network()
    store.clear_interrupted()
    known = {(one.source, one.address): one for one in ledger.sightings()}
    # A refused file is looked at each time, for as long as it lies there.
    refused = {(one.source, one.sha256) for one in ledger.refusals()}
    kept = {at: one for at, one in known.items() if (one.source, one.sha256) not in refused}
    looked_through = {(one.source, one.name, one.sha256) for one in ledger.extracts()}
    visits = [_visit(source, Place(source, panel, read_secret, network), store, kept) for source in plan.sources]
    network.sleep(max((_seconds_to_settle(one, store) for one in visits), default=0))
    for visit in visits:
        gone = {address for source, address in known if source == visit.source.id}
        try:
            if visit.fresh:
                _fetch(visit, store, ledger, known, today, looked_through)
            if not visit.fault:
                ledger.forget_sightings(visit.source.id, gone - {one.address for one in visit.seen})
        except PlaceFault as fault:
            visit.fault = str(fault)
        finally:
            visit.place.close()
    return Fetched(
        sum(len(one.seen) for one in visits),
        sum(one.new for one in visits),
        {one.source.id: one.fault for one in visits if one.fault},
        {one.source.id: one.arriving for one in visits if one.arriving},
        tuple(refused for one in visits for refused in one.refused),
    )


def _visit(source: DataSource, place: Place, store: Store, known: dict[tuple[str, str], Sighting]) -> _Visit:
    try:
        seen = place.look()
    except PlaceFault as fault:
        return _Visit(source, place, [], [], str(fault))
    return _Visit(source, place, seen, [one for one in seen if not _is_known(one, source, store, known)])


def _is_known(seen: Look, source: DataSource, store: Store, known: dict[tuple[str, str], Sighting]) -> bool:
    """Return whether these very bytes are in the store already, as far as name, size and time or ETag can tell."""
    before = known.get((source.id, seen.address))
    if before is None or not before.sha256 or not seen.stamp:
        return False
    same = (before.size_bytes, before.stamp) == (seen.size_bytes, seen.stamp)
    return same and store.path(before.sha256).is_file()


def _seconds_to_settle(visit: _Visit, store: Store) -> float:
    """Return how long to wait before a place is looked at again: not at all if nothing there can be half-written."""
    if not visit.fresh or visit.place.shows_whole_files:
        return 0
    if visit.place.is_folder:
        # By the clock of the folders themselves: what was last written a while ago is not being written now.
        now = store.clock()
        if all(0 <= float(one.stamp) < now - SETTLED_SECONDS for one in visit.fresh):
            return 0
    return visit.source.settle_seconds


def _fetch(
    visit: _Visit,
    store: Store,
    ledger: Ledger,
    known: dict[tuple[str, str], Sighting],
    today: dt.date,
    looked_through: set[tuple[str, str, str]],
) -> None:
    """Store what is new in a place and has stayed as it was; the rest is arriving. Raises PlaceFault."""
    source, again = visit.source, {one.address: one for one in visit.place.look()}
    faults = []
    for seen in visit.fresh:
        reason, sha256 = "it was changing when it was looked at", ""
        if again.get(seen.address) == seen:
            try:
                before_it = len(visit.refused)
                reason, stored = _copy(visit, seen, store, looked_through, source.received or today)
                sha256 = stored.sha256 if stored else "".join(one.sha256 for one in visit.refused[before_it:])
            except PlaceFault as fault:
                faults.append(f"{seen.name}: {fault}")
                continue
            if stored is not None:
                row = Extract(source.id, sha256, seen.name, stored.size_bytes, source.received or today)
                visit.new += ledger.record_extract(row)
        if reason:
            visit.arriving[seen.name] = reason
        before = known.get((source.id, seen.address))
        since = before.since if before and before.sha256 == sha256 else today
        ledger.record_sighting(Sighting(source.id, seen.address, seen.size_bytes, seen.stamp, sha256, since))
    for one in visit.refused:
        ledger.record_refusal(one)
    if faults:
        raise PlaceFault("; ".join(faults))


def _copy(
    visit: _Visit, seen: Look, store: Store, looked_through: set[tuple[str, str, str]], received: dt.date
) -> tuple[str, Stored | None]:
    """Return why a file is not there in full, or what was stored of it: nothing if it may hold personal data."""
    source, place = visit.source, visit.place
    with store.arriving() as path:
        place.copy(seen, path)
        if seen.size_bytes is not None and path.stat().st_size != seen.size_bytes:
            return "it changed while it was copied", None
        if missing := what_is_missing(seen.name, path):
            return missing, None
        sha256 = sha256_of(path)
        if (source.id, seen.name, sha256) not in looked_through:
            try:
                refuse_personal_data(path, seen.name, LAYOUTS[source.layout])
            except PersonalData as error:
                visit.refused.append(Refusal(source.id, sha256, error.where, received, error.columns))
                return "", None
        return "", store.keep(path, sha256)


def usable_extracts(plan: Plan, ledger: Ledger, as_of: dt.date) -> list[Extract]:
    """Return the manifest rows that a briefing as of that day may use, by source in the order of their arrival.

    A file that came again, for its period or under its name, stands for the one before: a mended file takes the place
    of a faulty one. The same bytes under two names are one extract.
    A source's declared `received` date stands over the day its files were really fetched, so that a past briefing can
    be made from files fetched today.
    """
    return _unnumbered(once_each(arrived[-1] for arrived in _by_key(plan, ledger, as_of).values()))


def superseded_extracts(plan: Plan, ledger: Ledger, as_of: dt.date) -> list[Extract]:
    """Return the manifest rows of what the usable files took the place of, the last before each, in that order.

    No figure is made from them: what came since is compared with them. Bytes that are put back as they were stand where
    they first stood, before what had replaced them for a while.
    """
    before = []
    for arrived in _by_key(plan, ledger, as_of).values():
        first = next(at for at, one in enumerate(arrived) if one.sha256 == arrived[-1].sha256)
        before += arrived[max(first - 1, 0) : first]
    usable = {one.id for one in usable_extracts(plan, ledger, as_of)}
    return _unnumbered(once_each(one for one in before if one.id not in usable))


def _by_key(plan: Plan, ledger: Ledger, as_of: dt.date) -> dict[tuple[str, str | Period], list[Extract]]:
    """Return what had been received by that day of each source and name or period, in the order of its arrival."""
    arrived: dict[tuple[str, str | Period], list[Extract]] = {}
    for one in received_extracts(plan, ledger.extracts(), as_of):
        arrived.setdefault(key(plan, one), []).append(one)
    return arrived


def _unnumbered(extracts: list[Extract]) -> list[Extract]:
    """Return them without their numbers: those depend on when somebody fetched, and only their order counts."""
    return [dataclasses.replace(one, arrival=0) for one in extracts]


def received_extracts(plan: Plan, extracts: list[Extract], as_of: dt.date) -> list[Extract]:
    """Return the manifest rows of the plan's sources that had been received by that day, in the order of arrival."""
    sources = {one.id: one for one in plan.sources}
    known = [one for one in extracts if one.source in sources]
    dated = [dataclasses.replace(one, received=sources[one.source].received or one.received) for one in known]
    return sorted((one for one in dated if one.received <= as_of), key=lambda one: (one.received, one.arrival))


def key(plan: Plan, extract: Extract) -> tuple[str, str | Period]:
    """Return what an extract has in common with those that it stands for: its source, and its period or name.

    The period counts where one file a period is expected and the name says which; elsewhere it is the name.
    """
    source = plan.source(extract.source)
    if source.expects is None or source.expects.files > 1:
        return extract.source, extract.name
    return extract.source, period_in(source.pattern, extract.name) or extract.name


def once_each(extracts: Iterable[Extract]) -> list[Extract]:
    """Return one extract for each content, the first that came, by source in the order of arrival."""
    once: dict[str, Extract] = {}
    for one in sorted(extracts, key=lambda one: (one.source, one.received, one.arrival)):
        once.setdefault(one.id, one)
    return list(once.values())


def refused_files(fetched: Fetched, as_of: dt.date) -> list[Refusal]:
    """Return the files received by `as_of` that were refused because they may hold personal data."""
    return [one for one in fetched.refused if one.received <= as_of]


def refused_sentences(plan: Plan, refused: Sequence[Refusal]) -> list[str]:
    """Return a sentence for each refused file."""
    return [_refused_sentence(plan.source(one.source), one) for one in refused]


def refusal_that_stops(plan: Plan, refused: Sequence[Refusal]) -> PersonalData | None:
    """Return the error to raise if a refused file is of a required source: figures would lack it without a reason."""
    needed = [one for one in refused if plan.source(one.source).required]
    return PersonalData(needed[0].columns, where=needed[0].name) if needed else None


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
        f"{source.title}: the file {one.name} was refused and is not used, because it may hold personal data: "
        f"{one.columns}. Nothing of it was kept but its sha256."
    )


def _missing_sentence(source: DataSource, fetched: Fetched, as_of: dt.date) -> str:
    place = f"{source.location.rstrip('/')}/{source.pattern}"
    if source.id in fetched.unreachable:
        return f"{source.title}: {place} could not be reached ({fetched.unreachable[source.id]})."
    if source.id in fetched.arriving:
        return " ".join(arriving_sentence(source, *one) for one in fetched.arriving[source.id].items())
    return f"{source.title}: no file had been received by {as_of} ({place})."


def arriving_sentence(source: DataSource, name: str, reason: str) -> str:
    """Return the sentence for a file that is not yet there in full."""
    place = f"{source.location.rstrip('/')}/{name}"
    return f"{source.title}: the file {place} is still arriving or was cut short ({reason}), so it has not been read."


def fetching_sentences(plan: Plan, fetched: Fetched) -> list[str]:
    """Return a sentence for each source that could not be reached in full and each file that is still arriving."""
    sentences = []
    for source in plan.sources:
        if source.id in fetched.unreachable:
            sentences.append(f"{source.title}: {source.location} gave this fault: {fetched.unreachable[source.id]}.")
        arriving = fetched.arriving.get(source.id, {})
        sentences += [arriving_sentence(source, name, reason) for name, reason in arriving.items()]
    return sentences


def unreadable_sentence(source: DataSource, extract: Extract, error: UnreadableFile) -> str:
    """Return the sentence for a file that was received and could not be read."""
    return f"{source.title}: the file {extract.name} was received and cannot be read. {error.text()}"


def idle_corrections(plan: Plan, extracts: Sequence[Extract], as_of: dt.date) -> list[str]:
    """Return a sentence for each of the panel's own corrections whose file is not in use (any more).

    Those that every panel shares are not told: a panel need not use every file.
    """
    return [
        f"{place}: no file in use has a sha256 that begins with {one.extract[:12]}, so this correction changes nothing."
        " Remove it, if a mended file has come."
        for place, one in zip(plan.correction_places, plan.corrections, strict=True)
        if one.when <= as_of and "/" not in place and not any(file.sha256.startswith(one.extract) for file in extracts)
    ]
