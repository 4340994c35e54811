"""Secrets from Prefect's own Secret blocks, with its own server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.faults import PlaceRefused
from flows.plan.arrival import Secret
from tests.integration.servers import Web
from tests.pulling import RETURN, Pulled


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        environment.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        environment.setenv("DO_NOT_TRACK", "1")
        from prefect.blocks.system import Secret as Block
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=180):
            Block(value="token-in-a-block").save("force-token")
            yield


def test_a_secret_block_opens_the_door_and_a_missing_one_is_told_by_name(blocks: None, tmp_path: Path) -> None:
    from flows.stages.extract import read_secret

    with Web({"/returns/a.csv": RETURN}, token="token-in-a-block").running() as web:
        place = {"location": f"{web.location}/returns/", "pattern": "a.csv"}
        one = Pulled(tmp_path, {**place, "credentials": {"token": {"block": "force-token"}}})
        assert one.fetch(read_secret=read_secret).unreachable == {}
        assert one.contents() == {"a.csv": RETURN}
    assert b"token-in-a-block" not in one.written_anywhere()
    with pytest.raises(PlaceRefused, match="no Prefect Secret block of the name other"):
        read_secret(Secret(block="other"))
