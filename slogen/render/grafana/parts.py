"""A board as text, and as several boards where one would be too large for an object.

`kubectl apply` keeps a copy of an object in an annotation, and all annotations have 256 KiB. A board of that
size is slow, too. So the rows of single SLOs go on to further boards, by name, as in the volumes of an
encyclopaedia; whatever is about the whole service stays on the first, whose uid is that of the service.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from slogen.conventions import board_part
from slogen.emitted.panels import Board, Link, Row
from slogen.render.grafana.build import build
from slogen.render.grafana.jsontext import dump
from slogen.render.grafana.normalise import normalise

MARKER_TAG: Final = "generated-by-slogen"  # JSON has no comments, so a tag says whose the file is


def parts(board: Board, slos: Collection[str], most: int) -> Iterator[tuple[Board, str]]:
    """The board and its JSON; or the boards into which it is split, so that none takes more than `most` bytes
    in an object, unless a single row does. Rows that may move are called as one of the `slos`."""
    whole = _text(board)
    moving = sorted((row for row in board.rows if row.key in slos), key=lambda row: row.key)
    resting = tuple(row for row in board.rows if row.key not in slos)
    if _size(whole) <= most or len(chunks := list(_chunks(board, resting, moving, most))) == 1:
        yield board, whole
        return
    for number, rows in enumerate(chunks, 1):
        part = _part(board, number, len(chunks), rows)
        part = replace(part, rows=(*resting, *rows)) if number == 1 else part
        yield part, _text(part)


def _chunks(
    board: Board, resting: tuple[Row, ...], moving: Sequence[Row], most: int
) -> Iterator[tuple[Row, ...]]:
    """Rows of SLOs, in order, as many as fit on a board; the first has those that rest, too."""
    empty = _part(board, 1, len(moving), ())

    def size(*rows: Row) -> int:
        return _size(_text(replace(empty, rows=rows)))

    frame = size()
    chunk, room = list[Row](), most - size(*resting)
    for row in moving:
        needed = size(row) - frame
        if chunk and needed > room:
            yield tuple(chunk)
            chunk, room = [], most - frame
        chunk.append(row)
        room -= needed
    yield tuple(chunk)


def _part(board: Board, number: int, count: int, rows: tuple[Row, ...]) -> Board:
    """One of several boards, which lead to each other."""
    names = f": {rows[0].key} to {rows[-1].key}" if rows else ""
    others = Link("More SLOs", tag=board.uid, tooltip="The other boards of this service, by name of SLO")
    return replace(
        board,
        uid=board.uid if number == 1 else board_part(board.uid, number),
        title=f"{board.title} ({number:0{len(str(count))}} of {count}{names})",
        rows=rows,
        links=(*board.links, others),
        tags=(*board.tags, board.uid),
    )


def _text(board: Board) -> str:
    """The board as it ships."""
    data = normalise(build(board))
    data["tags"].append(MARKER_TAG)
    return dump(data)


def _size(text: str) -> int:
    """Bytes of a text in an object's annotation: as JSON, in which Go escapes these signs for HTML."""
    escaped = json.dumps(text, ensure_ascii=False)
    return len(escaped.encode(errors="surrogatepass")) + 5 * sum(map(escaped.count, "<>&"))
