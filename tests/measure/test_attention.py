"""What needs somebody, each found in a plan that has it and not found in one that has not."""

# ruff: noqa: E501 - plans are told as tables

from __future__ import annotations

from northing.measure.attention import CODES, Item, Limits, attention
from northing.measure.lookalikes import lookalikes
from northing.measure.view import View
from northing.report import words
from tests.measure.told import view_told


def of(view: View, code: str, **more: object) -> list[Item]:
    return list(attention(view, [code], **more))  # type: ignore[arg-type]


def about(items: list[Item]) -> list[str]:
    return [item.entity.id for item in items]


def test_what_lacks_owner_money_dates_or_stage(view: View) -> None:
    """
    person
      id  | name
      ana | Ana Ruiz
    investment
      id    | name  | owner | stage   | start      | end        | currency
      whole | Whole | ana   | pilot   | 2026-01-01 | 2027-01-01 | EUR
      bare  | Bare  |       |         |            |            |
      ended | Ended |       | retired |            |            |
      half  | Half  | ana   | scale   | 2026-01-01 |            |
    cost_plan_line
      investment | likely
      whole      | 10
      half       |
    """
    assert about(of(view, "lacks-owner")) == ["bare"]
    assert about(of(view, "lacks-money")) == ["half", "bare"]  # what is running first
    assert about(of(view, "lacks-dates")) == ["half", "bare"]
    assert about(of(view, "lacks-stage")) == ["bare"]
    (first, second) = of(view, "lacks-dates")
    assert first.mend is not None
    assert second.mend is not None
    assert (first.mend.field, second.mend.field) == ("end", "start")
    (money, _) = of(view, "lacks-money")
    assert money.mend is not None
    assert (money.mend.op, money.mend.kind, money.mend.given) == ("create", "cost_plan_line", {"investment": "half"})


def test_milestones_past_due_gates_first(view: View) -> None:
    """
    investment
      id | name | stage
      a  | A    | pilot
      b  | B    | stopped
    milestone
      id    | name  | investment | type | due        | done
      users | Users | a          |      | 2026-01-31 |
      gate  | Gate  | a          | gate | 2026-05-30 |
      today | Today | a          |      | 2026-06-01 |
      done  | Done  | a          |      | 2026-01-01 | 2026-02-01
      gone  | Gone  | b          |      | 2026-01-01 |
    """
    found = of(view, "milestone-overdue")
    assert [(item.others[0].id, item.severity, item.days) for item in found] == [
        ("gate", "high", 2),
        ("users", "medium", 121),
    ]


def test_a_pilot_that_never_ends(view: View) -> None:
    """
    investment
      id     | name    | stage | start
      long   | Long    | pilot | 2025-01-01
      young  | Young   | pilot | 2026-03-01
      missed | Missed  | pilot | 2026-01-01
      moved  | Moved   | pilot | 2026-01-01
      scaled | Scaled  | scale | 2020-01-01
      late   | Started | pilot | 2020-01-01
    milestone
      id | name  | investment | type | stage | due        | done
      g1 | Scale | missed     | gate | scale | 2026-05-01 |
      g2 | Scale | moved      | gate | scale | 2026-12-01 |
      g3 | Pilot | late       | gate | pilot |            | 2026-02-01
    """
    assert about(of(view, "endless-pilot")) == ["long", "missed"]
    assert about(of(view, "endless-pilot", limits=Limits(pilot_days=80))) == [
        "long",
        "missed",
        "moved",
        "late",
        "young",
    ]
    before = view_told((test_a_pilot_that_never_ends.__doc__ or "").replace("2026-12-01", "2026-09-01"))
    moved = next(item for item in of(view, "endless-pilot", baseline=before) if item.entity.id == "moved")
    assert moved.sentence.values["moved"] == 91
    assert moved.severity == "medium"
    long = of(view, "endless-pilot")[0]
    assert long.sentence.values["days"] == 516
    assert long.sentence.values["limit"] == 365
    assert long.mend is not None
    assert long.mend.given == {"investment": "long", "type": "gate", "stage": "scale"}


