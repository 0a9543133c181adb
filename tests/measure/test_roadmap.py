"""The roadmap: groups, bars in stages, marks, broken lines, and the plan compared with."""

from __future__ import annotations

from datetime import date

from northing.measure.roadmap import roadmap
from northing.measure.view import View
from tests.measure.told import view_told

PLAN = """
portfolio
  id   | name
  grow | Growth
  run  | run

objective
  id | name | level
  o1 | One  | board
  o2 | Two  | board

investment
  id     | name   | portfolio | stage | start      | end
  triage | Triage | grow      | pilot | 2026-01-01 | 2026-12-31
  fraud  | Fraud  | grow      | scale | 2025-06-01 |
  bot    | Bot    | run       |       |            |
  loose  | Loose  |           | idea  | 2026-03-01 | 2026-02-01

milestone
  id | name     | investment | type | stage    | due        | done
  m0 | Explore  | triage     | gate | discovery| 2026-01-01 | 2026-01-01
  m1 | Pilot    | triage     | gate | pilot    | 2026-04-01 | 2026-04-10
  m2 | Scale    | triage     | gate | scale    | 2026-09-01 |
  m3 | Users    | triage     |      |          | 2026-05-01 |
  m4 | Scale    | fraud      | gate | scale    | 2025-12-01 |

strategic_contribution
  investment | objective
  triage     | o1
  triage     | o2
  fraud      | o2

dependency
  id | predecessor | successor | type
  d1 | triage      | fraud     | FS
  d2 | fraud       | triage    | FS
"""


def d(text: str) -> date:
    return date.fromisoformat(text)


def test_groups_by_name_with_the_rest_last() -> None:
    found = roadmap(view_told(PLAN))
    assert [(group.id, [row.investment for row in group.rows]) for group in found.groups] == [
        ("grow", ["fraud", "triage"]),
        ("run", ["bot"]),
        (None, ["loose"]),
    ]
    by_aim = roadmap(view_told(PLAN), "objective")
    assert [(group.id, [row.investment for row in group.rows]) for group in by_aim.groups] == [
        ("o1", ["triage"]),
        ("o2", ["fraud", "triage"]),
        (None, ["loose", "bot"]),
    ]
    assert by_aim.count == 4


def test_a_bar_is_cut_at_its_gates() -> None:
    rows = {row.investment: row for group in roadmap(view_told(PLAN)).groups for row in group.rows}
    assert [(part.stage, part.start, part.end, part.reached) for part in rows["triage"].segments] == [
        ("discovery", d("2026-01-01"), d("2026-04-10"), True),
        ("pilot", d("2026-04-10"), d("2026-09-01"), True),
        ("scale", d("2026-09-01"), d("2026-12-31"), False),
    ]
    # No end: drawn to today; the gate was never ticked off, but its stage has come.
    assert [(part.stage, part.start, part.end, part.reached) for part in rows["fraud"].segments] == [
        ("pilot", d("2025-06-01"), d("2025-12-01"), True),
        ("scale", d("2025-12-01"), d("2026-06-01"), True),
    ]
    assert rows["bot"].segments == ()


def test_marks_are_done_late_or_ahead() -> None:
    rows = {row.investment: row for group in roadmap(view_told(PLAN)).groups for row in group.rows}
    assert [(mark.name, mark.on, mark.state) for mark in rows["triage"].marks] == [
        ("Explore", d("2026-01-01"), "done"),
        ("Pilot", d("2026-04-10"), "done"),
        ("Users", d("2026-05-01"), "late"),
        ("Scale", d("2026-09-01"), "upcoming"),
    ]


def test_what_keeps_a_bar_from_being_drawn_is_said_with_its_mend() -> None:
    warnings = roadmap(view_told(PLAN)).warnings
    assert [(one.code, one.mend.id, one.mend.field) for one in warnings] == [
        ("no-end", "fraud", "end"),
        ("no-dates", "bot", "start"),
        ("end-before-start", "loose", "end"),
    ]


def test_dependencies_say_why_they_are_broken() -> None:
    found = roadmap(view_told(PLAN))
    (broken,) = found.broken
    assert (broken.dependency.id, broken.days_short) == ("d1", (d("2026-12-31") - d("2025-06-01")).days)
    assert broken.reason is not None
    assert broken.reason.values["waits"] == d("2025-06-01")
    (unknown,) = (tie for tie in found.ties if tie.dependency.id == "d2")
    assert (unknown.broken, unknown.days_short) == (False, None)
    assert roadmap(view_told(PLAN), where="name = triage").ties == ()


def test_the_plan_compared_with_shows_what_moved() -> None:
    before = view_told(
        PLAN.replace("2026-12-31", "2026-10-31")
        .replace("2026-09-01", "2026-08-01")
        .replace("  bot    | Bot ", "  was    | Was ")
    )
    found = roadmap(view_told(PLAN), baseline=before)
    rows = {row.investment: row for group in found.groups for row in group.rows}
    bar = rows["triage"].baseline
    assert bar is not None
    assert (bar.end, bar.end_moved, bar.start_moved) == (d("2026-10-31"), 61, 0)
    assert [mark.was_due for mark in rows["triage"].marks if mark.milestone == "m2"] == [d("2026-08-01")]
    assert rows["bot"].is_new
    assert found.gone == ("was",)


def test_an_empty_plan_has_no_span() -> None:
    found = roadmap(view_told(""))
    assert (found.groups, found.start, found.end) == ((), None, None)


def test_the_span_holds_everything_shown(view: View) -> None:
    """
    investment
      id | name | start      | end
      a  | A    | 2026-01-01 | 2026-12-31
    milestone
      name | investment | due
      M    | a          | 2027-03-01
    """
    found = roadmap(view)
    assert (found.start, found.end) == (d("2026-01-01"), d("2027-03-01"))
