"""Cases of single values: numbers, months, years and names as people and programs write them."""

from __future__ import annotations

from tests.corpus.case import RIGHT, Case, Found, Rejected
from tests.corpus.changes import column, every, grouped, numbers, put
from tests.corpus.good import LAYOUTS

F, H, S, O, P = LAYOUTS  # noqa: E741

# What stands in the place of a count in real returns, and is none. Record 7 is an area's calls.
NO_COUNT = [
    "n/a", "-", "..", "*", "<5", "1'234", "1\u2019234", "12%", "£12", "12,5", "1.234.567", "1e3", "1.2E+03", "(12)",
    "12-", "12 (p)", "\uff11\uff12", "1 2", "#REF!", "NaN", "inf", "twelve", "1,23,456", "12345,678", "= 5 + 7",
    "12;13", "1 234,567", "1,234 567", "0,250", "0 250", "000,012", "01,234",
]  # fmt: skip
NO_MONTH = [
    "Apr-23",
    "01/04/2023",
    "April 2023",
    "2023-04-01",
    "202304",
    "45017",
    "2023-13",
    "2023-00",
    "23-04",
    "2023/04",
    "2023-4",
    "04-2023",
    "2023-24 Q1",
    "2023/25 Q1",
    "2023/24 Q5",
    "2023/24",
    "Q1 2023/24",
    "2023-04-01 00:00:00",
]
# Months and quarters of no time that anybody returns figures of: mistyped.
NO_TIME = ["0000-01", "0001-01", "1923-04", "9999-12", "2203-04", "1923/24 Q1", "9999/00 Q4"]
TOO_LARGE = ["9" * 400, "9" * 20, "1,000,000,000,000"]  # fmt: skip

