"""The syntax tree written back as text; reading that text gives the same tree."""

from __future__ import annotations

import re

from .tree import Among, And, Blank, Compare, Each, Everything, Match, Node, Not, Or, Path, Query, Scope, Search

KEYWORDS = {"and", "or", "not", "is", "in", "contains", "starts", "where", "any", "all", "none", "empty", "withheld"}

_BARE_STEP = re.compile(r"\w[\w-]*")
_BARE_VALUE = re.compile(
    r"-?\w[\w.%+/:&-]*|(last|next) \d{1,5} (day|week|month|year)s?|(this|last|next) (week|month|quarter|year)"
    r"|[-+]?\d[\d_]*(\.\d+)?(k|m|bn|K|M|BN)? (?!and|not)(?!AND|NOT)[A-Za-z]{3}"
)


def write(asked: Query | Node) -> str:
    """What was *asked*, as text; reading it gives the same tree."""
    match asked:
        case Query(root=Everything()):
            return ""
        case Query(root=root):
            return write(root)
        case Everything():
            return '""'
        case Search(text):
            # A phrase stays one: bare, its words would be searched for each alone.
            return quoted(text) if any(map(str.isspace, text)) else write_value(text)
        case Compare(path, op, value):
            return f"{write_path(path)} {op} {write_value(value)}"
        case Among(path, values, negated):
            return f"{write_path(path)} {'not in' if negated else 'in'} ({', '.join(map(write_value, values))})"
        case Match(path, how, text):
            return f"{write_path(path)} {how} {write_value(text)}"
        case Blank(path, state, negated):
            return f"{write_path(path)} is {'not ' if negated else ''}{state}"
        case Each(which, test):
            return f"{which}({write(test)})"
        case Scope(which, path, where):
            return f"{which}({write_path(path)} where {write(where)})"
        case Not(part):
            return f"not {_grouped(part)}"
        case And(parts):
            return " and ".join(map(_grouped, parts))
        case Or(parts):
            return " or ".join(f"({write(part)})" if isinstance(part, Or) else write(part) for part in parts)
    raise AssertionError(asked)


def write_path(path: Path) -> str:
    """*path* with dots, its steps in quotes where they would read as something else."""
    return ".".join(
        step if _BARE_STEP.fullmatch(step) and step.lower() not in KEYWORDS else quoted(step) for step in path
    )


def write_value(value: str) -> str:
    return value if _BARE_VALUE.fullmatch(value) and value.lower() not in KEYWORDS else quoted(value)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _grouped(node: Node) -> str:
    return f"({write(node)})" if isinstance(node, And | Or) else write(node)
