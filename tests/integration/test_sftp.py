"""SFTP from OpenSSH's own server: each fault ends in a complete file or in a clear error, and no secret is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.servers import CuttingProxy, Sshd, free_port, new_key, sshd
from tests.pulling import LARGE, RETURN, Pulled

PASSWORD = {"env": "FORCE_SFTP_PASSWORD"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    if os.geteuid() != 0 or not Path("/usr/sbin/sshd").exists():
        pytest.skip("a throw-away user and sshd are needed: run as root, with openssh-server (sh tests/needs.sh)")
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: Sshd, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty home; the server's folder holds one return."""
    for one in server.folder.iterdir():
        one.unlink()
    (server.folder / "return-2023-06.csv").write_bytes(RETURN)
    server.known_hosts(tmp_path / "known_hosts")
    monkeypatch.setenv("FORCE_SFTP_PASSWORD", server.password)
    return tmp_path


def user(server: Sshd) -> str:
    return server.folder.parent.name


def pulled(home: Path, server: Sshd, **credentials: Any) -> Pulled:
    given = {"username": user(server), "known_hosts": "known_hosts", **credentials}
    return Pulled(home, {"location": server.location, "pattern": "*.csv", "credentials": given})


def fault(one: Pulled) -> str:
    """Return what is said of the one source that cannot be reached; nothing may have been stored."""
    found = one.fetch()
    assert one.extracts() == [] and one.left_over() == []
    return found.unreachable["returns"]


def test_a_password_from_the_environment_opens_the_folder(home: Path, server: Sshd) -> None:
    one = pulled(home, server, password=PASSWORD)
    found = one.fetch()
    assert (found.looked_at, found.new, found.unreachable) == (1, 1, {})
    assert one.contents() == {"return-2023-06.csv": RETURN}
    assert server.password.encode() not in one.written_anywhere()


