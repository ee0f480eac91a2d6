"""What is known of metrics of others beside the presets': state sets and the values that their labels have.

A table, so that the checks name no system. Only what the exporters' own code fixes stands here: no label that
a scrape or a user may set otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from slogen.promql.selector import Selector
from slogen.promql.solve import is_readable, matches


@dataclass(frozen=True, slots=True)
class Values:
    """All values of a label of these metrics. None at all means that they don't have it: `instead` says what
    does. Where the list may have gaps (`closed` is false) only another case of a listed value is a slip."""

    metrics: re.Pattern[str]
    label: str
    values: tuple[str, ...]
    closed: bool = True
    instead: str = ""


@dataclass(frozen=True, slots=True)
class StateSet:
    """Gauges of 0 and 1, one for each state of a thing, of which one is 1; `good` is the fine one."""

    metrics: re.Pattern[str]
    label: str
    states: tuple[str, ...]
    good: str

    def states_of(self, selector: Selector) -> tuple[str, ...]:
        """The states that a selector leaves."""
        asked = selector.only(self.label)
        if not is_readable(Selector("x", asked)):
            return self.states[:1]  # nobody knows, so nothing is said
        return tuple(s for s in self.states if all(matches(m, {self.label: s}) for m in asked))

    def good_of(self, selector: Selector) -> str:
        """The state that is fine: a condition that is named after trouble should not be."""
        named = any(_TROUBLE.search(m.value) for m in selector.only("condition") if m.op in ("=", "=~"))
        return "false" if named and self.label == "status" and self.good == "true" else self.good


_TROUBLE: Final = re.compile(r"Pressure|Unavailable|Fail|Problem|Deadlock|Readonly|Corrupt|Limited")


def _set(metrics: str, label: str, states: str, good: str) -> StateSet:
    """States are listed with `|` between them."""
    return StateSet(re.compile(metrics), label, tuple(states.split("|")), good)


_TRUE: Final = "true|false|unknown"
_CONDITIONS: Final = "kube_(?:node|deployment|horizontalpodautoscaler)_status_condition"
_READY: Final = "certmanager_(?:certificate|(?:cluster)?issuer)_ready_status"
_SERVICES: Final = "running|stopped|start pending|stop pending|continue pending|pause pending|paused|unknown"
STATE_SETS: Final = (
    _set(_CONDITIONS, "status", _TRUE, "true"),
    _set("kube_pod_status_(?:ready|scheduled)|kube_job_complete", "condition", _TRUE, "true"),
    _set("kube_job_failed", "condition", _TRUE, "false"),
    _set("kube_pod_status_phase", "phase", "Running|Pending|Succeeded|Failed|Unknown", "Running"),
    _set("kube_namespace_status_phase", "phase", "Active|Terminating", "Active"),
    _set("kube_persistentvolume_status_phase", "phase", "Bound|Available|Pending|Released|Failed", "Bound"),
    _set("kube_persistentvolumeclaim_status_phase", "phase", "Bound|Pending|Lost", "Bound"),
    _set(_READY, "condition", "True|False|Unknown", "True"),
    _set("haproxy_(?:backend|server)_status", "state", "UP|DOWN|MAINT|DRAIN|NOLB", "UP"),
    _set("elasticsearch_cluster_health_status", "color", "green|yellow|red", "green"),
    _set("(?:node_)?systemd_unit_state", "state", "active|activating|deactivating|inactive|failed", "active"),
    _set("windows_service_state", "state", _SERVICES, "running"),
    _set(
        "consul_health_(?:service|node)_status", "status", "passing|warning|critical|maintenance", "passing"
    ),
)

_CLASSES: Final = ("5xx", "4xx", "3xx", "2xx", "1xx", "other")
NUMBERS: Final = (*map(str, range(599, 99, -1)), "0")
_GRPC: Final = tuple(map(str, range(17)))
_VERBS: Final = (
    *("GET", "LIST", "WATCH", "WATCHLIST", "POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"),
    *("CONNECT", "PROXY", "HEAD", "OPTIONS"),
)
_OUTCOMES: Final = ("SERVER_ERROR", "CLIENT_ERROR", "REDIRECTION", "SUCCESS", "INFORMATIONAL", "UNKNOWN")
_RCODES: Final = ("SERVFAIL", "NOERROR", "NXDOMAIN", "REFUSED", "FORMERR", "NOTIMP")
_PARTS: Final = "(?:_total|_seconds|_milliseconds|_bytes)?(?:_bucket|_count|_sum)?"
_SPRING: Final = f"http_(?:server|client)_requests{_PARTS}"
_BY_CODE: Final = (
    r"apiserver_request\w*|rest_client_requests_total|traefik_(?:service|router|entrypoint)_request\w*"
    r"|prom(?:http_metric_handler|etheus_http)_requests_total"
)
_LABELS: Final = (
    Values(re.compile(r"haproxy_\w+_http_responses_total"), "code", _CLASSES),
    Values(re.compile(r"envoy_\w+_rq_xx"), "envoy_response_code_class", tuple("54321")),
    Values(
        re.compile(r"envoy_\w+_rq_xx"),
        "envoy_response_code",
        (),
        instead='`envoy_response_code_class="5"`, or the same metric without `_xx`',
    ),
    Values(
        re.compile(r"envoy_\w+_rq"),
        "envoy_response_code_class",
        (),
        instead='`envoy_response_code=~"5.."`, or the same metric with `_xx`',
    ),
    Values(re.compile(r"envoy_\w+_rq"), "envoy_response_code", NUMBERS),
    Values(re.compile(rf"istio_requests{_PARTS}|istio_request_\w+"), "response_code", NUMBERS),
    Values(re.compile(rf"istio_requests{_PARTS}|istio_request_\w+"), "grpc_response_status", _GRPC),
    Values(re.compile(_BY_CODE), "code", (*NUMBERS, "<error>")),
    Values(re.compile(r"nginx_ingress_controller_request\w*"), "status", NUMBERS),
    Values(re.compile(_SPRING), "status", (*NUMBERS, "CLIENT_ERROR", "IO_ERROR", "UNKNOWN")),
    Values(re.compile(_SPRING), "outcome", _OUTCOMES),
    Values(re.compile(_SPRING), "method", _VERBS, closed=False),
    Values(re.compile(r"apiserver_request\w*"), "verb", _VERBS, closed=False),
    Values(re.compile(r"rest_client_requests_total"), "method", _VERBS, closed=False),
    Values(re.compile(r"coredns_\w+"), "rcode", _RCODES, closed=False),
)
VALUES: Final = (*_LABELS, *(Values(each.metrics, each.label, each.states) for each in STATE_SETS))

# Counters whose names don't end like one, which no preset reads.
_COUNTERS: Final = re.compile(
    r"envoy_\w+_rq(?:_(?:xx|completed|cancelled|maintenance_mode|(?:per_try_)?timeout|[rt]x_reset"
    r"|retry(?:_\w+)?|pending_(?:overflow|failure_eject)))?"
)
# Gauges that are 1 while something is so, and have no series else.
_ONLY_WHILE_SO: Final = re.compile(
    r"ALERTS|kube_pod_container_status_(?:waiting|terminated|last_terminated)_reason"
    r"|kube_pod_init_container_status_(?:waiting|terminated|last_terminated)_reason"
)


@lru_cache(maxsize=4096)
def state_set(metric: str) -> StateSet | None:
    """The state set that a metric is; None for others."""
    return next((each for each in STATE_SETS if each.metrics.fullmatch(metric)), None)


@lru_cache(maxsize=4096)
def values_of(metric: str) -> tuple[Values, ...]:
    """What is known of the labels of a metric."""
    return tuple(each for each in VALUES if each.metrics.fullmatch(metric))


def is_known_counter(metric: str) -> bool:
    """Whether it counts, although its name doesn't say it."""
    return _COUNTERS.fullmatch(metric) is not None


def is_only_while_so(metric: str) -> bool:
    """Whether its series are there only while what they tell is so."""
    return _ONLY_WHILE_SO.fullmatch(metric) is not None


def unlimited(read: tuple[Selector, ...]) -> Iterator[tuple[Selector, StateSet]]:
    """State sets of which every state is read, and no other selector asks for one."""
    for selector in read:
        found = state_set(selector.metric)
        same = [each for each in read if each.metric == selector.metric]
        if found and all(len(found.states_of(each)) == len(found.states) for each in same):
            yield selector, found
