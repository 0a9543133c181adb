"""``northing choose``: the best plan under the plan's limits, why it is so, as a scenario, or as a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from northing.cli.desk import Desk
from northing.cli.optimise import Gap
from northing.portfolio.errors import Invalid

if TYPE_CHECKING:
    from northing.report.choosing import Sheet
    from northing.report.choosing_data import AnswerSaid
    from northing.report.choosing_why import PriceSaid, ReasonSaid

STATES = {
    "comes-in": "comes in", "goes-out": "goes out", "changes": "changes", "stays-in": "in", "stays-out": "out",
}  # fmt: skip


def _pairs(context: click.Context, param: click.Parameter, given: Iterable[str]) -> dict[str, str]:
    """``NAME=VALUE``, the last ``=`` parting them."""
    found = {}
    for one in given:
        name, sign, value = one.rpartition("=")
        if not sign or not name:
            raise click.BadParameter(f"“{one}” is not NAME=VALUE.", ctx=context, param=param)
        found[name.strip()] = value.strip()
    return found


def _many[F: Callable[..., Any]](flag: str, metavar: str, words: str) -> Callable[[F], F]:
    return click.option(flag, multiple=True, callback=_pairs, metavar=metavar, help=words)


@click.command()
@_many("--most", "LIMIT=AMOUNT", "Try a limit at most so high; of a role, how many people more or fewer.")
@_many("--least", "LIMIT=AMOUNT", "Try a limit at least so high.")
@_many("--price", "MODEL=FACTOR", "Try the price of an AI model: 0.6 is 40 % cheaper.")
@_many("--pin", "INVESTMENT=HOW", "in, out, free, or one of its ways: planned+6, a variant's name.")
@click.option("--spare", multiple=True, metavar="INVESTMENT", help="A must-do that need not be done.")
@click.option("--churn", type=click.IntRange(0), help="Decide at most so many otherwise than the plan of record.")
@click.option("--worth", type=click.Choice(["claimed", "cash"]), default="claimed", show_default=True)
@click.option("--seconds", type=click.FloatRange(0.05, 30), default=10.0, show_default=True, help="Stop after so long.")
@click.option("--gap", type=Gap(), default=0.0, help="Stop when the plan is proved to be so near the best: 0.1%.")
@click.option("--why", metavar="INVESTMENT", help="Say what brings it in, or whom it displaces.")
@click.option("--prices", is_flag=True, help="Say what one more unit of each limit would bring.")
@click.option("--save", metavar="SCENARIO", help="Take the answer into a new scenario.")
@click.option("--reason", default="", help="Why; it stands in the history.")
@click.option("--write", metavar="FILE", help="Write the choice as a file for northing optimise; - is standard output.")
@click.pass_obj
def choose(
    desk: Desk, /, seconds: float, gap: float, why: str | None, prices: bool, save: str | None, reason: str,
    write: str | None, **tried: Any,
) -> None:  # fmt: skip
    """Choose the best plan under the limits of the plan, or of the scenario of --at. Records nothing without --save."""
    desk.actor.require("read", "choose")
    from northing.report.choosing import sheet
    from northing.report.choosing_data import answered, as_file, investment_called, named_moves
    from northing.report.choosing_moves import Moves

    plain = sheet(desk.workspace, desk.look, Moves(worth=tried["worth"]))
    moves = named_moves(
        plain, most=tried["most"], least=tried["least"], prices=tried["price"], pins=tried["pin"],
        spared=tried["spare"], churn=tried["churn"], worth=tried["worth"],
    )  # fmt: skip
    asked = sheet(desk.workspace, desk.look, moves)
    owner = (desk.workspace.id, desk.actor.id)
    if write is not None:
        _write(desk, as_file(asked), write)
        return
    if why is not None or prices:
        _why(desk, asked, owner, None if why is None else investment_called(asked, why))
        return
    told, found = answered(asked, owner, seconds=seconds, gap=gap)
    if save is not None:
        _save(desk, asked, None if found is None else found.plan, save, reason)
        return
    if desk.json:
        desk.answer(told, revision=desk.at.no)
    else:
        for line in lines(told):
            desk.tell(line)


def lines(told: AnswerSaid) -> Iterator[str]:
    """The answer for a person: the verdict, what is decided otherwise, and what clashes."""
    code = told.currency
    if told.clash is not None:
        yield "No plan keeps all limits."
        yield "These cannot all be kept:" if told.clash.smallest else "Among these there is a clash:"
        yield from (f"  {one}" for one in told.clash.limits)
        if told.clash.repair:
            yield "The cheapest repair:"
            yield from (f"  {one.words}" for one in told.clash.repair)
    elif told.value is None:
        yield "No plan keeps all limits." if told.status == "impossible" else "No plan was found in this time."
    elif not told.rows:
        yield "There is nothing to choose: nothing is planned from the next period on."
    else:
        sure = "no plan is worth more." if told.gap == 0 else "how far from the best is not known."
        if told.gap:
            sure = f"no plan is worth more than {told.bound:,} {code}, so at most {told.gap:.3%} are missing."
        yield f"Value {told.value:,} {code} for {told.money:,} {code} from {told.start} on; {sure}"
        changed = [row for row in told.rows if row.state in ("comes-in", "goes-out", "changes")]
        for row in sorted(changed, key=lambda row: list(STATES).index(row.state)):
            way = f" ({row.way})" if row.way not in ("", "planned") else ""
            yield f"  {STATES[row.state]}: {row.number or ''} {row.name}{way}, {row.cost:,} {code}"
        if not changed:
            yield "The plan stays as it is."
    yield from told.findings


def _write(desk: Desk, octets: bytes, file: str) -> None:
    if file == "-":
        sys.stdout.buffer.write(octets)
        return
    path = Path(file)
    try:
        path.write_bytes(octets)
    except OSError as wrong:
        raise Invalid(f"“{file}” cannot be written: {wrong.strerror}.") from None
    if desk.json:
        desk.answer({"file": file}, revision=desk.at.no)
    else:
        desk.tell(f"{file} is written: northing optimise {file}.")


def _why(desk: Desk, asked: Sheet, owner: object, investment: str | None) -> None:
    from northing.report.choosing_why import prices, reason

    if investment is None:
        found = prices(asked, owner)
        if desk.json:
            desk.answer(found, revision=desk.at.no)
        else:
            for line in _price_lines(found, asked.found.currency):
                desk.tell(line)
        return
    told = reason(asked, owner, investment)
    if desk.json:
        desk.answer(told, revision=desk.at.no)
    else:
        for line in _reason_lines(told, asked.found.currency):
            desk.tell(line)


def _price_lines(found: Iterable[PriceSaid], code: str) -> Iterator[str]:
    none = True
    for one in found:
        none = False
        yield f"{one.words} brings {'' if one.proved else 'about '}{one.gain:,} {code}."
    if none:
        yield "One more unit of any limit brings nothing."


def _reason_lines(told: ReasonSaid, code: str) -> Iterator[str]:
    if not told.chosen:
        yield f"{told.name} is out{', pinned by hand' if told.pinned else ''}."
        for one in told.changes:
            yield f"  in if {'' if one.proved else 'about '}{one.words}"
        return
    loss = (
        ""
        if told.loses is None
        else f"; without it the plan loses {'' if told.proved else 'about '}{told.loses:,} {code}"
    )
    yield f"{told.name} is in{loss}."
    if told.instead:
        yield f"  in its place: {', '.join(told.instead)}"
    if told.leaves:
        yield f"  with it would go: {', '.join(told.leaves)}"


def _save(desk: Desk, asked: Sheet, plan: Any, name: str, reason: str) -> None:
    from northing.report.choosing_saving import decisions, save, taking

    if plan is None:
        raise Invalid("There is no plan to save.", remedy="northing choose says which limits clash.")
    words = {True: "Given back: chosen out or smaller", False: "Given: chosen in"}
    made = taking(asked, decisions(asked, plan), words)
    if not made.edits:
        raise Invalid("The plan as it is is the answer: there is nothing to record.")
    said = reason or "Take in the best plan under the limits"
    done = save(desk.workspace, made, desk.at, scenario=name.removeprefix("scenario:"), by=desk.actor, reason=said)
    if desk.json:
        desk.answer(done.revision, revision=done.revision.no, decisions=made.decisions)
    else:
        desk.tell(f"“{name}” is r{done.revision.no}: {len(made.decisions)} decisions, {len(made.moves)} transfers.")
