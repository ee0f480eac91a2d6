"""Samples as rarely as the project scrapes: stories are told with one a minute, which many see less often.

The ranges of the rules are made for the scrape interval. Fed more often, a window would hold samples from
before it, and a right rule would count too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from slogen.settings import Settings
from slogen.units import MINUTE, plain

_RECORDED: Final = ("slo:", "slogen_", "ALERTS")
_TOKEN: Final = re.compile(r"(_|[-+]?[\d.]+)(?:([-+][\d.]+))?(?:x(\d+))?")


def minutes_between(settings: Settings) -> int:
    """Minutes between two samples: as few as the scrapes allow, and a whole part of the base window."""
    base, least = settings.prometheus.base_window // MINUTE, -(-settings.prometheus.scrape_interval // MINUTE)
    return next(number for number in range(least, base + 1) if base % number == 0)


def as_scraped(series: Mapping[str, str], settings: Settings) -> Mapping[str, str]:
    """The series, what is scraped with gaps; what rules record comes as often as they run."""
    every = minutes_between(settings)
    if every == 1:
        return series
    return {
        name: values if name.startswith(_RECORDED) else " ".join(_thinned(values, every))
        for name, values in series.items()
    }


def _thinned(values: str, every: int) -> Iterator[str]:
    for minute, value in enumerate(each(values)):
        yield value if minute % every == 0 or value == "stale" else "_"


def each(values: str) -> Iterator[str]:
    """promtool's values one by one; `axn` is n + 1 of them, `_xn` is n gaps."""
    for text in values.split():
        token = _TOKEN.fullmatch(text)
        if token is None:
            yield text
        elif token[1] == "_":
            yield from ["_"] * int(token[3] or 1)
        else:
            start, step = Decimal(token[1]), Decimal(token[2] or 0)
            yield from (plain(start + number * step) for number in range(int(token[3] or 0) + 1))
