"""Frozen models of a panel's configuration, one YAML file each.

No model has a field for a target or a threshold: the panel dropped both in March 2015, and `extra="forbid"` keeps them
out.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from flows.plan.arrival import Credentials, Expects
from flows.plan.record import Address, Id, Record, Sha256, Text, Url, Written


class Source(Record):
    """A public source: what it is called, its address, and its date."""

    title: Text
    url: Url
    date: dt.date


class Area(Record):
    """A place that figures are about. `code` is how extracts write it; a force names the `parts` that add up to it.
    `local_authority` is how the names of its LSOAs begin (data.police.uk says where in no other way). `police_uk` is a
    force's short name in the names of data.police.uk's files, by default its code in small letters with hyphens.
    """

    code: Text
    name: Text
    kind: Literal["force", "local_authority", "elsewhere"]
    parts: tuple[Text, ...] = ()
    local_authority: str = ""
    police_uk: Id | None = None


class Comparator(Record):
    """Forces added up to stand beside the panel's own rate per 1,000 people; the longest list stands in funnels."""

    id: Id
    name: Text
    forces: tuple[Text, ...] = Field(min_length=1)
    note: str = ""


class DeepDive(Record):
    """How objectives take turns: so many at each performance meeting, those longest not looked at first."""

    objectives_per_meeting: int = Field(default=2, ge=1, le=10)


class History(Record):
    """How much history stands against each indicator on its chart."""

    months: int = Field(default=36, ge=13, le=240)
    quarters: int = Field(default=16, ge=5, le=80)


class Baseline(Record):
    """How long before the reported quarter limits are worked out from.

    36 months and 28 quarters are the lengths at which the signal tests of docs/methods.md were measured; both are whole
    years, so each season counts alike.
    """

    months: int = Field(default=36, ge=13, le=120)
    quarters: int = Field(default=28, ge=13, le=80)


class ChartRules(Record):
    """Which rules mark points on the charts, and whether far-out moving ranges are kept out of the limits."""

    rules: Literal["mdc-2023", "plotthedots"] = "mdc-2023"
    screened: bool = True


class RevisionSize(Record):
    """From which size on a change of a printed figure is asked about, although a new file or a correction explains it.

    A change is as large as that if it is above both: the per cent, and for counts the number.
    """

    ask_above_pct: float = Field(gt=0, allow_inf_nan=False)
    ask_above_count: float = Field(ge=0, allow_inf_nan=False)
    why: Text


class Words(Record):
    """The words for the bodies, since bodies change (police and crime commissioners end in May 2028)."""

    panel: Text = "Panel"
    commissioner: Text = "Commissioner"
    commissioner_office: Text = "Commissioner's office"


class Suppression(Record):
    """Small counts of sources that are not published: those from 1 to one less than `below` are withheld locally."""

    below: int = Field(default=5, ge=1, le=20)


class Panel(Record):
    """panel.yml: who the paper is for and how it is set out."""

    name: Text
    force: Text
    force_area: Text
    commissioner: Text
    author: Text
    subject: Text
    purpose: Text
    asks: tuple[Text, ...] = Field(min_length=1)
    sender: Address
    areas: tuple[Area, ...] = Field(min_length=1)
    comparators: tuple[Comparator, ...] = ()
    deep_dive: DeepDive = DeepDive()
    history: History = History()
    baseline: Baseline = Baseline()
    charts: ChartRules = ChartRules()
    revisions: RevisionSize | None = None
    suppression: Suppression = Suppression()
    words: Words = Words()
    glossary: dict[Text, Text] = Field(default_factory=dict)
    data_lag_days: int = Field(default=42, ge=0, le=180)


class Objective(Record):
    """An objective of a plan. Its `id` is used nowhere else, in any version of the plan."""

    id: Id
    title: Text


class PlanVersion(Record):
    """plans.yml: one police and crime plan, with the dates between which it was in force (`end` is its last day)."""

    id: Id
    title: Text
    start: dt.date
    end: dt.date
    objectives: tuple[Objective, ...] = Field(min_length=1)
    source: Source


