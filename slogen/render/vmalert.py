"""The proof in the words of vmalert-tool, VictoriaMetrics' own tester of rules: the same series and the same
expectations, of the rules that are written for it.

vmalert shows what a group has recorded when the whole group was evaluated; promtool after each rule. So that
both are asked the same, rules are cut into groups there that read nothing of themselves. How much later
vmalert is for that, `slogen explain --target` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from slogen.emitted.proof import Block, Compiled, TestFile
from slogen.emitted.rules import Alert, Group, Rule
from slogen.model.rulers import VICTORIAMETRICS
from slogen.render.artifact import Artifact, header
from slogen.render.promtool import block_data
from slogen.render.rulers.plain import fitted, groups_text, keeps_firing
from slogen.render.rulers.prometheus import ENDING
from slogen.settings import Settings
from slogen.units import HOUR, YEAR, format_duration
from slogen.yamltext import dump

ALERTS: Final = "ALERTS"
GROUP_LABEL: Final = "alertgroup"  # vmalert sets it on alerts
_WORD: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_STORED_UNTIL: Final = 56 * YEAR  # VictoriaMetrics drops samples of the future
_PERIOD: Final = "slo:period_"
_FILLED: Final = (
    HOUR  # samples that come less often: VictoriaMetrics takes it that there are more between them
)


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The tests of one owner, and the rules that they load, beside each other."""
    owner, settings = compiled.rules.owner, replace(settings, groups={})  # it is asked all of the proof
    groups = [part for group in fitted(compiled, VICTORIAMETRICS, settings) for part in _levels(group)]
    name = f"{owner}{ENDING}"
    text = header(compiled.rules.source) + groups_text(groups, keeps_firing(VICTORIAMETRICS, settings))
    yield Artifact(f"{owner}/{name}", text, owner, VICTORIAMETRICS.target)
    for test in filter(is_asked, compiled.others.get(VICTORIAMETRICS.target, compiled).tests):
        yield Artifact(test.path, _test(test, name, groups), owner, VICTORIAMETRICS.target)


def is_asked(test: TestFile) -> bool:
    """Whether vmalert-tool is asked a test: not the events of calendar periods, of which stories tell few
    hours, each apart from the others."""
    checks = (check for block in test.blocks if block.interval > _FILLED for check in block.exprs)
    return not any(_PERIOD in check.expr for check in checks)


def asked(expr: str) -> str:
    """An expression as vmalert-tool is asked it."""
    return f'label_del({expr}, "{GROUP_LABEL}")' if ALERTS in expr else expr


def meant(expr: str) -> str:
    """The expression that was asked so."""
    return expr.removeprefix("label_del(").removesuffix(f', "{GROUP_LABEL}")')


def _levels(group: Group) -> Iterator[Group]:
    """The group as groups in which no rule reads what another one records."""
    level: list[Rule] = []
    recorded: set[str] = set()
    number = 1
    for rule in group.rules:
        if level and not recorded.isdisjoint(_WORD.findall(rule.expr)):
            yield replace(group, name=f"{group.name}:{number}", rules=tuple(level))
            level, recorded, number = [], set(), number + 1
        level.append(rule)
        recorded.add(ALERTS if isinstance(rule, Alert) else rule.record)
    yield replace(group, name=f"{group.name}:{number}", rules=tuple(level))


def _test(test: TestFile, rules: str, groups: Sequence[Group]) -> str:
    place = {name: index for index, name in enumerate(test.groups)}
    ordered = sorted(groups, key=lambda group: place.get(group.name.rpartition(":")[0], len(place)))
    data = {
        "rule_files": [rules],
        "evaluation_interval": format_duration(test.interval),
        "group_eval_order": [group.name for group in ordered],
        "tests": [_block(block) for block in test.blocks],
    }
    return header(test.source) + dump(data)


def _block(block: Block) -> dict[str, Any]:
    past = replace(block, exprs=tuple(c for c in block.exprs if c.at < _STORED_UNTIL))
    data = block_data(past)
    checks = data.pop("promql_expr_test", [])
    if checks:
        data["metricsql_expr_test"] = [{**check, "expr": asked(check["expr"])} for check in checks]
    return data
