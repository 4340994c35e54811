"""Each standing indicator's result with and without the pandemic year in its baseline: the table in DECISIONS.md.

python example/with_and_without_the_pandemic.py
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))

from flows.job import Job  # noqa: E402
from flows.settings import EXAMPLE  # noqa: E402
from flows.stages.extract import extract  # noqa: E402
from flows.stages.flag import flag  # noqa: E402
from flows.stages.measure import measure  # noqa: E402
from flows.stages.stage import stage  # noqa: E402
from flows.warehouse import open_warehouse, table_rows  # noqa: E402

DECISIONS = CHECKOUT / "DECISIONS.md"
BEGIN, END = "<!-- pandemic: begin -->\n", "<!-- pandemic: end -->"
MEETING, AS_OF = dt.date(2023, 9, 14), dt.date(2023, 9, 1)


def verdicts(excluded: bool, folder: Path) -> dict[str, dict[str, Any]]:
    """Return the verdict of each indicator of the force, with the pandemic year kept out of baselines or left in."""
    panel = Path(shutil.copytree(EXAMPLE, folder / "panel"))
    events = yaml.safe_load((panel / "events.yml").read_text(encoding="utf-8"))
    for one in events["events"]:
        if not excluded and one.pop("why_excluded", ""):
            one["excludes_from_baselines"] = False
    (panel / "events.yml").write_text(yaml.safe_dump(events, allow_unicode=True), encoding="utf-8")
    job = Job(panel=panel, home=folder / "home", meeting=MEETING, as_of=AS_OF, today=AS_OF)
    for room in (extract, stage, measure, flag):
        room(job)
    with open_warehouse(job.warehouse, read_only=True) as connection:
        return {row["indicator"]: row for row in table_rows(connection, "flag_verdict", "series") if row["is_force"]}


def _result(row: dict[str, Any]) -> str:
    words = {"strong": "strong evidence", "early": "early sign", "nothing": "nothing", "cannot_tell": "cannot be told"}
    values = [f"{row[name]:.2g}" if row[name] is not None else "none" for name in ("p_quarter", "p_year")]
    return f"{words[row['list']]} ({values[0]}; {values[1]})"


def table() -> str:
    """Return the table as Markdown, in the order of indicators.yml."""
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryDirectory() as kept:
        without, with_it = verdicts(True, Path(out)), verdicts(False, Path(kept))
    order = yaml.safe_load((EXAMPLE / "indicators.yml").read_text(encoding="utf-8"))["indicators"]
    lines = ["| indicator | without 2020/21 (as used) | with it |", "|---|---|---|"]
    lines += [
        f"| {one['title']} | {_result(without[one['id']])} | {_result(with_it[one['id']])} |"
        for one in order
        if one["id"] in without
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table between its marks in DECISIONS.md."""
    text = DECISIONS.read_text(encoding="utf-8")
    made = re.sub(f"{BEGIN}.*?{END}", f"{BEGIN}{table()}{END}", text, flags=re.DOTALL)
    DECISIONS.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
