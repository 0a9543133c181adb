"""What a cell means: a date, an amount of money, a rating, a stage, or that somebody withheld it.

Nothing here guesses from one cell what only a whole column can tell: the order of day and month, the scale and
the sign for decimals are given. A cell that means nothing gives None, and the reader lists it.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from northing.portfolio.investment import Rating, Stage

Order = Literal["dmy", "mdy", "ymd"]

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari januar janvier",
            "feb february februari februar fevrier février",
            "mar march maart märz mrt mars",
            "apr april avril",
            "may mei mai",
            "jun june juni juin",
            "jul july juli juillet",
            "aug august augustus aout août",
            "sep sept september septembre",
            "oct october oktober okt octobre",
            "nov november novembre",
            "dec december dezember dez decembre décembre",
        ),
        1,
    )
    for name in names.split()
}
CLOCK = r"(?:[T ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){CLOCK}$")
NUMBERS = re.compile(rf"(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}),?{CLOCK}$")
WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[ .\-/]*)?([^\W\d]+)\.?[ \-/,']*(?:(\d{1,2})(?:st|nd|rd|th)?,\s*)?(\d{4}|\d{2})$"
)

EMPTY = re.compile(
    r"\s*(?:[-–—.?*]+|n/?a\.?|nil|null|none|nat|nan|unknown|onbekend|n\.?v\.?t\.?|tb[acd]|yyyy-mm-dd"
    r"|to be (?:confirmed|determined|decided|advised)"
    r"|not (?:applicable|available|known|set|yet known|provided|stated|reported)|no (?:end|start) date"
    r"|(?:the )?(?:\w+ ){0,3}(?:data|information|date)?\s*(?:was |were )?(?:did )?not provided?"
    r"(?: by (?:the )?department)?(?: data)?)\s*\.?\s*$",
    re.IGNORECASE,
)
WITHHELD = re.compile(
    r"\s*(?:data |information |this is |figures? )*(?:is |are )?(?:exempt\w*|withheld|redacted|confidential|classified"
    r"|suppressed|geheim|vertrouwelijk|niet openbaar|geweigerd)\b",
    re.IGNORECASE,
)


def is_empty(cell: str) -> bool:
    """Whether *cell* says, in one of the usual ways, that there is nothing to say."""
    return not cell.strip() or EMPTY.match(cell) is not None


def withheld(cell: str) -> str | None:
    """The stated reason where *cell* says that the value is withheld."""
    return " ".join(cell.split()) if WITHHELD.match(cell) else None


def day(cell: str, order: Order | None = None) -> date | None:
    """The date in *cell*; figures whose order could be either way need *order*. A clock beside it is dropped."""
    text = cell.strip()
    found = ISO.match(text)
    if found:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = NUMBERS.match(text)
    if found:
        first, second, year = int(found[1]), int(found[2]), _year(found[3])
        if order == "mdy" or (order is None and second > 12):
            first, second = second, first
        elif order is None and first <= 12 and first != second:
            return None
        return _date(year, second, first)
    found = WORDS.match(text)
    if found:
        month = MONTHS.get(found[2].lower())
        if month:
            return _date(_year(found[4]), month, int(found[1] or found[3] or 1))
    return None


def order_of(cells: list[str]) -> Literal["dmy", "mdy", "both", "unclear", "none"]:
    """Which comes first in figures like 03/04/2026, judged by all of a column's cells."""
    first = second = figures = 0
    for cell in cells:
        found = NUMBERS.match(cell.strip())
        if found and found[1] != found[2]:
            figures += 1
            first += int(found[1]) > 12
            second += int(found[2]) > 12
    if first and second:
        return "both"
    if first or second:
        return "dmy" if first else "mdy"
    return "unclear" if figures else "none"


def _year(digits: str) -> int:
    number = int(digits)
    return number if number > 99 else number + (2000 if number < 70 else 1900)


def _date(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None


CURRENCIES = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "JPY", "₹": "INR", "Ł": "GBP", "us$": "USD", "a$": "AUD"}
CODES = ("GBP", "EUR", "USD", "AUD", "CAD", "CHF", "JPY", "INR", "SEK", "NOK", "DKK", "PLN", "CNY", "NZD", "SGD")
SCALES = {
    "k": 1_000,
    "thousand": 1_000,
    "thousands": 1_000,
    "duizend": 1_000,
    "m": 1_000_000,
    "mm": 1_000_000,
    "mn": 1_000_000,
    "mln": 1_000_000,
    "mio": 1_000_000,
    "million": 1_000_000,
    "millions": 1_000_000,
    "miljoen": 1_000_000,
    "bn": 1_000_000_000,
    "b": 1_000_000_000,
    "billion": 1_000_000_000,
    "mrd": 1_000_000_000,
    "miljard": 1_000_000_000,
}
AMOUNT = re.compile(
    r"(?P<minus>[-−(]\s*)?(?P<sign>us\$|a\$|[£€$¥₹Ł])?\s*(?P<code>[A-Za-z]{3}(?=\s*[-−\d]))?\s*(?P<minus2>[-−])?"
    r"(?P<digits>\d[\d.,' \u00a0\u202f]*|[.,]\d+)\s*(?P<scale>[A-Za-z]+)?\s*(?P<after>[£€$]|[A-Z]{3})?\)?$",
    re.IGNORECASE,
)


