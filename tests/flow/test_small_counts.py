"""Small counts of a return, through the whole job: no output knows what is withheld."""

from __future__ import annotations

import email
import re
from pathlib import Path

import pytest

from flows.settings import EXAMPLE
from flows.tracing import trace_text
from tests.flow.preparing import MEETING, SERVICE, copy_panel, figures, job_for, page, prepare

# Complaints of the reported quarter in the two areas; both add up to the same.
ONE_TRUTH = {"Wiltshire UA": (3, 8, 9), "Swindon UA": (40, 41, 42)}
ANOTHER = {"Wiltshire UA": (4, 10, 6), "Swindon UA": (39, 39, 45)}


def _prepared(folder: Path, truth: dict[str, tuple[int, ...]]) -> Path:
    panel = copy_panel(folder)
    text = (panel / SERVICE).read_text(encoding="utf-8")
    whole = {"Wiltshire": tuple(map(sum, zip(*truth.values(), strict=True)))}
    for area, counts in {**truth, **whole}.items():
        for month, count in zip(("04", "05", "06"), counts, strict=True):
            record = f"complaints,{area},2023-{month},"
            text, changed = re.subn(rf"(?m)^{record}\d+,", f"{record}{count},", text)
            assert changed == 1
    # The year before is small as well: a sudden fall would be taken for half a delivery.
    for year_month in [f"2022-{month:02}" for month in range(4, 13)] + ["2023-01", "2023-02", "2023-03"]:
        for area, count in (("Wiltshire UA", 8), ("Swindon UA", 41), ("Wiltshire", 49)):
            text = re.sub(rf"(?m)^(complaints,{area},{year_month},)\d+,", rf"\g<1>{count},", text)
    (panel / SERVICE).write_text(text, encoding="utf-8")
    return prepare(job_for(panel, folder / "home"))


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folders of two editions that differ only in what is withheld."""
    return _prepared(tmp_path_factory.mktemp("one"), ONE_TRUTH), _prepared(tmp_path_factory.mktemp("other"), ANOTHER)


def test_outputs_are_the_same_whatever_is_withheld(editions: tuple[Path, Path]) -> None:
    for name in ("briefing.html", "figures.csv"):
        one, other = (_without_hashes((edition / name).read_text(encoding="utf-8"), edition) for edition in editions)
        assert one == other, name
    one, other = (_email(edition) for edition in editions)
    assert len(one) > 1
    assert one == other
    traces = [trace_text(edition.parents[2], str(MEETING), "complaints", "2023/24 Q1", "") for edition in editions]
    assert "= [c]" in traces[0]
    one, other = (re.sub(r"\b[0-9a-f]{8,64}\b|edition .*", "", text) for text in traces)
    assert one == other


def _email(edition: Path) -> list[str]:
    """Return the parts of the edition's email: its texts, and its pictures as latin letters."""
    message = email.message_from_bytes((edition / "email.eml").read_bytes())
    leaves = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    texts = [_without_hashes(leaf.decode("latin-1"), edition) for leaf in leaves if isinstance(leaf, bytes)]
    return [re.sub(r"cid:\S+?@", "cid:", text) for text in texts]


def _without_hashes(text: str, edition: Path) -> str:
    reference = re.search(r'"inputs_sha256": "([0-9a-f]{8})', (edition / "provenance.json").read_text())
    assert reference
    return re.sub(r"service_return-[0-9a-f]{12}", "", text.replace(reference[1], ""))


def test_withheld_is_marked_and_is_not_missing(editions: tuple[Path, Path]) -> None:
    rows = [row for row in figures(editions[0]) if row["indicator"] == "complaints"]
    withheld = {(row["area"], row["period_start"]) for row in rows if row["mark"] == "[c]"}
    assert withheld == {(area, f"2023-0{month}-01") for area in ONE_TRUTH for month in (4, 5, 6)}
    for row in rows:
        if row["mark"]:
            assert (row["numerator"], row["value"], row["received_parts"]) == ("", "", row["expected_parts"])
    assert sum(row["mark"] == "[c]" for row in figures(editions[0])) == len(withheld)


def test_a_small_quarter_is_said_to_be_confidential_on_the_page(tmp_path: Path) -> None:
    edition = _prepared(tmp_path, {"Wiltshire UA": (1, 0, 2), "Swindon UA": (40, 41, 42)})
    text = page(edition)
    assert "[c]" in text
    assert "[c]: confidential" in text
    rows = [row for row in figures(edition) if row["indicator"] == "complaints"]
    shown = {(row["area"], row["period_end"]): row["value"] for row in rows if row["period_start"] == "2023-04-01"}
    assert shown["Wiltshire UA", "2023-06-30"] == shown["Swindon UA", "2023-06-30"] == ""
    assert shown["Wiltshire", "2023-06-30"] == "126"


def test_the_example_holds_no_small_count(tmp_path: Path) -> None:
    edition = prepare(job_for(EXAMPLE, tmp_path))
    assert "[c]" not in page(edition)
    assert {row["mark"] for row in figures(edition)} == {""}
