"""A spec and a dump as texts, and what the doctor finds."""

from __future__ import annotations

from collections.abc import Iterable

from slogen.diagnostics import Problem
from slogen.live.doctor.case import Case
from slogen.live.doctor.dump import DumpWorld
from slogen.live.doctor.examine import Examination, examine
from slogen.live.doctor.exposition import read_page
from slogen.understand import Project, understand

HEAD = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: api
slos:
"""
EVENTS = """\
  - name: availability
    objective: 99.9
    sli:
      events:
        bad: requests_total{job="api", code=~"5.."}
        total: requests_total{job="api"}
        by: [model]
"""
LATENCY = """\
  - name: latency
    objective: 99
    sli:
      latency:
        histogram: wait_seconds{job="api"}
        threshold: 500ms
"""
SCORE = """\
  - name: score
    objective: 95
    sli:
      timeslices:
        good: avg(score{suite="golden"}) >= 0.8
"""
SPEC = HEAD + EVENTS + LATENCY + SCORE
DUMP = """\
# TYPE requests_total counter
requests_total{model="a",code="200"} 90
requests_total{model="a",code="503"} 1
# TYPE wait_seconds histogram
wait_seconds_bucket{pod="x",le="0.5"} 7
wait_seconds_bucket{pod="x",le="+Inf"} 9
wait_seconds_sum{pod="x"} 3
wait_seconds_count{pod="x"} 9
# TYPE score gauge
score{suite="golden"} 0.9
"""


def project_of(spec: str) -> Project:
    """What a spec means; it has no errors."""
    project = understand({"specs/api.yaml": spec})
    assert project.ok, project.problems
    return project


def looked_for(spec: str, *dumps: str, only: Iterable[str] = (), repeats: bool = False) -> Examination:
    """The doctor's findings in dumps that can be read; series that are there twice are told beside it."""
    project = project_of(spec)
    pages = [read_page(f"{n}.txt", dump.encode()) for n, dump in enumerate(dumps)]
    assert {problem.code for page in pages for problem in page.problems} <= (
        {"exposed-twice"} if repeats else set()
    )
    slos = [slo for service in project.services for slo in service.slos]
    world = DumpWorld(pages, project.settings.of_targets)
    return examine(Case(slos, project.settings, world), tuple(only))


def shown(problems: Iterable[Problem]) -> list[str]:
    """What, in short."""
    return [f"{p.slo} {p.severity[0].upper()} {p.code} {p.message} = {p.hint}" for p in problems]
