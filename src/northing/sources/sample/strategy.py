"""What Fenmarch's board wants, how it is measured, and the portfolios and value streams that work on it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from northing.portfolio.edits import Edit, change, create

from .cast import person, sample_id


class Aim(NamedTuple):
    name: str
    level: str
    parent: str | None
    owner: str
    description: str


AIMS: dict[str, Aim] = {
    "settle": Aim("Settle simple claims within two working days", "board", None, "maeve",
                  "A burst pipe or a dented door should not cost a customer a fortnight. Simple motor and home claims "
                  "are decided and paid within two working days, with a person one call away."),
    "ratio": Aim("Bring the combined ratio below 94", "board", None, "noor",
                 "Better selection and less leakage in repair, medical and legal bills; not slower payment."),
    "grow": Aim("Grow small-business and specialty lines through brokers", "board", None, "henrik",
                "Brokers place business where they get an answer first. We answer in hours, with a price we stand by."),
    "fraud": Aim("Stop fraud before it is paid", "board", None, "lindiwe",
                 "Find it at first notice, and bother fewer honest customers while doing so."),
    "control": Aim("Know, own and control every AI system we run", "board", None, "rosa",
                   "Each system has an owner, a purpose, a tested oversight and evidence ready for the supervisor."),
    "people": Aim("Give colleagues back time for customers", "board", None, "samir",
                  "Less retyping, searching and chasing; people stay because the work is worth doing."),
    "touchless": Aim("Half of household claims without a touch", "executive", "settle", "kwame",
                     "From first notice to payment with nobody retyping anything."),
    "first-contact": Aim("Answer a customer in the first contact", "executive", "settle", "yuki",
                         "No transfers, no call-backs for the twenty most frequent questions."),
    "leakage": Aim("Halve avoidable leakage in repair and medical bills", "executive", "ratio", "maeve", ""),
    "selection": Aim("Price what we know, decline what we cannot price", "executive", "ratio", "priya", ""),
    "same-day": Aim("Answer every broker submission the same day", "unit", "grow", "henrik", ""),
    "americas": Aim("Clear US specialty submissions within one day", "unit", "grow", "daniel", ""),
    "evidence": Aim("Have AI Act evidence ready on request", "unit", "control", "rosa",
                    "For every system in a high-risk class: purpose, data, tests, oversight, log."),
    "engineers": Aim("Give engineers a day a week back", "unit", "people", "ingrid", ""),
    "paperless": Aim("Paperless back office", "team", None, "jonas",
                     "Carried over from the 2022 operations plan."),
}


class Measure(NamedTuple):
    name: str
    aim: str
    unit: str
    better: str
    start: str
    target: str
    now: str
    """Where it stands when the story ends."""


MEASURES: dict[str, Measure] = {
    "two-days": Measure("Simple claims settled within two working days", "settle", "%", "up", "31.4", "70", "52.8"),
    "claimants": Measure("Claimants who would recommend us", "settle", "%", "up", "61", "75", "66.3"),
    "combined": Measure("Combined ratio", "ratio", "%", "down", "98.3", "93.8", "96.1"),
    "leak": Measure("Leakage found in closed-file audits", "ratio", "% of claims paid", "down", "5.2", "3.1", "4.4"),
    "turnaround": Measure("Median time to first answer on a submission", "grow", "hours", "down", "52", "8", "21.5"),
    "premium": Measure("Premium from small business", "grow", "EUR million", "up", "412.6", "520", "447.1"),
    "prevented": Measure("Fraud stopped before payment", "fraud", "EUR million a year", "up", "18.4", "31", "23.7"),
    "honest": Measure("Referred claims that turn out honest", "fraud", "%", "down", "38.2", "20", "29.6"),
    "owned": Measure("AI systems with a named owner and complete record", "control", "%", "up", "44", "100", "81.3"),
    "tested": Measure("High-risk systems with a tested human override", "control", "%", "up", "0", "100", "57.1"),
    "weekly": Measure("Colleagues who use an assistant every week", "people", "%", "up", "9.2", "60", "41.7"),
    "attrition": Measure("Regretted leavers in claims and service", "people", "% a year", "down", "13.8", "9", "12.1"),
    "untouched": Measure("Household claims paid without a touch", "touchless", "%", "up", "6.1", "50", "19.4"),
    "resolved": Measure("Questions resolved in the first contact", "first-contact", "%", "up", "58.7", "78", "67.9"),
    "us-day": Measure("US submissions cleared within one day", "americas", "%", "up", "23.5", "85", "54.2"),
    "dossier": Measure("High-risk systems with a complete dossier", "evidence", "%", "up", "11", "100", "64.3"),
    "hours": Measure("Hours a week that engineers report as saved", "engineers", "hours", "up", "0", "8", "4.1"),
}

PORTFOLIOS = {
    "claims": ("Claims Transformation", None, "maeve", "From first notice to recovery, in all three markets."),
    "growth": ("Underwriting and Growth", None, "henrik", "Selection, pricing and broker submissions."),
    "service": ("Customer and Broker Service", None, "yuki", "Everything a customer or broker asks us between claims."),
    "platforms": ("Enterprise Platforms", None, "samir", "What the other portfolios stand on, and our own productivity."),
    "control": ("AI Control", "platforms", "rosa", "Register, evidence, oversight and metering of AI."),
}

STREAMS = {
    "household": ("Motor and home claims", "kwame", "Europe/Amsterdam"),
    "commercial": ("Commercial and marine claims", "maeve", None),
    "recovery": ("Fraud and recovery", "lindiwe", None),
    "small-business": ("Small-business underwriting", "henrik", None),
    "specialty": ("Specialty lines, Americas", "daniel", "America/New_York"),
    "policy": ("Policy service", "elif", None),
    "brokers": ("Brokers and partners", "yuki", "Europe/London"),
    "backbone": ("Finance, people and technology", "samir", None),
}


def objective(key: str) -> str:
    return sample_id("objective", key)


def key_result(key: str) -> str:
    return sample_id("key_result", key)


def portfolio(key: str) -> str:
    return sample_id("portfolio", key)


def stream(key: str) -> str:
    return sample_id("value_stream", key)


def set_up(start: date, end: date) -> list[Edit]:
    """Portfolios, value streams, the board's objectives and their key results, on the first day."""
    edits = []
    for key, (name, parent, owner, words) in PORTFOLIOS.items():
        edits.append(create("portfolio", portfolio(key), name=name, description=words, owner=person(owner),
                            parent=portfolio(parent) if parent else None))
    for key, (name, owner, zone) in STREAMS.items():
        at_start = "marta" if owner == "elif" else owner
        edits.append(create("value_stream", stream(key), name=name, owner=person(at_start), zone=zone))
    board = {key: aim for key, aim in AIMS.items() if aim.level == "board" or key == "paperless"}
    edits += [_aim(key, aim, start, end) for key, aim in board.items()]
    edits += [_measure(key, made, start, end) for key, made in MEASURES.items() if made.aim in board]
    return edits


