"""A run that is killed at any moment and begun again leaves what a run leaves that nobody disturbed, byte for byte."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.settings import EXAMPLE
from tests.flow.killing import BOUNDARIES, exit_code_of, ledger_rows, left_in
from tests.flow.preparing import new_job

SEED = 20230914
IS_SOAK = bool(os.environ.get("PANELBRIEF_SOAK"))
MOMENTS = 30 if IS_SOAK else 2


@dataclass(frozen=True)
class Undisturbed:
    """What one run left that was not killed, and how many seconds it took."""

    files: dict[str, str]
    rows: dict[str, list[tuple[object, ...]]]
    seconds: float


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Return what a run left; the second of two, for the first starts the process that the others are forked from."""
    first, second = (tmp_path_factory.mktemp(name) for name in ("first", "second"))
    assert exit_code_of(new_job(EXAMPLE, first), killed_after="begin") == -signal.SIGKILL
    begun = time.monotonic()
    assert exit_code_of(new_job(EXAMPLE, second)) == 0
    made = Undisturbed(left_in(second), ledger_rows(second), time.monotonic() - begun)
    assert sum(name.startswith("briefings/") for name in made.files) > 8
    assert sum(name.startswith("store/files/") for name in made.files) == len(made.rows["extract"]) > 3
    return made


def _assert_undisturbed(home: Path, right: Undisturbed) -> None:
    assert exit_code_of(new_job(EXAMPLE, home)) == 0
    assert left_in(home) == right.files
    assert ledger_rows(home) == right.rows


def test_a_run_killed_at_one_boundary_after_the_other_ends_as_if_it_had_not_been(
    tmp_path: Path, undisturbed: Undisturbed
) -> None:
    for boundary in BOUNDARIES:
        assert exit_code_of(new_job(EXAMPLE, tmp_path), killed_after=boundary) == -signal.SIGKILL, boundary
    _assert_undisturbed(tmp_path, undisturbed)


@pytest.mark.soak
@pytest.mark.parametrize("moment", [*range(MOMENTS), *(BOUNDARIES if IS_SOAK else ())])
def test_a_run_killed_at_any_moment_ends_as_if_it_had_not_been(
    tmp_path: Path, undisturbed: Undisturbed, moment: int | str
) -> None:
    """A moment is the end of a stage, or a share of the time of an undisturbed run that is drawn from a seed."""
    job = new_job(EXAMPLE, tmp_path)
    if isinstance(moment, str):
        assert exit_code_of(job, killed_after=moment) == -signal.SIGKILL
    else:
        share = random.Random(f"{SEED} {moment}").random()
        assert exit_code_of(job, kill_after_seconds=share * undisturbed.seconds) in (0, -signal.SIGKILL)
    _assert_undisturbed(tmp_path, undisturbed)


def test_an_edition_that_was_made_and_not_noted_is_taken_up(tmp_path: Path, undisturbed: Undisturbed) -> None:
    """A run may be killed between the rename that makes the edition and the ledger's row of it."""
    assert exit_code_of(new_job(EXAMPLE, tmp_path), killed_after="brief") == -signal.SIGKILL
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        assert connection.execute("DELETE FROM edition").rowcount == 1
    connection.close()
    _assert_undisturbed(tmp_path, undisturbed)


@pytest.mark.parametrize("left", [".arriving-x", "staged/.staging-x/raw.csv", "staged/.staging-x/made/staged.parquet"])
def test_what_a_killed_run_left_half_written_is_gone_after_the_next(
    tmp_path: Path, undisturbed: Undisturbed, left: str
) -> None:
    path = tmp_path / "store" / left
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half a fi")
    assert exit_code_of(new_job(EXAMPLE, tmp_path), killed_after="extract") == -signal.SIGKILL
    assert not [name for name in left_in(tmp_path) if name.startswith("store/") and "ing-" in name]
