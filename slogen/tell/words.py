"""What an SLO means, in words: for boards, pages and `slogen explain`. Nothing here is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slogen.model.alerting import Traffic
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE
from slogen.rules.levels import level_words
from slogen.units import format_duration, to_text


def promise(slo: Slo) -> str:
    """What is promised, as a sentence."""
    per = f" for each {', '.join(slo.sli.by)}" if slo.sli.by else ""
    allowed = to_text(slo.budget * 100, 9)
    return f"{slo.percent} over {slo.stretch}{per}: it is kept while at most {allowed}% {slo.sli.words()}."


def budget_words(slo: Slo) -> str:
    """The error budget in words: "0.1% of events; with steady traffic 43m12s of total outage in 30d"."""
    per = f" for each {', '.join(slo.sli.by)}" if slo.sli.by else ""
    outage = format_duration(max(round(slo.budget * slo.window), 1))
    share = to_text(slo.budget * 100, 9)
    within = f"a {slo.period} of {format_duration(slo.window)}" if slo.calendar else slo.period
    if slo.sli.timed:
        return f"{share}% of {slo.sli.timed.unit}{per}: {outage} of bad time in {within}"
    return f"{share}% of events{per}; with steady traffic {outage} of total outage in {within}"


def tiers(slo: Slo) -> Iterator[str]:
    """Each burn-rate alert in a line: "page: more than 1.44% over 1h and 5m (14.4x, 2% of the budget)"."""
    for tier in slo.alerting.tiers:
        if slo.alerting.severities[tier.severity].enabled:
            long, short, shown = format_duration(tier.long), format_duration(tier.short), tier.shown
            both = f"{long} and {short}" if long != short else long
            above = f"{tier.severity}: more than {to_text(tier.threshold * 100)}% over {both}"
            yield f"{above} ({shown['factor']}x, {shown['share']} of the budget; {tier.name})"
    if slo.alerting.needs_breach_alert:
        yield f"{PAGE}: more than {to_text(slo.budget * 100)}% over {slo.period}"
    for level in slo.levels.each if slo.levels else ():
        if slo.levels and slo.alerting.severities[level.severity].enabled:
            yield f"{level.severity}: {slo.levels.gauge.what} {level_words(slo.levels, level)} ({level.name})"
    budget = ", ".join(f"{line.percent} ({line.severity})" for line in slo.alerting.budget)
    if budget:
        yield f"budget consumed: {budget}"
    if slo.alerting.absent is not None:
        yield f"no data for {format_duration(slo.alerting.absent.wait)}"
    if (traffic := slo.alerting.told_traffic) is not None:
        yield f"{traffic.severity}: {few_events(traffic)}"


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
