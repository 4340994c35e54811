"""The manifest: a pure function of the ledger, the plan and a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.job import ledger_address
from flows.ledger import Extract, Ledger, Refusal, Sighting
from flows.manifest import Line, manifest
from flows.plan.loader import load_plan
from flows.plan.models import DataSource
from flows.settings import EXAMPLE
from flows.wording.expected import expected_sentences, repeated_sentences

MONTHLY = {"every": "month", "begins": dt.date(2023, 4, 1), "within_days": 21, "sender": "the data officer"}
QUARTER = (dt.date(2023, 4, 1), dt.date(2023, 6, 30))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2023-{text}")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(ledger_address(tmp_path), "panel")


def came(ledger: Ledger, name: str, received: str, content: str = "") -> None:
    assert ledger.record_extract(Extract("returns", (content or name).ljust(64, "0"), name, 1, day(received)))


def lines(ledger: Ledger, as_of: str, **keys: Any) -> list[Line]:
    given = {"id": "returns", "title": "Returns", "publisher": "x", "layout": "force_return", "location": "in"}
    source = DataSource.model_validate({**given, "pattern": "r-{YYYY-MM}*.csv", "expects": MONTHLY, **keys})
    return manifest(load_plan(EXAMPLE).model_copy(update={"sources": (source,)}), ledger, day(as_of))


def said(found: list[Line]) -> list[tuple[str, str, str]]:
    return [(one.period, one.status, one.name) for one in found]


def test_each_expected_period_is_received_late_missing_or_awaited(ledger: Ledger) -> None:
    came(ledger, "r-2023-04.csv", "05-21")  # the last day
    came(ledger, "r-2023-05.csv", "06-22")  # a day late
    found = lines(ledger, "08-21")
    assert said(found) == [
        ("2023-04", "received", "r-2023-04.csv"),
        ("2023-05", "late", "r-2023-05.csv"),
        ("2023-06", "missing", ""),
        ("2023-07", "awaited", ""),
    ]
    assert [one.due for one in found] == [day("05-21"), day("06-21"), day("07-21"), day("08-21")]
    assert said(lines(ledger, "08-22"))[-1] == ("2023-07", "missing", "")
    assert said(lines(ledger, "06-21")) == [("2023-04", "received", "r-2023-04.csv"), ("2023-05", "awaited", "")]


def test_a_period_sent_again_is_superseded_and_not_late(ledger: Ledger) -> None:
    came(ledger, "r-2023-04.csv", "05-10")
    came(ledger, "r-2023-04-b.csv", "07-10")
    assert said(lines(ledger, "05-20")) == [("2023-04", "received", "r-2023-04.csv")]
    again = lines(ledger, "07-15")
    assert said(again)[:2] == [
        ("2023-04", "superseded", "r-2023-04.csv"),
        ("2023-04", "received", "r-2023-04-b.csv"),
    ]


def test_the_same_bytes_for_another_month_are_a_duplicate_and_the_month_is_missing(ledger: Ledger) -> None:
    came(ledger, "r-2023-04.csv", "05-10", "same")
    came(ledger, "r-2023-05.csv", "06-10", "same")
    assert sorted(said(lines(ledger, "06-25"))) == [
        ("2023-04", "received", "r-2023-04.csv"),
        ("2023-05", "duplicate", "r-2023-05.csv"),
        ("2023-05", "missing", ""),
    ]


def test_what_is_arriving_stands_for_what_is_missing(ledger: Ledger) -> None:
    ledger.record_sighting(Sighting("returns", "/in/r-2023-04.csv", 5, "1", "", day("06-01")))
    assert said(lines(ledger, "06-15")) == [("2023-04", "arriving", "r-2023-04.csv"), ("2023-05", "awaited", "")]
    assert said(lines(ledger, "05-31"))[0] == ("2023-04", "missing", ""), "it had not been seen by then"


def test_what_was_refused_stands_for_what_is_missing(ledger: Ledger) -> None:
    ledger.record_refusal(Refusal("returns", "f" * 64, "r-2023-04.csv", day("06-01"), "column 'note' (a name)"))
    ledger.record_sighting(Sighting("returns", "/in/r-2023-04.csv", 5, "1", "f" * 64, day("06-01")))
    assert said(lines(ledger, "06-15")) == [("2023-04", "refused", "r-2023-04.csv"), ("2023-05", "awaited", "")]
    assert said(lines(ledger, "05-31"))[0] == ("2023-04", "missing", ""), "it had not been seen by then"
    ledger.record_sighting(Sighting("returns", "/in/r-2023-04.csv", 6, "2", "e" * 64, day("06-20")))
    assert said(lines(ledger, "06-25"))[0] == ("2023-04", "missing", ""), "it does not lie there any more"


def test_a_period_in_several_files_is_there_with_the_last_of_them(ledger: Ledger) -> None:
    keys = {"expects": {**MONTHLY, "files": 2}}
    came(ledger, "r-2023-04-north.csv", "05-10")
    found = lines(ledger, "05-30", **keys)
    assert said(found) == [("2023-04", "received", "r-2023-04-north.csv"), ("2023-04", "missing", "")]
    assert [one.files for one in found] == ["", "1 of 2"]
    came(ledger, "r-2023-04-south.csv", "05-30")
    assert [one.status for one in lines(ledger, "05-30", **keys)] == ["received", "late"]


def test_a_file_without_a_period_covers_what_had_ended_before_it_came(ledger: Ledger) -> None:
    came(ledger, "all.csv", "06-10")
    found = lines(ledger, "08-01", pattern="*.csv")
    assert said(found) == [
        ("", "received", "all.csv"),
        ("2023-04", "late", "all.csv"),
        ("2023-05", "received", "all.csv"),
        ("2023-06", "missing", ""),
        ("2023-07", "awaited", ""),
    ]


def test_without_expectations_files_are_listed_and_nothing_is_missing(ledger: Ledger) -> None:
    came(ledger, "a.csv", "05-01")
    came(ledger, "a.csv", "05-02", "other")
    found = lines(ledger, "08-01", pattern="*.csv", expects=None)
    assert said(found) == [("", "superseded", "a.csv"), ("", "received", "a.csv")]


def test_the_paper_tells_of_missing_and_late_periods_in_words(ledger: Ledger) -> None:
    came(ledger, "r-2023-05.csv", "06-22")
    given = [{k: str(v) if isinstance(v, dt.date) else v for k, v in asdict(one).items()} for one in
             lines(ledger, "08-10")]  # fmt: skip
    plan = load_plan(EXAMPLE)
    source = plan.sources[0].model_copy(update={"id": "returns", "title": "Returns"})
    plan = plan.model_copy(update={"sources": (source,)})
    assert list(expected_sentences(plan, given, day("08-10"), QUARTER)) == [
        "Returns: the data officer sent late: 2023-05 (due 21 June 2023, received 22 June 2023).",
        "Returns: by 10 August 2023 the data officer had not sent what was due: "
        "2023-04 (due 21 May 2023); 2023-06 (due 21 July 2023).",
    ]
    later = (dt.date(2023, 7, 1), dt.date(2023, 9, 30))
    assert len(list(expected_sentences(plan, given, day("08-10"), later))) == 1, "what was late then is history"


def told(found: list[Line], as_of: str) -> tuple[list[str], list[str]]:
    """Return what the paper says of periods whose file is another's, and of what is missing or late."""
    given = [
        {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in asdict(one).items()}
        for one in found
    ]
    source = DataSource.model_validate(
        {"id": "returns", "title": "Returns", "publisher": "x", "layout": "force_return", "location": "in"}
    )
    plan = load_plan(EXAMPLE).model_copy(update={"sources": (source,)})
    return repeated_sentences(plan, given), list(expected_sentences(plan, given, day(as_of), QUARTER))


