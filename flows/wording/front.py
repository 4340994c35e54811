"""The page that answers in a minute: what changed, what concerns, is excellent or in the news, what cannot be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from flows.calendar import long_date, quarter_words
from flows.plan.models import RecordEntry
from flows.render import model as m
from flows.wording import indicators as ind
from flows.wording.findings import evidence, verdict, worth_knowing
from flows.wording.gathered import Gathered, Row
from flows.wording.numbering import Numbering
from flows.wording.numbers import day, listed, period_label
from flows.wording.sentences import say


def front_page(gathered: Gathered, paragraphs: Numbering) -> m.Front:
    counts = Counter(row["kind"] for row in gathered.rows["brief_finding"])
    main = gathered.main_rows()
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


def _finding(gathered: Gathered, at: int, row: Row) -> m.Finding:
    if row["kind"] == "change":
        one = gathered.indicator(row["indicator"])
        main = next(r for r in gathered.main_rows() if r["indicator"] == one.id)
        return m.Finding(
            number=at,
            kind=m.Kind.CHANGE,
            title=one.title,
            sentence=verdict(gathered, one, main),
            evidence=(
                *evidence(gathered, one, main, ind.sentence(gathered, one, main)),
                *([say("data_note_short")] if gathered.accepted_of((one.id,)) else []),
            ),
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
    return current[0] if current else gathered.objective_titles()[objectives[-1]]


def _record_anchor(gathered: Gathered, entry: RecordEntry) -> str:
    standing = {one.id for one in gathered.standing()}
    return next((ind.anchor(name) for name in entry.indicators if name in standing), "")


def _citations(entry: RecordEntry) -> tuple[m.Citation, ...]:
    if entry.source is None:
        return ()
    return (m.Citation(title=entry.source.title, url=entry.source.url, date=day(entry.source.date)),)


def _cannot_tell(gathered: Gathered, main: list[Row]) -> tuple[str, ...]:
    said = [*gathered.missing, *accepted_checks(gathered)]
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


def accepted_checks(gathered: Gathered) -> list[str]:
    """Return a sentence on each failed check that was accepted, with who, when, why and what it touches."""
    return [
        say(
            "accepted_check",
            came=one.came,
            who=one.who,
            when=one.when,
            reason=one.reason,
            titles=listed([gathered.indicator(name).title for name in one.indicators]) or say("accepted_none"),
        )
        for one in gathered.accepted
    ]


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
