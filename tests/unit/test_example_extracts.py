"""The example's committed extracts: what must hold of them, and that the script makes them anew byte for byte."""

from __future__ import annotations

import csv
import gzip
import math
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
EXTRACTS = ROOT / "example" / "wiltshire" / "extracts"
PRC = "home_office_prc/recorded-crime-by-subgroup-2012-13-to-2023-24-q1.csv.gz"
POLICE_UK = "police_uk/police-uk-counts-2021-03-to-2022-03.csv"
POPULATION = "population/population-by-force-area.csv"
RETURN = "service_return/service-return-2019-04-to-2023-06.csv"
PLANTED = "service_return/planted.yml"
FILES = (PRC, POLICE_UK, POPULATION, RETURN, PLANTED)

MEASURES = {
    "calls_999_within_10_seconds",
    "calls_101_answer_time",
    "calls_101_abandoned",
    "immediate_response_time",
    "victim_satisfaction",
    "recording_compliance",
    "complaints",
    "positive_outcomes",
}
SHARES = MEASURES - {"calls_101_answer_time", "immediate_response_time", "complaints"}
VEHICLE_CRIME = {"Theft of a motor vehicle", "Theft from a vehicle", "Vehicle interference"}


def content(name: str, folder: Path = EXTRACTS) -> bytes:
    raw = (folder / name).read_bytes()
    return gzip.decompress(raw) if name.endswith(".gz") else raw


@cache
def read(name: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(content(name).decode("utf-8").splitlines()))
    assert rows
    return rows


@cache
def planted() -> dict[str, dict[str, object]]:
    return yaml.safe_load(content(PLANTED))


@cache
def returned(measure: str, area: str) -> dict[str, tuple[int, int]]:
    """Return month -> (numerator, denominator; 1 for a count)."""
    return {
        row["period"]: (int(row["numerator"]), int(row["denominator"] or 1))
        for row in read(RETURN)
        if (row["measure"], row["area"]) == (measure, area)
    }


def values(measure: str, area: str = "Wiltshire") -> tuple[list[str], np.ndarray]:
    series = returned(measure, area)
    return list(series), np.array([numerator / denominator for numerator, denominator in series.values()])


def season(months: list[str]) -> np.ndarray:
    """Return a level, a yearly cosine and sine for each month."""
    angle = np.array([2 * math.pi * int(month[5:]) / 12 for month in months])
    return np.column_stack([np.ones_like(angle), np.cos(angle), np.sin(angle)])


@pytest.mark.parametrize("name", FILES)
def test_files_are_plain_text_with_lf_and_named_in_the_readme(name: str) -> None:
    text = content(name)
    assert text.endswith(b"\n") and b"\r" not in text and not text.startswith(b"\xef\xbb\xbf")
    assert "\xa0" not in text.decode("utf-8")
    assert f"`{name}`" in (EXTRACTS / "README.md").read_text(encoding="utf-8")


def test_compressed_file_carries_no_clock_and_no_name() -> None:
    header = (EXTRACTS / PRC).read_bytes()[:10]
    assert header[3] == 0 and header[4:8] == b"\0\0\0\0"


def test_recorded_crime_has_every_force_in_every_quarter() -> None:
    rows = read(PRC)
    assert list(rows[0]) == [
        "Financial Year",
        "Financial Quarter",
        "Force Name",
        "Offence Group",
        "Offence Subgroup",
        "Number of Offences",
    ]
    assert len(rows) == 43_903
    forces = {row["Force Name"] for row in rows}
    quarters = {(row["Financial Year"], row["Financial Quarter"]) for row in rows}
    assert len(forces) == 43 and len(quarters) == 41
    assert "2015/16" not in {year for year, _ in quarters}
    assert ("2023/24", "1") in quarters and ("2023/24", "2") not in quarters
    keys = [tuple(list(row.values())[:5]) for row in rows]
    assert len(set(keys)) == len(keys) and keys == sorted(keys)
    held = {(row["Force Name"], row["Financial Year"], row["Financial Quarter"]) for row in rows}
    assert len(held) == 43 * 41
    assert all(text == " ".join(text.split()) for row in rows for text in row.values())


