"""What an SLO means, in words: for boards, pages and `slogen explain`. Nothing here is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slogen.model.alerting import Absent, BudgetAlert, Traffic
from slogen.model.alerts import AlertLine, alerts_of
from slogen.model.levels import Level
from slogen.model.slo import Service, Slo
from slogen.rules.levels import level_words
from slogen.units import format_duration, to_text


def promise(slo: Slo) -> str:
    """What is promised, as a sentence."""
    per = f" for each {', '.join(slo.sli.by)}" if slo.sli.by else ""
    allowed = to_text(slo.budget * 100, 9)
    bad = slo.sli.words().rstrip(",")  # a comma goes before a stretch of time
    return f"{slo.percent} over {slo.stretch}{per}: it is kept while at most {allowed}% {bad}."


def budget_words(slo: Slo) -> str:
    """The error budget in words: "0.1% of events; with steady traffic 43m12s of total outage in 30d"."""
    per = f" for each {', '.join(slo.sli.by)}" if slo.sli.by else ""
    outage = format_duration(max(round(slo.budget * slo.window), 1))
    share = to_text(slo.budget * 100, 9)
    within = f"a {slo.period} of {format_duration(slo.window)}" if slo.calendar else slo.period
    if slo.sli.timed:
        return f"{share}% of {slo.sli.timed.unit}{per}: {outage} of bad time in {within}"
    return f"{share}% of events{per}; with steady traffic {outage} of total outage in {within}"


def other_alerts(slo: Slo) -> Iterator[str]:
    """When people are told beside the tiers: "ticket when 80% of the budget is consumed". A page and a ticket
    about missing data are one line. That the bucket is missing says nothing about the service, and who is
    told again is said where people are told; both are left out."""
    yield from dict.fromkeys(filter(None, (alert_words(slo, line) for line in alerts_of(slo))))


def alert_words(slo: Slo, line: AlertLine) -> str:
    """When people are told by an alert that is none of a tier; "" for what is said elsewhere."""
    match line.of:
        case BudgetAlert() as spent:
            return f"{line.severity} when {spent.percent} of the budget is consumed"
        case Level() as level if slo.levels:
            return f"{line.severity} when {slo.levels.gauge.what} is {level_words(slo.levels, level)}"
        case Absent() as absent:
            return f"an alert when the data has been gone for {format_duration(absent.wait)}"
        case Traffic() as traffic:
            return f"{line.severity} when there are {few_events(traffic)}, while the targets are up"
    return ""


def idle_words(slo: Slo) -> Iterator[str]:
    """When low traffic is told, where the spec says how much there always is."""
    told = slo.alerting.told_traffic
    if told is not None:
        yield (
            f"{few_events(told)}: {told.severity}; not while younger than that, nor until data that was "
            f"gone, targets that were down or excluded time are {format_duration(told.window)} ago"
        )
    elif slo.alerting.traffic is not None:
        yield f"nobody is told of low traffic: {slo.alerting.traffic.severity} alerts are off"
    elif slo.origin.at("alerting", "traffic").value:
        yield "`alerting.traffic` is inherited, and doesn't apply: this SLO counts no events"


def few_events(traffic: Traffic) -> str:
    """What is too little traffic: "fewer than 100 events in 30m"."""
    return f"fewer than {to_text(traffic.least, 12)} events in {format_duration(traffic.window)}"


def shared_links(service: Service) -> Mapping[str, str]:
    """The links that all SLOs of a service have."""
    if not service.slos:
        return {}
    first, *others = [slo.links for slo in service.slos]
    return {name: url for name, url in first.items() if all(links.get(name) == url for links in others)}


def cut(text: str, most: int = 200) -> str:
    """The text on one line and not longer than that; cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head = line[: most - 1]
    space = head.rfind(" ")
    return (head[:space] if space > most // 2 else head).rstrip(" ,;:.") + "…"