class Amount:
    """A parsed amount: the number as written, its scale and its currency where the cell says them."""

    __slots__ = ("currency", "scale", "value")

    def __init__(self, value: Decimal, scale: int | None, currency: str | None) -> None:
        self.value, self.scale, self.currency = value, scale, currency


def amount(cell: str, *, comma: bool = False) -> Amount | None:
    """The amount in *cell*; *comma* says that the comma stands before the decimals."""
    found = AMOUNT.match(cell.strip())
    if found is None:
        return None
    currency: str | None = None
    scale: int | None = None
    for word in (found["sign"], found["code"], found["after"]):
        if word:
            currency = (
                CURRENCIES.get(word.lower())
                or CURRENCIES.get(word)
                or (word.upper() if word.upper() in CODES else None)
            )
            if currency is None:
                return None
    if found["scale"]:
        word = found["scale"]
        if word.upper() in CODES:
            currency = word.upper()
        elif word.lower() in SCALES:
            scale = SCALES[word.lower()]
        else:
            return None
    value = number(found["digits"], comma=comma)
    if value is None:
        return None
    return Amount(-value if found["minus"] or found["minus2"] else value, scale, currency)


def number(digits: str, *, comma: bool = False) -> Decimal | None:
    """*digits* as a number; *comma* where that is its decimal sign. None where it is none."""
    text = re.sub(r"['\s\u00a0\u202f]", "", digits).rstrip(".,")
    point = "," if comma else "."
    text = text.replace("." if comma else ",", "").replace(point, ".")
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def decimal_comma(cells: list[str]) -> Literal["point", "comma", "unclear"]:
    """Which sign stands before the decimals, judged by all of a column's cells."""
    comma = point = unclear = 0
    for cell in cells:
        if len(cell) > LONGEST:
            continue
        marks = re.sub(r"[^\d.,]", "", cell)
        last = max(marks.rfind("."), marks.rfind(","))
        if last < 0:
            continue
        sign, tail = marks[last], len(marks) - last - 1
        both = "." in marks and "," in marks
        if both or (marks.count(sign) == 1 and tail != 3):
            comma, point = comma + (sign == ","), point + (sign == ".")
        elif marks.count(sign) > 1:  # 1.234.567: the sign parts thousands
            comma, point = comma + (sign == "."), point + (sign == ",")
        else:
            unclear += 1
    if comma > point:
        return "comma"
    return "point" if point or not unclear else "unclear"


def _key(word: str) -> str:
    return re.sub(r"[\W_]+", " ", word.lower()).strip()


RATINGS: dict[str, Rating] = {
    word: rating
    for rating, words in {
        Rating.GREEN: "green|g|groen|grün|on track|good|op schema",
        Rating.AMBER_GREEN: "amber green|green amber|a g|yellow green",
        Rating.AMBER: "amber|a|yellow|orange|oranje|gelb|at risk|geel",
        Rating.AMBER_RED: "amber red|red amber|a r|orange red",
        Rating.RED: "red|r|rood|rot|off track|critical|delayed",
    }.items()
    for word in words.split("|")
}
STAGES: dict[str, Stage] = {
    word: stage
    for stage, words in {
        Stage.IDEA: "idea|ideation|idee|proposed|proposal|concept|backlog|demand|intake",
        Stage.DISCOVERY: "discovery|initiated|initiation|planning|planned|analysis|exploration|research|verkenning",
        Stage.PILOT: "pilot|poc|proof of concept|prototype|trial|proef|experiment",
        Stage.SCALE: "scale|scaling|rollout|roll out|implementation|delivery|uitrol|uitvoering|execution",
        Stage.OPERATE: "operate|operational|operations|live|production|in production|deployed|in use|in gebruik"
        "|run|running",
        Stage.RETIRED: "retired|decommissioned|closed|completed|done|buiten gebruik|sunset|end of life|archived",
        Stage.ON_HOLD: "on hold|paused|hold|suspended|deferred|opgeschort",
        Stage.STOPPED: "stopped|cancelled|canceled|terminated|withdrawn|rejected|abandoned|gestopt",
    }.items()
    for word in words.split("|")
}


LONGEST = 40
"""No word for a rating or a stage is longer."""


def rating(cell: str) -> Rating | None:
    return RATINGS.get(_key(cell)) if len(cell) <= LONGEST else None


def stage(cell: str) -> Stage | None:
    return STAGES.get(_key(cell)) if len(cell) <= LONGEST else None


FORMULA = re.compile(r"'+[=+\-@\t\r]")
LEADS = re.compile(r"'*[=+\-@\t\r]")
FIGURE = re.compile(r"[+-]?\d[\d.,' ]*%?$")


def safe_text(text: str) -> str:
    """*text* as a cell that no spreadsheet takes for a formula: an apostrophe before = + - @ unless it is a number."""
    return "'" + text if LEADS.match(text) and not FIGURE.match(text) else text


def plain_text(cell: str) -> str:
    """*cell* without the apostrophe that keeps a spreadsheet from taking text for a formula."""
    return cell[1:] if FORMULA.match(cell) else cell
