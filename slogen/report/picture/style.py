"""Colours of pictures on light and dark ground. Texts have a contrast of 4.5, marks of 3 to the ground.
Pages and tickets differ in more than red and green."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIGHT: Final[Mapping[str, str]] = {
    "ground": "#ffffff",
    "ink": "#1f2328",
    "soft": "#59636e",
    "grid": "#d8dee4",
    "second": "#7a3fc4",
    "third": "#0f6e56",
    "page": "#b8390e",
    "ticket": "#1f6fc2",
    "info": "#6e7781",
}
DARK: Final[Mapping[str, str]] = {
    "ground": "#0d1117",
    "ink": "#e6edf3",
    "soft": "#9da7b1",
    "grid": "#30363d",
    "second": "#c297ff",
    "third": "#56c8a8",
    "page": "#ff8a5c",
    "ticket": "#62b0ff",
    "info": "#9da7b1",
}
FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'Source Sans Pro', 'DejaVu Sans', sans-serif"
THEMES: Final = ("auto", "light", "dark")
DASHES: Final = ("", "7 3", "2 3", "9 3 2 3")
_LINES: Final = ("ink", "second", "third", "soft")

_SHAPES: Final = f"""
.slogen text {{ font-family: {FONT}; font-size: 12px; }}
.slogen .title {{ font-size: 18px; font-weight: 600; }}
.slogen .strong {{ font-weight: 600; }}
.slogen .said {{ font-size: 13px; }}
.slogen .small {{ font-size: 11px; }}
.slogen .trace {{ fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }}
.slogen .errors {{ stroke-width: 1; }}
.slogen .grid {{ stroke-width: 1; }}
.slogen .zero {{ stroke-width: 1.5; }}
.slogen .allowed {{ stroke-width: 1.2; stroke-dasharray: 6 3; }}
.slogen .limit {{ stroke-width: 1.2; }}
.slogen .threshold {{ stroke-width: 1; stroke-dasharray: 1 3; }}
.slogen .area {{ fill-opacity: .1; }}
.slogen .band {{ fill-opacity: .2; }}
.slogen .gap {{ fill-opacity: .18; stroke-width: .7; stroke-dasharray: 2 3; }}
.slogen .pending {{ fill-opacity: .25; stroke-width: .8; }}
""" + "".join(
    f".slogen .version{n} {{ stroke-dasharray: {dash}; }}\n" for n, dash in enumerate(DASHES) if dash
)


def css(theme: str) -> str:
    """The style sheet of a theme of THEMES; "auto" follows what the reader prefers."""
    if theme != "auto":
        return _SHAPES + _colours(DARK if theme == "dark" else LIGHT)
    return f"{_SHAPES}{_colours(LIGHT)}@media (prefers-color-scheme: dark) {{\n{_colours(DARK)}}}\n"


def _colours(of: Mapping[str, str]) -> str:
    rules = {
        "text": f"fill: {of['ink']}",
        ".ground": f"fill: {of['ground']}",
        ".soft": f"fill: {of['soft']}",
        ".grid": f"stroke: {of['grid']}",
        ".zero": f"stroke: {of['ink']}",
        ".errors": f"stroke: {of['soft']}",
        ".allowed, .spent": f"stroke: {of['page']}",
        ".threshold": f"stroke: {of['ink']}",
        ".area": f"fill: {of['ink']}",
        ".band": f"fill: {of['page']}",
        ".gap": f"fill: {of['soft']}; stroke: {of['soft']}",
        ".badge": f"fill: {of['page']}",
        ".on": f"fill: {of['ground']}",
        ".warn": f"fill: {of['page']}",
        **{f".{kind}": f"fill: {of[kind]}" for kind in ("page", "ticket", "info")},
        **{f".{kind}.pending": f"stroke: {of[kind]}" for kind in ("page", "ticket", "info")},
        **{f".version{n}": f"stroke: {of[name]}" for n, name in enumerate(_LINES)},
    }
    return "".join(f"{_below(name)} {{ {rule}; }}\n" for name, rule in rules.items())


def _below(selectors: str) -> str:
    return ", ".join(f".slogen {each}" for each in selectors.split(", "))
