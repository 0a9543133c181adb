"""Scenarios side by side with the plan of record: money by period, value, objectives without work, what moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure, figure
from northing.measure.money import Unit
from northing.portfolio.errors import NotFound
from northing.portfolio.money import Amounts
from northing.record import Branch
from northing.report import words
from northing.report.capacity import people
from northing.report.scenarios import Held, scenarios, side_by_side
from northing.web.frame.context import Page, home_of, page
from northing.web.frame.figured import figured, why_address

MOST = 4
"""Scenarios that fit beside the plan of record."""


@dataclass(frozen=True)
class Cell:
    """A figure of one plan; of a scenario with how it differs from the plan of record."""

    text: str
    why: str = ""
    """The address of its receipt."""
    moved: str = ""
    tone: str = ""
    below: str = ""


@dataclass(frozen=True)
class Line:
    title: str
    cells: list[Cell]
    help: str = ""
    head: bool = False


@dataclass(frozen=True)
class Group:
    """What a scenario does to some investments."""

    title: str
    names: list[list[tuple[str, str]]] = field(default_factory=list)
    """For each scenario: name and address of each investment."""


@page("scenarios")
def beside(opened: Page) -> HttpResponse:
    """The scenarios that the address names with ``with``; those worked on last where it names none."""
    if opened.scenario is not None:
        return HttpResponseRedirect(opened.plan_of_record)
    known = {one.branch.name: one.branch for one in scenarios(opened.record)}
    asked = list(dict.fromkeys(opened.request.GET.getlist("with")))
    for name in asked:
        if name not in known:
            raise NotFound(_("There is no scenario called “%(name)s”.") % {"name": name[:100]})
    working = [name for name, branch in known.items() if branch.state == "open"]
    chosen = (asked or working)[:MOST]
    unit: Unit = "quarter" if opened.request.GET.get("per") == "quarter" else "year"
    _window, plans = side_by_side(
        opened.workspace, [known[name] for name in chosen], unit=unit, currency=opened.currency
    )
    return opened.render(
        "scenarios/beside.html",
        title=_("Scenarios side by side"),
        lead=_lead(opened, plans),
        heads=[_head(opened, one, known.get(one.name)) for one in plans],
        lines=_lines(opened, plans),
        periods=_periods(opened, plans),
        groups=_groups(opened, plans),
        others=[(name, name in chosen) for name in known],
        per=unit,
        units=[
            (_("By fiscal year"), opened.again(per=None), unit == "year"),
            (_("By quarter"), opened.again(per="quarter"), unit == "quarter"),
        ],
    )


def _head(opened: Page, one: Held, branch: Branch | None) -> tuple[str, str, str]:
    """Its name, address and revision; and how far behind the plan it is, which then moves figures too."""
    no = f"r{one.seen.at.no}"
    if branch is None:
        return _("Plan of record"), opened.home, no
    if branch.behind:
        late = ngettext("%(n)s revision behind", "%(n)s revisions behind", branch.behind)
        no += ", " + late % {"n": words.number(branch.behind)}
    return one.name, home_of(opened.workspace, one.name), no


def _lead(opened: Page, plans: list[Held]) -> str:
    """How one scenario stands to the plan of record; of several, which costs least and which is to bring most."""
    record, *others = plans
    planned, arising = (figure(name, currency=opened.currency) for name in ("money.plan", "returns.arising"))
    if not others:
        return _("Begin a scenario, and it stands here beside the plan of record.")
    if len(others) == 1:
        one = others[0]
        return figured(
            opened,
            _("“%(name)s” plans %(money)s and is claimed to bring %(value)s."),
            {
                "name": one.name,
                "money": _against(one.figures.planned, record.figures.planned),
                "value": _against(one.figures.claimed.likely, record.figures.claimed.likely),
            },
            {"money": _why(opened, one, planned), "value": _why(opened, one, arising)},
        )
    cheap = min(plans, key=lambda one: _size(one.figures.planned))
    rich = max(plans, key=lambda one: _size(one.figures.claimed.likely))
    as_cheap = all(one.figures.planned == cheap.figures.planned for one in plans)
    as_rich = all(one.figures.claimed.likely == rich.figures.claimed.likely for one in plans)
    least = _("All plan the same money, %(money)s") if as_cheap else _("%(cheap)s plans the least money, %(money)s")
    most = _("%(rich)s is claimed to bring the most, %(value)s.")
    if as_rich:
        most = _("all are claimed to bring the same, %(value)s.")
    return figured(
        opened,
        f"{least}; {most}",
        {
            "cheap": _called(cheap),
            "money": words.money(cheap.figures.planned, short=True) or _("nothing"),
            "rich": _called(rich) if rich is not cheap or as_cheap else _("it"),
            "value": words.money(rich.figures.claimed.likely, short=True) or _("nothing"),
        },
        {"money": _why(opened, cheap, planned), "value": _why(opened, rich, arising)},
    )


def _against(amounts: Amounts, base: Amounts) -> str:
    """ "€1.2m less than the plan of record", "as much"."""
    moved = amounts - base
    currencies = {currency: amount for currency, amount in moved.by_currency.items() if amount}
    if not currencies:
        return _("as much as the plan of record")
    if all(amount < 0 for amount in currencies.values()):
        return _("%(money)s less") % {"money": words.money(base - amounts, short=True)}
    if all(amount > 0 for amount in currencies.values()):
        return _("%(money)s more") % {"money": words.money(moved, short=True)}
    return words.money_moved(moved)


def _size(amounts: Amounts) -> Decimal:
    """For ordering alone, by the largest currency: what has no rate is not told in the reader's."""
    return max(amounts.by_currency.values(), default=Decimal(0))


