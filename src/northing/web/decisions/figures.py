"""The figures of a paper, each with the address of its receipt: of the plan before, and of the one after."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from django.utils.translation import gettext as _
from markupsafe import Markup

from northing.measure.address import figure
from northing.portfolio.money import Amounts
from northing.report import words
from northing.report.decisions import EntrySaid, PaperSaid, TransferSaid
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, home_of
from northing.web.frame.figured import figured


class Moving(NamedTuple):
    """A figure that the decision moves: by how much, and from what to what."""

    title: str
    by: str
    why: str
    between: Markup


def moving(opened: Page, said: PaperSaid) -> list[Moving]:
    """Planned money and claimed return."""
    return [
        Moving(
            _("Planned money"),
            moved(said.planned_after - said.planned_before),
            why_moved(opened, said),
            _between(opened, said, "money.plan", said.planned_before, said.planned_after),
        ),
        Moving(
            _("Claimed return, likely"),
            moved(said.claimed_after - said.claimed_before),
            "",
            _between(opened, said, "returns.arising", said.claimed_before, said.claimed_after),
        ),
    ]


def moved(by: Amounts) -> str:
    """ "+€148k"; in words where nothing moves."""
    return words.money_moved(by) if any(by.by_currency.values()) else _("as before")


def why_moved(opened: Page, said: PaperSaid | EntrySaid) -> str:
    """Where it is told of which investments' planned money moves."""
    if not said.before:
        return ""
    found = figure("change.planned", before=said.before, after=said.after)
    return f"{home_of(opened.workspace)}why?{found.query()}"


def _between(opened: Page, said: PaperSaid, measure: str, before: Amounts, after: Amounts) -> Markup:
    told = {
        name: words.money(amounts, short=True) or _("nothing")
        for name, amounts in (("before", before), ("after", after))
    }
    # From the plan of record, also for a scenario's: there, a bare number would name a revision of the scenario.
    of = figure(measure, currency=opened.currency)
    links = {
        name: f"{home_of(opened.workspace)}why?{of.query()}&at={quote(ref)}" if ref else None
        for name, ref in (("before", said.before), ("after", said.after))
    }
    return figured(opened, _("from %(before)s to %(after)s"), told, links)


def transfer(opened: Page, one: TransferSaid) -> tuple[str, str]:
    """A transfer in words, and where it stands in its fund's ledger."""
    text = _("%(amount)s from %(source)s to %(target)s") % {
        "amount": words.amount(one.amount, one.currency),
        "source": words.listed(one.source),
        "target": words.listed(one.target),
    }
    return text, address_of(opened, "transfer", one.id)
