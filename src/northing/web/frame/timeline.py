"""The slider of a past page: over revisions as they were recorded, or over days as they were reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from northing.record import log
from northing.report.words import day

if TYPE_CHECKING:
    from .context import Page


@dataclass(frozen=True)
class Tick:
    """A plan baseline on the slider."""

    value: int
    name: str
    href: str


@dataclass(frozen=True)
class Bar:
    """``unit`` says what a value is: a revision's number (``no``), or a day counted from year 1 (``day``)."""

    unit: str
    least: int
    most: int
    value: int
    first: str
    last: str
    ticks: tuple[Tick, ...]


def bar(page: Page) -> Bar | None:
    """The slider for the page's own branch and mode; None where there is nothing to slide over."""
    if page.head < 2:
        return None
    tags = [tag for tag in page.record.tags() if tag.branch == page.at.branch]
    if page.mode != "reported":
        return Bar(
            unit="no",
            least=1,
            most=page.head,
            value=max(1, page.at.no),
            first=_("r%(no)s") % {"no": 1},
            last=_("r%(no)s, now") % {"no": page.head},
            ticks=tuple(Tick(tag.no, tag.name, page.again(at=f"tag:{tag.name}")) for tag in reversed(tags)),
        )
    first = log.first_day(page.workspace.id, page.zone)
    newest = page.record.revision(page.head)
    last = max(newest.effective_on or first or date.min, page.local(newest.at).date())
    if first is None or first >= last:
        return None
    shown = min(max(page.today, first), last)
    return Bar(
        unit="day",
        least=first.toordinal(),
        most=last.toordinal(),
        value=shown.toordinal(),
        first=day(first),
        last=day(last),
        ticks=tuple(_reported(page, tag.no, tag.name) for tag in reversed(tags)),
    )


def _reported(page: Page, no: int, name: str) -> Tick:
    revision = page.record.revision(no)
    when = revision.effective_on or page.local(revision.at).date()
    return Tick(when.toordinal(), name, page.again(at=f"tag:{name}"))