CASES = [
    *(Case(f"count {value}", F, ".csv", Rejected(7, "is not a number"), table=put(7, 3, value)) for value in NO_COUNT),
    *(Case(f"month {value}", F, ".csv", Rejected(7, "neither a month"), table=put(7, 2, value)) for value in NO_MONTH),
    *(Case(f"month {value}", F, ".csv", Rejected(7, "so it is mistyped"), table=put(7, 2, value)) for value in NO_TIME),
    *(Case(f"financial year {value}", H, ".csv", Rejected(7, "so it is mistyped"), table=put(7, 0, value))
      for value in ("0000/01", "1923/24", "2924/25", "9999/00")),
    *(Case(f"year {value}", P, ".csv", Rejected(7, "so it is mistyped"), table=put(7, 1, value))
      for value in ("0000", "1723", "9999")),
    *(Case(f"count of {len(value)} signs", F, ".csv", Rejected(7, "million million"), table=put(7, 3, value))
      for value in TOO_LARGE),
    *(Case(f"count of {len(value)} signs", layout, ".csv", Rejected(7, words), table=put(7, place, value))
      for layout, place in ((H, 7), (P, 2))
      for value, words in zip(TOO_LARGE, ("whole number", "whole number", "million million"), strict=True)),
    Case("a denominator of 400 digits", F, ".csv", Rejected(7, "million million"), table=put(7, 4, "9" * 400)),
    *(Case(f"count {value}", H, ".csv", Rejected(7, "is not a whole number"), table=put(7, 7, value))
      for value in ("1 234,567", "0,250", "n/a", "12.5", "1e3", "1.234", "", ":", "[c]")),
    *(Case(f"count {value}", P, ".csv", Rejected(7, "is not a whole number"), table=put(7, 2, value))
      for value in ("123 456,789", "0,250", "664.6", "1.234", "-5", "730k", "")),
    *(Case(f"month {value}", S, ".csv", Rejected(7, "is not"), table=put(7, 1, value))
      for value in ("2023-05", "Apr-23", "30/04/2023", "")),
    *(Case(f"year {value}", P, ".csv", Rejected(7, "is not a year"), table=put(7, 1, value))
      for value in ("mid-2021", "2021/22", "21", "2021.0", "2,021")),
    *(Case(f"financial year {value}", H, ".csv", Rejected(7, "is not a financial year"), table=put(7, 0, value))
      for value in ("2021-22", "2021/2022", "21/22", "2021/23", "2021")),
    *(Case(f"financial quarter {value}", H, ".csv", Rejected(7, "is not a financial quarter"), table=put(7, 1, value))
      for value in ("Q1", "0", "5", "1.0", "Apr-Jun")),
    *(Case(f"thousands set off by {words}", layout, kind, RIGHT, table=grouped(mark))
      for words, mark, layout, kind in (
          ("commas", ",", F, ".csv"), ("commas", ",", H, ".csv.gz"), ("commas", ",", P, ".xlsx"),
          ("spaces", " ", H, ".csv"), ("spaces", " ", P, ".ods"), ("no-break spaces", "\xa0", F, ".csv"),
          ("no-break spaces", "\xa0", P, ".zip"), ("thin spaces", "\u2009", F, ".csv"),
          ("narrow no-break spaces", "\u202f", H, ".csv"),
      )),
    *(Case(f"thousands set off by {words}", layout, kind, Rejected(record, "is not a"), table=grouped(mark))
      for words, mark, layout, kind, record in (
          ("apostrophes", "'", F, ".csv", 3), ("apostrophes", "'", P, ".xlsx", 2), ("points", ".", P, ".csv", 2),
          ("underscores", "_", F, ".csv", 3),
      )),
    Case("thousands set off by points", F, ".csv", Rejected(3, "thousand"), table=grouped(".")),
    Case("thousands set off by points", F, ".xlsx", Rejected(3, "thousand"), table=grouped(".")),
    Case("fractions of two places", F, ".csv", RIGHT, table=numbers(lambda old: f"{old}.00")),
    Case("an empty count", F, ".csv", Rejected(7, "is empty: write 0"), table=put(7, 3, "")),
    Case("a negative count", F, ".csv", Rejected(7, "is negative"), table=put(7, 3, "-7")),
    Case("a negative count with another minus", F, ".csv", Rejected(7, "is negative"), table=put(7, 3, "\u22127")),
    Case("a negative count with a dash", F, ".csv", Rejected(7, "is not a number"), table=put(7, 3, "\u20137")),
    Case("a plus sign before each count", F, ".csv", RIGHT, table=numbers(lambda old: f"+{old}")),
    Case("noughts before each count", F, ".csv", RIGHT, table=numbers(lambda old: f"{old:07}")),
    Case("a denominator n/a", F, ".csv", Rejected(7, "is not a number"), table=put(7, 4, "n/a")),
    Case("a denominator of nought", F, ".csv", Rejected(7, "is zero though"), table=put(7, 4, "0")),
    Case("a denominator of minus nought", F, ".csv", Rejected(7, "is zero though"), table=put(7, 4, "-0")),
    Case("a denominator left out", F, ".csv", Found("denominator_is_never_left_out", is_critical=False),
         table=put(7, 4, "")),
    Case("population in thousands", P, ".csv", Found("population_is_in_people", is_critical=False),
         table=numbers(lambda old: round(old / 1000))),
    Case("a population of nought", P, ".csv", Found("population_is_above_zero"), table=put(7, 2, 0)),
    Case("a digit too many", P, ".csv", Found("population_does_not_leap", is_critical=False),
         table=put(4, 2, 7_700_000)),
    Case("offence codes damaged by Excel", H, ".csv", RIGHT,
         table=column(6, lambda old: "37.200000000000003" if old == "37.2" else old)),
    Case("offence codes as numbers", H, ".xlsx", RIGHT, table=column(6, lambda old: 37.2 if old == "37.2" else old)),
    Case("years as numbers", P, ".xlsx", RIGHT, table=column(1, lambda old: int(str(old)))),
    Case("years as numbers", P, ".ods", RIGHT, table=column(1, lambda old: int(str(old)))),
    Case("hundreds of cancelled records", H, ".csv", Found("negative_counts_are_small", is_critical=False),
         table=put(7, 7, -900)),
    Case("coordinates that are no degrees", S, ".csv", Found("coordinates_are_degrees", is_critical=False),
         table=every(put(7, 4, "n/a"), put(8, 5, "N51"))),
    Case("an unknown crime type", S, ".csv", Found("crime_type_is_known", is_critical=False),
         table=put(7, 9, "Burglarly")),
    Case("an unknown outcome", O, ".csv", Found("outcome_type_is_known", is_critical=False),
         table=put(7, 9, "Suspect charged.")),
    Case("an empty crime type", S, ".zip", Rejected(7, "is empty"), table=put(7, 9, " ")),
    Case("an empty outcome", O, ".csv", Rejected(7, "is empty"), table=put(7, 9, "\xa0")),
    Case("a name in other capitals", F, ".csv", Found("names_are_spelt_one_way", is_critical=False),
         table=put(6, 1, "WILTSHIRE UA")),
    Case("a name with another hyphen and space", H, ".csv", Found("names_are_spelt_one_way", is_critical=False),
         table=put(6, 5, "Vehicle-offences")),
    Case("a name without its accent or point", P, ".csv", Found("names_are_spelt_one_way", is_critical=False),
         table=put(6, 0, "Dorset.")),
]  # fmt: skip
