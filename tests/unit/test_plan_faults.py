"""Every wrong configuration is told with file, line and remedy, all at once, and never as a traceback."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flows import cli
from flows.errors import PanelbriefError
from flows.plan.loader import PlanFaults, load_plan
from flows.plan.models import FILES
from flows.plan.positions import Fault
from flows.settings import EXAMPLE

LATIN1 = "latin1"
GONE = "gone"


@dataclass(frozen=True)
class Case:
    """One wrong edit: in `file`, `old` becomes `new` (None: the whole file), and the fault is shown at `shown`.

    `shown` is text to look for in the edited file; its line (that of its last letter) is the line expected. `after`
    narrows both searches to what follows that text.
    """

    name: str
    file: str
    old: str | None
    new: str
    shown: str
    says: str
    remedy: str
    after: str = ""
    how: str = ""


def edited(text: str, case: Case) -> str:
    """Return the file's text with the case's edit."""
    if case.old is None:
        return case.new
    at = text.index(case.after)
    assert case.old in text[at:], case.name
    return text[:at] + text[at:].replace(case.old, case.new, 1)


def line_of(text: str, case: Case) -> int:
    """Return the line on which the fault stands: 1 if it is said of the whole file."""
    if not case.shown:
        return 1
    start = text.index(case.after)
    return text[: text.index(case.shown, start) + len(case.shown)].count("\n") + 1


EVENT = "- id: pandemic-2020"
WHOLE = None
CASES = (
    Case("broken YAML", "panel.yml", "parts: [Wiltshire UA, Swindon UA]", "parts: [Wiltshire UA, Swindon UA",
         "{code: Wiltshire UA, name", "not YAML", "the one above"),
    Case("text with a colon", "panel.yml", "subject: Police", "subject: Report: Police", "subject: Report:",
         "not YAML", "in quotes"),
    Case("a tab for indenting", "plans.yml", "    start: 2015-04-01", "\tstart: 2015-04-01", "\t",
         "not YAML", "spaces"),
    Case("a character that YAML refuses", "panel.yml", "Wiltshire Police and", "Wiltshire\0 Police and", "name: Wilt",
         "'\\x00' cannot stand", "Remove it"),
    Case("a key given twice", "panel.yml", "force: Wiltshire Police", "force: Wiltshire Police\nforce: Another",
         "force: Another", "'force' is given twice", "Keep one"),
    Case("a file missing", "plans.yml", WHOLE, "", "", "is missing", "Copy it from example/wiltshire", how=GONE),
    Case("an empty file", "sources.yml", WHOLE, "", "", "'sources:' has no entries", "Add one"),
    Case("a file of comments only", "meetings.yml", WHOLE, "# later\n", "", "'meetings:' has no entries", "Add one"),
    Case("an empty list", "sources.yml", WHOLE, "sources: []\n", "sources:", "'sources:' has no entries", "Add one"),
    Case("a list without its key", "recipients.yml", WHOLE, "- {role: clerk}\n", "", "should be a mapping",
         "Begin the file with 'recipients:'"),
    Case("a panel that is only text", "panel.yml", WHOLE, "Wiltshire\n", "", "should be a mapping", "such as 'name:'"),
    Case("a mapping instead of a list", "meetings.yml", WHOLE, "meetings:\n  date: 2023-09-14\n", "meetings:",
         "'meetings' should be a list", "Begin entries with '- '"),
    Case("an entry that is only text", "meetings.yml", "- {date: 2023-06-13, kind: performance}", "- 13 June",
         "- 13 June", "should be a mapping", "'key: value'"),
    Case("not UTF-8", "panel.yml", "Police effectiveness", "Caf\xe9 effectiveness", "Caf", "not UTF-8",
         "Save the file as UTF-8", how=LATIN1),
    Case("without end", "records.yml", WHOLE, "records: &all\n  - *all\n", "records:", "nested without end",
         "plain list"),
    Case("an unknown key, nearly right", "indicators.yml", "frequency: quarter", "frequncy: quarter", "frequncy",
         "'frequncy' is not a setting here", "Did you mean 'frequency'?", how="others"),
    Case("an unknown key, nothing like it", "panel.yml", "subject: Police", "zzz: 1\nsubject: Police", "zzz",
         "'zzz' is not a setting here", "docs/configuration.md"),
    Case("an unknown list", "events.yml", "\nrebases:", "\nrebase:", "\nrebase:", "'rebase' is not known here",
         "Did you mean 'rebases'?"),
    Case("a target", "indicators.yml", "unit: recorded offences", "target: 500\n    unit: x", "target: 500",
         "'target' is not a setting here", "the panel dropped these in 2015"),
    Case("a threshold", "indicators.yml", "unit: recorded offences", "alert_threshold: 5\n    unit: x",
         "alert_threshold", "'alert_threshold' is not a setting", "the panel dropped these in 2015"),
    Case("a RAG rating", "panel.yml", "deep_dive:", "RAG: true\ndeep_dive:", "RAG: true", "'RAG' is not a setting",
         "the panel dropped these in 2015"),
    Case("a missing key", "indicators.yml", "    title: Robbery\n", "", "- id: robbery", "'title' is missing",
         "Add 'title:'"),
    Case("a key without a value", "panel.yml", "author: Prepared by the panelbrief software as an example; it is not "
         "a paper of the panel or of any office", "author:", "author:", "author None does not fit", "valid string"),
    Case("a wrong type", "indicators.yml", "decimals: 1", "decimals: many", "decimals: many", "'many' does not fit",
         "Change it"),
    Case("a number out of range", "panel.yml", "months: 36", "months: 3", "months: 3", "months 3 does not fit",
         "greater than or equal to 13"),
    Case("an endless number", "indicators.yml", "decimals: 1", "decimals: 1\n    scale: .inf", "scale: .inf",
         "scale inf does not fit", "Change it"),
    Case("text where a list belongs", "indicators.yml", "objectives: [communities]", "objectives: communities",
         "objectives: communities", "does not fit", "valid tuple"),
    Case("a day that no month has", "meetings.yml", "2023-06-13", "2023-06-31", "2023-06-31", "'2023-06-31' cannot be",
         "Mend it"),
    Case("a date in another order", "plans.yml", "start: 2022-04-01", "start: 01/04/2022", "01/04/2022",
         "'01/04/2022' is not a date", "Write it as 2023-09-14"),
    Case("a year for a date", "indicators.yml", "begins: 2012-04-01", "begins: 2012", "begins: 2012",
         "2012 is not a date", "Write it as 2023-09-14"),
    Case("a value that denies its tag", "events.yml", "excludes_from_baselines: true",
         "excludes_from_baselines: !!bool perhaps", "perhaps", "'perhaps' cannot be read", "put it in quotes"),
    Case("a correction that corrects nothing", "corrections.yml", WHOLE,
         "corrections:\n- {extract: 0a1b2c3d4e5f, table: stg_population, record: 2, column: year, expect: 2021,\n"
         "   reason: R, who: W, when: 2023-08-20}\n", "- {extract", "has neither a value nor drop", "drop: true"),
    Case("a bad email", "recipients.yml", "democratic.services@example.org", "democratic.services",
         "democratic.services,", "is not an email address", "clerk@example.org"),
    Case("a bad address of a page", "plans.yml", "url: https://cms.wiltshire.gov.uk/mgAi.aspx?ID=101870",
         "url: cms.wiltshire", "url: cms", "is not an address", "beginning with https://"),
    Case("a bad id", "indicators.yml", "- id: robbery", "- id: Robbery!", "Robbery!", "'Robbery!' is not an id",
         "small letters", how="others"),
    Case("an unknown objective", "indicators.yml", "objectives: [violence]", "objectives: [violense]", "[violense]",
         "no objective 'violense'", "Did you mean 'violence'?"),
    Case("an unknown indicator beside", "indicators.yml", "read_with: [possession_of_weapons]", "read_with: [weapons]",
         "[weapons]", "no indicator 'weapons'", ""),
    Case("an unknown area", "indicators.yml", "areas: [Wiltshire]", "areas: [Wilts]", "[Wilts]", "no area 'Wilts'",
         "Did you mean 'Wiltshire'?"),
    Case("an unknown source", "indicators.yml", "source: home_office_prc", "source: home_office", "source: home_office",
         "no source 'home_office'", "Did you mean 'home_office_prc'?"),
    Case("an id twice", "indicators.yml", "- id: shoplifting", "- id: robbery", "- id: robbery",
         "the id 'robbery' is used twice", "its own id", after="- id: vehicle_crime"),
    Case("an objective twice", "plans.yml", "{id: p2017-victims", "{id: p2015-victims", "{id: p2015-victims",
         "objective 'p2015-victims' stands twice", "its own id", after="- id: plan-2017"),
    Case("plans that overlap", "plans.yml", "start: 2017-04-01", "start: 2017-03-31", "start: 2017-03-31",
         "starts before 'plan-2015' has ended", "One plan is in force"),
    Case("a plan that ends before it starts", "plans.yml", "end: 2025-03-31", "end: 2021-03-31", "end: 2021-03-31",
         "ends before it starts", "Swap"),
    Case("a plan without objectives", "plans.yml", WHOLE, "plans:\n  - id: one\n    title: One\n    objectives: []\n"
         "    start: 2022-04-01\n    end: 2025-03-31\n    source: {title: T, url: 'https://a.org', date: 2022-04-01}\n",
         "objectives: []", "objectives [] does not fit", "at least 1", how="others"),
    Case("a meeting twice", "meetings.yml", "2023-06-13", "2023-03-09", "{date: 2023-03-09",
         "of 2023-03-09 stands twice", "Keep one"),
    Case("a kind of meeting that is not known", "meetings.yml", "{date: 2023-06-13, kind: performance}",
         "{date: 2023-06-13, kind: quarterly}", "kind: quarterly", "'quarterly' is not known", "'performance'"),
    Case("not the end of a quarter", "meetings.yml", "{date: 2023-06-13, kind: performance}",
         "{date: 2023-06-13, kind: performance, quarter_ends: 2023-03-30}", "2023-03-30", "not the end of a quarter",
         "March, June, September or December"),
    Case("a deep dive at a budget meeting", "meetings.yml", "{date: 2024-01-18, kind: budget}",
         "{date: 2024-01-18, kind: budget, deep_dive: [violence]}", "deep_dive: [violence]",
         "a budget meeting takes no deep dive", "Remove deep_dive"),
    Case("a deep dive into nothing known", "meetings.yml", "deep_dive: [local_crime, victims]", "deep_dive: [crime]",
         "[crime]", "no objective 'crime'", ""),
    Case("an event without source", "events.yml", "    illustrative: true\n", "", "- id: complaints-2022",
         "neither a source nor", "public source"),
    Case("an event with both", "events.yml", "excludes_from_baselines: true",
         "illustrative: true\n    excludes_from_baselines: true", EVENT, "'pandemic-2020' has both", "illustrative"),
    Case("an exclusion without a reason", "events.yml", "why_excluded: >-", "effect_was: >-", "effect_was",
         "'effect_was' is not a setting", ""),
    Case("an exclusion with an empty reason", "events.yml",
         ">-\n      The year was like no other before or since. With it in the baseline, changes of today would be "
         "held against a\n      time when life stood still.", "''", "excludes_from_baselines", "without a reason",
         "why_excluded", after=EVENT),
    Case("an exclusion without an end", "events.yml", "    end: 2021-03-31\n", "", "start: 2020-04-01",
         "without an end", "last day", after=EVENT),
    Case("an event that ends before it starts", "events.yml", "end: 2021-03-31", "end: 2019-03-31", "end: 2019-03-31",
         "the event ends before it starts", "Swap"),
    Case("an event on an unknown indicator", "events.yml", "indicators: [complaints]", "indicators: [complaint]",
         "[complaint]", "no indicator 'complaint'", "Did you mean 'complaints'?"),
    Case("a rebase of an unknown indicator", "events.yml", "indicators: [complaints]", "indicators: [complaint]",
         "[complaint]", "no indicator 'complaint'", "Did you mean 'complaints'?", after="\nrebases:"),
    Case("a rebase of nothing", "events.yml", "indicators: [complaints]", "indicators: []", "indicators: []",
         "does not fit", "at least 1", after="\nrebases:"),
    Case("select with two keys", "indicators.yml", "select: {groups: [Robbery]}",
         "select: {groups: [Robbery], subgroups: [Shoplifting]}", "{groups: [Robbery], sub",
         "select holds groups, subgroups", "exactly one of"),
    Case("select with no key", "indicators.yml", "select: {groups: [Robbery]}", "select: {}", "select: {}",
         "select holds nothing", "exactly one of"),
    Case("select of the wrong layout", "indicators.yml", "select: {groups: [Robbery]}", "select: {measures: [Robbery]}",
         "{measures: [Robbery]}", "select holds measures", "all_groups_except, groups, subgroups"),
    Case("select with a group twice", "indicators.yml", "{groups: [Robbery]}", "{groups: [Robbery, robbery]}",
         "[Robbery, robbery]", "'robbery' stands twice in 'groups'", "Keep one"),
    Case("an area twice in an indicator", "indicators.yml", "areas: [Wiltshire]", "areas: [Wiltshire, Wiltshire]",
         "areas: [Wiltshire, W", "'Wiltshire' stands twice in 'areas'", "Keep one"),
    Case("a source of which no indicator is made", "indicators.yml", "source: home_office_prc", "source: population",
         "source: population", "no indicator can be made", "another source"),
    Case("by month from a quarterly table", "indicators.yml", "frequency: quarter", "frequency: month",
         "frequency: month", "do not come by month", "quarter", how="others"),
    Case("a frequency that is not known", "indicators.yml", "frequency: quarter", "frequency: week",
         "frequency: week", "'week' is not known", "'month' or 'quarter'"),
    Case("a kind that is not known", "indicators.yml", "kind: share", "kind: ratio", "kind: ratio",
         "'ratio' is not known", "'count', 'share' or 'mean'"),
    Case("a share of a table of counts", "indicators.yml", "    unit: recorded offences\n    frequency: quarter\n"
         "    begins: 2012-04-01\n    higher_is_better: null\n    per_1000_people: true",
         "    unit: recorded offences\n    kind: share\n    frequency: quarter\n    begins: 2012-04-01\n"
         "    higher_is_better: null", "kind: share", "holds counts only", "Set kind to count"),
    Case("begins within a month", "indicators.yml", "begins: 2019-04-01", "begins: 2019-04-02", "begins: 2019-04-02",
         "not the first day of a month", "2019-04-01"),
    Case("begins within a quarter", "indicators.yml", "begins: 2012-04-01", "begins: 2012-05-01", "begins: 2012-05-01",
         "not the first day of a quarter", "2019-04-01"),
    Case("a chart that is not known", "indicators.yml", "higher_is_better: true", "higher_is_better: true\n"
         "    chart: xmr", "chart: xmr", "'xmr' is not known", "'auto', 'i', 'run'", after="- id: victim_satisfaction"),
    Case("a chart of another kind", "indicators.yml", "higher_is_better: true", "higher_is_better: true\n"
         "    chart: c", "chart: c", "the chart 'c' does not show a share", "auto, i, run, p, pp",
         after="- id: victim_satisfaction"),
    Case("a chart that shows no figure", "indicators.yml", "higher_is_better: null", "higher_is_better: null\n"
         "    chart: mr", "chart: mr", "the chart 'mr' does not show a count", "auto, i, run, c, g, t",
         after="- id: complaints"),
    Case("a season that is not known", "indicators.yml", "higher_is_better: true", "higher_is_better: true\n"
         "    seasonal: maybe", "seasonal: maybe", "'maybe' is not known", "'auto', 'yes' or 'no'",
         after="- id: victim_satisfaction"),
    Case("rules of charts that are not known", "panel.yml", "deep_dive:", "charts:\n  rules: nelson\ndeep_dive:",
         "rules: nelson", "'nelson' is not known", "'mdc-2023'"),
    Case("a rate of a share", "indicators.yml", "higher_is_better: true", "higher_is_better: true\n"
         "    per_1000_people: true", "people: true", "only counts are set against population", "Remove",
         after="- id: victim_satisfaction"),
    Case("a rate of monthly counts", "indicators.yml", "higher_is_better: null", "higher_is_better: null\n"
         "    per_1000_people: true", "people: true", "from quarterly figures", "Remove", after="- id: complaints"),
    Case("a count with plausible figures", "indicators.yml", "    per_1000_people: true",
         "    plausible: [1, 9]", "plausible: [1, 9]", "only a share or a mean has plausible figures",
         "Remove plausible"),
    Case("plausible figures turned round", "indicators.yml", "    plausible: [20, 100]", "    plausible: [100, 20]",
         "[100, 20]", "plausible goes from 100 to 20", "the lowest figure that could be true"),
    Case("read with itself", "indicators.yml", "read_with: [possession_of_weapons]", "read_with: [robbery]",
         "read_with: [robbery]", "read with itself", "Name another"),
    Case("a comparator's force twice", "panel.yml", "      - Bedfordshire\n", "      - Cheshire\n", "forces:",
         "'Cheshire' stands twice in 'england_wales'", "counted twice", after="- id: england_wales"),
    Case("a comparator's force misspelled", "panel.yml", "      - Bedfordshire\n", "      - Bedfordshre\n",
         "- Bedfordshre", "no force 'Bedfordshre'", "Did you mean 'Bedfordshire'?"),
    Case("a comparator twice", "panel.yml", "- id: england_wales", "- id: south_west", "- id: south_west",
         "comparator 'south_west' stands twice", "Keep one", after="Gloucestershire, Wiltshire]"),
    Case("an area twice in the panel", "panel.yml", "{code: Elsewhere or not located,", "{code: Swindon UA,",
         "- {code: Swindon UA, name: Else", "the area 'Swindon UA' stands twice", "Keep one"),
    Case("a part that is no area", "panel.yml", "parts: [Wiltshire UA, Swindon UA]", "parts: [Wiltshire UA, Swindon]",
         "parts:", "no area 'Swindon'", "Swindon UA"),
    Case("a force that is no area", "panel.yml", "force_area: Wiltshire", "force_area: Wessex", "force_area: Wessex",
         "'Wessex'", "Wiltshire"),
    Case("a record of an unknown objective", "records.yml", "objective: violence", "objective: violense",
         "objective: violense", "no objective 'violense'", "Did you mean 'violence'?"),
    Case("a record of an unknown kind", "records.yml", "kind: concern", "kind: worry", "kind: worry",
         "'worry' is not known", "'concern', 'excellent' or 'media'"),
    Case("a recipient twice", "recipients.yml", "receives: [final]}", "receives: [final]}\n"
         "  - {role: clerk, name: Again, address: Democratic.Services@example.org}", "name: Again",
         "stands twice in one role", "Keep one"),
    Case("a message that is not known", "recipients.yml", "receives: [draft, final]", "receives: [draft, last]",
         "last]", "'last' is not known", "'draft' or 'final'"),
    Case("an unknown layout", "sources.yml", "layout: population", "layout: census", "layout: census",
         "'census' is not known", "'force_return'"),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "wiltshire"
    copy_to(made)
    return made


def copy_to(made: Path) -> None:
    made.mkdir()
    for path in EXAMPLE.glob("*.yml"):
        shutil.copy(path, made)


def faults_of(folder: Path) -> list[Fault]:
    with pytest.raises(PlanFaults) as caught:
        load_plan(folder)
    return caught.value.faults


def test_the_table_is_long_and_names_each_case_once() -> None:
    names = [one.name for one in CASES]
    assert len(names) >= 40 and len(set(names)) == len(names)
    assert {one.file for one in CASES} == set(FILES)


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.name)
def test_a_fault_is_told_with_file_line_and_remedy(folder: Path, case: Case) -> None:
    path = folder / case.file
    text = edited(path.read_text(encoding="utf-8"), case) if case.how != GONE else ""
    if case.how == GONE:
        path.unlink()
    else:
        path.write_bytes(text.encode("latin-1") if case.how == LATIN1 else text.encode())
    faults = faults_of(folder)
    told = [one for one in faults if case.says in one.message + " " + one.remedy]
    assert told, [one.text() for one in faults]
    fault = told[0]
    assert (fault.file, fault.line) == (case.file, line_of(text, case)), fault.text()
    assert case.remedy in f"{fault.message} {fault.remedy}" and fault.remedy
    if not case.how or case.how in (GONE, LATIN1):
        assert faults == [fault], [one.text() for one in faults]


def test_the_example_has_no_fault(folder: Path) -> None:
    plan = load_plan(folder)
    assert plan.panel.name == "Wiltshire Police and Crime Panel"
    assert re.fullmatch(r"[0-9a-f]{64}", plan.sha256)


def test_a_file_that_may_be_left_out_may_be_left_out(folder: Path) -> None:
    for name in ("events.yml", "records.yml", "recipients.yml"):
        (folder / name).unlink()
    assert (load_plan(folder).events, load_plan(folder).records, load_plan(folder).recipients) == ((), (), ())


def test_faults_of_every_file_are_told_at_once(folder: Path) -> None:
    for name in (
        "a missing key",
        "a wrong type",
        "an unknown source",
        "plans that overlap",
        "a meeting twice",
        "an event with both",
        "a bad email",
        "an unknown layout",
        "a record of an unknown objective",
        "a force that is no area",
        "a correction that corrects nothing",
    ):
        case = next(one for one in CASES if one.name == name)
        path = folder / case.file
        path.write_text(edited(path.read_text(encoding="utf-8"), case), encoding="utf-8")
    faults = faults_of(folder)
    assert len(faults) == 11 and {one.file for one in faults} == set(FILES)
    with pytest.raises(PlanFaults, match=r"^wiltshire: 11 faults in the panel's files:\n"):
        load_plan(folder)


# A fault that spoils a whole file or entry, and others in the same place that must be told all the same.
BESIDE: dict[str, tuple[str, list[tuple[str, str]], list[str]]] = {
    "a day that no month has": (
        "meetings.yml",
        [("2015-09-03", "2015-02-30"), ("kind: budget", "kind: party"), ("[local_crime, victims]", "[local_crme]"),
         ("date: 2024-01-18", "date: 2024-02-08")],
        ["'2015-02-30' cannot be read", "'party' is not known", "'local_crme'", "2024-02-08 stands twice"],
    ),
    "an indicator's kind": (
        "indicators.yml",
        [("begins: 2012-04-01", "kind: sum\n    begins: 2012-05-01"), ("[communities]", "[comunities]"),
         ("source: home_office_prc", "source: home_office"), ("[recording_compliance]", "[compliance]"),
         ("areas: [Wiltshire]", "areas: [Wiltshire, wiltshire, 7]")],
        ["'sum' is not known", "begins 2012-05-01", "'comunities'", "'home_office'", "'compliance'",
         "'wiltshire' stands twice", "no area 'wiltshire'", "areas 7 does not fit"],
    ),
    "a panel's sender": (
        "panel.yml",
        [("sender: panelbrief@example.org", "sender: nobody"), ("force_area: Wiltshire", "force_area: Wilts"),
         ("[Wiltshire UA, Swindon UA]", "[Wiltshire UA, Swindn UA]"), ("id: england_wales", "id: south_west")],
        ["'nobody' is not an email", "called 'Wilts'", "no area 'Swindn UA'", "'south_west' stands twice"],
    ),
    "a plan's source": (
        "plans.yml",
        [("date: 2015-10-01", "date: long ago"), ("end: 2017-03-31", "end: 2014-03-31")],
        ["'long ago' is not a date", "ends before it starts"],
    ),
    "an event's title": (
        "events.yml",
        [("end: 2021-03-31", "end: 2019-03-31"), ("excludes_from_baselines: true", "title: ''"),
         ("indicators: [complaints]", "indicators: [complaint]\n    start: never")],
        ["'title' is given twice", "ends before it starts", "no indicator 'complaint'", "'start' is given twice"],
    ),
    "a record's kind": (
        "records.yml",
        [("kind: concern", "kind: worry"), ("objective: violence", "objective: violense"),
         ("[possession_of_weapons, violence_with_injury]", "[weapons, violence_with_injury]")],
        ["'worry' is not known", "no objective 'violense'", "no indicator 'weapons'"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "edits", "says"), BESIDE.values(), ids=BESIDE)
def test_one_fault_hides_no_other(folder: Path, file: str, edits: list[tuple[str, str]], says: list[str]) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    told = [one.text() for one in faults_of(folder)]
    assert [words for words in says if not any(words in one for one in told)] == [], told
    assert len(told) == len(says), told


def test_a_list_given_twice_starts_no_other_faults(folder: Path) -> None:
    path = folder / "indicators.yml"
    path.write_text("indicators: []\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert ["'indicators' is given twice" in one.message for one in faults_of(folder)] == [True]


@pytest.mark.parametrize("broken", sorted(FILES))
def test_a_file_that_cannot_be_read_starts_no_other_faults(folder: Path, broken: str) -> None:
    path = folder / broken
    path.write_text(path.read_text(encoding="utf-8") + "\nbroken: [\n", encoding="utf-8")
    assert [one.file for one in faults_of(folder)] == [broken]


@pytest.mark.parametrize("gone", ["panel.yml", "plans.yml", "sources.yml", "meetings.yml"])
def test_a_file_that_is_missing_starts_no_other_faults(folder: Path, gone: str) -> None:
    (folder / gone).unlink()
    assert [one.file for one in faults_of(folder)] == [gone]


def test_plans_may_stand_in_any_order(folder: Path) -> None:
    path = folder / "plans.yml"
    head, first, second, third = re.split(r"(?m)^(?=  - id: )", path.read_text(encoding="utf-8"))
    path.write_text(head + third + first + second, encoding="utf-8")
    assert [one.id for one in load_plan(folder).plans] == ["plan-2022", "plan-2015", "plan-2017"]


def test_a_few_lines_that_stand_for_millions_of_values_are_refused(folder: Path) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 9)]
    (folder / "records.yml").write_text("\n".join(rows), encoding="utf-8")
    (fault,) = faults_of(folder)
    assert "more than 100,000 values" in fault.message and fault.file == "records.yml"


def test_a_folder_in_place_of_a_file_is_told(folder: Path) -> None:
    (folder / "records.yml").unlink()
    (folder / "records.yml").mkdir()
    (fault,) = faults_of(folder)
    assert "cannot be opened" in fault.message


def test_a_panel_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PanelbriefError, match=r"no such panel folder.*panelbrief init"):
        load_plan(tmp_path / "nowhere")


def command(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run the command line as the installed script does; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["panelbrief", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    return int(left.value.code or 0)


def test_doctor_says_that_the_example_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, "doctor") == 0
    said = capsys.readouterr()
    assert "Wiltshire Police and Crime Panel: no faults." in said.out and not said.err


def test_doctor_prints_every_fault_and_exits_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    for name in ("plans that overlap", "a bad email", "a target"):
        case = next(one for one in CASES if one.name == name)
        path = folder / case.file
        path.write_text(edited(path.read_text(encoding="utf-8"), case), encoding="utf-8")
    assert command(monkeypatch, "doctor", "--panel", str(folder)) == 1
    said = capsys.readouterr()
    assert not said.out and "Traceback" not in said.err
    first, *rows = said.err.rstrip().split("\n")
    assert first == "wiltshire: 3 faults in the panel's files:"
    assert [row.split(",")[0].strip() for row in rows] == ["indicators.yml", "plans.yml", "recipients.yml"]
    assert all(re.match(r"  \w+\.yml, line \d+: .+\. .+", row) for row in rows)


def test_doctor_reads_the_commentaries_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    """A mistyped objective or meeting would otherwise drop the text without a word."""
    shutil.copytree(EXAMPLE / "narrative", folder / "narrative")
    told = folder / "narrative" / "2023-09-14"
    shutil.copytree(told, told.with_name("2023-09-15"))
    text = (told / "communities.md").read_text(encoding="utf-8")
    (told / "communities.md").write_text(text.replace("objective: communities", "objective: communites"), "utf-8")
    panel = (folder / "panel.yml").read_text(encoding="utf-8")
    (folder / "panel.yml").write_text(panel.replace("panelbrief@example.org", "nobody"), encoding="utf-8")
    assert command(monkeypatch, "doctor", "--panel", str(folder)) == 1
    first, *rows = capsys.readouterr().err.rstrip().split("\n")
    assert first == "wiltshire: 2 faults in the panel's files:"
    wrong = "there is no objective 'communites'. Did you mean 'communities'?"
    assert rows[0] == f"  narrative/2023-09-14/communities.md, line 2: {wrong}"
    (folder / "panel.yml").write_text(panel, encoding="utf-8")
    (told / "communities.md").write_text(text.replace("objective: communities", "objective: victims"), "utf-8")
    assert command(monkeypatch, "doctor", "--panel", str(folder)) == 1
    assert "narrative/2023-09-15, line 1: there is no performance meeting on '2023-09-15'" in capsys.readouterr().err
    shutil.rmtree(told.with_name("2023-09-15"))
    assert command(monkeypatch, "doctor", "--panel", str(folder)) == 0
    said = capsys.readouterr().out
    assert "narrative/2023-09-14: the meeting does not look into 'victims', so its commentary will not be" in said


def test_init_makes_a_folder_that_doctor_accepts_and_refuses_one_that_is_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = tmp_path / "ours"
    assert command(monkeypatch, "init", str(made)) == 0
    assert command(monkeypatch, "doctor", "--panel", str(made)) == 0
    mark = made / "panel.yml"
    mark.write_text(mark.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    capsys.readouterr()
    assert command(monkeypatch, "init", str(made)) == 1
    assert "is there already" in capsys.readouterr().err
    assert mark.read_text(encoding="utf-8").endswith("# ours\n")


SMALL = {
    "panel.yml": """
