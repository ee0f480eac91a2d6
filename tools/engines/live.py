"""Play a day in short on engines side by side, and keep what each recorded, and which alerts fired, beside
the truth."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tools.engines.servers import Engine, running
from tools.engines.traffic import Plan, Service

WINDOWS = {"5m": 300, "30m": 1800, "1h": 3600}
EVERY = 15.0


@dataclass(frozen=True)
class Course:
    """Seconds of each act: traffic swings, half of it fails, it recovers, rules are stopped, they run
    again."""

    swing: float = 45 * 60
    outage: float = 8 * 60
    recovery: float = 12 * 60
    stopped: float = 10 * 60
    after: float = 5 * 60

    @property
    def stop(self) -> float:
        """When the rules are stopped."""
        return self.swing + self.outage + self.recovery

    @property
    def end(self) -> float:
        """When all is over."""
        return self.stop + self.stopped + self.after


@dataclass
class Look:
    """What an engine shows at a time (seconds from the start): error ratios by window and SLO, the true ratio
    of each window, and the alerts that fire, as "name severity slo"."""

    engine: str
    at: float
    ratios: dict[str, dict[str, float]] = field(default_factory=dict)
    truth: dict[str, float] = field(default_factory=dict)
    alerts: list[str] = field(default_factory=list)
    left: dict[str, float] = field(default_factory=dict)
    error: str = ""


def play(engines: Sequence[Engine], service: Service, course: Course) -> Iterator[Look]:
    """Start the engines and look at each every 15 seconds. The first one's rules are never stopped."""
    with running(list(engines)):
        is_stopped = False
        while (passed := time.time() - service.start) < course.end:
            should = course.stop <= passed < course.stop + course.stopped
            if should != is_stopped:
                for engine in engines[1:]:
                    engine.ruler.stop() if should else engine.ruler.start()
                is_stopped = should
            yield from (look(engine, service, passed) for engine in engines)
            time.sleep(EVERY)


def plan_of(course: Course) -> Plan:
    """When requests fail."""
    return Plan(course.swing, course.swing + course.outage)


def look(engine: Engine, service: Service, passed: float) -> Look:
    """What an engine shows now."""
    seen, now = Look(engine.name, passed), time.time()
    try:
        for window, seconds in WINDOWS.items():
            found = engine.ask(f"slo:sli_error:ratio_rate{window}")
            seen.ratios[window] = {labels["slo"]: value for labels, value in found}
            seen.truth[window] = service.ratio(now, seconds)
        for labels, _ in engine.ask('ALERTS{alertstate="firing",alertname!="SLOMetaDeadMan"}'):
            seen.alerts.append(f"{labels['alertname']} {labels.get('severity', '')} {labels.get('slo', '')}")
        found = engine.ask("slo:period_error_budget_remaining:ratio")
        seen.left = {labels["slo"]: value for labels, value in found}
    except OSError as error:
        seen.error = str(error)
    return seen
