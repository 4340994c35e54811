"""The small charts: one for each standing indicator, all on one time axis, with the signs of the large ones."""

from __future__ import annotations

import io
import re
from functools import cache
from xml.etree import ElementTree

import pikepdf
import pytest

from flows.render.charts import render_svg
from flows.render.html import render_html
from flows.render.model import BriefingModel, Chart, Indicator, Mark, Point
from flows.render.palette import INK
from flows.render.pdf import render_pdf
from flows.render.small_chart import extremes
from flows.render.small_multiples import Cell, small_multiples
from tests.sample_charts import busy_chart, run_chart, sample_chart, uneven_chart
from tests.sample_model import empty_model, many_model, nasty_model, sample_indicator, sample_model

SVG = "{http://www.w3.org/2000/svg}"


def cells_of(model: BriefingModel) -> list[Cell]:
    return [cell for group in small_multiples(model).groups for cell in group.cells]


def model_with(*charts: Chart) -> BriefingModel:
    """Return a briefing whose standing indicators have these charts."""
    indicators: tuple[Indicator, ...] = tuple(
        sample_indicator(f"indicator_{at}").model_copy(
            update={"chart": chart, "is_illustrative": chart.is_illustrative}
        )
        for at, chart in enumerate(charts)
    )
    model = many_model(0)
    group = model.standing[0].model_copy(update={"indicators": indicators, "elsewhere": ()})
    return model.model_copy(update={"standing": (group,)})


@cache
def page() -> str:
    model = sample_model()
    return render_html(model, {chart.id: render_svg(chart) for chart in model.charts()})


def test_every_standing_indicator_has_a_cell_also_those_in_a_deep_dive() -> None:
    model = sample_model()
    groups = small_multiples(model).groups
    assert [group.objective for group in groups] == [group.objective for group in model.standing]
    crimes, services = ([cell.anchor for cell in group.cells] for group in groups)
    assert crimes[0] == "indicator-shoplifting" and len(crimes) == 16 and len(services) == 6
    assert len(set(crimes + services)) == 22
    shown = page().split('<section id="glance"')[1].split("</section>")[0]
    assert re.findall(r'<li><a href="#([^"]+)"', shown) == crimes + services
    assert all(f'id="{anchor}"' in page() for anchor in crimes + services)
    assert page().index('id="standing"') < page().index('id="glance"') < page().index('id="standing-1"')


def test_a_cell_tells_the_last_figure_its_period_and_the_areas_that_speak_of_it() -> None:
    cell = cells_of(sample_model())[0]
    chart = sample_chart("shoplifting")
    assert (cell.figure, cell.period, cell.areas) == (chart.points[-1].text, "Q1 2023/24", (1,))
    assert cells_of(sample_model())[1].areas == ()
    waiting = chart.model_copy(update={"unit": "seconds"})
    assert cells_of(model_with(waiting))[0].figure == f"{chart.points[-1].text} seconds"


def test_all_are_as_wide_and_share_one_time_axis() -> None:
    svgs = [ElementTree.fromstring(cell.svg) for cell in cells_of(sample_model())]
    assert {svg.attrib["width"] for svg in svgs} == {"160"}
    assert {group.attrib["transform"].split()[0] for svg in svgs for group in svg.findall(f"{SVG}g")} == {
        svgs[0].find(f"{SVG}g").attrib["transform"].split()[0]  # type: ignore[union-attr]
    }
    shaded = {(rect.attrib["x"], rect.attrib["width"]) for svg in svgs for rect in svg.iter(f"{SVG}rect")}
    assert len(shaded) == 1, "quarters and months of the reported quarter lie one under the other"


@pytest.mark.parametrize(
    ("charts", "start", "end"),
    [
        ((sample_chart(), uneven_chart()), "July 2019", "June 2023"),
        ((uneven_chart(),), "July 2020", "June 2023"),
        ((run_chart(), uneven_chart()), "July 2020", "June 2023"),
    ],
)
def test_the_time_axis_is_four_years_or_as_long_as_the_longest(charts: tuple[Chart, ...], start: str, end: str) -> None:
    found = small_multiples(model_with(*charts))
    assert (found.start, found.end) == (start, end)


