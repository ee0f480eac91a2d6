"""1,000 SLOs in 50 services on a live Prometheus at the real intervals, beside the usual shape of such rules.

Both servers run at the same time on the same series, so that the noise of the machine is in both.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import yaml

import slogen
from benchmarks import raw_rules
from benchmarks.measure import table
from benchmarks.server import SELF, Server, free_port, prometheus

SERVICES, SLOS = 50, 20
OBJECTIVE, BUDGET = 99.9, 0.001
WARM, MEASURED = 100, 240  # seconds: every series exists, then eight cycles
CYCLE = 30
TARGET = 0.6

COUNTED = {
    "cpu": "process_cpu_seconds_total",
    "rule seconds": "prometheus_rule_evaluation_duration_seconds_sum",
    "missed iterations": "prometheus_rule_group_iterations_missed_total",
    "failures": "prometheus_rule_evaluation_failures_total",
}
NOW = {
    "rules": "prometheus_rule_group_rules",
    "memory": "process_resident_memory_bytes",
    "series": "prometheus_tsdb_head_series",
}


def run() -> None:
    """Print the table."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(exporter())
        servers = {
            name: stack.enter_context(served(folder / name, rules, port))
            for name, rules in {"none": {}, "slogen": generated(), "raw windows": _raw()}.items()
        }
        time.sleep(WARM)
        before = {name: server.own(*COUNTED.values()) for name, server in servers.items()}
        time.sleep(MEASURED)
        figures = {name: _figures(server, before[name]) for name, server in servers.items()}
    _print(figures)


@contextmanager
def exporter() -> Iterator[int]:
    """The services that are scraped, at a port."""
    port, script = free_port(), Path(__file__).with_name("exporter.py")
    process = subprocess.Popen(["timeout", "1500", sys.executable, str(script), str(port), str(SLOS)])
    try:
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def served(folder: Path, rules: Mapping[str, str], port: int) -> AbstractContextManager[Server]:
    """A Prometheus with these rule files that scrapes the services, and itself as every Prometheus does."""
    (folder / "rules").mkdir(parents=True)
    for name, text in rules.items():
        (folder / "rules" / name).write_text(text)
    jobs = [
        {
            "job_name": f"service-{number}",
            "metrics_path": f"/{number}",
            "static_configs": [{"targets": [f"127.0.0.1:{port}"]}],
        }
        for number in range(SERVICES)
    ]
    jobs.append({"job_name": "prometheus", "static_configs": [{"targets": [SELF]}]})
    config = {
        "global": {"scrape_interval": f"{CYCLE}s", "evaluation_interval": f"{CYCLE}s"},
        "rule_files": [f"{folder}/rules/*.yaml"],
        "scrape_configs": jobs,
    }
    return prometheus(folder, yaml.safe_dump(config))


def _selectors(service: int, slo: int) -> tuple[str, str]:
    """Bad and total of an SLO."""
    inside = f'job="service-{service}",route="/v1/{slo}"'
    return f'http_requests_total{{{inside},code=~"5.."}}', f"http_requests_total{{{inside}}}"


def specs() -> dict[str, str]:
    """The specs of all services."""
    head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "owner": "platform"}
    found = {}
    for service in range(SERVICES):
        slos = []
        for slo in range(SLOS):
            bad, total = _selectors(service, slo)
            events = {"events": {"bad": bad, "total": total}}
            slos.append({"name": f"route-{slo}", "objective": OBJECTIVE, "sli": events})
        found[f"{service}.yaml"] = json.dumps({**head, "service": f"service-{service}", "slos": slos})
    return found


def generated() -> dict[str, str]:
    """The rule files that slogen writes."""
    settings = {"apiVersion": "slogen/v1", "kind": "Settings", "targets": ["prometheus"]}
    result = slogen.compile(specs(), json.dumps(settings))
    if not result.ok:
        raise RuntimeError(str(result.problems[:3]))
    return {path.rpartition("/")[2]: text for path, text in result.files.items()}


def _raw() -> dict[str, str]:
    """The same SLOs in the usual shape."""
    files = {}
    for service in range(SERVICES):
        groups = []
        for slo in range(SLOS):
            bad, total = _selectors(service, slo)
            for part, rules in enumerate(
                raw_rules.rules(f"service-{service}", f"route-{slo}", bad, total, BUDGET)
            ):
                groups.append({"name": f"service-{service}-{slo}-{part}", "rules": rules})
        files[f"{service}.yaml"] = yaml.dump({"groups": groups}, Dumper=yaml.CSafeDumper)
    return files


def _figures(server: Server, before: Mapping[str, float]) -> dict[str, float]:
    after = server.own(*COUNTED.values(), *NOW.values())
    figures = {name: after[metric] - before[metric] for name, metric in COUNTED.items()}
    figures |= {name: after[metric] for name, metric in NOW.items()}
    figures["cpu"] /= MEASURED
    figures["rule seconds"] *= CYCLE / MEASURED
    figures["memory"] /= 2**20
    return figures


ROWS = (
    ("rules", "rules", "{:,.0f}", False),
    ("CPU cores", "cpu", "{:.3f}", True),
    ("resident MiB", "memory", "{:.0f}", True),
    ("head series", "series", "{:,.0f}", True),
    ("rule seconds per 30 s cycle", "rule seconds", "{:.2f}", True),
    ("missed iterations", "missed iterations", "{:.0f}", False),
    ("failed evaluations", "failures", "{:.0f}", False),
)


def _print(figures: Mapping[str, Mapping[str, float]]) -> None:
    none, ours, raw = (figures[name] for name in ("none", "slogen", "raw windows"))
    rows = []
    for title, key, form, has_target in ROWS:
        ratio = f"{ours[key] / raw[key]:.2f}" if raw[key] else ""
        cells = [form.format(side[key]) for side in (none, ours, raw)]
        rows.append((title, *cells, ratio, f"{TARGET}" if has_target else ""))
    head = ("what", "no rules", "slogen", "raw windows", "slogen / raw", "target")
    table(
        f"fleet: {SERVICES * SLOS:,} SLOs in {SERVICES} services, {MEASURED} s at 30 s intervals", head, rows
    )
