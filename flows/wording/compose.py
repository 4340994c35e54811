"""The whole paper: heading, front page, deep dives, standing indicators, context, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flows.calendar import long_date, quarter_words
from flows.plan.models import RecordEntry
from flows.render import model as m
from flows.wording import indicators as ind
from flows.wording.findings import evidence, verdict, worth_knowing
from flows.wording.gathered import Gathered, Row
from flows.wording.numbers import day, listed, number, period_label, span_words
from flows.wording.sentences import say


class Numbering:
    """Numbers the paper's paragraphs in the order they are made, which is the order they are read."""

    def __init__(self) -> None:
        self._last = 0

    def paragraph(self, text: str) -> m.Paragraph:
        """Return the next paragraph."""
        self._last += 1
        return m.Paragraph(number=self._last, text=text)


def compose(gathered: Gathered) -> m.BriefingModel:
    """Return the briefing of one meeting."""
    paragraphs = Numbering()
    paper = _paper(gathered, paragraphs)
    blocks = {one.id: ind.block(gathered, one) for one in gathered.standing()}
    front = _front(gathered, paragraphs)
    objectives = tuple(_objective(gathered, paragraphs, one.id, one.title, blocks) for one in gathered.deep_dive)
    looked_into = {block.id for objective in objectives for block in objective.indicators}
    return m.BriefingModel(
        paper=paper,
        front=front,
        objectives=objectives,
        standing=tuple(_standing(gathered, paragraphs, blocks, looked_into)),
        context=tuple(_context(gathered, paragraphs)),
        notes_introduction=paragraphs.paragraph(say("notes_introduction")),
        notes=tuple(_notes(gathered)),
        glossary=tuple(sorted(gathered.plan.panel.glossary.items(), key=lambda pair: pair[0].lower())),
        words={
            "panel": gathered.plan.panel.words.panel,
            "commissioner": gathered.plan.panel.words.commissioner,
            "commissioner_office": gathered.plan.panel.words.commissioner_office,
            "force": gathered.plan.panel.force,
        },
    )


def _paper(gathered: Gathered, paragraphs: Numbering) -> m.Paper:
    panel, meeting = gathered.plan.panel, gathered.meeting
    period = quarter_words(gathered.quarter[0])
    illustrative = any(one.illustrative for one in gathered.plan.sources)
    return m.Paper(
        panel=panel.name,
        title=f"{panel.subject}: {period}",
        subject="",
        meeting=long_date(meeting.date),
        place=meeting.place,
        period=period[0].upper() + period[1:],
        author=panel.author,
        purpose=paragraphs.paragraph(say("purpose", purpose=panel.purpose, quarter=period)),
        asks_introduction=paragraphs.paragraph(say("asks", panel=panel.words.panel.lower())),
        asks=panel.asks,
        is_draft=True,
        reference=gathered.reference,
        prepared=long_date(gathered.as_of),
        illustrative_notice=say("illustrative_notice") if illustrative else "",
    )


def _objective_titles(gathered: Gathered) -> dict[str, str]:
    return {one.id: one.title for version in gathered.plan.plans for one in version.objectives}


