"""``northing return``: what is claimed to come of investments, beside what they cost; and what work cost."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from northing.cli.asking import currency, days, looked, of_level, told, window
from northing.cli.desk import Desk
from northing.cli.money import warn

if TYPE_CHECKING:
    from northing.report.return_data import ReturnSaid, ReturnsSaid

SHOWN = 25
"""Items in a table; ``--json`` gives all."""


@click.command(name="return")
@of_level
@days
@currency
@click.pass_obj
def returned(
    desk: Desk, level: str | None, name: str | None, period: str | None, start: date | None, until: date | None,
    currency: str | None,
) -> None:  # fmt: skip
    """Show claimed return by value stream, and what the work of these months cost.

    LEVEL is value-stream, team or investment. Days: the last 90 if not said, in fiscal months that are over.
    """
    look = looked(desk, currency)
    from northing.measure.flow.asked import read_whose
    from northing.measure.flow.flowing import usual_days
    from northing.report import return_data

    view = look.view
    whose = read_whose(view, (level or "organisation").replace("-", "_"), name)
    said = return_data.returns_said(view, whose, window(look, period, start, until) or usual_days(view))
    if desk.json:
        desk.answer(said, revision=look.at.no, at=str(look.at), findings=said.findings)
        return
    _claimed(desk, said)
    _cost(desk, said)
    warn(desk, [], said.findings)


def _claimed(desk: Desk, said: ReturnsSaid) -> None:
    if said.total is None:
        desk.tell("Claims belong to investments and value streams; a team has none.")
        return
    rows = said.streams if said.level == "organisation" else [*said.investments, *said.without_ai]
    if not rows:
        desk.tell("Nobody claims anything.")
        return
    table = [_row(one, one.name or "(no value stream)") for one in rows]
    if said.level == "organisation":
        table += [_row(one, f"{one.name} (no AI system)") for one in said.without_ai]
        table.append(_row(said.total, "Together"))
    desk.table(
        ["", "Cost", "Cash, low", "Likely", "High", "Return, as claimed", "Avoided", "Capacity", "Risk"],
        table,
        right=range(1, 9),
    )
    desk.tell("Claimed, over the whole life; nothing is evidenced or confirmed yet. Types are not added to cash.")


def _row(one: ReturnSaid, name: str) -> list[str]:
    from northing.report import words

    between = ""
    if one.roi and one.cash["likely"].value:
        low, likely, high = (words.percent(one.roi[bound].value) for bound in ("low", "likely", "high"))
        between = f"{likely} ({low} to {high})"
    beside = [
        told(one.by_type[kind]["likely"]) if kind in one.by_type else "" for kind in ("avoidance", "capacity", "risk")
    ]
    return [name, told(one.cost), *(told(one.cash[bound]) for bound in ("low", "likely", "high")), between, *beside]


def _cost(desk: Desk, said: ReturnsSaid) -> None:
    from northing.report import words

    work = said.work
    desk.tell("")
    if work.window is None:
        desk.tell("No month of these days is over yet.")
        return
    facts = {
        "Cost of work": f"{told(work.total)}, {work.window.start} to {work.window.last}",
        "Finished": told(work.finished),
        "In progress, or dropped": told(work.unfinished),
        "Without active work": told(work.unplaced),
        "Of it waiting": told(work.waiting) if work.waiting is not None else "",
    }
    facts |= {kind.capitalize(): told(amount) for kind, amount in work.by_kind.items()}
    desk.facts({name: value for name, value in facts.items() if value})
    if work.teams:
        desk.tell("")
        rows = [
            [one.name or one.id, told(one.cost), told(one.waiting), str(one.finished), _sources(one.months)]
            for one in work.teams
        ]
        desk.table(["Team", "Cost", "Waiting", "Finished", "Months"], rows, right=(1, 2, 3))
    if work.items:
        desk.tell("")
        rows = [
            [one.key or one.item, one.title or "", one.kind or "", str(one.finished or ""), told(one.whole),
             f"by plan {words.money(one.by_plan)}" if one.by_plan else ""]
            for one in work.items[:SHOWN]
        ]  # fmt: skip
        desk.table(["Item", "Title", "Kind", "Finished", "Cost", ""], rows, right=(4,))
        if len(work.items) > SHOWN:
            desk.tell(f"… and {len(work.items) - SHOWN:,} more; --json gives all.")


def _sources(months: dict[str, str]) -> str:
    counts = {source: list(months.values()).count(source) for source in ("booked", "planned", "none")}
    return ", ".join(f"{count} {source}" for source, count in counts.items() if count)
