"""Pictures of what rules said of a history: SVG without any library, PNG with two more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slogen.diagnostics import CallError
from slogen.report.history_words import BACKTEST
from slogen.report.picture.draw import svg
from slogen.report.picture.png import from_svg
from slogen.report.picture.sheet import Threshold
from slogen.report.picture.style import THEMES
from slogen.report.versions import Versions

ENDINGS = (".svg", ".png")
__all__ = ["ENDINGS", "THEMES", "Threshold", "from_svg", "picture", "svg"]


def picture(
    versions: Versions,
    ending: str,
    *,
    kind: str = BACKTEST,
    thresholds: Mapping[str, Sequence[Threshold]] | None = None,
) -> bytes:
    """The content of a file with an ending of ENDINGS. Raises CallError for another one, and for a PNG when
    its libraries aren't installed. An SVG follows what its reader prefers, a PNG is light."""
    if ending not in ENDINGS:
        raise CallError(f"a picture ends in {' or '.join(ENDINGS)}, not in `{ending}`")
    if ending == ".png":
        return from_svg(svg(versions, kind=kind, thresholds=thresholds, theme="light"))
    return svg(versions, kind=kind, thresholds=thresholds).encode()
