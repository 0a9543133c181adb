"""The sample organisation: what somebody who looks around in it finds."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs

import pytest

from northing.measure.attention import attention
from northing.measure.columns import view_of
from northing.measure.line_of_sight import line_of_sight
from northing.measure.rollup import strategy
from northing.measure.table import ask
from northing.measure.view import View
from northing.portfolio import kinds
from northing.portfolio.edits import apply, check_body, unknown_fields
from northing.portfolio.entity import Entity
from northing.portfolio.investment import Stage
from northing.portfolio.plan import Plan
from northing.portfolio.rules import check, check_all
from northing.sources.sample import ORGANISATION, PLANTED, Step, directory, investment_id, story

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return list(story(today=TODAY))


def told(steps: list[Step]) -> Plan:
    """The plan after *steps*; a step that edits what is not there fails."""
    bodies: dict[tuple[str, str], object] = {}
    seen: set[tuple[str, str]] = set()
    for step in steps:
        for edit in step.edits:
            where = (edit.kind, edit.id)
            assert not unknown_fields(edit.kind, [edit])
            if edit.op == "create":
                assert where not in seen, f"{step.reason}: an id is used twice"
                seen.add(where)
            else:
                assert bodies.get(where) is not None, f"{step.reason}: edits what is not there"
            bodies[where] = apply(bodies.get(where), edit)  # type: ignore[arg-type]
            if bodies[where] is not None:
                check_body(edit.kind, bodies[where])  # type: ignore[arg-type]
    entities: list[Entity] = [
        check_body(kind, body)[0]  # type: ignore[arg-type]
        for (kind, _), body in bodies.items()
        if body is not None
    ]
    return Plan.of("w", "main", len(steps), entities)


@pytest.fixture(scope="module")
def plan(steps: list[Step]) -> Plan:
    return told(steps)


def test_same_seed_same_story_and_another_seed_another(steps: list[Step]) -> None:
    assert list(story(today=TODAY)) == steps
    assert list(story(seed=21, today=TODAY)) != steps


@pytest.mark.parametrize(
    ("seed", "today"), [(1, date(2027, 1, 3)), (2, date(2026, 2, 28)), (3, date(2028, 2, 29)), (4, date(2026, 9, 30))]
)
def test_every_seed_and_day_tells_a_story_that_holds_together(seed: int, today: date) -> None:
    plan = told(list(story(seed=seed, today=today)))
    _no_reference_dangles(plan)
    assert check_all(plan) == []


def test_some_hundreds_of_steps_over_eighteen_months(steps: list[Step]) -> None:
    days = [step.effective_on for step in steps]
    assert 420 <= len(steps) <= 540
    assert days == sorted(days)
    assert TODAY - timedelta(days=10) < days[-1] < TODAY
    assert 530 < (days[-1] - days[0]).days < 560
    assert all(step.reason and step.by in directory() for step in steps)
    assert sum(len(step.tags) for step in steps) >= 5, "a baseline each quarter"


def test_the_size_of_the_company(plan: Plan) -> None:
    board = [objective for objective in plan.objectives.values() if objective.level == "board"]
    assert 60 <= len(plan.investments) <= 70
    assert len(board) == 6
    assert len(plan.value_streams) == 8
    assert 3 <= len(plan.portfolios) <= 5
    assert 12 <= len(plan.people) <= 20
    assert all(any(kr.objective == objective.id for kr in plan.key_results.values()) for objective in board)
    assert {unit.code for unit in plan.org_units.values()} >= {"FEN", "CLM", "FUK"}


def test_every_stage_currency_and_kind_occurs(plan: Plan) -> None:
    stages = Counter(investment.stage for investment in plan.investments.values())
    assert set(stages) == {*Stage, None}
    assert {investment.currency for investment in plan.investments.values()} == {"EUR", "USD", "GBP"}
    missing = [kind for kind in kinds.KINDS if not plan.table(kind)]
    told_elsewhere = {"source_file", "source_row", "delivery", "decision", "approval", "comment"}
    assert set(missing) <= told_elsewhere, "what a file or a scenario brings is not in the story"


def test_no_reference_dangles(plan: Plan) -> None:
    _no_reference_dangles(plan)


def _no_reference_dangles(plan: Plan) -> None:
    ids = {entity.id for entity in plan.all()}
    for entity in plan.all():
        for field in kinds.references(entity.KIND):
            value = getattr(entity, field.name)
            assert value is None or value in ids, f"{entity.KIND}.{field.name}"


def test_no_step_breaks_a_rule(steps: list[Step], plan: Plan) -> None:
    assert check_all(plan) == []
    so_far = Plan.of("w", "main", 0, [])
    bodies: dict[str, dict[str, object]] = {}
    for no, step in enumerate(steps, 1):
        delta: dict[str, dict[str, Entity | None]] = {}
        for edit in step.edits:
            body = apply(bodies.get(edit.id), edit)
            bodies[edit.id] = body or {}
            delta.setdefault(edit.kind, {})[edit.id] = None if body is None else check_body(edit.kind, body)[0]
        so_far = so_far.step(no, delta)
        assert check(so_far, delta) == [], step.reason


def test_weights_leave_a_remainder(plan: Plan) -> None:
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for contribution in plan.strategic_contributions.values():
        weights[contribution.investment] += contribution.weight
    assert all(weight <= 1 for weight in weights.values())
    assert sum(weight < 1 for weight in weights.values()) > 30


def test_money_is_not_round_and_has_a_range(plan: Plan) -> None:
    lines = list(plan.cost_plan_lines.values())
    assert all(line.low < line.likely < line.high for line in lines)  # type: ignore[operator]
    assert sum(line.likely % 1000 == 0 for line in lines) < len(lines) / 20  # type: ignore[operator]
    assert {line.end.month for line in lines if line.end} == {1, 4, 7, 10}
    assert {line.start.month for line in lines if line.start} >= {1, 4, 7, 10}
    assert all(line.start.day == 1 for line in lines if line.start)
    assert {line.type for line in lines} == {"build", "run", "change", "oversight"}
    assert {line.expense for line in lines} == {"capex", "opex"}


def test_health_turns_red_and_recovers(plan: Plan) -> None:
    found = plan.health_reports.by("investment", investment_id("agent-assist"))
    reports = sorted(found, key=lambda report: report.on or TODAY)
    resource = [str(report.resource) for report in reports]
    red = resource.index("red")
    assert "green" in resource[:red]
    assert resource[-1] == "green"
    assert all(report.words for report in plan.health_reports.values())


def test_owners_leave_and_are_replaced(plan: Plan) -> None:
    gone = {person.id for person in plan.people.values() if person.left}
    assert len(gone) == 2
    theirs = [found for found in plan.investments.values() if found.owner in gone]
    assert {found.stage for found in theirs} <= {"retired", "stopped"}


def test_one_dependency_is_broken(plan: Plan) -> None:
    broken = []
    for held in plan.dependencies.values():
        first, then = plan.investments[held.predecessor], plan.investments[held.successor]
        waits_for = first.end if held.type[0] == "F" else first.start
        waiting = then.end if held.type[1] == "F" else then.start
        if waits_for and waiting and waiting < waits_for + timedelta(days=held.lag_days):
            broken.append((held.predecessor, held.successor))
    assert broken == [tuple(investment_id(key) for key in PLANTED["broken-dependency"])]


def test_planted_situations_stand_in_the_plan(plan: Plan) -> None:
    three = [plan.investments[investment_id(key)] for key in PLANTED["duplicates"]]
    assert {found.category for found in three} == {"Document extraction"}
    assert len({found.portfolio for found in three}) == 3

    (pilot,) = (plan.investments[investment_id(key)] for key in PLANTED["endless-pilot"])
    assert pilot.stage == "pilot"
    assert pilot.start
    assert pilot.start < TODAY - timedelta(days=500)
    assert pilot.end is None

    (rosy,) = PLANTED["red-inside"]
    last = max(plan.health_reports.by("investment", investment_id(rosy)), key=lambda found: found.on or date.min)
    assert last.overall == "green"
    assert "red" in (last.schedule, last.cost, last.resource)

    (aimless,) = PLANTED["no-objective"]
    assert plan.investments[investment_id(aimless)].stage == "scale"
    assert not plan.strategic_contributions.by("investment", investment_id(aimless))

    retiring = [model for model in plan.ai_models.values() if model.shutdown_on and model.shutdown_on > TODAY]
    assert [model.name for model in retiring] == ["halden-3-large"]
    systems = {use.system for use in plan.model_uses.by("model", retiring[0].id)}
    concerned = {plan.ai_systems[id].investment for id in systems}
    assert {investment_id(key) for key in PLANTED["model-retires"]} <= concerned


# -- what the product finds of it


@pytest.fixture(scope="module")
def view(plan: Plan) -> View:
    names = {id: person.name for id, person in directory().items()}
    return view_of(plan=plan, names=names, today=TODAY, zone=ORGANISATION.zone)


def concerned(view: View, code: str) -> set[str]:
    return {ref.id for item in attention(view, [code]) for ref in (item.entity, *item.others)}


def planted(situation: str) -> set[str]:
    return {investment_id(key) for key in PLANTED[situation]}


def test_three_that_buy_the_same_thing_are_found(view: View) -> None:
    assert concerned(view, "alike") == planted("duplicates"), "these three, and nobody is suspected wrongly"


def test_the_pilot_that_never_ends_is_found_and_is_the_longest(view: View) -> None:
    longest = max(attention(view, ["endless-pilot"]), key=lambda item: item.days or 0)
    assert {longest.entity.id} == planted("endless-pilot")
    assert (longest.days or 0) > 500


def test_green_outside_and_red_inside_is_found(view: View) -> None:
    assert {item.entity.id for item in attention(view, ["red-inside"])} == planted("red-inside")


def test_the_running_investment_that_serves_nothing_is_found(view: View) -> None:
    running = {item.entity.id for item in attention(view, ["serves-nothing"]) if item.severity == "high"}
    assert running == planted("no-objective")
    broken = {one.investment for one in line_of_sight(view).broken}
    assert planted("no-objective") <= broken


def test_what_runs_on_a_model_about_to_retire_is_found(view: View) -> None:
    assert planted("model-retires") <= {item.entity.id for item in attention(view, ["model-retiring"])}


def test_the_dependency_that_broke_is_found(view: View) -> None:
    (found,) = attention(view, ["dependency-broken"])
    assert {found.entity.id, found.others[0].id} == planted("broken-dependency")


def test_the_portfolio_is_healthy_enough_to_be_believed(view: View) -> None:
    """A board would doubt a company where everything is on fire, and one where nothing is."""
    sight = line_of_sight(view)
    assert sight.share is not None
    assert Decimal("0.7") < sight.share < Decimal("0.95")
    assert len(sight.by_cause) >= 2
    assert 20 < len(attention(view)) < 70
    tree = strategy(view)
    assert tree.aligned + tree.unaligned == tree.planned
    assert not tree.empty


def test_each_saved_view_shows_something(plan: Plan, view: View) -> None:
    for saved in plan.saved_views.values():
        asked = parse_qs(saved.query)
        answer = ask(
            view,
            "investment",
            where=asked.get("where", [""])[0],
            by=asked.get("by", []),
            sort=asked.get("sort", []),
        )
        assert 0 < answer.total < len(plan.investments) or not asked.get("where"), saved.name
