"""One suite over both: the filter language means the same of a plan and of facts.

The same values stand in a plan (as fields and custom fields of investments) and in facts; each question is asked of
both. Declared exceptions are at the end.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from northing.facts.asking import Fold
from northing.facts.dialect import PORTABLE, QUERIES, functions, query
from northing.facts.filtering import FactWords, condition
from northing.facts.previewing import check_rule
from northing.measure.columns import view_of
from northing.portfolio.errors import Invalid
from northing.portfolio.facts import TABLES
from northing.portfolio.filter import ask_plan
from northing.portfolio.investment import Investment
from northing.portfolio.plan import Plan
from northing.portfolio.workspace import CustomField, CustomType, FiscalCalendar
from tests.facts.conftest import World, bill, line

TODAY = date(2026, 3, 1)
CALENDAR = FiscalCalendar(id="c", name="From April", start_month=4)
ROWS: list[tuple[str, str, str, str, str, str, str]] = [
    # day, billed, currency, account, service, tag project, ai
    ("2026-01-01", "10", "EUR", "123", "Chat", "chat", "true"),
    ("2026-01-31", "-2.5", "EUR", "123", "chat  ", "", "false"),
    ("2026-02-28", "1500000", "USD", "", "Übersetzung", "Chat", ""),
    ("2026-03-01", "0", "EUR", "A b", "Straße & Co", "o'neill", "true"),
    ("2025-12-31", "99.999", "EUR", "x,y", "100% \"x\" _", "a.b", "false"),
    ("2026-04-01", "7", "USD", "abc", "", "CHAT", ""),
    ("2025-03-31", "250000", "EUR", "ABC", "0", "", "true"),
]  # fmt: skip
QUESTIONS = [
    "account = 123", "account = ABC", "account != abc", "not account = abc", "account is empty", "account is not empty",
    "service in (chat, Übersetzung)", "service not in (chat)", "not service in (chat)", "service contains 'x\" _'",
    "service contains %", "service contains _", "service starts with CH", "not service contains a",
    "project = chat", "project != chat", "not project = chat", "project is empty", 'project = "o\'neill"', "project = a.b",
    "project in (chat, a.b) and not account is empty", "project starts with c or account = 123",
    "ai = yes", "ai = no", "ai != yes", "not ai = yes", "ai is empty",
    "day = 2026-01", "day in 2026-Q1", "day < 2026", "day <= 2025", "day > 2026-02", "day >= 2026-02-28", "day != 2026-01",
    "day in FY26", "day in FY25-Q4", "day in last 60 days", "day < today", "not day in this year", "day in (2026-01, 2026-04)",
    "billed > 9", "billed >= 10", "billed = 10", "billed != 10", "billed < 0", "billed > 1M", "billed = 250k EUR",
    "billed > 1 USD", "not billed > 1 USD", "billed in (7, 10)", "billed not in (7, 10)",
    "account = 123 or account = abc and ai = yes", "(account = 123 or account = abc) and ai = yes",
    "account = 123 service = chat", "any(account = 123)", "none(account = 123)", "all(account = 123)", "",
]  # fmt: skip


def plan_asked(text: str) -> set[int]:
    """The rows that *text* holds of, as the plan answers."""
    fields = {
        "account": CustomType.TEXT, "service": CustomType.TEXT, "project": CustomType.TEXT, "ai": CustomType.FLAG,
        "day": CustomType.DATE,
    }  # fmt: skip
    investments = []
    for number, (day, billed, currency, account, service, project, ai) in enumerate(ROWS):
        custom: dict[str, Any] = {"account": account, "service": service, "project": project, "day": day}
        custom = {name: value for name, value in custom.items() if value}
        if ai:
            custom["ai"] = ai == "true"
        investments.append(
            Investment(
                id=str(number), name=str(number), custom=custom, whole_life_cost=Decimal(billed), currency=currency
            )
        )
    custom_fields = [CustomField(id=name, kind="investment", name=name, type=type) for name, type in fields.items()]
    plan = Plan.of("w", "main", 1, [CALENDAR, *custom_fields, *investments])
    found, _ = ask_plan(text.replace("billed", "whole_life_cost"), view_of(plan, today=TODAY), "investment")
    return {int(id) for id in found}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("facts") / "facts")
    world.step("fiscal_calendar", "c", CALENDAR)
    world.take(
        bill(
            line(
                day,
                billed,
                account,
                service,
                tags=f'{{"project": "{project}"}}' if project else "",
                currency=currency,
                ai=ai,
            )
            for day, billed, currency, account, service, project, ai in ROWS
        )
    )
    return world


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_means_the_same_of_a_plan_and_of_facts(facts: World, text: str) -> None:
    rows = facts.facts.rows("cost", where=text.replace("project", "tag.project"), today=TODAY)
    assert {row.line - 1 for row in rows} == plan_asked(text)


@pytest.mark.parametrize("text", [text for text in QUESTIONS if text and "day" not in text and "billed" not in text])
def test_a_rule_claims_what_its_question_finds(facts: World, text: str) -> None:
    """The same, asked of sums and not of rows."""
    world = World(facts.store.folder.parent)
    world.plan = facts.plan
    world.rule("r1", text.replace("project", "tags.project"))
    lines = world.facts.fold(Fold(table="cost", sums=("billed",), by=("currency",)))
    expected = {number for number in range(len(ROWS)) if number in plan_asked(text)}
    assert sum(found.lines for found in lines if found.investment == "i1") == len(expected)
    for currency in ("EUR", "USD"):
        claimed = sum(found.sums[0] for found in lines if found.investment == "i1" and found.by == (currency,))
        assert claimed == sum(Decimal(ROWS[number][1]) for number in expected if ROWS[number][2] == currency)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("acount = 5", "Did you mean “account”?"),
        ("tag = chat", "needs a key"),
        ("account > 5", "holds text"),
        ("ai = perhaps", "yes or no"),
        ("billed > much", "holds money"),
        ("day = someday", "no date or period"),
        ("day in last 90 days", "moves with the calendar"),
        ("account is withheld", "no source withholds"),
        ("account.name = x", "leads to nothing"),
        ("any(account where service = x)", "no links"),
        ("account = ", "stops where a value"),
    ],
)  # fmt: skip
def test_faults_are_told_with_the_nearest_right_word(text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        condition(text, FactWords(TABLES["cost"], CALENDAR, ruled=False))
    assert words in f"{refused.value.message} {refused.value.remedy}"


def test_a_rule_asks_for_some_columns_only() -> None:
    check_rule("account = 1 and tag.project = x", ["cost", "usage"], CALENDAR)
    for text in ("billed > 5", "day = 2026-01", "service = x", "", "person = x"):
        with pytest.raises(Invalid):
            check_rule(text, ["cost", "usage"], CALENDAR)
    with pytest.raises(Invalid) as refused:
        check_rule("service = x", ["cost", "usage"], CALENDAR)
    assert refused.value.remedy == "Say that the rule is about cost only."


def test_search_looks_into_the_words_of_a_row(facts: World) -> None:
    assert [row.line for row in facts.facts.rows("cost", where="straße")] == [4]
    assert [row.line for row in facts.facts.rows("cost", where='"& co" a')] == [4]


# -- the queries


@pytest.mark.parametrize("name", sorted(path.stem for path in QUERIES.glob("*.sql")))
def test_a_query_uses_the_listed_functions_and_is_understood_by_others(name: str) -> None:
    assert functions(query(name)) <= PORTABLE
    for dialect in ("spark", "postgres", "clickhouse", "trino", "snowflake", "bigquery"):
        assert query(name).sql(dialect=dialect)


def test_what_is_put_into_a_query_stays_on_the_list(facts: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tree that the engine runs for these questions: sums, rows, tags, prices; with rules and filters."""
    from northing.facts import engine, kept
    from northing.facts.engine import FactsAt

    world = World(facts.store.folder.parent)
    world.plan = facts.plan
    for number, text in enumerate(text for text in QUESTIONS if text and "day" not in text and "billed" not in text):
        world.rule(f"r{number}", text.replace("project", "tags.project"), share=Decimal("0.1"), start=date(2026, 1, 15))
    ran: list[Any] = []
    real = FactsAt._run
    monkeypatch.setattr(FactsAt, "_run", lambda self, tree: (ran.append(tree), real(self, tree))[1])
    kept.ANSWERS.forget()
    spans = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    for text in QUESTIONS:
        where = text.replace("project", "tag.project")
        world.facts.fold(
            Fold(table="cost", sums=("billed",), by=("currency", "tag.project"), spans=spans, where=where, today=TODAY)
        )
    world.facts.rows("cost", investment="i1", span=(date(2026, 1, 1), date(2026, 3, 1)))
    world.facts.tags("cost")
    assert len(ran) > len(QUESTIONS)
    for tree in ran:
        strange = functions(tree) - PORTABLE - {"read_parquet", "array"}
        assert not strange, tree.sql(dialect="duckdb")
        assert tree.sql(dialect="spark")
    assert engine.FactsAt is FactsAt
