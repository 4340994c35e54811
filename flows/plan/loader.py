"""Reads a panel's folder into one `Plan`, or reports every fault of every file at once."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from flows.errors import ConfigurationError
from flows.plan.models import FILES, Plan
from flows.plan.positions import Document, Fault, read_document
from flows.plan.positions import Path as KeyPath
from flows.plan.record import Record
from flows.settings import EXPECTATIONS

# Where one of these keys is given twice, ids are lost with the second.
HOLDING_IDS = {"areas", "code", "id", "indicators", "objectives", "plans", "sources"}
# Corrections of files that every panel uses, such as the Home Office's; a panel's own file holds those of its own.
SHARED_CORRECTIONS = EXPECTATIONS / "corrections.yml"
DROPPED = ("target", "threshold", "rag", "rating")


@dataclass(frozen=True)
class Entry:
    """One record of a file: what was written, the record made of it (None if it is faulty), and where it stands.

    `values` are the fields that are sound, with the defaults of those left out; `faulty` the paths that are not sound.
    """

    file: str
    key: str
    at: KeyPath
    raw: dict[str, Any]
    record: Any
    document: Document
    values: dict[str, Any]
    faulty: frozenset[KeyPath]

    def fault(self, message: str, remedy: str, *path: str | int) -> Fault:
        """Return a fault that points at `path` inside this entry."""
        return Fault(self.file, self.document.line((*self.at, *path)), message, remedy)

    @property
    def sound(self) -> SimpleNamespace:
        """Return the sound fields as attributes: the record itself, or what can be used of a faulty one."""
        return SimpleNamespace(**self.values)

    def has(self, *keys: str) -> bool:
        """Return whether these fields are sound and given."""
        return all(self.values.get(key) is not None for key in keys)

    def names(self, *path: str) -> list[tuple[int, str]]:
        """Return the names that the list at `path` holds, each with its place, without those that are no names."""
        found: Any = self.raw
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, list | tuple):
            return []
        texts = [(at, one.strip()) for at, one in enumerate(found) if isinstance(one, str)]
        return [(at, one) for at, one in texts if (*path, at) not in self.faulty]


class PlanFaults(ConfigurationError):
    """Every fault found in a panel's folder."""

    def __init__(self, folder: str, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults), key=lambda one: (one.file, one.line, one.message))
        lines = "\n".join(f"  {one.text()}" for one in self.faults)
        plural = "fault" if len(self.faults) == 1 else "faults"
        super().__init__(f"{len(self.faults)} {plural} in the panel's files:\n{lines}", where=folder)


def load_plan(folder: Path, shared: Path = SHARED_CORRECTIONS) -> Plan:
    """Return the plan in `folder`, checked against itself; its `sha256` is over the bytes of its YAML files.

    `shared` holds the corrections of files that every panel uses. Raises PlanFaults with every fault of every file.
    """
    plan, faults, _ = examine_plan(folder, shared)
    if plan is None:
        raise PlanFaults(folder.name, faults)
    return plan


def examine_plan(folder: Path, shared: Path = SHARED_CORRECTIONS) -> tuple[Plan | None, list[Fault], set[str] | None]:
    """Return the plan in `folder` (None if it is faulty), every fault, and the objectives that its plans name.

    The objectives are None where their file could not be read.
    """
    from flows.plan.checks import Book, check_entries

    if not folder.is_dir():
        raise ConfigurationError(
            "there is no such panel folder.",
            where=folder.name,
            remedy="Make one with: panelbrief init FOLDER",
        )
    faults: list[Fault] = []
    entries: list[Entry] = []
    unread: set[str] = set()
    digest = hashlib.sha256()
    for file, parts in FILES.items():
        document, content = _open(folder / file, needed=any(needed for _, _, needed in parts))
        digest.update(file.encode() + b"\0" + content + b"\0")
        faults += document.faults
        if not _is_read(document, parts):
            unread.add(file)
        if document.data is not None or not document.faults:
            entries += _entries(document, parts, faults)
    document, _ = _open(shared, needed=False, name=f"{shared.parent.name}/{shared.name}")
    faults += document.faults
    if document.data is not None or not document.faults:
        entries += _entries(document, FILES["corrections.yml"], faults)
    book = Book(entries, unread)
    faults += check_entries(book)
    return None if faults else _plan(entries, digest.hexdigest()), faults, book.objectives


