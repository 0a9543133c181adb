"""The command line: ``northing``. A command's module is imported when the command is called, not before."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from northing import __version__
from northing.cli.desk import Desk

# name → (where it is, what it does). The text stands here so that `northing --help` imports no command.
SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Look": {
        "list": ("northing.cli.look:list_", "List, filter, group and add up any kind of entity."),
        "show": ("northing.cli.look:show", "Show one entity, with what belongs to it."),
        "why": ("northing.cli.why:why", "Say where a figure comes from, down to its source rows."),
    },
    "Change": {
        "set": ("northing.cli.change:set_", "Change fields of one entity, with a reason."),
        "import": ("northing.cli.import_:import_", "Bring in a file: preview it, then commit it."),
        "export": ("northing.cli.export:export", "Write a file: a table as it stands, or an import as it came."),
        "revert": ("northing.cli.history:revert", "Undo what one revision did, an import included."),
        "tag": ("northing.cli.history:tag", "Name a revision: a baseline, a board pack."),
    },
    "Scenarios": {
        "scenario": ("northing.cli.scenario:scenario", "Begin scenarios; hold them beside the plan; merge them."),
    },
    "Money": {
        "money": ("northing.cli.money:money", "Show plan, forecast and actual at any level; close a month."),
        "unattributed": ("northing.cli.usage:unattributed", "List the money that no investment claims."),
        "rule": ("northing.cli.rules:rule", "List, preview, add, change and end attribution rules."),
        "usage": ("northing.cli.usage:usage", "Show tokens, requests and cost; price apart from volume."),
        "price": ("northing.cli.usage:price", "Say what a model costs on a day."),
        "deliver": ("northing.cli.deliver:deliver", "Bring in a bill, a ledger, hours, usage: preview, take in."),
        "source": ("northing.cli.source:source", "List, add and change the sources that facts come from."),
        "fund": ("northing.cli.fund:fund", "Open funds; approve, transfer, reserve and reverse money."),
    },
    "Flow": {
        "flow": ("northing.cli.flow:flow", "Show how work flows: the five metrics, throughput, age; their items."),
        "policy": ("northing.cli.policy:policy", "List, show, check and change how work is read."),
        "forecast": ("northing.cli.forecast:forecast", "Forecast when work will be done, and how much by a day."),
        "delivery": ("northing.cli.delivery:delivery", "Show how often services go live, how soon, what fails."),
        "work": ("northing.cli.work:work", "Say what work in progress serves, why an item is done; link work."),
        "return": ("northing.cli.returns:returned", "Show what work cost, and what is claimed to come of it."),
    },
    "Choose": {
        "rank": ("northing.cli.rank:rank", "Show investments by score, and where money and people end."),
        "capacity": ("northing.cli.capacity:capacity", "Show who is asked for, of how many; where people are short."),
        "choose": ("northing.cli.choose:choose", "Choose the best plan under the plan's limits; say why; save it."),
        "optimise": ("northing.cli.optimise:optimise", "Choose the best plan under limits, from a file."),
        "decision": ("northing.cli.decision:decision", "Submit, approve, reject and merge; read what was decided."),
    },
    "History": {
        "log": ("northing.cli.history:log", "List the revisions: who, when, why."),
        "diff": ("northing.cli.diff:diff", "Say what changed between two revisions or dates."),
        "blame": ("northing.cli.history:blame", "Say who set each field of an entity, and when."),
        "verify": ("northing.cli.history:verify", "Recompute the chain of hashes, and check every rule."),
    },
    "People": {
        "user": ("northing.cli.people:user", "Add, list and change users and their roles."),
        "token": ("northing.cli.people:token", "Make, list and revoke keys to the API."),
    },
    "Installation": {
        "demo": ("northing.cli.demo:demo", "Load the sample organisation and start the server."),
        "serve": ("northing.cli.serve:serve", "Start the server."),
        "migrate": ("northing.cli.migrate:migrate", "Make or upgrade the tables of the database."),
        "doctor": ("northing.cli.doctor:doctor", "Check the installation, and say what to do about what is wrong."),
        "engine": ("northing.cli.engine:engine", "Compare the engine of the facts with another; clear files."),
        "backup": ("northing.cli.keep:backup", "Write everything to one file, while the server runs."),
        "restore": ("northing.cli.keep:restore", "Put a backup in place of an empty installation."),
    },
}
COMMANDS: dict[str, tuple[str, str]] = {
    name: entry for commands in SECTIONS.values() for name, entry in commands.items()
}


def _keep(field: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(context.ensure_object(Desk), field, value)

    return keep


def _options() -> list[click.Option]:
    """The options that every command takes, before or after its name."""
    return [
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_keep("json"), help="Answer in JSON."),
        click.Option(
            ["-w", "--workspace"], metavar="SLUG", expose_value=False, callback=_keep("slug"),
            help="The workspace; needed where there are several. Also NORTHING_WORKSPACE.",
        ),
        click.Option(
            ["--as", "as_"], metavar="EMAIL", expose_value=False, callback=_keep("email"),
            help="Who is doing this; an owner of the workspace if not said. Also NORTHING_AS.",
        ),
        click.Option(
            ["--at"], metavar="REF", expose_value=False, callback=_keep("ref"),
            help="The plan as it was: 42, 2026-03-31, tag:q1-board, scenario:cut-10@57.",
        ),
        click.Option(
            ["--mode"], type=click.Choice(["known", "reported"]), expose_value=False, callback=_keep("mode"),
            help="What a date in --at means: as known on that day, or as reported for it.",
        ),
    ]  # fmt: skip


def _share(command: click.Command) -> click.Command:
    """Give a command, and the commands in it, the shared options that it does not define itself."""
    taken = {name for parameter in command.params for name in parameter.opts}
    command.params.extend(option for option in _options() if not taken & set(option.opts))
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _share(inner)
    return command


class Lazy(click.Group):
    """A group whose commands are named in ``SECTIONS`` and imported when they are called."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.params.extend(_options())

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            module, _, attribute = COMMANDS[cmd_name][0].partition(":")
            command = getattr(importlib.import_module(module), attribute)
            self.commands[cmd_name] = _share(command)
        return self.commands[cmd_name]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean “{near[0]}”?" if near else " northing --help lists the commands."
            ctx.fail(f"There is no command “{args[0]}”.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, text) for name, (_, text) in commands.items()])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="northing")
def northing() -> None:
    """Northing: the source of truth for an organisation's AI investments."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point: call the command, and turn what went wrong into a sentence and an exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        code = northing.main(args=given, prog_name="northing", standalone_mode=False, obj=Desk())
    except click.exceptions.Exit as left:
        code = left.exit_code
    except click.Abort:
        sys.stderr.write("Stopped.\n")
        code = 130
    except click.ClickException as problem:
        from northing.cli.tell import usage

        code = usage(problem, as_json=as_json)
    except BrokenPipeError:
        # The reader of our output has gone (`northing log | head`), which is no error. Python flushes at exit.
        sys.stdout = None
        code = 0
    except Exception as problem:
        from northing.cli.tell import refusal, refuse

        known = refusal(problem)
        if known is None:
            raise
        code = refuse(known, as_json=as_json)
    sys.exit(code if isinstance(code, int) else 0)
