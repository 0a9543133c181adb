"""Find anything by number, name or words, best first: what Ctrl-K, the API and the command line ask.

Every word typed must occur, in any order, capitals and accents aside. A hit in the number beats one in the
name, the whole beats a beginning, the beginning of a word beats its middle, and the name beats other text.
Where nothing is found, names that are spelled alike are offered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.kinds import KINDS, fields, name_field
from northing.portfolio.plan import Table

if TYPE_CHECKING:
    from .view import View


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One entity that was found."""

    kind: str
    id: str
    number: str | None
    name: str
    score: int
    """100 a number typed in full … 0; only its order means anything."""
    field: str
    """Where it was found: ``number``, ``name``, or the first other field that holds a word."""
    alike: bool = False
    """Whether the name is only spelled like what was typed."""


class Entry(msgspec.Struct, frozen=True):
    """What is compared of one entity, folded."""

    id: str
    number: str
    digits: tuple[str, str] | None
    """``INV-0042`` as ("inv", "42")."""
    name: str
    rest: str
    shown: str
    shown_number: str | None


class Folded:
    """The entries of one table, and the words of their names, made when first asked for."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self.entries = entries

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for entry in self.entries for word in entry.name.split())


SETTINGS_KINDS = frozenset({"mapping", "source_row"})
"""Kinds that nobody looks for by words."""

LONGEST = 200
"""Letters of a question that are read; the rest is dropped."""

NOTHING = Folded(())


def search(view: View, text: str, limit: int = 20, kinds: tuple[str, ...] = ()) -> list[Hit]:
    """The best *limit* hits for *text*, of *kinds* or of all."""
    question = fold(text[:LONGEST])
    terms = question.split()
    if not terms or limit < 1:
        return []
    found: list[Hit] = []
    number = _digits(question)
    ident = question if re.fullmatch(r"[0-9a-f]{8}[0-9a-f-]*", question) else None
    asked = [kind for kind in kinds or KINDS if kind not in SETTINGS_KINDS]
    for kind in asked:
        for entry in _of_kind(view, kind).entries:
            score, field = _score(entry, question, terms, number, ident)
            if score:
                found.append(_hit(kind, entry, score, field))
    if not found:
        found = _alike(view, terms, asked)
    order = {kind: index for index, kind in enumerate(KINDS)}
    found.sort(key=lambda hit: (-hit.score, order[hit.kind], len(hit.name), hit.name, hit.id))
    return [hit if hit.field != "other" else _located(view, hit, terms) for hit in found[:limit]]


def the_one(view: View, text: str, kinds: tuple[str, ...] = ()) -> tuple[str, str]:
    """Kind and id of the one entity that *text* names: its number, its id or the beginning of one, or its name.

    Raises :class:`NotFound` where there is none, with the nearest, and :class:`Invalid` where there are several.
    """
    hits = search(view, text, 6, kinds)
    exact = _wholes(view, [hit for hit in hits if hit.score >= 90])
    found = exact if len(exact) == 1 or (exact and exact[0].score > exact[-1].score) else hits
    sure = [hit for hit in found if not hit.alike and hit.field in ("number", "id", "name")]
    if sure and (len(sure) == 1 or sure[0].score >= 90 > sure[1].score or sure[0].score > sure[1].score >= 90):
        return sure[0].kind, sure[0].id
    named = "; ".join(" ".join(filter(None, (hit.number, f"“{hit.name}”"))) for hit in (sure or hits)[:5])
    if sure:
        raise Invalid(f"“{text}” could be several: {named}.", remedy="Use the number, or more of the name.")
    raise NotFound(f"Nothing here is called “{text}”.", remedy=f"Did you mean {named}?" if hits else None)


def _wholes(view: View, hits: list[Hit]) -> list[Hit]:
    """*hits* without those that belong to another of them: an account is called as the investment that it is of."""
    ids = {hit.id for hit in hits}
    return [hit for hit in hits if getattr(view.plan.get(hit.kind, hit.id), "investment", None) not in ids]


def fold(text: str) -> str:
    """*text* without capitals, accents and repeated spaces, for comparing."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(text.casefold().split())


