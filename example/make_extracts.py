"""Write the example's extracts: real figures added up from the published tables, and the illustrative return.

    .venv/bin/python example/make_extracts.py [--shared ../shared] [--out example/wiltshire/extracts]

The published files are not in the repository; `--shared` names the folder that holds them (under `data/`). The
same inputs give the same bytes. Figures known from elsewhere are checked before anything is written from a source: one
that differs stops the run (exit 1); a file or folder that is not there exits with 2. What each file is:
wiltshire/extracts/README.md.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import illustrative_return
import yaml
from python_calamine import CalamineWorkbook

from flows.errors import MissingSource, PanelbriefError, UnreadableFile

HERE = Path(__file__).parent
PRC_IN = "home-office/prc-pfa-2012-13-to-2023-24-q1.csv.gz"
PRC_OUT = "home_office_prc/recorded-crime-by-subgroup-2012-13-to-2023-24-q1.csv.gz"
POLICE_UK_OUT = "police_uk/police-uk-counts-2021-03-to-2022-03.csv"
POPULATION_OUT = "population/population-by-force-area.csv"
RETURN_OUT = "service_return/service-return-2019-04-to-2023-06.csv"
PLANTED_OUT = "service_return/planted.yml"

PRC_KEY = ("Financial Year", "Financial Quarter", "Force Name", "Offence Group", "Offence Subgroup")
COUNT = "Number of Offences"
RETURN_HEADER = ("measure", "area", "period", "numerator", "denominator", "note")

# In the table but not one of the 43 territorial forces. (Cifas is also spelt CIFAS.)
NOT_TERRITORIAL = {"action fraud", "british transport police", "cifas", "financial fraud action uk", "uk finance"}
TERRITORIAL_FORCES = 43

# Wiltshire's totals over all offence groups, counted independently of this script.
WILTSHIRE_TOTALS = {
    ("2012/13", "1"): 8_957,
    ("2014/15", "4"): 8_026,
    ("2016/17", "1"): 10_030,
    ("2020/21", "1"): 8_728,
    ("2022/23", "1"): 11_274,
    ("2023/24", "1"): 10_585,
}
VEHICLE_CRIME = {"Theft of a motor vehicle", "Theft from a vehicle", "Vehicle interference"}
# Wiltshire again: (quarter, subgroups, offences).
WILTSHIRE_FIGURES = (
    (("2022/23", "1"), {"Shoplifting"}, 751),
    (("2023/24", "1"), {"Shoplifting"}, 1_057),
    (("2023/24", "1"), {"Domestic burglary"}, 264),
    (("2023/24", "1"), {"Non-domestic burglary"}, 175),
    (("2023/24", "1"), VEHICLE_CRIME, 458),
    (("2023/24", "1"), {"Arson", "Criminal damage"}, 1_196),
)

# The unbroken months of street files nearest before the reported quarter; those of 2014 would leave a gap of years.
POLICE_UK_MONTHS = [
    *(f"2021-{month:02}" for month in range(3, 13)),
    *(f"2022-{month:02}" for month in range(1, 4)),
]
AREAS = {"Wiltshire": "Wiltshire UA", "Swindon": "Swindon UA"}
ELSEWHERE = "Elsewhere or not located"

# Workbook, publication: both hold the populations in Table P3.
POPULATIONS = (
    ("ons/policeforceareatablesyearendingdecember2018.xlsx", "year ending December 2018"),
    ("ons/policeforceareatabledec21.xlsx", "year ending December 2021"),
)
FORCE_AREA_CODE = re.compile(r"(E23|W15)\d{6}")
ENGLAND_AND_WALES = "K04000001"
# ONS's spelling of a force to the Home Office's.
FORCE_NAMES = {"City of London": "London, City of"}


def recorded_crime(source: Path) -> dict[tuple[str, ...], int]:
    """Return offences by PRC_KEY for the territorial forces, zeros as they stand, whitespace in names made plain.

    Raises UnreadableFile where a count is not a whole number, PanelbriefError where a known total is not met.
    """
    offences: Counter[tuple[str, ...]] = Counter()
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            key = tuple(" ".join((row[column] or "").split()) for column in PRC_KEY)
            if not any(row.values()) or key[2].casefold() in NOT_TERRITORIAL:
                continue
            try:
                offences[key] += int(row[COUNT])
            except ValueError:
                raise UnreadableFile(
                    f"{COUNT} is {row[COUNT]!r}, not a whole number.",
                    where=f"{source.name}, row {number}",
                    remedy="Take the file anew from the Home Office.",
                ) from None
    forces = {key[2] for key in offences}
    _expect(len(forces), TERRITORIAL_FORCES, f"{source.name}: territorial forces")
    wiltshire = {key: n for key, n in offences.items() if key[2] == "Wiltshire"}
    for quarter, total in WILTSHIRE_TOTALS.items():
        _expect(sum(n for key, n in wiltshire.items() if key[:2] == quarter), total, f"Wiltshire {quarter}")
    for quarter, subgroups, total in WILTSHIRE_FIGURES:
        found = sum(n for key, n in wiltshire.items() if key[:2] == quarter and key[4] in subgroups)
        _expect(found, total, f"Wiltshire {quarter} {sorted(subgroups)}")
    return dict(sorted(offences.items()))


def police_uk_counts(folder: Path) -> Iterator[dict[str, object]]:
    """Yield counts by month, crime type and local authority from Wiltshire's street files, in the plain layout.

    Identical rows are different incidents and are all counted. A crime type found anywhere in the month's file has a
    row for each area, zero if need be. Raises PanelbriefError where a month's count by type is not the expected one.
    """
    expected = _expected_counts(folder / "expected-counts.csv")
    for month in POLICE_UK_MONTHS:
        counts: Counter[tuple[str, str]] = Counter()
        for row in _street_rows(folder / f"{month}.zip", f"{month}/{month}-wiltshire-street.csv"):
            authority = row["LSOA name"].strip().rpartition(" ")[0]  # "Wiltshire 012B": the last word is the area's own
            counts[row["Crime type"], AREAS.get(authority, ELSEWHERE)] += 1
        types = sorted({crime_type for crime_type, _ in counts})
        areas = (*AREAS.values(), ELSEWHERE)
        by_type = {crime_type: sum(counts[crime_type, area] for area in areas) for crime_type in types}
        _expect(by_type, expected.get(month), f"data.police.uk {month} by crime type")
        for crime_type in types:
            for area in areas:
                yield _return_row(crime_type, area, month, counts[crime_type, area])


def populations(folder: Path) -> Iterator[dict[str, object]]:
    """Yield area, year, population (persons, rounded to 100 by ONS) and note for the 43 forces of each workbook.

    The year is the mid-year estimate's, read from the heading of the column. Raises PanelbriefError where the forces do
    not add up to the printed England and Wales (within the rounding of 43 figures).
    """
    for name, publication in POPULATIONS:
        workbook = CalamineWorkbook.from_path(folder / name)
        rows = workbook.get_sheet_by_name("Table P3").to_python(skip_empty_area=False)
        year = _estimate_year(name, rows)
        found = {_force_name(row[1]): _people(name, row) for row in rows if FORCE_AREA_CODE.fullmatch(str(row[0]))}
        _expect(len(found), TERRITORIAL_FORCES, f"{name}: force areas")
        printed = sum(_people(name, row) for row in rows if row[0] == ENGLAND_AND_WALES)
        total = sum(found.values())
        if abs(total - printed) > 50 * TERRITORIAL_FORCES:
            raise PanelbriefError(
                f"the forces add up to {total:,}, England and Wales is printed as {printed:,}.",
                where=name,
                remedy="Look at Table P3 for a row that was missed or taken twice.",
            )
        note = f"ONS police force area data tables, {publication}, Table P3: mid-{year} estimate, rounded to 100"
        for area, value in sorted(found.items()):
            yield {"area": area, "year": year, "population": value, "note": note}


def write_extracts(shared: Path, out: Path) -> None:
    """Write every extract under `out` from the published files under `shared`/data."""
    data = shared / "data"
    if not data.is_dir():
        raise MissingSource(
            "the published files are not there.",
            where=str(data),
            remedy="Name the folder that holds data/home-office, data/police-uk and data/ons with --shared.",
        )
    prc = recorded_crime(data / PRC_IN)
    rows = [{**dict(zip(PRC_KEY, key, strict=True)), COUNT: n} for key, n in prc.items()]
    _write(out / PRC_OUT, _csv((*PRC_KEY, COUNT), rows))
    _write(out / POLICE_UK_OUT, _csv(RETURN_HEADER, police_uk_counts(data / "police-uk")))
    people = list(populations(data))
    _expect({row["area"] for row in people}, {key[2] for key in prc}, "force names of ONS and the Home Office")
    _write(out / POPULATION_OUT, _csv(("area", "year", "population", "note"), people))
    _write(out / RETURN_OUT, _csv(RETURN_HEADER, illustrative_return.rows()))
    planted = yaml.safe_dump(illustrative_return.planted(), sort_keys=False)
    _write(out / PLANTED_OUT, f"# What was planted in the illustrative return. Sizes in SDs of the month.\n{planted}")


def main() -> int:
    """Read the command line and return the exit code: 0 written, 1 a figure differs, 2 no published files."""
    parser = argparse.ArgumentParser(description="Write the example's extracts from the published files.")
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="folder with data/ under it")
    parser.add_argument("--out", type=Path, default=HERE / "wiltshire" / "extracts", help="where to write")
    arguments = parser.parse_args()
    try:
        write_extracts(arguments.shared, arguments.out)
    except FileNotFoundError as error:
        print(f"The extracts were not made: {error.filename} is not there.", file=sys.stderr)
        return 2
    except MissingSource as error:
        print(f"The extracts were not made: {error}", file=sys.stderr)
        return 2
    except PanelbriefError as error:
        print(f"The extracts were not made: {error}", file=sys.stderr)
        return 1
    return 0


def _estimate_year(name: str, rows: Sequence[Sequence[object]]) -> int:
    """Return the year of the mid-year estimate from the heading of the population column."""
    for row in rows:
        if match := re.match(r"Population figures\s+\(mid-(\d{4})\)", str(row[2])):
            return int(match[1])
    raise UnreadableFile(
        "no column headed 'Population figures (mid-YYYY)' third in Table P3.",
        where=name,
        remedy="Compare the workbook's layout with the one that extracts/README.md names.",
    )


def _people(name: str, row: Sequence[object]) -> int:
    if not isinstance(row[2], float):
        raise UnreadableFile(f"the population of {row[1]} is {row[2]!r}.", where=name, remedy="Look at Table P3.")
    return int(row[2])


def _expected_counts(path: Path) -> dict[str, dict[str, int]]:
    """Return Wiltshire's independently counted rows: month -> crime type -> count."""
    out: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["force_slug"] == "wiltshire":
                out.setdefault(row["month"], {})[row["crime_type"]] = int(row["n"])
    return out


