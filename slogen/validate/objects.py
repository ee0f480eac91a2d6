"""Objects that nobody would load. With kube-prometheus-stack's defaults an operator takes only what has the
label of its release, and says nothing of the rest; not even slogen's own alerts could tell, as they are not
loaded either. And it drops what is too large."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.model.origin import Origin
from slogen.settings import Settings
from slogen.validate.rulers import rulers_of

# The targets whose rules an operator finds by labels, and the kind of object that says which.
_SELECTS: Final = {"kubernetes": "Prometheus", "thanos": "ThanosRuler", "victoriametrics": "VMAlert"}


def check_objects(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """A warning where rules are asked for as objects, and nobody says which labels they have (`{}` says that
    they need none); and a problem where they may be larger than their operator takes."""
    targets = origin.at("targets")
    has_labels = origin.at("kubernetes", "labels").exists
    has_labels |= bool(settings.clusters) and all(each.object_labels for each in settings.clusters)
    for number, target in enumerate(settings.targets if targets.exists and not has_labels else ()):
        kind = _SELECTS.get(target) if "objects" in settings.forms_of(target) else None
        if kind is None or origin.at(target, "labels").exists:
            continue
        message = "the objects have no label by which an operator would find them: it may never load them"
        hint = (
            f"set `{target}: {{labels: {{release: NAME}}}}`, or what `ruleSelector` of your {kind} object "
            "asks for; `labels: {}` if it takes all"
        )
        yield targets.at(number).problem("no-object-labels", message, hint, severity=Severity.WARNING)
    yield from _too_large(origin.at("kubernetes", "max_bytes"), settings)


def _too_large(here: Origin, settings: Settings) -> Iterator[Problem]:
    most = min((ruler.size for ruler in rulers_of(settings) if ruler.size), default=0)
    if most and settings.kubernetes.max_bytes > most:
        message = f"the Prometheus operator takes no object with more than {most:,} bytes of rules"
        yield here.problem("object-size", message, f"set `kubernetes: {{max_bytes: {most}}}`, or less")
