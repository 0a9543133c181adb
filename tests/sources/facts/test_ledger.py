"""Ledgers: by a mapping, or by what the columns are called where that leaves no doubt."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from northing.portfolio.errors import Invalid
from northing.portfolio.money import CostKind
from northing.portfolio.workspace import Mapping
from northing.sources.facts import READERS, guess_reader
from northing.sources.facts.ledger_meanings import TARGETS, propose, specifier
from northing.sources.files import read as read_table
from northing.sources.mapping import answered, entity
from tests.sources.facts.bench import World, about, hide, read

GERMAN = (
    "Auszug Hauptbuch;;;;;;;\n"
    "Buchungsdatum;Betrag;Währung;Konto;Kostenstelle;PSP-Element;Lieferant;Buchungstext\n"
    "31.03.2026;1.234,56;EUR;6815;CC-1;P-7;OpenAI Ireland;Nutzung März\n"
    "01.04.2026;-34,56;EUR;6815;CC-1;;Müller GmbH;Gutschrift\n"
    ";1.200,00;EUR;;;;;\n"
    "Summe;1.200,00;;;;;;\n"
).encode("cp1252")
ENGLISH = (
    b"Company Code,Posting Date,Debit,Credit,Currency,Account,Cost Center,Project,Supplier,Text,PO Number\n"
    b"1000,2026-03-05,100.10,,USD,6815,CC-1,P1,Cloud SA,march,PO-9\n"
    b"2000,2026-03-06,,40.00,USD,6815,CC-1,P1,Cloud SA,back,\n"
)


def test_an_extract_with_decimal_commas_a_title_and_totals() -> None:
    taken = read("ledger", GERMAN, name="auszug.csv")
    assert [(row["day"], row["billed"], row["currency"], row["scope"]) for row in taken.rows] == [
        (date(2026, 3, 31), Decimal("1234.56"), "EUR", "2026-03"), (date(2026, 4, 1), Decimal("-34.56"), "EUR", "2026-04"),
    ]  # fmt: skip
    first = taken.rows[0]
    assert (first["account"], first["cost_center"], first["project"], first["provider"]) == (
        "6815",
        "CC-1",
        "P-7",
        "OpenAI Ireland",
    )
    assert (first["description"], first["ai"], taken.rows[1]["provider"]) == ("Nutzung März", True, "Müller GmbH")
    (refused,) = taken.refused
    assert (refused.line, refused.column) == (3, "Buchungsdatum")


def test_debit_and_credit_company_and_order() -> None:
    taken = read("ledger", ENGLISH)
    assert [(row["scope"], row["billed"], row["order_ref"]) for row in taken.rows] == [
        ("1000 · 2026-03", Decimal("100.1"), "PO-9"), ("2000 · 2026-03", Decimal(-40), None),
    ]  # fmt: skip


def test_a_side_says_the_sign() -> None:
    table = b"Posting date,Amount,D/C,Currency\n2026-03-05,10,D,EUR\n2026-03-05,4,C,EUR\n2026-03-05,1,?!,EUR\n"
    taken = read("ledger", table)
    assert [row["billed"] for row in taken.rows] == [10, -4]
    assert taken.refused[0].column == "D/C"


def test_a_mapping_says_what_no_name_tells() -> None:
    table = (
        b"When;What;How much;Whose;Kind of;Extra\n3/4/2026;Licences;1,5;Ana;activated;x1\n13/4/2026;Work;2,0;;opex;\n"
    )
    mapping = Mapping(
        id="m", name="books", header=("When", "What", "How much", "Whose", "Kind of", "Extra"),
        columns={
            "When": {"to": "cost.day", "order": "dmy"}, "How much": {"to": "cost.billed", "comma": True, "scale": 1000, "currency": "CHF"},
            "What": {"to": "cost.service"}, "Whose": {"to": "cost.person"}, "Extra": {"to": "cost.tag"},
            "Kind of": {"to": "cost.expense", "words": {"activated": "capex"}},
        },
    )  # fmt: skip
    taken = read("ledger", table, mapping=mapping, kind=CostKind.RUN)
    assert [(row["day"], row["billed"], row["currency"], row["expense"], row["kind"]) for row in taken.rows] == [
        (date(2026, 4, 3), Decimal(1500), "CHF", "capex", "run"), (date(2026, 4, 13), Decimal(2000), "CHF", "opex", "run"),
    ]  # fmt: skip
    assert (taken.rows[0]["person"], json.loads(taken.rows[0]["tags"])) == (hide("Ana"), {"Extra": "x1"})
    kept = b"".join(READERS["ledger"].redact([table], about("ledger", mapping=mapping)))
    assert b"Ana" not in kept and b"Licences" in kept


def test_what_is_not_clear_is_asked_and_can_be_answered() -> None:
    table = b"Date,Invoice date,Amount,Text\n03/04/2026,05/04/2026,5,a\n"
    with pytest.raises(Invalid, match="day or the month come first"):
        read("ledger", table, cuts=(), currency="EUR")
    with pytest.raises(Invalid, match="No column is known to be the day"):
        read("ledger", b"a,Amount\n1,2\n", cuts=())
    file = read_table(table, name="books.csv")
    made = answered(
        propose(file).layout, {"Date": "cost.day", "Date.order": "dmy"}, file.columns, TARGETS, specify=specifier(file)
    )
    row = read("ledger", table, mapping=entity("books", made, file.columns), currency="EUR").only()
    assert (row["day"], row["billed"], row["currency"]) == (date(2026, 4, 3), 5, "EUR")


def test_a_workbook_is_read_like_a_csv() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("Ledger")
    for at, row in enumerate(
        [
            ["Posting date", "Amount", "Currency", "Account"],
            ["2026-03-05", 1234.5, "EUR", "6815"],
            ["2026-03-06", -4, "EUR", 6815],
        ]
    ):
        sheet.write_row(at + 2, 0, row)
    book.close()
    taken = read("ledger", target.getvalue(), name="books.xlsx", cuts=(1000,))
    assert [(row["day"], row["billed"], row["account"]) for row in taken.rows] == [
        (date(2026, 3, 5), Decimal("1234.5"), "6815"), (date(2026, 3, 6), Decimal(-4), "6815"),
    ]  # fmt: skip
    assert guess_reader("books.xlsx", target.getvalue())[0][0].name == "ledger"
    with pytest.raises(Invalid):
        read("ledger", target.getvalue()[:300], name="books.xlsx", cuts=())


def test_bad_rows_are_refused_and_cost_no_other() -> None:
    wrong = [
        b"1,0000-03-05,1,,USD,,,,,,", b"1,soon,1,,USD,,,,,,", b"1,2026-03-05,NaN,,USD,,,,,,", b"1,2026-03-05,,,USD,,,,,,",
        b"1,2026-03-05,1,,EUR/USD,,,,,,", b"1,2026-03-05,=1+1,,USD,,,,,,", b"1,2026-03-05,9999999999999,,USD,,,,,,", b"1,2026", b"1,2026-03-05,1,,,,,,,,",
        b"1,2026-03-05,1\x00,,USD,,,,,,",
    ]  # fmt: skip
    taken = read("ledger", ENGLISH + b"\n".join(wrong) + b"\n", cuts=(64,))
    assert [each.line for each in taken.refused] == list(range(3, 13))
    assert len(taken.rows) == 2
    assert all(each.reason.endswith(".") for each in taken.refused)


def test_a_month_delivered_again_replaces_that_company_alone(world: World) -> None:
    world.take("ledger", ENGLISH)
    world.take(
        "ledger", ENGLISH.splitlines(keepends=True)[0] + b"1000,2026-03-05,7,,USD,6815,CC-1,P1,Cloud SA,march,PO-9\n"
    )
    assert sorted(row["billed"] for row in world.rows("cost")) == [Decimal(-40), Decimal(7)]


def test_no_file_is_said_in_words() -> None:
    for raw in (b"", b"\n", b"\x00" * 100, b"%PDF-1.4 whatever"):
        with pytest.raises(Invalid):
            read("ledger", raw, cuts=())
