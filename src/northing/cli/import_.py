"""``northing import``: a file is read, what it would do is shown, and only then it is committed."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click

from northing.cli.desk import Desk

if TYPE_CHECKING:
    from northing.portfolio.edits import Edit
    from northing.portfolio.reading import Question, Reading
    from northing.record.landing import Landed, Landing
    from northing.sources.guess import Proposal
    from northing.sources.mapping import Layout
    from northing.sources.tabular import TableFile

SHOWN = 12
"""Lines of each list that are printed; ``--json`` has all."""

DAY = click.DateTime(formats=["%Y-%m-%d"])
KEEP = {"plan": "theirs", "file": "yours"}


@click.group("import")
def import_() -> None:
    """Bring in a file: it is read, what it would do is shown, and you decide."""


def _landing_options(command: Any) -> Any:
    for option in (
        click.option("--yes", "-y", is_flag=True, help="Commit without asking."),
        click.option(
            "--keep", type=click.Choice(list(KEEP)),
            help="Where a person and the file changed the same field: keep the plan's value or take the file's.",
        ),
        click.option("--encoding", metavar="NAME", help="Of a CSV file, where it is not found by itself."),
    ):  # fmt: skip
        command = option(command)
    return command


@import_.command()
@click.argument("file")
@click.option("--edition", metavar="YEAR", help="What the file speaks of, where neither its name nor its form says so.")
@_landing_options
@click.pass_obj
def omb(desk: Desk, file: str, edition: str | None, yes: bool, keep: str | None, encoding: str | None) -> None:
    """Bring in an edition of the US federal inventory of AI use cases (2024, 2025). FILE may be -: standard input."""
    record = desk.record
    desk.actor.require("read", "look at the plan")
    from northing.record import landing
    from northing.sources import omb as inventory
    from northing.sources import text

    with desk.progress("Reading") as step:
        read = text.read(_source(file), encoding=encoding)
        step()
        reading = inventory.read(read, landing.said(record, inventory.SOURCE), edition=edition)
        step()
    _bring(desk, [reading], yes=yes, keep=keep)


@import_.command()
@click.argument("file")
@click.option("--mapping", "name", metavar="NAME", help="Which column means what: a remembered mapping, or a new name.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="COLUMN=MEANING",
    help="Settle a question: 'Owner=investment.owner', 'Start.order=dmy', 'currency=EUR', 'Notes=' for no meaning.",
)
@click.option("--sheet", metavar="NAME", help="Of a workbook; the one that holds most, if not said.")
@click.option("--delimiter", metavar="CHARACTER", help="Of a CSV file, where it is not found by itself.")
@click.option("--effective-on", type=DAY, metavar="DATE", help="The day that the file speaks for: 2026-03-31.")
@_landing_options
@click.pass_obj
def table(
    desk: Desk, /, file: str, name: str | None, answers: tuple[str, ...], sheet: str | None, delimiter: str | None,
    effective_on: datetime | None, yes: bool, keep: str | None, encoding: str | None,
) -> None:  # fmt: skip
    """Bring in any table: CSV, XLSX or JSON, by a mapping that is guessed, asked and remembered.

    The meanings that a column can have are listed in docs/imports.md.
    """
    record = desk.record
    desk.actor.require("read", "look at the plan")
    from northing.access import directory
    from northing.record import landing
    from northing.sources import choosing, files
    from northing.sources import table as reader

    read = files.read(_source(file), encoding=encoding, delimiter=delimiter, sheet_name=sheet)
    known = list(record.plan().table("mapping").values())
    chosen = choosing.choose(read, known, called=name, answers=_answers(answers))
    if not desk.json:
        if chosen.by is not None:
            desk.tell(f"By the mapping “{chosen.by.name}”.")
        if chosen.questions and not yes and sys.stdin.isatty():
            chosen = chosen.answer(_asked(chosen.questions), read)
        _tell_columns(desk, read, chosen.layout, chosen.proposal)
        _tell_questions(desk, chosen.questions)
    source = reader.slug(chosen.called)
    readings = reader.read(
        read,
        chosen.layout,
        source=source,
        before=landing.before(record, source),
        people=directory.names(desk.workspace.id),
        effective_on=effective_on.date() if effective_on else None,
    )
    remember = choosing.remember(record.plan(), chosen.called, chosen.layout, read.columns)
    _bring(desk, readings, yes=yes, keep=keep, asked=chosen.questions, remember=remember)


def _source(file: str) -> Any:
    return sys.stdin.buffer if file == "-" else file


def _answers(given: Sequence[str]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for each in given:
        column, equals, meaning = each.partition("=")
        if not equals:
            raise click.BadParameter(f"“{each}” is not COLUMN=MEANING.", param_hint="--answer")
        answers[column.strip()] = meaning.strip()
    return answers


def _asked(questions: Sequence[Question]) -> dict[str, str]:
    """A person's answers at the terminal; Enter leaves a question open."""
    said: dict[str, str] = {}
    for question in questions:
        options = [option for option in question.options if option]
        hint = f" [{', '.join(options)}; Enter leaves it]" if options else " [Enter leaves it]"
        answer = click.prompt(question.message + hint, default="", show_default=False)
        if answer and question.column:
            place = f"{question.column}.order" if question.code == "date-order" else question.column
            said[place] = answer
    return said