def _open(path: Path, *, needed: bool, name: str = "") -> tuple[Document, bytes]:
    name = name or path.name
    try:
        content = path.read_bytes()
        return read_document(name, content.decode("utf-8")), content
    except FileNotFoundError:
        document = Document(name, data=None if needed else {})
        if needed:
            document.faults.append(Fault(name, 1, "the file is missing.", "Copy it from example/wiltshire."))
        return document, b""
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        fault = Fault(name, line, "a letter here is not UTF-8.", "Save the file as UTF-8.")
        return Document(name, faults=[fault]), b""
    except OSError as error:
        fault = Fault(name, 1, f"the file cannot be opened: {error.strerror}.", "It must be a file you may read.")
        return Document(name, faults=[fault]), b""


def _is_read(document: Document, parts: tuple[tuple[str, type[Record], bool], ...]) -> bool:
    """Return whether every entry of the file is known; if not, nothing can be said of ids that it may hold."""
    if not isinstance(document.data, dict) or document.doubled & HOLDING_IDS:
        return False
    given = [(document.data.get(key), needed) for key, _, needed in parts if key and (needed or key in document.data)]
    return all(isinstance(rows, list) and bool(rows or not needed) for rows, needed in given)


def _entries(document: Document, parts: tuple[tuple[str, type[Record], bool], ...], faults: list[Fault]) -> list[Entry]:
    data = document.data if document.data is not None else {}
    keys = [key for key, _, _ in parts]
    if not isinstance(data, dict):
        expected = f"'{keys[0]}:'" if keys[0] else "keys such as 'name:'"
        faults.append(Fault(document.file, 1, "this should be a mapping.", f"Begin the file with {expected}."))
        return []
    if keys == [""]:
        return [_entry(document, "", (), data, parts[0][1], faults)]
    for key in data:
        if key not in keys:
            near = _nearest(key, keys)
            faults.append(
                Fault(
                    document.file,
                    document.line((key,)),
                    f"'{key}' is not known here.",
                    f"Did you mean '{near}'?",
                )
            )
    found: list[Entry] = []
    for key, model, needed in parts:
        rows = data.get(key)
        if rows is None or (needed and rows == []):
            if needed or key in data:
                faults.append(Fault(document.file, document.line((key,)), f"'{key}:' has no entries.", "Add one."))
            continue
        if not isinstance(rows, list):
            fault = Fault(
                document.file, document.line((key,)), f"'{key}' should be a list.", "Begin entries with '- '."
            )
            faults.append(fault)
            continue
        found += [_entry(document, key, (key, at), row, model, faults) for at, row in enumerate(rows)]
    return found


def _entry(document: Document, key: str, at: KeyPath, row: Any, model: type[Record], faults: list[Fault]) -> Entry:
    record, values, faulty = None, dict[str, Any](), frozenset[KeyPath]()
    if not isinstance(row, dict):
        faults.append(
            Fault(
                document.file,
                document.line(at),
                f"{row!r} should be a mapping.",
                "Write it as 'key: value' lines.",
            )
        )
        row = {}
    else:
        try:
            record = model.model_validate(row)
            values = dict(record)
        except ValidationError as error:
            # A value that could not be read has been told of already.
            told = [one for one in error.errors() if (*at, *one["loc"]) not in document.unread]
            faults += [translate(document, at, model, one) for one in told]
            faulty = frozenset(one["loc"] for one in error.errors())
            values = _sound(model, row, {path[0] for path in faulty if path})
    return Entry(document.file, key, at, row, record, document, values, faulty)


