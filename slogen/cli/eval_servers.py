"""The servers that hold results of evaluations, with credentials as their own tools take them."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from slogen.cli.eval_options import SourceOptions
from slogen.cli.server import HttpOptions
from slogen.cli.times import duration, moment
from slogen.diagnostics import CallError
from slogen.evals.mlflow_runs import read_store
from slogen.evals.result import Result
from slogen.live.client import Client
from slogen.live.evals import langsmith, mlflow, mlflow_local, weave
from slogen.live.server import Http, Tls

_LANGSMITH: Final = "https://api.smith.langchain.com"
_WEAVE: Final = "https://trace.wandb.ai"


def ask(name: str, asked: SourceOptions, http: HttpOptions) -> Result:
    """The result that a server has. Raises CallError and ServerError."""
    return {"mlflow": _mlflow, "langsmith": _langsmith, "weave": _weave}[name](asked, http)


def _mlflow(asked: SourceOptions, http: HttpOptions) -> Result:
    uri = asked.mlflow or ""
    if (asked.experiment is None) == (asked.run is None):
        raise CallError("--mlflow takes --experiment NAME for its latest run, or --run ID")
    if asked.run is not None and (asked.latest or asked.filter_):
        raise CallError("--run is one run: --latest and --filter choose among those of an experiment")
    what = (asked.experiment, asked.run, asked.filter_)
    if uri.startswith(("http://", "https://")):
        with Client(http.server("--mlflow", uri, _mlflow_http())) as client:
            return mlflow.ask(client, *what)
    folder = _folder(uri)
    if folder is None:
        return mlflow_local.ask(uri, *what)
    if not folder.is_dir():
        raise CallError(f"--mlflow: there is no folder `{folder.as_posix()}`; a server begins with http://")
    return read_store(folder, *what)


def _folder(uri: str) -> Path | None:
    """The folder of a file store; None for another kind of address."""
    parts = urlsplit(uri)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return Path(uri) if not parts.scheme or "://" not in uri else None


def _mlflow_http() -> Http:
    """Who we are, by the variables that MLflow's own client reads."""
    token, user = (os.environ.get(f"MLFLOW_TRACKING_{name}", "") for name in ("TOKEN", "USERNAME"))
    skips = os.environ.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in ("true", "1")
    tls = Tls(ca_file=os.environ.get("MLFLOW_TRACKING_SERVER_CERT_PATH", ""), insecure_skip_verify=skips)
    if user:
        return Http(basic=(user, os.environ.get("MLFLOW_TRACKING_PASSWORD", "")), tls=tls)
    return Http(authorization=f"Bearer {token}" if token else "", tls=tls)


def _langsmith(asked: SourceOptions, http: HttpOptions) -> Result:
    headers = {"x-api-key": _secret("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")}
    if workspace := os.environ.get("LANGSMITH_WORKSPACE_ID"):
        headers["x-tenant-id"] = workspace
    url = os.environ.get("LANGSMITH_ENDPOINT") or os.environ.get("LANGCHAIN_ENDPOINT") or _LANGSMITH
    since = _since(asked.since) if asked.since else None
    with Client(http.server("LANGSMITH_ENDPOINT", url, Http(headers=headers))) as client:
        return langsmith.ask(client, asked.langsmith or "", since)


def _since(text: str) -> float:
    """A moment, or so long ago."""
    try:
        return time.time() - duration(text)
    except CallError:
        return moment(text)


def _weave(asked: SourceOptions, http: HttpOptions) -> Result:
    server = http.server(
        "WF_TRACE_SERVER_URL",
        os.environ.get("WF_TRACE_SERVER_URL") or _WEAVE,
        Http(basic=("api", _secret("WANDB_API_KEY"))),
    )
    with Client(server) as client:
        return weave.ask(client, asked.weave or "", asked.evaluation)


def _secret(*names: str) -> str:
    found = next((value for name in names if (value := os.environ.get(name, "").strip())), "")
    if not found:
        raise CallError(f"set {' or '.join(names)}: a key is never an option, where others could read it")
    return found
