"""The illustrative service return: a force's own monthly figures as they might look, with known changes planted.

No open figures exist for these measures, so they are generated: seasonal, noisy (autocorrelation 0.2,
over-dispersed), the pandemic visible in the calls, two unitary areas that add up to the force. Every figure made from
it is marked "Illustrative data" in the briefing. The generator is the standard library's, seeded by the measure's
name, so the same file comes out each time.

Nothing here has any part in the product: it only makes a file that the product reads like any other.
"""

from __future__ import annotations

import calendar
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

FORCE, WILTSHIRE, SWINDON = "Wiltshire", "Wiltshire UA", "Swindon UA"
MONTHS = [f"{year}-{month:02}" for year in range(2019, 2024) for month in range(1, 13)][3:54]  # 2019-04 .. 2023-06
SEED = "illustrative return 2023-09-14"
AUTOCORRELATION = 0.2
Pair = tuple[int, int]  # Wiltshire UA, Swindon UA

# How much of the first lockdowns' effect is felt in each month: 1 is the most.
PANDEMIC = {
    "2020-03": 0.4, "2020-04": 1.0, "2020-05": 0.9, "2020-06": 0.6, "2020-07": 0.3,
    "2020-11": 0.4, "2020-12": 0.2, "2021-01": 0.5, "2021-02": 0.4,
}  # fmt: skip

NOTES = {
    (
        "complaints",
        "2022-02",
    ): "From this month every expression of dissatisfaction is logged as a complaint.",
    ("calls_999_within_10_seconds", "2020-04"): "First full month of the pandemic restrictions.",
}


@dataclass(frozen=True)
class Change:
    """What is planted: `size_sd` in SDs of the monthly value's stable noise (a drift: in SDs per month)."""

    kind: Literal["step_up", "step_down", "drift", "recording_change", "stable"] = "stable"
    start: str = ""
    size_sd: float = 0.0
    factor: float = 1.0


@dataclass(frozen=True)
class Measure:
    """One measure: a share (of 1), a mean (seconds or minutes a case) or a count.

    `sd` is the SD of the force's monthly value when nothing changes, in the value's unit; `summer` and `pandemic`
    are effects on the value in SDs; `volume` is cases in an average month (`survey`: its lowest and highest
    instead), and `volume_summer`, `volume_pandemic`, `volume_sd` are fractions of it. `gap` is Swindon's value
    less Wiltshire's.
    """

    name: str
    form: Literal["share", "mean", "count"]
    level: float
    sd: float
    volume: float = 0.0
    survey: tuple[int, int] = (0, 0)
    summer: float = 0.0
    pandemic: float = 0.0
    volume_summer: float = 0.0
    volume_pandemic: float = 0.0
    volume_sd: float = 0.03
    swindon_share: float = 0.34
    gap: float = 0.0
    gap_sd: float = 0.0
    change: Change = Change()


# Levels are Wiltshire's own where reported (999: about 80 % in 10 s, 123,920 calls a year; immediate response 13 min;
# recording compliance about 93 %; positive outcomes about 15 %). The SDs are at least 1.05 times the sampling error:
# real returns are over-dispersed. 101 calls answered are the calls made less those abandoned.
MEASURES = (
    Measure("calls_999_within_10_seconds", "share", 0.80, 0.016, volume=10_300, summer=-0.7, pandemic=1.2,
            volume_summer=0.08, volume_pandemic=-0.15, gap=0.004, gap_sd=0.008),
    Measure("calls_101_abandoned", "share", 0.092, 0.0085, volume=19_500, summer=0.4, pandemic=-0.8,
            volume_summer=0.05, volume_pandemic=-0.12, gap=0.006, gap_sd=0.005,
            change=Change("step_up", "2023-04", 3.0)),
    Measure("calls_101_answer_time", "mean", 570.0, 46.0, summer=0.6, pandemic=-0.9, gap=12.0, gap_sd=18.0),
    Measure("immediate_response_time", "mean", 13.2, 0.38, volume=2_050, summer=0.3, pandemic=-0.7,
            volume_summer=0.06, volume_pandemic=-0.10, swindon_share=0.41, gap=-3.1, gap_sd=0.5),
    Measure("victim_satisfaction", "share", 0.765, 0.046, survey=(60, 140), swindon_share=0.37,
            gap=-0.01, gap_sd=0.09, change=Change("step_down", "2023-04", -3.0)),
    Measure("recording_compliance", "share", 0.934, 0.0175, survey=(150, 300), swindon_share=0.38,
            gap_sd=0.034),
    Measure("complaints", "count", 46.0, 7.4, swindon_share=0.35, gap_sd=0.07,
            change=Change("recording_change", "2022-02", factor=1.6)),
    Measure("positive_outcomes", "share", 0.156, 0.0088, volume=3_400, volume_pandemic=-0.12, volume_sd=0.05,
            swindon_share=0.39, gap=-0.008, gap_sd=0.012, change=Change("drift", "2021-07", -0.06)),
)  # fmt: skip


