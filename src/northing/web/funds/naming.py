"""What funds and accounts are called on the pages, and where they are shown."""

from __future__ import annotations

from django.utils.translation import gettext as _

from northing.measure.view import View
from northing.portfolio import ledger_edits
from northing.portfolio.funding import Account, AccountType, Fund
from northing.portfolio.plan import Plan
from northing.report import words

OWN_WORDS = (ledger_edits.SOURCE_NAME, ledger_edits.FUND_NAME, ledger_edits.RESERVE_NAME)
"""Names that Northing gave to accounts: these are said in the reader's language."""


def find_fund(plan: Plan, key: str) -> Fund:
    """The fund at an address: by number or id. Raises :class:`NotFound`."""
    found = plan.funds.by("number", key)
    fund: Fund = found[0] if found else plan.need("fund", key)
    return fund


def account_name(view: View, account: Account) -> str:
    """What an account is called: its investment's name as it is now, else its own."""
    investment = view.name_of("investment", account.investment)
    if investment and account.type is AccountType.INVESTMENT:
        return investment
    if investment and account.type is AccountType.RESERVE:
        return _("Reserve: %(name)s") % {"name": investment}
    return str(_(account.name)) if account.name in OWN_WORDS else account.name


def short_name(view: View, account: Account) -> str:
    """As :func:`account_name`, without the fund's name before it: for the fund's own page."""
    name, fund = account_name(view, account), view.name_of("fund", account.fund) or ""
    rest = name[len(fund) :].lstrip(" :·-–") if fund and name.casefold().startswith(fund.casefold()) else ""
    return rest[:1].upper() + rest[1:] if rest else name


def account_option(view: View, account: Account, amount: str) -> str:
    """An account in a list to choose from: "Unassigned · €1,000"."""
    kind = "" if account.type in (AccountType.FUND, AccountType.RESERVE) else words.label(account.type, "account")
    return " · ".join(filter(None, (account_name(view, account), kind, amount)))
