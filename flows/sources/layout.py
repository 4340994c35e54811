"""What a layout is: the columns that a sender's file must have, and the names they are staged under."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: its staged `name` and the `header` as printed in the file.

    `is_month` marks a column whose cells are months: a workbook keeps them as dates, and they become YYYY-MM.
    `is_free_text` marks a column that people write sentences in: it is searched for personal data as others are.
    """

    name: str
    header: str
    required: bool = True
    is_month: bool = False
    is_free_text: bool = False


@dataclass(frozen=True)
class Layout:
    """One kind of extract: what it is called, where it is staged, which columns and members it has.

    `member_pattern` is a regular expression searched for in a file's name, or a zip member's, in lower case.
    `member_example` shows a person a name that fits it. `most_bytes` is what a file of it may unpack to, `most_cells`
    over how many cells its workbook may reach: the largest honest ones several times over, and no more, for whatever is
    read takes time.
    """

    name: str
    table: str
    title: str
    columns: tuple[Column, ...]
    member_pattern: str = r"\.csv$"
    member_example: str = "figures.csv"
    # A return of fifty measures for twenty areas over twelve years is 10 MB; so are 7,000 areas over twenty years.
    most_bytes: int = 32 * 1024**2
    most_cells: int = 1_000_000

    @property
    def required(self) -> tuple[Column, ...]:
        """Return the columns without which a file cannot be read."""
        return tuple(column for column in self.columns if column.required)
