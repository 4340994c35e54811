"""The benchmark of checks runs: on few rows, each suite, through the product and by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.expecting import SUITES, hand, make, product


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    make(20_000, folder)
    return folder


@pytest.mark.parametrize("suite", SUITES)
def test_the_product_and_the_checks_by_hand_run(made: Path, suite: str) -> None:
    assert product(made, SUITES[suite]) > 0
    assert hand(made, SUITES[suite]) > 0
