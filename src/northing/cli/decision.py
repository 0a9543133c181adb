"""``northing decision``: ask for what a scenario changes, approve or reject it, merge it, read the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from northing.cli.desk import Desk
from northing.cli.fund import Day

if TYPE_CHECKING:
    from northing.report.decisions import EntrySaid, PaperSaid


@click.group()
def decision() -> None:
    """Ask for what a scenario changes, approve or reject it, merge it; read what was decided."""


@decision.command("list")
@click.option("--currency", help="The currency that money is told in.")
@click.pass_obj
def list_(desk: Desk, currency: str | None) -> None:
    """List what is asked for, then what was decided, the newest first."""
    desk.actor.require("read", "read the decisions")
    from northing.report.asking_money import money_in
    from northing.report.decisions import log

    found = log(desk.workspace, then=desk.view.plan if desk.ref else None, currency=money_in(currency))
    if desk.json:
        desk.answer(found, revision=desk.at.no)
        return
    if not found:
        desk.tell("Nothing was decided yet: northing decision submit SCENARIO.")
        return
    columns = ["Number", "Decision", "Status", "Planned money", "Lacking", "By", "On", "Revision", "What came of it"]
    desk.table(columns, [_row(one) for one in found], right=[3, 4])


def _row(one: EntrySaid) -> list[str]:
    from northing.report import words

    return [
        one.number or "",
        one.name,
        words.label(one.status),
        words.money_moved(one.planned) if any(one.planned.by_currency.values()) else "",
        str(one.lacking or ""),
        one.by,
        words.day(one.on),
        f"r{one.revision}" if one.revision else "",
        one.outcome,
    ]


@decision.command()
@click.argument("which", metavar="DECISION")
@click.option("--currency", help="The currency that money is told in.")
@click.pass_obj
def show(desk: Desk, which: str, currency: str | None) -> None:
    """Show the paper of one: a number of the log (DEC-0004), or the name of an open scenario."""
    desk.actor.require("read", "read the decisions")
    from northing.report.asking_money import money_in
    from northing.report.decisions import decision_called, paper

    _tell(desk, paper(desk.workspace, decision_called(desk.workspace, which), currency=money_in(currency)))


@decision.command()
@click.argument("scenario")
@click.option("--name", help="In one line, what is asked for.")
@click.option("--why", help="Why.")
@click.option("--alternatives", help="What else was looked at.")
@click.option("--effect", help="What is expected to come of it.")
@click.option("--due", type=Day(), help="When to look again at what came of it.")
@click.option("--draft", is_flag=True, help="Only write it down; do not ask for it yet.")
@click.pass_obj
def submit(desk: Desk, /, scenario: str, draft: bool, **said: Any) -> None:
    """Ask for what a scenario changes; says whose approval the plan asks for."""
    fields = {name: value for name, value in said.items() if value is not None}
    desk.record.say(_bare(scenario), fields, submit=not draft, by=desk.actor)
    _stand(desk, scenario)


def _judge(desk: Desk, scenario: str, verdict: str, reason: str, seen: str | None) -> None:
    from northing.portfolio.deciding import Verdict
    from northing.report.decisions import decision_called, paper

    # Without --seen it is about what is asked now: the digest of the very paper that stands there.
    workspace = desk.workspace
    digest = seen or paper(workspace, decision_called(workspace, _bare(scenario))).digest
    desk.record.judge(_bare(scenario), Verdict(verdict), digest=digest, by=desk.actor, reason=reason)
    _stand(desk, scenario)


SEEN = click.option("--seen", metavar="DIGEST", help="The version that you looked at, as `show --json` names it.")


@decision.command()
@click.argument("scenario")
@click.option("--reason", default="", help="On what you agree.")
@SEEN
@click.pass_obj
def approve(desk: Desk, scenario: str, reason: str, seen: str | None) -> None:
    """Approve what a scenario asks for, in your name; nobody approves their own."""
    _judge(desk, scenario, "approve", reason, seen)


@decision.command()
@click.argument("scenario")
@click.option("--reason", required=True, help="Why not; it stands in the paper as dissent.")
@SEEN
@click.pass_obj
def reject(desk: Desk, scenario: str, reason: str, seen: str | None) -> None:
    """Say no to what a scenario asks for, in your name."""
    _judge(desk, scenario, "reject", reason, seen)


@decision.command()
@click.argument("scenario")
@click.option("--reason", default="", help="Why it is not asked for any more.")
@click.pass_obj
def withdraw(desk: Desk, scenario: str, reason: str) -> None:
    """Take back what was submitted."""
    desk.record.withdraw(_bare(scenario), by=desk.actor, reason=reason)
    _stand(desk, scenario)


@decision.command()
@click.argument("scenario")
@click.option("--reason", default="", help="Why; it stands in the history.")
@click.pass_obj
def merge(desk: Desk, scenario: str, reason: str) -> None:
    """Bring it into force: plan, transfers and the entry of the log in one revision."""
    from northing.report.deciding import merge as merge_decided

    name = _bare(scenario)
    done = merge_decided(desk.workspace, name, by=desk.actor, reason=reason or f"Decide “{name}”")
    number = next((getattr(one.after, "number", None) for one in done.changes if one.kind == "decision"), None)
    if desk.json:
        desk.answer(done.revision, revision=done.revision.no, changed=len(done.changes), decision=number)
    else:
        desk.tell(f"{number or name} is in force as r{done.revision.no}; {len(done.changes)} changed.")


@decision.command()
@click.argument("which", metavar="DECISION")
@click.argument("words")
@click.option("--on", type=Day(), help="Since when it is known; today if not said.")
@click.option("--due", type=Day(), help="When to look again.")
@click.pass_obj
def outcome(desk: Desk, which: str, words: str, on: Any, due: Any) -> None:
    """Say what came of a decision of the log."""
    from northing.portfolio.edits import change
    from northing.portfolio.errors import Invalid
    from northing.record import Branch
    from northing.report.decisions import decision_called, paper

    desk.actor.require("plan", "say what came of it")
    found = decision_called(desk.workspace, which)
    if isinstance(found, Branch):
        raise Invalid(f"“{which}” is not decided yet.", remedy="northing decision merge brings it into force.")
    known = {"outcome": words, "outcome_on": on or desk.view.today} | ({"due": due} if due else {})
    reason = f"What came of {found.number or found.name}"
    desk.record.commit([change("decision", found.id, **known)], on=None, by=desk.actor, reason=reason)
    _tell(desk, paper(desk.workspace, decision_called(desk.workspace, found.id)))


@decision.command()
@click.pass_obj
def inbox(desk: Desk) -> None:
    """List what waits for you: approvals, answers, what others say to you."""
    desk.actor.require("read", "read the inbox")
    from northing.report import words
    from northing.report.inbox import waits

    found = waits(desk.workspace, desk.actor, desk.view.today)
    if desk.json:
        desk.answer(found, revision=desk.at.no)
        return
    rows = [
        [one.reason.replace("_", " "), one.name, one.scenario, one.by, words.day(one.on), one.text] for one in found
    ]
    desk.table(["What", "About", "Scenario", "By", "On", ""], rows, total="" if rows else "Nothing waits for you.")


def _bare(scenario: str) -> str:
    return scenario.removeprefix("scenario:")


def _stand(desk: Desk, scenario: str) -> None:
    from northing.report.decisions import decision_called, paper

    _tell(desk, paper(desk.workspace, decision_called(desk.workspace, _bare(scenario))))


def _tell(desk: Desk, said: PaperSaid) -> None:
    if desk.json:
        desk.answer(said, revision=desk.record.head())
        return
    from northing.report import words

    planned = said.planned_after - said.planned_before
    pairs = {
        "Decision": f"{said.number} {said.name}" if said.number else said.name,
        "Status": words.label(said.status) + (", has changed since" if said.stale else ""),
        "Scenario": said.scenario,
        "Submitted": f"{said.by}, {words.day(said.submitted_on)}" if said.by else "",
        "In force": f"r{said.revision}, {said.decided_by}, {words.day(said.decided_on)}" if said.revision else "",
        "Why": said.why,
        "Alternatives": said.alternatives,
        "Expected effect": said.effect,
        "What came of it": said.outcome,
        "Look again on": words.day(said.due),
        "Planned money": words.money_moved(planned) if any(planned.by_currency.values()) else "as before",
        **{
            title: "; ".join(one.name for one in found)
            for title, found in (
                ("Taken in", said.taken_in), ("Ends", said.ended), ("Other dates", said.moved),
                ("Otherwise changed", said.changed),
            )
        },
        "Transfers": str(len(said.transfers) or ""),
        "Digest": said.digest,
    }  # fmt: skip
    desk.facts({name: value for name, value in pairs.items() if value})
    for one in said.asked:
        of = one.only or f"{one.of} or above"
        can = f" {', '.join(one.can)} can." if one.can else ""
        desk.tell(f"“{one.rule}” asks for {one.approvals} of {of}; {len(one.given)} given.{can} {one.why}".rstrip())
    for given in said.verdicts:
        about = "" if given.counts else " (does not count)"
        desk.tell(f"{given.by}: {given.verdict}{about}. {given.reason}".rstrip())
    for text in said.limits:
        desk.tell(text)
