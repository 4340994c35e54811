"""The configuration has no field that grades anyone, and none that nothing reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes
from pydantic import BaseModel

from flows.plan import models
from flows.settings import CHECKOUT, TEMPLATES
from flows.wording import narrative

GRADES = (
    "target",
    "threshold",
    "rag",
    "rating",
    "grade",
    "score",
    "red",
    "amber",
    "green",
    "goal",
    "ambition",
    "limit",
)
# Read as a whole: each key is offered to the SQL by its name.
READ_AS_A_WHOLE = {models.Select}
# For people who read the file, with the reason; nothing is made from them.
FOR_PEOPLE = {
    ("PlanVersion", "source"): "where the plan can be read",
    ("Meeting", "source"): "where the meeting's date was announced",
    ("Event", "source"): "where the event can be read about",
    ("Rebase", "source"): "where the change was announced",
    ("Comparator", "note"): "what the comparator is",
}


def all_models() -> Iterator[type[BaseModel]]:
    for module in (models, narrative):
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, BaseModel) and found.__module__ == module.__name__:
                yield found


MODELS = [one for one in all_models() if one.model_fields]


def attributes_read() -> set[str]:
    """Return every name that flows reads after a dot, outside the lines that define the models."""
    read: set[str] = set()
    for path in (CHECKOUT / "flows").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                read.add(node.attr)
    for template in TEMPLATES.rglob("*.j2"):
        tree = jinja2.Environment().parse(template.read_text(encoding="utf-8"))
        read |= {one.attr for one in tree.find_all(nodes.Getattr)}
    return read


def test_all_models_are_looked_at() -> None:
    assert {models.Panel, models.Indicator, models.Plan, narrative.FrontMatter} <= set(MODELS)
    assert len(MODELS) > 18


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one.__name__)
def test_no_field_grades_anyone(model: type[BaseModel]) -> None:
    for name in model.model_fields:
        assert not set(re.split(r"_", name)) & {*GRADES, *(f"{word}s" for word in GRADES)}, name


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one.__name__)
def test_unknown_keys_are_refused_and_records_are_frozen(model: type[BaseModel]) -> None:
    assert model.model_config.get("extra") == "forbid"
    assert model.model_config.get("frozen") is True


@pytest.mark.parametrize("model", MODELS, ids=lambda one: one.__name__)
def test_every_field_is_read_somewhere(model: type[BaseModel]) -> None:
    if model in READ_AS_A_WHOLE:
        return
    read = attributes_read()
    unread = [name for name in model.model_fields if name not in read and (model.__name__, name) not in FOR_PEOPLE]
    assert unread == [], "a setting that changes nothing misleads whoever sets it"


def test_what_is_for_people_alone_still_exists() -> None:
    known = {model.__name__: set(model.model_fields) for model in MODELS}
    assert [key for key in FOR_PEOPLE if key[1] not in known[key[0]]] == []


def test_every_file_of_the_example_has_its_models() -> None:
    example = CHECKOUT / "example" / "wiltshire"
    assert sorted(path.name for path in Path(example).glob("*.yml")) == sorted(models.FILES)
