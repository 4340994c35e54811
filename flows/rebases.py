"""Suggestions to officers: where figures have stayed on one side of the usual level, might limits begin anew?

Nothing is ever begun anew by itself. An officer answers four questions (Wheeler, Making Sense of Data, 2003) and, if
every answer is yes, writes an entry with who agreed it and when into events.yml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.editions import newest_edition
from flows.errors import PanelbriefError
from flows.settings import SQL
from flows.warehouse import open_warehouse, select_rows
from flows.wording.numbers import span_words, with_unit
from flows.wording.sentences import say

QUESTIONS = 4


def rebase_text(home: Path, meeting: str) -> str:
    """Return the suggestions from the newest edition of a meeting (or of all), with the questions and entries to fill.

    Raises PanelbriefError if no briefing has been made, or its tables are gone.
    """
    folder = newest_edition(home, meeting)
    if folder is None or not (folder / "warehouse.duckdb").is_file():
        raise PanelbriefError(
            "no briefing with its tables is there.", where=str(home), remedy="Make one: panelbrief run"
        )
    with open_warehouse(folder / "warehouse.duckdb", read_only=True) as connection:
        rows = select_rows(connection, SQL / "brief" / "brief_rebase_suggestion.sql")
    if not rows:
        return say("rebase_none")
    questions = [f"  {at}. {say(f'rebase_question_{at}')}" for at in range(1, QUESTIONS + 1)]
    return "\n".join([say("rebase_introduction"), *questions, "", *(_suggestion(row) for row in rows)])


def _suggestion(row: dict[str, Any]) -> str:
    def shown(value: float) -> str:
        return with_unit(value, row["unit"], row["decimals"])

    told = say(
        "rebase_suggestion",
        title=row["title"],
        points=row["points"],
        periods=f"{row['frequency']}s",
        side=row["side"],
        since=span_words(row["since"], row["since"]),
        centre=shown(row["centre_line"]),
        level=shown(row["level_since"]),
    )
    entry = say("rebase_entry", indicator=row["indicator"], year=row["since"].year, since=row["since"])
    return f"{told}\n\n{entry}\n"
