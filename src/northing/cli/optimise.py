"""``northing optimise``: the best plan under the limits that a file says, and how far from the best it can be."""

from __future__ import annotations

import sys
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
@click.pass_obj
def optimise(desk: Desk, file: str, seconds: float, gap: float) -> None:
    """Choose by the problem in FILE (JSON; - reads standard input): the plan, its bound and its gap.

    Needs no workspace. docs/choosing_file.md says what may stand in FILE.
    """
    from northing.decide.build import build
    from northing.decide.file import answer, read
    from northing.decide.solve import choose

    problem = read(_octets(file))
    model = build(problem)
    found = choose(model, seconds=seconds, goal=gap)
    told = answer(problem, found, model)
    if desk.json:
        desk.answer(told)
        return
    desk.tell(said(told, problem.currency))
    for item in told["plan"] or {}:
        desk.tell(f"  {item}" + (f": {told['plan'][item]}" if told["plan"][item] else ""))


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
