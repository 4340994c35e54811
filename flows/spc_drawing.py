"""One SVG for each series that `panelbrief spc` charted: the paper's own drawing, of anybody's data."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flows.errors import PanelbriefError
from flows.render import model as m
from flows.render.charts import render_svg
from flows.wording.numbers import number
from flows.wording.sentences import say

Row = Mapping[str, Any]


def draw_series(rows: Iterable[Row], folder: Path) -> int:
    """Write one SVG a series into `folder` and return how many; `rows` are those of `series_result`, in its order.

    Files are named after their series, as far as a file's name allows. Raises PanelbriefError for an unwritable folder.
    """
    taken: set[str] = set()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for at, (series, points) in enumerate(itertools.groupby(rows, key=lambda row: str(row["series_id"]))):
            name = _file_name(series, taken)
            taken.add(name.casefold())
            drawn = render_svg(_chart(series, f"series-{at}", list(points)))
            (folder / f"{name}.svg").write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise PanelbriefError(
            "the drawings cannot be written.", where=str(folder), remedy="Is it a folder that may be written to?"
        ) from error
    return len(taken)


def _file_name(series: str, taken: set[str]) -> str:
    """Return the series' name without what a file's name cannot hold; with a number where another has it already."""
    safe = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", series)).strip("-.")
    # A file's name has at most 255 bytes; its number and ending need some.
    plain = safe.encode()[:200].decode(errors="ignore") or "series"
    names = itertools.chain([plain], (f"{plain}-{times}" for times in itertools.count(2)))
    return next(name for name in names if name.casefold() not in taken)


def _chart(series: str, name: str, rows: list[Row]) -> m.Chart:
    decimals = 0 if all(float(row["value"] or 0).is_integer() for row in rows) else 2
    marked = sum(bool(row["signal"]) for row in rows)
    return m.Chart(
        id=name,
        title=series,
        description=say("drawn_series", chart=rows[0]["chart"], points=len(rows), marked=marked),
        value_title=series,
        unit="",
        points=tuple(_point(row, decimals) for row in rows),
        limits=tuple(_limits(row) for row in rows if row["centre_line"] is not None),
        events=(),
        shaded_start="",
        shaded_end="",
        is_illustrative=False,
        table=m.Table(caption=series, columns=(), rows=()),
    )


def _point(row: Row, decimals: int) -> m.Point:
    value = row["value"]
    marks = {"up": m.Mark.HIGH, "down": m.Mark.LOW}
    mark = m.Mark.MISSING if value is None else marks.get(row["direction"] or "", m.Mark.ORDINARY)
    return m.Point(start=_day(row), label=str(row["date"]), value=value or 0.0, text=number(value, decimals), mark=mark)


def _limits(row: Row) -> m.Limits:
    has_limits = row["lower_limit"] is not None and row["upper_limit"] is not None
    return m.Limits(
        start=_day(row),
        end=_day(row),
        centre=row["centre_line"],
        lower=row["lower_limit"] if has_limits else 0.0,
        upper=row["upper_limit"] if has_limits else 0.0,
        has_limits=has_limits,
    )


def _day(row: Row) -> str:
    return str(row["day"].date().isoformat())
