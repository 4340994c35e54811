"""The errors that a person is meant to read.

Every one of them says what is wrong, where (file, and line or row), and what to do. Anything else that escapes is a
fault of the program, and is shown as such.
"""

from __future__ import annotations


class PanelbriefError(Exception):
    """A fault that a person can mend: `what` is wrong, `where`, and the `remedy`."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(self.text())

    def text(self) -> str:
        """Return the whole message on one line: where, what, remedy."""
        place = f"{self.where}: " if self.where else ""
        cure = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{cure}"


class ConfigurationError(PanelbriefError):
    """The panel's own files are wrong."""


class UnreadableFile(PanelbriefError):
    """A data file cannot be read at all: damaged, empty, or not of the layout it was said to be."""


class MissingSource(PanelbriefError):
    """A source that must be there has no file."""


class BriefingHeld(PanelbriefError):
    """Checks with critical severity failed or crashed: the briefing waits for an officer."""


class WarehouseError(PanelbriefError):
    """A SQL file failed; the message quotes the file and the statement."""


class PersonalData(PanelbriefError):
    """A file may hold personal data and is not kept; `columns` says where and of what kind, never a value."""

    def __init__(self, columns: str, *, where: str) -> None:
        self.columns = columns
        super().__init__(
            f"may hold personal data, so nothing of it has been kept but its sha256: {columns}.",
            where=where,
            remedy="Take that out and send it again under the same name; only counts are wanted.",
        )