def test_green_outside_and_red_inside(view: View) -> None:
    """
    investment
      id     | name   | stage
      melon  | Melon  | scale
      honest | Honest | scale
      mended | Mended | scale
    health_report
      id | investment | on         | overall | scope | schedule  | cost
      r1 | melon      | 2026-05-01 | green   | green | amber_red | red
      r2 | honest     | 2026-05-01 | red     | red   |           |
      r3 | mended     | 2026-04-01 | green   | red   |           |
      r4 | mended     | 2026-05-01 | green   | amber |           |
    """
    (item,) = of(view, "red-inside")
    assert item.entity.id == "melon"
    assert item.sentence.values["worst"] == "red"
    assert [said.template for said in item.sentence.values["where"]] == ["schedule", "cost"]


def test_three_initiatives_buying_the_same_thing(view: View) -> None:
    """
    investment
      id    | name                       | description                                              | tags                  | stage
      one   | Broker submission reader   | Extraction of data from documents that brokers send.     | documents, extraction | scale
      two   | Claims document reader     | Extraction of data from documents that come with claims. | documents, extraction | pilot
      three | Policy document extraction | Extraction of data from scanned policy documents.        | documents, extraction | pilot
      other | Storm forecast             | Staff for the hours after a storm.                       | weather               | pilot
      kin   | Fraud graph                | Links between claims that share people.                  | fraud                 | pilot
      ended | Claims document reader     | Extraction of data from documents that come with claims. | documents, extraction | stopped
    ai_system
      name | investment | vendor
      s1   | one        | Quillstone
      s2   | two        | Quillstone
      s3   | three      | quillstone
      s4   | kin        | Quillstone
    """
    (item,) = of(view, "alike")
    assert {item.entity.id, *(other.id for other in item.others)} == {"one", "two", "three"}
    assert item.severity == "high"
    (group,) = lookalikes(view.plan)
    assert group.vendors == ("quillstone",)
    assert set(group.shared) >= {"text", "vendor", "tags"}


def alike(*descriptions: str, others: int = 40) -> list[tuple[str, ...]]:
    """The groups among investments with these descriptions, in a plan of *others* that have nothing to do with them."""
    told = [f"{n} | {chr(97 + n % 26) * 9}{chr(97 + n // 26) * 9} | {text}" for n, text in enumerate(descriptions)]
    told += [f"x{n} | Other {n * 7919} | Word{n} of{n * 3} its{n * 5} own{n * 11}" for n in range(others)]
    view = view_told("investment\n id | name | description\n " + "\n ".join(told))
    return [group.investments for group in lookalikes(view.plan)]


def test_what_is_said_of_many_says_nothing_of_two() -> None:
    template = "Improve the efficiency of knowledge work across all departments"
    assert alike(*[template] * 3) == [("0", "1", "2")]
    assert alike(*[template] * 30) == []
    own = ("Reads invoices from scanned mail", "Ranks boilers by corrosion", "Predicts storm claims by postcode")
    assert alike(*[f"{template}. {text}." for text in own], *[template] * 4) == []


def test_where_nothing_is_said_nothing_is_alike() -> None:
    assert alike(*["Not available"] * 3) == []
    assert alike("Chat for staff", "Chat for staff") == [], "two words are too few to tell by"


def test_rare_words_weigh_more_than_common_ones() -> None:
    common = "Supports staff by reading documents and writing summaries"
    rare = "Grades obsidian shards under polarised moonlight"
    pair = [f"{rare} and {common.lower()}", f"{rare}; it {common.lower()} daily"]
    several = [f"{common} on subject{n} topic{n} field{n} matter{n}" for n in range(20)]
    assert alike(*pair, *several) == [("0", "1")]


def test_the_same_name_twice_is_enough(view: View) -> None:
    """
    investment
      id | name
      a  | Meeting summaries for the board
      b  | Board meeting: summaries
      c  | Summaries for the board of meetings
      d  | Chat assistant
    """
    found = lookalikes(view.plan)
    assert all("d" not in group.investments for group in found)
    assert found == () or set(found[0].investments) <= {"a", "b", "c"}
    twice = view_told("investment\n id | name\n a | Chat assistant\n b | chat Assistant \n c | Vision")
    (group,) = lookalikes(twice.plan)
    assert group.investments == ("a", "b")


