"""The rules of the XmR chart as docs/methods.md words them, said a second time on purpose, in exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

Values = Sequence[float | None]


def reference_limits(values: Values, baseline: Sequence[bool]) -> tuple[Fraction, Fraction] | None:
    """Return mean and mean moving range as docs/methods.md says, exactly, or None where there are no limits."""
    chosen = [
        Fraction(value) if kept and value is not None else None for value, kept in zip(values, baseline, strict=True)
    ]
    points = [value for value in chosen if value is not None]
    ranges = [abs(b - a) for a, b in pairwise(chosen) if a is not None and b is not None]
    if len(points) < 13 or not ranges:
        return None
    screened = [one for one in ranges if one < Fraction("3.267") * sum(ranges) / len(ranges)]
    moving = sum(screened) / Fraction(len(screened) or 1)
    return (sum(points) / Fraction(len(points)), moving) if moving else None


def reference_marks(values: Values, mean: Fraction, moving: Fraction) -> dict[int, tuple[str, str]]:
    """Return rule and direction of each marked position, by the rules as docs/methods.md words them."""
    off = [None if one is None else Fraction(one) - mean for one in values]
    outside = [one is not None and abs(one) > Fraction("2.66") * moving for one in off]
    far = [one is not None and abs(one) > Fraction("2.66") * 2 / 3 * moving for one in off]
    found: dict[int, list[tuple[int, str, str]]] = {}

    def mark(places: Sequence[int], rank: int, rule: str, up: bool) -> None:
        for at in places:
            found.setdefault(at, []).append((rank, rule, "up" if up else "down"))

    for at, one in enumerate(off):
        if one is not None and outside[at]:
            mark([at], 1, "outside_limits", one > 0)
        three, seven = list(range(at - 2, at + 1)), list(range(at - 6, at + 1))
        for sign in (1, -1):
            if at >= 2 and _all_on(off, three, sign) and sum(far[i] for i in three) >= 2:
                mark([i for i in three if far[i]], 3, "two_of_three", sign > 0)
            if at >= 6 and _all_on(off, seven, sign):
                mark(seven, 4, "shift", sign > 0)
            known = [value for value in (off[i] for i in seven if i >= 0) if value is not None]
            if len(known) == 7 and all((b - a) * sign > 0 for a, b in pairwise(known)):
                mark(seven, 2, "trend", sign > 0)
    return {at: min(several, key=lambda one: one[0])[1:] for at, several in found.items()}


def _all_on(off: Sequence[Fraction | None], places: Sequence[int], sign: int) -> bool:
    return all(one is not None and one * sign > 0 for one in (off[at] for at in places))
