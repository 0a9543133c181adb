"""Inputs, good and bad: what is taken in, what is refused and why, and that nothing is ever half there."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from northing.facts import pieces, reading
from northing.facts.asking import Fold
from northing.facts.in_force import in_force
from northing.facts.input import Stopped
from northing.facts.parts import joined
from northing.portfolio.errors import Invalid
from northing.portfolio.fact_reading import About, Empty, Price, Projection, Refused, Row
from northing.portfolio.facts import Source
from northing.portfolio.rates import PriceOverride, TokenKind
from tests.facts.conftest import BillReader, LogReader, World, bill, line

D = Decimal
BILLED = Fold(table="cost", sums=("billed",), by=("currency",))


def billed(world: World) -> dict[str, Decimal]:
    return {found.by[0]: found.sums[0] for found in world.facts.fold(BILLED)}


# -- what is in force


def test_a_scope_loaded_again_replaces_it_and_the_old_plan_reads_the_old_one(world: World) -> None:
    world.take(bill([line("2026-01-01", "10"), line("2026-01-31", "1"), line("2026-01-01", "5", account="9")]))
    before = world.facts
    restated = world.take(bill([line("2026-01-01", "11")]))
    assert {scope for _, scope, _ in restated.replaces} == {"123|2026-01"}
    assert billed(world) == {"EUR": D(16)}, "the other account's scope stays, out of a file that is read in part"
    assert before.fold(BILLED)[0].sums == (D(16),)
    assert before.count("cost") == 3 and world.facts.count("cost") == 2


def test_the_same_input_twice_adds_nothing(world: World) -> None:
    raw = bill([line("2026-01-01", "10"), line("2026-01-01", "10")])
    first = world.take(raw)
    again = world.stage(raw, name="other name.csv")
    assert again.unchanged and again.edits == () and again.totals == first.totals
    assert billed(world) == {"EUR": D(20)}, "identical rows inside one delivery count as often as they stand"


def test_an_input_that_was_replaced_may_be_asserted_again(world: World) -> None:
    old, new = bill([line("2026-01-01", "10")]), bill([line("2026-01-01", "12")])
    world.take(old)
    world.take(new)
    again = world.take(old)
    assert [edit.op for edit in again.edits] == ["change"] and set(again.edits[0].fields) == {"received"}
    assert billed(world) == {"EUR": D(10)}
    assert len(world.plan.deliveries) == 2


def test_what_comes_in_now_wins_whatever_the_clock_says(world: World) -> None:
    world.take(bill([line("2026-01-01", "10")]))
    world.clock = world.clock.replace(year=2020)
    world.take(bill([line("2026-01-01", "12")]))
    assert billed(world) == {"EUR": D(12)}


def test_the_same_input_mends_files_that_were_lost(world: World) -> None:
    raw = bill([line("2026-01-01", "10")])
    done = world.take(raw)
    for path in world.store.files():
        path.write_bytes(b"damaged")
    assert len(world.store.missing(done.delivery)) == 2
    again = world.take(raw)
    assert not again.unchanged and world.store.missing(again.delivery) == []
    assert billed(world) == {"EUR": D(10)}


def test_another_source_replaces_nothing(world: World) -> None:
    world.take(bill([line("2026-01-01", "10")]))
    world.take(bill([line("2026-01-01", "12")]), source=Source(id="source-2", name="Other", reader="bill"))
    assert billed(world) == {"EUR": D(22)}


def test_an_empty_scope_is_stated(world: World) -> None:
    world.take(b"2026-01-01,gpt,100,1\n2026-01-02,gpt,100,1\n", reader=LogReader())
    world.take(b"nothing,2026-01-01\n", reader=LogReader())
    fold = Fold(table="usage", sums=("input", "cost"), by=("currency",))
    assert [found.sums for found in world.facts.fold(fold)] == [(D(100), D(1))]


def test_changed_prices_are_read_again_and_the_same_ones_are_not(world: World) -> None:
    raw = b"2026-01-01,gpt,100,1\n"

    def price(amount: str) -> object:
        return lambda *_: Price(amount=D(amount), currency="USD", basis="list 1")

    first = world.take(raw, reader=LogReader(), price=price("0.5"))
    assert first.delivery.priced_with and first.delivery.priced_with.startswith("list 1 (")
    assert world.stage(raw, reader=LogReader(), price=price("0.5")).unchanged
    dearer = world.take(raw, reader=LogReader(), price=price("0.7"))
    assert dearer.delivery.id == first.delivery.id and not dearer.unchanged
    fold = Fold(table="usage", sums=("cost",), by=("currency", "price_basis"))
    assert [(found.by, found.sums) for found in world.facts.fold(fold)] == [(("USD", "list 1"), (D(70),))]


class CountedReader(LogReader):
    """Says how often it was made to read."""

    def __init__(self) -> None:
        self.times = 0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        self.times += 1
        return super().read(pages, about)


def test_what_was_looked_at_is_not_read_again_when_somebody_says_yes(world: World) -> None:
    reader, raw = CountedReader(), b"2026-01-01,gpt,100,1\n2026-01-02,gpt\n"
    looked = world.stage(raw, reader=reader, look=True)
    assert reader.times == 1
    taken = world.take(raw, reader=reader)
    assert reader.times == 1
    same = {"received": ""}
    assert msgspec.structs.replace(taken.delivery, **same) == msgspec.structs.replace(looked.delivery, **same)
    assert (taken.findings, taken.totals, taken.refused) == (looked.findings, looked.totals, looked.refused)
    assert taken.delivery.received > looked.delivery.received, "it counts from the yes on"
    assert world.facts.count("usage") == taken.rows_in - taken.refused
    assert not list(world.store.folder.joinpath("looked-at").iterdir())


def test_it_is_read_again_where_what_was_looked_at_does_not_hold_any_more(world: World) -> None:
    reader, raw = CountedReader(), b"2026-01-01,gpt,100,1\n"

    def price(amount: str) -> object:
        return lambda *_: Price(amount=D(amount), currency="USD", basis="agreed")

    world.stage(raw, reader=reader, look=True, price=price("0.5"))
    world.step(
        "price_override",
        "p",
        PriceOverride(id="p", provider="x", model="gpt", tokens=TokenKind.INPUT, price=D("0.7"), currency="USD"),
    )
    dearer = world.stage(raw, reader=reader, look=True, price=price("0.7"))
    assert (reader.times, dearer.totals["usage"]["USD"]["cost"]) == (2, D(70))
    world.stage(raw, reader=reader, look=True, price=price("0.7"), name="renamed.csv")
    assert reader.times == 3
    gone = world.store.batch(dearer.delivery.batches[0])
    gone.write_bytes(gone.read_bytes()[:-1])
    assert world.take(raw, reader=reader, price=price("0.7"), name="renamed.csv").rows_in == 1
    assert reader.times == 4
    assert not world.store.missing(next(iter(world.plan.deliveries.values())))


# -- bad input


def test_rows_that_cannot_be_read_are_refused_each_with_its_reason(world: World) -> None:
    rows = [
        line("2026-01-01", "10"),
        line("yesterday", "1"),
        line("2026-01-02", "=1+1"),
        line("2026-01-02", ""),
        line("2026-01-02", "1", currency="EUR/USD"),
        line("0201-01-02", "1"),
        line("2026-01-03", "99", account="Total"),
        line("2026-01-03", "-4.5"),
    ]
    staged = world.take(bill(rows))
    told = [(found.line, found.column, found.value) for found in staged.findings]
    assert told == [
        (2, "day", "yesterday"),
        (3, "billed", "=1+1"),
        (4, "billed", None),
        (5, "Currency", "EUR/USD"),
        (6, "day", "0201-01-02"),
    ]
    assert (staged.rows_in, staged.refused) == (7, 5)
    assert billed(world) == {"EUR": D("5.5")}, "corrected and negative lines count as they are"
    assert staged.delivery.rejects_sha256 is not None
    with world.store.rejects(staged.delivery.rejects_sha256).open(newline="") as file:
        kept = list(csv.DictReader(file))
    assert [row["line"] for row in kept] == ["2", "3", "4", "5", "6"]
    assert kept[1]["value"] == "'=1+1", "no spreadsheet runs it"


def test_faulty_lines_do_not_move_the_numbers_of_the_others(world: World) -> None:
    raw = bill(
        [
            line("2026-01-01", "1"),
            ["short", "row"],
            line("2026-01-02", "2", service='two\n"lines"'),
            ["x"] * 12,
            line("2026-01-03", "3"),
        ]
    )
    staged = world.take(raw)
    assert [found.line for found in staged.findings] == [2, 4]
    assert "The row has 2 cells, and the header has 8." in staged.findings[0].message
    rows = world.facts.rows("cost")
    assert [(row.line, row.values["billed"]) for row in rows] == [(1, D(1)), (3, D(2)), (5, D(3))]
    assert rows[1].values["service"] == 'two\n"lines"'
    # An independent few lines find the same row in the input that was kept.
    kept = world.store.raw(staged.delivery.kept_sha256 or "").read_text()
    again = list(csv.reader(io.StringIO(kept, newline="")))[1:]
    assert [again[row.line - 1][1] for row in rows] == ["1", "2", "3"]


def test_a_file_that_is_cut_off_is_not_half_taken_in(world: World) -> None:
    whole = bill([line("2026-01-01", "1"), line("2026-01-02", "2")])
    with pytest.raises(Invalid, match=r"cut off: it ends in the middle of row 2"):
        world.stage(whole.rstrip()[:-12])
    assert not list(world.store.files()) and not list((world.store.folder / "staging").iterdir())


def test_parquet_whole_and_cut_off(world: World, tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "bill.parquet"
    duckdb.connect().execute(
        "COPY (SELECT * FROM (VALUES (DATE '2026-01-01', 1.5::DECIMAL(18,6), 2::DOUBLE, 'EUR', 'ä', 'Chat',"
        " MAP {'project': 'x'}, true), (NULL, 1, 1, 'EUR', '1', '', NULL, NULL)) t(Day, Billed, Effective, Currency,"
        f" Account, Service, Tags, AI)) TO '{path}' (FORMAT parquet)"
    )
    raw = path.read_bytes()
    staged = world.take(raw, name="bill.parquet")
    assert (staged.rows_in, staged.refused, staged.findings[0].line) == (2, 1, 2)
    (row,) = world.facts.rows("cost", where="tag.project = X and ai = yes and account = Ä")
    assert (row.values["billed"], row.values["effective"]) == (D("1.5"), D(2))
    with pytest.raises(Invalid, match="damaged or cut off"):
        world.stage(raw[: len(raw) // 2], name="half.parquet")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_other_encodings_and_signs(world: World, encoding: str) -> None:
    text = bill([line("2026-01-01", "1", service="Größe – Übersetzung für Zürich")]).decode().replace(",", ";")
    world.take(text.encode(encoding))
    (row,) = world.facts.rows("cost")
    assert row.values["service"] == "Größe – Übersetzung für Zürich"


def test_packed_input_and_one_that_fills_the_disk(world: World) -> None:
    raw = gzip.compress(bill([line("2026-01-01", "1")]))
    staged = world.take(raw)
    assert staged.delivery.input_sha256 == hashlib.sha256(raw).hexdigest()
    assert billed(world) == {"EUR": D(1)}
    with pytest.raises(Invalid, match="cut off"):
        world.stage(raw[:-20])
    with pytest.raises(Invalid, match="two hundred times"):
        world.stage(gzip.compress(b"0" * 150_000_000))


def test_nothing_in_it(world: World) -> None:
    for raw, words in ((b"", "empty"), (bill([]), "no rows"), (b"\n\n", "no row"), (b"\x00\x01\x02PK", "no text")):
        with pytest.raises(Invalid, match=words):
            world.stage(raw)
    with pytest.raises(Invalid, match="None of the 1 rows") as refused:
        world.stage(bill([line("x", "1")]))
    assert refused.value.findings[0].line == 1


def test_unreadable_tags_are_said_and_cost_no_money(world: World) -> None:
    staged = world.take(bill([line("2026-01-01", "1", tags="{not json"), line("2026-01-01", "2", tags='{"a": "b"}')]))
    assert [found.code for found in staged.findings] == ["tags-unreadable"]
    assert billed(world) == {"EUR": D(3)}
    assert world.facts.count("cost", where="tag.a = b") == 1


def test_parts_of_one_bill(world: World) -> None:
    one, two = bill([line("2026-01-01", "1")]), bill([line("2026-01-02", "2")])
    world.take(joined([("b.csv", [two[:7], two[7:]]), ("a.csv", [one.rstrip()])]))
    assert billed(world) == {"EUR": D(3)}
    assert [row.line for row in world.facts.rows("cost")] == [1, 2]
    with pytest.raises(Invalid, match=r"b\.csv is the same as a\.csv"):
        world.stage(joined([("a.csv", [one]), ("b.csv", [one])]))
    with pytest.raises(Invalid, match=r"a\.csv is the same as a\.csv"):
        world.stage(joined([("a.csv", [one]), ("a.csv", [one])]))
    with pytest.raises(Invalid, match="other columns"):
        world.stage(joined([("a.csv", [one]), ("b.csv", [b"x,y\n1,2\n"])]))


def test_parts_of_one_bill_in_parquet(world: World, tmp_path: Path) -> None:
    import duckdb

    def part(name: str, day: str, amount: str, more: str = "") -> tuple[str, list[bytes]]:
        duckdb.connect().execute(
            f"COPY (SELECT DATE '{day}' AS Day, {amount} AS Billed, 1 AS Effective, 'EUR' AS Currency,"
            f" '1' AS Account, '' AS Service, NULL AS Tags, true AS AI{more}) TO"
            f" '{tmp_path / name}' (FORMAT parquet)"
        )
        raw = (tmp_path / name).read_bytes()
        return name, [raw[:3], raw[3:]] if name == "b.parquet" else [raw]

    one = part("a.parquet", "2026-01-01", "1.25::DECIMAL(9, 2)")
    two = part("b.parquet", "2026-01-02", "2::INTEGER")
    staged = world.take(joined([two, one]), name="bill.parquet")
    assert (staged.rows_in, staged.refused, billed(world)) == (2, 0, {"EUR": D("3.25")})
    assert [(row.line, row.values["billed"]) for row in world.facts.rows("cost")] == [(1, D("1.25")), (2, D(2))]
    assert world.stage(joined([one, two]), name="bill.parquet").unchanged
    broken = ("b.parquet", [b"".join(two[1])[:-20]])
    for parts, words in (
        ([one, ("b.parquet", one[1])], r"b\.parquet is the same as a\.parquet"),
        ([one, part("c.parquet", "2026-01-03", "3", ", 1 AS Other")], "c.parquet has other columns than a.parquet"),
        ([one, broken], r"b\.parquet is damaged or cut off"),
        ([one, ("b.csv", [bill([line("2026-01-02", "2")])])], r"b\.csv is no Parquet file"),
        ([("a.csv", [bill([line("2026-01-02", "2")])]), two], r"b\.parquet is no CSV"),
        ([("a.json", [b"[{}]"]), ("b.json", [b" [", b"{}]"])], None),
        ([("a.json", [b"{}"]), ("b.json", [b"{}"])], r"b\.json is the same as a\.json"),
        ([("a.json", [b" {}"]), ("b.csv", [b"x,y\n1,2\n"])], r"b\.csv is no JSON"),
    ):
        if words is None:
            assert b"".join(joined(parts)) == b"[{}]\n[{}]\n", "pages of one answer, each beginning a line"
            continue
        with pytest.raises(Invalid, match=words):
            world.stage(joined(parts), name="bill.parquet")


def test_people_are_hidden_in_what_is_kept(world: World) -> None:
    raw = b"2026-01-01,secret,100,1\n"
    staged = world.take(raw, reader=LogReader())
    assert staged.delivery.kept_sha256 != staged.delivery.input_sha256 == hashlib.sha256(raw).hexdigest()
    assert not any(b"secret,100" in path.read_bytes() for path in world.store.files() if path.parent.name == "raw")


def test_stopped_in_the_middle(world: World) -> None:
    for raw, reader in (
        (bill([line("2026-01-01", "1")] * 2000), None),
        (b"2026-01-01,gpt,1,1\n" * 30_000, LogReader()),
    ):
        calls: list[int] = []

        def stop(calls: list[int] = calls) -> bool:
            calls.append(1)
            return len(calls) > 2

        with pytest.raises(Stopped):
            world.stage(raw, reader=reader, stop=stop)
        assert not world.store.folder.joinpath("cost").exists()
    assert billed(world) == {}


def test_days_decide_the_files_that_are_read(world: World) -> None:
    world.take(bill([line(f"202{year}-0{month}-05", "1") for year in (4, 5, 6) for month in (1, 2)]))
    files = in_force(world.plan).table("cost")
    assert [file.batch.month for file in files] == ["2024-01", "2024-02", "2025-01", "2025-02", "2026-01", "2026-02"]
    assert [file.batch.month for file in files if file.overlaps(date(2025, 12, 1), date(2026, 2, 5))] == ["2026-01"]


class WholeBillReader(BillReader):
    """A bill of which every row is taken."""

    def project(self, header: Sequence[str], sample: Sequence[Sequence[str]], about: About) -> Projection:
        return msgspec.structs.replace(super().project(header, sample, about), keep=None)


ROWS = [line(f"2026-01-{n % 28 + 1:02}", str(n), service=f"Service {n}", tags='{"a": "b"}') for n in range(200)]


@pytest.mark.parametrize(
    ("raw", "refused"),
    [
        (bill(ROWS), []),
        (bill(ROWS).replace(b"\r\n", b"\n").rstrip(), []),
        (bill(ROWS).replace(b"Service 7,", b"Service\r7,"), [8, 9]),
        (bill([*ROWS[:90], line("2026-01-05", "1", service="two\nlines\n\nof it\n" * 20), *ROWS[90:]]), []),
        (bill(ROWS).replace(b"\r\n2026-01-08", b"\r\n\r\n2026-01-08"), []),
        (bill([*ROWS[:150], line("no day", "1"), *ROWS[150:]]), [151]),
        (bill([line("no day", "1"), *ROWS[:150], ["too", "short"], *ROWS[150:]]), [1, 152]),
    ],
    ids=["plain", "no last line end", "bare return", "lines in a cell", "blank lines", "refused", "refused and uneven"],
)
def test_a_bill_that_is_cut_for_several_threads_keeps_its_lines(
    world: World, monkeypatch: pytest.MonkeyPatch, raw: bytes, refused: list[int], tmp_path: Path
) -> None:
    whole = World(tmp_path / "whole")
    expected = whole.take(raw, reader=WholeBillReader())
    monkeypatch.setattr(pieces, "LEAST", 1000)
    monkeypatch.setattr(pieces, "PAGE", 100)
    monkeypatch.setattr(reading, "limits", lambda: ("1GB", 7))
    found = world.take(raw, reader=WholeBillReader())
    assert [batch.sha256 for batch in found.delivery.batches] == [batch.sha256 for batch in expected.delivery.batches]
    assert [finding.line for finding in found.findings] == refused == [finding.line for finding in expected.findings]
    lines = sorted(row.line for row in world.facts.rows("cost", limit=1000))
    assert lines == [n for n in range(1, found.rows_in + 1) if n not in refused]
