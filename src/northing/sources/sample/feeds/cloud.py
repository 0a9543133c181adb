"""The monthly bill of Nimbora Cloud, as the FOCUS 1.2 export that it sends: credits, corrections, odd tags and all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from northing.sources.sample.course import Course
from northing.sources.sample.money import Money
from northing.sources.sample.timeline import next_month

PROVIDER = "Nimbora Cloud"
GROUP, PARTNER = ("7720-4410-0186", "Fenmarch Group"), ("7720-9001-4417", "Fenmarch partner centre")
AI = "AI and Machine Learning"

COLUMNS = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingAccountType", "BillingCurrency", "BillingPeriodEnd",
    "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd",
    "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost", "InvoiceId",
    "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "RegionId",
    "ResourceId", "ResourceName", "ServiceCategory", "ServiceName", "ServiceSubcategory", "SkuId", "SubAccountId",
    "SubAccountName", "Tags",
)  # fmt: skip


class Service(NamedTuple):
    category: str
    subcategory: str
    name: str
    share: float
    unit: str
    price: float
    short: str


SERVICES = (
    Service("Compute", "Virtual Machines", "Nimbora Machines", 0.37, "Hours", 0.4137, "vm"),
    Service("Databases", "Relational Databases", "Managed Relational", 0.17, "Hours", 0.8271, "sql"),
    Service("Storage", "Object Storage", "Object Store", 0.09, "GB-Months", 0.0213, "obj"),
    Service(AI, "Machine Learning", "Model Endpoints", 0.27, "GPU-Hours", 2.9384, "gpu"),
    Service(AI, "Generative AI", "Vector Search", 0.10, "Unit-Hours", 0.1952, "vec"),
)

HOMES = {
    "claims": ("fen-claims-prod", "Claims production"),
    "growth": ("fen-growth-prod", "Underwriting production"),
    "service": ("fen-service-prod", "Service production"),
    "platforms": ("fen-platform-prod", "Platforms production"),
    "control": ("fen-platform-prod", "Platforms production"),
}
BY_CURRENCY = {"GBP": ("fen-uk-prod", "UK production"), "USD": ("fen-us-prod", "Americas production")}
REGIONS = {"GBP": "eu-west-2", "USD": "us-east-1"}

SHADOW_SERVICES: tuple[tuple[str, str, str, int, float, float], ...] = (
    ("Scribelet Enterprise", "Scribelet", "fen-marketing", 236, 2384.0, 1.117),
    ("Parlando Meeting Notes", "Parlando", "fen-corporate", 341, 863.0, 1.061),
)
"""LLM products bought on the cloud's marketplace: name, publisher, sub-account, since, dollars a month, growth."""

ODD_TAGS = {
    "photo-damage": "photodamage", "fraud-graph": "fraud_graph", "agent-assist": "agent-asist", "submissions": "submision",
    "water": "wter", "triage": "motor triage", "roofs": "roof", "legacy": "cobol", "reserve": "reserves",
}  # fmt: skip
"""How some teams spell themselves; of these the portfolio office has found the first three."""

RESTATED = 0.9245
"""What of the first bill's price of model endpoints the restated one asks."""


class Line(NamedTuple):
    """What is billed, before it is written down."""

    start: date
    end: date
    cost: float
    service: Service
    account: tuple[str, str]
    sub_account: tuple[str, str]
    resource: str
    tags: dict[str, str]
    category: str = "Usage"
    correction: bool = False
    words: str = ""
    publisher: str = PROVIDER
    region: str = "eu-west-1"
    covered: bool = False


