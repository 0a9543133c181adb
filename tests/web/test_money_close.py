"""The close of a month on its page: proposed, stated, refused, reopened, and what came after it."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from northing.measure.columns import view_of
from northing.portfolio.edits import create
from northing.report import closing
from tests.web.billed import THIS
from tests.web.bills import Bills, delivered, id_of, month
from tests.web.office import Office, words_of

pytestmark = pytest.mark.django_db


def close_form(office: Office) -> dict[str, Any]:
    html = office.get("money/close").content.decode().partition('id="closed"')[0]
    form: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1].startswith("accrual-"):
            form.setdefault(name[1], []).append(unescape(value[1]) if value else "")
        elif name:
            form[name[1]] = unescape(value[1]) if value else ""
    form["accrual-currency"] = ["EUR"] * len(form["accrual-amount"])
    form["accrual-expense"] = ["capex"] * len(form["accrual-amount"])
    return form


def test_a_month_is_closed_with_a_name_on_it(office: Office) -> None:
    text = office.text("money/close")
    last = month(THIS, -1)
    assert f"Close {last:%b}" in text or f"Close {last:%B}" in text
    assert "belongs to no investment" in text
    assert re.search(r"comes to €[\d.]+k, €[\d.]+k? (above|below) the plan", text), "the answer in one sentence"
    form = close_form(office)
    form["accrual-amount"][0] = "1,234.56"
    form["accrual-reason"][0] = "Half of it came"
    answer = office.post("money/close", by="planner", **form, note="All in")
    assert answer.status_code == 200
    close = next(one for one in office.record.plan().period_closes.values() if one.start == last)
    assert close.by == office.actors["planner"].id
    assert close.note == "All in"
    assert close.accruals[0].amount == Decimal("1234.56")
    assert close.accruals[0].reason == "Half of it came"
    assert "closed by Ben Okoro" in office.text("money/close")
    assert "is not over yet" in office.text("money/close"), "this month stands next"


def test_small_accruals_are_said_in_one_line(office: Office) -> None:
    from northing.measure.closing import propose_close
    from northing.report.viewing import look

    every = propose_close(look(office.workspace).view).accruals
    assert every
    assert "not proposed" not in office.text("money/close")
    office.commit(create("fiscal_calendar", id_of("year"), name="Year", accrual_threshold="1000000000"))
    told = office.text("money/close")
    assert re.search(rf"{len(every)} below €1,000,000,000 (is|are) not proposed: €[\d,.]+", told)
    assert "none of those proposed is large enough" in told
    assert 'value="Half' not in told
    assert office.get("money/close").content.decode().count('type="hidden" name="accrual-investment"') == 0


def test_an_accrual_that_means_nothing_is_refused_and_what_was_typed_stays(office: Office) -> None:
    form = close_form(office)
    form["accrual-amount"][0] = "some"
    answer = office.post("money/close", by="planner", **form)
    assert answer.status_code == 422
    assert "no amount" in words_of(answer)
    assert 'value="some"' in answer.content.decode()
    assert len(office.record.plan().period_closes) == 1


def test_the_same_month_is_not_closed_twice(office: Office) -> None:
    form = close_form(office)
    office.post("money/close", by="planner", **form)
    again = office.post("money/close", **form)
    assert again.status_code == 422
    assert len(office.record.plan().period_closes) == 2


def test_who_is_overtaken_while_closing_is_told_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    form, made = close_form(office), closing.close_edits

    def overtaken(*asked: Any, **said: Any) -> Any:
        edits = made(*asked, **said)
        office.commit(*edits, by="planner")
        return edits

    monkeypatch.setattr(closing, "close_edits", overtaken)
    told = office.clients["owner"].post(f"{office.home}money/close", {**form, "note": "Mine"}, follow=True)
    assert "Somebody else closed a period meanwhile" in told.content.decode()
    assert len(office.record.plan().period_closes) == 2


def test_viewers_and_contributors_close_nothing(office: Office) -> None:
    for role in ("viewer", "contributor"):
        html = office.get("money/close", by=role).content.decode()
        assert "accrual-amount" not in html
        assert "Reopen" not in html
        assert office.post("money/close", by=role).status_code == 403
        assert office.post("money/reopen", by=role, id=id_of("close 2"), reason="x").status_code == 403


def test_a_month_is_reopened_with_a_reason(office: Office) -> None:
    id = id_of("close 2")
    dialog = office.get("money/close").content.decode().partition('id="reopen-1"')[2].partition("</dialog>")[0]
    assert set(re.findall(r' name="([^"]+)"', dialog)) >= {"id", "reason", "next"}
    assert office.post("money/reopen", by="planner", id=id).status_code == 422
    assert office.post("money/reopen", by="planner", id=id, reason="An invoice was missed").status_code == 200
    assert not office.record.plan().period_closes
    assert "An invoice was missed" in office.record.revisions(limit=1)[0].reason


def test_what_came_after_the_close_is_shown(office: Office, bills: Bills) -> None:
    assert "Nothing of it has changed since the close" in office.text("money/close")
    late = month(THIS, -2).replace(day=22)
    from tests.web.bills import Bill

    before = list(bills.rows_in_force)
    more = [*before, Bill(late, Decimal(9000), id_of("Fraud signals"))]
    # The facts of the revision of the close stay as they were: what is in force follows the plan.
    closed_at = office.record.head()
    office.commit(*delivered(more[-1:], "late", "Late invoice"))

    def fold(asked: Any, plain: Any = Bills.fold) -> Any:
        return plain(bills, asked)

    from northing.report import viewing

    def seen(*args: Any, **more_: Any) -> Any:
        rows = more if more_["plan"].no > closed_at else before
        return view_of(*args, **{**more_, "facts": Bills(rows)})

    viewing.view_of = seen  # put back with the fixture's own
    text = office.text("money/close")
    assert "After the close: +9,000" in text
    assert "Fraud signals" in text


def test_closed_months_cannot_be_forecast(office: Office) -> None:
    html = office.get(f"money/forecast?fy={month(THIS, -2).year}").content.decode()
    assert "Closed by Ben Okoro on" in html
    assert 'aria-readonly="true"' in html
