"""S3 from a server that speaks its API and checks who asks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.integration.servers import CuttingProxy, free_port, serving
from tests.pulling import LARGE, RETURN, Pulled


@dataclass(frozen=True)
class S3:
    """A running S3 server, a client that may write to its bucket `force`, and the keys of a user who may read."""

    port: int
    writer: Any
    access_key: str
    secret_key: str

    def put(self, name: str, content: bytes) -> None:
        self.writer.put_object(Bucket="force", Key=f"returns/{name}", Body=content)


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with serving(command, port, INITIAL_NO_AUTH_ACTION_COUNT="4"):
        where = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "eu-west-2"}
        iam = boto3.client("iam", **where, aws_access_key_id="setup", aws_secret_access_key="setup")
        iam.create_user(UserName="reader")
        keys = iam.create_access_key(UserName="reader")["AccessKey"]
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
        iam.put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=json.dumps(policy))
        known = {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"]}
        writer = boto3.client("s3", **where, **known)
        writer.create_bucket(Bucket="force", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
        yield S3(port, writer, keys["AccessKeyId"], keys["SecretAccessKey"])


@pytest.fixture
def source(tmp_path: Path, server: S3, monkeypatch: pytest.MonkeyPatch) -> Pulled:
    """Return a source in a bucket that holds two months."""
    server.put("return-2023-05.csv", LARGE)
    server.put("return-2023-06.csv", RETURN)
    server.put("notes.txt", b"not a return")
    monkeypatch.setenv("FORCE_ACCESS", server.access_key)
    monkeypatch.setenv("FORCE_SECRET", server.secret_key)
    return Pulled(tmp_path, keys(server.port))


def keys(port: int) -> dict[str, Any]:
    given = {"access_key": {"env": "FORCE_ACCESS"}, "secret_key": {"env": "FORCE_SECRET"}, "region": "eu-west-2"}
    place = {"location": "s3://force/returns", "pattern": "return-{YYYY-MM}.csv"}
    return {**place, "credentials": {**given, "endpoint": f"http://127.0.0.1:{port}"}}


def test_what_fits_is_fetched_once_and_again_when_its_etag_changes(source: Pulled, server: S3) -> None:
    found = source.fetch()
    assert (found.looked_at, found.new, found.unreachable) == (2, 2, {})
    assert source.contents() == {"return-2023-05.csv": LARGE, "return-2023-06.csv": RETURN}
    assert source.fetch().new == 0 and source.naps == [0, 0], "an object is there in full or not at all"
    changed = RETURN.replace(b",4,", b",5,")
    server.put("return-2023-06.csv", changed)
    assert source.fetch().new == 1 and source.contents()["return-2023-06.csv"] == changed
    assert server.secret_key.encode() not in source.written_anywhere()


def test_a_wrong_secret_is_refused_at_once_and_not_shown(
    source: Pulled, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_SECRET", "wrong-secret-of-the-force")
    said = source.fetch().unreachable["returns"]
    assert said == "it was refused: what was given to log in with may not read there"
    assert source.naps == [0] and source.left_over() == []
    assert b"wrong-secret" not in source.written_anywhere() and "wrong-secret" not in "".join(capfd.readouterr())


def test_a_bucket_that_is_not_there_is_told(source: Pulled) -> None:
    source.source["location"] = "s3://another-force/returns"
    assert source.fetch().unreachable == {"returns": "there is no such folder or file"}
    assert source.naps == [0]


def test_a_connection_cut_in_mid_file_ends_in_the_whole_file(source: Pulled, server: S3) -> None:
    with CuttingProxy(server.port, 500_000, cuts=2).running() as proxy:
        source.source["credentials"]["endpoint"] = f"http://127.0.0.1:{proxy.port}"
        assert source.fetch().unreachable == {}
    assert source.contents() == {"return-2023-05.csv": LARGE, "return-2023-06.csv": RETURN}
    assert source.left_over() == [] and proxy.connections > 2


def test_a_connection_that_is_always_cut_ends_in_a_clear_error(source: Pulled, server: S3) -> None:
    with CuttingProxy(server.port, 500_000, cuts=1000).running() as proxy:
        source.source["credentials"]["endpoint"] = f"http://127.0.0.1:{proxy.port}"
        said = source.fetch().unreachable["returns"]
    assert said == "return-2023-05.csv: the connection failed or was cut"
    assert source.left_over() == [] and set(source.contents()) == {"return-2023-06.csv"}


def test_no_server_at_all_is_tried_again_and_told(tmp_path: Path, source: Pulled) -> None:
    source.source = keys(free_port())
    assert source.fetch().unreachable == {"returns": "the connection failed or was cut"}
    assert source.naps[:2] == list(source.delays)
