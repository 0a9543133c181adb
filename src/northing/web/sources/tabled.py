"""The two sorts of table whose columns a person may have to explain: a ledger, and work with a date for each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.portfolio.fact_table import FactTable
from northing.portfolio.facts import COST
from northing.portfolio.reading import Question
from northing.portfolio.work_facts import WORK
from northing.sources.facts import ledger_meanings, state_meanings
from northing.sources.facts.ledger_meanings import Proposal
from northing.sources.mapping import Column, Layout
from northing.sources.profile import Profile
from northing.sources.tabular import TableFile


@dataclass(frozen=True)
class Tabled:
    """What the columns of one sort of table can mean."""

    rows: str
    """How its remembered mappings say that they are of it; also what the names of its meanings begin with."""
    facts: FactTable
    targets: tuple[str, ...]
    dates: tuple[str, ...]
    amounts: tuple[str, ...]
    needed: tuple[str, ...]
    complete: Callable[[Layout], bool]
    own: Mapping[str, str]
    """Meanings that are called something else than the column of facts."""
    propose: Callable[[TableFile], Proposal]
    specify: Callable[[Profile, str], tuple[Column | None, Question | None]]
    perhaps: Callable[[str], str]
    """What a column of dates whose order is unclear probably means."""
    lead: str
    """What the page asks for."""
    missing: tuple[str, str]
    """What is said where something needed is missing, and what to do."""
    added: str
    """What is put after a mapping's name that another sort of table has taken."""
    named: str = ""
    """The meaning that several columns may have, each under a name of its own."""

    def title(self, target: str) -> str:
        """What a person calls a meaning."""
        if target in self.own:
            return _(self.own[target])
        column = self.facts.column(target.removeprefix(f"{self.rows}."))
        return _(column.title) if column is not None else target

    def choices(self) -> list[tuple[str, str]]:
        """Everything that a column can mean, what is needed first."""
        return [(one, self.title(one)) for one in sorted(self.targets, key=lambda one: one not in self.needed)]


def _ledger_is_complete(found: Layout) -> bool:
    return bool(found.of("cost.day")) and any(found.of(target) for target in ledger_meanings.AMOUNTS)


def _work_is_complete(found: Layout) -> bool:
    return bool(found.of("work.item")) and bool(found.of("work.entered") or found.of("work.created"))


LEDGER = Tabled(
    rows="cost",
    facts=COST,
    targets=ledger_meanings.TARGETS,
    dates=ledger_meanings.DATES,
    amounts=ledger_meanings.AMOUNTS,
    needed=("cost.day", *ledger_meanings.AMOUNTS),
    complete=_ledger_is_complete,
    own={
        "cost.day": gettext_noop("Day of the posting"),
        "cost.billed": gettext_noop("Amount"),
        "cost.debit": gettext_noop("Debit"),
        "cost.credit": gettext_noop("Credit"),
        "cost.side": gettext_noop("Debit or credit sign"),
        "cost.company": gettext_noop("Company"),
        "cost.tag": gettext_noop("Tag of that name"),
        "cost.provider": gettext_noop("Supplier"),
    },
    propose=ledger_meanings.propose,
    specify=ledger_meanings.specify,
    perhaps=lambda column: "cost.day",
    lead=gettext_noop(
        "A day and an amount are needed; the rest is taken along where it has a meaning. What is asked is marked."
    ),
    missing=(
        gettext_noop("A ledger needs a column with the day and one with the amount."),
        gettext_noop("Choose them, or debit and credit in the place of the amount."),
    ),
    added=gettext_noop("%(name)s, costs"),
)
STATE_DATES = Tabled(
    rows="work",
    facts=WORK,
    targets=state_meanings.TARGETS,
    dates=state_meanings.DATES,
    amounts=(),
    needed=("work.item", "work.entered"),
    complete=_work_is_complete,
    own={
        "work.item": gettext_noop("Id of the item"),
        "work.entered": gettext_noop("Day on which it came into a state"),
        "work.first": gettext_noop("State before the first date"),
        "work.tag": gettext_noop("Label of that name"),
    },
    propose=state_meanings.propose,
    specify=state_meanings.specify,
    perhaps=state_meanings.perhaps,
    lead=gettext_noop(
        "The item's id is needed, and for each state the column that says when an item came into it; the rest is taken "
        "along where it has a meaning. What is asked is marked."
    ),
    missing=(
        gettext_noop("A table of work needs a column with the item's id and one that says when it came into a state."),
        gettext_noop("Choose them, or the day of its creation in the place of the states."),
    ),
    added=gettext_noop("%(name)s, work"),
    named="work.entered",
)
TABLED: Mapping[str, Tabled] = {"ledger": LEDGER, "state_dates": STATE_DATES}
"""Reader → what its tables can mean."""
