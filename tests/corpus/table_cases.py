"""Cases of the table as a whole: headers, columns, notes around it, repeated, swapped and missing rows."""

from __future__ import annotations

from tests.corpus.case import RIGHT, Case, Found, Refused, Rejected
from tests.corpus.changes import (
    above,
    after,
    again,
    below,
    column,
    every,
    header,
    order,
    padded,
    put,
    shifted,
    swapped,
    upside_down,
    wider,
)
from tests.corpus.good import LAYOUTS, Rows, good

F, H, S, O, P = LAYOUTS  # noqa: E741


def _of_dorset(rows: Rows) -> Rows:
    return [rows[0], *([*row[:2], "Dorset Police", "Dorset Police", *row[4:]] for row in rows[1:])]


def _sorted(rows: Rows) -> Rows:
    """Sort the header in among the rows, as a spreadsheet does that is not told of it."""
    return [*rows[1:4], rows[0], *rows[4:]]


def _one_month_of(place: str, other: str) -> Rows:
    """Give each of two areas the other's figures of one month."""
    names = {place: other, other: place}
    return [[row[0], names.get(str(row[1]), row[1]), *row[2:]] if row[2] == "2022-09" else row for row in good(F)]


def _copied(rows: Rows, month: str) -> Rows:
    """Give the month after it the calls of a month."""
    of_month = {(row[0], row[1]): row[3:5] for row in rows if row[2] == month}
    return [
        [*row[:3], *of_month[row[0], row[1]], *row[5:]] if row[2] == "2022-09" and row[0] != "complaints" else row
        for row in rows
    ]


def _crosstab(rows: Rows) -> Rows:
    return [["Measure", "Area", "2022-03", "2022-04"], ["complaints", "Swindon UA", 12, 13]]


HEADERS = [
    *((f"column {old} renamed to {new}", layout, Refused(f"needs the column '{old}'"), header(old, new))
      for layout, old, new in (
          (F, "numerator", "count"), (F, "period", "month"), (H, "Force Name", "Force"), (S, "Crime type", "Category"),
          (H, "Number of Offences", "Offences"), (O, "Outcome type", "Outcome"), (P, "population", "persons"),
          (S, "LSOA name", ""),
      )),
    *((f"column {old} renamed to {new}", layout, Refused(f"there is no column '{old}'"), header(old, new))
      for layout, old, new in (
          (F, "denominator", "denominators"), (F, "denominator", "Denominator (calls)"),
          (F, "denominator", "nominator"), (H, "Offence Code", "Offence Codes"),
          (H, "Offence Description", "Description"),
      )),
    ("column note renamed to notes", F, RIGHT, header("note", "notes")),
    ("1,100 more columns with names", F, Refused("more than 1,000 columns"),
     lambda rows: [[*row, *(f"x{n}" for n in range(1_100))] for row in rows]),
    ("header in capitals and spaced", F, RIGHT, header("numerator", " NUMERATOR  ")),
    ("header over two lines", H, RIGHT, header("Number of Offences", "Number of\nOffences")),
    ("columns in another order", F, RIGHT, order(5, 3, 4, 2, 0, 1)),
    ("columns in another order", H, RIGHT, order(7, 0, 2, 1, 6, 5, 4, 3)),
    ("columns in another order", S, RIGHT, order(*range(11, -1, -1))),
    ("an optional column left out", F, RIGHT, order(0, 1, 2, 3, 4)),
    ("optional columns left out", H, RIGHT, order(0, 1, 2, 4, 5, 7)),
    ("a header twice", F, Refused("the column 'area' stands there 2 times"), header("note", "Area")),
    ("a header twice", H, Refused("stands there 2 times"), header("Offence Code", "number of offences")),
    ("empty columns on the right", P, RIGHT, wider(4)),
    ("an empty column on the left and blank rows", F, RIGHT, padded),
    ("an empty column on the left and blank rows", S, RIGHT, padded),
    ("header in row 4", F, RIGHT, above(["Complaints and calls"], [], ["Source: PSD"])),
    ("header in row 4", H, RIGHT, above(["Recorded crime"], ["Official"], [])),
    ("header in row 25", P, RIGHT, above(*[[f"Note {n}"] for n in range(24)])),
    ("header in row 40", F, Refused("needs the columns"), above(*[["x"]] * 39)),
    ("no header", F, Refused("needs the columns"), lambda rows: rows[1:]),
    ("no header", S, Refused("needs the columns"), lambda rows: rows[1:]),
    ("header sorted in among the rows", F, Refused("looks like a record"), _sorted),
    ("header sorted in among the rows", P, Refused("looks like a record"), _sorted),
    ("header at the bottom", H, Refused("needs the columns"), lambda rows: [*rows[1:], rows[0]]),
    ("a second header of units", F, Rejected(2, "neither a month"),
     after(1, ["text", "text", "yyyy-mm", "count", "count", ""])),
    ("merged headings above", F, RIGHT, above(["Return", "", "", "Figures", "", ""])),
    ("months across the top", F, Refused("needs the columns"), _crosstab),
    ("months in rows and columns turned", P, Refused("needs the columns"),
     lambda rows: [list(row) for row in zip(*rows, strict=True)]),
    ("another layout", H, Refused("needs the column"), lambda rows: good(F)),
    ("another layout", F, Refused("needs the column"), lambda rows: good(P)),
    ("outcomes instead of street crime", S, Refused("needs the columns 'Crime type'"), lambda rows: good(O)),
    ("street crime instead of outcomes", O, Refused("needs the column 'Outcome type'"), lambda rows: good(S)),
]  # fmt: skip

