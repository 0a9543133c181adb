"""A query asked of a plan: which entities of a kind it holds of. Works on whole columns and sets of ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import compress
from typing import Any

from northing.portfolio.errors import Finding
from northing.portfolio.kinds import KINDS
from northing.portfolio.plan import Plan
from northing.portfolio.words import in_sentence

from .checking import checked, links
from .columns import Subject, backward, fold, folded, haystacks, ids, position, searched, values
from .comparing import Mask, predicate
from .reader import read
from .tree import (
    TESTS,
    Among,
    And,
    Blank,
    Compare,
    Each,
    Everything,
    Match,
    Node,
    Not,
    Or,
    Query,
    Scope,
    Search,
)
from .vocabulary import Word, nearest

Ids = set[str]


def ask_plan(text: str | Query, subject: Subject, kind: str) -> tuple[Ids, list[Finding]]:
    """The ids of *kind* that *text* holds of, and what a person may want to know of it (a name nobody has).

    Raises :class:`Invalid` for a fault, an unknown word or a value that cannot be compared, with its place and
    the nearest right one.
    """
    query = checked(read(text) if isinstance(text, str) else text, subject.vocabulary, kind)
    evaluation = _Evaluation(subject, query)
    return evaluation.of(query.root, kind), evaluation.findings


class _Evaluation:
    def __init__(self, subject: Subject, query: Query) -> None:
        self.subject = subject
        self.plan: Plan = subject.plan
        self.query = query
        self.findings: list[Finding] = []

    def of(self, node: Node, kind: str) -> Ids:
        match node:
            case Everything():
                return self.all(kind)
            case Search(text):
                wanted = searched(text)
                return set(compress(ids(self.plan, kind), [wanted in words for words in haystacks(self.subject, kind)]))
            case Not(part):
                return self.all(kind) - self.of(part, kind)
            case And(parts):
                return set.intersection(*(self.of(part, kind) for part in parts))
            case Or(parts):
                return set.union(*(self.of(part, kind) for part in parts))
            case Blank():
                return self.blank(node, kind)
            case Compare() | Among() | Match():
                words = self.subject.vocabulary.path(kind, node.path)
                return self.back(words[:-1], self.holding(node, words[-1], every=False))
            case Each(which, test):
                return self.each(which, test, kind)
            case Scope(which, path, where):
                words = links(self.subject.vocabulary, kind, path)
                holding = self.of(where, words[-1].ref or "")
                return self.quantified(which, words, holding, kind)
        raise AssertionError(node)

    def all(self, kind: str) -> Ids:
        return set(ids(self.plan, kind))

    def quantified(self, which: str, words: Sequence[Word], holding: Ids, kind: str) -> Ids:
        reached = self.back(words, holding)
        if which == "any":
            return reached
        if which == "none":
            return self.all(kind) - reached
        return reached - self.back(words, self.all(words[-1].ref or "") - holding)

    def each(self, which: str, test: Node, kind: str) -> Ids:
        assert isinstance(test, TESTS)
        if which == "any":
            return self.of(test, kind)
        if which == "none":
            return self.all(kind) - self.of(test, kind)
        words = self.subject.vocabulary.path(kind, test.path)
        if isinstance(test, Blank):
            # Of the entities that the links reach, all are (not) empty.
            last = Blank(test.path[-1:], test.state, test.negated)
            if len(words) == 1:
                return self.of(last, kind)
            holding = self.of(last, words[-1].kind)
        else:
            holding = self.holding(test, words[-1], every=True)
        if len(words) == 1:
            return holding
        return self.quantified("all", words[:-1], holding, kind)

    def back(self, links: Sequence[Word], reached: Ids) -> Ids:
        """The entities from which *links* lead to some of *reached*."""
        for word in reversed(links):
            if word.origin == "reverse":
                reached = backward(self.plan, word, reached)
            else:
                reached = set(compress(ids(self.plan, word.kind), self.pointing(word, reached)))
        return reached

    def pointing(self, word: Word, targets: Collection[str]) -> Mask:
        column = values(self.subject, word)
        if word.type == "reference":
            return [target in targets for target in column]
        return [any(target in targets for target in cell) if cell else False for cell in column]

    def holding(self, test: Compare | Among | Match, word: Word, *, every: bool) -> Ids:
        """The entities whose *word* passes *test*; of a word with many values any of them, or every one."""
        if word.link:
            single = self.by_name(test, word)
        else:
            single = predicate(test, word, self.subject.vocabulary.calendar, self.subject.today)
        own = ids(self.plan, word.kind)
        if not word.many:
            cells = folded(self.subject, word) if word.type == "text" else values(self.subject, word)
            return set(compress(own, single(cells)))
        column = values(self.subject, word)
        items = list({item for cell in column for item in cell})
        shown = [fold(item) for item in items] if word.type == "texts" else items
        good = set(compress(items, single(shown)))
        if every:
            return set(compress(own, [bool(cell) and good.issuperset(cell) for cell in column]))
        return set(compress(own, [not good.isdisjoint(cell) for cell in column]))

    def by_name(self, test: Compare | Among | Match, word: Word) -> Callable[[Sequence[Any]], Mask]:
        """Links compared with what they point to: its name, number, code or id."""
        kinds = [word.ref] if word.ref and word.ref != "*" else [kind for kind in KINDS if self.plan.table(kind)]
        targets: Ids = set()
        for kind in kinds:
            targets |= self.called(test, kind)
        if not targets and word.ref and word.ref != "*":
            self.nobody(test, word)
        if (isinstance(test, Compare) and test.op == "!=") or (isinstance(test, Among) and test.negated):
            return lambda cells: [cell is not None and cell not in targets for cell in cells]
        return lambda cells: [cell in targets for cell in cells]

    def called(self, test: Compare | Among | Match, kind: str) -> Ids:
        """The entities of *kind* that *test* names."""
        own = ids(self.plan, kind)
        calls: list[Sequence[str | None]] = [
            [fold(self.subject.name_of(kind, id)) for id in own],
            own,
        ]
        words = self.subject.vocabulary.words(kind)
        calls += [folded(self.subject, words[name]) for name in ("number", "code") if name in words]
        if isinstance(test, Match):
            wanted = test.text.casefold()
            contains = test.how == "contains"
            return {
                id
                for column in (calls[0], *calls[2:])
                for id, call in zip(own, column, strict=True)
                if call is not None and (wanted in call if contains else call.startswith(wanted))
            }
        said = test.values if isinstance(test, Among) else (test.value,)
        wanted_calls = {fold(value) for value in said} - {None}
        return {id for column in calls for id, call in zip(own, column, strict=True) if call in wanted_calls}

    def nobody(self, test: Compare | Among | Match, word: Word) -> None:
        if isinstance(test, Match):
            return
        said = test.values[0] if isinstance(test, Among) else test.value
        kind = word.ref or ""
        names = [name for id in ids(self.plan, kind) if (name := self.subject.name_of(kind, id))]
        near, _ = nearest(said, names)
        at = self.query.place_of(said)
        quotes = " Names with blanks stand in quotes." if near and " " in near and " " not in said else ""
        self.findings.append(
            Finding(
                code="filter-name",
                severity="warning",
                message=f"No {in_sentence(KINDS[kind].TITLE)} is called “{said}” here.",
                kind=kind,
                column=None if at is None else str(at + 1),
                value=said,
                remedy=f"Did you mean “{near}”?{quotes}" if near else None,
            )
        )

    def blank(self, node: Blank, kind: str) -> Ids:
        """A path over single links that leads nowhere is empty; over many, some of what it reaches must be."""
        words = self.subject.vocabulary.path(kind, node.path)
        *links, last = words
        everything = self.all(last.kind)
        if node.state == "withheld":
            holders = self.withheld(last)
            return self.back(links, everything - holders if node.negated else holders)
        column = folded(self.subject, last) if last.type == "text" else values(self.subject, last)
        filled = set(compress(ids(self.plan, last.kind), column))
        if last.type in ("flag", "number", "integer"):
            filled = set(compress(ids(self.plan, last.kind), [cell is not None for cell in column]))
        if node.negated:
            return self.back(links, filled)
        empty = everything - filled
        for word in reversed(links):
            if word.many:
                empty = self.back((word,), empty)
            else:
                target = self.plan.table(word.ref or "")
                empty = set(
                    compress(
                        ids(self.plan, word.kind),
                        [cell is None or cell in empty or cell not in target for cell in values(self.subject, word)],
                    )
                )
        return empty

    def withheld(self, word: Word) -> Ids:
        return {entity.id for entity in self.plan.table(word.kind).values() if word.name in entity.withheld}


def in_order(plan: Plan, kind: str, found: Ids) -> list[int]:
    """The places of *found* in the order of the table."""
    place = position(plan, kind)
    return sorted([place[id] for id in found])
