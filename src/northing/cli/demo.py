"""``northing demo``: the sample organisation, loaded once and kept; and the server on it."""

from __future__ import annotations

import secrets
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from northing.cli.desk import Desk, Step, open_django
from northing.portfolio.errors import Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from northing.access.actor import Actor
    from northing.access.models import Workspace
    from northing.record import Record
    from northing.sources import sample

SEATS = {"ana": "owner", "tomasz": "planner", "kwame": "contributor", "noor": "viewer"}
"""Who of the sample's people can log in, and as what. The first one's address is printed."""


class Login(NamedTuple):
    email: str
    password: str | None
    """None where somebody has changed it, and we do not know it."""
    others: tuple[tuple[str, str], ...]
    """(address, role) of the other people who can log in, with the same password."""


def find() -> Workspace | None:
    """The sample's workspace, if it is loaded."""
    from northing.access.models import Workspace
    from northing.sources import sample

    return Workspace.objects.filter(slug=sample.ORGANISATION.slug, is_sample=True).first()


def load(*, password: str | None = None, today: date | None = None, step: Step = lambda by=1: None) -> Workspace:
    """Make the sample's workspace and tell its story into it: all of it, or (where this is interrupted) nothing."""
    from datetime import UTC, datetime

    from django.db import transaction

    from northing.access import directory
    from northing.access.actor import Actor
    from northing.access.models import Workspace
    from northing.access.workspaces import create_workspace
    from northing.record import Record
    from northing.report import deciding
    from northing.sources import sample

    organisation = sample.ORGANISATION
    if Workspace.objects.filter(slug=organisation.slug).exists():
        raise Invalid(f"There is a workspace “{organisation.slug}” already, and it is not the sample.")
    with transaction.atomic():
        workspace = create_workspace(
            organisation.name, organisation.slug, zone=organisation.zone, currency=organisation.currency, is_sample=True
        )
        people = sample.directory()
        directory.remember(workspace.id, people)
        _seat(workspace, password or secrets.token_urlsafe(9))
        record = Record(workspace.id)
        ends = today or datetime.now(UTC).date()

        def actor_of(id: str) -> Actor:
            return Actor(id=id, role="owner", workspace=workspace.id, name=people[id].name, via="demo")

        for told in _told(ends):
            actor = actor_of(told.by)
            if isinstance(told, sample.Incoming):
                _take_in(workspace, record, told, actor)
            else:
                record.commit(told.edits, on=None, by=actor, reason=told.reason, effective_on=told.effective_on)
                for tag in told.tags:
                    record.tag(tag, by=actor, note=told.reason)
            step()
        for proposal in sample.proposals(ends):
            _propose(workspace, proposal, ends, actor_of)
            step()
        for merged in (one for one in sample.proposals(ends) if one.merged):
            deciding.merge(workspace, merged.name, by=actor_of(sample.person(merged.by)), reason=merged.why)
    return workspace


def _propose(workspace: Workspace, told: sample.Proposal, today: date, actor_of: Callable[[str], Actor]) -> None:
    """One scenario, as people at their pages would begin, discuss, submit and judge it."""
    from northing.portfolio.deciding import Verdict
    from northing.record import Record
    from northing.sources import sample

    record, theirs = Record(workspace.id), actor_of(sample.person(told.by))
    record.fork(told.name, by=theirs, reason=told.why)
    line = Record(workspace.id, told.name)
    for reason, edits in told.steps:
        line.commit(edits, on=None, by=theirs, reason=reason)
    for one in told.remarks:
        line.commit([sample.remark(one, today)], on=None, by=actor_of(sample.person(one.by)), reason="A comment")
    if told.asked is not None:
        record.say(told.name, told.asked, submit=True, by=theirs)
    for verdict in told.verdicts:
        record.judge(
            told.name, Verdict(verdict.verdict), digest=record.standing(told.name).digest,
            by=actor_of(sample.person(verdict.by)), reason=verdict.words,
        )  # fmt: skip


def _told(today: date) -> Iterator[sample.Step | sample.Incoming]:
    """What is decided and what is delivered, in the order of its days."""
    from heapq import merge

    from northing.sources import sample

    told: list[Iterator[sample.Step | sample.Incoming]] = [sample.story(today=today), sample.deliveries(today=today)]
    yield from merge(*told, key=_day)


def _day(told: sample.Step | sample.Incoming) -> date:
    from northing.sources import sample

    return told.on if isinstance(told, sample.Incoming) else told.effective_on


