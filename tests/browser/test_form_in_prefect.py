"""The form in Prefect, on a real server: its fields, its refusals in words, and an officer's way through the page."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.job import Job
from flows.ledger import Ledger
from flows.review.holding import kept_review
from flows.settings import CHECKOUT
from tests.flow.held import held_job

CHROMIUM = Path("/usr/bin/chromium")
REASON = "Checked against the control room's log"
PATIENCE = 180.0  # seconds for a server to start or a run to end on a busy machine

# What the server holds of the form, and what it says to forms that are wrong.
ASK = """
import json, sys
from pathlib import Path
home, failure = Path(sys.argv[1]), sys.argv[2]
from flows.settings import prepare_libraries
prepare_libraries(home)
from prefect.client.orchestration import get_client
from flows.deploy import decide

def refused(**form):
    try:
        decide(form={"failure": failure, "decision": "accept", "who": "A. Officer", **form}, home=str(home))
    except Exception as error:
        return str(error)
    return ""

with get_client(sync_client=True) as client:
    deployment = client.read_deployment_by_name("Decide on a failed check/decide")
print("FOUND" + json.dumps({
    "schema": deployment.parameter_openapi_schema,
    "parameters": deployment.parameters,
    "unknown": refused(failure="zzzzzz", reason="Known"),
    "empty": refused(),
    "choice": refused(decision="burn it", reason="Known"),
    "nobody": refused(who="  ", reason="Known"),
}))
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Job, str]]:
    """Yield a held job and the address of the Prefect server where its form is served."""
    tmp_path = tmp_path_factory.mktemp("form")
    job = held_job(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, "PYTHONPATH": str(CHECKOUT), "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"{address}/api", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",  # seconds until a run that was asked for is begun
    }  # fmt: skip
    server = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with contextlib.ExitStack() as stack:
        for arguments in (server, ["-m", "flows.deploy", "--home", str(job.home)]):
            log = stack.enter_context((tmp_path / f"{arguments[1]}.log").open("wb"))
            running = subprocess.Popen([sys.executable, *arguments], env=environment, stdout=log, stderr=log)
            stack.callback(running.wait, 60)
            stack.callback(running.terminate)
            _wait_until(lambda: _healthy(address))
        _wait_until(lambda: _holds(address, "deployments"))
        yield job, address


def _healthy(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:
        return bool(answer.status == 200)


def _wait_until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError):
            if ready():
                return
        assert time.monotonic() < end, "nothing came in three minutes"
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


def _holds(address: str, what: str, **wanted: Any) -> bool:
    """Return whether the server holds any of those deployments or runs yet."""
    asked = urllib.request.Request(
        f"{address}/api/{what}/filter", data=json.dumps(wanted).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return bool(json.load(answer))


@pytest.fixture(scope="module")
def found(served: tuple[Job, str]) -> dict[str, Any]:
    """Return what the server holds of the form, and its answers to wrong forms."""
    job, address = served
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PREFECT_API_URL": f"{address}/api"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(job.home), kept_review(job.home)[0].holding[1].id],
        env=environment, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert "FOUND" in done.stdout, done.stderr[-3000:]
    return {**json.loads(done.stdout.split("FOUND")[1]), "home": job.home}


def _decisions(job: Job) -> list[Any]:
    ledger = Ledger(job.ledger, kept_review(job.home)[0].panel)
    try:
        return ledger.decisions()
    finally:
        ledger.close()


def test_the_server_holds_the_form(found: dict[str, Any]) -> None:
    schema = found["schema"]
    form = schema["definitions"]["DecisionForm"]
    assert set(form["properties"]) == {"failure", "decision", "who", "reason", "meeting"}
    assert form["properties"]["decision"]["pattern"] == "^(accept|reject|withdraw)$"
    assert set(form["required"]) == {"failure", "decision", "who"}
    assert Path(found["parameters"]["home"]) == found["home"]


def test_what_is_wrong_is_refused_in_words(served: tuple[Job, str], found: dict[str, Any]) -> None:
    assert "there is no failure 'zzzzzz'" in found["unknown"]
    assert "reason: is empty. Say why" in found["empty"]
    assert "accept|reject|withdraw" in found["choice"]
    assert "at least 1 character" in found["nobody"]
    assert _decisions(served[0]) == []


@pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is not installed at /usr/bin/chromium (Debian: apt install chromium)"
)
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
        # A run gets its name as it begins, which on a busy machine takes a minute; the page asks now and then.
        name = f"accept: {failure}"
        done = {"name": {"any_": [name]}, "state": {"type": {"any_": ["COMPLETED"]}}}
        _wait_until(lambda: _holds(address, "flow_runs", flow_runs=done))
        page.goto(f"{address}/runs")
        page.get_by_role("link", name=name).first.click()
        page.get_by_text("Completed", exact=True).first.wait_for()
        page.get_by_text("Artifacts", exact=True).first.click()
        page.get_by_text("What comes of it").first.click()
        page.get_by_text("Accepted. The figures go into the paper").first.wait_for()
        browser.close()
    (decision,) = _decisions(job)
    assert (decision.verdict, decision.who, decision.reason) == ("accepted", "A. Officer", REASON)
    assert decision.on_day.isoformat() == "2023-09-01"
    assert not decision.is_verified
