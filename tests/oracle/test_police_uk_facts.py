"""What is known of data.police.uk's files: each fact is seen in the real months, and in what is made of them."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.checking import check_file
from flows.sources import LAYOUTS
from flows.staging import Staged, stage_file

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ARCHIVES = sorted((DATA / "police-uk").glob("*.zip"))

# The lookup's district, and the local authority that the LSOA's name begins with: since joined, or written otherwise.
RENAMED = {
    ("Bournemouth", "Bournemouth, Christchurch and Poole"),
    ("Bristol, City of", "Bristol"),
    ("Christchurch", "Bournemouth, Christchurch and Poole"),
    ("East Dorset", "Dorset"),
    ("Herefordshire, County of", "Herefordshire"),
    ("North Dorset", "Dorset"),
    ("Poole", "Bournemouth, Christchurch and Poole"),
    ("Purbeck", "Dorset"),
    ("South Northamptonshire", "West Northamptonshire"),
    ("Taunton Deane", "Somerset West and Taunton"),
    ("Waveney", "East Suffolk"),
    ("West Dorset", "Dorset"),
    ("Weymouth and Portland", "Dorset"),
}

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="needs ../shared (the real figures), which is not beside this checkout"
)


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the real months, staged: `street` of all 36, `outcome` of the 13 that have them."""
    cache = tmp_path_factory.mktemp("staged")
    street = [stage(path, "police_uk_street", cache).parquet for path in ARCHIVES]
    outcome = [
        stage(path, "police_uk_outcomes", cache).parquet for path in ARCHIVES if "2021-03" <= path.stem <= "2022-03"
    ]
    assert (len(street), len(outcome)) == (36, 13)
    with duckdb.connect(":memory:") as connection:
        for name, files in (("street", street), ("outcome", outcome)):
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet({[str(one) for one in files]})")
        yield connection


def stage(path: Path, layout: str, cache: Path) -> Staged:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return stage_file(path, path.name, LAYOUTS[layout], source="s", extract_id=path.stem, sha256=sha256, cache=cache)


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    found = connection.execute(query).fetchall()
    assert found
    return found


def plain_rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each street record of an archive as the standard library reads it, with its member's name."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith("-street.csv"):
                with archive.open(name) as stream:
                    text = (line.decode("utf-8-sig") for line in stream)
                    yield from ((name, row) for row in csv.DictReader(text))


def test_anti_social_behaviour_has_no_id_and_equal_rows_all_stay(staged: duckdb.DuckDBPyConnection) -> None:
    equal = rows(
        staged,
        """
        SELECT force, period_start,
            count(*) - count(DISTINCT (location, longitude, latitude, lsoa_code)), count(crime_id)
        FROM street WHERE crime_type = 'Anti-social behaviour' GROUP BY ALL
        """,
    )
    # 11 months of Wiltshire in 2014, 13 in 2021/22, and twelve months of three forces in 2025.
    assert len(equal) == 11 + 13 + 36
    assert all(with_id == 0 for _, _, _, with_id in equal)
    assert min(repeats for _, _, repeats, _ in equal) > 50
    plain = Counter(
        (row["Month"], name.split("-", 3)[-1].removesuffix("-street.csv"))
        for path in ARCHIVES
        for name, row in plain_rows(path)
        if row["Crime type"] == "Anti-social behaviour"
    )
    counted = rows(
        staged,
        "SELECT strftime(period_start, '%Y-%m'), force, count(*) FROM street"
        " WHERE crime_type = 'Anti-social behaviour' GROUP BY ALL",
    )
    assert {(month, force): count for month, force, count in counted} == {
        (month, name.rsplit("-", 0)[0]): count for (month, name), count in plain.items()
    }


def test_crime_ids_repeat_and_the_rows_stay(staged: duckdb.DuckDBPyConnection) -> None:
    repeats = [
        row[-1]
        for row in rows(
            staged,
            "SELECT force, period_start, count(crime_id) - count(DISTINCT crime_id) FROM street"
            " WHERE period_start >= DATE '2025-01-01' GROUP BY ALL",
        )
    ]
    assert (len(repeats), min(repeats) >= 0, 50 < max(repeats) <= 200) == (36, True, True)


