"""Facts in, sums out: what is in force, whose it is, and the rows under it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from northing.facts.asking import Fold
from tests.facts.conftest import World, bill, line

D = Decimal
MONTHS = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))


def test_spend_by_month_and_investment(world: World) -> None:
    world.take(
        bill(
            [
                line("2026-01-03", "10.10", tags='{"project": "chat"}'),
                line("2026-01-03", "10.10", tags='{"project": "chat"}'),
                line("2026-01-20", "5", account="456"),
                line("2026-02-01", "-1.000000000001", tags='{"project":"Chat "}'),
                line("2026-02-28", "7", currency="USD"),
            ]
        )
    )
    world.rule("r1", "tag.project = chat", "i1", share=D("0.25"))
    world.rule("r2", "account = 123", "i2", share=D("0.5"), start=date(2026, 2, 1))
    lines = world.facts.fold(Fold(table="cost", sums=("billed",), by=("currency",), spans=MONTHS))
    told = {(str(sum.span)[:7], sum.investment, *sum.by): (sum.sums[0], sum.lines) for sum in lines}
    assert told == {
        ("2026-01", "i1", "EUR"): (D("5.05"), 2),
        ("2026-01", None, "EUR"): (D("20.15"), 3),
        ("2026-02", "i1", "EUR"): (D("-0.25000000000025"), 1),
        ("2026-02", "i2", "EUR"): (D("-0.5000000000005"), 1),
        ("2026-02", None, "EUR"): (D("-0.25000000000025"), 1),
        ("2026-02", "i2", "USD"): (D("3.5"), 1),
        ("2026-02", None, "USD"): (D("3.5"), 1),
    }
    rows = world.facts.rows("cost", investment="i2")
    assert [(row.line, row.share, row.rule, row.values["billed"]) for row in rows] == [
        (4, D("0.5"), "r2", D("-1.000000000001")),
        (5, D("0.5"), "r2", D("7")),
    ]
    assert world.facts.count("cost", investment="i2") == 2
    given = world.facts.rows("cost", rule="r1")
    assert {row.rule for row in given} == {"r1"}
    assert len(given) == world.facts.count("cost", rule="r1") == 3
    assert world.facts.rows("cost", rule="r1", investment="i2") == []
    assert world.facts.count("cost") == len(world.facts.rows("cost")) == 10
    assert [row.line for row in world.facts.rows("cost", offset=2, limit=3)] == [2, 2, 3]
    assert world.facts.tags("cost") == ["project"]
