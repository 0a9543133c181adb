"""What work costs and what is claimed of it, on organisations small enough to work it out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from northing.measure.figures import figure, read_figure, value_of, why
from northing.measure.flow.asked import Whose
from northing.measure.levels import ORGANISATION, Scope
from northing.measure.returns.claims import CASH, Range, by_stream, claimed
from northing.measure.returns.roi import return_of, returns
from northing.measure.returns.work_costs import cost_of_work, last_months
from northing.portfolio.benefits import BenefitKind, BenefitPlanLine
from northing.portfolio.flow import FlowKind
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.report.return_data import returns_said
from tests.measure.money_told import money_told, view_with
from tests.measure.told import entities_told
from tests.measure.work_told import item, work_told

TODAY = date(2026, 6, 10)
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))

STREAMS = """
value_stream
  id   | name
  home | Home claims
  sme  | Small business
investment
  id    | name    | value_stream | currency | stage
  chat  | Chat    | home         | EUR      | scale
  score | Scoring | sme          | GBP      | stopped
  learn | Academy | home         | EUR      | operate
  mute  | Mute    | home         | EUR      | pilot
ai_system
  id | name | investment
  s1 | Bot  | chat
  s2 | Fit  | score
  s3 | Ear  | mute
fx_rate
  id | base | quote | on         | rate
  r1 | GBP  | EUR   | 2026-01-01 | 1.2
benefit_plan_line
  id | investment | type      | start      | end        | low | likely | high | value_stream
  b1 | chat       | saving    | 2026-01-01 | 2026-03-01 | 59  | 118    | 236  |
  b2 | chat       | capacity  | 2026-01-01 | 2026-02-01 | 500 | 900    | 990  |
  b3 | chat       | revenue   | 2026-02-01 | 2026-03-01 |     | 40     |      | sme
  b4 | score      | saving    | 2026-02-01 | 2026-03-01 | 10  | 20     | 30   |
  b5 | score      | avoidance | 2026-02-01 | 2026-03-01 | 1   | 2      | 3    |
cost_plan_line
  id | investment | start      | end        | likely
  c1 | chat       | 2026-01-01 | 2026-12-01 | 100
  c2 | score      | 2026-07-01 | 2026-08-01 | 20
  c3 | mute       | 2026-07-01 | 2026-08-01 | 60
