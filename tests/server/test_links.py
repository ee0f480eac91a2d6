"""The link of an alert, as a webhook gets it of a real Prometheus and Alertmanager: the SLO, its cluster, its
group whatever it is called, and the hours around the alert."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

import slogen
from slogen.promql.text import quote
from tests.newest import ALERTMANAGER, PROMETHEUS

from .alertmanager import HEAD, Alertmanager
from .inbox import Inbox
from .processes import wait_for
from .prometheus import Prometheus

ORACLES = Path(__file__).parents[2] / ".oracles"
# Of Prometheus and of Alertmanager.
VERSIONS = {"2.42": "0.25", "3.5": "0.33", **dict(zip(PROMETHEUS, ALERTMANAGER, strict=False))}
pytestmark = [
    pytest.mark.server,
    pytest.mark.xdist_group("server"),
    pytest.mark.skipif(
        not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
    ),
]
HOUR, SOON = 3600, Fraction(1, 60)  # an alert that found no Alertmanager is sent again after a second
GROUPS = ("meta-llama/Llama-3", 'a "b" & c', "100% + #1 {{ x }}?", "نموذج ماس", "<a|b>\\")
EVENTS = {"bad": "errors_total", "total": "requests_total", "by": ["model"]}
SPEC = {
    **HEAD,
    "kind": "ServiceLevelObjectives",
    "service": "chat",
    "slos": [{"name": "availability", "objective": 99.9, "sli": {"events": EVENTS}}],
}
SETTINGS = {
    **HEAD,
    "kind": "Settings",
    "project": "store",
    "labels": {"cluster": "eu & us"},
    "grafana": {"url": "https://grafana.example.com/"},
    "targets": ["prometheus"],
}


def links() -> dict[str, str]:
    """The links of the alerts that slogen compiles, by the alert's name."""
    result = slogen.compile({"chat.yaml": json.dumps(SPEC)}, json.dumps(SETTINGS))
    assert result.ok, result.problems
    groups = yaml.safe_load(result.files["prometheus/chat.rules.yaml"])["groups"]
    rules = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    return {rule["alert"]: rule["annotations"]["dashboard_url"] for rule in rules}


def _rules() -> dict[str, Any]:
    """An alert with the compiled link for each group, and one that is about no group."""
    found, told = links(), [*(("SLOErrorBudgetBurn", group) for group in GROUPS), ("SLODataAbsent", "")]
    rules = [
        {
            "alert": name,
            "expr": f'label_replace(vector(1), "model", {quote(group)}, "", "")',
            "labels": {"n": str(number)},
            "annotations": {"dashboard_url": found[name]},
        }
        for number, (name, group) in enumerate(told)
    ]
    return {"groups": [{"name": "links", "rules": rules}]}


@pytest.fixture(scope="module", params=VERSIONS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The alerts that came, in order."""
    folder = tmp_path_factory.mktemp("links")
    with ExitStack() as stack:
        inbox = Inbox()
        stack.callback(inbox.close)
        to = {"name": "all", "webhook_configs": [{"url": f"http://127.0.0.1:{inbox.port}/all"}]}
        route = {"receiver": "all", "group_wait": "1s", "group_interval": "1s"}
        config = yaml.safe_dump({"route": route, "receivers": [to]})
        version = VERSIONS[request.param]
        binary = ORACLES / f"alertmanager-{version}" / "alertmanager"
        people = Alertmanager(binary, folder / "alertmanager", {"alertmanager.yml": config})
        stack.callback(people.close)
        people.start()
        program = ORACLES / f"prometheus-{request.param}" / "prometheus"
        server = Prometheus(program, folder / "prometheus", SOON, {}, people.port)
        (folder / "prometheus" / "rules" / "links.yaml").write_text(yaml.safe_dump(_rules()))
        stack.callback(server.close)
        server.start()

        def whole() -> list[dict[str, Any]] | None:
            alerts = inbox.to("all")[-1].body["alerts"] if inbox.to("all") else []
            return alerts if len(alerts) == len(GROUPS) + 1 else None

        found = wait_for("a webhook with all alerts", whole, 30)
        return sorted(found, key=lambda alert: int(alert["labels"]["n"]))


def test_the_link_names_slo_cluster_and_group(told):
    assert [alert["labels"].get("model", "") for alert in told] == [*GROUPS, ""]
    for alert in told:
        parts = urlsplit(alert["annotations"]["dashboard_url"])
        assert (parts.scheme, parts.netloc, parts.path) == (
            "https",
            "grafana.example.com",
            "/d/slogen-store_slo",
        )
        said = parse_qs(parts.query, strict_parsing=True)
        own = alert["labels"].get("model")
        assert said.pop("var-by_model", None) == ([own] if own else None)
        assert (said.pop("var-service"), said.pop("var-slo")) == (["chat"], ["chat/availability"])
        assert said.pop("var-cluster") == ["eu & us"]
        assert set(said) == {"from", "to"}


def test_the_link_opens_the_hours_around_the_alert(told):
    for alert in told:
        said = parse_qs(urlsplit(alert["annotations"]["dashboard_url"]).query)
        [begin], [end] = said["from"], said["to"]
        since = datetime.fromisoformat(alert["startsAt"].replace("Z", "+00:00")).timestamp()
        assert end == "now"
        assert int(begin) % (HOUR * 1000) == 0
        assert 6 * HOUR <= since + 1 - int(begin) / 1000 <= 7 * HOUR + 1
