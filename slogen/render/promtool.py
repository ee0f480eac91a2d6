"""promtool unit-test files, and the plain rules that they load where no target of the project has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slogen.emitted.proof import AlertCheck, Block, Compiled, ExprCheck, TestFile
from slogen.model.rulers import PROMETHEUS
from slogen.render.artifact import Artifact, header
from slogen.render.rulers.plain import groups_text, keeps_firing
from slogen.render.rulers.prometheus import ENDING
from slogen.settings import Settings
from slogen.units import format_duration
from slogen.yamltext import dump


def rules_path(owner: str) -> str:
    """Where an owner's rules lie below the tests, where the output has none."""
    return f"{owner}/{owner}{ENDING}"


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The test files of one owner, a file a story; and its rules, unless they are in the output anyway."""
    folder = f"{settings.output.rules_from_tests}/" if settings.has_plain_rules else ""
    yield from (_file(test, folder) for test in compiled.tests)
    if not settings.has_plain_rules:
        owner, keeps = compiled.rules.owner, keeps_firing(PROMETHEUS, settings)
        text = groups_text(compiled.rules.groups, keeps)
        yield Artifact(rules_path(owner), header(compiled.rules.source) + text, owner, "tests")


def _file(test: TestFile, folder: str) -> Artifact:
    """A test file loads the rule file of its owner, from the output folder or beside it."""
    data = {
        "rule_files": [f"{folder}{test.owner}{ENDING}"],
        "evaluation_interval": format_duration(test.interval),
        "group_eval_order": list(test.groups),
        "tests": [block_data(block) for block in test.blocks],
    }
    return Artifact(test.path, header(test.source) + dump(data), test.owner, "tests")


def block_data(block: Block) -> dict[str, Any]:
    """A test as plain data."""
    data: dict[str, Any] = {
        "name": block.name,
        "interval": format_duration(block.interval),
        "input_series": [{"series": name, "values": values} for name, values in block.series.items()],
    }
    if block.alerts:
        data["alert_rule_test"] = [_alert(check) for check in block.alerts]
    if block.exprs:
        data["promql_expr_test"] = [_expr(check) for check in block.exprs]
    return data


def _alert(check: AlertCheck) -> dict[str, Any]:
    data: dict[str, Any] = {"eval_time": format_duration(check.at), "alertname": check.alert}
    if check.expected:
        data["exp_alerts"] = [
            {"exp_labels": dict(alert.labels), "exp_annotations": dict(alert.annotations)}
            for alert in check.expected
        ]
    return data


def _expr(check: ExprCheck) -> dict[str, Any]:
    data: dict[str, Any] = {"expr": check.expr, "eval_time": format_duration(check.at)}
    if check.expected:
        data["exp_samples"] = [{"labels": labels, "value": int(value)} for labels, value in check.expected]
    return data
