"""Investments that look like one thing bought several times: alike in name, problem, tags and vendor.

Two are compared only where they share something rare (a vendor, a tag, two words that few others use), so
that ten thousand are looked through in a moment. They look alike where

- their names are spelled alike (≥ 90 of 100), or
- what they say they do is alike (≥ 85), or nearly (≥ 70) and they share a vendor, two tags or two words of the name.

Alikeness is rapidfuzz's token sort ratio, of names, and of the description or else the problem. What looks alike
to something that looks alike is one group. It is a hint for a person, never proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import combinations, pairwise
from typing import Literal

import msgspec

from northing.portfolio.investment import ENDED, Investment
from northing.portfolio.plan import Plan

NAMES_ALIKE = 90
TEXTS_ALIKE = 85
TEXTS_NEAR = 70
MANY = 25
"""A vendor, tag or word that more investments share than this says nothing about two of them."""

Shared = Literal["name", "text", "vendor", "tags", "words"]

READS = frozenset(("investment", "ai_system"))

_EMPTY_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "its", "of", "on",
    "or", "that", "the", "their", "they", "this", "to", "use", "used", "using", "via", "was", "which", "will",
    "with", "ai", "system", "systems", "tool", "tools", "model", "models", "data", "machine", "learning", "based",
    "new", "project", "pilot",
))  # fmt: skip


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """A group of investments that look like one thing, and what they share."""

    investments: tuple[str, ...]
    shared: tuple[Shared, ...]
    vendors: tuple[str, ...] = ()
    """Vendors that all of them name."""


class _Features(msgspec.Struct, frozen=True):
    id: str
    name: str
    text: str
    words: frozenset[str]
    tags: frozenset[str]
    vendors: frozenset[str]


def lookalikes(plan: Plan) -> tuple[Alike, ...]:
    """The groups, the largest first; investments that are retired or stopped are left out."""
    return plan.memo("lookalikes", READS, lambda: _find(plan))


def _find(plan: Plan) -> tuple[Alike, ...]:
    features = {
        investment.id: _features(plan, investment)
        for investment in plan.investments.values()
        if investment.stage not in ENDED
    }
    pairs: dict[tuple[str, str], set[Shared]] = {}
    for a, b in _candidates(features.values()):
        shared = _shared(features[a], features[b])
        if shared:
            pairs[a, b] = shared
    groups = [_group(members, pairs, features) for members in _connected(pairs)]
    return tuple(sorted(groups, key=lambda group: (-len(group.investments), group.investments)))


def _features(plan: Plan, investment: Investment) -> _Features:
    vendors: set[str] = set()
    for system in plan.ai_systems.by("investment", investment.id):
        vendors.update(_parts(system.vendor or ""))
    text = " ".join(_words(investment.description or investment.problem or "")[:60])
    name = " ".join(_words(investment.name))
    words = {word for word in (*name.split(), *text.split()[:30]) if word not in _EMPTY_WORDS and len(word) > 2}
    return _Features(
        investment.id, name, text, frozenset(words), frozenset(map(str.casefold, investment.tags)), frozenset(vendors)
    )


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"\w+", plain)


def _parts(vendor: str) -> Iterable[str]:
    for part in re.split(r"[,;/&|]| and ", vendor.casefold()):
        name = " ".join(re.findall(r"\w+", part))
        if name and name not in ("n a", "na", "none", "unknown", "in house", "inhouse", "other"):
            yield name


def _candidates(features: Iterable[_Features]) -> Iterable[tuple[str, str]]:
    """Pairs that share a name, a rare vendor, or two rare words or tags."""
    blocks: dict[tuple[str, str], list[str]] = {}
    for one in features:
        keys = [("name", one.name), *(("vendor", vendor) for vendor in one.vendors)]
        keys += [*(("word", word) for word in one.words), *(("tag", tag) for tag in one.tags)]
        for key in keys:
            blocks.setdefault(key, []).append(one.id)
    points: Counter[tuple[str, str]] = Counter()
    for (sort, _), members in blocks.items():
        if sort == "name" and len(members) > MANY:
            # Each with the next is enough to connect them all.
            points.update(dict.fromkeys(pairwise(members), 2))
        elif 1 < len(members) <= MANY:
            worth = 2 if sort in ("name", "vendor") else 1
            for pair in combinations(members, 2):
                points[pair] += worth
    return [pair for pair, count in points.items() if count >= 2]


def _shared(a: _Features, b: _Features) -> set[Shared]:
    """What makes the two look alike; nothing where they do not."""
    from rapidfuzz import fuzz

    found: set[Shared] = set()
    vendor, tags = bool(a.vendors & b.vendors), len(a.tags & b.tags) >= 2
    words = len(set(a.name.split()) & set(b.name.split()) - _EMPTY_WORDS) >= 2
    text = fuzz.token_sort_ratio(a.text, b.text, score_cutoff=TEXTS_NEAR) if a.text and b.text else 0
    if fuzz.token_sort_ratio(a.name, b.name, score_cutoff=NAMES_ALIKE):
        found.add("name")
    if text >= TEXTS_ALIKE or (text and (vendor or tags or words)):
        found.add("text")
    if not found:
        return found
    found.update([word for word, yes in (("vendor", vendor), ("tags", tags), ("words", words)) if yes])  # type: ignore[misc]
    return found


def _connected(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    leader: dict[str, str] = {}

    def top(id: str) -> str:
        while leader.setdefault(id, id) != id:
            leader[id] = leader[leader[id]]
            id = leader[id]
        return id

    for a, b in pairs:
        first, second = sorted((top(a), top(b)))
        leader[second] = first
    members: dict[str, list[str]] = {}
    for id in leader:
        members.setdefault(top(id), []).append(id)
    return [sorted(found) for found in members.values()]


def _group(members: list[str], pairs: dict[tuple[str, str], set[Shared]], features: dict[str, _Features]) -> Alike:
    inside = set(members)
    shared = {word for pair, found in pairs.items() if pair[0] in inside for word in found}
    vendors = frozenset.intersection(*(features[id].vendors for id in members))
    order: tuple[Shared, ...] = ("name", "text", "vendor", "tags", "words")
    return Alike(
        investments=tuple(members),
        shared=tuple(word for word in order if word in shared),
        vendors=tuple(sorted(vendors)),
    )
