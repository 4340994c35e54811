"""panelbrief spc --svg: one drawing a series, under a name that any file system takes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from flows.errors import PanelbriefError
from flows.spc import ChartOptions, chart_file
from tests.series_file import lines_of, read_result, write_lines

STEADY = [10.0, 12.0] * 7


def drawn(folder: Path, names: list[str]) -> dict[str, str]:
    """Return the drawings of steady series with these names, by file name."""
    lines = [line for name in names for line in lines_of('"' + name.replace('"', '""') + '"', STEADY[:4])]
    source = write_lines(folder / "in.csv", lines)
    notes = chart_file(source, folder / "out.csv", ChartOptions("i"), folder / "new" / "drawings")
    assert notes == [f"Drawings in {folder / 'new' / 'drawings'}: {len(names)}."]
    assert sorted(read_result(folder / "out.csv")) == sorted(names)
    assert sorted(path.name for path in folder.iterdir()) == ["in.csv", "new", "out.csv"], (
        "nothing is written elsewhere"
    )
    return {path.name: path.read_text(encoding="utf-8") for path in (folder / "new" / "drawings").iterdir()}


def test_names_become_file_names_that_are_safe_and_differ(tmp_path: Path) -> None:
    names = [
        "a",
        "A",
        "a/b",
        "a-b",
        "a\\b",
        "../../up",
        "..",
        ".",
        "-",
        "/",
        "dots.in.name",
        " spaced ",
        "Übung",
        'say "a"',
    ]
    names += ["series", "x" * 300, "x" * 301, "é" * 300, "a:b|c?*<>"]
    # Commas, and names that stand for a folder or a device elsewhere, are names like others.
    names += ["a,b", "~root", "$HOME", "`id`", "a\nb"]
    found = drawn(tmp_path, [name for name in names if name == name.strip()])
    assert len(found) == len(names) - 1
    for name in found:
        assert re.fullmatch(r"[\w][\w.-]*\.svg", name) and len(name.encode()) <= 255, name
    assert len({name.casefold() for name in found}) == len(found), "the same but for case is the same file elsewhere"
    assert {"a.svg", "A-2.svg"} <= set(found) or {"A.svg", "a-2.svg"} <= set(found)
    assert {"dots.in.name.svg", "Übung.svg", "up.svg"} <= set(found)


def test_each_drawing_shows_its_own_series(tmp_path: Path) -> None:
    source = write_lines(
        tmp_path / "in.csv", [*lines_of("steady", STEADY), *lines_of("<late> & up", [*STEADY, None, 17.0])]
    )
    chart_file(source, tmp_path / "out.csv", ChartOptions("i"), tmp_path / "drawings")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "drawings").iterdir()}
    assert set(texts) == {"steady", "late-up"}
    for name, text in texts.items():
        root = ElementTree.fromstring(text)
        words = " ".join(root.itertext())
        title, marked = ("steady", "0 of them marked") if name == "steady" else ("<late> & up", "1 of them marked")
        assert title in words and marked in words
        assert "NaN" not in text and "Infinity" not in text


@pytest.mark.parametrize("chart", ["i", "run", "mr", "c", "g", "p"])
def test_series_that_have_no_limits_or_no_figures_are_drawn_all_the_same(tmp_path: Path, chart: str) -> None:
    series = {"flat": [5.0] * 14, "none": [None] * 14, "one": [3.0], "gap": [*STEADY[:6], None, None, *STEADY[6:]]}
    lines = [
        line
        for name, values in series.items()
        for line in lines_of(name, [(one, 20.0) if chart == "p" else one for one in values])
    ]
    chart_file(write_lines(tmp_path / "in.csv", lines), tmp_path / "out.csv", ChartOptions(chart), tmp_path / "svg")
    found = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "svg").iterdir()}
    assert set(found) == set(series)
    for text in found.values():
        ElementTree.fromstring(text)
        assert "NaN" not in text and "Infinity" not in text


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in.csv", lines_of("a", STEADY))
    for folder, says in (
        (source, "this is a file, not a folder"),
        (source / "inside", "the drawings cannot be written"),
    ):
        with pytest.raises(PanelbriefError) as caught:
            chart_file(source, tmp_path / "out.csv", ChartOptions("i"), folder)
        assert says in caught.value.text() and str(folder) in caught.value.text()