def test_a_model_about_to_retire(view: View) -> None:
    """
    investment
      id   | name | stage
      soon | Soon | operate
      far  | Far  | operate
      dead | Dead | operate
    ai_system
      id | name | investment
      s1 | S1   | soon
      s2 | S2   | far
      s3 | S3   | dead
    ai_model
      id  | name  | shutdown_on
      old | old-3 | 2026-09-01
      new | new-1 | 2027-09-01
      out | out-1 | 2026-05-01
    model_use
      id | system | model
      u1 | s1     | old
      u2 | s1     | new
      u3 | s2     | new
      u4 | s3     | out
    """
    found = of(view, "model-retiring")
    assert about(found) == ["dead", "soon"]
    assert [item.sentence.values["left"] for item in found] == [-31, 92]
    assert found[1].mend is not None
    assert found[1].mend.id == "u1"
    assert about(of(view, "model-retiring", limits=Limits(model_days=30))) == ["dead"]


def test_broken_dependencies_by_type_and_lag(view: View) -> None:
    """
    investment
      id | name | start      | end
      a  | A    | 2026-01-01 | 2026-06-30
      b  | B    | 2026-06-20 | 2026-12-31
      c  | C    | 2026-06-30 | 2027-01-31
      d  | D    |            |
    dependency
      id    | predecessor | successor | type | lag_days
      short | a           | b         | FS   | 0
      holds | a           | c         | FS   | 0
      lag   | a           | c         | FS   | 30
      ss    | a           | b         | SS   | 0
      ff    | c           | b         | FF   | 0
      sf    | c           | a         | SF   | 0
      none  | a           | d         | FS   | 0
    """
    found = of(view, "dependency-broken")
    assert [(item.others[1].id, item.days) for item in found] == [("ff", 31), ("lag", 30), ("short", 10)]
    assert found[0].mend is not None
    assert (found[0].mend.id, found[0].mend.field) == ("b", "end")


def test_what_serves_nothing_and_whose_owner_has_left(view: View) -> None:
    """
    person
      id  | name | left
      ana | Ana  | yes
      ben | Ben  |
    objective
      id | name | level
      o  | O    | board
    investment
      id | name | owner | stage
      a  | A    | ana   | idea
      b  | B    | ben   | operate
      c  | C    | ben   | pilot
    strategic_contribution
      investment | objective | weight
      a          | o         | 1
      b          | o         | 0
    """
    assert about(of(view, "owner-left")) == ["a"]
    assert about(of(view, "serves-nothing")) == ["b", "c"]


def test_every_code_has_a_rule_and_an_empty_plan_needs_nobody() -> None:
    assert attention(view_told(""), CODES) == ()


def test_limits_that_the_plan_breaks_are_named_once_where_worst(view: View) -> None:
    """
    investment
      id   | name | stage | currency | must_do | choice
      a    | A    | pilot | EUR      |         |
      b    | B    | pilot | EUR      | yes     | out
    cost_plan_line
      investment | likely | start      | end        | expense
      a          | 300    | 2026-07-01 | 2026-10-01 | opex
      a          | 900    | 2026-10-01 | 2027-01-01 | opex
    role
      id  | name
      eng | Engineer
    team
      id | name
      t  | T
    capacity
      role | team | start      | end        | people
      eng  | t    | 2026-07-01 | 2027-07-01 | 1
    resource_demand
      investment | role | team | start      | end        | people
      a          | eng  | t    | 2026-07-01 | 2026-10-01 | 1.5
    limit
      id   | name  | type   | per     | most | start      | end
      lid  | Lid   | budget | quarter | 200  | 2026-07-01 | 2027-01-01
      wide | Wide  | budget | quarter | 900  | 2026-07-01 | 2027-01-01
    """
    items = of(view, "limit-broken")
    said = {item.entity.id: words.say(view, item.sentence) for item in items}
    assert said["lid"] == "Lid: €900 in FY26-Q4, €200 at most; and 1 period more."
    assert said["eng"] == "Engineer: 1.5 FTE in FY26-Q3, 1 FTE at most."
    assert said["b"] == "B is out, and must be done."
    assert set(said) == {"lid", "eng", "b"}
    assert {item.severity for item in items} == {"high"}


def test_a_plan_without_limits_breaks_none(view: View) -> None:
    """
    investment
      id | name
      a  | A
    """
    assert of(view, "limit-broken") == []