def _take_in(workspace: Workspace, record: Record, told: sample.Incoming, actor: Actor) -> None:
    """One input, by the very way that a user's file takes."""
    from northing.report.delivering import deliver
    from northing.sources.facts import READERS

    source = record.plan().sources[told.source]
    deliver(
        workspace, source, READERS[source.reader], told.pages(), name=told.name, by=actor, received=told.received,
        effective_on=told.on,
    )  # fmt: skip


def _seat(workspace: Workspace, password: str) -> None:
    from northing.access.members import new_user
    from northing.access.models import User
    from northing.access.workspaces import add_member
    from northing.sources import sample

    people, hashed = sample.directory(), ""
    for key, role in SEATS.items():
        person = sample.person(key)
        detail = people[person]
        user = User.objects.filter(email=detail.email).first()
        if user is None and not hashed:
            user = new_user(str(detail.email), password, detail.name)
            hashed = user.password
        elif user is None:
            # One password for all of them is hashed once: that takes half a second.
            user = new_user(str(detail.email), None, detail.name)
            user.password = hashed
            user.save(update_fields=["password"])
        add_member(workspace, user, role, person=person)
    # The password is the sample's alone and printed at each start, so it may be written down for its owner.
    note = _note()
    note.unlink(missing_ok=True)
    note.touch(mode=0o600)
    note.write_text(password)


def _note() -> Path:
    from django.conf import settings

    return Path(settings.HOME) / "sample-password"


def login(workspace: Workspace) -> Login:
    """How to come in: the first seat's address, and the password if it is still the one that was given out."""
    from northing.access.members import members
    from northing.sources import sample

    people = sample.directory()
    seats = {place.person: place for place in members(workspace)}
    first, *rest = (sample.person(key) for key in SEATS)
    note = _note()
    given = note.read_text() if note.exists() else ""
    mine = seats.get(first)
    known = bool(given) and mine is not None and mine.user.check_password(given)
    return Login(
        email=str(people[first].email),
        password=given if known else None,
        others=tuple((seats[person].user.email, seats[person].role) for person in rest if person in seats),
    )


def remove() -> None:
    """Delete the sample: its workspace, its record, and the logins that have no place elsewhere."""
    from django.db import transaction

    from northing.access.models import Membership, User
    from northing.record.erasing import erase

    workspace = find()
    if workspace is None:
        raise NotFound("The sample organisation is not loaded.")
    with transaction.atomic():
        users = list(Membership.objects.filter(workspace=workspace).values_list("user_id", flat=True))
        erase(workspace.id)
        workspace.delete()
        User.objects.filter(pk__in=users, memberships=None, email__endswith="@fenmarch.example").delete()
    _note().unlink(missing_ok=True)


@click.command()
@click.option("--remove", "removing", is_flag=True, help="Delete the sample organisation and its logins.")
@click.option("--no-serve", is_flag=True, help="Only load it.")
@click.option("--password", help="The password of its logins; made up and printed without this.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day shortly after which its story ends.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), envvar="NORTHING_PORT", help="The port to try first.")
@click.pass_obj
def demo(
    desk: Desk, removing: bool, no_serve: bool, password: str | None, today: object, host: str, port: int | None
) -> None:
    """Load the sample organisation and start the server. Again: starts at once, and keeps what you changed."""
    open_django()
    from datetime import datetime

    from northing.cli.migrate import bring_up_to_date

    bring_up_to_date()
    if removing:
        remove()
        desk.answer({"removed": True}) if desk.json else desk.tell("The sample organisation is gone.")
        return
    workspace = find()
    if workspace is None:
        desk.tell("Loading the sample organisation …")
        with desk.progress("Loading") as step:
            workspace = load(password=password, today=today.date() if isinstance(today, datetime) else None, step=step)
    seat = login(workspace)
    if no_serve:
        _tell(desk, workspace, seat, None)
        return
    from northing.cli import serve

    serve.run(
        host=host, port=port or serve.PORT, or_next=True, workers=1, threads=None,
        ready=lambda address: _tell(desk, workspace, seat, address),
    )  # fmt: skip


def _tell(desk: Desk, workspace: Workspace, seat: Login, address: str | None) -> None:
    if desk.json:
        desk.answer(
            {
                "workspace": workspace.slug,
                "address": address,
                "email": seat.email,
                "password": seat.password,
                "others": [{"email": email, "role": role} for email, role in seat.others],
            }
        )
    else:
        if address:
            desk.tell(f"\n  Northing is at  {address}")
        desk.tell(f"  e-mail          {seat.email}")
        desk.tell(f"  password        {seat.password or '(the one you set)'}")
        for email, role in seat.others:
            desk.tell(f"  also            {email} ({role})")
        if address:
            desk.tell("\nCtrl-C ends it. Everything is kept; `northing demo --remove` deletes the sample.")
    sys.stdout.flush()
