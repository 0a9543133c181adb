"""The pages of sources: a file comes in, is looked at, counts, is restated, is taken back; and what is refused."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from northing.facts.models import Job
from northing.report import delivery_jobs
from northing.report.delivering import facts_at
from tests.web.office import Office, open_office, words_of

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = "ProviderName,BillingAccountId,BillingCurrency,BilledCost,ChargePeriodStart,BillingPeriodStart,ServiceName"


def bill(rows: Iterable[tuple[str, str]], month: str = "2026-03", provider: str = "Nimbora") -> bytes:
    lines = [f"{provider},a1,EUR,{cost},{day},{month}-01,Compute" for day, cost in rows]
    return "\n".join([HEADER, *lines, ""]).encode()


MARCH = bill([("2026-03-01", "10.50"), ("2026-03-02", "4")])
RESTATED = bill([("2026-03-01", "10.50"), ("2026-03-02", "5.25")])


@pytest.fixture
def office(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Deliveries are read before the request is answered: nobody has to wait for a thread."""
    settings.HOME = tmp_path
    monkeypatch.setattr(delivery_jobs, "_beside", delivery_jobs.run)
    return open_office()


def upload(office: Office, name: str, content: bytes, by: str = "planner", **more: str) -> HttpResponse:
    return office.post("sources/upload", by, file=SimpleUploadedFile(name, content), **more)


def test_parts_of_a_bill_in_parquet_are_brought_in_together(office: Office, tmp_path: Path) -> None:
    import duckdb

    def part(name: str, cost: str) -> SimpleUploadedFile:
        path = tmp_path / name
        duckdb.connect().execute(
            f"COPY (SELECT 'Nimbora' AS ProviderName, 'a1' AS BillingAccountId, 'EUR' AS BillingCurrency,"
            f" {cost}::DECIMAL(9, 2) AS BilledCost, DATE '2026-03-02' AS ChargePeriodStart,"
            f" DATE '2026-03-01' AS BillingPeriodStart, 'Compute' AS ServiceName) TO '{path}' (FORMAT parquet)"
        )
        return SimpleUploadedFile(name, path.read_bytes())

    twice = office.post("sources/upload", "planner", file=[part("1.parquet", "4"), part("2.parquet", "4")])
    assert "2.parquet is the same as 1.parquet" in words_of(twice)
    asked = office.post("sources/upload", "planner", file=[part("1.parquet", "4"), part("2.parquet", "10.50")])
    answer = office.post(place(asked), "planner", **{**defaults(asked), "name": "Nimbora", "reader": "focus"})
    assert "1.parquet and 1 more" in words_of(answer) and "14.50" in words_of(answer)


def place(answer: HttpResponse) -> str:
    """Where a form has led to, under the workspace."""
    return str(answer.redirect_chain[-1][0]).removeprefix("/w/acme/").partition("?")[0]  # type: ignore[attr-defined]


def looked_at(
    office: Office, file: str, content: bytes, /, by: str = "planner", **form: str
) -> tuple[str, HttpResponse]:
    """Upload and say which source it is from: the address of the job, and its page."""
    asked = upload(office, file, content, by)
    assert asked.status_code == 200, words_of(asked)
    filled = {**defaults(asked), **form}
    answer = office.post(place(asked), by, **filled)
    return place(answer), answer


def defaults(answer: HttpResponse) -> dict[str, str]:
    """What the form of a file says by itself."""
    html = answer.content.decode()
    found = dict(re.findall(r'<input class="input"[^>]* name="(\w+)"[^>]* value="([^"]*)"', html))
    for name in re.findall(r'<select class="select" id="f-(\w+)"', html):
        part = html.split(f'id="f-{name}"')[1].split("</select>")[0]
        chosen = re.search(r'value="([^"]*)" selected', part)
        found[name] = chosen[1] if chosen else ""
    reader = re.search(r'name="reader" value="(\w+)" checked', html)
    return {**found, "reader": reader[1] if reader else ""}


def brought(office: Office, file: str, content: bytes, /, **form: str) -> HttpResponse:
    path, _ = looked_at(office, file, content, **form)
    return office.post(f"{path}/take", "planner")


