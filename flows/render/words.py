"""The words that the product itself writes around a briefing: headings, labels, the explanation of the charts.

They live in `templates/words.yml`, so that they can be read, checked and translated in one place. `{commissioner}`,
`{panel}` and `{force}` in them are filled from the model's own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from flows.errors import ConfigurationError
from flows.render.templating import TEMPLATES

_OWN = re.compile(r"\{(commissioner|panel|force)\}")


@cache
def load_words() -> Mapping[str, str]:
    """Return every phrase of `templates/words.yml` by its key, placeholders unfilled, read-only.

    Raises ConfigurationError when the file is missing, is not YAML, or has an entry that is not a non-empty text.
    """
    import yaml

    path = TEMPLATES / "words.yml"
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as fault:
        raise ConfigurationError(
            f"the product's words cannot be read ({fault}).", where=str(path), remedy="Restore the file."
        ) from fault
    bad = [key for key, text in (found or {}).items() if not isinstance(text, str) or not text.strip()]
    if not found or bad:
        raise ConfigurationError(
            f"every entry must be a text; these are not: {', '.join(map(str, bad)) or 'the whole file'}.",
            where=str(path),
            remedy="Write each as `key: text`.",
        )
    return MappingProxyType({key: " ".join(text.split()) for key, text in found.items()})


def filled_words(own: Mapping[str, str]) -> dict[str, str]:
    """Return every phrase with `{commissioner}`, `{panel}` and `{force}` filled from the model's `own` words.

    Raises ConfigurationError when a phrase needs a word that the model does not have.
    """

    def fill(found: re.Match[str]) -> str:
        if found[1] not in own:
            raise ConfigurationError(
                f"the product's phrases need the word '{found[1]}', which the panel's words do not have.",
                where="templates/words.yml",
                remedy="Add that word to the model's words.",
            )
        return own[found[1]]

    return {key: _OWN.sub(fill, text) for key, text in load_words().items()}
