"""YAML that is not slogen's, read as the programs that it is for read it: Prometheus, Alertmanager, Helm.

Those are written in Go, where a bare `17:00` is a text and no number of sixties, and a bare `2026-01-01` is
written back as it stood. PyYAML follows an older YAML: 1020, and a date.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

_STANDARD: Final = "tag:yaml.org,2002:"
_TEXTS: Final = (f"{_STANDARD}timestamp", f"{_STANDARD}value")  # a bare `=` is the other
_NUMBERS: Final = (f"{_STANDARD}int", f"{_STANDARD}float")
_SIXTIES: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")

_Resolvers = dict[str, list[tuple[str, re.Pattern[str]]]]


def _without_sixties(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(f"(?!{_SIXTIES.pattern}$)(?:{pattern.pattern})", pattern.flags)


def _as_in_go(resolvers: _Resolvers) -> _Resolvers:
    """What tells the type of a bare scalar, by its first character."""
    return {
        first: [
            (tag, _without_sixties(pattern) if tag in _NUMBERS else pattern)
            for tag, pattern in known
            if tag not in _TEXTS
        ]
        for first, known in resolvers.items()
    }


class Loader(yaml.SafeLoader):
    """A loader in Python, whose nodes say where they stand."""

    yaml_implicit_resolvers = _as_in_go(yaml.SafeLoader.yaml_implicit_resolvers)


class FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same by libyaml, where there is one."""

    yaml_implicit_resolvers = Loader.yaml_implicit_resolvers


def load(text: str | bytes) -> Any:
    """The one document of a text as plain data. Raises yaml.YAMLError."""
    return yaml.load(text, FastLoader)
