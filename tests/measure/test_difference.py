"""What changed, told by investment; and the sentences that people read."""

# ruff: noqa: E501 - the plans are tables

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from northing.measure.difference import Differences, differences
from northing.measure.view import View
from northing.portfolio.kinds import KINDS
from northing.portfolio.money import Amounts
from northing.record import EntityChange
from northing.report.telling import by_whom, tell
from tests.measure.told import view_told

BEFORE = """
person
  id  | name
  ana | Ana Ruiz
  ben | Ben Okoro

objective
  id | name         | level
  o  | Grow faster  | board

key_result
  id | name     | objective | current | measured_on
  k  | Churn    | o         | 5       | 2026-04-01

ai_model
  id | name
  m  | halden-3

investment
  id     | number   | name   | stage | owner | start      | end        | currency | whole_life_cost | description | tags        | custom.risk
  triage | INV-0001 | Triage | pilot | ana   | 2026-01-10 | 2026-12-31 | EUR      | 1000            | Short words | claims, old | low
  fraud  | INV-0002 | Fraud  | idea  |       |            |            | USD      |                 |             |             |
  bye    | INV-0003 | Bye    | idea  |       |            |            | EUR      |                 |             |             |

custom_field
  id   | kind       | name       | type | choices
  risk | investment | Risk class | text |

milestone
  id | name       | investment | type | due        | done
  m1 | Scale gate | triage     | gate | 2026-04-30 |
  m2 | Users      | triage     |      | 2026-05-01 |
  m3 | Review     | triage     |      | 2025-05-01 |

cost_plan_line
  id | investment | likely  | budget
  c1 | triage     | 1200000 | 100
  c2 | triage     | 300000  |
  c3 | fraud      | 500     |

health_report
  id | investment | on         | overall
  h1 | triage     | 2026-03-01 | green

strategic_contribution
  id | investment | objective | weight
  s1 | triage     | o         | 0.4

ai_system
  id | name   | investment | development_stage
  a1 | Sorter | triage     | Pilot
"""

AFTER = """
person
  id  | name
  ana | Ana Ruiz
  ben | Ben Okoro

objective
  id | name         | level
  o  | Grow faster  | board
  p  | Run leaner   | board

key_result
  id | name     | objective | current | measured_on
  k  | Churn    | o         | 4.5     | 2026-05-01

ai_model
  id | name
  m  | halden-3

investment
  id     | number   | name   | stage | owner | start      | end        | currency | whole_life_cost | description | tags        | custom.risk
  triage | INV-0001 | Triage | scale | ben   | 2026-01-10 | 2027-02-12 | EUR      | 1500            | Many words  | claims, new | high
  fraud  | INV-0002 | Fraud  | idea  | ana   | 2026-07-01 |            | USD      |                 |             |             |
  fresh  | INV-0004 | Fresh  | idea  |       |            |            | EUR      |                 |             |             |

custom_field
  id   | kind       | name       | type | choices
  risk | investment | Risk class | text |

milestone
  id | name       | investment | type | due        | done
  m1 | Scale gate | triage     | gate | 2026-06-12 |
  m2 | Users      | triage     |      | 2026-05-01 | 2026-05-20
  m3 | Review     | triage     |      | 2026-05-01 |
  m4 | Audit      | triage     | gate | 2026-08-01 |

cost_plan_line
  id | investment | likely  | budget
  c1 | triage     | 900000  | 100
  c2 | triage     | 300000  |
  c4 | fraud      | 500     |

health_report
  id | investment | on         | overall
  h1 | triage     | 2026-03-01 | green
  h2 | triage     | 2026-04-01 | amber
  h3 | triage     | 2026-05-01 | red

strategic_contribution
  id | investment | objective | weight
  s1 | triage     | o         | 0.6
  s2 | fraud      | p         | 0.25

ai_system
  id | name   | investment | development_stage
  a1 | Sorter | triage     | Deployed

model_use
  id | system | model
  u1 | a1     | m

note
  id | subject | text
  n1 | a1      | Works council agreed.
"""


def between(before: View, after: View) -> list[EntityChange]:
    """All changes, each said to be made in revision 7, those of milestones in 5 and 9."""
    found = []
    for kind in KINDS:
        was, now = before.plan.table(kind), after.plan.table(kind)
        for id in {**was, **now}:
            if was.get(id) != now.get(id):
                numbers = (5, 9) if kind == "milestone" else (7,)
                found.append(EntityChange(kind=kind, id=id, before=was.get(id), after=now.get(id), revisions=numbers))
    return found