name: A panel
force: A force
force_area: A
commissioner: C
author: O
subject: S
purpose: P
asks: [note it]
sender: a@example.org
areas: [{code: A, name: A, kind: force}]
""",
    "plans.yml": """
plans:
  - id: p
    title: P
    start: 2022-04-01
    end: 2025-03-31
    objectives: [{id: o, title: O}]
    source: {title: T, url: 'https://example.org', date: 2022-04-01}
""",
    "sources.yml": "sources: [{id: s, title: S, publisher: P, layout: force_return, location: x}]",
    "indicators.yml": """
indicators:
  - {id: i, title: I, counts: C, objectives: [o], source: s, select: {measures: [m]}, unit: u, frequency: month,
     begins: 2019-04-01, higher_is_better: null, areas: [A]}
""",
    "meetings.yml": "meetings: [{date: 2023-09-14, kind: performance}]",
}
KEYS = sorted({name for parts in FILES.values() for _, model, _ in parts for name in model.model_fields})
LISTS = sorted({key for parts in FILES.values() for key, _, _ in parts if key})
SCALARS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["2023-09-14", "2023-02-30", "0001-01-01T00:00:00+23:59", ".inf", ".nan", "null", "1e999", "'"]),
    st.sampled_from(["!!bool perhaps", "!!timestamp x", "!!int ''", "!!binary x", "!!set {a}", "<<: 1", "? [a]", "*a"]),
)
ROWS = st.lists(st.tuples(st.sampled_from(KEYS), SCALARS), max_size=5)


@st.composite
def nearly_right(draw: st.DrawFn) -> str:
    """Return a list of entries whose keys are known and whose values are anything."""
    entries = draw(st.lists(ROWS, max_size=3))
    written = ("\n  - " + "\n    ".join(f"{key}: {value}" for key, value in rows) for rows in entries if rows)
    return f"{draw(st.sampled_from(LISTS))}:" + "".join(written)


def test_the_small_panel_has_no_fault(tmp_path: Path) -> None:
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert load_plan(tmp_path).panel.name == "A panel"


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(file=st.sampled_from(sorted(FILES)), content=st.one_of(st.text(), nearly_right(), st.binary()))
@example(file="panel.yml", content="\0")
@example(file="panel.yml", content="[" * 5_000)
@example(file="records.yml", content="a: &a [*a]")
@example(file="sources.yml", content="sources:\n  - id: [a]\n  - {id: {b: c}}\n  - id: 7\n")
@example(file="plans.yml", content="plans:\n  - objectives: [{id: [x]}, 3]\n    id: [y]\n")
@example(file="panel.yml", content="areas: [{code: [a]}, b]\n")
def test_no_text_whatever_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, file: str, content: str | bytes
) -> None:
    folder = tmp_path_factory.mktemp("panel")
    for name, text in SMALL.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    (folder / file).write_bytes(data)
    try:
        load_plan(folder)
    except PlanFaults as error:
        assert all(one.file in FILES and one.line >= 1 and one.message and one.remedy for one in error.faults)
    finally:
        shutil.rmtree(folder)
