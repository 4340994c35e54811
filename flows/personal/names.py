"""People's names in a text, by form and by the lists of words.yml: forenames, common surnames, places, things."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .words import listed, pattern

_WORD = r"[A-Z][\w'’-]*"
_SURNAME = r"(?:(?:O['’]|Mc|Mac|De ?|Le ?)?[A-Z][a-z]+(?:[-'’][A-Za-z]+)?|[A-Z]{2,}(?:['’-][A-Z]+)?)"
_INITIALS = r"(?:[A-Z]\.? )*"
_MISTER = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|MR|MRS)\b\.? {_INITIALS}({_SURNAME})(?![\w'’-])")
_LEARNED = re.compile(rf"\b(?:Dr|Sir|Rev|Prof|Cllr)\b\.? {_INITIALS}({_SURNAME})(?![\w-])")
_RANK = rf"\b{pattern('short_ranks')}\b"
# "PC1234" as well as "PC 1234"; four figures that may be a year count only before a common surname.
_NUMBER = r"(?!(?:19|20)\d\d\b)\d{3,5}"
_NUMBERED = re.compile(rf"\b{pattern('short_ranks')}(?:\.? ?){_NUMBER}\b(?![,.]\d)")
_OF_RANK = r"((?:[OD]['’]|Mc|Mac|De ?|Le ?)?[A-Z][a-z]+(?:[-'’][A-Za-z]+)?|[A-Z]['’]?[A-Z]+(?:[-'’][A-Z]+)?)(?![\w])"
_RANKED = re.compile(rf"{_RANK}\.? {_INITIALS}{_OF_RANK}")
_RANKED_YEAR = re.compile(rf"\b{pattern('short_ranks')}\.? ?(?:19|20)\d\d {_INITIALS}{_OF_RANK}")
_LONG_RANK = re.compile(rf"\b{pattern('long_ranks')} {_INITIALS}{_OF_RANK}")
_GAELIC = re.compile(r"(?:O['’]|Ma?c)[A-Z][a-z]+")
# Looked for at every word, so that "Wiltshire John Smith" is found; a letter may stand between the two.
_PAIR = re.compile(rf"\b(?=([A-Z][a-z]+|[A-Z]{{2,}}) (?:[A-Z]\.? )?({_SURNAME})(?![\w-]))")
_TURNED = re.compile(rf"(?:(?<=^)|\b)({_SURNAME}), ?([A-Z][a-z]+|[A-Z]{{2,}})\b")
_INITIALLED = re.compile(rf"\b(?:[A-Z]\. ?)+({_SURNAME})(?![\w-])")
_BARE_INITIALS = re.compile(rf"(?:[A-Z] ){{1,3}}({_SURNAME})|({_SURNAME}),? [A-Z]\.?(?: ?[A-Z]\.| [A-Z])*")
_CAPITAL_TELLING = "(?:Complainants?|Victims?|Suspects?|Offenders?|Witness(?:es)?|Reported by)"
_SAYING = r"(?:'s name)?(?: is| was| named|:|,)? "
_TOLD = re.compile(rf"\b(?:{pattern('told_of')}|{_CAPITAL_TELLING}(?=:)){_SAYING}({_SURNAME}(?: {_SURNAME})+)(?![\w-])")
# "victims French" are a sort of victim: one word must be a surname and nothing else.
_TOLD_ALONE = re.compile(rf"\b(?:{pattern('told_of')}|{_CAPITAL_TELLING}){_SAYING}({_SURNAME})(?![\w-]| [A-Z])")
_SMALL = re.compile(r"([a-z]+) (?:[a-z]\.? )?([a-z]+(?:['’-][a-z]+)?)")
_SMALL_MISTER = re.compile(r"\bmrs?\.? (?:[a-z]\.? )?([a-z'-]+)")
_PARTS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
_NEXT = re.compile(r"['’]?s? ([A-Za-z][\w'’-]*)")
_BEFORE = re.compile(r"([\w'’-]+)\.? $")


def holds_a_name(text: str) -> bool:
    """Return whether a person's name stands somewhere in the text, other than a public office-holder's."""
    if " " not in text and "," not in text and "." not in text:
        return False
    if text.islower():
        return is_small_name(text) or any(_is_surname(one[1]) for one in _SMALL_MISTER.finditer(text))
    return (
        _is_bare(text)
        or any(_is_mister(text, one) for one in _MISTER.finditer(text))
        or any(_is_learned(text, one) for one in _LEARNED.finditer(text))
        or bool(_NUMBERED.search(text))
        or any(_is_of_rank(one[1]) for one in _RANKED.finditer(text))
        or any(_is_sure_surname(one[1]) for one in _RANKED_YEAR.finditer(text))
        or any(_is_sure_surname(one[1]) and _is_learned(text, one) for one in _LONG_RANK.finditer(text))
        or any(_is_pair(text, one) for one in _PAIR.finditer(text))
        or any(_is_turned(one) for one in _TURNED.finditer(text))
        or any(_is_surname(one[1]) and not _is_of_a_thing(text, one.end(1)) for one in _INITIALLED.finditer(text))
        or any(_is_nobodys(one[1].split()) is False for one in _TOLD.finditer(text))
        or any(_is_told_alone(text, one) for one in _TOLD_ALONE.finditer(text))
    )


def is_persons_name(text: str) -> bool:
    """Return whether the whole text reads as a person's name: "John Smith", "SMITH, John", "J. Smith", "john smith"."""
    if is_small_name(text) or _is_bare(text):
        return True
    parts = _parts(text)
    if not 2 <= len(parts) <= 4 or any(one[0].islower() for one in parts) or _is_nobodys(parts):
        return False
    if len(parts[0]) == 1 and text[1:2] == ".":
        return len(parts[-1]) > 1
    first, last = (parts[1], parts[0]) if "," in text else (parts[0], parts[-1])
    return _is_forename(first, last)


