"""The page's colours in both schemes, by WCAG 2.2: 4.5 to 1 for words of ordinary size."""

import re
from pathlib import Path

import pytest

STYLE = (Path(__file__).parents[2] / "sandbox" / "page" / "base.css").read_text()
PAIRS = [
    ("ink", "bubble"),
    ("ink", "bubble-own"),
    ("ink", "panel-2"),
    ("ink-2", "panel"),
    ("ink-2", "panel-2"),
    ("link", "bubble"),
    ("link", "bubble-own"),
    ("link", "accent-soft"),
    ("meta", "bubble"),
    ("meta-own", "bubble-own"),
    ("on-accent", "accent"),
    ("danger", "panel"),
    ("gold", "panel"),
]


def colours(selector: str) -> dict[str, str]:
    block = STYLE.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("selector", [":root", ':root[data-scheme="dark"]'], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_words_stand_out_from_what_they_stand_on(selector, pair):
    there = colours(selector)
    assert contrast(there[pair[0]], there[pair[1]]) >= 4.5


def test_dark_by_hand_is_dark_by_device():
    device = STYLE.split(':root:not([data-scheme="light"]) {', 1)[1].split("}", 1)[0]
    by_hand = STYLE.split(':root[data-scheme="dark"] {', 1)[1].split("}", 1)[0]
    assert device.split() == by_hand.split()