def test_a_month_for_which_another_months_file_came_is_told_with_both_names(ledger: Ledger) -> None:
    came(ledger, "r-2023-04.csv", "05-10", "same")
    came(ledger, "r-2023-05.csv", "06-10", "same")
    repeated, others = told(lines(ledger, "08-10"), "08-10")
    assert repeated == [
        "Returns: what came for 2023-05 (r-2023-05.csv) is the same file as for 2023-04 (r-2023-04.csv), so what was"
        " due for 2023-05 is still missing."
    ]
    assert others == [
        "Returns: by 10 August 2023 the data officer had not sent what was due: 2023-06 (due 21 July 2023)."
    ]
    without = lines(ledger, "08-10", expects=None)
    assert told(without, "08-10") == (repeated, []), "where nothing says what is due as well"
    came(ledger, "r-2023-05-b.csv", "08-11")
    assert told(lines(ledger, "08-12"), "08-12")[0] == [], "the right file has come"


def test_a_part_of_a_month_that_is_another_months_is_told_beside_what_is_missing(ledger: Ledger) -> None:
    keys = {"expects": {**MONTHLY, "files": 2}}
    came(ledger, "r-2023-04-north.csv", "05-10", "same")
    came(ledger, "r-2023-04-south.csv", "05-10")
    came(ledger, "r-2023-05-north.csv", "06-10", "same")
    came(ledger, "r-2023-05-south.csv", "06-10")
    repeated, others = told(lines(ledger, "06-25", **keys), "06-25")
    assert len(repeated) == 1 and "(r-2023-05-north.csv) is the same file as for 2023-04" in repeated[0]
    assert "2023-05 (1 of 2 files came; due 21 June 2023)" in others[0]
    came(ledger, "r-2023-05-more.csv", "06-24")
    assert told(lines(ledger, "06-25", **keys), "06-25")[0] == [], "both have come"


def test_the_command_shows_it_for_people_and_as_csv(tmp_path: Path) -> None:
    command = ["manifest", "--home", str(tmp_path), "--as-of", "2023-09-01"]
    shown = CliRunner().invoke(app, command)
    assert shown.exit_code == 0
    assert [line.split() for line in shown.stdout.splitlines()[1:]] == [
        ["home_office_prc", "2023/24", "Q1", "missing", "2023-08-29"],
        ["service_return", "2023/24", "Q1", "missing", "2023-08-14"],
    ]
    rows = CliRunner().invoke(app, [*command, "--csv"]).stdout.splitlines()
    assert rows[0] == "source,period,status,due,received,name,sha256,sender,files"
    assert rows[1] == "home_office_prc,2023/24 Q1,missing,2023-08-29,,,,the Home Office,"
