"""The briefing as one self-contained page: style, charts and font inside it, no script, no request to anywhere."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping

from flows.render.chart_key import key_of
from flows.render.model import BriefingModel, Kind
from flows.render.small_multiples import small_multiples
from flows.render.templating import FONTS, environment
from flows.render.words import filled_words


def render_html(model: BriefingModel, charts: Mapping[str, str]) -> str:
    """Return the page; `charts` holds the SVG of every chart of the model by the chart's id.

    Raises jinja2.UndefinedError when a chart's SVG is missing.
    """
    from markupsafe import Markup

    made = environment(filled_words(model.words))
    small = small_multiples(model)
    made.globals |= {
        "model": model,
        "charts": {name: Markup(svg) for name, svg in charts.items()},
        "small": small,
        "pictures": {cell.anchor: Markup(cell.svg) for group in small.groups for cell in group.cells},
        "key": key_of(model.charts()),
        "kinds": [kind.value for kind in Kind],
        "anchors": frozenset(anchors(model)),
        "titles": model.titles(),
        "fonts": {name.lower(): encoded_font(f"OpenSans-{name}.ttf") for name in ("Regular", "Bold")},
    }
    return made.get_template("briefing.html.j2").render()


def anchors(model: BriefingModel) -> Iterable[str]:
    """Return the anchors of every block of the paper that can be pointed to."""
    for objective in model.objectives:
        yield objective.anchor
        yield from (one.anchor for one in objective.indicators)
    for group in model.standing:
        yield group.anchor
        yield from (one.anchor for one in group.indicators)
    yield from (one.anchor for one in model.context)


def encoded_font(name: str) -> str:
    """Return a font file as base64 text, for a page that fetches nothing."""
    return base64.b64encode((FONTS / name).read_bytes()).decode("ascii")
