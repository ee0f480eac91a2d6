"""Warnings about alert fatigue, and secrets that no report may show."""

import json

import pytest

import slogen
from slogen.report import render

HEAD = {"apiVersion": "slogen/v1"}
WEB = {"webhook": {"url": "http://a/"}}
SLI = {"events": {"bad": 'e_total{job="j"}', "total": 't_total{job="j"}'}}
RUNBOOK = {"links": {"runbook": "https://wiki.example.com/x"}}


def warnings(*slos, owner="team", **said):
    listed = [{"name": f"slo-{n}", "objective": 99.9, "sli": SLI, **each} for n, each in enumerate(slos)]
    spec = {**HEAD, "kind": "ServiceLevelObjectives", "service": "shop", "slos": listed}
    spec |= {"owner": owner} if owner else {}
    base = {"receivers": {"pager": WEB, "chat": WEB}, "default": {"page": "pager", "ticket": "chat"}}
    sources = {
        "specs/a.yaml": json.dumps(spec),
        "notifications.yaml": json.dumps({**HEAD, "kind": "Notifications", **base, **said}),
    }
    settings = {**HEAD, "kind": "Settings", "prometheus": {"retention": "90d"}, "targets": ["alertmanager"]}
    result = slogen.compile(sources, json.dumps(settings))
    assert result.ok, result.problems
    return {problem.code: problem.message for problem in result.problems}


def test_nothing_to_warn_of():
    assert warnings(RUNBOOK) == {}


def test_nobody_owns_it():
    assert "`shop/slo-0`" in warnings(RUNBOOK, owner="")["no-owner"]


def test_a_page_without_a_runbook():
    assert warnings({}).keys() == {"no-runbook"}
    assert warnings({"alerting": {"page": {"enabled": False}}}) == {}


def test_one_place_for_all():
    said = {"default": {"page": "pager", "ticket": "pager"}, "receivers": {"pager": WEB}}
    assert warnings(RUNBOOK, **said).keys() == {"same-destination"}


@pytest.mark.parametrize(
    ("slos", "most", "count"),
    [
        ([{"window": "24h"}], 19, "20"),  # 1 / (5 % of a day's budget)
        ([{"window": "24h"}], 20, None),
        ([{"window": "30d"}] * 7, 4, "4.7"),  # 7 / (5 % * 30 days)
        ([{"window": "30d"}] * 6, 4, None),
        ([{"window": "1h"}], 23, "24"),  # too short for tiers: once a window
    ],
)
def test_too_many_pages(slos, most, count):
    found = warnings(*({**RUNBOOK, **slo} for slo in slos), max_pages_per_day=most)
    if count is None:
        assert "too-many-pages" not in found
    else:
        assert f"can get {count} pages a day" in found["too-many-pages"]


SECRET = "zz-not-to-be-seen-9f8e7d"
LEAKS = [
    "receivers: {a: {slack: {webhook: SECRET}}}",
    "receivers: {a: {slack: {webhook: {file: SECRET}}}}",
    "receivers: {a: {slack: {webhok: {file: SECRET}}}}",
    "receivers: {a: {slack: {webhook: {fil: SECRET}}}}",
    "receivers: {a: {slak: SECRET}}",
    "receivers: {a: SECRET}",
    "receivers: {a: {telegram: {bot_token: [SECRET], chat_id: x}}}",
    'receivers: {a: {webhook: {url: "https://SECRET@example.com/", chanel: x}}}',
    'receivers: {a: {webhook: {url: "https://example.com/?token=SECRET", chanel: x}}}',
    "smtp: {password: SECRET, smarthost: 5}",
    "slack_api_url: SECRET",
    "receivers: {a: {slack: {webhook: SECRET, webhook: x}}}",
    'receivers: {a: {slack: {webhook: "SECRET}}}',
    "receivers:\n  a:\n    slack:\n      webhook: |\n        SECRET\n        SECRET\n      chanel: x",
]


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("kind", ["Notifications", "Notification", "ServiceLevelObjectives"])
@pytest.mark.parametrize("format", ["text", "json", "github", "sarif"])
def test_no_report_shows_a_secret(leak, kind, format):
    if kind not in "Notifications" and leak.startswith("slack"):
        pytest.skip("nothing says that this is about notifications")
    text = f"apiVersion: slogen/v1\nkind: {kind}\n" + leak.replace("SECRET", SECRET)
    result = slogen.compile({"notifications.yaml": text})
    assert not result.ok
    assert SECRET not in render(result.problems, format)


