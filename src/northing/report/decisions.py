"""Decisions as every door tells them: the log, the paper of one with its effect and dissent, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec
from django.utils.translation import gettext as _

from northing.access import directory
from northing.access.actor import RANK, Actor
from northing.access.members import roles
from northing.access.models import Workspace
from northing.measure.difference import Differences
from northing.measure.returns.claims import claimed
from northing.measure.side_by_side import moves
from northing.measure.view import View
from northing.portfolio.deciding import Decision, DecisionStatus, Verdict
from northing.portfolio.errors import Conflict, Finding, NotFound
from northing.portfolio.ledger import currency_of
from northing.portfolio.money import Amounts
from northing.portfolio.plan import Plan
from northing.record import Branch, Record
from northing.record.approving import Asked, Given, Standing
from northing.record.guarding import decision_of
from northing.record.revision import MAIN

from . import deciding, words
from .asking_money import Named, named
from .scenarios import changes
from .told import difference
from .viewing import Look, look
from .weighing import WeighingSaid, weighings


class VerdictSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What one person said last."""

    by: str
    person: str
    verdict: Verdict
    reason: str
    on: date | None
    counts: bool
    """Whether it is about what is asked now, and from somebody whose word counts."""


class AskedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule of the plan of record asks for."""

    rule: str
    why: str
    approvals: int
    of: str
    """The least role; with ``only`` one person."""
    only: str
    given: list[str]
    lacking: int
    can: list[str]
    """Who could give what is lacking."""


class TransferSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Money that moves between accounts with the decision."""

    id: str
    amount: Decimal
    currency: str
    source: list[str]
    target: list[str]
    reason: str


class PaperSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One decision: what, why, which alternatives, what it changes and brings, who agreed and who did not."""

    id: str
    number: str | None
    name: str
    status: DecisionStatus
    why: str
    alternatives: str
    effect: str
    scenario: str
    by: str
    """Who submitted it."""
    submitted_on: date | None
    decided_by: str
    decided_on: date | None
    revision: int | None
    """The merge that brought it into force; None where it is not."""
    on: int | None
    """The scenario's revision that was submitted."""
    due: date | None
    outcome: str
    outcome_on: date | None
    taken_in: list[Named]
    ended: list[Named]
    moved: list[Named]
    changed: list[Named]
    others: int
    """Entries that changed and belong to no investment."""
    before: str
    after: str
    """The plan of record and the plan that is asked for, as references; of what is in force, around its merge."""
    planned_before: Amounts
    planned_after: Amounts
    claimed_before: Amounts
    claimed_after: Amounts
    transfers: list[TransferSaid]
    weighings: list[WeighingSaid]
    """Scoring models that weigh otherwise, and who wins and who loses by it."""
    limits: list[str]
    """Limits that would not hold, in words: with them it is not merged."""
    already: list[str]
    """Limits that do not hold today either, and are not broken worse."""
    asked: list[AskedSaid]
    verdicts: list[VerdictSaid]
    digest: str
    """Of the scenario as it is: what a verdict is given on."""
    stale: bool
    """Whether the scenario has changed since it was submitted."""
    behind: int
    clash: bool
    """Whether the plan of record has changed a field that the scenario changes, too."""

    @property
    def lacking(self) -> list[AskedSaid]:
        return [one for one in self.asked if one.lacking]

    @property
    def open(self) -> bool:
        """Whether it is still drawn or asked for."""
        return self.revision is None

    @property
    def dissent(self) -> list[VerdictSaid]:
        return [one for one in self.verdicts if one.verdict is Verdict.REJECT]


