"""The renderings: every model, however hostile, becomes a page, a paper, charts and an email that say the same."""

from __future__ import annotations

import colorsys
import email
import email.message
import email.policy
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from flows.errors import ConfigurationError
from flows.render import rich_text
from flows.render.charts import render_png, render_svg
from flows.render.email import chart_ids, render_email
from flows.render.font import breakable, covered, printable
from flows.render.html import render_html
from flows.render.model import BriefingModel, Chart, Kind, Mark
from flows.render.palette import PALETTE
from flows.render.pdf import render_pdf
from flows.render.words import filled_words, load_words
from tests.pdf_text import paper_texts
from tests.sample_model import NASTY, WORDS, empty_model, many_model, nasty_model, sample_model

MODELS = {
    "sample": sample_model,
    "final": lambda: sample_model(draft=False),
    "nasty": nasty_model,
    "empty": empty_model,
    "none": lambda: many_model(0),
    "one": lambda: many_model(1),
    "sixty": lambda: many_model(60),
}
FORBIDDEN = re.compile(r"\b(target|rag|red|amber|green|threshold|on track|off track)\b", re.IGNORECASE)
SENT = datetime(2023, 9, 1, 9, 30, tzinfo=UTC)


@cache
def model_of(name: str) -> BriefingModel:
    return MODELS[name]()


@cache
def svgs_of(name: str) -> dict[str, str]:
    return {chart.id: render_svg(chart) for chart in model_of(name).charts()}


@cache
def page_of(name: str) -> str:
    return render_html(model_of(name), svgs_of(name))


@cache
def paper_of(name: str) -> bytes:
    return render_pdf(model_of(name), svgs_of(name))


@cache
def mail_of(name: str) -> bytes:
    model = model_of(name)
    by_id = {chart.id: chart for chart in model.charts()}
    pictures = {one: render_png(by_id[one], 760) for one in chart_ids(model)}
    return render_email(model, pictures, sender="Panel papers <papers@example.org>", date=SENT)


