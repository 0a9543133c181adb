"""What Fenmarch weighs as its story ends: one scenario that was decided, one that waits for a yes, one being drawn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from northing.portfolio.edits import Edit, change, create

from .cast import person, sample_id
from .money.ledger import account, fund
from .timeline import next_quarter, quarter_of


class Verdict(NamedTuple):
    """What one person says of what was submitted."""

    by: str
    verdict: str
    words: str


class Remark(NamedTuple):
    """A comment on an investment, made in the scenario."""

    by: str
    about: str
    words: str
    to: tuple[str, ...] = ()


class Proposal(NamedTuple):
    """A scenario: who draws it, what it changes, what is asked for with it, and how far it has come."""

    name: str
    by: str
    why: str
    steps: tuple[tuple[str, tuple[Edit, ...]], ...]
    """(reason, edits), each its own revision."""
    remarks: tuple[Remark, ...] = ()
    asked: dict[str, str] | None = None
    """The fields of its decision; None while it is being drawn."""
    verdicts: tuple[Verdict, ...] = ()
    merged: bool = False


def proposals(today: date) -> tuple[Proposal, ...]:
    """In the order in which they are drawn, all on one plan; *today* is the day on which the story ends."""
    return _commission(today), _steward(today), _less(today)


def remark(one: Remark, today: date) -> Edit:
    """The comment as it is written into the plan."""
    return create(
        "comment", sample_id("comment", one.about, one.by), subject=_investment(one.about), text=one.words,
        by=person(one.by), on=today, mentions=[person(key) for key in one.to],
    )  # fmt: skip


def _commission(today: date) -> Proposal:
    begin, to = next_quarter(quarter_of(today)), account("service", "investment", "commission")
    opened = create(
        "account", to, name="Commission query assistant: released", fund=fund("service"), type="investment",
        investment=_investment("commission"),
    )  # fmt: skip
    legs = [{"account": account("service", "free"), "amount": "-66000"}, {"account": to, "amount": "66000"}]
    moved = create(
        "transfer", sample_id("transfer", "commission"), type="transfer", on=today, legs=legs, by=person("tomasz"),
        reason="The first two quarters of the commission query assistant",
    )  # fmt: skip
    return Proposal(
        name="Answer brokers first",
        by="tomasz",
        why="What if brokers wait no longer for next year?",
        steps=(
            ("Take in the commission query assistant", (_in("commission", begin), opened, moved)),
            ("The workbench plug-in ends with its licence", (_out("workbench", begin),)),
        ),
        remarks=(
            Remark(
                "kwame", "commission", "Who answers when the statement itself is wrong? That is a third of the calls.",
                ("tomasz",),
            ),
        ),
        asked={
            "name": "Explain commission statements to brokers from January",
            "why": "One in nine broker calls is about a commission statement, and the two largest brokers have asked twice.",
            "alternatives": "Wait for the yearly choice in spring. A page of questions and answers, tried in 2024: unread.",
            "effect": "Fewer of these calls within two quarters; €290k claimed over six quarters for €150k.",
            "due": (begin + timedelta(days=181)).isoformat(),
        },
        verdicts=(
            Verdict("kwame", "reject", "A third of the calls are about wrong statements. Mend those first, then explain them."),
            Verdict("ana", "approve", "Agreed, with the wrong statements counted from the first day."),
        ),
        merged=True,
    )  # fmt: skip


def _steward(today: date) -> Proposal:
    begin = next_quarter(quarter_of(today))
    return Proposal(
        name="Stewards before summaries",
        by="tomasz",
        why="The supervisor will ask who owns our data; nobody asks for minutes.",
        steps=(
            ("Take in the data quality steward", (_in("steward", begin),)),
            ("End the meeting summaries when the licences do", (_out("meetings", begin),)),
            ("Roof images wait for a partner", (_out("roofs", begin),)),
        ),
        remarks=(
            Remark(
                "ana", "meetings", "The board uses it. Say to whom we spoke before I agree.", ("tomasz",)
            ),
        ),
        asked={
            "name": "A data quality steward instead of meeting summaries",
            "why": "Meeting summaries serve no objective of the board; the steward is one of two promises to the supervisor.",
            "alternatives": "Two data stewards hired, from summer on. Half the licences for the board and its staff only.",
            "effect": "€300k for the steward, €159k of it from what ends; errors in claims data found in days, not at the close.",
        },
    )  # fmt: skip


def _less(today: date) -> Proposal:
    begin = next_quarter(quarter_of(today))
    return Proposal(
        name="Ten percent less",
        by="tomasz",
        why="Finance asks what a cut of ten percent would cost us.",
        steps=(
            ("Pilots without a scale decision end", (_out("file-summary", begin), _out("roofs", begin), _out("close", begin))),
            ("The appetite check waits a year", (_out("appetite", begin),)),
            ("No more meeting summaries", (_out("meetings", begin),)),
        ),
    )  # fmt: skip


def _in(key: str, begin: date) -> Edit:
    return change("investment", _investment(key), choice="in", choice_from=None, start=begin)


def _out(key: str, begin: date) -> Edit:
    return change("investment", _investment(key), choice="out", choice_from=begin)


def _investment(key: str) -> str:
    return sample_id("investment", key)
