"""The officer's way in Prefect's own page: open `decide`, fill in the form, submit, and it is recorded."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.job import Job
from flows.ledger import Ledger
from flows.review.holding import kept_review
from flows.settings import CHECKOUT
from tests.flow.held import held_job

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium (Debian: apt install chromium)"
)
REASON = "Checked against the control room's log"
PATIENCE = 180.0  # seconds for a server to start or a run to end on a busy machine


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Job, str]]:
    """Yield a held job and the address of the Prefect server where its form is served."""
    job = held_job(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, "PYTHONPATH": str(CHECKOUT), "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"{address}/api", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }  # fmt: skip
    server = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with contextlib.ExitStack() as stack:
        for arguments in (server, ["-m", "flows.deploy", "--home", str(job.home)]):
            log = stack.enter_context((tmp_path / f"{arguments[1]}.log").open("wb"))
            running = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=log, stderr=log)
            stack.callback(running.wait, 60)
            stack.callback(running.terminate)
            _wait_for(f"{address}/api/health")
        yield job, address


def _wait_for(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def _fill_in(page: Any, failure: str) -> None:
    page.get_by_role("link", name="decide", exact=True).first.click()
    page.get_by_role("button", name="Run", exact=True).first.click()
    page.get_by_text("Custom run").first.click()
    page.get_by_text("The failure's number on the review page.").wait_for()
    boxes = page.locator("form textarea")
    for place, text in enumerate([failure, "accept", "A. Officer", REASON]):
        boxes.nth(place).fill(text)
    page.get_by_role("button", name="Submit", exact=True).click()


def test_an_officer_settles_a_failure_in_prefects_page(served: tuple[Job, str]) -> None:
    from playwright.sync_api import sync_playwright

    job, address = served
    review = kept_review(job.home)[0]
    failure = review.holding[0].id
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 1300})
        page.set_default_timeout(60_000)
        page.goto(f"{address}/deployments")
        _fill_in(page, failure)
        page.get_by_role("link", name=f"accept: {failure}").first.click()
        page.get_by_text("Completed", exact=True).first.wait_for()
        page.get_by_text("Artifacts", exact=True).first.click()
        page.get_by_text("What comes of it").first.wait_for()
        browser.close()
    ledger = Ledger(job.ledger, review.panel)
    try:
        (decision,) = ledger.decisions()
    finally:
        ledger.close()
    assert (decision.verdict, decision.who, decision.reason) == ("accepted", "A. Officer", REASON)
