"""``northing deliver``: a bill is read, what it would do is shown, and only then it counts."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from northing.cli.asking import of_record
from northing.cli.desk import Desk
from northing.portfolio.errors import Invalid, NotFound

if TYPE_CHECKING:
    from northing.facts.input import Progress
    from northing.portfolio.facts import Source
    from northing.portfolio.plan import Plan
    from northing.portfolio.workspace import Mapping
    from northing.report.delivering import Delivered

PAGE = 1 << 20
SHOWN = 12
"""Refused rows and scopes that are printed; ``--json`` has more, and the rejects file all."""


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]…")
@click.option("--source", "named", metavar="NAME", help="Which source they are from; a new name makes a new source.")
@click.option("--reader", metavar="FORMAT", help="Of a new source: focus, ledger, timesheet, litellm, openai …")
@click.option("--mapping", metavar="NAME", help="Of a ledger or table of work: a remembered mapping, or a new name.")
@click.option(
    "--answer", "answers", multiple=True, metavar="COLUMN=MEANING",
    help="Of such a table: 'Booked on=cost.day', 'Booked on.order=dmy', 'Net=cost.billed', 'Notes=' for no meaning.",
)  # fmt: skip
@click.option("--together", is_flag=True, help="The files are parts of one input: they count together.")
@click.option("--prices", is_flag=True, help="Take in the price catalogues that come with Northing.")
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@click.option("--yes", "-y", is_flag=True, help="Take in without asking.")
@click.pass_obj
def deliver(
    desk: Desk, /, files: tuple[str, ...], named: str | None, reader: str | None, mapping: str | None,
    answers: tuple[str, ...], together: bool, prices: bool, dry_run: bool, yes: bool,
) -> None:  # fmt: skip
    """Bring in bills, ledgers, timesheets, usage, work: each FILE is read, shown, and taken in when you say so.

    FILE may be -: standard input. Ctrl-C leaves nothing half taken in.
    """
    desk.record.head()
    of_record(desk)
    desk.actor.require("plan", "bring facts in")
    if not files and not prices:
        raise Invalid("No file was named.", remedy="northing deliver bill.csv, or northing deliver --prices")
    if dry_run and yes:
        raise Invalid("--dry-run takes nothing in, and --yes takes in without asking.", remedy="Say one of them.")
    told: list[Any] = []
    asks = not dry_run and not desk.json and sys.stdin.isatty()
    before: set[str] = set()
    waits = False
    if prices:
        told += _prices(desk, yes=yes, asks=asks)
        waits = not yes and not asks
    for parts in [files] if together and files else [(file,) for file in files]:
        source, columns = _source(desk, parts[0], named, reader, mapping, answers)
        said, decided = _bring(desk, parts, source, columns, yes=yes, asks=asks, before=before)
        told.append(said)
        waits = waits or not decided
        named = source.name if named else named
    if desk.json:
        desk.answer(told, revision=desk.record.head())
    elif waits:
        desk.tell("Nothing was taken in." if dry_run else "Nothing was taken in. Add --yes to take it in.")


def _bring(
    desk: Desk, parts: tuple[str, ...], source: Source, columns: Mapping | None, *, yes: bool, asks: bool,
    before: set[str],
) -> tuple[Any, bool]:  # fmt: skip
    """One input, of one file or several: what it would do, and doing it. What came of it, and whether it is decided.

    *before*: the deliveries that the same command has taken in; those are not to be replaced by the next file.
    """
    from northing.report import delivering
    from northing.report.deliveries_data import as_data, delivered_said
    from northing.sources.facts import READERS

    plan = desk.record.plan()
    name = "standard input" if parts[0] == "-" else Path(parts[0]).name
    name += f" and {len(parts) - 1} more" if len(parts) > 1 else ""
    try:
        with _bar(desk, parts[0] if len(parts) == 1 else "-") as progress:
            looked = delivering.deliver(
                desk.workspace, source, READERS[source.reader], _joined(parts), name=name,
                by=desk.actor, commit=False, progress=progress, mapping=columns,
            )  # fmt: skip
    except Invalid as wrong:
        if any(one.code == "column-meaning" for one in wrong.findings):
            wrong.remedy = (
                "Say it: --answer 'Booked on=cost.day' --answer 'Booked on.order=dmy' --answer 'Net=cost.billed'"
            )
        raise
    if not desk.json:
        _tell(desk, source, looked, plan)
    decided = looked.staged.unchanged
    _keep_apart(plan, looked, before)
    go = yes and not decided
    if not decided and not yes and asks:
        go, decided = click.confirm("Take it in?"), True
    if not go:
        return as_data(delivered_said(desk.workspace, plan, looked)), decided
    committed = delivering.take_in(desk.workspace, source, looked.staged, by=desk.actor, mapping=columns)
    done = delivering.Delivered(looked.staged, committed)
    before.add(looked.staged.delivery.id)
    if not desk.json and committed is not None:
        desk.tell(f"In force with r{committed.revision.no}; northing revert {committed.revision.no} takes it back.")
    elif not desk.json:
        desk.tell("Nothing new: it was taken in beside this, and what it says is in force.")
    return as_data(delivered_said(desk.workspace, plan, done)), True


def _keep_apart(plan: Plan, looked: Delivered, before: set[str]) -> None:
    """Raise where a file takes the place of one that the same command has just taken in: they are likely parts."""
    taken = next((one for one in looked.staged.replaces if one[2] in before), None)
    if taken is not None:
        raise Invalid(
            f"{looked.staged.delivery.name} speaks of “{taken[1]}”, as {plan.deliveries[taken[2]].name} before it did, "
            "and would take its place.",
            remedy="Parts of one export count together: --together. To restate it on purpose, bring the file in alone.",
        )


def _prices(desk: Desk, *, yes: bool, asks: bool) -> list[Any]:
    from northing.report import bundled_prices
    from northing.report.deliveries_data import as_data, delivered_said
    from northing.sources.facts import READERS
    from northing.sources.facts.price_catalogue import CATALOGUES, pages, release

    plan = desk.record.plan()
    installed = {name: (release(name), pages) for name in CATALOGUES}

    def take(commit: bool) -> list[Delivered]:
        with desk.progress("Reading prices"):
            return bundled_prices.take_in(desk.workspace, READERS["prices"], installed, by=desk.actor, commit=commit)

    found = take(commit=yes)
    if not desk.json:
        for one in found:
            state = "in force already" if one.staged.unchanged else "taken in" if one.committed else "to take in"
            desk.tell(f"{one.staged.delivery.name}: {one.staged.rows_in:,} prices, {state}.")
    new = [one for one in found if not one.staged.unchanged]
    if new and not yes and asks and click.confirm("Take them in?"):
        found = take(commit=True)
        desk.tell("In force: " + ", ".join(one.staged.delivery.name for one in found) + ".")
    return [as_data(delivered_said(desk.workspace, plan, one)) for one in found]


# Which source


def _source(
    desk: Desk, file: str, named: str | None, reader: str | None, mapping: str | None, answers: Sequence[str]
) -> tuple[Source, Mapping | None]:
    """The source that *file* is from, and the mapping that comes in with it."""
    from northing.sources.facts import MEANINGS, READERS

    if reader is not None and reader not in READERS:
        raise Invalid(f"There is no format “{reader}”.", remedy=f"There are: {', '.join(READERS)}.")
    _check(file)
    source = _chosen(desk, file, named, reader)
    if source.reader not in MEANINGS or not (mapping or answers):
        return source, None
    import msgspec

    columns = _columns(desk, file, source, mapping, answers)
    return msgspec.structs.replace(source, mapping=columns.id), columns


def _chosen(desk: Desk, file: str, named: str | None, reader: str | None) -> Source:
    from northing.portfolio.facts import Source
    from northing.report.source_names import find_source, new_source_id, source_name

    plan = desk.record.plan()
    if named is not None:
        try:
            return find_source(plan, named)
        except NotFound:
            name = source_name(plan, named)
            if reader is None and file == "-":
                raise
            return Source(id=new_source_id(plan, name), name=name, reader=reader or _guessed(file)[0])
    likely = [reader] if reader is not None else _guessed(file)
    mine: list[Source] = [one for one in plan.sources.values() if one.reader in likely[:1]]
    if len(mine) == 1:
        return mine[0]
    if mine:
        names = ", ".join(f"“{one.name}”" for one in sorted(mine, key=lambda one: one.name))
        raise Invalid(f"{_called(file)} could be from several sources.", remedy=f"Say which: --source NAME. {names}")
    from northing.sources.facts import READERS

    name = source_name(plan, READERS[likely[0]].title)
    return Source(id=new_source_id(plan, name), name=name, reader=likely[0])


def _guessed(file: str) -> list[str]:
    """The formats that *file* could be of. Raises :class:`Invalid` where it looks like none."""
    from northing.sources.facts import READERS, guess_reader

    if file == "-":
        raise Invalid("What standard input is cannot be told.", remedy="Say it: --source NAME, or --reader FORMAT.")
    with Path(file).open("rb") as source:
        head = source.read(PAGE)
    found = [reader.name for reader, _sure in guess_reader(Path(file).name, head)]
    if not found:
        empty = not head
        raise Invalid(
            f"{_called(file)} is empty."
            if empty
            else f"{_called(file)} looks like none of the formats that are known.",
            remedy="Choose the file that holds the rows." if empty else f"Say it: --reader {'|'.join(READERS)}.",
            file=file,
        )
    return found


def _check(file: str) -> None:
    """Raise where *file* is no file that can be read."""
    if file == "-":
        return
    path = Path(file)
    if "\0" in file:
        raise Invalid("A file's name holds no NUL character.")
    if path.is_dir():
        raise Invalid(f"“{file}” is a folder, not a file.", remedy="Name the file in it.", file=file)
    if not path.is_file():
        raise NotFound(f"There is no file “{file}”.", file=file)


def _called(file: str) -> str:
    return "standard input" if file == "-" else Path(file).name


def _columns(desk: Desk, file: str, source: Source, called: str | None, answers: Sequence[str]) -> Mapping:
    """The mapping that the answers make of a table's columns."""
    from northing.sources import files, mapping
    from northing.sources.facts import MEANINGS
    from northing.sources.mapping import Layout

    if file == "-":
        raise Invalid("The columns of standard input cannot be looked at twice.", remedy="Save it as a file first.")
    table = files.read(file)
    plan = desk.record.plan()
    named = next((one for one in plan.table("mapping").values() if one.name == called), None)
    known: Mapping | None = named or (plan.get("mapping", source.mapping) if source.mapping and not called else None)
    meanings = MEANINGS[source.reader]
    proposal = meanings.propose(table)
    layout: Layout = mapping.onto(mapping.layout(known), table.columns) if known else proposal.layout
    # Who says the order of a date says that it is one.
    asked = [one.column for one in proposal.questions if one.code == "date-order" and one.column]
    said = {name: meanings.DATES[0] for name in asked if any(each.startswith(f"{name}.order=") for each in answers)}
    for each in answers:
        column, equals, meaning = each.partition("=")
        if not equals:
            raise click.BadParameter(f"“{each}” is not COLUMN=MEANING.", param_hint="--answer")
        said[column.strip()] = meaning.strip()
    made = mapping.answered(layout, said, table.columns, meanings.TARGETS, specify=meanings.specifier(table))
    return mapping.entity(mapping.check_name(called or (known.name if known else source.name)), made, table.columns)


