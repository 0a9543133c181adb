"""The AI inside the investments: systems, the models they use, and how."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from .entity import Entity, about
from .words import word


class AISystem(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A machine-based system that infers outputs from inputs (EU AI Act, OECD); a row of an inventory.

    What an inventory says stands here word for word, odd spellings included; blank stays blank.
    """

    KIND, PLURAL, TITLE, TITLE_PLURAL = "ai_system", "ai_systems", word("AI system"), word("AI systems")
    NUMBERED = "AIS"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str, about("Name")]
    investment: Annotated[str | None, about("Investment", ref="investment")] = None
    external_id: Annotated[str | None, about("External id", "Its id where it came from; may be used twice.")] = None
    inventory: Annotated[str | None, about("Last inventory", 'The edition that last listed it: "2025".')] = None
    org_unit: Annotated[str | None, about("Organisational unit", ref="org_unit")] = None
    agency: Annotated[str | None, about("Agency", "Abbreviation, as the inventory has it.")] = None
    bureau: Annotated[str | None, about("Bureau", "As the inventory has it.")] = None
    development_stage: Annotated[str | None, about("Development stage", "Word for word.")] = None
    impact: Annotated[str | None, about("Impact", "High-impact, rights- or safety-impacting; word for word.")] = None
    topic_area: Annotated[str | None, about("Topic area")] = None
    classification: Annotated[str | None, about("AI classification", "Word for word.")] = None
    problem_solved: Annotated[str | None, about("Problem solved", long=True)] = None
    benefits: Annotated[str | None, about("Expected benefits", long=True)] = None
    outputs: Annotated[str | None, about("Outputs", long=True)] = None
    operational_date: Annotated[str | None, about("Operational date", "Word for word.")] = None
    build_buy: Annotated[str | None, about("Built or bought")] = None
    vendor: Annotated[str | None, about("Vendor", "As written; may name several.")] = None
    has_pii: Annotated[str | None, about("Personal data")] = None
    pia_url: Annotated[str | None, about("Privacy assessment")] = None
    has_ato: Annotated[str | None, about("Authority to operate")] = None


class ModelStatus(StrEnum):
    """Lifecycle words of the providers."""

    PREVIEW = "preview"
    ACTIVE = "active"
    LEGACY = "legacy"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


class AIModel(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A model that can be called, with the dates of its life."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "ai_model", "ai_models", word("AI model"), word("AI models")

    name: Annotated[str, about("Name", "As the provider calls it.")]
    provider: Annotated[str | None, about("Provider")] = None
    status: Annotated[ModelStatus | None, about("Status")] = None
    announced: Annotated[date | None, about("Retirement announced")] = None
    deprecated_on: Annotated[date | None, about("Deprecated on")] = None
    shutdown_on: Annotated[date | None, about("Shut down on")] = None
    replacement: Annotated[str | None, about("Replacement", ref="ai_model")] = None


class ModelUse(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A system uses a model, by some route, for a share of its calls."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "model_use", "model_uses", word("Model use"), word("Model uses")

    system: Annotated[str, about("AI system", ref="ai_system")]
    model: Annotated[str, about("AI model", ref="ai_model")]
    route: Annotated[str | None, about("Route", "Provider's own, a cloud's, a gateway.")] = None
    share: Annotated[Decimal | None, about("Share", "Of the system's calls, 0 to 1.")] = None
    pinned: Annotated[bool | None, about("Pinned version")] = None
