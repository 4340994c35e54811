"""Corrections in the open: declared values put into the run's tables; stored files and kept Parquet never change.

A corrected record is staged anew from its text by the SQL of its table, so whatever is made from the value follows,
a record that was refused may become sound, and one that a correction would spoil is told.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import PanelbriefError
from flows.ledger import Extract
from flows.plan.models import Correction, Plan
from flows.settings import SQL
from flows.sources import LAYOUTS, Layout, read_file
from flows.staging import raw_records
from flows.store import Store
from flows.warehouse import CONFIGURATION, fill_computed

if TYPE_CHECKING:
    import duckdb

SHOWN_MEMBERS = 3
# The number that a corrected one stands beside.
_BESIDE = {"numerator": "denominator", "denominator": "numerator"}
_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}([ ,]\d{3})+)(\.\d+)?")


@dataclass(frozen=True)
class Placed:
    """A correction, and where it stands: "corrections.yml, line 12"."""

    place: str
    one: Correction

    @property
    def key(self) -> tuple[str, int]:
        """Return the member and number of the record."""
        return self.one.member, self.one.record

    def fault(self, wrong: str, remedy: str) -> PanelbriefError:
        """Return the error that names this correction."""
        one = self.one
        inside = f" of {one.member}" if one.member else ""
        what = f"the correction of '{one.column}' in record {one.record}{inside}, file {one.extract[:12]}"
        return PanelbriefError(f"{what}: {wrong}", where=self.place, remedy=remedy)


class CorrectionFaults(PanelbriefError):
    """Every correction that does not fit the files as they are."""

    def __init__(self, faults: Sequence[PanelbriefError]) -> None:
        self.faults = list(faults)
        if len(self.faults) == 1:
            only = self.faults[0]
            super().__init__(only.what, where=only.where, remedy=only.remedy)
        else:
            lines = "\n".join(f"  {one.text()}" for one in self.faults)
            super().__init__(f"{len(self.faults)} corrections do not fit the files as they are:\n{lines}")


def placed_corrections(plan: Plan, as_of: dt.date) -> list[Placed]:
    """Return the corrections that count on that day."""
    pairs = zip(plan.correction_places, plan.corrections, strict=True)
    return [Placed(place, one) for place, one in pairs if one.when <= as_of]


def apply_corrections(
    connection: duckdb.DuckDBPyConnection, plan: Plan, extracts: Sequence[Extract], store: Store, as_of: dt.date
) -> None:
    """Correct the `stg_` and `rej_` tables, and write what was corrected to `plan_correction`.

    `extracts` are those that were staged. Raises CorrectionFaults with every correction that does not fit: no such
    record, another value than `expect`, or a value that would have the record refused.
    """
    by_file: dict[Extract, list[Placed]] = {}
    faults: list[PanelbriefError] = []
    for placed in placed_corrections(plan, as_of):
        try:
            for one in _files_of(placed, plan, extracts):
                by_file.setdefault(one, []).append(placed)
        except PanelbriefError as error:
            faults.append(error)
    made: list[dict[str, Any]] = []
    for one, corrections in by_file.items():
        file = _File(connection, one, LAYOUTS[plan.source(one.source).layout], faults)
        made += file.correct(store, corrections)
    if faults:
        raise CorrectionFaults(faults)
    rows = [{"position": at, **row} for at, row in enumerate(made)]
    fill_computed(connection, "plan_correction", CONFIGURATION["plan_correction"], rows)


def _files_of(placed: Placed, plan: Plan, extracts: Sequence[Extract]) -> list[Extract]:
    """Return the staged files that a correction is about: none if it is idle, more if two sources have one file."""
    one = placed.one
    found = [file for file in extracts if file.sha256.startswith(one.extract)]
    if len({file.sha256 for file in found}) > 1:
        raise placed.fault(f"{len(found)} files in use begin with that sha256.", "Give more of it, or all 64 signs.")
    fitting = [file for file in found if LAYOUTS[plan.source(file.source).layout].table == one.table]
    if found and not fitting:
        tables = sorted({LAYOUTS[plan.source(file.source).layout].table for file in found})
        raise placed.fault(f"the file {found[0].name} is not staged as {one.table}.", f"Name {' or '.join(tables)}.")
    return fitting


class _File:
    """One staged file in the run's warehouse, and what is corrected in it."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, extract: Extract, layout: Layout, faults: list[PanelbriefError]
    ) -> None:
        self.connection, self.extract, self.layout, self.faults = connection, extract, layout, faults
        self.rejected = layout.table.replace("stg_", "rej_")
        self.base = re.split(r"[/\\]", extract.name)[-1]

    def correct(self, store: Store, corrections: list[Placed]) -> list[dict[str, Any]]:
        """Correct the tables, and return the rows of `plan_correction`, without their position."""
        with tempfile.TemporaryDirectory(dir=store.staged, prefix=".correcting-") as folder:
            reading = read_file(store.path(self.extract.sha256), self.base, self.layout, Path(folder))
            records = self._records(reading.raw, corrections)
            broken = _broken(reading.faults)
        before = [self._written(one, records, broken) for one in corrections]
        if any(text is None for text in before):
            return []
        cells = self._cells(corrections)
        refused = self._refused(corrections)
        self._restage(corrections)
        cells += self._cells(corrections)
        return [
            {
                "extract_id": self.extract.id,
                "source": self.extract.source,
                "file": self.base,
                "member": one.one.member,
                "record": one.one.record,
                "column_name": one.one.column,
                "before": text,
                "after": "" if one.one.drop else one.one.value,
                "is_dropped": one.one.drop,
                "was_rejected": one.key in refused,
                "reason": one.one.reason,
                "decided_by": one.one.who,
                "decided_on": one.one.when,
                **{
                    name: sorted({cell[at] for key, *cell in cells if key == one.key and cell[at] is not None})
                    for at, name in enumerate(("periods", "areas", "measures"))
                },
                "beside": records[one.key].get(_BESIDE.get(one.one.column, "")) or "",
            }
            for one, text in zip(corrections, before, strict=True)
        ]

    def _records(self, raw: Path, corrections: list[Placed]) -> dict[tuple[str, int], dict[str, str]]:
        """Make the table raw_file of the records to correct, and return them by member and number."""
        wanted = sorted({one.key for one in corrections})
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE raw_file AS SELECT * FROM ({raw_records(raw, self.base, self.layout)})"
            " WHERE struct_pack(m := coalesce(member, ''), r := record::BIGINT)"
            " IN (SELECT struct_pack(m := unnest(?::VARCHAR[]), r := unnest(?::BIGINT[])))",
            [[member for member, _ in wanted], [record for _, record in wanted]],
        )
        result = self.connection.execute("SELECT * FROM raw_file")
        names = [column[0] for column in result.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        return {(row["member"] or "", int(row["record"])): row for row in rows}

    def _written(
        self,
        placed: Placed,
        records: dict[tuple[str, int], dict[str, str]],
        broken: dict[tuple[str, int], str],
    ) -> str | None:
        """Return what the file has where the correction looks; None, with a fault told, if it is not what it expects.

        The column is set to the right value in raw_file.
        """
        one, row = placed.one, records.get(placed.key)
        if row is None:
            self.faults.append(self._no_record(placed, broken))
            return None
        stands = " ".join((row[one.column] or "").split())
        if not _is_same(stands, one.expect):
            remedy = (
                "Has the source been mended, or the record moved? Remove the correction, or mend its record and expect."
            )
            shown = f"'{stands}'" if stands else "nothing"
            self.faults.append(placed.fault(f"{shown} stands there, where '{one.expect}' was expected.", remedy))
            return None
        where = "coalesce(member, '') = ? AND record::BIGINT = ?"
        if one.drop:
            self.connection.execute(f"DELETE FROM raw_file WHERE {where}", placed.key)
        else:
            set_value = f"UPDATE raw_file SET {one.column} = ? WHERE {where}"
            self.connection.execute(set_value, [one.value, *placed.key])
        return stands

    def _no_record(self, placed: Placed, broken: dict[tuple[str, int], str]) -> PanelbriefError:
        reason = broken.get(placed.key)
        if reason is not None:
            remedy = "No correction of a column can mend that: ask for a new file."
            return placed.fault(f"that record cannot be split into its columns: it {reason}.", remedy)
        found = self.connection.execute(
            f"SELECT DISTINCT member FROM {self.layout.table} WHERE extract_id = ? AND member <> '' ORDER BY ALL",
            [self.extract.id],
        ).fetchall()
        members = [member for (member,) in found]
        if members and placed.one.member not in members:
            more = " and others" if len(members) > SHOWN_MEMBERS else ""
            known = f"{', '.join(members[:SHOWN_MEMBERS])}{more}"
            return placed.fault("the file has no such member.", f"Give 'member', one of: {known}.")
        return placed.fault("the file has no such record.", "The header is record 1: panelbrief trace names records.")

    def _restage(self, corrections: list[Placed]) -> None:
        """Put the corrected records into the tables in the place of those that stand there."""
        statement = (SQL / "stage" / f"{self.layout.table}.sql").read_text(encoding="utf-8")
        names = {"extract_id": self.extract.id, "source": self.extract.source}
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE outcome AS\n{statement}", names)
        query = (
            "SELECT member, record, reject_column, reject_value, reject_reason FROM outcome"
            " WHERE reject_reason IS NOT NULL ORDER BY member, record"
        )
        for member, record, column, value, reason in self.connection.execute(query).fetchall():
            mine = next(one for one in corrections if one.key == (member, record))
            wrong = f"the record would be refused as corrected: {column} '{value}' {reason}."
            self.faults.append(mine.fault(wrong, "Give a value that can be read, or drop the record."))
        for member, record in sorted({one.key for one in corrections}):
            key = [self.extract.id, member, record]
            self.connection.execute(
                f"DELETE FROM {self.layout.table} WHERE extract_id = ? AND member = ? AND record = ?", key
            )
            self.connection.execute(
                f"DELETE FROM {self.rejected} WHERE extract_id = ? AND file = ? AND line = ?",
                [self.extract.id, self._file_of(member), record],
            )
        self.connection.execute(
            f"INSERT INTO {self.layout.table} BY NAME"
            " SELECT * EXCLUDE (reject_column, reject_value, reject_reason) FROM outcome WHERE reject_reason IS NULL"
        )
        self.connection.execute("DROP TABLE outcome")
        self.connection.execute("DROP TABLE raw_file")

    def _file_of(self, member: str) -> str:
        return f"{self.base}!{member}" if member else self.base

    def _refused(self, corrections: list[Placed]) -> set[tuple[str, int]]:
        query = f"SELECT file, line FROM {self.rejected} WHERE extract_id = ?"
        lines = set(self.connection.execute(query, [self.extract.id]).fetchall())
        return {one.key for one in corrections if (self._file_of(one.one.member), one.one.record) in lines}

    def _cells(self, corrections: list[Placed]) -> list[tuple[Any, ...]]:
        """Return the key of each record, and the period, area and measure that it is staged for now; None for none."""
        columns = [row[0] for row in self.connection.execute(f"DESCRIBE {self.layout.table}").fetchall()]
        area = "area" if "area" in columns else "force"
        asked = ", ".join(name if name in columns else f"NULL AS {name}" for name in ("period_start", area, "measure"))
        query = f"SELECT {asked} FROM {self.layout.table} WHERE extract_id = ? AND member = ? AND record = ?"
        return [
            (key, *row)
            for key in {one.key for one in corrections}
            for row in self.connection.execute(query, [self.extract.id, *key]).fetchall()
        ]


def _broken(faults: Path) -> dict[tuple[str, int], str]:
    """Return why records could not be split into their columns."""
    with faults.open(encoding="utf-8", newline="") as stream:
        return {(row["member"], int(row["record"])): row["reason"] for row in csv.DictReader(stream)}


def _is_same(stands: str, expected: str) -> bool:
    """Return whether the text is the one expected: as written, or as the number that is staged from it."""
    one, other = stands, " ".join(expected.split())
    if one == other:
        return True
    one, other = one.replace("−", "-"), other.replace("−", "-")
    if not (_NUMBER.fullmatch(one) and _NUMBER.fullmatch(other)):
        return False
    return float(re.sub("[ ,]", "", one)) == float(re.sub("[ ,]", "", other))
