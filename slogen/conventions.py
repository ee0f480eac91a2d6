"""Every name that slogen emits: series, labels, groups, alerts, files. Each has its one home here.

The names are a public contract (dashboards, tests and users rely on them). Names that other SLO tools
already use for the same thing are kept, so that dashboards and habits carry over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from slogen.promql.selector import Selector
from slogen.promql.text import selector
from slogen.units import format_duration

# --- labels ---------------------------------------------------------------------------------------
RESERVED_PREFIX: Final = "slo_"
ID: Final = "slo_id"
SERVICE: Final = "slo_service"
SLO: Final = "slo"
WINDOW: Final = "slo_window"
TILE: Final = "slo_tile"
TIER: Final = "slo_tier"
CONSUMED: Final = "slo_budget_consumed"
ESCALATION: Final = "slo_escalation"
LEVEL: Final = "slo_level"
COMPONENT: Final = "slo_component"
TARGETS: Final = "slo_targets"
SEVERITY: Final = "severity"
OWNER: Final = "owner"
IDENTITY: Final = (ID, SERVICE, SLO)
SHORT_WINDOW: Final = "slo_short_window"
PROJECT: Final = "slo_project"  # on the info series and the alerts about rules, where the project has a name
ALERT_LABELS: Final = (SEVERITY, OWNER, "alertname")

_IDENTITY: Final = re.compile(r"[-a-z0-9]{1,63}/[-a-z0-9]{1,63}")

# --- recorded series ------------------------------------------------------------------------------
UP: Final = "slogen_up"
BUDGET_UP: Final = "slogen_budget_up"
LAST_SEEN: Final = "slogen_last_seen_timestamp_seconds"
FIRST_SEEN: Final = "slogen_first_seen_timestamp_seconds"
TARGETS_SEEN: Final = "slogen_targets_seen_timestamp_seconds"
INFO: Final = "slogen_slo_info"
OBJECTIVE: Final = "slo:objective:ratio"
BUDGET: Final = "slo:error_budget:ratio"
PERIOD_DAYS: Final = "slo:time_period:days"
CURRENT_BURN: Final = "slo:current_burn_rate:ratio"
PERIOD_BURN: Final = "slo:period_burn_rate:ratio"
BUDGET_REMAINING: Final = "slo:period_error_budget_remaining:ratio"
VALUE: Final = "slo:sli_value:current"
COMPONENT_BURN: Final = "slo:component_burn_rate:ratio"
TIER_THRESHOLD: Final = "slogen_tier_threshold"  # the error ratio above which each burn-rate alert fires
LEVEL_THRESHOLD: Final = "slogen_level_threshold"  # what the value of an SLI is compared with
PERIOD_START: Final = "slogen_budget_start_timestamp_seconds"
PERIOD_CLOCK: Final = "slogen_budget_clock_seconds"  # what the clocks of a calendar's zone show
PERIOD_DAY: Final = "slogen_budget_day_timestamp_seconds"
PERIOD_HOUR: Final = "slogen_budget_hour_timestamp_seconds"
PERIOD_ELAPSED: Final = "slo:period_elapsed:ratio"
PERIOD_TOTAL: Final = "slo:period_total:count"
PERIOD_BAD: Final = "slo:period_bad:count"
PERIOD_ERROR: Final = "slo:period_error:ratio"
EVAL_SCORE: Final = "eval_score"  # results of evaluations, which specs read and `slogen eval --push` writes
EVAL_CASES: Final = "eval_cases_total"
EVAL_LAST_RUN: Final = "eval_last_run_timestamp_seconds"
EXCLUSION: Final = "slogen_exclusion_active"
EXCLUDED: Final = "slogen_excluded"


def bad_series(window: int) -> str:
    """Name of the recorded bad events per second over `window` seconds."""
    return f"slo:sli_bad:rate{format_duration(window)}"


def good_series(window: int) -> str:
    """Name of the recorded good events per second over `window` seconds, of SLIs that count good ones."""
    return f"slo:sli_good:rate{format_duration(window)}"


def total_series(window: int) -> str:
    """Name of the recorded total events per second over `window` seconds."""
    return f"slo:sli_total:rate{format_duration(window)}"


def ratio_series(window: int) -> str:
    """Name of the recorded error ratio over `window` seconds."""
    return f"slo:sli_error:ratio_rate{format_duration(window)}"


PAIR_OF_WINDOW: Final = re.compile(r"slo:sli_(?:bad|total|error):(?:ratio_)?rate(\w+)")  # its window


# --- alerts ---------------------------------------------------------------------------------------
BURN_ALERT: Final = "SLOErrorBudgetBurn"
CONSUMED_ALERT: Final = "SLOErrorBudgetConsumed"
EXHAUSTED_ALERT: Final = "SLOErrorBudgetExhausted"
ABSENT_ALERT: Final = "SLODataAbsent"
TRAFFIC_ALERT: Final = "SLOTrafficLow"
BREACHED_ALERT: Final = "SLOBreached"
LEVEL_ALERT: Final = "SLOLevelBreached"
BUCKET_ALERT: Final = "SLOMetaBucketMissing"
ESCALATED_ALERT: Final = "SLOEscalated"
SLO_ALERTS: Final = (
    BURN_ALERT,
    CONSUMED_ALERT,
    EXHAUSTED_ALERT,
    ABSENT_ALERT,
    TRAFFIC_ALERT,
    BREACHED_ALERT,
    LEVEL_ALERT,
    BUCKET_ALERT,
    ESCALATED_ALERT,
)
META_FAILURES_ALERT: Final = "SLOMetaRuleFailures"
META_MISSED_ALERT: Final = "SLOMetaMissedEvaluations"
META_GONE_ALERT: Final = "SLOMetaRulesGone"
META_DEADMAN_ALERT: Final = "SLOMetaDeadMan"
META_ALERTS: Final = (META_FAILURES_ALERT, META_MISSED_ALERT, META_GONE_ALERT)

# --- routing --------------------------------------------------------------------------------------
RECEIVER_PREFIX: Final = "slogen-"  # of receivers and time intervals in Alertmanager
NOBODY: Final = "slogen-nobody"  # the receiver without channels
TEMPLATES: Final = "slogen.tmpl"

# --- boards ---------------------------------------------------------------------------------------
_LONGEST_UID: Final = 40  # Grafana loads no board with a longer one
_LONGEST_OBJECT: Final = 253  # of names in Kubernetes


def fleet_board(project: str) -> str:
    """uid of the board of all SLOs."""
    return _uid("slogen-", project, "fleet")


def slo_board(project: str) -> str:
    """uid of the board of any one SLO."""
    return _uid("slogen-", project, "slo")


def report_board(project: str) -> str:
    """uid of the report over a period."""
    return _uid("slogen-", project, "report")


def wall_board(project: str) -> str:
    """uid of the wallboard."""
    return _uid("slogen-", project, "wall")


def service_board(service: str, project: str) -> str:
    """uid of a service's board. No service's begins like those of the project."""
    return _uid("slo-", project, service)


def board_part(uid: str, number: int) -> str:
    """uid of a further board where one is split. No name of a service begins with a digit."""
    return _cut(f"{uid}_{number}")


@lru_cache(maxsize=4096)
def _uid(kind: str, project: str, name: str) -> str:
    """A uid with the project's name, if it has one. Neither part has a `_`, so no two are alike."""
    return _cut(f"{kind}{project}_{name}" if project else f"{kind}{name}")


