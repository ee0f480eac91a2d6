"""Prometheus' remote write: a sample of each series. Counters go on from what the server has, where it can be
asked: at `/api/v1/query` beside `/api/v1/write`.
"""

from __future__ import annotations

from slogen.conventions import EVAL_CASES
from slogen.evals.readers import JOB
from slogen.evals.series import Written
from slogen.live.client import Client
from slogen.live.evals.before import before
from slogen.live.writing import WRITE, write


def push(client: Client, run: Written, job: str, now: float) -> tuple[int, str]:
    """Send what a suite has after a run: how many series, and what is to be known of it. Raises
    AlreadyThereError."""
    note, url = "", client.server.url
    if url.endswith(WRITE):
        known = before(client, url.removesuffix(WRITE), run.suite, job)
        after = {key: value for key, value in run.after(known).items() if key in run.series}
    else:
        after = {key: value for key, value in run.series.items() if key[0] != EVAL_CASES}
        note = f"cases are left out: what they were before is only known where the address ends in {WRITE}"
    at = round(now * 1000)
    sent = ((name, {**dict(labels), JOB: job}, ((at, value),)) for (name, labels), value in after.items())
    reply = write(client, sent)
    if not reply.is_success:
        raise client.refusal(reply, "remote write receiver")
    return len(after), note