class EntrySaid(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the decision log."""

    id: str
    number: str | None
    name: str
    status: DecisionStatus
    scenario: str
    why: str
    by: str
    on: date | None
    """When it was decided; while it is open, when it was submitted."""
    revision: int | None
    planned: Amounts
    """By how much planned money moves."""
    before: str
    after: str
    """Between which plans, as references; empty where it is not in force."""
    lacking: int
    """Approvals that are still asked for."""
    approved: int
    dissent: int
    due: date | None
    outcome: str


def log(workspace: Workspace, *, then: Plan | None = None, currency: str | None = None) -> list[EntrySaid]:
    """Every decision: those that are asked for first, then those in force, the newest first.

    *then*: the plan of record as it was; of what was asked for at that time nothing is told.
    """
    record = Record(workspace.id)
    names = directory.names(workspace.id)
    branches = {one.name: one for one in record.branches() if one.kind == "scenario"}
    waiting = [
        _open_entry(workspace, branch, names, currency)
        for branch in (branches.values() if then is None else ())
        if branch.state == "open" and (branch.parent or MAIN) == MAIN and _submitted(record, branch)
    ]
    plan = record.plan() if then is None else then
    done = [
        _entry(workspace, one, branches.get(one.scenario or ""), names, currency) for one in plan.decisions.values()
    ]
    done.sort(key=lambda one: (one.on or date.min, one.revision or 0), reverse=True)
    return [*sorted(waiting, key=lambda one: (one.on or date.min, one.name)), *done]


def decision_called(workspace: Workspace, name: str) -> Branch | Decision:
    """What *name* means: a decision by number or id, or an open scenario by its name; the log comes first."""
    record = Record(workspace.id)
    found: Decision
    for found in record.plan().decisions.values():
        if name in (found.number, found.id):
            return found
    for branch in record.branches():
        if branch.kind == "scenario" and branch.state == "open":
            asked = Record(workspace.id, branch.name).plan().decisions.get(decision_of(workspace.id, branch.name))
            if name == branch.name or (asked is not None and name in (asked.number, asked.id)):
                return branch
    raise NotFound(f"There is no decision and no open scenario called “{name[:100]}”.")


def paper(workspace: Workspace, of: Branch | Decision, *, currency: str | None = None) -> PaperSaid:
    """The paper of a decision in force, or of what an open scenario asks for."""
    if isinstance(of, Decision):
        return _decided(workspace, of, currency)
    return _asked_for(workspace, of, currency)


def may_judge(said: Standing, by: Actor) -> bool:
    """Whether *by*'s approval of what is submitted would meet something that is lacking."""
    if not said.submitted or said.stale or (said.decision is not None and said.decision.by == by.id):
        return False
    rank = RANK.get(by.role, -1)
    return any(
        rank >= RANK.get(one.need.role, max(RANK.values())) and one.need.person in (None, by.id) for one in said.lacking
    ) and not any(one.approval.by == by.id and (one.fresh or one.own) for one in said.verdicts)


def waiting(workspace: Workspace, by: Actor) -> Iterator[tuple[Branch, Standing, bool]]:
    """Open scenarios that were submitted: how each stands, and whether *by* is asked."""
    record = Record(workspace.id)
    for branch in record.branches():
        if branch.kind == "scenario" and branch.state == "open" and _submitted(record, branch):
            said = _standing(workspace, branch)
            if said is not None:
                yield branch, said, may_judge(said, by)


def _submitted(record: Record, branch: Branch) -> bool:
    found = Record(record.workspace, branch.name).plan().decisions.get(decision_of(record.workspace, branch.name))
    return found is not None and found.status is DecisionStatus.SUBMITTED


def _standing(workspace: Workspace, branch: Branch) -> Standing | None:
    """How it stands; None where it clashes with the plan, so that nobody can say what merging it would do."""
    try:
        return deciding.standing(workspace, branch)
    except Conflict:
        return None


def _open_entry(workspace: Workspace, branch: Branch, names: dict[str, str], currency: str | None) -> EntrySaid:
    said = _standing(workspace, branch)
    found = Record(workspace.id, branch.name).plan().decisions[decision_of(workspace.id, branch.name)]
    before, after, made = changes(workspace, branch, currency=currency)
    verdicts = said.verdicts if said is not None else ()
    return EntrySaid(
        id=found.id, number=found.number, name=found.name, status=found.status, scenario=branch.name,
        why=found.why or "", by=names.get(found.by or "", ""), on=found.submitted_on, revision=None,
        planned=made.planned, before=str(before.at), after=str(after.at),
        lacking=sum(one.lacking for one in said.asked) if said is not None else 0,
        approved=sum(one.agrees for one in verdicts),
        dissent=sum(one.approval.verdict is Verdict.REJECT for one in verdicts), due=found.due,
        outcome="",
    )  # fmt: skip


def _entry(
    workspace: Workspace, one: Decision, branch: Branch | None, names: dict[str, str], currency: str | None
) -> EntrySaid:
    looks = _around(workspace, branch, currency)
    said = _last(look(workspace).view, one.id)
    return EntrySaid(
        id=one.id, number=one.number, name=one.name, status=one.status, scenario=one.scenario or "", why=one.why or "",
        by=names.get(one.decided_by or one.by or "", ""), on=one.decided_on or one.submitted_on,
        revision=branch.closed_by if branch else None, planned=looks[2].planned if looks else Amounts(), lacking=0,
        before=str(looks[0].at) if looks else "", after=str(looks[1].at) if looks else "",
        approved=sum(verdict is Verdict.APPROVE for verdict in said),
        dissent=sum(verdict is Verdict.REJECT for verdict in said), due=one.due, outcome=one.outcome or "",
    )  # fmt: skip


def _last(view: View, decision: str) -> list[Verdict]:
    return list({one.by: one.verdict for one in view.plan.approvals.by("decision", decision)}.values())


def _around(workspace: Workspace, branch: Branch | None, currency: str | None) -> tuple[Look, Look, Differences] | None:
    """The plan of record before and after the merge of *branch*; None where it was not merged into it."""
    if branch is None or branch.state != "merged" or branch.closed_by is None or (branch.parent or MAIN) != MAIN:
        return None
    record = Record(workspace.id)
    before = look(workspace, record.revision(branch.closed_by).parent or 0, currency=currency)
    after = look(workspace, branch.closed_by, currency=currency)
    return before, after, difference(record, before.view, after.view, before.at, after.at)


def _decided(workspace: Workspace, one: Decision, currency: str | None) -> PaperSaid:
    record, names = Record(workspace.id), directory.names(workspace.id)
    branch = next((found for found in record.branches() if found.name == one.scenario), None)
    looks = _around(workspace, branch, currency)
    last = {given.by: given for given in record.plan().approvals.by("decision", one.id)}
    verdicts = [
        VerdictSaid(
            by=names.get(given.by, ""), person=given.by, verdict=given.verdict, reason=given.reason or "", on=given.on,
            counts=given.digest == one.digest,
        )
        for given in last.values()
    ]  # fmt: skip
    return _paper(one, looks, names, verdicts, revision=branch.closed_by if looks and branch else None)


def _asked_for(workspace: Workspace, branch: Branch, currency: str | None) -> PaperSaid:
    names, said = directory.names(workspace.id), deciding.standing(workspace, branch)
    looks = changes(workspace, branch, currency=currency)
    one = said.decision or Decision(id=decision_of(workspace.id, branch.name), name=branch.name, scenario=branch.name)
    broken = deciding.limits(looks[0].view, looks[1].view)
    can = _able(workspace, branch) if said.lacking else {}
    return _paper(
        one, looks, names, [_verdict(given, names) for given in said.verdicts], revision=None,
        asked=[_asked(need, names, can) for need in said.asked], digest=said.digest, stale=said.stale,
        behind=branch.behind, clash=said.clash, broken=broken,
    )  # fmt: skip


def _verdict(given: Given, names: dict[str, str]) -> VerdictSaid:
    one = given.approval
    return VerdictSaid(
        by=names.get(one.by, ""), person=one.by, verdict=one.verdict, reason=one.reason or "", on=one.on,
        counts=given.fresh and not given.own and given.role is not None,
    )  # fmt: skip


def _asked(one: Asked, names: dict[str, str], can: Mapping[str, str]) -> AskedSaid:
    need = one.need
    least = RANK.get(need.role, max(RANK.values()))
    people = (
        [id for id, role in can.items() if RANK[role] >= least and need.person in (None, id)] if one.lacking else []
    )
    return AskedSaid(
        rule=_(need.name), why=need.why, approvals=need.approvals, of=need.role,
        only=names.get(need.person, "") if need.person else "", given=[names.get(id, "") for id in one.given],
        lacking=one.lacking, can=sorted(names[id] for id in people if id not in one.given and names.get(id)),
    )  # fmt: skip


def _able(workspace: Workspace, branch: Branch) -> dict[str, str]:
    """Person → role, of the members who may judge what the scenario asks for."""
    found = {id: role for id, role in roles(workspace.id).items() if RANK.get(role, -1) >= RANK["contributor"]}
    own = Record(workspace.id).authors(branch.name, found)
    return {id: role for id, role in found.items() if id not in own}


def _paper(
    one: Decision, looks: tuple[Look, Look, Differences] | None, names: dict[str, str], verdicts: list[VerdictSaid], *,
    revision: int | None, asked: list[AskedSaid] | None = None, digest: str = "", stale: bool = False, behind: int = 0,
    clash: bool = False, broken: Sequence[Finding] = (),
) -> PaperSaid:  # fmt: skip
    taken_in: list[Named] = []
    ended: list[Named] = []
    moved: list[Named] = []
    changed: list[Named] = []
    transfers: list[TransferSaid] = []
    none = Amounts()
    if looks is not None:
        before, after, made = looks
        found = moves(before.view, after.view, made)
        taken_in, ended, moved, changed = (
            [
                named(after.view if after.view.plan.get("investment", id) else before.view, "investment", id)
                for id in ids
            ]
            for ids in (found.added, found.removed, found.moved, found.changed)
        )
        transfers = list(_transfers(before.view, after.view))
    return PaperSaid(
        id=one.id, number=one.number, name=one.name, status=one.status, why=one.why or "",
        alternatives=one.alternatives or "", effect=one.effect or "", scenario=one.scenario or "",
        by=names.get(one.by or "", ""), submitted_on=one.submitted_on, decided_by=names.get(one.decided_by or "", ""),
        decided_on=one.decided_on, revision=revision, on=one.revision, due=one.due, outcome=one.outcome or "",
        outcome_on=one.outcome_on, taken_in=taken_in, ended=ended, moved=moved, changed=changed,
        others=len(looks[2].others) if looks else 0, before=str(looks[0].at) if looks else "",
        after=str(looks[1].at) if looks else "",
        planned_before=looks[2].planned_before if looks else none,
        planned_after=looks[2].planned_after if looks else none,
        claimed_before=claimed(looks[0].view).cash.likely if looks else none,
        claimed_after=claimed(looks[1].view).cash.likely if looks else none,
        transfers=transfers, weighings=weighings(looks[0].view, looks[1].view) if looks else [],
        limits=[found.message for found in broken if found.severity == "error"],
        already=[found.message for found in broken if found.severity != "error"], asked=asked or [], verdicts=verdicts,
        digest=digest or one.digest or "", stale=stale, behind=behind, clash=clash,
    )  # fmt: skip


def _transfers(before: View, after: View) -> Iterator[TransferSaid]:
    """Those that are booked with the decision: of each what leaves some accounts and comes into others."""
    for id, one in after.plan.transfers.items():
        if id in before.plan.transfers or not one.legs:
            continue
        account = after.plan.get("account", one.legs[0].account)
        yield TransferSaid(
            id=id,
            amount=sum((leg.amount for leg in one.legs if leg.amount > 0), Decimal(0)),
            currency=(currency_of(after.plan, account) or "") if account is not None else "",
            source=[words.name(after, "account", leg.account) for leg in one.legs if leg.amount < 0],
            target=[words.name(after, "account", leg.account) for leg in one.legs if leg.amount > 0],
            reason=one.reason or "",
        )
