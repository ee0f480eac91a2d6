import json
from dataclasses import replace
from fractions import Fraction

import pytest

from slogen.report.explain import as_text
from slogen.report.explain_json import as_json
from slogen.rules import compile_service
from slogen.tell.explain import Explanation, Guard, explain
from slogen.understand import understand

SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: chat
owner: us
slos:
  - name: availability
    description: "[bold]\\e[31m answers"
    objective: 99.9
    sli: {events: {bad: 'errors_total{job="chat"}', total: 'requests_total{job="chat"}', by: [model]}}
"""


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    project = understand({"a.yaml": SPEC})
    (service,) = project.services
    return explain(service.slos[0], compile_service(service, project.settings), project.settings)


@pytest.mark.parametrize(
    "line",
    [
        r"chat/availability  [bold]\x1b[31m answers",
        "objective 99.9% over 30d, owner us",
        "budget    0.1% of events for each model; with steady traffic 43m12s of total outage in 30d",
        "ticket     ticket_slow   3d     6h      1        0.1%                10%             6h",
        "100% (1000x the budget rate)   1m                 4m30s",
        "0.1% (1x the budget rate)      never              never",
        "recovery  page_slow: over within 9m after the service is healthy again, "
        "from 5.6 events a second on; below that the short window decides",
        "absence   without data for 10m, until it is back or 7d have passed: page, if "
        'up{job="chat"} was seen once and nothing of it is up. Any target of it that is up hides that '
        "(then a ticket after a day); never seen, it is a ticket",
        '          N series x 17 samples of up{job="chat"}',
    ],
)
def test_people_read(explanation: Explanation, line: str) -> None:
    assert line in as_text(explanation).splitlines()


def test_colour_only_when_asked(explanation: Explanation) -> None:
    assert "\x1b[" not in as_text(explanation)
    assert "\x1b[1m" in as_text(explanation, colour=True)


@pytest.mark.parametrize(
    ("per_second", "words"),
    [
        (5, "5 events a second"),
        (Fraction(1, 24), "2.5 events a minute"),
        (Fraction(1, 3600), "1 event an hour"),
        (Fraction(1, 10**6), "0.086 events a day"),
    ],
)
def test_traffic_has_a_readable_unit(explanation: Explanation, per_second: Fraction, words: str) -> None:
    guarded = replace(explanation, guard=Guard(3, 60, Fraction(per_second)))
    assert f"below {words} a total outage alerts later than after 1m" in as_text(guarded)


def test_what_is_off_is_said(explanation: Explanation) -> None:
    off = replace(
        explanation, disabled=("page",), recovery=None, absence=None, guard=Guard(0, 60, None), delay=30
    )
    text = as_text(off)
    assert "disabled  page alerts are off" in text
    assert "traffic   one bad event is enough" in text
    assert "absence   nobody is told" in text
    assert "pages up to 30s later" in text
    assert "recovery" not in text


def test_scripts_get_numbers(explanation: Explanation) -> None:
    data = json.loads(as_json(explanation))
    assert (data["slo"], data["objective"], data["window"], data["by"]) == (
        "chat/availability",
        0.999,
        2592000,
        ["model"],
    )
    assert data["budget"] == {"ratio": 0.001, "outage": 2592}
    assert data["tiers"][0]["threshold"] == 0.0144
    assert data["reactions"][0] == {"rate": 1, "page": 60, "ticket": 270}
    assert data["windows"][-1] == {"window": 2592000, "parts": [{"count": 10, "window": 259200}]}
