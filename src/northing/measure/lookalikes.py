"""Investments that look like one thing bought several times: alike in name, problem, tags and vendor.

Two are compared only where they share something rare (a vendor, a tag, two words that few others use), so
that ten thousand are looked through in a moment. They look alike where

- their names are spelled alike (≥ 90 of 100), or
- what they say they do is alike: very much so, or less where they also share a vendor, two tags or two words
  of the name (:data:`ENOUGH`).

Alikeness of names is rapidfuzz's token sort ratio; that of descriptions (or else problems) the cosine of their
words, each weighed by how few investments use it (tf-idf). A sentence that stands in many descriptions is somebody's
template, and counts for nothing. What looks alike to something that looks alike is one group. It is a hint for a
person, never proof.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations, pairwise
from typing import Literal

import msgspec

from northing.portfolio.investment import ENDED, Investment
from northing.portfolio.plan import Plan

NAMES_ALIKE = 90
ENOUGH = ((0, 0.8, 4), (1, 0.6, 3), (2, 0.35, 2))
"""For as many of a common vendor, common tags and common words of the name: how alike two texts must be, in how many
words at the least."""
TEMPLATE = 5
"""A sentence that more investments share than this counts for nothing."""
LEAST = 100
"""In a plan of fewer investments than this a word counts as rare as it would in one of so many."""
LENGTH = 60
"""Words of a text that are looked at."""
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


_NOTHING_SAID = frozenset((
    "", "n a", "n/a", "na", "none", "unknown", "in house", "inhouse", "other", "not available", "not applicable", "tbd",
    "to be determined", "pending", "open source", "inc", "llc", "ltd", "gmbh", "corp", "corporation",
))  # fmt: skip

_WORD, _LONG_WORD, _END = re.compile(r"\w+"), re.compile(r"\w{3,}"), re.compile(r"[.!?;\n]+")


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """A group of investments that look like one thing, and what they share."""

    investments: tuple[str, ...]
    shared: tuple[Shared, ...]
    vendors: tuple[str, ...] = ()
    """Vendors that all of them name."""


class _Features(msgspec.Struct, frozen=True):
    id: str
    name: str
    named: frozenset[str]
    """The words of the name that say something."""
    text: frozenset[str]
    """Those of the description, without sentences that many share."""
    tags: frozenset[str]
    vendors: frozenset[str]


def lookalikes(plan: Plan) -> tuple[Alike, ...]:
    """The groups, the largest first; investments that are retired or stopped are left out."""
    return plan.memo("lookalikes", READS, lambda: _find(plan))


def _find(plan: Plan) -> tuple[Alike, ...]:
    features = {one.id: one for one in _features(plan)}
    weights = _weights(features.values())
    lengths = {id: math.sqrt(sum(weights[word] for word in one.text)) for id, one in features.items()}
    pairs: dict[tuple[str, str], set[Shared]] = {}
    for a, b in _candidates(features.values()):
        shared = _shared(features[a], features[b], weights, lengths[a] * lengths[b])
        if shared:
            pairs[a, b] = shared
    groups = [_group(members, pairs, features) for members in _connected(pairs)]
    return tuple(sorted(groups, key=lambda group: (-len(group.investments), group.investments)))


def _features(plan: Plan) -> list[_Features]:
    """What is compared of each investment; of vendors and tags only those that few share."""
    open_ = [one for one in plan.investments.values() if one.stage not in ENDED]
    sentences = {one.id: _sentences(one) for one in open_}
    common = Counter(sentence for found in sentences.values() for sentence in set(found))
    vendors = {
        one.id: {part for system in plan.ai_systems.by("investment", one.id) for part in _parts(system.vendor or "")}
        for one in open_
    }
    tags = {one.id: {tag.casefold() for tag in one.tags} for one in open_}
    sold = Counter(vendor for found in vendors.values() for vendor in found)
    tagged = Counter(tag for found in tags.values() for tag in found)
    return [
        _Features(
            one.id,
            " ".join(_WORD.findall(name := _plain(one.name))),
            _telling(name),
            _telling(". ".join(said for said in sentences[one.id] if common[said] <= TEMPLATE)),
            frozenset(tag for tag in tags[one.id] if tagged[tag] <= MANY),
            frozenset(vendor for vendor in vendors[one.id] if sold[vendor] <= MANY),
        )
        for one in open_
    ]


def _sentences(investment: Investment) -> list[str]:
    text = _plain(investment.description or investment.problem or "").strip()
    return [] if text in _NOTHING_SAID else [said for part in _END.split(text) if (said := part.strip())]


def _plain(text: str) -> str:
    """*text* as it is compared: one way of writing each letter, none of them large."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()


def _telling(text: str) -> frozenset[str]:
    """The words of a plain text that say something."""
    return frozenset(_LONG_WORD.findall(text)[:LENGTH]) - _EMPTY_WORDS


def _weights(features: Iterable[_Features]) -> Mapping[str, float]:
    """Word → what it weighs where two texts share it: more, the fewer use it."""
    texts = [one.text for one in features]
    used = Counter(word for text in texts for word in text)
    number = max(len(texts), LEAST)
    return {word: math.log(number / count) ** 2 for word, count in used.items()}


def _parts(vendor: str) -> Iterable[str]:
    for part in re.split(r"[,;/&|]| and ", vendor.casefold()):
        name = " ".join(_WORD.findall(part))
        if name and name not in _NOTHING_SAID:
            yield name


def _candidates(features: Collection[_Features]) -> Iterable[tuple[str, str]]:
    """Pairs that share a name, a rare vendor, or two rare words or tags."""
    words = {one.id: one.named | one.text for one in features}
    used = Counter(word for found in words.values() for word in found)
    rare = {word for word, count in used.items() if 1 < count <= MANY}
    blocks: dict[tuple[str, str], list[str]] = {}
    for one in features:
        keys = [("name", one.name), *(("vendor", vendor) for vendor in one.vendors)]
        keys += [*(("word", word) for word in words[one.id] & rare), *(("tag", tag) for tag in one.tags)]
        for key in keys:
            blocks.setdefault(key, []).append(one.id)
    points: Counter[tuple[str, str]] = Counter()
    for (sort, _), members in blocks.items():
        if sort == "name" and len(members) > MANY:
            # Each with the next is enough to connect them all.
            points.update(dict.fromkeys(pairwise(members), 2))
        elif len(members) > 1:
            worth = 2 if sort in ("name", "vendor") else 1
            for pair in combinations(members, 2):
                points[pair] += worth
    return [pair for pair, count in points.items() if count >= 2]


def _shared(a: _Features, b: _Features, weights: Mapping[str, float], length: float) -> set[Shared]:
    """What makes the two look alike; nothing where they do not."""
    from rapidfuzz import fuzz

    found: set[Shared] = set()
    if fuzz.token_sort_ratio(a.name, b.name, score_cutoff=NAMES_ALIKE):
        found.add("name")
    besides: dict[Shared, bool] = {
        "vendor": bool(a.vendors & b.vendors),
        "tags": len(a.tags & b.tags) >= 2,
        "words": len(a.named & b.named) >= 2,
    }
    common = a.text & b.text
    alike = sum(weights[word] for word in common) / length if common and length else 0.0
    support = sum(besides.values())
    if any(support >= other and alike >= least and len(common) >= words for other, least, words in ENOUGH):
        found.add("text")
    return found | {word for word, yes in besides.items() if yes} if found else found


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
