"""What the investments are claimed to bring: lines by quarter, from the day on which somebody asked for money for them.

Where one is stopped or retired, somebody takes the claims of later quarters back: of all but one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from northing.portfolio.edits import create, remove
from northing.portfolio.investment import ENDED, Stage
from northing.sources.sample.cast import person, sample_id
from northing.sources.sample.course import Course
from northing.sources.sample.money_plan import odd
from northing.sources.sample.timeline import LENGTH, Event, Timeline, next_quarter, quarters

PROMISED = ("meetings", 9.5)
"""The investment whose claim is many times its size, and how many."""

STILL_CLAIMED = "next-offer"
"""The investment that was stopped, and whose claims nobody has taken back."""

KINDS = {
    "revenue": "subrogation submissions appetite elasticity telematics cyber clearance retention next-offer broker-search",
    "saving": "photo-damage water claims-docs medical total-loss fraud-graph forgery fnol-fraud roofs policy-docs home-chat voice "
              "translation faq-bot gateway",
    "avoidance": "register test-data knowledge legacy alerts cockpit",
    "capacity": "triage letters file-summary storm call-transcripts guidelines agent-assist mail mid-term coding office meetings close "
                "screening academy",
    "risk": "reserve litigation flood loss-runs complaints call-quality monitoring",
}  # fmt: skip
"""What each investment is for, in the books or beside them."""

BASES = (
    "Time a case in a sample of two weeks, times cases a year.",
    "The vendor’s case study, halved.",
    "Audit of closed files: what the tool would have found.",
    "Workshop with the team; not measured yet.",
    "Pilot against a control group of the same size.",
)
RAMP = (0.3, 0.7, 1.0, 1.1, 1.1, 1.1, 1.1, 1.1)


def claims(time: Timeline, root: str, courses: Mapping[str, Course]) -> Iterator[Event]:
    """The claims, told once a quarter for the investments whose pilot or scaling began in it, or that ended."""
    told: dict[int, list[Any]] = {}
    for key, course in courses.items():
        random = Random(f"{root}-benefit-{key}")
        begun = next(
            (day for day, stage in course.plot.course if stage in (Stage.PILOT, Stage.SCALE, Stage.OPERATE)), None
        )
        # Nobody has written down what a fifth of them is for, in money.
        if begun is None or not course.plot.size or (random.random() < 0.2 and key != PROMISED[0]):
            continue
        day = _told_on(begun)
        over = next((day for day, stage in course.plot.course if stage in ENDED), LENGTH + 1)
        if day > min(LENGTH, over):
            continue
        lines = list(_lines(key, course, day, next_quarter(time.on(max(begun, 0))), random))
        told.setdefault(day, []).extend(lines)
        back = _told_on(over)
        if back <= LENGTH and key != STILL_CLAIMED:
            late = (line for line in lines if date.fromisoformat(str(line.fields["start"])) >= time.on(over))
            told.setdefault(back, []).extend(remove("benefit_plan_line", line.id) for line in late)
    for day, edits in sorted(told.items()):
        yield Event(day, 6, "claims", edits, "What new investments are claimed to bring, as their cases say", "noor")


def _told_on(day: int) -> int:
    """The day of the quarter's turn on which something of *day* is written down."""
    return max(41, -(-(day + 6) // 91) * 91 + 22)


def _lines(key: str, course: Course, day: int, first: date, random: Random) -> Iterator[Any]:
    a_quarter = course.plot.size * 1000 * random.uniform(0.09, 0.34) * (PROMISED[1] if key == PROMISED[0] else 1)
    owner = course.owner_on(day)
    kind, basis = next(kind for kind, keys in KINDS.items() if key in keys.split()), random.choice(BASES)
    for ramp, quarter in zip(RAMP, quarters(first, len(RAMP)), strict=True):
        likely = odd(a_quarter * ramp, random)
        yield create(
            "benefit_plan_line", sample_id("benefit_plan_line", key, quarter.isoformat()), investment=course.id, type=kind,
            name=course.plot.category, start=quarter, end=next_quarter(quarter), likely=Decimal(likely), basis=basis,
            low=Decimal(odd(likely * random.uniform(0.35, 0.8), random)), high=Decimal(odd(likely * random.uniform(1.1, 1.9), random)),
            owner=person(owner) if owner else None,
        )  # fmt: skip
