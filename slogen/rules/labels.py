"""Labels and annotations of alerts. Prometheus expands both as templates, so user text is escaped."""

from __future__ import annotations

from collections.abc import Mapping

from slogen.conventions import OWNER, SEVERITY
from slogen.model.addresses import from_alert
from slogen.model.slo import Slo
from slogen.rules.pair import identity
from slogen.settings import Settings
from slogen.units import MINUTE

# Alerts that tell a state (a share of the budget is spent, a ticket's rate is exceeded) hold on for so many
# seconds: a value that sways around its line is one alert.
STATE_HELD = 30 * MINUTE


def escaped(text: str) -> str:
    """User text as Prometheus's templates print it back."""
    return text.replace("{{", '{{ "{{" }}') if "{{" in text else text


def alert_labels(slo: Slo, severity: str, settings: Settings, **more: str) -> dict[str, str]:
    """Identity, severity, owner, what tells this alert apart (`more`), and the user's own labels."""
    own = {**slo.labels, **slo.alerting.options(severity).labels}
    labels = {**identity(slo, settings), SEVERITY: slo.severity(severity, settings), **more}
    if slo.owner:
        labels[OWNER] = slo.owner
    return {name: escaped(value) if "{{" in value else value for name, value in (labels | own).items()}


def alert_annotations(
    slo: Slo, severity: str, settings: Settings, summary: str, description: str, *, per_group: bool = True
) -> dict[str, str]:
    """What the person who is paged reads, and where to go from there."""
    said = f": {escaped(slo.description)}" if slo.description else ""
    annotations = {
        "summary": f"{slo.shown}{cluster_words(settings)}{group_words(slo) if per_group else ''} {summary}",
        "description": description,
        "objective": f"{slo.percent} over {slo.stretch}{said}",
    }
    for link, annotation in (("runbook", "runbook_url"), ("dashboard", "dashboard_url")):
        if link in slo.links:
            annotations[annotation] = escaped(slo.links[link])
    if slo.board:
        annotations["dashboard_url"] = from_alert(escaped(slo.board), slo.sli.by)
    return annotations | dict(slo.alerting.options(severity).annotations)


def cluster_words(settings: Settings) -> str:
    """Of which cluster the rules are, where the project has several: " in eu-1". Titles of notifications are
    summaries, and show no labels."""
    return f" in {settings.cluster}" if settings.cluster else ""


def group_words(slo: Slo) -> str:
    """The group of a grouped SLO, from the alert's labels: " (model=llama-3)"."""
    if not slo.sli.by:
        return ""
    return " (" + ", ".join(f"{label}={{{{ $labels.{label} }}}}" for label in slo.sli.by) + ")"


def timing(slo: Slo, severity: str) -> Mapping[str, int]:
    """`for` and `keep_firing_for` of a severity, in seconds."""
    options = slo.alerting.options(severity)
    return {"wait": options.wait, "keep_firing_for": options.keep_firing_for}