def _bring(
    desk: Desk,
    readings: Sequence[Reading],
    *,
    yes: bool,
    keep: str | None,
    asked: Sequence[Question] = (),
    remember: Edit | None = None,
) -> None:
    """Show what landing would do, and land it where that is wanted."""
    from northing.record import landing

    record = desk.record
    landings = landing.preview(record, readings)
    nothing = all(each.nothing for each in landings)
    if not desk.json:
        _tell(desk, landings)
    go = yes and not nothing
    if not nothing and not yes and not desk.json and sys.stdin.isatty():
        go = click.confirm("Bring it in?")
    landed: list[Landed] = []
    if go:
        if remember is not None:
            reason = f"Remember the mapping “{remember.fields.get('name')}”"
            record.commit([remember], on=None, by=desk.actor, reason=reason)
        with desk.progress("Recording"):
            landed = landing.land(record, readings, by=desk.actor, resolve=KEEP.get(keep or ""))  # type: ignore[arg-type]
    if desk.json:
        _answer(desk, landings, landed, asked)
    elif landed:
        last = next((each.merged for each in reversed(landed) if each.merged), None)
        if last is not None:
            desk.tell(f"The plan is at {last.revision.no}.")
        _tell_left_out(desk, landed)
    elif nothing:
        desk.tell("The plan holds all of it already; nothing was written.")
    else:
        desk.tell("Nothing was written. Add --yes to bring it in.")


# -- what a person reads


def _tell(desk: Desk, landings: Sequence[Landing]) -> None:
    from northing.portfolio.kinds import KINDS
    from northing.report import words

    heads = ["Speaks for", "What", "Added", "Changed", "Left alone", "Vanished"]
    rows: list[list[str]] = []
    for each in landings:
        added, changed, vanished = each.count("added"), each.count("changed"), each.count("vanished")
        edition = each.reading.file.edition or words.day(each.reading.effective_on)
        for kind in [
            kind for kind in KINDS if {kind} & (set(added) | set(changed) | set(each.unchanged) | set(vanished))
        ]:
            counts = [added.get(kind, 0), changed.get(kind, 0), each.unchanged.get(kind, 0), vanished.get(kind, 0)]
            rows.append([edition, KINDS[kind].TITLE_PLURAL, *(words.number(count) for count in counts)])
    desk.table(heads, rows, right=(2, 3, 4, 5))
    for each in landings:
        if each.moves:
            desk.tell("\nStages that moved:")
            moves = [[before or "empty", after or "empty", words.number(n)] for _, before, after, n in each.moves]
            desk.table(["From", "To", "How many"], moves[:SHOWN], right=(2,))
        if each.kept:
            fields = Counter(kept.field for kept in each.kept)
            listed = ", ".join(f"{field} {count}" for field, count in fields.most_common(6))
            desk.tell(f"{len(each.kept):,} edits that people made since are kept: {listed}.")
        _tell_conflicts(desk, each)
        _tell_findings(desk, each)
        _tell_questions(desk, each.questions)


