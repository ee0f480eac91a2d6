"""A fleet in every state, as its rules would have recorded it: to measure, to test and to paint its boards.

Of each 200 SLOs 4 page, 12 have no budget left, 4 have no data, 30 no traffic, 6 little budget left, and
8 are four days old. What they cost each day is drawn by lot, always the same. Beside them there may be odd
ones: a service whose rules died, a removed SLO, 500 groups, names in every script.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

MINUTE, HOUR, DAY = 60, 3600, 86400
WINDOW, RATE, SERVICE_SIZE = 30, 10.0, 20
Point = tuple[int, float]
Series = tuple[str, Mapping[str, str], list[Point]]
STATES = {"paging": 4, "exhausted": 12, "silent": 4, "idle": 30, "little": 6, "young": 8}  # of 200
SPENT = {"exhausted": (1.05, 3.3), "little": (0.82, 0.98), "paging": (0.05, 0.7)}  # of the budget
NAMES = (
    *("availability", "latency", "checkout", "search-results", "login-success", "sync-lag", "cache-hit"),
    *("profile-updates", "batch-finishes", "upload-success", "download-success", "freshness", "ttft"),
    *(
        "notifications",
        "index-age",
        "export-success",
        "queue-wait",
        "token-errors",
        "answers",
        "imports",
    ),
)
OWNERS = ("search", "payments", "platform", "growth", "فريق المنصة")
ODD_GROUP = 'meta/Llama "3" & co'
SETTINGS = """\
apiVersion: slogen/v1
kind: Settings
prometheus: {retention: 90d}
targets: [prometheus, grafana]
"""


@dataclass(frozen=True)
class One:
    """An SLO, or a group of it, and how it stands."""

    service: str
    name: str
    state: str
    owner: str = ""
    percent: float = 99.9
    group: Mapping[str, str] = field(default_factory=dict)
    until: int = 0  # seconds ago of the last evaluation of its rules

    @property
    def id(self) -> str:
        """As its label says."""
        return f"{self.service}/{self.name}"

    @property
    def labels(self) -> dict[str, str]:
        """Of what is recorded of it."""
        return {"slo_id": self.id, "slo_service": self.service, "slo": self.name}

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return round(1 - self.percent / 100, 6)

    @property
    def age(self) -> int:
        """Days since it was first seen."""
        return 4 if self.state == "young" else 400

    @cached_property
    def days(self) -> list[float]:
        """The share of its budget that it spent on each day, today's first."""
        dice = random.Random(f"{self.id} {self.group}")
        spent = dice.uniform(*SPENT.get(self.state, (0.02, 0.6)))
        bad = [dice.random() ** 3 * (6 if dice.random() < 0.08 else 1) for _ in range(2 * WINDOW + 8)]
        now = sum(bad[:WINDOW])
        return [day / now * spent if n < self.age else 0.0 for n, day in enumerate(bad)]

    def left(self, ago: int = 0) -> float:
        """The share of the budget that was left so many days ago."""
        return 1 - sum(self.days[ago : ago + WINDOW])

    @property
    def burn(self) -> float:
        """How fast the budget burns."""
        return {"paging": 15 + len(self.name) / 10, "exhausted": sum(self.days[:7]) * 4}.get(
            self.state, self.days[0] * WINDOW
        )


