"""The review page in a real browser: axe finds nothing, it fits a phone, fetches nothing, the keyboard reaches all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.render.review import render_review
from flows.review.model import Failure, ReceivedFile, RefusedFile, Rejected, Review, Rows, Settled

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium (Debian: apt install chromium)"
)
DAY = dt.date(2023, 9, 1)
LONG = "a_file_with_a_very_long_name_without_any_place_to_break_it_at_all_" * 3
NASTY = "<script>alert(1)</script> \"quoted\" & 'more' =1+1"


def file(name: str, **more: Any) -> ReceivedFile:
    plain = {"extract": name, "sha256": "f" * 64, "name": name, "source": "A source", "received": DAY}
    return ReceivedFile.model_validate({**plain, "rows_read": 1_234_567, "rows_staged": 1_234_567, **more})


def failure(name: str, state: str, **more: Any) -> Failure:
    rows = Rows(columns=("file", "record", "value"), rows=((LONG, "17", NASTY),) * 20, total=1000, file=f"{name}.csv")
    plain = {
        "id": name, "fingerprint": "f", "table": "stg_x", "expectation": "x",
        "outcome": "failed", "state": state, "expected": "It holds.",
        "came": NASTY, "public": NASTY, "why": NASTY, "indicators": ("one",), "indicator_titles": ("One", LONG),
        "files": (file(LONG),), "rows": rows, "ask": f"Subject: {NASTY}\n\n{LONG}",
        "correct": f"- extract: {LONG}\n  table: x",
    }  # fmt: skip
    return Failure.model_validate({**plain, **more})


def made(**more: Any) -> Review:
    plain: dict[str, Any] = {
        "panel": "Panel", "meeting": DAY, "as_of": DAY, "reference": "abcd", "is_checked": True, "missing": (),
        "files": (file("one.csv"), file(LONG, notes=(NASTY,))), "failures": (), "rejected": (), "checks": 30,
    }  # fmt: skip
    return Review.model_validate({**plain, **more})


def refused(*, is_required: bool) -> RefusedFile:
    return RefusedFile(name=LONG, source=NASTY, sha256="f" * 64, received=DAY, columns=NASTY, is_required=is_required)


def full() -> Review:
    settled = Settled(
        verdict="accepted", who=NASTY, is_verified=False, on_day=DAY, recorded_on=DAY + dt.timedelta(1), reason=LONG
    )
    return made(
        missing=("A source: nothing came.",),
        refused=(refused(is_required=False),),
        files=(file("one.csv"), file(LONG, problem=NASTY, is_required=False)),
        failures=(
            failure("aaaaaa", "open", before=NASTY),
            failure("bbbbbb", "open", correct="", rows=Rows(), outcome="crashed", indicator_titles=()),
            failure("cccccc", "rejected", decisions=(settled.model_copy(update={"verdict": "rejected"}),)),
            failure("dddddd", "accepted", decisions=(settled,)),
            failure("eeeeee", "warning"),
        ),
        rejected=(Rejected(table="stg_x", title="x", rows=Rows(columns=("line",), rows=(("1",),), total=1, file="r")),),
    )


REVIEWS = {
    "full": full,
    "sound": made,
    "refused": lambda: made(
        is_checked=False, files=(file("one.csv", is_read=False),), refused=(refused(is_required=True),)
    ),
    "decided": lambda: made(is_decided=True),
    "unreadable": lambda: made(is_checked=False, files=(file("one.csv"), file("two.csv", problem=NASTY))),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=list(REVIEWS))
def page_file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "index.html"
    path.write_text(render_review(REVIEWS[request.param](), " --home /somewhere"), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(browser: Any, page_file: Path, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(page_file.as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    found = Axe().run(page).response
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []
    assert len(found["passes"]) > 15
    page.close()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_page_is_never_wider_than_the_screen(browser: Any, page_file: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(page_file.as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_narrow_screen_is_told_which_columns_there_are(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text(render_review(full()), encoding="utf-8")
    for width, is_told in ((360, True), (1280, False)):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(path.as_uri())
        assert page.get_by_text("Columns: file, record, value.").first.is_visible() == is_told
        page.close()


def test_nothing_is_fetched_and_no_script_runs(browser: Any, page_file: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(page_file.as_uri(), wait_until="networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [page_file.as_uri()]
    assert not said
    assert page.locator("script").count() == 0
    page.close()


def test_the_keyboard_reaches_every_text_to_copy_and_every_file(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text(render_review(full()), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className + document.activeElement.getAttribute('href')"))
    assert reached[0] == "skip#main"
    reached = reached[: reached.index("skip#main", 1)]
    assert sum(one.startswith("copy") for one in reached) == 5, "commands, the one entry, the open message"
    assert {"nullaaaaaa.csv", "aaaaaa.csv"} & set(reached) and {"eeeeee.csv"} & set(reached)
    page.close()
