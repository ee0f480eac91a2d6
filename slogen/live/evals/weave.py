"""W&B Weave: the latest evaluation of a project, by its trace server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from slogen.diagnostics import CallError, did_you_mean
from slogen.evals.result import Result
from slogen.evals.sources.weave_summary import summary_measures
from slogen.evals.tables import moment_of, text_of
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.reply import Body
from slogen.veil import veil

_WHAT: Final = "Weave"
_OP: Final = "op/Evaluation.evaluate:*"
_COLUMNS: Final = ("id", "output", "started_at", "ended_at", "exception", "display_name", "inputs")
_LOOKED_AT: Final = 100  # among which an evaluation of a name is looked for


def ask(client: Client, project: str, evaluation: str | None) -> Result:
    """The latest evaluation, or that of a name. Raises CallError for names of nothing, and ServerError."""
    if project.count("/") != 1:
        raise CallError(f"--weave is ENTITY/PROJECT, not `{project}`")
    calls = list(_calls(client, project, 1 if evaluation is None else _LOOKED_AT))
    found = [call for call in calls if evaluation is None or evaluation in _names(call)]
    if not found and calls:
        known = sorted({name for call in calls for name in _names(call)})
        near = did_you_mean(evaluation or "", known) or f"the last are {', '.join(known[:10])}"
        raise CallError(f"Weave has no evaluation `{evaluation}`; {near}")
    where = f"{client.server.shown}, {project}"
    if not found:
        return Result(_WHAT, where, broken="the project has no evaluation")
    return _result(found[0], where)


def _calls(client: Client, project: str, limit: int) -> Iterator[Mapping[str, Any]]:
    asked = {
        "project_id": project,
        "filter": {"op_names": [f"weave:///{project}/{_OP}"], "trace_roots_only": True},
        "sort_by": [{"field": "started_at", "direction": "desc"}],
        "limit": limit,
        "columns": _COLUMNS,
    }
    reply = client.other("POST", "/calls/stream_query", Body(json.dumps(asked).encode()))
    if not reply.is_success:
        raise client.refusal(reply, _WHAT)
    for line in reply.body.splitlines():
        try:
            call = json.loads(line) if line.strip() else None
        except ValueError:
            raise ServerError(Fault.PROTOCOL, client.server.shown, "its answer is no JSON lines") from None
        if isinstance(call, dict):
            yield call


def _names(call: Mapping[str, Any]) -> set[str]:
    """How an evaluation may be named: as the call is shown, or as the object is."""
    inputs = call.get("inputs")
    ref = inputs.get("self") if isinstance(inputs, dict) else None
    named = ref.rpartition("/")[2].partition(":")[0] if isinstance(ref, str) else ""
    return {name for name in (named, text_of(call.get("display_name"))) if name}


def _result(call: Mapping[str, Any], where: str) -> Result:
    output, said = call.get("output"), text_of(call.get("exception"))
    broken = ""
    if said:
        broken = f"the evaluation failed: {veil(said)[:200]}"
    elif not isinstance(output, dict):
        broken = (
            "the evaluation has no summary: it may still run"
            if not call.get("ended_at")
            else "it has no summary"
        )
    measures = tuple(summary_measures(output)) if isinstance(output, dict) and not broken else ()
    at = moment_of(call.get("ended_at")) or moment_of(call.get("started_at"))
    return Result(_WHAT, where, measures, "", text_of(call.get("id")), at, broken)