def test_a_key_opens_the_folder_as_a_file_and_as_text(
    home: Path, server: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_KEY", server.key.read_text(encoding="ascii"))
    for credentials in ({"key_file": str(server.key)}, {"key": {"env": "FORCE_KEY"}}):
        one = pulled(home, server, **credentials)
        assert one.fetch().unreachable == {}
        assert one.contents() == {"return-2023-06.csv": RETURN}


def test_a_key_with_a_passphrase_needs_it(home: Path, server: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key(home / "locked", passphrase="sesame-open")
    said = fault(pulled(home, server, key_file=str(key)))
    assert said == "the private key needs a passphrase"
    monkeypatch.setenv("PHRASE", "sesame-shut")
    said = fault(pulled(home, server, key_file=str(key), passphrase={"env": "PHRASE"}))
    assert "cannot be read" in said and "sesame" not in said
    monkeypatch.setenv("PHRASE", "sesame-open")  # a good key, of which the server knows nothing
    assert "refused" in fault(pulled(home, server, key_file=str(key), passphrase={"env": "PHRASE"}))


def test_a_wrong_password_is_refused_at_once_and_not_shown(
    home: Path, server: Sshd, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_SFTP_PASSWORD", "hunter2-and-more")
    one = pulled(home, server, password=PASSWORD)
    assert fault(one) == "the server refused the user's password or key"
    assert one.naps == [0], "another attempt would only lock the account"
    assert b"hunter2" not in one.written_anywhere() and "hunter2" not in "".join(capfd.readouterr())


def test_a_password_that_is_not_set_is_told_by_its_name(
    home: Path, server: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_SFTP_PASSWORD")
    one = pulled(home, server, password=PASSWORD)
    assert "the environment variable FORCE_SFTP_PASSWORD" in fault(one) and one.naps == [0]


def test_an_unknown_host_is_refused_before_any_password(home: Path, server: Sshd) -> None:
    (home / "known_hosts").write_text("", encoding="ascii")
    one = pulled(home, server, password=PASSWORD)
    said = fault(one)
    assert "is not in the file of known hosts" in said and server.fingerprint() in said
    assert one.naps == [0]


def test_another_key_than_the_known_one_is_refused(home: Path, server: Sshd) -> None:
    server.known_hosts(home / "known_hosts", key=new_key(home / "other_host_key"))
    one = pulled(home, server, password=PASSWORD)
    said = fault(one)
    assert "the server's key is not the one in the file of known hosts" in said and server.fingerprint() in said
    assert one.naps == [0]


def test_a_fingerprint_stands_for_the_file_of_known_hosts(home: Path, server: Sshd) -> None:
    right = pulled(home, server, password=PASSWORD, known_hosts=None, fingerprints=[server.fingerprint()])
    assert right.fetch().unreachable == {} and right.contents() == {"return-2023-06.csv": RETURN}
    (home / "other").mkdir()
    wrong = pulled(home / "other", server, password=PASSWORD, known_hosts=None, fingerprints=["SHA256:" + "A" * 43])
    assert "is not the one that is configured" in fault(wrong)


def test_a_missing_file_of_known_hosts_and_a_missing_folder_are_told(home: Path, server: Sshd) -> None:
    one = pulled(home, server, password=PASSWORD, known_hosts="nowhere")
    assert "the file of known hosts, nowhere, cannot be read" in fault(one)
    one = pulled(home, server, password=PASSWORD)
    one.source["location"] += "/not-there"
    assert fault(one) == "there is no such folder or file" and one.naps == [0]


@pytest.mark.parametrize("after", [200_000, 900_000, 1_500_000])
def test_a_connection_cut_in_mid_file_is_made_anew(home: Path, server: Sshd, after: int) -> None:
    (server.folder / "return-2023-06.csv").write_bytes(LARGE)
    with CuttingProxy(server.port, after, cuts=1).running() as proxy:
        server.known_hosts(home / "known_hosts", port=proxy.port)
        one = pulled(home, server, password=PASSWORD)
        one.source["location"] = f"sftp://127.0.0.1:{proxy.port}{server.folder}"
        found = one.fetch()
    assert found.unreachable == {} and found.new == 1
    assert one.contents() == {"return-2023-06.csv": LARGE}
    assert proxy.connections == 2 and one.delays[0] in one.naps and one.left_over() == []


def test_a_connection_that_is_always_cut_ends_in_a_clear_error(home: Path, server: Sshd) -> None:
    (server.folder / "return-2023-06.csv").write_bytes(LARGE)
    with CuttingProxy(server.port, 300_000, cuts=1000).running() as proxy:
        server.known_hosts(home / "known_hosts", port=proxy.port)
        one = pulled(home, server, password=PASSWORD)
        one.source["location"] = f"sftp://127.0.0.1:{proxy.port}{server.folder}"
        said = fault(one)
    assert said == "return-2023-06.csv: the connection failed or was cut"
    assert [nap for nap in one.naps if nap in one.delays] == list(one.delays)


def test_no_server_at_all_is_tried_again_and_told(home: Path, server: Sshd) -> None:
    one = pulled(home, server, password=PASSWORD)
    one.source["location"] = f"sftp://127.0.0.1:{free_port()}/returns"
    assert fault(one) == "the connection failed or was cut" and list(one.delays) == one.naps[:2]


def test_only_what_is_new_or_changed_is_fetched(home: Path, server: Sshd) -> None:
    with CuttingProxy(server.port, 0, cuts=0).running() as proxy:
        (server.folder / "return-2023-06.csv").write_bytes(LARGE)
        server.known_hosts(home / "known_hosts", port=proxy.port)
        one = pulled(home, server, password=PASSWORD)
        one.source["location"] = f"sftp://127.0.0.1:{proxy.port}{server.folder}"
        assert one.fetch().new == 1
        again = one.fetch()
        assert (again.looked_at, again.new, again.unreachable) == (1, 0, {})
        assert one.naps == [3, 0], "nothing new, so nothing to wait for"
        (server.folder / "return-2023-06.csv").write_bytes(RETURN)
        assert one.fetch().new == 1
    assert sorted(len(path.read_bytes()) for path in (one.store.root / "files").rglob("*") if path.is_file()) == [
        len(RETURN),
        len(LARGE),
    ]


def test_a_file_that_grows_between_two_looks_waits(home: Path, server: Sshd) -> None:
    (server.folder / "return-2023-05.csv").write_bytes(RETURN)
    growing = server.folder / "return-2023-06.csv"
    one = pulled(home, server, password=PASSWORD)
    found = one.fetch(sleep=lambda _: growing.write_bytes(RETURN + b"complaints,Swindon,2023-06,4,,"))
    assert found.arriving == {"returns": {"return-2023-06.csv": "it was changing when it was looked at"}}
    assert set(one.contents()) == {"return-2023-05.csv"} and one.left_over() == []
    growing.write_bytes(LARGE)
    assert one.fetch().arriving == {} and one.contents()["return-2023-06.csv"] == LARGE
