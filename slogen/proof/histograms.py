"""Native histograms in tests: buckets that stories tell as counters become one series, as promtool writes it.

A native histogram has all of its buckets in one series. Stories give the count of each bucket as a series of
its own, with the bucket's number (of schema 0: it ends at that power of two) as a label; here these are put
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from slogen.model.states import BUCKET
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.proof.scraped import each

_START: Final = 1_000_000.0  # events in the lowest bucket before the story: no rate is at its zero
_GAP, _STALE = "_", "stale"

Counts = tuple[float, ...]
Sample = Counts | str  # a gap, or the mark of an end


def as_native(series: Mapping[str, str]) -> Mapping[str, str]:
    """The series, those that are buckets of one histogram put together."""
    plain: dict[str, str] = {}
    found: dict[Selector, dict[int, str]] = {}
    for name, values in series.items():
        selector = parse_selector(name) if BUCKET in name else Selector(name)
        if bucket := selector.only(BUCKET):
            found.setdefault(selector.without(BUCKET), {})[int(bucket[0].value)] = values
        else:
            plain[name] = values
    return plain | {str(name): " ".join(_written(buckets)) for name, buckets in found.items()}


def _written(buckets: Mapping[int, str]) -> Iterator[str]:
    """promtool's values: stretches in which each bucket grows by the same are one, `start+stepxn`."""
    numbers = range(min(buckets), max(buckets) + 1)
    samples = list(_samples([[*each(buckets[number])] if number in buckets else [] for number in numbers]))
    grown = [_less(now, before) for before, now in zip([_GAP, *samples], samples, strict=False)]
    at = 0
    for step, run in groupby(grown):
        length = len(list(run))
        if isinstance(step, str):
            yield f"{step}x{length}" if step == _GAP else step
        elif step is None or length == 1:
            yield from (_text(sample, numbers) for sample in samples[at : at + length])
        else:
            yield f"{_text(samples[at], numbers)}+{_text(step, numbers)}x{length - 1}"
        at += length


def _samples(buckets: Sequence[Sequence[str]]) -> Iterator[Sample]:
    """The counts of all buckets at each time. What a counter read when it was
    first seen is no event of its bucket: a histogram is there before the first event of each."""
    first: list[float | None] = [None] * len(buckets)
    last, before = [0.0] * len(buckets), _START
    for time in range(max(map(len, buckets))):
        texts = [values[time] if time < len(values) else _GAP for values in buckets]
        if _STALE in texts or set(texts) == {_GAP}:
            yield _STALE if _STALE in texts else _GAP  # a bucket that isn't there has no events yet
            continue
        for place, text in enumerate(texts):
            if text == _GAP:
                continue
            value, known = float(text), first[place]
            if known is not None and value < known + last[place]:
                first, last, before = [0.0] * len(buckets), [0.0] * len(buckets), 0.0
                known = 0.0
            first[place] = value if known is None else known
            last[place] = value - (value if known is None else known)
        yield (last[0] + before, *last[1:])


def _less(now: Sample, before: Sample) -> Sample | None:
    """What each bucket grew by; None where that can't be told, or some shrank."""
    if isinstance(now, str):
        return now
    if isinstance(before, str):
        return None
    grown = tuple(later - earlier for later, earlier in zip(now, before, strict=True))
    return grown if min(grown) >= 0 else None


def _text(counts: Sample, numbers: range) -> str:
    if isinstance(counts, str):
        return counts
    texts = " ".join(f"{count:.12g}" for count in counts)
    return f"{{{{schema:0 count:{sum(counts):.12g} sum:0 buckets:[{texts}] offset:{numbers[0]}}}}}"
