"""Selectors as values: a metric's name and matchers, written when they are needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from slogen.promql.text import is_label_name, quote

_LEGACY_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
KEYWORDS: Final = frozenset(
    [
        *("and", "or", "unless", "atan2", "on", "ignoring", "group_left", "group_right"),
        *("bool", "by", "without", "offset", "inf", "nan"),
    ]
)


def selecting(metric: str, matchers: Sequence[str]) -> str:
    """A selector of matchers as they are written."""
    if inside := _name_inside(metric):
        return "{" + ",".join([inside, *matchers]) + "}"
    return f"{metric}{{{','.join(matchers)}}}" if matchers else metric


@lru_cache(maxsize=4096)
def _name_inside(metric: str) -> str:
    """A metric's name as it stands in the braces; "" where it can stand before them."""
    if metric and not _LEGACY_NAME.fullmatch(metric):
        return quote(metric)
    return f"__name__={quote(metric)}" if metric.lower() in KEYWORDS else ""


@lru_cache(maxsize=4096)
def label(name: str) -> str:
    """A label's name as it is written."""
    return name if is_label_name(name) else quote(name)


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher; `op` is `=`, `!=`, `=~` or `!~`."""

    name: str
    op: str
    value: str

    def __str__(self) -> str:
        return f"{label(self.name)}{self.op}{quote(self.value)}"


@dataclass(frozen=True, slots=True)
class Selector:
    """A bare series selector: metric name and matchers, without range, offset or `@`.

    Without a name it is the matchers alone, as in `{job="a"}`.
    """

    metric: str
    matchers: tuple[Matcher, ...] = ()

    def __str__(self) -> str:
        return self.suffixed("")

    def suffixed(self, suffix: str, *extra: Matcher) -> str:
        """Write the selector with a suffix on the metric name and further matchers."""
        return selecting(self.metric + suffix, [str(m) for m in (*self.matchers, *extra)])

    def where(self, /, *matchers: Matcher, **labels: str) -> Selector:
        """The selector with further matchers, and with these labels' values asked for."""
        equal = (Matcher(name, "=", value) for name, value in labels.items())
        return Selector(self.metric, (*self.matchers, *matchers, *equal))

    def without(self, *names: str) -> Selector:
        """The selector without the matchers on these labels."""
        return Selector(self.metric, tuple(m for m in self.matchers if m.name not in names))

    def only(self, *names: str) -> tuple[Matcher, ...]:
        """The matchers on these labels."""
        return tuple(m for m in self.matchers if m.name in names)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of the one series that it is where each of its matchers asks for a value."""
        return {m.name: m.value for m in self.matchers}

    @property
    def needs_utf8(self) -> bool:
        """Whether a name needs the quoted syntax that only Prometheus 3 reads."""
        labels_are_plain = all(is_label_name(m.name) for m in self.matchers)
        return not (labels_are_plain and _LEGACY_NAME.fullmatch(self.metric))


def one_of(label: str, values: Iterable[str]) -> Matcher:
    """A matcher of any of these values, which hold nothing that a regular expression reads otherwise."""
    return Matcher(label, "=~", "|".join(values))