def test_the_signs_are_drawn_and_a_gap_is_a_gap() -> None:
    chart = uneven_chart()
    cell = cells_of(model_with(chart))[0]
    svg = ElementTree.fromstring(cell.svg)
    line = next(path for path in svg.iter(f"{SVG}path") if path.get("stroke-width") == "1.5")
    assert re.sub(r"[^ML]", "", line.attrib["d"]) == "M" + "L" * 7 + "M" + "L" * 23
    triangles = [path.attrib["d"] for path in svg.iter(f"{SVG}path") if path.get("fill") != "none"]
    marks = [point.mark for point in chart.points if point.mark in (Mark.HIGH, Mark.LOW)]
    assert len(triangles) == len(marks) == 2
    assert ["l4 7" in triangle for triangle in triangles] == [mark is Mark.HIGH for mark in marks]
    assert len([one for one in svg.iter(f"{SVG}circle") if one.get("stroke")]) == 1, "what was left out is hollow"
    assert "since Jul 2020." in cell.description and "unusual: 2." in cell.description


def test_the_box_of_the_reported_quarter_is_drawn_and_no_other() -> None:
    chart = busy_chart()
    assert len(chart.expected) == 2
    svg = ElementTree.fromstring(cells_of(model_with(chart))[0].svg)
    boxes = [path.attrib["d"] for path in svg.iter(f"{SVG}path") if path.get("stroke") == INK]
    assert [box.count("M") for box in boxes] == [6], "two sides, two ends, two ticks"


def test_a_figure_between_two_gaps_is_a_dot() -> None:
    chart = run_chart()
    alone = tuple(
        point.model_copy(update={"mark": Mark.MISSING, "text": "no data"}) if at in (3, 5) else point
        for at, point in enumerate(chart.points)
    )
    svg = ElementTree.fromstring(cells_of(model_with(chart.model_copy(update={"points": alone})))[0].svg)
    assert len(list(svg.iter(f"{SVG}circle"))) == 2, "the lone one and the last"


def test_the_lowest_and_highest_figure_stand_beside_the_plot_without_touching() -> None:
    for chart in (sample_chart(), uneven_chart(), run_chart()):
        cell = cells_of(model_with(chart))[0]
        svg = ElementTree.fromstring(cell.svg)
        labels = [text for text in svg.iter(f"{SVG}text") if text.get("text-anchor") == "end"]
        first = "2019-07-01"
        values = {p.value: p.text for p in chart.points if p.mark is not Mark.MISSING and p.start >= first}
        assert [text.text for text in labels] == [values[max(values)], values[min(values)]]
        assert float(labels[1].attrib["y"]) - float(labels[0].attrib["y"]) >= 12
        assert all(values[worth(values)] in cell.description for worth in (min, max))


def flat(chart: Chart) -> Chart:
    points: tuple[Point, ...] = tuple(one.model_copy(update={"value": 5.0, "text": "5"}) for one in chart.points)
    return chart.model_copy(update={"points": points, "limits": (), "expected": ()})


def test_figures_that_never_change_have_one_label() -> None:
    svg = cells_of(model_with(flat(run_chart())))[0].svg
    assert svg.count("<text") == 1 and ">5</text>" in svg


def test_what_is_illustrative_says_so_in_its_picture_and_real_figures_never_do() -> None:
    cells = cells_of(sample_model())
    assert {cell.is_illustrative for cell in cells} == {True, False}
    for cell in cells:
        assert (">Illustrative data</text>" in cell.svg) is cell.is_illustrative
        assert cell.description.startswith("Illustrative data. ") is cell.is_illustrative


def test_without_figures_the_cell_says_so_in_words() -> None:
    first, second = cells_of(empty_model())
    assert first.svg == second.svg == "" and first.figure == second.figure == "No data"
    chart = sample_chart()
    missing = chart.points[-1].model_copy(update={"mark": Mark.MISSING, "text": "no data"})
    late = cells_of(model_with(chart.model_copy(update={"points": (*chart.points[:-1], missing)})))[0]
    assert (late.figure, late.period) == ("No data", "Q1 2023/24") and late.svg


def test_hostile_texts_stay_texts_and_fit() -> None:
    for cell in cells_of(nasty_model()):
        ElementTree.fromstring(cell.svg)
        assert "<script" not in cell.svg
    assert all(len(text) <= 10 for chart in nasty_model().charts() for text in extremes(chart))


def test_small_charts_are_small_and_the_same_again() -> None:
    cells = cells_of(sample_model())
    assert cells == cells_of(sample_model())
    assert max(len(cell.svg.encode()) for cell in cells) < 4000


def test_on_paper_each_has_its_text_alternative() -> None:
    model = sample_model()
    paper = render_pdf(model, {chart.id: render_svg(chart) for chart in model.charts()})
    opened = pikepdf.open(io.BytesIO(paper))
    said = {str(one.Alt) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one}
    cells = cells_of(model)
    assert len(cells) == 22 and {cell.description for cell in cells} <= said
