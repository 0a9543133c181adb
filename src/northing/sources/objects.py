"""JSON as a table: a list of objects, or an object that holds one such list."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from northing.portfolio.errors import Finding, Invalid

from .encoding import decode
from .octets import Source, name_of, octets
from .tabular import Findings, TableFile, TableRow, fit, shown, told_apart, unfit


class Number(str):
    """A number as its digits stand in the file."""


def read(source: Source) -> TableFile:
    return parse(octets(source), name_of(source))


def parse(data: bytes, name: str) -> TableFile:
    """A JSON file of objects as a table: a list, or the one list in an object. Unreadable ones become findings."""
    text, encoding, _ = decode(data)
    decoder = json.JSONDecoder(parse_float=Number, parse_int=Number)
    key, items = _list(_decoded(text, decoder, name), name)
    header: dict[str, None] = {}
    for item in items:
        if isinstance(item, dict):
            header.update(dict.fromkeys(item))
    names = tuple(fit(key) for key in header)
    findings = Findings()
    rows = _rows(items, tuple(header), names, _lines(text, key, len(items), decoder), findings)
    return TableFile(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        kind="json",
        encoding=encoding,
        format={"list": key},
        header=names,
        columns=told_apart(names),
        rows=rows,
        findings=findings.closed(),
    )


def _decoded(text: str, decoder: json.JSONDecoder, name: str) -> Any:
    """The first value in *text*, whatever it is. Raises :class:`Invalid` where that is no JSON."""
    try:
        whole, _ = decoder.raw_decode(text, _skip(text, 0))
    except json.JSONDecodeError as wrong:
        finding = Finding(
            code="not-json",
            message=f"{name} is not JSON: {wrong.msg} in line {wrong.lineno}.",
            line=wrong.lineno,
            column=f"Character {wrong.colno}",
            value=shown(text[wrong.pos : wrong.pos + 60]),
            remedy="Export it again, or give CSV or XLSX.",
        )
        raise Invalid(finding.message, findings=[finding], remedy=finding.remedy, file=name) from None
    except RecursionError:
        raise Invalid(
            f"{name} is nested too deeply for a table.", remedy="Give a list of flat objects.", file=name
        ) from None
    return whole


def _rows(
    items: list[Any], keys: tuple[str, ...], names: tuple[str, ...], lines: list[int], findings: Findings
) -> tuple[TableRow, ...]:
    """An item a row; what is no object, or holds what no cell can, is kept as it came and told in *findings*."""
    rows = []
    for ordinal, item in enumerate(items, 1):
        line = lines[ordinal - 1] if lines else ordinal
        if not isinstance(item, dict):
            findings.append(
                Finding(
                    code="not-an-object",
                    message=f"Item {ordinal} is no object; it was not read.",
                    line=line,
                    column=names[0] if names else None,
                    value=shown(str(item)),
                    remedy='Every item must be an object: {"name": …}.',
                )
            )
            rows.append(TableRow(ordinal=ordinal, line=line, raw=shown(as_text(item), 2000), readable=False))
            continue
        cells = tuple(as_text(item.get(key)) for key in keys)
        bad = unfit(cells, names, line)
        if bad is not None:
            findings.append(bad)
            cells = tuple(fit(cell) for cell in cells)
        rows.append(TableRow(ordinal=ordinal, line=line, cells=cells, readable=bad is None))
    return tuple(rows)


def _list(whole: Any, name: str) -> tuple[str | None, list[Any]]:
    """The list of the table, and the key that holds it."""
    if isinstance(whole, list):
        found: list[tuple[str | None, list[Any]]] = [(None, whole)]
    elif isinstance(whole, dict):
        found = [
            (key, value)
            for key, value in whole.items()
            if isinstance(value, list) and any(isinstance(v, dict) for v in value)
        ]
    else:
        found = []
    if not found or not any(isinstance(item, dict) for item in found[0][1]):
        raise Invalid(
            f"{name} holds no list of objects.", remedy='Give [{…}, {…}] or {"items": [{…}, {…}]}.', file=name
        )
    if len(found) > 1:
        keys = ", ".join(f"“{shown(str(key), 40)}”" for key, _ in found)
        raise Invalid(f"{name} holds several lists: {keys}.", remedy="Keep one of them in the file.", file=name)
    return found[0]


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n\ufeff":
        at += 1
    return at


def _lines(text: str, key: str | None, count: int, decoder: json.JSONDecoder) -> list[int]:
    """The line on which each item of the list starts; none where the list cannot be found again."""
    if key is None:
        at = text.find("[")
    else:
        at = text.find(json.dumps(key, ensure_ascii=False))
        at = text.find("[", at) if at >= 0 else -1
    lines: list[int] = []
    line, counted = 1, 0
    try:
        while at >= 0 and len(lines) < count:
            at = _skip(text, at + 1)
            line += text.count("\n", counted, at)
            counted = at
            lines.append(line)
            _, at = decoder.raw_decode(text, at)
            at = _skip(text, at)
    except json.JSONDecodeError:
        return []
    return lines if len(lines) == count else []


def as_text(value: Any) -> str:
    """A value as a cell: text as it is, flags as TRUE and FALSE, lists and objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Number):
        number = float(value) if any(mark in value for mark in ".eE") else int(value)
        return number if str(number) == value else str(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
