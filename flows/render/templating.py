"""How pages and emails are filled: strict about what is missing, deaf to markup in what people wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
FONTS: Final = TEMPLATES / "fonts"


def long_date(iso: str) -> str:
    """Return an ISO date as members read it: 2023-09-14 gives '14 September 2023'. Other text comes back unchanged."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"


def _refuse_none(value: Any) -> Any:
    """Return the value, unless it is None: a template that would print 'None' is a fault."""
    if value is None:
        raise ValueError("a template was about to print None")
    return value


@cache
def _compiled() -> Any:
    """Return a keep of compiled templates: each rendering has an environment of its own, and they share templates."""
    from jinja2 import BytecodeCache

    class Compiled(BytecodeCache):
        def __init__(self) -> None:
            self._kept: dict[str, bytes] = {}

        def load_bytecode(self, bucket: Any) -> None:
            if bucket.key in self._kept:
                bucket.bytecode_from_string(self._kept[bucket.key])

        def dump_bytecode(self, bucket: Any) -> None:
            self._kept[bucket.key] = bucket.bytecode_to_string()

    return Compiled()


def environment(words: Mapping[str, str]) -> Environment:
    """Return the Jinja environment: undefined names and None are refused, .html.j2 is escaped, `words` are at hand."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    from flows.render import palette, rich_text
    from flows.render.chart_events import drawn_events
    from flows.render.chart_key import key_symbol

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=_compiled(),
        undefined=StrictUndefined,
        # select_autoescape() looks at the last suffix only and would leave .html.j2 unescaped.
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        finalize=_refuse_none,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {
        "words": words,
        "palette": palette.PALETTE,
        "font_stack": palette.FONT_STACK,
        "key_symbol": lambda name: Markup(key_symbol(name)),
    }
    made.filters |= {
        "long_date": long_date,
        "safe_url": rich_text.safe_url,
        "rich": lambda html, level=4: Markup(rich_text.to_html(rich_text.blocks(html), level)),
        "rich_text": lambda html, width=76: rich_text.to_text(rich_text.blocks(html), width),
        "events": drawn_events,
    }
    return made
