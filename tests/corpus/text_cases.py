"""Cases of how a text is written down: encodings, line ends, quotation marks, separators, damage."""

from __future__ import annotations

from tests.corpus.case import RIGHT, Case, Found, Outcome, Refused, Rejected
from tests.corpus.changes import Text, column, ends, line, lines, put
from tests.corpus.good import LAYOUTS

F, H, S, O, P = LAYOUTS  # noqa: E741


def _quoted(text: str) -> str:
    return ",".join(f'"{field}"' for field in text.split(","))


def _mixed(text: str) -> str:
    """Give one name in UTF-8 and one in Windows-1252."""
    return text.replace("Swindon UA", "Café UA", 1).replace("Swindon UA", "Caf\udce9 UA", 1)


CAFE = ("Caf\u00e9 UA", "Swindon UA")

WRITTEN: list[tuple[str, str, str, Outcome, Text]] = [
    ("CRLF", F, ".csv", RIGHT, ends("\r\n")),
    ("CRLF", S, ".zip", RIGHT, ends("\r\n")),
    ("CRLF", O, ".csv.gz", RIGHT, ends("\r\n")),
    ("CR alone", F, ".csv", RIGHT, ends("\r")),
    ("CR alone", H, ".csv.gz", RIGHT, ends("\r")),
    ("CRLF, LF and CR in turn", F, ".csv", RIGHT, ends("\r\n", "\n", "\r")),
    ("CRLF, LF and CR in turn", P, ".zip", RIGHT, ends("\r\n", "\n", "\r")),
    ("CRLF, LF and CR in turn", O, ".csv", RIGHT, ends("\r\n", "\n", "\r")),
    ("CR CR LF", H, ".csv", RIGHT, ends("\r\r\n")),
    ("every field quoted", F, ".csv", RIGHT, lines(_quoted)),
    ("every field quoted", S, ".csv", RIGHT, lines(_quoted)),
    ("BOM before quoted header", P, ".csv", RIGHT, lambda text: "\ufeff" + lines(_quoted)(text)),
    ("each line quoted as a whole", F, ".csv", Refused("needs the columns"), lines(lambda text: f'"{text}"')),
    ("single quotation marks", F, ".csv", Refused("needs the columns"),
     lines(lambda text: ",".join(f"'{field}'" for field in text.split(",")))),
    ("quotation mark never closed", F, ".csv", Refused("opened in line 4"), line(4, lambda text: f'"{text}')),
    ("quotation mark in a field", H, ".csv", Rejected(6, "quotation mark inside a field"),
     line(6, lambda text: text.replace("Dorset", '"Dor"set', 1))),
    ("marks escaped by a backslash", F, ".csv", Rejected(6, "quotation mark"),
     line(6, lambda text: text + '"two \\"cases\\""')),
    ("two stray quotation marks", F, ".csv", Refused("look like records of their own"),
     lambda text: line(8, lambda old: old.replace("UA,", 'UA",', 1))(line(6, lambda old: old.replace(
         ",", ',"', 1))(text))),
    ("line break inside a note", F, ".csv", RIGHT, line(6, lambda text: text + '"moved\nfrom March"')),
    ("line break and CR inside a note", P, ".csv", RIGHT,
     line(6, lambda text: text.removesuffix("mid-year estimate") + '"mid-year\r\nestimate"')),
    ("too few fields", F, ".csv", Rejected(5, "has 5 fields, the header has 6"), line(5, lambda text: text[:-1])),
    ("too many fields", H, ".csv", Rejected(5, "has 9 fields"), line(5, lambda text: text + ",x")),
    ("an address with an unquoted comma", S, ".csv", Rejected(9, "has 13 fields"),
     line(9, lambda text: text.replace("Park Road", "Park Road, North"))),
    ("an unquoted thousands comma", P, ".csv", Rejected(3, "has 5 fields"),
     line(3, lambda text: text.replace(",77", ",77,", 1))),
    ("trailing commas on the rows alone", F, ".csv", Rejected(2, "has 7 fields"),
     lambda text: text.replace("\n", ",\n").replace(",\n", "\n", 1)),
    ("trailing commas throughout", P, ".csv", RIGHT, lines(lambda text: text + ",,,")),
    ("trailing commas throughout", O, ".zip", RIGHT, lines(lambda text: text + ",")),
    ("empty lines between", F, ".csv", RIGHT, lambda text: text.replace("\n", "\n\n") + "\n,,,,,\n"),
    ("spaces around every field", F, ".csv", RIGHT, lines(lambda text: text.replace(",", " ,  ") + " ")),
    ("semicolons", F, ".csv", Refused("not seem to be separated by commas"), lambda text: text.replace(",", ";")),
    ("semicolons", H, ".zip", Refused("not seem to be separated by commas"), lambda text: text.replace(",", ";")),
    ("sep=; and semicolons", P, ".csv", Refused("not seem to be separated by commas"),
     lambda text: "sep=;\n" + text.replace(",", ";")),
    ("sep=, above the header", P, ".csv", RIGHT, lambda text: "sep=,\n" + text),
    ("tabs", F, ".csv", Refused("not seem to be separated by commas"), lambda text: text.replace(",", "\t")),
    ("tabs", S, ".csv.gz", Refused("not seem to be separated by commas"), lambda text: text.replace(",", "\t")),
    ("bars", P, ".csv", Refused("not seem to be separated by commas"), lambda text: text.replace(",", "|")),
    ("a space after each comma and quotes", F, ".csv", Refused("needs the column 'area'"),
     lines(lambda text: text.replace(",", ", ").replace("measure", '"measure"').replace(" area", ' "area"'))),
    ("NUL in a row", F, ".csv", Rejected(7, "NUL"), line(7, lambda text: text.replace("UA", "U\0A"))),
    ("NULs at the end", H, ".csv", Rejected(62, "has 1 field"), lambda text: text + "\0" * 64 + "\n"),
    ("Ctrl-Z at the end", F, ".csv", Rejected(58, "has 1 field"), lambda text: text + "\x1a"),
    ("a line of 3 million characters", F, ".csv", Refused("line longer than"), lambda text: text + "x" * 3_000_000),
    ("a field of 200,000 characters", F, ".csv", Rejected(58, "a field longer than"),
     lambda text: text + f"complaints,Wiltshire UA,2023-05,{'9' * 200_000},,\n"),
    ("a header of 30,000 columns", F, ".csv", RIGHT, lines(lambda old: old + "," * 30_000)),
    ("no end of the last line", F, ".csv", Found("last_line_is_ended", is_critical=False),
     lambda text: text.removesuffix("\n")),
    ("cut inside the last number", H, ".csv", Found("last_line_is_ended", is_critical=False), lambda text: text[:-3]),
    ("cut inside a row", O, ".csv", Rejected(121, "the header has 10"), lambda text: text[:-120]),
    ("the header alone", H, ".csv", Found("has_rows"), lambda text: text[: text.index("\n") + 1]),
    ("the header alone", S, ".zip", Found("has_rows"), lambda text: text[: text.index("\n") + 1]),
    ("nothing", F, ".csv", Refused("is empty (0 bytes)"), lambda text: ""),
    ("nothing", S, ".csv", Refused("is empty (0 bytes)"), lambda text: ""),
    ("nothing in the member", O, ".zip", Refused("is empty (0 bytes)"), lambda text: ""),
    ("nothing in the gzip", P, ".csv.gz", Refused("is empty (0 bytes)"), lambda text: ""),
    ("white space alone", H, ".csv", Refused("holds no table"), lambda text: " \n\t\n \r\n"),
    ("two files one after the other", F, ".csv", Rejected(58, "is neither a month"), lambda text: text + text),
    ("a repeated header at each page", H, ".csv", Rejected(32, "is not a financial year"),
     lambda text: line(31, lambda old: old + "\n" + text[: text.index("\n")])(text)),
    ("git's conflict marks", F, ".csv", Rejected(6, "has 1 field"), line(6, lambda text: "<<<<<<< HEAD\n" + text)),
]  # fmt: skip

