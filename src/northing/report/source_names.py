"""What a source may be called: words that tell it from the others, and no path."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from northing.portfolio.entity import derived_id, new_id
from northing.portfolio.errors import Finding, Invalid, NotFound
from northing.portfolio.facts import Source
from northing.portfolio.plan import Plan

LONGEST = 200
PATH = re.compile(r"^(\.{0,2}/|~/|[A-Za-z]:\\|\\)|(^|[/\\])\.\.([/\\]|$)")


def source_name(plan: Plan, text: str, there: Source | None = None) -> str:
    """*text* as the name of *there*, or of a new source. Raises :class:`Invalid` where it is none or taken."""
    name = " ".join(text.split())
    if not name or not name.isprintable() or len(name) > LONGEST:
        raise _wrong(_("A source needs a name."), text, _("Such as “AWS bill”."))
    if PATH.search(name):
        raise _wrong(_("A source's name is a word or a few, not a path."), text, _("Such as “AWS bill”."))
    mine = there.id if there is not None else None
    if any(one.name.casefold() == name.casefold() and one.id != mine for one in plan.sources.values()):
        said = _("There is a source called “%(name)s” already.") % {"name": name}
        raise _wrong(said, text, _("Choose it, or another name."))
    return name


def new_source_id(plan: Plan, name: str) -> str:
    """The id of a new source called *name*: the same for whoever begins it, so that two at once begin one source."""
    id = derived_id("source", name.casefold())
    return new_id() if id in plan.sources else id


def find_source(plan: Plan, which: str) -> Source:
    """The source with this id or name. Raises :class:`NotFound` with those that there are."""
    found: Source | None = plan.sources.get(which)
    if found is not None:
        return found
    wanted = " ".join(which.split()).casefold()
    named: list[Source] = sorted(
        (one for one in plan.sources.values() if one.name.casefold() == wanted), key=lambda one: one.id
    )
    if named:
        return named[0]
    names = ", ".join(f"“{one.name}”" for one in sorted(plan.sources.values(), key=lambda one: one.name)[:12])
    raise NotFound(
        _("There is no source “%(name)s”.") % {"name": which[:100]},
        remedy=_("There are: %(names)s.") % {"names": names} if names else _("There is none yet."),
    )


def _wrong(message: str, value: str, remedy: str) -> Invalid:
    finding = Finding(code="wrong-name", message=message, field="name", value=value[:100] or None, remedy=remedy)
    return Invalid(message, findings=[finding], remedy=remedy)
