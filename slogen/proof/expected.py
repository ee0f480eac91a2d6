"""What a proof expects, worked out from the spec and the definitions, not from the compiled rules.

A tier is defined by what it spends: `wanted` of the budget of the whole window within `long`. So the
error ratio at which it must fire is (wanted * budget * T) / long, and its bounds are those of the design.
Only the words of annotations are taken from the compiled alert.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from urllib.parse import quote_plus

from slogen.conventions import FIRST_SEEN, OWNER, SEVERITY
from slogen.emitted.proof import ExpectedAlert
from slogen.emitted.rules import Alert, RuleFile
from slogen.model.slo import Slo
from slogen.promql.text import braces
from slogen.proof.expand import expand
from slogen.proof.written import WrittenTier, budget
from slogen.settings import Settings

_REACHABLE, _LAST_TICKET = Fraction("0.9"), Fraction("1.5")


def firing_ratio(slo: Slo, tier: WrittenTier) -> Fraction:
    """The error ratio above which the tier must fire."""
    return _firing_ratio(budget(slo), slo.window, tier)


@lru_cache(maxsize=1024)
def _firing_ratio(left: Fraction, window: int, tier: WrittenTier) -> Fraction:
    spent = tier.share * left * window / tier.long
    page = tier.severity == "page"
    low = min(2 * left, Fraction("0.75")) if page else left
    high = _REACHABLE if page or not tier.is_last else min(_REACHABLE, _LAST_TICKET * left)
    return min(max(spent, low), high)


def identity_labels(slo: Slo, group: dict[str, str], settings: Settings) -> dict[str, str]:
    """Labels of every recorded series of a group of an SLO."""
    return {"slo_id": f"{slo.service}/{slo.name}", "slo_service": slo.service, "slo": slo.name} | {
        **settings.labels,
        **group,
    }


def series_name(metric: str, labels: dict[str, str]) -> str:
    """A recorded series as promtool writes it."""
    return metric + sorted_braces(tuple(labels.items()))


@lru_cache(maxsize=4096)
def sorted_braces(labels: tuple[tuple[str, str], ...]) -> str:
    """The labels of a series as promtool writes them."""
    return braces(tuple(sorted(labels)))


LONG_AGO = -1e9  # Unix time: longer than any window


def known_since(slo: Slo, group: dict[str, str], settings: Settings) -> str:
    """The series that says since when a group is known."""
    return series_name(FIRST_SEEN, identity_labels(slo, group, settings))


def believed(slo: Slo, group: dict[str, str], settings: Settings) -> dict[str, str]:
    """What a story needs so that an SLI that looks back, or one that is made of such, is judged from the
    first minute: its group has been known for long."""
    found: dict[str, str] = {}
    for part in slo.parts:
        found |= believed(part.slo, {k: v for k, v in group.items() if k in part.slo.sli.by}, settings)
    if slo.sli.timed and slo.sli.timed.lookback:
        found[known_since(slo, group, settings)] = str(LONG_AGO)
    return found


def alert_labels(
    slo: Slo, group: dict[str, str], severity: str, settings: Settings, **more: str
) -> dict[str, str]:
    """Labels of a firing alert of a group of an SLO."""
    labels = identity_labels(slo, group, settings) | {SEVERITY: slo.severity(severity, settings)} | more
    if slo.owner:
        labels[OWNER] = slo.owner
    options = slo.alerting.severities.get(severity)
    return labels | dict(slo.labels) | dict(options.labels if options else {})


def absence_alerts(slo: Slo) -> tuple[str, ...]:
    """The severities that there is an absence alert of. A page that the spec asks for by name is there in any
    case, and a ticket wherever there are tickets at all."""
    absent = slo.alerting.absent
    if absent is None:
        return ()
    pages = absent.tells_gone and absence_severity(slo) == "page"
    return ("page",) * pages + ("ticket",) * slo.alerting.severities["ticket"].enabled


def absence_severity(slo: Slo) -> str:
    """A page where the targets can be known to be gone and the SLO pages at all, unless the spec says."""
    absent = slo.alerting.absent
    if absent is not None and absent.severity != "auto":
        return absent.severity
    pages = slo.alerting.has_pages or slo.alerting.needs_breach_alert
    known = absent is not None and bool(absent.up)
    return "page" if known and pages and slo.alerting.severities["page"].enabled else "ticket"


def expected_alert(
    slo: Slo,
    severity: str,
    labels: dict[str, str],
    compiled: Alert | None,
    value: float,
    seconds_left: float | None = None,
) -> ExpectedAlert:
    """The alert as it must arrive. The links and annotations of the spec, the SLO and the group must be
    there, whatever was compiled."""
    options = slo.alerting.severities.get(severity)
    templates = dict(compiled.annotations) if compiled else {}
    for link, annotation in (("runbook", "runbook_url"), ("dashboard", "dashboard_url")):
        if link in slo.links:
            templates[annotation] = slo.links[link].replace("{{", '{{ "{{" }}')
    templates |= options.annotations if options else {}
    annotations = {name: expand(text, labels, value, seconds_left) for name, text in templates.items()}
    if slo.board and not (options and "dashboard_url" in options.annotations):
        annotations["dashboard_url"] = _board(slo, labels)
    named = [slo.shown, *(labels[label] for label in slo.sli.by if label in labels)]
    for name, needed in (("summary", named), ("description", [])):
        missing = [word for word in needed if word not in annotations.get(name, "")]
        if name not in annotations or (missing and name not in (options.annotations if options else {})):
            annotations[name] = f"the {name} lacks {', '.join(missing)}"
    return ExpectedAlert(labels, annotations)


def _board(slo: Slo, labels: dict[str, str]) -> str:
    """The SLO's board with the alert's group. In a test it is 1970: nobody knows when it is."""
    chosen = "".join(
        f"&var-by_{label}={quote_plus(labels[label])}" for label in slo.sli.by if labels.get(label)
    )
    return f"{slo.board}{chosen}&from=now-6h&to=now"


def compiled_alert(rules: RuleFile, name: str, slo: Slo, **labels: str) -> Alert | None:
    """The alert that was compiled under this name with these labels; None if it is missing."""
    found = (a for a in rules.alerts.get((name, slo.id), ()) if labels.items() <= a.labels.items())
    return next(found, None)
