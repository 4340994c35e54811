"""Cases of what a table comes in: zips, gzips, and files that are not what their name says."""

from __future__ import annotations

import gzip
import io
import stat
import warnings
import zipfile

from tests.corpus.case import RIGHT, Case, Found, Outcome, Refused
from tests.corpus.good import LAYOUTS
from tests.corpus.workbooks import zipped

F, H, S, O, P = LAYOUTS  # noqa: E741


def _named(name: str) -> Case:
    return Case(f"a member named {name}", F, ".zip", RIGHT, pack=lambda _, plain: zipped({name: plain}))


def _symlink(name: str, plain: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo(name)
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return stream.getvalue()


def _twice(name: str, plain: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(name, plain)
        archive.writestr(name, plain)
    return stream.getvalue()


def _encrypted(name: str, plain: bytes) -> bytes:
    content = bytearray(zipped({name: plain}, zipfile.ZIP_STORED))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    return bytes(content)


def _other_method(name: str, plain: bytes) -> bytes:
    content = bytearray(zipped({name: plain}, zipfile.ZIP_STORED))
    for signature, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.index(signature) + method] = 97
    return bytes(content)


def _wrong_sum(name: str, plain: bytes) -> bytes:
    content = zipped({name: plain}, zipfile.ZIP_STORED)
    return content.replace(plain[-40:], plain[-40:].swapcase().replace(b"0", b"9"), 1)


def _overlapping(name: str, plain: bytes) -> bytes:
    """Let the list of contents name the same bytes as two members, as a bomb does a million times."""
    content = bytearray(zipped({name: plain, f"x-{name}": plain}))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = bytes(4)
    return bytes(content)


def _tar(plain: bytes) -> bytes:
    return b"figures.csv".ljust(100, b"\0") + b"0000644\0".ljust(412, b"\0") + plain + bytes(1024)


ZIPS: list[tuple[str, str, Outcome, object]] = [
    ("a note beside it", F, RIGHT, lambda name, plain: zipped({"read me.txt": "x", name: plain})),
    ("in folders", S, RIGHT, lambda name, plain: zipped({"a/": "", f"a/b/{name}": plain})),
    ("the shadows that macOS adds", S, RIGHT,
     lambda name, plain: zipped({name: plain, f"__MACOSX/._{name}": b"\0\5\x16\7", f"__MACOSX/{name}": plain})),
    ("stored and not packed", O, RIGHT, lambda name, plain: zipped({name: plain}, zipfile.ZIP_STORED)),
    ("packed by LZMA", H, RIGHT, lambda name, plain: zipped({name: plain}, zipfile.ZIP_LZMA)),
    ("packed by bzip2", P, RIGHT, lambda name, plain: zipped({name: plain}, zipfile.ZIP_BZIP2)),
    ("a remark at its end", F, RIGHT, lambda name, plain: zipped({name: plain})[:-2] + b"\5\0hello"),
    ("a zip in the zip", F, Refused("has no member of the force return layout"),
     lambda name, plain: zipped({"inner.zip": zipped({name: plain})})),
    ("a zip beside the table", F, Refused("holds x.zip beside"),
     lambda name, plain: zipped({name: plain, "x.zip": zipped({name: plain})})),
    *((f"half of it in {other}", F, Refused(f"holds {other} beside"),
       lambda name, plain, other=other: zipped({name: plain[:900], other: plain}))
      for other in ("b.xlsx", "b.xls", "b.ods", "b.csv.gz", "b.zip", "b.csv.txt", "b.tsv", "b.csv.bak")),
    ("half of it in tabs and UTF-16", P, Refused("holds b.txt beside"), lambda name, plain: zipped(
        {name: plain, "b.txt": plain.decode().replace(",", "\t").encode("utf-16")})),
    ("half of it under another name", S, Refused("holds april.csv beside"),
     lambda name, plain: zipped({name: plain, "april.csv": plain})),
    ("another layout's members beside it", S, RIGHT,
     lambda name, plain: zipped({name: plain, name.replace("street", "outcomes"): b"Crime ID,Month,Outcome type\n"})),
    ("a workbook in the zip", P, Refused("has no member"), lambda name, plain: zipped({"population.xlsx": plain})),
    ("nothing in it", F, Refused("it holds nothing"), lambda name, plain: zipped({})),
    ("folders alone", F, Refused("it holds nothing"), lambda name, plain: zipped({"a/": "", "a/b/": ""})),
    ("another layout's members", S, Refused("has no member"),
     lambda name, plain: zipped({name.replace("street", "outcomes"): plain})),
    ("a link to a file of the machine", F, Refused("needs the columns"), _symlink),
    ("two members of one name", F, Refused("two members named"), _twice),
    ("a copy under another name", F, Found("figure_is_given_once"),
     lambda name, plain: zipped({name: plain, f"Copy of {name}": plain})),
    ("a month in two folders", S, Found("month_of_a_force_is_in_one_file"),
     lambda name, plain: zipped({f"a/{name}": plain, f"b/{name}": plain})),
    ("a month in two folders", O, Found("month_of_a_force_is_in_one_file"),
     lambda name, plain: zipped({f"a/{name}": plain, f"b/{name}": plain})),
    ("the file of another force", S, Found("file_is_of_the_force_in_its_name"),
     lambda name, plain: zipped({name.replace("wiltshire", "dorset"): plain})),
    ("a password", F, Refused("password"), _encrypted),
    ("packed in an unknown way", F, Refused("compressed in a way"), _other_method),
    ("members that overlap", F, Refused("overlap"), _overlapping),
    ("a wrong check sum", F, Refused("cut short or damaged"), _wrong_sum),
    ("cut in the middle", S, Refused("cut short or damaged"), lambda name, plain: zipped({name: plain})[:2000]),
    ("cut near its end", F, Refused("cut short or damaged"), lambda name, plain: zipped({name: plain})[:-30]),
    ("bytes lost inside", F, Refused("damaged"),
     lambda name, plain: zipped({name: plain}).replace(b"\x00\x00\x00\x00", b"", 1)),
    ("a program before it", F, Refused("is not a .zip file"),
     lambda name, plain: b"MZ" + bytes(500) + zipped({name: plain})),
    ("a web page in it", F, Refused("is a web page"), lambda name, plain: zipped({name: "<html>Sign in</html>"})),
    ("an empty member beside the table", F, Refused("is empty (0 bytes)"),
     lambda name, plain: zipped({name: plain, "other.csv": b""})),
]  # fmt: skip

PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>measure,area</body></html>"
# What is saved under the name of a CSV and is none.
NO_CSV: list[tuple[str, bytes, str]] = [
    ("a web page", PAGE, "is a web page"),
    ("a web page after a BOM and blank lines", b"\xef\xbb\xbf\r\n\r\n" + PAGE, "is a web page"),
    ("a table of a web page", b"<TABLE><TR><TD>measure</TD></TR></TABLE>", "is a web page"),
    ("an error of a file service", b"<Error><Code>NoSuchKey</Code></Error>", "is a web page"),
    ("XML", b'<?xml version="1.0"?><rows><row/></rows>', "is a web page"),
    ("JSON", b'{"error": "not found", "status": 404}\n', "JSON"),
    ("a list of JSON", b'\n[{"measure": "complaints", "area": "Swindon UA"}]\n', "JSON"),
    ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "a PDF"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "neither UTF-8 nor Windows-1252"),
    ("a workbook", zipped({"xl/workbook.xml": "x"}), "a zip archive or an Excel"),
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook"),
    ("a gzip", gzip.compress(b"measure,area\n", mtime=0), "a gzip file"),
    ("a text of an error", b"404 Not Found\n", "needs the columns"),
    ("a letter", b"Dear colleague,\nplease find the return attached, with thanks.\n", "needs the columns"),
    ("RTF", b"{\\rtf1\\ansi measure, area}", "is"),
    ("Parquet", b"PAR1\x15\x04" + bytes(900) + b"PAR1", "is"),
    ("SQLite", b"SQLite format 3\0" + bytes(4000), "is"),
    ("a pointer of Git LFS", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", "needs the"),
    ("noughts", bytes(5000), "binary"),
]  # fmt: skip

_GZIP = [
    ("cut short", F, Refused("cut short or damaged"), lambda content: content[:-30]),
    ("without its check sum", H, Refused("cut short or damaged"), lambda content: content[:-8]),
    ("a wrong check sum", P, Refused("cut short or damaged"), lambda content: content[:-8] + b"12345678"),
    ("something after it", F, Refused("cut short or damaged"), lambda content: content + b"hello"),
    ("gzipped twice", F, Refused("a gzip file"), lambda content: gzip.compress(content, mtime=0)),
    ("a tar in it", F, Refused("is"), lambda content: gzip.compress(_tar(gzip.decompress(content)), mtime=0)),
    ("a plain CSV of that name", F, Refused("is not a .csv.gz file"), gzip.decompress),
    ("in two parts", H, RIGHT, lambda content: b"".join(
        gzip.compress(part, mtime=0) for part in (gzip.decompress(content)[:999], gzip.decompress(content)[999:]))),
]  # fmt: skip

CASES = [
    *map(_named, ("../../figures.csv", "/figures.csv", "..\\figures.csv", "C:\\figures.csv", "C:figures.csv",
                  "a/../../figures.csv", "//host/share/figures.csv", "figures\n.csv", "FIGURES.CSV", "a'b;--.csv")),
    *(Case(name, layout, ".zip", outcome, pack=pack) for name, layout, outcome, pack in ZIPS),  # type: ignore[arg-type]
    *(Case(f"is {name}", F, ".csv", Refused(words), raw=lambda _, content=content: content)  # type: ignore[misc]
      for name, content, words in NO_CSV),
    *(Case(name, layout, ".csv.gz", outcome, raw=raw) for name, layout, outcome, raw in _GZIP),
    *(Case(f"sent as {name}", layout, ".csv", Refused(words), sent_as=name) for name, layout, words in (
        ("return.xls", F, "this kind of file is not read"), ("return.txt", F, "this kind of file is not read"),
        ("return", F, "this kind of file is not read"), ("return.csv.zip", F, "is not a .zip file"),
        ("return.ods", F, "is not an .ods file"), ("street.csv", S, "takes the force and the month"),
        ("2023-04-wiltshire-street (1).csv", S, "takes the force and the month"),
        ("2023-04-wiltshire-street.csv", O, "takes the force and the month"),
    )),
    *(Case(f"an archive sent as {name}", layout, ".zip", outcome, sent_as=name) for layout in (S, O)
      for name, outcome in (("2023-04.zip", RIGHT), ("2023-05.zip", Found("last_month_is_the_one_named")))),
    *(Case(f"sent as {name}", F, ".csv", outcome, sent_as=name) for name, outcome in (
        ("force-return-2022-23-Q4.csv", Found("periods_are_those_of_the_files_name")),
        # The rows end in April.
        ("force-return-2023-24-Q1.csv", Found("periods_are_those_of_the_files_name")),
        ("PP-4567-01 return.csv", RIGHT), ("FOI-1987-11 2023-04.csv", RIGHT),
    )),
    Case("sent as 2023-04-WILTSHIRE-Street.CSV", S, ".csv", RIGHT, sent_as="2023-04-WILTSHIRE-Street.CSV"),
    Case("sent as another force's file", S, ".csv", Found("file_is_of_the_force_in_its_name"),
         sent_as="2023-04-dorset-street.csv"),
]  # fmt: skip
