"""The tables of words.yml, read once: lists of words as sets, patterns compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class HeaderRule:
    """What a column of one `kind` is called, over the whole header, and what its values look like (`holds`).

    `by_name_alone`: it is one whatever stands below, also over empty cells.
    """

    kind: str
    called: re.Pattern[str]
    holds: str
    by_name_alone: bool


@cache
def listed(name: str) -> frozenset[str]:
    """Return that list of words.yml, in small letters."""
    return frozenset(_read()[name].split())


@cache
def pattern(name: str) -> str:
    """Return that pattern of words.yml, to be compiled alone or within another: alternatives stand in a group."""
    return f"(?:{_joined(_read()[name])})"


@cache
def header_rules() -> tuple[HeaderRule, ...]:
    """Return the rules for headers, in the order of the file."""
    people, who = pattern("people"), f"(?:{pattern('who')}(?: s)?)?"
    return tuple(
        HeaderRule(
            rule["kind"],
            re.compile("|".join(rule["called"]).replace("{people}", people).replace("{who}", who)),
            rule.get("holds", ""),
            rule.get("by_name_alone", False),
        )
        for rule in _read()["headers"]
    )


@cache
def _read() -> dict[str, Any]:
    import yaml

    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
    return read


def _joined(folded: str) -> str:
    """Return alternatives that were written over several lines as one pattern."""
    return folded.replace("| ", "|")
