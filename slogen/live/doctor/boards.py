"""Has a Grafana the boards that were generated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.live.client import Client
from slogen.live.doctor.case import Case, Found, Unknown
from slogen.live.doctor.nearest import some
from slogen.live.errors import Fault, ServerError
from slogen.project.boards import Queries, queries_of

_GRAFANA: Final = "Grafana"


def boards(case: Case) -> Iterator[Found]:
    """Each board is there, and asks what that of git does."""
    grafana = case.server.grafana
    if grafana is None:
        yield Unknown("nobody said where Grafana is: give --grafana-url")
        return
    wanted = case.boards()
    if not wanted:
        yield Unknown("the project writes no boards")
        return
    try:
        there = {uid: _board(grafana, uid) for uid in wanted}
    except ServerError as error:
        if error.kind is Fault.TLS:
            raise
        why = error.message.replace("--http-config", "--grafana-http-config")
        yield Unknown(f"Grafana, {error.server}: {why}", is_failure=True)
        return
    if missing := [uid for uid, found in there.items() if found is None]:
        yield _problem("board-missing", "are not in Grafana", missing, len(wanted))
    if other := [uid for uid, found in there.items() if found is not None and found != wanted[uid]]:
        yield _problem("board-differs", "ask something else in Grafana than in git", other, len(wanted))


def _board(grafana: Client, uid: str) -> Queries | None:
    """What a board asks; None where there is none. Raises ServerError where Grafana doesn't say."""
    reply = grafana.other("GET", f"/api/dashboards/uid/{uid}")
    found = reply.json()
    if isinstance(found, dict) and reply.status == HTTPStatus.NOT_FOUND and "message" in found:
        return None
    if not isinstance(found, dict) or not reply.is_success or "dashboard" not in found:
        raise grafana.refusal(reply, _GRAFANA)
    return queries_of(found["dashboard"])


def _problem(code: str, what: str, uids: Sequence[str], of: int) -> Problem:
    message = f"{len(uids)} of {of} boards {what}: {some(uids)}"
    hint = "deploy generated/grafana/, or the objects of generated/kubernetes/dashboards/"
    return Problem(code, message, hint=hint, severity=Severity.WARNING)
