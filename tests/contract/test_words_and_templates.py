"""Every template, part, phrase and sentence is used, every one that is used is there, and no template has a clock."""

from __future__ import annotations

import ast
import itertools
import re
import string
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from jinja2 import Environment, meta, nodes

from flows.render.model import Kind, Mark
from flows.render.words import load_words
from flows.settings import CHECKOUT, SQL, TEMPLATES
from flows.stats.change import Status
from flows.wording.findings import WHAT_WAS_TESTED

JINJA = sorted(TEMPLATES.rglob("*.j2"))
TYPST = sorted(TEMPLATES.rglob("*.typ"))
SENTENCES = yaml.safe_load((TEMPLATES / "sentences.yml").read_text(encoding="utf-8"))
PANELS_OWN = {"commissioner", "panel", "force"}


def modules(folder: str) -> Iterator[ast.Module]:
    paths = sorted((CHECKOUT / "flows" / folder).rglob("*.py"))
    assert paths
    for path in paths:
        yield ast.parse(path.read_text(encoding="utf-8"))


def pattern(node: ast.AST) -> str:
    """Return what a text may be, as a regular expression: an f-string's holes are words, a choice is either side."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(r"\w+" if isinstance(part, ast.FormattedValue) else pattern(part) for part in node.values)
    if isinstance(node, ast.IfExp):
        return f"(?:{pattern(node.body)}|{pattern(node.orelse)})"
    return ""


def named_in(trees: Iterator[ast.Module], is_asked: str) -> tuple[set[str], set[str]]:
    """Return the patterns that are asked for by a call or a subscript of that name, and every plain text."""
    asked, texts = set(), set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            key: ast.AST | None = None
            if isinstance(node, ast.Call) and ast.unparse(node.func) == is_asked and node.args:
                key = node.args[0]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in (is_asked, f"load_{is_asked}()"):
                key = node.slice
            asked |= {pattern(key)} if key is not None and pattern(key) else set()
    return asked, texts


def jinja_words() -> Iterator[str]:
    """Give the keys of `words` that the Jinja templates name, as patterns."""
    for path in JINJA:
        tree = Environment().parse(path.read_text(encoding="utf-8"))
        for found in tree.find_all(nodes.Getattr):
            if isinstance(found.node, nodes.Name) and found.node.name == "words":
                yield re.escape(found.attr)
        for item in tree.find_all(nodes.Getitem):
            if isinstance(item.node, nodes.Name) and item.node.name == "words":
                parts = item.arg.nodes if isinstance(item.arg, nodes.Concat) else [item.arg]
                yield "".join(re.escape(one.value) if isinstance(one, nodes.Const) else r"\w+" for one in parts)


def typst_words() -> Iterator[str]:
    for path in TYPST:
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"\bwords\.(?!at\()([a-z][a-z0-9_]*)", text)
        for key, rest in re.findall(r'\bwords\.at\(\s*"([^"]*)"\s*([+)])', text):
            yield re.escape(key) + (r"\w+" if rest == "+" else "")


def fits(key: str, patterns: set[str]) -> bool:
    return any(re.fullmatch(one, key) for one in patterns)


def test_every_phrase_is_used_and_every_phrase_that_is_used_is_there() -> None:
    asked, _ = named_in(modules("render"), "words")
    patterns = {*asked, *jinja_words(), *typst_words()}
    words = load_words()
    assert len(words) > 50
    assert sorted(key for key in words if not fits(key, patterns)) == []
    assert sorted(one for one in patterns if not any(re.fullmatch(one, key) for key in words)) == []


def each(wording: str, *choices: Iterable[object]) -> set[str]:
    """Return the keys that a wording with holes ({}) may name, its holes filled with each choice."""
    return {wording.format(*chosen) for chosen in itertools.product(*choices)}


UP_OR_DOWN = ("up", "down")
RULES = ("outside_limits", "trend", "two_of_three", "shift")
# Every key that is built from what was found, as it stands in the code, and all that it may become.
BUILT: dict[str, set[str]] = {
    "{row['list']}_{row['test']}_{row['direction']}": each("strong_{}_{}", ("quarter", "year"), UP_OR_DOWN)
    | each("early_{}_{}", ("quarter", "year", "last_two", "last_one"), UP_OR_DOWN),
    "untested_{status}": each("untested_{}", set(typing.get_args(Status)) - WHAT_WAS_TESTED),
    "local_strong_{row['direction']}": each("local_strong_{}", UP_OR_DOWN),
    "rule_{row['rule']}_{row['rule_direction']}": each("rule_{}_{}", RULES, UP_OR_DOWN),
    # Only run charts have no limits: those that were picked for a reason, or named.
    "chart_{row['chart_reason']}": each("chart_{}", ("too_few", "rare", "named")),
    "picked_{row['chart_reason']}": each("picked_{}", ("usual", "too_few", "rare", "sizes_vary")),
    "revision_{reason}": each("revision_{}", ("new_file", "corrected", "unexplained", "vanished")),
    "revisions_column_{name}": each(
        "revisions_column_{}",
        ("figure", "before", "after", "received_before", "received", "indicator", "count", "first", "last"),
    ),
    "worth_{way}": each("worth_{}", UP_OR_DOWN),
    "worth_climb_{way}": each("worth_climb_{}", UP_OR_DOWN),
    "worth_{how}_{years}": each("worth_{}_{}", ("still", "back"), ("year", "years")),
    "mark_{point.mark.value}": each("mark_{}", (mark.value for mark in Mark)),
    "kind_{kind.value}": each("kind_{}", (kind.value for kind in Kind)),
    "none_{kind.value}": each("none_{}", (kind.value for kind in Kind)),
    "{kind}_one": each("{}_one", ("concern", "excellent", "media")),
    "{kind}_many": each("{}_many", ("concern", "excellent", "media")),
    "how_{at}": each("how_{}", range(1, 8)),
    "decided_{verdict}": each("decided_{}", ("accepted", "rejected", "withdrawn")),
    "list_{one.state}": each("list_{}", ("open", "accepted", "rejected", "warning")),
    "rebase_question_{at}": each("rebase_question_{}", range(1, 5)),
}


def alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """Give what a chosen key may be: either side of a choice, else the key itself."""
    if isinstance(node, ast.IfExp):
        yield from alternatives(node.body)
        yield from alternatives(node.orelse)
    else:
        yield node


def keys_said() -> tuple[set[str], set[str], set[str]]:
    """Return what is said by name, the names that are built, and the texts of modules where a variable names it."""
    named, built, beside = set(), set(), set()
    for tree in modules("."):
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "say"]
        asked: list[ast.AST] = [one for call in calls for one in alternatives(call.args[0])]
        named |= {one.value for one in asked if isinstance(one, ast.Constant)}
        built |= {as_written(one) for one in asked if isinstance(one, ast.JoinedStr)}
        if any(isinstance(one, ast.Name) for one in asked):
            texts = list(ast.walk(tree))
            beside |= {one.value for one in texts if isinstance(one, ast.Constant) and isinstance(one.value, str)}
            built |= {as_written(one) for one in texts if isinstance(one, ast.JoinedStr)} & set(BUILT)
    return named, built, beside


def as_written(text: ast.JoinedStr) -> str:
    """Return an f-string as it stands in the code, without its quotes."""
    return "".join(
        f"{{{ast.unparse(part.value)}}}" if isinstance(part, ast.FormattedValue) else ast.literal_eval(part)
        for part in text.values
    )


def test_every_sentence_is_used_and_every_sentence_that_is_used_is_there() -> None:
    named, built, beside = keys_said()
    assert len(SENTENCES) > 80 and len(named) > 50
    assert built == set(BUILT), "a key that is built says here what it may become"
    used = named | {key for keys in BUILT.values() for key in keys}
    assert sorted(used - set(SENTENCES)) == []
    assert sorted(set(SENTENCES) - used - beside) == []


def test_what_is_built_is_all_that_the_tables_hold() -> None:
    """The vocabularies above are those of the SQL, so that no finding is without its words."""
    text = {name: (SQL / "flag" / f"{name}.sql").read_text(encoding="utf-8") for name in ("flag_signal", "flag_chart")}
    assert set(re.findall(r"\('(\w+)', \d\)", text["flag_signal"])) == set(RULES)
    reasons = set(re.findall(r"then '(\w+)'|else '(\w+)'", text["flag_chart"].split("end as chart,")[1]))
    assert {one or other for one, other in reasons} == {"named", "too_few", "rare", "sizes_vary", "usual"}
    verdict = (SQL / "flag" / "flag_verdict.sql").read_text(encoding="utf-8")
    strong, early = (
        re.findall(r"then '(\w+)'", part) for part in re.findall(r"case(.*?)end as \w+_test", verdict, re.S)
    )
    assert (strong, early) == (["quarter", "year"], ["quarter", "year", "last_two", "last_one"])


def test_no_key_is_written_twice() -> None:
    for name in ("words.yml", "sentences.yml"):
        keys = re.findall(r"^(\w+):", (TEMPLATES / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert len(keys) > 50
        assert sorted({key for key in keys if keys.count(key) > 1}) == [], name


def test_every_placeholder_is_well_formed() -> None:
    for key, text in {**SENTENCES, **load_words()}.items():
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), key


def test_every_template_and_part_is_used() -> None:
    used: set[str] = set()
    for path in JINJA:
        tree = Environment().parse(path.read_text(encoding="utf-8"))
        used |= {name for name in meta.find_referenced_templates(tree) if name}
    _, texts = named_in(modules("."), "say")
    used |= texts
    there = [path for path in TEMPLATES.rglob("*") if path.is_file()]
    assert len(there) > 10
    unused = [
        name
        for name in (path.relative_to(TEMPLATES).as_posix() for path in there)
        if name not in used and not name.startswith("fonts/")
    ]
    assert unused == []
    assert sorted(name for name in used if name.startswith("parts/") and not (TEMPLATES / name).is_file()) == []


def test_every_macro_is_called() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in JINJA)
    names = re.findall(r"\{%-? *macro (\w+)", everything)
    assert names
    assert [name for name in names if len(re.findall(rf"\b{name}\(", everything)) < 2] == []


def test_fonts_are_there() -> None:
    fonts = {path.name for path in Path(TEMPLATES / "fonts").glob("*.ttf")}
    assert fonts == {"OpenSans-Regular.ttf", "OpenSans-Bold.ttf", "OpenSans-Italic.ttf"}


def test_no_template_reads_the_clock_or_hides_what_is_missing() -> None:
    for path in (*JINJA, *TYPST):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bnow\(|datetime\.today|default\(", text), path.name
