"""LiteLLM: a day's activity, requests one by one, tables as CSV, the spend report."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from northing.sources.facts import READERS, guess_reader
from tests.sources.facts.bench import World, about, hide, pieces, read


def metrics(spend: float, prompt: int = 0, completion: int = 0, requests: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "spend": spend, "prompt_tokens": prompt, "completion_tokens": completion, "api_requests": requests,
        "successful_requests": requests, "failed_requests": 0, **more,
    }  # fmt: skip


def keyed(spend: float, key: str, **more: Any) -> dict[str, Any]:
    own = metrics(spend, **more)
    metadata = {"key_alias": "chat-key", "team_id": "team-1"}
    return {"metrics": own, "metadata": {}, "api_key_breakdown": {key: {"metrics": own, "metadata": metadata}}}


ACTIVITY = {
    "results": [
        {
            "date": "2026-03-02",
            "metrics": metrics(1.75, 1100, 70, 11, cache_read_input_tokens=100, cache_creation_input_tokens=40),
            "breakdown": {
                "models": {
                    "gpt-4o": keyed(
                        1.25,
                        "hash1",
                        prompt=1000,
                        completion=50,
                        requests=10,
                        cache_read_input_tokens=100,
                        cache_creation_input_tokens=40,
                    ),
                    "claude": keyed(0.3, "hash2", prompt=100, completion=20, requests=1),
                },
                "providers": {"openai": {"metrics": metrics(1.75)}},
                "entities": {"chat": {"metrics": metrics(1.75), "metadata": {}}},
            },
        }
    ],
    "metadata": {"total_spend": 1.75, "page": 1, "has_more": False},
}


def raw(*documents: Any) -> bytes:
    return b"\n".join(json.dumps(document).encode() for document in documents)


def test_a_day_of_activity_by_model_and_key_and_nothing_of_the_total_is_lost() -> None:
    taken = read("litellm", raw(ACTIVITY), name="/tag/daily/activity")
    assert [(row["model"], row["cost"], row["input"]) for row in taken.rows] == [
        ("gpt-4o", Decimal("1.25"), 860), ("claude", Decimal("0.3"), 100), (None, Decimal("0.2"), None),
    ]  # fmt: skip
    first = taken.rows[0]
    assert (first["day"], first["scope"], first["provider"]) == (date(2026, 3, 2), "2026-03-02", "openai")
    assert (first["cache_read"], first["cache_write"], first["output"], first["requests"]) == (100, 40, 50, 10)
    assert (first["api_key"], first["team"], first["currency"], first["price_basis"]) == (
        "chat-key",
        "team-1",
        "USD",
        "litellm",
    )
    assert {row["tags"] for row in taken.rows} == {'{"chat": "true"}'}
    assert taken.total("cost") == Decimal("1.75")


def test_activity_by_entity_where_that_is_asked_for() -> None:
    both = json.loads(json.dumps(ACTIVITY))
    both["results"][0]["breakdown"]["entities"] = {
        "project:chat": {"metrics": metrics(1.5)},
        "x": {"metrics": metrics(0.25)},
    }
    taken = read("litellm", raw(both), name="/tag/daily/activity", options={"by": "entity"})
    assert [(row["tags"], row["cost"]) for row in taken.rows if row["cost"]] == [
        ('{"project": "chat"}', Decimal("1.5")), ('{"x": "true"}', Decimal("0.25")),
    ]  # fmt: skip


def test_people_are_never_named() -> None:
    mine = json.loads(json.dumps(ACTIVITY))
    mine["results"][0]["breakdown"]["entities"] = {"ana@acme.example": {"metrics": metrics(1.75), "metadata": {}}}
    log = LOG | {
        "user": "ben@acme.example",
        "metadata": {"user_api_key_user_email": "ben@acme.example"},
        "messages": "secret question",
    }
    for name in ("/user/daily/activity", "export.json"):
        taken = read("litellm", raw(mine, log), name=name)
        assert "acme" not in str(taken.found)
        assert taken.rows[-1]["person"] == hide("ben@acme.example")
    kept = b"".join(READERS["litellm"].redact(pieces(raw(mine, log), 33), about("litellm", "/user/daily/activity")))
    assert b"acme" not in kept and b"secret" not in kept
    assert read("litellm", kept, name="/user/daily/activity").total("cost") == Decimal("2.25")


LOG = {
    "request_id": "r1", "call_type": "acompletion", "api_key": "hash", "spend": 0.5, "total_tokens": 120,
    "prompt_tokens": 100, "completion_tokens": 20, "startTime": "2026-03-02T23:30:00-02:00", "model": "gpt-4o",
    "custom_llm_provider": "azure", "user": "", "end_user": "", "team_id": "t1", "request_tags": ["project:chat", "nightly"],
    "metadata": {"usage_object": {"cache_read_input_tokens": 30}, "user_api_key_alias": "k1"}, "status": "success",
}  # fmt: skip


def test_requests_are_added_up_by_day_and_what_tells_them_apart() -> None:
    taken = read("litellm", raw(LOG, LOG | {"status": "failure", "spend": 0}, LOG | {"model": "other"}))
    assert len(taken.rows) == 2
    row = taken.rows[0]
    assert (row["day"], row["requests"], row["ok"], row["failed"]) == (date(2026, 3, 3), 2, 1, 1)
    assert (row["input"], row["cache_read"], row["output"], row["cost"]) == (140, 60, 40, Decimal("0.5"))
    assert (row["provider"], row["team"], row["api_key"], row["person"]) == ("azure", "t1", "k1", None)
    assert json.loads(row["tags"]) == {"nightly": "true", "project": "chat"}


def test_an_array_of_logs_and_a_csv_of_them_say_the_same() -> None:
    array = json.dumps([LOG, LOG]).encode()
    columns = [
        "request_id",
        "api_key",
        "spend",
        "prompt_tokens",
        "completion_tokens",
        "startTime",
        "model",
        "custom_llm_provider",
        "team_id",
        "request_tags",
        "metadata",
    ]
    header = ",".join(columns)

    def cell(name: str) -> str:
        value = LOG[name]
        text = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
        return '"' + text.replace('"', '""') + '"'

    table = "\n".join([header, *[",".join(cell(name) for name in columns)] * 2]).encode()
    assert read("litellm", array).rows == read("litellm", table).rows
    kept = b"".join(READERS["litellm"].redact([table], about("litellm")))
    assert read("litellm", kept).rows == read("litellm", table).rows


def test_rows_of_a_daily_table() -> None:
    table = b"date,api_key,model,custom_llm_provider,prompt_tokens,completion_tokens,cache_read_input_tokens,spend,api_requests,successful_requests,failed_requests,tag\n"
    table += b"2026-03-02,k,gpt-4o,openai,100,20,30,0.5,7,6,1,project:chat\n"
    row = read("litellm", table).only()
    assert (row["requests"], row["ok"], row["failed"], row["input"], row["tags"]) == (
        7,
        6,
        1,
        70,
        '{"project": "chat"}',
    )


def test_the_spend_report() -> None:
    report = [
        {
            "group_by_day": "2026-03-02T00:00:00+00:00",
            "teams": [
                {
                    "team_name": "Search", "total_spend": 0.7,
                    "metadata": [{"model": "gpt-4o", "spend": 0.5, "total_tokens": 28, "api_key": "k"}],
                }
            ],
        }
    ]  # fmt: skip
    taken = read("litellm", json.dumps(report).encode())
    assert [(row["team"], row["model"], row["cost"]) for row in taken.rows] == [
        ("Search", "gpt-4o", Decimal("0.5")), ("Search", None, Decimal("0.2")),
    ]  # fmt: skip


def test_what_is_wrong_is_refused_with_its_column_and_the_rest_taken_in() -> None:
    wrong = [
        LOG | {"spend": "1e400"}, LOG | {"prompt_tokens": 1.5}, LOG | {"startTime": "0000-01-01"}, LOG | {"startTime": None},
        LOG | {"prompt_tokens": 10**30}, LOG | {"spend": "=cmd()"},
    ]  # fmt: skip
    taken = read("litellm", raw(LOG, *wrong, LOG) + b'\n"just text"\n{"cut')
    assert [each.column for each in taken.refused] == [
        "spend", "prompt_tokens", "startTime", "startTime", "prompt_tokens", "spend", None, None,
    ]  # fmt: skip
    assert [each.line for each in taken.refused] == [2, 3, 4, 5, 6, 7, 9, 10]
    assert taken.rows[0]["requests"] == 2


def test_a_day_fetched_again_replaces_itself(world: World) -> None:
    world.take("litellm", raw(LOG, LOG | {"startTime": "2026-03-05T10:00:00Z"}))
    world.take("litellm", raw(LOG | {"spend": 9}))
    assert world.total("usage", "cost") == Decimal("9.5")


def test_it_is_recognised() -> None:
    for input in (raw(ACTIVITY), raw(LOG), json.dumps([LOG]).encode()):
        assert guess_reader("x.json", input)[0][0].name == "litellm"
