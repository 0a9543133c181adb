"""Which days a page of facts looks at: a period by name, chosen from a menu or typed into the address."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.view import View
from northing.portfolio.errors import Invalid
from northing.portfolio.periods import EXAMPLES, Period, label, read_period
from northing.report import words
from northing.report.asking_money import twelve_months

from .amounts import period_words

EVERYTHING = "all"
MONTHS = "12 months"
"""The fiscal month of today and the eleven before it, all of them whole, so that they can be compared."""

OFFERED = (
    ("this month", gettext_noop("This month")),
    ("last month", gettext_noop("Last month")),
    ("this quarter", gettext_noop("This quarter")),
    ("last quarter", gettext_noop("Last quarter")),
    ("last 90 days", gettext_noop("Last 90 days")),
    ("this year", gettext_noop("This fiscal year")),
    ("last year", gettext_noop("Last fiscal year")),
    (MONTHS, gettext_noop("Last 12 months")),
    (EVERYTHING, gettext_noop("All there is")),
)
"""As the address says it, and as the menu does."""


@dataclass(frozen=True)
class Window:
    """The days asked for; None means as far as there are facts."""

    text: str
    period: Period | None
    title: str

    def within(self, period: Period) -> Period:
        """What of *period* is asked for; it must touch these days."""
        if self.period is None:
            return period
        return Period(max(period.start, self.period.start), min(period.end, self.period.end))


def window_of(view: View, text: str | None, usual: str) -> Window:
    """The window that *text* names, or *usual*. Raises :class:`Invalid` for text that names no period."""
    wanted = " ".join((text or usual).split())
    title = next((_(one) for name, one in OFFERED if name == wanted), "")
    if wanted == EVERYTHING:
        return Window(wanted, None, title)
    start, _sep, end = wanted.partition("..")
    if wanted == MONTHS:
        return Window(wanted, twelve_months(view), title)
    found = _between(view, start, end) if end else read_period(wanted, view.plan.calendar, view.today)
    if found is None:
        raise Invalid(
            _("There is no period “%(text)s”.") % {"text": wanted[:40]},
            remedy=_("Write one of: %(examples)s.") % {"examples": EXAMPLES},
        )
    return Window(wanted, found, title or called(view, found))


def _between(view: View, start: str, end: str) -> Period | None:
    """``2026-01-01..2026-03-15``: both days included."""
    first, last = (read_period(one, view.plan.calendar, view.today) for one in (start, end))
    return Period(first.start, last.end) if first and last and first.start < last.end else None


def called(view: View, period: Period) -> str:
    """A period by its name, or by its days where it has none."""
    found = label(view.plan.calendar, period)
    return words.period(period) if " to " in found else period_words(period, found)


def offered(current: Window) -> list[tuple[str, str, bool]]:
    """The entries of the menu: name, title, whether it is the one chosen."""
    return [(name, _(title), name == current.text) for name, title in OFFERED]
