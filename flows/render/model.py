"""The briefing as one frozen model: every rendering (page, paper, email) is drawn from it and from nothing else.

All text is plain text unless a field ends in `_html` (cleaned HTML made from officers' Markdown). Nothing is ever None:
what is absent is an empty string or an empty tuple, and what has no data says so in words. Numbers that a reader sees
are text already; the only bare numbers are the points that a chart draws.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen record that refuses fields it does not know, and numbers that are none (NaN, infinity)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Kind(StrEnum):
    """Why something is on the list of areas to address (the panel's decision of June 2015)."""

    CHANGE = "change"
    CONCERN = "concern"
    EXCELLENT = "excellent"
    MEDIA = "media"


class Mark(StrEnum):
    """How a point of a chart is drawn; shape says it as well as colour."""

    ORDINARY = "ordinary"
    HIGH = "high"
    LOW = "low"
    EXCLUDED = "excluded"
    MISSING = "missing"
    CONFIDENTIAL = "confidential"


class Citation(Model):
    """Where a statement about a real body comes from; `url` may be empty for a paper without an address."""

    title: str
    url: str
    date: str


class Paragraph(Model):
    """A numbered paragraph, as committees cite them. Numbers run through the whole paper."""

    number: int
    text: str


class Table(Model):
    """A table; the first column heads its rows. `numeric` lists the columns (from 0) that are set to the right."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


class Point(Model):
    """One period on a chart. `value` means nothing where there is none to show; `start` is an ISO date."""

    start: str
    label: str
    value: float
    text: str
    mark: Mark

    @property
    def has_value(self) -> bool:
        """Return whether the period has a figure to draw: one that is neither missing nor withheld."""
        return self.mark not in (Mark.MISSING, Mark.CONFIDENTIAL)


class Limits(Model):
    """The centre line and process limits from `start` to `end` (ISO dates on which the first and last period begin).

    A segment whose limits differ from period to period is given period by period (`start` is `end`) with one and the
    same `centre`; where `centre` changes, or a period lies between, another segment begins. `lower` and `upper` mean
    nothing unless `has_limits`: a run chart has a centre line alone.
    """

    start: str
    end: str
    centre: float
    lower: float = 0.0
    upper: float = 0.0
    has_limits: bool = True


class Expected(Model):
    """What the average over a tested span was expected to be, and between which figures, on the chart's scale.

    `start` and `end` are ISO dates on which the span's first and last period begin. `label` says it in words; it stands
    below the chart. `average` is what the span came to, drawn as a short thick line; it means nothing unless
    `has_average` (a span of one period needs none: its point says it).
    """

    start: str
    end: str
    expected: float
    low: float
    high: float
    label: str
    has_average: bool = False
    average: float = 0.0


class EventMark(Model):
    """Something dated that a reader must know of when reading the chart."""

    date: str
    label: str


class Chart(Model):
    """What a chart draws; the same points stand in `table` and its message in `description` (the text alternative)."""

    id: str
    title: str
    description: str
    value_title: str
    unit: str
    points: tuple[Point, ...]
    limits: tuple[Limits, ...]
    events: tuple[EventMark, ...]
    shaded_start: str
    shaded_end: str
    is_illustrative: bool
    table: Table
    expected: tuple[Expected, ...] = ()


class Finding(Model):
    """One area to address: a sentence, its evidence, and where it stands (`anchor` of a block, or empty)."""

    number: int
    kind: Kind
    title: str
    sentence: str
    evidence: tuple[str, ...]
    objective: str
    anchor: str
    sources: tuple[Citation, ...]
    is_illustrative: bool
    chart_id: str


class Remark(Model):
    """Something of an indicator that is told and is no area to address: an early sign, or what is worth knowing."""

    title: str
    sentence: str
    anchor: str
    is_illustrative: bool


class Indicator(Model):
    """One indicator as members see it: what it counts, the figures, the chart, what was found, what to read it with."""

    id: str
    anchor: str
    title: str
    counts: str
    sentence: str
    finding: str
    figures: Table
    chart: Chart | None
    read_with: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    source: str
    is_illustrative: bool


class Decision(Model):
    """A decision or a promised action, as recorded by people."""

    reference: str
    title: str
    date: str
    state: str
    url: str
    is_illustrative: bool


class Objective(Model):
    """A deep dive in the panel's three parts. A part nobody supplied is empty: its paragraph says so."""

    anchor: str
    title: str
    introduction: Paragraph
    indicators: tuple[Indicator, ...]
    commentary: Paragraph
    commentary_html: str
    doing: Paragraph
    doing_html: str
    decisions: tuple[Decision, ...]
    actions: tuple[Decision, ...]
    sources: tuple[Citation, ...]
    is_illustrative: bool


class StandingGroup(Model):
    """The standing indicators under one objective; those shown in a deep dive are pointed to, not printed twice."""

    objective: str
    anchor: str
    introduction: Paragraph
    indicators: tuple[Indicator, ...]
    elsewhere: tuple[tuple[str, str], ...]


class Context(Model):
    """Figures printed for context and never tested."""

    anchor: str
    title: str
    introduction: Paragraph
    table: Table
    source: str
    is_illustrative: bool
    notes: tuple[str, ...] = ()


class Revisions(Model):
    """Figures that the last paper printed differently: what explains them, and each before and after.

    `rest` says what the tables leave out; they are empty if nothing changed.
    """

    anchor: str
    introduction: Paragraph
    reasons: tuple[str, ...]
    tables: tuple[Table, ...]
    rest: str


class Received(Model):
    """When data was last received from a source, and how far it reaches."""

    source: str
    received: str
    reaches: str
    is_illustrative: bool


class Front(Model):
    """The page that answers in a minute; `glance` is all of it in a few lines, each a label and its answer.

    Each list is printed even when empty, with its `none_` sentence.
    """

    summary: Paragraph
    glance: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...]
    none: dict[Kind, str]
    kind_titles: dict[Kind, str]
    early: tuple[Remark, ...]
    early_introduction: Paragraph
    worth_knowing: tuple[Remark, ...]
    worth_knowing_introduction: Paragraph
    nothing_else: Paragraph
    cannot_tell: tuple[str, ...]
    cannot_tell_introduction: Paragraph
    deep_dive: tuple[tuple[str, str], ...]
    deep_dive_introduction: Paragraph
    received: tuple[Received, ...]
    received_introduction: Paragraph


