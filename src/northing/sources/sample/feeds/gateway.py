"""The gateway's daily spend by team, key and model, as LiteLLM keeps it: what passed through it, and not a call more."""

from __future__ import annotations

import json
import zlib
from datetime import date

from northing.sources.sample.money import Money
from northing.sources.sample.money.belonging import FREE_KEY, TEAM_OF_ITS_OWN
from northing.sources.sample.money.calls import Call
from northing.sources.sample.money.crew import CREWS, crew_of
from northing.sources.sample.technology import MODELS

SHARED_KEY = {"letters": 96, "claims-docs": 41}
"""Who used the key of everybody, for how many per cent of its days."""


def activity(money: Money, month: date) -> bytes:
    """What passed the gateway in *month*."""
    rows = [_row(money, call) for call in sorted(money.calls.of(month), key=lambda one: (one.day, one.key)) if call.metered]
    return json.dumps({"data": rows}, separators=(",", ":")).encode()


def _row(money: Money, call: Call) -> dict[str, object]:
    key, team = _key(money, call)
    return {
        "date": call.day.isoformat(), "team_alias": team, "api_key": _hash(key), "key_alias": key, "model": call.model,
        "custom_llm_provider": MODELS[call.model].provider, "prompt_tokens": call.input + call.cached,
        "completion_tokens": call.output, "cache_read_input_tokens": call.cached, "cache_creation_input_tokens": 0,
        "spend": f"{call.list_cost(money.calls.price(call.model, call.day)):.8f}", "api_requests": call.requests,
        "successful_requests": call.requests - call.failed, "failed_requests": call.failed,
    }  # fmt: skip


def _key(money: Money, call: Call) -> tuple[str, str]:
    """Which key a system called with, and the team that the key belongs to."""
    plot = money.courses[call.key].plot
    team = TEAM_OF_ITS_OWN.get(call.key) or CREWS[crew_of(plot)].name.lower().replace(" ", "-")
    share = SHARED_KEY.get(call.key, 0)
    if share and zlib.crc32(f"{call.key}/{call.day}".encode()) % 100 < (share if money.time.day(call.day) < 160 else 14):
        return FREE_KEY, "shared"
    return f"{call.key}-prod", team


def _hash(key: str) -> str:
    return f"sk-{zlib.crc32(key.encode()):08x}{zlib.crc32(key[::-1].encode()):08x}"