def test_the_first_bill(office: Office) -> None:
    empty = office.text("sources", "planner")
    assert "Bring in your first file" in empty
    path, page = looked_at(office, "march.csv", MARCH)
    told = words_of(page)
    assert "€14.50" in told
    assert "All of it is new" in told
    assert "Nimbora bill” is a new source" in told
    assert not office.record.plan().deliveries, "nothing counts before somebody has said yes"
    done = office.post(f"{path}/take", "planner")
    plan = office.record.plan()
    (source,) = plan.sources.values()
    (delivery,) = plan.deliveries.values()
    assert (source.name, source.reader, source.cadence_days) == ("Nimbora bill", "focus", 40)
    assert place(done) == f"sources/{source.id}"
    assert f'"undo": {office.record.head()}' in unescape(done.content.decode())
    listed = office.text("sources")
    assert "Nimbora bill" in listed
    assert "march.csv" in listed
    page_of = office.text(f"sources/{source.id}/deliveries/{delivery.id}")
    assert "in force" in page_of
    assert "Compute" in page_of
    assert "unattributed" in page_of


def test_a_first_bill_taken_back_leads_to_the_list(office: Office) -> None:
    done = brought(office, "march.csv", MARCH)
    gone = place(done)
    office.record.revert(office.record.head(), by=office.actors["planner"])
    answer = office.get(gone, "planner")
    assert answer.status_code == 302
    assert answer["Location"] == "/w/acme/sources"
    assert office.get("sources/nobody", "planner").status_code == 404
    assert "Bring in your first file" in office.text("sources", "planner")


def test_the_same_again_is_nothing_new(office: Office) -> None:
    brought(office, "march.csv", MARCH)
    head = office.record.head()
    _, page = looked_at(office, "march.csv", MARCH)
    assert "Nothing new" in words_of(page)
    assert office.record.head() == head


def test_restated_and_taken_back(office: Office) -> None:
    brought(office, "march.csv", MARCH)
    path, page = looked_at(office, "march-2.csv", RESTATED)
    told = words_of(page)
    assert "takes the place of what was said of 1 scope before" in told
    assert "+€1.25" in told
    office.post(f"{path}/take", "planner")
    plan = office.record.plan()
    (source,) = plan.sources.values()
    told = office.text(f"sources/{source.id}")
    assert "superseded" in told
    assert "in force" in told
    office.post(f"history/{office.record.head()}/revert", "planner")
    (left,) = office.record.plan().deliveries.values()
    assert left.name == "march.csv"
    told = office.text(f"sources/{source.id}")
    assert "Taken back" in told
    assert "superseded" not in told
    assert f"reverted by r{office.record.head()} · bring the same file in again" in told
    assert f'href="{office.home}history/{office.record.head()}"' in office.get(f"sources/{source.id}").content.decode()
    path, page = looked_at(office, "march-2.csv", RESTATED)
    assert "takes the place" in words_of(page), "what was taken back can be brought in again"


def test_refused_rows_are_said_and_can_be_downloaded(office: Office) -> None:
    content = bill([("2026-03-01", "10"), ("2026-03-02", "=SUM(1)"), ("never", "3")])
    path, page = looked_at(office, "march.csv", content)
    told = words_of(page)
    assert "Rows that were refused" in told
    assert "never" in told
    file = office.get(f"{path}/refused.csv", "planner").content.decode()
    assert file.startswith("line,column,value,reason")
    assert "'=SUM(1)" in file
    office.post(f"{path}/take", "planner")
    (delivery,) = office.record.plan().deliveries.values()
    kept = office.get(f"sources/{delivery.source}/deliveries/{delivery.id}/refused.csv", "viewer").content.decode()
    assert kept == file
    raw = b"".join(office.get(f"sources/{delivery.source}/deliveries/{delivery.id}/input").streaming_content)  # type: ignore[attr-defined]
    assert raw == content


def test_a_ledger_asks_what_is_ambiguous_and_remembers_it(office: Office) -> None:
    table = b"Date,Amount,Supplier,Account\n03/04/2026,12.50,Halden,4711\n05/06/2026,7.25,Halden,4711\n"
    asked = upload(office, "ledger.csv", table)
    answer = office.post(
        place(asked),
        "planner",
        **{**defaults(asked), "reader": "ledger", "source": "", "name": "Ledger", "currency": "EUR"},
    )
    assert "What do the columns mean?" in words_of(answer)
    assert "Does the day or the month come first?" in words_of(answer)
    path = place(answer)
    assert "say whether the day" in words_of(
        office.post(path, "planner", **{"to-0": "cost.day", "to-1": "cost.billed", "called": "ERP"})
    )
    page = office.post(
        path,
        "planner",
        **{
            "to-0": "cost.day",
            "order-0": "dmy",
            "to-1": "cost.billed",
            "to-2": "cost.provider",
            "to-3": "cost.account",
            "called": "ERP",
            "currency": "EUR",
        },
    )
    assert "€19.75" in words_of(page)
    office.post(f"{place(page)}/take", "planner")
    plan = office.record.plan()
    (source,) = plan.sources.values()
    assert plan.get("mapping", source.mapping).name == "ERP"
    assert {delivery.start.isoformat() for delivery in plan.deliveries.values()} == {"2026-04-03"}
    more = table.replace(b"12.50", b"13.50")
    _, page = looked_at(office, "ledger-2.csv", more)
    assert "+€1" in words_of(page), "it is not asked again"


