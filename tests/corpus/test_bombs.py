"""Files made to fill a disk or the memory: each is refused by name, in little time and within a bound of memory."""

from __future__ import annotations

import gzip
import io
import json
import os
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.settings import CHECKOUT
from tests.corpus.case import as_csv
from tests.corpus.good import good
from tests.corpus.workbooks import ods, repacked, xlsx, zipped

# The address space that the command gets; the libraries alone take a good part of it.
MEMORY_BYTES = 4 * 1024**3
LONGEST_SECONDS = 30
# How large they are made: 400 MB take long enough to pack.
TIMES = 4 if os.environ.get("PANELBRIEF_SOAK") else 1
TABLE = as_csv(good("force_return")).encode()
ROW = b"complaints,Swindon UA,2023-04,12,,\n"


def _ratio() -> bytes:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("figures.csv", "w", force_zip64=True) as member,
    ):
        member.write(TABLE)
        for _ in range(400 * TIMES):
            member.write(ROW * 30_000)
    return stream.getvalue()


def _gzip_ratio() -> bytes:
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) as out:
        out.write(TABLE)
        for _ in range(400 * TIMES):
            out.write(ROW * 30_000)
    return stream.getvalue()


def _many_large() -> bytes:
    """Return a zip of members of 8 MB each, none too large by itself."""
    return zipped({f"{n:03}.csv": TABLE + ROW * 240_000 for n in range(50 * TIMES)})


def _large_aside() -> bytes:
    """Return a small table in a zip, beside a text that nothing reads and that is too long to search."""
    return zipped({"figures.csv": TABLE, "notes.txt": b"Nothing of note.\n" * 2_500_000})


def _many_members() -> bytes:
    return zipped({f"{n}.csv": b"" for n in range(60_000)}, zipfile.ZIP_STORED)


def _nested() -> bytes:
    inner = zipped({"figures.csv": TABLE + ROW * 500_000})
    for depth in range(6):
        inner = zipped({f"{depth}-{n}.zip": inner for n in range(10)})
    return inner


def _quoted() -> bytes:
    """Return a field that is opened and never closed, over twenty-five megabytes."""
    return gzip.compress(TABLE + b'"' + ROW * 750_000, compresslevel=1, mtime=0)


def _sheet_of_spaces() -> bytes:
    return repacked(xlsx({"Return": [["measure"]]}), "<sheetData>", "<sheetData>" + " " * 200_000_000 * TIMES)


def _sheet_of_cells() -> bytes:
    return repacked(
        xlsx({"Return": good("force_return")}), "</sheetData>", "<row><c/></row>" * 2_250_000 * TIMES + "</sheetData>"
    )


def _repeated_rows() -> bytes:
    row = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell office:value-type="float" '
        'office:value="1" table:number-columns-repeated="16000"/></table:table-row></table:table>'
    )
    return repacked(ods({"Return": good("force_return")}), "</table:table>", row)


BOMBS: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("a thousandfold zip", "b.zip", _ratio, "unpacks to more than"),
    ("a thousandfold gzip", "b.csv.gz", _gzip_ratio, "unpacks to more than"),
    ("many large members", "b.zip", _many_large, "unpacks to more than"),
    ("a large text left aside", "b.zip", _large_aside, "unpacks to more than"),
    ("60,000 members", "b.zip", _many_members, "holds more than 10,000 members"),
    ("zips in zips", "b.zip", _nested, "which cannot be searched"),
    ("a quotation mark over 25 MB", "b.csv.gz", _quoted, "opened in line 58"),
    ("a sheet of spaces", "b.xlsx", _sheet_of_spaces, "unpacks to more than"),
    ("a sheet of millions of rows", "b.xlsx", _sheet_of_cells, ""),
    ("a row repeated a million times", "b.ods", _repeated_rows, "more than 1,000,000 cells"),
]


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


@pytest.mark.soak
@pytest.mark.parametrize(("name", "make", "words"), [one[1:] for one in BOMBS], ids=[one[0] for one in BOMBS])
def test_a_bomb_is_refused_in_little_time_and_memory(
    tmp_path: Path, name: str, make: Callable[[], bytes], words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    command = [sys.executable, "-m", "flows.cli", "check", str(path), "--layout", "force_return", "--json"]
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=120, preexec_fn=_bounded
    )
    taken = time.monotonic() - begun
    assert done.stderr == "" and done.returncode == 2, done.stderr[-2000:]
    assert words in json.loads(done.stdout)["error"]
    assert taken < LONGEST_SECONDS
