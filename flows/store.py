"""The store: files that never change, named by their sha256. A folder; nothing half-written is ever seen in it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20
ARRIVING, STAGING, KEEPING = ".arriving-", ".staging-", ".keeping-"


@dataclass(frozen=True)
class Stored:
    """A stored file: its sha256 in hex and its size in bytes."""

    sha256: str
    size_bytes: int


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Make the folder, and say while something half-written lies in it that its writer is alive.

    The system lets go of the lock when a process ends, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def sweep(folder: Path, prefix: str) -> None:
    """Remove what begins with `prefix` in the folder: killed runs left it. If anyone writes there now, it stays."""
    if not folder.is_dir():
        return
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        for left in folder.glob(f"{prefix}*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's content, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class Store:
    """Files under `root`: `files/ab/abcd...` as they came, `staged/` as they were read, `checks/` what was found."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.staged = root / "staged"
        self.checks = root / "checks"

    def path(self, sha256: str) -> Path:
        """Return where the file of that sha256 is kept."""
        return self.root / "files" / sha256[:2] / sha256

    @contextmanager
    def arriving(self) -> Iterator[Path]:
        """Give an empty file to write what arrives to; it is gone afterwards, unless it was kept."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=ARRIVING, dir=self.root)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held as long as this process is at work on it
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)
            os.close(handle)

    def clear_interrupted(self) -> None:
        """Remove what processes that were stopped have left half-written; those at work are left alone."""
        sweep(self.staged, STAGING)
        sweep(self.checks, KEEPING)
        for left in self.root.glob(f"{ARRIVING}*"):
            with left.open("rb") as stream:
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                left.unlink(missing_ok=True)

    def clock(self) -> float:
        """Return the present time in seconds by the clock of the store's own disk, to hold times of files against."""
        with self.arriving() as path:
            return path.stat().st_mtime

    def keep(self, arrived: Path, sha256: str) -> Stored:
        """Move a file that `arriving` gave into the store, once, and return its sha256 and size in bytes."""
        size = arrived.stat().st_size
        with arrived.open("rb") as stream:
            os.fsync(stream.fileno())
        final = self.path(sha256)
        final.parent.mkdir(parents=True, exist_ok=True)
        arrived.replace(final)
        return Stored(sha256, size)
