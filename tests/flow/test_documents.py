"""Every panelbrief command that the documents print works as printed, in their order, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from flows.settings import CHECKOUT
from tests.flow.held import held_job, review

DOCUMENTS = [CHECKOUT / "README.md", *sorted(CHECKOUT.glob("docs/*.md"))]


def printed_commands() -> list[list[str]]:
    """Return the arguments of each command in a shell block, each once, in the order of the documents."""
    found = {}
    for path in DOCUMENTS:
        for block in re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.splitlines():
                words = shlex.split(line, comments=True)
                if words and words[0].endswith("panelbrief"):
                    found[tuple(words[1:])] = path.name
    return [list(words) for words in found]


def test_every_printed_command_works(tmp_path: Path) -> None:
    commands = printed_commands()
    assert {one[0] for one in commands} >= {
        "run", "open", "doctor", "trace", "check", "rebases", "spc", "unusual", "init", "review",
    }  # fmt: skip
    (tmp_path / "example").symlink_to(CHECKOUT / "example")
    asked, results = tmp_path / "commands.json", tmp_path / "results.json"
    asked.write_text(json.dumps(commands), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "BROWSER": "true", "HOME": str(tmp_path)}
    arguments = [sys.executable, "-m", "tests.flow.commands", str(asked), str(results)]
    subprocess.run(arguments, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=300)
    outcomes = json.loads(results.read_text(encoding="utf-8"))
    for command, outcome in zip(commands, outcomes, strict=True):
        assert outcome["exit_code"] == 0, (command, outcome)
    assert (tmp_path / "var" / "briefings" / "2023-09-14" / "draft-1" / "briefing.html").is_file()


def test_the_printed_decisions_settle_a_held_briefing(tmp_path: Path) -> None:
    text = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
    printed = dict(re.findall(r"^panelbrief review (show|accept|reject|withdraw) (ID .*|ID)$", text, re.MULTILINE))
    assert set(printed) == {"show", "accept", "reject", "withdraw"}
    job = held_job(tmp_path)
    failure = re.findall(r"^  ([0-9a-f]{6})  ", review(job, "list"), re.MULTILINE)[0]
    said = {}
    for step in ("show", "reject", "withdraw", "accept"):
        words = shlex.split(re.sub(r"\s+\(.*\)$", "", printed[step]).replace("ID", failure, 1))
        said[step] = review(job, step, *words)
    assert (
        "To be settled" in said["show"] and "stays held" in said["reject"] and "1 still to settle" in said["accept"]
    ), said
