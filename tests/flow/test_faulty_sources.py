"""What does not arrive, or arrives damaged: the briefing stops or goes on as configured, and prints no wrong figure."""

from __future__ import annotations

import datetime as dt
import gzip
import html
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.calendar import next_performance_meeting
from flows.editions import newest_edition, passing_work, same_edition
from flows.errors import BriefingHeld, MissingSource, PanelbriefError, UnreadableFile
from flows.plan.loader import PlanFaults, load_plan
from flows.settings import EXAMPLE
from flows.stages.brief import FIGURE_COLUMNS
from tests.flow.preparing import (
    AS_OF,
    HOME_OFFICE,
    MEETING,
    SERVICE,
    assert_nothing_made,
    assert_whole,
    copy_panel,
    edit,
    extract,
    figures,
    indicators_of,
    job_for,
    page,
    prepare,
    set_source,
)

NASTY = '<script>alert("1")</script> O\'Brien & "Sons" #strong[*b*] $x^2$ @ref \\ {{ 7*7 }} {% x %}'


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the example's edition, made without a fault."""
    return prepare(job_for(EXAMPLE, tmp_path_factory.mktemp("sound")))


def _remove_folder(panel: Path, file: Path) -> None:
    shutil.rmtree(file.parent)


def _remove_file(panel: Path, file: Path) -> None:
    file.unlink()


def _empty(panel: Path, file: Path) -> None:
    file.write_bytes(b"")


def _rename_column(panel: Path, file: Path) -> None:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    column = b"Offence Subgroup" if file.suffix == ".gz" else b"numerator"
    head, body = content.split(b"\n", 1)
    assert column in head
    changed = head.replace(column, b"Something else") + b"\n" + body
    file.write_bytes(gzip.compress(changed) if file.suffix == ".gz" else changed)


def _cut_short(panel: Path, file: Path) -> None:
    if file.suffix != ".gz":  # the plain return is sent in a zip here
        zipped = file.with_suffix(".zip")
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, file.name)
        file.unlink()
        file = zipped
        set_source(panel, "service_return", pattern="*.zip")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def _web_page(panel: Path, file: Path) -> None:
    file.write_bytes(b"<!DOCTYPE html><html><title>Please log in</title></html>")


SOURCES = {"home_office_prc": HOME_OFFICE, "service_return": SERVICE}
# Figures of the reported quarter as the page prints them: shoplifting, and calls to 101 abandoned.
PRINTED = {"home_office_prc": r"\b1,057\b", "service_return": r"\b11\.9 ?%"}
# What is done to the file, and which words say so.
NOT_THERE: list[tuple[Callable[[Path, Path], None], str]] = [
    (_remove_folder, "no file had been received by 2023-09-01"),
    (_remove_file, "no file had been received by 2023-09-01"),
    (_cut_short, "is still arriving or was cut short"),
]
UNREADABLE: list[tuple[Callable[[Path, Path], None], str]] = [
    (_empty, "is empty (0 bytes)"),
    (_rename_column, "column"),
    (_web_page, "is a web page"),
]


def _spoil(tmp_path: Path, source: str, spoil: Callable[[Path, Path], None], *, required: bool) -> Path:
    panel = copy_panel(tmp_path)
    spoil(panel, panel / SOURCES[source])
    set_source(panel, source, required=required)
    return panel


@pytest.mark.parametrize(("spoil", "words"), NOT_THERE)
@pytest.mark.parametrize("source", list(SOURCES))
def test_a_required_source_that_is_not_there_stops_the_run(
    tmp_path: Path, source: str, spoil: Callable[[Path, Path], None], words: str
) -> None:
    job = job_for(_spoil(tmp_path, source, spoil, required=True), tmp_path / "home")
    with pytest.raises(MissingSource) as raised:
        prepare(job)
    text = raised.value.text()
    assert load_plan(job.panel).source(source).title in text
    assert words in text
    assert f"extracts/{source}" in text
    assert "required: false" in text
    assert str(tmp_path) not in text
    assert_nothing_made(job)
    assert not job.editions.exists()