ROWS = [
    ("rows the other way round", F, RIGHT, upside_down),
    ("rows the other way round", H, RIGHT, upside_down),
    ("a title over the rows and notes below", P, Rejected(20, "is not a year"),
     every(above(["Population"]), below(["Source: ONS", "", "", ""]))),
    ("a note in the first cell below", F, Rejected(58, "has 1 field"), below(["Figures are provisional."])),
    ("a footnote over the width", H, Rejected(62, "is not a financial year"),
     below(["1. Excludes fraud", *[""] * 7])),
    ("a total at the bottom", F, Rejected(58, "is empty"), below(["Total", "", "", 99999, "", ""])),
    ("a total at the bottom with its month", F, Found("no_totals_among_the_rows", is_critical=False),
     below(["complaints", "Total", "2023-04", 99, "", ""])),
    ("totals of each month", F, Found("no_totals_among_the_rows", is_critical=False),
     below(["complaints", "All areas", "2023-04", 99, "", ""])),
    ("a grand total", P, Found("no_totals_among_the_rows", is_critical=False),
     below(["Grand Total", "2022", 1_750_000, ""])),
    ("a total of all offences", H, Found("no_totals_among_the_rows"),
     below(["2022/23", "4", "Wiltshire", "", "Total recorded crime", "Total recorded crime", "", 9000])),
    ("a total of all forces", H, Found("no_totals_among_the_rows"),
     below(["2022/23", "4", "Total", "Arson", "Criminal damage and arson", "Arson", "56A", 9000])),
    ("a total at the bottom", S, Rejected(122, "has 2 fields"), below(["Total", 120])),
    ("a month twice", F, Found("figure_is_given_once"), again(2, 5)),
    ("a month twice with other figures", F, Found("figure_is_given_once"),
     below(["complaints", "Swindon UA", "2022-09", 18, "", ""])),
    ("the same month written in two ways", F, Found("figure_is_given_once"),
     below(["complaints ", "Swindon\xa0UA", " 2022-09", 18, "", ""])),
    ("all rows twice", F, Found("figure_is_given_once"), again(2, 57)),
    ("a row twice", H, Found("offence_is_given_once"), again(9, 9)),
    ("all rows twice", S, Found("crimes_are_not_given_twice"), again(2, 121)),
    ("some rows twice", S, Found("crimes_are_not_copied"), again(20, 31)),
    ("all rows twice", O, Found("outcomes_are_not_given_twice"), again(2, 121)),
    ("some rows twice", O, Found("outcomes_are_not_given_twice"), again(20, 31)),
    ("a year twice", P, Found("estimate_is_given_once"), again(4, 4)),
    ("a month missing", F, Found("no_period_is_missing", is_critical=False),
     lambda rows: [row for row in rows if row[2] != "2022-09"]),
    ("an area missing in a month", F, Found("no_figure_is_missing", is_critical=False),
     lambda rows: [row for row in rows if row[1:3] != ["Swindon UA", "2022-09"]]),
    ("a quarter missing", H, Found("no_quarter_is_missing", is_critical=False),
     lambda rows: [row for row in rows if row[:2] != ["2022/23", "1"]]),
    ("a force cut short", H, Found("no_quarter_is_cut_short", is_critical=False), lambda rows: rows[:58]),
    ("a row shifted to the right", F, Rejected(8, "is empty"), shifted(8, 1)),
    ("a row shifted to the left", F, Rejected(8, "is neither a month"), shifted(8, -1)),
    ("a row shifted to the right", H, Rejected(8, "is not a financial year"), shifted(8, 1)),
    ("a row shifted to the left", P, Rejected(8, "is not a year"), shifted(8, -1)),
    ("a row shifted to the right", S, Rejected(8, "is not"), shifted(8, 1)),
    ("a row shifted to the left", O, Rejected(8, "is not"), shifted(8, -1)),
    ("two columns changed about", F, Rejected(2, "is neither a month"), every(header("area", "x"), header(
        "period", "area"), header("x", "period"))),
    ("groups and subgroups changed about", H, Found("a_subgroup_is_of_one_group"), every(
        header("Offence Group", "x"), header("Offence Subgroup", "Offence Group"), header("x", "Offence Subgroup"))),
    ("a numerator and denominator changed about", F, Found("share_is_not_over_the_whole", is_critical=False),
     lambda rows: [[*r[:3], r[4], r[3], r[5]] if n == 6 else r for n, r in enumerate(rows)]),
    ("two areas' figures of a month changed about", F, Found("areas_are_not_changed_about"),
     lambda rows: _one_month_of("Swindon UA", "Wiltshire UA")),
    ("a month copied but for one measure", F, Found("periods_are_different"), lambda rows: _copied(rows, "2022-08")),
    ("shares in the place of numerators", F, Found("numerators_are_no_fractions"),
     lambda rows: [[*r[:3], round(r[3] / r[4], 3), *r[4:]] if isinstance(r[4], int) else r for r in rows]),
    ("noughts in the place of numerators", F, Found("numerators_are_not_all_nought"),
     lambda rows: [[*r[:3], 0, *r[4:]] if isinstance(r[4], int) else r for r in rows]),
    ("a subtotal named as its group", H, Found("no_subtotals_among_subgroups"),
     below(["2022/23", "4", "Wiltshire", "", "Theft offences", "Theft offences", "", 2500])),
    ("a subtotal of all of a group", H, Found("no_subtotals_among_subgroups"),
     below(["2022/23", "4", "Wiltshire", "", "Theft offences", "All theft offences", "", 2500])),
    ("two areas' populations changed about", P, Found("population_does_not_leap", is_critical=False),
     swapped(4, 16, 0)),
    ("the month of another file", O, Rejected(2, "is not the month 2023-04"), column(1, lambda old: "2023-03")),
    ("the rows of another force", S, Found("file_is_of_the_force_in_its_name"), _of_dorset),
    ("the rows of another force", O, Found("file_is_of_the_force_in_its_name"), _of_dorset),
    ("rows of another force among them", S, Found("file_is_of_one_force", is_critical=False),
     every(put(8, 3, "Dorset Police"), put(9, 3, "Dorset Police"))),
    ("districts of two rows changed about", S, Found("a_local_area_has_one_name", is_critical=False),
     swapped(2, 4, 8)),
    ("hardly a place named", S, Found("places_are_known", is_critical=False), column(8, lambda old: "")),
    ("no Crime IDs", O, Found("outcomes_have_an_id", is_critical=False), column(0, lambda old: "")),
    ("no Crime IDs", S, Found("crimes_have_an_id", is_critical=False), column(0, lambda old: "")),
    ("years of long ago", P, Found("year_is_of_our_time", is_critical=False), put(2, 1, 1917)),
]  # fmt: skip

CASES = [
    *(Case(name, layout, ".csv", outcome, table=table) for name, layout, outcome, table in HEADERS),
    *(Case(name, layout, ".csv", outcome, table=table) for name, layout, outcome, table in ROWS),
]
