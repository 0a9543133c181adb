"""What a column can mean, the words by which people call it, and the shape that its cells then have."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Shape = Literal[
    "name", "text", "id", "date", "money", "rating", "stage", "choice", "code", "group", "person", "url", "period"
]


class Meaning(NamedTuple):
    shape: Shape
    words: tuple[str, ...]
    """Phrases, most telling first, in English and Dutch."""


def _of(shape: Shape, words: str) -> Meaning:
    return Meaning(shape, tuple(words.split("|")))


MEANINGS: dict[str, Meaning] = {
    "investment.name": _of(
        "name",
        "name|project name|title|initiative|project title|programme name|investment name|project|initiative name"
        "|short description|naam|titel|projectnaam|investment|product name|epic|ai use case",
    ),
    "investment.external_id": _of(
        "id", "id|project id|identifier|reference|ref|code|project number|number|nr|key|project code|nummer|kenmerk"
    ),
    "investment.description": _of(
        "text",
        "description|summary|purpose|scope|about|goal|aim|doel|omschrijving|beschrijving|toelichting|samenvatting"
        "|project description|details",
    ),
    "investment.problem": _of("text", "problem|problem solved|need|business need|probleem|aanleiding|rationale"),
    "investment.benefits": _of(
        "text", "benefits|expected benefits|benefit|outcomes|value|baten|voordelen|opbrengsten|benefits comment"
    ),
    "investment.portfolio": _of(
        "group", "portfolio|programme|program|delivery program|workstream|portefeuille|programma|theme|thema"
    ),
    "investment.value_stream": _of("group", "value stream|waardestroom|product line|business line"),
    "investment.org_unit": _of(
        "group",
        "organisation|organization|department|organisational unit|division|directorate|business unit|agency|ministry"
        "|bureau|unit|team|group|owner group|owner team|organisatie|afdeling|directie|dienst|sponsor department"
        "|owning sig|sig|agency name|department name",
    ),
    "investment.owner": _of(
        "person",
        "owner|project manager|manager|lead|product owner|responsible|eigenaar|projectleider|verantwoordelijke|author"
        "|authors|contact|project owner|accountable",
    ),
    "investment.sponsor": _of(
        "person", "sponsor|sro|senior responsible owner|executive sponsor|opdrachtgever|approver|approvers|sponsor name"
    ),
    "investment.stage": _of(
        "stage",
        "stage|phase|status|lifecycle stage|project status|fase|stadium|project stage|state|stage of development",
    ),
    "investment.category": _of(
        "choice", "category|type|project type|categorie|soort|class|domain|segment|investment type|topic area"
    ),
    "investment.start": _of(
        "date",
        "start|start date|begin|begin date|startdatum|begindatum"
        "|commencement|kick off|creation date|date initiated|initiated"
        "|planned start|start iso|created|from",
    ),
    "investment.end": _of(
        "date",
        "end|end date|finish|finish date|completion|completion date|einddatum|planned end|target date|close date"
        "|end iso|until|deadline",
    ),
    "investment.whole_life_cost": _of(
        "money",
        "whole life cost|wlc|wlc baseline|total cost|total budget|lifetime cost|estimate at completion|eac"
        "|total investment|total value|totale kosten|investering|cost|costs|amount|kosten|contract value"
        "|capital cost|lifecycle cost",
    ),
    "investment.currency": _of("choice", "currency|valuta|munteenheid"),
    "investment.tags": _of("choice", "tags|labels|keywords|trefwoorden"),
    "objective": _of(
        "group", "objective|strategic objective|strategic goal|okr|doelstelling|strategic theme|strategic priority"
    ),
    "cost_plan_line.budget": _of(
        "money",
        "budget|annual budget|approved budget|fy baseline|financial year baseline|in year baseline|baseline budget"
        "|begroting|budget this year",
    ),
    "cost_plan_line.likely": _of(
        "money",
        "forecast|fy forecast|financial year forecast|in year forecast|planned cost|prognose|expected cost|raming"
        "|outturn|forecast cost",
    ),
    "cost_plan_line.low": _of("money", "low estimate|cost low|minimum cost|p10"),
    "cost_plan_line.high": _of("money", "high estimate|cost high|maximum cost|p90"),
    "cost_plan_line.note": _of("text", "variance comment|variance narrative|budget comment|variance explanation"),
    "health_report.overall": _of(
        "rating",
        "rag|rag status|rating|health|overall status|overall health|dca|delivery confidence"
        "|delivery confidence assessment|confidence|kleur|stoplicht|project health|dca ipa|overall",
    ),
    "health_report.words": _of(
        "text",
        "dca comment|rag comment|status comment|health comment|commentary|status narrative|status update|narrative"
        "|rating comment|departmental commentary",
    ),
    "health_report.schedule": _of("rating", "schedule rag|schedule health|time rag|schedule status|planning"),
    "health_report.schedule_words": _of("text", "schedule comment|schedule narrative|schedule commentary"),
    "health_report.cost": _of("rating", "cost rag|budget rag|cost health|budget status|financial rag"),
    "health_report.cost_words": _of("text", "wlc comment|cost comment|whole life cost narrative|cost narrative"),
    "health_report.scope": _of("rating", "scope rag|scope health|scope status"),
    "health_report.scope_words": _of("text", "scope comment|scope narrative"),
    "health_report.resource": _of("rating", "resource rag|resource health|resource status|people rag"),
    "health_report.resource_words": _of("text", "resource comment|resource narrative"),
    "milestone.due": _of(
        "date",
        "gate|milestone|tender closed|go live|go live date|business case|approval date|mijlpaal|launch|due|due date",
    ),
    "note.text": _of("text", "comments|comment|notes|note|remarks|remark|opmerkingen|opmerking"),
    "link.url": _of("url", "url|link|website|web page|webpage|address|adres"),
    "report.period": _of(
        "period",
        "report year|reporting year|year|period|reporting period|financial year|fiscal year|quarter|jaar|edition",
    ),
}

AI_MEANINGS: dict[str, Meaning] = {
    "ai_system.name": _of("name", "use case name|ai use case|algorithm|algoritme|system name|ai system|use case|name"),
    "ai_system.external_id": _of("id", "use case id|system id|algorithm id"),
    "ai_system.agency": _of("code", "agency abbreviation|agency|agency code"),
    "ai_system.bureau": _of("choice", "agency bureau|bureau|component|bureau component"),
    "ai_system.development_stage": _of(
        "choice", "development stage|stage of development|stage|status|lifecycle stage|fase|phase"
    ),
    "ai_system.impact": _of("choice", "high impact|is high impact|impact|risk class|risk level|risicoklasse"),
    "ai_system.topic_area": _of("choice", "topic area|use case topic area|topic|thema|domain"),
    "ai_system.classification": _of("choice", "classification|ai classification|ai type|technique|techniek"),
    "ai_system.problem_solved": _of("text", "problem solved|problem"),
    "ai_system.benefits": _of("text", "benefits|expected benefits"),
    "ai_system.outputs": _of("text", "system outputs|outputs|ai outputs|uitkomsten"),
    "ai_system.operational_date": _of("choice", "operational date|date implemented|in use since"),
    "ai_system.build_buy": _of("choice", "contracting usage|build buy|build or buy|developed in house"),
    "ai_system.vendor": _of("choice", "vendor name|vendor|supplier|leverancier|provider"),
    "ai_system.has_pii": _of("choice", "has pii|pii|personal data|persoonsgegevens"),
    "ai_system.pia_url": _of("choice", "pia url|privacy impact assessment|dpia"),
    "ai_system.has_ato": _of("choice", "have ato|has ato|authority to operate|ato"),
}
AI_WORDS = re.compile(
    r"\b(?:ai|use case|algorithms?|algoritme[ns]?|machine learning|high impact|pii|model|algor\w+)\b", re.IGNORECASE
)
REPLACED_BY_AI = {
    "investment.name": "ai_system.name",
    "investment.external_id": "ai_system.external_id",
    "investment.stage": "ai_system.development_stage",
    "investment.problem": "ai_system.problem_solved",
    "investment.benefits": "ai_system.benefits",
    "investment.category": "ai_system.topic_area",
}
"""Where a row is an AI system, its own field takes what would be the investment's."""

TARGETS: tuple[str, ...] = (*MEANINGS, *AI_MEANINGS, "milestone.done")
"""Everything that a column can mean."""

SMALL = frozenset(["the", "of", "a", "an", "and", "or", "in", "for", "to", "is", "de", "het", "een", "van", "en"])
UNITS = frozenset(["gbp", "eur", "usd", "aud", "cad", "m", "mln", "mn", "million", "k", "iso", "n", "norm", "clean"])


def tokens(header: str) -> list[str]:
    """The words of a column's name: ``wlcBaseline_gbp_m`` → wlc, baseline, gbp, m."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)", " ", header)
    return [word for word in re.split(r"[^\w£€$]+|_+", spaced.lower()) if word and word not in SMALL]
