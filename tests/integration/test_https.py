"""A web server with ETags that stalls, cuts its answers short and fails for a while."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.servers import Web, free_port
from tests.pulling import LARGE, RETURN, Pulled

MAY, JUNE = "/returns/return-2023-05.csv", "/returns/return-2023-06.csv"


@pytest.fixture
def web() -> Iterator[Web]:
    with Web({MAY: LARGE, JUNE: RETURN}).running() as running:
        yield running


def pulled(home: Path, web: Web, pattern: str = "return-{YYYY-MM}.csv", **keys: Any) -> Pulled:
    return Pulled(home, {"location": f"{web.location}/returns/", "pattern": pattern, **keys})


def test_an_index_page_lists_the_files_and_etags_say_what_is_new(tmp_path: Path, web: Web) -> None:
    one = pulled(tmp_path, web)
    assert one.fetch().new == 2
    assert one.contents() == {"return-2023-05.csv": LARGE, "return-2023-06.csv": RETURN}
    again = one.fetch()
    assert (again.looked_at, again.new) == (2, 0)
    assert (web.gets(MAY), web.gets(JUNE)) == (1, 1)
    web.files[JUNE] = RETURN.replace(b",4,", b",5,")  # as long as before
    assert one.fetch().new == 1 and (web.gets(MAY), web.gets(JUNE)) == (1, 2)
    assert one.contents()["return-2023-06.csv"] == web.files[JUNE]


@pytest.mark.parametrize(("location", "pattern"), [("/returns/", "return-2023-06.csv"), (JUNE, "*")])
def test_a_file_can_be_named_without_an_index_page(tmp_path: Path, web: Web, location: str, pattern: str) -> None:
    one = Pulled(tmp_path, {"location": web.location + location, "pattern": pattern})
    assert one.fetch().unreachable == {}
    assert one.contents() == {"return-2023-06.csv": RETURN} and ("GET", "/returns/", "") not in web.asked


def test_a_file_that_is_not_there_is_no_file(tmp_path: Path, web: Web) -> None:
    one = Pulled(tmp_path, {"location": web.location + "/returns/", "pattern": "return-2023-07.csv"})
    found = one.fetch()
    assert (found.looked_at, found.unreachable, one.extracts()) == (0, {}, [])


@pytest.mark.parametrize("fault", ["short", "stall"])
def test_an_answer_cut_short_or_stalled_is_asked_for_again(tmp_path: Path, web: Web, fault: str) -> None:
    web.faults[MAY] = [fault]
    one = pulled(tmp_path, web)
    one.timeout_seconds = 0.5
    assert one.fetch().unreachable == {}
    assert one.contents() == {"return-2023-05.csv": LARGE, "return-2023-06.csv": RETURN}
    assert web.gets(MAY) == 2 and one.delays[0] in one.naps and one.left_over() == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("short", "return-2023-05.csv: the connection failed or was cut"),
        ("stall", "return-2023-05.csv: the server stopped answering"),
        ("503", "the server answered 503"),
    ],
)
def test_a_lasting_fault_is_told_and_the_other_file_goes_on(tmp_path: Path, web: Web, fault: str, said: str) -> None:
    web.faults[MAY] = [fault] * 50
    one = pulled(tmp_path, web)
    one.timeout_seconds = 0.5
    found = one.fetch()
    assert found.unreachable == {"returns": said} and one.left_over() == []
    assert set(one.contents()) == ({"return-2023-06.csv"} if fault != "503" else set())
    web.faults.clear()
    assert one.fetch().unreachable == {} and one.contents()["return-2023-05.csv"] == LARGE


def test_a_passing_fault_of_the_server_is_waited_for(tmp_path: Path, web: Web) -> None:
    web.faults["/returns/"] = ["503", "502"]
    one = pulled(tmp_path, web)
    assert one.fetch().new == 2 and one.naps[:2] == list(one.delays)


def test_a_token_opens_the_door_and_a_wrong_one_is_not_tried_again(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    web.token = "right-token-of-the-force"
    one = pulled(tmp_path, web, credentials={"token": {"env": "FORCE_TOKEN"}})
    monkeypatch.setenv("FORCE_TOKEN", "wrong-token-of-the-force")
    said = one.fetch().unreachable["returns"]
    assert said == "it was refused: what was given to log in with may not read there"
    assert len(web.asked) == 1 and one.naps == [0]
    monkeypatch.setenv("FORCE_TOKEN", web.token)
    assert one.fetch().new == 2
    assert b"token-of-the-force" not in one.written_anywhere()
    assert "token-of-the-force" not in said + "".join(capfd.readouterr())


def test_a_server_that_is_not_there_is_told(tmp_path: Path, web: Web) -> None:
    one = Pulled(tmp_path, {"location": f"http://127.0.0.1:{free_port()}/returns/", "pattern": "*.csv"})
    assert one.fetch().unreachable == {"returns": "the connection failed or was cut"}
    assert one.naps[:2] == list(one.delays)


def test_a_file_that_changes_between_looking_and_copying_waits(tmp_path: Path, web: Web) -> None:
    one = pulled(tmp_path, web)

    def grow(_: float) -> None:
        web.files[JUNE] = LARGE

    found = one.fetch(sleep=grow)
    assert list(found.arriving["returns"]) == ["return-2023-06.csv"] and one.naps == []
    assert one.contents() == {"return-2023-05.csv": LARGE}


@pytest.mark.parametrize("moved", ["/returns/", JUNE])
@pytest.mark.parametrize("address", ["http://example.org/x.csv?key=5", "http://192.0.2.7:80/x.csv", "//example.org/x"])
def test_an_address_that_leads_on_to_plain_http_elsewhere_is_not_followed(
    tmp_path: Path, web: Web, moved: str, address: str
) -> None:
    web.moved[moved] = address
    one = pulled(tmp_path, web)
    said = one.fetch().unreachable["returns"]
    host = "192.0.2.7" if "192" in address else "example.org"
    assert f"it leads on to http://{host}, and what comes over http can be read and changed" in said
    assert "key" not in said and one.naps == [0]  # no other attempt
    assert "return-2023-06.csv" not in one.contents() and one.left_over() == []
    del web.moved[moved]
    assert one.fetch().unreachable == {} and one.contents()["return-2023-06.csv"] == RETURN


def test_a_file_that_leads_on_only_when_it_is_copied_is_not_followed(tmp_path: Path, web: Web) -> None:
    one = pulled(tmp_path, web)

    def move(_: float) -> None:
        web.moved[JUNE] = "http://example.org/x.csv"

    assert "it leads on to http://example.org," in one.fetch(sleep=move).unreachable["returns"]
    assert "return-2023-06.csv" not in one.contents() and one.left_over() == []


def test_a_safe_redirect_is_followed_without_the_token(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_TOKEN", "right-token-of-the-force")
    web.token = "right-token-of-the-force"
    with Web({"/kept/june.csv": RETURN}).running() as other:
        web.moved[JUNE] = f"{other.location}/kept/june.csv"
        one = pulled(tmp_path, web, "return-2023-06.csv", credentials={"token": {"env": "FORCE_TOKEN"}})
        assert one.fetch().unreachable == {} and one.contents() == {"return-2023-06.csv": RETURN}
        assert {secret for _, _, secret in other.asked} == {""}