def bill(money: Money, month: date, *, restated: bool = False) -> bytes:
    """The bill of *month*; *restated*: as it was sent again, with the endpoints' price put right."""
    random = Random(f"{money.spending.root}/cloud/{month}")
    lines = [*_projects(money, month, random), *_shared(money, month, random), *_marketplace(money, month, random)]
    lines += [*_partner(money, month, random), *_adjustments(money, month, lines, random)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        factor = RESTATED if restated and line.service.short == "gpu" and line.cost > 0 else 1.0
        writer.writerow(_cells(line._replace(cost=line.cost * factor), month))
    return text.getvalue().encode()


def _projects(money: Money, month: date, random: Random) -> Iterator[Line]:
    for key, course in money.courses.items():
        amount = sum(spent.amount for spent in money.spending.channel(key, month, "cloud"))
        if not amount:
            continue
        dollars = money.exchange.turn(amount, course.plot.currency, "USD", month)
        odd = Random(f"{money.spending.root}/tags/{key}")
        for service in SERVICES:
            parts = (0.64, 0.36) if service.short == "vm" else (1.0,)
            for index, part in enumerate(parts):
                tags = _tags(key, course, odd)
                share = service.share * part
                name = f"{'minutes' if key == 'meetings' else key}-{service.short}-{index + 1}"
                yield from _weeks(month, dollars * share, random, service, _home(course), name, tags,
                                  REGIONS.get(course.plot.currency, "eu-west-1"))  # fmt: skip


def _weeks(
    month: date, amount: float, random: Random, service: Service, home: tuple[str, str], name: str, tags: dict[str, str],
    region: str = "eu-west-1",
) -> Iterator[Line]:  # fmt: skip
    """An amount as four charges of a week each, the last one longer; storage and databases are billed by the month."""
    by_week = service.short in ("vm", "gpu", "stt")
    starts = [month + timedelta(days=offset) for offset in ((0, 7, 14, 21) if by_week else (0,))]
    weights = [random.uniform(0.82, 1.2) * (end - start).days for start, end in zip(starts, [*starts[1:], next_month(month)], strict=True)]
    for start, end, weight in zip(starts, [*starts[1:], next_month(month)], weights, strict=True):
        covered = service.short == "vm" and random.random() < 0.16
        yield Line(start, end, amount * weight / sum(weights), service, GROUP, home, name, tags, region=region, covered=covered)


def _tags(key: str, course: Course, odd: Random) -> dict[str, str]:
    """What the team tagged a resource with: mostly right."""
    if key in ("loss-runs", "meetings"):
        return {}
    tags = {"project": "clear" if key == "clearance" else key, "env": odd.choice(("prod", "prod", "prod", "test"))}
    if odd.random() < 0.4:
        tags["owner"] = f"{course.plot.portfolio}-team"
    chance = odd.random()
    if chance < 0.075:
        return {"env": tags["env"]}
    if chance < 0.085:
        tags["projct"] = tags.pop("project")
    elif chance < 0.24 and key in ODD_TAGS:
        tags["project"] = ODD_TAGS[key]
    elif chance < 0.29:
        tags["project"] = key.title()
    return tags


def _shared(money: Money, month: date, random: Random) -> Iterator[Line]:
    """What nobody owns alone: logging and network, the data lake, the shared document intake."""
    day = money.time.day(month) + 14
    vm, sql, store, endpoints, _ = SERVICES
    shared, lake = ("fen-platform-shared", "Platform shared services"), ("fen-data-lake", "Group data lake")
    growth = 1 + max(0, day) / 900
    yield from _weeks(month, 3240 * growth * random.uniform(0.93, 1.08), random, vm, shared, "gateway-edge", {"env": "prod"})
    yield from _weeks(month, 1180 * growth * random.uniform(0.93, 1.08), random, store, shared, "audit-log", {"env": "prod"})
    yield from _weeks(month, 3920 * random.uniform(0.9, 1.12), random, store, lake, "lake-raw", {"env": "prod", "owner": "data-office"})
    yield from _weeks(month, 2650 * random.uniform(0.9, 1.12), random, sql, lake, "lake-serving", {"owner": "data-office"})
    if day > 150:
        intake = {"project": "intake", "env": "prod"}
        yield from _weeks(month, 1930 * random.uniform(0.9, 1.1), random, endpoints, HOMES["growth"], "intake-ocr", intake)
    if day > 262:
        intake = {"project": "intake-eu", "env": "prod"}
        yield from _weeks(month, 870 * random.uniform(0.9, 1.1), random, endpoints, HOMES["claims"], "intake-eu-ocr", intake)
    if day > 402:
        lab = ("fen-lab-07", "Lab 7")
        yield from _weeks(month, 1490 * random.uniform(0.7, 1.4), random, endpoints, lab, "notebook-gpu", {"created-by": "self-service"})


def _marketplace(money: Money, month: date, random: Random) -> Iterator[Line]:
    """LLM products that somebody bought with a click, and nobody claims."""
    day = money.time.day(month) + 14
    for name, publisher, sub_account, since, amount, growth in SHADOW_SERVICES:
        if day < since:
            continue
        cost = amount * growth ** ((day - since) / 30.4) * random.uniform(0.95, 1.06)
        service = Service(AI, "Generative AI", name, 1.0, "Seats", 29.0, "llm")
        where = (sub_account, {"fen-marketing": "Marketing", "fen-corporate": "Corporate functions"}[sub_account])
        yield Line(month, next_month(month), cost, service, GROUP, where, f"{publisher.lower()}-subscription", {}, "Purchase",
                   words=f"{name}, monthly seats", publisher=publisher)  # fmt: skip


def _partner(money: Money, month: date, random: Random) -> Iterator[Line]:
    """The partner centre's own account, since Marta's move."""
    day = money.time.day(month) + 14
    if day < 362:
        return
    centre = ("fen-partner-centre", "Partner centre")
    service = Service(AI, "Speech", "Contact Transcripts", 1.0, "Minutes", 0.0141, "stt")
    for line in _weeks(month, 1320 * (1 + (day - 362) / 500) * random.uniform(0.9, 1.1), random, service, centre, "transcripts", {}):
        yield line._replace(account=PARTNER)
    for line in _weeks(month, 610 * random.uniform(0.9, 1.1), random, SERVICES[0], centre, "desktop-pool", {}):
        yield line._replace(account=PARTNER)


def _adjustments(money: Money, month: date, lines: list[Line], random: Random) -> Iterator[Line]:
    """The monthly credit, the commitment that covers some machines, and now and then a correction of the month before."""
    shared = ("fen-platform-shared", "Platform shared services")
    vm = SERVICES[0]
    covered = sum(line.cost for line in lines if line.covered)
    yield Line(month, next_month(month), covered * 0.71, vm, GROUP, shared, "savings-commitment", {}, "Purchase",
               words="Compute commitment, one year, monthly instalment")  # fmt: skip
    yield Line(month, next_month(month), -random.uniform(880, 1460), vm, GROUP, shared, "migration-credit", {}, "Credit",
               words="Migration programme credit")  # fmt: skip
    if (month.month + month.year) % 3 == 0:
        usual = [line for line in lines if line.service.short == "gpu" and line.tags.get("project")]
        if usual:
            line = random.choice(usual)
            before = (month - timedelta(days=1)).replace(day=1)
            yield line._replace(start=before, end=before + timedelta(days=7), cost=-line.cost * random.uniform(0.18, 0.4),
                                correction=True, words="Correction: endpoint was metered while it was stopped")  # fmt: skip


def _home(course: Course) -> tuple[str, str]:
    return BY_CURRENCY.get(course.plot.currency) or HOMES[course.plot.portfolio]


def _cells(line: Line, month: date) -> list[str]:
    service = line.service
    # A machine under the commitment costs nothing on the invoice; what it is worth stands as effective cost.
    billed = 0.0 if line.covered else line.cost
    effective = 0.0 if line.category == "Purchase" and line.resource == "savings-commitment" else line.cost * (0.71 if line.covered else 1)
    listed = line.cost * 1.065 if line.category == "Usage" else line.cost
    quantity = f"{line.cost / service.price:.6f}" if line.category == "Usage" and not line.correction else ""
    region = line.region
    return [
        f"{billed:.10f}", *line.account, "Organisation", "USD", _instant(next_month(month)), _instant(month), line.category,
        "Correction" if line.correction else "", line.words or f"{service.name} in {region}, per {service.unit}",
        "Usage-Based" if line.category == "Usage" else "Recurring", _instant(line.end), _instant(line.start), quantity,
        service.unit if quantity else "", f"{line.cost:.10f}", f"{effective:.10f}",
        f"NIM-{month:%Y%m}-{line.account[0][-4:]}", PROVIDER, f"{listed:.10f}", quantity, service.unit if quantity else "",
        PROVIDER, line.publisher, region,
        f"nim:{region}:{line.sub_account[0]}:{service.short}/{line.resource}", line.resource, service.category, service.name,
        service.subcategory, f"NIM-{service.short.upper()}-{len(service.name):02d}", *line.sub_account,
        json.dumps(line.tags, separators=(",", ":")) if line.tags else "",
    ]  # fmt: skip


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