def test_a_table_of_work_says_once_which_columns_are_states(office: Office) -> None:
    table = b"Key,Summary,Created,In dev,QA\nW-1,Pay,2026-03-02,03/04/2026,05/06/2026\nW-2,See,2026-03-03,05/06/2026,\n"
    asked = upload(office, "work.csv", table)
    given = {**defaults(asked), "reader": "state_dates", "source": "", "name": "Board", "zone": "Mars/Olympus"}
    assert "no time zone" in words_of(office.post(place(asked), "planner", **given))
    answer = office.post(place(asked), "planner", **{**given, "zone": "Europe/Lisbon"})
    told = words_of(answer)
    assert "Day on which it came into a state" in told and "Currency of the amounts" not in told
    assert told.count("Does the day or the month come first?") == 2
    path = place(answer)
    assert "needs a column with the item" in words_of(
        office.post(path, "planner", called="Board", **{"to-1": "work.title"})
    )
    columns = ["work.item", "work.title", "work.created", "work.entered", "work.entered"]
    page = office.post(
        path, "planner", called="Board", **{f"to-{at}": target for at, target in enumerate(columns)},
        **{"order-3": "dmy", "order-4": "dmy", "named-3": "In development", "named-4": "QA"},
    )  # fmt: skip
    office.post(f"{place(page)}/take", "planner")
    plan = office.record.plan()
    (source,) = plan.sources.values()
    assert plan.get("mapping", source.mapping).options["rows"] == "work" and source.options["zone"] == "Europe/Lisbon"
    moves = facts_at(office.workspace, plan).rows("transition")
    assert {(row.values["now"], f"{row.values['at']:%d.%m. %H}") for row in moves} == {
        ("In development", "02.04. 23"), ("QA", "04.06. 23"), ("In development", "04.06. 23")
    }  # fmt: skip
    _, page = looked_at(office, "work-2.csv", table.replace(b"Pay", b"Pay bills"))
    assert "What do the columns mean?" not in words_of(page), "it is not asked again"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bill.csv", b"a,b\n1,2\n", "no column"),
        ("bill.csv", b"\0\0\0\0", ""),
        ("bill.csv.gz", gzip.compress(b"0" * (150 << 20)), "two hundred times"),
        ("bill.csv.gz", gzip.compress(MARCH)[:-12], "cut off"),
        ("bill.parquet", b"PAR1" + b"x" * 100, ""),
        ("../../etc/passwd", b"x", ""),
        ("bill.csv", HEADER.encode() + b"\n" + b"x" * (17 << 20), ""),
    ],
)
def test_what_cannot_be_read_is_said(office: Office, name: str, content: bytes, said: str) -> None:
    _, page = looked_at(office, name, content, reader="focus", name="A bill", source="")
    told = words_of(page)
    assert page.status_code == 200
    assert "Nothing" in told or "cannot" in told or "no column" in told or said in told
    assert said in told
    assert "Traceback" not in told
    assert not office.record.plan().deliveries
    assert not office.record.plan().sources


def test_an_empty_file_and_none_at_all(office: Office) -> None:
    assert "is empty" in words_of(upload(office, "march.csv", b""))
    assert "No file was chosen" in words_of(office.post("sources/upload", "planner"))


def test_two_people_bring_the_same_file_at_once(office: Office) -> None:
    first, _ = looked_at(office, "march.csv", MARCH)
    second, _ = looked_at(office, "march.csv", MARCH, by="owner", source="", name="Another bill")
    office.post(f"{first}/take", "planner")
    office.post(f"{second}/take", "owner")
    assert len(office.record.plan().sources) == 2
    (one, *_) = office.record.plan().sources.values()
    third, _ = looked_at(office, "april.csv", bill([("2026-04-01", "1")], "2026-04"), source=one.id)
    fourth, _ = looked_at(office, "april.csv", bill([("2026-04-01", "1")], "2026-04"), by="owner", source=one.id)
    office.post(f"{third}/take", "planner")
    page = office.post(f"{fourth}/take", "owner")
    assert "Nothing new" in words_of(page)
    assert len(office.record.plan().deliveries) == 3


