"""Faults that meet in one file: whatever they are, the totals are the good file's or something is said."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from flows.checking import UNREADABLE, Report, check_file
from tests.corpus.case import RIGHT, Case
from tests.corpus.good import LAYOUTS, SEED
from tests.corpus.test_corpus import CASES, KINDS

T = TypeVar("T")
COMBINATIONS = 1_000 if os.environ.get("PANELBRIEF_SOAK") else 12
# How many faults are put into one file at most.
MOST = 3


def _after(first: Callable[[T], T] | None, second: Callable[[T], T] | None) -> Callable[[T], T] | None:
    if first is None or second is None:
        return first or second
    return lambda value: second(first(value))


def _combined(chance: random.Random) -> Case:
    """Return a file of any layout and container with one to three faults of the corpus."""
    layout, kind = chance.choice(LAYOUTS), chance.choice(KINDS)
    of_layout = [case for case in CASES if case.layout == layout and not case.sent_as]
    case, names = Case("combined", layout, kind, RIGHT), []
    for one in chance.sample(of_layout, chance.randint(1, MOST)):
        names.append(one.name)
        case = replace(
            case,
            table=_after(case.table, one.table),
            text=_after(case.text, one.text),
            book=one.book if one.kind == kind and one.book else case.book,
            pack=one.pack or case.pack,
            encoding=one.encoding if one.encoding != "utf-8" else case.encoding,
        )
    return replace(case, name=" + ".join(names))


def _is_right_or_told(report: Report, case: Case) -> bool:
    if report.error or report.findings or report.rejected:
        return True
    return {(one.force, one.period, one.category): one.count for one in report.counts} == case.totals


@pytest.mark.soak
@pytest.mark.parametrize("number", range(COMBINATIONS))
def test_faults_that_meet_are_read_right_or_told(tmp_path: Path, number: int) -> None:
    case = _combined(random.Random(f"{SEED} {number}"))
    try:
        path = case.write(tmp_path)
    except (UnicodeEncodeError, IndexError, ValueError, TypeError):
        # Two of the faults cannot be in one file: a sign that the encoding has not, a row that is gone.
        return
    report = check_file(path, case.layout)
    assert _is_right_or_told(report, case), case.name
    assert report.rows_read == report.rows_staged + len(report.rejected) + report.blank_rows
    assert report.error or report.exit_code != UNREADABLE
    assert "could not be run" not in report.as_text()
