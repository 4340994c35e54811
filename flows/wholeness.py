"""Whether a file that was copied is there to its end: a zip has its last record, a gzip its last checksum."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePath

# Zip files all, by the ending of their names.
ZIPPED = (".zip", ".xlsx", ".ods")
CHUNK = 1 << 20
# What unpacks to more is left to the readers, which refuse it.
MOST_BYTES = 1 << 30


def what_is_missing(name: str, path: Path) -> str:
    """Return in words what the file lacks at its end, or nothing; `name` is what it is called where it came from.

    A file that does not begin as its name's ending says will not be mended by waiting, so nothing is said of it.
    """
    ending = PurePath(name.lower()).suffix
    with path.open("rb") as stream:
        start = stream.read(4)
    if ending in ZIPPED and start[:4] == b"PK\x03\x04" and not zipfile.is_zipfile(path):
        return "the end record of its zip is not there"
    if ending == ".gz" and start[:2] == b"\x1f\x8b" and _is_cut_short(path):
        return "the end of its gzip is not there"
    return ""


def _is_cut_short(path: Path) -> bool:
    unpacked, member = 0, zlib.decompressobj(31)
    with path.open("rb") as stream:
        while True:
            packed = member.unconsumed_tail or member.unused_data or stream.read(CHUNK)
            if not packed:
                while not member.eof and member.decompress(b"", CHUNK):
                    pass  # what was read and not yet given out
                return not member.eof
            if member.eof:
                if not packed.startswith(b"\x1f\x8b"[: len(packed)]):
                    return False  # something else follows the last member: the readers judge it
                member = zlib.decompressobj(31)
            try:
                unpacked += len(member.decompress(packed, CHUNK))
            except zlib.error:
                return False  # damaged rather than cut short
            if unpacked > MOST_BYTES:
                return False
