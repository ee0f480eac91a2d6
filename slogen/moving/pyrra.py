"""Pyrra: `ServiceLevelObjective` of pyrra.dev/v1alpha1, one SLO a document."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from slogen.moving import tiers, trees
from slogen.moving.dialect import (
    Dialect,
    Options,
    Translated,
    expect,
    move,
    service_name,
    set_description,
    set_name,
    set_objective,
    set_tiers,
    set_window,
)
from slogen.moving.draft import Draft
from slogen.moving.histograms import latency, threshold_of
from slogen.moving.objects import placed
from slogen.moving.outcome import not_moved
from slogen.moving.queries import Candidate, Said, choose
from slogen.moving.reading import Value
from slogen.promql.parse import PromqlError, selector_of
from slogen.promql.selector import Selector
from slogen.promql.tree import VectorSelector, bare_tree
from slogen.promql.written import duration
from slogen.sli.threshold import unit_of
from slogen.units import parse_milliseconds, plain, to_decimal

NAME: Final = "pyrra"
PREFIX: Final = "pyrra.dev/"  # labels and annotations of objects that Pyrra hands on to its alerts
_VERSION: Final = f"{PREFIX}v1alpha1"
_KIND: Final = "ServiceLevelObjective"
_SERVICES: Final = (f"{PREFIX}service", "service", "app.kubernetes.io/name", "app")
_WORDS: Final = {"page": "critical", "ticket": "warning"}
# Of a window, what the four alerts look back over, long and short, and wait for; and their burn rates.
_PARTS: Final = ((672, 8064, 20160, 14), (112, 1344, 2688, 7), (28, 336, 672, 2), (7, 112, 224, 1))
_MINUTE: Final = 60
_SECONDS: Final = "seconds"
_STATIC: Final = "static"  # burn rates, by default


def fits(root: Value) -> bool:
    """Whether a document is one of Pyrra's."""
    said = root.get("apiVersion")
    return said is not None and str(said.data).startswith(PREFIX)


def translate(root: Value, options: Options) -> Translated:
    """The SLO of a document."""
    name = root.need("metadata").need("name")

    def fill(draft: Draft) -> str:
        return _fill(draft, root, name, options)

    moved = move(NAME, str(name.data), root, fill, options.judge)
    about = placed(root.need("metadata"), options.judge.settings) if moved.fields else ()
    return Translated((moved,), tuple(about))


def _fill(draft: Draft, root: Value, name: Value, options: Options) -> str:
    expect(root.need("apiVersion"), _VERSION)
    expect(root.need("kind"), _KIND)
    spec = root.need("spec")
    set_name(draft, name)
    draft.series["slo"] = str(name.data)
    set_description(draft, spec.get("description"))
    set_objective(draft, spec.need("target"))
    window = set_window(draft, spec.need("window"))
    selector = _sli(draft, spec.need("indicator"), options)
    _words(draft, spec)
    set_tiers(draft, [*_wanted(window)], window, spec.need("target"), options.judge)
    _alerting(draft, spec.get("alerting"))
    _metadata(draft, root.need("metadata"))
    return _service(draft, root, name, selector, options)


def _service(draft: Draft, root: Value, name: Value, selector: Selector, options: Options) -> str:
    """The service, which Pyrra has none of: from the call, a label, the job, or the SLO's own name."""
    labels = root.need("metadata").get("labels")
    said = labels.get(*_SERVICES) if labels else None
    if options.service:
        return options.service
    if said is not None:
        return service_name(said, said.text(), draft)
    jobs = [matcher.value for matcher in selector.only("job") if matcher.op == "="]
    found = service_name(name, jobs[0] if jobs else name.text())
    why = "it is the `job` of what is measured" if jobs else "it is the name of the SLO"
    message = f"Pyrra doesn't say whose SLO this is, so its service is `{found}`: {why}"
    draft.tell([name.problem("import-decide-service", message, "name one with --service, or move the SLO")])
    return found


def _sli(draft: Draft, indicator: Value, options: Options) -> Selector:
    """The SLI; gives what it measures."""
    for kind, read in _KINDS.items():
        if found := indicator.get(kind):
            selector, candidates = read(found)
            sli, problems = choose(candidates, found, options.judge)
            draft.put(["sli"], sli, found)
            draft.tell(problems)
            return selector
    hint = f"one of {', '.join(_KINDS)}"
    raise not_moved("import-refused-shape", indicator, "this indicator is of no kind that is known", hint)


def _ratio(at: Value) -> tuple[Selector, list[Candidate]]:
    by = _by(at)
    errors, _ = _metric(at.need("errors"), by)
    total, selector = _metric(at.need("total"), by)
    return selector, [Candidate({"events": {"bad": errors, "total": total} | by})]


def _latency(at: Value) -> tuple[Selector, list[Candidate]]:
    by = _by(at)
    success, fast = _metric(at.need("success"), by)
    total, count = _metric(at.need("total"), by)
    histogram = latency(fast, count) if " offset " not in success + total else None
    counted = Candidate({"events": {"good": success, "total": total} | by})
    return count, [*([Candidate({"latency": histogram | by})] if histogram else []), counted]


def _native(at: Value) -> tuple[Selector, list[Candidate]]:
    _, selector = _metric(at.need("total"))
    found, said = _threshold(at.need("latency"), selector)
    histogram = {"histogram": str(selector), **found, "native": True}
    return selector, [Candidate({"latency": histogram | _by(at)}, said)]