def _front(gathered: Gathered, paragraphs: Numbering) -> m.Front:
    counts = Counter(row["kind"] for row in gathered.rows["brief_finding"])
    main = _main_rows(gathered)
    tested = [row for row in main if row["list"] in ("strong", "early", "nothing")]
    summary = "summary_some" if counts["change"] else "summary_none" if tested else "summary_untested"
    recorded = say(
        "summary_recorded",
        **{
            kind: say(f"{kind}_one" if counts[kind] == 1 else f"{kind}_many", count=counts[kind])
            for kind in ("concern", "excellent", "media")
        },
    )
    quarter = period_label(*gathered.quarter)
    summary_words = say(summary, changes=counts["change"], tested=len(tested), quarter=quarter, recorded=recorded)
    real = [row for row in tested if not _is_illustrative(gathered, row["indicator"])]
    if counts["change"] and real and all(row["list"] != "strong" for row in real):
        summary_words = f"{summary_words} {say('summary_only_illustrative', real=len(real))}"
    summary_paragraph = paragraphs.paragraph(summary_words)
    findings = tuple(_finding(gathered, at + 1, row) for at, row in enumerate(gathered.rows["brief_finding"]))
    none = {kind: say(f"none_{kind.value}") for kind in m.Kind}
    if not tested:
        none[m.Kind.CHANGE] = say("none_change_untested")
    early = tuple(_remark(gathered, row["indicator"], "") for row in main if row["list"] == "early")
    early_paragraph = paragraphs.paragraph(say("early" if early else "early_none"))
    worth = tuple(
        _remark(gathered, row["indicator"], worth_knowing(gathered, gathered.indicator(row["indicator"]), row))
        for row in gathered.rows["brief_worth_knowing"]
    )
    worth_paragraph = paragraphs.paragraph(say("worth" if worth else "worth_none"))
    told = {row["indicator"] for row in gathered.rows["brief_worth_knowing"]}
    quiet = [
        gathered.indicator(row["indicator"]).title
        for row in tested
        if row["list"] == "nothing" and row["indicator"] not in told
    ]
    nothing_else = say("nothing_else", count=len(quiet), titles=listed(quiet)) if quiet else say("nothing_else_none")
    nothing_else_paragraph = paragraphs.paragraph(nothing_else)
    cannot = _cannot_tell(gathered, main)
    version = gathered.plan.plan_on(gathered.meeting.date)
    deep = say("deep_dive", plan=version.title) if gathered.deep_dive else say("deep_dive_none")
    return m.Front(
        summary=summary_paragraph,
        glance=_glance(gathered, findings, none, early, worth, cannot),
        findings=findings,
        none=none,
        kind_titles={kind: say(f"kind_{kind.value}") for kind in m.Kind},
        early=early,
        early_introduction=early_paragraph,
        worth_knowing=worth,
        worth_knowing_introduction=worth_paragraph,
        nothing_else=nothing_else_paragraph,
        cannot_tell=cannot,
        cannot_tell_introduction=paragraphs.paragraph(say("cannot_tell" if cannot else "cannot_tell_none")),
        deep_dive=tuple((one.title, f"objective-{one.id}") for one in gathered.deep_dive),
        deep_dive_introduction=paragraphs.paragraph(deep),
        received=tuple(_received(gathered, row) for row in gathered.rows["brief_received"]),
        received_introduction=paragraphs.paragraph(say("received", date=long_date(gathered.as_of))),
    )


def _is_illustrative(gathered: Gathered, indicator: str) -> bool:
    return gathered.plan.source(gathered.indicator(indicator).source).illustrative


def _remark(gathered: Gathered, name: str, sentence: str) -> m.Remark:
    """Return the remark on an indicator: the sentence, or what was found of it."""
    one = gathered.indicator(name)
    main = gathered.of("brief_summary", name)[0]
    return m.Remark(
        title=one.title,
        sentence=sentence or verdict(gathered, one, main),
        anchor=ind.anchor(name),
        is_illustrative=gathered.plan.source(one.source).illustrative,
    )


def _glance(
    gathered: Gathered,
    findings: tuple[m.Finding, ...],
    none: dict[m.Kind, str],
    early: tuple[m.Remark, ...],
    worth: tuple[m.Remark, ...],
    cannot: tuple[str, ...],
) -> tuple[tuple[str, str], ...]:
    """Return the front page in a few lines: each question that a member brings, and its answer."""

    def titles(of: Iterable[m.Finding | m.Remark]) -> str:
        return "; ".join(
            say("glance_illustrative", title=one.title) if one.is_illustrative else one.title for one in of
        )

    lines = [
        (say(f"kind_{kind.value}"), titles(one for one in findings if one.kind is kind) or none[kind])
        for kind in m.Kind
    ]
    lines.append((say("glance_early"), titles(early) or say("glance_none")))
    lines.append((say("glance_worth"), titles(worth) or say("glance_none")))
    lines.append((say("glance_cannot"), say("glance_some", count=len(cannot)) if cannot else say("glance_nothing")))
    looked = "; ".join(one.title for one in gathered.deep_dive) or say("deep_dive_none")
    lines.append((say("glance_deep_dive"), looked))
    dates = [row["received"] for row in gathered.rows["brief_received"] if row["received"] is not None]
    lines.append((say("glance_received"), day(max(dates)) if dates else say("not_received")))
    return tuple(lines)


def _main_rows(gathered: Gathered) -> list[Row]:
    """Return the summary row of each standing indicator for its first area, which is the one that is tested."""
    return [row for row in gathered.rows["brief_summary"] if row["shown"] == "standing" and row["area_position"] == 0]


