"""Figures that differ from the last paper's: read for comparing, and put as a question where nothing explains them.

The comparison is sql/measure/kpi_revision.sql, a pure function of the run's tables and of the figures.csv of the
edition compared with, which the run keeps a copy of.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.editions import Compared
from flows.plan.models import Plan
from flows.series_columns import quoted
from flows.validation import CheckResult
from flows.warehouse import CONFIGURATION, fill, fill_computed
from flows.wording.numbers import CONFIDENTIAL, bare, day, period_label
from flows.wording.sentences import say

if TYPE_CHECKING:
    import duckdb

# What a decision binds beside the extract's hash.
CHECK = "figure_revised"
SHOWN_FIGURES = 3


def fill_earlier(connection: duckdb.DuckDBPyConnection, plan: Plan, compared: Compared | None, figures: Path) -> None:
    """Write what `kpi_revision` compares with: the earlier figures, and from which size on a change is asked about.

    `figures` is the figures.csv of the edition compared with. A figure that was withheld there is no number, and
    is not compared; it tells what must stay withheld.
    """
    size = plan.panel.revisions
    fill(connection, "plan_revision_size", [(size.ask_above_pct, size.ask_above_count)] if size else [])
    fill(connection, "plan_compared", [(compared.meeting, compared.as_of)] if compared else [])
    rows = list(_earlier_figures(compared, figures)) if compared else []
    fill_computed(connection, "plan_earlier_figure", CONFIGURATION["plan_earlier_figure"], rows)


def _earlier_figures(compared: Compared, figures: Path) -> list[dict[str, Any]]:
    rows = []
    with figures.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            value = _number(row["value"])
            is_withheld = row["mark"] == CONFIDENTIAL
            if value is None and not is_withheld:
                continue
            days = [compared.received[one] for one in row["extract_id"].split() if one in compared.received]
            rows.append(
                {
                    "indicator": row["indicator"],
                    "area": row["area"],
                    "period_start": dt.date.fromisoformat(row["period_start"]),
                    "period_end": dt.date.fromisoformat(row["period_end"]),
                    "value": value,
                    "source": row["source"],
                    "extract_id": row["extract_id"],
                    "received": max(days, default=None),
                    "is_withheld": is_withheld,
                }
            )
    return rows


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def revision_findings(
    rows: Sequence[Mapping[str, Any]], compared: Compared | None, why: str, in_use: Mapping[str, str]
) -> list[CheckResult]:
    """Return a finding for each file whose figures differ from the last paper's without an explanation.

    `rows` are those of `brief_revision`, `why` what the panel says of the size it set, `in_use` the source of each
    extract in use. A decision binds the file of a finding (its `extracts`) and CHECK.
    """
    if compared is None:
        return []
    asked = sorted(((_extract(row, in_use), row) for row in rows if row["is_asked"]), key=itemgetter(0))
    return [
        _finding(extract, [row for _, row in group], compared, why)
        for extract, group in itertools.groupby(asked, key=itemgetter(0))
    ]


def _extract(row: Mapping[str, Any], in_use: Mapping[str, str]) -> str:
    """Return the file in use that a figure is made from, the last if there are several; else the source's last file.

    A figure that vanished was made from a file that may be gone: what its source sends now is asked about.
    """
    named = [one for one in (row["extract_id"] or row["extract_id_before"]).split() if one in in_use]
    of_source = [one for one, source in in_use.items() if source == row["source"]]
    return (named or of_source or [""])[-1]


def _finding(extract: str, rows: list[Mapping[str, Any]], compared: Compared, why: str) -> CheckResult:
    large = [row for row in rows if row["reason"] not in ("vanished", "unexplained")]
    said = {
        "revision_ask_unexplained": sum(row["reason"] == "unexplained" for row in rows),
        "revision_ask_vanished": sum(row["reason"] == "vanished" for row in rows),
        "revision_ask_large": len(large),
    }
    meeting = day(compared.meeting)
    message = " ".join(say(name, count=count, meeting=meeting) for name, count in said.items() if count)
    shown = "; ".join(figure_words(row) for row in rows[:SHOWN_FIGURES])
    more = say("revision_more", count=len(rows) - SHOWN_FIGURES) if len(rows) > SHOWN_FIGURES else ""
    keys = ", ".join(
        f"({quoted(row['indicator'])}, {quoted(row['area'])}, DATE '{row['period_start']}', DATE '{row['period_end']}')"
        for row in rows
    )
    return CheckResult(
        table="kpi_revision",
        expectation=CHECK,
        severity="critical",
        outcome="failed",
        message=message,
        why=" ".join([say("revision_why"), *([why] if large else [])]),
        failing=len(rows),
        detail=f"{shown}{more}",
        extracts=(extract,) if extract else (),
        # What was accepted against one paper is not accepted against the next.
        definition=f"{CHECK} {compared.meeting}",
        expected=say("revision_expected"),
        public=message,
        rows_sql="SELECT indicator, area, period_start, period_end, value_before, value, reason FROM kpi_revision"
        f" WHERE (indicator, area, period_start, period_end) IN ({keys})",
    )


def figure_words(row: Mapping[str, Any]) -> str:
    """Return which figure it is, what it was, and what it is now."""
    return say(
        "revision_figure",
        title=row["title"],
        area=row["area_name"],
        period=period_label(row["period_start"], row["period_end"]),
        before=bare(row["value_before"], row["unit"], row["decimals"]),
        after=bare(row["value"], row["unit"], row["decimals"]),
    )
