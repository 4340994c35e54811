"""How a source is reached and what is expected of it: the parts of sources.yml beside the place itself."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from flows.plan.record import Record, Text


class Secret(Record):
    """Where a secret is kept, never the secret itself: an environment variable or a Prefect Secret block, by name."""

    env: Text | None = None
    block: Text | None = None


class Credentials(Record):
    """How a source's server is reached. SFTP needs `username`, one of `password`, `key` (a private key's text) and
    `key_file`, and one of `known_hosts` (a file as OpenSSH keeps it) and `fingerprints` (SHA256:...). S3 takes
    `access_key`, `secret_key`, `region` and `endpoint`. HTTPS takes `username` and `password`, or `token`.
    """

    username: Text | None = None
    password: Secret | None = None
    key: Secret | None = None
    key_file: Text | None = None
    passphrase: Secret | None = None
    known_hosts: Text | None = None
    fingerprints: tuple[Text, ...] = ()
    access_key: Secret | None = None
    secret_key: Secret | None = None
    region: Text | None = None
    endpoint: Text | None = None
    token: Secret | None = None


class Expects(Record):
    """What should arrive: something for each period from the one that `begins` then, `within_days` of the period's end,
    from `sender`. Where one period comes in several files, `files` says how many.
    """

    every: Literal["month", "quarter"]
    begins: dt.date
    within_days: int = Field(ge=0, le=730)
    sender: Text
    files: int = Field(default=1, ge=1, le=100)
