"""Fields of SLOs -> the text of a spec, with comments where a person must decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent, wrap
from typing import Any, Final

from slogen.diagnostics import Problem, Severity
from slogen.moving.outcome import Fields, Moved, Spec, grouped
from slogen.yamltext import Quoted, dump

_SHARED: Final = ("owner", "labels", "links", "window", "alerting")
_WIDTH: Final = 110
_SHORT: Final = 100
_ORDER: Final = (
    *("name", "id", "description", "objective", "window", "since", "sli", "levels", "alerting", "owner"),
    *("labels", "links", "exclude", "depends_on", "tests"),
)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all SLOs of a spec have, and so stands above them once."""

    fields: Mapping[str, Any]

    def rest(self, slo: Fields) -> dict[str, Any]:
        """What an SLO has of its own, in the order of the documentation."""
        return {name: slo[name] for name in _ORDER if name in slo and name not in self.fields}


def spec_of(
    service: str, slos: Sequence[Moved], general: Iterable[Problem] = (), description: str = ""
) -> Spec:
    """The spec of the SLOs of one service; `general` is what is to be decided of all of them."""
    sources = tuple(dict.fromkeys(slo.place.path for slo in slos))
    shared = _shared([slo.fields for slo in slos if slo.fields])
    head = _comment(f"Imported from {', '.join(sources)}.") + _comments(general)
    top = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": service}
    top |= {"description": description} if description else {}
    above = dump(top | {name: _readable(value) for name, value in shared.fields.items()})
    items = (_item(shared.rest(slo.fields), slo.problems) for slo in slos if slo.fields)
    listed = "\n".join(items)  # with an empty line between two
    return Spec(service, f"{head}{above}slos:\n{listed}", sources)


def _shared(slos: Sequence[Fields]) -> _Shared:
    first = slos[0]
    names = [name for name in _SHARED if name in first and (len(slos) > 1 or name != "alerting")]
    return _Shared({name: first[name] for name in names if all(slo.get(name) == first[name] for slo in slos)})


def _item(fields: Mapping[str, Any], problems: Iterable[Problem]) -> str:
    """An SLO in the list, below what is to be said of it."""
    comments = _comments(problem for problem in problems if problem.severity is Severity.WARNING)
    _, _, item = dump({"slos": [_readable(fields)]}).partition("\n")
    return indent(comments, "  ") + item


def _readable(value: Any) -> Any:
    """With PromQL in single quotes, where it fits on its line."""
    if isinstance(value, Mapping):
        return {name: _readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_readable(each) for each in value]
    is_short = isinstance(value, str) and '"' in value and "\n" not in value and len(value) <= _SHORT
    return Quoted(value) if is_short else value


def _comments(problems: Iterable[Problem]) -> str:
    return "".join(_told(first, len(more)) for first, *more in grouped(problems))


def _told(problem: Problem, more: int) -> str:
    """A problem as a comment: a person deletes it when it is settled; `more` places say the same."""
    span = problem.span
    others = f", and {more} more" if more else ""
    where = f" ({span.path}:{span.line}{others})" if span else ""
    hint = f"; {problem.hint}" if problem.hint else ""
    return _comment(f"{problem.code}: {problem.message}{where}{hint}")


def _comment(text: str) -> str:
    """Lines of a comment; what doesn't print is left out, as it could end the line."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return "".join(f"# {line}\n" for line in wrap(plain, _WIDTH, break_on_hyphens=False))
