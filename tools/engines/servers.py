"""Engines that evaluate rules, started on loopback with a database each: what to run, and where to ask."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
ORACLES = ROOT / ".oracles"


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """A program that runs in a folder, and can be stopped and started again with its data."""

    name: str
    command: list[str]
    folder: Path
    ready: str = ""
    handle: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, and wait until it answers. Raises RuntimeError with the end of its log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.handle = subprocess.Popen(self.command, cwd=self.folder, stdout=log, stderr=log)
        deadline = time.monotonic() + 90
        while self.ready and time.monotonic() < deadline:
            if self.handle.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.ready, timeout=2):
                    return
            except OSError:
                time.sleep(0.3)
        if self.ready:
            tail = (self.folder / f"{self.name}.log").read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{self.name} does not become ready:\n{tail}")

    def stop(self) -> None:
        """End it as an operator would."""
        if self.handle is None:
            return
        self.handle.terminate()
        try:
            self.handle.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.handle.kill()
        self.handle = None


@dataclass
class Engine:
    """Processes, of which `ruler` evaluates the rules, and the address that answers queries."""

    name: str
    query: str
    processes: list[Process]
    ruler: Process
    after: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start all, in order."""
        for process in self.processes:
            process.start()
        self.after()

    def stop(self) -> None:
        """Stop all, the last first."""
        for process in reversed(self.processes):
            process.stop()

    def ask(self, expr: str, at: float | None = None) -> list[tuple[Mapping[str, str], float]]:
        """The vector that an expression gives now, or at a time. Raises OSError."""
        when = {} if at is None else {"time": f"{at:.3f}"}
        url = f"{self.query}/api/v1/query?{urllib.parse.urlencode({'query': expr, **when, 'nocache': '1'})}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            result: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return [(one["metric"], float(one["value"][1])) for one in result]


