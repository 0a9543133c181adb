"""What Fenmarch's portfolio office prepares before the yearly choice: what is asked for, with whom, and what must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from random import Random

from northing.portfolio.edits import Edit, change, create
from northing.portfolio.investment import ENDED, RUNNING, Stage

from .cast import person, sample_id
from .course import Course
from .money.crew import CREWS, ROLES, crew_of, role_id, team_id
from .money_plan import odd
from .timeline import Event, Timeline, next_quarter, quarter_of, quarters

BEGINS, PEOPLE, ASKED, SCORED, AGREED = 508, 511, 514, 518, 522
"""Days on which the choice is prepared: themes, people, what is asked for, scores, and the limits agreed with finance."""

AHEAD = 6
"""Quarters that are looked at, from the one that today is in."""

THEMES: dict[str, tuple[str, str, str]] = {
    "claims": ("Settle at the first touch", "maeve", "Claims that are decided and paid without a detour."),
    "growth": ("Price what we know", "henrik", "Better selection, and answers to brokers within hours."),
    "service": ("Answer in the first contact", "yuki", "Customers and brokers get their answer where they ask."),
    "platforms": ("Time for colleagues", "samir", "Less retyping, searching and chasing inside Fenmarch."),
    "control": ("In control of AI", "rosa", "Every system known, owned, watched and ready for the supervisor."),
}
HORIZONS = (
    ("now", "Today’s business", "What runs, and is made better."),
    ("next", "Next business", "What was shown to work and is being spread."),
    ("later", "Options", "What may become something; bought cheaply, stopped early."),
)
HORIZON_OF: dict[Stage | None, str] = {Stage.OPERATE: "now", Stage.SCALE: "next", Stage.PILOT: "next"}

RISK_OF = {None: "0.60", Stage.IDEA: "0.55", Stage.DISCOVERY: "0.45", Stage.PILOT: "0.35", Stage.SCALE: "0.20"}
"""The chance that it fails, by how far it has come; what runs fails seldom."""

MUST = {
    "register": "Article 49 registration is due.",
    "monitoring": "The supervisor asks for it.",
    "fraud-graph": "Agreed with the police.",
}
WAIT = {"surety": 9, "vulnerable": 6, "renewal-letters": 9, "synthetic": 12, "repair-network": 6, "cargo": 12, "treaty": 12, "solvency": 9}
"""Months by which it may start later."""

ASKS: dict[str, int] = {
    "repair-network": 640, "surety": 520, "vulnerable": 485, "renewal-letters": 240, "synthetic": 415, "storm": 180,
    "cargo": 560, "treaty": 460, "commission": 150, "solvency": 380, "case-assistant": 380, "steward": 300, "knowledge": 420,
}  # fmt: skip
"""What is asked for in the year after, in thousands, by investments that nobody has given that money yet."""

VARIANTS = (
    ("cargo", "one-desk", "Rotterdam desk only", "0.45", "0.40", "0.50", 0),
    ("vulnerable", "voice-only", "Calls only, no mail", "0.60", "0.70", "0.55", 0),
    ("repair-network", "motor", "Motor garages first", "0.55", "0.65", "0.60", 3),
    ("office", "seats", "Half of the seats", "0.52", "0.60", "0.70", 0),
    ("legacy", "two-systems", "Two systems instead of four", "0.50", "0.42", "0.55", 0),
    ("agent-assist", "lean", "Without the second language", "0.80", "0.85", "0.75", 0),
)

GROUPS = (
    ("one-reader", "One document reader", ("claims-docs", "submissions", "policy-docs"), 0, 2,
     "Three teams read documents with the same vendor; two at most get money of their own."),
    ("letters", "Letters once", ("renewal-letters", "treaty"), 0, 1, "Both would build the same drafting desk."),
    ("control", "Two for the supervisor", ("register", "monitoring", "steward"), 2, None, "Promised to the supervisor for next year."),
)  # fmt: skip

TEAM_ROLES: dict[str, tuple[str, ...]] = {
    "risk": ("validator",),
    "platform": ("ml", "data", "software", "owner"),
}
USUAL = ("ml", "data", "software", "owner", "analyst")
WEIGHT = {"ml": 0.30, "data": 0.26, "software": 0.26, "owner": 0.14, "analyst": 0.16, "validator": 0.22}
PACE = {Stage.PILOT: 1.0, Stage.SCALE: 1.25, Stage.OPERATE: 0.35, Stage.DISCOVERY: 0.45}
TIGHT = {"data": "0.78", "validator": "0.80", "ml": "0.96"}
"""Of which role there is less than is asked for: its part of what is asked in the busiest quarter."""

CRITERIA: tuple[dict[str, object], ...] = (
    {"key": "fit", "name": "Strategic fit", "weight": "0.35", "low": "0", "high": "10"},
    {"key": "benefit", "name": "Benefit for customers", "weight": "0.25", "low": "0", "high": "10"},
    {"key": "urgency", "name": "Urgency", "weight": "0.15", "low": "0", "high": "10"},
    {"key": "risk", "name": "Risk", "weight": "0.25", "source": "risk", "better": "down", "low": "0", "high": "1"},
)
QUEUE = (
    ("value", "User and business value"), ("time", "Time criticality"), ("opportunity", "Risk reduction, opportunity"), ("size", "Job size"),
)  # fmt: skip
STEPS = (1, 2, 3, 5, 8, 13)


def choosing(time: Timeline, root: str, courses: Mapping[str, Course]) -> Iterator[Event]:
    """Themes, people, what is asked for, scores, limits and who has to agree, some weeks before the story ends."""
    there = {key: course for key, course in courses.items() if course.plot.course[0][0] < BEGINS}
    yield Event(BEGINS, 1, "themes", [*_frame(), *_placed(there)], "Themes and horizons for the yearly choice", "tomasz")
    random = Random(f"{root}/choosing")
    asked = [edit for key in ASKS if key in there for edit in _ask(key, there[key], time, random)]
    yield Event(ASKED, 1, "asked", asked, "What is asked for beyond what is approved", "tomasz")
    demand = {key: dict(_demand(course, time)) for key, course in there.items()}
    yield Event(PEOPLE, 1, "people", list(_people(demand, there, time)), "Who is there, and who is asked for", "ana")
    yield Event(SCORED, 1, "scores", list(_scored(there, root)), "Scores of the yearly choice, from two workshops", "tomasz")
    yield Event(AGREED, 1, "limits", list(_limits(there, asked, time)), "Limits of the yearly choice, agreed with finance", "matteo")
    yield Event(AGREED, 2, "rules", _rules(), "Who has to agree before the plan is changed", "ana")


def theme(key: str) -> str:
    return sample_id("theme", key)


def horizon(key: str) -> str:
    return sample_id("horizon", key)


def _frame() -> list[Edit]:
    themes = [
        create("theme", theme(key), name=name, owner=person(owner), description=words)
        for key, (name, owner, words) in THEMES.items()
    ]
    return themes + [
        create("horizon", horizon(key), name=name, rank=rank, description=words)
        for rank, (key, name, words) in enumerate(HORIZONS, 1)
    ]


def _placed(there: Mapping[str, Course]) -> Iterator[Edit]:
    for key, course in there.items():
        stage = course.stage_on(BEGINS)
        if stage in ENDED:
            continue
        yield change(
            "investment", course.id, theme=theme(course.plot.portfolio), horizon=horizon(HORIZON_OF.get(stage, "later")),
            risk=RISK_OF.get(stage, "0.10"), must_do=True if key in MUST else None, may_wait=WAIT.get(key),
        )  # fmt: skip


def _ask(key: str, course: Course, time: Timeline, random: Random) -> Iterator[Edit]:
    """Four quarters of cost from the next one on, and six of benefit from half a year after: out until it is chosen."""
    first = next_quarter(quarter_of(time.today))
    yield change("investment", course.id, choice="out", choice_from=first)
    for quarter, part in zip(quarters(first, 4), (0.16, 0.28, 0.32, 0.24), strict=True):
        for expense, kind, of in (("capex", "build", 0.7), ("opex", "change", 0.3)):
            likely = odd(ASKS[key] * 1000 * part * of, random)
            yield create(
                "cost_plan_line", sample_id("cost_plan_line", key, quarter.isoformat(), expense, "asked"), investment=course.id,
                start=quarter, end=next_quarter(quarter), expense=expense, type=kind, low=Decimal(odd(likely * 0.85, random)),
                likely=Decimal(likely), high=Decimal(odd(likely * 1.35, random)), note="Asked for; not approved.",
            )  # fmt: skip
    owner = course.owner_on(ASKED)
    a_quarter = ASKS[key] * 1000 * random.uniform(0.18, 0.46)
    for quarter, ramp in zip(quarters(quarters(first, 3)[-1], 6), (0.3, 0.6, 1, 1, 1.1, 1.1), strict=True):
        likely = odd(a_quarter * ramp, random)
        yield create(
            "benefit_plan_line", sample_id("benefit_plan_line", key, quarter.isoformat(), "asked"), investment=course.id,
            type="saving" if random.random() < 0.6 else "revenue", name=course.plot.category, start=quarter,
            end=next_quarter(quarter), low=Decimal(odd(likely * 0.5, random)), likely=Decimal(likely),
            high=Decimal(odd(likely * 1.5, random)), owner=person(owner) if owner else None,
            basis="Workshop with the team; not measured yet.",
        )  # fmt: skip


def _demand(course: Course, time: Timeline) -> Iterator[tuple[str, Decimal]]:
    """Role → people that the investment asks for, in halves, while it runs on."""
    stage, key = course.stage_on(PEOPLE), course.key
    size = course.plot.size or ASKS.get(key, 0)
    if stage in ENDED or not size or (stage not in RUNNING and key not in ASKS):
        return
    whole = size / 400 * PACE.get(stage, 0.45) if stage else size / 900
    for role in USUAL:
        people = Decimal(round(whole * WEIGHT[role] * 2)) / 2
        if people:
            yield role, people
    if course.plot.act == "High risk":
        yield "validator", Decimal("0.5")


def _people(demand: Mapping[str, Mapping[str, Decimal]], there: Mapping[str, Course], time: Timeline) -> Iterator[Edit]:
    begin = quarters(quarter_of(time.today), AHEAD)
    end = next_quarter(begin[-1])
    needed: dict[tuple[str, str], Decimal] = {}
    for key, roles in demand.items():
        team = crew_of(there[key].plot)
        new = key in ASKS and there[key].stage_on(PEOPLE) not in (Stage.PILOT, Stage.SCALE)
        for role, people in roles.items():
            home = "risk" if role == "validator" else team
            needed[home, role] = needed.get((home, role), Decimal(0)) + people
            hard = there[key].stage_on(PEOPLE) in (Stage.SCALE, Stage.OPERATE)
            start = begin[1] if new else begin[0]
            # What builds is done after a year; what runs goes on.
            until = end if there[key].stage_on(PEOPLE) is Stage.OPERATE else begin[5]
            yield create(
                "resource_demand", sample_id("resource_demand", key, role), investment=there[key].id, role=role_id(role),
                team=team_id(home), start=start, end=until, people=people, booking="hard" if hard else "soft",
            )  # fmt: skip
    for (team, role), people in sorted(needed.items()):
        there_are = max(Decimal(1), Decimal(round(people * Decimal(TIGHT.get(role, "1.08")) * 2)) / 2)
        half = begin[2]
        yield _capacity(team, role, begin[0], half, there_are)
        # One more is being hired where it is tightest.
        yield _capacity(team, role, half, end, there_are + (1 if role == "data" and team == "claims" else 0))


def _capacity(team: str, role: str, start: date, end: date, people: Decimal) -> Edit:
    return create(
        "capacity", sample_id("capacity", team, role, start.isoformat()), role=role_id(role), team=team_id(team), start=start,
        end=end, people=people, note=f"{CREWS[team].name}: {ROLES[role][0].lower()}s",
    )  # fmt: skip


def _scored(there: Mapping[str, Course], root: str) -> Iterator[Edit]:
    yearly, queue = sample_id("scoring_model", "yearly"), sample_id("scoring_model", "queue")
    yield create(
        "scoring_model", yearly, name="Yearly choice", method="weighted", criteria=CRITERIA, per_cost=True, discount="0.08",
        where="stage is empty or stage not in (retired, stopped)",
        note="Agreed in the portfolio board; scores from two workshops.",
    )  # fmt: skip
    yield create(
        "scoring_model", queue, name="Pilot queue", method="wsjf", where="stage in (idea, discovery, pilot)",
        criteria=[{"key": key, "name": name} for key, name in QUEUE], discount="0.08",
    )  # fmt: skip
    yield create(
        "scoring_model", sample_id("scoring_model", "value"), name="Value at risk", method="rnpv", discount="0.08",
        where="stage is empty or stage not in (retired, stopped)",
    )  # fmt: skip
    for key, course in there.items():
        stage = course.stage_on(SCORED)
        random = Random(f"{root}/score/{key}")
        if stage in ENDED or random.random() < 0.06:  # a few were never scored
            continue
        fit = sum(float(weight) for _, weight in course.plot.contributions)
        for criterion, value in (
            ("fit", min(10, round(2 + 7 * fit + random.uniform(-1, 1)))),
            ("benefit", random.randint(2, 9)),
            ("urgency", random.randint(1, 9)),
        ):
            yield _score(key, yearly, "yearly", criterion, value, course.id)
        if stage in (Stage.IDEA, Stage.DISCOVERY, Stage.PILOT):
            for criterion, _ in QUEUE:
                yield _score(key, queue, "queue", criterion, random.choice(STEPS), course.id)


def _score(key: str, model: str, name: str, criterion: str, value: int, investment: str) -> Edit:
    return create(
        "score", sample_id("score", name, key, criterion), investment=investment, model=model, criterion=criterion,
        value=Decimal(value), by=person("tomasz" if name == "yearly" else "ana"),
    )  # fmt: skip


def _limits(there: Mapping[str, Course], asked: list[Edit], time: Timeline) -> Iterator[Edit]:
    first = next_quarter(quarter_of(time.today))
    window = quarters(first, 4)
    until = next_quarter(window[-1])
    planned = {"capex": Decimal(0), "opex": Decimal(0)}
    for course in there.values():
        if course.stage_on(AGREED) in ENDED:
            continue
        for (quarter, expense, _), (_, likely, _) in course.money.lines.items():
            if quarter in window:
                planned[expense] += likely
    for edit in asked:
        if edit.kind == "cost_plan_line":
            planned[edit.fields["expense"]] += Decimal(str(edit.fields["likely"]))
    for expense, part, name, per, count in (
        ("capex", "0.84", "Capex of a quarter", "quarter", 4),
        ("opex", "0.92", "Opex of the year ahead", "whole", 1),
    ):
        yield create(
            "limit", sample_id("limit", expense), name=name, type="budget", expense=expense, start=first, end=until, per=per,
            most=(planned[expense] / count * Decimal(part) / 50000).to_integral_value() * 50000, currency="EUR",
            roll_over=True if per == "quarter" else None,
        )  # fmt: skip
    yield create(
        "limit", sample_id("limit", "control"), name="Control of AI", type="share", where='theme = "In control of AI"',
        start=first, end=until, per="whole", least=Decimal("0.06"),
    )  # fmt: skip
    yield create(
        "limit", sample_id("limit", "options"), name="Options, not more than a quarter", type="share",
        where='horizon = "Options"', start=first, end=until, per="whole", least=Decimal("0.05"), most=Decimal("0.25"),
    )  # fmt: skip
    yield create(
        "limit", sample_id("limit", "halden"), name="Money that hangs on Halden AI", type="share",
        where='ai_systems.vendor = "Halden AI"', start=first, end=until, per="whole", most=Decimal("0.50"),
    )  # fmt: skip
    yield create(
        "limit", sample_id("limit", "risk"), name="Risk of the whole", type="risk", start=first, end=until, per="whole",
        most=Decimal("0.35"),
    )  # fmt: skip
    for key, name, keys, least, at_most, words in GROUPS:
        names = ", ".join(f'"{there[key].plot.name}"' for key in keys)
        yield create("group", sample_id("group", key), name=name, where=f"name in ({names})", least=least, most=at_most, note=words)
    for key, variant, name, cost, benefit, people, delay in VARIANTS:
        yield create(
            "variant", sample_id("variant", key, variant), investment=there[key].id, name=name, cost=cost, benefit=benefit,
            people=people, delay=delay,
        )  # fmt: skip


def _rules() -> list[Edit]:
    return [
        create("approval_rule", sample_id("approval_rule", "large"), name="Moves of a quarter of a million", change="money",
               amount="250000", currency="EUR", approvals=1, role="owner"),
        create("approval_rule", sample_id("approval_rule", "stop"), name="Somebody else looks at every stop", change="stop", approvals=1),
    ]  # fmt: skip
