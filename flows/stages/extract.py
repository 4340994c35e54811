"""extract: fetch every source's files into the store, and settle which of them this briefing may use."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import task

from flows.calendar import performance_meeting
from flows.editions import Compared, last_published
from flows.extraction import (
    fetch_extracts,
    fetching_sentences,
    read_environment,
    refusal_that_stops,
    refused_files,
    refused_sentences,
    require_sources,
    superseded_extracts,
    usable_extracts,
)
from flows.faults import PlaceRefused
from flows.job import Job
from flows.ledger import Decision, Extract, Ledger, Refusal, in_force
from flows.manifest import Line, manifest
from flows.plan.arrival import Secret
from flows.plan.loader import load_plan
from flows.plan.models import Plan
from flows.review.gather import gather_unreadable
from flows.review.holding import forget_held, hold, tell_refused
from flows.settings import CHECKOUT
from flows.store import Store
from flows.wording.expected import repeated_sentences
from flows.wording.narrative import read_narratives

# What the outputs depend on beside the panel's files: the program itself and the versions it runs with.
PROGRAM = ("flows", "sql", "templates", "expectations")


def extract(job: Job) -> str:
    """Fetch, and leave the checked plan, the usable manifest rows and the run's facts in the work folder.

    Returns the hash of everything the briefing is made from. Raises PlanFaults, MissingSource; and, with the
    review page left and the officers told, PersonalData if a required source's file was refused.
    """
    plan = load_plan(job.panel)
    performance_meeting(plan, job.meeting)
    # Read here too, so that a fault in a commentary is told before the work is done.
    read_narratives(job.narrative, job.as_of, {one.id for version in plan.plans for one in version.objectives})
    ledger, store = Ledger(job.ledger, plan.panel.name), Store(job.store)
    try:
        fetched = fetch_extracts(plan, job.panel, store, ledger, job.today, read_secret=read_secret)
        usable = usable_extracts(plan, ledger, job.as_of)
        superseded = superseded_extracts(plan, ledger, job.as_of)
        decisions = _decisions(ledger, usable, job)
        lines = [_plain(one) for one in manifest(plan, ledger, job.as_of)]
        last = last_published(job, ledger)
    finally:
        ledger.close()
    # Told although older files are there: a source that has gone silent must not go unnoticed.
    for sentence in fetching_sentences(plan, fetched):
        print(sentence, file=sys.stderr)
    refused = refused_files(fetched, job.as_of)
    told = refused_sentences(plan, refused)
    stops = refusal_that_stops(plan, refused)
    repeated = repeated_sentences(plan, lines)
    missing = [*told, *repeated, *([] if stops else require_sources(plan, usable, fetched, job.as_of))]
    # What an interrupted run left is of no use to anyone, and whether the briefing is held is found anew.
    forget_held(job)
    shutil.rmtree(job.work, ignore_errors=True)
    job.work.mkdir(parents=True)
    job.plan_file.write_text(plan.model_dump_json(), encoding="utf-8")
    compared, figures = last or (None, None)
    if figures is not None:
        # The edition keeps what it was compared with: a rebuilt draft must not change what an older paper says.
        shutil.copyfile(figures, job.compared_figures)
    inputs = inputs_sha256(job, plan, [*usable, *superseded], decisions, compared, [*told, *repeated])
    facts = {
        "inputs_sha256": inputs,
        "missing": missing,
        "refused": [_for_review(plan, one) for one in refused],
        "extracts": [_plain(one) for one in usable],
        "superseded": [_plain(one) for one in superseded],
        "manifest": lines,
        "decisions": [_plain(one) for one in decisions],
        "compared": vars(compared) if compared else None,
    }
    (job.work / "extracts.json").write_text(json.dumps(facts, default=str), encoding="utf-8")
    if stops:
        hold(job, gather_unreadable(job))
        raise stops
    if refused:
        tell_refused(job)
    return inputs


def read_secret(secret: Secret) -> str:
    """Return a secret from the environment or from a Prefect Secret block. Raises PlaceRefused if it is not there."""
    if secret.block is None:
        return read_environment(secret)
    from prefect.blocks.system import Secret as Block

    try:
        return str(Block.load(secret.block).get())  # type: ignore[union-attr]  # awaited only inside an event loop
    except ValueError:
        raise PlaceRefused(f"there is no Prefect Secret block of the name {secret.block}") from None


def _decisions(ledger: Ledger, usable: list[Extract], job: Job) -> list[Decision]:
    """Return the decisions on the files that this briefing uses which count on its day, as if never withdrawn later."""
    # Figures that vanished with their source are a question of no file.
    files = {"", *(one.sha256 for one in usable)}
    held = [one for one in in_force(ledger.decisions(), job.as_of) if one.sha256 in files]
    # Nothing after this may depend on what was decided of other files, or after the day.
    return [
        dataclasses.replace(one, withdrawn_by="", withdrawn_on=None, number=0)
        for one in sorted(held, key=lambda one: one.about)
    ]


def _for_review(plan: Plan, one: Refusal) -> dict[str, Any]:
    source = plan.source(one.source)
    return {**vars(one), "source": source.title, "received": one.received.isoformat(), "is_required": source.required}


def _plain(row: Extract | Line | Decision) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in vars(row).items()}


def inputs_sha256(
    job: Job,
    plan: Plan,
    extracts: list[Extract],
    decisions: list[Decision],
    compared: Compared | None,
    told: Sequence[str] = (),
) -> str:
    """Return one hash over the extracts, the decisions on them, what is `told` of files that are not among them, the
    panel's files, its narrative, the program, the meeting and `as_of`.
    """
    digest = hashlib.sha256()
    # The figures of the paper that this one is compared with count too.
    if compared is not None:
        digest.update(f"{compared.meeting} {compared.name} {compared.as_of} {compared.figures_sha256}\n".encode())
    for one in extracts:
        digest.update(f"{one.source} {one.sha256} {one.name} {one.received}\n".encode())
    for decided in decisions:
        digest.update(json.dumps(_plain(decided), sort_keys=True).encode() + b"\n")
    for sentence in told:
        digest.update(f"{sentence}\n".encode())
    digest.update(f"{plan.sha256} {job.meeting} {job.as_of}\n".encode())
    files = [*job.narrative.glob("*.md"), CHECKOUT / "requirements.lock"]
    for folder in PROGRAM:
        files += [path for path in (CHECKOUT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    # In the order of their names inside panel and checkout: where these two lie must not matter.
    for name, path in sorted((_name(path, job.panel), path) for path in files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _name(path: Path, panel: Path) -> str:
    base = panel if path.is_relative_to(panel) else CHECKOUT
    return path.relative_to(base).as_posix()


extract_task = task(name="Fetch the extracts")(extract)
