"""kpi_revision: which figures differ from the last paper's, what explains each, and which are asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flows.editions import Compared
from flows.plan.models import Plan
from flows.revisions import revision_findings
from flows.settings import SQL
from flows.warehouse import CONFIGURATION, fill, fill_computed, make_table, select_rows
from tests.small_warehouse import extract, indicator, measured, small_plan

COMPARED = Compared(dt.date(2023, 6, 15), "draft-1", dt.date(2023, 6, 1), "0" * 64, {})
OLD, NEW = extract("old", "2023-05-01"), extract("new", "2023-08-01")
APRIL = ("2022-04-01", "2022-06-30")
SIZE = {"revisions": {"ask_above_pct": 10, "ask_above_count": 5, "why": "It is news."}}


def plan(panel: dict[str, Any] | None = None, **more: Any) -> Plan:
    one = indicator("theft", "table", {"groups": ["Theft"]}, begins=dt.date(2022, 4, 1), **more)
    return small_plan([one], panel=panel or {})


def rows_of(
    made: Plan,
    counts: dict[str, int],
    earlier: Sequence[tuple[Any, ...]],
    *,
    now: str = "new",
    corrections: Sequence[tuple[Any, ...]] = (),
) -> list[dict[str, Any]]:
    """Return the rows of brief_revision: `counts` of thefts by quarter from file `now`, `earlier` as figures.csv."""
    staged = [(f"table-{now}", "table", start, "Shire", "theft", "theft", count) for start, count in counts.items()]
    received = {"old": "2023-05-01", "new": "2023-08-01"}
    files = [extract("old", "2023-05-01"), extract("new", "2023-08-01")]
    # An extract's id is its source and the beginning of its sha256; here that is its name.
    assert [one.id for one in files] == ["table-old", "table-new"] and now in received
    with measured(made, extracts=files, stg_recorded_crime=staged) as connection:
        columns = ("indicator", "area", "period_start", "period_end", "value", "extract_id", "received")
        more = {"source": "table", "is_withheld": False}
        figures = [{**dict(zip(columns, row, strict=True)), **more} for row in earlier]
        fill_computed(connection, "plan_earlier_figure", CONFIGURATION["plan_earlier_figure"], figures)
        fill(connection, "plan_compared", [(COMPARED.meeting, COMPARED.as_of)])
        size = made.panel.revisions
        fill(connection, "plan_revision_size", [(size.ask_above_pct, size.ask_above_count)] if size else [])
        if corrections:
            fill(connection, "plan_correction", corrections)
        make_table(connection, "measure", "kpi_revision")
        return select_rows(connection, SQL / "brief" / "brief_revision.sql")


def before(value: float, file: str = "old", span: tuple[str, str] = APRIL) -> tuple[Any, ...]:
    day = {"old": "2023-05-01", "new": "2023-08-01"}[file]
    start, end, received = (dt.date.fromisoformat(text) for text in (*span, day))
    return ("theft", "Shire", start, end, float(value), f"table-{file}", received)


def test_an_unchanged_figure_is_no_revision() -> None:
    assert rows_of(plan(), {"2022-04-01": 100}, [before(100)]) == []


def test_a_figure_that_the_last_paper_did_not_have_is_no_revision() -> None:
    assert rows_of(plan(), {"2022-04-01": 100, "2022-07-01": 90}, [before(100)]) == []


def test_a_newer_file_explains_itself() -> None:
    (row,) = rows_of(plan(), {"2022-04-01": 300}, [before(100)])
    assert (row["reason"], row["value_before"], row["value"], row["is_asked"]) == ("new_file", 100, 300, False)
    assert (row["received_before"], row["received"]) == (dt.date(2023, 5, 1), dt.date(2023, 8, 1))


def test_the_same_file_with_another_figure_is_asked_about() -> None:
    (row,) = rows_of(plan(), {"2022-04-01": 101}, [before(100, "new")])
    assert (row["reason"], row["is_asked"]) == ("unexplained", True)


def test_an_older_file_explains_nothing() -> None:
    (row,) = rows_of(plan(), {"2022-04-01": 101}, [before(100, "new")], now="old")
    assert (row["reason"], row["is_asked"]) == ("unexplained", True)


def test_a_figure_that_vanished_is_asked_about() -> None:
    gone = ("2022-07-01", "2022-09-30")
    (row,) = rows_of(plan(), {"2022-04-01": 100}, [before(100), before(90, span=gone)])
    assert (row["reason"], row["value"], row["is_asked"]) == ("vanished", None, True)


def test_an_indicator_that_was_taken_out_has_vanished() -> None:
    earlier = ("gone", *before(100)[1:])
    (row,) = rows_of(plan(), {"2022-04-01": 100}, [earlier])
    assert (row["indicator"], row["title"], row["reason"], row["is_asked"]) == ("gone", "gone", "vanished", True)


def test_a_change_is_large_if_it_is_above_both_sizes() -> None:
    counts = {"2022-04-01": 100, "2022-07-01": 40, "2022-10-01": 1000}
    spans = (APRIL, ("2022-07-01", "2022-09-30"), ("2022-10-01", "2022-12-31"))
    earlier = [before(value, span=span) for value, span in zip((80, 36, 940), spans, strict=True)]
    rows = {row["value"]: row["is_asked"] for row in rows_of(plan(SIZE), counts, earlier)}
    assert rows == {100: True, 40: False, 1000: False}  # 25% and 20; 11% and 4; 6% and 60


def test_from_nought_the_number_alone_counts() -> None:
    (row,) = rows_of(plan(SIZE), {"2022-04-01": 6}, [before(0)])
    assert row["is_asked"] and row["change_pct"] is None
    (row,) = rows_of(plan(SIZE), {"2022-04-01": 5}, [before(0)])
    assert not row["is_asked"]


def test_what_prints_alike_is_told_apart_and_never_asked() -> None:
    small = plan(unit="hundreds", scale=0.01, decimals=1)
    (row,) = rows_of(small, {"2022-04-01": 1001}, [before(10.0, "new")])
    assert (row["value"], row["is_printed_differently"], row["is_asked"]) == (10.01, False, False)
    (row,) = rows_of(small, {"2022-04-01": 1005}, [before(10.0, "new")])
    assert (row["is_printed_differently"], row["is_asked"]) == (True, True)


def corrected(decided: str, period: str) -> tuple[Any, ...]:
    told = ("table.csv", "", 2, "offences", "100", "101", False, False, "Why.", "Who")
    return (
        0,
        "table-new",
        "table",
        *told,
        dt.date.fromisoformat(decided),
        [dt.date.fromisoformat(period)],
        ["Shire"],
        [],
        "",
    )


def test_a_correction_made_since_explains_the_figures_of_its_period() -> None:
    earlier, counts = [before(100, "new")], {"2022-04-01": 101}
    (row,) = rows_of(plan(), counts, earlier, corrections=[corrected("2023-07-01", "2022-04-01")])
    assert (row["reason"], row["is_asked"]) == ("corrected", False)
    (row,) = rows_of(plan(), counts, earlier, corrections=[corrected("2023-06-01", "2022-04-01")])
    assert row["reason"] == "unexplained"  # the last paper had that correction already
    (row,) = rows_of(plan(), counts, earlier, corrections=[corrected("2023-07-01", "2022-07-01")])
    assert row["reason"] == "unexplained"


def test_there_is_a_finding_for_each_file_and_its_hash_is_in_the_id() -> None:
    gone = ("2022-07-01", "2022-09-30")
    rows = rows_of(plan(SIZE), {"2022-04-01": 300}, [before(100), before(90, span=gone)])
    in_use = {"table-new": "table", "table-old": "table"}
    large, vanished = revision_findings(rows, COMPARED, "It is news.", in_use)
    assert (large.extracts, vanished.extracts) == (("table-new",), ("table-old",))
    assert large.is_critical and vanished.is_critical and large.expectation == "figure_revised"
    assert "changed by more than the panel lets pass unasked, since the paper for 15 June 2023: 1." in large.message
    assert large.why.endswith("It is news.") and not vanished.why.endswith("It is news.")
    assert large.detail == "theft, Shire Police area, 2022/23 Q1: 100, now 300"
    assert vanished.detail == "theft, Shire Police area, 2022/23 Q2: 90, now no data"
    assert revision_findings(rows, None, "", in_use) == []
    # What vanished with its file is asked of the file that its source sends now.
    (both,) = revision_findings(rows, COMPARED, "", {"table-new": "table"})
    assert (both.extracts, both.failing) == (("table-new",), 2)