def parts_of(name: str) -> tuple[email.message.EmailMessage, str, str]:
    """Return the email, its plain text and its HTML."""
    message = email.message_from_bytes(mail_of(name), policy=email.policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and html is not None
    return message, plain.get_content(), html.get_content()


class Page(HTMLParser):
    """The tags, ids and visible text of a page; complains of tags that do not close."""

    VOID = frozenset({"meta", "br", "img", "link", "hr", "input"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def hue_and_saturation(colour: str) -> tuple[float, float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    hue, _, _ = colorsys.rgb_to_hls(*parts)
    return hue * 360, max(parts) - min(parts)


def is_forbidden(colour: str) -> bool:
    hue, saturation = hue_and_saturation(colour)
    return saturation > 0 and (hue >= 345 or hue <= 10 or 30 <= hue <= 55 or 90 <= hue <= 160)


# --- colours and words -----------------------------------------------------------------------------------------------


def test_the_hue_test_knows_what_is_forbidden() -> None:
    assert all(is_forbidden(colour) for colour in ("#D4351C", "#FFBF00", "#00703C", "#FF0000", "#B10E1E"))
    assert not any(is_forbidden(colour) for colour in PALETTE.values())


@pytest.mark.parametrize("name", MODELS)
def test_no_rendering_uses_a_colour_that_grades(name: str) -> None:
    for text in (*svgs_of(name).values(), page_of(name), parts_of(name)[2]):
        used = set(re.findall(r'(?:[:"\s]|solid )(#[0-9A-Fa-f]{6})\b', text))
        assert used or not svgs_of(name)
        assert not [colour for colour in used if is_forbidden(colour)]
        assert not re.search(r'(?:fill|stroke)="(?!#|none\b)', text), "a colour that is not a hexadecimal number"
        assert not re.search(r"[:\s](?:rgba?|hsla?|hwb|oklch|color-mix)\(", text)


def test_the_paper_uses_no_colour_that_grades() -> None:
    seen = set(paper_colours(paper_of("sample")))
    assert len(seen) >= 5
    assert not [colour for colour in seen if is_forbidden(colour)]


def test_product_words_grade_nothing() -> None:
    assert len(load_words()) > 50
    assert not [text for text in load_words().values() if FORBIDDEN.search(text)]


@pytest.mark.parametrize("name", ["sample", "final", "empty", "none", "sixty"])
def test_visible_text_has_no_forbidden_word(name: str) -> None:
    for text in (Page(page_of(name)).text(), parts_of(name)[1], Page(parts_of(name)[2]).text()):
        assert len(text) > 500 and not FORBIDDEN.search(text)


def test_words_fill_in_the_panels_own_words() -> None:
    words = filled_words({**WORDS, "commissioner": "Mayor"})
    assert words["part_doing"] == "What the Mayor is doing or will do"
    assert "{number}" in words["area"]
    with pytest.raises(ConfigurationError, match="commissioner"):
        filled_words({"panel": "Panel", "force": "Force"})


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_the_page_stands_alone_and_is_well_formed(name: str) -> None:
    page = Page(page_of(name))
    tags = {tag for tag, _ in page.tags}
    assert tags >= {"html", "header", "nav", "main", "footer", "h1", "title", "svg"}
    assert not tags & {"script", "link", "iframe", "object", "embed", "img", "base", "form"}
    assert page.all("html") == [{"lang": "en-GB"}] and len(page.all("h1")) == 1
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attributes in page.all("a"):
        href = attributes["href"] or ""
        assert href[1:] in ids if href.startswith("#") else href.startswith("https://example.org/"), href
    for _, attributes in page.tags:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "srcset", "action")]
        for key in ("aria-labelledby",):
            assert all(one in ids for one in (attributes.get(key) or "").split())
    style = page_of(name).split("<style>")[1].split("</style>")[0]
    assert "@import" not in style and all(one.startswith("data:") for one in re.findall(r"url\(([^)]*)", style))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_tables_and_figures_are_labelled() -> None:
    page = Page(page_of("sample"))
    charts = len(model_of("sample").charts())
    assert charts == 24
    assert len(page.all("figure")) == len(page.all("figcaption")) == len(page.all("details")) == charts
    assert len(page.all("table")) == len(page.all("caption")) > 2 * charts
    assert all(attributes.get("scope") in ("row", "col") for attributes in page.all("th"))


def test_every_kind_is_printed_also_when_empty() -> None:
    for name in ("sample", "none"):
        model, text = model_of(name), Page(page_of(name)).text()
        for kind in Kind:
            assert model.front.kind_titles[kind] in text
            has = any(finding.kind is kind for finding in model.front.findings)
            assert (model.front.none[kind] in text) is not has


def test_the_paragraph_numbers_run_through_the_page() -> None:
    numbers = [int(one) for one in re.findall(r'id="paragraph-(\d+)"', page_of("sample"))]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 15


def test_the_parts_of_a_deep_dive_come_in_the_panels_order() -> None:
    words = filled_words(WORDS)
    section = page_of("sample").split('id="objective-1"')[1].split("</section>")[0]
    places = [section.index(words[part]) for part in ("part_performance", "part_commentary", "part_doing")]
    assert places == sorted(places)
    assert "has not yet supplied this" in Page(page_of("sample")).text()


def test_what_is_illustrative_says_so_wherever_it_stands() -> None:
    model, html = model_of("sample"), page_of("sample")
    for block in (*model.objectives, *model.standing):
        for one in block.indicators:
            article = html.split(f'id="{one.anchor}"')[1].split("</article>")[0]
            # Heading, figures table, chart, caption and data table each say it; so do the names of the two tables.
            assert article.count("Illustrative data") == (7 if one.is_illustrative else 0), one.id
    assert model.paper.illustrative_notice in Page(html).text()


def test_a_link_from_a_record_names_the_indicator_that_it_leads_to() -> None:
    sample = model_of("sample")
    concern = next(one for one in sample.front.findings if one.kind is Kind.CONCERN)
    pointing = concern.model_copy(update={"anchor": "indicator-answering-999"})
    front = sample.front.model_copy(update={"findings": (pointing,)})
    model = sample.model_copy(update={"front": front})
    title = model.titles()["indicator-answering-999"]
    assert title != concern.title
    said = f"See the chart and figures: {title}"
    page = Page(render_html(model, svgs_of("sample"))).text().replace(" :", ":")
    assert said in page and f"See the chart and figures: {concern.title}" not in page
    assert said.replace(" ", "") in "".join(paper_texts(render_pdf(model, svgs_of("sample"))))


def test_a_draft_says_so_and_a_final_paper_does_not() -> None:
    assert "DRAFT" in Page(page_of("sample")).text() and "draft-strip" in page_of("sample")
    assert "DRAFT" not in Page(page_of("final")).text()
    assert "DRAFT" not in "".join(paper_texts(paper_of("final"))) and "DRAFT" not in parts_of("final")[1]


def test_an_officers_markup_stays_text() -> None:
    for html in (page_of("nasty"), parts_of("nasty")[2]):
        page = Page(html)
        assert "script" not in {tag for tag, _ in page.tags}
        assert all("javascript" not in (attributes.get("href") or "") for _, attributes in page.tags)
        assert NASTY in page.text() and "&lt;script&gt;alert(" in html
    assert "{{ 7*7 }}" in parts_of("nasty")[1]


def test_a_missing_chart_is_an_error() -> None:
    with pytest.raises(Exception, match="shoplifting"):
        render_html(model_of("sample"), {})


# --- commentary ------------------------------------------------------------------------------------------------------


def test_commentary_becomes_blocks_and_comes_back() -> None:
    html = '<h3>A</h3><p>x <strong>y <em>z</em></strong> <a href="https://e.org/?a=1&amp;b=2">l</a></p><ol><li>1<ul><li>2</li></ul></li></ol>'
    found = rich_text.blocks(html)
    assert [block.kind for block in found] == ["heading", "paragraph", "numbers"]
    again = rich_text.to_html(found, 3)
    assert rich_text.blocks(again) == found
    assert rich_text.to_text(found) == "A\n\nx y z l (https://e.org/?a=1&b=2)\n\n1. 1\n\n   - 2"


@pytest.mark.parametrize(
    "html",
    [
        "",
        "   ",
        "</p></ul></li>",
        "<ul>loose<li>a",
        "<li>stray</li>",
        "<script>alert(1)</script>",
        "<p><strong>open",
        "<blockquote><h3>deep</h3></blockquote>",
        "<h4>second first</h4><h3>then first</h3>",
        "<p>&lt;script&gt;</p><table><tr><td>cell</td></tr></table>",
        '<a href="javascript:alert(1)">x</a><a href=" HTTPS://e.org ">y</a>',
    ],
)
def test_broken_commentary_is_forgiven_and_never_markup(html: str) -> None:
    found = rich_text.blocks(html)
    again = rich_text.to_html(found, 3)
    Page(again)
    assert rich_text.blocks(again) == found
    assert "<script" not in again and "javascript:" not in again and "alert" not in again.replace("&lt;", "")
    levels = [block.level for block in found if block.kind == "heading"]
    assert all(later <= earlier + 1 for earlier, later in zip([0, *levels], levels, strict=False))


def test_an_empty_commentary_leaves_the_paper_whole() -> None:
    model = model_of("sample")
    bare = tuple(one.model_copy(update={"commentary_html": "", "doing_html": " "}) for one in model.objectives)
    model = model.model_copy(update={"objectives": bare})
    Page(render_html(model, svgs_of("sample")))
    assert render_pdf(model, svgs_of("sample")).startswith(b"%PDF")


# --- the paper -------------------------------------------------------------------------------------------------------


def paper_colours(paper: bytes) -> Iterator[str]:
    """Yield every colour set by a page or a picture in it, as a hexadecimal number."""
    opened = pikepdf.open(io.BytesIO(paper))
    forms = [one for one in opened.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Form"]
    for source in (*opened.pages, *forms):
        for operands, operator in pikepdf.parse_content_stream(source):
            if str(operator) in ("rg", "RG", "sc", "SC", "scn", "SCN") and len(operands) == 3:
                yield "#" + "".join(f"{round(float(part) * 255):02X}" for part in operands)


@pytest.mark.parametrize("name", MODELS)
def test_the_paper_is_an_accessible_pdf(name: str) -> None:
    opened = pikepdf.open(io.BytesIO(paper_of(name)))
    root: Any = opened.Root
    assert root.MarkInfo.Marked and str(root.Lang).lower() == "en-gb" and "/StructTreeRoot" in root
    assert root.ViewerPreferences.DisplayDocTitle
    metadata = root.Metadata.read_bytes()
    assert b"pdfuaid:part" in metadata
    model = model_of(name)
    assert model.paper.title.split(" ", maxsplit=1)[0] in str(opened.docinfo["/Title"])
    assert len(root.Outlines.keys()) > 1
    width, height = (float(side) for side in opened.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    fonts = {str(one.BaseFont) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one}
    assert fonts and all("OpenSans" in font for font in fonts)


def test_every_page_of_the_paper_is_numbered_and_marked() -> None:
    texts = paper_texts(paper_of("sample"))
    assert len(texts) > 5
    for number, text in enumerate(texts, start=1):
        assert "DRAFT" in text and f"Page{number}of{len(texts)}" in text


def test_what_was_expected_is_said_below_the_chart_and_its_sign_explained() -> None:
    model, words = model_of("sample"), load_words()
    page, mail = Page(page_of("sample")).text(), parts_of("sample")[2]
    paper = "".join(paper_texts(paper_of("sample")))
    labels = {one.label for chart in model.charts() for one in chart.expected}
    assert len(labels) > 15
    for label in labels:
        assert label in page and label.replace(" ", "") in paper
    sent = [one.label for chart in model.charts() if chart.id in chart_ids(model) for one in chart.expected]
    assert sent and all(label in mail for label in sent)
    assert words["key_expected"] in page and words["key_expected"].replace(" ", "") in paper
    assert words["key_expected"] not in Page(page_of("none")).text(), "a sign that no chart has is not explained"


def test_the_paper_says_what_the_page_says() -> None:
    model, text = model_of("sample"), "".join(paper_texts(paper_of("sample")))
    said = [one.finding for block in (*model.objectives, *model.standing) for one in block.indicators]
    said += [finding.sentence for finding in model.front.findings] + list(model.front.cannot_tell)
    said += [model.front.none[Kind.EXCELLENT], model.paper.illustrative_notice, *(term for term, _ in model.glossary)]
    assert len(said) > 30
    assert not [one for one in said if one.replace(" ", "") not in text]


def test_markup_is_inert_on_paper() -> None:
    text = "".join(paper_texts(paper_of("nasty")))
    assert "#strong[*bold*]$x^2$@ref\\`raw`_em_//c" in text


def test_the_font_prints_letters_and_names_what_it_cannot() -> None:
    assert len(covered()) > 300 and {"£", "–", "’", "ŵ", "−", "\u200b"} <= covered()
    assert printable("Crème, Łódź & £5 ŵ") == "Crème, Łódź & £5 ŵ"
    assert printable("e\u0301 \u2011 ệ 漢 😀 \x07") == "é - e \ufffd \ufffd \ufffd"
    assert breakable("short words stay") == "short words stay"
    assert breakable("x" * 60).replace("\u200b", "") == "x" * 60 and "\u200b" in breakable("x" * 60)


def test_unknown_letters_do_not_stop_the_paper() -> None:
    model = model_of("one")
    paper = model.paper.model_copy(update={"panel": "漢字 😀 \u202e Panel", "place": "\x00"})
    assert render_pdf(model.model_copy(update={"paper": paper}), svgs_of("one")).startswith(b"%PDF")


# --- the email -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_the_email_is_small_and_complete(name: str) -> None:
    message, plain, html = parts_of(name)
    model = model_of(name)
    assert message.get_content_type() == "multipart/alternative" and message["To"] is None
    assert len(html.encode()) < 100_000
    assert not {"svg", "script", "link", "iframe"} & {tag for tag, _ in Page(html).tags}
    assert not re.search(r"url\(|display: ?(flex|grid)", html)
    pictures = {part["Content-ID"][1:-1]: part for part in message.walk() if part.get_content_type() == "image/png"}
    used = re.findall(r'src="cid:([^"]+)"', html)
    assert sorted(used) == sorted(pictures) and len(used) == len(chart_ids(model)) <= 4
    page = Page(html)
    assert len(page.all("img")) == len(used) and all(attributes["alt"] for attributes in page.all("img"))
    flat, visible = " ".join(plain.split()), page.text()
    for one in (one for block in (*model.objectives, *model.standing) for one in block.indicators):
        assert " ".join(one.finding.split()) in flat and " ".join(one.finding.split()) in visible
    for finding in model.front.findings:
        assert " ".join(finding.sentence.split()) in flat and " ".join(finding.sentence.split()) in visible


def test_styles_are_inline_and_small_screens_kept() -> None:
    _, _, html = parts_of("sample")
    assert "@media" in html and html.count("style=") > 100


def test_the_subject_names_panel_date_and_draft() -> None:
    expected = "Northshire Police and Crime Panel, 14 September 2023: Quarterly performance briefing"
    assert parts_of("sample")[0]["Subject"] == f"DRAFT: {expected}"
    assert parts_of("final")[0]["Subject"] == expected
    assert "\n" not in parts_of("nasty")[0]["Subject"]


def test_at_most_four_charts_are_sent() -> None:
    model = model_of("sixty")
    first = sample_model().front.findings[0]
    findings = tuple(first.model_copy(update={"number": at, "chart_id": f"indicator_{at}"}) for at in range(1, 9))
    model = model.model_copy(update={"front": model.front.model_copy(update={"findings": findings})})
    assert chart_ids(model) == ("indicator_1", "indicator_2", "indicator_3", "indicator_4")


@pytest.mark.parametrize(("longer", "left_out"), [(1, False), (6, False), (300, True)])
def test_html_that_would_be_cut_off_is_shortened_and_says_so(longer: int, left_out: bool) -> None:
    model = model_of("sixty")
    group = model.standing[0]
    many = tuple(
        one.model_copy(update={"sentence": one.sentence * 2 * longer, "finding": one.finding * longer})
        for one in group.indicators
    )
    model = model.model_copy(update={"standing": (group.model_copy(update={"indicators": many}),)})
    sent = render_email(model, {}, sender="papers@example.org", date=SENT)
    message = email.message_from_bytes(sent, policy=email.policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and html is not None
    shown = Page(html.get_content()).text()
    assert len(html.get_content().encode()) < 100_000
    assert (load_words()["email_left_out"] in shown) is left_out
    assert (many[-1].finding in shown) is not left_out
    assert many[-1].finding in " ".join(plain.get_content().split()), "the plain text keeps everything"


def test_a_sender_without_an_address_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="not an email address"):
        render_email(model_of("none"), {}, sender="The panel", date=SENT)


# --- the same bytes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sample", "empty"])
def test_every_rendering_is_the_same_bytes_again(name: str) -> None:
    page, paper, mail = page_of(name), paper_of(name), mail_of(name)
    for cached in (model_of, svgs_of, page_of, paper_of, mail_of):
        cached.cache_clear()
    assert (page_of(name), paper_of(name), mail_of(name)) == (page, paper, mail)


def test_the_samples_have_every_mark_and_part() -> None:
    charts: tuple[Chart, ...] = model_of("sample").charts()
    assert {point.mark for chart in charts for point in chart.points} == set(Mark)
    limits = [limit for chart in charts for limit in chart.limits]
    assert {limit.has_limits for limit in limits} == {limit.start == limit.end for limit in limits} == {True, False}
    boxes = [one for chart in charts for one in chart.expected]
    assert {one.has_average for one in boxes} == {True, False} and any(len(chart.expected) > 1 for chart in charts)
    assert {finding.is_illustrative for finding in model_of("sample").front.findings} == {True, False}