def _called(one: Held) -> str:
    return f"“{one.name}”" if one.name else _("The plan of record")


def _lines(opened: Page, plans: list[Held]) -> list[Line]:
    """The headline figures, a line each."""
    base = plans[0].figures
    planned, expected = (figure(name, currency=opened.currency) for name in ("money.plan", "money.eac"))
    return [
        Line(
            _("Planned money"),
            [_money(opened, one, one.figures.planned, base.planned, planned) for one in plans],
            _("All plan lines"),
        ),
        Line(
            _("Expected at completion"),
            [_money(opened, one, one.figures.eac, base.eac, expected) for one in plans],
            _("Actual, then forecast"),
        ),
        Line(
            _("Claimed benefit"),
            [_claim(opened, one, plans[0]) for one in plans],
            _("Revenue and savings, likely; low to high below. Not evidenced."),
        ),
        Line(
            _("Investments"),
            [_count(one.figures.investments, base.investments, one) for one in plans],
            _("Neither stopped, retired nor chosen out"),
        ),
        Line(
            _("Objectives without work"),
            [_unserved(opened, one, plans[0]) for one in plans],
            _("No investment serves them"),
        ),
        Line(
            _("Roles that are short"),
            [_short(opened, one, plans[0]) for one in plans],
            _("More people asked for than there are, in a quarter ahead"),
        ),
    ]


def _money(opened: Page, one: Held, amounts: Amounts, base: Amounts, of: Figure | None) -> Cell:
    moved = amounts - base if one.name else Amounts()
    return Cell(
        text=words.money(amounts, short=True) or "–",
        why=_why(opened, one, of) if of is not None and amounts else "",
        moved=words.money_moved(moved) if any(moved.by_currency.values()) else "",
    )


def _why(opened: Page, one: Held, of: Figure) -> str:
    return why_address(opened, of, str(one.seen.at))


def _claim(opened: Page, one: Held, record: Held) -> Cell:
    of = one.figures.claimed
    receipt = figure("returns.arising", currency=opened.currency)
    made = _money(opened, one, of.likely, record.figures.claimed.likely, receipt)
    low, high = words.money(of.low, short=True), words.money(of.high, short=True)
    return Cell(made.text, made.why, made.moved, below=f"{low} – {high}" if low and high and low != high else "")


def _count(number: int, base: int, one: Held) -> Cell:
    moved = number - base
    return Cell(words.number(number), moved=f"{moved:+d}".replace("-", "−") if one.name and moved else "")


def _unserved(opened: Page, one: Held, record: Held) -> Cell:
    """How many, and by name those that only this plan leaves without work."""
    found, before = one.figures.unserved, set(record.figures.unserved)
    fresh = [id for id in found if id not in before] if one.name else []
    return Cell(
        words.number(len(found)),
        moved=_count(len(found), len(before), one).moved,
        tone="bad" if fresh else "",
        below=words.listed(words.name(one.seen.view, "objective", id) for id in fresh[:3]),
    )


def _short(opened: Page, one: Held, record: Held) -> Cell:
    """How many, and the worst of them by name; a link to its map."""
    found = one.figures.short
    home = home_of(opened.workspace, one.name) if one.name else opened.home
    return Cell(
        words.number(len(found)),
        why=f"{home}capacity?per=quarter" if found else "",
        moved=_count(len(found), len(record.figures.short), one).moved,
        tone="bad" if one.name and len(found) > len(record.figures.short) else "",
        below=words.listed(f"{words.name(one.seen.view, 'role', role)} −{people(gap)}" for role, gap in found[:3]),
    )


def _periods(opened: Page, plans: list[Held]) -> list[Line]:
    """Planned money of each period ahead, and how much of it is capital expenditure."""
    found = []
    for index, column in enumerate(plans[0].figures.periods):
        of = figure("money.plan", window=column.period, currency=opened.currency)
        cells = []
        for one in plans:
            own = one.figures.periods[index]
            cell = _money(opened, one, own.line.plan, column.line.plan, of)
            capex = words.money(own.capex, short=True)
            cells.append(
                Cell(cell.text, cell.why, cell.moved, below=_("%(money)s capex") % {"money": capex} if capex else "")
            )
        found.append(Line(column.label, cells))
    return found


def _groups(opened: Page, plans: list[Held]) -> list[Group]:
    """Investments added, taken out, moved in time, and otherwise changed; only what any scenario does."""
    found = []
    for attribute, title in (
        ("added", _("Added")),
        ("removed", _("Taken out or stopped")),
        ("moved", _("Moved in time")),
        ("changed", _("Changed")),
    ):
        names = [_named(opened, one, getattr(one.moves, attribute)) for one in plans[1:]]
        if any(names):
            found.append(Group(title, names))
    return found


def _named(opened: Page, one: Held, ids: tuple[str, ...]) -> list[tuple[str, str]]:
    home = home_of(opened.workspace, one.name)
    plan = one.seen.view.plan.investments
    made = []
    for id in ids:
        entity = plan.get(id) or opened.view.plan.investments.get(id)
        if entity is not None:
            there = id in plan
            made.append((entity.name, f"{home if there else opened.home}investments/{entity.number or id}"))
    return made