def rows() -> Iterator[dict[str, object]]:
    """Yield the return's rows, for each measure and month the force first, then its two areas.

    Keys are the columns of the plain layout: measure, area, period, numerator, denominator, note.
    """
    made = {measure.name: _counts(measure) for measure in MEASURES if measure.name != "calls_101_answer_time"}
    answered = [(west - lost, east - gone) for (lost, gone), (west, east) in made["calls_101_abandoned"]]
    made["calls_101_answer_time"] = _counts(_measure("calls_101_answer_time"), answered)
    for measure in MEASURES:
        for period, (numerators, denominators) in zip(MONTHS, made[measure.name], strict=True):
            both = (sum(numerators), *numerators), (sum(denominators), *denominators)
            for area, numerator, denominator in zip((FORCE, WILTSHIRE, SWINDON), *both, strict=True):
                yield {
                    "measure": measure.name,
                    "area": area,
                    "period": period,
                    "numerator": numerator,
                    "denominator": "" if measure.form == "count" else denominator,
                    "note": NOTES.get((measure.name, period), "") if area == FORCE else "",
                }


def planted() -> dict[str, dict[str, object]]:
    """Return what was planted in each measure: kind, from, size_sd (signed) and value_sd (the SD, as a value).

    A drift's size is by the month (`per: month`); a recording change has its `factor` too.
    """
    out: dict[str, dict[str, object]] = {}
    for measure in MEASURES:
        change = measure.change
        size: float | None = None if change.kind == "stable" else change.size_sd
        if change.kind == "recording_change":
            size = round((change.factor - 1) * measure.level / measure.sd, 2)
        entry: dict[str, object] = {"kind": change.kind, "from": change.start or None, "size_sd": size}
        if change.kind == "drift":
            entry["per"] = "month"
        if change.kind == "recording_change":
            entry["factor"] = change.factor
        out[measure.name] = {**entry, "value_sd": measure.sd}
    return out


def _measure(name: str) -> Measure:
    return next(measure for measure in MEASURES if measure.name == name)


def _summer(period: str) -> float:
    """Return the season: 1 in July, -1 in January."""
    return math.cos(2 * math.pi * (int(period[5:]) - 7) / 12)


def _noise(stream: random.Random) -> list[float]:
    """Return one month after another of noise with SD 1 and the autocorrelation of real returns."""
    fresh = math.sqrt(1 - AUTOCORRELATION**2)
    out = [stream.gauss(0, 1)]
    while len(out) < len(MONTHS):
        out.append(AUTOCORRELATION * out[-1] + fresh * stream.gauss(0, 1))
    return out


def _without_season(raw: list[float], quiet: list[int]) -> list[float]:
    """Return the noise less the yearly wave that the quiet months (whole years) show by chance."""
    angles = [2 * math.pi * int(period[5:]) / 12 for period in MONTHS]
    out = list(raw)
    for wave in ([math.cos(angle) for angle in angles], [math.sin(angle) for angle in angles]):
        # Over whole years a wave is orthogonal to the level, so its size is a plain average.
        size = 2 * fmean(wave[i] * raw[i] for i in quiet)
        out = [y - size * x for x, y in zip(wave, out, strict=True)]
    return out


