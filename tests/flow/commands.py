"""Run several panelbrief commands in one process, which starts Prefect's temporary server once for all of them.

    python -m tests.flow.commands commands.json results.json

commands.json is a list of lists of arguments; results.json becomes a list of exit_code, out and err.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

from flows.cli import main


def _run(arguments: list[str]) -> dict[str, object]:
    sys.argv = ["panelbrief", *arguments]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as left:
            code = int(left.code or 0)
    return {"exit_code": code, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    commands = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    results = Path(sys.argv[2])
    results.write_text(json.dumps([_run(one) for one in commands]), encoding="utf-8")
