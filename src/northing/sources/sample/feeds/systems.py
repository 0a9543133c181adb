"""The systems that Fenmarch's facts come from, and which column of their tables means what."""

from __future__ import annotations

from typing import NamedTuple

from northing.portfolio.edits import Edit, create
from northing.sources.sample.cast import person, sample_id


class System(NamedTuple):
    """A source: its format, who answers for it, how often it delivers, and what its rows leave unsaid."""

    name: str
    reader: str
    owner: str
    every: int | None
    currency: str | None = None
    provider: str | None = None
    expense: str | None = None
    kind: str | None = None
    mapping: str | None = None
    note: str | None = None
    options: dict[str, str] | None = None


MONTHLY, QUARTERLY, HALF_YEARLY = 45, 100, 190
"""Days between the last day that an input speaks of and the next input, with some patience."""

SYSTEMS: dict[str, System] = {
    "cloud": System("Nimbora Cloud, FOCUS export", "focus", "ingrid", MONTHLY, expense="opex", kind="run",
                    note="Comes on the third; sent again when Nimbora restates."),
    "halden": System("Halden AI, costs by week", "openai", "ingrid", MONTHLY, provider="Halden AI", expense="opex", kind="run"),
    "gateway": System("AI gateway, daily activity", "litellm", "ingrid", MONTHLY, currency="USD",
                      note="Only what passes the gateway; Halden bills the rest as well."),
    "erp": System("Finance system, invoices", "ledger", "matteo", MONTHLY, currency="EUR", mapping="erp"),
    "timesheets": System("Timesheets of the group", "timesheet", "tomasz", MONTHLY),
    "timesheets-uk": System("Timesheets of Fenmarch UK", "timesheet", "callum", QUARTERLY, note="Exported by hand in Leeds."),
    "tracker": System("Tracker of the teams", "jira", "tomasz", HALF_YEARLY, options={"extent": "changes"},
                      note="Since summer: first everything, then the issues that changed, with their histories."),
    "engineering": System("Engineering figures, three services", "devlake", "ingrid", QUARTERLY,
                          note="Whole exports: what comes again replaces what came before. Comments are left out."),
    "prices": System("Price list of our model providers", "prices", "ingrid", None),
}  # fmt: skip


MAPPINGS: dict[str, tuple[str, dict[str, dict[str, object]]]] = {
    "erp": ("Fenmarch invoices", {
        "Posting date": {"to": "cost.day", "order": "dmy"},
        "Document": {"to": "cost.tag"},
        "Cost centre": {"to": "cost.cost_center"},
        "WBS element": {"to": "cost.project"},
        "Purchase order": {"to": "cost.order_ref"},
        "Supplier": {"to": "cost.provider"},
        "Text": {"to": "cost.description"},
        "GL account": {"to": "cost.account"},
        "Amount": {"to": "cost.billed", "comma": True},
        "Currency": {"to": "cost.currency"},
        "Capitalised": {"to": "cost.expense", "words": {"J": "capex", "N": "opex"}},
        "Activity": {"to": "cost.kind"},
    }),
}  # fmt: skip
"""Source → what its mapping is called, and which column means what."""


def source_id(system: str) -> str:
    return sample_id("source", system)


def set_up() -> list[Edit]:
    """The sources as the portfolio office entered them."""
    mappings = [
        create("mapping", sample_id("mapping", key), name=name, header=list(columns), columns=columns, options={"rows": "cost"})
        for key, (name, columns) in MAPPINGS.items()
    ]
    return mappings + [
        create("source", source_id(key), name=made.name, reader=made.reader, owner=person(made.owner), cadence_days=made.every,
               currency=made.currency, provider=made.provider, mapping=sample_id("mapping", made.mapping) if made.mapping else None,
               expense=made.expense, kind=made.kind, note=made.note, **({"options": made.options} if made.options else {}))
        for key, made in SYSTEMS.items()
    ]  # fmt: skip
