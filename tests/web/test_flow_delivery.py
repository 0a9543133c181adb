"""The page of delivery, its receipts, its answers and its command, on two services told as DevLake's tables."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from northing.measure.address import read_figure
from northing.measure.figures import MEASURES, source_rows, value_of, why
from northing.measure.flow.asked import Whose
from northing.measure.receipts.delivery import BY_NAME
from northing.portfolio.edits import create
from northing.portfolio.facts import Source
from northing.report.delivering import deliver
from northing.report.delivery_data import delivery_said
from northing.report.viewing import look
from northing.sources.facts import READERS
from tests.web.office import Office, id_of, open_office

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now().replace(hour=12, minute=0, second=0, microsecond=0)  # noqa: DTZ005
FIRST = NOW - timedelta(days=60)
HOST = "https://code.example/"


def deployments() -> bytes:
    lines = [
        "id,cicd_deployment_id,name,result,environment,finished_date,commit_sha,repo_url,prev_success_deployment_commit_id"
    ]
    for service in ("shop", "bank"):
        for n in range(10):
            kind = "hotfix" if (service, n) == ("shop", 4) else "release"
            before = f"{service}-{n - 1}" if n else ""
            at = FIRST + timedelta(days=5 * n)
            lines.append(
                f"{service}-{n},{service}/{n},{kind} {n},SUCCESS,PRODUCTION,{at},sha-{service}-{n},{HOST}{service},{before}"
            )
        lines.append(f"{service}-x,{service}/x,release x,FAILURE,PRODUCTION,{FIRST},sha-x,{HOST}{service},")
    return "\n".join(lines).encode()


def commits() -> list[tuple[str, bytes]]:
    diffs = ["old_commit_sha,new_commit_sha,commit_sha"]
    pulls = ["id,base_repo_id,pull_request_key,title,created_date,merged_date,merge_commit_sha"]
    told = ["pull_request_id,commit_sha,commit_authored_date"]
    for n in range(1, 10):
        diffs.append(f"sha-shop-{n - 1},sha-shop-{n},c{n}")
        pulls.append(f"p{n},shop,{n},Change {n},{FIRST},{FIRST + timedelta(days=5 * n - 1)},c{n}")
        told.append(f"p{n},c{n},{FIRST + timedelta(days=5 * n) - timedelta(hours=10 * n)}")
    return [(name, "\n".join(rows).encode()) for name, rows in
            (("commits_diffs", diffs), ("pull_requests", pulls), ("pull_request_commits", told))]  # fmt: skip


def incidents() -> bytes:
    head = "id,incident_key,title,component,created_date,resolution_date,deployment_id"
    at = FIRST + timedelta(days=15)
    return "\n".join([
        head,
        f"i1,INC-1,down,{HOST}shop,{at + timedelta(hours=1)},{at + timedelta(hours=4)},shop/3",
        f"i2,INC-2,still down,{HOST}shop,{at + timedelta(hours=2)},{at + timedelta(hours=9)},shop/3",
        f"i3,INC-3,slow,{HOST}shop,{FIRST + timedelta(days=45, hours=5)},,",
    ]).encode()  # fmt: skip


@pytest.fixture(scope="module")
def told() -> list[tuple[str, bytes]]:
    return [("cicd_deployment_commits", deployments()), *commits(), ("incidents", incidents())]


@pytest.fixture
def office(told: list[tuple[str, bytes]]) -> Office:
    office = open_office()
    assert "No deployment has come in yet" in office.text("flow/delivery")
    source = Source(id=id_of("source devlake"), name="DevLake", reader="devlake")
    for name, page in told:
        by = office.actors["owner"]
        deliver(office.workspace, source, READERS["devlake"], [page], name=f"{name}.csv", by=by)
    return office


def test_the_page_says_what_fails_and_leads_behind_each_figure(office: Office) -> None:
    text = office.text("flow/delivery?period=all")
    assert "Of 2 services shop fails most: 2 of 10 deployments. 1 failure is still open: shop, for" in text
    assert "How services differ" in text and "read by Northing's defaults" in text
    assert "1 by a link, 1 by time alone" in text and "2 attempts failed before they were live" in text
    html = office.get("flow/delivery?period=all").content.decode()
    assert {f"dora.{name}" for name in ("frequency", "lead_time", "fail_rate", "rework_rate")} <= set(
        re.findall(r"why\?of=([a-z_.]+)", html)
    )
    for address in {unescape(one) for one in re.findall(r'href="([^"]*why\?of=dora[^"]*)"', html)}:
        assert office.get(address.partition("/w/")[2].partition("/")[2]).status_code == 200, address
    for show, words in (
        ("deployments", "hotfix 4"), ("changes", "Change 9"), ("failures", "open for"), ("unplanned", "Hotfix"),
    ):  # fmt: skip
        behind = office.text(f"flow/delivery?period=all&service=shop&show={show}")
        assert "Behind the figures of shop" in behind and words in behind, show
    assert office.get("flow/delivery?service=nobody").status_code == 404
    assert office.get("flow/delivery?level=team&id=nobody").status_code == 404


def test_one_number_is_one_measure(office: Office) -> None:
    view = look(office.workspace).view
    said = delivery_said(view, Whose(), None)
    shop = next(one for one in said.services if one.name == "shop").whole
    # Ten deployments in fifty days and more; two failed, the first was mended by the first incident that was closed.
    assert (shop.deployments.value, shop.failures.value, shop.restored) == (10, 2, 1)
    assert (str(shop.fail_rate.value), str(shop.rework_rate.value)) == ("0.2", "0.1")
    assert (shop.lead_time_hours.value, shop.changes, shop.deployments_with_known_changes) == (50, 9, 9)
    assert shop.recovery_hours.value is None and shop.evidence == {"link": 1, "window": 1}
    for name in (one.removeprefix("dora.") for one in BY_NAME):
        address = read_figure(f"dora.{name} service=shop")
        receipt = why(view, address)
        assert receipt.value == value_of(view, address) and receipt.measure is MEASURES[f"dora.{name}"]
        if receipt.measure.unit == "count":
            assert sum(term.value * term.sign for term in receipt.terms) == receipt.value
            rows = source_rows(view, address).rows
            assert len({row.values["deployment"] for row in rows}) == receipt.value


def test_a_policy_decides_what_is_believed_and_whose_it_is(office: Office) -> None:
    office.commit(
        create("value_stream", id_of("shopping"), name="Shopping"),
        create("workflow_policy", id_of("strict"), name="Strict", evidence="root_cause"),
        create(
            "workflow_policy", id_of("own"), name="Own", value_stream=id_of("shopping"),
            deployments="service contains bank",
        ),
        reason="How it is read",
    )  # fmt: skip
    every = delivery_said(look(office.workspace).view, Whose(), None)
    assert [one.whole.failures.value for one in every.services] == [0, 1] and every.policy == "Strict"
    own = delivery_said(look(office.workspace).view, Whose("value_stream", id_of("shopping")), None)
    assert [one.name for one in own.services] == ["bank"] and own.policy == "Own"
    (number,) = (one.number for one in office.record.plan().workflow_policies.values() if one.name == "Own")
    chosen = [delivery_said(look(office.workspace).view, Whose(), None, policy=text) for text in ("own", number or "")]
    assert [one.policy for one in chosen] == ["Own", "Own"]
    nobody = office.text(f"flow/delivery?level=value_stream&id={id_of('shopping')}&period=all")
    assert "those of every service are shown" not in nobody


def test_days_of_which_nothing_was_delivered_say_nothing(office: Office) -> None:
    said: Any = delivery_said(look(office.workspace).view, Whose(), None)
    assert said.window.start == FIRST.date() and said.window.end <= date.today() + timedelta(days=2)  # noqa: DTZ011
    assert "No delivery speaks of these days" in office.text("flow/delivery?period=2019-01")


def test_the_form_of_a_policy_says_how_deployments_are_read(office: Office) -> None:
    sent = {"name": "Read so", "deployments": "service contains shop", "production": "Production, live",
            "evidence": "link", "evidence_hours": "48", "change_clock": "authored"}  # fmt: skip
    wrong = office.post("flow/policies/new", "planner", **{**sent, "deployments": "nonsense = 1"})
    assert wrong.status_code == 422
    wrong = office.post("flow/policies/new", "planner", **{**sent, "evidence_hours": "-1"})
    assert wrong.status_code == 422
    office.post("flow/policies/new", "planner", **sent)
    (kept,) = look(office.workspace).view.plan.workflow_policies.values()
    assert (kept.deployments, kept.production, kept.evidence_hours) == (
        "service contains shop", ("Production", "live"), 48,
    )  # fmt: skip
    assert (kept.evidence, kept.change_clock) == ("link", "authored")
    assert "Read so" in office.text("flow/delivery?period=all") and "bank" not in office.text("flow/delivery")
