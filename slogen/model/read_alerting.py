"""From the `alerting` part of a spec to Alerting: defaults, tiers, percentages, durations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from slogen.diagnostics import Problem
from slogen.model.alerting import INFO, Absent, Alerting, BudgetAlert, SeverityOptions, Traffic
from slogen.model.asked import as_asked
from slogen.model.origin import Origin
from slogen.model.sli import Sli, bad_time
from slogen.model.tiers import PAGE, TICKET, Frame, Policy, PolicyTier, Tier, derive, factor_of, share_of
from slogen.promql.parse import PromqlError, check_version, parse_selector
from slogen.promql.scope import ScopeError
from slogen.settings import Settings
from slogen.units import DAY, MINUTE, parse_duration, to_decimal

_ABSENT_WAIT, _ABSENT_FORGET = 10 * MINUTE, 7 * DAY
_PLAIN = SeverityOptions()
_BUDGET_ALERTS = (
    BudgetAlert(Fraction(1, 2), INFO),
    BudgetAlert(Fraction(4, 5), TICKET),
    BudgetAlert(Fraction(1), TICKET),
)


def read_policy(data: Mapping[str, Any]) -> Policy:
    """Build a Policy from an AlertPolicy document that passed its schema."""
    window = parse_duration(data.get("window", "30d"))
    return Policy(data["name"], window, tuple(_policy_tier(line, window) for line in data["tiers"]))


def _policy_tier(line: Mapping[str, Any], window: int) -> PolicyTier:
    """A tier written for an SLO window (seconds), by its share of the budget or by its burn rate."""
    long, short = parse_duration(line["long"]), parse_duration(line["short"])
    by_factor = "factor" in line
    share = share_of(Fraction(line["factor"]), window, long) if by_factor else _share(line["budget"])
    wait = parse_duration(line["for"]) if "for" in line else None
    return PolicyTier(line["name"], line["severity"], share, long, short, wait)


def _share(text: object) -> Fraction:
    """ "2%" and 2 are both two percent."""
    return Fraction(to_decimal(text)) / 100


def read_alerting(
    data: Mapping[str, Any],
    origin: Origin,
    *,
    sli: Sli,
    frame: Frame,
    settings: Settings,
    policies: Mapping[str, Policy],
    problems: list[Problem],
) -> Alerting:
    """Build Alerting from plain, merged data; an unknown policy or an `up` that is none becomes a Problem."""
    absent = data.get("absent", {})
    severities = {name: _severity(data.get(name, {})) for name in (PAGE, TICKET)}
    needed = Fraction(to_decimal(data.get("min_bad_events", sli.min_bad_events)))
    frame = replace(frame, bad=bad_time(sli, needed))
    tiers, wants_pages = _tiers(data, origin, frame, policies, problems)
    return Alerting(
        tiers=tiers,
        wants_pages=wants_pages,
        min_bad_events=needed,
        absent=_absent(absent, origin.at("absent"), sli, settings, problems),
        forget=parse_duration(absent["forget"]) if absent and "forget" in absent else _ABSENT_FORGET,
        budget=_budget(data.get("budget")),
        severities=severities,
        names=data.get("names", {}),
        shipped_policy=_shipped(data, policies),
        traffic=_traffic(data.get("traffic"), origin.at("traffic"), sli, problems),
    )


def _severity(data: Mapping[str, Any]) -> SeverityOptions:
    if not data:
        return _PLAIN
    return SeverityOptions(
        enabled=data.get("enabled", True),
        word=data.get("severity", ""),
        wait=parse_duration(data.get("for", "0s")),
        keep_firing_for=parse_duration(data.get("keep_firing_for", "0s")),
        labels=data.get("labels", {}),
        annotations=data.get("annotations", {}),
    )


def _tiers(
    data: Mapping[str, Any],
    origin: Origin,
    frame: Frame,
    policies: Mapping[str, Policy],
    problems: list[Problem],
) -> tuple[tuple[Tier, ...], bool]:
    """The tiers, and whether any page was asked for."""
    if "tiers" in data:
        tiers = tuple(own_tier(_policy_tier(line, frame.window), frame) for line in data["tiers"])
        return tiers, any(tier.severity == PAGE for tier in tiers)
    name = data.get("policy", "default")
    if name in policies:
        return derive(policies[name], frame), any(line.severity == PAGE for line in policies[name].tiers)
    known = ", ".join(sorted(policies))
    message = f"unknown policy `{name}`"
    problems.append(origin.at("policy").problem("unknown-policy", message, f"known policies: {known}"))
    return (), False


def _shipped(data: Mapping[str, Any], policies: Mapping[str, Policy]) -> str:
    name = str(data.get("policy", "default"))
    return name if "tiers" not in data and name in policies and policies[name].is_shipped else ""


def own_tier(line: PolicyTier, frame: Frame) -> Tier:
    """A tier that the user wrote is taken as it stands; whether it makes sense is checked later."""
    factor = factor_of(line.share, frame.window, line.long) if line.long else Fraction(0)
    factor = frame.taken(line.severity, factor)
    share, windows = line.share, (line.long, line.short)
    return Tier(line.name, line.severity, share, *windows, factor, frame.budget, share, line.wait)


def _absent(
    data: Any, origin: Origin, sli: Sli, settings: Settings, problems: list[Problem]
) -> Absent | None:
    """Who is told, and of what, when data is missing; None for nobody."""
    if data is False:
        return None
    up = _up(data, origin, settings, problems) if "up" in data else sli.up(settings)
    missing = sli.timed.missing if sli.timed else "ignore"
    return Absent(
        wait=parse_duration(data["for"]) if "for" in data else _ABSENT_WAIT,
        severity=data.get("severity", "auto"),
        up=up,
        per_group=data.get("per_group", False),
        tells_gone=missing == "ignore" or (missing == "good" and bool(up)),
        tells_away=missing != "bad",
    )


def _traffic(data: Any, origin: Origin, sli: Sli, problems: list[Problem]) -> Traffic | None:
    """How much traffic there always is; None where nobody says so, or no events are counted."""
    if not data or not counts_events(sli):
        return None
    missing = [name for name in ("min", "for") if name not in data]
    if missing:
        hint = "such as {min: 100, for: 30m}: at least so many events in so long"
        problems.append(origin.problem("traffic", f"`traffic` needs `{missing[0]}`", hint))
        return None
    least = Fraction(to_decimal(data["min"]))
    return Traffic(least, parse_duration(data["for"]), data.get("severity", TICKET))


def counts_events(sli: Sli) -> bool:
    """Whether its total are events that somebody causes: not slices of time, nor other SLOs."""
    return sli.timed is None


def _up(
    data: Mapping[str, Any], origin: Origin, settings: Settings, problems: list[Problem]
) -> tuple[str, ...]:
    try:
        selector = parse_selector(as_asked(data["up"], settings))
        check_version([selector], settings.prometheus.min_version)
    except ScopeError as error:
        problems.append(origin.at("up").problem(error.code, f"`up`: {error}", error.hint))
        return ()
    except PromqlError as error:
        problems.append(origin.at("up").problem("promql", f"`up`: {error}", error.hint))
        return ()
    return (str(selector),)


def _budget(lines: list[Mapping[str, Any]] | None) -> tuple[BudgetAlert, ...]:
    if lines is None:
        return _BUDGET_ALERTS
    return tuple(BudgetAlert(_share(line["consumed"]), line["severity"]) for line in lines)
