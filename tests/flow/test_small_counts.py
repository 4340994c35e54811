"""Small counts of a return, through the whole job: no output knows what is withheld."""

from __future__ import annotations

import csv
import datetime as dt
import email
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from flows.review.deciding import decide
from flows.review.holding import kept_review, read_review
from flows.settings import EXAMPLE
from flows.tracing import trace_text
from tests.flow.held import hold_again, prepared
from tests.flow.preparing import AS_OF, MEETING, SERVICE, copy_panel, edit, figures, job_for, page, prepare, set_source
from tests.pdf_text import paper_texts

# Complaints of the reported quarter in the two areas; both add up to the same.
ONE_TRUTH = {"Wiltshire UA": (3, 8, 9), "Swindon UA": (40, 41, 42)}
ANOTHER = {"Wiltshire UA": (4, 10, 6), "Swindon UA": (39, 39, 45)}
# Here May is so far below the usual that the briefing is held.
ONE_FALL = {"Wiltshire UA": (8, 45, 9), "Swindon UA": (40, 3, 42)}
ANOTHER_FALL = {"Wiltshire UA": (9, 44, 9), "Swindon UA": (39, 4, 42)}


def _prepared(folder: Path, truth: dict[str, tuple[int, ...]]) -> Path:
    return prepare(job_for(_panel(folder, truth), folder / "home"))


def _accepted(folder: Path, truth: dict[str, tuple[int, ...]]) -> Path:
    """Return the edition after what holds the briefing has been accepted."""
    job = job_for(_panel(folder, truth), folder / "home")
    hold_again(job)
    for one in kept_review(job.home)[0].holding:
        decide(job.home, "", one.id, "accepted", who="A. Officer", reason="Known.", today=AS_OF)
    return prepared(job)


