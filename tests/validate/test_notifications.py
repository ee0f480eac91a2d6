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
