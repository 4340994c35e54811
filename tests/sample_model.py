"""Briefing models for the tests of the renderings: one as a panel would see it, and hostile ones.

The figures are made up by a seeded generator; nothing here says anything about a real force.
"""

from __future__ import annotations

from flows.render.model import (
    BriefingModel,
    Citation,
    Context,
    Decision,
    Finding,
    Front,
    Indicator,
    Kind,
    Mark,
    Note,
    Objective,
    Paper,
    Paragraph,
    Received,
    Remark,
    StandingGroup,
    Table,
)
from tests.sample_charts import busy_chart, run_chart, sample_chart, uneven_chart

NASTY = (
    '<script>alert("1")</script> O\'Brien & "Sons" #strong[*bold*] $x^2$ @ref \\ `raw` _em_ //c <b> {{ 7*7 }} {% x %}'
)
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
WORDS = {"commissioner": "Commissioner", "panel": "Panel", "force": "Northshire Police"}
HIGH_FINDING = "The latest quarter is higher than chance alone would explain."
USUAL = "No unusual change: the movements are no larger than chance explains."
_CITATION = Citation(title="Minutes of the panel", url="https://example.org/minutes?id=1&x=2", date="15 June 2023")


class _Numbers:
    """Numbers the paper's paragraphs from 1."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, text: str) -> Paragraph:
        self.number += 1
        return Paragraph(number=self.number, text=text)


# Indicators whose charts are not the common one.
_UNUSUAL = {"complaints": uneven_chart, "possession_of_weapons": run_chart, "all_burglary": busy_chart}


def sample_indicator(
    name: str, *, step: int = 3, illustrative: bool = False, unit: str = "", level: float = 800
) -> Indicator:
    """Return an indicator with its chart, as a standing card or a deep dive shows it."""
    chart = _UNUSUAL.get(name, sample_chart)(name, step=step, illustrative=illustrative, unit=unit, level=level)
    latest = chart.points[-1].text
    return Indicator(
        id=name,
        anchor=f"indicator-{name.replace('_', '-')}",
        title=name.replace("_", " ").capitalize(),
        counts="Offences recorded by the force in the quarter, whenever they were committed.",
        sentence=f"{latest} in April to June 2023, compared with 751 in the same quarter a year before.",
        finding=HIGH_FINDING if name in ("shoplifting", "answering_999") else USUAL,
        figures=Table(
            caption=f"{name.replace('_', ' ').capitalize()}: the figures",
            columns=("Figure", "Northshire"),
            rows=(
                ("April to June 2023", latest),
                ("April to June 2022", "751"),
                ("12 months to June 2023", "3,911"),
                ("12 months to June 2022", "3,204"),
                ("Rate per 1,000 people, 12 months", "5.3"),
                ("South West, rate per 1,000", "5.8"),
                ("England and Wales, rate per 1,000", "6.1"),
            ),
            numeric=(1,),
        ),
        chart=chart,
        read_with=(("Recording compliance", "indicator-recording-compliance"),),
        notes=("2015/16 is absent from the published table, so the line has a gap there.",),
        source="Home Office, police recorded crime open data tables, received 20 July 2023",
        is_illustrative=illustrative,
    )


def _findings() -> tuple[Finding, ...]:
    shared = {"objective": "Tackle crimes that matter to local communities", "sources": (_CITATION,)}
    return (
        Finding(
            number=1,
            kind=Kind.CHANGE,
            title="Shoplifting",
            sentence="1,057 offences were recorded in April to June 2023. Chance alone does not explain so many.",
            evidence=("The figure is above the upper process limit of 936.", "The same quarter a year before: 751."),
            anchor="indicator-shoplifting",
            is_illustrative=False,
            chart_id="shoplifting",
            **{**shared, "sources": ()},
        ),
        Finding(
            number=2,
            kind=Kind.CHANGE,
            title="Answering 999 calls",
            sentence="Seven months running have been above the average.",
            evidence=("Seven points in a row above the centre line.",),
            anchor="indicator-answering-999",
            is_illustrative=True,
            chart_id="answering_999",
            **{**shared, "sources": ()},
        ),
        Finding(
            number=3,
            kind=Kind.CONCERN,
            title="Waiting times for 101 callers",
            sentence="The Commissioner recorded a concern about callers to 101 who hang up.",
            evidence=("Recorded on 10 July 2023.",),
            anchor="",
            is_illustrative=True,
            chart_id="",
            **shared,
        ),
        Finding(
            number=4,
            kind=Kind.MEDIA,
            title="Rural crime",
            sentence="Thefts of farm machinery were reported widely in June 2023.",
            evidence=(),
            anchor="",
            is_illustrative=False,
            chart_id="",
            **shared,
        ),
    )


def _paper(number: _Numbers, *, draft: bool) -> Paper:
    return Paper(
        panel="Northshire Police and Crime Panel",
        title="Quarterly performance briefing",
        subject="Police and Crime Plan: Quarter 1 of 2023/24",
        meeting="14 September 2023",
        place="Council Chamber, County Hall",
        period="April to June 2023 (quarter 1 of 2023/24)",
        author="Office of the Police and Crime Commissioner",
        purpose=number(
            "This paper tells the panel what has changed in policing in Northshire, so that it can ask good questions."
        ),
        asks_introduction=number("The panel is asked to:"),
        asks=(
            "consider the areas to address and put its questions to the Commissioner;",
            "look into the two objectives set for this meeting; and",
            "say which further figures it would like to see in December.",
        ),
        is_draft=draft,
        reference="Edition draft-1, made from data received by 1 September 2023",
        prepared="1 September 2023",
        illustrative_notice=(
            "Illustrative data. Figures about calls, victims' satisfaction and complaints are made up to show "
            "how the paper would look. They say nothing about any real force, and are labelled wherever they stand."
        ),
    )


def _front(number: _Numbers, findings: tuple[Finding, ...]) -> Front:
    return Front(
        summary=number(
            "Of 24 standing indicators, two have changed by more than chance explains. The others have not."
        ),
        findings=findings,
        none={
            Kind.CHANGE: "No indicator has changed by more than chance explains.",
            Kind.CONCERN: "The Commissioner has recorded no concern.",
            Kind.EXCELLENT: "No excellent work or progress has been recorded.",
            Kind.MEDIA: "No item prominent in the media has been recorded.",
        },
        kind_titles={
            Kind.CHANGE: "What has changed significantly",
            Kind.CONCERN: "What concerns the Commissioner",
            Kind.EXCELLENT: "Excellent work or progress",
            Kind.MEDIA: "What is prominent in the media",
        },
        early=(
            Remark(
                title="Robbery",
                sentence="An early sign, not yet strong evidence: 31 offences, where 40 to 70 would have been usual.",
                anchor="indicator-robbery",
                is_illustrative=False,
            ),
        ),
        early_introduction=number("Early signs are worth watching and are not areas to address."),
        worth_knowing=(
            Remark(
                title="Answering 999 & 101 calls",
                sentence="1,204 calls in 2023/24 Q1, 21% more than in the same quarter a year before (995).",
                anchor="indicator-answering-999",
                is_illustrative=True,
            ),
        ),
        worth_knowing_introduction=number("Worth knowing, though not unusual against the past:"),
        nothing_else=number("Nothing else has changed by more than chance explains."),
        cannot_tell_introduction=number("Some things cannot be told from the figures held:"),
        cannot_tell=(
            "Victims' satisfaction: too few answers (11) for limits to be drawn.",
            "Recorded crime in 2015/16: the published table has no rows.",
        ),
        deep_dive_introduction=number("This meeting looks into two objectives:"),
        deep_dive=(
            ("Tackle crimes that matter to local communities", "objective-1"),
            ("Improve the experience of victims and deliver justice", "objective-2"),
        ),
        received_introduction=number("Each source was last received as follows."),
        received=(
            Received(
                source="Home Office: police recorded crime",
                received="20 July 2023",
                reaches="June 2023",
                is_illustrative=False,
            ),
            Received(source="Force return", received="28 July 2023", reaches="June 2023", is_illustrative=True),
        ),
    )


def _objective(
    number: _Numbers, at: int, title: str, indicators: tuple[Indicator, ...], *, supplied: bool
) -> Objective:
    html = (
        "<p>Shops reported more thefts, and <strong>staff were hurt</strong> in some. "
        'The <a href="https://example.org/plan">retail plan</a> was agreed in <em>May</em>.</p>'
        "<h3>What lies behind it</h3><ul><li>More stores send reports online.</li>"
        "<li>Two towns account for most of it:<ol><li>Northtown</li><li>Southport</li></ol></li></ul>"
        "<blockquote><p>We asked every store what it had seen.</p></blockquote>"
    )
    missing = "<p>The Commissioner's office has not yet supplied this.</p>"
    decision = Decision(
        reference="2023-11",
        title="Grant to the business crime partnership",
        date="3 May 2023",
        state="Taken",
        url="https://example.org/decisions/2023-11",
        is_illustrative=True,
    )
    return Objective(
        anchor=f"objective-{at}",
        title=title,
        introduction=number(f"This objective has {len(indicators)} indicators. It was last looked into in March 2023."),
        indicators=indicators,
        commentary=number("The Commissioner's office writes:"),
        commentary_html=html if supplied else missing,
        doing=number("The Commissioner's office writes:"),
        doing_html=html if supplied else missing,
        decisions=(decision,) if supplied else (),
        actions=(decision.model_copy(update={"reference": "A-7", "state": "Due in October 2023"}),) if supplied else (),
        sources=(_CITATION,) if supplied else (),
        is_illustrative=supplied,
    )


_CRIMES = [
    "recorded_crime_total",
    "violence_with_injury",
    "violence_without_injury",
    "stalking_and_harassment",
    "sexual_offences",
    "robbery",
    "possession_of_weapons",
    "public_order",
    "all_burglary",
    "domestic_burglary",
    "non_domestic_burglary",
    "vehicle_crime",
    "bicycle_theft",
    "criminal_damage_and_arson",
    "drug_offences",
]
_SERVICES = [
    "answering_101",
    "immediate_response",
    "victim_satisfaction",
    "recording_compliance",
    "complaints",
    "positive_outcomes",
]


def sample_model(*, draft: bool = True) -> BriefingModel:
    """Return a whole briefing: 24 indicators, two deep dives, findings of all kinds but one, illustrative parts."""
    number = _Numbers()
    deep = (
        (
            sample_indicator("shoplifting"),
            sample_indicator("answering_999", step=1, illustrative=True, unit="%", level=88.0),
        ),
        (sample_indicator("victim_contact", step=1, illustrative=True, unit="%", level=74.0),),
    )
    crimes = tuple(sample_indicator(name, level=200 + 90 * at) for at, name in enumerate(_CRIMES))
    services = tuple(
        sample_indicator(name, step=1, illustrative=True, unit="%", level=70.0 + 3 * at)
        for at, name in enumerate(_SERVICES)
    )
    paper, front = _paper(number, draft=draft), _front(number, _findings())
    objectives = (
        _objective(number, 1, front.deep_dive[0][0], deep[0], supplied=True),
        _objective(number, 2, front.deep_dive[1][0], deep[1], supplied=False),
    )
    standing = (
        StandingGroup(
            objective="Tackle crimes that matter to local communities",
            anchor="standing-1",
            introduction=number("Fifteen indicators stand under this objective."),
            indicators=crimes,
            elsewhere=(("Shoplifting", "indicator-shoplifting"),),
        ),
        StandingGroup(
            objective="A police service that meets the needs of its communities",
            anchor="standing-2",
            introduction=number("Six indicators stand under this objective."),
            indicators=services,
            elsewhere=(),
        ),
    )
    return BriefingModel(
        paper=paper,
        front=front,
        objectives=objectives,
        standing=standing,
        context=(_context(number),),
        notes_introduction=number("How the figures were made, and what to bear in mind."),
        notes=(
            Note(
                title="How change is found", items=("Each indicator is compared with its own past.", "See the methods.")
            ),
            Note(title="Corrections", items=("None.",)),
        ),
        glossary=(("101", "The number for calls that are not emergencies."), ("ONS", "Office for National Statistics")),
        words=WORDS,
    )


def _context(number: _Numbers) -> Context:
    return Context(
        anchor="context-street",
        title="Anti-social behaviour by local authority",
        introduction=number(
            "Latest available: year to March 2022. These figures are shown for context and not tested."
        ),
        table=Table(
            caption="Incidents, year to March 2022",
            columns=("Area", "Year to March 2021", "Year to March 2022", "Change"),
            rows=(("Northtown", "7,120", "6,904", "−216"), ("Southport", "4,011", "4,100", "+89")),
            numeric=(1, 2, 3),
        ),
        source="data.police.uk",
        is_illustrative=False,
    )


def nasty_model(*, draft: bool = True) -> BriefingModel:
    """Return the sample with every plain text replaced or lengthened by markup, quotes and a very long word."""

    def spoil(value: object, key: str) -> object:
        if isinstance(value, dict):
            return {name: spoil(item, str(name)) for name, item in value.items()}
        if isinstance(value, list):
            return [spoil(item, key) for item in value]
        plain = {"anchor", "kind", "mark", "start", "end", "date", "id", "chart_id", "shaded_start", "shaded_end"}
        if not isinstance(value, str) or key in plain or value.startswith(("indicator-", "objective-")):
            return value
        if key == "url":
            return 'javascript:alert("1")'
        return (
            f"<p>{value}</p><script>alert(1)</script><p {NASTY}"
            if key.endswith("_html")
            else f"{value} {NASTY} {LONG_WORD}"
        )

    made = spoil(sample_model(draft=draft).model_dump(mode="json"), "")
    return BriefingModel.model_validate(made)


def many_model(count: int) -> BriefingModel:
    """Return a briefing with `count` standing indicators, no deep dive and no finding."""
    model = sample_model()
    group = model.standing[0].model_copy(
        update={
            "indicators": tuple(sample_indicator(f"indicator_{at}", illustrative=at % 2 == 0) for at in range(count)),
            "elsewhere": (),
        }
    )
    nothing: dict[str, tuple[()]] = dict.fromkeys(
        ("findings", "early", "worth_knowing", "deep_dive", "cannot_tell"), ()
    )
    front = model.front.model_copy(update=nothing)
    return model.model_copy(update={"front": front, "objectives": (), "standing": (group,)})


def empty_model() -> BriefingModel:
    """Return a briefing of a panel that has no data at all: two indicators without a figure, one without a chart."""
    model = many_model(2)
    blank = {"limits": (), "events": (), "is_illustrative": False}
    first, second = model.standing[0].indicators
    assert first.chart is not None
    points = tuple(point.model_copy(update={"mark": Mark.MISSING, "text": "no data"}) for point in first.chart.points)
    chart = first.chart.model_copy(update={"points": points, **blank})
    nothing = Table(caption="No figures", columns=("Figure", "Northshire"), rows=())
    bare = {
        "figures": nothing,
        "read_with": (),
        "notes": (),
        "source": "",
        "counts": "",
        "sentence": "There is no data.",
    }
    group = model.standing[0].model_copy(
        update={
            "indicators": (
                first.model_copy(update={"chart": chart, **bare}),
                second.model_copy(update={"chart": None, **bare}),
            )
        }
    )
    front = model.front.model_copy(update={"received": ()})
    paper = model.paper.model_copy(update={"illustrative_notice": "", "place": "", "asks": ()})
    return model.model_copy(
        update={"paper": paper, "front": front, "standing": (group,), "context": (), "notes": (), "glossary": ()}
    )