def fleet(size: int) -> list[One]:
    """So many SLOs in services of twenty."""
    states = [state for state, many in STATES.items() for _ in range(many * size // 200)]
    states += ["healthy"] * (size - len(states))
    random.Random(size).shuffle(states)
    return [
        One(
            f"svc-{n // SERVICE_SIZE:02}",
            NAMES[n % SERVICE_SIZE],
            state,
            OWNERS[n // 7 % len(OWNERS)],
            (99.0, 99.5, 99.9)[n % 3],
        )
        for n, state in enumerate(states)
    ]


def asleep(size: int) -> list[One]:
    """A service of so many SLOs without any traffic."""
    return [One("asleep", f"night-{n}", "idle", "night") for n in range(size)]


def odd_ones() -> list[One]:
    """What is strange: 500 groups, two of them out of budget, one of which pages; a service whose rules died
    two hours ago, and an SLO that was removed then from a service that runs."""
    groups = [One("models", "answers", "healthy", group={"model": f"m{n}"}) for n in range(498)]
    groups += [One("models", "answers", state, group={"model": name}) for state, name in ODD.items()]
    ended = One("ended", "availability", "healthy", "search", until=2 * HOUR)
    return [*groups, ended, One("models", "removed", "healthy", until=2 * HOUR)]


ODD = {"exhausted": "org/m", "paging": ODD_GROUP}


def specs(ones: Sequence[One]) -> dict[str, str]:
    """The documents that have such rules."""
    found: dict[str, dict[str, One]] = {}
    for one in ones:
        found.setdefault(one.service, {}).setdefault(one.name, one)
    return {f"{name}.yaml": json.dumps(_document(name, [*slos.values()])) for name, slos in found.items()}


def _document(service: str, slos: Sequence[One]) -> dict[str, object]:
    listed = [
        {
            "name": one.name,
            "objective": one.percent,
            **({"owner": one.owner} if one.owner else {}),
            "links": {"runbook": f"https://runbooks.example.com/{one.id}"},
            "sli": {"events": _events(one)},
        }
        for one in slos
        if not one.until or one.service == "ended"
    ]
    head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": service}
    return {**head, "slos": listed}


def _events(one: One) -> dict[str, object]:
    name = one.id.replace("-", "_").replace("/", "_")
    counted: dict[str, object] = {"bad": f"{name}_bad_total", "total": f"{name}_total"}
    return {**counted, "by": [*one.group]} if one.group else counted


def series(ones: Sequence[One], now: int) -> Iterator[Series]:
    """Everything that is recorded of them. Days and windows are recorded once a day, which is all that boards
    look at, and all of it in the last ten minutes."""
    seen = set[str]()
    for one in ones:
        yield from _of_group(one, now)
        if one.id not in seen:
            yield from _of_slo(one, now)
        seen.add(one.id)
    for service in dict.fromkeys(one.service for one in ones):
        until = max(one.until for one in ones if one.service == service) if service == "ended" else 0
        times = sorted({*range(now - 7 * DAY, now - until + 1, HOUR // 2), *_lately(now - until)})
        yield "slogen_up", {"slo_service": service}, [(time, 1.0) for time in times]
        if until:
            rules_gone = {"alertname": "SLOMetaRulesGone", "severity": "ticket", "slo_service": service}
            yield from _firing(rules_gone, now, until)


def _lately(end: int) -> range:
    return range(end - 10 * MINUTE, end + 1, MINUTE)


def _of_slo(one: One, now: int) -> Iterator[Series]:
    end = now - one.until
    info = {
        **one.labels,
        "objective": f"{one.percent:g}%",
        "window": "30d",
        "link_runbook": f"https://runbooks.example.com/{one.id}",
        **({"owner": one.owner} if one.owner else {}),
    }
    often = sorted({*range(now - 7 * DAY, end + 1, HOUR // 2), *_lately(end)})
    yield "slogen_slo_info", info, [(time, 1.0) for time in often]
    for name, value in (
        ("slo:objective:ratio", one.percent / 100),
        ("slo:error_budget:ratio", one.budget),
        ("slo:time_period:days", float(WINDOW)),
    ):
        yield name, one.labels, [(time, value) for time in _lately(end)]


def _of_group(one: One, now: int) -> Iterator[Series]:
    end, own = now - one.until, {**one.labels, **one.group}
    lately, nights = _lately(end), [now - day * DAY for day in range(min(one.age, 2 * WINDOW + 8))]
    yield from _of_windows(one, own, lately, nights)
    first, last = now - one.age * DAY, now - (3 * HOUR if one.state == "silent" else 0)
    yield "slogen_first_seen_timestamp_seconds", own, [(time, float(first)) for time in lately]
    yield "slogen_last_seen_timestamp_seconds", own, [(time, float(last)) for time in lately]
    if one.state != "idle":
        left = {now - day * DAY: one.left(day) for day in range(min(one.age, WINDOW + 8))}
        left |= {time: one.left() for time in lately}
        errors = [(time, (1 - value) * one.budget) for time, value in sorted(left.items())]
        yield "slo:period_error_budget_remaining:ratio", own, sorted(left.items())
        yield "slo:period_error:ratio", {**own, "slo_window": "30d"}, errors
    firing = {
        "paging": {"alertname": "SLOErrorBudgetBurn", "severity": "page", "slo_tier": "page_fast"},
        "exhausted": {"alertname": "SLOErrorBudgetExhausted", "severity": "ticket"},
    }
    if one.state in firing:
        owner = {"owner": one.owner} if one.owner else {}
        yield from _firing({**own, **owner, **firing[one.state]}, now, 15 * MINUTE + len(one.name) * HOUR)


def _of_windows(
    one: One, own: dict[str, str], lately: Sequence[int], nights: Sequence[int]
) -> Iterator[Series]:
    rate = 0.0 if one.state == "idle" else RATE
    for window in ("5m", "30m", "1h"):
        if one.state != "silent":
            bad = rate * one.budget * one.burn
            yield f"slo:sli_total:rate{window}", own, [(time, rate) for time in lately]
            yield f"slo:sli_bad:rate{window}", own, [(time, bad) for time in lately]
    days = {time: one.days[n] * one.budget * rate * WINDOW for n, time in enumerate(nights)}
    days |= dict.fromkeys(lately, days[max(days)])
    yield "slo:sli_total:rate1d", own, [(time, rate) for time in sorted(days)]
    yield "slo:sli_bad:rate1d", own, sorted(days.items())
    # of a young one, as if it had always been there: what is left counts so, too
    known = min(one.age / WINDOW, 1)
    yield "slo:sli_total:rate30d", own, [(time, rate * known) for time in lately]


def _firing(labels: dict[str, str], now: int, seconds: int) -> Iterator[Series]:
    yield "ALERTS", {**labels, "alertstate": "firing"}, [(time, 1.0) for time in _lately(now)]
    yield "ALERTS_FOR_STATE", labels, [(time, float(now - seconds)) for time in _lately(now)]


def openmetrics(found: Iterator[Series]) -> Iterator[str]:
    """As promtool reads it."""
    yield from lines(found)
    yield "# EOF\n"


def lines(found: Iterator[Series]) -> Iterator[str]:
    """A metric's samples together."""
    for name, labels, points in sorted(found, key=lambda one: one[0]):
        inside = ",".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in labels.items())
        yield from (f"{name}{{{inside}}} {value!r} {time}\n" for time, value in points)
