"""What a month of rules would have recorded of the SLOs, from rates that the test chooses.

Everything is computed here from the events themselves, not as the rules compute it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

DAY, HOUR, MINUTE = 86400, 3600, 60
NOW = 1_769_817_600  # 2026-01-31 00:00 UTC: on every grid
BASE, SMALL, MONTH, WEEK = 5 * MINUTE, 30 * MINUTE, 30 * DAY, 7 * DAY
ALWAYS, LONG_KNOWN = MONTH + DAY, 90 * DAY
EU, US = "eu", "us"
_BEFORE = 2 * MONTH
STOPPED = 2 * HOUR  # ago: the rules of a service died
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
    cluster: str = EU
    rules_until: int = 0  # seconds ago of the last evaluation
    is_excluded: bool = False

    @property
    def key(self) -> str:
        """Its SLO, and its cluster where that isn't the first."""
        return self.slo if self.cluster == EU else f"{self.slo}@{self.cluster}"

    @property
    def counted(self) -> int:
        """Seconds of events that the budget counts so far."""
        return round(self.period * self.elapsed)

    @property
    def labels(self) -> dict[str, str]:
        """Identity and group."""
        return {**identity(self.service, self.slo, self.cluster), **self.group}

    def at(self, time: int) -> tuple[float, float] | None:
        """All and bad events per second; None without data."""
        ago = NOW - time
        if ago < self.until:
            return None
        return next(((total, bad) for since, total, bad in reversed(self.phases) if since > ago), None)

    def over(self, window: int, end: int = NOW) -> tuple[float, float]:
        """All and bad events in the window."""
        last = (end - NOW + _BEFORE) // BASE
        (total, bad), (less, less_bad) = self._sums[last], self._sums[last - window // BASE]
        return (total - less) * BASE, (bad - less_bad) * BASE

    @cached_property
    def _sums(self) -> list[tuple[float, float]]:
        """All and bad events up to each five minutes."""
        sums = [(0.0, 0.0)]
        for time in range(NOW - _BEFORE + BASE, NOW + 1, BASE):
            total, bad = self.at(time) or (0.0, 0.0)
            sums.append((sums[-1][0] + total, sums[-1][1] + bad))
        return sums

    @property
    def known(self) -> int:
        """Seconds since the first data; what was there before the history began is old."""
        since = self.phases[0][0]
        return LONG_KNOWN if since >= ALWAYS else since

    @property
    def left_before(self) -> float | None:
        """The share of a rolling budget that was left a window ago; None where nothing was known then."""
        then = NOW - self.period
        if self.elapsed < 1 or self.at(then) is None:
            return None
        total, bad = self.over(self.period, then)
        known = min((self.known - self.period) / self.period, 1)
        return 1 - bad / total / self.budget * known if total else None

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
    Traffic("spiky", ((ALWAYS, 10, 0), (2 * DAY, 10, 8), (2 * DAY - 10 * MINUTE, 10, 0))),
    Traffic("paused", ((ALWAYS, 10, 0.02),), is_excluded=True),
    Traffic("healthy", ((ALWAYS, 8, 0.12),), cluster=US),
    Traffic("stopped", ((ALWAYS, 8, 0.02),), service="dead", until=STOPPED, rules_until=STOPPED),
    *(
        Traffic(
            "models", ((ALWAYS, n, n * (0.03 if n < 3 else 0.0001 * n)),), {"model": f"m{n}"}, service="many"
        )
        for n in range(1, 31)
    ),
    Traffic("fast", ((ALWAYS, 4, 0.1),), service="api", period=WEEK, budget=0.05),
    Traffic("monthly", ((15 * DAY, 6, 0.03),), service="api", period=31 * DAY, elapsed=30 / 31),
)
FIRING = (
    ("shop", "burning", {"alertname": "SLOErrorBudgetBurn", "severity": "page", "slo_tier": "page_fast"}),
    ("shop", "burning", {"alertname": "SLOErrorBudgetConsumed", "severity": "info"}),
    ("shop", "critical", {"alertname": "SLOErrorBudgetConsumed", "severity": "ticket"}),
    ("shop", "exhausted", {"alertname": "SLOErrorBudgetExhausted", "severity": "ticket"}),
)


