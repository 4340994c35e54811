"""A zip without its end record and a gzip cut short are known at every length; whole files never are."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest

from flows.wholeness import what_is_missing

ROWS = b"".join(b"%d,%d\n" % (one, random.Random(one).randrange(10**9)) for one in range(20_000))


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", ROWS)
    return out.getvalue()


WHOLE = {
    "a.csv.gz": gzip.compress(ROWS),
    "two.csv.gz": gzip.compress(ROWS) + gzip.compress(b"more\n"),
    "large.csv.gz": gzip.compress(b"0" * (5 << 20)),
    "a.zip": zipped(),
    "a.xlsx": zipped(),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_files_are_whole_and_cut_ones_are_not(tmp_path: Path, name: str) -> None:
    content, path = WHOLE[name], tmp_path / "file"
    path.write_bytes(content)
    assert what_is_missing(name, path) == ""
    first = len(gzip.compress(ROWS)) if name == "two.csv.gz" else 0
    cuts = {4, 10, len(content) // 3, len(content) // 2, len(content) - 8, len(content) - 1} - {first}
    for cut in cuts:
        path.write_bytes(content[:cut])
        assert "is not there" in what_is_missing(name, path), cut


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", ROWS[:100]),
        ("a.csv.gz", b"<html>"),
        ("a.zip", b"not a zip"),
        ("a.zip", b""),
        ("a.csv.gz", gzip.compress(ROWS) + b"\0" * 512),
        ("a.csv.gz", gzip.compress(ROWS)[:40] + b"\xff" * 4000),
    ],
)
def test_what_waiting_would_not_mend_is_left_to_the_readers(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert what_is_missing(name, path) == ""