"""


def eur(amount: object) -> Amounts:
    return Amounts({"EUR": Decimal(str(amount))})


def test_claims_are_ranges_by_type_and_cash_is_margin_and_savings_alone() -> None:
    view = money_told(STREAMS, TODAY)
    found = claimed(view)
    assert found.by_type == {
        BenefitKind.REVENUE: Range(eur(40), eur(40), eur(40)),
        BenefitKind.SAVING: Range(eur(59 + 12), eur(118 + 24), eur(236 + 36)),
        BenefitKind.AVOIDANCE: Range(eur("1.2"), eur("2.4"), eur("3.6")),
        BenefitKind.CAPACITY: Range(eur(500), eur(900), eur(990)),
    }
    assert found.cash == Range(eur(111), eur(182), eur(312))
    assert [one.line.id for one in found.claims if not one.is_ranged] == ["b3"]
    # A line says itself where it arises, else its investment does.
    assert {stream: {one.line.id for one in of} for stream, of in by_stream(found.claims).items()} == {
        "home": {"b1", "b2"}, "sme": {"b3", "b4", "b5"},
    }  # fmt: skip
    assert claimed(view, Scope("value_stream", "sme")).cash.likely == eur(64)
    assert claimed(view, Scope("investment", "chat")).cash.likely == eur(158)


def test_a_line_is_cut_to_months_by_its_days() -> None:
    view = money_told(STREAMS, TODAY)
    january = claimed(view, window=Period(date(2026, 1, 1), date(2026, 2, 1)))
    assert january.by_type[BenefitKind.SAVING] == Range(eur(31), eur(62), eur(124))
    assert claimed(view, window=Period(date(2026, 3, 1), date(2027, 1, 1))).claims == ()


def test_without_a_rate_a_claim_stands_in_its_own_currency_and_there_is_no_roi() -> None:
    view = money_told(STREAMS.replace("r1 | GBP", "r1 | USD"), TODAY)
    found = returns(view)
    assert found.total.cash.likely == Amounts({"EUR": Decimal(158), "GBP": Decimal(20)})
    assert found.total.roi is None
    assert [one.code for one in found.findings if one.value == "GBP/EUR"]


def test_return_on_cost_counts_the_whole_life_and_every_ai_investment() -> None:
    view = money_told(STREAMS, TODAY)
    found = returns(view)
    home = next(one for one in found.streams if one.scope.id == "home")
    # No cost rows: the estimate to complete is the plan from June on, 183 of the 334 days of its eleven months.
    cost = view.plan.cost_plan_lines["c1"].likely
    months = Fraction(return_of(view, "chat").cost.eac.by_currency["EUR"])
    assert Fraction(54) < months < Fraction(cost)
    assert home.cost.eac == return_of(view, "chat").cost.eac + eur(60)
    assert home.cash == Range(eur(99), eur(158), eur(276)), "what its investments bring, wherever it arises"
    assert home.roi is not None
    spent = months + 60
    assert (home.roi.low, home.roi.likely, home.roi.high) == tuple(
        (Fraction(n) - spent) / spent for n in (99, 158, 276)
    )
    assert [one.scope.id for one in home.silent] == ["mute"]
    assert [one.scope.id for one in found.others.investments] == ["learn"]
    assert [one.scope.id for one in found.total.ended_and_claiming(date(2026, 2, 1))] == ["score"], (
        "stopped, and claims"
    )
    assert not found.total.ended_and_claiming(TODAY)
    assert return_of(view, "learn").roi is None
    assert found.total.cost.eac == Amounts.sum(one.cost.eac for one in found.streams)


@st.composite
def lines(draw: st.DrawFn) -> list[BenefitPlanLine]:
    found = []
    for number in range(draw(st.integers(0, 8))):
        start = date(2026, draw(st.integers(1, 12)), draw(st.integers(1, 28)))
        end = date.fromordinal(start.toordinal() + draw(st.integers(1, 400)))
        likely = draw(st.decimals(0, 10**6, places=2))
        found.append(
            BenefitPlanLine(
                id=f"l{number}", investment=draw(st.sampled_from(("chat", "score", "learn"))), start=start, end=end, likely=likely,
                low=draw(st.sampled_from((None, likely / 2))), high=draw(st.sampled_from((None, likely * 2))),
                type=draw(st.sampled_from(BenefitKind)), currency=draw(st.sampled_from((None, "USD", "GBP"))),
                value_stream=draw(st.sampled_from((None, "home", "sme"))),
            )
        )  # fmt: skip
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines(), st.integers(1, 30))
def test_claims_add_up_over_value_streams_investments_and_periods(drawn: list[BenefitPlanLine], cut: int) -> None:
    entities, _ = entities_told(STREAMS.partition("benefit_plan_line")[0])
    view = view_with([*entities, *drawn], {}, TODAY)
    whole = claimed(view)
    streams = [claimed(view, Scope("value_stream", id)) for id in ("home", "sme")]
    apiece = [claimed(view, Scope("investment", id)) for id in view.plan.investments]
    for parts in (streams, apiece):
        for kind in BenefitKind:
            of = [one.by_type.get(kind, Range()) for one in parts]
            assert Range.sum(of) == whole.by_type.get(kind, Range())
    middle = date(2026 + cut // 12, cut % 12 + 1, 1)
    halves = [claimed(view, window=Period(*days)) for days in ((date(2025, 1, 1), middle), (middle, date(2030, 1, 1)))]
    assert halves[0].cash + halves[1].cash == whole.cash
    assert whole.cash == Range.sum(whole.by_type.get(kind, Range()) for kind in CASH)


TEAMS = """
value_stream
  id   | name
  home | Home claims
team
  id     | name   | value_stream
  claims | Claims | home
  uk     | UK     |
  idle   | Idle   | home
workflow_policy
  id | name  | start
  p1 | Every | 2025-01-01
investment
  id    | name    | currency
  chat  | Chat    | EUR
cost_plan_line
  id | investment | start      | end        | likely
  c1 | chat       | 2026-03-01 | 2026-04-01 | 300
