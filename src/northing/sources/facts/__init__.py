"""Readers of facts: bills, timesheets, usage of models and their prices, and work. Each turns raw pages into rows."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from northing.portfolio.fact_reading import FactReader

from . import ledger_meanings, state_meanings
from .anthropic import Anthropic
from .azure_devops import AzureDevOps
from .devlake import DevLake
from .focus import Focus
from .github import GitHub
from .jira import Jira
from .jira_csv import JiraCsv
from .keps import Keps
from .ledger_table import LedgerTable
from .litellm import LiteLLM
from .openai import OpenAI
from .price_catalogue import PriceCatalogue
from .request_log import RequestLog
from .state_dates import StateDates
from .timesheet import Timesheet

READERS: Mapping[str, FactReader] = {
    reader.name: reader
    for reader in (
        Focus(),
        LedgerTable(),
        Timesheet(),
        LiteLLM(),
        OpenAI(),
        Anthropic(),
        RequestLog(),
        PriceCatalogue(),
        Jira(),
        JiraCsv(),
        DevLake(),
        GitHub(),
        AzureDevOps(),
        StateDates(),
        Keps(),
    )
}
"""Name, as ``Source.reader`` says it → the reader."""

MEANINGS: Mapping[str, Any] = {"ledger": ledger_meanings, "state_dates": state_meanings}
"""Reader of tables by a mapping → what their columns can mean."""

MOST_UNPACKED = 1 << 20
"""So much of a packed input is looked at to tell its format."""


def guess_reader(name: str, head: bytes) -> list[tuple[FactReader, float]]:
    """The readers that an input called *name*, beginning with *head*, could be for; the best one first.

    An input packed with gzip is looked into.
    """
    if head[:2] == b"\x1f\x8b":
        try:
            name, head = name.removesuffix(".gz"), zlib.decompressobj(wbits=31).decompress(head, MOST_UNPACKED)
        except zlib.error:
            return []
    scored = [(reader, reader.fits(name, head)) for reader in READERS.values()]
    return sorted((entry for entry in scored if entry[1] > 0), key=lambda entry: (-entry[1], entry[0].name))
