"""SLOs of slogen -> OpenSLO v1. Each document is imported again: what doesn't come back is annotated.

So OpenSLO's own fields say what they can, annotations only the rest, and `slogen import` gives the same SLO.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from slogen.diagnostics import Problem, Severity
from slogen.emitted.rules import RuleFile
from slogen.model.build import whole
from slogen.model.slo import Service, Slo
from slogen.moving.dialect import Options
from slogen.moving.importing import move_all
from slogen.moving.judge import Judge
from slogen.moving.openslo_document import FIELDS, PREFIX, document, service_document
from slogen.moving.openslo_indicator import NoIndicatorError, indicator
from slogen.moving.outcome import Fields
from slogen.rules import compile_service
from slogen.settings import Settings
from slogen.yamltext import dump

_BY_DEFAULT: Final = ("missing", "ignore")
_FILE: Final = "export.yaml"
_NO_PLACE: Final = "OpenSLO has no place for it, and other tools don't read it; slogen import does"


@dataclass(frozen=True, slots=True)
class Exported:
    """The documents of a service as one text, "" where there is none, the specs that they come from, and what
    is to be said of its SLOs."""

    service: str
    source: str
    text: str
    problems: tuple[Problem, ...]


def export_service(service: Service, settings: bytes | None) -> Exported:
    """The SLOs of a service, in the order of their specs; those that OpenSLO can't say are told."""
    texts, problems = [], list[Problem]()
    for slo in service.slos:
        try:
            found = _export(slo, settings)
        except NoIndicatorError as error:
            hint = "other tools can't have it; the rest is exported"
            problems.append(slo.origin.at("sli").problem("export-refused", str(error), hint))
            continue
        texts.append(found.text)
        problems += _told(slo, found)
    if texts and service.description:
        texts.insert(0, dump(service_document(service.name, service.description)))
    return Exported(service.name, service.source, "---\n".join(texts), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Document:
    """The document of an SLO, the fields that it has in annotations, and those that no import gives back."""

    text: str
    annotated: Sequence[str]
    lost: Sequence[str]


def _told(slo: Slo, found: _Document) -> Iterator[Problem]:
    if found.annotated:
        named = ", ".join(f"`{PREFIX}{name}`" for name in found.annotated)
        message = f"a part of this SLO is in annotations: {named}"
        yield slo.origin.problem("export-annotated", message, _NO_PLACE, severity=Severity.INFO)
    for name in found.lost:
        message = f"an import of this SLO alone gives another `{name}`: what it names isn't exported"
        hint = "import it into a project that has that, or write it into the SLO itself"
        yield slo.origin.at(name).problem("export-lost", message, hint, severity=Severity.WARNING)


def _export(slo: Slo, settings: bytes | None) -> _Document:
    """The document of an SLO. Raises NoIndicatorError."""
    said = slo.origin.document.data
    fields = whole(slo.origin.value, said)
    measured = indicator(fields["sli"], slo.origin.at("sli"))

    def written(annotated: Fields) -> str:
        return dump(document(said["service"], fields, slo, measured, annotated))

    def differing(text: str) -> list[str]:
        back = _back(text, settings)
        meaning = _means(back, slo, settings)
        return [name for name in FIELDS if not _is_same(name, fields, back, meaning)]

    annotated: dict[str, Any] = {}
    if "sli" in differing(written(annotated)):  # then nothing may have come back
        annotated["sli"] = fields["sli"]
    annotated |= {name: fields.get(name) for name in differing(written(annotated))}
    in_order: dict[str, Any] = {name: annotated[name] for name in FIELDS if name in annotated}
    text = written(in_order)
    return _Document(text, [*in_order], differing(text))


def _is_same(name: str, fields: Fields, back: Fields, meaning: _Meaning) -> bool:
    if name == "sli":
        return _said(fields) == _said(back) and meaning.of(name)
    return meaning.of(name) if name in meaning.NAMES else _plain(fields, name) == _plain(back, name)


def _back(text: str, settings: bytes | None) -> Fields:
    """The fields that an import gives; none where it refuses the document."""
    (moved,) = move_all({_FILE: text.encode()}, Options(Judge(settings)), "openslo").slos
    return moved.fields or {}


def _said(fields: Fields) -> tuple[str, Collection[str]]:
    """The kind of the SLI, and which fields it says, but for what is so by default."""
    sli = fields.get("sli", {})
    kind = next(iter(sli), "")
    config = sli[kind] if kind and isinstance(sli[kind], Mapping) else sli
    return kind, {name for name, value in config.items() if (name, value) != _BY_DEFAULT}


def _plain(fields: Fields, name: str) -> str:
    """A field by which two are the same, whatever types its numbers have."""
    value = fields.get(name)
    shown = value.strip() if isinstance(value, str) else value
    return json.dumps(shown or None, sort_keys=True, default=lambda number: float(number))


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What came back means, beside what was exported; None where it was refused."""

    before: Slo
    after: Slo | None
    settings: Settings
    NAMES: ClassVar[tuple[str, ...]] = ("objective", "window", "sli")

    def of(self, name: str) -> bool:
        """Whether a field means the same."""
        if self.after is None:
            return False
        if name == "objective":
            return self.before.objective == self.after.objective
        if name == "window":
            return (self.before.window, self.before.calendar) == (self.after.window, self.after.calendar)
        return self.measures_the_same

    @property
    def measures_the_same(self) -> bool:
        """Whether the rules are the same with the SLI that came back."""
        if self.after is None:
            return False
        return self._rules(self.before) == self._rules(replace(self.before, sli=self.after.sli))

    def _rules(self, slo: Slo) -> RuleFile:
        return compile_service(Service(slo.service, (slo.origin,), (slo,)), self.settings)


def _means(fields: Fields, slo: Slo, settings: bytes | None) -> _Meaning:
    judge = Judge(settings)
    return _Meaning(slo, judge.understood(fields), judge.settings)
