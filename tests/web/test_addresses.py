"""Every figure on a page of the sample says where it comes from: each number with a currency or a percent sign.

It stands in an address (a link to its receipt), in a link to what it counts or states, or beside one in the same cell;
or in a control that states it. What else there is, is listed below with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from tests.server import Server
from tests.web.test_every_figure import PAGES, Reader

FIGURE = re.compile(r"[€$£]\s?\d|\d\s?(?:EUR|USD|GBP|CHF)\b|\b(?:EUR|USD|GBP|CHF)\s?\d|\d\s?%|[+−]\d[\d,]* d\b")
VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr path use line rect circle polyline".split()
)
CELLS = ("td", "th", "li", "dd", "dt", "p", "div", "label", "fieldset", "footer", "header")
"""What holds a figure and its address beside each other: the nearest of these."""

ITSELF = frozenset(("verdict-line", "chart-table", "why-line", "overlap"))
"""In these, each figure stands in an address itself; that another one beside it does is not enough."""

MUST = {
    "": {"sight.share"},
    "money": {
        "money.eac", "money.vac", "money.vac_share", "money.spent_share", "money.unattributed",
        "funding.approved", "funding.free", "burn.actual", "burn.forecast", "money.plan",
    },
    "money/bridge": {"bridge.opening", "bridge.closing"},
    "money?level=investment&id=INV-0003": {"commitment.amount", "commitment.billed", "commitment.open"},
    "money/close": {"close.expected", "close.variance", "close.accrual", "close.proposed", "close.small"},
    "unattributed": {
        "spend.unattributed", "spend.unattributed_share", "spend.billed", "spend.shadow_ai", "spend.ai_share",
        "spend.other_unattributed", "spend.attributed",
    },
    "rules": {"rule.overlap"},
    "usage": {"usage.tokens", "usage.requests", "usage.cost", "usage.million", "usage.failed_share"},
    "usage?by=investment": {"usage.rest"},
    "usage/effects": {"effect.volume", "effect.mix", "effect.price", "effect.change", "usage.cost"},
    "line-of-sight": {"spend.outside", "spend.in_sight_share"},
    "funds/FUND-0001": {"fund.approved", "fund.free"},
    "history?from=tag:fy26-q4-board": {"change.planned"},
    "roadmap?against=tag:fy26-q1-board": {"roadmap.later", "roadmap.later_by", "roadmap.end_moved"},
}  # fmt: skip
"""Page → measures that it shows with their addresses; a page that loses one is found even where no other looks."""

EXCEPTIONS = {
    "script style title textarea option select svg code": "no text that is read, a control, a drawing's axis, a formula",
    ".prose .said .reports .passages .note .where": "what people wrote, and what the record says that was changed",
    ".story .long": "a change as the record says it: its sums say why beside it",
    "summary": "of what unfolds below it, where the figure stands again with its address",
    ".axis-note": "where the axis of a drawing begins",
    ".fact-rows .receipt-rows": "rows as they came: the end of every receipt",
}
"""Where a figure may stand without an address, and why."""

TAGS = {name for key in EXCEPTIONS for name in key.split() if name[0] not in ".#"}
CLASSES = {name[1:] for key in EXCEPTIONS for name in key.split() if name[0] == "."}
IDS = {name[1:] for key in EXCEPTIONS for name in key.split() if name[0] == "#"}


@dataclass
class Element:
    tag: str
    classes: frozenset[str]
    id: str
    linked: bool = False
    """Whether it is, or holds, an address or another link."""
    waiting: list[str] = field(default_factory=list)
    """Figures in it that have found no address yet."""


class Unaddressed(HTMLParser):
    """Collects the figures of a page's main part that have no address, with where they stand."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[Element] = []
        self.found: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("a", "input"):
            for one in self.open:
                one.linked = True
        if tag not in VOID:
            self.open.append(Element(tag, frozenset(given.get("class", "").split()), given.get("id", ""), tag == "a"))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place].tag == tag:
                closed = self.open[place:]
                del self.open[place:]
                for one in closed:
                    self._close(one)
                return

    def _close(self, one: Element) -> None:
        if one.linked:
            return
        if one.tag in CELLS or not self.open:
            self.found += one.waiting
        else:
            self.open[-1].waiting += one.waiting

    def handle_data(self, data: str) -> None:
        if not FIGURE.search(data) or not any(one.tag == "main" for one in self.open):
            return
        if any(one.tag in TAGS or one.classes & CLASSES or one.id in IDS for one in self.open):
            return
        self.seen += 1
        if any(one.classes & ITSELF for one in self.open) and not any(one.tag == "a" for one in self.open):
            self.found.append(f"{data.strip()[:60]} in {self.open[-1].tag}, not itself an address")
        elif not any(one.tag == "a" for one in self.open):
            path = " > ".join(".".join([one.tag, *sorted(one.classes)]) for one in self.open[-4:])
            self.open[-1].waiting.append(f"{data.strip()[:60]} in {path}")


def unaddressed(text: str) -> tuple[int, list[str]]:
    """How many figures there are outside the exceptions, and those without an address."""
    parser = Unaddressed()
    parser.feed(text)
    parser.close()
    return parser.seen, parser.found


def test_the_reader_tells_an_addressed_figure_from_a_bare_one() -> None:
    page = "<main><table><tr><td><a class='why' href='/why?of=x'>€12</a> 40%</td><td>€13</td><td>text</td></tr></table></main>"
    seen, found = unaddressed(page)
    assert seen == 3
    assert [one.split(" in ")[0] for one in found] == ["€13"]
    assert unaddressed("<main><p class='prose'>€9</p></main>") == (0, [])
    said = "<main><p class='verdict-line'>Of <a class='why' href='/why?of=x'>€12</a> only €3 is left.</p></main>"
    assert [one.split(" in ")[0] for one in unaddressed(said)[1]] == ["only €3 is left."]


@pytest.mark.timeout(240)
def test_every_figure_of_every_page_has_an_address(live: Server) -> None:
    reader = Reader(live)
    home = f"/w/{live.workspace}/"
    # On Flow, percents name lines of pictures, and rows under a picture lead to their items by their first cell. On
    # Rank and Choose, what is weighed against each other has terms that unfold, and its answer says why.
    pages = [
        *(one for one in PAGES if one not in ("flow", "rank", "choose")),
        *MUST,
        "roadmap",
        "history",
        "history/2",
        "portfolio?view=bubbles",
        "usage/what-if",
    ]
    sources = reader.read(home + "sources")
    parts = ("sources/[0-9a-f-]{36}", "sources/[0-9a-f-]{36}/deliveries/[0-9a-f-]{36}")
    pages += [re.findall(f'href="{re.escape(home)}({part})"', sources)[-1] for part in parts]
    bare, seen, lost = {}, 0, {}
    for page in dict.fromkeys(pages):
        text = reader.read(home + page)
        count, found = unaddressed(text)
        seen += count
        if found:
            bare[page] = found
        if missing := MUST.get(page, set()) - set(re.findall(r"/why\?of=([a-z_.]+)", text)):
            lost[page] = sorted(missing)
    assert bare == {}
    assert lost == {}
    assert seen > 1000, "the pages have figures to look at"
