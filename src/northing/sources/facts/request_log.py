"""A plain log of requests to a model: time, tokens in, tokens out; priced at the date of each day.

Rows are added up to one a day, model and key; the scope is the day. Provider and model come from the source (its
provider, its option “model”) where the log does not name them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .cells import Unreadable, count, day, shown, text
from .columns import header_of
from .lines import records
from .named import Named
from .reader import PageReader
from .redaction import redacted_table
from .usage_rows import Usage

WORDS = {
    "time": ("timestamp", "time", "datetime", "requesttime", "starttime", "createdat", "created", "date", "day", "ts"),
    "input": (
        "inputtokens", "prompttokens", "contexttokens", "tokensin", "intokens", "numinputtokens", "numprompttokens",
        "context", "input",
    ),
    "output": (
        "outputtokens", "completiontokens", "generatedtokens", "tokensout", "outtokens", "numoutputtokens", "generated",
        "output",
    ),
    "cache_read": ("cachereadtokens", "cachedtokens", "cachereadinputtokens", "inputcachedtokens"),
    "cache_write": ("cachewritetokens", "cachecreationtokens", "cachecreationinputtokens"),
    "reasoning": ("reasoningtokens", "thinkingtokens"),
    "model": ("model", "modelname", "modelid", "deployment", "deploymentname"),
    "provider": ("provider", "vendor", "customllmprovider"),
    "api_key": ("apikey", "keyname", "keyalias", "keyid", "apikeyid", "key"),
    "project": ("project", "projectid", "application", "app"),
    "team": ("team", "teamid", "teamname"),
    "person": ("user", "userid", "username", "useremail", "email", "person"),
    "status": ("status", "statuscode", "httpstatus"),
}  # fmt: skip
SAID = ("prompt", "response", "messages", "completion", "content", "request", "answer", "question")
"""Columns that hold what was asked and answered: not kept."""
TOLD = ("provider", "model", "api_key", "project", "team")


class RequestLog(PageReader):
    """One line a request."""

    name = "request_log"
    title = "Request log"
    tables: tuple[str, ...] = ("usage",)

    def fits(self, name: str, head: bytes) -> float:
        named = Named(header_of(head), WORDS, {}).columns
        if "time" not in named or not {"input", "output"} & named.keys():
            return 0.0
        return 0.85 if {"input", "output"} <= named.keys() else 0.5

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        header, rows = records(pages)
        named = Named(header, WORDS, about.source.options)
        named.require(("time",), about.name, '{"time": "When"}')
        if "input" not in named.columns and "output" not in named.columns:
            named.require(("input", "output"), about.name, '{"input": "Tokens in"}')
        usage = Usage(about, priced=True)
        model = about.source.options.get("model")
        line = 0
        for row in rows:
            if row.cells == header:
                continue  # several logs in one delivery, each with its header
            line += 1
            if row.fault is not None or len(row.cells) != len(header):
                reason = row.fault or f"The row has {len(row.cells)} cells, and the header {len(header)}; mend it."
                shown_row = "" if "person" in named.columns else shown(",".join(row.cells))
                yield Refused(line=line, column=row.column(header), value=shown_row, reason=reason)
                continue
            record = named.record(row.cells)
            try:
                on = day(record, "time")
                counts = {
                    kind: _tokens(record, kind)
                    for kind in ("input", "output", "cache_read", "cache_write", "reasoning")
                }
            except Unreadable as wrong:
                yield Refused(
                    line=line, column=named.called(wrong.column), value=shown(wrong.value), reason=wrong.reason
                )
                continue
            told = {name: text(record, name) for name in TOLD}
            told["model"] = told["model"] or (str(model) if model else None)
            person = text(record, "person")
            told["person"] = about.hide(person) if person else None
            failed = _failed(text(record, "status"))
            counts |= {"requests": 1}
            if failed is not None:
                counts |= {"ok": int(not failed), "failed": int(failed)}
            yield from usage.add(line, on, told, counts)
        yield from usage.rows()

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        yield from redacted_table(pages, about.hide, people=frozenset(WORDS["person"]), dropped=frozenset(SAID))


def _tokens(record: dict[str, str], kind: str) -> int | None:
    found = count(record, kind)
    if found is not None and found < 0:
        raise Unreadable(kind, record[kind], "A request has no fewer than no tokens; correct the log.")
    return found


def _failed(status: str | None) -> bool | None:
    """Whether a request failed, where its status says it in a known way."""
    if status is None:
        return None
    if status.isdigit():
        return int(status) >= 400
    return {"ok": False, "success": False, "succeeded": False, "failure": True, "failed": True, "error": True}.get(
        status.lower()
    )
