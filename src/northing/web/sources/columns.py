"""What the columns of a ledger mean: taken from the source's mapping, else told by their names, else asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.portfolio import workspace
from northing.portfolio.errors import Invalid
from northing.portfolio.facts import COST
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Question
from northing.sources import files, mapping
from northing.sources.facts.ledger_meanings import AMOUNTS, DATES, TARGETS, propose, specify
from northing.sources.mapping import Layout, Options
from northing.sources.profile import Profile
from northing.sources.tabular import TableFile, shown
from northing.web.changing.uploads import Upload

ROWS = "cost"
OWN = {
    "cost.day": gettext_noop("Day of the posting"),
    "cost.billed": gettext_noop("Amount"),
    "cost.debit": gettext_noop("Debit"),
    "cost.credit": gettext_noop("Credit"),
    "cost.side": gettext_noop("Debit or credit sign"),
    "cost.company": gettext_noop("Company"),
    "cost.tag": gettext_noop("Tag of that name"),
    "cost.provider": gettext_noop("Supplier"),
}
NEEDED = ("cost.day", *AMOUNTS)


@dataclass(frozen=True)
class Asked:
    """Where the form starts from: a layout, and what a person has to settle."""

    layout: Layout
    questions: Mapping[str, Question]
    by: str
    """The remembered mapping that it starts from."""

    @property
    def open(self) -> bool:
        """Whether somebody has to answer before the file can be read."""
        return bool(self.questions) or not complete(self.layout)


def read(kept: Upload) -> TableFile:
    """The waiting file as a table. Raises :class:`Invalid` where it is none."""
    with kept.file.open("rb") as source:
        return files.read(source, name=kept.about.name)


def asked(kept: Upload, table: TableFile, plan: Plan, source_mapping: str | None) -> Asked:
    """What was confirmed before, else the source's mapping, else one that fits the header, else the names' word."""
    if kept.about.layout is not None:
        return Asked(msgspec.convert(kept.about.layout, Layout), {}, "")
    known = [one for one in plan.table("mapping").values() if one.options.get("rows") == ROWS]
    own = plan.get("mapping", source_mapping) if source_mapping else None
    found: workspace.Mapping | None = own or mapping.best(known, table.columns)
    if found is not None:
        made = mapping.onto(mapping.layout(found), table.columns)
        if complete(made):
            return Asked(made, {}, found.name)
    proposal = propose(table)
    return Asked(proposal.layout, {one.column: one for one in proposal.questions if one.column}, "")


def complete(layout: Layout) -> bool:
    return bool(layout.of("cost.day")) and any(layout.of(target) for target in AMOUNTS)


def shown_columns(table: TableFile, found: Asked) -> list[dict[str, Any]]:
    """Each column with samples of its cells, its meaning so far, and what is unclear of it."""
    told = []
    for number, name in enumerate(table.columns):
        filled = [cell.strip() for cell in table.column(name) if cell.strip()]
        spec = found.layout.columns.get(name)
        question = found.questions.get(name)
        told.append(
            {
                "number": number,
                "name": name,
                "samples": [shown(cell, 60) for cell, _times in Counter(filled).most_common(3)],
                "to": spec.to if spec is not None else "",
                "spec": spec,
                "question": _said(question),
                "dated": bool(question and question.code == "date-order") or bool(spec and spec.to in DATES),
                "order": spec.order if spec is not None else "",
                "amount": bool(spec and spec.to in AMOUNTS),
                "comma": bool(spec and spec.comma),
                "perhaps": question.code == "date-order" if question else False,
            }
        )
    return told


def _said(question: Question | None) -> str:
    if question is None:
        return ""
    if question.code == "date-order":
        return _("Does the day or the month come first?")
    return _("Several columns could be this one. Choose which is meant, and leave the others.")


def targets() -> list[tuple[str, str]]:
    """Everything that a column of a ledger can mean, what is needed first."""
    ordered = sorted(TARGETS, key=lambda target: target not in NEEDED)
    return [(target, target_title(target)) for target in ordered]


def target_title(target: str) -> str:
    own = OWN.get(target)
    if own is not None:
        return _(own)
    column = COST.column(target.removeprefix("cost."))
    return _(column.title) if column is not None else target


def layout_of(form: Mapping[str, str], table: TableFile) -> Layout:
    """The layout that a person confirmed. Raises :class:`Invalid` where no day or no amount is among it."""
    columns: dict[str, mapping.Column] = {}
    for number, name in enumerate(table.columns):
        target = form.get(f"to-{number}", "")
        if target not in TARGETS:
            continue
        made, _question = specify(Profile(name, table.column(name)), target)
        order = form.get(f"order-{number}", "")
        changes: dict[str, Any] = {"order": order} if target in DATES and order in ("dmy", "mdy") else {}
        if target in AMOUNTS and f"comma-{number}" in form:
            changes["comma"] = form[f"comma-{number}"] == "1"
        if made is None and "order" not in changes:
            raise Invalid(
                _("“%(name)s”: say whether the day or the month comes first.") % {"name": name},
                remedy=_("Choose the order beside the column."),
            )
        columns[name] = msgspec.structs.replace(made or mapping.Column(to=target), **changes)
    currency = form.get("currency", "").strip().upper()
    found = Layout(columns=columns, options=Options(rows=ROWS, currency=currency or None))
    if not complete(found):
        raise Invalid(
            _("A ledger needs a column with the day and one with the amount."),
            remedy=_("Choose them, or debit and credit in the place of the amount."),
        )
    return found


def remembered(plan: Plan, called: str, layout: Layout, header: Sequence[str]) -> workspace.Mapping:
    """The mapping that keeps *layout*; a name that an import's mapping has already gets a word added."""
    name = mapping.check_name(called)
    made = mapping.entity(name, layout, header)
    there = plan.get("mapping", made.id)
    if there is not None and there.options.get("rows") != ROWS:
        made = mapping.entity(mapping.check_name(_("%(name)s, costs") % {"name": name[:80]}), layout, header)
    return made
