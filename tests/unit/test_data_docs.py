"""Data Docs are made by Great Expectations itself, in a folder of their own, on demand."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.data_docs import write_data_docs
from flows.errors import PanelbriefError
from flows.warehouse import CONFIGURATION, fill, open_warehouse
from tests.suite_rows import PANEL, SOUND

TABLE = "stg_force_return"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with one edition whose warehouse holds a sound force return."""
    edition = tmp_path / "home" / "briefings" / "2023-09-14" / "draft-1"
    edition.mkdir(parents=True)
    (edition / "provenance.json").write_text('{"outputs": []}')
    (edition / "briefing.html").touch()
    with open_warehouse(edition / "warehouse.duckdb") as connection:
        for name in CONFIGURATION:
            fill(connection, name, PANEL.get(name, []))
        connection.execute(f"CREATE TABLE {TABLE} AS {SOUND[TABLE]}")
        connection.execute(
            "CREATE TABLE rej_force_return (extract_id VARCHAR, source VARCHAR, file VARCHAR,"
            " line BIGINT, column_name VARCHAR, value VARCHAR, reason VARCHAR, measure VARCHAR)"
        )
    return tmp_path / "home"


def test_the_pages_of_every_received_table_are_made_outside_the_edition(home: Path, tmp_path: Path) -> None:
    edition = home / "briefings" / "2023-09-14" / "draft-1"
    before = sorted(edition.iterdir())
    page = write_data_docs(home, "", tmp_path / "docs")
    assert page == tmp_path / "docs" / "index.html"
    assert TABLE in page.read_text(encoding="utf-8")
    (found,) = (tmp_path / "docs" / "validations").rglob("*.html")
    assert "Succeeded" in found.read_text(encoding="utf-8")
    assert sorted(edition.iterdir()) == before


def test_a_folder_that_is_not_empty_and_a_home_without_briefings_are_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(PanelbriefError, match="the folder is not empty"):
        write_data_docs(home, "", home)
    with pytest.raises(PanelbriefError, match="no briefing has been made yet"):
        write_data_docs(tmp_path / "nowhere", "", tmp_path / "docs")
