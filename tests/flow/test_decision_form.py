"""The form in Prefect: on a real server, the deployment has the form's fields, refuses in words, and records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.ledger import Ledger
from flows.review.holding import kept_review
from flows.settings import CHECKOUT
from tests.flow.held import held_job

PROGRAM = """
import json, sys
from pathlib import Path
home, failure = Path(sys.argv[1]), sys.argv[2]
from flows.settings import prepare_libraries
prepare_libraries(home)
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness
from flows.deploy import DecisionForm, decide, decide_deployment

def refused(**form):
    try:
        decide(form={"failure": failure, "decision": "accept", "who": "A. Officer", **form},
               home=str(home))
    except Exception as error:
        return str(error)
    return ""

with prefect_test_harness(server_startup_timeout=180):
    name = decide_deployment(home).apply()
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment(name)
    found = {
        "schema": deployment.parameter_openapi_schema,
        "parameters": deployment.parameters,
        "unknown": refused(failure="zzzzzz", reason="Known"),
        "empty": refused(),
        "choice": refused(decision="burn it"),
        "nobody": refused(who="  ", reason="Known"),
        "said": decide(form=DecisionForm(failure=failure, decision="accept", who="A. Officer",
                                         reason="Known"), home=str(home)),
    }
print("FOUND" + json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    job = held_job(tmp_path_factory.mktemp("form"))
    failure = kept_review(job.home)[0].holding[0].id
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(job.home), failure],
        env=environment, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert "FOUND" in done.stdout, done.stderr[-3000:]
    ledger = Ledger(job.ledger, kept_review(job.home)[0].panel)
    try:
        decisions = ledger.decisions()
    finally:
        ledger.close()
    return {**json.loads(done.stdout.split("FOUND")[1]), "decisions": decisions, "home": job.home}


def test_the_server_holds_the_form(found: dict[str, Any]) -> None:
    schema = found["schema"]
    form = schema["definitions"]["DecisionForm"]
    assert set(form["properties"]) == {"failure", "decision", "who", "reason", "meeting"}
    assert form["properties"]["decision"]["pattern"] == "^(accept|reject|withdraw)$"
    assert set(form["required"]) == {"failure", "decision", "who"}
    assert Path(found["parameters"]["home"]) == found["home"]


def test_what_is_wrong_is_refused_in_words(found: dict[str, Any]) -> None:
    assert "there is no failure 'zzzzzz'" in found["unknown"]
    assert "reason: is empty. Say why" in found["empty"]
    assert "accept|reject|withdraw" in found["choice"]
    assert "at least 1 character" in found["nobody"]


def test_a_run_records_the_decision(found: dict[str, Any]) -> None:
    (one,) = found["decisions"]
    assert (one.verdict, one.who, one.reason, one.is_verified) == ("accepted", "A. Officer", "Known", False)
    assert one.on_day.isoformat() == "2023-09-01"
    assert found["said"].startswith("Accepted. The figures go into the paper")
