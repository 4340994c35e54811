"""docs/configuration.md, written from the models so that it cannot fall behind: python -m flows.plan.reference."""

from __future__ import annotations

import types
import typing
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from flows.plan.models import FILES
from flows.plan.record import Record
from flows.settings import CHECKOUT

PAGE = CHECKOUT / "docs" / "configuration.md"
KINDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "date": "date"}


def reference() -> str:
    """Return the page: every file of a panel's folder, every key, what it holds, and whether it may be left out."""
    lines = [
        "# Configuration",
        "",
        "Every key of every file in a panel's folder. `panelbrief doctor` checks them. A key that is not here is",
        "refused: there is none for a wished-for figure.",
    ]
    for file, parts in FILES.items():
        lines += ["", f"## {file}"]
        for key, model, needed in parts:
            if key:
                lines += ["", f"A list under `{key}:`{'' if needed else ' (may be left out)'}. Each entry:"]
            lines += _table(model)
    return "\n".join(lines) + "\n"


def _table(model: type[Record]) -> list[str]:
    said = (model.__doc__ or "").strip().split(": ", 1)[-1].split("\n\n")[0].replace("\n    ", " ")
    lines = ["", said[0].upper() + said[1:], "", "| key | holds | if left out |", "|---|---|---|"]
    inner: list[type[Record]] = []
    for name, field in model.model_fields.items():
        lines.append(f"| `{name}` | {_kind(field.annotation, inner)} | {_default(field)} |")
    for one in inner:
        lines += ["", f"**{one.__name__}**"]
        lines += _table(one)
    return lines


def _kind(annotation: Any, inner: list[type[Record]]) -> str:
    """Return what a key holds, in words; records met on the way are added to `inner`."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return "one of " + ", ".join(f"`{one}`" for one in arguments)
    if origin is tuple:
        return f"list of {_kind(arguments[0], inner)}"
    if origin is dict:
        return f"{_kind(arguments[0], inner)}: {_kind(arguments[1], inner)} pairs"
    if origin in (typing.Union, types.UnionType):
        said = [_kind(one, inner) for one in arguments if one is not type(None)]
        return " or ".join(said) + (", or null" if type(None) in arguments else "")
    if isinstance(annotation, type) and issubclass(annotation, Record):
        if annotation not in inner:
            inner.append(annotation)
        return f"{annotation.__name__}, below"
    return KINDS[annotation.__name__]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    default = field.get_default(call_default_factory=True)
    if isinstance(default, Record):
        return "its own defaults"
    if default in (None, "", (), {}):
        return "nothing"
    if isinstance(default, tuple):
        return ", ".join(str(one) for one in default)
    return str(default).lower() if isinstance(default, bool) else str(default)


if __name__ == "__main__":
    Path(PAGE).write_text(reference(), encoding="utf-8")
