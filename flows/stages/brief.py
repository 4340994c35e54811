"""brief: the figures and findings put into one model, and every rendering drawn from it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import task

from flows.calendar import deep_dive, long_date, performance_meeting, reported_quarter
from flows.editions import finish_edition
from flows.job import Job
from flows.render.charts import render_png, render_svg
from flows.render.email import render_email
from flows.render.html import render_html
from flows.render.model import BriefingModel
from flows.render.pdf import render_pdf
from flows.review.holding import read_review
from flows.review.model import Failure, Settled
from flows.settings import SQL
from flows.warehouse import open_warehouse, select_rows
from flows.wording.compose import compose
from flows.wording.expected import expected_sentences
from flows.wording.gathered import SELECTIONS, Accepted, Gathered, Row
from flows.wording.narrative import read_narratives
from flows.wording.numbers import listed
from flows.wording.sentences import say
from flows.work import (
    read_compared,
    read_extracts,
    read_inputs,
    read_manifest,
    read_missing,
    read_plan,
    read_unreadable,
)

PNG_WIDTH = 600
# The columns of figures.csv: its header stands also where there is no figure at all.
FIGURE_COLUMNS = (
    "indicator", "area", "period_start", "period_end", "numerator", "denominator", "value", "unit", "expected_parts",
    "received_parts", "source", "extract_id", "revised", "mark",
)  # fmt: skip
REVISION_COLUMNS = (
    "indicator", "area", "period_start", "period_end", "value_before", "value", "unit", "received_before", "received",
    "extract_id_before", "extract_id", "reason", "is_printed_differently",
)  # fmt: skip


def brief(job: Job) -> str:
    """Write every rendering into the work folder, make it an edition by one rename, and return the edition's name."""
    gathered, figures = gather(job)
    model = compose(gathered)
    _render(job, gathered, model)
    _write_rows(job.work / "figures.csv", FIGURE_COLUMNS, figures)
    if gathered.compared is not None:
        _write_rows(job.work / "revisions.csv", REVISION_COLUMNS, gathered.rows["brief_revision"])
    _write_provenance(job)
    return finish_edition(job, gathered.plan.panel.name, read_inputs(job))


def gather(job: Job) -> tuple[Gathered, list[dict[str, Any]]]:
    """Return what the model is made of, and the rows of figures.csv."""
    plan, compared = read_plan(job), read_compared(job)
    meeting = performance_meeting(plan, job.meeting)
    with open_warehouse(job.warehouse, read_only=True) as connection:
        rows = {name: select_rows(connection, SQL / "brief" / f"{name}.sql") for name in SELECTIONS}
        figures = select_rows(connection, SQL / "brief" / "brief_figures.sql")
        rejects = select_rows(connection, SQL / "brief" / "brief_reject.sql")
    failures = read_review(job.work / "review").failures
    warnings = [one.public for one in failures if one.state == "warning"]
    sources = {one.id: one.title for one in plan.sources}
    refused = [say("cannot_rejects", count=row["records"], source=sources[row["source"]]) for row in rejects]
    quarter = reported_quarter(plan, meeting)
    expected = expected_sentences(plan, read_manifest(job), job.as_of, quarter)
    gathered = Gathered(
        plan=plan,
        meeting=meeting,
        as_of=job.as_of,
        quarter=quarter,
        deep_dive=deep_dive(plan, meeting),
        rows={name: list[Row](selected) for name, selected in rows.items()},
        narratives=read_narratives(job.narrative, job.as_of),
        warnings=tuple(warnings),
        accepted=tuple(_accepted(one) for one in failures if one.state == "accepted"),
        missing=(*read_missing(job), *expected, *read_unreadable(job), *refused),
        reference=read_inputs(job)[:8],
        compared=compared.meeting if compared else None,
    )
    return gathered, figures


def _accepted(failure: Failure) -> Accepted:
    """Return the failure as the paper tells it; those who decided on its files are named once each."""
    made = list(dict.fromkeys(failure.decisions))
    return Accepted(
        came=failure.public,
        who=listed(list(dict.fromkeys(_who(one) for one in made))),
        when=listed(list(dict.fromkeys(_when(one) for one in made))),
        reason=" ".join(dict.fromkeys(one.reason if one.reason[-1] in ".!?" else f"{one.reason}." for one in made)),
        indicators=failure.indicators,
    )


def _who(one: Settled) -> str:
    return one.who if one.is_verified else say("who_stated", who=one.who)


def _when(one: Settled) -> str:
    day, recorded = long_date(one.on_day), long_date(one.recorded_on)
    return say("when_decided", on=day) if day == recorded else say("when_recorded", on=day, recorded=recorded)


def _render(job: Job, gathered: Gathered, model: BriefingModel) -> None:
    charts = {chart.id: render_svg(chart) for chart in model.charts()}
    (job.work / "briefing.html").write_text(render_html(model, charts), encoding="utf-8")
    (job.work / "briefing.pdf").write_bytes(render_pdf(model, charts))
    named = [one.chart_id for one in model.front.findings if one.chart_id]
    pictures = {chart.id: render_png(chart, PNG_WIDTH) for chart in model.charts() if chart.id in named[:4]}
    # An email must carry a date; the day the briefing speaks of is the only one that is not a clock's.
    date = dt.datetime.combine(job.as_of, dt.time(9), tzinfo=dt.UTC)
    message = render_email(model, pictures, sender=gathered.plan.panel.sender, date=date)
    (job.work / "email.eml").write_bytes(message)


def _write_rows(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_plain(row[name]) for name in columns])


def _plain(value: Any) -> Any:
    """Return a whole number without its decimals, no figure as an empty cell, and yes or no as true or false."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


def _write_provenance(job: Job) -> None:
    compared = read_compared(job)
    outputs = ["briefing.html", "briefing.pdf", "email.eml", "figures.csv", *(["revisions.csv"] if compared else [])]
    record = {
        "meeting": job.meeting.isoformat(),
        "as_of": job.as_of.isoformat(),
        "inputs_sha256": read_inputs(job),
        "configuration_sha256": read_plan(job).sha256,
        "extracts": [
            {
                "extract_id": one.id,
                "source": one.source,
                "name": one.name,
                "sha256": one.sha256,
                "size_bytes": one.size_bytes,
                "received": one.received.isoformat(),
            }
            for one in read_extracts(job)
        ],
        "compared_with": compared
        and {
            "meeting": compared.meeting.isoformat(),
            "edition": compared.name,
            "as_of": compared.as_of.isoformat(),
            "figures_sha256": compared.figures_sha256,
        },
        "outputs": {name: hashlib.sha256((job.work / name).read_bytes()).hexdigest() for name in outputs},
    }
    (job.work / "provenance.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


brief_task = task(name="Write the briefing")(brief)
