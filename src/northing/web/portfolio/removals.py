"""Retiring and deleting investments: first what follows from it, then the commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.view import View
from northing.portfolio import edits
from northing.portfolio.edits import Edit
from northing.portfolio.errors import Conflict, Invalid
from northing.portfolio.investment import Stage
from northing.portfolio.kinds import KINDS, fields
from northing.record import Consequence
from northing.web.changing.answering import body, clash, done
from northing.web.frame.context import Page, page

from .edits import chosen

SHOWN = 60

WEIGHT = {
    "dependency": 0,
    "ai_system": 1,
    "strategic_contribution": 2,
    "milestone": 3,
    "cost_plan_line": 6,
    "health_report": 7,
}
"""Kinds in the order in which a person wants to know of them."""


@page(methods=("POST",), changes=True)
def ask(page: Page) -> HttpResponse:
    """What retiring or deleting would mean; nothing is written."""
    given = body(page)
    ids = chosen(page, given)
    how = _how(given.get("how"))
    names = [page.view.name_of("investment", id) or "" for id in ids]
    if how == "delete":
        preview = page.record.preview([edits.remove("investment", id) for id in ids], on=None, by=page.actor)
        told = consequences(page.view, preview.consequences)
        summary = counted(preview.consequences)
    else:
        told, summary = open_ends(page.view, ids), []
    dialog = page.render(
        "portfolio/removal.html",
        how=how,
        ids=ids,
        names=names,
        told=told[:SHOWN],
        summary=summary,
        more=max(0, len(told) - SHOWN),
    )
    return page.json({"dialog": dialog.content.decode()})


@page(methods=("POST",), changes=True)
def remove(page: Page) -> HttpResponse:
    """Retire or delete; a deletion takes what cannot stand alone with it and empties the references of the rest."""
    given = body(page)
    ids = chosen(page, given)
    if _how(given.get("how")) == "retire":
        made = [edits.change("investment", id, stage=Stage.RETIRED.value) for id in ids]
        reason = ngettext("%(n)s investment retired", "%(n)s investments retired", len(ids)) % {"n": len(ids)}
    else:
        removals = [edits.remove("investment", id) for id in ids]
        preview = page.record.preview(removals, on=None, by=page.actor)
        made = removals + together([one.edit for one in preview.consequences])
        reason = ngettext("%(n)s investment deleted", "%(n)s investments deleted", len(ids)) % {"n": len(ids)}
    try:
        committed = page.record.commit(made, on=None, by=page.actor, reason=reason)
    except Conflict as conflict:
        return clash(page, conflict, {"edits": [], "query": "", "reason": reason})
    return done(page, committed, text=reason, reload=True)


def together(made: Sequence[Edit]) -> list[Edit]:
    """Edits of one entity as one: a removal beats changes, changes are joined."""
    by_key: dict[tuple[str, str], Edit] = {}
    for one in made:
        before = by_key.get((one.kind, one.id))
        if before is None or one.op == "remove":
            by_key[one.kind, one.id] = one
        elif before.op == "change":
            by_key[one.kind, one.id] = edits.change(one.kind, one.id, **{**before.fields, **one.fields})
    return list(by_key.values())


def consequences(view: View, found: Sequence[Consequence]) -> list[tuple[str, str]]:
    """What refers to what goes: what it is called, and what happens to it; first what concerns others most."""
    told = []
    for one in sorted(found, key=lambda one: (one.edit.op == "remove", WEIGHT.get(one.kind, 5))):
        entity = view.plan.get(one.kind, one.id)
        title = _(KINDS[one.kind].TITLE)
        name = f"{title}: {view.call(entity)}" if entity is not None else title
        if one.edit.op == "remove":
            told.append((name, _("goes with it")))
        else:
            told.append((name, _("loses its “%(field)s”") % {"field": _(fields(one.kind)[one.field].title).lower()}))
    return told


def counted(found: Sequence[Consequence]) -> list[tuple[str, int]]:
    """How many of each kind are touched."""
    seen = Counter(one.kind for one in {(one.kind, one.id): one for one in found}.values())
    kinds = sorted(seen, key=lambda kind: WEIGHT.get(kind, 5))
    return [(_(KINDS[kind].TITLE_PLURAL if seen[kind] > 1 else KINDS[kind].TITLE), seen[kind]) for kind in kinds]


def open_ends(view: View, ids: Sequence[str]) -> list[tuple[str, str]]:
    """What still runs on investments that are to be retired."""
    told = []
    plan = view.plan
    chosen = set(ids)
    for id in ids:
        told += [
            (f"{_('Milestone')}: {one.name}", _("stays open"))
            for one in plan.milestones.by("investment", id)
            if one.done is None
        ]
        for link in plan.dependencies.by("predecessor", id):
            if link.successor not in chosen:
                told.append((view.name_of("investment", link.successor) or "", _("waits for it")))
        told += [(f"{_('AI system')}: {one.name}", _("stays under it")) for one in plan.ai_systems.by("investment", id)]
    return told


def _how(given: object) -> str:
    if given not in ("retire", "delete"):
        raise Invalid(_("It is not said whether to retire or to delete."))
    return str(given)
