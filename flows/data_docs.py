"""Great Expectations' own Data Docs of an edition, on demand; they are no part of it.

They load scripts and styles from public networks and carry the time at which they were made.
"""

from __future__ import annotations

from pathlib import Path

from flows.editions import newest_edition
from flows.errors import PanelbriefError
from flows.sources import LAYOUTS
from flows.suites import load_suite
from flows.validation import build, great_expectations, opened
from flows.warehouse import open_warehouse


def write_data_docs(home: Path, meeting: str, output: Path) -> Path:
    """Run the suites of the newest edition's tables again, and return the first page of Data Docs made in `output`.

    Raises PanelbriefError if there is no edition, or `output` exists and is not empty.
    """
    edition = newest_edition(home, meeting)
    if edition is None:
        raise PanelbriefError("no briefing has been made yet.", where=str(home), remedy="Make one: panelbrief run")
    if output.exists() and any(output.iterdir()):
        raise PanelbriefError("the folder is not empty.", where=str(output), remedy="Name a new one.")
    database = edition / "warehouse.duckdb"
    with open_warehouse(database, read_only=True) as connection:
        received = {
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT s.layout FROM plan_source AS s INNER JOIN extract_file AS f ON s.source = f.source"
            ).fetchall()
        }
    tables = sorted({LAYOUTS[name].table for name in received})
    _build_docs(database, tables, output)
    pages = sorted(output.rglob("index.html"), key=lambda path: len(path.parts))
    if not pages:
        raise PanelbriefError("Great Expectations made no page.", where=str(output))
    return pages[0]


def _build_docs(database: Path, tables: list[str], output: Path) -> None:
    gx = great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    for name in context.get_docs_sites_urls():
        context.delete_data_docs_site(name["site_name"])
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(output.resolve())}
    index = {"class_name": "DefaultSiteIndexBuilder"}
    site = {"class_name": "SiteBuilder", "store_backend": backend, "site_index_builder": index}
    context.add_data_docs_site(site_name="checks", site_config=site)
    with opened(database, context) as source:
        for table in tables:
            asset = source.add_table_asset(table, table_name=table)
            suite = gx.ExpectationSuite(name=table, expectations=[build(one) for one in load_suite(table)])
            context.suites.add(suite)
            whole = asset.add_batch_definition_whole_table("whole")
            definition = gx.ValidationDefinition(name=table, data=whole, suite=suite)
            context.validation_definitions.add(definition)
            definition.run()
        context.build_data_docs(site_names=["checks"])
