"""Decisions in the ledger: which count, that two officers cannot both decide, and how older ledgers are read."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.ledger import Decision, Edition, Ledger, in_force
from flows.review.gather import failure_id

DAY = dt.date(2023, 9, 1)


def decision(**more: object) -> Decision:
    plain = Decision("f" * 64, "stg_x", "check", "rows", "accepted", "A. Officer", False, DAY, DAY, "Known.")
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", "Panel")
    yield opened
    opened.close()


def test_a_decision_counts_from_its_day_until_it_is_withdrawn() -> None:
    later = DAY + dt.timedelta(days=5)
    kept, dated = decision(number=1), decision(number=2, expectation="other", on_day=later)
    assert in_force([kept, dated], DAY) == [kept]
    assert in_force([dated, kept], later) == [kept, dated]
    withdrawn = replace(kept, withdrawn_on=later, withdrawn_by="B")
    assert in_force([withdrawn], DAY) == [withdrawn]
    assert in_force([withdrawn], later) == []
    anew = decision(number=3, verdict="rejected", on_day=later)
    assert in_force([anew, withdrawn], later) == [anew]
    of_other_rows = decision(number=4, fingerprint="others")
    assert in_force([kept, of_other_rows], DAY) == [kept, of_other_rows], "each binds its own rows"


def test_the_ledger_keeps_decisions_and_withdrawals(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", "Another panel")
    ledger.change_decisions(lambda _: [decision(), decision(expectation="other")])
    other.change_decisions(lambda _: [decision()])
    ledger.change_decisions(lambda made: [replace(made[0], withdrawn_by="B. Officer", withdrawn_on=DAY)])
    first, second = ledger.decisions()
    assert first == decision(number=1, withdrawn_by="B. Officer", withdrawn_on=DAY)
    assert second == decision(number=2, expectation="other")
    assert [one.withdrawn_on for one in other.decisions()] == [None]
    made = Edition("final-1", "x", DAY)
    ledger.record_edition(DAY, made, DAY)
    assert ledger.all_editions() == [(DAY, made)] and other.all_editions() == []
    other.close()


def test_what_raises_leaves_everything_as_it_was(ledger: Ledger) -> None:
    ledger.change_decisions(lambda _: [decision()])

    def refuse(made: list[Decision]) -> list[Decision]:
        raise ValueError(f"{made[0].who} was first")

    with pytest.raises(ValueError, match=r"A\. Officer was first"):
        ledger.change_decisions(refuse)
    with pytest.raises(sa.exc.IntegrityError):
        ledger.change_decisions(lambda _: [decision(expectation="other"), decision(reason=None)])
    assert ledger.decisions() == [decision(number=1)]


def test_who_comes_second_looks_again(ledger: Ledger) -> None:
    # Where a database lets two read at once, the second's number is taken: here the first try cannot be written.
    seen: list[int] = []

    def settle(made: list[Decision]) -> list[Decision]:
        seen.append(len(made))
        return [decision(reason=None if len(seen) == 1 else "Known.")]

    ledger.change_decisions(settle)
    assert seen == [0, 0] and ledger.decisions() == [decision(number=1)]


def first_comes_first(url: str, who: str, gate: multiprocessing.synchronize.Barrier) -> None:
    opened = Ledger(url, "Panel")
    gate.wait(60)
    opened.change_decisions(lambda made: [] if made else [decision(who=who)])
    opened.close()


def test_of_several_processes_one_decides(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    spawning = multiprocessing.get_context("spawn")
    gate = spawning.Barrier(4)
    # None of them finds a ledger: they make it at once, too.
    running = [spawning.Process(target=first_comes_first, args=(url, f"Officer {at}", gate)) for at in range(4)]
    for one in running:
        one.start()
    for one in running:
        one.join(120)
    assert [one.exitcode for one in running] == [0, 0, 0, 0]
    ledger = Ledger(url, "Panel")
    assert [one.number for one in ledger.decisions()] == [1]
    ledger.close()


def test_a_ledger_of_before_is_brought_up_and_its_decisions_bind_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(f"sqlite:///{path}", "Panel").close()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE decision DROP COLUMN fingerprint")
        connection.execute(
            "INSERT INTO decision VALUES ('Panel', 1, ?, 'stg_x', 'check', 'accepted', 'A. Officer', 0, '2023-09-01',"
            " '2023-09-01', 'Known.', '', NULL)",
            ["f" * 64],
        )
    connection.close()
    ledger = Ledger(f"sqlite:///{path}", "Panel")
    assert ledger.decisions() == [decision(number=1, fingerprint="")]
    ledger.close()


def test_what_fails_otherwise_has_another_id() -> None:
    ids = {failure_id(*about) for about in (("t", "check", "a"), ("t", "check", "b"), ("t", "x", "a"), ("u", "x", "a"))}
    assert len(ids) == 4 and all(len(name) == 6 for name in ids)
    assert failure_id("t", "check", "a") == failure_id("t", "check", "a")
