"""The benchmark of false flags and found steps, in small: that it asks the product, and that a bar can fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.signals.__main__ import report
from benchmarks.signals.bars import FULL_STEP, all_bars
from benchmarks.signals.charting import marked, open_charts
from benchmarks.signals.forces import measure_quarter, quarter_number, read_forces
from benchmarks.signals.lines import LINES, draw_chance
from benchmarks.signals.measuring import SETTINGS, examine, measure_cell, unusual
from benchmarks.signals.papers import INDICATORS, measure_papers
from benchmarks.signals.results import TEST, Results, Setting, read_results, write_results
from benchmarks.signals.table import BEGIN, METHODS, write_methods
from flows.errors import PanelbriefError
from flows.spc import RULES, make_charts
from flows.warehouse import fill

BY_NAME = {line.name: line for line in LINES}
SERIES = 300


@pytest.mark.parametrize(
    ("name", "setting", "false_at_most", "rules_between", "caught_at_least"),
    [
        ("white noise", Setting(12, 36), 4.5, (2, 11), 65),
        ("season 20 %", Setting(12, 36), 4.5, (40, 70), 55),
        ("counts 20, over-dispersed", Setting(4, 16), 5, (1, 7), 20),
    ],
)
def test_both_methods_are_wrong_and_right_about_as_often_as_published(
    name: str, setting: Setting, false_at_most: float, rules_between: tuple[float, float], caught_at_least: float
) -> None:
    cell = measure_cell(BY_NAME[name], setting, SERIES)
    assert cell.quarter[TEST].false <= false_at_most
    assert cell.quarter[TEST].caught[FULL_STEP] >= caught_at_least
    for rules in RULES:
        assert rules_between[0] <= cell.quarter[rules].false <= rules_between[1]


def test_the_same_numbers_come_out_again() -> None:
    line, setting = BY_NAME["survey 70 %, n 40-120"], Setting(4, 12)
    assert measure_cell(line, setting, 40) == measure_cell(line, setting, 40)


@pytest.mark.parametrize("name", ["Poisson 1", "Poisson 4", "survey 70 %, n 40-120", "AR 0.5"])
def test_one_interval_judges_every_story_as_the_test_itself_would(name: str) -> None:
    line, n, q = BY_NAME[name], 36, 3
    chance = draw_chance(np.random.default_rng(5), 60, n + q, 12)
    usual = line.make(chance, 0)
    stories = np.stack([line.make(chance, step)[:, n:] for step in (0, 1, 2)])
    below = None if line.sizes is None else line.sizes(chance)
    flags = unusual(examine(line.kind, 12, chance.periods, usual, q, below), stories, below)
    for of_story, story in zip(flags, stories, strict=True):
        values = np.concatenate([usual[:, :n], story], axis=1)
        asked = examine(line.kind, 12, chance.periods, values, q, below)
        assert of_story.tolist() == [one.p is not None and one.p < 0.02 for one in asked]
    assert flags[2].any() and not flags[2].all()


@pytest.mark.parametrize("rules", RULES)
def test_charts_of_the_last_points_mark_what_charts_of_all_points_mark(rules: str) -> None:
    line, n, q, count = BY_NAME["AR 0.5"], 24, 3, 80
    chance = draw_chance(np.random.default_rng(6), count, n + q, 12)
    baseline = np.round(line.make(chance, 0)[:, :n])
    baseline[::7, 20] = np.nan  # a gap near the end
    stories = np.stack([np.round(line.make(chance, step)[:, n:]) for step in (0, 2)])
    with open_charts() as connection:
        found = marked(connection, baseline, stories)[rules]
        fill(connection, "plan_chart", [(rules, True)])
        for of_story, story in zip(found, stories, strict=True):
            points = [
                (series, at, None if np.isnan(value) else float(value), at < n)
                for series, one in enumerate(np.concatenate([baseline, story], axis=1))
                for at, value in enumerate(one)
            ]
            connection.execute(
                "create or replace table flag_series (series int, segment int default 1, position int,"
                " chart varchar default 'i', value double, denominator double, is_baseline boolean,"
                " is_excluded boolean default false)"
            )
            connection.executemany(
                "insert into flag_series (series, position, value, is_baseline) values (?, ?, ?, ?)", points
            )
            make_charts(connection)
            whole = connection.execute(
                "select bool_or(rule is not null) from flag_mark where position >= ? group by series order by series",
                [n],
            ).fetchall()
            assert of_story.tolist() == [flag for (flag,) in whole]
            assert of_story.any() and not of_story.all()


def test_papers_of_stable_indicators_are_short_and_a_large_step_is_listed() -> None:
    papers = measure_papers(Setting(12, 36), 0.4, INDICATORS, 0)
    assert papers.areas.mean() <= 0.6
    assert papers.marked["mdc-2023"].mean() >= 3
    assert papers.step_listed.mean() >= 0.7
    assert (papers.step_strong <= papers.step_listed).all()


def test_few_real_series_stand_out() -> None:
    values, start = read_forces()
    one = measure_quarter(values, start, quarter_number("2023/24", 1))
    assert one.quarter == "2023/24 Q1" and one.count == 956
    assert 1 <= one.flagged[TEST] <= 5 < one.flagged["mdc-2023"]


def test_the_results_cover_every_line_and_every_bar_holds() -> None:
    results = read_results()
    assert [(one.line, one.setting) for one in results.cells] == [(line.name, at) for line in LINES for at in SETTINGS]
    assert min(one.count for one in results.cells) >= 8_000
    assert report(all_bars(results)) == 0


def test_a_bar_that_fails_is_named_and_fails_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    results = read_results()
    cells = list(results.cells)
    bad = replace(cells[1].quarter[TEST], false=2.6)
    cells[1] = replace(cells[1], quarter={**cells[1].quarter, TEST: bad})
    assert report(all_bars(Results(cells, results.papers, results.forces))) == 1
    named = capsys.readouterr().err.splitlines()
    assert named == ["FAILED false flags on stable series, white noise, 36 months: 2.60, required at most 2.50"]


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    results = read_results()
    write_results(results, tmp_path / "signals.json")
    assert read_results(tmp_path / "signals.json") == results


def test_the_page_of_methods_has_the_tables_of_the_results(tmp_path: Path) -> None:
    page = METHODS.read_text(encoding="utf-8")
    copy = tmp_path / "methods.md"
    copy.write_text(page, encoding="utf-8")
    write_methods(read_results(), copy)
    assert copy.read_text(encoding="utf-8") == page
    copy.write_text(page.replace(BEGIN, ""), encoding="utf-8")
    with pytest.raises(PanelbriefError, match="no place"):
        write_methods(read_results(), copy)
