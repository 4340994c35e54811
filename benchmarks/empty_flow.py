"""The floor of every briefing: one Prefect flow without a task, on the product's settings and its own temporary server.

python -m benchmarks.empty_flow HOME
"""

from __future__ import annotations

import sys
from pathlib import Path

from flows.settings import prepare_libraries

if __name__ == "__main__":
    prepare_libraries(Path(sys.argv[1]))
    from prefect import flow

    @flow(name="Nothing")
    def nothing() -> str:
        """Return a word, because a flow returns something."""
        return "done"

    nothing()
