"""Rule files as Prometheus has them, for engines that read these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from slogen.emitted.proof import Compiled
from slogen.model.rulers import Ruler
from slogen.render.artifact import Artifact, header
from slogen.render.rulers.plain import fitted, group_data, keeps_firing
from slogen.settings import Settings
from slogen.yamltext import dump

ENDING: Final = ".rules.yaml"


def rule_file(
    compiled: Compiled,
    ruler: Ruler,
    settings: Settings,
    head: Mapping[str, Any] | None = None,
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> Artifact:
    """The rule file of one owner. `head` stands before the groups; `more` are fields of groups, by the path
    they are of ("" for the watcher's)."""
    rules, keeps = compiled.rules, keeps_firing(ruler, settings)
    groups = [group_data(group, keeps, more) for group in fitted(compiled, ruler, settings)]
    text = header(rules.source) + dump({**(head or {}), "groups": groups})
    return Artifact(f"{ruler.target}/{rules.owner}{ENDING}", text, rules.owner, ruler.target)
