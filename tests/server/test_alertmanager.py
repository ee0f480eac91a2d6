"""The routing on real Alertmanagers: alerts go in, and what people would get is read from the other end."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.newest import ALERTMANAGER

from .alertmanager import Alertmanager, routing_of
from .inbox import Inbox, Message

ORACLES = Path(__file__).parents[2] / ".oracles"
VERSIONS = ("0.25", "0.28", "0.33", *ALERTMANAGER)
QUIET = 3.0  # seconds without a message, then everything that fires, or has ended, is told
pytestmark = [
    pytest.mark.server,
    pytest.mark.xdist_group("server"),
    pytest.mark.skipif(
        not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
    ),
]
ZONE = "Asia/Tokyo"
OWNERS = ("llm", "open-now", "closed-now", "quiet-now", "loud-now")
BY_MODEL = {"events": {"bad": 'errors_total{job="j"}', "total": 'requests_total{job="j"}', "by": ["model"]}}
PLAIN = {"events": {"bad": 'errors_total{job="j"}', "total": 'requests_total{job="j"}'}}


def _specs() -> list[dict[str, object]]:
    slos: dict[str, list[dict[str, object]]] = {
        "chat": [
            {"name": name, "objective": 99.9, "sli": BY_MODEL}
            for name in ("both", "models", "clusters", "some", "spent", "stays", "old", "told")
        ],
        "web": [
            {"name": "needs", "objective": 99.9, "sli": PLAIN, "depends_on": ["chat/both"]},
            {"name": "also-needs", "objective": 99.9, "sli": PLAIN, "depends_on": ["chat/both"]},
            {"name": "free", "objective": 99.9, "sli": PLAIN},
        ],
    }
    specs: list[dict[str, object]] = [
        {"service": service, "owner": "llm", "slos": each} for service, each in slos.items()
    ]
    hours = [{"name": "hours", "objective": 99.9, "sli": PLAIN}]
    return specs + [{"service": owner, "owner": owner, "slos": hours} for owner in OWNERS[1:]]


def _notifications(inbox: Inbox) -> dict[str, object]:
    def webhook(name: str) -> dict[str, object]:
        return {"webhook": {"url": f"http://127.0.0.1:{inbox.port}/{name}"}}

    now = datetime.now(ZoneInfo(ZONE))
    around = {"from": _clock(now - timedelta(hours=2)), "to": _clock(now + timedelta(hours=2))}
    away = {"from": _clock(now + timedelta(hours=3)), "to": _clock(now + timedelta(hours=5))}
    quick = {"group_wait": "1s", "group_interval": "1s", "repeat_interval": "1h"}
    names = ("page", "second-page", "ticket", "boss", "rest-page", "rest-ticket", "dead", "meta")
    return {
        "receivers": {name: webhook(name) for name in names},
        "default": {"page": "rest-page", "ticket": "rest-ticket"},
        "owners": {
            "llm": {
                "page": ["page", "second-page"],
                "ticket": "ticket",
                "escalate": {"ticket_after": "24h", "page_after": "30m", "page_to": "boss"},
            },
            "open-now": {"ticket_hours": "around"},
            "closed-now": {"ticket_hours": "away"},
            "quiet-now": {"quiet_hours": "around"},
            "loud-now": {"quiet_hours": "away"},
        },
        "hours": {name: [{**each, "time_zone": ZONE}] for name, each in (("around", around), ("away", away))},
        "timing": {
            "page": quick,
            "ticket": quick,
            "info": quick,
            "deadman": {"group_wait": "0s", "group_interval": "1s", "repeat_interval": "1s"},
        },
        "meta": {"ticket": "meta", "deadman": "dead"},
    }


def _clock(when: datetime) -> str:
    return when.strftime("%H:%M")


def alert(slo: str, severity: str, name: str = "SLOErrorBudgetBurn", **labels: str) -> dict[str, str]:
    """An alert as the rules make it."""
    service, _, short = slo.partition("/")
    base = {"alertname": name, "slo_id": slo, "slo_service": service, "slo": short, "severity": severity}
    return {**base, "owner": "llm", "cluster": "eu", **labels}


PAGES = (
    alert("chat/both", "page", model="a", slo_tier="page_fast"),
    alert("chat/both", "page", model="a", slo_tier="page_slow"),
    alert("chat/models", "page", model="a"),
    alert("chat/clusters", "page", model="a"),
    alert("chat/some", "page", "SLODataAbsent"),
    alert("chat/spent", "page", model="a"),
    alert("chat/stays", "page", model="a"),
    alert("chat/stays", "page", "SLOEscalated", model="a", slo_escalation="page"),
    alert("chat/old", "page", "SLOEscalated", model="a", slo_escalation="ticket"),
    alert("web/also-needs", "page"),
    alert("quiet-now/hours", "page", owner="quiet-now"),
    {"alertname": "HostDown", "severity": "page", "instance": "a"},
    alert("chat/told", "page", owner="nobody-knows"),
)
TICKETS = (
    alert("chat/both", "ticket", model="a"),
    alert("chat/models", "ticket", model="b"),
    alert("chat/clusters", "ticket", model="a", cluster="us"),
    alert("chat/some", "ticket"),
    alert("chat/some", "ticket", model="a"),
    alert("chat/spent", "ticket", "SLOErrorBudgetExhausted", model="a", slo_budget_consumed="100%"),
    alert("chat/old", "ticket", model="a"),
    alert("web/needs", "ticket"),
    alert("web/needs", "ticket", cluster="us"),
    alert("web/free", "ticket"),
    alert("web/free", "info"),
    *(alert(f"{owner}/hours", "ticket", owner=owner) for owner in OWNERS[1:]),
    {"alertname": "HostSlow", "severity": "ticket", "instance": "a"},
    {"alertname": "SLOMetaRulesGone", "severity": "ticket", "slo_service": "chat"},
    {"alertname": "SLOMetaDeadMan", "severity": "info"},
)


@dataclass(frozen=True)
class Delivered:
    """What came out of one version: messages while alerts fired, those after some had ended, and which
    alerts were held back."""

    version: str
    firing: list[Message]
    after: list[Message]
    inhibited: list[dict[str, str]]

    def to(self, path: str, slo: str = "", **labels: str) -> list[list[str]]:
        """The alert names of each message about an SLO to a receiver, while it fired."""
        wanted = labels | ({"slo_id": slo} if slo else {})
        bodies = [message.body for message in self.firing if message.path == path]
        return [
            sorted(each["labels"]["alertname"] for each in body["alerts"])
            for body in bodies
            if wanted.items() <= body["alerts"][0]["labels"].items()
        ]

    def held(self, slo: str) -> list[tuple[str, str, str]]:
        """Severity, model and cluster of the alerts of an SLO that were held back."""
        names = ("severity", "model", "cluster")
        found = [each for each in self.inhibited if each.get("slo_id") == slo]
        return sorted(tuple(each.get(name, "") for name in names) for each in found)  # type: ignore[misc]


def _play(version: str, folder: Path) -> Delivered:
    with ExitStack() as stack:
        inbox = Inbox()
        stack.callback(inbox.close)
        files = routing_of(_notifications(inbox), _specs(), {"labels": {"cluster": "eu"}})
        server = Alertmanager(ORACLES / f"alertmanager-{version}" / "alertmanager", folder / version, files)
        stack.callback(server.close)
        server.start()
        server.post(*PAGES)
        server.post(*TICKETS)
        inbox.settle(QUIET, but="dead")
        firing, inhibited = list(inbox.messages), server.inhibited()
        server.post(*PAGES[:2], ends=True)
        inbox.settle(QUIET, but="dead")
        return Delivered(version, firing, inbox.messages[len(firing) :], inhibited)


@pytest.fixture(scope="module")
def all_delivered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Delivered]:
    folder = tmp_path_factory.mktemp("alertmanagers")
    with ThreadPoolExecutor(len(VERSIONS)) as pool:
        return {each.version: each for each in pool.map(lambda version: _play(version, folder), VERSIONS)}


@pytest.fixture(params=VERSIONS)
def delivered(request: pytest.FixtureRequest, all_delivered: dict[str, Delivered]) -> Delivered:
    return all_delivered[request.param]


def test_fast_and_slow_page_are_one_message_to_every_receiver(delivered):
    both = [["SLOErrorBudgetBurn"]]
    assert delivered.to("page", "chat/both") == both
    assert delivered.to("second-page", "chat/both") == both


def test_a_page_holds_back_its_own_slower_page_and_ticket_only(delivered):
    assert delivered.held("chat/both") == [("page", "a", "eu"), ("ticket", "a", "eu")]
    assert delivered.to("ticket", "chat/both") == []
    assert delivered.held("chat/models") == []
    assert delivered.to("ticket", "chat/models") == [["SLOErrorBudgetBurn"]]


def test_another_cluster_has_its_own_tickets(delivered):
    assert delivered.held("chat/clusters") == []
    assert delivered.to("ticket", "chat/clusters", cluster="us") == [["SLOErrorBudgetBurn"]]


def test_labels_that_both_lack_are_the_same(delivered):
    assert delivered.held("chat/some") == [("ticket", "", "eu")]
    assert delivered.to("ticket", "chat/some", model="a") == [["SLOErrorBudgetBurn"]]


def test_a_spent_budget_or_absence_hides_no_page(delivered):
    assert delivered.to("page", "chat/spent") == [["SLOErrorBudgetBurn"]]
    assert delivered.to("page", "chat/some") == [["SLODataAbsent"]]


def test_an_owner_that_nobody_knows_has_the_default(delivered):
    assert delivered.to("rest-page", "chat/told") == [["SLOErrorBudgetBurn"]]
    assert delivered.to("page", "chat/told") == []


def test_what_is_not_about_slos_is_left_alone(delivered):
    assert [each for each in delivered.inhibited if "slo_id" not in each] == []
    assert sorted(found for found in delivered.to("meta") if found[0].startswith("Host")) == [
        ["HostDown"],
        ["HostSlow"],
    ]


def test_a_dependency_holds_back_tickets_not_pages_in_its_cluster(delivered):
    assert delivered.held("web/needs") == [("ticket", "", "eu")]
    assert delivered.to("page", "web/also-needs") == [["SLOErrorBudgetBurn"]]
    assert delivered.to("ticket", "web/needs", cluster="us") == [["SLOErrorBudgetBurn"]]
    assert delivered.to("ticket", "web/free") == [["SLOErrorBudgetBurn"]]


def test_escalations(delivered):
    assert delivered.to("boss") == [["SLOEscalated"]]
    assert delivered.to("page", "chat/stays") == [["SLOErrorBudgetBurn"]]
    assert delivered.to("page", "chat/old") == [["SLOEscalated"]]
    assert delivered.held("chat/old") == [("ticket", "a", "eu")]


@pytest.mark.parametrize(
    ("owner", "is_told"),
    [("open-now", True), ("closed-now", False), ("quiet-now", False), ("loud-now", True)],
)
def test_hours_of_tickets(delivered, owner, is_told):
    assert delivered.to("rest-ticket", f"{owner}/hours") == [["SLOErrorBudgetBurn"]] * is_told


def test_a_page_knows_no_hours(delivered):
    assert delivered.to("rest-page", "quiet-now/hours") == [["SLOErrorBudgetBurn"]]


def test_news_go_to_nobody_and_the_watcher_to_its_own(delivered):
    assert [m for m in delivered.firing if m.body["commonLabels"].get("severity") == "info"] == [
        m for m in delivered.firing if m.path == "dead"
    ]
    assert ["SLOMetaRulesGone"] in delivered.to("meta")


def test_the_dead_man_is_heard_again_and_again(delivered):
    assert len(delivered.to("dead")) >= 2


def test_an_end_is_told(delivered):
    ended = [
        message.body
        for message in delivered.after
        if message.path == "page" and message.body["commonLabels"].get("slo_id") == "chat/both"
    ]
    assert [body["status"] for body in ended][-1:] == ["resolved"]
    assert {each["status"] for each in ended[-1]["alerts"]} == {"resolved"}


def test_tickets_come_when_the_page_that_held_them_back_is_over(delivered):
    told = {
        message.body["commonLabels"].get("slo_id")
        for message in delivered.after
        if message.path == "ticket" and message.body["status"] == "firing"
    }
    assert told == {"chat/both", "web/needs"}
