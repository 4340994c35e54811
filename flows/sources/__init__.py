"""One reader for every extract layout: a stored file goes in, one UTF-8 CSV of text with fixed columns comes out.

Nothing here gives a value a type: that is done in sql/stage. LAYOUTS holds the layouts by name.
"""

from __future__ import annotations

from . import force_return, home_office_prc, police_uk, population
from .layout import Column, Layout
from .reading import Reading, read_file

# Part of the key under which staged files are kept: raise it when a change here or in staging.py changes the result.
READER_VERSION = "5"

LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        home_office_prc.LAYOUT,
        police_uk.STREET,
        police_uk.OUTCOMES,
        force_return.LAYOUT,
        population.LAYOUT,
    )
}

__all__ = ["LAYOUTS", "READER_VERSION", "Column", "Layout", "Reading", "read_file"]
