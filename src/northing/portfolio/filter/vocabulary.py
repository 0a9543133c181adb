"""What can be named on each kind: fields, links in both directions, derived columns, custom fields, source columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from northing.portfolio.entity import Entity
from northing.portfolio.investment import Rating
from northing.portfolio.kinds import KINDS, fields, name_field, referring_fields
from northing.portfolio.plan import Plan
from northing.portfolio.workspace import CustomField, CustomType, FiscalCalendar

from .tree import Path

ValueType = Literal["text", "texts", "number", "integer", "date", "choice", "flag", "money", "reference", "references"]
"""What a column holds. ``money`` is :class:`Amounts`, ``texts`` and ``references`` are tuples; empty is None or ()."""

Origin = Literal["field", "derived", "reverse", "custom", "source", "directory"]


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be named on a kind: a column, and where it points to another kind, a link."""

    kind: str
    name: str
    """As a filter writes it; a custom field's id, a source column's heading."""
    title: str
    type: ValueType
    origin: Origin
    ref: str | None = None
    choices: tuple[str, ...] = ()
    ordered: bool = False
    """Whether ``<`` and ``>`` may compare its choices."""
    unit: str | None = None
    help: str = ""
    long: bool = False
    money: str | None = None
    """For a stored amount: the field that holds its currency."""
    back: tuple[tuple[str, str], ...] = ()
    """For a reverse link: the kinds and fields that point here."""
    hidden: bool = False

    @property
    def many(self) -> bool:
        return self.type in ("texts", "references")

    @property
    def link(self) -> bool:
        return self.type in ("reference", "references")


class UnknownWord(Exception):
    """*step* names nothing on *kind*; ``near`` is the nearest that does, with how near it is (0 to 100)."""

    def __init__(self, kind: str, path: Path, step: str, near: str | None, score: float, message: str) -> None:
        super().__init__(message)
        self.kind, self.path, self.step, self.near, self.score, self.message = kind, path, step, near, score, message


ALIASES = {
    "contributions": "strategic_contributions",
    "cost_lines": "cost_plan_lines",
    "plan_lines": "cost_plan_lines",
    "reports": "health_reports",
    "department": "org_unit",
}

Derived = Mapping[str, Mapping[str, Word]]
"""Kind → name → a column that is computed; the measures bring them."""

NO_DERIVED: Derived = {}

SOURCE = "source"
CUSTOM = "custom"


class Vocabulary:
    """The words of one plan: kinds' own, its custom fields, and the columns of its source files."""

    def __init__(self, plan: Plan, derived: Derived = NO_DERIVED) -> None:
        self.calendar: FiscalCalendar = plan.calendar
        self.headings: tuple[str, ...] = tuple(
            dict.fromkeys(column for file in plan.source_files.values() for column in file.header)
        )
        self._custom: dict[str, list[CustomField]] = {}
        for field in sorted(plan.custom_fields.values(), key=lambda field: field.id):
            self._custom.setdefault(field.kind, []).append(field)
        self._derived = derived
        self._words: dict[str, dict[str, Word]] = {}
        self._names: dict[str, dict[str, str]] = {}

    @staticmethod
    def of(plan: Plan, derived: Derived = NO_DERIVED) -> Vocabulary:
        """The vocabulary of *plan*, made once."""
        reads = frozenset(("custom_field", "source_file", "fiscal_calendar"))
        return plan.memo(("vocabulary", id(derived)), reads, lambda: Vocabulary(plan, derived))

    def words(self, kind: str) -> Mapping[str, Word]:
        """Every word of *kind* by its name, source columns left out: they are asked as ``source."…"``."""
        found = self._words.get(kind)
        if found is None:
            found = {word.name: word for word in self._all(kind)}
            self._words[kind] = found
        return found

    def word(self, kind: str, step: str, path: Path = ()) -> Word:
        """What *step* names on *kind*: a name, an alias, a title or a custom field's name, in that order."""
        words = self.words(kind)
        if step in words:
            return words[step]
        names = self._names.get(kind)
        if names is None:
            names = self._names[kind] = self._spellings(kind)
        key = spelled(step)
        if key in names:
            return words[names[key]]
        raise self._unknown(kind, path or (step,), step)

    def path(self, kind: str, path: Path) -> tuple[Word, ...]:
        """The words along *path* from *kind*: links, then what is compared."""
        found: list[Word] = []
        at: str = kind
        index = 0
        while index < len(path):
            step = path[index]
            if spelled(step) in (SOURCE, CUSTOM) and index + 1 == len(path) - 1 and step not in self.words(at):
                found.append(self._apart(at, path, spelled(step), path[index + 1]))
                return tuple(found)
            word = self.word(at, step, path)
            found.append(word)
            index += 1
            if index == len(path):
                break
            if not word.link:
                raise UnknownWord(
                    at,
                    path,
                    step,
                    None,
                    0,
                    f"“{word.title}” holds {_A[word.type]} and leads to nothing called “{path[index]}”.",
                )
            if word.ref is None or word.ref == "*":
                raise UnknownWord(
                    at,
                    path,
                    step,
                    None,
                    0,
                    f"“{word.title}” may point to anything; compare it with a name, a number or an id.",
                )
            at = word.ref
        return tuple(found)

    def _apart(self, kind: str, path: Path, where: str, name: str) -> Word:
        if where == SOURCE:
            if name in self.headings:
                return Word(kind=kind, name=name, title=name, type="text", origin="source")
            by_spelling = {spelled(heading): heading for heading in self.headings}
            if spelled(name) in by_spelling:
                heading = by_spelling[spelled(name)]
                return Word(kind=kind, name=heading, title=heading, type="text", origin="source")
            near, score = nearest(name, self.headings)
            raise UnknownWord(kind, path, name, near, score, f"No file that was read has a column “{name}”.")
        for field in self._custom.get(kind, ()):
            if name == field.id or spelled(name) == spelled(field.name):
                return self.words(kind)[field.id]
        near, score = nearest(name, [field.name for field in self._custom.get(kind, ())])
        raise UnknownWord(kind, path, name, near, score, f"{KINDS[kind].TITLE} has no custom field “{name}”.")

    def _all(self, kind: str) -> Iterable[Word]:
        cls = KINDS[kind]
        if kind == "person":
            yield Word(kind=kind, name="name", title="Name", type="text", origin="directory")
        for field in fields(kind).values():
            if field.type == "data" or field.name == "source_row":
                continue
            yield Word(
                kind=kind,
                name=field.name,
                title=field.title,
                type="money" if field.money else field.type,
                origin="field",
                ref=field.ref,
                choices=field.choices if field.type == "choice" else (),
                ordered=field.choices == tuple(rating.value for rating in Rating),
                unit=field.unit,
                help=field.help,
                long=field.long,
                money=field.money,
                hidden=field.hidden,
            )
        yield from self._derived.get(kind, {}).values()
        taken = {*cls.__struct_fields__, *self._derived.get(kind, {})}
        yield from (word for word in _reverse(kind) if word.name not in taken)
        for custom in self._custom.get(kind, ()):
            yield _custom_word(custom)

    def _spellings(self, kind: str) -> dict[str, str]:
        """Spelling → name, the more deliberate first."""
        words = self.words(kind)
        found: dict[str, str] = {}
        for word in words.values():
            if word.origin != "custom":
                found.setdefault(spelled(word.name), word.name)
        for alias, name in ALIASES.items():
            if name in words:
                found.setdefault(alias, name)
        own = name_field(kind)
        if own:
            found.setdefault("name", own)
        for origin in ("field", "derived", "custom", "reverse"):
            for word in words.values():
                if word.origin == origin:
                    found.setdefault(spelled(word.title), word.name)
        return found

    def _unknown(self, kind: str, path: Path, step: str) -> UnknownWord:
        words = self.words(kind)
        # An id of a custom field is no name that a person would be shown.
        shown = [word.title if word.origin == "custom" else word.name for word in words.values() if not word.hidden]
        near, score = nearest(step, shown)
        return UnknownWord(kind, path, step, near, score, f"{KINDS[kind].TITLE} has nothing called “{step}”.")


