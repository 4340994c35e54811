"""What holds of the charts whatever the series: each case is five series, charted in one run of `panelbrief spc`.

make test tries 20 cases of each property, make soak 1,000, which are 5,000 series.
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.series_file import Row, charted, charted_lines, lines_of, month

CASES = settings(max_examples=1_000 if os.environ.get("PANELBRIEF_SOAK") else 20)
Values = list[float | None]
RULES = ("plotthedots", "mdc-2023")
RANK = {"outside_limits": 1, "trend": 2, "two_of_three": 3, "shift": 4, "": 5}
LIMITS = ("centre_line", "lower_limit", "upper_limit", "warning_lower", "warning_upper")
MARKS = ("signal", "rule", "direction")


def ramp(start: int, step: int, length: int) -> Values:
    return [float(start + step * at) for at in range(length)]


noise = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=14)
ramps = st.builds(ramp, st.integers(0, 20), st.sampled_from([-2, -1, 1, 3]), st.integers(5, 10))
plateaus = st.builds(
    lambda level, length: [float(level + at % 2) for at in range(length)], st.integers(4, 12), st.integers(5, 10)
)
flats = st.builds(lambda level, length: [float(level)] * length, st.integers(0, 9), st.integers(1, 8))
blocks = st.one_of(noise, noise, ramps, plateaus, flats, st.just([40.0]), st.just([None]))
series = st.lists(blocks, min_size=2, max_size=7).map(lambda several: [one for block in several for one in block][:48])
five = st.lists(series, min_size=5, max_size=5)
options = st.fixed_dictionaries({"rules": st.sampled_from(RULES), "is_screened": st.booleans()})
Options = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("series")


def marks(rows: list[Row]) -> list[tuple[str, ...]]:
    return [tuple(row[key] for key in MARKS) for row in rows]


def without_name(rows: list[Row]) -> list[Row]:
    return [{key: value for key, value in row.items() if key not in ("series_id", "segment")} for row in rows]


def turned(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    other = {"up": "down", "down": "up", "": ""}
    return [(signal, rule, other[direction]) for signal, rule, direction in rows]


@CASES
@given(five, st.integers(-1_000_000, 1_000_000), st.sampled_from([0.001, 0.1, 1 / 3, 7.0, 1e9]), options)
def test_adding_a_constant_or_scaling_changes_no_mark(
    folder: Path, several: list[Values], constant: int, factor: float, options: Options
) -> None:
    """Nor does turning a series upside down, but for the direction."""
    variants: dict[str, Values] = {}
    for at, values in enumerate(several):
        variants[f"{at}"] = values
        variants[f"{at}+"] = [None if one is None else one + constant for one in values]
        variants[f"{at}*"] = [None if one is None else one * factor for one in values]
        variants[f"{at}-"] = [None if one is None else -one for one in values]
    for chart in ("i", "run"):
        rows = charted(folder, variants, chart=chart, **options)
        for at in range(len(several)):
            plain = rows[f"{at}"]
            for sign in "+*":
                assert marks(rows[f"{at}{sign}"]) == marks(plain), sign
            assert marks(rows[f"{at}-"]) == turned(marks(plain))
            runs = {
                tuple(rows[f"{at}{sign}"][0][key] for key in ("runs_signal", "longest_run", "crossings"))
                for sign in ("", *"+*-")
            }
            assert len(runs) == 1


@CASES
@given(five, options, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(folder: Path, several: list[Values], options: Options, chance: Any) -> None:
    """A copy of each series whose lines are mixed with all others has the same rows, and rows come out in order."""
    ordered = [line for at, values in enumerate(several) for line in lines_of(f"a{at}", values)]
    mixed = [line for at, values in enumerate(several) for line in lines_of(f"b{at}", values)]
    chance.shuffle(mixed)
    rows = charted_lines(folder, [*mixed[::2], *ordered, *mixed[1::2]], chart="i", **options)
    assert list(rows) == sorted(rows)
    for at, values in enumerate(several):
        assert [row["date"] for row in rows[f"b{at}"]] == [month(place) for place in range(len(values))]
        assert without_name(rows[f"b{at}"]) == without_name(rows[f"a{at}"])


@CASES
@given(five, st.sets(st.integers(1, 40), max_size=3), st.sampled_from([None, 2, 12]), options)
def test_a_rebase_isolates_its_segments(
    folder: Path, several: list[Values], starts: set[int], baseline: int | None, options: Options
) -> None:
    """Each segment is charted as it would be alone: same limits, marks, moving ranges and run tests."""
    lines: list[str] = []
    parts: dict[str, list[str]] = {}
    for at, values in enumerate(several):
        whole = lines_of(f"{at}", values)
        edges = [0, *sorted(one for one in starts if one < len(values)), len(values)]
        parts[f"{at}"] = [f"{at} part {start}" for start, _ in pairwise(edges)]
        lines += whole
        for start, stop in pairwise(edges):
            lines += [line.replace(f"{at},", f"{at} part {start},", 1) for line in whole[start:stop]]
    rebase = {f"{at}": sorted(starts) for at in range(len(several))}
    rows = charted_lines(folder, lines, rebase=rebase, chart="i", baseline=baseline, **options)
    for name, named in parts.items():
        alone = [row for part in named for row in rows[part]]
        assert without_name(rows[name]) == without_name(alone)
        assert [row["segment"] for row in rows[name]] == [
            str(segment) for segment, part in enumerate(named, start=1) for _ in rows[part]
        ]


@CASES
@given(five, options)
def test_a_gap_never_joins_runs(folder: Path, several: list[Values], options: Options) -> None:
    """A mark of a rule that looks at several points lies in a stretch without gaps that is long enough for it."""
    needed = {"trend": 7, "shift": 7, "two_of_three": 3, "outside_limits": 1}
    rows = charted(folder, {f"{at}": values for at, values in enumerate(several)}, chart="i", **options)
    for at, values in enumerate(several):
        stretches: list[list[int]] = [[]]
        for place, value in enumerate(values):
            if value is None:
                stretches.append([])
            else:
                stretches[-1].append(place)
        length = {place: len(stretch) for stretch in stretches for place in stretch}
        for place, row in enumerate(rows[f"{at}"]):
            if row["rule"]:
                assert length[place] >= needed[row["rule"]]
            # No moving range is taken to a gap, from one, or across one.
            assert (row["moving_range"] == "") == (place == 0 or None in values[place - 1 : place + 1])


@CASES
@given(five, st.integers(2, 12), st.one_of(st.none(), st.integers(-5, 60).map(float)), options)
def test_appending_a_month_never_changes_a_locked_baseline(
    folder: Path, several: list[Values], baseline: int, value: float | None, options: Options
) -> None:
    """Nor earlier marks, but for those that a rule makes when the new month completes its pattern.

    Precisely: only the six points before the new one can change; only to a rule that ranks higher than the one they
    had (from unmarked, or from shift to two of three or trend), or, at the turning point of a rise and a fall, in the
    direction of the trend; to two of three only the two points before; and only if the new month has a figure.
    """
    long = [values for values in several if len(values) >= baseline]
    grown = {f"{at}+": [*values, value] for at, values in enumerate(long)}
    before = {f"{at}": values for at, values in enumerate(long)}
    if not long:
        return
    rows = charted(folder, {**before, **grown}, chart="i", baseline=baseline, **options)
    for at, values in enumerate(long):
        old, new = rows[f"{at}"], rows[f"{at}+"][:-1]
        last = len(values)
        assert [[row[key] for key in LIMITS] for row in new] == [[row[key] for key in LIMITS] for row in old]
        assert [rows[f"{at}+"][-1][key] for key in LIMITS] == [old[0][key] for key in LIMITS]
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            if marks([one]) == marks([other]):
                continue
            assert value is not None and last - place <= 6
            if one["rule"] == other["rule"] == "trend":
                assert last - place == 6, "the turning point, seven points after which the other way is a trend too"
            else:
                assert RANK[other["rule"]] < RANK[one["rule"]]
                assert other["rule"] in ("trend", "two_of_three", "shift")
                assert other["rule"] != "two_of_three" or last - place <= 2