RULES_GONE = {
    "alertname": "SLOMetaRulesGone",
    "severity": "ticket",
    "slo_service": "dead",
    "cluster": EU,
}
FIRING_FOR = 20 * MINUTE
TIERS = {  # as if every window were a month
    "page_fast": ("page", 14.4, "1h", "5m"),
    "page_slow": ("page", 6.0, "6h", "30m"),
    "ticket_fast": ("ticket", 3.0, "1d", "30m"),
    "ticket_slow": ("ticket", 1.0, "3d", "6h"),
}


def identity(service: str, slo: str, cluster: str = EU) -> dict[str, str]:
    """The labels of every recorded series."""
    return {"slo_id": f"{service}/{slo}", "slo_service": service, "slo": slo, "cluster": cluster}


def of(key: str) -> list[Traffic]:
    """The groups of an SLO ("name", or "name@cluster")."""
    return [traffic for traffic in FLEET if traffic.key == key]


def series(info: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    """Every recorded series with its samples; `info` are the labels of the info series."""
    for traffic in FLEET:
        yield from _pairs(traffic)
        yield from _derived(traffic, _lately(traffic.rules_until))
    for labels in (*info, *_elsewhere(info)):
        [traffic] = [t for t in FLEET if _is_of(labels, t)][:1] or [Traffic("never", ())]
        lately = _lately(traffic.rules_until)
        yield "slogen_slo_info", labels, [(time, 1.0) for time in _often(traffic)]
        yield from _constants(labels, traffic)
        if labels["slo_id"] == "shop/burning":  # whose runbook moved while the rules were away
            moved = {**labels, "link_runbook": "https://runbooks.example.com/old"}
            yield "slogen_slo_info", moved, [(time, 1.0) for time in lately]
        if traffic.is_excluded:
            yield "slogen_excluded", identity(traffic.service, traffic.slo), [(time, 1.0) for time in lately]
    for service, until in (("shop", 0), ("api", 0), ("llm", 0), ("many", 0), ("dead", STOPPED)):
        own = {"slo_service": service, "cluster": EU}
        yield "slogen_up", own, [(time, 1.0) for time in _lately(until)]
    yield "slogen_up", {"slo_service": "shop", "cluster": US}, [(time, 1.0) for time in _lately()]
    for service, slo, more in FIRING:
        yield from _firing({**identity(service, slo), **more})
    for project in ("store", "others"):  # of rules, of which each project has its own
        yield from _firing({**RULES_GONE, "slo_project": project})
    earlier = {**identity("dead", "stopped"), "slo_project": "store", "objective": "98%", "window": "30d"}
    yield "slogen_slo_info", earlier, [(time, 1.0) for time in range(NOW - WEEK, NOW - 3 * DAY, HOUR)]
    removed = {**identity("shop", "removed"), "slo_project": "store", "objective": "99%", "window": "30d"}
    yield "slogen_slo_info", removed, [(time, 1.0) for time in range(NOW - WEEK, NOW - STOPPED + 1, HOUR)]


def _firing(labels: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    since = float(NOW - FIRING_FOR)
    yield "ALERTS", {**labels, "alertstate": "firing"}, [(time, 1.0) for time in _lately()]
    yield "ALERTS_FOR_STATE", labels, [(time, since) for time in _lately()]


def _lately(until: int = 0) -> range:
    """The moments at which rules were evaluated in their last hour."""
    return range(NOW - until - HOUR, NOW - until + 1, MINUTE)


def _often(traffic: Traffic) -> list[int]:
    """Those of their last week, with the last hour in full."""
    last = NOW - traffic.rules_until
    return sorted({*range(NOW - WEEK, last + 1, HOUR), *_lately(traffic.rules_until)})


def _is_of(labels: Mapping[str, str], traffic: Traffic) -> bool:
    return (labels["slo_id"], labels["cluster"]) == (f"{traffic.service}/{traffic.slo}", traffic.cluster)


def _elsewhere(info: Iterable[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """The SLO that runs in another cluster too, and one of another project in the same Prometheus."""
    for labels in info:
        if labels["slo_id"] == "shop/healthy":
            yield {**labels, "cluster": US}
        if labels["slo_id"] == "shop/never":
            yield {**labels, **identity("others", "theirs"), "slo_project": "others"}


def _pairs(traffic: Traffic) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    """Events per second over windows, each as densely as boards look at it."""
    month, last = NOW - MONTH, NOW - traffic.rules_until
    for window, moments in (
        (BASE, range(NOW - WEEK, last + 1, BASE)),
        (SMALL, range(NOW - WEEK, last + 1, SMALL)),
        (HOUR, range(month, last + 1, HOUR)),
        (6 * HOUR, range(month, last + 1, HOUR)),
        (DAY, range(month, last + 1, HOUR)),
    ):
        means = [(time, traffic.over(window, time)) for time in moments if traffic.at(time)]
        name = {BASE: "5m", SMALL: "30m", HOUR: "1h", 6 * HOUR: "6h", DAY: "1d"}[window]
        for side, number in (("total", 0), ("bad", 1)):
            points = [(time, counts[number] / window) for time, counts in means]
            yield f"slo:sli_{side}:rate{name}", traffic.labels, points


def _derived(traffic: Traffic, times: Sequence[int]) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
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
        if events and traffic.at(times[-1]):
            labels = {**traffic.labels, "slo_window": name}
            yield f"slo:sli_error:ratio_rate{name}", labels, [(time, bad / events) for time in times]
    total, bad = traffic.over(traffic.counted)
    if total:
        labels = {**traffic.labels, "slo_window": f"{days}d" if traffic.elapsed == 1 else "month"}
        yield "slo:period_error:ratio", labels, [(time, bad / total) for time in times]
    if traffic.burnt is not None and traffic.consumed is not None:
        burnt = traffic.burnt
        yield "slo:period_burn_rate:ratio", traffic.labels, [(time, burnt) for time in times]
        left, before = 1 - traffic.consumed, traffic.left_before
        then = [] if before is None else [(NOW - period, before)]
        points = [*then, *((time, left) for time in times)]
        yield "slo:period_error_budget_remaining:ratio", traffic.labels, points
    now = traffic.at(times[-1])
    if now and now[0]:
        burn = now[1] / now[0] / traffic.budget
        points = [(time, burn) for time in times]
        yield "slo:current_burn_rate:ratio", traffic.labels, [*_outage(traffic), *points]


def _outage(traffic: Traffic) -> Iterator[Point]:
    """How fast it burnt around the outage of ten minutes."""
    if traffic.slo == "spiky":
        for time in range(NOW - 2 * DAY - HOUR, NOW - 2 * DAY + HOUR, MINUTE):
            total, bad = traffic.over(BASE, time // BASE * BASE)
            yield time, bad / total / traffic.budget


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


def _constants(
    labels: Mapping[str, str], traffic: Traffic
) -> Iterator[tuple[str, Mapping[str, str], list[Point]]]:
    own = {name: labels[name] for name in ("slo_id", "slo_service", "slo", "cluster")}
    since, last = (4 * DAY if own["slo"] == "young" else MONTH), NOW - traffic.rules_until
    grid = sorted({*range(NOW - since, last + 1, BASE), *_lately(traffic.rules_until)})
    for name, value in (
        ("slo:objective:ratio", 1 - traffic.budget),
        ("slo:error_budget:ratio", traffic.budget),
        ("slo:time_period:days", traffic.period / DAY),
    ):
        yield name, own, [(time, value) for time in grid]
    for tier, (severity, factor, long, short) in TIERS.items():
        more = {"slo_tier": tier, "severity": severity, "slo_window": long, "slo_short_window": short}
        threshold = factor * traffic.budget
        yield "slogen_tier_threshold", {**own, **more}, [(time, threshold) for time in grid[-61:]]


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
        if traffic.service == "shop" and not traffic.group and traffic.cluster == EU:
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
