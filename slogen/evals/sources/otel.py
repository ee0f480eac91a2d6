"""OpenTelemetry's records `gen_ai.evaluation.result`, as the collector's file exporter writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from slogen.evals.content import Content, ContentError
from slogen.evals.result import Result, averaged
from slogen.evals.sources.source import Source
from slogen.evals.tables import NoScoreError, moment_of, score_of, text_of

_EVENT: Final = "gen_ai.evaluation.result"
_PREFIX: Final = "gen_ai.evaluation."
_NANOS: Final = 1e9


def _is_known(content: Content) -> bool:
    return any("resourceLogs" in each for each in _documents(content))


def _documents(content: Content) -> list[Mapping[str, Any]]:
    return content.objects if content.form == "jsonl" else [content.mapping]


def _read(content: Content) -> Result:
    scores: dict[str, list[float | None]] = {}
    times = []
    for record in _records(content):
        attributes = _attributes(record)
        name = text_of(record.get("eventName")) or text_of(attributes.get("event.name"))
        if name != _EVENT:
            continue
        scores.setdefault(text_of(attributes.get(f"{_PREFIX}name")), []).append(_score(attributes))
        times.append(_time(record))
    if not scores:
        raise ContentError(f"none of its records is a `{_EVENT}`", "were evaluations exported?")
    measures = tuple(averaged(name, found) for name, found in scores.items() if name)
    return Result("otel", content.where, measures, at=max(filter(None, times), default=None))


def _records(content: Content) -> Iterator[Mapping[str, Any]]:
    for document in _documents(content):
        for resource in document.get("resourceLogs") or ():
            for scope in resource.get("scopeLogs") or ():
                yield from scope.get("logRecords") or ()


def _attributes(record: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes by their keys; of a value the only thing in it."""
    pairs = record.get("attributes") or ()
    return {text_of(pair.get("key")): next(iter((pair.get("value") or {}).values()), None) for pair in pairs}


def _score(attributes: Mapping[str, Any]) -> float | None:
    """The score, else what the label says; None where an error kept the judge from saying."""
    if attributes.get("error.type"):
        return None
    for key in ("score.value", "score.label"):
        if attributes.get(_PREFIX + key) is not None:
            try:
                return score_of(attributes[_PREFIX + key])
            except NoScoreError:
                continue
    return None


def _time(record: Mapping[str, Any]) -> float | None:
    found = record.get("timeUnixNano") or record.get("observedTimeUnixNano")
    return moment_of(int(found) / _NANOS) if isinstance(found, str) and found.isdigit() else None


SOURCE = Source("otel", "OpenTelemetry", _is_known, _read, f"`resourceLogs` with records `{_EVENT}`")