def test_recorded_crime_keeps_zeros_and_negative_counts_and_invents_none() -> None:
    offences = [int(row["Number of Offences"]) for row in read(PRC)]
    assert (offences.count(0), sum(n < 0 for n in offences)) == (531, 27)
    stalking = {row["Financial Year"] for row in read(PRC) if row["Offence Subgroup"] == "Stalking and harassment"}
    assert min(stalking) == "2013/14"


@pytest.mark.parametrize(
    ("quarter", "subgroups", "offences"),
    [
        (("2022/23", "1"), {"Shoplifting"}, 751),
        (("2023/24", "1"), {"Shoplifting"}, 1_057),
        (("2023/24", "1"), {"Domestic burglary"}, 264),
        (("2023/24", "1"), {"Non-domestic burglary"}, 175),
        (("2023/24", "1"), VEHICLE_CRIME, 458),
        (("2023/24", "1"), {"Arson", "Criminal damage"}, 1_196),
        (("2012/13", "1"), None, 8_957),
        (("2014/15", "4"), None, 8_026),
        (("2016/17", "1"), None, 10_030),
        (("2020/21", "1"), None, 8_728),
        (("2022/23", "1"), None, 11_274),
        (("2023/24", "1"), None, 10_585),
    ],
)
def test_recorded_crime_in_wiltshire(quarter: tuple[str, str], subgroups: set[str] | None, offences: int) -> None:
    found = [
        int(row["Number of Offences"])
        for row in read(PRC)
        if row["Force Name"] == "Wiltshire"
        and (row["Financial Year"], row["Financial Quarter"]) == quarter
        and (subgroups is None or row["Offence Subgroup"] in subgroups)
    ]
    assert len(found) == (len(subgroups) if subgroups else (24 if quarter[0] == "2012/13" else 25))
    assert sum(found) == offences


def test_the_counts_that_are_not_real_are_as_the_readme_says() -> None:
    def total(force: str, year: str, subgroup: str) -> list[int]:
        key = (force, year, subgroup)
        return [
            int(row["Number of Offences"])
            for row in read(PRC)
            if (row["Force Name"], row["Financial Year"], row["Offence Subgroup"]) == key
        ]

    assert total("North Wales", "2016/17", "Non-domestic burglary") == [51, 68, 80, 99]
    assert total("Dorset", "2012/13", "Violence without injury") == [713, 866, 843, 104]
    manchester: Counter[str] = Counter()
    for row in read(PRC):
        if row["Force Name"] == "Greater Manchester" and row["Financial Year"] == "2019/20":
            manchester[row["Financial Quarter"]] += int(row["Number of Offences"])
    assert manchester == {"1": 78_951, "2": 74_692, "3": 74_267, "4": 72_300}


def test_police_uk_counts_have_every_area_for_every_crime_type() -> None:
    rows = read(POLICE_UK)
    assert list(rows[0]) == ["measure", "area", "period", "numerator", "denominator", "note"]
    assert len(rows) == 13 * 14 * 3
    assert {row["area"] for row in rows} == {"Wiltshire UA", "Swindon UA", "Elsewhere or not located"}
    periods = {row["period"] for row in rows}
    assert (min(periods), max(periods), len(periods)) == ("2021-03", "2022-03", 13)
    assert len({(row["measure"], row["area"], row["period"]) for row in rows}) == len(rows)
    assert not any(row["denominator"] or row["note"] for row in rows)
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row["period"], row["measure"]] += int(row["numerator"])
    assert counts["2022-03", "Violence and sexual offences"] == 1_555
    assert sum(counts.values()) == 59_648


