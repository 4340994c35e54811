"""The way back: from a printed figure to the SQL that made it, the staged rows, the file and its record numbers."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.calendar import add_months
from flows.editions import newest_edition
from flows.errors import PanelbriefError
from flows.settings import CHECKOUT
from flows.warehouse import open_warehouse, select_rows
from flows.wording.numbers import CONFIDENTIAL

if TYPE_CHECKING:
    import duckdb

TRACE = CHECKOUT / "sql" / "trace"
SHOWN_RECORDS = 12
WITHHELD = f"{CONFIDENTIAL} (confidential: a small count, or a figure from which one could be worked out)"


def read_period(text: str) -> tuple[str, dt.date]:
    """Return the grain and first day of `2023-04` (a month), `2023/24 Q1` or `2023/24-Q1` (a quarter)."""
    month = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if month and 1 <= int(month[2]) <= 12:
        return "month", dt.date(int(month[1]), int(month[2]), 1)
    quarter = re.fullmatch(r"(\d{4})/(\d{2})[ -]?Q([1-4])", text.strip(), re.IGNORECASE)
    if quarter and (int(quarter[1]) + 1) % 100 == int(quarter[2]):
        return "quarter", add_months(dt.date(int(quarter[1]), 4, 1), 3 * (int(quarter[3]) - 1))
    raise PanelbriefError(f"{text!r} is not a period.", remedy="Write a quarter as '2023/24 Q1' or a month as 2023-04.")


def trace_text(home: Path, meeting: str, indicator: str, period: str, area: str) -> str:
    """Return the way back from one figure of the newest edition, as lines to read.

    Raises PanelbriefError if there is no edition, indicator, area or such a period.
    """
    grain, start = read_period(period)
    folder = newest_edition(home, meeting)
    if folder is None:
        raise PanelbriefError("no briefing has been made yet.", where=str(home), remedy="Make one: panelbrief run")
    if not (folder / "warehouse.duckdb").is_file():
        raise PanelbriefError(
            "the tables of this edition are not there any more.",
            where=f"{folder.parent.name}/{folder.name}/warehouse.duckdb",
            remedy="Make the briefing anew: panelbrief run --again",
        )
    with open_warehouse(folder / "warehouse.duckdb", read_only=True) as connection:
        value = _value(connection, indicator, grain, start, area)
        asked = {"indicator": indicator, "area": value["area"], "first": start, "last": value["period_end"]}
        rows = select_rows(connection, TRACE / f"trace_{value['layout']}.sql", asked)
        if value["is_suppressed"] and value["layout"] != "force_return":
            rows = []  # every row is a case there, and their number the figure
        files = {row["extract_id"]: row for row in _files(connection)}
        used = sorted({row["extract_id"] for row in rows} | set(value["extract_id"].split()))
        asked_of_files = {"extracts": used, "first": start, "last": value["period_end"]}
        corrections = select_rows(connection, TRACE / "trace_correction.sql", asked_of_files)
        forecasts = select_rows(connection, TRACE / "trace_forecast.sql", asked)
        weights = select_rows(connection, TRACE / "trace_weight.sql", asked)
    return "\n".join([*_lines(folder, value, rows, files, corrections), *_forecast_lines(forecasts, weights)])


def _value(
    connection: duckdb.DuckDBPyConnection, indicator: str, grain: str, start: dt.date, area: str
) -> dict[str, Any]:
    known = select_rows(connection, TRACE / "trace_value.sql", {"indicator": indicator})
    if not known:
        raise PanelbriefError(
            f"there is no indicator '{indicator}'.", remedy="Its id stands in indicators.yml and figures.csv."
        )
    wanted = area or known[0]["area"]
    found = [row for row in known if row["area"] == wanted and row["grain"] == grain and row["period_start"] == start]
    if not found:
        spans = sorted({f"{row['area']} by {row['grain']}" for row in known})
        raise PanelbriefError(
            f"'{indicator}' has no figure for {wanted}, {grain} from {start}.",
            remedy=f"It has: {', '.join(spans)}, from {known[0]['begins']}.",
        )
    return found[0]


def _files(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return select_rows(connection, TRACE / "trace_file.sql")


def _lines(
    folder: Path,
    value: dict[str, Any],
    rows: list[dict[str, Any]],
    files: dict[str, Any],
    corrections: list[dict[str, Any]],
) -> list[str]:
    as_of = json.loads((folder / "provenance.json").read_bytes())["as_of"]
    withheld = WITHHELD if value["is_suppressed"] else ""
    figure = withheld or ("no data" if value["value"] is None else f"{value['value']:,.10g} {value['unit']}")
    lines = [
        f"{value['title']}, {value['area']}, {value['period_start']} to {value['period_end']}: {figure}",
        f"  edition      {folder.parent.name}/{folder.name}, as of {as_of}",
        f"  numerator    {withheld or _number(value['numerator'])}",
        f"  denominator  {withheld or _number(value['denominator'])}",
        f"  parts        {value['received_parts']} of {value['expected_parts']} received",
        f"  made by      sql/measure/kpi_value.sql from sql/measure/{value['part_table']}.sql",
        f"  staged by    sql/stage/{value['stage_table']}.sql, {_rows_in_words(len(rows))}",
    ]
    shown: set[tuple[str, str, int]] = set()
    for extract_id, member in sorted({(row["extract_id"], row["member"]) for row in rows}):
        mine = [row for row in rows if (row["extract_id"], row["member"]) == (extract_id, member)]
        one = files[extract_id]
        inside = f", in its member {member}" if member else ""
        records = ", ".join(str(row["record"]) for row in mine[:SHOWN_RECORDS])
        more = f" and {len(mine) - SHOWN_RECORDS} more" if len(mine) > SHOWN_RECORDS else ""
        lines += [
            f"  file         {one['name']} ({one['source']}, received {one['received']})",
            f"    sha256     {one['sha256']}",
            f"    records    {records}{more}{inside} (the header is record 1)",
        ]
        for row in mine[:SHOWN_RECORDS]:
            lines.append(f"      record {row['record']}: {row['what']} = {_amount(row)}")
            lines += [f"        {_corrected(one)}" for one in corrections if _place(one) == _place(row)]
        shown |= {_place(row) for row in mine[:SHOWN_RECORDS]}
    others = [one for one in corrections if _place(one) not in shown]
    if others:
        lines.append("  other records of these files and this period that were corrected")
        lines += [f"    record {one['record']}: {_corrected(one)}" for one in others]
    return lines


def _place(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["extract_id"], row["member"], row["record"]


def _corrected(one: dict[str, Any]) -> str:
    """Return a correction in words, for whoever looks the record up in the file."""
    column = one["column_name"]
    before, after = (
        CONFIDENTIAL if one[f"is_{which}_confidential"] else f"'{one[which]}'" for which in ("before", "after")
    )
    did = "left out" if one["is_dropped"] else f"{column} corrected to {after}"
    return f"{did}; the file has {column} {before} ({one['reason']} {one['decided_by']}, {one['decided_on']})"


def _forecast_lines(forecasts: list[dict[str, Any]], weights: list[dict[str, Any]]) -> list[str]:
    """Return what the tests of change expected of a reported quarter, for an analyst to check in a spreadsheet."""
    lines = []
    for one in forecasts:
        lines.append(f"  {one['test']} test ({one['status']})")
        if one["expected"] is None:
            continue
        interval = f"98% interval {_number(one['low98'])} to {_number(one['high98'])}"
        lines.append(
            f"    a period   observed {_number(one['observed'])}, expected {_number(one['expected'])}, {interval}"
        )
        if one["p"] is not None:
            lines.append(f"    p          {one['p']:.4g}")
        mine = [row for row in weights if row["test"] == one["test"]]
        if not mine:
            continue
        lines.append(
            f"    model      {one['model']}, {one['nu']} degrees of freedom; weight of independent figures"
            f" {one['weight_independent']:.2f}, of a wandering level {one['weight_wandering']:.2f}"
        )
        lines.append("    weights    times the figures they add up to what was expected:")
        lines += [f"      {row['period_start']}  {_number(row['value'])} x {row['weight']:.6f}" for row in mine]
    return lines


def _rows_in_words(count: int) -> str:
    if not count:
        return "no rows: nothing was received for this period"
    return "1 row" if count == 1 else f"{count} rows"


def _amount(row: dict[str, Any]) -> str:
    return WITHHELD if row.get("is_withheld") else _number(row["amount"])


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.10g}"
