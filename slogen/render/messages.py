"""What people read: the parts of a message, as Alertmanager's templates.

They are data files in presets/messages. alertmanager.yml names them; an AlertmanagerConfig, which can't
bring templates, gets their text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from slogen.emitted.routing import Routing
from slogen.model.tiers import PAGE, TICKET
from slogen.yamltext import Quoted

_FOLDER: Final = Path(__file__).parents[1] / "presets" / "messages"
# Newer Alertmanagers read details as YAML: "30d: half of the answers" would become a mapping.
_FLAT: Final = '| reReplaceAll ": " " - "'
DETAILS: Final[Mapping[str, str]] = {
    "service": "{{ .CommonLabels.slo_service }}",
    "slo": "{{ .CommonLabels.slo_id }}",
    "objective": f"{{{{ .CommonAnnotations.objective {_FLAT} }}}}",
    "budget": f"{{{{ range .Alerts.Firing }}}}{{{{ .Annotations.description {_FLAT} }}}} {{{{ end }}}}",
    "owner": "{{ .CommonLabels.owner }}",
    "runbook": "{{ .CommonAnnotations.runbook_url }}",
    # Alerts of several tiers may have been told in different hours: then the link of the first.
    "dashboard": "{{ with .CommonAnnotations.dashboard_url }}{{ . }}{{ else }}{{ with .Alerts.Firing }}"
    "{{ (index . 0).Annotations.dashboard_url }}{{ end }}{{ end }}",
}
Words = Callable[[str], Any]


@cache
def _parts() -> dict[str, str]:
    return {
        file.stem: file.read_text(encoding="utf-8").rstrip("\n") for file in sorted(_FOLDER.glob("*.tmpl"))
    }


def parts(routing: Routing) -> dict[str, str]:
    """The text of each part; severities as this project calls them."""
    values = {f'"@{name}@"': _words(routing.severities[name]) for name in (PAGE, TICKET)}
    return {name: _replaced(text, values) for name, text in _parts().items()}


def _words(words: Iterable[str]) -> str:
    """What `eq` compares with: any of these."""
    return " ".join(f'"{_go(word)}"' for word in words)


def _go(text: str) -> str:
    """A label's value inside a Go string."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _replaced(text: str, values: Mapping[str, str]) -> str:
    for old, new in values.items():
        text = text.replace(old, new)
    return text


def template_file(routing: Routing, header: str) -> str:
    """All parts as one template file."""
    defined = (
        f'{{{{ define "slogen.{name}" }}}}{text}{{{{ end }}}}\n' for name, text in parts(routing).items()
    )
    return "\n".join([f"{{{{/* {header} */}}}}\n", *defined])


def by_name(name: str) -> Any:
    """A part as alertmanager.yml refers to it; PagerDuty's details are several."""
    return dict(DETAILS) if name == "details" else Quoted(f'{{{{ template "slogen.{name}" . }}}}')


def by_text(routing: Routing) -> Words:
    """A part as its whole text."""
    texts = parts(routing)
    return lambda name: dict(DETAILS) if name == "details" else texts[name]
