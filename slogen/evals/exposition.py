"""Prometheus' text format: series written, and those of evaluations read again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from slogen.conventions import EVAL_CASES, EVAL_LAST_RUN, EVAL_SCORE
from slogen.evals.series import Key, Series, key_of

_FAMILIES: Final = {
    EVAL_SCORE: ("gauge", "Value of a metric in the last run of a suite."),
    EVAL_CASES: ("counter", "Cases of all runs of a suite, by what came of them."),
    EVAL_LAST_RUN: ("gauge", "When the last run of a suite was."),
}
_SAMPLE: Final = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)")
_LABEL: Final = re.compile(r'\s*([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)')
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
_UNESCAPE: Final = re.compile(r"\\(.)")


class ForeignError(Exception):
    """A text holds something else than series of evaluations: the line."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is no series of slogen eval")
        self.line = line


def text_of(series: Mapping[Key, float]) -> str:
    """The series, by family, with a newline at the end."""
    lines = []
    for name, (kind, about) in _FAMILIES.items():
        found = sorted(key for key in series if key[0] == name)
        if found:
            lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
            lines += [f"{name}{_labels(key)} {series[key]!r}" for key in found]
    return "".join(f"{line}\n" for line in lines)


def _labels(key: Key) -> str:
    pairs = (f'{name}="{"".join(_ESCAPES.get(c, c) for c in value)}"' for name, value in key[1])
    return f"{{{','.join(pairs)}}}" if key[1] else ""


def series_of(text: str) -> Series:
    """The series of a text. Raises ForeignError for what `text_of` doesn't write."""
    found: Series = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _SAMPLE.fullmatch(line.strip())
        if match is None or match[1] not in _FAMILIES:
            raise ForeignError(number)
        try:
            found[key_of(match[1], _read(match[2] or "", number))] = float(match[3])
        except ValueError:
            raise ForeignError(number) from None
    return found


def _read(text: str, line: int) -> dict[str, str]:
    labels, at = {}, 0
    while at < len(text):
        match = _LABEL.match(text, at)
        if match is None:
            raise ForeignError(line)
        labels[match[1]] = _UNESCAPE.sub(lambda m: "\n" if m[1] == "n" else m[1], match[2])
        at = match.end()
    return labels
