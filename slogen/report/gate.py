"""A gate's answer for people (text), for scripts (JSON) and for a workflow of GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from slogen.diagnostics import Severity
from slogen.live.gate.decide import Gate, Judged
from slogen.live.gate.verdict import Reason, Verdict
from slogen.report.figures import moment, rfc3339
from slogen.report.github import annotation
from slogen.report.visible import visible

_LEVELS: Final = {
    Verdict.GO: Severity.INFO,
    Verdict.UNKNOWN: Severity.WARNING,
    Verdict.BLOCKED: Severity.ERROR,
}
_SAID: Final = {Verdict.GO: "ok", Verdict.UNKNOWN: "cannot tell", Verdict.BLOCKED: "blocked"}


def render(gate: Gate, form: str) -> str:
    """The answer in a form of FORMS, without a newline at its end."""
    return _FORMS[form](gate)


def _text(gate: Gate) -> str:
    """Reasons of what may not go; of the rest the names."""
    lines = [line for slo in gate.slos for line in _slo(slo)]
    return "\n".join(visible(line) for line in [*lines, *_after(gate)])


def _slo(slo: Judged) -> Iterator[str]:
    yield f"{slo.verdict}: {_name(slo)}"
    if slo.verdict is Verdict.GO and slo.seen is None:
        return
    width = max(len(reason.rule) for reason in slo.reasons)
    told = max(len(reason.words) for reason in slo.reasons)
    for reason in slo.reasons:
        yield f"  {reason.rule:<{width}}  {reason.words:<{told}}  {_SAID[reason.verdict]}"
    for note in slo.notes:
        yield f"  note: {note}"


def _name(slo: Judged) -> str:
    inside = ", ".join(f"{name}={value}" for name, value in slo.labels.items())
    return f"{slo.slo_id} {{{inside}}}" if inside else slo.slo_id


def _after(gate: Gate) -> Iterator[str]:
    for warning in gate.warnings:
        yield f"warning: {warning}"
    if gate.error is not None:
        then = "the policy lets it go" if gate.allowed else "nobody can tell"
        yield f"a server could not be asked: {gate.error['message']}; {then}"
    if gate.override:
        yield f"overridden: {gate.override}"
    yield f"{_verdict(gate)} ({_where(gate)})"


def _verdict(gate: Gate) -> str:
    counted = [f"{number} {verdict}" for verdict, number in gate.counted().items() if number]
    dry = ", dry run" if gate.dry_run else ""
    return f"{gate.verdict}: {', '.join(counted) or 'nothing was asked'}{dry}"


def _where(gate: Gate) -> str:
    return f"policy {gate.policy}, {moment(gate.at)}, {gate.server}"


def _github(gate: Gate) -> str:
    """A line for each reason that isn't go, and one for the whole."""
    lines = [
        _annotated(slo, reason, gate)
        for slo in gate.slos
        for reason in slo.reasons
        if reason.verdict is not Verdict.GO
    ]
    said = "; ".join(_after(gate))
    severity = Severity.INFO if gate.override or gate.dry_run else _LEVELS[gate.verdict]
    return "\n".join([*lines, annotation(severity, said, title="slogen gate")])


def _annotated(slo: Judged, reason: Reason, gate: Gate) -> str:
    severity = _LEVELS[reason.verdict]
    if gate.override or gate.dry_run:
        severity = Severity.WARNING
    title = f"{_name(slo)}: {_SAID[reason.verdict]}"
    return annotation(severity, f"{reason.rule}: {reason.words}", title=title)


def _json(gate: Gate) -> str:
    return json.dumps(as_data(gate), indent=2, ensure_ascii=False, allow_nan=False)


def as_data(gate: Gate) -> dict[str, Any]:
    """The document that `--format json` prints; docs/live/gate.md says what its fields mean."""
    return {
        "kind": "Gate",
        "verdict": gate.verdict,
        "time": rfc3339(gate.at),
        "server": gate.server,
        "policy": gate.policy,
        "slos": [_slo_data(slo) for slo in gate.slos],
        "summary": {str(verdict): number for verdict, number in gate.counted().items()},
        "warnings": [*gate.warnings],
        "error": None if gate.error is None else dict(gate.error),
        "override": gate.override or None,
        "dry_run": gate.dry_run,
    }


def _slo_data(slo: Judged) -> dict[str, Any]:
    return {
        "id": slo.slo_id,
        "verdict": slo.verdict,
        "labels": dict(slo.labels),
        "reasons": [
            {
                "rule": reason.rule,
                "verdict": reason.verdict,
                "words": reason.words,
                "value": reason.value,
                "limit": reason.limit,
            }
            for reason in slo.reasons
        ],
        "notes": [*slo.notes],
        "canary": dict(slo.seen) if slo.seen is not None else None,
    }


_FORMS: Final[dict[str, Callable[[Gate], str]]] = {"text": _text, "json": _json, "github": _github}
FORMS: Final = tuple(_FORMS)
