"""The page in a real browser: it fetches nothing, fits every screen, and prints with DRAFT on every sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from flows.render.charts import render_svg
from flows.render.html import render_html
from tests.pdf_text import paper_texts
from tests.sample_model import empty_model, nasty_model, sample_model

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium (Debian: apt install chromium)"
)
MODELS = {"sample": sample_model, "nasty": nasty_model, "empty": empty_model}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=list(MODELS))
def page_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a page made from one of the models."""
    model = MODELS[request.param]()
    path = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    path.write_text(render_html(model, {chart.id: render_svg(chart) for chart in model.charts()}), encoding="utf-8")
    return path


def test_nothing_is_fetched_and_no_script_runs(browser: Any, page_file: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(page_file.as_uri(), wait_until="networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [page_file.as_uri()]
    assert not said
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Open Sans\"'))")
    page.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_page_is_never_wider_than_the_screen(browser: Any, page_file: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(page_file.as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_cards_stand_in_one_column_on_a_phone_and_three_on_a_desk(browser: Any, tmp_path: Path) -> None:
    model = sample_model()
    path = tmp_path / "page.html"
    path.write_text(render_html(model, {chart.id: render_svg(chart) for chart in model.charts()}), encoding="utf-8")
    columns = {}
    for width in (320, 1280):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(path.as_uri())
        lefts = page.eval_on_selector_all(".card", "all => all.map(one => one.getBoundingClientRect().left)")
        assert len(lefts) == 21
        columns[width] = len(set(lefts))
        smallest = page.eval_on_selector_all(
            ".card svg text",
            "all => Math.min(...all.map(one => one.getScreenCTM().a * parseFloat(getComputedStyle(one).fontSize)))",
        )
        assert smallest > 8.5, "the smallest letters of a chart, in pixels on the screen"
        page.close()
    assert columns == {320: 1, 1280: 3}


def test_small_charts_stand_side_by_side_and_lead_to_their_block(browser: Any, tmp_path: Path) -> None:
    model = sample_model()
    path = tmp_path / "page.html"
    path.write_text(render_html(model, {chart.id: render_svg(chart) for chart in model.charts()}), encoding="utf-8")
    columns = {}
    for width in (320, 1280):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(path.as_uri())
        boxes = page.eval_on_selector_all(
            ".cells svg", "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.width])"
        )
        assert len(boxes) == 22 and len({round(wide) for _, wide in boxes}) == 1, "all are as wide"
        columns[width] = len({round(left) for left, _ in boxes})
        smallest = page.eval_on_selector_all(
            ".cells svg text",
            "all => Math.min(...all.map(one => one.getScreenCTM().a * parseFloat(getComputedStyle(one).fontSize)))",
        )
        assert smallest > 8.5
        page.locator(".cells svg").nth(2).click(force=True)
        assert page.evaluate("location.hash") == "#indicator-violence-with-injury", "the whole cell is the link"
        page.locator(".cells .area").first.click()
        assert page.evaluate("location.hash") == "#finding-1"
        page.close()
    assert columns == {320: 2, 1280: 5}


def test_the_skip_link_is_the_first_stop_and_leads_to_the_paper(browser: Any, page_file: Path) -> None:
    page = browser.new_page()
    page.goto(page_file.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    page.close()


def test_print_has_draft_on_every_sheet_and_no_hidden_tables(browser: Any, tmp_path: Path) -> None:
    model = sample_model()
    path = tmp_path / "page.html"
    path.write_text(render_html(model, {chart.id: render_svg(chart) for chart in model.charts()}), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")
    shown = page.eval_on_selector_all("details", "all => all.filter(one => one.getClientRects().length).length")
    assert shown == 0
    strip = page.eval_on_selector(".draft-strip", "one => getComputedStyle(one).position")
    assert strip == "fixed", "what is fixed is printed on every sheet"
    page.close()
    opened = pikepdf.open(io.BytesIO(printed))
    assert len(opened.pages) > 5
    width, height = (float(side) for side in opened.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    assert all("DRAFT" in text for text in paper_texts(printed))
