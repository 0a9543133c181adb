"""What can be chosen of a plan, in which ways, what a choice has to keep, and the same as the solver's problem."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from northing.decide import problem as said
from northing.decide.build import build
from northing.decide.drawn import Drawn
from northing.decide.file import chosen, read, write
from northing.decide.planned import Planned, chosen_ways, names_of, planned
from northing.decide.solve import choose
from northing.measure.choosing.choosing import Choosing, broken, changes, choosing, limits_broken
from northing.measure.view import View
from northing.portfolio.errors import Invalid
from northing.report.choosing_moves import Moves, moved, pins
from northing.report.choosing_moves import read as moves_of
from tests.measure.told import view_told

PLAN = """
    investment
      id   | number   | name   | currency | stage   | may_wait | risk | must_do | choice | tags
      bot  | INV-0001 | Bot    | EUR      | pilot   |          | 0.5  |         |        | agents
      ocr  | INV-0002 | Ocr    | EUR      | scale   | 6        |      |         |        |
      law  | INV-0003 | Law    | EUR      | operate |          |      | yes     |        |
      idea | INV-0004 | Idea   | EUR      | idea    |          | 0.2  |         | out    | agents
      gone | INV-0005 | Gone   | EUR      | stopped |          |      |         |        |

    variant
      id   | investment | name | cost | benefit | people | delay
      half | ocr        | Half | 0.5  | 0.6     | 0.5    | 0

    cost_plan_line
      id | investment | expense | start      | end        | likely
      c1 | bot        | opex    | 2026-07-01 | 2026-10-01 | 100
      c2 | ocr        | capex   | 2026-06-01 | 2026-08-01 | 61
      c3 | ocr        | opex    | 2026-10-01 | 2027-01-01 | 92
      c4 | law        | opex    | 2026-07-01 | 2026-10-01 | 30
      c5 | idea       | capex   | 2026-07-01 | 2026-10-01 | 80
      c6 | gone       | opex    | 2026-07-01 | 2026-10-01 | 10

    benefit_plan_line
      id | investment | type         | start      | end        | likely
      b1 | bot        | saving       | 2026-07-01 | 2026-08-01 | 400
      b2 | ocr        | saving       | 2027-01-01 | 2027-02-01 | 300
      b3 | idea       | saving       | 2026-07-01 | 2026-08-01 | 500

    role
      id  | name
      eng | Engineer

    team
      id | name
      t  | Team

    resource_demand
      id | investment | role | team | start      | end        | people
      d1 | bot        | eng  | t    | 2026-07-01 | 2026-10-01 | 2
      d2 | idea       | eng  | t    | 2026-07-01 | 2026-10-01 | 1

    capacity
      id | role | team | start      | end        | people
      p1 | eng  | t    | 2026-07-01 | 2026-10-01 | 2
"""


def told(limits: str = "", **more: Any) -> View:
    return view_told(PLAN + limits, **more)


def problem_of(view: View, found: Choosing | None = None, **more: Any) -> tuple[Choosing, Planned]:
    found = found or choosing(view)
    names = names_of(found, lambda id: view.name_of("role", id) or "", lambda id: view.name_of("ai_model", id) or "")
    return found, planned(found, names, previous=found.now, **more)


def best(view: View, found: Choosing | None = None, **more: Any) -> tuple[Choosing, dict[str, Any]]:
    found, made = problem_of(view, found, **more)
    model = build(made.problem)
    answer = choose(model, seconds=5.0)
    plan = chosen(made.problem, Drawn(made.problem.items, len(made.problem.periods)), answer.plan)
    assert plan is not None and answer.gap == 0
    ways = chosen_ways(found, plan)
    assert sum(way.value for way in ways.values()) == Decimal(str(float(answer.value or 0)))
    return found, ways


LIMITS = """
    limit
      id    | name      | type     | where          | expense | per     | start      | end        | least | most | roll_over | role