LOOKS = [
    "https://hooks.slack.com/services/T01234567/B01234567/abcdefABCDEF0123456789ab",
    "http://bridge:8080/alerts",
    "hooks.slack.com/services/T01234567/B01234567/xyz",
    "oncall@example.com",
    "xoxb-123456789012-abcdefABCDEF",
    "1234567890:AAabcdefABCDEF0123456789abcdefABCDE",
    "550e8400-e29b-41d4-a716-446655440000",
    "0123456789abcdef0123456789abcdef",
    "https://" + "x" * 70 + "/abcdefABCDEF0123456789ab",
]
PLACES = [
    "default: {ticket: LOOK}",
    "default: {page: a, ticket: [a, LOOK]}",
    "default: {LOOK: a}",
    "default: {page: a, ticket: a, chanel: LOOK}",
    "default: {page: a, ticket: a, page_to: {url: LOOK}}",
    "default: {page: a, ticket: a, ticket_hours: LOOK}",
    "default: {page: a, ticket: a, escalate: {page_after: 1h, page_to: LOOK}}",
    "default: {page: a, ticket: a, escalate: {page_after: LOOK, page_to: a}}",
    "default: {page: a, ticket: c}  # ask LOOK",
    "default: {page: a, ticket: c}  # LOOK: the old one\n# LOOK",
    "default: &LOOK {page: a, ticket: c}",
    "default: !LOOK {page: a, ticket: c}",
    "default: {page: &LOOK a, ticket: c}",
    "default: {page: !LOOK a, ticket: c}",
    "default: {page: a, ticket: c, &LOOK info: a}",
    "default: [LOOK]",
    "default: LOOK",
    "default: {page: a, ticket: a}\nowners: {team: LOOK}",
    "default: {page: a, ticket: a}\nowners: {team: {ticket: LOOK}}",
    "default: {page: a, ticket: a}\nowners: {LOOK: {ticket: c}}",
    "default: {page: a, ticket: a}\nmeta: {ticket: LOOK}",
    "default: {page: a, ticket: a}\nmeta: {deadman: [LOOK, LOOK]}",
    "default: {page: a, ticket: a}\nmeta: {LOOK: a}",
    "default: {page: a, ticket: a}\nmeta: {webhook: {url: LOOK}}",
    "default: {page: a, ticket: a}\nhours: {LOOK: [{days: mon}]}",
    "default: {page: a, ticket: a}\nhours: {day: [{days: LOOK}]}",
    "default: {page: a, ticket: a}\nhours: {day: [{time_zone: LOOK}]}",
    "default: {page: a, ticket: a}\nhours: {day: [{from: LOOK}]}",
    "default: {page: a, ticket: a}\ntiming: {page: {group_wait: LOOK}}",
    "default: {page: a, ticket: a}\ntiming: {LOOK: {group_wait: 1s}}",
    "default: {page: a, ticket: a}\nmax_pages_per_day: LOOK",
    "default: {page: a, ticket: a}\nLOOK: a",
    "default: {page: a, ticket: a}\ndefault: {page: LOOK}",
    "default: {page: a, ticket: a, LOOK: a, LOOK: b}",
    "default: {page: a, ticket: LOOK",
    "default: {page: a, ticket: a}\nslack_api_url: LOOK",
    "default: {page: a, ticket: c}\nowners: {team: {ticket: a}}  # LOOK",
    "default: {page: a, ticket: a}\nowners: {? [LOOK] : x}",
    "default: {page: a, ticket: a}\nx: !!int LOOK",
]
BODIES = [
    "apiVersion: slogen/v1\nkind: Notifications\nreceivers: {a: {webhook: {url: http://a/}}}\nPLACE\n",
    "kind: LOOK\nreceivers: {a: {webhook: {url: http://a/}}}\nPLACE\n",
    "recievers: {a: 5}\nPLACE\n",
    "- LOOK\n- receivers: {a: {webhook: {url: http://a/}}}\n- LOOK\n",
]


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("body", BODIES, ids=["whole", "kind", "misspelt", "list"])
def test_what_looks_like_a_secret_is_shown_nowhere(look, body):
    for place in PLACES:
        text = body.replace("PLACE", place).replace("LOOK", look)
        for result in (slogen.compile({"a.yaml": text.encode("utf-16")}), slogen.compile({}, text)):
            assert not result.ok, text
            for format in ("text", "json", "github", "sarif"):
                shown = render(result.problems, format)
                for part in (look, look[:40], look[-20:], json.dumps(look)[1:-1]):
                    assert part not in shown, (text, shown)


LONE = [
    "LOOK",
    "- LOOK",
    "hooks: [LOOK",
    "url: LOOK\nurl: LOOK",
    "kind: Alerting\nslack: LOOK",
    "\tLOOK",
    "a: \x07 LOOK",
]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("text", LONE)
def test_the_file_of_notifications_shows_no_line_whatever_it_says(look, text):
    result = slogen.compile({"notifications.yaml": text.replace("LOOK", look)})
    assert not result.ok
    for format in ("text", "json", "github", "sarif"):
        assert look not in render(result.problems, format)
