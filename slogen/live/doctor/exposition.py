"""The text of a /metrics page as series: Prometheus' text format and OpenMetrics, whatever else lies there.

prometheus_client parses the lines. Its reader of the text format puts `_total` behind counters that have no
such name, as OpenMetrics wants it; here names stay as they are, so types are read beside it.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from slogen.diagnostics import Problem, Severity, Span

if TYPE_CHECKING:
    from prometheus_client.samples import Sample

MOST: Final = 64 * 1024**2  # bytes of a page; its series take twenty times as much memory
_LONGEST: Final = 64 * 1024
_MOST_TOLD: Final = 3
_SHOWN: Final = 200
_TYPE: Final = re.compile(r'#\s*TYPE\s+(?:"((?:[^"\\]|\\.)*)"|(\S+))\s+(\w+)\s*')
_PARTS: Final = {
    "counter": ("", "_total"),
    "histogram": ("_bucket", "_count", "_sum", ""),
    "summary": ("", "_count", "_sum"),
    "gauge": ("",),
}
_FETCH: Final = "write it again: `curl -sf http://TARGET/metrics > metrics.txt`"


@dataclass(frozen=True, slots=True)
class Exposed:
    """A series as a target shows it; `line` is where. A native histogram has no value."""

    labels: Mapping[str, str]
    value: float | None
    at: float | None
    line: int


@dataclass
class Page:
    """What a page holds: series by name, types by the names of series, and what is wrong with it."""

    path: str
    series: dict[str, list[Exposed]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, message: str, line: int = 1, text: str = "", hint: str = _FETCH) -> None:
        """Tell that the page can't be read, from a line on."""
        shown = text[:_SHOWN]
        span = Span(self.path, line, 1, len(shown) + 1 if shown else 2, shown)
        self.problems.append(Problem("unreadable-metrics", message, span, hint))


def read_page(path: str, content: bytes) -> Page:
    """The series of a page. What is wrong with it is in the problems; what comes before is read."""
    page = Page(path)
    text = _text(content, page)
    if text is None:
        return page
    lines = _Lines(text, page.types)
    number = 0
    try:
        for sample in _samples(lines):
            line, number = lines.of_samples[number], number + 1
            value = float(sample.value) if isinstance(sample.value, int | float) else None
            shown = Exposed(sample.labels, value, _seconds(sample.timestamp), line)
            page.series.setdefault(sample.name, []).append(shown)
    except (ValueError, IndexError, KeyError, AttributeError, TypeError, OverflowError) as error:
        page.wrong(_reason(error, lines), max(lines.number, 1), lines.text)
    if not page.series and not page.problems:
        page.wrong("there is no series in it")
    elif not page.problems and not text.endswith("\n"):
        page.problems.append(_cut(page.path, lines))
    page.problems += _twice(page)
    return page


def _text(content: bytes, page: Page) -> str | None:
    """The page as text; None, and a problem, where it is none."""
    if content.startswith(b"\x1f\x8b"):
        content = _unpacked(content)
    if len(content) > MOST:
        hint = "keep the lines of the metrics that the specs read: `grep -E '^(# TYPE )?NAME' FILE`"
        page.wrong(f"it has more than {MOST // 1024**2} MiB", hint=hint)
        return None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        page.wrong("this is UTF-16, as PowerShell writes it", hint="write it with `curl.exe -o metrics.txt`")
        return None
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        page.wrong("this is not UTF-8 text", content.count(b"\n", 0, error.start) + 1)
        return None
    if text.lstrip()[:1] == "<":
        page.wrong("this is HTML, not the metrics of a target", text=text.lstrip().split("\n", 1)[0])
        return None
    return text


def _unpacked(content: bytes) -> bytes:
    """What was compressed, a byte longer than may be where it is longer; broken data as far as it goes."""
    unpacking = zlib.decompressobj(31)
    try:
        found = unpacking.decompress(content, MOST + 1)
        is_cut = not unpacking.eof and len(found) <= MOST
        return found.rstrip(b"\n") if is_cut else found  # as a page whose last line doesn't end
    except zlib.error:
        return b"\xff"  # no text


class _Lines:
    """Hands out the lines of a page, keeps count of them, and reads the types."""

    def __init__(self, text: str, types: dict[str, str]) -> None:
        self.is_open = text.rstrip().endswith("\n# EOF") or text.strip() == "# EOF"
        self.of_samples = array("L")
        self.number, self.text = 0, ""
        self._lines, self._types = text.rstrip("\n").split("\n"), types

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number, self.text = self.number + 1, line.rstrip("\r")
            if len(line) > _LONGEST:
                raise ValueError(f"a line of {len(line):,} characters")
            yield self._seen(self.text) + "\n"

    def _seen(self, line: str) -> str:
        """The line as the parser gets it."""
        if match := _TYPE.fullmatch(line):
            name, kind = match[1] or match[2], match[3]
            self._types.update((name + ending, kind) for ending in _PARTS.get(kind, ()))
            return line if self.is_open else line[: match.start(3)] + "untyped"
        if line.strip() and not line.lstrip().startswith("#"):
            self.of_samples.append(self.number)
        return line


def _samples(lines: _Lines) -> Iterator[Sample]:
    """The samples of all lines, in their order. Raises ValueError at the first that is none."""
    from prometheus_client import parser  # loaded where it is needed: it is slow to import
    from prometheus_client.openmetrics import parser as open_parser

    which = open_parser if lines.is_open else parser
    for family in which.text_fd_to_metric_families(lines):
        yield from family.samples


def _seconds(timestamp: object) -> float | None:
    return None if timestamp is None else float(timestamp)  # type: ignore[arg-type]


def _reason(error: Exception, lines: _Lines) -> str:
    said = str(error).split(":")[0].strip() if isinstance(error, ValueError) else ""
    if "EOF" in said or (lines.number == len(lines._lines) and len(lines.text) <= _LONGEST):
        return f"the page ends in the middle: {said or 'this is no sample'}"
    return f"this is no line of a /metrics page{': ' + said[:80] if said else ''}"


def _cut(path: str, lines: _Lines) -> Problem:
    """Of `requests_total 1234` a part is a sample, too."""
    message = "the last line doesn't end: what comes behind it may be lost, and a part of its value"
    shown = lines.text[:_SHOWN]
    span = Span(path, lines.number, 1, len(shown) + 1, shown)
    return Problem("cut-metrics", message, span, _FETCH, Severity.WARNING)


def _twice(page: Page) -> Iterable[Problem]:
    """Series that are there twice: Prometheus takes the first, and drops the others."""
    found = []
    for name, series in page.series.items():
        seen: dict[frozenset[tuple[str, str]], int] = {}
        for each in series:
            first = seen.setdefault(frozenset(each.labels.items()), each.line)
            if first != each.line and each.at is None:
                found.append((each.line, name, first))
    for line, name, first in sorted(found)[:_MOST_TOLD]:
        message = f"`{name}` has this series twice, first in line {first}"
        hint = "Prometheus takes one of them and drops the others: mend the exporter"
        yield Problem("exposed-twice", message, Span(page.path, line), hint, Severity.WARNING)