class Select(Record):
    """Which rows of the source make the indicator; exactly one key is given."""

    groups: tuple[Text, ...] = ()
    subgroups: tuple[Text, ...] = ()
    all_groups_except: tuple[Text, ...] = ()
    measures: tuple[Text, ...] = ()
    crime_types: tuple[Text, ...] = ()

    def chosen(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the keys that were given with their values."""
        return [(name, value) for name, value in self if value]


class Indicator(Record):
    """indicators.yml: one measure that the panel reads every quarter.

    `kind` says how parts add up: a `count` sums numerators, a `share` is numerator over denominator in per cent, and a
    `mean` is numerator over denominator, times `scale`.
    `higher_is_better` is null where a rise may be good or bad (most recorded crime). `chart` names the control chart,
    or lets it be picked; `seasonal` says whether the tests of change look for a season (docs/methods.md). `plausible`
    is the lowest and the highest figure of a share or a mean, in its unit, that could be true at all; what lies outside
    is taken for an error of the data. It is wide, and says nothing of how good a figure is.
    """

    id: Id
    title: Text
    counts: Text
    objectives: tuple[Id, ...] = Field(min_length=1)
    source: Id
    select: Select
    kind: Literal["count", "share", "mean"] = "count"
    unit: Text
    scale: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    decimals: int = Field(default=0, ge=0, le=3)
    frequency: Literal["month", "quarter"]
    begins: dt.date
    plausible: tuple[float, float] | None = None
    higher_is_better: bool | None
    read_with: tuple[Id, ...] = ()
    areas: tuple[Text, ...] = Field(min_length=1)
    per_1000_people: bool = False
    shown: Literal["standing", "context"] = "standing"
    chart: Literal["auto", "i", "run", "mr", "p", "pp", "u", "up", "c", "g", "t"] = "auto"
    seasonal: Literal["auto", "yes", "no"] = "auto"
    note: str = ""


class DataSource(Record):
    """sources.yml: where extracts come from. `received` is given only where files are to count as if received then. A
    `pattern` may hold the period of its files: {YYYY-MM}, {YYYYMM}, {YYYY-YY-QN}, or {period} for any of them. A file
    that grows between two looks, `settle_seconds` apart, is still arriving.
    """

    id: Id
    title: Text
    publisher: Text
    layout: Literal["home_office_prc", "police_uk_street", "police_uk_outcomes", "force_return", "population"]
    location: Text
    pattern: Text = "*"
    credentials: Credentials | None = None
    expects: Expects | None = None
    settle_seconds: int = Field(default=3, ge=0, le=600)
    required: bool = True
    received: dt.date | None = None
    illustrative: bool = False
    published: bool = False
    negative_counts: bool = False
    licence: str = ""
    url: Url | None = None
    note: str = ""


class Meeting(Record):
    """meetings.yml: a meeting of the panel. Only `performance` meetings take the briefing."""

    date: dt.date
    kind: Literal["performance", "budget", "precept", "other"]
    place: str = ""
    quarter_ends: dt.date | None = None
    deep_dive: tuple[Id, ...] = ()
    source: Source | None = None


class Event(Record):
    """events.yml: something dated that bears on figures; it may keep its periods out of baselines.

    `indicators` empty means every indicator. `end` is the last day it bears on; without it the event is a moment.
    """

    id: Id
    title: Text
    effect: Text
    start: dt.date
    end: dt.date | None = None
    excludes_from_baselines: bool = False
    why_excluded: str = ""
    indicators: tuple[Id, ...] = ()
    source: Source | None = None
    illustrative: bool = False


class Rebase(Record):
    """events.yml: from this date an indicator's limits are worked out anew; people declare it, with who and where."""

    id: Id
    indicators: tuple[Id, ...] = Field(min_length=1)
    starts: dt.date
    reason: Text
    agreed_by: Text
    agreed_at: Text
    agreed_on: dt.date
    source: Source | None = None
    illustrative: bool = False


class RecordEntry(Record):
    """records.yml: a concern, excellent work or media attention, as people recorded it."""

    id: Id
    kind: Literal["concern", "excellent", "media"]
    date: dt.date
    objective: Id
    indicators: tuple[Id, ...] = ()
    title: Text
    text: Text
    source: Source | None = None
    illustrative: bool = False


class Correction(Record):
    """corrections.yml: one value of one record of one file, put right in the open; the file itself never changes.

    `extract` is the file's sha256 or its first 12 signs or more, `record` the record's number (the header is 1),
    `member` the file inside an archive. `expect` is what stands there now: where something else stands, the run stops.
    `value` is what is right, or `drop` leaves the whole record out. It counts from the day `when` on.
    """

    extract: Sha256
    table: Literal["stg_recorded_crime", "stg_street_crime", "stg_crime_outcome", "stg_force_return", "stg_population"]
    record: int = Field(ge=2)
    member: str = ""
    column: Text
    expect: Written
    value: Written | None = None
    drop: bool = False
    reason: Text
    who: Text
    when: dt.date


class Recipient(Record):
    """recipients.yml: who gets which message."""

    role: Literal["member", "clerk", "commissioner_office", "data_officer"]
    name: Text
    address: Address
    receives: tuple[Literal["draft", "final"], ...] = ("final",)


class Plan(Record):
    """The whole configuration of one panel, checked against itself."""

    panel: Panel
    plans: tuple[PlanVersion, ...]
    sources: tuple[DataSource, ...]
    meetings: tuple[Meeting, ...]
    indicators: tuple[Indicator, ...] = ()
    events: tuple[Event, ...] = ()
    rebases: tuple[Rebase, ...] = ()
    records: tuple[RecordEntry, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    corrections: tuple[Correction, ...] = ()
    # Where each of them stands, for messages: "corrections.yml, line 12".
    correction_places: tuple[str, ...] = ()
    sha256: str = ""

    def source(self, source_id: str) -> DataSource:
        """Return the source of that id."""
        return next(one for one in self.sources if one.id == source_id)

    def plan_on(self, day: dt.date) -> PlanVersion:
        """Return the plan in force on `day`, else the latest that had begun, else the first."""
        begun = [one for one in self.plans if one.start <= day]
        return max(begun, key=lambda one: one.start) if begun else min(self.plans, key=lambda one: one.start)


# file -> (key under which its list stands, or "" for a file that is one record; the model of an entry)
FILES: dict[str, tuple[tuple[str, type[Record], bool], ...]] = {
    "panel.yml": (("", Panel, True),),
    "plans.yml": (("plans", PlanVersion, True),),
    "indicators.yml": (("indicators", Indicator, False),),
    "sources.yml": (("sources", DataSource, True),),
    "meetings.yml": (("meetings", Meeting, True),),
    "events.yml": (("events", Event, False), ("rebases", Rebase, False)),
    "records.yml": (("records", RecordEntry, False),),
    "recipients.yml": (("recipients", Recipient, False),),
    "corrections.yml": (("corrections", Correction, False),),
}
