"""The sheet of tokens, in both themes: text is read on every ground, chart colours are told apart by every eye."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest

import northing.web

SHEET = (Path(northing.web.__file__).parent / "static" / "css" / "tokens.css").read_text()

TEXT_ON = {
    "ink": ("surface", "canvas", "sunken", "hover", "selected"),
    "ink-2": ("surface", "canvas", "sunken", "hover", "selected"),
    "ink-3": ("surface", "canvas", "sunken", "hover", "selected"),
    "accent": ("surface", "canvas", "accent-soft", "hover", "selected"),
    "accent-ink": ("accent", "accent-hover"),
    "good": ("surface", "good-soft"),
    "warn": ("surface", "warn-soft"),
    "bad": ("surface", "bad-soft", "hover"),
    "note": ("note-soft",),
    "past": ("past-soft", "surface"),
    "sample": ("sample-soft",),
    "on-health": ("health-green", "health-amber-green", "health-amber", "health-amber-red", "health-red"),
}
CHART = tuple(f"c{number}" for number in range(1, 9))

# How the cones see without one of their kinds (Machado, Oliveira, Fernandes 2009, severity 1), on linear RGB.
EYES = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
APART = 9.0
"""Distance in OKLab, times 100, below which two areas beside each other are taken for one."""

RGB = tuple[float, float, float]


def theme(name: str) -> dict[str, str]:
    light, _, rest = SHEET.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", light))
    if name == "dark":
        found |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", rest.partition(':root[data-theme="dark"]')[2]))
    return found


def linear(colour: str) -> RGB:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted(
        (0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (linear(one), linear(other))),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


def oklab(colour: RGB) -> RGB:
    red, green, blue = colour
    long = max(0.0, 0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = max(0.0, 0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = max(0.0, 0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    )


def seen(colour: str, eye: str) -> RGB:
    lights = linear(colour)
    one, two, three = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, lights, strict=True)))) for row in EYES[eye])
    return oklab((one, two, three))


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_can_be_read_on_its_ground(name: str) -> None:
    tokens = theme(name)
    weak = [
        (text, ground, round(contrast(tokens[text], tokens[ground]), 2))
        for text, grounds in TEXT_ON.items()
        for ground in grounds
        if contrast(tokens[text], tokens[ground]) < 4.5
    ]
    assert not weak


@pytest.mark.parametrize("name", ["light", "dark"])
def test_controls_and_chart_colours_stand_out_from_the_surface(name: str) -> None:
    tokens = theme(name)
    assert not [token for token in ("control-line", "focus", *CHART) if contrast(tokens[token], tokens["surface"]) < 3]


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", ["light", "dark"])
def test_chart_colours_are_told_apart(name: str, eye: str) -> None:
    tokens = theme(name)
    near = [
        (one, other)
        for one, other in itertools.combinations(CHART, 2)
        if math.dist(seen(tokens[one], eye), seen(tokens[other], eye)) * 100 < APART
    ]
    assert not near


def test_the_dark_theme_is_the_same_chosen_and_by_the_system() -> None:
    by_system, _, chosen = SHEET.partition("@media (prefers-color-scheme: dark)")[2].partition(
        ':root[data-theme="dark"]'
    )
    wanted = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", by_system))
    assert wanted == dict(re.findall(r"(--[\w-]+):\s*([^;]+);", chosen.partition("}")[0]))
