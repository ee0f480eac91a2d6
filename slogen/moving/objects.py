"""Where objects of a cluster lie, and by which labels they are found: a setting of the project in slogen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.moving.reading import Value
from slogen.settings import Settings
from slogen.yamltext import scalar

# Labels by which an operator selects rules, in the charts that most people run.
_SELECTORS: Final = ("prometheus", "role", "release", "ruler")


def placed(metadata: Value, settings: Settings) -> Iterator[Problem]:
    """What slogen.yaml must say so that the rules lie where these objects did, and are found as they were."""
    namespace, labels = metadata.get("namespace"), metadata.get("labels")
    if namespace is not None and namespace.text() != (settings.kubernetes.namespace or ""):
        yield _setting(namespace, "namespace", scalar(namespace.text()))
    for name, value in labels.items() if labels else ():
        if name in _SELECTORS and value.text() != settings.kubernetes.labels.get(name):
            yield _setting(value, "labels", f"{{{name}: {scalar(value.text())}}}")


def _setting(at: Value, field: str, value: str) -> Problem:
    message = "this is of the objects that the rules are in, which slogen.yaml says for all of them"
    hint = f"if rules are objects in your cluster, write `kubernetes: {{{field}: {value}}}`"
    return at.problem("import-decide-objects", message, hint, Severity.INFO)
