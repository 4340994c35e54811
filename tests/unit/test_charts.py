"""The charts: what is drawn, where, in which shape and colour, and that nothing collides."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError

from flows.render.chart_events import drawn_events, spread
from flows.render.chart_key import KEY, key_symbol
from flows.render.chart_layout import PLOT_HEIGHT, WIDTH, lay_out
from flows.render.chart_levels import BREAK
from flows.render.chart_scale import vertical_scale
from flows.render.charts import render_png, render_svg
from flows.render.model import Chart, EventMark, Limits, Mark
from flows.render.palette import DARK_BLUE, GRID, INK, LINE, ORANGE, PAPER, QUIET, SHADE
from flows.render.words import load_words
from tests.sample_charts import busy_chart, run_chart, sample_chart, uneven_chart
from tests.sample_model import empty_model

SVG = "{http://www.w3.org/2000/svg}"


def test_a_chart_is_a_labelled_picture_with_ids_of_its_own() -> None:
    first, second = render_svg(sample_chart("one")), render_svg(sample_chart("two"))
    root = ElementTree.fromstring(first)
    assert root.attrib["role"] == "img"
    named = [element.attrib["id"] for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")]
    assert root.attrib["aria-labelledby"].split() == named and len(named) == 2
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0] and not ids[0] & ids[1]
    assert "Open Sans" in first and "href" not in first and "url(" not in first


def test_ids_that_differ_only_in_signs_stay_apart() -> None:
    charts = [sample_chart("x").model_copy(update={"id": name}) for name in ("a b", "a-b", "a/b")]
    assert len({re.search(r'aria-labelledby="(\S+)', render_svg(chart))[1] for chart in charts}) == 3  # type: ignore[index]


def test_a_gap_is_never_bridged() -> None:
    chart = sample_chart()
    lines = re.findall(r'd="(M[^"]*L[^"]*)"[^>]*stroke-width="1.8"', render_svg(chart))
    present = [point.mark not in (Mark.MISSING, Mark.CONFIDENTIAL) for point in chart.points]
    assert present.count(False) == 4
    assert [path.count("L") + 1 for path in lines] == [8, 29]
    absent = chart.model_copy(
        update={"points": tuple(p for p, there in zip(chart.points, present, strict=True) if there)}
    )
    assert {row["run"] for row in lay_out(absent).layers["line"]} == {0, 1}, "periods left out are a gap too"


def test_special_points_differ_in_shape_alone() -> None:
    chart = sample_chart()
    rows = lay_out(chart).layers["points"]
    assert {row["mark"] for row in rows} == {"ordinary", "high", "low", "excluded"}
    drawn = re.findall(rf'd="([^"]+)" fill="{ORANGE}" stroke="([^"]+)" stroke-width="([^"]+)"', render_svg(chart))
    shapes = {shape for shape, *_ in drawn}
    assert len(drawn) == 2 and len(shapes) == 2, "one triangle up and one down"
    assert len({(stroke, width) for _, stroke, width in drawn}) == 1
    up, down = (sorted(map(float, re.findall(r"-?[\d.]+", shape))) for shape in shapes)
    assert max(map(abs, up)) == pytest.approx(max(map(abs, down)))


def lines_of(chart: Chart) -> list[list[dict[str, Any]]]:
    """Return the corners of each centre and limit line."""
    return [list(rows) for _, rows in groupby(lay_out(chart).layers["limits"], key=lambda row: row["line"])]


def test_limits_break_where_they_begin_anew_and_stay_on_the_scale() -> None:
    chart = sample_chart()
    lines = lines_of(chart)
    assert [line[0]["kind"] for line in lines] == ["limit", "centre", "limit"] * 2
    assert all(len(line) == 2 and line[0]["y"] == line[1]["y"] and not line[0]["steps"] for line in lines)
    for before, after in zip(lines[:3], lines[3:], strict=True):
        assert after[0]["x"] - before[1]["x"] == pytest.approx(2 * BREAK), "a break is seen however small the step"
        assert before[1]["y"] != after[0]["y"]
    below = chart.model_copy(update={"limits": (chart.limits[0].model_copy(update={"lower": -50.0}),)})
    assert vertical_scale(below).low == 0
    assert [line[0]["kind"] for line in lines_of(below)] == ["centre", "limit"]


def test_limits_that_differ_by_period_make_one_line_with_steps() -> None:
    chart = uneven_chart()
    lines = lines_of(chart)
    # Months 8 to 11 are a gap; the limits begin anew after month 20.
    assert [line[0]["kind"] for line in lines] == ["limit", "centre", "limit"] * 3
    for line in lines:
        for one, other in pairwise(line):
            assert one["x"] == other["x"] or one["y"] == other["y"], "steps have corners, nothing slants"
            assert other["x"] >= one["x"]
    centres = [line for line in lines if line[0]["kind"] == "centre"]
    assert [len(line) for line in centres] == [2, 2, 2], "the centre is level"
    assert centres[0][0]["y"] == centres[1][0]["y"] > centres[2][0]["y"]
    heights = {row["y"] for row in lines[2]}
    assert len(heights) == 8 and lines[2][0]["steps"], "eight months, eight limits"
    period = centres[0][1]["x"] / 8
    assert centres[1][0]["x"] - centres[0][1]["x"] == pytest.approx(4 * period, rel=0.05), "no line across the gap"
    drawn = re.findall(r'd="(M[^"]*)"[^>]*stroke-dasharray="3,1.5"', render_svg(chart))
    assert len(drawn) == 6 and all(path.count("L") > 10 for path in drawn), "each limit is a single path"


def test_limits_of_a_period_that_leave_the_scale_break_the_line() -> None:
    chart = run_chart()
    limits = tuple(
        Limits(start=point.start, end=point.start, centre=40.0, lower=-1.0 if at == 5 else 20.0, upper=60.0)
        for at, point in enumerate(chart.points)
    )
    kinds = [line[0]["kind"] for line in lines_of(chart.model_copy(update={"limits": limits}))]
    assert kinds == ["limit", "limit", "centre", "limit"]


def test_two_medians_that_agree_are_still_two_segments() -> None:
    chart = run_chart()
    halves = ((chart.points[0], chart.points[5]), (chart.points[6], chart.points[10]))
    limits = tuple(Limits(start=first.start, end=last.start, centre=40.0, has_limits=False) for first, last in halves)
    assert len(lines_of(chart.model_copy(update={"limits": limits}))) == 2


def test_a_run_chart_has_a_centre_line_alone() -> None:
    chart = run_chart()
    assert [line[0]["kind"] for line in lines_of(chart)] == ["centre"]
    assert vertical_scale(chart).high < 80, "limits that do not exist do not stretch the scale"
    assert set(re.findall(r'stroke-dasharray="([^"]+)"', render_svg(chart))) == {"1,0"}, "nothing is dashed"


def expecting(chart: Chart, **values: Any) -> Chart:
    return chart.model_copy(update={"expected": (chart.expected[0].model_copy(update=values),)})


@pytest.mark.parametrize("step", [1, 3])
def test_the_expected_interval_is_a_box_around_the_tested_periods(step: int) -> None:
    chart = sample_chart(step=step, level=800)
    layout, scale = lay_out(chart), vertical_scale(chart)
    rows = layout.layers["expected"]
    parts = {part: [row for row in rows if row["part"] == part] for part in ("side", "end", "tick")}
    assert {part: len(found) for part, found in parts.items()} == {"side": 2, "end": 2, "tick": 2}
    left, right = (row["x"] for row in parts["side"])
    period = layout.width / len(chart.points)
    assert right - left == pytest.approx(period * (3 if step == 1 else 1), rel=0.05)
    assert [(row["x"], row["x2"]) for row in layout.layers["shade"]] == [(left, right)]
    inside = [row for row in layout.layers["points"] if left <= row["x"] <= right]
    assert len(inside) == (3 if step == 1 else 1)
    down = {value: round((scale.high - value) / (scale.high - scale.low) * PLOT_HEIGHT, 2) for value in (720, 800, 880)}
    assert sorted(row["y"] for row in parts["end"]) == pytest.approx([down[880], down[720]])
    assert {row["y"] for row in parts["tick"]} == {down[800]}
    assert layout.layers["latest"][0]["x"] > right, "the last figure's label leaves the box free"
    assert len(layout.layers["averages"]) == (1 if step == 1 else 0)


def test_the_scale_holds_the_box_and_a_box_beyond_the_possible_stays_open() -> None:
    chart = sample_chart(level=100)
    far = expecting(chart, low=20.0, high=900.0)
    assert vertical_scale(far).high >= 900 > vertical_scale(chart).high
    average = expecting(chart, has_average=True, average=700.0)
    assert vertical_scale(average).high >= 700 and not lay_out(chart).layers["averages"]
    open_below = lay_out(expecting(chart, low=-40.0)).layers["expected"]
    assert [row["part"] for row in open_below].count("end") == 1, "below zero the box has no lower side"
    assert max(row["y2"] for row in open_below) == PLOT_HEIGHT
    shares = expecting(sample_chart(step=1, unit="%", level=90.0), high=104.0)
    assert vertical_scale(shares).high == 100
    assert [row["part"] for row in lay_out(shares).layers["expected"]].count("end") == 1


def test_the_box_never_covers_a_point_or_the_line() -> None:
    svg = render_svg(sample_chart(step=1, level=800))
    last_side = svg.rindex(f'stroke="{INK}" stroke-width="1.6"')
    assert last_side < svg.index(f'stroke="{DARK_BLUE}" stroke-width="1.8"') < svg.index(f'fill="{ORANGE}"')
    outside = sample_chart().expected[0].model_copy(update={"start": "1999-01-01", "end": "1999-01-01"})
    assert not lay_out(sample_chart().model_copy(update={"expected": (outside,)})).layers["expected"]


def test_a_number_that_is_none_is_refused() -> None:
    for bad in (math.nan, math.inf):
        with pytest.raises(ValidationError):
            Limits(start="2023-04-01", end="2023-04-01", centre=1.0, lower=0.0, upper=bad)


def test_counts_start_at_zero_and_other_scales_say_where_they_start() -> None:
    assert vertical_scale(sample_chart()).low == 0
    shares = sample_chart("calls", step=1, unit="%", level=90.0, illustrative=True)
    scale = vertical_scale(shares)
    assert scale.low > 0 and scale.high == 100 and scale.ticks[0].label.endswith("%")
    svg = render_svg(shares)
    assert f"scale starts at {scale.ticks[0].label}" in svg and ">Illustrative data<" in svg
    assert "Illustrative" not in render_svg(sample_chart())


def test_a_unit_in_words_stands_above_the_plot_and_not_beside_the_figure() -> None:
    chart = sample_chart("waiting", level=12_000.0)
    points = tuple(p.model_copy(update={"text": f"{p.text}\u00a0seconds"}) for p in chart.points)
    chart = chart.model_copy(update={"unit": "seconds", "points": points, "value_title": "Time to answer"})
    layers = lay_out(chart).layers
    assert [row["text"] for row in layers["latest"]] == [sample_chart("waiting", level=12_000.0).points[-1].text]
    assert "Time to answer (seconds)" in [row["text"] for row in layers["texts"]]
    named = chart.model_copy(update={"value_title": "Seconds to answer"})
    assert "Seconds to answer" in [row["text"] for row in lay_out(named).layers["texts"]]


def assert_badges_apart(chart: Chart) -> None:
    """Assert that no event's number touches another, leaves the picture, or stands on another event's line."""
    layout = lay_out(chart)
    badges = layout.layers["badges"]
    assert len(badges) == len(drawn_events(chart))
    for at, one in enumerate(badges):
        assert 10 - layout.left <= one["x"] <= WIDTH - layout.left - 10 and one["y"] - 10 > -layout.top
        for other in badges[at + 1 :]:
            assert math.dist((one["x"], one["y"]), (other["x"], other["y"])) >= 19
        for row in layout.layers["leads"]:
            if str(row["event"]) != one["text"] and row["at"] == 1:
                assert abs(row["x"] - one["x"]) >= 9.5 or row["y"] < one["y"], "a line runs down through a number"
    days = sorted(row["x"] for row in layout.layers["events"])
    ends = [row["x"] for row in layout.layers["leads"] if row["at"] == 2]
    assert ends == days, "each number's line leads to its day"


def test_event_numbers_do_not_collide_and_outsiders_are_left_out() -> None:
    chart = sample_chart()
    near = (*chart.events, EventMark(date="2021-05-20", label="next"), EventMark(date="1999-01-01", label="long ago"))
    chart = chart.model_copy(update={"events": near})
    assert [number for number, _ in drawn_events(chart)] == [1, 2, 3, 4]
    assert_badges_apart(chart)


def test_twelve_events_within_two_years_do_not_collide() -> None:
    chart = busy_chart()
    assert len(chart.events) == 12
    assert_badges_apart(chart)
    layout = lay_out(chart)
    assert len({row["y"] for row in layout.layers["badges"]}) == 1 and layout.height < 270, "one row holds them"
    anew = next(event for event in chart.events if event.date == chart.limits[1].start)
    number = next(number for number, event in drawn_events(chart) if event == anew)
    line = layout.layers["events"][number - 1]["x"]
    before, after = lines_of(chart)[0][1], lines_of(chart)[3][0]
    assert before["x"] < line < after["x"], "the event's line stands where the limits break"


@pytest.mark.parametrize("count", [1, 2, 16, 17, 31, 34, 60])
@pytest.mark.parametrize("day", ["2013-04-01", "2018-06-15", "2023-06-30"])
def test_any_number_of_events_on_one_day_do_not_collide(count: int, day: str) -> None:
    events = tuple(EventMark(date=day, label=f"event {at}") for at in range(count))
    chart = sample_chart().model_copy(update={"events": events})
    layout = lay_out(chart)
    for at, one in enumerate(layout.layers["badges"]):
        for other in layout.layers["badges"][at + 1 :]:
            assert math.dist((one["x"], one["y"]), (other["x"], other["y"])) >= 19
    if count < 32:
        assert_badges_apart(chart)


def test_places_move_no_more_than_they_must() -> None:
    assert spread([10.0, 50.0, 90.0], 20, 0, 100) == [10.0, 50.0, 90.0]
    assert spread([50.0, 50.0], 20, 0, 100) == [40.0, 60.0]
    assert spread([0.0, 2.0, 99.0], 20, 0, 100) == [0.0, 20.0, 99.0]
    assert spread([100.0, 100.0], 20, 0, 100) == [80.0, 100.0]
    with pytest.raises(ValueError, match="do not fit"):
        spread([1.0, 2.0], 20, 0, 10)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 13, 36, 41, 120])
@pytest.mark.parametrize("level", [0.0, 1.0, 0.004, 88.0, 12_345.0, 3_000_000.0, -5.0])
def test_any_length_and_size_is_drawn_inside_the_picture(count: int, level: float) -> None:
    chart = sample_chart()
    points = tuple(
        chart.points[0].model_copy(
            update={
                "start": f"{2010 + at // 4}-{1 + 3 * (at % 4):02d}-01",
                "value": level * (1 + 0.1 * (at % 3)),
                "label": f"Q{at % 4 + 1} {2010 + at // 4}/{11 + at // 4}",
            }
        )
        for at in range(count)
    )
    layout = lay_out(chart.model_copy(update={"points": points, "limits": (), "events": ()}))
    assert len(layout.layers["points"]) == count
    for row in layout.layers["points"]:
        assert 0 <= row["x"] <= layout.width and 0 <= row["y"] <= 170
    labels = sorted((row for row in layout.layers["texts"] if row["y"] > 180), key=lambda row: row["x"])
    assert len(labels) <= 5 and bool(labels) == bool(count)
    for one, other in pairwise(labels):
        assert other["x"] - one["x"] > 75
    ticks = [row["text"] for row in layout.layers["texts"] if row["align"] == "right"]
    assert len(set(ticks)) == len(ticks) and (not count or 2 <= len(ticks) <= 8)


def test_the_same_chart_gives_the_same_bytes() -> None:
    chart = sample_chart()
    assert render_svg(chart) == render_svg(chart)
    assert render_png(chart, 760) == render_png(chart, 760)
    png = render_png(chart, 760)
    assert png.startswith(b"\x89PNG") and abs(int.from_bytes(png[16:20]) - 2 * WIDTH) <= 1


def test_a_control_character_does_not_break_a_chart() -> None:
    chart = sample_chart().model_copy(update={"title": "a\x00b\x0bc", "value_title": "x\x1fy <&> \u202e\uffff"})
    ElementTree.fromstring(render_svg(chart))
    assert render_png(chart, 100).startswith(b"\x89PNG")


def test_a_chart_without_figures_says_so() -> None:
    svg = render_svg(next(iter(empty_model().charts())))
    assert load_words()["no_figures_in_chart"] in svg


# --- colours ---------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, definition of relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shapes_of(svg: str) -> Iterator[tuple[str, str, str]]:
    """Give tag, fill and stroke of each shape and text that is painted; what it inherits is not told."""
    for element in ElementTree.fromstring(svg).iter():
        tag = element.tag.removeprefix(SVG)
        if tag in ("path", "line", "circle", "rect", "text"):
            yield tag, element.get("fill", "none"), element.get("stroke", "none")


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_everything_drawn_stands_out_from_paper_and_shade() -> None:
    charts = (sample_chart(), sample_chart(step=1, unit="%", illustrative=True), uneven_chart(), busy_chart())
    drawn = {one for chart in charts for one in shapes_of(render_svg(chart))}
    drawn |= {one for name in KEY for one in shapes_of(key_symbol(name))}
    # The grid is for the eye's comfort: the figures stand beside it and in the table. The shade stands on a foot.
    quiet = {GRID, SHADE, PAPER, "none"}
    assert {fill for _, fill, _ in drawn} >= {DARK_BLUE, ORANGE, SHADE}
    assert {stroke for _, _, stroke in drawn} >= {DARK_BLUE, INK, LINE, QUIET}
    for tag, fill, stroke in drawn:
        least = 4.5 if tag == "text" else 3
        if fill == ORANGE:
            assert contrast(ORANGE, PAPER) >= 3 and contrast(stroke, ORANGE) >= 3 and contrast(stroke, SHADE) >= 3
        elif fill not in quiet:
            assert min(contrast(fill, PAPER), contrast(fill, SHADE)) >= least, (tag, fill)
        if stroke not in quiet:
            assert min(contrast(stroke, PAPER), contrast(stroke, SHADE)) >= 3, (tag, stroke)


def test_the_shade_stands_on_a_foot_of_its_width() -> None:
    chart = sample_chart()
    shade = lay_out(chart).layers["shade"][0]
    boxes = re.findall(r'd="M[\d.]+,[\d.]+h([\d.]+)v([\d.]+)h[^"]*"[^>]*fill="([^"]+)"', render_svg(chart))
    wide = pytest.approx(shade["x2"] - shade["x"], abs=0.1)
    found = [(float(height), colour) for width, height, colour in boxes if float(width) == wide]
    assert found == [(PLOT_HEIGHT, SHADE), (3, DARK_BLUE)]
