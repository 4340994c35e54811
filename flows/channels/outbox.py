"""The outbox: a folder of .eml files, for trials and for offices that send by hand."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path


def put(folder: Path, message: bytes, name: str, address: str) -> Path:
    """Write `message`, addressed to one recipient, as a file of its own, and return its path; never half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '-', address)}.eml"
    newline = b"\r\n" if b"\r\n" in message[:200] else b"\n"
    partial = path.with_suffix(".partial")
    partial.write_bytes(_header(name, address).encode("ascii") + newline + message)
    partial.replace(path)
    return path


def _header(name: str, address: str) -> str:
    """Return the To line; a name with quotes or letters beyond ASCII is encoded as mail programs expect."""
    user, domain = address.rsplit("@", 1)
    head = EmailMessage(policy=SMTP)
    head["To"] = Address(display_name=name, username=user, domain=domain)
    return head.as_string().strip()