def _cut(name: str, longest: int = _LONGEST_UID) -> str:
    """A name that is taken, by default a uid by Grafana: a long one ends in a digest."""
    if len(name) <= longest:
        return name
    digest = hashlib.sha256(name.removeprefix("slo-").encode()).hexdigest()[:8]
    return f"{name[: longest - 9].rstrip('-_.')}-{digest}"


# --- groups and files -----------------------------------------------------------------------------
META: Final = "slogen-meta"
GROUP_PREFIX: Final = "slogen:"


def page_group(service: str) -> str:
    """Group of the page path: pair, windows, burn and absence alerts."""
    return f"{GROUP_PREFIX}{service}:page"


def budget_group(service: str) -> str:
    """Slower group: the SLO window, budgets, metadata, budget alerts."""
    return f"{GROUP_PREFIX}{service}:budget"


PATHS: Final = ("page", "budget")  # of a service's groups


def path_of_group(name: str) -> str:
    """Which path a group, or a part of one, is of: "page" or "budget"; "" for the watcher's."""
    found = re.fullmatch(rf"{GROUP_PREFIX}.+:({'|'.join(PATHS)})(?:-(?:part)?\d+)*", name)
    return found[1] if found else ""


def object_name(owner: str, place: str = "") -> str:
    """Name of an owner's Kubernetes objects; `place` is a project, a cluster, or both with a dot between. No
    service and none of these has a dot in its name, so none has the watcher's, which each place has, and no
    two places have one in common."""
    if owner != META:
        return f"slogen-{place}.{owner}" if place else f"slogen-{owner}"
    return f"slogen.meta.{place}" if place else "slogen.meta"


