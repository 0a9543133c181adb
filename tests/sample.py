"""The sample organisation as a plan in memory, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from northing.measure.columns import view_of
from northing.measure.view import View
from northing.portfolio.edits import Body, apply, check_body
from northing.portfolio.entity import Entity
from northing.portfolio.plan import Plan
from northing.sources.sample import directory, story

ANA, TOMASZ = "ana.ferreira@fenmarch.example", "tomasz.wieczorek@fenmarch.example"
KWAME = "kwame.asante@fenmarch.example"
"""Addresses by which three of its people log in: who runs its portfolio office, a planner, and a contributor."""


def sample_view(today: date, more: Sequence[Entity] = ()) -> View:
    """The sample as its story leaves it on *today*, and *more* entities in it."""
    bodies: dict[tuple[str, str], Body] = {}
    for step in story(today=today):
        for edit in step.edits:
            body = apply(bodies.get((edit.kind, edit.id)), edit)
            if body is None:
                bodies.pop((edit.kind, edit.id), None)
            else:
                bodies[edit.kind, edit.id] = body
    entities = [check_body(kind, body)[0] for (kind, _), body in bodies.items()]
    names = {id: person.name for id, person in directory().items()}
    return view_of(Plan.of("sample", "main", 1, [*entities, *more]), names, today)
