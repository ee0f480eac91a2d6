"""LangSmith: the feedback on a project, as its statistics have it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from slogen.diagnostics import CallError, did_you_mean
from slogen.evals.result import Measure, Result, tidy
from slogen.evals.tables import moment_of, text_of, whole
from slogen.live.client import Client

_WHAT: Final = "LangSmith"
_NUMBERS: Final = ("error_rate", "latency_p50", "latency_p99", "total_cost")


def ask(client: Client, project: str, since: float | None) -> Result:
    """The statistics of a project, since a Unix time or of all of it. Raises CallError for one that isn't
    there, and ServerError."""
    asked = {"name": project, "include_stats": "true"}
    if since is not None:
        asked["stats_start_time"] = datetime.fromtimestamp(since, UTC).isoformat()
    found = [each for each in _sessions(client, asked) if each.get("name") == project]
    if not found:
        known = [text_of(each.get("name")) for each in _sessions(client, {"limit": "100"})]
        raise CallError(
            f"LangSmith has no project `{project}`; {did_you_mean(project, known) or 'is it named so?'}"
        )
    (session, *_) = found
    measures = tuple(_measures(session))
    at = moment_of(session.get("last_run_start_time")) or moment_of(session.get("end_time"))
    broken = "" if whole(session.get("run_count")) != 0 else "the project has no run in that time"
    return Result(_WHAT, client.server.shown, measures, "", text_of(session.get("id")), at, broken)


def _sessions(client: Client, asked: Mapping[str, str]) -> list[Mapping[str, Any]]:
    reply = client.other("GET", "/sessions", dict(asked))
    body = reply.json()
    if not reply.is_success or not isinstance(body, list):
        raise client.refusal(reply, _WHAT)
    return [each for each in body if isinstance(each, dict)]


def _measures(session: Mapping[str, Any]) -> Iterator[Measure]:
    for name, stats in (session.get("feedback_stats") or {}).items():
        if isinstance(stats, dict):
            yield _feedback(str(name), stats)
    for name in _NUMBERS:
        try:
            yield Measure(name, float(session[name]), whole(session.get("run_count")))
        except (KeyError, TypeError, ValueError):
            continue


def _feedback(name: str, stats: Mapping[str, Any]) -> Measure:
    """The mean of a key of feedback; what the evaluator failed on is errored."""
    number, errored = whole(stats.get("n")) or 0, whole(stats.get("errors")) or 0
    mean = stats.get("avg")
    value = tidy(float(mean)) if isinstance(mean, int | float) and number else None
    return Measure(name, value, number + errored, None, errored)
