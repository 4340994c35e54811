"""The whole paper: heading, front page, deep dives, standing indicators, context, notes."""

from __future__ import annotations

from flows.calendar import long_date, quarter_words
from flows.render import model as m
from flows.wording import indicators as ind
from flows.wording.corrected import correction
from flows.wording.front import accepted_checks, front_page
from flows.wording.gathered import Gathered
from flows.wording.numbering import Numbering
from flows.wording.numbers import day, number, span_words
from flows.wording.revised import mark, revisions
from flows.wording.sentences import say


def compose(gathered: Gathered) -> m.BriefingModel:
    """Return the briefing of one meeting."""
    paragraphs = Numbering()
    paper = _paper(gathered, paragraphs)
    blocks = {one.id: ind.block(gathered, one) for one in gathered.standing()}
    front = front_page(gathered, paragraphs)
    objectives = tuple(_objective(gathered, paragraphs, one.id, one.title, blocks) for one in gathered.deep_dive)
    looked_into = {block.id for objective in objectives for block in objective.indicators}
    return m.BriefingModel(
        paper=paper,
        front=front,
        objectives=objectives,
        standing=tuple(_standing(gathered, paragraphs, blocks, looked_into)),
        context=tuple(_context(gathered, paragraphs)),
        revisions=revisions(gathered, paragraphs),
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
    older = [(name, title) for name, title in gathered.objective_titles().items() if (name, title) not in titles]
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
    values = {
        (row["indicator"], row["area_name"]): mark(
            gathered, number(row["value"]), row["indicator"], row["area"], row["period_start"], row["period_end"]
        )
        for row in rows
    }
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
            notes=tuple(ind.data_notes(gathered, [row["indicator"] for row in rows])),
            is_illustrative=any(gathered.plan.source(name).illustrative for name in sources),
        )
    ]


def _budget(gathered: Gathered) -> dict[str, str]:
    """Return how many tests the paper makes, and how rare by chance a finding must be."""
    rows = [row for row in gathered.main_rows() if row["tests"] is not None]
    return {
        "tests": number(rows[0]["tests"] if rows else 0),
        "odds": number(rows[0]["required_odds"] if rows else 100),
    }


def _notes(gathered: Gathered) -> list[m.Note]:
    plan, titles = gathered.plan, gathered.objective_titles()
    looked_into = {one.id for one in gathered.deep_dive}
    used = {row["source"] for row in gathered.rows["brief_received"] if row["received"] is not None}
    groups = {
        say("notes_sources"): [
            f"{one.publisher}: {one.title}. {one.licence} {one.note}".strip()
            if one.id in used
            else say("source_not_used", publisher=one.publisher, title=one.title)
            for one in plan.sources
        ],
        say("notes_accepted"): accepted_checks(gathered),
        say("notes_checks"): [say("cannot_check", message=message) for message in gathered.warnings],
        say("notes_corrections"): [correction(row) for row in gathered.rows["brief_correction"]],
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
