"""deliver: the finished edition to each recipient of drafts, once, with a ledger row before and after."""

from __future__ import annotations

from prefect import task

from flows.channels import outbox
from flows.job import Job
from flows.ledger import Ledger
from flows.plan.models import Plan

CHANNEL = "outbox"


def deliver(job: Job, edition: str) -> list[str]:
    """Put the edition's email into its outbox for everyone who receives drafts; returns their addresses.

    Somebody whose delivery is already `sent` is passed over; one left at `sending` is written again, because a file
    replaced by the same file is no second message.
    """
    folder = job.editions / edition
    plan = Plan.model_validate_json((folder / "plan.json").read_bytes())
    message = (folder / "email.eml").read_bytes()
    ledger = Ledger(job.ledger, plan.panel.name)
    reached = []
    try:
        for one in plan.recipients:
            if "draft" not in one.receives:
                continue
            key = (job.meeting, edition, one.address, CHANNEL)
            if ledger.delivery_state(*key) != "sent":
                ledger.record_delivery(*key, "sending", job.today)
                outbox.put(folder / "outbox", message, one.name, one.address)
                ledger.record_delivery(*key, "sent", job.today)
            reached.append(one.address)
    finally:
        ledger.close()
    return reached


deliver_task = task(name="Deliver it to the outbox")(deliver)
