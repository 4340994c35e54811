"""Checks of one entry of sources.yml: its place, how it is reached, and what is expected of it. No secret is quoted."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from flows.plan.arrival import Credentials, Expects, Secret
from flows.plan.naming import FORMS, holds_period, months_of, tokens
from flows.plan.positions import Fault

if TYPE_CHECKING:
    from flows.plan.loader import Entry

SFTP = ("sftp", "ssh")
# Which credentials each kind of place understands.
UNDERSTOOD = {
    "sftp": {"username", "password", "key", "key_file", "passphrase", "known_hosts", "fingerprints"},
    "s3": {"access_key", "secret_key", "region", "endpoint"},
    "https": {"username", "password", "token"},
}
KINDS = {"ssh": "sftp", "http": "https", "s3a": "s3"}
SECRETIVE = ("sig", "signature", "token", "key", "password", "secret", "credential")


def source_faults(entry: Entry) -> Iterator[Fault]:
    """Yield every fault of an entry's location, pattern, credentials and expectations."""
    if entry.has("location"):
        yield from _location(entry, entry.sound.location)
        yield from _credentials(entry, entry.sound.location)
    if entry.has("pattern"):
        for token in set(tokens(entry.sound.pattern)) - {"period", *FORMS}:
            known = ", ".join(f"{{{one}}}" for one in ("period", *FORMS))
            yield entry.fault(f"'{{{token}}}' is not a way to write a period.", f"Use one of: {known}.", "pattern")
    if entry.has("expects"):
        yield from _expects(entry, entry.sound.expects)


def _location(entry: Entry, location: str) -> Iterator[Fault]:
    if "://" not in location:
        return
    try:
        parts = urlsplit(location)
        host = parts.hostname or ""
        is_named = "@" in parts.netloc
        query = {one.lower() for one in parse_qs(parts.query, keep_blank_values=True)}
    except ValueError:
        yield entry.fault("the location is not an address.", "Write it as sftp://host:22/folder.", "location")
        return
    if is_named:
        wrong = "the location holds a user's name or a password."
        remedy = "Take it out: name the user, and where the password is kept, under 'credentials:'."
        yield entry.fault(wrong, remedy, "location")
    if any(secretive in one for one in query for secretive in SECRETIVE):
        wrong = "the location holds a key in what follows its question mark."
        yield entry.fault(wrong, "Take it out: say where it is kept, under 'credentials:'.", "location")
    if parts.scheme == "http" and not is_here(host):
        wrong = "what comes over http can be read and changed on its way."
        yield entry.fault(wrong, "Use https://.", "location")


def is_here(host: str) -> bool:
    """Return whether a host's name or number is this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _credentials(entry: Entry, location: str) -> Iterator[Fault]:
    scheme = location.split("://", maxsplit=1)[0] if "://" in location else ""
    kind = KINDS.get(scheme, scheme)
    given: Credentials | None = entry.values.get("credentials")
    if given is None:
        if kind == "sftp" and "credentials" not in entry.raw:
            remedy = "Add 'credentials:' with username, password or key, and known_hosts or fingerprints."
            yield entry.fault("SFTP needs credentials.", remedy, "location")
        return
    named = {name for name, value in given if value}
    for name in sorted(named - UNDERSTOOD.get(kind, set())):
        place = kind or "a folder"
        yield entry.fault(f"'{name}' is of no use to {place}.", "Remove it.", "credentials", name)
    for name, value in given:
        if isinstance(value, Secret) and (value.env is None) == (value.block is None):
            wrong = f"'{name}' does not say in one way where the secret is kept."
            remedy = "Give 'env:' (an environment variable) or 'block:' (a Prefect Secret block)."
            yield entry.fault(wrong, remedy, "credentials", name)
    for names, why in _exactly_one(kind, named):
        listed = ", ".join(names)
        yield entry.fault(f"{why}: give exactly one of {listed}.", "Add it, or remove the others.", "credentials")


def _exactly_one(kind: str, named: set[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    rules: dict[str, list[tuple[tuple[str, ...], str]]] = {
        "sftp": [
            (("username",), "SFTP needs a user"),
            (("password", "key", "key_file"), "SFTP needs one way to log in"),
            (("known_hosts", "fingerprints"), "SFTP needs to know the server's key"),
        ],
        "https": [(("username", "token"), "one way to log in")],
    }
    for names, why in rules.get(kind, []):
        if len(named & set(names)) != 1:
            yield names, why
    pairs = {"https": ("username", "password"), "s3": ("access_key", "secret_key")}
    if kind in pairs and len(named & set(pairs[kind])) == 1:
        first, second = pairs[kind]
        yield (f"{first} and {second}",), "the two belong together"


def _expects(entry: Entry, expects: Expects) -> Iterator[Fault]:
    starts: Any = (4, 7, 10, 1) if expects.every == "quarter" else range(1, 13)
    if expects.begins.day != 1 or expects.begins.month not in starts:
        wrong = f"begins {expects.begins} is not the first day of a {expects.every}."
        remedy = f"Give the first day of the first {expects.every}, such as 2023-04-01."
        yield entry.fault(wrong, remedy, "expects", "begins")
    pattern = str(entry.values.get("pattern") or "")
    written = {months_of(token) for token in tokens(pattern) if token in FORMS}
    if written and (3 if expects.every == "quarter" else 1) not in written:
        remedy = "Write the period as {YYYY-YY-QN} for a quarter, {YYYY-MM} or {YYYYMM} for a month."
        yield entry.fault(f"the names in the pattern do not say a {expects.every}.", remedy, "pattern")
    if expects.files > 1 and not holds_period(pattern):
        remedy = "Put {YYYY-MM} or another way to write the period into the pattern."
        yield entry.fault("files cannot be counted whose names say no period.", remedy, "expects", "files")
