"""Which addresses a source may be read from, whether it names them, links to them or leads on to them."""

from __future__ import annotations

import pytest

from flows.faults import PlaceRefused
from flows.web import refuse_address

FAR, HERE = "https://data.example.org/returns/", "http://127.0.0.1:8000/returns/"


@pytest.mark.parametrize(
    ("location", "address"),
    [
        (FAR, "https://data.example.org/returns/a.csv"),
        (FAR, "https://archive.example.com/a.csv"),
        (HERE, "http://127.0.0.1:9000/a.csv"),
        (HERE, "http://localhost/a.csv"),
        (HERE, "http://[::1]:9000/a.csv"),
        (HERE, "https://data.example.org/a.csv"),
    ],
)
def test_https_may_be_read_and_this_machine_by_a_source_of_its_own(location: str, address: str) -> None:
    refuse_address(address, location)


@pytest.mark.parametrize(
    ("location", "address", "said"),
    [
        (FAR, "http://data.example.org/returns/a.csv", "leads on to http://data.example.org, and what comes over http"),
        (FAR, "http://10.0.0.7/a.csv", "leads on to http://10.0.0.7,"),
        (HERE, "http://localhost.example.org/a.csv", "leads on to http://localhost.example.org,"),
        (HERE, "http://10.0.0.7:8000/a.csv?sig=SECRET", "leads on to http://10.0.0.7,"),
        (HERE, "http://user:SECRET@10.0.0.7/a.csv", "leads on to http://10.0.0.7,"),
        (FAR, "http://127.0.0.1:4200/api", "leads on to this machine itself"),
        (FAR, "https://localhost/a.csv", "leads on to this machine itself"),
    ],
)
def test_plain_http_elsewhere_and_this_machine_from_elsewhere_are_refused(
    location: str, address: str, said: str
) -> None:
    with pytest.raises(PlaceRefused) as raised:
        refuse_address(address, location)
    assert said in str(raised.value) and "SECRET" not in str(raised.value)
