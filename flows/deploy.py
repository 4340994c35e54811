"""The deployments of Prefect: the one place that knows them. `decide` is the form that settles a failed check.

    python -m flows.deploy --home var

serves them from this process; officers then find `decide` in Prefect's page under Deployments. PREFECT_API_URL says
which server; without it, there is no page to open the form in.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from flows.settings import prepare_libraries

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ACTIONS: dict[str, Literal["accepted", "rejected", "withdrawn"]] = {
    "accept": "accepted",
    "reject": "rejected",
    "withdraw": "withdrawn",
}


class DecisionForm(BaseModel):
    """What an officer fills in. Everything is as on the review page; nobody verifies the name."""

    model_config = ConfigDict(extra="forbid")

    failure: Annotated[Words, Field(title="Failure", description="The failure's number on the review page.")]
    # A word to type: Prefect's page draws a choice as a list that closes under the mouse as soon as it has opened.
    decision: Annotated[
        Words,
        Field(
            title="Decision",
            description="accept (with a reason), reject (a new file was asked for) or withdraw (an earlier decision).",
            pattern=f"^({'|'.join(ACTIONS)})$",
        ),
    ]
    who: Annotated[Words, Field(title="Your name", description="As the paper will print it.")]
    reason: Annotated[str, Field(title="Reason", description="Why; the paper prints it.")] = ""
    meeting: Annotated[
        dt.date | None, Field(title="Meeting", description="The meeting's date; empty for the latest.")
    ] = None


@flow(name="Decide on a failed check", flow_run_name="{form.decision}: {form.failure}")
def decide(form: DecisionForm, home: str = "var") -> str:
    """Record a decision on a failed check and return what comes of it; it does what panelbrief review does.

    `home` is where everything that is made is kept. Raises PanelbriefError, and records nothing, for an unknown
    failure, one that is decided already, or an empty reason.
    """
    from flows.review import deciding

    words = deciding.decide(
        Path(home).resolve(),
        form.meeting.isoformat() if form.meeting else "",
        form.failure,
        ACTIONS[form.decision],
        who=form.who,
        reason=form.reason,
        today=_today(),
    )
    create_markdown_artifact(key=f"decision-{form.failure.lower()}", markdown=words, description="What comes of it")
    return words


def _today() -> dt.date:
    """Return the day on which the run was asked for."""
    from prefect.runtime import flow_run

    started: Any = flow_run.scheduled_start_time
    return dt.date(started.year, started.month, started.day)


def decide_deployment(home: Path) -> Any:
    """Return the deployment whose form is DecisionForm, for decisions in that home."""
    return decide.to_deployment(
        name="decide",
        parameters={"home": str(home.resolve())},
        description="Settle a failed check: accept or reject it, or withdraw what was decided.",
    )


def main() -> None:
    """Serve the deployments until stopped."""
    from prefect import serve

    arguments = sys.argv[1:]
    home = Path(arguments[arguments.index("--home") + 1] if "--home" in arguments else "var").resolve()
    prepare_libraries(home)
    serve(decide_deployment(home))


if __name__ == "__main__":
    main()
