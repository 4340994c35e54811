"""The review page: one self-contained page for officers, without script, made from a Review and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.render.html import encoded_font
from flows.render.templating import environment
from flows.render.words import load_words

if TYPE_CHECKING:
    from flows.render.model import Model


def render_review(review: Model, home: str = "") -> str:
    """Return the page of a `flows.review.model.Review`; the same review gives the same bytes.

    `home` is the option that its commands need to find where everything is kept.
    """
    made = environment(load_words())
    made.globals |= {
        "review": review,
        "home": home,
        "fonts": {name.lower(): encoded_font(f"OpenSans-{name}.ttf") for name in ("Regular", "Bold")},
    }
    return made.get_template("review.html.j2").render()
