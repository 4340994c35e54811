"""What a case of the corpus is: a good extract, what is done to it, and what must come of it."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flows.checking import HELD, UNREADABLE, USABLE, Report
from tests.corpus.good import NAMES, Rows, good, totals
from tests.corpus.workbooks import ods, xlsx, zipped

MONTH_COLUMN = {"force_return": 2, "police_uk_street": 1, "police_uk_outcomes": 1}


@dataclass(frozen=True)
class Right:
    """It is read with the totals of the good file, and nothing is found."""

    def judge(self, report: Report, case: Case) -> None:
        """Assert that this came of the case."""
        assert (report.error, report.rejected, report.findings) == ("", (), ())
        assert report.exit_code == USABLE
        assert {(one.force, one.period, one.category): one.count for one in report.counts} == case.totals


@dataclass(frozen=True)
class Refused:
    """It cannot be read at all, and the words say why."""

    words: str

    def judge(self, report: Report, case: Case) -> None:
        """Assert that this came of the case."""
        assert report.exit_code == UNREADABLE, (report.findings, report.rejected)
        assert self.words in report.error
        assert case.file_name in report.error


@dataclass(frozen=True)
class Rejected:
    """One record is refused with these words, so the file is held; the header is record 1."""

    record: int
    words: str

    def judge(self, report: Report, case: Case) -> None:
        """Assert that this came of the case."""
        assert report.error == ""
        assert report.exit_code == HELD
        told = {one.line: one for one in report.rejected}
        assert self.record in told, report.rejected[:5]
        assert self.words in told[self.record].reason
        assert told[self.record].file.startswith(case.file_name)


@dataclass(frozen=True)
class Found:
    """An expectation of this name failed; the file is held where it is critical."""

    expectation: str
    is_critical: bool = True

    def judge(self, report: Report, case: Case) -> None:
        """Assert that this came of the case."""
        assert report.error == ""
        found = {one.expectation: one.severity for one in report.findings}
        assert self.expectation in found, found
        assert found[self.expectation] == ("critical" if self.is_critical else "warning")


RIGHT = Right()
Outcome = Right | Refused | Rejected | Found


@dataclass(frozen=True)
class Case:
    """One file of the corpus. `table`, `text` and `raw` change the good extract's rows, its CSV text, the whole file.

    `book` writes the workbook of the rows in another way than on one sheet. `pack` writes the zip of the CSV in another
    way than with it alone, from the member's name and its bytes.
    """

    name: str
    layout: str
    kind: str
    outcome: Outcome
    table: Callable[[Rows], Rows] | None = None
    text: Callable[[str], str] | None = None
    raw: Callable[[bytes], bytes] | None = None
    book: Callable[[Rows], bytes] | None = None
    pack: Callable[[str, bytes], bytes] | None = None
    encoding: str = "utf-8"
    sent_as: str = ""
    totals: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.totals.update(totals(self.layout, good(self.layout)))

    @property
    def id(self) -> str:
        """Return the name of the test."""
        return f"{self.layout} {self.kind} {self.name}"

    @property
    def file_name(self) -> str:
        """Return the name that the file is sent under."""
        return self.sent_as or NAMES[self.layout].removesuffix(".csv") + self.kind

    def content(self) -> bytes:
        """Return the bytes of the file."""
        rows = good(self.layout)
        if self.table:
            rows = self.table(rows)
        content = self._book(rows) if self.kind in (".xlsx", ".ods") else self._packed(rows)
        return self.raw(content) if self.raw else content

    def _book(self, rows: Rows) -> bytes:
        rows = months_as_dates(rows, self.layout)
        if self.book:
            return self.book(rows)
        return (xlsx if self.kind == ".xlsx" else ods)({"Table": rows})

    def _packed(self, rows: Rows) -> bytes:
        text = as_csv(rows)
        content = (self.text(text) if self.text else text).encode(self.encoding, "surrogateescape")
        if self.kind == ".csv.gz":
            return gzip.compress(content, mtime=0)
        if self.kind == ".zip":
            pack = self.pack or (lambda name, plain: zipped({name: plain}))
            return pack(NAMES[self.layout], content)
        return content

    def write(self, folder: Path) -> Path:
        """Write the file into the folder and return its path."""
        path = folder / self.file_name
        path.write_bytes(self.content())
        return path


def as_csv(rows: Rows) -> str:
    """Return the rows as the text of a CSV with LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def months_as_dates(rows: Rows, layout: str) -> Rows:
    """Return the rows with every text of a month as the date that Excel makes of it."""
    column = MONTH_COLUMN.get(layout)
    if column is None:
        return rows
    return [
        [_as_date(value) if place == column else value for place, value in enumerate(row)] for row in rows
    ]  # fmt: skip


def _as_date(value: object) -> object:
    try:
        return datetime.date.fromisoformat(f"{value}-01")
    except ValueError:
        return value
