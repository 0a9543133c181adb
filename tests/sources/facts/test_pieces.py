"""Bytes as they come: cut anywhere, broken, endless, of another encoding. Nothing beside a broken piece is lost."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as some

from northing.sources.facts.documents import documents
from northing.sources.facts.lines import lines, records
from tests.sources.facts.bench import pieces

MEGABYTE = b"x" * (1 << 20)


def told(raw: bytes, size: int | None = None) -> list[object]:
    found = documents([raw] if size is None else pieces(raw, size))
    return [each.value if each.value is not None else (each.fault or "").split(":")[0].split(".")[0] for each in found]


CUT_OFF = "The document is cut off"


def test_objects_one_after_the_other_by_lines_or_in_an_array() -> None:
    for raw in (
        b'{"a":1}{"b":2}',
        b'{"a":1}\n{"b":2}\n',
        b'[{"a":1},\n {"b":2}]',
        b'\xef\xbb\xbf[{"a":1}]\n[{"b":2}]',
        '{"a":1}{"b":2}'.encode("utf-16"),
    ):
        assert told(raw) == [{"a": 1}, {"b": 2}]


def test_numbers_are_exact() -> None:
    assert told(b'{"a": 0.1, "b": 1e-7, "c": 0.12345678901234567890}') == [
        {"a": Decimal("0.1"), "b": Decimal("1e-7"), "c": Decimal("0.12345678901234567890")}
    ]


def test_a_broken_document_costs_no_other() -> None:
    good = b'\n{"good":1}\n'
    for bad, said in (
        (b'{"a": "cut', CUT_OFF),
        (b'{"a": {"b": 1}', CUT_OFF),
        (b'{"a": NaN}', "The document is no JSON"),
        (b'{"a": \x00}', "The document is no JSON"),
        (b'{"a": Infinity, "b": []}', "The document is no JSON"),
        (b"hello", "Here stands something that is no JSON"),
        (b'{"a": "\xff"}', "The document is no JSON"),
    ):
        assert told(good + bad + good) == [{"good": 1}, said, {"good": 1}]
    assert told(b"") == told(b" \n\n") == []
    assert told(b'{"a":1}\n{"b":') == [{"a": 1}, CUT_OFF]
    assert told(b'[{"a":1},\n{"b":2}') == [{"a": 1}, {"b": 2}, CUT_OFF], "the page is cut between two of them"
    assert told(b'[{"a":1}]\n[{"b":2}]') == [{"a": 1}, {"b": 2}]


def test_what_windows_writes_is_read_where_it_is_plainly_that() -> None:
    table = "name;hours\nJürgen Müller;7\n“Zoë” – 5 €;1\n".encode("cp1252")
    for size in (1, 7, 1000):
        _, rows = records(pieces(table, size))
        assert [(row.cells, row.fault) for row in rows] == [
            (("Jürgen Müller", "7"), None),
            (("“Zoë” – 5 €", "1"), None),
        ]
    assert told('{"a": "Müller"}\n{"b": 1}\n{"c": "Zoë"}'.encode("cp1252")) == [{"a": "Müller"}, {"b": 1}, {"c": "Zoë"}]
    for stray in (
        "é;1\ncaf\xe9;2".encode("latin-1").replace(b"\xe9;1", "é;1".encode()),
        b"7,\xff,y",
        b"caf\x81",
        "łódź".encode("cp1250"),
    ):
        assert [line.fault is not None for line in lines([stray])][-1], "one sign that is none is one refused row"


@example(parts=[b'\n{"cut\n', b'{"a":1}'], size=7)
@given(
    some.lists(
        some.sampled_from(
            [b'{"a":1}', b'{"b":[{"c":"}\\"{"}]}', b"[", b"]", b",", b'{"cut', b"\n", b"nul", b'"', b"{", b" ", b"\\"]
        )
    ),
    some.integers(1, 9),
)
def test_how_it_is_cut_changes_nothing(parts: list[bytes], size: int) -> None:
    raw = b"".join(parts)
    assert list(documents(pieces(raw, size))) == list(documents([raw]))
    assert list(lines(pieces(raw, size))) == list(lines([raw]))
    cut_header, cut = records(pieces(raw, size))
    header, whole = records([raw])
    assert (cut_header, list(cut)) == (header, list(whole))


def endless(before: bytes, after: bytes, megabytes: int) -> Iterator[bytes]:
    yield before
    for _ in range(megabytes):
        yield MEGABYTE
    yield after


def test_a_line_of_200_megabytes_is_passed_over_in_little_memory() -> None:
    tracemalloc.start()
    found = list(lines(endless(b"one\n", b"\ntwo", 200)))
    assert [line.number for line in found] == [1, 2, 3]
    assert "longer than 16 MB" in (found[1].fault or "")
    document = list(documents(endless(b'{"a":"', b'"}\n{"b":1}', 200)))
    assert [each.value for each in document] == [None, {"b": 1}]
    assert "longer than 32 MB" in (document[0].fault or "")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 120 << 20


def test_records_with_quotes_over_lines_and_quotes_that_never_close() -> None:
    header, rows = records([b'a;b\r\n1;"x;\r\ny"\r\n2;"open\r\n3;z\r\n"4";\x00\r\n5;"q""q"'])
    found = list(rows)
    assert header == ("a", "b")
    assert [row.cells for row in found if row.fault is None] == [("1", "x;\ny"), ("3", "z"), ("5", 'q"q')]
    assert [(row.number, (row.fault or "")[:16]) for row in found if row.fault] == [
        (2, "A quotation mark"),
        (4, "The line holds a"),
    ]
    assert records([])[0] == records([b"\n\n"])[0] == ()
