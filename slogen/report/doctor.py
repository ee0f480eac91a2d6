"""What the doctor found: problems as everywhere, and behind them what was asked, what wasn't, and what nobody
could tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from slogen.live.doctor.examine import Examination, State
from slogen.report import as_json
from slogen.report import render as render_problems
from slogen.report.visible import visible

_SHOWN: Final = 12


def render(examination: Examination, format: str, *, colour: bool = False) -> str:
    """The report; `format` is one of those of problems. Only text and JSON say what was not asked."""
    if format == "json":
        return _json(examination)
    problems = examination.problems
    shown = render_problems(problems, format, colour=colour) if problems or format != "text" else ""
    if format != "text":
        return shown
    closing = "\n".join(visible(line) for line in _closing(examination))
    return f"{shown}\n\n{closing}" if shown else closing


def _closing(found: Examination) -> Iterator[str]:
    seen = f"{_plural(found.selectors, 'selector')}, {_plural(found.series, 'series', 'series')}, "
    yield (
        f"{_plural(found.slos, 'SLO')} looked for in {found.world}: {seen if found.selectors else ''}"
        f"{_plural(found.done, 'check')} done{', nothing found' if found.done and not found.problems else ''}"
    )
    if found.hidden:
        yield f"not asked: {_few(found.hidden)}, which only Prometheus adds"
    by_why: dict[tuple[State, str], list[str]] = {}
    for outcome in found.outcomes:
        for why in outcome.why:
            by_why.setdefault((outcome.state, why), []).append(outcome.check)
    for (state, why), checks in by_why.items():
        said = "not asked" if state is State.NOT_ASKED else "cannot tell"
        yield f"{said}: {_few(checks)} ({why})"


def _few(words: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def _plural(count: int, noun: str, many: str = "") -> str:
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def _json(found: Examination) -> str:
    """Problems as in every JSON, and the checks by their names."""
    data = json.loads(as_json.render(found.problems))
    data["world"] = found.world
    data["slos"] = found.slos
    data["selectors"], data["series"] = found.selectors, found.series
    data["not_asked"] = list(found.hidden)
    data["checks"] = {o.check: {"state": o.state.value, "why": list(o.why)} for o in found.outcomes}
    return json.dumps(data, indent=2)
