"""A server that is well, as answers to the doctor's questions; a test changes one of them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slogen.emitted.rules import Alert, Group, Rule, RuleFile
from slogen.live.client import Client
from slogen.live.doctor.case import Case
from slogen.live.doctor.examine import Examination, examine
from slogen.live.doctor.serverworld import ServerWorld
from slogen.live.server import Server
from slogen.owners import routing_of
from slogen.pipeline import compile_rules_of
from slogen.understand import Project, understand
from tests.live.fake import Asked, Fake, Said, failure, serving, success, vector

from .worlds import SPEC

Samples = Sequence[tuple[Mapping[str, str], float]]
ONE: Samples = [({}, 1.0)]
NONE: Samples = []
_PART = re.compile(r'label_replace\((.*?), "slogen_ask", "(\d+)", "", ""\)(?:\nor\n|$)', re.DOTALL)
SETTINGS = "apiVersion: slogen/v1\nkind: Settings\nlabels: {cluster: eu-1}\n"
NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers:
  chat: {slack: {webhook: {file: /secret}, channel: "#api"}}
  phone: {pagerduty: {routing_key: {file: /key}}}
default: {page: phone, ticket: chat}
meta: {ticket: chat}
"""
# What is asked for, and what comes back where all is well; the first that is found in a question counts.
WELL: list[tuple[str, Samples]] = [
    (r"^count\(up.* == 0\)$", NONE),
    (r"up.* == 1 unless on", NONE),
    (r"offset 3600s", ONE),
    (r"^quantile\(0.5", [({}, 20.0)]),
    (r"^min\(count_over_time", [({}, 20.0)]),
    (r"^max\(max_over_time", [({}, 29.0)]),
    (r"^1 - min\(avg", [({}, 0.0)]),
    (r"unless .* offset 1h", NONE),
    (r"resets", [({}, 0.0)]),
    (r"timestamp\(", [({}, 15.0)]),
    (r"iterations_missed|dropped_total|failed_total", NONE),
    (r"count_over_time\(slogen_up", [({"slo_service": "api"}, 1.0)]),
    (r"first_seen", [({"slo_id": f"api/{name}"}, 3e6) for name in ("availability", "latency", "score")]),
    (r"slogen_slo_info", NONE),
    (r" != | < 0| unless |exported_", NONE),
    (r"count by \(le\)", [({"le": "0.5"}, 1), ({"le": "+Inf"}, 1)]),
    (r"by \(instance\)", [({"instance": "a"}, 2)]),
    (r"by \(job, instance\)", [({"job": "api", "instance": "a"}, 2)]),
    (r"by \(model\)", [({"model": "a"}, 2)]),
    (r"^count\(wait_seconds\)$", NONE),
]  # fmt: skip


@dataclass
class World:
    """A server's answers; `queries` go before those of WELL, `paths` are those of the API; `rulers` are the
    groups of engines that the project is compiled for."""

    project: Project
    rules: tuple[RuleFile, ...]
    rulers: Mapping[str, Sequence[Group]] = field(default_factory=dict)
    queries: list[tuple[str, Samples | Said]] = field(default_factory=list)
    paths: dict[str, Any] = field(default_factory=dict)
    clock: float = 0.0

    def __call__(self, asked: Asked) -> Said:
        path = asked.path.removeprefix("/api/v1/").removeprefix("/api/v2/")
        if path == "query":
            return self._query(asked.form["query"])
        if path in self.paths:
            found = self.paths[path]
            raw = asked.path.startswith("/api/v2/")
            if isinstance(found, Said):
                return found
            return Said(200, json.dumps(found).encode()) if raw else success(found)
        return failure(404, "no such path")

    def _query(self, query: str) -> Said:
        if query == "time()":
            return vector(({}, time.time() + self.clock))
        samples: list[tuple[Mapping[str, str], float]] = []
        for text, number in _PART.findall(query):
            found = next((s for pattern, s in [*self.queries, *WELL] if re.search(pattern, text)), ONE)
            if isinstance(found, Said):
                return found
            samples += [({**labels, "slogen_ask": number}, value) for labels, value in found]
        return vector(*samples, at=time.time())


def _waits(rule: Rule) -> dict[str, Any]:
    return {"duration": rule.wait, "keepFiringFor": rule.keep_firing_for} if isinstance(rule, Alert) else {}


def group_of(group: Any, now: float) -> dict[str, Any]:
    """A group of rules as the API tells of it."""
    rules = [
        {
            "type": "alerting" if isinstance(rule, Alert) else "recording",
            "name": rule.alert if isinstance(rule, Alert) else rule.record,
            "query": " ".join(rule.expr.split()),
            "labels": dict(rule.labels),
            "health": "ok",
            **(
                {"duration": rule.wait, "keepFiringFor": rule.keep_firing_for}
                if isinstance(rule, Alert)
                else {}
            ),
        }
        for rule in group.rules
    ]
    last = time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime(now - 5))
    return {
        "name": group.name,
        "file": "/rules/api.rules.yaml",
        "interval": group.interval,
        "evaluationTime": 0.01,
        "lastEvaluation": last,
        "rules": rules,
    }


def well(spec: str = SPEC, notifications: str = "") -> World:
    """A server on which all is as a spec says."""
    sources = {"specs/api.yaml": spec, **({"notifications.yaml": notifications} if notifications else {})}
    project = understand(sources, SETTINGS)
    assert project.ok, project.problems
    rules = compile_rules_of(project)
    now = time.time()
    paths = {
        "rules": {"groups": [group_of(group, now) for file in rules for group in file.groups]},
        "status/buildinfo": {"version": "2.53.0", "goVersion": "go1.22"},
        "status/runtimeinfo": {"storageRetention": "40d or 5GiB"},
        "status/config": {"yaml": "global:\n  external_labels:\n    cluster: eu-1\n"},
        "alertmanagers": {"activeAlertmanagers": [{"url": "http://a/api/v2/alerts"}]},
        "metadata": {"requests_total": [{"type": "counter"}], "score": [{"type": "gauge"}]},
        "label/__name__/values": ["requests_total", "wait_seconds_bucket", "wait_seconds_count", "score"],
        "labels": ["__name__", "code", "job", "model"],
        "silences": [],
    }
    return World(project, rules, paths=paths)


def clusters(spec: str = SPEC) -> tuple[Project, ...]:
    """The project of a spec in two clusters, `eu-1` and `us-1`, with one ruler."""
    two = "clusters: [{name: eu-1, scope: {cluster: eu-1}}, {name: us-1, scope: {cluster: us-1}}]\n"
    own = SETTINGS.replace("labels: {cluster: eu-1}\n", "")  # each cluster has its own
    project = understand({"specs/api.yaml": spec}, own + two)
    assert project.ok, project.problems
    return project.clusters


@contextmanager
def asking(world: World, alertmanager: bool = False) -> Iterator[tuple[Fake, Case]]:
    """The world as a running server, and what checks get."""
    with serving(world) as fake:
        server = Server(fake.url, alertmanager_url=fake.url if alertmanager else "", retries=0, timeout=10)
        with Client(server) as client:
            project = world.project
            slos = [slo for service in project.services for slo in service.slos]
            found = ServerWorld(client)
            yield (
                fake,
                Case(
                    slos,
                    project.settings,
                    found,
                    rules=world.rules,
                    routing=routing_of(project),
                    rulers=world.rulers,
                ),
            )


def examined(world: World, only: Iterable[str] = (), alertmanager: bool = False) -> Examination:
    """What the doctor finds there."""
    with asking(world, alertmanager) as (_, case):
        return examine(case, tuple(only))
