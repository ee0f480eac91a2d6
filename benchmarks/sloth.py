"""slogen and Sloth (https://sloth.dev) in turns: 1,000 SLOs in 50 files, the same SLIs in both.

Sloth has no groups and no budget of 7 days: its SLOs count all models together, over 30 days.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import specs
from benchmarks.generation import fresh, one_changed
from benchmarks.measure import Usage, of, slogen, table
from benchmarks.measure import run as measured

FILES: Final = 50
PAIRS: Final = 5
_HEAD: Final = """\
version: prometheus/v1
service: {service}
labels: {{owner: {owner}, tier: "{tier}"}}
slos:
"""
_SLO: Final = """\
  - name: {case.name}
    objective: {case.objective}
    description: {case.description}
    sli:
      events:
        error_query: {bad}
        total_query: {total}
    alerting:
      name: SLOErrorBudgetBurn
      annotations: {{summary: "{service}/{case.name} burns its 30d error budget too fast"}}
      page_alert: {{labels: {{severity: page}}}}
      ticket_alert: {{labels: {{severity: ticket}}}}
"""
_WARNED: Final = """\
  - name: a-warning
    objective: 99.9
    exclude: [{from: 2025-12-24T00:00, to: 2025-12-27T00:00}]
    sli: {events: {bad: failed_total, total: done_total}}
"""


def run() -> None:
    """Print the table; without a `sloth` on the PATH there is nothing to compare with."""
    sloth = shutil.which("sloth")
    if sloth is None:
        print("\nno `sloth` on the PATH: slogen is not compared with it")
        return
    with tempfile.TemporaryDirectory() as name:
        rows = _pairs(_runs(Path(name), sloth))
    what = f"{FILES * specs.SLOS_PER_FILE:,} SLOs in {FILES} files"
    table(
        f"slogen and Sloth in turns: {what}, medians of {PAIRS} turns",
        ("what", "wall s", "CPU s", "CPU / Sloth", "of target", "peak MB"),
        rows,
    )


@dataclass(frozen=True)
class Run:
    """Something that is measured in every turn, and which share of Sloth's time it may take."""

    once: Callable[[], Usage]
    target: float | None = None


def _runs(folder: Path, sloth: str) -> Mapping[str, Run]:
    theirs = folder / "sloth"
    write(theirs / "in", FILES)
    for name in ("plain", "all", "known", "warned"):
        specs.write(folder / name, FILES)
    with (folder / "warned" / "specs" / "service-007.yaml").open("a") as file:
        file.write(_WARNED)
    for name in ("known", "warned"):
        slogen("generate", cwd=folder / name)
    return {
        "Sloth": Run(lambda: _sloth(theirs, sloth)),
        "slogen, plain rules": Run(fresh(folder / "plain", "--target", "prometheus"), 0.9),
        "slogen, everything": Run(fresh(folder / "all"), 5),
        "slogen, nothing changed": Run(lambda: slogen("generate", cwd=folder / "known")),
        "slogen, nothing changed, a warning": Run(lambda: slogen("generate", cwd=folder / "warned")),
        "slogen, one file of 50 changed": Run(lambda: one_changed(folder / "known")),
    }


def _pairs(runs: Mapping[str, Run]) -> list[list[str]]:
    """The rows of all runs, and their share of Sloth's CPU time in the same turn."""
    turns = [{name: each.once() for name, each in runs.items()} for _ in range(PAIRS)]
    rows = []
    for name, each in runs.items():
        wall, cpu, peak = (median(getattr(t[name], what) for t in turns) for what in ("wall", "cpu", "peak"))
        share = median(turn[name].cpu / turn["Sloth"].cpu for turn in turns)
        rows.append(
            [name, f"{wall:.2f}", f"{cpu:.2f}", f"{share:.2f}", of(share, each.target), f"{peak:.0f}"]
        )
    return rows


def _sloth(folder: Path, program: str) -> Usage:
    """A run of Sloth that writes all files anew."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    (folder / "out").mkdir()
    return measured([program, "generate", "--no-log", "-i", "in", "-o", "out"], folder)


def write(folder: Path, files: int) -> None:
    """Write the same specs as `specs.write`, for Sloth."""
    folder.mkdir(parents=True)
    for number in range(files):
        service = specs.service_of(number)
        text = _HEAD.format(service=service.name, owner=service.owner, tier=service.tier)
        slos = (_slo(service, case) for case in specs.cases(service, specs.SLOS_PER_FILE))
        (folder / f"{service.name}.yaml").write_text(text + "".join(slos))


def _slo(service: specs.Service, case: specs.Case) -> str:
    bad, total = (json.dumps(query) for query in _QUERIES[case.kind](service.name, case.route))
    return _SLO.format(case=case, service=service.name, bad=bad, total=total)


def _rate(metric: str, service: str, route: str, more: str = "") -> str:
    return f'sum(rate({metric}{{job="{service}", route="{route}"{more}}}[{{{{.window}}}}]))'


def _errors(service: str, route: str) -> tuple[str, str]:
    def rate(more: str = "") -> str:
        return _rate("http_requests_total", service, f"/v1/{route}", more)

    return rate(', code=~"5.."'), rate()


def _late(service: str, route: str) -> tuple[str, str]:
    def rate(part: str, more: str = "") -> str:
        return _rate(f"http_request_duration_seconds_{part}", service, f"/v1/{route}", more)

    within = rate("bucket", ', le="0.5"')
    return f"{rate('count')} - {within}", rate("count")


def _successes(service: str, route: str) -> tuple[str, str]:
    def rate(more: str = "") -> str:
        return _rate("llm_completions_total", service, f"/v1/{route}", more)

    good = rate(', outcome="success"')
    return f"{rate()} - {good}", rate()


def _template(service: str, route: str) -> tuple[str, str]:
    def rate(more: str = "") -> str:
        return _rate("grpc_handled_total", service, route, more)

    return rate(', grpc_code!="OK"'), rate()


_QUERIES: Final[Mapping[str, Callable[[str, str], tuple[str, str]]]] = {
    "errors": _errors,
    "latency": _late,
    "success": _successes,
    "grpc": _template,
}
