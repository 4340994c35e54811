"""Reads one file as the product would, for whoever sends extracts, and says what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.errors import ConfigurationError, PanelbriefError, PersonalData, UnreadableFile
from flows.personal import refuse_personal_data
from flows.settings import SQL
from flows.sources import LAYOUTS, Layout
from flows.staging import Staged, stage_file
from flows.validation import CheckResult, validate_tables
from flows.warehouse import CONFIGURATION, fill, open_warehouse, select_rows

USABLE, HELD, UNREADABLE = 0, 1, 2
SHOWN_REJECTS = 10


@dataclass(frozen=True)
class Reject:
    """A record that was refused: `line` is its number in the file, the header being 1."""

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """An expectation that failed or could not be run; `detail` shows the first rows of it."""

    severity: str
    expectation: str
    message: str
    detail: str


@dataclass(frozen=True)
class Total:
    """What the file holds for one force (or area), period and category."""

    force: str
    period: str
    category: str
    count: int | float


@dataclass(frozen=True)
class Report:
    """What reading one file showed: rows_read = rows_staged + blank_rows + the number of rejected.

    If the file cannot be judged at all, `error` says why and all else but file, layout and sha256 is empty. `sha256` is
    None where there is no file.
    """

    file: str
    layout: str
    sha256: str | None
    error: str = ""
    rows_read: int = 0
    rows_staged: int = 0
    blank_rows: int = 0
    rejected: tuple[Reject, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    counts: tuple[Total, ...] = ()
    is_refused: bool = False

    @property
    def exit_code(self) -> int:
        """Return 0 if there is no critical finding, 1 if there is one, 2 if the file cannot be judged."""
        if self.error:
            return UNREADABLE
        return HELD if any(one.severity == "critical" for one in self.findings) else USABLE

    def as_json(self) -> str:
        """Return the report as JSON for a program; nothing is left out of the lists."""
        about: dict[str, Any] = {"file": self.file, "sha256": self.sha256, "layout": self.layout}
        if self.error:
            if self.sha256 is None:
                del about["sha256"]
            return _json({**about, "error": self.error})
        findings = [{"severity": f.severity, "expectation": f.expectation, "message": f.message} for f in self.findings]
        return _json(
            {
                **about,
                "rows_read": self.rows_read,
                "rows_staged": self.rows_staged,
                "blank_rows": self.blank_rows,
                "rejected": [vars(one) for one in self.rejected],
                "rejected_count": len(self.rejected),
                "ignored": list(self.ignored),
                "findings": findings,
                "counts": [vars(one) for one in self.counts],
            }
        )

    def as_text(self) -> str:
        """Return what a data officer reads on a terminal."""
        if self.error:
            fate = "is refused" if self.is_refused else f"cannot be read as {self.layout}"
            return f"{self.file} {fate}.\n\n{self.error}\n"
        blocks = [_head(self), _rejects(self.rejected)]
        blocks += [
            _findings("Must be put right, or the briefing is held:", "critical", self.findings),
            _findings("Worth a look; the briefing goes on and prints these:", "warning", self.findings),
            _verdict(self),
        ]
        return "\n\n".join(block for block in blocks if block) + "\n"


def check_file(path: Path, layout_name: str) -> Report:
    """Return the report on the file at `path`, read by the layout of that name (a key of LAYOUTS).

    A file that cannot be read, by a layout that there is, is a report with an error.
    """
    sha256 = None
    try:
        sha256 = _sha256(path)
        if layout_name not in LAYOUTS:
            raise ConfigurationError(
                f"there is no layout '{layout_name}'.", remedy=f"The layouts are {', '.join(sorted(LAYOUTS))}."
            )
        with tempfile.TemporaryDirectory(prefix="panelbrief-check-") as folder:
            return _report(path, sha256, LAYOUTS[layout_name], Path(folder))
    except PersonalData as error:
        return Report(error.where, layout_name, sha256, error=error.text(), is_refused=True)
    except PanelbriefError as error:
        return Report(path.name, layout_name, sha256, error=error.text())


def _report(path: Path, sha256: str, layout: Layout, folder: Path) -> Report:
    refuse_personal_data(path, path.name, layout)
    staged = stage_file(
        path, path.name, layout, sha256=sha256, source="check", extract_id="check", cache=folder / "staged"
    )
    database = folder / "check.duckdb"
    rejected, counts, repeats = _load(database, staged, (path.name, sha256, path.stat().st_size))
    return Report(
        file=path.name,
        layout=layout.name,
        sha256=sha256,
        rows_read=staged.rows_read,
        rows_staged=staged.rows_staged,
        blank_rows=staged.rows_blank,
        rejected=rejected,
        ignored=staged.ignored,
        notes=(
            *staged.notes,
            *(
                [f"{repeats} of a Crime ID that stands more than once; all stay, for they may not be copies"]
                * bool(repeats)
            ),
            *(f"column '{name}' is not of this layout and is not used" for name in staged.extra_columns),
        ),
        findings=tuple(_finding(one) for one in validate_tables(database, [staged.table]) if one.outcome != "passed"),
        counts=counts,
    )


def _load(
    database: Path, staged: Staged, file: tuple[str, str, int]
) -> tuple[tuple[Reject, ...], tuple[Total, ...], str]:
    """Make the stg_ and rej_ tables, the panel's empty ones and extract_file with the one `file` (name, sha256, size).

    Returns the rejected records, the counts, and how many records repeat a Crime ID, in words; empty if none does.
    """
    name = staged.table.removeprefix("stg_")
    with open_warehouse(database) as connection:
        # One transaction: some twenty tables are made, and each would be written to disk by itself.
        connection.begin()
        for table in CONFIGURATION:
            fill(connection, table, [])
        known = ("check", "check", *file, None, list(staged.open_ended), None, None, 1)
        fill(connection, "extract_file", [known])
        for table, rows_in in ((staged.table, staged.parquet), (f"rej_{name}", staged.rejects)):
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet($file)", {"file": str(rows_in)})
        connection.commit()
        rows = connection.execute(f"SELECT file, line, column_name, value, reason FROM rej_{name} ORDER BY ALL")
        rejected = tuple(Reject(*row) for row in rows.fetchall())
        counts = select_rows(connection, SQL / "check" / f"check_{name}.sql")
        columns = [row[0] for row in connection.execute(f"DESCRIBE {staged.table}").fetchall()]
        repeats = 0
        if "crime_id" in columns:
            number = f"SELECT count(crime_id) - count(DISTINCT crime_id) FROM {staged.table}"
            ((repeats,),) = connection.execute(number).fetchall()
    words = _number(repeats, "further record") if repeats else ""
    return rejected, tuple(Total(**{**one, "count": _whole(one["count"])}) for one in counts), words


def _finding(one: CheckResult) -> Finding:
    return Finding(one.severity, one.expectation, one.message, one.detail if one.outcome == "failed" else "")


def _whole(number: int | float) -> int | float:
    return int(number) if float(number).is_integer() else float(number)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(
            f"cannot be opened: {(error.strerror or str(error)).lower()}.",
            where=path.name,
            remedy="Look at the path, and whether you may read it.",
        ) from error


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _number(count: float, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _head(report: Report) -> str:
    lines = [
        f"{report.file}, read as {report.layout}",
        f"  {_number(report.rows_read, 'record')} read: {report.rows_staged:,} taken,"
        f" {len(report.rejected):,} rejected, {report.blank_rows:,} blank.",
    ]
    if report.counts:
        forces = sorted({one.force for one in report.counts})
        periods = sorted({one.period for one in report.counts})
        span = periods[0] if len(periods) == 1 else f"{_number(len(periods), 'period')}, {periods[0]} to {periods[-1]}"
        places = ", ".join(forces) if len(forces) <= 4 else f"{len(forces)} forces or areas"
        lines.append(
            f"  It holds {places}; {span}; {_number(len({o.category for o in report.counts}), 'kind')} of count."
        )
    if report.ignored:
        lines.append(f"  Left aside, being of other layouts: {', '.join(report.ignored)}.")
    return "\n".join([*lines, *(f"  Note: {note}." for note in report.notes)])


def _rejects(rejected: tuple[Reject, ...]) -> str:
    if not rejected:
        return ""
    shown = rejected[:SHOWN_REJECTS]
    more = f" (the first {len(shown)} of {len(rejected):,}; --json lists all)" if len(rejected) > len(shown) else ""
    lines = [f"Rejected records{more}:"]
    for one in shown:
        column = f", {one.column}" if one.column else ""
        value = f" '{one.value}'" if one.value else ""
        lines.append(f"  {one.file}, record {one.line}{column}:{value} {one.reason}")
    lines.append("Correct these in the system they come from and send the file again; the header is record 1.")
    return "\n".join(lines)


def _findings(title: str, severity: str, findings: tuple[Finding, ...]) -> str:
    lines = [title]
    for one in findings:
        if one.severity == severity:
            lines.append(f"  - {one.message} [{one.expectation}]")
            # Rejected records are listed above already.
            shown = one.detail and not one.expectation.endswith("_rejected")
            lines += [f"      {one.detail}"] if shown else []
    return "\n".join(lines) if len(lines) > 1 else ""


def _verdict(report: Report) -> str:
    if report.exit_code == HELD:
        return "This file cannot be used as it is: put right what is named above and send it again."
    return "This file can be used."
