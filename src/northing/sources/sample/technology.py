"""The models that Fenmarch's systems call, and what becomes of them; and the organisation's own fields."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from northing.portfolio.edits import Edit, change, create
from northing.portfolio.investment import Stage

from .cast import sample_id, unit
from .plot import Plot


class Model(NamedTuple):
    """A model by its provider's name; none of these exist."""

    provider: str
    status: str = "active"
    replacement: str | None = None


MODELS: dict[str, Model] = {
    "halden-5-preview": Model("Halden AI", "preview"),
    "halden-4-large": Model("Halden AI"),
    "halden-4-mini": Model("Halden AI"),
    "halden-3-large": Model("Halden AI", "active", "halden-4-large"),
    "corvane-vision-2": Model("Corvane"),
    "corvane-vision-1": Model("Corvane", "legacy", "corvane-vision-2"),
    "larkspur-voice-2": Model("Larkspur Voice"),
    "larkspur-voice-1": Model("Larkspur Voice", "legacy", "larkspur-voice-2"),
    "larkspur-dialog-1": Model("Larkspur Voice", "legacy"),
    "quill-doc-2": Model("Quillstone"),
    "tessera-embed-3": Model("Tessera"),
    "mistle-12b": Model("Open weights, run by us"),
}
"""Models from outside; whatever else a system calls is Fenmarch's own."""

RETIRING = "halden-3-large"
"""Its shutdown is announced in the course of the story and falls some weeks after its end."""

ROUTES = {
    "Halden AI": "AI gateway",
    "Corvane": "Provider's own",
    "Larkspur Voice": "Provider's own",
    "Quillstone": "Provider's own",
    "Tessera": "AI gateway",
}


def model(name: str) -> str:
    return sample_id("ai_model", name)


def system(plot: str, name: str) -> str:
    return sample_id("ai_system", plot, name)


def introduce(name: str) -> Edit:
    made = MODELS.get(name, Model("Fenmarch"))
    return create(
        "ai_model",
        model(name),
        name=name,
        provider=made.provider,
        status=made.status,
        replacement=model(made.replacement) if made.replacement else None,
    )


def models_of(plots: dict[str, Plot]) -> list[str]:
    """Every model that the plots call or that providers offer; replacements stand before what they replace."""
    called = {use.split(":")[0] for plot in plots.values() for made in plot.systems for use in made.models.split()}
    return [*MODELS, *sorted(called - MODELS.keys())]


def retirement(today: date, announced: date) -> dict[str, object]:
    """What becomes known of :data:`RETIRING` on the day of its announcement."""
    return {
        "status": "deprecated",
        "announced": announced,
        "deprecated_on": announced + timedelta(days=30),
        "shutdown_on": today + timedelta(days=43),
    }


WORD_OF_SYSTEM = {
    Stage.PILOT: "Pilot",
    Stage.SCALE: "Deployed",
    Stage.OPERATE: "Deployed",
    Stage.RETIRED: "Retired",
    Stage.STOPPED: "Retired",
}


def systems_of(key: str, plot: Plot, stage: Stage | None, on: date) -> list[Edit]:
    """The AI systems of a plot and the models that they call."""
    edits: list[Edit] = []
    for made in plot.systems:
        id = system(key, made.name)
        edits.append(create(
            "ai_system", id, name=made.name, investment=sample_id("investment", key), org_unit=unit(plot.home.split("/")[2]),
            development_stage=WORD_OF_SYSTEM.get(stage) if stage else None, classification=made.classification,
            impact=made.impact, build_buy=made.built, vendor=made.vendor, has_pii=made.pii, topic_area=plot.category,
            operational_date=on.strftime("%m/%Y") if stage is Stage.OPERATE else None,
        ))  # fmt: skip
        for use in made.models.split():
            name, _, share = use.partition(":")
            route = ROUTES.get(MODELS[name].provider if name in MODELS else "", "Own cluster")
            edits.append(create("model_use", sample_id("model_use", key, made.name, name), system=id, model=model(name),
                                share=share, route=route, pinned=name.startswith("halden")))  # fmt: skip
    return edits


def systems_become(key: str, plot: Plot, stage: Stage) -> list[Edit]:
    """What the inventory says of a plot's systems once it enters *stage*."""
    return [change("ai_system", system(key, made.name), development_stage=WORD_OF_SYSTEM[stage]) for made in plot.systems]


class Own(NamedTuple):
    """A field of the organisation's own on investments."""

    name: str
    type: str
    help: str
    unit: str | None = None
    choices: tuple[str, ...] = ()


FIELDS: dict[str, Own] = {
    "act": Own(
        "AI Act class",
        "choice",
        "As assessed by Model Risk; undetermined until the assessment is signed.",
        None,
        ("High risk", "Limited risk", "Minimal risk", "Undetermined"),
    ),
    "countries": Own("Countries", "choices", "Where it is used or will be.", None, ("NL", "BE", "DE", "UK", "US")),
    "council": Own("Works council agreed", "flag", "Needed where colleagues are measured or recorded."),
    "reach": Own("Customers touched a year", "number", "Policyholders or claimants whose case it changes.", "people"),
    "renewal": Own("Vendor contract ends", "date", "First day on which we could leave without cost."),
    "ceiling": Own("Approved ceiling", "money", "What the investment committee allowed without coming back.", "EUR"),
    "board-name": Own("Name in the board pack", "text", "Where the board knows it under another name."),
}


def own_field(key: str) -> str:
    return sample_id("custom_field", key)


def own_fields() -> list[Edit]:
    return [
        create("custom_field", own_field(key), kind="investment", name=made.name, type=made.type, help=made.help,
               unit=made.unit, choices=made.choices or None)
        for key, made in FIELDS.items()
    ]  # fmt: skip
