"""What a member of an archive is that is not searched: left out by agreement, or a reason to refuse the archive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .lines import reads_as_text

# So much of a member is looked at to tell what it is, and whether it is text: archives hold thousands.
_HEAD_BYTES, _TEXT_BYTES = 64 * 1024, 16 * 1024
_REMEDY = "leave it out, or put its table in as a CSV"


@dataclass(frozen=True)
class _Kind:
    what: str
    begins: re.Pattern[bytes]
    ends: re.Pattern[str]
    even_as_text: bool


def is_left_out(head: bytes) -> bool:
    """Return whether a member that begins so is not looked at: a picture, a PDF, what a Mac adds to an archive."""
    return any(
        one.begins.match(head) and (one.even_as_text or not reads_as_text(head[:_TEXT_BYTES]))
        for one in _kinds("left_out")
    )


def why_unsearchable(name: str, head: bytes) -> str:
    """Return what a member is in which nothing can be searched for, with what to do; empty if it is plain text."""
    head = head[:_HEAD_BYTES]
    for one in _kinds("unsearchable"):
        if one.begins.match(head) or one.ends.search(name.lower()):
            return unsearchable(one.what)
    return "" if reads_as_text(head[:_TEXT_BYTES]) else unsearchable("a file that is no text")


def unsearchable(what: str) -> str:
    """Return in words that a member, told as `what`, cannot be searched, and what to do."""
    return f"{what}, which cannot be searched: {_REMEDY}"


@cache
def _kinds(of: str) -> tuple[_Kind, ...]:
    import yaml

    read: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (Path(__file__).parent / "members.yml").read_text(encoding="utf-8")
    )
    return tuple(
        _Kind(
            one["what"],
            re.compile(one["begins"].replace("| ", "|").encode("ascii"), re.DOTALL),
            re.compile(rf"\.(?:{one['ends']})$" if "ends" in one else r"(?!)"),
            one.get("even_as_text", False),
        )
        for one in read[of]
    )
