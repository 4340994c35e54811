"""Charts as SVG for page and paper and as PNG for email, drawn by Altair and vl-convert without a browser.

The drawing is declared once, in `_drawing`; a chart only fills its layers with rows (see `chart_layout`). Points that
chance does not explain differ by shape, and up and down have the same size and colour: a chart praises nothing and
blames nothing. The same chart gives the same bytes on every run.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from html import escape
from typing import Any

from flows.render.chart_layout import PLOT_HEIGHT, WIDTH, Layout, lay_out, xml_text
from flows.render.chart_scale import FONT_SIZE
from flows.render.model import Chart, Mark
from flows.render.palette import DARK_BLUE, DARK_PINK, FONT_STACK, GRID, INK, LINE, ORANGE, PAPER, QUIET, SHADE
from flows.render.templating import FONTS


def render_svg(chart: Chart) -> str:
    """Return the chart as one SVG element, 380 units wide, that the page may scale.

    It has a title and a description, ids of its own, and no reference outside itself.
    """
    import vl_convert

    layout = lay_out(chart)
    _use_our_fonts()
    svg = vl_convert.vega_to_svg(_filled(layout), allowed_base_urls=[])
    return _with_text_alternative(svg, chart, round(layout.height))


def render_png(chart: Chart, width: int) -> bytes:
    """Return the chart as a PNG `width` pixels wide."""
    import vl_convert

    svg = render_svg(chart)
    return bytes(vl_convert.svg_to_png(svg, scale=width / WIDTH))


def warm_up() -> None:
    """Compile the drawing ahead of time, so that the first chart need not wait for it."""
    _use_our_fonts()
    _drawing()


@cache
def _use_our_fonts() -> None:
    """Make vl-convert measure and draw with the product's own font, whatever the machine has."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))


def _filled(layout: Layout) -> dict[str, Any]:
    """Return the Vega specification of the one drawing with this chart's rows and margins."""
    drawing: dict[str, Any] = json.loads(_drawing())
    for source in drawing["data"]:
        if source["name"] in layout.layers:
            source["values"] = layout.layers[source["name"]]
    drawing["width"] = round(layout.width, 2)
    right, bottom = WIDTH - layout.left - layout.width, layout.height - layout.top - PLOT_HEIGHT
    drawing["padding"] = {"left": layout.left, "right": right, "top": layout.top, "bottom": bottom}
    return drawing


