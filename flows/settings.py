"""Where the checkout is, and the switches that keep the libraries quiet and local."""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SQL = CHECKOUT / "sql"
TEMPLATES = CHECKOUT / "templates"
EXPECTATIONS = CHECKOUT / "expectations"
EXAMPLE = CHECKOUT / "example" / "wiltshire"


def prepare_libraries(home: Path) -> None:
    """Set the environment before Prefect or Great Expectations is imported: nothing calls home, state is under `home`.

    A value that the user has set is left alone, but for the switches of telemetry: this job runs inside a public body
    and reports to nobody.
    """
    atexit.register(_hush)
    os.environ.update(
        DO_NOT_TRACK="1",
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY="false",
        GX_ANALYTICS_ENABLED="false",
    )
    defaults = {
        "PREFECT_HOME": str(home / "prefect"),
        # What a person can mend is said once, in words, by the command; Prefect would print it again with tracebacks.
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "true",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        # The temporary server starts in about 10 s on a slow machine, and in far more on its first day.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "prefect" / "ui"),
        "TQDM_DISABLE": "1",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    # Prefect makes its folder, but not the folders above it, and its server then never starts.
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)


def _hush() -> None:
    """Send what is written to stderr after this to nowhere.

    Registered first, it runs last: when Great Expectations has been imported, DuckDB's binding prints a page about
    leaked types while the interpreter comes down, after every message of ours and of Python's.
    """
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
