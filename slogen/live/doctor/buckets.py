"""Does a threshold lie on a bucket of the histogram as it is, and is it of the form that the spec says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from slogen.diagnostics import Severity
from slogen.live.doctor.asks import Ask, Counted, total
from slogen.live.doctor.case import Case, Found, Needed, Unknown
from slogen.live.doctor.place import problem_at
from slogen.live.doctor.selectors import other_form
from slogen.promql.selector import Selector
from slogen.promql.solve import matches
from slogen.units import plain

_LE: Final = "le"
_MOST: Final = 40


def buckets(case: Case) -> Iterator[Found]:
    """All series have a bucket at the threshold, in a spelling that the rules ask for."""
    asked = [each for each in case.needed if each.need.boundary is not None and each not in case.empty]
    answers = case.count(Ask(each.seen, by=(_LE,)) for each in asked)
    for each in asked:
        answer = answers.get(Ask(each.seen, by=(_LE,)))
        if answer:
            yield from _judged(each, answer)


def _judged(each: Needed, answer: Counted) -> Iterator[Found]:
    by_bound = boundaries(answer)
    threshold = each.need.boundary
    assert threshold is not None
    most = max((sum(spelt.values()) for spelt in by_bound.values()), default=0)
    spelt = by_bound.get(Decimal(repr(float(threshold))), {})
    if not spelt:
        yield _off(each, by_bound, threshold)
    elif sum(spelt.values()) < most:
        yield _mixed(each, most - sum(spelt.values()), most)
    unread = sorted(text for text in spelt if each.need.bucket and not matches(each.need.bucket, {_LE: text}))
    if unread:
        yield _unread(each, unread)
    elif len(spelt) > 1:
        yield _spelt_twice(each, spelt)


def boundaries(answer: Counted) -> dict[Decimal, dict[str, float]]:
    """The boundaries among the values of `le`, each with the ways it is spelt and the series of each."""
    found: dict[Decimal, dict[str, float]] = {}
    for (text,), number in answer.items():
        bound = _number(text)
        if bound is not None:
            found.setdefault(bound, {})[text] = number
    return found


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(repr(float(text)))
    except ValueError:
        return None


def _off(each: Needed, by_bound: Mapping[Decimal, object], threshold: Decimal) -> Found:
    finite = sorted(bound for bound in by_bound if bound.is_finite())
    shown = ", ".join(map(plain, finite[:_MOST])) or "none but +Inf"
    message = f"`{each.seen.metric}` has no bucket {plain(threshold.normalize())}; it has {shown}"
    below = [bound for bound in finite if bound < threshold][-1:]
    above = [bound for bound in finite if bound > threshold][:1]
    near = " and ".join(map(plain, [*below, *above]))
    hint = f"the nearest boundaries are {near}" if near else "add boundaries to the histogram"
    return problem_at(each.slo, each.need, "threshold", "no-such-bucket", message, hint)


def _mixed(each: Needed, without: float, of: float) -> Found:
    threshold = plain((each.need.boundary or Decimal()).normalize())
    message = f"{without:,.0f} of {of:,.0f} series of `{each.seen.metric}` have no bucket {threshold}"
    hint = "their events are not judged: let all instances have the same boundaries"
    return problem_at(
        each.slo, each.need, "threshold", "mixed-buckets", message, hint, severity=Severity.WARNING
    )


def _unread(each: Needed, texts: list[str]) -> Found:
    message = f"the bucket is written as {_les(texts)}, and the rules ask for {each.need.bucket}"
    hint = "let the exporter write plain numbers, or replace the label when scraping"
    return problem_at(each.slo, each.need, "threshold", "bucket-spelling", message, hint)


def _les(texts: Iterable[str]) -> str:
    return " and ".join(f'le="{text}"' for text in texts)


def _spelt_twice(each: Needed, spelt: Mapping[str, float]) -> Found:
    """As it is while a fleet moves from one client, or from Prometheus 2, to another."""
    message = (
        f"the bucket is written as {_les(sorted(spelt))}: a series that has both counts its events twice"
    )
    hint = "that is right while some instances write it so and others so; else drop one when scraping"
    return problem_at(
        each.slo, each.need, "threshold", "bucket-spelling", message, hint, severity=Severity.WARNING
    )


def forms(case: Case) -> Iterator[Found]:
    """A histogram is classic, or native, as the spec says."""
    asked = [(each, other) for each in case.empty if (other := other_form(each)) is not None]
    answers = case.count(Ask(other) for _, other in asked)
    for each, other in asked:
        if total(answers.get(Ask(other), {})):
            yield _other(each, other)
    if not case.world.remembers and any(each.need.native for each in case.needed):
        yield Unknown("native histograms: a text page shows none")


def _other(each: Needed, other: Selector) -> Found:
    if each.need.native:
        message = f"`{each.seen.metric}` is a classic histogram: `{other.metric}` is there"
        hint = "drop `native: true`, or scrape native histograms"
        return problem_at(each.slo, each.need, None, "not-native", message, hint)
    message = f"`{other.metric}` is there, but not as a classic histogram: `{each.seen.metric}` has no series"
    hint = "say `native: true`, or scrape classic histograms too (`always_scrape_classic_histograms`)"
    return problem_at(each.slo, each.need, None, "not-classic", message, hint)
