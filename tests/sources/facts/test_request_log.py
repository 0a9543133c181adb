"""Logs of requests: one row a day, model and key, priced at the date of each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import Price
from northing.sources.facts import READERS, guess_reader
from tests.sources.facts.bench import about, hide, pieces, read

LOG = b"TIMESTAMP,ContextTokens,GeneratedTokens\n2026-08-20 18:17:03.9799600,4808,10\n2026-08-20 23:59:59.9999999,92,5\n2026-08-22 00:00:00,100,1\n"


def prices(provider: str | None, model: str, tokens: str, day: date) -> Price | None:
    """5 and 30 a million until 21 August, 4 and 20 from then on."""
    before = day < date(2026, 8, 21)
    amount = {"input": 5 if before else 4, "output": 30 if before else 20}.get(tokens)
    return Price(amount=Decimal(amount), currency="USD", basis="list") if amount else None


def test_each_day_has_its_price() -> None:
    taken = read("request_log", LOG, price=prices, provider="openai", options={"model": "gpt-5.6-sol"})
    assert [(row["day"], row["requests"], row["input"], row["output"], row["cost"]) for row in taken.rows] == [
        (date(2026, 8, 20), 2, 4900, 15, Decimal("0.02495")),
        (date(2026, 8, 22), 1, 100, 1, Decimal("0.00042")),
    ]
    assert {(row["provider"], row["model"], row["price_basis"], row["currency"]) for row in taken.rows} == {
        ("openai", "gpt-5.6-sol", "list", "USD")
    }


def test_a_log_that_nobody_can_price_has_no_cost() -> None:
    assert [row["cost"] for row in read("request_log", LOG).rows] == [None, None]
    assert [row["cost"] for row in read("request_log", LOG, price=prices).rows] == [None, None]


def test_columns_by_their_names_and_rows_by_what_tells_them_apart() -> None:
    log = b"time;model;api key;user;prompt_tokens;completion_tokens;status\n" + b"".join(
        f"2026-01-0{day}T10:00:00+01:00;{model};{key};{user};10;2;{status}\n".encode()
        for day, model, key, user, status in (
            (1, "a", "k1", "ana", 200), (1, "a", "k1", "ana", 500), (1, "a", "k2", "ana", 200), (1, "b", "k1", "", 200), (2, "a", "k1", "ana", 200),
        )
    )  # fmt: skip
    taken = read("request_log", log)
    assert [(row["day"].day, row["model"], row["api_key"], row["requests"]) for row in taken.rows] == [
        (1, "a", "k1", 2), (1, "a", "k2", 1), (1, "b", "k1", 1), (2, "a", "k1", 1),
    ]  # fmt: skip
    assert (taken.rows[0]["ok"], taken.rows[0]["failed"], taken.rows[0]["person"]) == (1, 1, hide("ana"))
    assert taken.rows[2]["person"] is None
    kept = b"".join(READERS["request_log"].redact(pieces(log, 11), about("request_log")))
    assert b"ana" not in kept and read("request_log", kept).total("requests") == 5


def test_the_order_of_requests_changes_nothing() -> None:
    header, *rows = LOG.splitlines(keepends=True)
    there = read("request_log", header + b"".join(rows), price=prices, options={"model": "m"})
    back = read("request_log", header + b"".join(reversed(rows)), price=prices, options={"model": "m"})
    for column in ("requests", "input", "output", "cost"):
        assert there.total(column) == back.total(column)


def test_several_logs_in_one_delivery() -> None:
    assert read("request_log", LOG + LOG).total("requests") == 6
    assert not read("request_log", LOG + LOG).refused


def test_what_is_wrong_is_refused_and_the_rest_counted() -> None:
    wrong = [
        b"0000-01-01 10:00:00,1,1", b"5/1/26 10:00,1,1", b"2026-08-20 10:00:00,1.5,1", b"2026-08-20 10:00:00,-5,1",
        b"2026-08-20 10:00:00,NaN,1", b"2026-08-20 10:00:00,1", b"2026-08-20 10:00:00,1e30,1", b"2026-08-20 10:00:00,\x00,1",
        b"2026-08-20 10:00:00,=1+1,1", b'2026-08-20 10:00:00,"1,1',
    ]  # fmt: skip
    taken = read("request_log", LOG + b"\n".join(wrong) + b"\n2026-08-20 10:00:00,7,7\n")
    assert [each.line for each in taken.refused] == list(range(4, 14))
    assert [each.column for each in taken.refused] == [
        "TIMESTAMP", "TIMESTAMP", "ContextTokens", "ContextTokens", "ContextTokens", None, "ContextTokens", "ContextTokens", "ContextTokens", "ContextTokens",
    ]  # fmt: skip
    assert taken.total("input") == 5007


def test_a_table_that_is_no_log_says_what_is_missing() -> None:
    with pytest.raises(Invalid, match="no column for time"):
        read("request_log", b"a,b\n1,2\n", cuts=())
    with pytest.raises(Invalid, match="no column for input, output"):
        read("request_log", b"time,b\n1,2\n", cuts=())
    with pytest.raises(Invalid, match="no column for time"):
        read("request_log", b"", cuts=())
    with pytest.raises(Invalid, match="no column “Nope”"):
        read("request_log", LOG, cuts=(), options={"columns": {"input": "Nope"}})


def test_a_column_that_nobody_guesses_is_named_by_the_source() -> None:
    log = b"when,n\n2026-08-20,5\n"
    assert read("request_log", log, options={"columns": {"time": "when", "input": "n"}}).total("input") == 5


def test_it_is_recognised() -> None:
    assert guess_reader("x.csv", LOG)[0][0].name == "request_log"