def slo_object(slo: str, place: str = "", what: str = "") -> str:
    """Name of a Kubernetes object of one SLO, by its identity; `what` tells it from others of that."""
    service, _, name = slo.partition("/")
    return _cut(".".join(filter(None, (object_name(service, place), name, what))), _LONGEST_OBJECT)


def project_name(place: str) -> str:
    """Name of what a project, or each cluster of it, has once: a provider of boards, a routing."""
    return f"slogen-{place}" if place else "slogen"


@lru_cache(maxsize=4096)
def link_label(link: str) -> str:
    """Label of a link on the info series."""
    return "link_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in link)


def slo_id(service: str, name: str) -> str:
    """Identity of an SLO. A slash, because `a-b` + `c` and `a` + `b-c` must differ."""
    return f"{service}/{name}"


def identity_of(service: str, item: Mapping[str, Any]) -> tuple[str, str]:
    """Service and name of an SLO as it is written, "" for a name that is none."""
    service_then, is_split, name_then = str(item.get("id", "")).partition("/")
    name = item.get("name")
    return (service_then, name_then) if is_split else (service, name if isinstance(name, str) else "")


def slo_at(data: Any, path: tuple[str | int, ...]) -> str:
    """The identity of the SLO in which a place of a document lies; "" outside of SLOs, and in those that
    don't say who they are."""
    if len(path) < 2 or path[0] != "slos" or not isinstance(data, Mapping):
        return ""
    slos, number = data.get("slos"), path[1]
    item = slos[number] if isinstance(slos, list) and isinstance(number, int) else None
    if not isinstance(item, Mapping):
        return ""
    identity = slo_id(*identity_of(str(data.get("service")), item))
    return identity if _IDENTITY.fullmatch(identity) else ""


def identity_names(identity: Mapping[str, str], by: Iterable[str] = ()) -> str:
    """The labels that tell recorded series apart, for `by (...)` and `on (...)`: those of every series, the
    settings' (`identity`), and those of an SLO's groups."""
    return ", ".join([*IDENTITY, *identity, *by])


def service_selector(metric: str, service: str, identity: Mapping[str, str]) -> str:
    """Select a recorded series of all SLOs of a service; `identity` are the settings' labels."""
    return selector(metric, {SERVICE: service, **identity})


def slo_selector(metric: str, slo: str, identity: Mapping[str, str]) -> str:
    """Select a recorded series of one SLO (all its groups) by its slo_id."""
    return selector(metric, {ID: slo, **identity})


def of_service(metric: str, service: str, identity: Mapping[str, str]) -> Selector:
    """`service_selector` as a value, for who adds matchers."""
    return Selector(metric).where(**{SERVICE: service, **identity})


def of_slo(metric: str, slo: str, identity: Mapping[str, str]) -> Selector:
    """`slo_selector` as a value, for who adds matchers."""
    return Selector(metric).where(**{ID: slo, **identity})
