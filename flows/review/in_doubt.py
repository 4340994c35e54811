"""Which figures a failed check puts in doubt, in plain words for the paper: titles, places and periods, and no figure.

The officer sees the failing rows as they came. The paper must not: a count of a return may be withheld, or another be
worked out from it, whatever check it fails. So only the columns of ABOUT come into it, and of them only dates, what the
panel's own files name, and names without a digit.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flows.calendar import MONTHS, add_months
from flows.validation import PLACES, CheckResult
from flows.wording.numbers import day, listed, number, span_words
from flows.wording.sentences import say

if TYPE_CHECKING:
    import duckdb

SHOWN_PLACES = 3
# What each column of failing rows is about; a file is told by its name alone. No other column is ever printed.
ABOUT: dict[str, str] = {
    "title": "source",
    "indicator": "indicator",
    **dict.fromkeys(("measure", "crime_type", "outcome_type", "offence_description"), "measure"),
    **dict.fromkeys(("offence_subgroup", "offence_group"), "measure"),
    **dict.fromkeys(("lsoa_code", "written"), "names"),
    **dict.fromkeys(("area", "force", "other_area", "received_for"), "area"),
    "not_received_for": "lacking",
    **dict.fromkeys(("period_start", "period", "month", "months", "quarter", "year", "first_lost"), "first"),
    **dict.fromkeys(("first_month_inside", "financial_year"), "first"),
    **dict.fromkeys(("period_end", "last_lost", "last_month_inside", "financial_quarter"), "last"),
    **dict.fromkeys(("file", "files", "received", "member", "first_in", "one_of_them"), "file"),
}
_TEXT = ("VARCHAR", "DATE", "TIMESTAMP")
# Numbers that say when, and are no figures.
_WHEN = ("year", "financial_quarter", "months")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2})?(?: 00:00:00)?")
_QUARTER = re.compile(r"(\d{4})/\d{2} Q([1-4])")


def public_text(connection: duckdb.DuckDBPyConnection, result: CheckResult) -> str:
    """Return what the paper says of a check that did not pass: what is wrong, and of which figures.

    The failing rows are those of the table `failing`, if the result has a `rows_sql`.
    """
    if not result.public:
        return say("check_crashed", expected=result.expected)
    found = _places(connection, result) if result.rows_sql else []
    more = say("in_doubt_more", count=number(len(found) - SHOWN_PLACES)) if len(found) > SHOWN_PLACES else ""
    places = f"{'; '.join(found[:SHOWN_PLACES])}{more}"
    text = result.public.replace(PLACES, places)
    if places and PLACES not in result.public:
        text = f"{text} {say('in_doubt', places=places)}"
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _places(connection: duckdb.DuckDBPyConnection, result: CheckResult) -> list[str]:
    """Return each place once, in the order of the rows."""
    columns = {
        name: kind
        for name, kind, *_ in connection.execute("DESCRIBE failing").fetchall()
        if name in ABOUT and (kind in _TEXT or name in _WHEN)
    }
    if not columns:
        return []
    kept = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(f"SELECT DISTINCT {kept} FROM failing ORDER BY ALL").fetchall()
    names = _Names(connection, result)
    places = (names.place(dict(zip(columns, row, strict=True))) for row in rows)
    return [place for place in dict.fromkeys(places) if place]


class _Names:
    """The titles that the panel gives to measures and areas."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, result: CheckResult) -> None:
        asked = {"extracts": list(result.extracts)}
        of_sources = "(SELECT source FROM extract_file WHERE list_contains($extracts, extract_id))"
        (self.is_published,) = connection.execute(
            f"SELECT coalesce(bool_and(published), FALSE) FROM plan_source WHERE source IN {of_sources}", asked
        ).fetchall()[0]
        # The smallest period that figures of each measure are printed for.
        self.measures: dict[str, list[tuple[str, str]]] = {}
        for item, title, frequency in connection.execute(
            "SELECT lower(s.item), i.title, i.frequency FROM plan_indicator_select AS s"
            " INNER JOIN plan_indicator AS i ON s.indicator = i.indicator"
            f" WHERE s.field = 'measures' AND i.source IN {of_sources} ORDER BY i.position",
            asked,
        ).fetchall():
            self.measures.setdefault(item, []).append((title, frequency))
        self.indicators = dict(connection.execute("SELECT indicator, title FROM plan_indicator").fetchall())
        items = connection.execute("SELECT item FROM plan_indicator_select").fetchall()
        self.known = {_plain(item) for (item,) in items}
        self.areas = dict(
            connection.execute(
                "SELECT police_uk, name FROM plan_area WHERE kind = 'force' UNION ALL SELECT area, name FROM plan_area"
            ).fetchall()
        )
        self.is_quarterly = result.table == "stg_recorded_crime"

    def place(self, row: Mapping[str, Any]) -> str:
        """Return where a failing row is: what it counts, of which areas and months, in which file."""
        held: dict[str, list[Any]] = {}
        for name, value in row.items():
            if value not in (None, ""):
                held.setdefault(ABOUT[name], []).append(value)
        areas = [self._area(one) for one in held.get("area", [])]
        words = [
            *(str(one) for one in held.get("source", [])),
            *(self.indicators.get(one, "") for one in held.get("indicator", [])),
            *(self._measure(one) for one in held.get("measure", [])),
            *(listed([self._named(name) for name in one.split(" and ")]) for one in held.get("names", [])),
            listed(list(dict.fromkeys(areas))),
            *(say("in_doubt_lacking", areas=self._areas(one)) for one in held.get("lacking", [])),
            self._period(row),
            *(re.split(r"[/\\!]", one)[-1] for one in held.get("file", [])),
        ]
        return ", ".join(dict.fromkeys(word for word in words if word))

    def _measure(self, name: str) -> str:
        titles = [title for title, _ in self.measures.get(name.lower(), [])]
        return listed(titles) if titles else self._named(name)

    def _areas(self, names: str) -> str:
        return listed([self._area(one) for one in names.split(" and ")])

    def _area(self, name: str) -> str:
        return self.areas.get(name) or self._named(name)

    def _named(self, name: str) -> str:
        """Return a name as sent; but one with a digit may hold a figure that slipped into the wrong column."""
        if _plain(name) in self.known or self.is_published or not re.search(r"\d", name):
            return name.replace("_", " ")
        return say("in_doubt_unnamed")

    def _period(self, row: Mapping[str, Any]) -> str:
        """Return the months in words, of the first column that says when; empty if none does."""
        if row.get("year") is not None:
            return f"{row['year']}" if 1800 <= row["year"] <= 2200 else ""
        if row.get("financial_quarter") is not None:
            return _written(f"{row.get('financial_year')} Q{row['financial_quarter']}")
        first, last = ([row[name] for name in row if ABOUT[name] == which and row[name]] for which in ("first", "last"))
        if not first:
            return ""
        if isinstance(first[0], str):
            return _written(" to ".join(map(str, [*first[:1], *last[:1]])))
        start = first[0].date() if isinstance(first[0], dt.datetime) else first[0]
        return _span(start, last[0] if last else add_months(start, self._months(row) - 1))

    def _months(self, row: Mapping[str, Any]) -> int:
        if row.get("months") is not None:
            return int(row["months"])
        frequencies = {frequency for _, frequency in self.measures.get(str(row.get("measure")).lower(), [])}
        return 3 if self.is_quarterly or frequencies == {"quarter"} else 1


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _span(start: dt.date, end: dt.date) -> str:
    """Return whole months in words, and any other dates as they are."""
    is_whole = start.day == 1 and (end.day == 1 or add_months(end, 1) - dt.timedelta(days=1) == end)
    return span_words(start, end) if is_whole else say("in_doubt_days", first=day(start), last=day(end))


def _written(text: str) -> str:
    """Return months or a quarter that a query gives as text, such as 2023-04 to 2023-06 or 2023/24 Q1, in words."""
    quarter = _QUARTER.fullmatch(text)
    if quarter:
        start = add_months(dt.date(int(quarter[1]), 4, 1), 3 * (int(quarter[2]) - 1))
        return span_words(start, add_months(start, 2))
    months = [_MONTH.fullmatch(part) for part in text.split(" to ")]
    days = [dt.date(int(one[1]), int(one[2]), 1) for one in months if one and 1 <= int(one[2]) <= len(MONTHS)]
    return span_words(days[0], days[-1]) if days else ""
