"""What the columns of a table mean: taken from the source's mapping, else told by their names, else asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from northing.portfolio import workspace
from northing.portfolio.errors import Invalid
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Question
from northing.sources import files, mapping
from northing.sources.mapping import Layout, Options
from northing.sources.profile import Profile
from northing.sources.tabular import TableFile, shown
from northing.web.changing.uploads import Upload

from .tabled import Tabled

LONGEST = 100


@dataclass(frozen=True)
class Asked:
    """Where the form starts from: a layout, and what a person has to settle."""

    sort: Tabled
    layout: Layout
    questions: Mapping[str, Question]
    by: str
    """The remembered mapping that it starts from."""

    @property
    def open(self) -> bool:
        """Whether somebody has to answer before the file can be read."""
        return bool(self.questions) or not self.sort.complete(self.layout)


def read(kept: Upload) -> TableFile:
    """The waiting file as a table. Raises :class:`Invalid` where it is none."""
    with kept.file.open("rb") as source:
        return files.read(source, name=kept.about.name)


def asked(sort: Tabled, kept: Upload, table: TableFile, plan: Plan, source_mapping: str | None) -> Asked:
    """What was confirmed before, else the source's mapping, else one that fits the header, else the names' word."""
    if kept.about.layout is not None:
        return Asked(sort, msgspec.convert(kept.about.layout, Layout), {}, "")
    known = [one for one in plan.table("mapping").values() if one.options.get("rows") == sort.rows]
    own = plan.get("mapping", source_mapping) if source_mapping else None
    found: workspace.Mapping | None = own or mapping.best(known, table.columns)
    if found is not None:
        made = mapping.onto(mapping.layout(found), table.columns)
        if sort.complete(made):
            return Asked(sort, made, {}, found.name)
    proposal = sort.propose(table)
    return Asked(sort, proposal.layout, {one.column: one for one in proposal.questions if one.column}, "")


def shown_columns(table: TableFile, found: Asked) -> list[dict[str, Any]]:
    """Each column with samples of its cells, its meaning so far, and what is unclear of it."""
    sort, told = found.sort, []
    for number, name in enumerate(table.columns):
        filled = [cell.strip() for cell in table.column(name) if cell.strip()]
        spec = found.layout.columns.get(name)
        question = found.questions.get(name)
        unclear = bool(question and question.code == "date-order")
        told.append(
            {
                "number": number,
                "name": name,
                "samples": [shown(cell, 60) for cell, _times in Counter(filled).most_common(3)],
                "to": spec.to if spec is not None else sort.perhaps(name) if unclear else "",
                "question": _said(question),
                "dated": unclear or bool(spec and spec.to in sort.dates),
                "order": spec.order if spec is not None else "",
                "amount": bool(spec and spec.to in sort.amounts),
                "comma": bool(spec and spec.comma),
                "named": (spec.named if spec else None) or name,
            }
        )
    return told


def _said(question: Question | None) -> str:
    if question is None:
        return ""
    if question.code == "date-order":
        return _("Does the day or the month come first?")
    return _("Several columns could be this one. Choose which is meant, and leave the others.")


def layout_of(sort: Tabled, form: Mapping[str, str], table: TableFile) -> Layout:
    """The layout that a person confirmed. Raises :class:`Invalid` where something that is needed is not among it."""
    columns: dict[str, mapping.Column] = {}
    for number, name in enumerate(table.columns):
        target = form.get(f"to-{number}", "")
        if target not in sort.targets:
            continue
        made, _question = sort.specify(Profile(name, table.column(name)), target)
        order = form.get(f"order-{number}", "")
        changes: dict[str, Any] = {"order": order} if target in sort.dates and order in ("dmy", "mdy") else {}
        if target in sort.amounts and f"comma-{number}" in form:
            changes["comma"] = form[f"comma-{number}"] == "1"
        called = form.get(f"named-{number}", "").strip()[:LONGEST]
        if target == sort.named and called not in ("", name):
            changes["named"] = called
        if made is None and "order" not in changes:
            raise Invalid(
                _("“%(name)s”: say whether the day or the month comes first.") % {"name": name},
                remedy=_("Choose the order beside the column."),
            )
        columns[name] = msgspec.structs.replace(made or mapping.Column(to=target), **changes)
    currency = form.get("currency", "").strip().upper()
    found = Layout(columns=columns, options=Options(rows=sort.rows, currency=currency or None))
    if not sort.complete(found):
        raise Invalid(_(sort.missing[0]), remedy=_(sort.missing[1]))
    return found


def remembered(sort: Tabled, plan: Plan, called: str, layout: Layout, header: Sequence[str]) -> workspace.Mapping:
    """The mapping that keeps *layout*; a name that an import's mapping has already gets a word added."""
    name = mapping.check_name(called)
    made = mapping.entity(name, layout, header)
    there = plan.get("mapping", made.id)
    if there is not None and there.options.get("rows") != sort.rows:
        made = mapping.entity(mapping.check_name(_(sort.added) % {"name": name[:80]}), layout, header)
    return made
