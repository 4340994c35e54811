"""Imports what a run will need while it waits for Prefect's server, which starts in a process of its own."""

from __future__ import annotations

import importlib
import threading
from pathlib import Path

from flows.store import Store

# In the order the stages need them; each takes a tenth of a second or more to import.
NEEDED = ("sqlalchemy", "duckdb", "flows.render.html", "flows.render.email", "flows.wording.compose", "jinja2")
LATER = ("flows.stats.paper", "flows.stats.funnel", "typst", "css_inline", "nh3", "markdown_it")


def warm_up(home: Path) -> None:
    """Start the imports in a thread and return at once; a stage that comes sooner waits for its own import alone.

    Great Expectations is left for later where the store under `home` keeps results: it may not be needed at all.
    """
    is_first = not Store(home / "store").checks.is_dir()
    threading.Thread(target=_warm_up, args=(is_first,), name="warming", daemon=True).start()


def _warm_up(is_first: bool) -> None:
    for name in NEEDED:
        importlib.import_module(name)
    from flows import validation
    from flows.render import charts

    if is_first:
        validation.warm_up()
    charts.warm_up()
    for name in LATER:
        importlib.import_module(name)