@pytest.mark.parametrize(("spoil", "words"), UNREADABLE)
@pytest.mark.parametrize("source", list(SOURCES))
def test_a_required_file_that_cannot_be_read_stops_the_run(
    tmp_path: Path, source: str, spoil: Callable[[Path, Path], None], words: str
) -> None:
    panel = _spoil(tmp_path, source, spoil, required=True)
    job = job_for(panel, tmp_path / "home")
    with pytest.raises(UnreadableFile) as raised, passing_work(job):
        prepare(job)
    (file,) = ((panel / SOURCES[source]).parent).glob(load_plan(panel).source(source).pattern)
    assert file.name in raised.value.where
    assert words in raised.value.text()
    assert raised.value.remedy
    assert str(tmp_path) not in raised.value.text()
    assert_nothing_made(job)
    assert not job.work.exists()
    assert newest_edition(job.home) is None


def test_a_required_source_with_a_header_alone_holds_the_briefing(tmp_path: Path) -> None:
    """Another source of the same layout has rows, so the table has; one that may be missing may also be empty."""
    panel = copy_panel(tmp_path)
    (panel / SERVICE).write_text("measure,area,period,numerator,denominator,note\n", encoding="utf-8")
    job = job_for(panel, tmp_path / "home")
    told = "1 required source without a single row in what was received: title Monthly service return, received service"
    with pytest.raises(BriefingHeld, match=told), passing_work(job):
        prepare(job)
    assert_nothing_made(job)
    set_source(panel, "service_return", required=False)
    assert "1 file received without any row in it." in _words(prepare(job))