_A: dict[ValueType, str] = {
    "text": "text", "texts": "texts", "number": "a number", "integer": "a number", "date": "a date",
    "choice": "a choice", "flag": "yes or no", "money": "money", "reference": "a link", "references": "links",
}  # fmt: skip


def spelled(text: str) -> str:
    """*text* as names are compared: lower case, anything else than letters and digits as one underscore."""
    return re.sub(r"[\W_]+", "_", text.strip().lower()).strip("_")


def nearest(text: str, options: Iterable[str], at_least: float = 55) -> tuple[str | None, float]:
    """The option that is spelled most like *text*, with how near it is (0 to 100)."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(text, list(options), scorer=fuzz.ratio, processor=spelled, score_cutoff=at_least)
    return (found[0], found[1]) if found else (None, 0.0)


def _reverse(kind: str) -> Iterable[Word]:
    """Links from what points here: ``milestones``; where several fields point, each also apart; children."""
    by_kind: dict[str, list[str]] = {}
    for field in referring_fields(kind):
        if KINDS[field.kind].LOADED:
            by_kind.setdefault(field.kind, []).append(field.name)
    for other, names in by_kind.items():
        cls: type[Entity] = KINDS[other]
        back = tuple((other, name) for name in names)
        yield Word(
            kind=kind,
            name=cls.PLURAL,
            title=cls.TITLE_PLURAL,
            type="references",
            origin="reverse",
            ref=other,
            back=back,
        )
        if other == kind and names == ["parent"]:
            yield Word(
                kind=kind, name="children", title="Children", type="references", origin="reverse", ref=other, back=back
            )
        elif len(names) > 1:
            for name in names:
                yield Word(
                    kind=kind,
                    name=f"{cls.PLURAL}_by_{name}",
                    title=f"{cls.TITLE_PLURAL} ({fields(other)[name].title})",
                    type="references",
                    origin="reverse",
                    ref=other,
                    back=((other, name),),
                )


_CUSTOM_TYPES: dict[CustomType, ValueType] = {
    CustomType.TEXT: "text",
    CustomType.NUMBER: "number",
    CustomType.MONEY: "money",
    CustomType.DATE: "date",
    CustomType.FLAG: "flag",
    CustomType.CHOICE: "choice",
    CustomType.CHOICES: "texts",
}


def _custom_word(field: CustomField) -> Word:
    return Word(
        kind=field.kind,
        name=field.id,
        title=field.name,
        # A choice whose choices nobody listed is a text.
        type="text" if field.type == CustomType.CHOICE and not field.choices else _CUSTOM_TYPES[field.type],
        origin="custom",
        choices=field.choices if field.type == CustomType.CHOICE else (),
        unit=field.unit,
        help=field.help or "",
    )
