"""Specs as a platform team of an LLM product would have them: a service a file, 20 SLOs in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

HEAD = """\
# {service}: owned by {owner}
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: {service}
owner: {owner}
description: Requests to {service}, as its callers see them
labels: {{tier: "{tier}"}}
links:
  runbook: https://runbooks.example.com/{service}
  dashboard: https://grafana.example.com/d/{service}
slos:
"""
OBJECTIVES = ("99.9", "99.5", "99.95", "99", "95")
ROUTES = ("chat", "complete", "embed", "rank", "moderate", "search", "tokenize", "batch", "files", "models")
SLOS_PER_FILE = 20


def errors(service: str, route: str) -> str:
    """Bad of total requests."""
    return f"""\
events:
  bad: http_requests_total{{job="{service}", route="/v1/{route}", code=~"5.."}}
  total: http_requests_total{{job="{service}", route="/v1/{route}"}}"""


def successes(service: str, route: str) -> str:
    """Good of total, a budget for each model."""
    return f"""\
events:
  good: llm_completions_total{{job="{service}", route="/v1/{route}", outcome="success"}}
  total: llm_completions_total{{job="{service}", route="/v1/{route}"}}
  by: [model]"""


def late(service: str, route: str) -> str:
    """Answers within a threshold, from a histogram."""
    return f"""\
latency:
  histogram: http_request_duration_seconds{{job="{service}", route="/v1/{route}"}}
  threshold: 500ms
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]"""


def template(service: str, route: str) -> str:
    """PromQL of one's own."""
    return f"""\
events:
  bad: sum(rate(grpc_handled_total{{job="{service}", route="{route}", grpc_code!="OK"}}[{{{{ window }}}}]))
  total: sum(rate(grpc_handled_total{{job="{service}", route="{route}"}}[{{{{ window }}}}]))"""


KINDS: tuple[tuple[str, Callable[[str, str], str]], ...] = (
    ("errors", errors),
    ("latency", late),
    ("success", successes),
    ("latency", late),
    ("grpc", template),
)


@dataclass(frozen=True)
class Service:
    """A service, and how its SLOs differ from those of others."""

    name: str
    owner: str
    tier: int


@dataclass(frozen=True)
class Case:
    """An SLO, in the words of any tool."""

    name: str
    kind: str
    route: str
    objective: str
    description: str
    window: str


def service_of(number: int) -> Service:
    """The service with this number."""
    return Service(f"service-{number:03}", f"team-{number % 7}", number % 3)


def cases(service: Service, slos: int) -> Iterator[Case]:
    """So many SLOs of a service."""
    for index in range(slos):
        kind, _ = KINDS[index % len(KINDS)]
        route = ROUTES[index // 2 % len(ROUTES)]
        if index >= SLOS_PER_FILE:  # a route of its own, so that no two SLOs are the same
            route += f"-{index // SLOS_PER_FILE}"
        yield Case(
            f"{route}-{kind}-{index}",
            kind,
            route,
            OBJECTIVES[index % len(OBJECTIVES)],
            f"Calls of /v1/{route} on {service.name} are answered as promised",
            "7d" if index % 10 == 9 else "30d",
        )


def spec(number: int, slos: int = SLOS_PER_FILE) -> str:
    """The spec of the service with this number, with so many SLOs."""
    service = service_of(number)
    text = HEAD.format(service=service.name, owner=service.owner, tier=service.tier)
    return text + "\n".join(_slo(service, case) for case in cases(service, slos)) + "\n"


def _slo(service: Service, case: Case) -> str:
    return f"""\
  - name: {case.name}
    description: {case.description}
    objective: {case.objective}
    window: {case.window}
    sli:
{indent(dict(KINDS)[case.kind](service.name, case.route), " " * 6)}"""


def write(folder: Path, files: int, slos: int = SLOS_PER_FILE) -> None:
    """Write `files` specs, with so many SLOs each, into `folder`/specs."""
    (folder / "specs").mkdir(parents=True)
    for number in range(files):
        (folder / "specs" / f"service-{number:03}.yaml").write_text(spec(number, slos))
