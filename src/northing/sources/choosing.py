"""By which mapping a table is read: the one named, one remembered for a header like its own, or a guess."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from collections.abc import Sequence

import msgspec

from northing.portfolio.edits import Edit
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Question
from northing.portfolio.workspace import Mapping

from . import guess, mapping
from .mapping import Column, Layout
from .meanings import TARGETS
from .tabular import TableFile


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A layout, where it comes from, and what is still open."""

    layout: Layout
    called: str
    """The mapping's name: as given, as remembered, or after the file."""
    by: Mapping | None = None
    """The remembered mapping that was taken."""
    proposal: guess.Proposal | None = None
    """The guess, where none was."""
    questions: tuple[Question, ...] = ()

    def answer(self, answers: MappingABC[str, str], file: TableFile) -> Chosen:
        """The same with a person's answers; what they settle is asked no more."""

        def specify(column: str, target: str) -> Column:
            return guess.specify(file, column, target)[0]

        settled = {key.rpartition(".")[0] for key in answers} | set(answers)
        return msgspec.structs.replace(
            self,
            layout=mapping.answered(self.layout, answers, file.columns, TARGETS, specify=specify),
            questions=tuple(question for question in self.questions if question.column not in settled),
        )


def choose(
    file: TableFile, known: Sequence[Mapping], *, called: str | None = None, answers: MappingABC[str, str] | None = None
) -> Chosen:
    """How to read *file*, *known* being the mappings remembered so far; raises Invalid for a name that is none."""
    name = mapping.check_name(called) if called is not None else None
    found = next((each for each in known if each.name == name), None) if name else mapping.best(known, file.columns)
    if found is not None:
        chosen = Chosen(layout=mapping.onto(mapping.layout(found), file.columns), called=found.name, by=found)
    else:
        proposal = guess.guess(file)
        chosen = Chosen(
            layout=proposal.layout, called=name or _stem(file.name), proposal=proposal, questions=proposal.questions
        )
    return chosen.answer(answers, file) if answers else chosen


def _stem(name: str) -> str:
    """The file's name without its ending, fit to be a mapping's name."""
    bare = name.rsplit(".", 1)[0]
    return "".join("-" if char in "/\\@:" or not char.isprintable() else char for char in bare).strip()[:100] or "table"


def remember(plan: Plan, called: str, layout: Layout, columns: Sequence[str]) -> Edit | None:
    """The edit that keeps *layout* under its name; None where the plan has just that."""
    kept = mapping.entity(called, layout, columns)
    there = plan.get("mapping", kept.id)
    if there == kept:
        return None
    fields = {field: value for field, value in msgspec.to_builtins(kept).items() if field != "id"}
    return Edit(op="create" if there is None else "change", kind="mapping", id=kept.id, fields=fields)
