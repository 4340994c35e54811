"""Sound extracts of every layout, made from a seed, with the totals that plain Python finds in them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable

Rows = list[list[object]]
Totals = dict[tuple[str, str, str], float]

SEED = 20230914
MONTHS = [f"{2022 + (2 + n) // 12}-{(2 + n) % 12 + 1:02}" for n in range(14)]
# The name that each layout's plain CSV is sent under.
NAMES = {
    "force_return": "force-return.csv",
    "home_office_prc": "recorded-crime.csv",
    "police_uk_street": "2023-04-wiltshire-street.csv",
    "police_uk_outcomes": "2023-04-wiltshire-outcomes.csv",
    "population": "population.csv",
}
PLACES = ("Wiltshire 001A", "Wiltshire 002B", "Swindon 001A", "Swindon 014C")
TYPES = ("Anti-social behaviour", "Burglary", "Shoplifting", "Violence and sexual offences")
OUTCOMES = ("Unable to prosecute suspect", "Investigation complete; no suspect identified", "Suspect charged")
OFFENCES = (
    ("Criminal damage and arson", "Arson", "Arson endangering life", "56A"),
    ("Criminal damage and arson", "Criminal damage", "Criminal damage to a vehicle", "58C"),
    ("Drug offences", "Possession of drugs", "Possession of cannabis", "92E"),
    ("Theft offences", "Shoplifting", "Shoplifting", "46"),
    ("Theft offences", "Vehicle offences", "Aggravated vehicle taking", "37.2"),
    ("Violence against the person", "Violence with injury", "Assault with injury", "8N"),
)


def _force_return(chance: random.Random) -> Rows:
    rows: Rows = [["measure", "area", "period", "numerator", "denominator", "note"]]
    for month in MONTHS:
        for area, size in (("Wiltshire UA", 3), ("Swindon UA", 1)):
            rows.append(["complaints", area, month, chance.randint(14 * size, 19 * size), "", ""])
            calls = chance.randint(1400 * size, 1700 * size)
            rows.append(["calls_101_answered", area, month, calls - chance.randint(100, 300), calls, ""])
    return rows


def _home_office_prc(chance: random.Random) -> Rows:
    rows: Rows = [
        ["Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group",
         "Offence Subgroup", "Offence Code", "Number of Offences"],
    ]  # fmt: skip
    for year, quarter in (("2021/22", "4"), ("2022/23", "1"), ("2022/23", "2"), ("2022/23", "3"), ("2022/23", "4")):
        for force in ("Dorset", "Wiltshire"):
            for group, subgroup, description, code in OFFENCES:
                rows.append([year, quarter, force, description, group, subgroup, code, chance.randint(900, 2400)])
    return rows


def _police_uk(chance: random.Random, kind: str) -> Rows:
    place = ["Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code",
             "LSOA name"]  # fmt: skip
    last = ["Crime type", "Last outcome category", "Context"] if kind == "street" else ["Outcome type"]
    rows: Rows = [place + last]
    for n in range(120):
        at = n % len(PLACES)
        crime = chance.choice(TYPES) if kind == "street" else chance.choice(OUTCOMES)
        crime_id = "" if crime == TYPES[0] else f"{chance.getrandbits(256):064x}"
        spot = [f"-1.{chance.randint(70, 99)}", f"51.{chance.randint(30, 60)}", "On or near Park Road",
                f"E0101{5000 + at}", PLACES[at]]  # fmt: skip
        end = [crime, "" if crime == TYPES[0] else "Under investigation", ""] if kind == "street" else [crime]
        rows.append([crime_id, "2023-04", "Wiltshire Police", "Wiltshire Police", *spot, *end])
    return rows


def _population(chance: random.Random) -> Rows:
    rows: Rows = [["area", "year", "population", "note"]]
    for area, people in (("Dorset", 770_000), ("Wiltshire", 730_000), ("Swindon UA", 230_000)):
        for year in range(2017, 2023):
            people += chance.randint(1000, 5000)  # noqa: PLW2901
            rows.append([area, str(year), people, "mid-year estimate"])
    return rows


_MAKERS: dict[str, Callable[[random.Random], Rows]] = {
    "force_return": _force_return,
    "home_office_prc": _home_office_prc,
    "police_uk_street": lambda chance: _police_uk(chance, "street"),
    "police_uk_outcomes": lambda chance: _police_uk(chance, "outcomes"),
    "population": _population,
}
LAYOUTS = tuple(_MAKERS)


def good(layout: str, seed: int = SEED) -> Rows:
    """Return the header and the rows of a sound extract; text is str, numbers are int."""
    return _MAKERS[layout](random.Random(f"{seed} {layout}"))


def totals(layout: str, rows: Rows) -> Totals:
    """Return what a sound extract holds for each force (or area), period and category."""
    found: Totals = defaultdict(float)
    for row in rows[1:]:
        text = [str(value) for value in row]
        if layout == "force_return":
            found[text[1], text[2], text[0]] += float(text[3])
        elif layout == "population":
            found[text[0], text[1], "population"] += float(text[2])
        elif layout == "home_office_prc":
            found[text[2], f"{text[0]} Q{text[1]}", text[5]] += float(text[7])
        else:
            found["wiltshire", text[1], text[9]] += 1
    return dict(found)
