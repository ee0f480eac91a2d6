"""What slogen itself says of an SLO that is moved: the only judge of what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from slogen.diagnostics import Problem, Severity, Span
from slogen.load.document import Document
from slogen.load.reader import read
from slogen.model.slo import Slo
from slogen.moving.draft import Draft, Path
from slogen.moving.outcome import Fields, Moved, RefusedError, not_moved
from slogen.moving.writing import spec_of
from slogen.settings import Settings
from slogen.understand import understand
from slogen.validate.settings import read_settings

_FILE: Final = "import.yaml"
_PROBE: Final = "probe"
_BY_HAND: Final = "write the SLO by hand, see docs/spec.md"
_OTHER: Final = {"page": "ticket", "ticket": "page"}
# What slogen may refuse without the SLO being lost: it is left out, and told.
_OPTIONAL: Final = (
    *("owner", "description", "labels", "links", "alerting"),
    *("id", "since", "levels", "exclude", "depends_on", "tests"),
)
_ELSEWHERE: Final = "dependency"  # of SLOs that are judged alone, without those that they need


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges by the settings of the project that the specs are written to; `beside` are SLOs that the one
    that is judged is made of."""

    source: bytes | None = None
    beside: tuple[Moved, ...] = ()

    @property
    def settings(self) -> Settings:
        """Those of the project."""
        return read_settings(self.source)[0]

    def of_sli(self, sli: dict[str, Any]) -> list[Problem]:
        """What is wrong with an SLI."""
        fields = {"name": _PROBE, "objective": 99, "sli": sli}
        return [problem for _, problem in self._found(_PROBE, fields, Severity.ERROR)]

    def understood(self, fields: Fields) -> Slo | None:
        """The SLO that these fields mean; None where they mean none."""
        if not fields:
            return None
        text = spec_of(_PROBE, [Moved("", "", Span(_FILE), _PROBE, fields, ())]).text
        services = understand({_FILE: text}, self.source).services
        return next((slo for service in services for slo in service.slos), None)

    def settle(self, service: str, draft: Draft) -> None:
        """Leave out what slogen doesn't take, and add what it doubts. Raises RefusedError where nothing
        that is left out helps."""
        while found := [*self._found(service, draft.fields, Severity.ERROR)]:
            path, problem = found[0]
            if not path or path[0] not in _OPTIONAL:
                raise _refusal(draft, path, problem)
            also = _twin(draft, path)
            draft.tell(_left_out(draft, path, problem, of_both=also is not None))
            for each in (path, also):
                if each is not None:
                    draft.drop(each)
        for path, problem in self._found(service, draft.fields, Severity.WARNING):
            draft.tell([_doubt(draft, path, problem)])

    def _found(self, service: str, fields: Fields, wanted: Severity) -> Iterator[tuple[Path, Problem]]:
        """The problems of a severity, each with the path of the field that it is about."""
        moved = Moved("", "", Span(_FILE), service, fields, ())
        text = spec_of(service, [*self.beside, moved]).text
        documents, _ = read(_FILE, text)
        for problem in understand({_FILE: text}, self.source).problems:
            if problem.code == _ELSEWHERE:
                continue
            if problem.severity is wanted and problem.span and problem.span.path == _FILE:
                path = _field(documents[0], problem.span, fields, len(self.beside))
                if path is not None:
                    yield path, problem


def _refusal(draft: Draft, path: Path, problem: Problem) -> RefusedError:
    field = path[0] if path else ""
    code = (
        "import-refused-query"
        if field == "sli"
        else "import-refused-objective"
        if field == "objective"
        else "import-refused-window"
        if field == "window"
        else "import-refused-slo"
    )
    return not_moved(code, draft.origin(path), problem.message, problem.hint or _BY_HAND)


def _twin(draft: Draft, path: Path) -> Path | None:
    """The same of the other severity, where both come from one value."""
    if len(path) < len(("alerting", "page", "severity")) or path[0] != "alerting" or path[1] not in _OTHER:
        return None
    twin = (path[0], _OTHER[path[1]], *path[2:])
    place, other = draft.places.get(path), draft.places.get(twin)
    return twin if place is not None and other is not None and place.path == other.path else None


def _left_out(draft: Draft, path: Path, problem: Problem, *, of_both: bool) -> Iterator[Problem]:
    """Each value that a field is made of is told."""
    below = [place for each, place in draft.places.items() if each[: len(path)] == path]
    which = f"`{path[-1]}` of pages and tickets" if of_both else f"`{'.'.join(path)}`"
    message = f"{which} is left out: {problem.message}"
    for place in below or [draft.origin(path)]:
        yield place.problem("import-lost-value", message, problem.hint)


def _field(document: Document, span: Span, fields: Fields, index: int) -> Path | None:
    """The field that stands at a place of the spec, as deep as something is set there; None where that is of
    another SLO than the one of this index."""
    at = (span.line, span.column)
    for path in sorted(_paths(document.data), key=len, reverse=True):
        places = (document.span(path, key=key) for key in (True, False))
        if path and at in ((place.line, place.column) for place in places):
            if path[0] == "slos" and path[1:2] not in ((), (index,)):
                return None
            inside = path[2:] if path[0] == "slos" else path
            return _set(tuple(map(str, inside)), fields)
    return ()


def _set(path: Path, fields: Fields) -> Path:
    """As much of a path as leads through mappings of the fields."""
    found: list[str] = []
    place: Any = fields
    for name in path:
        if not isinstance(place, dict) or name not in place:
            break
        found.append(name)
        place = place[name]
    return tuple(found)


def _paths(data: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield above
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in pairs:
        yield from _paths(value, (*above, step))


def _doubt(draft: Draft, path: Path, problem: Problem) -> Problem:
    """A warning of slogen, at the place where the value comes from."""
    code = "import-decide-up" if problem.code == "absent-unknown-up" else "import-decide-doubt"
    return draft.origin(path).problem(code, problem.message, problem.hint)
