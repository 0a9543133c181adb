"""Typed values as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from northing.measure.attention import CODES, TITLES, attention
from northing.measure.columns import view_of
from northing.measure.dependencies import LAG
from northing.measure.line_of_sight import CAUSES, line_of_sight
from northing.measure.sentence import Ref, Said
from northing.measure.table import ask
from northing.measure.view import View
from northing.portfolio.kinds import KINDS, fields
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import several
from northing.report import words
from northing.report.labels import LABELS
from tests.measure import test_attention, test_line_of_sight
from tests.measure.told import view_told

D = Decimal


@pytest.mark.parametrize(
    ("value", "said", "short"),
    [
        (Amounts({"EUR": D("1234567.5")}), "€1,234,567.50", "€1.2m"),
        (Amounts({"EUR": D(1000)}), "€1,000", "€1.0k"),
        (Amounts({"EUR": D(999)}), "€999", "€999"),
        (Amounts({"EUR": D("999999")}), "€999,999", "€1.0m"),
        (Amounts({"USD": D("-250000")}), "−$250,000", "−$250k"),
        (Amounts({"CHF": D(12)}), "CHF 12", "CHF 12"),
        (Amounts({"": D(12)}), "12", "12"),
        (Amounts({"EUR": D(1), "GBP": D("2.5")}), "€1 + £2.50", "€1 + £2.50"),
        (Amounts({"EUR": D(2 * 10**9)}), "€2,000,000,000", "€2.0bn"),
        (None, "", ""),
    ],
)
def test_money(value: Amounts | None, said: str, short: str) -> None:
    assert words.money(value) == said
    assert words.money(value, short=True) == short


def test_movements() -> None:
    assert words.days_moved(43) == "+43 d"
    assert words.days_moved(-1) == "−1 d"
    assert words.money_moved(Amounts({"EUR": D(-300000), "USD": D(5)})) == "−€300k, +$5"
    assert words.money_moved(Amounts({"EUR": D(0)})) == "±0"


def test_numbers_dates_and_shares() -> None:
    assert words.number(D("1234.5600")) == "1,234.56"
    assert words.number(-3) == "−3"
    assert words.percent(D("0.634")) == "63%"
    assert words.percent(D("-0.056"), 1) == "−5.6%"
    assert words.day(date(2026, 6, 12)) == "12 Jun 2026"
    assert words.period(Period(date(2026, 1, 1), date(2026, 4, 1))) == "1 Jan – 31 Mar 2026"


def test_numbers_follow_the_language() -> None:
    with translation.override("de"):
        assert words.number(D("1234.5")) == "1.234,5"
        assert words.day(date(2026, 3, 12)) == "12 März 2026"


def test_every_fixed_choice_has_a_word() -> None:
    choices = {
        choice
        for kind in KINDS
        for field in fields(kind).values()
        if field.type == "choice"
        for choice in field.choices
        if f"{field.name}:{choice}" not in LABELS
    }
    assert choices - {"4-4-5", "4-5-4", "5-4-4"} <= set(LABELS)
    assert {*CAUSES} <= set(LABELS)
    assert words.label("on_hold") == "On hold"
    assert words.label("amber_red") == "Amber/Red"
    assert words.label("Word for word") == "Word for word"
    assert words.label(None) == ""


def test_cells_are_never_raw() -> None:
    view = view_told(
        """
        person
          id  | name     | left
          ana | Ana Ruiz | yes
        investment
          id | name | owner | portfolio | stage   | start      | tags  | currency
          a  | A    | ana   | gone      | on_hold | 2026-06-12 | x, y  | EUR
        strategic_contribution
          investment | weight
          a          | 0.4
        """
    )
    answer = ask(
        view, "investment", columns=["owner", "portfolio", "stage", "start", "tags", "owner.left", "aligned", "end"]
    )
    said = [words.cell(view, column, cell) for column, cell in zip(answer.columns, answer.rows[0].cells, strict=True)]
    assert said == ["Ana Ruiz", "(removed)", "On hold", "12 Jun 2026", "x, y", "Yes", "40%", ""]


def test_an_organisation_s_own_choices_are_its_own_words() -> None:
    view = view_told(
        """
        custom_field
          id  | kind       | name | type   | choices
          how | investment | How  | choice | run, red
        investment
          id | name | custom.how
          a  | A    | run
        """
    )
    answer = ask(view, "investment", columns=["How"], by=["How"])
    assert words.cell(view, answer.columns[0], answer.rows[0].cells[0]) == "run"
    assert words.group_label(view, answer.by[0], answer.groups[0]) == "run"
    assert words.heading(answer.columns[0]) == "How"


def test_group_headers() -> None:
    view = view_told("investment\n id | name | stage | start\n a | A | on_hold | 2026-06-12\n b | B | |")
    by_stage = ask(view, "investment", by=["stage"])
    assert [words.group_label(view, by_stage.by[0], group) for group in by_stage.groups] == ["On hold", "No stage"]
    by_start = ask(view, "investment", by=["start:quarter"])
    assert [words.group_label(view, by_start.by[0], group) for group in by_start.groups] == ["FY26-Q2", "No start"]
    for unit, said in (("month", "Jun 2026"), ("week", "Week of 8 Jun 2026"), ("day", "12 Jun 2026"), ("year", "FY26")):
        by = ask(view, "investment", by=[f"start:{unit}"])
        assert words.group_label(view, by.by[0], by.groups[0]) == said


def test_sentences_keep_their_figures_until_they_are_said() -> None:
    view = view_told("investment\n id | name\n a | Triage {x}")
    said = Said("{what} ends on {day}, {left} days; {parts}", {
        "what": Ref("investment", "a"), "day": date(2026, 6, 12), "left": 1200, "parts": (Said("cost"), Said("scope")),
    })  # fmt: skip
    assert words.say(view, said) == "Triage {x} ends on 12 Jun 2026, 1,200 days; cost and scope"


def test_a_sentence_counts_in_the_form_that_its_figure_asks_for() -> None:
    view = view_told("investment\n id | name\n a | A")
    late = several("{days} day late{lag}", "{days} days late{lag}", "days")
    assert words.say(view, Said(late, {"days": 1, "lag": Said(LAG, {"count": -1})})) == "1 day late, and −1 day of lag"
    assert words.say(view, Said(late, {"days": 2, "lag": Said(LAG, {"count": 7})})) == "2 days late, and 7 days of lag"
    with translation.override("fr"):
        assert words.say(view, Said(late, {"days": 1200, "lag": Said("")})) == "1\u202f200 days late"


def test_one_day_is_no_days() -> None:
    """
    investment
      id | name | stage | start      | end
      a  | A    | pilot | 2025-01-01 | 2026-03-02
      b  | B    | pilot | 2026-03-01 | 2026-12-01
    dependency
      predecessor | successor | type
      a           | b         | FS
    ai_model
      id | name | shutdown_on
      m  | M    | 2026-06-13
    ai_system
      id | name | investment
      s  | S    | b
    model_use
      system | model
      s      | m
    """
    view = view_told(test_one_day_is_no_days.__doc__ or "")
    view = view_of(view.plan, view.names, date(2026, 6, 12))
    said = [words.say(view, one.sentence) for one in attention(view, ["dependency-broken", "model-retiring"])]
    assert said == [
        "B starts on 1 Mar 2026, 1 day too early: A ends on 2 Mar 2026.",
        "B runs on M, which is shut down on 13 Jun 2026, in 1 day.",
    ]


def every_sentence() -> list[tuple[View, Said]]:
    found: list[tuple[View, Said]] = []
    for name, test in vars(test_attention).items():
        if name.startswith("test_") and test.__doc__:
            view = view_told(test.__doc__)
            found += [(view, item.sentence) for item in attention(view, CODES)]
    view = view_told(test_line_of_sight.PLAN)
    for one in line_of_sight(view).broken:
        found.append((view, one.break_.sentence))
        assert one.mend.words is not None
        found.append((view, one.mend.words))
    return found


def test_every_sentence_can_be_said_and_shows_no_code() -> None:
    sentences = every_sentence()
    assert len(sentences) > 30
    for view, sentence in sentences:
        said = words.say(view, sentence)
        assert "{" not in said
        assert "None" not in said
        assert "_" not in said
    assert set(TITLES) == set(CODES)