def _tell_conflicts(desk: Desk, each: Landing) -> None:
    if each.conflicts:
        count = "One field" if len(each.conflicts) == 1 else f"{len(each.conflicts):,} fields"
        desk.tell(f"\n{count} changed in the plan and in the file; say --keep plan or --keep file:")
        for conflict in each.conflicts[:SHOWN]:
            plan, file = conflict.theirs, conflict.yours
            desk.tell(f"  {conflict.field or 'all of it'}: plan “{_short(plan)}”, file “{_short(file)}”")


def _short(value: Any) -> str:
    text = "removed" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _tell_findings(desk: Desk, each: Landing) -> None:
    ranked = sorted(each.findings, key=lambda finding: ("error", "warning", "note").index(finding.severity))
    for finding in ranked[:SHOWN]:
        where = f"line {finding.line}, “{finding.column}”: " if finding.line and finding.column else ""
        remedy = f" → {finding.remedy}" if finding.remedy else ""
        value = f" ({finding.value!r})" if finding.value and finding.value not in finding.message else ""
        desk.tell(f"{where}{finding.message}{value}{remedy}")
    if len(ranked) > SHOWN:
        desk.tell(f"… and {len(ranked) - SHOWN:,} more; --json lists them all.")


def _tell_questions(desk: Desk, questions: Sequence[Question]) -> None:
    if questions:
        desk.tell("\nTo be settled (until then nothing is made of it):")
    for question in questions[:SHOWN]:
        desk.tell(f"  {question.message}")
        options = [option for option in question.options if option]
        if options and question.column:
            place = f"{question.column}.order" if question.code == "date-order" else question.column
            desk.tell(f"    --answer '{place}={options[0]}'")
    if len(questions) > SHOWN:
        desk.tell(f"  … and {len(questions) - SHOWN:,} more; --json lists them all.")


def _tell_columns(desk: Desk, read: TableFile, layout: Layout, proposal: Proposal | None) -> None:
    sure = {found.column: found for found in proposal.guesses} if proposal else {}
    rows = []
    for column in read.columns:
        spec = layout.columns.get(column)
        found = sure.get(column)
        if spec is not None:
            meaning = spec.to + (" (only why it is withheld)" if spec.reason else "")
        else:
            meaning = "asked below" if found is not None and found.asked else "kept with the row"
        rows.append([column, meaning, f"{found.confidence:.0%}" if found is not None and found.confidence else ""])
    desk.table(["Column", "Meaning", "Sure"], rows, right=(2,))
    desk.tell("")


def _tell_left_out(desk: Desk, landed: Sequence[Landed]) -> None:
    settled = [conflict for each in landed if each.merged for conflict in each.merged.conflicts]
    if settled:
        desk.tell(
            f"{len(settled):,} values were settled or left out (a rule of the plan would break); --json has them."
        )


def _answer(desk: Desk, landings: Sequence[Landing], landed: Sequence[Landed], asked: Sequence[Question]) -> None:
    data = [
        {
            "file": each.reading.file.name,
            "sha256": each.reading.file.sha256,
            "source": each.reading.source,
            "edition": each.reading.file.edition,
            "effective_on": each.reading.effective_on,
            "rows": each.reading.file.rows,
            "added": each.count("added"),
            "changed": each.count("changed"),
            "left_alone": each.unchanged,
            "vanished": each.vanished,
            "moves": [{"kind": kind, "from": was, "to": now, "count": n} for kind, was, now, n in each.moves],
            "kept": each.kept,
            "conflicts": each.conflicts,
            "findings": each.findings,
            "questions": (*asked, *each.questions),
            "revision": done.merged.revision.no if done is not None and done.merged is not None else None,
            "left_out": done.merged.conflicts if done is not None and done.merged is not None else (),
        }
        for each, done in zip_longest(landings, landed)
    ]
    desk.answer(data, revision=desk.record.head(), landed=bool(landed))
