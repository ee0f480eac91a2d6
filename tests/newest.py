"""The versions that are newer than Debian's, where `tools/fetch-engines --build` has made them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ORACLES = Path(__file__).parents[1] / ".oracles"
SUITES = ("bookworm", "trixie", "sid")


def newest(product: str) -> tuple[str, ...]:
    """Versions of prometheus or alertmanager that no suite of Debian has; mostly none."""
    fetched = {(ORACLES / f"{suite}-{product}").resolve() for suite in SUITES}
    there = ORACLES.glob(f"{product}-[0-9]*")
    return tuple(sorted(path.name.partition("-")[2] for path in there if path.resolve() not in fetched))


PROMETHEUS = newest("prometheus")
ALERTMANAGER = newest("alertmanager")


LINKS = [f"newest-{product}" for product in ("prometheus", "alertmanager") if newest(product)]
BUILT = frozenset({*PROMETHEUS, *ALERTMANAGER, *LINKS})


def asks_what_was_built(params: Mapping[str, object]) -> bool:
    """Whether parameters of a test name one of them, alone or in a tuple, or the link that leads to it."""
    words = (value if isinstance(value, tuple) else (value,) for value in params.values())
    return any(isinstance(word, str) and word in BUILT for each in words for word in each)
