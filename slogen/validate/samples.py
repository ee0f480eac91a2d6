"""Sample series of a spec: what they must be for the proof to say something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.diagnostics import Problem
from slogen.model.sli import UnplayableError, UnsatisfiableError
from slogen.model.slo import Service, Slo
from slogen.model.states import Samples, States
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.promql.solve import is_readable, selects
from slogen.settings import Settings


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Each series must be read by the SLI and have the labels of `by`; each group needs good and bad, and
    what counters are joined with."""
    del settings
    for service in services:
        for slo in service.slos:
            if slo.samples is not None:
                problems = [*_unplayable(slo), *_series(slo, slo.samples)]
                yield from problems or (*_groups(slo, slo.samples), *_partners(slo, slo.samples))


def _unplayable(slo: Slo) -> Iterator[Problem]:
    """An SLI of events that no sample series can show."""
    if not isinstance(slo.samples, Samples):
        return
    try:
        slo.sli.samples({})
    except UnplayableError as error:
        here = slo.origin.at("tests", "series")
        yield here.problem("sample-series", f"no sample series can show the SLI: {error}", "drop `tests`")
    except UnsatisfiableError:
        pass


def _series(slo: Slo, samples: Samples | States) -> Iterator[Problem]:
    reads = [parse_selector(text) for text in slo.sli.metrics()]
    needs = slo.sli.needs() if isinstance(samples, Samples) else ()
    counters = [need.selector for need in needs if need.is_counter] if needs else reads
    beside = samples.beside if isinstance(samples, Samples) else ()
    for kind, listed in (("good", samples.good), ("bad", samples.bad), ("beside", beside)):
        by, grow = ((), reads) if kind == "beside" else (slo.sli.by, counters)
        for index, text in enumerate(listed):
            found = parse_selector(text)
            missing = [name for name in by if name not in found.labels]
            message = hint = ""
            if not _selected(found, reads):
                message, hint = (
                    "the SLI doesn't read this series",
                    f"it reads {' and '.join(map(str, reads))}",
                )
            elif missing:
                message, hint = f"the series has no `{missing[0]}`, which `by` groups by", "add the label"
            elif not _selected(found, grow):
                message = "the SLI reads this series, but not by how much it grows: no event increments it"
                hint = "list here what `rate` takes, and in `beside` what that is joined with"
            if message:
                here = slo.origin.at("tests", "series", kind, index)
                yield here.problem("sample-series", message, hint)


def _selected(series: Selector, selectors: Sequence[Selector]) -> bool:
    """Whether any selects it, or nobody can tell."""
    return not all(map(is_readable, selectors)) or any(
        selects(each, series.metric, series.labels) for each in selectors
    )


def _groups(slo: Slo, samples: Samples | States) -> Iterator[Problem]:
    for group, found in samples.by_group(slo.sli.by):
        if not (found.good and found.bad):
            kind = "bad" if found.good else "good"
            shown = ", ".join(f"{name}={value}" for name, value in group.items())
            message = f"the group `{shown}` has no {kind} series"
            hint = "list for each group what its good and its bad events increment"
            yield slo.origin.at("tests", "series", kind).problem("sample-series", message, hint)


def _partners(slo: Slo, samples: Samples | States) -> Iterator[Problem]:
    """Counters that are joined with series which aren't there count nothing."""
    if not isinstance(samples, Samples):
        return
    given = [parse_selector(text) for text in samples.series]
    alone = [n for n in slo.sli.needs() if not (n.is_counter or n.native or n.optional)]
    for selector in dict.fromkeys(need.selector for need in alone if is_readable(need.selector)):
        if not any(selects(selector, series.metric, series.labels) for series in given):
            message = f"no series of `{selector}` is listed, without which the SLI counts nothing"
            hint = "list one in `beside`, where series read 1"
            yield slo.origin.at("tests", "series").problem("sample-series", message, hint)