def test_stopped_and_forgotten(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = looked_at(office, "march.csv", MARCH)
    assert "march.csv" in office.text("sources", "planner")
    gone = office.post(f"{path}/stop", "planner")
    assert place(gone) == "sources"
    monkeypatch.setattr(delivery_jobs, "_beside", lambda *_: None)
    path, page = looked_at(office, "march.csv", MARCH)
    assert "Reading the file" in words_of(page)
    stopped = office.post(f"{path}/stop", "planner")
    assert "Nothing was taken in" in words_of(stopped)
    assert not office.record.plan().deliveries


def test_a_reading_that_a_server_left_is_taken_up_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_jobs, "_beside", lambda *_: None)
    path, _ = looked_at(office, "march.csv", MARCH)
    monkeypatch.setattr(delivery_jobs, "_beside", delivery_jobs.run)
    Job.objects.update(state="running", beat=0)
    office.get(path, "planner")
    assert "€14.50" in office.text(path, "planner")


def test_a_source_is_made_and_changed(office: Office) -> None:
    answer = office.post("sources/new", name="Bill", reader="nothing", currency="ZZZ")
    assert answer.status_code == 422
    assert "no currency" in words_of(answer)
    office.post(
        "sources/new", name="Bill", reader="focus", currency="eur", cadence_days="40", options='{"date_order": "dmy"}'
    )
    (source,) = office.record.plan().sources.values()
    assert (source.currency, source.options) == ("EUR", {"date_order": "dmy"})
    assert "never delivered" in office.text("sources")
    office.post(f"sources/{source.id}/edit", name="The bill", reader="focus", currency="", cadence_days="", options="")
    (source,) = office.record.plan().sources.values()
    assert (source.name, source.currency, source.cadence_days, source.options) == ("The bill", None, None, {})
    assert office.post(f"sources/{source.id}/edit", name="", reader="focus").status_code == 422
    assert office.post(f"sources/{source.id}/edit", name="x", reader="focus", options="[1]").status_code == 422


def test_prices_with_one_click(office: Office) -> None:
    office.post("sources/prices", "planner")
    told = office.text("sources", "planner")
    assert "In force:" in told
    head = office.record.head()
    office.post("sources/prices", "planner")
    assert office.record.head() == head


def test_read_again(office: Office) -> None:
    brought(office, "march.csv", MARCH)
    (delivery,) = office.record.plan().deliveries.values()
    page = office.post(f"sources/{delivery.source}/deliveries/{delivery.id}/again", "planner")
    assert "Nothing new" in words_of(page)
    office.post(f"sources/{delivery.source}/edit", name="Nimbora bill", reader="focus", expense="opex")
    page = office.post(f"sources/{delivery.source}/deliveries/{delivery.id}/again", "planner")
    assert "All of it is new" in words_of(page) or "takes the place" in words_of(page)


def test_who_may_not_sees_no_controls(office: Office) -> None:
    brought(office, "march.csv", MARCH)
    (delivery,) = office.record.plan().deliveries.values()
    base = f"sources/{delivery.source}"
    for by in ("viewer", "contributor"):
        for path in ("sources", base, f"{base}/deliveries/{delivery.id}"):
            html = office.get(path, by).content.decode().split('id="main"')[1]
            assert 'method="post"' not in html, (by, path)
            assert "Bring in" not in words_of(office.get(path, by))
        assert office.post("sources/upload", by).status_code == 403
    head = office.record.head()
    html = office.get(f"sources?at={head - 1}", "owner").content.decode().split('id="main"')[1]
    assert "Nimbora bill" not in html
    html = office.get(f"{base}?at={head}&mode=known", "owner").content.decode()
    assert "march.csv" in html


def test_late_ones_stand_first(office: Office) -> None:
    brought(office, "march.csv", bill([("2020-03-01", "10")], "2020-03"), name="Zulu")
    office.post("sources/new", name="Alpha", reader="focus", cadence_days="")
    told = office.text("sources")
    assert "days late" in told
    assert told.index("Zulu") < told.index("Alpha")