@pytest.fixture(scope="module")
def views() -> tuple[View, View]:
    return view_told(BEFORE), view_told(AFTER)


@pytest.fixture(scope="module")
def found(views: tuple[View, View]) -> Differences:
    return differences(*views, between(*views))


def told(views: tuple[View, View], found: Differences, id: str) -> list[str]:
    (one,) = (one for one in (*found.investments, *found.others) if one.ref.id == id)
    return [tell(*views, line, one.ref) for line in one.lines]


def test_it_is_told_in_words_a_person_uses(views: tuple[View, View], found: Differences) -> None:
    assert told(views, found, "triage") == [
        "Planned €1.5m → €1.2m (−€300k)",
        "Health Green → Red (2 reports)",
        "Owner Ana Ruiz → Ben Okoro",
        "Stage Pilot → Scale",
        "End moved 31 Dec 2026 → 12 Feb 2027 (+43 d)",
        "Whole-life cost €1.0k → €1.5k (+€500)",
        "Tags: added new, removed old",
        "Risk class low → high",
        "Description Short words → Many words",
        "Users done on 20 May 2026",
        "Review moved 1 May 2025 → 1 May 2026 (+365 d)",
        "Scale gate moved 30 Apr → 12 Jun (+43 d)",
        "Gate “Audit” added, due 1 Aug 2026",
        "Contribution to Grow faster: Weight 40% → 60%",
        "Sorter: Development stage Pilot → Deployed",
        "Sorter now uses halden-3",
        "Note: Works council agreed.",
    ]


def test_first_values_and_lines_that_make_the_same_sum(views: tuple[View, View], found: Differences) -> None:
    assert told(views, found, "fraud") == [
        "2 plan lines changed, the sum is the same",
        "Owner set to Ana Ruiz",
        "Start set to 1 Jul 2026",
        "Now serves Run leaner (25%)",
    ]
    assert told(views, found, "fresh") == ["Added"]
    assert told(views, found, "bye") == ["Removed"]


def test_what_belongs_to_no_investment_stands_apart(views: tuple[View, View], found: Differences) -> None:
    assert [one.ref.id for one in found.others] == ["o", "p"]
    assert told(views, found, "o") == ["Churn: Current value 5 → 4.5"]
    assert told(views, found, "p") == ["Objective “Run leaner” added"]


def test_money_is_added_up_by_currency(found: Differences) -> None:
    assert found.planned == Amounts({"EUR": Decimal(-300000)})
    assert found.planned_before == Amounts({"EUR": Decimal(1500000), "USD": Decimal(500)})
    assert found.investments[0].ref.id == "triage"  # what moved most money comes first
    assert (found.added, found.removed) == (("fresh",), ("bye",))


def test_lines_carry_what_a_page_needs(found: Differences) -> None:
    lines = {(line.id, line.field): line for line in found.investments[0].lines}
    gate = lines["m1", "due"]
    assert (gate.days, gate.revisions, gate.type) == (43, (5, 9), "date")
    assert lines["triage", "owner"].ref == "person"
    assert lines["triage", "whole_life_cost"].money == Amounts({"EUR": Decimal(500)})
    assert lines["triage", "custom.risk"].before == "low"


def test_authors_and_revisions(found: Differences) -> None:
    lines = {(line.id, line.field): line for line in found.investments[0].lines}
    authors = {5: "Ana Ruiz", 7: "Ben Okoro", 9: "Cat Lee"}
    assert by_whom(lines["triage", "owner"], authors) == "by Ben Okoro, r7"
    assert by_whom(lines["m1", "due"], authors) == "by Ana Ruiz and Cat Lee, r5–r9"
    assert by_whom(lines["m1", "due"], {}) == "r5–r9"


def test_nothing_changed() -> None:
    view = view_told(BEFORE)
    same = differences(view, view, [])
    assert (same.count, same.planned, same.investments) == (0, Amounts(), ())


def test_backwards_it_tells_the_reverse(views: tuple[View, View]) -> None:
    before, after = views
    back = differences(after, before, between(after, before))
    lines: list[Any] = told((after, before), back, "triage")
    assert "Scale gate moved 12 Jun → 30 Apr (−43 d)" in lines
    assert "Users no longer done" in lines
    assert "Gate “Audit” removed" in lines
    assert "Health report" in " ".join(lines)
    assert back.added == ("bye",)
