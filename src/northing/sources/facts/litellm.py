"""LiteLLM: daily activity by tag, team or user, spend logs, and the spend report.

The gateway's spend is what it worked out itself, not a bill: its price basis is “litellm”. Its prompt tokens hold
the cached ones; ours do not. The scope is the day. A day's activity is told by model and key; what of the day's total
no model tells (calls of tools, for instance) becomes a row without a model, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any

import msgspec

from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .cells import Record, Unreadable, amount, count, day, shown, text
from .documents import documents
from .lines import records
from .reader import PageReader
from .redaction import redacted_documents, redacted_table
from .usage_rows import Usage

PEOPLE = frozenset(
    ("user", "end_user", "user_id", "user_email", "end_user_id", "customer", "user_api_key_user_id",
     "user_api_key_user_email", "user_api_key_end_user_id", "requester_ip_address", "internal_user_id")
)  # fmt: skip
SAID = frozenset(("messages", "response", "proxy_server_request", "prompt", "input", "output"))
"""What was asked and answered: not kept."""
ENTITY = re.compile(r"(tag|team|user|customer|organization|agent)s?(?:/daily|[_-]?daily|[_-]activity)", re.IGNORECASE)


class LiteLLM(PageReader):
    """Exports and answers of a LiteLLM proxy."""

    name = "litellm"
    title = "LiteLLM"
    tables: tuple[str, ...] = ("usage",)

    def fits(self, name: str, head: bytes) -> float:
        marks = (
            b'"breakdown"', b'"custom_llm_provider"', b'"total_prompt_tokens"', b'"group_by_day"', b'"startTime"',
            b'"request_tags"', b'"call_type"',
        )  # fmt: skip
        if _is_json(head):
            found = sum(mark in head for mark in marks)
            return 0.95 if found >= 2 or (found and b"spend" in head) else 0.0
        line = head.split(b"\n", 1)[0].lower()
        known = (b"spend", b"prompt_tokens", b"completion_tokens", b"api_key", b"model")
        return 0.9 if sum(mark in line for mark in known) >= 4 else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        json, pages = _told(pages)
        usage = Usage(about, priced=False)
        reading = _Reading(usage, about)
        yield from reading.documents(pages) if json else reading.table(pages)
        yield from usage.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        json, pages = _told(pages)
        if not json:
            yield from redacted_table(pages, about.hide, people=PEOPLE, dropped=SAID)
        else:
            keyed = frozenset(("entities",)) if _entity(about) == "user" else frozenset()
            yield from redacted_documents(pages, about.hide, people=PEOPLE, dropped=SAID, keyed=keyed)


MEASURED = ("spend", "prompt_tokens", "completion_tokens", "total_tokens", "api_requests", "successful_requests")


def _is_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _told(pages: Iterable[bytes]) -> tuple[bool, Iterator[bytes]]:
    """Whether *pages* are JSON, and all of them."""
    source = iter(pages)
    first: list[bytes] = []
    while sum(len(page) for page in first) < 64 and (page := next(source, None)) is not None:
        first.append(page)
    return _is_json(b"".join(first)), chain(first, source)


def _entity(about: About) -> str | None:
    """What the activity was asked by: the source's option “entity”, or what the input's name says."""
    stated = about.source.options.get("entity")
    if stated:
        return str(stated).lower()
    found = ENTITY.search(about.name)
    return found[1].lower() if found else None


class _Reading:
    """One input on its way into usage."""

    def __init__(self, usage: Usage, about: About) -> None:
        self.usage, self.about = usage, about
        self.entity = _entity(about)
        self.line = 0

    def documents(self, pages: Iterable[bytes]) -> Iterator[Row | Refused | Empty]:
        for document in documents(pages):
            if document.value is None:
                self.line += 1
                # What it says is not shown: people and prompts stand in it.
                yield Refused(line=self.line, column=None, value="", reason=str(document.fault))
            elif isinstance(document.value.get("results"), list):
                for result in document.value["results"]:
                    yield from self._each(result, self._activity)
            elif "group_by_day" in document.value:
                yield from self._each(document.value, self._report)
            elif isinstance(document.value.get("data"), list):
                for record in document.value["data"]:
                    yield from self._each(record, self._log)
            else:
                yield from self._each(document.value, self._log)

    def table(self, pages: Iterable[bytes]) -> Iterator[Row | Refused | Empty]:
        header, rows = records(pages)
        for row in rows:
            self.line = row.number - 1
            if row.fault is not None or len(row.cells) != len(header):
                self.line += 1
                reason = row.fault or f"The row has {len(row.cells)} cells, and the header {len(header)}; mend it."
                yield Refused(line=self.line, column=row.column(header), value="", reason=reason)
            else:
                yield from self._each(dict(zip(header, row.cells, strict=True)), self._log)

    def _each(self, record: Any, how: Any) -> Iterator[Row | Refused | Empty]:
        self.line += 1
        if not isinstance(record, dict):
            reason = "This is no record of LiteLLM; export daily activity or spend logs as JSON or CSV."
            yield Refused(line=self.line, column=None, value=shown(type(record).__name__), reason=reason)
            return
        try:
            yield from how(record)
        except Unreadable as wrong:
            yield wrong.at(self.line)

    # -- a day of activity

    def _activity(self, result: Record) -> Iterator[Row]:
        on = day(result, "date")
        total, tokens = _metrics(_mapping(result.get("metrics")))
        breakdown = _mapping(result.get("breakdown"))
        entities = _mapping(breakdown.get("entities"))
        whole = self._of_entity(entities) if len(entities) == 1 else {}
        if self.about.source.options.get("by") == "entity" and entities:
            parts = [(self._of_entity({name: each}), _mapping(each)) for name, each in entities.items()]
        else:
            parts = [({"model": name, **whole}, _mapping(each)) for name, each in _models(breakdown)]
        providers = [name for name in _mapping(breakdown.get("providers")) if name != "unknown"]
        provider = providers[0] if len(providers) == 1 else None
        taken: list[tuple[dict[str, str | None], Decimal | None, dict[str, int | None], dict[str, str]]] = []
        for told, part in parts:
            tags = told.pop("tags", None) or {}
            keys = _mapping(part.get("api_key_breakdown"))
            for named, spent in ((_key(name, _mapping(each)), _mapping(each)) for name, each in keys.items()):
                taken.append(({**told, **named, "provider": provider}, *_metrics(_mapping(spent.get("metrics"))), tags))
            if not keys:
                taken.append(({**told, "provider": provider}, *_metrics(_mapping(part.get("metrics"))), tags))
        rest = _rest(total, tokens, [(cost, counts) for _, cost, counts, _ in taken])
        if rest is not None:
            tags = whole.pop("tags", None) or {}
            taken.append(({**whole, "provider": provider}, *rest, tags))
        for told, cost, counts, tags in taken:
            yield from self.usage.add(self.line, on, told, counts, cost, tags)

    def _of_entity(self, entities: Mapping[str, Any]) -> dict[str, Any]:
        """Whose activity it is: a team, a person, or a tag."""
        name, each = next(iter(entities.items()))
        metadata = _mapping(_mapping(each).get("metadata"))
        if self.entity == "team":
            return {"team": text(metadata, "team_alias", "alias") or name}
        if self.entity == "user":
            return {"person": self.about.hide(name)}
        if self.entity == "tag":
            return {"tags": _tags([name])}
        # Nobody said what it is; it could be a person's address.
        return {"tags": {self.entity or "entity": self.about.hide(name) if "@" in name else name}}

    # -- the spend report

    def _report(self, record: Record) -> Iterator[Row]:
        on = day(record, "group_by_day")
        for plural, singular in (("teams", "team_name"), ("customers", "customer")):
            for each in record.get(plural) or ():
                told: dict[str, str | None] = {}
                name = text(_mapping(each), singular)
                if name:
                    told = {"team": name} if plural == "teams" else {"person": self.about.hide(name)}
                total = amount(_mapping(each), "total_spend")
                spent = Decimal(0)
                for part in _mapping(each).get("metadata") or ():
                    cost = amount(_mapping(part), "spend") or Decimal(0)
                    spent += cost
                    own = {**told, "model": text(part, "model"), "api_key": text(part, "api_key")}
                    tokens = count(part, "total_tokens")
                    tags = {} if tokens is None else {"total_tokens": str(tokens)}
                    yield from self.usage.add(self.line, on, own, {}, cost, tags)
                if total is not None and total != spent:
                    yield from self.usage.add(self.line, on, told, {}, total - spent)

    # -- one request, or a row of a daily table

    def _log(self, record: Record) -> Iterator[Row]:
        if not any(name in record for name in MEASURED):
            raise Unreadable("spend", "", "It says neither tokens nor spend; export daily activity or spend logs.")
        on = day(record, next((name for name in ("startTime", "start_time", "date") if name in record), "startTime"))
        metadata = _json(record.get("metadata"))
        used = _mapping(metadata.get("usage_object"))
        daily = "api_requests" in record or "successful_requests" in record
        failed = text(record, "status") == "failure"
        counts = _tokens({**used, **{name: value for name, value in record.items() if value is not None}})
        if not daily:
            counts |= {"requests": 1, "ok": 0 if failed else 1, "failed": 1 if failed else 0}
        person = text(record, "user", "end_user", "user_id", "end_user_id", "user_api_key_user_id")
        told = {
            "provider": text(record, "custom_llm_provider"),
            "model": text(record, "model", "model_group"),
            "team": text(metadata, "user_api_key_team_alias") or text(record, "team_alias", "team_id"),
            "api_key": text(metadata, "user_api_key_alias") or text(record, "key_alias", "api_key"),
            "person": self.about.hide(person) if person else None,
        }
        tags = _tags(_json(record.get("request_tags")) or record.get("tag"))
        yield from self.usage.add(self.line, on, told, counts, amount(record, "spend"), tags)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _json(value: Any) -> Any:
    """*value*, or what stands in it as JSON; an empty mapping where there is nothing."""
    if isinstance(value, str) and value.strip()[:1] in ("{", "["):
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return {}
    return value if isinstance(value, (dict, list)) else {}


def _models(breakdown: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return (_mapping(breakdown.get("models")) or _mapping(breakdown.get("model_groups"))).items()


def _key(name: str, each: Mapping[str, Any]) -> dict[str, str | None]:
    metadata = _mapping(each.get("metadata"))
    named: dict[str, str | None] = {"api_key": text(metadata, "key_alias") or name}
    team = text(metadata, "team_alias", "team_id")
    return {**named, "team": team} if team else named


def _metrics(metrics: Record) -> tuple[Decimal | None, dict[str, int | None]]:
    spend, flat = amount(metrics, "spend"), amount(metrics, "flat_cost")
    return (spend if not flat else (spend or Decimal(0)) + flat), _tokens(metrics)


def _tokens(record: Record) -> dict[str, int | None]:
    """Counts in our terms: cached tokens taken out of the prompt's."""
    prompt = count(record, "prompt_tokens")
    read, write = count(record, "cache_read_input_tokens"), count(record, "cache_creation_input_tokens")
    cached = (read or 0) + (write or 0)
    return {
        "requests": count(record, "api_requests"),
        "ok": count(record, "successful_requests"),
        "failed": count(record, "failed_requests"),
        "input": prompt - cached if prompt is not None and prompt >= cached else prompt,
        "output": count(record, "completion_tokens"),
        "cache_read": read,
        "cache_write": write,
    }


def _rest(
    total: Decimal | None, tokens: Mapping[str, int | None], parts: list[tuple[Decimal | None, dict[str, int | None]]]
) -> tuple[Decimal | None, dict[str, int | None]] | None:
    """What the day's total has more than its parts; None where it is all told."""
    cost = None if total is None else total - sum((spent or Decimal(0) for spent, _ in parts), Decimal(0))
    counts = {name: value - sum(each.get(name) or 0 for _, each in parts) for name, value in tokens.items() if value}
    left = {name: value for name, value in counts.items() if value}
    return (cost or None, dict(left)) if cost or left else None


def _tags(value: Any) -> dict[str, str]:
    """``["project:chat", "nightly"]`` → project = chat, nightly = true."""
    found: dict[str, str] = {}
    for each in [value] if isinstance(value, str) else value if isinstance(value, list) else ():
        key, colon, said = str(each).partition(":") if ":" in str(each) else str(each).partition("=")
        if key.strip():
            found[key.strip()] = said.strip() if colon else "true"
    return found
