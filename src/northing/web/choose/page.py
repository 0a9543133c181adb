"""The page of choices: the best plan under limits that can be moved, on the plan of record or in a scenario."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.receipts.choosing import WORTHS
from northing.portfolio.errors import Invalid
from northing.report import words
from northing.report.choosing import Impossible, Outcome, Sheet, ask, sheet
from northing.report.choosing_moves import Moves, read
from northing.web.frame.context import Page, page

from .controls import parts, pinned
from .told import Row, Told, told

FIRST, WATCH, PATIENCE = 2.0, 1.5, 0.3
"""Seconds: the first answer of a page, a look for a better one, and how much longer a page waits for the best."""
MANY = 1000
"""Investments whose lines a page has at the most."""
RANK = {"comes-in": 0, "goes-out": 1, "changes": 2, "stays-in": 3, "stays-out": 4}
"""In the table what is decided otherwise stands first."""


def asked_for(request: HttpRequest) -> Moves:
    """What the address tries."""
    return read([(name, value) for name in request.GET for value in request.GET.getlist(name)])


def opened_sheet(opened: Page, moves: Moves) -> Sheet:
    return sheet(opened.workspace, opened.look, moves)


def owner(opened: Page) -> tuple[Any, ...]:
    """Whose solver it is: each person has one a workspace."""
    return (opened.workspace.id, opened.actor.id)


def query(moves: Moves) -> str:
    return urlencode(list(moves.pairs()))


@page("choose", methods=("GET", "HEAD", "POST"))
def choose(opened: Page) -> HttpResponse:
    """Limits and pins; what is in, out and moved, what it is worth, and what it takes of each limit."""
    if opened.request.method == "POST":  # without a script: the whole form, of which what was moved becomes the address
        return HttpResponseRedirect(_typed(opened))
    wrong: Invalid | None = None
    answer: Outcome | None = None
    try:
        moves = asked_for(opened.request)
        asked = opened_sheet(opened, moves)
    except Invalid as problem:
        wrong, moves = problem, Moves()
        asked = opened_sheet(opened, moves)
    if asked.found.offers and wrong is None:
        try:
            answer = ask(asked, owner(opened), wait=FIRST, patience=PATIENCE)
        except Invalid as problem:
            wrong = problem
    said = told(asked, answer) if answer is not None else None
    row_of = {row.id: row for row in said.rows} if said else {}
    offers = sorted(asked.found.offers, key=lambda one: RANK[row_of[one.id].state] if one.id in row_of else 0)

    def with_moves(path: str, **more: str) -> str:
        return opened.link(path, **dict(moves.pairs()), **more)

    def figure_of(measure: str, row: Row) -> Figure | None:
        if moves.worth not in WORTHS:
            return None
        return figure(f"choice.{measure}", id=row.id, way=row.name, worth=moves.worth)

    return opened.render(
        "choose/page.html",
        title=_("Choose"),
        lead=said.lead if said else _lead(asked, wrong),
        said=said,
        wrong=wrong,
        impossible=isinstance(wrong, Impossible),
        parts=parts(opened, asked),
        rows=[pinned(opened, asked, offer) for offer in offers[:MANY]],
        row_of=row_of,
        with_moves=with_moves,
        figure_of=figure_of,
        names={offer.id: offer.investment.name for offer in asked.found.offers},
        findings=asked.findings,
        moves=moves,
        query=query(moves),
        limits=any(bound.spans for bound in asked.found.bounds),
        currency=asked.found.currency,
        start=words.day(asked.found.ahead.start),
        rate=words.percent(asked.found.discount, 1),
        words_of_script={
            "working": _("working it out …"),
            "gone": _("The server cannot be reached."),
            "none": _("No plan keeps all of these limits."),
        },
    )


def _lead(asked: Sheet, wrong: Invalid | None) -> str:
    if not asked.found.offers:
        return _("Nothing is planned from %(day)s on, so there is nothing to choose.") % {
            "day": words.day(asked.found.ahead.start)
        }
    if isinstance(wrong, Impossible):
        return _("No plan keeps all of these limits.")
    return wrong.message if wrong is not None else _("The answer is being worked out.")


def _typed(opened: Page) -> str:
    """The address of what a form without a script says: only what is moved from where the plan has it."""
    given = opened.request.POST
    kept = [
        (name, value)
        for name, value in ((one, given[one]) for one in given)
        if name != "csrfmiddlewaretoken" and not name.startswith("plan.") and value != given.get(f"plan.{name}", "")
    ]
    return opened.link("choose") + ("?" + urlencode(kept) if kept else "")


@page("choose")
def answer(opened: Page) -> HttpResponse:
    """The answer to what the address tries, as data: at once, or with ``rest`` as soon as it is better than that."""
    rest = opened.request.GET.get("rest", "")
    moves = asked_for(opened.request)
    asked = opened_sheet(opened, moves)
    better = float(rest) if rest.replace(".", "", 1).replace("e-", "", 1).isdigit() else None
    found = ask(asked, owner(opened), wait=FIRST if better is None else WATCH, better=better)
    said: Told | None = told(asked, found) if found is not None else None
    return HttpResponse(msgspec.json.encode({"told": said, "query": query(moves)}), content_type="application/json")
