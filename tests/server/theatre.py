"""Starts what the stories of one Prometheus version need, plays them all at once, and ends everything."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import slogen

from .prometheus import Prometheus
from .scaled import long_known, scaled_rules
from .stage import Service, Stage

SCALE = Fraction(1, 30)
HEAD = {"apiVersion": "slogen/v1"}
SETTINGS = {**HEAD, "kind": "Settings", "targets": ["prometheus"], "prometheus": {"retention": "90d"}}


@dataclass(frozen=True)
class Story:
    """SLOs of a service, and what happens to it. `play` raises AssertionError when it goes wrong.

    `alone` gives the story a Prometheus of its own, because it ends and restarts it.
    """

    name: str
    play: Callable[[Stage], None]
    slos: tuple[Mapping[str, Any], ...]
    alone: bool = False


def slo(sli: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """An SLO over an SLI whose selectors say `JOB` for the job of the story."""
    return {"name": "requests", "objective": 99.9, "sli": sli, **fields}


REQUESTS = {
    "events": {
        "bad": 'llm_requests_total{job="JOB", code="500"}',
        "total": 'llm_requests_total{job="JOB"}',
        "by": ["model"],
    }
}


def play_all(stories: list[Story], binary: Path, folder: Path) -> dict[str, Future[None]]:
    """Play stories on new servers; the results hold when this returns."""
    shared = [story for story in stories if not story.alone]
    casts = [cast for cast in [shared, *([story] for story in stories if story.alone)] if cast]
    with ExitStack() as stack, ThreadPoolExecutor(len(stories)) as pool:
        stages = [
            (story, stage)
            for number, cast in enumerate(casts)
            for story, stage in _stages(cast, binary, folder / str(number), stack)
        ]
        return {story.name: pool.submit(_play, story, stage) for story, stage in stages}


def _play(story: Story, stage: Stage) -> None:
    story.play(stage)
    assert stage.prometheus.failures(story.name) == []


def _stages(cast: list[Story], binary: Path, folder: Path, stack: ExitStack) -> list[tuple[Story, Stage]]:
    services = {}
    for story in cast:
        (folder / story.name).mkdir(parents=True)
        services[story.name] = Service(folder / story.name)
        stack.callback(services[story.name].close)
        services[story.name].start()
    ports = {name: service.port for name, service in services.items()}
    prometheus = Prometheus(binary, folder, SCALE, ports)
    for story in cast:
        (folder / "rules" / f"{story.name}.yaml").write_text(rules_of(story))
    stack.callback(prometheus.close)
    prometheus.start()
    return [(story, Stage(story.name, SCALE, services[story.name], prometheus)) for story in cast]


def rules_of(story: Story) -> str:
    """The generated rules of a story's service, in fast motion."""
    spec = {**HEAD, "kind": "ServiceLevelObjectives", "service": story.name, "owner": "llm-platform"}
    text = json.dumps({**spec, "slos": story.slos}).replace("JOB", story.name)
    result = slogen.compile(text, json.dumps(SETTINGS))
    assert result.ok, result.problems
    return scaled_rules(long_known(result.files[f"prometheus/{story.name}.rules.yaml"]), SCALE)