def test_population_has_the_forces_of_the_recorded_crime_table_and_no_totals() -> None:
    rows = read(POPULATION)
    assert list(rows[0]) == ["area", "year", "population", "note"]
    by_year: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        by_year[row["year"]][row["area"]] = int(row["population"])
        assert f"mid-{row['year']} estimate" in row["note"]
    assert set(by_year) == {"2017", "2020"} and len(rows) == 86
    forces = {row["Force Name"] for row in read(PRC)}
    assert all(set(people) == forces for people in by_year.values())
    assert (by_year["2017"]["Wiltshire"], by_year["2020"]["Wiltshire"]) == (716_400, 727_000)
    assert (by_year["2017"]["London, City of"], by_year["2020"]["London, City of"]) == (7_700, 10_900)
    # Each force is rounded to 100, so their sum differs from what is printed for England and Wales.
    assert sum(by_year["2017"].values()) == pytest.approx(58_744_600, abs=43 * 50)
    assert sum(by_year["2020"].values()) == pytest.approx(59_719_700, abs=43 * 50)


def test_service_return_is_whole() -> None:
    rows = read(RETURN)
    assert list(rows[0]) == ["measure", "area", "period", "numerator", "denominator", "note"]
    assert len(rows) == 8 * 51 * 3
    assert {row["measure"] for row in rows} == MEASURES == set(planted())
    periods = sorted({row["period"] for row in rows})
    assert (periods[0], periods[-1], len(periods)) == ("2019-04", "2023-06", 51)
    assert all((row["denominator"] == "") == (row["measure"] == "complaints") for row in rows)
    assert sum(bool(row["note"]) for row in rows) == 2


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_the_two_areas_add_up_to_the_force(measure: str) -> None:
    force, west, east = (returned(measure, area) for area in ("Wiltshire", "Wiltshire UA", "Swindon UA"))
    assert len(force) == len(west) == len(east) == 51
    for month, (numerator, denominator) in force.items():
        assert numerator == west[month][0] + east[month][0]
        if measure != "complaints":
            assert denominator == west[month][1] + east[month][1]
        for part in (west[month], east[month]):
            assert part[0] >= 0 and part[1] > 0
            assert measure not in SHARES or part[0] <= part[1]


def test_calls_answered_are_calls_made_less_those_abandoned() -> None:
    abandoned, answered = returned("calls_101_abandoned", "Swindon UA"), returned("calls_101_answer_time", "Swindon UA")
    assert len(abandoned) == 51
    assert all(answered[month][1] == made - lost for month, (lost, made) in abandoned.items())


@pytest.mark.parametrize(
    ("measure", "low", "high"), [("victim_satisfaction", 60, 140), ("recording_compliance", 150, 300)]
)
def test_surveys_have_the_sizes_of_real_ones(measure: str, low: int, high: int) -> None:
    sizes = [denominator for _, denominator in returned(measure, "Wiltshire").values()]
    assert low <= min(sizes) and max(sizes) <= high and len(set(sizes)) > 10


@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [
        ("calls_999_within_10_seconds", 0.78, 0.82),
        ("calls_101_answer_time", 520, 620),
        ("immediate_response_time", 12.8, 13.6),
        ("recording_compliance", 0.925, 0.945),
        ("positive_outcomes", 0.145, 0.165),
    ],
)
def test_levels_are_plausible(measure: str, low: float, high: float) -> None:
    assert low < values(measure)[1].mean() < high


