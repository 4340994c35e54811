"""How figures and periods are printed. Nothing here calculates."""

from __future__ import annotations

import datetime as dt

from flows.calendar import MONTHS, financial_quarter, long_date

NO_DATA = "no data"
CONFIDENTIAL = "[c]"
NO_BREAK = "\u00a0"


def number(value: float | None, decimals: int = 0) -> str:
    """Return a number with thousands separators, such as 1,057 or 80.6; `no data` if there is none."""
    if value is None:
        return NO_DATA
    # Rounding half away from nought, as readers do; adding nought turns -0 into 0.
    scaled = abs(value) * 10**decimals
    rounded = float(int(scaled + 0.5 + 1e-9)) / 10**decimals
    return f"{(rounded if value >= 0 else -rounded) + 0.0:,.{decimals}f}"


def with_unit(value: float | None, unit: str, decimals: int) -> str:
    """Return a figure with its unit: 80.6%, 584 seconds, 1,057 offences."""
    text = number(value, decimals)
    if value is None:
        return text
    return f"{text}%" if unit == "%" else f"{text}{NO_BREAK}{unit}"


def bare(value: float | None, unit: str, decimals: int) -> str:
    """Return a figure for a table whose heading gives the unit: 584, 1,057, and 80.6% all the same."""
    return with_unit(value, unit, decimals) if unit == "%" else number(value, decimals)


def change_words(change: float | None, change_pct: float | None, unit: str, decimals: int) -> str:
    """Return a difference in words: `306 more (41%)`, `2.1 percentage points lower`, `the same`, or an empty string."""
    if change is None:
        return ""
    size = number(abs(change), decimals)
    if float(size.replace(",", "")) == 0:
        return "the same"
    if unit == "%":
        return f"{size} percentage points {'higher' if change > 0 else 'lower'}"
    if unit in ("seconds", "minutes"):
        return f"{size}{NO_BREAK}{unit} {'longer' if change > 0 else 'shorter'}"
    per_cent = f" ({number(abs(change_pct))}%)" if change_pct is not None else ""
    return f"{size} {'more' if change > 0 else 'fewer'}{per_cent}"


def period_label(start: dt.date, end: dt.date) -> str:
    """Return a period's short name: `Apr 2023` for a month, `2023/24 Q1` for a quarter."""
    if (end - start).days < 32:
        return f"{MONTHS[start.month - 1][:3]} {start.year}"
    return financial_quarter(start)


def span_words(start: dt.date, end: dt.date) -> str:
    """Return a span of months in words: `April 2015 to March 2016`, `April to June 2023`, or `May 2023`."""
    first, last = f"{MONTHS[start.month - 1]} {start.year}", f"{MONTHS[end.month - 1]} {end.year}"
    if first == last:
        return first
    return f"{MONTHS[start.month - 1]} to {last}" if start.year == end.year else f"{first} to {last}"


def day(value: dt.date) -> str:
    """Return a date as printed."""
    return long_date(value)


def listed(items: list[str]) -> str:
    """Return items as an English list: `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
