"""Periods in the names of files: `return-{YYYY-MM}.csv` names a month, `{YYYY-YY-QN}` a financial quarter."""

from __future__ import annotations

import datetime as dt
import fnmatch
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# How a period may be written in a name.
FORMS = {
    "YYYY-MM": r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])",
    "YYYYMM": r"(?:19|20)\d\d(?:0[1-9]|1[0-2])",
    "YYYY-YY-QN": r"(?:19|20)\d\d-\d\d-[Qq][1-4]",
}
TOKEN = re.compile(r"\{([^{}]*)\}")
# The dot of an ending sorts after the hyphen of "-corrected": without it the plain name comes first.
_ENDING = re.compile(r"(?:\.[a-z]{2,4}){1,2}$")
_DIGITS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, order=True)
class Period:
    """A month or a financial quarter, by its first day and the number of its months."""

    start: dt.date
    months: int

    @property
    def next(self) -> Period:
        """Return the period that follows."""
        months = self.start.year * 12 + self.start.month - 1 + self.months
        return Period(dt.date(months // 12, months % 12 + 1, 1), self.months)

    @property
    def end(self) -> dt.date:
        """Return its last day."""
        return self.next.start - dt.timedelta(days=1)

    @property
    def label(self) -> str:
        """Return it as 2023-04 or 2023/24 Q1."""
        if self.months == 1:
            return f"{self.start:%Y-%m}"
        year = self.start.year - (self.start.month < 4)
        return f"{year}/{(year + 1) % 100:02d} Q{(self.start.month - 4) % 12 // 3 + 1}"


def tokens(pattern: str) -> list[str]:
    """Return what stands in braces in a pattern."""
    return TOKEN.findall(pattern)


def name_in(pattern: str, path: str) -> str:
    """Return the part of `path` that the pattern speaks of: the file's name, with as many folders as that has."""
    parts = path.replace("\\", "/").split("/")
    return "/".join(parts[-1 - pattern.count("/") :])


def in_order(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts names as people do: v2 before v10, and a name before those that say more after it."""
    bare = _ENDING.sub("", name.casefold())
    return tuple((int(one) if one.isdecimal() else -1, one) for one in _DIGITS.split(bare) if one)


def months_of(token: str) -> int:
    """Return how many months the period of that way of writing has."""
    return 3 if token.endswith("QN") else 1


def holds_period(pattern: str) -> bool:
    """Return whether names of this pattern say their period."""
    return TOKEN.search(pattern) is not None


def as_glob(pattern: str) -> str:
    """Return the pattern with `*` where the period stands; never `**`, which would mean any folder."""
    return re.sub(r"(?:\*?\{[^{}]*\})+\*?", "*", pattern)


def period_in(pattern: str, path: str) -> Period | None:
    """Return the period that `path` names, or None if it does not match or the pattern holds none.

    The pattern is held against the end of the path. A period written twice must be the same both times.
    """
    found = _expression(pattern).search(path.replace("\\", "/"))
    written = {_period(one) for one in found.groups()} if found else set()
    return written.pop() if len(written) == 1 else None


def matches(pattern: str, path: str) -> bool:
    """Return whether the end of `path` fits the pattern, with a sound period where it holds one."""
    if holds_period(pattern):
        return period_in(pattern, path) is not None
    return _expression(pattern).search(path.replace("\\", "/")) is not None


@lru_cache
def _expression(pattern: str) -> re.Pattern[str]:
    spans = [one.span() for one in TOKEN.finditer(pattern)]
    edges = [0, *(edge for span in spans for edge in span), len(pattern)]
    parts = []
    for at, (start, end) in enumerate(pairwise(edges)):
        text = pattern[start:end]
        if at % 2:  # the odd pieces are the tokens
            forms = FORMS.values() if text == "{period}" else [FORMS[text[1:-1]]]
            parts.append(f"({'|'.join(forms)})")
        else:
            # fnmatch closes its expression with an anchor, which must stand at the end alone.
            parts.append(fnmatch.translate(text).removeprefix("(?s:").removesuffix(r")\Z").removesuffix(r")\z"))
    return re.compile(f"(?s)(?:^|/){''.join(parts)}$")


def _period(written: str) -> Period | None:
    year, rest = int(written[:4]), written[4:].lstrip("-")
    if "Q" not in rest.upper():
        return Period(dt.date(year, int(rest), 1), 1)
    if int(rest[:2]) != (year + 1) % 100:
        return None
    month = 4 + 3 * (int(rest[-1]) - 1)
    return Period(dt.date(year + month // 13, (month - 1) % 12 + 1, 1), 3)