def test_a_month_with_repeated_crime_ids_says_so_when_it_is_checked(staged: duckdb.DuckDBPyConnection) -> None:
    ((month, repeats),) = rows(
        staged,
        "SELECT strftime(period_start, '%Y-%m'), count(crime_id) - count(DISTINCT crime_id) AS repeats FROM street"
        " WHERE period_start >= DATE '2025-01-01' GROUP BY period_start ORDER BY repeats DESC LIMIT 1",
    )
    report = check_file(DATA / "police-uk" / f"{month}.zip", "police_uk_street")
    assert repeats > 50 and report.exit_code == 0
    expected = (
        f"{repeats} further records of a Crime ID that stands more than once; all stay, for they may not be copies"
    )
    assert report.notes == (expected,)


def test_about_one_outcome_in_a_hundred_is_repeated_exactly_and_stays(staged: duckdb.DuckDBPyConnection) -> None:
    ((all_of_them, different),) = rows(staged, "SELECT count(*), count(DISTINCT (crime_id, outcome_type)) FROM outcome")
    assert 0.008 < (all_of_them - different) / all_of_them < 0.016


def test_last_outcomes_age_so_nothing_is_counted_by_them(staged: duckdb.DuckDBPyConnection) -> None:
    open_share = [
        share
        for _, share in rows(
            staged,
            "SELECT period_start, avg(CAST(last_outcome = 'Under investigation' AS INTEGER)) FROM street"
            " WHERE period_start < DATE '2015-01-01' AND last_outcome IS NOT NULL GROUP BY ALL ORDER BY ALL",
        )
    ]
    assert len(open_share) == 11 and open_share[0] < 0.15 and open_share[-1] > 0.6


def test_the_local_authority_is_in_the_lsoas_name_and_agrees_with_the_lookup_of_2011(
    staged: duckdb.DuckDBPyConnection,
) -> None:
    staged.execute(
        """
        CREATE OR REPLACE TABLE lookup AS
        SELECT "LSOA Code" AS lsoa_code, regexp_replace("Local authority name", ' UA$', '') AS local_authority
        FROM read_csv($path, header = true, all_varchar = true)
        """,
        {"path": str(DATA / "lookups" / "lsoa-2011-to-police-force.csv.gz")},
    )
    found = rows(
        staged,
        """
        SELECT year(period_start) AS year, count(*) AS located, count(l.lsoa_code) AS covered,
            list(DISTINCT (l.local_authority, s.local_authority)) FILTER (l.local_authority <> s.local_authority)
        FROM street AS s LEFT JOIN lookup AS l USING (lsoa_code)
        WHERE s.lsoa_code IS NOT NULL AND s.lsoa_code LIKE 'E%' GROUP BY year ORDER BY year
        """,
    )
    assert [year for year, _, _, _ in found] == [2014, 2021, 2022, 2025]
    renamed: set[tuple[str, str]] = set()
    for year, located, covered, otherwise in found:
        # Codes of 2011 up to March 2022, of 2021 after: some of those are new, and the lookup does not know them.
        assert (covered == located) == (year < 2025), year
        assert covered > 0.85 * located
        renamed.update(otherwise or ())
    assert renamed == RENAMED


def test_few_rows_of_wiltshire_lie_in_other_forces(staged: duckdb.DuckDBPyConnection) -> None:
    shares = [
        share
        for _, share in rows(
            staged,
            "SELECT period_start, avg(CAST(local_authority NOT IN ('Wiltshire', 'Swindon') AS INTEGER)) FROM street"
            " WHERE force = 'wiltshire' AND local_authority IS NOT NULL GROUP BY ALL",
        )
    ]
    assert len(shares) == 36 and min(shares) > 0.0005 and max(shares) < 0.01


def test_both_kinds_of_line_end_occur_and_are_read_alike(staged: duckdb.DuckDBPyConnection) -> None:
    ends: Counter[str] = Counter()
    for path in ARCHIVES:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                ends["CRLF" if b"\r\n" in archive.read(name) else "LF"] += 1
    assert ends["CRLF"] and ends["LF"], ends
    ((trailing,),) = rows(staged, "SELECT count(*) FROM street WHERE context LIKE '%' || chr(13) || '%'")
    assert trailing == 0
