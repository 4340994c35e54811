"""How figures, periods and commentary are put in words."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.plan.loader import PlanFaults
from flows.settings import EXAMPLE, TEMPLATES
from flows.wording.narrative import narrative_faults, read_narratives
from flows.wording.numbers import bare, change_words, listed, number, period_label, span_words, with_unit
from flows.wording.sentences import say

AS_OF = dt.date(2023, 9, 1)


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (1057, 0, "1,057"),
        (1234567.0, 0, "1,234,567"),
        (80.6, 1, "80.6"),
        (80.0, 1, "80.0"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (2.675, 2, "2.68"),  # though the nearest double lies below it
        (-0.5, 0, "-1"),
        (-0.4, 0, "0"),
        (-0.0, 1, "0.0"),
        (999.5, 0, "1,000"),
        (0, 0, "0"),
        (None, 0, "no data"),
        (None, 3, "no data"),
    ],
)
def test_numbers(value: float | None, decimals: int, said: str) -> None:
    assert number(value, decimals) == said


@given(st.decimals(-1_000_000, 1_000_000, places=4), st.integers(0, 3))
def test_numbers_are_rounded_half_away_from_nought(value: Decimal, decimals: int) -> None:
    rounded = value.quantize(Decimal(10) ** -decimals, ROUND_HALF_UP)
    assert number(float(value), decimals) == f"{rounded if rounded else abs(rounded):,}"


def test_numbers_with_their_unit() -> None:
    assert with_unit(80.6, "%", 1) == "80.6%"
    assert with_unit(1057, "offences", 0) == "1,057\u00a0offences"
    assert with_unit(None, "%", 1) == with_unit(None, "offences", 0) == bare(None, "offences", 0) == "no data"
    assert (bare(1057, "offences", 0), bare(80.6, "%", 1)) == ("1,057", "80.6%")


@pytest.mark.parametrize(
    ("change", "per_cent", "unit", "decimals", "said"),
    [
        (306, 40.7, "offences", 0, "306 more (41%)"),
        (-306, -28.94, "offences", 0, "306 fewer (29%)"),
        (1, None, "offences", 0, "1 more"),
        (1250, 12.5, "offences", 0, "1,250 more (13%)"),
        (2.1, None, "%", 1, "2.1 percentage points higher"),
        (-2.1, None, "%", 1, "2.1 percentage points lower"),
        (61, None, "seconds", 0, "61\u00a0seconds longer"),
        (-0.4, None, "minutes", 1, "0.4\u00a0minutes shorter"),
        (0, 0, "offences", 0, "the same"),
        (0.04, None, "%", 1, "the same"),
        (-0.4, -0.1, "seconds", 0, "the same"),
        (None, None, "offences", 0, ""),
    ],
)
def test_changes(change: float | None, per_cent: float | None, unit: str, decimals: int, said: str) -> None:
    assert change_words(change, per_cent, unit, decimals) == said


def test_periods() -> None:
    assert period_label(dt.date(2023, 4, 1), dt.date(2023, 6, 30)) == "2023/24 Q1"
    assert period_label(dt.date(2023, 1, 1), dt.date(2023, 3, 31)) == "2022/23 Q4"
    assert period_label(dt.date(2023, 4, 1), dt.date(2023, 4, 30)) == "Apr 2023"
    assert period_label(dt.date(2024, 2, 1), dt.date(2024, 2, 29)) == "Feb 2024"
    assert span_words(dt.date(2015, 4, 1), dt.date(2016, 3, 31)) == "April 2015 to March 2016"
    assert span_words(dt.date(2023, 5, 1), dt.date(2023, 5, 31)) == "May 2023"


def test_lists() -> None:
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_sentence_that_lacks_a_value_or_does_not_exist_is_a_fault() -> None:
    assert say("figure_missing", period="Apr 2023") == "No data was received for Apr 2023."
    with pytest.raises(KeyError):
        say("figure_missing")
    with pytest.raises(KeyError):
        say("no_such_sentence")


@pytest.mark.parametrize("name", ["row_rate", "row_rate_none"])
def test_a_rate_says_that_it_is_of_twelve_months(name: str) -> None:
    """It stands under the quarter's figures, and would else be read as the quarter's."""
    said = say(name, place="South West", year=2020)
    assert said.startswith("Twelve months, per 1,000 people") and said.endswith(": South West")


BANNED = ("target", "RAG", "red", "amber", "green", "threshold", "on track", "off track")


@pytest.mark.parametrize("name", ["sentences.yml", "words.yml"])
def test_no_word_of_a_rating_stands_in_the_products_own_words(name: str) -> None:
    words = yaml.safe_load((TEMPLATES / name).read_text(encoding="utf-8"))
    found = [
        (key, banned)
        for key, text in words.items()
        for banned in BANNED
        if re.search(rf"\b{banned}s?\b", text, re.IGNORECASE)
    ]
    assert found == []


HEAD = """---
objective: violence
date: 2023-08-25
author: The office
illustrative: true
---
"""
BODY = """
## Commentary and context