def _threshold(at: Value, selector: Selector) -> tuple[dict[str, str], tuple[Said, ...]]:
    """Pyrra compares the seconds, as a number, with what the histogram counts, whatever that is."""
    text, unit = at.text(), unit_of(selector.metric)
    if unit == _SECONDS:
        return {"threshold": text}, ()
    if unit is None:
        return {"threshold": text, "unit": _SECONDS}, ()
    try:
        number = plain(to_decimal(parse_milliseconds(text)) / 1000)
    except ValueError as error:
        raise not_moved("import-refused-query", at, str(error), "such as 200ms") from None
    message = f"Pyrra compares {number} with a histogram that is of {unit} by its name"
    threshold = threshold_of(number, unit)
    if threshold is None:
        hint = f"write how many {unit} are meant as seconds, such as `200s` for 200, and import again"
        raise not_moved("import-refused-query", at, message, hint)
    return {"threshold": str(threshold)}, (Said("import-decide-doubt", message, "see that this is meant"),)


def _gauge(at: Value) -> tuple[Selector, list[Candidate]]:
    _, selector = _metric(at)
    return selector, [Candidate({"probe": {"metric": str(selector)} | _by(at)})]


_KINDS: Final = {"ratio": _ratio, "latency": _latency, "latencyNative": _native, "bool_gauge": _gauge}


def _metric(at: Value, by: dict[str, list[str]] | None = None) -> tuple[str, Selector]:
    """A metric as a side of events, whose groups are `by`, and its selector."""
    value = at.need("metric")
    try:
        node = bare_tree(trees.tree_of(value.text()))
        if not isinstance(node, VectorSelector):
            raise PromqlError("a metric is a selector here", 'write `metric{label="value"}`')
        selector = selector_of(node)
    except PromqlError as error:
        raise not_moved("import-refused-query", value, str(error), error.hint or "write a selector") from None
    if node.offset is None:
        return trees.counter_text(selector), selector
    groups = f" by ({', '.join(by['by'])}) " if by else ""
    return f"sum{groups}(rate({selector}[{{{{ window }}}}] offset {duration(node.offset)}))", selector


def _by(at: Value) -> dict[str, list[str]]:
    found = at.get("grouping")
    labels = [label.text() for label in found.each()] if found else []
    return {"by": labels} if labels else {}


def _words(draft: Draft, at: Value) -> None:
    """Pyrra's words for severities, by which routes find its alerts."""
    for severity, word in _WORDS.items():
        draft.put(["alerting", severity, "severity"], word, at)


def _wanted(window: int) -> Iterator[tiers.Wanted]:
    for name, severity, (*parts, factor) in zip(tiers.NAMES, tiers.SEVERITIES, _PARTS, strict=True):
        long, short, wait = (_part(window, part) for part in parts)
        yield tiers.Wanted(name, severity, long, short, Fraction(factor), wait=wait)


def burn_windows(window: int) -> list[int]:
    """What its alerts look back over in a window, shortest first; all in seconds."""
    return sorted({length for line in _wanted(window) for length in (line.long, line.short)})


def _part(window: int, part: int) -> int:
    """A part of the window in seconds, in whole minutes."""
    return round(window / part / _MINUTE) * _MINUTE


def _alerting(draft: Draft, at: Value | None) -> None:
    """Which alerts there are, and their names."""
    if at is None:
        return
    off = {name: at.get(name) for name in ("disabled", "burnrates", "absent")}
    is_disabled = off["disabled"] is not None and off["disabled"].flag()
    no_absent = off["absent"] is not None and not off["absent"].flag()
    no_rates = off["burnrates"] is not None and not off["burnrates"].flag()
    if is_disabled or no_rates:
        draft.silence(at, absent=not is_disabled and not no_absent)
    elif no_absent:
        draft.put(["alerting", "absent"], False, at)
    if (kind := at.get("burnRateType")) and kind.text() != _STATIC:
        message = (
            f"burn rates are `{kind.text()}`, so that what pages follows the traffic; the tiers are fixed"
        )
        hint = "few bad events page nobody in slogen either: `alerting.min_bad_events` says how many"
        draft.tell([kind.problem("import-changed-tier", message, hint)])
    for field, alert in (("name", "SLOErrorBudgetBurn"), ("absentName", "SLODataAbsent")):
        if name := at.get(field):
            draft.alert_name(alert, name)


def _metadata(draft: Draft, metadata: Value) -> None:
    """Labels and annotations that Pyrra hands on to alerts, and whose SLO it is."""
    labels, annotations = metadata.get("labels"), metadata.get("annotations")
    for name, value in labels.items() if labels else ():
        if name in ("owner", "team") and "owner" not in draft.fields:
            draft.put(["owner"], value.text(), value)
    for name, value in labels.items() if labels else ():
        if name.startswith(PREFIX):
            draft.label(name.removeprefix(PREFIX), value)
            draft.series[name.removeprefix(PREFIX)] = value.text()
    for name, value in annotations.items() if annotations else ():
        if name.startswith(PREFIX):
            for severity in _WORDS:
                draft.annotation(severity, name.removeprefix(PREFIX), value)


DIALECT: Final = Dialect(NAME, fits, translate)
