"""The page on kube-prometheus-stack: its settings and values work together, and slogen has no word to add."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from slogen.cli import main

from .pages import blocks, read

pytestmark = pytest.mark.slow
SETTINGS, VALUES, *_ = blocks(read("docs/kube-prometheus-stack.md"), "yaml")
SPEC = """
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
owner: shop
slos:
  - name: availability
    objective: 99.9
    links: {runbook: "https://wiki.example.com/shop"}
    sli: {events: {bad: 'bad_total{job="shop"}', total: 'all_total{job="shop"}'}}
  - name: latency
    objective: 99
    links: {runbook: "https://wiki.example.com/shop"}
    sli: {latency: {histogram: 'took_seconds{job="shop"}', threshold: 300ms}}
"""
NOTIFICATIONS = """
apiVersion: slogen/v1
kind: Notifications
receivers:
  pager: {webhook: {url: "https://pager.example.com/hook"}}
  chat: {webhook: {url: "https://chat.example.com/hook"}}
default: {page: pager, ticket: chat}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    texts = {"slogen.yaml": SETTINGS, "monitoring/values.yaml": VALUES, "specs/shop.yaml": SPEC}
    for name, text in {**texts, "notifications.yaml": NOTIFICATIONS}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def generated(project: Path) -> str:
    done = CliRunner().invoke(main, ["generate", str(project)])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_page_is_whole(project: Path) -> None:
    assert "warning" not in generated(project)
    config = yaml.safe_load((project / "monitoring/values.yaml").read_text())["alertmanager"]["config"]
    assert config["route"]["routes"][-1]["matchers"] == ['alertname="Watchdog"']
    assert config["inhibit_rules"][-1] == {"target_matchers": ['alertname="InfoInhibitor"']}
    assert config["templates"][-1] == "/etc/alertmanager/config/*.tmpl"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (", 'slo_id=\"\"'", "", "foreign-inhibition"),
        ("    inhibit_rules:", "    x_rules:", "merge-default"),
        ("      routes:", "      x_routes:", "merge-default"),
    ],
)
def test_each_line_is_needed(project: Path, old: str, new: str, code: str) -> None:
    values = project / "monitoring/values.yaml"
    assert old in VALUES
    values.write_text(VALUES.replace(old, new))
    assert f"warning[{code}]" in generated(project)
