"""The briefing on paper: a tagged PDF (PDF/UA-1) set by Typst, the same bytes on every run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flows.errors import PanelbriefError
from flows.render import rich_text
from flows.render.chart_events import drawn_events
from flows.render.chart_key import KEY, key_of, key_symbol
from flows.render.font import breakable, printable
from flows.render.html import anchors as blocks_of
from flows.render.model import BriefingModel, Chart, Kind
from flows.render.palette import FONT, PALETTE
from flows.render.small_multiples import small_multiples
from flows.render.templating import FONTS, TEMPLATES, long_date
from flows.render.words import filled_words


def render_pdf(model: BriefingModel, charts: Mapping[str, str]) -> bytes:
    """Return the PDF; `charts` holds the SVG of every chart of the model by the chart's id.

    The template reads everything as text from one JSON document, so nothing that people wrote can act as markup.
    Raises KeyError when a chart's SVG is missing, PanelbriefError with Typst's own message when it refuses the text.
    """
    import typst

    template = TEMPLATES / "briefing.typ"
    small = small_multiples(model)
    data: dict[str, Any] = {
        "model": _blocks_for_html(model.model_dump(mode="json")),
        "events": {chart.id: _events(chart) for chart in model.charts()},
        "small": _blocks_for_html(asdict(small)),
        "kinds": [kind.value for kind in Kind],
        "words": filled_words(model.words),
        "palette": PALETTE,
        "font": FONT,
        "key": list(key_of(model.charts())),
        "anchors": sorted(set(blocks_of(model))),
        "titles": model.titles(),
    }
    untouched = frozenset(data["anchors"])
    pictures = {chart.id: printable(charts[chart.id]) for chart in model.charts()}
    pictures |= {f"small {cell.anchor}": printable(cell.svg) for group in small.groups for cell in group.cells}
    pictures |= {f"key {name}": key_symbol(name) for name in KEY}
    inputs = {
        "data": json.dumps(_for_paper(data, untouched), ensure_ascii=False),
        "pictures": json.dumps(pictures, ensure_ascii=False),
    }
    try:
        made = typst.compile(
            str(template),
            root=str(TEMPLATES),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards="ua-1",
        )
    except typst.TypstError as refusal:
        raise PanelbriefError(
            f"Typst refused the paper: {refusal}",
            where="templates/briefing.typ",
            remedy="Mend the template, or the text that it names.",
        ) from refusal
    return bytes(made)


def _events(chart: Chart) -> list[list[str]]:
    """Return number, date and label of each event that the chart marks."""
    return [[str(at), long_date(event.date), event.label] for at, event in drawn_events(chart)]


def _blocks_for_html(value: Any, key: str = "") -> Any:
    """Return the model's plain form with every `_html` text turned into blocks."""
    if isinstance(value, dict):
        return {name: _blocks_for_html(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_blocks_for_html(item, key) for item in value]
    if key.endswith("_html"):
        return [asdict(block) for block in rich_text.blocks(value)]
    return rich_text.safe_url(value) if key in ("url", "href") else value


def _for_paper(value: Any, anchors: frozenset[str], key: str = "") -> Any:
    """Return `value` with every text printable and its longest words breakable; ids and addresses stay as they are."""
    if isinstance(value, dict):
        return {name: _for_paper(item, anchors, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_for_paper(item, anchors, key) for item in value]
    if not isinstance(value, str) or key in ("url", "href", "id", "anchor", "chart_id", "font") or value in anchors:
        return value
    text = printable(value)
    return text if key == "description" else breakable(text)
