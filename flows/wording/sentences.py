"""The one table of wordings, templates/sentences.yml: a sentence that lacks a value is a fault, not a blank."""

from __future__ import annotations

import functools
from typing import Any

import yaml

from flows.settings import TEMPLATES


@functools.cache
def _table() -> dict[str, str]:
    return dict(yaml.safe_load((TEMPLATES / "sentences.yml").read_text(encoding="utf-8")))


def say(name: str, **values: Any) -> str:
    """Return the wording of that name with its values filled in; raises KeyError for a missing name or value."""
    return _table()[name].format(**values).strip()
