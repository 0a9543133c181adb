"""How decisions are taken: who has to agree, who did, what was said, and what was decided on which revision."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from .entity import Entity, about
from .words import word


class ChangeKind(StrEnum):
    """What a change of the plan is about, as far as approval is concerned."""

    MONEY = "money"
    """Plan lines, forecasts, funds and transfers."""
    PEOPLE = "people"
    """Capacity and demand."""
    DATES = "dates"
    """Starts and ends of investments."""
    START = "start"
    """An investment is taken in."""
    STOP = "stop"
    """An investment is taken out, or ends."""
    WEIGHTS = "weights"
    """Scoring models."""
    LIMITS = "limits"
    """Limits and groups."""
    STRATEGY = "strategy"
    """Objectives, key results and what serves them."""


class ApprovalRule(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Which changes somebody has to agree to before they are merged into the plan of record, and how many have to.

    Nobody approves what is their own.
    """

    KIND, PLURAL = "approval_rule", "approval_rules"
    TITLE, TITLE_PLURAL = word("Approval rule"), word("Approval rules")

    name: Annotated[str, about("Name")]
    change: Annotated[ChangeKind | None, about("Kind of change", "Empty: of every kind.")] = None
    amount: Annotated[
        Decimal | None, about("From an amount of", "Money that moves, in or out; empty: any.", money="currency")
    ] = None
    currency: Annotated[str | None, about("Currency", "ISO 4217; empty takes the workspace's.")] = None
    where: Annotated[str, about("Which investments", "In the filter language; empty: all.", long=True)] = ""
    approvals: Annotated[int, about("Approvals")] = 1
    role: Annotated[str, about("Who may", choices=("contributor", "planner", "owner"))] = "planner"
    person: Annotated[str | None, about("Only", "One person; empty: anybody who may.", ref="person")] = None
    note: Annotated[str | None, about("Note", long=True)] = None


class DecisionStatus(StrEnum):
    """From a paper to what it changed."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    """Merged: it is in force."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVERTED = "reverted"
    """What it changed was taken back."""


class Decision(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked or was decided: on which revision, with which alternatives and effect; and what came of it."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "decision", "decisions", word("Decision"), word("Decisions")
    NUMBERED = "DEC"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str, about("What")]
    why: Annotated[str | None, about("Why", long=True)] = None
    alternatives: Annotated[str | None, about("Alternatives", "What else was looked at.", long=True)] = None
    effect: Annotated[str | None, about("Expected effect", long=True)] = None
    status: Annotated[DecisionStatus, about("Status")] = DecisionStatus.DRAFT
    scenario: Annotated[str | None, about("Scenario")] = None
    revision: Annotated[int | None, about("On revision", "The scenario's, as it was submitted.")] = None
    digest: Annotated[str | None, about("Digest", "Of the changes that were submitted.", hidden=True)] = None
    by: Annotated[str | None, about("Submitted by", ref="person")] = None
    submitted_on: Annotated[date | None, about("Submitted on")] = None
    decided_by: Annotated[str | None, about("Decided by", ref="person")] = None
    decided_on: Annotated[date | None, about("Decided on")] = None
    due: Annotated[date | None, about("Look again on")] = None
    outcome: Annotated[str | None, about("What came of it", long=True)] = None
    outcome_on: Annotated[date | None, about("Known since")] = None


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


class Approval(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What one person says of a decision, as it was submitted. Never changed; a later one of theirs replaces it."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "approval", "approvals", word("Approval"), word("Approvals")

    decision: Annotated[str, about("Decision", ref="decision")]
    digest: Annotated[str, about("Digest", "Of the changes that were looked at.", hidden=True)]
    by: Annotated[str, about("By", ref="person")]
    verdict: Annotated[Verdict, about("Verdict")]
    reason: Annotated[str | None, about("Reason, or dissent", long=True)] = None
    on: Annotated[date | None, about("On")] = None


class Comment(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody says to others about anything in the plan, and whether it is settled."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "comment", "comments", word("Comment"), word("Comments")

    subject: Annotated[str, about("About", ref="*")]
    text: Annotated[str, about("Text", long=True)]
    by: Annotated[str | None, about("By", ref="person")] = None
    on: Annotated[date | None, about("On")] = None
    reply_to: Annotated[str | None, about("Answers", ref="comment")] = None
    mentions: Annotated[tuple[str, ...], about("For", "People by id.", hidden=True)] = ()
    settled: Annotated[bool, about("Settled")] = False
