"""Finding presets: by words of what is said of them, by a metric's name, by a part of it, or by a pattern."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final

from slogen.load.family import Family, Preset

_OF_PATTERNS: Final = re.compile(r"[*?]")
_OF_METRICS: Final = re.compile(r"[_:.]")
_MOST_NEAR: Final = 3


@dataclass(frozen=True)
class Entry:
    """A preset with its family, and what is searched: `metrics` are all full names of what it reads."""

    preset: Preset
    family: Family

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The full names of the metrics that it reads, also those of a histogram's parts."""
        return tuple(name for fact in self.family.facts(self.preset) for name in self.family.full_names(fact))

    @cached_property
    def text(self) -> str:
        """What is said of it, in small letters."""
        preset = self.preset
        said = (preset.name, preset.title, preset.means, preset.misses, self.family.system)
        return " ".join(said).lower()


def entries(families: Iterable[Family]) -> list[Entry]:
    """The presets of families, in their order."""
    return [Entry(preset, family) for family in families for preset in family.presets]


def having(every: Sequence[Entry], words: Sequence[str]) -> list[Entry]:
    """Those that have all words."""
    found = list(every)
    for word in words:
        wanted = {entry.preset.name for entry in _having(every, word)}
        found = [entry for entry in found if entry.preset.name in wanted]
    return found


def _having(every: Sequence[Entry], word: str) -> list[Entry]:
    """Those that have a word. A metric that is called just so counts alone: `http_requests_total` is not
    `prometheus_http_requests_total`; a part of a name counts beside the help if it looks like one, or if no
    help has it."""
    tests: list[Callable[[Entry], bool]]
    if _OF_PATTERNS.search(word):
        pattern = word.replace(".*", "*")
        tests = [lambda e: any(fnmatchcase(name, pattern) for name in (*e.metrics, e.preset.name))]
    else:
        small, is_part = word.lower(), _OF_METRICS.search(word) is not None
        tests = [
            lambda e: word in e.metrics,
            lambda e: small in e.text or (is_part and _is_in_a_name(small, e)),
            lambda e: _is_in_a_name(small, e),
        ]
    return next(filter(None, (list(filter(test, every)) for test in tests)), [])


def _is_in_a_name(small: str, entry: Entry) -> bool:
    return any(small in name.lower() for name in entry.metrics)


def near(every: Sequence[Entry], word: str) -> list[str]:
    """What a word that none has may mean: names of metrics, of presets, and words of titles; the nearest
    first."""
    bare = _OF_PATTERNS.sub("", word.replace(".*", "")).lower()
    known: dict[str, str] = {}
    for entry in every:
        words = re.findall(r"\w+", entry.preset.title.lower())
        for name in (entry.preset.name, *entry.metrics, *words):
            known.setdefault(name.lower(), name)
    return [known[each] for each in difflib.get_close_matches(bare, known, n=_MOST_NEAR, cutoff=0.6)]