def prometheus(folder: Path, rules: Path | None, target: str, version: str, **extra: str) -> Engine:
    """A Prometheus that scrapes and evaluates."""
    port = free_port()
    config = folder / "prometheus.yml"
    folder.mkdir(parents=True, exist_ok=True)
    config.write_text(_scrapes(target, rules, extra.get("remote_write", ""), extra.get("labels", "")))
    command = [
        str(ORACLES / version / "prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
        *extra.get("flags", "").split(),
    ]
    process = Process("prometheus", command, folder, f"http://127.0.0.1:{port}/-/ready")
    return Engine(version, f"http://127.0.0.1:{port}", [process], process)


def _scrapes(target: str, rules: Path | None, remote_write: str, labels: str = "") -> str:
    files = f"rule_files: [{rules}/*.rules.yaml]\n" if rules else ""
    writes = f"remote_write: [{{url: {remote_write}}}]\n" if remote_write else ""
    outside = f", external_labels: {labels}" if labels else ""
    return (
        f"global: {{scrape_interval: 30s, evaluation_interval: 30s{outside}}}\n{files}{writes}"
        f"scrape_configs: [{{job_name: shop, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )


def victoriametrics(folder: Path, rules: Path, target: str, binaries: Path) -> Engine:
    """A single VictoriaMetrics that scrapes, and vmalert beside it."""
    port, alert = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scrape.yml").write_text(_scrapes(target, None, ""))
    url = f"http://127.0.0.1:{port}"
    store = Process(
        "victoria-metrics",
        [
            str(binaries / "victoria-metrics"),
            f"-storageDataPath={folder / 'data'}",
            f"-httpListenAddr=127.0.0.1:{port}",
            f"-promscrape.config={folder / 'scrape.yml'}",
            "-promscrape.config.strictParse=false",
            "-loggerLevel=WARN",
        ],
        folder,
        f"{url}/health",
    )
    ruler = Process(
        "vmalert",
        [
            str(binaries / "vmalert"),
            f"-rule={rules}/*.rules.yaml",
            f"-datasource.url={url}",
            f"-remoteWrite.url={url}",
            f"-remoteRead.url={url}",
            "-notifier.blackhole",
            f"-httpListenAddr=127.0.0.1:{alert}",
            "-loggerLevel=WARN",
        ],
        folder,
        f"http://127.0.0.1:{alert}/health",
    )
    return Engine("victoriametrics", url, [store, ruler], ruler)


def thanos(folder: Path, rules: Path, target: str, binaries: Path, *, is_stateless: bool = False) -> Engine:
    """A Prometheus without rules, a sidecar, a querier, and a ruler. That is a store of the querier; or it is
    stateless, and writes what it records to the Prometheus, whose external label it leaves out of account."""
    receives = "--web.enable-remote-write-receiver" if is_stateless else ""
    scraper = prometheus(folder, None, target, "newest-prometheus", labels="{cluster: eu-1}", flags=receives)
    grpc, web = [free_port() for _ in range(3)], [free_port() for _ in range(3)]

    def part(name: str, number: int, *flags: str) -> Process:
        command = [str(binaries / "thanos"), name, "--log.level=warn", *flags]
        command += [f"--grpc-address=127.0.0.1:{grpc[number]}", f"--http-address=127.0.0.1:{web[number]}"]
        return Process(f"thanos-{name}", command, folder, f"http://127.0.0.1:{web[number]}/-/ready")

    sidecar = part("sidecar", 0, f"--prometheus.url={scraper.query}", f"--tsdb.path={folder / 'data'}")
    if is_stateless:
        stores, writes = [grpc[0]], f"remote_write: [{{url: '{scraper.query}/api/v1/write'}}]"
        own = [f"--remote-write.config={writes}", "--restore-ignored-label=cluster"]
    else:
        stores, own = [grpc[0], grpc[2]], []
    endpoints = [f"--endpoint=127.0.0.1:{port}" for port in stores]
    querier = part("query", 1, *endpoints, "--query.replica-label=replica")
    ruler = part(
        "rule",
        2,
        f"--rule-file={rules}/*.rules.yaml",
        f"--query=http://127.0.0.1:{web[1]}",
        f"--data-dir={folder / 'ruler'}",
        "--eval-interval=30s",
        '--label=replica="a"',
        *own,
    )
    address = f"http://127.0.0.1:{web[1]}"
    name = "thanos-stateless" if is_stateless else "thanos"
    return Engine(name, address, [*scraper.processes, sidecar, querier, ruler], ruler)


def cortex(folder: Path, rules: Path, target: str, binaries: Path) -> Engine:
    """A single Cortex with the limits that Mimir has by default, which a Prometheus without rules writes to.
    Its ruler is a process of its own, so that it can be stopped alone."""
    port, grpc = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    scraper = prometheus(folder, None, target, "newest-prometheus", remote_write=f"{url}/api/v1/push")
    (folder / "cortex.yml").write_text(_CORTEX.format(folder=folder, port=port, grpc=grpc))
    process = Process(
        "cortex",
        [str(binaries / "cortex"), f"-config.file={folder / 'cortex.yml'}"],
        folder,
        f"{url}/ready",
    )
    return Engine(
        "cortex", f"{url}/prometheus", [process, *scraper.processes], process, lambda: _load(url, rules)
    )


_CORTEX = """\
auth_enabled: false
target: all
server:
  http_listen_address: 127.0.0.1
  http_listen_port: {port}
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: {grpc}
  log_level: warn
distributor: {{ring: {{kvstore: {{store: inmemory}}}}}}
ingester:
  lifecycler:
    address: 127.0.0.1
    port: {grpc}
    join_after: 0s
    final_sleep: 0s
    num_tokens: 64
    ring: {{kvstore: {{store: inmemory}}, replication_factor: 1}}
frontend_worker: {{match_max_concurrent: true, frontend_address: "127.0.0.1:{grpc}"}}
blocks_storage:
  backend: filesystem
  filesystem: {{dir: {folder}/blocks}}
  tsdb: {{dir: {folder}/tsdb}}
  bucket_store: {{sync_dir: {folder}/sync}}
ruler:
  enable_api: true
  rule_path: {folder}/rule-files
  poll_interval: 5s
  evaluation_interval: 30s
  external_url: http://localhost
ruler_storage: {{backend: filesystem, filesystem: {{dir: {folder}/rules}}}}
alertmanager:
  external_url: http://localhost/alertmanager
  data_dir: {folder}/am-data
  cluster: {{listen_address: ""}}
alertmanager_storage: {{backend: filesystem, filesystem: {{dir: {folder}/alertmanager}}}}
compactor: {{data_dir: {folder}/compactor, sharding_ring: {{kvstore: {{store: inmemory}}}}}}
store_gateway: {{sharding_ring: {{kvstore: {{store: inmemory}}}}}}
limits: {{ruler_max_rules_per_rule_group: 20, ruler_max_rule_groups_per_tenant: 70}}
"""


def _load(url: str, rules: Path) -> None:
    """Load namespace files as `mimirtool rules sync` does: a call a group. Raises OSError with the
    refusal."""
    for path in sorted(rules.glob("*.rules.yaml")):
        data = yaml.safe_load(path.read_text())
        for group in data["groups"]:
            request = urllib.request.Request(
                f"{url}/api/v1/rules/{data['namespace']}",
                yaml.safe_dump(group, sort_keys=False).encode(),
                {"Content-Type": "application/yaml"},
            )
            try:
                with urllib.request.urlopen(request, timeout=30):
                    pass
            except urllib.error.HTTPError as error:
                raise OSError(f"{path.name}, {group['name']}: {error.read().decode()}") from None


@contextmanager
def running(engines: list[Engine]) -> Iterator[list[Engine]]:
    """Start them, and stop all that were started, whatever happens."""
    started: list[Engine] = []
    try:
        for engine in engines:
            started.append(engine)
            engine.start()
        yield engines
    finally:
        for engine in reversed(started):
            engine.stop()