"""

HOURS = """
day        | billed | currency | team
2026-03-02 | 100.01 | EUR      | Claims
2026-04-06 | 50     | EUR      | claims
2026-05-04 | 7      | EUR      | Claims
2026-03-09 | 4      | EUR      | Idle
2026-03-09 | 9      | EUR      | Strangers
2026-06-01 | 1000   | EUR      | Claims
"""


def office(**more: Any) -> Any:
    told = [
        item("A", "queue 2026-03-02, active 2026-03-10, done 2026-03-20", team="Claims"),
        item("B", "active 2026-03-25, wait 2026-04-02, active 2026-04-12, done 2026-04-20", team="Claims", kind=FlowKind.DEFECT),
        item("C", "active 2026-04-20", team="Claims", kind=None),
        item("D", "active 2026-03-05, done 2026-03-15", team="UK"),
        item("E", "active 2026-04-05, done 2026-04-15", team="UK"),
    ]  # fmt: skip
    serves = {"A": [("chat", Decimal("0.5"))], "D": [("chat", Decimal(1))]}
    return work_told(TEAMS, TODAY, told, cost=HOURS, serves=serves, **more)


def test_a_teams_cost_falls_on_its_items_by_active_time() -> None:
    found = cost_of_work(office(), Whose("team", "claims"), YEAR)
    assert [month.start for month in found.months] == [date(2026, n, 1) for n in (3, 4, 5)], (
        "those over, since there is work or a bill"
    )
    # March: A ten days, B seven. April: B one and eight, C eleven. May: C alone.
    march = {"A": Decimal("58.83"), "B": Decimal("41.18")}
    april = {"B": Decimal("22.50"), "C": Decimal("27.50")}
    amounts = {one.item.key: one.amount for one in (*found.finished, *found.others)}
    assert amounts == {"A": eur(march["A"]), "B": eur(march["B"] + april["B"]), "C": eur(april["C"] + 7)}
    assert found.total == eur("157.01") == found.spent + found.unfinished + found.unplaced
    assert found.by_kind == {FlowKind.FEATURE: eur("58.83"), FlowKind.DEFECT: eur("63.68")}
    assert {one.source for one in found.teams[0].months if one.month.start.month > 2} == {"booked"}


def test_an_item_costs_what_it_did_before_the_months_looked_at_too() -> None:
    april = cost_of_work(office(), Whose("team", "claims"), Period(date(2026, 4, 1), date(2026, 5, 1)))
    (b,) = april.finished
    assert (b.item.key, b.amount, b.whole) == ("B", eur("22.5"), eur("63.68"))
    assert april.total == eur(50)


def test_where_nobody_booked_the_plan_of_what_the_team_served_stands_and_is_named() -> None:
    view = office()
    found = cost_of_work(view, Whose(), YEAR)
    uk = next(one for one in found.teams if one.team == "uk")
    sources = {one.month.start.month: one.source for one in uk.months}
    assert sources == {3: "planned", 4: "none"}, "in April nothing links its work to an investment"
    # Chat's March: Claims gave it half of ten days, UK ten.
    (d,) = uk.costs.finished
    assert d.amount == eur(200)
    assert next(one for one in found.finished if one.item.key == "D").by_plan == eur(200)
    assert found.unplaced == eur(4), "Idle booked, and no item of it was active"
    assert found.strangers == {"Strangers": eur(9)}
    assert found.total == eur("157.01") + eur(204) == found.spent + found.unfinished + found.unplaced


def test_an_investment_bears_its_share_of_items() -> None:
    found = cost_of_work(office(), Whose("investment", "chat"), YEAR)
    assert {one.item.key: one.amount for one in found.finished} == {"A": eur("29.415"), "D": eur(200)}
    assert found.total == eur("229.415")
    assert not found.unplaced


def test_a_value_stream_is_its_teams() -> None:
    view = office()
    home, everything = cost_of_work(view, Whose("value_stream", "home"), YEAR), cost_of_work(view, Whose(), YEAR)
    uk = cost_of_work(view, Whose("team", "uk"), YEAR)
    assert {one.team for one in home.teams} == {"claims", "idle"}
    assert home.total + uk.total == everything.total
    assert last_months(view, 3) == Period(date(2026, 3, 1), date(2026, 6, 1))


def test_waiting_is_a_part_of_the_cost_and_nothing_on_top() -> None:
    found = cost_of_work(office(), Whose("team", "claims"), YEAR)
    # March: A waited eight days beside seventeen active; April: B ten beside twenty; May: nothing waited.
    by_month = [part.amount for part in found.teams[0].costs.waiting]
    assert by_month == [Decimal("32.00"), Decimal("16.67"), Decimal("0.00")]
    assert found.waiting == eur("48.67")


def test_without_teams_work_or_policies_nothing_is_made_up() -> None:
    assert cost_of_work(work_told(STREAMS, TODAY, []), Whose(), YEAR).total == Amounts()
    bare = cost_of_work(work_told(TEAMS.replace("2025-01-01", "2027-01-01"), TODAY, []), Whose(), YEAR)
    assert set(bare.unread) == {"claims", "uk", "idle"}
    assert claimed(money_told(TEAMS, TODAY), ORGANISATION).claims == ()


def test_every_figure_is_made_of_its_terms() -> None:
    view, days = office(), {"from": "2026-01-01", "until": "2026-06-01"}
    for name in ("team_cost", "finished", "unfinished", "unplaced", "waiting"):
        for scope in ({}, {"level": "team", "id": "claims"}, {"level": "investment", "id": "chat"}):
            receipt = why(view, figure(f"returns.{name}", **days, **scope))
            assert receipt.value == Amounts.sum(term.value for term in receipt.terms), (name, scope)
    assert why(view, figure("returns.team_cost", level="team", id="claims", **days)).rows == 3
    item = why(view, figure("returns.item", item="D", **days))
    assert item.value == eur(200) == item.terms[-1].value and item.terms[-1].sign == 0
    assert why(view, figure("returns.finished", flow_kind="defect", **days)).value == eur("63.68")
    share, each = (why(view, figure(f"returns.{name}", flow_kind="defect", **days)) for name in ("kind_share", "each"))
    part, whole = (term.value.by_currency["EUR"] for term in share.terms)
    assert share.value == part / whole and part == Decimal("63.68") and each.value == eur("63.68")
    waits = why(view, figure("returns.waiting_share", level="team", id="claims", **days))
    assert waits.value == Decimal("48.67") / Decimal("157.01")

    view = money_told(STREAMS, TODAY)
    for scope in ({}, {"level": "value_stream", "id": "home"}, {"level": "investment", "id": "chat"}):
        for kind in ("", "capacity"):
            receipt = why(view, figure("returns.claimed", type=kind, bound="high", **scope))
            assert receipt.value and receipt.value == Amounts.sum(term.value for term in receipt.terms)
        cash, cost = why(view, figure("returns.roi", bound="low", **scope)).terms
        rate = value_of(view, figure("returns.roi", bound="low", **scope))
        assert rate == pytest.approx(cash.value.by_currency["EUR"] / cost.value.by_currency["EUR"] - 1)
        assert cost.figure is not None and value_of(view, cost.figure) == cost.value
    parts = [
        value_of(view, figure(f"returns.{name}", level="value_stream", id="home"))
        for name in ("cost_to_date", "cost_to_come")
    ]
    assert Amounts.sum(parts) == value_of(view, figure("returns.cost", level="value_stream", id="home"))
    arising = why(view, figure("returns.arising", level="value_stream", id="sme"))
    assert {term.ref.id for term in arising.terms if term.ref} == {"b3", "b4"} and arising.value == eur(64)


def test_a_program_is_told_what_the_page_says() -> None:
    view = office()
    said = returns_said(view, Whose(), YEAR)
    assert (
        said.work.total.value == eur("361.01")
        and said.total is not None
        and said.total.cash["likely"].value == Amounts()
    )
    assert [one.key for one in said.work.items] == ["D", "B", "A"]
    assert {one.name: one.months for one in said.work.teams}["UK"] == {"2026-03-01": "planned", "2026-04-01": "none"}
    assert said.work.strangers == {"Strangers": eur(9)}
    team = returns_said(view, Whose("team", "claims"), YEAR)
    assert team.total is None and team.work.by_kind["defect"].value == eur("63.68")
    for figured in (said.work.total, said.work.by_kind["feature"], team.work.waiting, said.work.items[0].whole):
        assert figured is not None and value_of(view, read_figure(figured.address)) == figured.value

    view = work_told(STREAMS, TODAY, [])
    home = next(one for one in returns_said(view, Whose(), YEAR).streams if one.id == "home")
    assert (home.cash["low"].value, home.by_type["capacity"]["high"].value) == (eur(99), eur(990))
    assert home.evidenced is None and home.confirmed is None and home.claims_nothing == 1
    for figured in (home.cost, home.to_come, home.cash["high"], home.roi["low"], home.by_type["capacity"]["low"]):
        assert value_of(view, read_figure(figured.address)) == figured.value
    assert returns_said(view, Whose(), YEAR).arising["sme"]["revenue"]["likely"] == eur(40)
