"""MLflow's tracking server, by its REST API 2.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from slogen.diagnostics import CallError
from slogen.evals.mlflow_runs import no_experiment, nothing, result_of
from slogen.evals.result import Result
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.reply import Body, Reply

_BAD_REQUEST: Final = 400
_FORBIDDEN: Final = 403
_API: Final = "/api/2.0/mlflow"
_MISSING: Final = "RESOURCE_DOES_NOT_EXIST"
_NAMES: Final = 100


def ask(client: Client, experiment: str | None, run: str | None, filter_: str | None) -> Result:
    """The run of an id, or the latest of an experiment, whatever its status. Raises CallError for names of
    nothing, and ServerError."""
    where = client.server.shown
    if run is not None:
        reply = client.other("GET", f"{_API}/runs/get", {"run_id": run})
        if _code(reply) == _MISSING:
            raise CallError(f"MLflow has no run `{run}`")
        return result_of(_body(client, reply).get("run") or {}, where)
    wanted = _experiment(client, experiment or "")
    query = {"experiment_ids": [wanted], "order_by": ["attributes.start_time DESC"], "max_results": 1}
    reply = _post(client, "runs/search", {**query, "filter": filter_ or ""})
    if reply.status == _BAD_REQUEST and filter_:
        raise CallError(f"--filter: MLflow says {_said(reply)}")
    runs = _body(client, reply).get("runs") or []
    if not runs:
        return nothing(where, f"in `{experiment}`{' like the filter' if filter_ else ''}")
    return result_of(runs[0], where)


def _experiment(client: Client, name: str) -> str:
    reply = client.other("GET", f"{_API}/experiments/get-by-name", {"experiment_name": name})
    if _code(reply) == _MISSING:
        known = _body(client, _post(client, "experiments/search", {"max_results": _NAMES}))
        raise no_experiment(name, [str(each.get("name")) for each in known.get("experiments") or ()])
    return str((_body(client, reply).get("experiment") or {}).get("experiment_id", ""))


def _post(client: Client, path: str, body: Mapping[str, Any]) -> Reply:
    return client.other("POST", f"{_API}/{path}", Body(json.dumps(body).encode()))


def _code(reply: Reply) -> str:
    body = reply.json()
    return str(body.get("error_code", "")) if isinstance(body, dict) and not reply.is_success else ""


def _said(reply: Reply) -> str:
    body = reply.json()
    return " ".join(str(body.get("message", "no") if isinstance(body, dict) else "no").split())[:200]


def _body(client: Client, reply: Reply) -> Mapping[str, Any]:
    body = reply.json()
    if reply.status == _FORBIDDEN and b"Host header" in reply.body:
        message = "403, it takes no question by this name: ask by a name in its --allowed-hosts"
        raise ServerError(Fault.AUTH, client.server.shown, message)
    if not reply.is_success or not isinstance(body, dict):
        raise client.refusal(reply, "MLflow")
    return body
