"""Where `slogen eval` writes the numbers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from slogen.cli.eval_options import PushOptions
from slogen.cli.server import HttpOptions
from slogen.diagnostics import CallError, did_you_mean
from slogen.evals.judge import Rules
from slogen.evals.readers import Reader, readers
from slogen.evals.result import Result
from slogen.evals.series import AlreadyThereError, Written, jobs_of, written
from slogen.live.client import Client
from slogen.live.errors import ServerError
from slogen.live.evals import otlp, pushgateway, remote_write
from slogen.live.server import Server
from slogen.model.slo import Service
from slogen.project.textfile import TextfileError, add
from slogen.report.evals import Pushed
from slogen.settings import Settings

TEXTFILE: Final = "textfile"
KINDS: Final = ("pushgateway", TEXTFILE, "remote-write", "otlp")


@dataclass(frozen=True)
class Target:
    """One `--push`."""

    kind: str
    where: str


def check_pushes(push: PushOptions) -> list[Target]:
    """Where to push, before anything is done. Raises CallError."""
    targets = []
    for text in push.pushes:
        kind, is_split, where = text.partition("=")
        if not is_split or not where or kind not in KINDS:
            near = did_you_mean(kind, KINDS) or f"KIND is {', '.join(KINDS)}"
            raise CallError(f"--push is KIND=WHERE; {near}")
        targets.append(Target(kind, where))
    if not targets and (push.job or push.push_http_config):
        raise CallError("--job and --push-http-config belong to --push")
    return targets


def push_all(
    targets: Sequence[Target],
    runs: Sequence[Result],
    services: Sequence[Service],
    rules: Rules,
    settings: Settings,
    push: PushOptions,
    http: HttpOptions,
) -> tuple[list[Pushed], ServerError | None]:
    """Write each run to each target; the first failure of a server. What is broken is no run, and isn't
    written."""
    slos = [slo for service in services for slo in service.slos]
    known, last = readers(slos), readers(slos, last_run=True)
    done: list[Pushed] = []
    failure = None
    for target in targets:
        server = _server(target, push, http)
        shown = f"{target.kind} {server.shown if server else target.where}"
        for run in runs:
            if run.broken:
                done.append(Pushed(shown, 0, f"the run is broken: {run.broken}"))
                continue
            job = _job(target, push.job, [*known, *last], run.suite)
            made = written(run, known, last, rules, settings, time.time())
            try:
                done.append(_pushed(target, server, shown, made, job))
            except AlreadyThereError as error:
                done.append(Pushed(shown, 0, str(error)))
            except ServerError as error:
                failure = failure or error
                done.append(Pushed(shown, 0, f"failed: {error.message}"))
    return done, failure


def _server(target: Target, push: PushOptions, http: HttpOptions) -> Server | None:
    if target.kind == TEXTFILE:
        return None
    own = replace(http, http_config=push.push_http_config, headers=())  # not those of where results come from
    return own.server(f"--push {target.kind}", target.where)


def _job(target: Target, said: str | None, known: Sequence[Reader], suite: str) -> str:
    """The job of the series: what is said, or what the specs select."""
    jobs = jobs_of(known, suite)
    if said is not None or target.kind == TEXTFILE:
        return said or ""
    if len(jobs) != 1:
        found = f"the specs select {', '.join(jobs)}" if jobs else "the specs select none"
        raise CallError(f"say --job: {found}")
    return jobs[0]


def _pushed(target: Target, server: Server | None, shown: str, run: Written, job: str) -> Pushed:
    if server is None:
        try:
            path, number = add(Path(target.where), run, job)
        except TextfileError as error:
            raise CallError(f"--push textfile: {error}") from None
        return Pushed(f"{TEXTFILE} {path.as_posix()}", number)
    with Client(server) as client:
        if target.kind == "pushgateway":
            return Pushed(f"{shown}, job {job}", pushgateway.push(client, run, job))
        if target.kind == "otlp":
            return Pushed(f"{shown}, job {job}", *otlp.push(client, run, job, time.time()))
        return Pushed(f"{shown}, job {job}", *remote_write.push(client, run, job, time.time()))