def test_999_calls_peak_in_summer_and_dip_in_the_pandemic() -> None:
    calls = {month: n for month, (_, n) in returned("calls_999_within_10_seconds", "Wiltshire").items()}
    assert np.mean(list(calls.values())) == pytest.approx(10_300, rel=0.03)
    july, january = ([n for month, n in calls.items() if month.endswith(end)] for end in ("-07", "-01"))
    assert len(july) == len(january) == 4 and np.mean(july) > 1.1 * np.mean(january)
    assert 0.75 < calls["2020-04"] / np.mean([calls["2021-04"], calls["2022-04"]]) < 0.95


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_what_is_planted_is_found_again(measure: str) -> None:
    """Fit a level and a season to the months before April 2023 without the pandemic's, and look at the rest."""
    fact = planted()[measure]
    months, series = values(measure)
    last = [i for i, month in enumerate(months) if month >= "2023-04"]
    before = [i for i, month in enumerate(months) if month < "2023-04" and not "2020-03" <= month <= "2021-02"]
    if fact["kind"] in ("recording_change", "drift"):
        before = [i for i in before if months[i] < str(fact["from"])]
    shape = season(months)
    fit, *_ = np.linalg.lstsq(shape[before], series[before], rcond=None)
    left = series - shape @ fit
    spread = math.sqrt((left[before] ** 2).sum() / (len(before) - 3))
    assert 0.7 * float(fact["value_sd"]) < spread < 1.3 * float(fact["value_sd"])
    size = left[last].mean() / spread
    match fact["kind"]:
        case "step_up" | "step_down":
            assert size == pytest.approx(fact["size_sd"], abs=0.5) and abs(fact["size_sd"]) == 3
            assert fact["from"] == "2023-04"
        case "drift":
            window = [i for i, month in enumerate(months) if month >= str(fact["from"])]
            slope = np.polyfit(np.arange(len(window)), series[window], 1)[0] / float(fact["value_sd"])
            assert len(window) == 24 and slope == pytest.approx(fact["size_sd"], abs=0.005)
        case "recording_change":
            after = series[[i for i, month in enumerate(months) if month >= str(fact["from"])]]
            assert fact["from"] == "2022-02"
            assert after.mean() / series[before].mean() == pytest.approx(fact["factor"], rel=0.08)
        case kind:
            assert kind == "stable" and abs(size) < 1.2


def test_planted_kinds_are_the_four_and_the_rest_is_stable() -> None:
    kinds = {measure: fact["kind"] for measure, fact in planted().items() if fact["kind"] != "stable"}
    assert kinds == {
        "calls_101_abandoned": "step_up",
        "victim_satisfaction": "step_down",
        "positive_outcomes": "drift",
        "complaints": "recording_change",
    }
    assert [planted()[name]["size_sd"] for name in ("calls_101_abandoned", "victim_satisfaction")] == [3.0, -3.0]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = ROOT / "example" / "make_extracts.py"
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)


def test_the_script_makes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    if not (SHARED / "data").is_dir():
        pytest.skip("needs ../shared (the real figures), which is not beside this checkout")
    made = make("--shared", str(SHARED), "--out", str(tmp_path))
    assert made.returncode == 0, made.stderr
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == set(FILES)
    for name in FILES:
        # The compressed bytes also depend on the machine's zlib, so a .gz is compared by what is in it ...
        assert content(name, tmp_path) == content(name), name
    # ... and is the same for the same zlib.
    assert (tmp_path / PRC).read_bytes() == gzip.compress(content(PRC), compresslevel=9, mtime=0)


def test_without_the_published_files_the_script_says_so(tmp_path: Path) -> None:
    made = make("--shared", str(tmp_path), "--out", str(tmp_path / "out"))
    assert made.returncode == 2
    assert "the published files are not there" in made.stderr and "--shared" in made.stderr
    assert "Traceback" not in made.stderr and not (tmp_path / "out").exists()


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    made = make("--shared", str(tmp_path), "--out", str(tmp_path / "out"))
    assert made.returncode == 2
    assert "prc-pfa-2012-13-to-2023-24-q1.csv.gz is not there" in made.stderr and "Traceback" not in made.stderr


def test_a_count_that_is_not_a_number_is_named_with_its_row(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "home-office"
    folder.mkdir(parents=True)
    header = (
        "Financial Year,Financial Quarter,Force Name,Offence Description,Offence Group,Offence Subgroup,"
        "Offence Code,Number of Offences\r\n"
    )
    text = header + "2012/13,1,Wiltshire,Arson,Criminal damage and arson,Arson,56,many\r\n"
    (folder / "prc-pfa-2012-13-to-2023-24-q1.csv.gz").write_bytes(gzip.compress(text.encode()))
    made = make("--shared", str(tmp_path), "--out", str(tmp_path / "out"))
    assert made.returncode == 1
    assert "row 2" in made.stderr and "'many'" in made.stderr
