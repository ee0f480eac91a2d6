"""Pictures as files: which there are, and PNGs that can be read on a machine without fonts."""

import struct
import sys
import zlib

import pytest

from slogen.diagnostics import CallError
from slogen.report.picture import from_svg, picture, svg

from ..month import month


def rows(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height, and the rows of an RGBA image without interlacing."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    place, data, head = 8, b"", b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        head = body if kind == b"IHDR" else head
        data += body if kind == b"IDAT" else b""
        place += length + 12
    width, height, depth, colours = struct.unpack(">IIBB", head[:10])
    assert (depth, colours) == (8, 6)
    return width, height, unfiltered(zlib.decompress(data), width * 4, height)


def unfiltered(data: bytes, width: int, height: int) -> list[bytes]:
    last, found = bytes(width), []
    for number in range(height):
        kind, *raw = data[number * (width + 1) : (number + 1) * (width + 1)]
        row = bytearray(raw)
        for i in range(width):
            left, up, corner = row[i - 4] if i > 3 else 0, last[i], last[i - 4] if i > 3 else 0
            row[i] = (row[i] + predicted(kind, left, up, corner)) & 255
        last = bytes(row)
        found.append(last)
    return found


def predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))


def test_png():
    pytest.importorskip("resvg_py")
    content = picture(month("0.9995"), ".png")
    assert content == picture(month("0.9995"), ".png")
    document = svg(month("0.9995"), theme="light")
    assert content == from_svg(document)
    width, height = struct.unpack(">II", content[16:24])
    assert width == 2000
    assert f'viewBox="0 0 1000 {height // 2}"' in document


def test_letters_are_drawn_without_fonts_of_the_system():
    resvg = pytest.importorskip("resvg_py")
    words = '<text class="strong" x="2" y="20">Words</text><text x="2" y="45">Words</text>'
    style = (
        "<style>.slogen text { font-family: system-ui, sans-serif; } .strong { font-weight: 600; }</style>"
    )
    small = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="slogen" width="60" height="50">{style}{words}</svg>'
    )
    blank = resvg.svg_to_bytes(svg_string=small, skip_system_fonts=True)
    assert not any(map(any, rows(blank)[2]))  # without letters there is nothing
    width, height, lines = rows(from_svg(small, zoom=1, system_fonts=False))
    assert (width, height) == (60, 50)
    upper, lower = (sum(map(sum, half)) for half in (lines[:25], lines[25:]))
    assert upper > lower > 10_000  # both are there, and one is bolder


def test_without_the_libraries_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(CallError, match=r"pip install 'slogen\[png\]'"):
        picture(month("0.9995"), ".png")


def test_endings():
    assert picture(month("0.9995"), ".svg") == svg(month("0.9995")).encode()
    with pytest.raises(CallError, match=r"ends in \.svg or \.png, not in `\.gif`"):
        picture(month("0.9995"), ".gif")
