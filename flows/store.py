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
from typing import IO

CHUNK = 1 << 20
ARRIVING, STAGING = ".arriving-", ".staging-"


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


class Store:
    """Files under `root`: `files/ab/abcd...` as they came, and `staged/` for what was read from them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.staged = root / "staged"

    def path(self, sha256: str) -> Path:
        """Return where the file of that sha256 is kept."""
        return self.root / "files" / sha256[:2] / sha256

    def keep(self, stream: IO[bytes]) -> Stored:
        """Copy `stream` into the store, untouched, and return its sha256 and size; the same bytes are kept once."""
        with writing(self.root):
            return self._keep(stream)

    def sweep(self) -> None:
        """Remove what runs that were killed left half-written."""
        sweep(self.root, ARRIVING)
        sweep(self.staged, STAGING)

    def _keep(self, stream: IO[bytes]) -> Stored:
        digest, size = hashlib.sha256(), 0
        handle, partial = tempfile.mkstemp(prefix=ARRIVING, dir=self.root)
        try:
            with os.fdopen(handle, "wb") as out:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            final = self.path(digest.hexdigest())
            final.parent.mkdir(parents=True, exist_ok=True)
            Path(partial).replace(final)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
        return Stored(digest.hexdigest(), size)
