"""``northing optimise``: the best plan under the limits that a file says, and how far from the best it can be."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from northing.cli.desk import Desk
from northing.portfolio.errors import Invalid, NotFound


class Gap(click.ParamType[float]):
    """A share: ``0.001`` or ``0.1%``."""

    name = "gap"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share < 1:
            self.fail(f"“{value}” is no share. Say 0.001 or 0.1%.", param, ctx)
        return share


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--seconds", type=click.FloatRange(0.05, 86_400), default=30.0, help="Stop after so long; else 30.")
@click.option("--gap", type=Gap(), default=0.0, help="Stop when the plan is proved to be so near the best: 0.1%.")
@click.option("--explain", type=click.FloatRange(0, 86_400), default=0.0, help="So many seconds for why it is so.")
@click.pass_obj
def optimise(desk: Desk, file: str, seconds: float, gap: float, explain: float) -> None:
    """Choose by the problem in FILE (JSON; - reads standard input): the plan, its bound and its gap.

    Needs no workspace. docs/choosing_file.md says what may stand in FILE.
    """
    from northing.decide.build import build
    from northing.decide.clash import clash
    from northing.decide.drawn import Drawn
    from northing.decide.explain import explain as explained
    from northing.decide.file import answer, as_json, read
    from northing.decide.nearest import nearest
    from northing.decide.solve import choose

    problem = read(_octets(file))
    drawn = Drawn(problem.items, len(problem.periods))
    model = build(problem, drawn)
    found = choose(model, seconds=seconds, goal=gap)
    found = nearest(problem, drawn, model, found, seconds=min(1.0, seconds / 4))
    told = answer(problem, found, model)
    if found.status == "impossible":
        told["clash"] = json.loads(as_json(clash(problem, seconds=max(seconds, 1.0))))
    elif explain and found.plan is not None:
        told["explained"] = json.loads(as_json(explained(problem, found, seconds=explain)))
    if desk.json:
        desk.answer(told)
        return
    for line in lines(told, problem.currency):
        desk.tell(line)


def lines(told: dict[str, Any], currency: str) -> Iterator[str]:
    """The answer for a person."""
    yield said(told, currency)
    for item, way in (told["plan"] or {}).items():
        yield f"  {item}: {way}" if way else f"  {item}"
    clash = told.get("clash") or {}
    if clash:
        yield "These cannot all be kept:" if clash["smallest"] else "Among these there is a clash:"
        yield from (f"  {limit}" for limit in clash["limits"])
        if clash["repair"]:
            yield "The cheapest repair:"
            yield from (f"  {mend['words']}" for mend in clash["repair"])
    explained = told.get("explained") or {"prices": [], "out": [], "in": []}
    for price in explained["prices"]:
        gain = f"about {price['about']:,.4g}" if price["gain"] is None else f"{price['gain']:,}"
        yield f"{price['words']} brings {gain}."
    for out in explained["out"]:
        for change in out["changes"]:
            yield f"{out['item']} is out; in if {'' if change['shown'] else 'about '}{change['words']}."
    for one in explained["in"]:
        instead = ", ".join(one["instead"]) or "nothing"
        loss = "" if one["worth"] is None else f" (worth {'' if one['shown'] else 'about '}{one['worth']:,} less)"
        yield f"{one['item']} is in; without it: {instead}{loss}."


def said(told: dict[str, Any], currency: str) -> str:
    """The answer in a sentence."""
    if told["status"] == "impossible":
        return "No plan keeps all limits."
    if told["value"] is None:
        return "No plan was found in this time."
    unit = f" {currency}" if currency else ""
    value = f"Value {told['value']:,}{unit}"
    if told["gap"] == 0:
        return f"{value}: no plan is worth more."
    if told["gap"] is None:
        return f"{value}; no plan is worth more than {told['bound']:,}{unit}."
    return f"{value}; no plan is worth more than {told['bound']:,}{unit}, so at most {told['gap']:.3%} are missing."


def _octets(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    path = Path(file)
    if not path.exists():
        raise NotFound(f"There is no file “{file}”.")
    if not path.is_file():
        raise Invalid(f"“{file}” is no file.")
    return path.read_bytes()
