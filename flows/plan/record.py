"""What every model of the configuration is made of."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError


def is_filled(text: str) -> bool:
    """Return whether words stand there, and not only what keeps their place in a text that was copied."""
    return bool(text.strip(" .…"))


def _filled(text: str) -> str:
    if not is_filled(text):
        raise PydanticCustomError("not_filled_in", "it is not filled in")
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_filled)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\.[^\s/]+(/\S*)?$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12,64}$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")]


def _as_written(value: object) -> object:
    """Return a number or date of YAML as the text that a file would have; "" stands for an empty cell."""
    if value is None:
        raise ValueError('it is left empty: write "" for an empty cell')
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _filled_or_empty(text: str) -> str:
    return _filled(text) if text else text


# A cell of a file, as text; "" is an empty one.
Written = Annotated[str, BeforeValidator(_as_written), AfterValidator(_filled_or_empty)]


class Record(BaseModel):
    """A frozen record of a YAML file that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
