"""The rules of the XmR chart as docs/methods.md words them, said a second time on purpose, in exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

Values = Sequence[float | None]


def reference_limits(
    values: Values, baseline: Sequence[bool], *, least: int = 13, screened: bool = True
) -> tuple[Fraction, Fraction] | None:
    """Return mean and mean moving range as docs/methods.md says, exactly, or None where there are no limits."""
    chosen = [
        Fraction(value) if kept and value is not None else None for value, kept in zip(values, baseline, strict=True)
    ]
    points = [value for value in chosen if value is not None]
    ranges = [abs(b - a) for a, b in pairwise(chosen) if a is not None and b is not None]
    if len(points) < least or not ranges:
        return None
    usual = [one for one in ranges if one < Fraction("3.267") * sum(ranges) / len(ranges)]
    # What varied but for what screening leaves out did not vary.
    if not any(usual):
        return None
    kept_in = usual if screened else ranges
    return sum(points) / Fraction(len(points)), sum(kept_in) / Fraction(len(kept_in))


def reference_marks(
    values: Values, mean: Fraction, moving: Fraction, *, outside_is_far: bool = True
) -> dict[int, tuple[str, str]]:
    """Return rule and direction of each marked position, by the rules as docs/methods.md words them.

    `outside_is_far`: figures outside the limits count as one of the two of three, as in mdc-2023.
    """
    off = [None if one is None else Fraction(one) - mean for one in values]
    outside = [one is not None and abs(one) > Fraction("2.66") * moving for one in off]
    beyond = [one is not None and abs(one) > Fraction("2.66") * 2 / 3 * moving for one in off]
    far = [one and (outside_is_far or not out) for one, out in zip(beyond, outside, strict=True)]
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
    # A point that ends a rise and begins a fall goes the way that the series goes on: the later window is named.
    return {at: min(reversed(several), key=lambda one: one[0])[1:] for at, several in found.items()}


def _all_on(off: Sequence[Fraction | None], places: Sequence[int], sign: int) -> bool:
    return all(one is not None and one * sign > 0 for one in (off[at] for at in places))
