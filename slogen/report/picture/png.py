"""A picture as PNG, for where SVG isn't shown."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from slogen.diagnostics import CallError

_FONT: Final = "Source Sans Pro"
_FACES: Final = ("Regular", "Semibold")


def from_svg(svg: str, zoom: float = 2, *, system_fonts: bool = True) -> bytes:
    """The picture with `zoom` pixels for each of the SVG. It brings its own letters, so that it can be read
    on a machine without fonts. Fonts of the system are asked for other scripts than Latin, Greek and
    Cyrillic; without them the bytes are the same on every machine.

    Raises CallError when the libraries aren't installed."""
    resvg, letters = find_spec("resvg_py"), find_spec("font_source_sans_pro")
    if resvg is None or letters is None or letters.origin is None:
        raise CallError(
            "a PNG needs libraries: `pip install 'slogen[png]'`, or write a file that ends in .svg"
        )
    fonts = Path(letters.origin).parent / "files"
    faces = [str(fonts / f"SourceSansPro-{face}.ttf") for face in _FACES]
    svg = svg.replace("font-family: system-ui", f"font-family: '{_FONT}', system-ui")
    draw = import_module("resvg_py").svg_to_bytes
    return bytes(draw(svg_string=svg, font_files=faces, zoom=zoom, skip_system_fonts=not system_fonts))
