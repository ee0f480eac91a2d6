"""What becomes of slogen's part where a Helm chart and the Prometheus operator stand between the file and
Alertmanager.

Helm merges mappings of the values with the chart's own, and takes a list as a whole. So a list that the
values leave to the chart is there as long as slogen has none to put in its place. The operator reads a
configuration into types of its own, and refuses all of it for one field that it doesn't know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from slogen.diagnostics import Problem, Severity
from slogen.render.merge.base import Base
from slogen.render.merge.layout import Layout
from slogen.render.merge.markers import Sections

# By the key of a chart's template files: where it mounts them, and that it loads all that lie there.
_LOADED: Final = {"templateFiles": "/etc/alertmanager/config/*.tmpl", "templates": "/etc/alertmanager/*.tmpl"}
_OPERATORS: Final = (
    "templateFiles"  # the chart with the operator; the other has no lists but that of templates
)
# As of version 0.93; fields by the list that they are in.
_UNKNOWN_TO_OPERATOR: Final = {"discord_configs": "webhook_url_file"}


def with_loaded(sections: Sections, layout: Layout, config: Mapping[str, Any]) -> Sections:
    """The sections, and in them what the chart loads by itself: else the team's own templates would go."""
    if layout.kind != "values" or not layout.files or not sections or "templates" in config:
        return sections
    return {**sections, "templates": [*sections.get("templates", ()), _LOADED[layout.files[-1]]]}


def replaced(base: Base, layout: Layout, sections: Sections, config: Mapping[str, Any]) -> Iterator[Problem]:
    """A warning where lists of the chart's go for slogen's. `config` is the team's part alone."""
    if layout.kind != "values" or not layout.files or layout.files[-1] != _OPERATORS:
        return
    route = config.get("route")
    known = {"routes": route if isinstance(route, dict) else {}, "inhibit_rules": config}
    gone = [name for name, fields in known.items() if sections.get(name) and name not in fields]
    if gone and base.root is not None:
        named = " and ".join(f"`{name}`" for name in gone)
        message = f"the values leave {named} to the chart, and Helm takes slogen's in their place"
        hint = "write out what you want of the chart's (`helm show values`); an empty list is an answer, too"
        yield Problem("merge-default", message, base.span(base.root), hint, Severity.WARNING)


def unknown(base: Base, layout: Layout, sections: Sections) -> Iterator[Problem]:
    """A warning where the operator wouldn't take a receiver of slogen's."""
    is_operators = layout.kind == "Secret" or (layout.files or ("",))[-1] == _OPERATORS
    if base.root is None or not is_operators:
        return
    hint = "write the receiver into your own part and name it with `existing`, or use `alertmanagerconfig`"
    for receiver in sections.get("receivers", ()):
        for kind, field in _UNKNOWN_TO_OPERATOR.items():
            if any(field in each for each in receiver.get(kind, ())):
                message = (
                    f"the Prometheus operator doesn't know `{field}` of {kind}, and takes nothing of the file"
                )
                yield Problem("merge-operator", message, base.span(base.root), hint, Severity.WARNING)
