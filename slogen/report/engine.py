"""What an engine does with a project's rules, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from slogen.diagnostics import Problem
from slogen.project.engines import Delay, OnEngine
from slogen.report.as_json import entry
from slogen.units import format_duration

_HEAD: Final = 10  # width of the word in front of a sentence


def as_text(found: OnEngine, refused: Sequence[Problem] = ()) -> str:
    """Return lines, without a newline at the end. `refused` is what the engine can't hold of the project."""
    return "\n".join(_lines(found, refused))


def as_json(found: OnEngine, refused: Sequence[Problem] = ()) -> str:
    """Return one object; its fields are a contract."""
    data = {
        "target": found.ruler.target,
        "engine": found.ruler.called,
        "shows_at_once": not found.ruler.is_late,
        "slos": found.slos,
        "groups": found.groups,
        "rules": found.rules,
        "limits": {
            "rules_per_group": found.most_rules or None,
            "groups": found.most_groups or None,
            "bytes_of_object": found.ruler.size or None,
        },
        "slos_that_fit": found.fitting,
        "delays": [asdict(each) for each in found.delays],
        "lacks": list(found.lacks),
        "refused": [entry(problem) for problem in refused],
    }
    return json.dumps(data, indent=2)


def _lines(found: OnEngine, refused: Sequence[Problem]) -> Iterator[str]:
    ruler = found.ruler
    yield f"{ruler.called} (target {ruler.target})"
    for number, problem in enumerate(refused):
        where = f"{problem.span.path}:{problem.span.line}: " if problem.span else ""
        yield _line("" if number else "refused", f"{where}{problem.message}; {problem.hint}")
    yield _line("rules", f"{found.slos:,} SLOs make {found.groups:,} groups and {found.rules:,} rules")
    most = [f"at most {found.most_rules:,} rules a group"] if found.most_rules else []
    if found.fitting is not None:
        fit = f"about {found.fitting:,} SLOs like these fit"
        most.append(f"{found.most_groups:,} groups a tenant: {fit}")
    if ruler.size:
        most.append(f"at most {ruler.size // 1024} KiB an object")
    yield _line("limits", ", ".join(most) or "none that is known")
    interval = (
        f"every {format_duration(ruler.shortest)} or less often"
        if ruler.shortest > 1
        else "as often as they say"
    )
    yield _line("interval", f"evaluates rules {interval}")
    sees = "one evaluation after it recorded it" if ruler.is_late else "at once, within a group"
    yield _line("sees", f"what it records: {sees}")
    for number, sentence in enumerate(found.lacks):
        yield _line("" if number else "without", sentence)
    yield _line("apply", "docs/rulers.md says how to load the rules there")
    yield from _table(found.delays)


def _line(head: str, sentence: str) -> str:
    return f"{head:{_HEAD}}{sentence}"


def _table(late: tuple[Delay, ...]) -> Iterator[str]:
    """The delays of one SLO after the other."""
    for slo_id in dict.fromkeys(each.slo_id for each in late):
        yield ""
        yield f"{slo_id}: later than what happened, at most"
        its = [each for each in late if each.slo_id == slo_id]
        width = max(len(each.alert) for each in its)
        for each in its:
            by = format_duration(each.seconds) if each.seconds else "not at all"
            yield f"  {each.alert:{width}}  {each.severity:10}{by}"
