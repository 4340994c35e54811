"""The signs that a chart may hold, each with a small drawing for the explanation of the charts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flows.render.model import Chart
from flows.render.palette import DARK_BLUE, FONT_STACK, INK, LINE, ORANGE, PAPER, QUIET, SHADE

KEY: Final = ("ordinary", "high", "low", "excluded", "centre", "limits", "shade", "expected", "event")

_DRAWINGS: Final = {
    "ordinary": f'<path d="M3 15 L14 8 L25 12 L37 5" fill="none" stroke="{DARK_BLUE}" stroke-width="1.6"/>'
    + "".join(
        f'<circle cx="{x}" cy="{y}" r="2.4" fill="{DARK_BLUE}"/>' for x, y in ((3, 15), (14, 8), (25, 12), (37, 5))
    ),
    "high": f'<path d="M20 4 L26 15 L14 15 Z" fill="{ORANGE}" stroke="{DARK_BLUE}"/>',
    "low": f'<path d="M20 16 L26 5 L14 5 Z" fill="{ORANGE}" stroke="{DARK_BLUE}"/>',
    "excluded": f'<circle cx="20" cy="10" r="4" fill="{PAPER}" stroke="{DARK_BLUE}" stroke-width="1.6"/>',
    "centre": f'<path d="M2 10 H38" stroke="{LINE}" stroke-width="1.6"/>',
    "limits": f'<path d="M2 13 H18 M22 7 H38" stroke="{LINE}" stroke-width="1.6" stroke-dasharray="5 3"/>',
    "shade": f'<rect x="8" y="1" width="24" height="15" fill="{SHADE}"/>'
    f'<rect x="8" y="16" width="24" height="3" fill="{DARK_BLUE}"/>',
    "expected": f'<path d="M13 1.5 H27 V18.5 H13 Z M13 10 H17 M23 10 H27" fill="none" stroke="{INK}" '
    'stroke-width="1.6"/>',
    "event": f'<path d="M20 14 V20" stroke="{QUIET}" stroke-width="1.4" stroke-dasharray="2 2"/>'
    f'<circle cx="20" cy="7" r="6.4" fill="{PAPER}" stroke="{LINE}"/>'
    f'<text x="20" y="10.4" font-family="{FONT_STACK}" font-size="9.5" text-anchor="middle" fill="{INK}">1</text>',
}


def key_of(charts: Iterable[Chart]) -> tuple[str, ...]:
    """Return the signs to explain, in order; the box only where some chart has one."""
    has_box = any(chart.expected for chart in charts)
    return tuple(name for name in KEY if has_box or name != "expected")


def key_symbol(name: str) -> str:
    """Return a small decorative SVG (40 by 20) of one of the signs in `KEY`."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20" aria-hidden="true" '
        f'focusable="false">{_DRAWINGS[name]}</svg>'
    )
