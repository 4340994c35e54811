"""Fetching from a folder: what is new, what still arrives, what comes again; nothing half-written stays."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from flows.extraction import usable_extracts
from tests.pulling import HEADER, LARGE, RETURN, TODAY, Pulled

MONTHLY = {"every": "month", "begins": dt.date(2023, 4, 1), "within_days": 21, "sender": "the data officer"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def pulled(tmp_path: Path, folder: Path) -> Pulled:
    return Pulled(tmp_path, {"location": "in", "pattern": "*"})


def put(path: Path, content: bytes, age_seconds: float = 3600) -> None:
    """Write a file as if it had been written some time ago."""
    path.write_bytes(content)
    written = path.stat().st_mtime - age_seconds
    os.utime(path, (written, written))


def used(one: Pulled, as_of: dt.date = TODAY) -> list[str]:
    ledger = one.ledger()
    try:
        return [extract.name for extract in usable_extracts(one.plan, ledger, as_of)]
    finally:
        ledger.close()


def test_what_was_seen_unchanged_is_not_read_again(pulled: Pulled, folder: Path) -> None:
    put(folder / "a.csv", RETURN)
    assert pulled.fetch().new == 1
    kept = pulled.store.path(pulled.extracts()[0].sha256)
    before = kept.stat()
    assert pulled.fetch().new == 0 and kept.stat().st_ino == before.st_ino, "it would have been replaced"
    put(folder / "a.csv", RETURN, age_seconds=60 * 60 * 24)  # touched, with the same bytes
    assert pulled.fetch().new == 0 and kept.stat().st_ino != before.st_ino
    kept.unlink()
    assert pulled.fetch().new == 0 and kept.is_file(), "what the store has lost is fetched again"


def test_old_files_are_not_waited_for_and_fresh_ones_are(pulled: Pulled, folder: Path) -> None:
    put(folder / "a.csv", RETURN)
    pulled.fetch()
    put(folder / "b.csv", RETURN + b"\n", age_seconds=0)
    pulled.fetch()
    pulled.source["settle_seconds"] = 7
    put(folder / "c.csv", RETURN + b"\n\n", age_seconds=0)
    pulled.fetch()
    pulled.fetch()
    assert pulled.naps == [0, 3, 7, 0]


def test_a_file_that_grows_or_goes_while_it_is_waited_for_is_arriving(pulled: Pulled, folder: Path) -> None:
    for name in ("grows.csv", "goes.csv", "stays.csv"):
        put(folder / name, RETURN, age_seconds=0)

    def meanwhile(_: float) -> None:
        (folder / "grows.csv").write_bytes(LARGE)
        (folder / "goes.csv").unlink()

    found = pulled.fetch(sleep=meanwhile)
    assert set(found.arriving["returns"]) == {"grows.csv", "goes.csv"}
    assert set(pulled.contents()) == {"stays.csv"} and pulled.left_over() == []
    assert pulled.fetch().arriving == {} and pulled.contents() == {"stays.csv": RETURN, "grows.csv": LARGE}


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", LARGE)
    return out.getvalue()


@pytest.mark.parametrize(("name", "whole"), [("a.zip", _zip()), ("a.csv.gz", gzip.compress(LARGE))])
def test_what_lacks_its_end_waits_and_the_rest_goes_on(pulled: Pulled, folder: Path, name: str, whole: bytes) -> None:
    put(folder / name, whole[:-30])
    put(folder / "b.csv", RETURN)
    found = pulled.fetch()
    assert "is not there" in found.arriving["returns"][name]
    assert pulled.contents() == {"b.csv": RETURN} and pulled.left_over() == []
    assert pulled.fetch().arriving == found.arriving, "it is told each time, until it is there"
    put(folder / name, whole)
    assert pulled.fetch().arriving == {} and pulled.contents()[name] == whole


def test_what_an_interrupted_run_left_half_written_goes(pulled: Pulled, folder: Path) -> None:
    put(folder / "a.csv", RETURN)
    pulled.store.root.mkdir(parents=True)
    (pulled.store.root / ".arriving-abcd").write_bytes(LARGE[:100])
    with pulled.store.arriving() as at_work:
        pulled.fetch()
        assert at_work.is_file(), "another run may be at work on it"
    assert pulled.left_over() == [] and pulled.contents() == {"a.csv": RETURN}


def test_a_run_stopped_between_the_manifest_and_the_sighting_leaves_no_second_row(pulled: Pulled, folder: Path) -> None:
    put(folder / "a.csv", RETURN)
    pulled.fetch()
    ledger = pulled.ledger()
    ledger.forget_sightings("returns", {str(folder / "a.csv")})
    ledger.close()
    assert pulled.fetch().new == 0 and len(pulled.extracts()) == 1


def test_a_period_sent_again_is_a_new_vintage_under_any_name(pulled: Pulled, folder: Path) -> None:
    pulled.source |= {"pattern": "return-{YYYY-MM}*.csv", "expects": MONTHLY}
    put(folder / "return-2023-06.csv", RETURN)
    put(folder / "return-2023-05.csv", HEADER)
    pulled.fetch(dt.date(2023, 7, 10))
    put(folder / "return-2023-06-corrected.csv", LARGE)
    pulled.fetch(dt.date(2023, 8, 1))
    assert used(pulled, dt.date(2023, 7, 31)) == ["return-2023-05.csv", "return-2023-06.csv"]
    assert used(pulled, dt.date(2023, 8, 1)) == ["return-2023-05.csv", "return-2023-06-corrected.csv"]
    assert len(pulled.extracts()) == 3
    pulled.source["expects"] = {**MONTHLY, "files": 2}
    assert len(used(pulled)) == 3, "where a period has several files, none stands for another"


@pytest.mark.parametrize(
    ("ages", "received", "last"),
    [
        ((7200, 3600), None, "return-2023-06-corrected.csv"),
        ((3600, 7200), None, "return-2023-06.csv"),
        ((3600, 3600), None, "return-2023-06-corrected.csv"),
        ((3600, 7200), TODAY, "return-2023-06-corrected.csv"),
    ],
    ids=["newer", "older", "of one minute", "whose copies' times say nothing"],
)
def test_of_an_original_and_its_correction_fetched_at_once_the_later_counts(
    pulled: Pulled, folder: Path, ages: tuple[int, int], received: dt.date | None, last: str
) -> None:
    pulled.source |= {"pattern": "return-{YYYY-MM}*.csv", "expects": MONTHLY, "received": received}
    put(folder / "return-2023-06.csv", RETURN, ages[0])
    put(folder / "return-2023-06-corrected.csv", LARGE, ages[1])
    pulled.fetch()
    assert used(pulled) == [last]
    del pulled.source["expects"]
    assert used(pulled)[-1] == last and len(used(pulled)) == 2


def test_files_of_one_name_in_the_folders_of_their_months_all_count(pulled: Pulled, folder: Path) -> None:
    pulled.source |= {"pattern": "{YYYY-MM}/return.csv", "expects": MONTHLY}
    for month, content in (("2023-05", HEADER), ("2023-06", RETURN), ("2023-13", LARGE)):
        (folder / month).mkdir()
        put(folder / month / "return.csv", content)
    pulled.fetch()
    assert used(pulled) == ["2023-05/return.csv", "2023-06/return.csv"]


def test_a_file_whose_name_says_no_month_is_not_fetched(pulled: Pulled, folder: Path) -> None:
    pulled.source["pattern"] = "return-{YYYY-MM}.csv"
    put(folder / "return-2023-06.csv", RETURN)
    put(folder / "return-2023-13.csv", RETURN)
    assert pulled.fetch().looked_at == 1


def test_a_folder_with_marks_of_a_pattern_in_its_name_and_links_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "in [new] *"
    folder.mkdir()
    put(tmp_path / "kept.csv", RETURN)
    (folder / "linked.csv").symlink_to(tmp_path / "kept.csv")
    (folder / "nowhere.csv").symlink_to(tmp_path / "nowhere.csv")
    (folder / "sub.csv").mkdir()
    one = Pulled(tmp_path, {"location": "in [new] *", "pattern": "*.csv"})
    assert one.fetch().unreachable == {} and one.contents() == {"linked.csv": RETURN}
