"""Where a transfer may go: found by a part of a name among thousands, and read back from what was typed."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.search import search
from northing.measure.view import View
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.funding import Account, AccountType, Fund
from northing.web.changing.rule_input import called
from northing.web.frame.context import Page

from .naming import account_name, account_option

OFFERED = 12
"""Places that the search in the form offers at once."""

ORDER = (AccountType.FUND, AccountType.INVESTMENT, AccountType.TRANCHE, AccountType.RESERVE, AccountType.SOURCE)


def targets(page: Page, fund: Fund) -> HttpResponse:
    """The accounts and investments that a few typed words find."""
    text = page.request.GET.get("q", "").strip()
    view, words = page.view, text.casefold().replace("·", " ").split()
    found = [told for _id, told in accounts(view, fund) if fits(told, words)]
    left = max(OFFERED - len(found), OFFERED // 2)
    if text:
        named = [hit.id for hit in search(view, text.partition("·")[0].strip() or text, left, kinds=("investment",))]
    else:
        named = sorted(view.plan.investments, key=lambda id: view.plan.investments[id].name.casefold())[:left]
    told = [*found[: OFFERED - len(named)], *(called(view.plan, id) for id in named)]
    return page.json({"options": [{"value": one} for one in told], "none": _("Nothing is called that.")})


def fits(told: str, words: list[str]) -> bool:
    return all(word in told.casefold() for word in words)


def accounts(view: View, fund: Fund) -> list[tuple[str, str]]:
    """The accounts that are no investment's, of this fund and of others in its currency: id, and how it reads."""
    found: list[tuple[str, str]] = []
    for one in sorted(view.plan.funds.values(), key=lambda one: (one.id != fund.id, one.name.casefold())):
        if one.currency != fund.currency:
            continue
        its = [each for each in view.plan.accounts.by("fund", one.id) if each.type is not AccountType.INVESTMENT]
        its.sort(key=lambda each: (rank(each), account_name(view, each).casefold()))
        found += [(each.id, _of(one, account_option(view, each, ""))) for each in its]
    told = [text for _id, text in found]
    return [
        (id, text if told.count(text) == 1 else f"{text} · {told[:place].count(text) + 1}")
        for place, (id, text) in enumerate(found)
    ]


def _of(fund: Fund, told: str) -> str:
    """An account with its fund's name before it, where its own does not begin with that."""
    return told if told.casefold().startswith(fund.name.casefold()) else f"{fund.name} · {told}"


def rank(account: Account) -> int:
    return ORDER.index(account.type)


def reads(view: View, fund: Fund, typed: str) -> str:
    """How a target reads: in words, where its id was given."""
    return called(view.plan, typed) or dict(accounts(view, fund)).get(typed, typed)


def meant(view: View, fund: Fund, typed: str) -> str:
    """The id of what was typed: an id, a number, or words as they are offered. Raises :class:`Invalid`."""
    plan, told = view.plan, accounts(view, fund)
    if typed in plan.investments or plan.get("account", typed) is not None:
        return typed
    text, number = typed.casefold(), typed.partition("·")[0].strip().upper()
    found = [id for id, words in told if words.casefold() == text]
    found = found or [one.id for one in plan.investments.by("number", number)]
    found = found or [one.id for one in plan.investments.values() if one.name.casefold() == text]
    found = found or [id for id, words in told if text and text in words.casefold().split(" · ")]
    if len(found) == 1:
        return str(found[0])
    if not typed:
        said = _("Say where the money goes.")
    elif found:
        said = _("Several are called “%(text)s”: choose one from the list.") % {"text": typed[:60]}
    else:
        said = _("There is no account or investment “%(text)s”. Type a part of its name and choose it.") % {
            "text": typed[:60]
        }
    raise Invalid(said, findings=[Finding(code="missing", message=said, kind="transfer", field="to")])
