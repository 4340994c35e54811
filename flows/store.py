"""The store: files that never change, named by their sha256. A folder; nothing half-written is ever seen in it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CHUNK = 1 << 20


@dataclass(frozen=True)
class Stored:
    """A stored file: its sha256 in hex and its size in bytes."""

    sha256: str
    size_bytes: int


class Store:
    """Files under `root`: `files/ab/abcd...` as they came, and `staged/` for what was read from them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.staged = root / "staged"

    def path(self, sha256: str) -> Path:
        """Return where the file of that sha256 is kept."""
        return self.root / "files" / sha256[:2] / sha256

    def keep(self, stream: IO[bytes], look: Callable[[Path, str], None] | None = None) -> Stored:
        """Copy `stream` into the store, untouched, and return its sha256 and size; the same bytes are kept once.

        `look` is given the arrived file and its sha256 before it is kept; if it raises, nothing of the file stays.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, partial = tempfile.mkstemp(prefix=".arriving-", dir=self.root)
        try:
            with os.fdopen(handle, "wb") as out:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            if look:
                look(Path(partial), digest.hexdigest())
            final = self.path(digest.hexdigest())
            final.parent.mkdir(parents=True, exist_ok=True)
            Path(partial).replace(final)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
        return Stored(digest.hexdigest(), size)
