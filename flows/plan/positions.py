"""YAML read with the line of every key and entry, so that a fault can be shown where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]

MOST_VALUES = 100_000

# libyaml reads ten times as fast, and crashes on what is nested without end: only for files that are our own.
QUICK: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Fault:
    """One fault of a panel's files: where it stands, what is wrong, and what to do."""

    file: str
    line: int
    message: str
    remedy: str

    def text(self) -> str:
        """Return the fault on one line: file, line, message, remedy."""
        return f"{self.file}, line {self.line}: {self.message} {self.remedy}"


@dataclass
class Document:
    """A file's data as plain Python values (None where it is no YAML), and the line (from 1) of every path into it.

    `unread` are the paths of values that could not be read, and stand in the data as text; `doubled` are the keys given
    twice, of which the data has the first.
    """

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: set[Path] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest thing that contains it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_document(file: str, text: str, *, loading: type[yaml.SafeLoader] = yaml.SafeLoader) -> Document:
    """Return the document in `text`; syntax faults and keys given twice are in its `faults`, nothing is raised."""
    document = Document(file)
    try:
        loader = loading(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        wrong = f"the character {chr(error.character)!r} cannot stand in YAML."
        document.faults.append(Fault(file, line, wrong, "Remove it, and save the file as plain text in UTF-8."))
        return document
    try:
        node = loader.get_single_node()
        document.data = _value(document, loader, node, ()) if node is not None else None
    except yaml.YAMLError as error:
        document.faults.append(_syntax_fault(file, error))
    except RecursionError:
        line = list(document.lines.values())[-1] if document.lines else loader.get_mark().line + 1
        document.faults.append(Fault(file, line, "this is nested without end.", "Write it as a plain list of entries."))
    finally:
        loader.dispose()
    return document


def _syntax_fault(file: str, error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    line = mark.line + 1 if mark is not None else 1
    remedy = "Look at this line and the one above: indent with spaces, and put text that holds ': ' or '#' in quotes."
    return Fault(file, line, f"this is not YAML: {problem}.", remedy)


def _value(document: Document, loader: yaml.SafeLoader, node: yaml.Node, path: Path) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if len(document.lines) > MOST_VALUES:  # a few lines of YAML aliases can stand for more values than memory holds
        raise yaml.MarkedYAMLError(problem=f"it holds more than {MOST_VALUES:,} values", problem_mark=node.start_mark)
    if isinstance(node, yaml.MappingNode):
        return _mapping(document, loader, node, path)
    if isinstance(node, yaml.SequenceNode):
        return [_value(document, loader, child, (*path, at)) for at, child in enumerate(node.value)]
    try:
        return loader.construct_object(node, deep=True)
    except (ValueError, OverflowError, LookupError, AttributeError) as error:
        # A date such as 2023-02-30 is a ValueError; a value that its tag denies, such as !!bool perhaps, the others.
        said = f": {error}" if isinstance(error, ValueError) else ""
        remedy = "Mend it, or put it in quotes if it is text."
        line = node.start_mark.line + 1
        document.faults.append(Fault(document.file, line, f"{node.value!r} cannot be read{said}.", remedy))
        document.unread.add(path)
        return node.value


def _mapping(document: Document, loader: yaml.SafeLoader, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(key_node.start_mark)
        line = key_node.start_mark.line + 1
        if key in found:
            first = document.lines[(*path, key)]
            document.doubled.add(key)
            document.faults.append(
                Fault(
                    document.file,
                    line,
                    f"'{key}' is given twice (first on line {first}).",
                    "Keep one of them.",
                )
            )
            continue
        document.lines[(*path, key)] = line
        found[key] = _value(document, loader, value_node, (*path, key))
    return found