def cascade(on: date, end: date) -> list[Edit]:
    """The objectives below the board's, agreed some weeks later."""
    lower = {key: aim for key, aim in AIMS.items() if aim.level != "board" and key != "paperless"}
    edits = [_aim(key, aim, on, end) for key, aim in lower.items()]
    return edits + [_measure(key, made, on, end) for key, made in MEASURES.items() if made.aim in lower]


def measured(share: float, wobble: list[float], on: date) -> list[Edit]:
    """Every key result as measured when *share* of the story has passed; *wobble* keeps it from being a line."""
    edits = []
    for (key, made), off in zip(MEASURES.items(), wobble, strict=True):
        start, now = Decimal(made.start), Decimal(made.now)
        bent = now if share >= 1 else start + (now - start) * Decimal(str(round(share**1.3 + off * 0.08, 4)))
        places = max(1, -int(now.as_tuple().exponent))
        edits.append(change("key_result", key_result(key), current=round(bent, places),
                            measured_on=on - timedelta(days=4 + len(key) % 9)))
    return edits


def _aim(key: str, aim: Aim, start: date, end: date) -> Edit:
    return create(
        "objective", objective(key), name=aim.name, level=aim.level, description=aim.description or None,
        parent=objective(aim.parent) if aim.parent else None, owner=person(aim.owner), start=start, end=end,
    )  # fmt: skip


def _measure(key: str, made: Measure, start: date, end: date) -> Edit:
    owner = AIMS[made.aim].owner
    return create(
        "key_result", key_result(key), name=made.name, objective=objective(made.aim), owner=person(owner),
        unit=made.unit, better=made.better, measure_baseline=made.start, target=made.target, current=made.start,
        measured_on=start, due=end,
    )  # fmt: skip