def _sound(model: type[Record], row: dict[str, Any], faulty: set[str | int]) -> dict[str, Any]:
    """Return the fields that are right by themselves, as the model would hold them.

    A field left out has its default, unless there is a key that is not known: it may be meant for that field.
    """
    is_certain = set(row) <= set(model.model_fields)
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if name in faulty:
            continue
        if name in row:
            found[name] = TypeAdapter[Any](field.rebuild_annotation()).validate_python(row[name])
        elif is_certain:
            found[name] = field.get_default(call_default_factory=True)
    return found


class _Unsaid:
    """Stands for a value that no message may show."""

    def __repr__(self) -> str:
        return "(not shown)"


def translate(document: Document, at: KeyPath, model: type[BaseModel], error: Any) -> Fault:
    """Return Pydantic's error as a fault in plain words, at the line of the key."""
    loc: KeyPath = (*at, *error["loc"])
    name = str(error["loc"][-1]) if error["loc"] else "this entry"
    named = next((str(part) for part in reversed(error["loc"]) if isinstance(part, str)), name)
    # What stands among credentials may be a secret that somebody wrote there by mistake.
    given = _Unsaid() if "credentials" in error["loc"] else error.get("input")
    kind = error["type"]
    if kind == "extra_forbidden":
        message, remedy = f"'{name}' is not a setting here.", _unknown_key(name, model, error["loc"])
    elif kind == "missing":
        message, remedy = f"'{name}' is missing.", f"Add '{name}:' to this entry."
    elif kind in ("string_pattern_mismatch", "string_too_long") and "@" in str(error.get("ctx")):
        message, remedy = f"{given!r} is not an email address.", "Write one such as clerk@example.org."
    elif kind == "not_filled_in":
        message, remedy = f"'{name}' is not filled in: {given!r} stands there.", "Write what belongs there."
    elif kind == "string_pattern_mismatch" and "http" in str(error.get("ctx")):
        message, remedy = f"{named} {given!r} is not an address.", "Write it in full, beginning with https://."
    elif kind == "string_pattern_mismatch" and "0-9a-f" in str(error.get("ctx")):
        message = f"{named} {given!r} is not the sha256 of a file."
        remedy = "Copy it from panelbrief trace or provenance.json: the first 12 signs or more, in quotes."
    elif kind == "string_pattern_mismatch":
        message = f"{named} {given!r} is not an id."
        remedy = "Use small letters, digits, '-' and '_', beginning with a letter or digit."
    elif kind == "literal_error":
        message, remedy = f"{named} {given!r} is not known.", f"Use one of: {error['ctx']['expected']}."
    elif kind.startswith("date"):
        message, remedy = f"{named} {given!r} is not a date.", "Write it as 2023-09-14."
    elif kind.startswith("url"):
        message, remedy = (
            f"{named} {given!r} is not an address.",
            "Write it in full, beginning with https://.",
        )
    else:
        said = error["msg"][0].lower() + error["msg"][1:]
        message, remedy = f"{named} {given!r} does not fit: {said}.", "Change it as it says."
    return Fault(document.file, document.line(loc), message, remedy)


def _unknown_key(name: str, model: type[BaseModel], loc: tuple[str | int, ...]) -> str:
    if any(word in name.lower() for word in DROPPED):
        return "Remove it: the panel dropped these in 2015, and the briefing has no place for them."
    fields = list(model.model_fields) if len(loc) == 1 else []
    near = difflib.get_close_matches(name, fields, n=1)
    return f"Did you mean '{near[0]}'?" if near else "Remove it, or look for its name in docs/configuration.md."


def _nearest(word: str, known: list[str]) -> str:
    return (difflib.get_close_matches(word, known, n=1, cutoff=0) or known)[0]


def _plan(entries: list[Entry], sha256: str) -> Plan:
    lists: dict[str, list[Record]] = {}
    for entry in entries:
        lists.setdefault(entry.key or "panel", []).append(entry.record)
    panel = lists.pop("panel")[0]
    places = tuple(f"{one.file}, line {one.document.line(one.at)}" for one in entries if one.key == "corrections")
    written = {key: tuple(rows) for key, rows in lists.items()}
    return Plan.model_validate({"panel": panel, "sha256": sha256, "correction_places": places, **written})
