"""People come into a workspace, change roles, leave; tokens and sessions end with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from northing.access import directory, invitations, members, tokens, workspaces
from northing.access.actor import NEEDS, RANK, Actor
from northing.access.models import Invitation, Token, User, Workspace
from northing.portfolio.errors import Invalid, NotAllowed, NotFound
from northing.portfolio.reading import PersonDetails
from northing.record import Record
from northing.record.enrolment import enrol_invited
from tests.actors import actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return members.new_user("Ana@Acme.example", "correct horse 1 battery", "Ana Ferreira")


@pytest.fixture
def bob() -> User:
    return members.new_user("bob@acme.example", "correct horse 2 battery", "Bob Kim")


@pytest.fixture
def acme(ana: User) -> Workspace:
    return workspaces.create_workspace("Acme", owner=ana)


@pytest.fixture
def as_ana(ana: User, acme: Workspace) -> Actor:
    return actor_for(ana, "acme", "cli")


def _counting(asked: list[str]) -> Any:
    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    return count


def test_each_role_may_what_the_ones_below_it_may() -> None:
    """owner > planner > contributor > viewer; an undeclared verb or role is never allowed."""
    allowed = {
        role: {verb for verb in NEEDS if Actor("p", role, "w", "n", "web").may(verb)} for role in [*RANK, "king"]
    }
    assert allowed == {
        "viewer": {"read"},
        "contributor": {"read", "suggest"},
        "planner": {"read", "suggest", "plan"},
        "owner": {"read", "suggest", "plan", "own"},
        "king": set(),
    }
    assert not Actor("p", "owner", "w", "n", "web").may("fly")


def test_refusal_says_which_role_it_takes_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NotAllowed, match="takes a planner") as refused:
        Actor("person-1", "viewer", "w", "Vera", "api").require("plan", "change the plan")
    assert refused.value.remedy
    assert "owner" in refused.value.remedy
    assert "refused plan: person=person-1" in caplog.text
    assert "Vera" not in caplog.text


def test_foreign_and_absent_workspaces_are_told_apart_by_nothing(ana: User, bob: User, acme: Workspace) -> None:
    """Neither by what is said nor by how much is asked of the database."""
    answers = []
    for slug in ("acme", "no-such-place"):
        asked: list[str] = []
        with connection.execute_wrapper(_counting(asked)), pytest.raises(NotFound) as refused:
            actor_for(bob, slug)
        answers.append((refused.value.as_dict(), asked))
    assert answers[0] == answers[1]
    assert actor_for(ana, "acme").role == "owner"


def test_an_address_is_one_user_however_it_is_written(ana: User) -> None:
    assert ana.email == "ana@acme.example"
    with pytest.raises(Invalid, match="already"):
        members.new_user("ANA@acme.example", "another 1 password")
    with pytest.raises(Invalid, match="not an e-mail"):
        members.new_user("ana", "another 1 password")


def test_weak_passwords_are_refused_with_the_reason() -> None:
    with pytest.raises(Invalid) as refused:
        members.new_user("eve@acme.example", "password")
    assert {finding.code for finding in refused.value.findings} == {"weak-password"}
    assert not User.objects.filter(email="eve@acme.example").exists()


def test_an_invitation_is_taken_once_by_the_invited_address(
    ana: User, bob: User, acme: Workspace, as_ana: Actor
) -> None:
    invitation, secret = invitations.invite(acme, "Bob@acme.example", "contributor", by=as_ana, user=ana)
    assert secret not in {invitation.hash, invitation.email}
    with pytest.raises(Invalid, match=r"for bob@acme\.example"):
        invitations.accept(secret, user=ana)
    membership = invitations.accept(secret, user=bob)
    assert (membership.role, actor_for(bob, "acme").role) == ("contributor", "contributor")
    with pytest.raises(NotFound, match="not open any more"):
        invitations.accept(secret, user=bob)


def test_an_invitation_makes_a_new_user_known_to_the_directory(acme: Workspace, as_ana: Actor) -> None:
    """Cleo was in the plan before she could log in: she stays the same person."""
    directory.remember(acme.id, {"person-cleo": PersonDetails(name="Cleo Park", email="cleo@acme.example")})
    _, secret = invitations.invite(acme, "cleo@acme.example", "viewer", by=as_ana)
    membership = invitations.accept(secret, name="Cleo Park", password="three blind mice 3")
    assert membership.person == "person-cleo"


def test_who_joins_can_own_things(ana: User, acme: Workspace, as_ana: Actor) -> None:
    """Also a viewer, who could not add themself: in the name of who invited them."""
    for email, role in (("dan@acme.example", "viewer"), ("eve@acme.example", "planner")):
        _, secret = invitations.invite(acme, email, role, by=as_ana, user=ana)
        place = invitations.accept(secret, name=email, password="three blind mice 3")
        enrol_invited(place, ana)
        assert place.person in Record(acme.id).plan().people
    authors = [revision.author for revision in Record(acme.id).revisions()]
    assert authors == [place.person, as_ana.id]


def test_invitations_end(ana: User, acme: Workspace, as_ana: Actor) -> None:
    """Withdrawn, replaced by a newer one, or too old: all are the same "not open any more"."""
    _first, first_secret = invitations.invite(acme, "dan@acme.example", "viewer", by=as_ana)
    second, second_secret = invitations.invite(acme, "dan@acme.example", "planner", by=as_ana)
    third, third_secret = invitations.invite(acme, "eve@acme.example", "viewer", by=as_ana)
    invitations.withdraw(acme, second.pk, by=as_ana)
    Invitation.objects.filter(pk=third.pk).update(expires=timezone.now() - timedelta(seconds=1))
    for secret in (first_secret, second_secret, third_secret, "made-up"):
        with pytest.raises(NotFound, match="not open any more"):
            invitations.open_invitation(secret)


def test_only_owners_invite_and_change_roles(bob: User, acme: Workspace) -> None:
    workspaces.add_member(acme, bob, "planner")
    as_bob = actor_for(bob, "acme")
    with pytest.raises(NotAllowed):
        invitations.invite(acme, "x@acme.example", "viewer", by=as_bob)
    with pytest.raises(NotAllowed):
        members.change_role(acme, "bob@acme.example", "owner", by=as_bob)
    with pytest.raises(NotAllowed):
        members.remove_member(acme, "ana@acme.example", by=as_bob)


def test_the_last_owner_stays(ana: User, bob: User, acme: Workspace, as_ana: Actor) -> None:
    for refused in (
        lambda: members.remove_member(acme, ana.email, by=as_ana),
        lambda: members.change_role(acme, ana.email, "viewer", by=as_ana),
    ):
        with pytest.raises(Invalid, match="last one"):
            refused()
    workspaces.add_member(acme, bob, "owner")
    members.remove_member(acme, ana.email, by=as_ana)
    assert [row.user for row in members.members(acme)] == [bob]


def test_a_removed_member_is_out_at_once(bob: User, acme: Workspace, as_ana: Actor) -> None:
    """The session in the browser and the token in the script both die with the membership."""
    workspaces.add_member(acme, bob, "planner")
    _, key = tokens.issue(bob, acme, by=actor_for(bob, "acme"), name="nightly")
    browser = Client()
    browser.force_login(bob)
    assert "_auth_user_id" in browser.session
    assert tokens.bearer(key)
    members.remove_member(acme, bob.email, by=as_ana)
    assert tokens.bearer(key) is None
    bob.refresh_from_db()
    assert browser.session["_auth_user_hash"] != bob.get_session_auth_hash()
    with pytest.raises(NotFound):
        actor_for(bob, "acme")


def test_a_token_is_shown_once_and_never_stronger_than_its_user(bob: User, acme: Workspace, as_ana: Actor) -> None:
    workspaces.add_member(acme, bob, "planner")
    as_bob = actor_for(bob, "acme")
    with pytest.raises(Invalid, match="your own role is planner"):
        tokens.issue(bob, acme, by=as_bob, name="too strong", role="owner")
    token, key = tokens.issue(bob, acme, by=as_bob, name="nightly")
    assert key not in str(vars(Token.objects.get(pk=token.pk)))
    assert key.startswith(token.prefix)
    bearer = tokens.bearer(key)
    assert bearer
    assert bearer.actor.role == "planner"
    assert bearer.actor.via == "api"
    members.change_role(acme, bob.email, "viewer", by=as_ana)
    bearer = tokens.bearer(key)
    assert bearer
    assert bearer.actor.role == "viewer"


def test_expired_revoked_and_made_up_tokens_open_nothing(ana: User, acme: Workspace, as_ana: Actor) -> None:
    expired, expired_key = tokens.issue(
        ana, acme, by=as_ana, name="old", expires=timezone.now() + timedelta(seconds=30)
    )
    Token.objects.filter(pk=expired.pk).update(expires=timezone.now() - timedelta(seconds=1))
    revoked, revoked_key = tokens.issue(ana, acme, by=as_ana, name="leaked")
    tokens.revoke(revoked.prefix, acme, by=as_ana, user=ana)
    for key in (expired_key, revoked_key, "nor_made-up", "", "x" * 10_000, revoked_key[:-1]):
        assert tokens.bearer(key) is None
    ana.is_active = False
    ana.save()
    _, key = tokens.issue(ana, acme, by=as_ana, name="fresh")
    assert tokens.bearer(key) is None


def test_a_member_revokes_only_own_tokens(ana: User, bob: User, acme: Workspace, as_ana: Actor) -> None:
    workspaces.add_member(acme, bob, "planner")
    as_bob = actor_for(bob, "acme")
    token, key = tokens.issue(ana, acme, by=as_ana, name="hers")
    with pytest.raises(NotFound):
        tokens.revoke(token.pk, acme, by=as_bob, user=bob)
    assert tokens.bearer(key)
    with pytest.raises(NotAllowed):
        tokens.of_workspace(acme, by=as_bob)


def test_forgetting_a_person_leaves_the_id(bob: User, acme: Workspace) -> None:
    person = workspaces.add_member(acme, bob, "viewer").person
    assert directory.names(acme.id)[person] == "Bob Kim"
    directory.forget(acme.id, person)
    assert directory.names(acme.id)[person] == directory.FORGOTTEN
    with pytest.raises(NotFound):
        actor_for(bob, "acme")


def test_the_last_owner_is_not_forgotten(ana: User, acme: Workspace, as_ana: Actor) -> None:
    with pytest.raises(Invalid, match="last owner"):
        directory.forget(acme.id, as_ana.id)
    assert directory.names(acme.id)[as_ana.id] == "Ana Ferreira"


def test_two_people_of_one_name_are_not_guessed_between(acme: Workspace) -> None:
    directory.remember(acme.id, {"p1": PersonDetails(name="Kim Lee"), "p2": PersonDetails(name="kim lee")})
    assert directory.find(acme.id, name="Kim Lee") is None
    assert directory.find_or_add(acme.id, "Ona Ray") == directory.find_or_add(acme.id, "ona ray")


@pytest.mark.parametrize(
    ("field", "value"), [("slug", "Two Words"), ("slug", "-x"), ("zone", "Mars/Base"), ("currency", "euro")]
)
def test_a_workspace_needs_sensible_settings(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        workspaces.create_workspace("Acme", **{"slug": "acme-2", field: value})  # type: ignore[arg-type]
    assert [finding.field for finding in refused.value.findings] == [field]


def test_an_address_part_is_taken_once(acme: Workspace) -> None:
    with pytest.raises(Invalid, match="already"):
        workspaces.create_workspace("Acme")
