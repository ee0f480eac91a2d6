"""What a server with Prometheus' HTTP API has of a suite already, so that its cases go on from there."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from slogen.conventions import EVAL_CASES, EVAL_LAST_RUN, EVAL_SCORE
from slogen.evals.readers import JOB, SUITE
from slogen.evals.series import Series, key_of
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.promql.text import quote

_MEMORY: Final = "90d"


def before(client: Client, url: str, suite: str, job: str) -> Series:
    """What the server at an address has of a suite, however long ago it was sent; it is asked as `client` is.
    Raises ServerError."""
    names = "|".join((EVAL_SCORE, EVAL_CASES, EVAL_LAST_RUN))
    selector = f'{{__name__=~"{names}",{SUITE}={quote(suite)},{JOB}={quote(job)}}}'
    with Client(replace(client.server, url=url)) as asking:
        found = asking.query(f"last_over_time({selector}[{_MEMORY}])")
    if found.warnings:
        raise ServerError(Fault.PROTOCOL, client.server.shown, f"it isn't sure: {found.warnings[0]}")
    return {
        key_of(
            s.labels["__name__"], {k: v for k, v in s.labels.items() if k not in ("__name__", JOB)}
        ): s.value
        for s in found.samples
    }
