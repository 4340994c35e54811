"""Wrong entries of sources.yml are told at their line, and no secret that stands in them is repeated."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.plan.loader import PlanFaults, load_plan
from flows.settings import EXAMPLE

SFTP = {
    "location": "sftp://files.example.org/out",
    "credentials": {"username": "panel", "password": {"env": "FORCE_PASSWORD"}, "known_hosts": "known_hosts"},
}
SECRET = "hunter2-and-more"


def faults(tmp_path: Path, **keys: Any) -> str:
    """Return what is said of the example with those keys in its last source; nothing if it is sound."""
    panel = Path(shutil.copytree(EXAMPLE, tmp_path / "panel", dirs_exist_ok=True))
    content = yaml.safe_load((EXAMPLE / "sources.yml").read_text(encoding="utf-8"))
    content["sources"][-1].update(keys)
    (panel / "sources.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    try:
        load_plan(panel)
    except PlanFaults as error:
        return error.text()
    return ""


def credentials(**changes: Any) -> dict[str, Any]:
    given = {**SFTP["credentials"], **changes}  # type: ignore[dict-item]
    return {**SFTP, "credentials": {name: value for name, value in given.items() if value is not None}}


@pytest.mark.parametrize(
    "keys",
    [
        SFTP,
        credentials(password={"block": "force-password"}),
        credentials(password=None, key_file="/run/secrets/key", known_hosts=None, fingerprints=["SHA256:abc"]),
        credentials(password=None, key={"env": "KEY"}, passphrase={"env": "PHRASE"}),
        {"location": "s3://force/returns"},
        {"location": "s3://force/returns", "credentials": {"region": "eu-west-2"}},
        {"location": "https://force.example.org/returns/", "credentials": {"token": {"env": "TOKEN"}}},
        {"location": "http://localhost:8000/returns/"},
        {"pattern": "return-{YYYY-MM}.csv", "expects": {
            "every": "month", "begins": "2023-04-01", "within_days": 21, "sender": "the force"}},
    ],
)  # fmt: skip
def test_sound_entries_pass(tmp_path: Path, keys: dict[str, Any]) -> None:
    assert faults(tmp_path, **keys) == ""


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"location": f"sftp://panel:{SECRET}@files.example.org/out"}, "holds a user's name or a password"),
        ({"location": f"https://files.example.org/a.csv?Token={SECRET}"}, "holds a key in what follows"),
        ({"location": "http://files.example.org/a.csv"}, "can be read and changed on its way"),
        ({"location": "sftp://files.example.org/out"}, "SFTP needs credentials"),
        (credentials(password=SECRET), "password (not shown) does not fit"),
        ({**SFTP, "credentials": SECRET}, "credentials (not shown) does not fit"),
        (credentials(passwort={"env": "A"}), "'passwort' is not a setting here"),
        (credentials(password={"env": "A", "block": "b"}), "does not say in one way where the secret is kept"),
        (credentials(password={}), "does not say in one way where the secret is kept"),
        (credentials(password=None), "give exactly one of password, key, key_file"),
        (credentials(key_file="a"), "give exactly one of password, key, key_file"),
        (credentials(known_hosts=None), "give exactly one of known_hosts, fingerprints"),
        (credentials(username=None), "give exactly one of username"),
        (credentials(token={"env": "A"}), "'token' is of no use to sftp"),
        ({"credentials": {"username": "me"}}, "'username' is of no use to a folder"),
        ({"location": "s3://force/a", "credentials": {"access_key": {"env": "A"}}}, "the two belong together"),
        ({"location": "https://a.example.org/", "credentials": {"password": {"env": "A"}}}, "the two belong together"),
        ({"pattern": "return-{YYYY-DD}.csv"}, "'{YYYY-DD}' is not a way to write a period"),
        ({"expects": {"every": "quarter", "begins": "2023-05-01", "within_days": 1, "sender": "x"}}, "first day of a"),
        ({"pattern": "{YYYY-MM}.csv", "expects": {
            "every": "quarter", "begins": "2023-04-01", "within_days": 1, "sender": "x"}}, "do not say a quarter"),
        ({"expects": {"every": "month", "begins": "2023-04-01", "within_days": 1, "sender": "x", "files": 2}},
         "whose names say no period"),
    ],
)  # fmt: skip
def test_faulty_entries_are_told_without_what_is_secret(tmp_path: Path, keys: dict[str, Any], said: str) -> None:
    text = faults(tmp_path, **keys)
    assert said in text and "sources.yml, line" in text
    assert SECRET not in text
