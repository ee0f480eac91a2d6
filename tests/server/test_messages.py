"""What people read, as real Alertmanagers send it: Slack, mail, PagerDuty, Telegram."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.newest import ALERTMANAGER

from .alertmanager import Alertmanager, routing_of
from .inbox import Inbox, Message
from .test_alertmanager import PLAIN, alert

ORACLES = Path(__file__).parents[2] / ".oracles"
VERSIONS = ("0.25", "0.33", *ALERTMANAGER)
pytestmark = [
    pytest.mark.server,
    pytest.mark.xdist_group("server"),
    pytest.mark.skipif(
        not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
    ),
]
SAID: dict[str, Any] = {
    "summary": "chat/availability burns its 30d error budget too fast",
    "description": "14.4% of events were bad over the last 1h; the objective of 99.9% allows 0.1%. Burning "
    "at more than 14.4 times the sustainable rate spends 2% of the 30d budget in 1h. At this rate the rest "
    "of the budget is gone in 2d 3h 4m.",
    "objective": '99.9% over 30d: Answers to <everybody> & "all"',
    "runbook_url": "https://runbooks.example.com/chat?a=1&b=2",
    "dashboard_url": "https://grafana.example.com/d/chat",
}
ALERT = alert("chat/availability", "page", slo_tier="page_fast", slo_window="1h")


@dataclass(frozen=True)
class Sent:
    """What came from one version while the alert fired, and when it was over."""

    messages: list[Message]
    mails: list[EmailMessage]
    log: str

    def to(self, path: str) -> list[dict[str, object]]:
        """The bodies of the messages to a path."""
        return [message.body for message in self.messages if message.path == path]


def _notifications(inbox: Inbox, folder: Path, version: str) -> dict[str, object]:
    url = f"http://127.0.0.1:{inbox.port}"
    (folder / "slack").write_text(f"{url}/slack")
    (folder / "key").write_text("a-key")
    channels: dict[str, object] = {
        "slack": {"webhook": {"file": f"{folder}/slack"}, "channel": "#llm"},
        "email": {"to": "llm@example.com"},
        "pagerduty": {"routing_key": {"file": f"{folder}/key"}, "url": f"{url}/pagerduty"},
    }
    if version != "0.25":
        channels["telegram"] = {"bot_token": {"file": f"{folder}/key"}, "chat_id": -1}
    quick = {"group_wait": "0s", "group_interval": "1s"}
    return {
        "smtp": {
            "from": "slogen@example.com",
            "smarthost": f"127.0.0.1:{inbox.mail_port}",
            "require_tls": False,
        },
        "receivers": {"all": channels, "none-at-all": {"webhook": {"url": f"{url}/other"}}},
        "default": {"page": "all", "ticket": "none-at-all"},
        "timing": {"page": quick},
    }


def _play(version: str, folder: Path) -> Sent:
    (folder / version).mkdir()
    with ExitStack() as stack:
        inbox = Inbox()
        stack.callback(inbox.close)
        said = _notifications(inbox, folder / version, version)
        spec = {
            "service": "chat",
            "owner": "llm",
            "slos": [{"name": "availability", "objective": 99.9, "sli": PLAIN}],
        }
        files = routing_of(said, [spec], {"alertmanager": {"min_version": version}})
        files["alertmanager.yml"] = files["alertmanager.yml"].replace(
            "chat_id: -1", f"chat_id: -1\n        api_url: http://127.0.0.1:{inbox.port}/telegram"
        )
        server = Alertmanager(ORACLES / f"alertmanager-{version}" / "alertmanager", folder / version, files)
        stack.callback(server.close)
        server.start()
        server.post(ALERT, **SAID)
        time.sleep(2.5)
        server.post(ALERT, ends=True, **SAID)
        time.sleep(2.5)
        return Sent(list(inbox.messages), list(inbox.mails), server.log())


@pytest.fixture(scope="module")
def all_sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sent]:
    folder = tmp_path_factory.mktemp("messages")
    with ThreadPoolExecutor(len(VERSIONS)) as pool:
        return dict(zip(VERSIONS, pool.map(lambda version: _play(version, folder), VERSIONS), strict=True))


@pytest.fixture(params=VERSIONS)
def sent(request: pytest.FixtureRequest, all_sent: dict[str, Sent]) -> Sent:
    return all_sent[request.param]


def test_nothing_went_wrong(sent):
    assert "err=" not in sent.log, sent.log


def test_slack(sent):
    firing, over = (body["attachments"][0] for body in sent.to("slack"))
    assert firing["title"] == f"[PAGE] {SAID['summary']}"
    assert firing["title_link"] == SAID["dashboard_url"]
    assert firing["color"] == "danger"
    lines = firing["text"].splitlines()
    assert lines[0] == SAID["description"]
    assert '*Objective* 99.9% over 30d: Answers to &lt;everybody&gt; &amp; "all"' in lines
    assert "*Owner* llm" in lines
    assert lines[-1] == (
        "<https://runbooks.example.com/chat?a=1&amp;b=2|Runbook>  <https://grafana.example.com/d/chat|Dashboard>"
    )
    assert over["title"] == f"[RESOLVED] {SAID['summary']}"
    assert over["color"] == "good"
    assert re.match(rf"Over: {SAID['summary']}, from \w+ \d+ [\d:]+ to \w+ \d+ [\d:]+ UTC\.\n", over["text"])


def test_pagerduty(sent):
    firing, over = sent.to("pagerduty")
    assert firing["routing_key"] == "a-key"
    assert (firing["event_action"], over["event_action"]) == ("trigger", "resolve")
    assert firing["payload"]["summary"] == f"[PAGE] {SAID['summary']}"
    assert firing["payload"]["severity"] == "critical"
    details = firing["payload"]["custom_details"]
    assert details["runbook"] == SAID["runbook_url"]
    assert details["budget"].strip() == SAID["description"]
    assert details["objective"] == '99.9% over 30d - Answers to <everybody> & "all"'
    assert (details["owner"], details["slo"], details["service"]) == ("llm", "chat/availability", "chat")


def test_mail(sent):
    firing, over = sent.mails
    assert firing["Subject"] == f"[PAGE] {SAID['summary']}"
    assert over["Subject"] == f"[RESOLVED] {SAID['summary']}"
    text = firing.get_body(("plain",)).get_content()
    html = firing.get_body(("html",)).get_content()
    assert SAID["description"] in text
    assert f"Runbook: {SAID['runbook_url']}" in text
    assert "14.4% of events were bad over the last 1h" in html
    assert "Answers to &lt;everybody&gt; &amp; &#34;all&#34;" in html
    assert '<a href="https://runbooks.example.com/chat?a=1&amp;b=2"' in html
    assert "#b3261e" in html
    assert "#2e7d46" in over.get_body(("html",)).get_content()


def test_telegram(all_sent):
    firing, over = (m.body for m in all_sent["0.33"].messages if m.path.startswith("telegram/"))
    assert firing["text"].startswith(f"[PAGE] {SAID['summary']}\n{SAID['description']}\n")
    assert "Answers to &lt;everybody&gt; &amp;" in firing["text"]
    assert over["text"].startswith("[RESOLVED]")


def test_alerts_told_in_different_hours_still_have_a_link(tmp_path):
    """They have none in common: that of the first that fires is taken."""
    receivers = {"all": {"webhook": {"url": "http://x.example.com"}}}
    spec = {"service": "chat", "slos": [{"name": "availability", "objective": 99.9, "sli": PLAIN}]}
    files = routing_of({"receivers": receivers, "default": {"page": "all", "ticket": "all"}}, [spec], {})
    (tmp_path / "slogen.tmpl").write_text(files["slogen.tmpl"])
    links = [f"https://g.example.com/?from={n}" for n in range(3)]
    over, *firing = (
        {"status": "firing" if n else "resolved", "annotations": {"dashboard_url": link}}
        for n, link in enumerate(links)
    )
    for alerts, link in (([over, *firing], links[1]), ([over], "https://alertmanager.example.com")):
        data = {"alerts": alerts, "commonAnnotations": {}, "externalURL": "https://alertmanager.example.com"}
        (tmp_path / "data.json").write_text(json.dumps(data))
        command = [str(ORACLES / "alertmanager-0.33" / "amtool"), "template", "render"]
        command += [f"--template.glob={tmp_path}/slogen.tmpl", f"--template.data={tmp_path}/data.json"]
        shown = subprocess.run(
            [*command, '--template.text={{ template "slogen.link" . }}'],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert shown.stdout.strip() == link