# The bytes


def _joined(parts: tuple[str, ...]) -> Iterator[bytes]:
    from northing.facts.parts import joined

    return joined([(Path(part).name, _pages(part)) for part in parts])


def _pages(file: str) -> Iterator[bytes]:
    if file == "-":
        while piece := sys.stdin.buffer.read(PAGE):
            yield piece
        return
    try:
        with Path(file).open("rb") as source:
            while piece := source.read(PAGE):
                yield piece
    except PermissionError as problem:
        raise Invalid(
            f"“{file}” may not be read.", remedy="Give yourself the right to read it.", file=file
        ) from problem


class _bar:  # noqa: N801 - it is used as a word: with _bar(…)
    """A bar of the bytes that are read, on a terminal that somebody watches."""

    def __init__(self, desk: Desk, file: str) -> None:
        size = Path(file).stat().st_size if file != "-" else None
        self.inside = desk.progress(_called(file), total=size)
        self.done = 0

    def __enter__(self) -> Progress:
        step = self.inside.__enter__()

        def progress(octets: int, rows: int) -> None:
            if octets > self.done:
                step(octets - self.done)
                self.done = octets

        return progress

    def __exit__(self, *problem: Any) -> None:
        self.inside.__exit__(*problem)


# What a person reads


def _tell(desk: Desk, source: Source, looked: Delivered, plan: Any) -> None:
    from northing.facts.store import Store
    from northing.portfolio.facts import TABLES
    from northing.report import deliveries, words

    staged = looked.staged
    new = "" if source.id in plan.sources else ", a new source"
    desk.tell(f"{staged.delivery.name}, from {source.name}{new}")
    if staged.unchanged:
        desk.tell("Nothing new: this input was taken in before, and what it says is in force.")
        return
    found = deliveries.scopes(Store(desk.workspace.id), plan, staged.delivery)
    rows = [
        [
            one.now.scope, TABLES[one.now.table].title, words.number(one.now.rows), _money(one.now.amounts),
            one.before.name if one.before else "new", _money(one.then.amounts) if one.then else "",
            " + ".join(words.amount(value, code, signed=True) for code, value in one.difference.items()),
        ]
        for one in found[:SHOWN]
    ]  # fmt: skip
    desk.table(
        ["Scope", "Table", "Rows", "Total", "Replaces", "Its total", "Difference"], rows, right=(2, 3, 5, 6),
        total=f"… and {len(found) - SHOWN:,} more" if len(found) > SHOWN else "",
    )  # fmt: skip
    if staged.refused:
        desk.tell(f"{staged.refused:,} of {staged.rows_in:,} rows are refused{':' if staged.findings else '.'}")
    for finding in staged.findings[:SHOWN]:
        places = (f"line {finding.line}" if finding.line else "", f"“{finding.column}”" if finding.column else "")
        where = ", ".join(place for place in places if place)
        value = f" ({finding.value!r})" if finding.value else ""
        desk.tell(f"  {where}{': ' if where else ''}{finding.message}{value}")
    if staged.refused > len(staged.findings[:SHOWN]) and staged.delivery.rejects_sha256:
        desk.tell(f"  all of them: {Store(desk.workspace.id).rejects(staged.delivery.rejects_sha256)}")
    for one in deliveries.attributed(desk.workspace, plan, staged.delivery):
        if one.share is not None:
            desk.tell(
                f"Rules claim {one.share:.1%} of {words.amount(one.amount, one.currency)}; the rest is unattributed."
            )


def _money(amounts: Any) -> str:
    from northing.report import words

    return " + ".join(words.amount(value, code) for code, value in sorted(amounts.items()))
