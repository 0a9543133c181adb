"""The price catalogues that come with Northing: which versions are in force, and taking them in with one click."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from northing.facts.in_force import in_force
from northing.portfolio.facts import Delivery
from northing.report import bundled_prices as bundled
from northing.sources.facts import READERS
from northing.sources.facts.price_catalogue import CATALOGUES, pages, release
from northing.web.frame.context import Page, page

from .saying import delivery_href, received


@dataclass(frozen=True)
class Catalogue:
    """One catalogue: the release that is installed, and the one that is in force."""

    name: str
    installed: str
    in_force: str
    received: str
    href: str

    @property
    def due(self) -> bool:
        """Whether the installed release is not the one in force."""
        return self.in_force != self.installed


def catalogues(opened: Page) -> list[Catalogue]:
    """Both catalogues, in the order in which they are asked."""
    plan = opened.view.plan
    winners = {scope: id for (_source, table, scope), id in in_force(plan).winners.items() if table == "price"}
    told = []
    for name in CATALOGUES:
        found: Delivery | None = plan.deliveries.get(winners.get(name, ""))
        told.append(
            Catalogue(
                name,
                release(name),
                found.name if found is not None else "",
                received(opened, found.received) if found is not None else "",
                delivery_href(opened, found) if found is not None else "",
            )
        )
    return told


@page("sources", methods=("POST",), changes=True, needs="plan")
def take_catalogues(opened: Page) -> HttpResponse:
    """Take in the installed release of every catalogue that is not in force yet."""
    done = bundled.take_in(
        opened.workspace, READERS["prices"], {name: (release(name), pages) for name in CATALOGUES}, by=opened.actor
    )
    new = [one for one in done if one.committed is not None]
    if not new:
        text = json.dumps({"text": _("Nothing new: the installed releases are in force.")})
        messages.info(opened.request, text, extra_tags="toast")
    else:
        names = ", ".join(one.staged.delivery.name for one in new)
        said = {"text": _("In force: %(names)s.") % {"names": names}}
        last = new[-1].committed
        if len(new) == 1 and last is not None:
            said["undo"] = last.revision.no  # type: ignore[assignment]
        messages.success(opened.request, json.dumps(said), extra_tags="toast")
    return HttpResponseRedirect(opened.link("sources") + "#prices")
