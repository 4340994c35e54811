"""brief: the figures and findings put into one model, and every rendering drawn from it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from prefect import task

from flows.calendar import deep_dive, performance_meeting, reported_quarter
from flows.editions import finish_edition
from flows.job import Job
from flows.render.charts import render_png, render_svg
from flows.render.email import render_email
from flows.render.html import render_html
from flows.render.model import BriefingModel
from flows.render.pdf import render_pdf
from flows.settings import SQL
from flows.warehouse import open_warehouse, select_rows
from flows.wording.compose import compose
from flows.wording.gathered import SELECTIONS, Gathered, Row
from flows.wording.narrative import read_narratives
from flows.wording.sentences import say
from flows.work import read_extracts, read_inputs, read_missing, read_plan, read_unreadable

PNG_WIDTH = 600
# The columns of figures.csv: its header stands also where there is no figure at all.
FIGURE_COLUMNS = (
    "indicator", "area", "period_start", "period_end", "numerator", "denominator", "value", "unit", "expected_parts",
    "received_parts", "source", "extract_id", "mark",
)  # fmt: skip


def brief(job: Job) -> str:
    """Write every rendering into the work folder, make it an edition by one rename, and return the edition's name."""
    gathered, figures = gather(job)
    model = compose(gathered)
    _render(job, gathered, model)
    _write_figures(job.work / "figures.csv", figures)
    _write_provenance(job)
    return finish_edition(job, gathered.plan.panel.name, read_inputs(job))


def gather(job: Job) -> tuple[Gathered, list[dict[str, Any]]]:
    """Return what the model is made of, and the rows of figures.csv."""
    plan = read_plan(job)
    meeting = performance_meeting(plan, job.meeting)
    with open_warehouse(job.warehouse, read_only=True) as connection:
        rows = {name: select_rows(connection, SQL / "brief" / f"{name}.sql") for name in SELECTIONS}
        figures = select_rows(connection, SQL / "brief" / "brief_figures.sql")
        rejects = select_rows(connection, SQL / "brief" / "brief_reject.sql")
    checks = json.loads((job.work / "validation.json").read_bytes())
    warnings = [one["message"] for one in checks if one["outcome"] != "passed"]
    sources = {one.id: one.title for one in plan.sources}
    refused = [say("cannot_rejects", count=row["records"], source=sources[row["source"]]) for row in rejects]
    gathered = Gathered(
        plan=plan,
        meeting=meeting,
        as_of=job.as_of,
        quarter=reported_quarter(plan, meeting),
        deep_dive=deep_dive(plan, meeting),
        rows={name: list[Row](selected) for name, selected in rows.items()},
        narratives=read_narratives(job.narrative, job.as_of),
        warnings=tuple(warnings),
        missing=(*read_missing(job), *read_unreadable(job), *refused),
        reference=read_inputs(job)[:8],
    )
    return gathered, figures


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


def _write_figures(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(FIGURE_COLUMNS)
        for row in rows:
            writer.writerow([_plain(row[name]) for name in FIGURE_COLUMNS])


def _plain(value: Any) -> Any:
    """Return a whole number without its decimals, and no figure as an empty cell."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "" if value is None else value


def _write_provenance(job: Job) -> None:
    outputs = ("briefing.html", "briefing.pdf", "email.eml", "figures.csv")
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
        "outputs": {name: hashlib.sha256((job.work / name).read_bytes()).hexdigest() for name in outputs},
    }
    (job.work / "provenance.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


brief_task = task(name="Write the briefing")(brief)
