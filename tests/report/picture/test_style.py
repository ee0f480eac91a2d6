"""What is seen: contrast as WCAG counts it, and colours as who can't tell red from green sees them."""

import re

import pytest

from slogen.report.picture.style import DARK, LIGHT, css

TEXTS = ("ink", "soft", "second", "third", "page", "ticket")
MARKS = ("info",)  # what is left is the ground, and the grid on it

BOTH = pytest.mark.parametrize("of", [LIGHT, DARK], ids=["light", "dark"])


def linear(colour: str) -> list[float]:
    values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def luminance(colour: str) -> float:
    return sum(part * value for part, value in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def deuteranope(colour: str) -> list[float]:
    """Linear red, green and blue as a deuteranope sees them (Machado, Oliveira and Fernandes, 2009)."""
    rows = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881))
    return [sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in rows]


def test_the_yardstick():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_words_can_be_read(of):
    for name in TEXTS:
        assert contrast(of[name], of["ground"]) >= 4.5, name
    assert contrast(of["ground"], of["page"]) >= 4.5  # numbers of incidents


@BOTH
def test_marks_can_be_seen(of):
    for name in MARKS:
        assert contrast(of[name], of["ground"]) >= 3, name


@BOTH
@pytest.mark.parametrize(("one", "other"), [("page", "ticket"), ("page", "info"), ("page", "soft")])
def test_pages_are_told_from_all_else_without_red_and_green(of, one, other):
    a, b = deuteranope(of[one]), deuteranope(of[other])
    assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 > 0.1


def test_both_themes_colour_the_same():
    light, dark = (re.findall(r"^(\.slogen .*?) \{", css(theme), re.M) for theme in ("light", "dark"))
    assert light == dark
    assert LIGHT.keys() == DARK.keys() == {*TEXTS, *MARKS, "ground", "grid"}
