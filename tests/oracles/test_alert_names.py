"""Names of alerts may be what Prometheus and Alertmanager allow: any text that can be shown."""

import json

import pytest
import yaml
from click.testing import CliRunner

import slogen
from slogen.cli import main

NAMES = {
    "SLOErrorBudgetBurn": 'Chat-API: «burn» "fast", 100 % | \\x {{ $value }}',
    "SLODataAbsent": "Daten fehlen \u6570\u636e",
    "SLOErrorBudgetConsumed": "1 budget, used: #yes",
    "SLOEscalated": "it's {escalated}",
}
HEAD = {"apiVersion": "slogen/v1"}
SLO = {
    "name": "availability",
    "objective": 99.9,
    "window": "1h",
    "sli": {"events": {"bad": 'e{job="j"}', "total": 't{job="j"}'}},
}


def spec(names):
    kind = {**HEAD, "kind": "ServiceLevelObjectives", "service": "chat", "owner": "llm"}
    return json.dumps({**kind, "slos": [{**SLO, "alerting": {"names": names}}]})


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_promtool_and_amtool_agree(version, oracles, tmp_path, monkeypatch):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/a.yaml").write_text(spec(NAMES))
    said = {
        "receivers": {name: {"webhook": {"url": f"http://{name}/"}} for name in ("pager", "chat")},
        "default": {"page": "pager", "ticket": "chat", "escalate": {"ticket_after": "24h"}},
    }
    (tmp_path / "notifications.yaml").write_text(json.dumps({**HEAD, "kind": "Notifications", **said}))
    monkeypatch.chdir(tmp_path)
    tools = {"promtool": oracles(f"prometheus-{version}", "promtool")}
    tools["amtool"] = oracles("alertmanager-0.33" if version == "3.5" else "alertmanager-0.25", "amtool")
    asked = [word for name, tool in tools.items() for word in (f"--{name}", str(tool))]
    assert CliRunner().invoke(main, ["generate"]).exit_code == 0
    done = CliRunner().invoke(main, ["test", *asked])
    assert done.exit_code == 0, done.output
    assert "all proven" in done.output
    rules = yaml.safe_load((tmp_path / "generated/prometheus/chat.rules.yaml").read_text())
    alerts = {rule.get("alert") for group in rules["groups"] for rule in group["rules"]}
    assert set(NAMES.values()) <= alerts


@pytest.mark.parametrize("name", ["", " x", "x ", "a\nb", "x" * 101])
def test_names_that_can_not_be(name):
    assert not slogen.compile(spec({"SLODataAbsent": name})).ok
