"""Runs a command in a fresh process and says how long it took and how much memory it and its children held."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PROC = Path("/proc")
PAUSE = 0.1
# A benchmark must not depend on what the shell has set; bytecode is written, as it is for every user.
DROPPED = ("PREFECT_", "PYTHON", "GX_")


@dataclass(frozen=True)
class Run:
    """One run: wall seconds, and peak resident memory in MB of the process and of the children it started.

    `inner_seconds` are those that the process itself printed, from its first read to its last write; else the wall's.
    """

    seconds: float
    process_mb: float
    children_mb: float
    inner_seconds: float = 0.0


@dataclass(frozen=True)
class Runs:
    """Several runs of one command."""

    name: str
    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """Return the median of the wall seconds."""
        return median(one.seconds for one in self.runs)

    @property
    def inner_seconds(self) -> float:
        """Return the median of the seconds that the process printed."""
        return median(one.inner_seconds for one in self.runs)

    @property
    def process_mb(self) -> float:
        """Return the greatest peak of the process."""
        return max(one.process_mb for one in self.runs)

    @property
    def children_mb(self) -> float:
        """Return the greatest sum of its children's peaks: here, of Prefect's temporary server."""
        return max(one.children_mb for one in self.runs)


def run_once(command: Sequence[str], folder: Path) -> Run:
    """Run the command in `folder` and return what it took; raises RuntimeError with its last words if it fails."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(DROPPED)}
    began = time.monotonic()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=out, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        peaks: dict[int, float] = {}
        while process.poll() is None:
            for pid in (process.pid, *_descendants(process.pid)):
                peaks[pid] = max(peaks.get(pid, 0.0), _peak_mb(pid))
            time.sleep(PAUSE)
        seconds = time.monotonic() - began
        said = process.stderr.read() if process.stderr else ""
        out.seek(0)
        printed = out.read(100).strip()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed ({process.returncode}):\n{said[-2000:]}")
    own = peaks.pop(process.pid, 0.0)
    inner = float(printed) if re.fullmatch(r"\d+(\.\d+)?", printed) else seconds
    return Run(seconds, own, sum(peaks.values()), inner)


def alternate(commands: dict[str, Sequence[str]], folder: Path, times: int) -> dict[str, Runs]:
    """Run each command `times` times, in turn, so that what else the machine does falls on all of them."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            found[name].append(run_once(command, folder))
    return {name: Runs(name, tuple(runs)) for name, runs in found.items()}


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for path in PROC.glob(f"{pid}/task/*/children"):
        try:
            children = [int(one) for one in path.read_text(encoding="ascii").split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found


def _peak_mb(pid: int) -> float:
    """Return the peak resident memory of a process so far; nought where it has gone or the system has no /proc."""
    try:
        status = (PROC / str(pid) / "status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0