ENCODED: list[tuple[str, str, str, str, Outcome]] = [
    ("UTF-8 with BOM", F, ".csv", "utf-8-sig", RIGHT),
    ("UTF-8 with BOM", S, ".csv", "utf-8-sig", RIGHT),
    ("UTF-8 with BOM", H, ".csv.gz", "utf-8-sig", RIGHT),
    ("UTF-8 with BOM", O, ".zip", "utf-8-sig", RIGHT),
    ("UTF-16 with BOM", F, ".csv", "utf-16", Refused("UTF-16")),
    ("UTF-16 with BOM", S, ".zip", "utf-16", Refused("UTF-16")),
    ("UTF-16 LE without BOM", F, ".csv", "utf-16-le", Refused("UTF-16")),
    ("UTF-16 BE without BOM", P, ".csv", "utf-16-be", Refused("UTF-16")),
    ("UTF-16 BE without BOM", H, ".csv.gz", "utf-16-be", Refused("UTF-16")),
    ("UTF-32", F, ".csv", "utf-32", Refused("UTF-16")),
    ("EBCDIC", F, ".csv", "cp500", Refused("is")),
]

CASES = [
    *(Case(name, layout, kind, outcome, text=text) for name, layout, kind, outcome, text in WRITTEN),
    *(Case(name, lay, kind, outcome, encoding=code) for name, lay, kind, code, outcome in ENCODED),
    Case("UTF-16 with the bytes swapped", F, ".csv", Refused("UTF-16"), encoding="utf-16-be",
         text=lambda text: "\ufffe" + text),
    Case("Windows-1252", F, ".csv", RIGHT, encoding="cp1252", text=lines(lambda old: old.replace("note", "note £"))),
    Case("Windows-1252 in a note", P, ".csv", RIGHT, encoding="cp1252",
         text=lines(lambda old: old.replace("estimate", "estimate – £"))),
    Case("Latin-1 with no-break spaces", H, ".zip", RIGHT, encoding="latin-1",
         text=lambda text: text.replace("and arson", "and\xa0arson")),
    Case("UTF-8 and Windows-1252 mixed", F, ".csv", Refused("UTF-8 in one place"), text=_mixed),
    Case("UTF-8 and Windows-1252 mixed", H, ".csv.gz", Refused("UTF-8 in one place"),
         text=lambda text: text.replace("Theft ", "Theft\xa0", 1).replace("Theft ", "Theft\udca0", 1)),
    Case("UTF-8 taken for Windows-1252 and saved", H, ".csv", Rejected(5, "wrong encoding"),
         table=put(5, 4, "Theft\u00c2\xa0offences")),
    Case("UTF-8 taken for Windows-1252 and saved", F, ".csv", Rejected(5, "wrong encoding"),
         table=put(5, 1, "Caf\u00c3\u00a9 UA")),
    Case("letters lost to U+FFFD", S, ".csv", Rejected(5, "wrong encoding"), table=put(5, 9, "Bur\ufffdlary")),
    Case("no-break spaces in names", H, ".csv", RIGHT, table=column(5, lambda old: str(old).replace(" ", "\xa0"))),
    Case("no-break and thin spaces in names", S, ".csv", RIGHT,
         table=column(9, lambda old: str(old).replace(" ", "\u2009\xa0"))),
    Case("soft hyphens in a name", F, ".csv", RIGHT, table=put(6, 1, "Wilt\u00adshire UA")),
    Case("right-to-left marks in a name", F, ".csv", RIGHT, table=put(6, 1, "\u200fWiltshire UA\u200e")),
    Case("zero-width spaces in a name", O, ".csv", RIGHT,
         table=column(9, lambda old: str(old).replace(" ", "\u200b \ufeff"))),
    Case("another dash in a name", S, ".csv", RIGHT, table=column(9, lambda old: str(old).replace("-", "\u2011"))),
    Case("another dash in a month", S, ".csv", RIGHT, table=column(1, lambda old: str(old).replace("-", "\u2010"))),
    Case("a Cyrillic letter in a name", F, ".csv", Rejected(6, "another alphabet"),
         table=put(6, 1, "Wiltsh\u0456re UA")),
    Case("a Greek letter in a name", H, ".csv", Rejected(6, "another alphabet"), table=put(6, 2, "D\u03bfrset")),
    Case("a letter without its dot in a name", F, ".csv", Rejected(6, "another alphabet"),
         table=put(6, 1, "W\u0131ltshire UA")),
    Case("a full-width letter in a name", F, ".csv", Rejected(6, "another alphabet"),
         table=put(6, 1, "\uff37iltshire UA")),
    Case("an ideograph in a name", P, ".csv", Rejected(6, "a sign that no name has"), table=put(6, 0, "Dorset\u5dde")),
    Case("a smiling face in a name", F, ".csv", Rejected(6, "a sign that no name has"),
         table=put(6, 1, "Wiltshire UA \U0001f600")),
    Case("the no-break space of a Mac taken for Windows-1252", F, ".csv", Rejected(6, "wrong encoding"),
         table=put(6, 1, "Wiltshire\u00caUA")),
    Case("the no-break space of DOS taken for Windows-1252", F, ".csv", Rejected(6, "wrong encoding"),
         table=put(6, 1, "Wiltshire\u00ffUA")),
    *(Case(f"{code} in a name", F, ".csv", Rejected(6, "a code of a web page"), table=put(6, 1, f"Wiltshire{code}UA"))
      for code in ("&nbsp;", "&#160;", "&amp;", "%20")),
    *(Case(f"control character {ord(sign)} for a space in names", F, ".csv", RIGHT,
           table=column(1, lambda old, sign=sign: str(old).replace(" ", sign)))  # type: ignore[misc]
      for sign in "\x0b\x1f\x85"),
    Case("letters with marks in a name", F, ".csv", Found("no_figure_is_missing", is_critical=False),
         table=put(6, 1, "Ynys M\u00f4n \u2013 \u0174yth, \u0141\u00f3d\u017a e\u0301t\u00e9 (\u2019a)")),
    Case("an apostrophe before a name", F, ".csv", Rejected(6, "quotation mark"), table=put(6, 1, "'Wiltshire UA")),
    Case("curly quotation marks round a name", P, ".csv", Rejected(6, "quotation mark"),
         table=put(6, 0, "\u201cDorset\u201d")),
    Case("Excel's formula of a text", F, ".csv", Rejected(6, "formula"), text=line(
        6, lambda old: old.replace("Swindon UA", '"=""Swindon UA"""').replace("Wiltshire UA", '"=""Wiltshire UA"""'))),
    Case("a failed formula in a name", P, ".csv", Rejected(6, "formula"), table=put(6, 0, "#N/A")),
]  # fmt: skip