class Paper(Model):
    """The heading of a committee paper."""

    panel: str
    title: str
    subject: str
    meeting: str
    place: str
    period: str
    author: str
    purpose: Paragraph
    asks_introduction: Paragraph
    asks: tuple[str, ...]
    is_draft: bool
    reference: str
    prepared: str
    illustrative_notice: str


class Note(Model):
    """A titled group of notes at the end of the paper."""

    title: str
    items: tuple[str, ...]


class BriefingModel(Model):
    """The whole briefing."""

    paper: Paper
    front: Front
    objectives: tuple[Objective, ...]
    standing: tuple[StandingGroup, ...]
    context: tuple[Context, ...]
    # None where no earlier paper is there to compare with.
    revisions: Revisions | None = None
    notes_introduction: Paragraph
    notes: tuple[Note, ...]
    glossary: tuple[tuple[str, str], ...]
    words: dict[str, str]

    def titles(self) -> dict[str, str]:
        """Return the title of each indicator's block by its anchor: what a link that leads there is called."""
        blocks = [one.indicators for one in self.objectives] + [one.indicators for one in self.standing]
        return {one.anchor: one.title for indicators in blocks for one in indicators}

    def charts(self) -> tuple[Chart, ...]:
        """Return every chart of the briefing once, in reading order."""
        blocks = [one.indicators for one in self.objectives] + [one.indicators for one in self.standing]
        found = [one.chart for indicators in blocks for one in indicators if one.chart is not None]
        return tuple({chart.id: chart for chart in found}.values())