def _finding(gathered: Gathered, at: int, row: Row) -> m.Finding:
    if row["kind"] == "change":
        one = gathered.indicator(row["indicator"])
        main = next(r for r in _main_rows(gathered) if r["indicator"] == one.id)
        return m.Finding(
            number=at,
            kind=m.Kind.CHANGE,
            title=one.title,
            sentence=verdict(gathered, one, main),
            evidence=evidence(gathered, one, main, ind.sentence(gathered, one, main)),
            objective=_current_objective(gathered, one.objectives),
            anchor=ind.anchor(one.id),
            sources=(),
            is_illustrative=gathered.plan.source(one.source).illustrative,
            chart_id=f"chart-{one.id}",
        )
    entry = next(one for one in gathered.plan.records if one.id == row["record"])
    return m.Finding(
        number=at,
        kind=m.Kind(entry.kind),
        title=entry.title,
        sentence=entry.text,
        evidence=(say("evidence_dated", date=day(entry.date)),),
        objective=_current_objective(gathered, (entry.objective,)),
        anchor=_record_anchor(gathered, entry),
        sources=_citations(entry),
        is_illustrative=entry.illustrative,
        chart_id="",
    )


def _current_objective(gathered: Gathered, objectives: tuple[str, ...]) -> str:
    """Return the title of the objective under the plan of the meeting, else of the last one named."""
    current = [one.title for one in gathered.plan.plan_on(gathered.meeting.date).objectives if one.id in objectives]
    return current[0] if current else _objective_titles(gathered)[objectives[-1]]


def _record_anchor(gathered: Gathered, entry: RecordEntry) -> str:
    standing = {one.id for one in gathered.standing()}
    return next((ind.anchor(name) for name in entry.indicators if name in standing), "")


def _citations(entry: RecordEntry) -> tuple[m.Citation, ...]:
    if entry.source is None:
        return ()
    return (m.Citation(title=entry.source.title, url=entry.source.url, date=day(entry.source.date)),)


def _cannot_tell(gathered: Gathered, main: list[Row]) -> tuple[str, ...]:
    said = list(gathered.missing)
    for row in main:
        one = gathered.indicator(row["indicator"])
        if row["value"] is None:
            why = ind.sentence(gathered, one, row)
        elif row["list"] == "cannot_tell":
            why = verdict(gathered, one, row)
        else:
            continue
        said.append(say("cannot_indicator", title=one.title, why=why))
    return tuple(said)


def _received(gathered: Gathered, row: Row) -> m.Received:
    if row["received"] is None:
        received = say("not_received")
    else:
        received = say("received_as_if" if row["declared_received"] else "received_by", date=day(row["received"]))
    if row["last_period"] is not None:
        start = row["last_period"]
        reaches = (
            period_label(start, start) if row["frequency"] == "month" else period_label(start, gathered.quarter[1])
        )
        if row["frequency"] == "quarter":
            reaches = quarter_words(start)
    else:
        reaches = f"mid-{row['last_year']}" if row["last_year"] else say("reaches_none")
    return m.Received(
        source=row["title"], received=received, reaches=reaches, is_illustrative=bool(row["illustrative"])
    )


def _objective(
    gathered: Gathered, paragraphs: Numbering, name: str, title: str, blocks: dict[str, m.Indicator]
) -> m.Objective:
    words = gathered.plan.panel.words
    narrative = gathered.narratives.get(name)
    missing = say("commentary_missing", office=words.commissioner_office)
    introduction = paragraphs.paragraph(say("objective_introduction"))
    front = narrative.front if narrative else None
    commentary, doing = (narrative.commentary_html, narrative.doing_html) if narrative else ("", "")
    supplied = say("commentary_given", author=front.author, date=day(front.date)) if front else missing
    does = say("doing_given", commissioner=words.commissioner)
    return m.Objective(
        anchor=f"objective-{name}",
        title=title,
        introduction=introduction,
        indicators=tuple(blocks[one.id] for one in gathered.under(name)),
        commentary=paragraphs.paragraph(supplied if commentary else missing),
        commentary_html=commentary,
        doing=paragraphs.paragraph(does if doing else missing),
        doing_html=doing,
        decisions=tuple(
            m.Decision(
                reference=one.reference,
                title=one.title,
                date=day(one.date),
                state="",
                url=one.url or "",
                is_illustrative=one.illustrative,
            )
            for one in (front.decisions if front else ())
        ),
        actions=tuple(
            m.Decision(
                reference=one.id,
                title=one.title,
                date=day(one.due) if one.due else "",
                state=one.state,
                url="",
                is_illustrative=one.illustrative,
            )
            for one in (front.actions if front else ())
        ),
        sources=tuple(
            m.Citation(title=one.title, url=one.url, date=day(one.date)) for one in (front.sources if front else ())
        ),
        is_illustrative=bool(front and front.illustrative),
    )