def _noise_and_planted(measure: Measure, raw: list[float]) -> list[tuple[float, float]]:
    """Return (noise, planted change) for each month, both in SDs.

    Over the months before a drift the noise has mean 0 and SD 1; before a step, which is to be met exactly, it has
    them over the months outside the pandemic year, and no season of its own there. Over the months of a step or drift
    the noise's own mean (and slope, for a drift) is taken out. So what is realised is what planted.yml says.
    """
    change = measure.change
    start = len(MONTHS) if change.kind in ("stable", "recording_change") else MONTHS.index(change.start)
    quiet = list(range(start))
    if change.kind in ("step_up", "step_down"):
        quiet = [i for i in quiet if not "2020-03" <= MONTHS[i] <= "2021-02"]
        raw = _without_season(raw, quiet)
    centre, spread = fmean(raw[i] for i in quiet), stdev(raw[i] for i in quiet)
    noise = [(value - centre) / spread for value in raw]
    before, after = noise[:start], noise[start:]
    if not after:
        return [(value, 0.0) for value in before]
    steps = [i - (len(after) - 1) / 2 for i in range(len(after))]
    drifts = change.kind == "drift"
    slope = sum(x * y for x, y in zip(steps, after, strict=True)) / sum(x * x for x in steps) if drifts else 0.0
    middle = fmean(after)
    flat = [y - middle - slope * x for x, y in zip(steps, after, strict=True)]
    planted = [change.size_sd * (i + 1 if drifts else 1) for i in range(len(after))]
    return [(value, 0.0) for value in before] + list(zip(flat, planted, strict=True))


def _volumes(measure: Measure, stream: random.Random) -> list[int]:
    """Return the force's denominators, one a month."""
    if measure.survey[1]:
        return [stream.randint(*measure.survey) for _ in MONTHS]
    out = []
    for period, noise in zip(MONTHS, _noise(stream), strict=True):
        days = calendar.monthrange(int(period[:4]), int(period[5:]))[1] / 30.4375
        season = 1 + measure.volume_summer * _summer(period)
        pandemic = 1 + measure.volume_pandemic * PANDEMIC.get(period, 0.0)
        out.append(round(measure.volume * days * season * pandemic * (1 + measure.volume_sd * noise)))
    return out


def _counts(measure: Measure, given: list[Pair] | None = None) -> list[tuple[Pair, Pair]]:
    """Return for each month (numerators, denominators), each as (Wiltshire UA, Swindon UA).

    `given` are denominators that come from another measure; a count has zeros for denominators.
    """
    stream = random.Random(f"{SEED}: {measure.name}")
    effects = _noise_and_planted(measure, _noise(stream))
    if measure.form == "count":
        return [_split_count(measure, *row, stream) for row in zip(MONTHS, effects, strict=True)]
    if given is None:
        totals = _volumes(measure, stream)
        swindon = [round(n * (measure.swindon_share + stream.gauss(0, 0.006))) for n in totals]
        given = [(n - s, s) for n, s in zip(totals, swindon, strict=True)]
    usual = fmean(sum(pair) for pair in given)
    out = []
    for period, (noise, planted_sd), (west, east) in zip(MONTHS, effects, given, strict=True):
        size = west + east
        # A survey's error goes with its size; the season and what is planted do not.
        spread = math.sqrt(usual / size) if measure.survey[1] else 1.0
        known = measure.summer * _summer(period) + measure.pandemic * PANDEMIC.get(period, 0.0) + planted_sd
        value = measure.level + measure.sd * (known + spread * noise)
        total = round(value * size)
        gap = measure.gap + stream.gauss(0, measure.gap_sd)
        there = round(east * (value + gap * west / size))
        if measure.form == "share":
            total = min(total, size)
            there = min(max(there, total - west), east, total)
        out.append(((total - there, there), (west, east)))
    return out


def _split_count(
    measure: Measure, period: str, effect: tuple[float, float], stream: random.Random
) -> tuple[Pair, Pair]:
    """Return one month of a count, split between the areas; its noise grows with the root of its level."""
    factor = measure.change.factor if measure.change.start and period >= measure.change.start else 1.0
    total = round(measure.level * factor + measure.sd * math.sqrt(factor) * effect[0])
    there = round(total * (measure.swindon_share + stream.gauss(0, measure.gap_sd)))
    return (total - there, there), (0, 0)
