"""What a month of rules would have recorded of the SLOs, from rates that the test chooses.

Everything is computed here from the events themselves, not as the rules compute it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

DAY, HOUR, MINUTE = 86400, 3600, 60
NOW = 1_769_817_600  # 2026-01-31 00:00 UTC: on every grid
BASE, SMALL, MONTH, WEEK = 5 * MINUTE, 30 * MINUTE, 30 * DAY, 7 * DAY
ALWAYS, LONG_KNOWN = MONTH + DAY, 90 * DAY
CLUSTER = {"cluster": "eu"}
Point = tuple[int, float]


@dataclass(frozen=True)
class Traffic:
    """Events per second of one group: (seconds ago from which they hold, all, bad), oldest first."""

    slo: str
    phases: tuple[tuple[int, float, float], ...]
    group: Mapping[str, str] = field(default_factory=dict)
    until: int = 0  # seconds ago of the last data
    service: str = "shop"
    period: int = MONTH
    budget: float = 0.01
    elapsed: float = 1.0  # so much of a calendar period is over

    @property
    def counted(self) -> int:
        """Seconds of events that the budget counts so far."""
        return round(self.period * self.elapsed)

    @property
    def labels(self) -> dict[str, str]:
        """Identity and group."""
        return {**identity(self.service, self.slo), **self.group}

    def at(self, time: int) -> tuple[float, float] | None:
        """All and bad events per second; None without data."""
        ago = NOW - time
        if ago < self.until:
            return None
        return next(((total, bad) for since, total, bad in reversed(self.phases) if since > ago), None)

    def over(self, window: int, end: int = NOW) -> tuple[float, float]:
        """All and bad events in the window."""
        found = [pair for time in range(end - window + BASE, end + 1, BASE) if (pair := self.at(time))]
        return sum(total for total, _ in found) * BASE, sum(bad for _, bad in found) * BASE

    @property
    def known(self) -> int:
        """Seconds since the first data; what was there before the history began is old."""
        since = self.phases[0][0]
        return LONG_KNOWN if since >= ALWAYS else since

    @property
    def share(self) -> float:
        """So much of the time that the budget counts was known: the rest is taken to be free of errors."""
        return min(self.known / self.counted, 1)

    @property
    def burnt(self) -> float | None:
        """How many times the sustainable rate, over all the time that the budget counts."""
        total, bad = self.over(self.counted)
        return bad / total / self.budget * self.share if total else None

    @property
    def consumed(self) -> float | None:
        """The share of the budget that is spent; None without traffic."""
        return None if self.burnt is None else self.burnt * self.elapsed


FLEET = (
    Traffic("healthy", ((ALWAYS, 10, 0.02),)),
    Traffic("burning", ((ALWAYS, 10, 0.05), (HOUR, 10, 3.0))),
    Traffic("critical", ((ALWAYS, 10, 0.085),)),
    Traffic("exhausted", ((ALWAYS, 10, 0.15),)),
    Traffic("quiet", ((ALWAYS, 0, 0),)),
    Traffic("gone", ((ALWAYS, 10, 0.01),), until=2 * HOUR),
    Traffic("young", ((4 * DAY, 10, 0.02),)),
    Traffic("grouped", ((ALWAYS, 10, 0.02),), {"model": "meta-llama/Llama-3"}),
    Traffic("grouped", ((ALWAYS, 5, 0.06),), {"model": 'a "b"'}),
    Traffic("fast", ((ALWAYS, 4, 0.1),), service="api", period=WEEK, budget=0.05),
    Traffic("monthly", ((15 * DAY, 6, 0.03),), service="api", period=31 * DAY, elapsed=30 / 31),
)
FIRING = (
    ("shop", "burning", {"alertname": "SLOErrorBudgetBurn", "severity": "page", "slo_tier": "page_fast"}),
    ("shop", "burning", {"alertname": "SLOErrorBudgetConsumed", "severity": "info"}),
    ("shop", "critical", {"alertname": "SLOErrorBudgetConsumed", "severity": "ticket"}),
    ("shop", "exhausted", {"alertname": "SLOErrorBudgetExhausted", "severity": "ticket"}),
)


def identity(service: str, slo: str) -> dict[str, str]:
    """The labels of every recorded series."""
    return {"slo_id": f"{service}/{slo}", "slo_service": service, "slo": slo, **CLUSTER}


def of(slo: str) -> list[Traffic]:
    """The groups of an SLO."""
    return [traffic for traffic in FLEET if traffic.slo == slo]


def series(info: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    """Every recorded series with its samples; `info` are the labels of the info series."""
    grid, week = range(NOW - MONTH, NOW + 1, BASE), range(NOW - WEEK, NOW + 1, SMALL)
    lately = range(NOW - HOUR, NOW + 1, MINUTE)
    for traffic in FLEET:
        pairs = [(time, pair) for time in grid if (pair := traffic.at(time))]
        yield "slo:sli_total:rate5m", traffic.labels, [(time, total) for time, (total, _) in pairs]
        yield "slo:sli_bad:rate5m", traffic.labels, [(time, bad) for time, (_, bad) in pairs]
        means = [(time, traffic.over(SMALL, time)) for time in week if traffic.at(time)]
        yield "slo:sli_total:rate30m", traffic.labels, [(time, total / SMALL) for time, (total, _) in means]
        yield "slo:sli_bad:rate30m", traffic.labels, [(time, bad / SMALL) for time, (_, bad) in means]
        yield from _derived(traffic, lately)
    for labels in info:
        yield "slogen_slo_info", labels, [(time, 1.0) for time in lately]
        yield from _constants(labels)
    for service, slo, more in FIRING:
        yield "ALERTS", {**identity(service, slo), **more, "alertstate": "firing"}, [(t, 1.0) for t in lately]


def _derived(traffic: Traffic, times: Iterable[int]) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    last = max((t for t in times if traffic.at(t)), default=NOW - traffic.until)
    yield "slogen_last_seen_timestamp_seconds", traffic.labels, [(time, float(last)) for time in times]
    first = float(NOW - traffic.known)
    yield "slogen_first_seen_timestamp_seconds", traffic.labels, [(time, first) for time in times]
    period, days = traffic.period, traffic.period // DAY
    total, _ = traffic.over(period)
    if traffic.elapsed == 1:
        yield f"slo:sli_total:rate{days}d", traffic.labels, [(time, total / period) for time in times]
    else:
        yield from _of_period(traffic, times)
    for name, window in (
        ("5m", BASE),
        ("30m", SMALL),
        ("1h", HOUR),
        ("6h", 6 * HOUR),
        ("1d", DAY),
        ("3d", 3 * DAY),
    ):
        events, bad = traffic.over(window)
        if events and traffic.at(NOW):
            labels = {**traffic.labels, "slo_window": name}
            yield f"slo:sli_error:ratio_rate{name}", labels, [(time, bad / events) for time in times]
    total, bad = traffic.over(traffic.counted)
    if total:
        labels = {**traffic.labels, "slo_window": f"{days}d" if traffic.elapsed == 1 else "month"}
        yield "slo:period_error:ratio", labels, [(time, bad / total) for time in times]
    if traffic.burnt is not None and traffic.consumed is not None:
        burnt = traffic.burnt
        yield "slo:period_burn_rate:ratio", traffic.labels, [(time, burnt) for time in times]
        left = 1 - traffic.consumed
        yield "slo:period_error_budget_remaining:ratio", traffic.labels, [(time, left) for time in times]
    now = traffic.at(NOW)
    if now and now[0]:
        burn = now[1] / now[0] / traffic.budget
        yield "slo:current_burn_rate:ratio", traffic.labels, [(time, burn) for time in times]


def _of_period(
    traffic: Traffic, times: Iterable[int]
) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    """What calendar periods have beside: when they began, how much is over, events since then."""
    own = identity(traffic.service, traffic.slo)
    total, _ = traffic.over(traffic.counted)
    started = {**own, "slo_window": "month"}, float(NOW - traffic.counted)
    yield "slogen_budget_start_timestamp_seconds", started[0], [(time, started[1]) for time in times]
    yield "slo:period_elapsed:ratio", own, [(time, traffic.elapsed) for time in times]
    yield "slo:period_total:count", traffic.labels, [(time, total) for time in times]


def _constants(labels: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    own = {name: labels[name] for name in ("slo_id", "slo_service", "slo", "cluster")}
    found = of(own["slo"])
    traffic = found[0] if found else Traffic("never", ())
    since = 4 * DAY if own["slo"] == "young" else MONTH
    grid = sorted({*range(NOW - since, NOW + 1, BASE), *range(NOW - HOUR, NOW + 1, MINUTE)})
    for name, value in (
        ("slo:objective:ratio", 1 - traffic.budget),
        ("slo:error_budget:ratio", traffic.budget),
        ("slo:time_period:days", traffic.period / DAY),
    ):
        yield name, own, [(time, value) for time in grid]


BUCKETS = (("0.1", 3.0), ("0.5", 3.9), ("1.0", 4.0), ("+Inf", 4.0))  # observations per second up to each


GAUGES = {"num_requests_running": 3.0, "num_requests_waiting": 7.0, "kv_cache_usage_perc": 0.62}
COUNTERS = {  # by their labels, and growth a second
    "num_preemptions_total": ({}, 0.5),
    "generation_tokens_total": ({}, 420.0),
    "prompt_tokens_total": ({}, 1300.0),
    "prefix_cache_hits_total": ({}, 300.0),
    "prefix_cache_queries_total": ({}, 1200.0),
    "request_success_total": ({"finished_reason": "stop"}, 2.0),
}
LLM_HISTOGRAMS = ("time_to_first_token_seconds", "inter_token_latency_seconds", "request_queue_time_seconds")


def _of_vllm() -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    times = range(NOW - HOUR, NOW + 1, 30)
    own = {"job": "llm", "model_name": "m", "engine": "0"}
    for name, value in GAUGES.items():
        yield f"vllm:{name}", own, [(time, value) for time in times]
    for name, (more, rate) in COUNTERS.items():
        yield f"vllm:{name}", {**own, **more}, [(time, rate * (time - times[0])) for time in times]
    for name in LLM_HISTOGRAMS:
        for le, rate in BUCKETS:
            yield f"vllm:{name}_bucket", {**own, "le": le}, [(t, rate * (t - times[0])) for t in times]
    idle = {"job": "llm", "model_name": "idle", "engine": "1"}  # another engine, with nothing to do
    for name in ("prefix_cache_hits_total", "prefix_cache_queries_total"):
        yield f"vllm:{name}", idle, [(time, 0.0) for time in times]


def raw() -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    """Counters that the SLIs read, of the last hours."""
    times = range(NOW - 3 * HOUR, NOW + 1, 30)
    start = times[0]
    for traffic in FLEET:
        if traffic.service == "shop" and not traffic.group:
            total, bad = traffic.at(NOW - 3 * HOUR) or (0.0, 0.0)
            for name, rate in (("all_total", total), ("failed_total", bad)):
                labels = {"job": "shop", "slo": traffic.slo, "instance": "a"}
                yield name, labels, [(time, rate * (time - start)) for time in times]
    yield from _of_vllm()
    for le, rate in BUCKETS:
        labels = {"job": "api", "le": le}
        yield "took_seconds_bucket", labels, [(time, rate * (time - start)) for time in times]


def openmetrics(info: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Everything as OpenMetrics: a metric's samples together."""
    for name, labels, points in sorted(chain(series(info), raw()), key=lambda found: found[0]):
        inside = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
        for time, value in points:
            yield f"{name}{{{inside}}} {value!r} {time}\n"
    yield "# EOF\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
