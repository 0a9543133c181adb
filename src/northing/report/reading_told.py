"""Which policy read whose work, in words: one by its name, several with the teams and the items of each."""

from __future__ import annotations

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.flow.asked import Asked
from northing.measure.view import View

from . import words


class ReaderSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One policy, and what of the work it read."""

    id: str
    policy: str
    number: str | None
    teams: list[str]
    """The teams whose items these are."""
    others: bool
    """Whether items of no team are among them."""
    items: int

    @property
    def whose(self) -> str:
        """ "Claims, Fraud and work of no team" """
        return ", ".join([*self.teams, *([_("work of no team")] if self.others else [])])


def readers_said(view: View, found: Asked) -> list[ReaderSaid]:
    """Each policy that read something; one that read everything stands alone, without teams."""
    if len(found.parts) < 2:
        policy = found.policy
        return [
            ReaderSaid(id=policy.id, policy=policy.name, number=policy.number, teams=[], others=False,
                       items=len(found.work.items))
        ]  # fmt: skip
    return [
        ReaderSaid(
            id=part.policy.id, policy=part.policy.name, number=part.policy.number, others=part.others,
            teams=sorted(words.name(view, "team", team) for team in part.teams), items=len(part.ids),
        )
        for part in found.parts
    ]  # fmt: skip


def unread_said(view: View, found: Asked) -> list[str]:
    """Whose work no policy reads."""
    return [words.name(view, "team", team) if team else _("work of no team") for team in found.unread]


def read_by(found: Asked) -> str:
    """ "Claims board", or "4 policies"."""
    many = len(found.parts)
    if many < 2:
        return found.policy.name
    return ngettext("%(n)s policy", "%(n)s policies", many) % {"n": words.number(many)}


def read_in_full(view: View, found: Asked) -> str:
    """ "2 policies: Every board (300 items: Claims, Fraud); Policy service (42 items: Service)" and what none reads."""
    said = [read_by(found)]
    if len(found.parts) > 1:
        each = "; ".join(
            f"{one.policy} ({items_of(one.items)}: {one.whose})" for one in readers_said(view, found)
        )  # fmt: skip
        said = [_("%(count)s: %(each)s") % {"count": said[0], "each": each}]
    if found.unread:
        said.append(_("read by none: %(names)s") % {"names": ", ".join(unread_said(view, found))})
    return "; ".join(said)


def items_of(count: int) -> str:
    return ngettext("%(n)s item", "%(n)s items", count) % {"n": words.number(count)}
