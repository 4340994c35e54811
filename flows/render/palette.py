"""Every colour and the font of every rendering, in one place.

The four data colours are the Analysis Function's. No colour here is red, amber or green: nothing in a briefing grades.
The greys lean towards blue, so that their hue says so too.
"""

from __future__ import annotations

from typing import Final

DARK_BLUE: Final = "#12436D"
TURQUOISE: Final = "#28A197"
DARK_PINK: Final = "#801650"
ORANGE: Final = "#F46A25"

INK: Final = "#16202B"
QUIET: Final = "#44525F"
LINE: Final = "#6B7885"
RULE: Final = "#CBD5DE"
GRID: Final = "#E4EAEF"
SHADE: Final = "#DFE9F2"
TINT: Final = "#F1F5F9"
PAPER: Final = "#FFFFFF"

PALETTE: Final[dict[str, str]] = {
    "dark_blue": DARK_BLUE,
    "turquoise": TURQUOISE,
    "dark_pink": DARK_PINK,
    "orange": ORANGE,
    "ink": INK,
    "quiet": QUIET,
    "line": LINE,
    "rule": RULE,
    "grid": GRID,
    "shade": SHADE,
    "tint": TINT,
    "paper": PAPER,
}

FONT: Final = "Open Sans"
FONT_STACK: Final = "Open Sans, Segoe UI, Helvetica, Arial, sans-serif"