@cache
def _drawing() -> str:
    """Return the drawing as a Vega specification in JSON: every layer in pixels, none with rows yet."""
    import altair as alt
    import vl_convert

    def layer(name: str) -> Any:
        return alt.Chart(alt.NamedData(name=name))

    x, y = alt.X("x:Q", scale=None, axis=None), alt.Y("y:Q", scale=None, axis=None)
    x2, y2 = alt.X2("x2"), alt.Y2("y2")
    # A line with a step every period would come to pieces in long dashes.
    dashes = "datum.kind == 'centre' ? [1, 0] : datum.steps ? [3, 1.5] : [5, 3]"
    text = layer("texts").mark_text(
        align=alt.expr("datum.align"),
        fontSize=alt.expr(
            f"datum.style != 'event' ? {FONT_SIZE} : datum.text.length > 1 ? {FONT_SIZE - 1.5} : {FONT_SIZE - 1}"
        ),
        baseline="alphabetic",
        fontWeight=alt.expr("datum.style == 'illustrative' ? 'bold' : 'normal'"),
        fill=alt.expr(f"datum.style == 'illustrative' ? '{DARK_PINK}' : '{INK}'"),
    )
    label = layer("latest").encode(x, y, text="text:N")
    bold = {"baseline": "alphabetic", "fontWeight": "bold", "align": "left"}
    layers = [
        layer("shade").mark_rect(fill=SHADE, y=0, y2=PLOT_HEIGHT).encode(x, x2),
        # The shade is too light to be told from the paper by everybody: it stands on a dark foot.
        layer("shade").mark_rect(fill=DARK_BLUE, y=PLOT_HEIGHT, y2=PLOT_HEIGHT + 3).encode(x, x2),
        layer("grid").mark_rule(stroke=GRID).encode(x, x2, y),
        layer("limits")
        .mark_line(stroke=LINE, strokeWidth=1.4, strokeDash=alt.expr(dashes))
        .encode(x, y, detail="line:N", order="at:Q"),
        layer("events").mark_rule(stroke=QUIET, strokeWidth=1.2, strokeDash=[2, 3]).encode(x, y, y2),
        layer("leads").mark_line(stroke=QUIET, strokeWidth=0.8).encode(x, y, detail="event:N", order="at:Q"),
        layer("badges")
        .mark_point(shape="circle", size=240, fill=PAPER, stroke=LINE, strokeWidth=1, opacity=1)
        .encode(x, y),
        layer("expected").mark_rule(stroke=INK, strokeWidth=1.6, strokeCap="square").encode(x, x2, y, y2),
        layer("averages").mark_rule(stroke=DARK_BLUE, strokeWidth=3.5).encode(x, x2, y),
        layer("line").mark_line(stroke=DARK_BLUE, strokeWidth=1.8).encode(x, y, detail="run:N"),
        _points(layer("points")).encode(x, y),
        layer("ticks").mark_rule(stroke=LINE).encode(x, y, y2),
        text.encode(x, y, text="text:N"),
        label.mark_text(stroke=PAPER, strokeWidth=4, strokeJoin="round", fill=PAPER, **bold),
        label.mark_text(fill=DARK_BLUE, **bold),
    ]
    whole = alt.layer(*layers).properties(
        width=300, height=PLOT_HEIGHT, autosize=alt.AutoSizeParams(type="none"), background=PAPER
    )
    whole = whole.configure(font=FONT_STACK, aria=False).configure_text(fontSize=FONT_SIZE)
    spec = whole.configure_view(stroke=None).to_dict()
    vega = vl_convert.vegalite_to_vega(spec)
    return json.dumps(vega)


def _points(layer: Any) -> Any:
    """Return the layer of points: dots; triangles for what chance does not explain; hollow for what was left out."""
    import altair as alt

    special = f"datum.mark == '{Mark.HIGH}' || datum.mark == '{Mark.LOW}'"
    hollow = f"datum.mark == '{Mark.EXCLUDED}'"
    shape = f"datum.mark == '{Mark.HIGH}' ? 'triangle-up' : datum.mark == '{Mark.LOW}' ? 'triangle-down' : 'circle'"
    return layer.mark_point(
        opacity=1,
        shape=alt.expr(shape),
        size=alt.expr(f"{special} ? 80 : {hollow} ? 40 : 16"),
        fill=alt.expr(f"{special} ? '{ORANGE}' : {hollow} ? '{PAPER}' : '{DARK_BLUE}'"),
        stroke=DARK_BLUE,
        strokeWidth=alt.expr(f"{hollow} ? 1.6 : 1"),
    )


def _with_text_alternative(svg: str, chart: Chart, height: int) -> str:
    """Return the SVG with role, title and description, and with the chart's id in every id inside it."""
    own = _safe_id(chart.id)
    body = re.sub(r"^\s*<svg[^>]*>", "", svg)
    body = re.sub(r'\b(id="|url\(#)', rf"\g<1>{own}-", body)
    body = re.sub(r' (?:role|aria-roledescription|aria-hidden|class|pointer-events)="[^"]*"', "", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{own}-title {own}-desc" '
        f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
        f'<title id="{own}-title">{escape(xml_text(chart.title))}</title>'
        f'<desc id="{own}-desc">{escape(xml_text(chart.description))}</desc>{body.strip()}'
    )


def _safe_id(text: str) -> str:
    """Return an id that is valid and differs whenever the chart's id differs."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", text)
    return f"chart-{plain}" if plain == text else f"chart-{plain}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
