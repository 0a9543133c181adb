"""People and the organisation they stand in.

A body holds no name and no address: these live in the directory outside the chain of revisions, so that a
person can be forgotten while the history stays provable.
"""

from __future__ import annotations

from typing import Annotated

from .entity import Entity, about
from .words import word


class OrgUnit(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A part of the organisation: company, agency, bureau, department, team of teams."""

    KIND, PLURAL = "org_unit", "org_units"
    TITLE, TITLE_PLURAL = word("Organisational unit"), word("Organisational units")

    name: Annotated[str, about("Name")]
    code: Annotated[str | None, about("Code", "Short name or abbreviation.")] = None
    parent: Annotated[str | None, about("Part of", ref="org_unit")] = None


class Person(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who owns, sponsors or reports. The name is in the directory."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "person", "people", word("Person"), word("People")

    org_unit: Annotated[str | None, about("Organisational unit", ref="org_unit")] = None
    job: Annotated[str | None, about("Job")] = None
    left: Annotated[bool | None, about("Has left")] = None


class Team(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """People who work together and keep one backlog."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "team", "teams", word("Team"), word("Teams")

    name: Annotated[str, about("Name")]
    org_unit: Annotated[str | None, about("Organisational unit", ref="org_unit")] = None
    value_stream: Annotated[str | None, about("Value stream", ref="value_stream")] = None
    lead: Annotated[str | None, about("Lead", ref="person")] = None
    work: Annotated[
        str | None,
        about("Its work", "In the filter language, over work items; empty: the items that name the team.", long=True),
    ] = None


class Role(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody does in a team: data engineer, product owner."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "role", "roles", word("Role"), word("Roles")

    name: Annotated[str, about("Name")]
    description: Annotated[str | None, about("Description", long=True)] = None
