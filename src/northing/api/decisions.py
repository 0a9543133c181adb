"""Decisions: what a scenario asks for, who agrees and who does not, what was decided, and what waits for the caller."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpResponse
from ninja import Query

from northing.portfolio.deciding import Verdict
from northing.report.decisions import EntrySaid, PaperSaid, decision_called, log, paper
from northing.report.inbox import WaitingSaid, waits
from northing.report.scenario_data import scenario_of

from .operation import Here, operation
from .parameters import Ref

Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Said = Annotated[str, msgspec.Meta(max_length=1000)]
Currency = Annotated[str | None, Query(max_length=3, description="The currency that money is told in.")]


class DecisionAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a scenario asks for. What is left out stays as it was; with ``submit`` it is asked for."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)] | None = None
    why: Text | None = None
    alternatives: Text | None = None
    effect: Text | None = None
    due: date | None = None
    submit: bool = False
    reason: Said = ""

    @property
    def fields(self) -> dict[str, Any]:
        named = {name: getattr(self, name) for name in ("name", "why", "alternatives", "effect", "due")}
        return {name: value for name, value in named.items() if value is not None}


class VerdictAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A yes or no in the caller's name. ``digest`` is the paper's: what was looked at."""

    verdict: Literal["approve", "reject"]
    digest: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    reason: Text = ""


class WithdrawalAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Why it is not asked for any more."""

    reason: Said = ""


@operation("GET", "/w/{ws}/decision-log", needs="read", says=list[EntrySaid], tag="decisions")
def list_decisions(here: Here, at: Ref = None, currency: Currency = None) -> HttpResponse:
    """List what is asked for, then what was decided, the newest first.

    Of an earlier plan only what was decided by then: what was asked for at that time is not told.
    """
    look = here.look(at)
    then = look.view.plan if at else None
    return here.answer(log(here.workspace, then=then, currency=currency), look.at)


@operation("GET", "/w/{ws}/decision-log/{key}", needs="read", says=PaperSaid, tag="decisions")
def get_decision(here: Here, key: str, currency: Currency = None) -> HttpResponse:
    """Get the paper of one decision: by its number or id, or by the name of the open scenario that asks for it."""
    return here.answer(paper(here.workspace, decision_called(here.workspace, key), currency=currency))


@operation("POST", "/w/{ws}/scenarios/{name}/decision", needs="suggest", says=PaperSaid, tag="decisions")
def ask_for_decision(here: Here, asked: DecisionAsked, name: str) -> HttpResponse:
    """Say what a scenario asks for and, with ``submit``, ask for it; the answer says whose approval is lacking.

    Approvals that were given count no more if anything in it is another than it was.
    """
    branch = scenario_of(here.workspace, name).branch
    here.record.say(branch.name, asked.fields, submit=asked.submit, by=here.actor, reason=asked.reason)
    return _now(here, branch.name)


@operation("POST", "/w/{ws}/scenarios/{name}/verdicts", needs="suggest", says=PaperSaid, tag="decisions")
def judge_decision(here: Here, asked: VerdictAsked, name: str) -> HttpResponse:
    """Approve or reject what a scenario asks for, in one's own name; a later verdict stands in the place of this one.

    Answers 409 where the scenario is another than the one whose digest is sent, and 403 where it is the caller's own.
    """
    branch = scenario_of(here.workspace, name).branch
    here.record.judge(branch.name, Verdict(asked.verdict), digest=asked.digest, by=here.actor, reason=asked.reason)
    return _now(here, branch.name)


@operation("POST", "/w/{ws}/scenarios/{name}/withdraw", needs="suggest", says=PaperSaid, tag="decisions")
def withdraw_decision(here: Here, asked: WithdrawalAsked, name: str) -> HttpResponse:
    """Take back what was submitted: who submitted it may, and planners."""
    branch = scenario_of(here.workspace, name).branch
    here.record.withdraw(branch.name, by=here.actor, reason=asked.reason)
    return _now(here, branch.name)


@operation("GET", "/w/{ws}/inbox", needs="read", says=list[WaitingSaid], tag="decisions")
def get_inbox(here: Here) -> HttpResponse:
    """List what waits for the caller, the most pressing first: approvals, answers, what others say to them."""
    return here.answer(waits(here.workspace, here.actor, here.look(None).view.today))


def _now(here: Here, name: str) -> HttpResponse:
    return here.answer(paper(here.workspace, scenario_of(here.workspace, name).branch), here.record.head(name))
