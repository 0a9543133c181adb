"""CSV comes in whole and goes out byte for byte, whatever is wrong with it."""

from __future__ import annotations

import io
import random
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.portfolio.errors import Invalid, NotFound
from northing.sources import text


def codes(file: text.TableFile) -> list[str]:
    return [finding.code for finding in file.findings]


def test_a_plain_file_keeps_no_text_of_its_own() -> None:
    data = b'name,note\r\nAtlas,"one, two"\r\nBeacon,"a ""b"""\r\n'
    file = text.parse(data, "f.csv")
    assert file.header == ("name", "note")
    assert [row.cells for row in file.rows] == [("Atlas", "one, two"), ("Beacon", 'a "b"')]
    assert all(row.raw is None for row in file.rows)
    assert text.write(file) == data


@pytest.mark.parametrize(
    ("data", "encoding", "cells"),
    [
        ("a;b\nÉtage;œuvre\n".encode("cp1252"), "cp1252", ("Étage", "œuvre")),
        (b"\xef\xbb\xbf" + "a;b\nÉ;ü\n".encode(), "utf-8", ("É", "ü")),
        (b"\xff\xfe" + "a\tb\r\nÉ\tü\r\n".encode("utf-16-le"), "utf-16-le", ("É", "ü")),
        ("a\tb\r\nplain\twords\r\n".encode("utf-16-le"), "utf-16-le", ("plain", "words")),
        (b"a,b\rone,two\r", "utf-8", ("one", "two")),
        ("a|b\n“x”|y\n".encode(), "utf-8", ("“x”", "y")),
    ],
)
def test_encoding_and_delimiter_are_found(data: bytes, encoding: str, cells: tuple[str, ...]) -> None:
    file = text.parse(data, "f.csv")
    assert file.encoding == encoding
    assert file.rows[0].cells == cells
    assert text.write(file) == data


def test_cyrillic_is_not_taken_for_western() -> None:
    words = "Проект цифрового развития системы управления портфелем инвестиций компании. "
    data = ("имя;описание\n" + f"Север;{words * 20}\n" * 5).encode("cp1251")
    file = text.parse(data, "f.csv")
    assert file.header == ("имя", "описание")
    assert text.write(file) == data


def test_title_lines_stand_before_the_header() -> None:
    data = b"AI inventory of the year\n\nname,owner\nAtlas,Ana\nBeacon,Bo\n"
    file = text.parse(data, "f.csv")
    assert file.columns == ("name", "owner")
    assert [row.line for row in file.rows] == [4, 5]
    assert text.write(file) == data


def test_repeated_and_empty_names_of_columns_are_told_apart() -> None:
    file = text.parse(b"If other,If other,\nx,y,z\n", "f.csv")
    assert file.columns == ("If other", "If other (2)", "Column 3")
    assert file.header == ("If other", "If other", "")


def test_an_unclosed_quotation_mark_costs_one_row() -> None:
    data = b'id,name\n1,"open\n2,Beacon\n3,"Crest"\n4,Delta\n'
    file = text.parse(data, "f.csv")
    assert codes(file) == ["unbalanced-quotes"]
    finding = file.findings[0]
    assert (finding.line, finding.column, finding.value) == (2, "name", '"open')
    assert finding.remedy
    assert [row.cells[1] for row in file.rows if row.readable] == ["Beacon", "Crest", "Delta"]
    assert text.write(file) == data


def test_a_cell_of_several_lines_is_one_cell() -> None:
    data = b'id,name\n1,"two\nlines"\n2,"x\r\ny"\n'
    file = text.parse(data, "f.csv")
    assert not file.findings
    assert [row.cells[1] for row in file.rows] == ["two\nlines", "x\r\ny"]
    assert [row.line for row in file.rows] == [2, 4]
    assert text.write(file) == data


def test_rows_too_short_or_too_long_are_listed_and_kept() -> None:
    data = b"id,name,stage\n1,Atlas,pilot\n2,Beacon\n3,Crest,scale,extra\n4,Delta,idea,\n"
    file = text.parse(data, "f.csv")
    assert [(f.code, f.line, f.column, f.value) for f in file.findings] == [
        ("too-few-cells", 3, "stage", "Beacon"),
        ("too-many-cells", 4, "Column 4", "extra"),
    ]
    assert [row.ordinal for row in file.rows if row.readable] == [1, 4]
    assert text.write(file) == data


