"""The formats of facts in plain words: what each is called, and how one tells that a file is of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.sources.facts import READERS, guess_reader

WORDS: dict[str, tuple[str, str]] = {
    "focus": (
        gettext_noop("Cloud or SaaS bill (FOCUS)"),
        gettext_noop("A CSV or Parquet file with columns such as BilledCost, ChargePeriodStart and ServiceName."),
    ),
    "ledger": (
        gettext_noop("Ledger or ERP extract"),
        gettext_noop("A spreadsheet or CSV with a date, an amount and an account, whatever its columns are called."),
    ),
    "timesheet": (
        gettext_noop("Timesheet"),
        gettext_noop("A CSV or JSON file with a day, hours and a role or team; rate cards make money of it."),
    ),
    "litellm": (
        gettext_noop("LiteLLM gateway"),
        gettext_noop("Daily activity or spend logs of a LiteLLM proxy, as JSON or CSV."),
    ),
    "openai": (
        gettext_noop("OpenAI costs or usage"),
        gettext_noop("The answers of the organisation's costs or usage API, as JSON."),
    ),
    "anthropic": (
        gettext_noop("Anthropic costs or usage"),
        gettext_noop("The answers of the cost report or the usage report for messages, as JSON."),
    ),
    "request_log": (
        gettext_noop("Log of requests to models"),
        gettext_noop("A CSV with a row for each request: its time, the model, tokens in and out."),
    ),
    "prices": (
        gettext_noop("Prices of models"),
        gettext_noop("JSON lines with provider, model and price, from the bundled catalogues or a contract."),
    ),
    "jira": (
        gettext_noop("Jira"),
        gettext_noop("The answers of Jira Cloud's REST API, with the changelogs of the issues, as JSON."),
    ),
    "jira_csv": (
        gettext_noop("Jira export (CSV)"),
        gettext_noop("An export of issues, all fields. It has no history: bring the API's answers in for flow."),
    ),
    "devlake": (
        gettext_noop("DevLake tables"),
        gettext_noop("CSV of DevLake's tables: issues and their changelogs, pull requests, deployments, incidents."),
    ),
    "github": (
        gettext_noop("GitHub issues and pull requests"),
        gettext_noop("Pages of the REST or GraphQL API: issues, pull requests, events or timelines, as JSON."),
    ),
    "azure_devops": (
        gettext_noop("Azure DevOps"),
        gettext_noop("Pages of the reporting API's work item revisions, or the updates of a work item, as JSON."),
    ),
    "state_dates": (
        gettext_noop("Table with a date for each state"),
        gettext_noop("A CSV or spreadsheet: a row an item, a column a state. You say which column is which."),
    ),
    "keps": (
        gettext_noop("Kubernetes enhancements"),
        gettext_noop("The table of enhancements, or that of their changes, as CSV."),
    ),
}
"""Reader → title, and what such a file looks like."""

MONEY = frozenset({"cost", "usage", "price"})
"""Tables that speak of money: a source of theirs has a currency; what is worked on has none."""

HEAD = 1 << 20


@dataclass(frozen=True)
class Format:
    name: str
    title: str
    looks: str
    likely: bool = False
    of_work: bool = False
    """Whether it speaks of work and not of money."""


def title(reader: str) -> str:
    """What a person calls a format."""
    known = WORDS.get(reader)
    return _(known[0]) if known else READERS[reader].title if reader in READERS else reader


def formats(likely: str = "") -> list[Format]:
    """All formats, the one that a file looks like first."""
    found = [
        Format(name, _(WORDS[name][0]), _(WORDS[name][1]), name == likely, of_work(name))
        for name in READERS
        if name in WORDS
    ]
    return sorted(found, key=lambda one: not one.likely)


def of_work(reader: str) -> bool:
    """Whether a format speaks of work and not of money."""
    return reader in READERS and MONEY.isdisjoint(READERS[reader].tables)


def guessed(name: str, file: Path) -> list[str]:
    """The readers that *file* could be for, the best one first."""
    with file.open("rb") as source:
        head = source.read(HEAD)
    return [reader.name for reader, _sure in guess_reader(name, head)]
