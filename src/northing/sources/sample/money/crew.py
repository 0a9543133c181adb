"""Who works on the investments: teams, roles, and what an hour of them costs, with one rise a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from northing.portfolio.edits import Edit, change, create
from northing.sources.sample.cast import person, sample_id, unit
from northing.sources.sample.plot import Plot
from northing.sources.sample.strategy import stream
from northing.sources.sample.timeline import FIRST_MONTH, Event, Timeline


class Crew(NamedTuple):
    """A team: where it stands, who leads it, how many book time, and the currency of its rates."""

    name: str
    unit: str
    stream: str | None
    lead: str
    size: int
    currency: str = "EUR"


CREWS: dict[str, Crew] = {
    "claims": Crew("Claims Automation", "claims", "household", "kwame", 9),
    "fraud": Crew("Fraud and Recovery Analytics", "claims", "recovery", "lindiwe", 5),
    "growth": Crew("Pricing and Submissions", "underwriting", "small-business", "priya", 8),
    "service": Crew("Service Assistants", "service", "policy", "yuki", 7),
    "platform": Crew("AI Platform", "platform", "backbone", "ingrid", 8),
    "risk": Crew("Model Risk", "risk", "backbone", "rosa", 3),
    "uk": Crew("UK Change", "uk", None, "callum", 5, "GBP"),
    "americas": Crew("Americas Delivery", "americas", "specialty", "daniel", 4, "USD"),
}

ROLES: dict[str, tuple[str, str, str]] = {
    "ml": ("Machine learning engineer", "Builds, tests and watches models.", "96.50"),
    "data": ("Data engineer", "Brings data to where a model can use it.", "88.25"),
    "software": ("Software engineer", "Builds what people click on and what calls the models.", "84.75"),
    "owner": ("Product owner", "Decides what is built next, and answers for it.", "101.20"),
    "analyst": ("Business analyst", "Finds out how the work is done today.", "79.40"),
    "validator": ("Model validator", "Tests a model independently before it may be used.", "108.60"),
    "expert": ("Expert on loan", "A handler, underwriter or agent who tests and labels.", "58.30"),
}
"""Role → its name, what it does, and its first rate an hour in euros."""

BUILDERS = ("ml", "data", "software")
"""Whose hours are capitalised."""

SPECIAL = {
    ("uk", "ml"): ("GBP", "91.00"), ("uk", "data"): ("GBP", "83.50"), ("uk", "software"): ("GBP", "78.00"),
    ("uk", "owner"): ("GBP", "94.25"), ("uk", "analyst"): ("GBP", "71.60"), ("uk", "expert"): ("GBP", "49.90"),
    ("uk", "validator"): ("GBP", "99.00"),
    ("americas", "ml"): ("USD", "138.00"), ("americas", "data"): ("USD", "124.50"), ("americas", "software"): ("USD", "119.75"),
    ("americas", "owner"): ("USD", "142.00"), ("americas", "analyst"): ("USD", "103.40"), ("americas", "expert"): ("USD", "77.80"),
    ("americas", "validator"): ("USD", "151.00"),
    ("platform", "ml"): ("EUR", "104.30"),
}  # fmt: skip
"""(team, role) → currency and rate of a card that stands above the role's own."""

RISE = Decimal("1.043")
"""By how much every card rises with the fiscal year that begins within the story."""


def crew_of(plot: Plot) -> str:
    """Which team works on a plot."""
    home, _, org = plot.home.split("/")
    if plot.currency == "GBP" or org == "uk":
        return "uk"
    if org == "americas":
        return "americas"
    if org in ("platform", "risk"):
        return org
    if plot.home.split("/")[1] == "recovery":
        return "fraud"
    return {"claims": "claims", "growth": "growth", "service": "service"}.get(home, "platform")


def role_id(key: str) -> str:
    return sample_id("role", key)


def team_id(key: str) -> str:
    return sample_id("team", key)


def rise_on(time: Timeline) -> date:
    """The day from which the dearer cards hold: the first fiscal year that begins some time into the story."""
    year = time.on(60).year
    while time.day(date(year, FIRST_MONTH, 1)) < 60:
        year += 1
    return date(year, FIRST_MONTH, 1)


def rate(team: str, role: str, on: date, time: Timeline) -> tuple[Decimal, str]:
    """What an hour costs on a day, and in which currency."""
    currency, first = SPECIAL.get((team, role), ("EUR", ROLES[role][2]))
    return (_risen(first) if on >= rise_on(time) else Decimal(first)), currency


def events(time: Timeline) -> Iterator[Event]:
    """Teams, roles and rate cards, and the rise that was agreed before the new fiscal year."""
    teams = [
        create("team", team_id(key), name=made.name, org_unit=unit(made.unit), lead=person(made.lead),
               value_stream=stream(made.stream) if made.stream else None)
        for key, made in CREWS.items()
    ]  # fmt: skip
    roles = [
        create("role", role_id(key), name=name, description=words) for key, (name, words, _) in ROLES.items()
    ]
    yield Event(3, 0, "crew", [*teams, *roles, *_cards(None, None)], "Teams, roles and what an hour of them costs", "matteo")
    new = rise_on(time)
    old = [change("rate_card", card.id, end=new) for card in _cards(None, None)]
    yield Event(time.day(new) - 19, 1, "rates-rise", [*old, *_cards(new, RISE)],
                f"Rate cards from {new.day} {new:%B %Y}: 4.3 % up, as agreed with HR", "matteo")  # fmt: skip


def _cards(start: date | None, rise: Decimal | None) -> list[Edit]:
    mark = "first" if start is None else "risen"
    cards = [
        create("rate_card", sample_id("rate_card", role, mark), role=role_id(role), start=start, currency="EUR",
               expense=_expense(role),
               rate=_risen(rate) if rise else Decimal(rate))
        for role, (_, _, rate) in ROLES.items()
    ]  # fmt: skip
    return cards + [
        create("rate_card", sample_id("rate_card", team, role, mark), role=role_id(role), team=team_id(team), start=start,
               expense=_expense(role),
               currency=currency, rate=_risen(rate) if rise else Decimal(rate))
        for (team, role), (currency, rate) in SPECIAL.items()
    ]  # fmt: skip


def _expense(role: str) -> str:
    return "capex" if role in BUILDERS else "opex"


def _risen(rate: str) -> Decimal:
    return (Decimal(rate) * RISE).quantize(Decimal("0.01"))