"""


def test_what_is_offered_and_in_which_ways() -> None:
    found = choosing(told())
    assert {one.id: one.chosen for one in found.offers} == {"bot": True, "ocr": True, "law": True, "idea": False}
    assert str(found.ahead.start) == "2026-07-01" and found.ahead.labels[0].endswith("Q3")
    assert [way.name for way in found.by_id["ocr"].ways] == [
        "planned", "planned+3", "planned+6", "Half", "Half+3", "Half+6",
    ]  # fmt: skip
    ocr = {way.name: way for way in found.by_id["ocr"].ways}
    # Of 61 over June and July, July's 31 are still to be decided; the variant takes half of it.
    assert ocr["planned"].cost == {("capex", ""): {0: Decimal("31.00")}, ("opex", ""): {1: Decimal("92.00")}}
    assert ocr["Half+3"].cost == {("capex", ""): {1: Decimal("15.50")}, ("opex", ""): {2: Decimal("46.00")}}
    # January is six months from July: 300 / 1.08^(6/12), and a year where it comes six months later.
    assert ocr["planned"].value == Decimal("288.68") and ocr["planned+6"].value == Decimal("277.78")
    assert ocr["Half"].value == Decimal("173.21")
    # 400 at once, half of which risk takes away; two engineers in the first quarter alone.
    bot = found.by_id["bot"].ways[0]
    assert bot.value == Decimal("200.00") and bot.people == {"eng": {0: Decimal("2.000")}}


@pytest.mark.parametrize(
    ("row", "used", "words"),
    [
        ("l | Lid | budget | | opex | quarter | | | | 120 | |", "140", "Lid, FY26-Q3: 140 EUR, 120 EUR at most."),
        (
            "l | Sum | budget | | | whole | | | | 250 | |",
            "293",
            "Sum, 2026-06-01 to 2027-09-30: 293 EUR, 250 EUR at most.",
        ),
        (
            "l | Roll | budget | | | quarter | 2026-07-01 | 2027-01-01 | | 130 | yes |",
            "171",
            "Roll, FY26-Q3: 171 EUR, 130 EUR at most.",
        ),
        (
            "l | Agents | share | tags = agents | | whole | | | 0.5 | | |",
            None,
            "Agents, 2026-06-01 to 2027-09-30: 39.5%, 50.0% at least.",
        ),
        (
            "l | Vendor | exposure | tags = agents | | whole | | | | 99 | |",
            "100",
            "Vendor, 2026-06-01 to 2027-09-30: 100 EUR, 99 EUR at most.",
        ),
        ("l | Risk | risk | | | whole | | | | 0.1 | |", None, "Risk, 2026-06-01 to 2027-09-30: 19.8%, 10.0% at most."),
        ("l | Eng | capacity | | | quarter | | | | 1 | | eng", "2", "Eng, FY26-Q3: 2 FTE, 1 FTE at most."),
    ],
)
def test_a_limit_that_is_broken_is_named_and_the_best_plan_keeps_it(row: str, used: str | None, words: str) -> None:
    view = told(LIMITS + "      " + row)
    first = limits_broken(view)[0]
    assert first.name == row.split("|")[1].strip() and first.kind == "limit"
    assert used is None or first.used == Decimal(used), first.words
    assert first.words == words, "what an investment that has ended was given counts against it"
    found, plan = best(view)
    assert not list(broken(view, found, plan, found.now))


def test_the_money_of_a_problem_is_that_of_the_plan_to_the_cent() -> None:
    _, made = problem_of(told())
    found = choosing(told())
    for item in made.problem.items:
        for option, way in zip(item.options, found.by_id[item.id].ways, strict=True):
            every = sum((Decimal(str(part)) for by in option.cost.values() for part in by), Decimal(0))
            assert every == way.money, (item.title, option.name)
    again = read(write(made.problem))
    assert again == made.problem, "a file of it says the same"


def test_dependencies_groups_and_must_dos_hold() -> None:
    view = told("""
    dependency
      id | predecessor | successor
      n1 | bot         | ocr

    group
      id | name | where         | least | most
      g1 | One  | tags = agents | 0     | 1
    """)
    found, plan = best(view, pins={"bot": "out"})
    assert set(plan) == {"idea", "law"}, "what waits for the bot is out with it"
    assert [one.kind for one in broken(view, found, {})] == ["investment"]
    everything = {offer.id: offer.ways[0] for offer in found.offers}
    assert any(one.words == "One: 2 are in, 1 at most." for one in broken(view, found, everything))
    left = {id: way for id, way in everything.items() if id != "bot"}
    assert any("waits for “Bot”" in one.words for one in broken(view, found, left))


def test_churn_counts_from_the_plan_of_record() -> None:
    view = told(LIMITS + "      l | Calm | churn | | | whole | | | | 1 | |")
    found, plan = best(view)
    assert changes(plan, found.now) <= 1
    free = choosing(told())
    assert changes({"law": free.now["law"]}, free.now) == 2
    before = told()
    after = replace(before, plan=view.plan)
    assert not limits_broken(after, before)


def test_moves_pins_and_prices() -> None:
    view = told(LIMITS + "      l | Lid | budget | | | quarter | | | | 1000 | |")
    plain = choosing(view)
    tried = moved(plain, moves_of([("most.l", "92"), ("pin.ocr", "planned+3"), ("most.role:eng", "1")]))
    _found, plan = best(view, tried, pins=pins(tried, Moves(pins={"ocr": "planned+3"})))
    assert plan["ocr"].name == "planned+3" and "bot" not in plan, "10 of 92 are gone, 30 must be done"
    assert {one.key: one.spans[0].most for one in tried.bounds} == {"l": Decimal(92), "role:eng": Decimal(3)}
    assert dict(Moves(most={"l": Decimal("45.50")}, churn=2).pairs()) == {"most.l": "45.5", "churn": "2"}


@pytest.mark.parametrize("text", ["NaN", "1e15", "-Infinity", "much", "-5"])
def test_a_number_that_is_none_is_refused_in_words(text: str) -> None:
    view = told(LIMITS + "      l | Lid | budget | | | quarter | | | | 1000 | |")
    with pytest.raises(Invalid, match=r"is no amount|not below nothing"):
        moved(choosing(view), moves_of([("most.l", text)]))


def test_what_names_nothing_is_refused_in_words() -> None:
    for moves in (Moves(most={"x": Decimal(1)}), Moves(pins={"x": "in"}), Moves(pins={"bot": "Third"})):
        with pytest.raises(Invalid, match="There is no"):
            moved(choosing(told()), moves)


def test_what_cannot_be_asked_is_left_out_by_its_name() -> None:
    view = told(
        LIMITS
        + """
      l1 | Nobody | capacity | | | quarter | | | | 3 | | none
      l2 | Unread | budget | nonsense = = | | quarter | | | | 3 | |
      l3 | Few | budget | name = Nothing | | quarter | | | | 3 | |
    """
    )
    found, made = problem_of(view)
    messages = " ".join(one.message for one in (*found.findings, *made.findings))
    assert "“Nobody” is on people that nothing asks for" in messages
    assert "“Unread” is left out" in messages and "“Few” names no investment" in messages
    assert {type(one) for one in made.problem.limits} == {said.Capacity}


def test_an_empty_plan_has_nothing_to_choose() -> None:
    view = view_told("")
    found, made = problem_of(view)
    assert not found.offers and not made.problem.items and not limits_broken(view)