def _panel(folder: Path, truth: dict[str, tuple[int, ...]]) -> Path:
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
    return panel


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folders of two editions that differ only in what is withheld."""
    return _prepared(tmp_path_factory.mktemp("one"), ONE_TRUTH), _prepared(tmp_path_factory.mktemp("other"), ANOTHER)


def test_outputs_are_the_same_whatever_is_withheld(editions: tuple[Path, Path]) -> None:
    _assert_alike(editions)
    traces = [trace_text(edition.parents[2], str(MEETING), "complaints", "2023/24 Q1", "") for edition in editions]
    assert "= [c]" in traces[0]
    one, other = (re.sub(r"\b[0-9a-f]{8,64}\b|edition .*", "", text) for text in traces)
    assert one == other


def test_a_check_that_failed_for_a_small_count_does_not_tell_it(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    editions = _accepted(tmp_path / "one", ONE_FALL), _accepted(tmp_path / "other", ANOTHER_FALL)
    _assert_alike(editions)
    accepted = [one for one in read_review(editions[0] / "review").failures if one.state == "accepted"]
    (failure,) = (one for one in accepted if one.expectation == "no_figure_collapses")
    assert "numerator 3.0" in failure.came, "the officer sees it"
    told = "was the whole of it delivered? Complaints logged, Swindon Borough area, May 2023. A. Officer"
    assert told in " ".join(re.sub("<[^>]+>", " ", page(editions[0])).split())
    printed = ["".join("".join(paper_texts((one / "briefing.pdf").read_bytes())).split()) for one in editions]
    assert told.replace(" ", "") in printed[0]
    one, other = (_without_hashes(text, edition) for text, edition in zip(printed, editions, strict=True))
    assert one == other


def _assert_alike(editions: tuple[Path, Path]) -> None:
    for name in ("briefing.html", "figures.csv"):
        one, other = (_without_hashes((edition / name).read_text(encoding="utf-8"), edition) for edition in editions)
        assert one == other, name
    one, other = (_email(edition) for edition in editions)
    assert len(one) > 1
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


def test_a_small_quarter_is_said_to_be_confidential_on_the_page(tmp_path: Path) -> None:
    edition = _prepared(tmp_path, {"Wiltshire UA": (1, 0, 2), "Swindon UA": (40, 41, 42)})
    text = page(edition)
    assert "[c]" in text
    assert "[c]: confidential" in text
    rows = [row for row in figures(edition) if row["indicator"] == "complaints"]
    shown = {(row["area"], row["period_end"]): row["value"] for row in rows if row["period_start"] == "2023-04-01"}
    assert shown["Wiltshire UA", "2023-06-30"] == shown["Swindon UA", "2023-06-30"] == ""
    assert shown["Wiltshire", "2023-06-30"] == "126"


def _limit(panel: Path, below: int) -> None:
    edit(panel / "panel.yml", lambda content: content.update(suppression={"below": below}))


def test_a_correction_of_what_is_withheld_is_told_without_its_values(tmp_path: Path) -> None:
    panel = _panel(tmp_path, {"Wiltshire UA": (8, 8, 9), "Swindon UA": (40, 45, 42)})
    _limit(panel, 10)
    path = panel / SERVICE
    text = path.read_text(encoding="utf-8").replace(
        "complaints,Wiltshire,2023-05,53,", "complaints,Wiltshire,2023-05,42,"
    )
    calls = "calls_999_within_10_seconds,Wiltshire,2019-04"
    text = text.replace(f"{calls},8217,", f"{calls},8317,")
    path.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    common = {"extract": hashlib.sha256(path.read_bytes()).hexdigest(), "table": "stg_force_return"}
    common |= {"column": "numerator", "reason": "Typed wrong.", "who": "An officer", "when": "2023-08-20"}
    made = {
        "complaints,Swindon UA,2023-05": (45, "35.0"),
        "complaints,Wiltshire UA,2023-05": (8, " 7"),
        calls: (8317, 8217),
    }
    entries = [
        {**common, "record": next(at for at, line in enumerate(lines, start=1) if line.startswith(f"{place},")),
         "expect": before, "value": str(after)}
        for place, (before, after) in made.items()
    ]  # fmt: skip
    (panel / "corrections.yml").write_text(yaml.safe_dump({"corrections": entries}), encoding="utf-8")
    edition = prepared(job_for(panel, tmp_path / "home"))
    told = page(edition)
    assert told.count("the numerator stood as a confidential value and counts as a confidential value.") == 2
    assert told.count("the numerator stood as ‘8317’ and counts as ‘8217’.") == 1
    traced = trace_text(tmp_path / "home", "", "complaints", "2023/24 Q1", "")
    assert traced.count("numerator corrected to [c]; the file has numerator [c] (Typed wrong.") == 2
    assert "45" not in traced and "'8'" not in traced


def test_what_stood_there_cannot_be_had_by_subtraction_from_what_is_shown(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    path = panel / SERVICE
    text = path.read_text(encoding="utf-8")
    entries = []
    # As sent, three complaints of Swindon and 53 of the force; the 50 of the other area are shown.
    for place, stood, counts in (("Swindon UA", 3, 28), ("Wiltshire", 53, 78)):
        record = f"complaints,{place},2023-06,"
        assert text.count(f"{record}{counts},") == 1
        text = text.replace(f"{record}{counts},", f"{record}{stood},")
        at = next(at for at, line in enumerate(text.splitlines(), start=1) if line.startswith(record))
        entries.append({"record": at, "expect": stood, "value": counts})
    path.write_text(text, encoding="utf-8")
    common = {"extract": hashlib.sha256(path.read_bytes()).hexdigest(), "table": "stg_force_return"}
    common |= {"column": "numerator", "reason": "Typed wrong.", "who": "An officer", "when": "2023-08-20"}
    corrections = [{**common, **one} for one in entries]
    (panel / "corrections.yml").write_text(yaml.safe_dump({"corrections": corrections}), encoding="utf-8")
    edition = prepare(job_for(panel, tmp_path / "home"))
    shown = [row for row in figures(edition) if (row["area"], row["period_end"]) == ("Wiltshire UA", "2023-06-30")]
    assert "50" in [row["value"] for row in shown if row["indicator"] == "complaints"]
    told = " ".join(re.sub("<[^>]+>", " ", page(edition)).split())
    assert told.count("stood as a confidential value and counts as a confidential value.") == len(entries)
    assert "stood as ‘" not in told
    printed = "".join("".join(paper_texts((edition / "briefing.pdf").read_bytes())).split())
    assert "aconfidentialvalue" in printed and "stoodas‘" not in printed
    assert not any("stood as ‘" in part for part in _email(edition))
    for area in ("Wiltshire", "Swindon UA"):
        traced = trace_text(tmp_path / "home", "", "complaints", "2023-06", area)
        assert "the file has numerator [c]" in traced and "the file has numerator '" not in traced


def test_a_month_that_becomes_small_cannot_be_told_from_the_paper_before(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    for source in ("home_office_prc", "service_return"):
        set_source(panel, source, received=None)
    path = panel / SERVICE
    held = dict(re.findall(r"(?m)^complaints,(Wiltshire|Swindon UA),2023-01,(\d+),", path.read_text(encoding="utf-8")))
    earlier = replace(job_for(panel, tmp_path / "home", dt.date(2023, 7, 1)), meeting=dt.date(2023, 6, 13))
    shown = [
        row for row in figures(prepare(earlier)) if row["indicator"] == "complaints" and row["area"] == "Swindon UA"
    ]
    assert held["Swindon UA"] in [row["value"] for row in shown if row["period_start"] == "2023-01-01"]
    text = path.read_text(encoding="utf-8")
    for area, now in (("Swindon UA", 4), ("Wiltshire", int(held["Wiltshire"]) - int(held["Swindon UA"]) + 4)):
        text = text.replace(f"complaints,{area},2023-01,{held[area]},", f"complaints,{area},2023-01,{now},")
    path.write_text(text, encoding="utf-8")
    edition = prepared(job_for(panel, tmp_path / "home"))
    rows = [row for row in figures(edition) if row["indicator"] == "complaints" and row["period_start"] == "2023-01-01"]
    marks = {(row["area"], row["period_end"][5:7]): row["mark"] for row in rows}
    local = {(area, end): "[c]" for area in ("Swindon UA", "Wiltshire UA") for end in ("01", "03")}
    assert marks == {**local, ("Wiltshire", "01"): "", ("Wiltshire", "03"): ""}
    with (edition / "revisions.csv").open(encoding="utf-8", newline="") as stream:
        revised = {row["area"] for row in csv.DictReader(stream) if row["indicator"] == "complaints"}
    assert revised == {"Wiltshire"}
    warned = "revised by more than 25 % since the file before: Complaints logged, Swindon Borough area, January 2023"
    assert warned in " ".join(re.sub("<[^>]+>", " ", page(edition)).split())


def test_the_example_withholds_local_months_of_two_shares_and_nothing_that_is_printed(tmp_path: Path) -> None:
    edition = prepare(job_for(EXAMPLE, tmp_path))
    assert "[c]" not in page(edition)
    withheld = [row for row in figures(edition) if row["mark"]]
    assert {row["indicator"] for row in withheld} == {"recording_compliance", "victim_satisfaction"}
    assert {row["area"] for row in withheld} == {"Wiltshire UA", "Swindon UA"}
    assert {row["period_end"][:7] == row["period_start"][:7] for row in withheld} == {True}, "no quarter"