def test_a_nul_byte_a_bad_byte_and_a_lone_carriage_return() -> None:
    good = "".join(f"{n},Überblick über Größe {n}\n" for n in range(9)).encode()
    data = b"id,name\n" + good + b"10,a\0b\n11,caf\xe9\n12,ran\rtogether\n"
    file = text.parse(data, "f.csv")
    assert file.encoding == "utf-8"
    assert [(f.code, f.line, f.column, f.value, f.severity) for f in file.findings] == [
        ("nul-byte", 11, "name", "a\\x00b", "error"),
        ("wrong-encoding", 12, "name", "caf\\xe9", "error"),
        ("lone-carriage-return", 13, "name", "ran\\rtogether", "warning"),
    ]
    assert all(f.remedy for f in file.findings)
    assert sum(row.readable for row in file.rows) == 10
    assert text.write(file) == data


def test_only_the_edited_cell_is_written_anew() -> None:
    data = b'id,name,note\r\n1,"Atlas",  odd \r\n2,Beacon,"x, y"\r\n'
    file = text.parse(data, "f.csv")
    assert text.write(file, {1: {1: "Atlas 2"}, 2: {1: "Bea,con"}}) == (
        b'id,name,note\r\n1,"Atlas 2",  odd \r\n2,"Bea,con","x, y"\r\n'
    )


class Endless(io.RawIOBase):
    """A stream of *size* bytes that are never all there at once."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left = head, size

    def read(self, size: int = -1) -> bytes:
        if self.head:
            head, self.head = self.head, b""
            return head
        take = min(size, self.left)
        self.left -= take
        return b"x" * take


def test_a_line_of_two_gigabytes_is_refused_in_little_memory() -> None:
    stream = Endless(b"id,name,description\r\n1,Atlas,fine\r\n2,Beacon,", 2 << 30)
    tracemalloc.start()
    try:
        with pytest.raises(Invalid) as refused:
            text.read(stream)  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 80 << 20
    finding = refused.value.findings[0]
    assert (finding.code, finding.line, finding.column) == ("line-too-long", 3, "description")
    assert str(finding.value).startswith("xxx")
    assert finding.remedy
    assert stream.left > 1 << 30, "most of it was never read"


def test_what_is_no_file(tmp_path: object) -> None:
    with pytest.raises(NotFound) as missing:
        text.read("/nowhere/at all.csv")
    assert missing.value.remedy
    with pytest.raises(Invalid, match="folder"):
        text.read(str(tmp_path))
    with pytest.raises(Invalid):
        text.read("x" * 5000)
    with pytest.raises(NotFound):
        text.read("a\0b")
    with pytest.raises(Invalid, match="regular file"):
        text.read("/dev/zero")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="no table"):
        text.parse(data, "f.csv")


@pytest.mark.parametrize("data", [b"\0" * 5000, b"%PDF-1.7 ...", b"\xd0\xcf\x11\xe0...."])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        text.parse(data, "f.csv")
    assert refused.value.remedy


def test_many_bad_rows_are_counted_not_listed() -> None:
    data = b"a,b\n" + b"1\n" * 5000
    file = text.parse(data, "f.csv")
    assert len(file.findings) == 2001
    assert "3,000" in file.findings[-1].message


pieces = st.sampled_from(["a", "b,", ",", '"', '""', "\n", "\r\n", "\r", "é", "x y", ";", "'", "1", "=", "\0", "“"])


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, max_size=60), st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_any_bytes_come_back_or_are_refused(parts: list[str], encoding: str) -> None:
    data = ("k,l\n" + "".join(parts)).encode(encoding)
    try:
        file = text.parse(data, "f.csv")
    except Invalid:
        return
    assert text.write(file) == data


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80))
def test_any_garbage_comes_back_or_is_refused(tail: bytes) -> None:
    data = b"k,l\n1,2\n" + tail
    try:
        file = text.parse(data, "f.csv")
    except Invalid:
        return
    assert text.write(file) == data


cells = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_what_a_writer_writes_is_read(rows: list[tuple[str, str, str]], quote: bool, newline: str) -> None:
    manner = text.Manner(newline=newline, quote_all=quote)
    data = "".join(manner.row(row) + newline for row in [("id", "name", "note"), *rows]).encode()
    file = text.parse(data, "f.csv", encoding="utf-8", delimiter=",")
    assert [row.cells for row in file.rows] == rows
    assert text.write(file) == data


def shuffled(seed: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    rows = [b'%d,name %d,"a, ""b"""' % (n, n) for n in range(200)]
    for _ in range(20):
        rows[chance.randrange(200)] = chance.choice([b'7,"open,x', b"7,x", b"7,x,y,z", b"7,\xff,y", b'7,a"b,c'])
    yield from rows


@pytest.mark.parametrize("seed", range(5))
def test_bad_rows_lose_nothing_beside_them(seed: int) -> None:
    rows = list(shuffled(seed))
    file = text.parse(b"id,name,note\n" + b"\n".join(rows) + b"\n", "f.csv", encoding="utf-8")
    good = [row for row in rows if row.endswith(b'""b"""')]
    read = {row.cells[1] for row in file.rows if row.readable}
    assert {row.split(b",")[1].decode() for row in good} <= read
