"""Makes the pictures of the review page in docs/pictures, from the example with faults put in that are illustrative.

    .venv/bin/python -m docs.make_pictures

Needs Chromium. Run it when the page changes, look at the pictures, and commit them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from flows.cli import app
from flows.errors import BriefingHeld
from flows.render.review import render_review
from flows.review.holding import read_review
from flows.settings import CHECKOUT, EXAMPLE, prepare_libraries

PICTURES = CHECKOUT / "docs" / "pictures"
RETURN = "extracts/service_return/service-return-2019-04-to-2023-06.csv"
MEETING, AS_OF = "2023-09-14", "2023-09-01"


def held_page(folder: Path) -> Path:
    """Return the review page of the example's briefing, held for one total that was mistyped."""
    panel, home = folder / "panel", folder / "var"
    shutil.copytree(EXAMPLE, panel)
    path = panel / RETURN
    path.write_text(path.read_text(encoding="utf-8").replace(",8217,", ",8317,", 1), encoding="utf-8")
    prepare_libraries(home)
    arguments = ["run", "--panel", str(panel), "--home", str(home), "--meeting", MEETING, "--as-of", AS_OF]
    try:
        app(arguments, standalone_mode=False)
    except BriefingHeld:
        folder = home / "briefings" / MEETING / "review"
        # As in the usual home: what is committed names no folder of the machine that it was made on.
        (folder / "index.html").write_text(render_review(read_review(folder)), encoding="utf-8")
        return folder / "index.html"
    raise RuntimeError("the briefing was not held")


def take(page_file: Path) -> None:
    """Write the two pictures: the top of the page as it opens, and what one can do."""
    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 1150})
        page.goto(page_file.as_uri())
        page.screenshot(path=PICTURES / "review-held.png")
        card = page.locator("article").first
        ways = card.locator(".ways").bounding_box()
        page.set_viewport_size({"width": 1000, "height": 2400})
        clip = {"x": 0, "y": ways["y"] - 50, "width": 1000, "height": ways["height"] + 70}
        page.screenshot(path=PICTURES / "review-three-ways.png", clip=clip)
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        take(held_page(Path(made)))
    print("The pictures are in docs/pictures.", file=sys.stderr)