def _score(
    entry: Entry, question: str, terms: list[str], number: tuple[str, str] | None, ident: str | None
) -> tuple[int, str]:
    name = entry.name
    in_name = [term in name for term in terms]
    if entry.number:
        if entry.number == question:
            return 100, "number"
        if number and entry.digits and number[1] == entry.digits[1] and number[0] in ("", entry.digits[0]):
            return (98 if number[0] else 92), "number"
        if entry.number.startswith(question):
            return 75, "number"
    if ident and entry.id.startswith(ident):
        return 96, "id"
    if all(in_name):
        if name == question:
            return 90, "name"
        if name.startswith(question):
            return 80, "name"
        spaced = " " + name
        if all(" " + term in spaced for term in terms):
            return 70, "name"
        return 60, "name"
    rest = entry.rest
    if not rest or not all(hit or term in rest for hit, term in zip(in_name, terms, strict=True)):
        return 0, ""
    return 20 + 30 * sum(in_name) // len(terms), "other"


def _of_kind(view: View, kind: str) -> Folded:
    table = view.plan.table(kind)
    if not table or (kind != "person" and name_field(kind) is None and KINDS[kind].NUMBERED is None):
        return NOTHING
    if kind == "person":  # their names are not in the plan, and change without a revision
        names = view.names
        called = [(person, names.get(person.id, "")) for person in table.values()]
        return Folded(
            tuple(Entry(person.id, "", None, fold(name), fold(person.job or ""), name, None) for person, name in called)
        )
    return view.plan.memo(("search", kind), frozenset((kind,)), lambda: Folded(_folded(kind, table)))


def _folded(kind: str, table: Table[Any]) -> tuple[Entry, ...]:
    called = name_field(kind)  # what has none of its own, as a transfer, is called by its number
    others = _other_fields(kind)
    numbered = KINDS[kind].NUMBERED is not None
    made = []
    for entity in table.values():
        number = entity.number if numbered else None
        name = (number if called is None else getattr(entity, called)) or ""
        rest = "\n".join([value for field in others if (value := getattr(entity, field))])
        if entity.custom:
            rest += "\n" + "\n".join(value for value in entity.custom.values() if isinstance(value, str))
        low = (number or "").lower()
        made.append(Entry(entity.id, low, _digits(low), fold(name), fold(rest), name, number))
    return tuple(made)


def _other_fields(kind: str) -> list[str]:
    called = name_field(kind)
    return [
        field.name
        for field in fields(kind).values()
        if field.type == "text" and not field.hidden and field.name not in (called, "number", "id")
    ]


def _digits(number: str) -> tuple[str, str] | None:
    """``INV-0042`` and ``inv 42`` both as ("inv", "42")."""
    match = re.fullmatch(r"([a-z]*)[\s-]*0*(\d+)", number)
    return (match[1], match[2]) if match else None


def _hit(kind: str, entry: Entry, score: int, field: str, alike: bool = False) -> Hit:
    return Hit(
        kind=kind, id=entry.id, number=entry.shown_number, name=entry.shown, score=score, field=field, alike=alike
    )


def _located(view: View, hit: Hit, terms: list[str]) -> Hit:
    """The hit with the first field that holds one of the words which the name lacks."""
    entity = view.plan.need(hit.kind, hit.id)
    missing = [term for term in terms if term not in fold(hit.name)]
    for field in _other_fields(hit.kind):
        value = getattr(entity, field)
        if value and any(term in fold(value) for term in missing):
            return msgspec.structs.replace(hit, field=field)
    return msgspec.structs.replace(hit, field="custom")


def _alike(view: View, terms: list[str], kinds: Iterable[str]) -> list[Hit]:
    """Hits for *terms* with each word that no name holds replaced by the name's word most like it."""
    from rapidfuzz import fuzz, process

    entries = {kind: _of_kind(view, kind) for kind in kinds}
    words = list(frozenset().union(*(folded.words for folded in entries.values())))
    meant = []
    for term in terms:
        near = process.extractOne(term, words, scorer=fuzz.ratio, score_cutoff=72) if len(term) > 3 else None
        if near is None and not any(term in word for word in words):
            return []
        meant.append(near[0] if near else term)
    return [
        _hit(kind, entry, 10, "name", alike=True)
        for kind, folded in entries.items()
        for entry in folded.entries
        if all(word in entry.name for word in meant)
    ]