def is_small_name(text: str) -> bool:
    """Return whether the whole text is a common forename and a common surname in small letters."""
    small = _SMALL.fullmatch(text)
    return small is not None and small[1] in listed("forenames") | listed("ambiguous") and _is_surname(small[2])


def _is_bare(text: str) -> bool:
    """Return whether the whole text is a common surname with initials and no points: "J Smith", "Smith J"."""
    bare = _BARE_INITIALS.fullmatch(text)
    return bare is not None and _is_surname(bare[1] or bare[2])


def is_known_alone(text: str) -> bool:
    """Return whether the whole text is a common surname or forename: a name, in a column of names."""
    return text.lower() in listed("surnames") or text.lower() in listed("forenames") - listed("ambiguous")


def is_words_of_a_name(text: str) -> bool:
    """Return whether the text may be a name below a header that promises one: letters, of no place and no group."""
    parts = _parts(text)
    return 0 < len(parts) <= 5 and not _is_nobodys(parts) and not any(one.lower() in listed("groups") for one in parts)


def is_full_name(text: str) -> bool:
    """Return whether the text is two or three words with capitals, of which none is of a place, a group or a thing."""
    parts = _parts(text)
    return 2 <= len(parts) <= 3 and all(one[0].isupper() for one in parts) and is_words_of_a_name(text)


def _parts(text: str) -> list[str]:
    """Return the words of a text that is of nothing else; else none."""
    parts = [one.strip(".") for one in _PARTS.findall(text)]
    return [] if _PARTS.sub("", text).strip(" ,") else parts


def _is_nobodys(parts: Iterable[str]) -> bool:
    return any(one.lower() in listed("places") or _is_thing(one) for one in parts)


def _is_thing(word: str) -> bool:
    return word.lower() in listed("things")


def _is_surname(word: str) -> bool:
    return word.lower().replace("’", "'") in listed("surnames")


def _is_sure_surname(word: str) -> bool:
    """Return whether the word is a common surname, or begins as those of Ireland and Scotland do: O'Malley, MacLeod."""
    bare = re.sub(r"['’]s$", "", word)
    return _is_surname(bare) or bool(_GAELIC.match(bare))


def _is_of_rank(word: str) -> bool:
    """Return whether the word after a rank is a name: "PC Uplift-funded" is not, and "PC UPLIFT" less so."""
    if word.isupper():
        return _is_sure_surname(word)
    first = re.split(r"[-'’]", word)[0]
    return not _is_thing(first) and first.lower() not in listed("after_a_rank")


def _is_told_alone(text: str, found: re.Match[str]) -> bool:
    word = re.sub(r"['’]s$", "", found[1]).lower()
    return _is_surname(word) and word not in listed("not_alone") and not _is_of_a_thing(text, found.end(1))


def _is_forename(first: str, last: str) -> bool:
    """Return whether `first` is a forename, beside that surname."""
    if first.lower() in listed("ambiguous"):
        return _is_surname(last)
    return first.lower() in listed("forenames")


def _is_mister(text: str, found: re.Match[str]) -> bool:
    if found[0].isupper():
        return _is_surname(found[1])
    return not _is_thing(found[1]) and not _has_office(text, found)


def _is_learned(text: str, found: re.Match[str]) -> bool:
    return not _is_thing(found[1]) and not _is_of_a_thing(text, found.end(1)) and not _has_office(text, found)


def _is_pair(text: str, found: re.Match[str]) -> bool:
    first, last = found[1], found[2]
    if not _is_forename(first, last) or _is_nobodys([last]):
        return False
    before = _BEFORE.search(text[: found.start(1)])
    if before and before[1].lower() in listed("before"):
        return False
    return not _is_of_a_thing(text, found.end(2)) and not _has_office(text, found)


def _is_turned(found: re.Match[str]) -> bool:
    """Return whether "Smith, John" is a name: the surname is a common one, or begins the text."""
    surname, forename = found[1], found[2]
    if _is_surname(surname):
        return forename.lower() in listed("forenames") | listed("ambiguous")
    return (
        found.start() == 0
        and forename.lower() in listed("forenames") - listed("ambiguous")
        and not _is_nobodys([surname])
    )


def _is_of_a_thing(text: str, end: int) -> bool:
    """Return whether the words after a name make a place or a thing of it: "Jean Moore Ward", "Jack Wills store"."""
    for _ in range(2):
        following = _NEXT.match(text, end)
        if not following:
            return False
        word, end = following[1], following.end()
        if word[0].islower():
            return word in listed("of_a_thing")
        if word.lower() in listed("places") or _is_thing(word):
            return True
    return False


_ROLE = rf"{pattern('roles')}"
_ROLE_BEFORE = re.compile(rf"\b{_ROLE}[:,]? (?:(?:Mr|Mrs|Ms|Miss|Dr|Sir)\.? )?(?:{_WORD} )?$")
_ROLE_AFTER = re.compile(
    rf"(?: {_WORD}){{0,2}}(?:,| -| \()? ?(?:the |our |a )?(?:(?:[A-Z]\w+|and|for|of|new|former) ){{0,5}}?{_ROLE}\b"
)


def _has_office(text: str, found: re.Match[str]) -> bool:
    """Return whether the name is given with a public office: "Philip Wilkinson, the Commissioner"."""
    start, end = found.start(), max(found.end(), *(found.end(one) for one in range(found.re.groups + 1)))
    return bool(_ROLE_BEFORE.search(text[:start]) or _ROLE_AFTER.match(text, end))