Said **so**, with a [page](https://example.org/a).

## What the Commissioner is doing

- one thing
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ours" / "narrative" / "2023-09-14"
    made.mkdir(parents=True)
    return made


def written(folder: Path, text: str, name: str = "violence.md") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_commentary_is_read_in_its_two_parts(folder: Path) -> None:
    written(folder, HEAD + BODY)
    written(folder, "how to write these", "README.md")
    found = read_narratives(folder, AS_OF)
    assert list(found) == ["violence"]
    one = found["violence"]
    assert one.commentary_html == '<p>Said <strong>so</strong>, with a <a href="https://example.org/a">page</a>.</p>'
    assert "<li>one thing</li>" in one.doing_html and one.front.author == "The office"


def test_a_part_that_was_not_supplied_is_empty_and_rules_in_the_text_are_no_front_matter(folder: Path) -> None:
    one = read_narratives(written(folder, HEAD + "## Commentary and context\n\nText\n\n---\n\nMore\n"), AS_OF)[
        "violence"
    ]
    assert "Text" in one.commentary_html and "More" in one.commentary_html and one.doing_html == ""


def test_a_folder_that_is_not_there_holds_no_commentary(folder: Path) -> None:
    assert read_narratives(folder / "none", AS_OF) == {}


def test_a_commentary_dated_after_the_day_of_the_briefing_is_left_out(folder: Path) -> None:
    written(folder, HEAD.replace("2023-08-25", "2023-09-02") + BODY)
    assert read_narratives(folder, AS_OF) == {}
    assert list(read_narratives(folder, dt.date(2023, 9, 2))) == ["violence"]


def test_scripts_styles_and_links_elsewhere_are_removed(folder: Path) -> None:
    nasty = (
        "<script>alert(1)</script>\n\n<b onclick='x()'>bold</b> [go](javascript:alert(1)) ![i](https://example.org/i)"
    )
    one = read_narratives(written(folder, f"{HEAD}## Commentary and context\n\n{nasty}\n"), AS_OF)["violence"]
    tags = set(re.findall(r"<(\w+)", one.commentary_html))
    assert tags <= {"p"} and "href" not in one.commentary_html


@pytest.mark.parametrize(
    ("text", "line", "says", "remedy"),
    [
        ("Just text\n", 1, "no front matter", "Begin with ---"),
        ("---\nobjective: violence\n", 1, "no front matter", "end it with ---"),
        ("", 1, "no front matter", "Begin with ---"),
        (HEAD + "\n## Summary\n\nText\n", 8, "'Summary' is not a part", "What the Commissioner is"),
        (HEAD + BODY + BODY.partition("\n## What")[0], 16, "stands twice", "Commentary and context"),
        (HEAD + "\nFirst words\n\n" + BODY, 8, "text before the first part", "Put it under"),
        (HEAD.replace("true", "false") + BODY, 1, "names no source", "illustrative: true"),
        (HEAD.replace("author: The office\n", "") + BODY, 2, "'author' is missing", "Add 'author:'"),
        (HEAD.replace("2023-08-25", "soon") + BODY, 3, "date 'soon' is not a date", "2023-09-14"),
        (HEAD.replace("2023-08-25", "2023-02-30") + BODY, 3, "'2023-02-30' cannot be read", "Mend it"),
        (HEAD.replace("author:", "target: 5\nauthor:") + BODY, 4, "'target' is not a setting", "Remove it"),
        (HEAD.replace("author:", "objective: b\nauthor:") + BODY, 4, "given twice", "Keep one"),
        (HEAD.replace("author: The", "author: [The") + BODY, 5, "not YAML", "this line"),
        (HEAD.replace("violence", "violense") + BODY, 2, "no objective 'violense'", "Did you mean 'violence'?"),
        ("---\n- a\n---\n" + BODY, 2, "should be a mapping", "'key: value'"),
    ],
    ids=lambda value: None if isinstance(value, str) and "\n" in value else value,
)
def test_a_fault_in_a_commentary_is_told_with_line_and_remedy(
    folder: Path, text: str, line: int, says: str, remedy: str
) -> None:
    with pytest.raises(PlanFaults, match=r"^ours: 1 fault in the panel's files:\n") as caught:
        read_narratives(written(folder, text), AS_OF, {"violence", "victims"})
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("narrative/2023-09-14/violence.md", line), fault.text()
    assert says in fault.message and remedy in fault.remedy, fault.text()


def test_every_fault_of_every_commentary_is_told_at_once(folder: Path) -> None:
    wrong = HEAD.replace("2023-08-25", "soon").replace("violence", "violense").replace("illustrative: true\n", "")
    written(folder, f"{wrong}First words\n\n## Summary\n\n{BODY}")
    (folder / "victims.md").write_bytes(b"---\nauthor: caf\xe9\n---\n")
    told = narrative_faults(folder, {"violence"})
    assert [(one.file.rpartition("/")[2], one.line) for one in told] == [
        ("victims.md", 2), ("violence.md", 3), ("violence.md", 2), ("violence.md", 1), ("violence.md", 6),
        ("violence.md", 8),
    ]  # fmt: skip
    assert len(narrative_faults(folder, None)) == len(told) - 1  # nothing is said of an objective that may exist


def test_two_files_for_one_objective_are_a_fault(folder: Path) -> None:
    written(folder, HEAD + BODY, "again.md")
    with pytest.raises(PlanFaults, match=r"14/violence.md, line 1: this is a second file for the objective 'violence'"):
        read_narratives(written(folder, HEAD + BODY), AS_OF)


def test_the_examples_commentary_is_read() -> None:
    found = read_narratives(EXAMPLE / "narrative" / "2023-09-14", AS_OF)
    assert set(found) == {"communities", "violence"}
    assert all(one.commentary_html for one in found.values())
