"""kpi_correction: which values the notes of corrections tell, and that none of them gives a small count away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from flows.warehouse import CONFIGURATION, fill_computed, make_table, table_rows
from tests.small_warehouse import extract, indicator, measured, small_plan

MONTHS = [dt.date(2023, month, 1) for month in (4, 5, 6)]
AREAS = ("East", "West", "Shire")
BELOW = 5
Change = dict[str, Any]


def change(area: str, before: str, after: str | None, month: int = 6, **more: Any) -> Change:
    """Return a row of plan_correction: of the complaints of an area and month; without `after` it is left out."""
    start = dt.date(2023, month, 1)
    return {
        "extract_id": "returns-new", "source": "returns", "file": "new.csv", "member": "", "record": 2,
        "column_name": "numerator", "before": before, "after": after or "", "is_dropped": after is None,
        "was_rejected": False, "reason": "Why.", "decided_by": "Who", "decided_on": start, "periods": [start],
        "areas": [area], "measures": ["complaints"], "beside": "", **more,
    }  # fmt: skip


def notes(
    changes: Sequence[Change],
    counts: dict[tuple[str, int], tuple[float, float | None]],
    *,
    selects: Sequence[Sequence[str]] = (("complaints",),),
    is_published: bool = False,
    below: int = BELOW,
) -> tuple[list[tuple[str | None, str | None]], dict[tuple[str, dt.date], float]]:
    """Return what each note tells, before and after, and the figures of areas and months that are published."""
    more = {"frequency": "month", "begins": MONTHS[0], "areas": list(AREAS)}
    made = small_plan(
        [indicator(f"i{at}", "returns", {"measures": list(one)}, **more) for at, one in enumerate(selects)],
        panel={"suppression": {"below": below}},
    )
    sources = [
        one.model_copy(update={"published": is_published}) if one.id == "returns" else one for one in made.sources
    ]
    made = made.model_copy(update={"sources": tuple(sources)})
    staged = []
    for area in AREAS:
        for month in MONTHS:
            default = (90.0 if area == "Shire" else 45.0, None)
            numerator, denominator = counts.get((area, month.month), default)
            end = dt.date(month.year, month.month + 1, 1) - dt.timedelta(days=1)
            for measure in dict.fromkeys(item for one in selects for item in one):
                row = ("returns-new", "returns", len(staged) + 2, measure, area, month, end, numerator, denominator)
                staged.append(row)
    files = [extract("new", source="returns")]
    with measured(made, extracts=files, stg_force_return=staged) as connection:
        rows = [{"position": at, **one} for at, one in enumerate(changes)]
        fill_computed(connection, "plan_correction", CONFIGURATION["plan_correction"], rows)
        make_table(connection, "measure", "kpi_correction")
        told = [(row["before"], row["after"]) for row in table_rows(connection, "kpi_correction", "position")]
        marks = [
            (row["is_before_confidential"], row["is_after_confidential"])
            for row in table_rows(connection, "kpi_correction", "position")
        ]
        figures = {
            (row["area"], row["period_start"]): row["value"]
            for row in table_rows(connection, "kpi_value", "all")
            if row["grain"] == "month" and row["value"] is not None and not row["is_suppressed"]
        }
    assert marks == [tuple(one is None for one in pair) for pair in told], "what is not told is said to be confidential"
    return told, figures


def by_subtraction(
    changes: Sequence[Change], told: Sequence[tuple[str | None, str | None]], figures: dict[tuple[str, dt.date], float]
) -> set[int]:
    """Return the small counts that a reader gets as the whole less its other part: whoever has the notes and figures.

    For an area and month the reader may take what stood, what counts, or the published figure.
    """
    known: dict[tuple[str, dt.date], set[float]] = {key: {value} for key, value in figures.items()}
    for one, values in zip(changes, told, strict=True):
        for text in values:
            if text and one["column_name"] == "numerator":
                known.setdefault((one["areas"][0], one["periods"][0]), set()).add(float(text))
    found = set()
    for month in MONTHS:
        for whole in known.get(("Shire", month), ()):
            for area in ("East", "West"):
                found |= {int(whole - part) for part in known.get((area, month), ()) if 0 < whole - part < BELOW}
        for area in ("East", "West"):
            found |= {int(one) for one in known.get((area, month), ()) if 0 < one < BELOW}
    return found


# What stood, what counts, and the counts of June as they stand corrected; East's was, or is, a small count.
STORIES: dict[str, tuple[list[Change], dict[tuple[str, int], tuple[float, float | None]]]] = {
    "both left out": (
        [change("East", "3", None), change("Shire", "53", None)],
        {("East", 6): (28, None), ("West", 6): (50, None), ("Shire", 6): (78, None)},
    ),
    "three becomes many": (
        [change("East", "3", "28"), change("Shire", "53", "78")],
        {("East", 6): (28, None), ("West", 6): (50, None), ("Shire", 6): (78, None)},
    ),
    "many become three": (
        [change("East", "28", "3"), change("Shire", "78", "53")],
        {("East", 6): (3, None), ("West", 6): (50, None), ("Shire", 6): (53, None)},
    ),
    "the force alone, over what is withheld": (
        [change("Shire", "58", "53"), change("West", "55", "50")],
        {("East", 6): (3, None), ("West", 6): (50, None), ("Shire", 6): (53, None)},
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_no_small_count_is_the_rest_of_what_notes_and_figures_tell(story: str) -> None:
    changes, counts = STORIES[story]
    told, figures = notes(changes, counts)
    assert by_subtraction(changes, told, figures) == set()
    assert ("Shire", MONTHS[2]) in figures
    # The attack works where everything is told, so this test can fail.
    openly = [(one["before"], one["after"]) for one in changes]
    assert by_subtraction(changes, openly, figures) & {3}


def test_other_months_of_the_quarter_are_withheld_and_other_quarters_and_measures_told() -> None:
    changes = [
        change("East", "3", "28"),
        # With the quarter's total of the paper before, May's number tells April's.
        change("East", "44", "45", month=5),
        change("East", "44", "45", periods=[dt.date(2023, 1, 1)]),
        change("East", "8317", "8217", measures=["calls"]),
    ]
    told, _ = notes(changes, {}, selects=(("complaints",), ("calls",)))
    assert told == [(None, None), (None, None), ("44", "45"), ("8317", "8217")]


def test_measures_that_are_added_up_are_withheld_together() -> None:
    changes = [change("East", "3", "28", measures=["a"]), change("Shire", "53", "78", measures=["c"])]
    assert notes(changes, {}, selects=(("a", "b"), ("b", "c")))[0] == [(None, None), (None, None)]
    assert notes(changes, {}, selects=(("a",), ("b", "c")))[0] == [(None, None), ("53", "78")]


def test_the_rest_of_a_share_is_a_count_as_well() -> None:
    changes = [change("East", "42", "30", beside="43"), change("Shire", "120", "108", beside="200")]
    assert notes(changes, {})[0] == [(None, None), (None, None)]
    changes[0]["beside"] = "60"
    assert notes(changes, {})[0] == [("42", "30"), ("120", "108")]


def test_a_record_of_which_nothing_is_known_withholds_every_number_of_its_source() -> None:
    unknown = change("East", "3 or so", None, periods=[], areas=[], measures=[], was_rejected=True)
    told, _ = notes([unknown, change("Shire", "53", "78")], {})
    assert told == [(None, ""), (None, None)]


@pytest.mark.parametrize(
    ("column", "before", "shown"),
    [
        ("area", "Swindon UA", True),
        ("period", "2023-07", True),
        ("numerator", "-", True),
        ("numerator", "", True),
        ("numerator", "0", False),
        ("numerator", "three", False),
        ("numerator", "2o8", False),
        ("note", "of them some about custody", False),
    ],
)
def test_beside_something_withheld_names_are_told_and_numbers_and_notes_are_not(
    column: str, before: str, shown: bool
) -> None:
    changes = [change("East", "3", "28"), change("West", before, "50", column_name=column)]
    assert (notes(changes, {})[0][1][0] == before) is shown


def test_a_note_of_a_number_is_withheld_and_one_of_words_is_not() -> None:
    told, _ = notes([change("East", "2 about custody", "late", column_name="note")], {})
    assert told == [(None, None)]
    assert notes([change("East", "sent late", "late", column_name="note")], {})[0] == [("sent late", "late")]


def test_published_sources_and_panels_that_withhold_nothing_tell_every_value() -> None:
    changes = [change("East", "3", "28"), change("Shire", "53", "78")]
    openly = [("3", "28"), ("53", "78")]
    assert notes(changes, {}, is_published=True)[0] == openly
    assert notes(changes, {}, below=1)[0] == openly