def _standing(
    gathered: Gathered, paragraphs: Numbering, blocks: dict[str, m.Indicator], looked_into: set[str]
) -> list[m.StandingGroup]:
    groups = []
    placed: set[str] = set()
    version = gathered.plan.plan_on(gathered.meeting.date)
    titles = [(one.id, one.title) for one in version.objectives]
    older = [(name, title) for name, title in _objective_titles(gathered).items() if (name, title) not in titles]
    for name, title in titles + older:
        members = [one for one in gathered.under(name) if one.id not in placed]
        if not members:
            continue
        placed |= {one.id for one in members}
        here = tuple(blocks[one.id] for one in members if one.id not in looked_into)
        introduction = say("standing_introduction" if here else "standing_introduction_none")
        groups.append(
            m.StandingGroup(
                objective=title,
                anchor=f"standing-{name}",
                introduction=paragraphs.paragraph(introduction),
                indicators=here,
                elsewhere=tuple((one.title, ind.anchor(one.id)) for one in members if one.id in looked_into),
            )
        )
    return groups


def _context(gathered: Gathered, paragraphs: Numbering) -> list[m.Context]:
    rows = gathered.rows["brief_context"]
    if not rows:
        return []
    areas = list(dict.fromkeys(row["area_name"] for row in rows))
    values = {(row["indicator"], row["area_name"]): number(row["value"]) for row in rows}
    titles = dict.fromkeys((row["indicator"], row["title"]) for row in rows)
    span = span_words(min(row["period_start"] for row in rows), max(row["period_end"] for row in rows))
    sources = list(dict.fromkeys(row["source"] for row in rows))
    return [
        m.Context(
            anchor="context-places",
            title=say("context_title"),
            introduction=paragraphs.paragraph(say("context_introduction", span=span)),
            table=m.Table(
                caption=f"{say('context_title')}, {span}",
                columns=(say("context_column"), *areas),
                rows=tuple(
                    (title, *(values.get((name, area), number(None)) for area in areas)) for name, title in titles
                ),
                numeric=tuple(range(1, len(areas) + 1)),
            ),
            source="; ".join(gathered.plan.source(name).title for name in sources),
            is_illustrative=any(gathered.plan.source(name).illustrative for name in sources),
        )
    ]


def _budget(gathered: Gathered) -> dict[str, str]:
    """Return how many tests the paper makes, and how rare by chance a finding must be."""
    rows = [row for row in _main_rows(gathered) if row["tests"] is not None]
    return {
        "tests": number(rows[0]["tests"] if rows else 0),
        "odds": number(rows[0]["required_odds"] if rows else 100),
    }


def _notes(gathered: Gathered) -> list[m.Note]:
    plan, titles = gathered.plan, _objective_titles(gathered)
    looked_into = {one.id for one in gathered.deep_dive}
    used = {row["source"] for row in gathered.rows["brief_received"] if row["received"] is not None}
    groups = {
        say("notes_sources"): [
            f"{one.publisher}: {one.title}. {one.licence} {one.note}".strip()
            if one.id in used
            else say("source_not_used", publisher=one.publisher, title=one.title)
            for one in plan.sources
        ],
        say("notes_checks"): [say("cannot_check", message=message) for message in gathered.warnings],
        say("notes_commentary"): [
            say("commentary_elsewhere", title=titles[name], author=one.front.author, date=day(one.front.date))
            for name, one in gathered.narratives.items()
            if name not in looked_into
        ],
        say("notes_how"): [say(f"how_{at}", **_budget(gathered)) for at in range(1, 8)],
        say("notes_events"): [
            ind.marked(
                say("excluded", title=one.title, span=span_words(one.start, one.end), why=one.why_excluded),
                one.illustrative,
            )
            for one in plan.events
            if one.excludes_from_baselines and one.end
        ],
        say("notes_rebases"): [
            ind.marked(
                say(
                    "rebase",
                    date=span_words(one.starts, one.starts),
                    reason=one.reason,
                    who=one.agreed_by,
                    where=one.agreed_at,
                    agreed=day(one.agreed_on),
                ),
                one.illustrative,
            )
            for one in plan.rebases
            if one.agreed_on <= gathered.as_of
        ],
        say("notes_places"): [f"{one.name}: {one.note or ', '.join(one.forces)}" for one in plan.panel.comparators],
    }
    return [m.Note(title=title, items=tuple(items)) for title, items in groups.items() if items]
