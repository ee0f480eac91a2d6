"""The shipped specs, their rules, and the targets they are made for, on real Prometheus servers."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from slogen.live.client import Client
from slogen.live.doctor.case import Case
from slogen.live.doctor.examine import Examination, examine
from slogen.live.doctor.serverworld import ServerWorld
from slogen.live.server import Server
from slogen.owners import routing_of
from slogen.pipeline import compile_rules_of
from slogen.project.workspace import open_workspace
from slogen.understand import Project, understand
from tests.docs.pages import REPO
from tests.server.alertmanager import Alertmanager
from tests.server.processes import ask, wait_for
from tests.server.prometheus import Prometheus

from .targets import TARGETS

ORACLES = REPO / ".oracles"
pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
    ),
]
YOUNG = {"no-history", "short-history"}  # the server was started a moment ago, and keeps the default of 15d
GIVEN = YOUNG | {"short-retention"}


@contextmanager
def target(text: str) -> Iterator[int]:
    """A target that shows this text; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def project() -> Project:
    return open_workspace([REPO / "specs"]).project


@pytest.fixture(scope="module", params=["2.42", "3.5"])
def prometheus(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A server that scrapes all targets, and evaluates the rules of the repository."""
    binary = ORACLES / f"prometheus-{request.param}" / "prometheus"
    folder = tmp_path_factory.mktemp("doctor")
    with ExitStack() as stack:
        ports = {job: stack.enter_context(target(text)) for job, text in TARGETS.items()}
        alertmanager = stack.enter_context(target(""))
        found = Prometheus(binary, folder, Fraction(1), ports, alertmanager)
        for path in (REPO / "generated/prometheus").glob("*.rules.yaml"):
            (folder / "rules" / path.name).write_text(path.read_text())
        found.start()
        stack.callback(found.close)
        wait_for("all scraped", lambda: len(found.query("up == 1")) == len(TARGETS), 30)
        yield found


def look(prometheus: Prometheus, project: Project, *only: str) -> Examination:
    slos = [slo for service in project.services for slo in service.slos]
    with Client(Server(f"http://127.0.0.1:{prometheus.port}")) as client:
        rules = compile_rules_of(project)
        return examine(Case(slos, project.settings, ServerWorld(client), rules=rules), only)


def test_all_is_well(prometheus, project):
    """What the server can't know yet is said, and nothing else."""
    found = look(prometheus, project)
    assert {p.code for p in found.problems} <= GIVEN, [p for p in found.problems if p.code not in GIVEN]
    assert found.is_known
    assert {outcome.check for outcome in found.outcomes if outcome.why} == {
        *("scrapes", "newborn", "routes", "silences", "boards")
    }
    assert found.series > 200


def test_rules_that_are_gone_and_others(prometheus, project):
    """Edited by hand on the server, removed, and left over."""
    folder: Path = prometheus.folder / "rules"
    texts = {path: path.read_text() for path in folder.glob("*.yaml")}
    (folder / "embeddings.rules.yaml").unlink()
    chat = folder / "chat-gateway.rules.yaml"
    chat.write_text(chat.read_text().replace("> ignoring (slo_window)", ">= ignoring (slo_window)", 1))
    (folder / "old.yaml").write_text(
        "groups: [{name: 'slogen:old:page', rules: [{record: a, expr: vector(1)}]}]\n"
    )
    prometheus.reload()
    found = look(prometheus, project, "rules")
    assert sorted(problem.code for problem in found.problems) == [
        "rules-differ",
        "rules-missing",
        "stray-rules",
    ]
    assert next(p for p in found.problems if p.code == "rules-differ").slo == "chat-gateway/availability"
    (folder / "old.yaml").unlink()
    for path, text in texts.items():
        path.write_text(text)
    prometheus.reload()
    assert look(prometheus, project, "rules").problems == ()


def test_metrics_that_are_not_there(prometheus):
    """The same specs on metrics that are called otherwise."""
    specs = {"specs/x.yaml": (REPO / "specs/embeddings.yaml").read_text()}
    text = specs["specs/x.yaml"].replace("http_requests_total", "http_request_total", 1)
    text = text.replace('"5xx"', '"5XX"').replace("threshold: 500ms", "threshold: 250ms")
    broken = understand({"specs/x.yaml": text.replace("buckets: [0.1,", "buckets: [0.1, 0.25,")})
    assert broken.ok
    found = look(prometheus, broken, "metrics", "labels", "buckets", "forms", "types")
    assert [p.code for p in found.problems] == ["no-such-metric", "no-such-bucket"]
    assert "did you mean `http_requests_total`?" in found.problems[0].hint
    assert "the nearest boundaries are 0.1 and 0.5" in found.problems[1].hint


@pytest.mark.parametrize("version", ["0.25", "0.33"])
def test_a_real_alertmanager(version, tmp_path, project):
    """It has the routes that are generated, and a silence hides a page; other routes are told."""
    files = {path.name: path.read_text() for path in (REPO / "generated/alertmanager").iterdir()}
    binary = ORACLES / f"alertmanager-{version}" / "alertmanager"
    with contextlib.closing(Alertmanager(binary, tmp_path / "a", files)) as server:
        server.start()
        assert notified(server, project, "routes").problems == ()
        assert notified(server, project, "silences").problems == ()
        begins = datetime.now(UTC)
        matcher = {"name": "slo_id", "value": "embeddings/latency", "isRegex": False, "isEqual": True}
        silence = {
            "matchers": [matcher],
            "startsAt": (begins - timedelta(seconds=1)).isoformat(),
            "endsAt": (begins + timedelta(days=3)).isoformat(),
            "createdBy": "ann",
            "comment": "migration",
        }
        ask(f"http://127.0.0.1:{server.port}/api/v2/silences", silence)
        found = wait_for("silenced", lambda: notified(server, project, "silences").problems, 10)
        assert [problem.code for problem in found] == ["silenced"]
        assert "of embeddings/latency until" in found[0].message


def notified(server: Alertmanager, project: Project, *only: str) -> Examination:
    slos = [slo for service in project.services for slo in service.slos]
    url = f"http://127.0.0.1:{server.port}"
    with Client(Server("http://127.0.0.1:9", alertmanager_url=url)) as client:
        rules, routing = compile_rules_of(project), routing_of(project)
        world = ServerWorld(client)
        return examine(Case(slos, project.settings, world, rules=rules, routing=routing), only)