def _words(edition: Path) -> str:
    """Return the words of an edition's page, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page(edition))).split())


def _assert_goes_on_without(edition: Path, sound: Path, source: str, words: str) -> None:
    """Assert that an edition says what is missing, has no figure made from it, and all others as they should be."""
    assert_whole(edition)
    text = _words(edition)
    title = load_plan(EXAMPLE).source(source).title
    cannot = text[text.index("What cannot be told yet") :]
    assert title in cannot
    assert words in cannot
    assert f"{title}. Nothing from it is used in this paper." in text
    assert "Nothing from it is used" not in _words(sound)
    for name, figure in PRINTED.items():
        assert re.search(figure, _words(sound))
        assert bool(re.search(figure, _words(edition))) == (name != source)
    for file in (edition / "briefing.html", edition / "plan.json", edition / "extracts.json"):
        assert str(edition.parents[3]) not in file.read_text(encoding="utf-8")
    without = indicators_of(source)
    seen = 0
    assert len(figures(edition)) == len(figures(sound))
    for row, right in zip(figures(edition), figures(sound), strict=True):
        if row["indicator"] in without:
            seen += 1
            assert (row["value"], row["numerator"], row["denominator"], row["extract_id"]) == ("", "", "", ""), row
            assert row["received_parts"] == "0"
            assert row["expected_parts"] == right["expected_parts"]
        else:
            assert row == right
    assert seen > 700


@pytest.mark.parametrize(
    ("source", "spoil", "words"),
    [
        *(("home_office_prc", *one) for one in (NOT_THERE[0], NOT_THERE[2], *UNREADABLE)),
        *(("service_return", *one) for one in (NOT_THERE[1], NOT_THERE[2], UNREADABLE[2])),
    ],
)
def test_without_a_source_that_may_be_missing_the_briefing_says_so(
    tmp_path: Path, sound: Path, source: str, spoil: Callable[[Path, Path], None], words: str
) -> None:
    job = job_for(_spoil(tmp_path, source, spoil, required=False), tmp_path / "home")
    _assert_goes_on_without(prepare(job), sound, source, words)


def _without_its_last_bytes(folder: Path, left_out: int) -> Path:
    """Return a panel whose Home Office table lacks its last bytes."""
    panel = copy_panel(folder)
    content = gzip.decompress((panel / HOME_OFFICE).read_bytes())
    assert content.endswith(b",Wiltshire,Violence against the person,Violence without injury,1854\n")
    (panel / HOME_OFFICE).with_suffix("").write_bytes(content[:-left_out])
    (panel / HOME_OFFICE).unlink()
    set_source(panel, "home_office_prc", pattern="*.csv")
    return panel


def test_a_table_without_its_last_lines_end_is_doubted_in_the_paper(tmp_path: Path) -> None:
    """The last number reads as a whole one, so nothing else would tell a reader that it may be wrong."""
    panel = _without_its_last_bytes(tmp_path, 1)
    text = _words(prepare(job_for(panel, tmp_path / "home")))
    assert "1 file may be cut short, for the last line has no end." in text
    assert "whole? Violence without injury, Wiltshire Police area, April to June 2023, recorded-crime-" in text


def test_a_table_cut_inside_its_last_number_is_held(tmp_path: Path) -> None:
    """Of 1854 only 18 is left."""
    panel = _without_its_last_bytes(tmp_path, 3)
    with pytest.raises(BriefingHeld, match="offences 18, usual"):
        prepare(job_for(panel, tmp_path / "home"))


def test_a_measure_sent_for_the_force_alone_is_told_in_words(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    lines = (panel / SERVICE).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not re.match(r"complaints,(Wiltshire UA|Swindon UA),", line)]
    assert len(kept) == len(lines) - 2 * 51
    (panel / SERVICE).write_text("".join(kept), encoding="utf-8")
    text = _words(prepare(job_for(panel, tmp_path / "home")))
    which = "Complaints logged, Wiltshire Police area, not received for Swindon Borough area and Wiltshire Council area"
    assert f"so there is no figure of it: {which}, April 2019 to June 2023." in text
    assert "Complaints logged: None of the 6 returns that the figure is made of was received for 2023/24 Q1." in text


def test_a_source_received_after_the_day_is_left_out(tmp_path: Path, sound: Path) -> None:
    """As of a day before the Home Office table was received, its figures are not known, though its file is there."""
    panel = copy_panel(tmp_path)
    early = dt.date(2023, 8, 15)
    with pytest.raises(MissingSource, match="no file had been received by 2023-08-15"):
        prepare(job_for(panel, tmp_path / "home", early))
    assert_nothing_made(job_for(panel, tmp_path / "home", early))
    set_source(panel, "home_office_prc", required=False)
    edition = prepare(job_for(panel, tmp_path / "home", early))
    _assert_goes_on_without(edition, sound, "home_office_prc", "no file had been received by 2023-08-15")
    record = json.loads((edition / "provenance.json").read_bytes())
    assert [one["source"] for one in record["extracts"]] == ["police_uk_counts", "population", "service_return"]


def _unbalance(panel: Path) -> bytes:
    """Make the force's first figure of the return more than its areas' sum, and return what stood in the file."""
    file = panel / SERVICE
    right = file.read_bytes()
    assert right.count(b",Wiltshire,2019-04,8217,") == 1
    file.write_bytes(right.replace(b",Wiltshire,2019-04,8217,", b",Wiltshire,2019-04,8317,"))
    return right


def test_a_critical_finding_holds_the_briefing_until_a_mended_file_arrives(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    right = _unbalance(panel)
    job = job_for(panel, tmp_path / "home")
    with pytest.raises(BriefingHeld) as raised, passing_work(job):
        prepare(job)
    text = raised.value.text()
    assert "1 row whose numerator is not the sum of its areas'" in text
    assert "8317" in text
    assert "held.json" in text
    (finding,) = json.loads(job.held.read_bytes())
    assert (finding["expectation"], finding["outcome"]) == ("numerators_add_up", "failed")
    assert sorted(path.name for path in job.editions.iterdir()) == ["held-outbox", "held.json", "review"]
    assert_nothing_made(job)

    # The same fault a second time is held a second time; a mended file of the same name goes through.
    with pytest.raises(BriefingHeld), passing_work(job):
        prepare(job)
    (panel / SERVICE).write_bytes(right)
    edition = prepare(job)
    assert edition.name == "draft-1"
    assert_whole(edition)
    assert not job.held.exists()
    assert len(list((edition / "outbox").glob("*.eml"))) == 2
    assert "8317" not in (edition / "figures.csv").read_text(encoding="utf-8")


def test_a_file_put_back_as_it_was_counts_as_it_is_now(tmp_path: Path) -> None:
    """Right, then wrong, then the right one again under the same name: what lies there last is what is used."""
    panel = copy_panel(tmp_path)
    job = job_for(panel, tmp_path / "home")
    first = extract(job)
    right = _unbalance(panel)
    assert extract(job) != first
    (panel / SERVICE).write_bytes(right)
    assert extract(job) == first


def test_the_same_bytes_under_two_names_are_one_extract(tmp_path: Path, sound: Path) -> None:
    panel = copy_panel(tmp_path)
    shutil.copy(panel / SERVICE, panel / "extracts" / "service_return" / "service-return-sent-again.csv")
    edition = prepare(job_for(panel, tmp_path / "home"))
    assert figures(edition) == figures(sound)
    record = json.loads((edition / "provenance.json").read_bytes())
    assert [one["name"] for one in record["extracts"] if one["source"] == "service_return"] == [Path(SERVICE).name]


def test_a_month_for_which_another_months_file_came_is_said_to_be_so(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    path = panel / SERVICE
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.unlink()
    for month in sorted({row.split(",")[2] for row in rows} - {"2023-06"}):
        of_month = [row for row in rows if row.split(",")[2] == month]
        path.with_name(f"return-{month}.csv").write_text("".join([head, *of_month]), encoding="utf-8")
    shutil.copyfile(path.with_name("return-2023-05.csv"), path.with_name("return-2023-06.csv"))
    expects = {"every": "month", "begins": dt.date(2023, 4, 1), "within_days": 21, "sender": "the data officer"}
    set_source(panel, "service_return", pattern="return-{YYYY-MM}.csv", expects=expects)
    edition = prepare(job_for(panel, tmp_path / "home"))
    said = (
        "what came for 2023-06 (return-2023-06.csv) is the same file as for 2023-05 (return-2023-05.csv), so what was"
        " due for 2023-06 is still missing."
    )
    paper, review = page(edition), (edition / "review" / "index.html").read_text(encoding="utf-8")
    assert said in " ".join(paper.split()) and said in " ".join(review.split())
    assert "had not sent what was due: 2023-06" not in paper
    assert str(tmp_path) not in paper
    path.with_name("return-2023-06.csv").unlink()
    without = prepare(job_for(panel, tmp_path / "other"))
    assert "had not sent what was due: 2023-06 (due 21 July 2023)" in page(without)
    assert said not in page(without)
    references = [json.loads((one / "provenance.json").read_bytes())["inputs_sha256"] for one in (edition, without)]
    assert references[0] != references[1], "the papers differ in words"


def test_a_changed_input_makes_another_draft(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    job = job_for(panel, tmp_path / "home")
    first = prepare(job)
    name = load_plan(panel).panel.name
    assert same_edition(job, name, extract(job)) == "draft-1"

    # A note on a row changes the file and no figure.
    file = panel / SERVICE
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = lines[1].rstrip("\n") + "counted again\n"
    file.write_text("".join(lines), encoding="utf-8")
    assert same_edition(job, name, extract(job)) == ""
    second = prepare(job)
    assert (first.name, second.name) == ("draft-1", "draft-2")
    assert (second / "provenance.json").read_bytes() != (first / "provenance.json").read_bytes()

    # So does what people write.
    kept = same_edition(job, name, extract(job))
    assert kept == "draft-2"
    (panel / "narrative" / str(MEETING) / "violence.md").unlink()
    assert same_edition(job, name, extract(job)) == ""

    # An edition that is no longer whole is made again; a copy beside it troubles nobody.
    (panel / "narrative").rename(panel / "elsewhere")
    third = prepare(job)
    shutil.copytree(third, third.with_name("draft-3 (copy)"))
    assert same_edition(job, name, extract(job)) == "draft-3"
    (third / "briefing.pdf").unlink()
    assert same_edition(job, name, extract(job)) == ""
    assert prepare(job).name == "draft-4"
    found = newest_edition(job.home)
    assert found is not None
    assert found.name == "draft-4"


def _nasty(panel: Path) -> None:
    def panel_file(content: Any) -> None:
        for key in ("name", "force", "commissioner", "author", "subject", "purpose"):
            content[key] = f"{content[key]} {NASTY}"
        content["asks"] = [NASTY]
        for area in content["areas"]:
            area["name"] = f"{area['name']} {NASTY}"
        content["comparators"][0]["name"] = NASTY
        content["glossary"][NASTY] = NASTY

    def titles(key: str, *fields: str) -> Callable[[Any], None]:
        def change(content: Any) -> None:
            for one in content[key]:
                for field in fields:
                    one[field] = f"{one.get(field, '')} {NASTY}"

        return change

    edit(panel / "panel.yml", panel_file)
    edit(panel / "indicators.yml", titles("indicators", "title", "counts", "unit", "note"))
    edit(panel / "sources.yml", titles("sources", "title", "publisher", "note"))
    edit(panel / "events.yml", titles("events", "title", "effect"))
    edit(panel / "events.yml", titles("rebases", "reason", "agreed_by", "agreed_at"))
    edit(panel / "records.yml", titles("records", "title", "text"))
    edit(panel / "meetings.yml", titles("meetings", "place"))
    edit(panel / "recipients.yml", titles("recipients", "name"))
    edit(panel / "plans.yml", titles("plans", "title"))
    narrative = panel / "narrative" / str(MEETING) / "violence.md"
    narrative.write_text(narrative.read_text(encoding="utf-8") + f"\n\n{NASTY}\n", encoding="utf-8")


def _keep_indicators(panel: Path, *kept: str) -> None:
    def indicators(content: Any) -> None:
        content["indicators"] = [{**one, "read_with": []} for one in content["indicators"] if one["id"] in kept]

    def mentions(key: str) -> Callable[[Any], None]:
        def change(content: Any) -> None:
            for one in content[key]:
                one["indicators"] = [name for name in one.get("indicators", []) if name in kept]

        return change

    edit(panel / "indicators.yml", indicators)
    edit(panel / "events.yml", mentions("events"))
    edit(panel / "events.yml", lambda content: content.update(rebases=[]))
    edit(panel / "records.yml", mentions("records"))


def _one_indicator(panel: Path) -> None:
    _keep_indicators(panel, "shoplifting")


def _no_indicator(panel: Path) -> None:
    _keep_indicators(panel)


def _no_people(panel: Path) -> None:
    """No indicators, records, events, recipients, comparators or narrative: only the files that must be there."""
    for name in ("indicators.yml", "records.yml", "events.yml", "recipients.yml"):
        (panel / name).unlink()
    shutil.rmtree(panel / "narrative")
    edit(panel / "panel.yml", lambda content: content.update(comparators=[], glossary={}))


def _no_data(panel: Path) -> None:
    shutil.rmtree(panel / "extracts")
    for source in ("home_office_prc", "police_uk_counts", "population", "service_return"):
        set_source(panel, source, required=False)


@pytest.mark.parametrize(
    ("spoil", "rows", "recipients"),
    [(_nasty, None, 2), (_one_indicator, 45, 2), (_no_indicator, 0, 2), (_no_people, 0, 0), (_no_data, None, 2)],
)
def test_an_unusual_panel_is_prepared_whole(
    tmp_path: Path, sound: Path, spoil: Callable[[Path], None], rows: int | None, recipients: int
) -> None:
    panel = copy_panel(tmp_path)
    spoil(panel)
    edition = prepare(job_for(panel, tmp_path / "home"))
    assert_whole(edition)
    header = (edition / "figures.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == ",".join(FIGURE_COLUMNS)
    expected = len(figures(sound)) if rows is None else rows
    assert len(figures(edition)) == expected
    assert len(list((edition / "outbox").glob("*.eml")) if recipients else []) == recipients
    text = page(edition)
    assert "<script" not in text.lower()
    for line in ("None", "NaN", "nan %", "inf %", "{{ 8", "49 "):
        assert f">{line}<" not in text
    if spoil is _no_data:
        assert all(row["value"] == "" and row["received_parts"] == "0" for row in figures(edition))
        assert "No standing indicator could be tested" in text
        assert "no file had been received by 2023-09-01" in text
    if spoil is _nasty:
        values = [{key: row[key] for key in row if key != "unit"} for row in figures(edition)]
        assert values == [{key: row[key] for key in row if key != "unit"} for row in figures(sound)]
        assert html.escape("<script>alert(", quote=False) in text


def test_an_indicator_that_begins_after_the_reported_quarter_does_is_said_to(tmp_path: Path) -> None:
    begins = {"shoplifting": "2023-07-01", "complaints": "2023-07-01", "victim_satisfaction": "2023-05-01"}

    def late(content: Any) -> None:
        for one in content["indicators"]:
            one["begins"] = begins.get(one["id"], one["begins"])

    panel = copy_panel(tmp_path)
    edit(panel / "indicators.yml", late)
    text = _words(prepare(job_for(panel, tmp_path / "home")))
    cannot = text[text.index("What cannot be told yet, and why:") :]
    for title, month in (
        ("Shoplifting", "July"),
        ("Complaints", "July"),
        ("Victims satisfied with the service", "May"),
    ):
        said = rf"{title}[^.]*: The figures begin in {month} 2023, so there is none for the whole of 2023/24 Q1\."
        assert re.search(said, cannot), title
    assert "Nothing can be told of this quarter, because the figures begin after its first day." in text


def test_commentary_on_an_objective_that_does_not_exist_stops_the_run(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    file = panel / "narrative" / str(MEETING) / "communities.md"
    file.write_text(file.read_text(encoding="utf-8").replace("objective: communities", "objective: communites"))
    job = job_for(panel, tmp_path / "home")
    told = r"narrative/2023-09-14/communities\.md, line 2: there is no objective 'communites'\. Did you mean"
    with pytest.raises(PlanFaults, match=told):
        prepare(job)
    assert_nothing_made(job)


def test_commentary_on_an_objective_that_the_meeting_does_not_look_into_is_said_to_be_left_out(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    file = panel / "narrative" / str(MEETING) / "communities.md"
    file.write_text(file.read_text(encoding="utf-8").replace("objective: communities", "objective: victims"))
    text = _words(prepare(job_for(panel, tmp_path / "home")))
    left_out = "this meeting does not look into this objective, so the commentary supplied on it is left out"
    assert f"Improve the experience of victims and deliver justice: {left_out}" in text
    assert text.count("The Commissioner's office has not yet supplied this.") == 3


def test_events_and_rebases_that_are_invented_say_so_wherever_they_are_printed(tmp_path: Path) -> None:
    def invent(content: Any) -> None:
        for one in content["events"]:
            if one["id"] == "pandemic-2020":
                del one["source"]
                one["illustrative"] = True

    panel = copy_panel(tmp_path)
    edit(panel / "events.yml", invent)
    edition = prepare(job_for(panel, tmp_path / "home"))
    text = _words(edition)
    for words in (
        "1 February 2022: New way to log complaints (Illustrative text)",  # under the chart
        "from February 2022 every expression of dissatisfaction is logged. (Illustrative text)",
        "a time when life stood still. (Illustrative text)",
        "(Example: working group on performance, 1 September 2017). (Illustrative text)",
    ):
        assert words in text
    # Those with a source are not marked.
    assert text.count("(Illustrative text)") == text.count("Pandemic year 2020/21 (Illustrative text)") + 5


def test_a_place_that_cannot_be_reached_is_said_without_its_path(tmp_path: Path) -> None:
    panel = copy_panel(tmp_path)
    set_source(panel, "service_return", location="nosuchplace://somewhere/folder")
    job = job_for(panel, tmp_path / "home")
    with pytest.raises(MissingSource) as raised:
        prepare(job)
    assert "nosuchplace://somewhere/folder/*.csv could not be reached" in raised.value.text()
    assert_nothing_made(job)


def test_a_job_for_a_meeting_that_takes_no_briefing_is_refused(tmp_path: Path) -> None:
    job = job_for(EXAMPLE, tmp_path / "home")
    with pytest.raises(PanelbriefError, match="budget meeting"):
        extract(type(job)(**{**vars(job), "meeting": dt.date(2023, 1, 12)}))
    assert_nothing_made(job)
    assert next_performance_meeting(load_plan(EXAMPLE), AS_OF).date == MEETING
