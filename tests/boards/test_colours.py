"""Colours can be read (WCAG 2.2, contrast) and told apart, by those too who can't tell red from green.

The values of the names are those of Grafana's themes. Simulation: Machado, Oliveira and Fernandes (2009),
deuteranopia; distance: CIE 1976 (L*a*b*), D65.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest

from slogen.boards import colours
from slogen.tell.urgency import State

THEMES = {
    "dark": {
        "ground": "#181b1f",
        "text": "#ccccdc",
        "dark-red": "#c4162a",
        "super-light-orange": "#ffcb7d",
        "light-yellow": "#ffee52",
        "dark-blue": "#1f60c4",
        "red": "#f2495c",
        "dark-orange": "#fa6400",
        "blue": "#5794f2",
        "purple": "#b877d9",
    },
    "light": {
        "ground": "#ffffff",
        "text": "#24292e",
        "dark-red": "#ad0317",
        "super-light-orange": "#ffb357",
        "light-yellow": "#fade2a",
        "dark-blue": "#1250b0",
        "red": "#e02f44",
        "dark-orange": "#e55400",
        "blue": "#3274d9",
        "purple": "#a352cc",
    },
}
FILLS = {colours.FILLS[state] for state in State} - {colours.NO_FILL}
MARKS = {colours.RED, colours.ORANGE, colours.BLUE, colours.PURPLE, colours.NEUTRAL}
_DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
_TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def _linear(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def _times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _luminance(colour):
    return _times(_TO_XYZ, _linear(colour))[1]


def contrast(one, other):
    """From 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _lab(linear):
    x, y, z = _times(_TO_XYZ, linear)
    fx, fy, fz = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x / 0.95047, y, z / 1.08883)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one, other):
    """How different they look to a deuteranope: 2 can just be told from each other side by side."""
    seen = [[min(max(p, 0), 1) for p in _times(_DEUTERANOPIA, _linear(c))] for c in (one, other)]
    return math.dist(_lab(seen[0]), _lab(seen[1]))


def written(fill):
    """The black or white in which Grafana writes on a fill."""
    red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
    return "#202226" if (299 * red + 587 * green + 114 * blue) / 1000 > 180 else "#f7f8fa"


@pytest.mark.parametrize("theme", THEMES)
def test_words_on_fills_can_be_read(theme):
    values = THEMES[theme]
    for name in FILLS:
        assert contrast(values[name], written(values[name])) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES)
def test_marks_and_large_numbers_stand_out(theme):
    values = THEMES[theme]
    for name in MARKS:
        assert contrast(values[name], values["ground"]) >= 3, name


@pytest.mark.parametrize("theme", THEMES)
def test_fills_are_told_apart(theme):
    values = THEMES[theme]
    for one, other in combinations(sorted(FILLS), 2):
        assert distance(values[one], values[other]) >= 20, (one, other)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", [colours.SHARE_STEPS, colours.BURN_STEPS])
def test_neighbours_on_a_scale_are_told_apart(theme, scale):
    values = THEMES[theme]
    for one, other in pairwise(scale):
        assert distance(values[one.colour], values[other.colour]) >= 20, (one, other)


def test_what_is_good_and_what_is_not_differ_most():
    for values in THEMES.values():
        assert distance(values[colours.BLUE], values[colours.RED]) > 60
        assert distance("#73bf69", "#f2495c") < 30  # green and red don't


def test_every_state_has_a_word_and_states_that_look_alike_differ_in_it():
    words = [word.text for word in colours.STATE_WORDS]
    assert len(set(words)) == len(State)
    assert all(words)
