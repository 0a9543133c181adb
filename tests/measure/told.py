"""Small plans told as tables, so that a test can be read without knowing the code.

    objective
      id   | name             | level
      fast | Answer in a day  | board

A line without ``|`` names a kind; the next has the columns; an empty cell is an empty field. ``name`` of a person
goes to the directory; ``tags`` are parted by commas; ``custom.x`` is the custom field with the id x.
"""

from __future__ import annotations

import inspect
from datetime import date
from typing import Any

import msgspec

from northing.measure.columns import view_of
from northing.measure.view import View
from northing.portfolio.entity import Entity
from northing.portfolio.kinds import KINDS, fields
from northing.portfolio.plan import Plan

TODAY = date(2026, 6, 1)


def entities_told(text: str) -> tuple[list[Entity], dict[str, str]]:
    kind, header = "", None
    found: list[Entity] = []
    names: dict[str, str] = {}
    for line in inspect.cleandoc(text).splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if "|" not in line:
            if line.strip() in KINDS:
                kind, header = line.strip(), None
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if header is None:
            header = cells
            continue
        body = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
        body.setdefault("id", f"{kind}-{len(found)}")
        if kind == "person" and "name" in body:
            names[body["id"]] = body.pop("name")
        found.append(_entity(kind, body))
    return found, names


def _entity(kind: str, body: dict[str, Any]) -> Entity:
    custom = {name.removeprefix("custom."): body.pop(name) for name in list(body) if name.startswith("custom.")}
    for name in list(body):
        if fields(kind)[name].type == "texts":
            body[name] = [part.strip() for part in body[name].split(",")]
        elif fields(kind)[name].type == "flag":
            body[name] = body[name] == "yes"
        elif name == "withheld":
            body[name] = dict([body[name].split(": ")])
    return msgspec.convert({**body, "custom": custom}, KINDS[kind], strict=False)


def plan_told(text: str, no: int = 1) -> Plan:
    return Plan.of("acme", "main", no, entities_told(text)[0])


def view_told(text: str, today: date = TODAY, **more: Any) -> View:
    found, names = entities_told(text)
    return view_of(Plan.of("acme", "main", 1, found), names, today, **more)
