"""What a metric's name says of what it holds, by Prometheus's conventions for names."""

from __future__ import annotations

import re
from typing import Final

_COUNTERS: Final = ("_total", "_count", "_sum", "_bucket")
# `level:metric:operation` of a recorded series; these operations leave no counter behind.
_COMPUTED: Final = re.compile(
    r"(?P<name>i?rate|increase|i?delta|deriv|ratio|avg|mean|median|quantile|p\d\d|min|max|std(?:dev|var))"
    r"(?P<window>\d+(?:ms|[smhdwy]))?"
)
_PER_TIME: Final = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv"})
_ADDED: Final = re.compile(r"sum|count|total")


def is_counter_name(metric: str) -> bool:
    """Whether the name ends as those of counters and of a histogram's parts do."""
    return metric.endswith(_COUNTERS)


def operation(metric: str) -> re.Match[str] | None:
    """What a recorded series was computed with (groups `name` and `window`), where its name says so."""
    if is_counter_name(metric) or ":" not in metric:
        return None
    levels, _, last = metric.rpartition(":")
    words = last.split("_")
    found = [match for word in words if (match := _COMPUTED.fullmatch(word))]
    is_record = ":" in levels or all(_COMPUTED.fullmatch(w) or _ADDED.fullmatch(w) for w in words)
    if not found or not is_record:
        return None
    return next((match for match in found if match["name"] not in _PER_TIME), found[-1])
