"""Paint the boards of a whole project for the docs, with 200 SLOs in every state.

`python tools/pictures/many.py` paints the first screen of each; with a FOLDER, the whole of each into it, on
a screen and on a phone, dark and light. What paint.py needs is needed here.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paint

import slogen
from benchmarks import many
from benchmarks.history import blocks
from benchmarks.server import Server, prometheus

NOW = int(time.time()) // many.DAY * many.DAY
BOARDS = ("fleet", "wall")
SCREEN, PHONE = 1400, 390
FIRST_SCREEN, WHOLE = 30, 90  # rows of the grid
DOCS = Path(__file__).parents[2] / "docs" / "pictures"


def stacked(board: dict[str, Any]) -> None:
    """As Grafana does on a phone: one panel below the other."""
    at = 0
    for panel in sorted(board["panels"], key=lambda one: (one["gridPos"]["y"], one["gridPos"]["x"])):
        panel["gridPos"] |= {"x": 0, "y": at, "w": 24}
        at += panel["gridPos"]["h"]


def main() -> None:
    """Paint them for the docs, or into a folder."""
    script, ones = paint.bundle(), [*many.fleet(200), *many.odd_ones()]
    files = slogen.compile(many.specs(ones), many.SETTINGS).files
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "raw.om").write_text("".join(many.lines(many.series(ones, NOW))))
        blocks(folder)
        with prometheus(folder, "{}\n") as server:
            for board in BOARDS:
                for out, width, dark, rows in _forms(board):
                    shown = json.loads(files[f"grafana/slogen-{board}.json"])
                    picture = painted(server, shown, width, dark) | {"rows": rows}
                    paint.paint(out.stem, script, picture, out)


def _forms(board: str) -> Iterator[tuple[Path, int, bool, int]]:
    """Where to, how wide, whether dark, and how many rows."""
    if len(sys.argv) == 1:
        yield DOCS / f"{board}.webp", SCREEN, True, FIRST_SCREEN
        return
    for width in (SCREEN, PHONE):
        for dark in (True, False):
            name = f"{board}-{width}-{'dark' if dark else 'light'}.webp"
            yield Path(sys.argv[1]) / name, width, dark, WHOLE


def painted(server: Server, board: dict[str, Any], width: int, dark: bool) -> dict[str, Any]:
    """What the painter needs of a board."""
    variables = paint.choose(board, lambda *asked: paint.label_values(server, *asked, NOW))
    if width == PHONE:
        stacked(board)
    return {
        "board": board,
        "answers": paint.answers(server, board, variables, NOW),
        "variables": {k: v for k, v in variables.items() if not k.startswith("__")},
        "dark": dark,
        "width": width,
        "bottom": max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"]),
        "range": paint.shown_range(board, NOW),
    }


if __name__ == "__main__":
    main()
