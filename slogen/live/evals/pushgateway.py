"""A push gateway: what a suite has there is read, the run is added, and all of it is put again."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from slogen.conventions import EVAL_CASES, EVAL_LAST_RUN, EVAL_SCORE
from slogen.evals.exposition import text_of
from slogen.evals.readers import JOB, SUITE
from slogen.evals.series import Key, Series, Written, key_of
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.reply import Body

_BAD_REQUEST: Final = 400
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_OURS: Final = (EVAL_SCORE, EVAL_CASES, EVAL_LAST_RUN)
_WHAT: Final = "push gateway"


def push(client: Client, run: Written, job: str) -> int:
    """Add a run, and say how many series the suite has there. Raises AlreadyThereError."""
    before = dict(_before(client, job, run.suite))
    after = run.after(before)
    path = f"/metrics{_part(JOB, job)}{_part(SUITE, run.suite)}"
    reply = client.other("PUT", path, Body(text_of(_within(after)).encode(), _TEXT))
    if not reply.is_success:
        said = reply.body[:300].decode(errors="replace").strip()
        if reply.status == _BAD_REQUEST:
            raise ServerError(Fault.QUERY, client.server.shown, f"it refused the series: {said}")
        raise client.refusal(reply, _WHAT)
    return len(after)


def _within(series: Mapping[Key, float]) -> Series:
    """Without the labels of the group: the gateway adds them."""
    return {
        (name, tuple(pair for pair in labels if pair[0] != SUITE)): v for (name, labels), v in series.items()
    }


def _part(name: str, value: str) -> str:
    """A part of the group's address; what has a slash goes as base64."""
    if value and "/" not in value:
        return f"/{name}/{quote(value, safe='')}"
    return f"/{name}@base64/{base64.urlsafe_b64encode(value.encode()).decode() or '='}"


def _before(client: Client, job: str, suite: str) -> Iterator[tuple[Key, float]]:
    reply = client.other("GET", "/api/v1/metrics")
    body = reply.json()
    groups = body.get("data") if isinstance(body, dict) else None
    if not reply.is_success or not isinstance(groups, list):
        raise client.refusal(reply, _WHAT)
    for group in groups:
        if isinstance(group, dict) and group.get("labels") == {JOB: job, SUITE: suite}:
            for name in _OURS:
                yield from _samples(name, group.get(name) or {})


def _samples(name: str, family: Mapping[str, Any]) -> Iterator[tuple[Key, float]]:
    for sample in family.get("metrics") or ():
        labels = {k: v for k, v in sample["labels"].items() if k not in (JOB, "instance")}
        yield key_of(name, labels), float(sample["value"])