def _street_rows(archive: Path, member: str) -> Iterator[Mapping[str, str]]:
    try:
        with zipfile.ZipFile(archive) as zipped, zipped.open(member) as raw:
            yield from csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8", newline=""))
    except (zipfile.BadZipFile, KeyError) as error:
        raise UnreadableFile(
            f"{member} cannot be read: {error}.", where=archive.name, remedy="Copy it anew."
        ) from error


def _return_row(measure: str, area: str, period: str, numerator: int) -> dict[str, object]:
    return dict(zip(RETURN_HEADER, (measure, area, period, numerator, "", ""), strict=True))


def _force_name(cell: object) -> str:
    """Return the Home Office's name of a force; ONS's may end in a note ("Gwent [note 5]", "Lancashire11")."""
    name = re.sub(r"\s*\[note \d+\]|\d+$", "", str(cell)).strip()
    return FORCE_NAMES.get(name, name)


def _expect(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise PanelbriefError(f"found {found}, expected {expected}.", where=what, remedy="Check the source's vintage.")


def _csv(header: Iterable[str], rows: Iterable[Mapping[str, object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(header), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    """Write text as UTF-8; a .gz is compressed with neither the clock nor a file name in its header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".gz":
        path.write_bytes(text.encode())
    else:
        path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{path.name}: {text.count(chr(10)):,} lines, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
