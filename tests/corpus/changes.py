"""The small changes that the cases are made of: of a table's rows, of a CSV's text, of a file's bytes."""

from __future__ import annotations

from collections.abc import Callable

from tests.corpus.good import Rows

Table = Callable[[Rows], Rows]
Text = Callable[[str], str]


def put(record: int, column: int, value: object) -> Table:
    """Put a value into one cell; the header is record 1."""
    return lambda rows: [
        [value if (n, place) == (record, column) else old for place, old in enumerate(row)]
        for n, row in enumerate(rows, start=1)
    ]


def column(place: int, change: Callable[[object], object]) -> Table:
    """Change every value of one column; the header stays."""
    return lambda rows: [
        rows[0], *([change(old) if at == place else old for at, old in enumerate(row)] for row in rows[1:])
    ]  # fmt: skip


def numbers(change: Callable[[int], object]) -> Table:
    """Change every value that is a number."""
    return lambda rows: [[change(old) if isinstance(old, int) else old for old in row] for row in rows]


def header(old: str, new: str) -> Table:
    """Rename one header."""
    return lambda rows: [[new if value == old else value for value in rows[0]], *rows[1:]]


def above(*records: list[object]) -> Table:
    """Put records above the header."""
    return lambda rows: [*(list(one) for one in records), *rows]


def below(*records: list[object]) -> Table:
    """Put records below the last one."""
    return lambda rows: [*rows, *(list(one) for one in records)]


def after(record: int, *records: list[object]) -> Table:
    """Put records after the one of that number; the header is record 1."""
    return lambda rows: [*rows[:record], *(list(one) for one in records), *rows[record:]]


def again(first: int, last: int) -> Table:
    """Repeat the records from `first` to `last` at the end."""
    return lambda rows: rows + rows[first - 1 : last]


def order(*places: int) -> Table:
    """Put the columns into another order."""
    return lambda rows: [[row[place] for place in places] for row in rows]


def wider(count: int) -> Table:
    """Add empty columns on the right, header and all."""
    return lambda rows: [[*row, *[""] * count] for row in rows]


def padded(rows: Rows) -> Rows:
    """Add an empty column on the left and an empty record between all others."""
    return [line for row in rows for line in (["", *row], [""] * (len(row) + 1))]


def upside_down(rows: Rows) -> Rows:
    """Turn the order of the records round; the header stays."""
    return [rows[0], *reversed(rows[1:])]


def shifted(record: int, by: int) -> Table:
    """Shift the values of one record by so many columns; what falls off is lost."""

    def move(row: list[object]) -> list[object]:
        return [*[""] * by, *row[: len(row) - by]] if by > 0 else [*row[-by:], *[""] * -by]

    return lambda rows: [move(row) if n == record else row for n, row in enumerate(rows, start=1)]


def swapped(first: int, second: int, place: int) -> Table:
    """Give the values of one column in two records to each other."""

    def swap(rows: Rows) -> Rows:
        rows = [list(row) for row in rows]
        one, other = rows[first - 1], rows[second - 1]
        one[place], other[place] = other[place], one[place]
        return rows

    return swap


def every(*changes: Table) -> Table:
    """Do all of these, in turn."""

    def do(rows: Rows) -> Rows:
        for change in changes:
            rows = change(rows)
        return rows

    return do


def line(number: int, change: Text) -> Text:
    """Change one line of the text; the header is line 1."""
    return lambda text: "\n".join(
        change(old) if n == number else old for n, old in enumerate(text.split("\n"), start=1)
    )  # fmt: skip


def ends(*marks: str) -> Text:
    """End the lines with these marks in turn."""
    return lambda text: "".join(
        old + marks[n % len(marks)] for n, old in enumerate(text.removesuffix("\n").split("\n"))
    )  # fmt: skip


def lines(change: Text) -> Text:
    """Change every line of the text."""
    return lambda text: "".join(f"{change(old)}\n" for old in text.removesuffix("\n").split("\n"))


def grouped(mark: str) -> Table:
    """Write every number with a mark between its thousands."""
    return numbers(lambda number: f"{number:,}".replace(",", mark))
