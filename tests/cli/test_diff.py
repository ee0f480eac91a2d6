"""What a change of the specs means, as a reviewer reads it: in a project in git, with real commits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, spec
from tests.cli.repository import begin, change, commit, edit, git, said, topics


@pytest.fixture(autouse=True)
def repo(project: Path) -> Path:
    """The project of two services, committed."""
    begin()
    return project


def test_nothing_changed(slogen: Run) -> None:
    expected = "HEAD -> work tree: nothing changes: 2 SLOs mean what they meant\n"
    assert slogen("diff", "--exit-code").stdout == expected
    Path("specs/chat.yaml").write_text("# words\n" + spec())  # a comment means nothing
    assert slogen("diff", "--exit-code").stdout == expected


def test_an_objective_is_ten_lines(slogen: Run) -> None:
    edit("specs/chat.yaml", "99.9", "99.95")
    shown = slogen("diff").stdout
    assert shown.splitlines() == [
        "HEAD -> work tree: 1 SLO changes; pages of 1 come sooner",
        "",
        "chat/availability (specs/chat.yaml:5)",
        "  objective     99.9% -> 99.95% over 30d",
        "  budget        43m12s -> 21m36s of total outage in 30d, with steady traffic",
        "  events        1,000 -> 500 of a million may be bad",
        "  history       kept: the same errors now use twice as much of the budget; whoever has less than 50%"
        " left is overspent at once",
        "  page above    page_fast 1.44% -> 0.72%, page_slow 0.6% -> 0.3%",
        "  ticket above  ticket_fast 0.3% -> 0.15%, ticket_slow 0.1% -> 0.05%",
        "  first page    sooner: at 100% errors 1m -> 30s, at 50% errors 2m -> 1m, at 10% errors 9m -> 4m30s,"
        " at 1% errors 3h36m -> 43m30s",
        "  first ticket  sooner: at 100% errors 4m30s -> 2m30s, at 50% errors 9m -> 4m30s, at 10% errors"
        " 43m30s -> 22m, at 1% errors 7h12m -> 3h36m, at 0.1% errors never -> 1d12h",
        "",
        "generated files: 1 changed: generated/prometheus",
    ]
    assert slogen("diff", "--exit-code", code=1).stdout == shown


def test_the_times_are_those_of_explain(slogen: Run) -> None:
    edit("specs/chat.yaml", "99.9", "99.5")
    moved = change(slogen)["first_alerts"]
    told = json.loads(slogen("explain", "chat/availability", "--format", "json").stdout)["reactions"]
    pages = {each["rate"]: each["page"] for each in told}
    mine = {each["error_ratio"]: each["after_seconds"] for each in moved if each["severity"] == "page"}
    assert {1, 0.5, 0.1} <= mine.keys() & pages.keys()
    assert {rate: mine[rate] for rate in mine if rate in pages} == {
        rate: pages[rate] for rate in mine if rate in pages
    }
    assert "pages of 1 come later" in slogen("diff").stdout


def test_a_window(slogen: Run) -> None:
    edit("specs/chat.yaml", "30d", "7d")
    found = change(slogen)
    assert said(found, "window") == "30d -> 7d"
    assert said(found, "budget").startswith("43m12s in 30d -> 10m5s in 7d of total outage")
    assert found["budget_fate"] == "refills"
    assert (found["before"]["window_seconds"], found["after"]["window_seconds"]) == (2592000, 604800)


def test_a_month_of_another_clock(slogen: Run) -> None:
    edit("specs/chat.yaml", "window: 30d", "window: {calendar: month}")
    commit()
    edit("specs/chat.yaml", "calendar: month", 'calendar: month, utc_offset: "+09:00"')
    found = change(slogen)
    assert said(found, "window") == "each calendar month -> each calendar month (UTC+09:00)"
    assert said(found, "history") == "its period begins and ends at other moments of the same history"
    assert found["budget_fate"] == "recounted"


def test_time_that_is_excluded_by_another_clock(slogen: Run) -> None:
    edit("specs/chat.yaml", "window: 30d", "window: 30d\n    exclude: [{weekly: 'Sun 02:00-04:00'}]")
    commit()
    edit("specs/chat.yaml", "04:00'", "04:00', time_zone: Europe/Berlin")
    found = change(slogen)
    assert said(found, "history") == "the budget mixes old and new events until 30d have passed"
    assert found["budget_fate"] == "mixed"


def test_matchers_in_another_order_select_the_same(slogen: Run) -> None:
    edit("specs/chat.yaml", 'errors_total{job="chat"}', 'errors_total{job="chat",code="5"}')
    commit()
    edit("specs/chat.yaml", 'errors_total{job="chat",code="5"}', 'errors_total{code="5",job="chat"}')
    found = change(slogen)
    assert "counts" not in topics(found)
    assert found["budget_fate"] == "kept"


def test_a_selector(slogen: Run) -> None:
    edit("specs/chat.yaml", 'errors_total{job="chat"}', 'errors_total{job="chat",code=~"5.."}')
    found = change(slogen)
    assert said(found, "counts") == 'bad errors_total{job="chat"} -> errors_total{job="chat",code=~"5.."}'
    assert said(found, "history") == "the budget mixes old and new events until 30d have passed"
    assert found["budget_fate"] == "mixed"
    assert topics(found) <= {"counts", "history", "cost"}


def test_a_long_selector_has_a_line_of_its_own(slogen: Run) -> None:
    edit("specs/chat.yaml", 'errors_total{job="chat"}', f'errors_total{{job="chat",code=~"{"5..|" * 30}6"}}')
    lines = slogen("diff").stdout.splitlines()
    (number,) = (n for n, line in enumerate(lines) if line.startswith("  counts"))
    assert lines[number].endswith('bad errors_total{job="chat"}')
    assert lines[number + 1].strip().startswith("-> errors_total{")


def test_good_events(slogen: Run) -> None:
    edit("specs/chat.yaml", "bad: 'errors", "good: 'good")
    commit()
    edit("specs/chat.yaml", "good_total", "fine_total")
    assert change(slogen)["budget_fate"] == "mixed"


def test_groups_begin_anew(slogen: Run) -> None:
    edit("specs/chat.yaml", "}'}}", "}', by: [region]}}")
    found = change(slogen)
    assert found["budget_fate"] == "restarts"
    assert said(found, "groups") == "none -> region"
    assert "1 budget restarts" in slogen("diff").stdout


def test_a_renamed_slo_begins_anew(slogen: Run) -> None:
    edit("specs/chat.yaml", "availability", "answers")
    found = change(slogen, id="chat/answers")
    assert (found["change"], found["was_id"], found["budget_fate"]) == (
        "renamed",
        "chat/availability",
        "restarts",
    )
    assert "`id: chat/availability` in the spec keeps both" in slogen("diff").stdout


def test_a_name_that_keeps_its_identity(slogen: Run) -> None:
    edit("specs/chat.yaml", "name: availability", "name: answers\n    id: chat/availability")
    found = change(slogen)
    assert (found["change"], found["name"], found["budget_fate"]) == ("changed", "chat/answers", "kept")
    assert topics(found) == {"name"}


def test_slos_that_come_and_go(slogen: Run) -> None:
    Path("specs/shop.yaml").unlink()
    Path("specs/new.yaml").write_text(spec("fresh").replace("errors_total", "other_total"))  # not even added
    shown = slogen("diff").stdout
    assert shown.startswith("HEAD -> work tree: 1 SLO is new, 1 is removed\n")
    assert "shop/availability is removed (specs/shop.yaml:5)\n  was           99.9% over 30d\n" in shown
    assert "fresh/availability is new (specs/new.yaml:5)\n  objective     99.9% over 30d\n" in shown
    assert "1 changed, 1 new, 1 removed" in shown
    assert change(slogen, id="shop/availability")["after"] is None


def test_a_policy_moves_its_tiers(slogen: Run) -> None:
    policy = """\
apiVersion: slogen/v1
kind: AlertPolicy
name: ours
window: 30d
tiers:
  - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}
  - {name: slow, severity: ticket, budget: 10%, long: 3d, short: 6h}
"""
    Path("specs/policy.yaml").write_text(policy)
    edit("specs/chat.yaml", "    sli:", "    alerting: {policy: ours}\n    sli:")
    commit()
    edit("specs/policy.yaml", "2%, long: 1h, short: 5m", "5%, long: 2h, short: 10m")
    found = change(slogen)
    assert said(found, "page tier").startswith("fast above 1.44% over 1h and 5m")
    assert "-> above 1.8% over 2h and 10m" in said(found, "page tier")
    assert {"first page"} <= topics(found)
    assert not {"history", "budget"} & topics(found)  # the budget is what it was
    edit("specs/policy.yaml", "  - {name: slow, severity: ticket, budget: 10%, long: 3d, short: 6h}\n", "")
    assert "ticket slow" in said(change(slogen), "alerts gone")


def test_alerts_that_are_off(slogen: Run) -> None:
    edit("specs/chat.yaml", "    sli:", "    alerting: {page: {enabled: false}}\n    sli:")
    found = change(slogen)
    assert "page page_fast" in said(found, "alerts gone")
    assert "-> never" in said(found, "first page")
    assert "pages of 1 come later" in slogen("diff").stdout


NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers:
  duty: {pagerduty: {routing_key: {file: /run/key}}}
  chat: {slack: {webhook: {file: /run/slack}, channel: "#slo"}}
default: {page: duty, ticket: chat}
"""


def test_who_is_told(slogen: Run) -> None:
    Path("notifications.yaml").write_text(NOTIFICATIONS)
    commit()
    edit("notifications.yaml", "ticket: chat", "ticket: duty")
    assert said(change(slogen), "told") == "ticket slogen-chat -> slogen-duty"
    shown = slogen("diff").stdout
    assert "alike: shop/availability" in shown  # once for both
    git("checkout", "-q", ".")
    edit("notifications.yaml", "/run/slack", "/run/other-secret")
    shown = slogen("diff", "--exit-code", code=1).stdout
    assert "receivers     chat: sent otherwise than before" in shown
    assert "secret" not in shown
    assert "no SLO means anything else" in shown


def test_an_owner(slogen: Run) -> None:
    edit("specs/chat.yaml", "slos:", "owner: team-x\nslos:")
    assert said(change(slogen), "owner") == "none -> team-x"


def test_settings_that_move_all(slogen: Run) -> None:
    edit("slogen.yaml", "retention: 90d", "retention: 90d, base_window: 10m")
    found = change(slogen)
    assert "the budget goes on" in said(found, "history")
    assert found["budget_fate"] == "kept"
    shown = slogen("diff").stdout
    assert "2 SLOs change" in shown
    assert "alike: shop/availability" in shown
    assert "slogen.yaml   prometheus.base_window 5m -> 10m" in shown


def test_a_scrape_interval_counts_the_same_events(slogen: Run) -> None:
    edit("slogen.yaml", "retention: 90d", "retention: 90d, scrape_interval: 60s")
    assert said(change(slogen), "history") == "the same events are counted in another way; the budget goes on"


def test_identity_labels_restart_all(slogen: Run) -> None:
    edit("slogen.yaml", "targets:", "labels: {cluster: eu}\ntargets:")
    assert "2 SLOs change; 2 budgets restart" in slogen("diff").stdout


def test_words_are_no_more_than_words(slogen: Run) -> None:
    edit("specs/chat.yaml", "    sli:", "    description: Said otherwise\n    sli:")
    found = change(slogen)
    assert topics(found) == {"texts"}
    assert "Said otherwise" not in slogen("diff").stdout


@pytest.mark.slow
def test_a_thousand_slos_that_change_alike(slogen: Run) -> None:
    head, item = spec().split("slos:\n")
    for service in range(20):
        many = "".join(item.replace("availability", f"n{n}") for n in range(50))
        Path(f"specs/s{service}.yaml").write_text(f"{head}slos:\n{many}".replace("chat", f"s{service}"))
    commit()
    edit("slogen.yaml", "retention: 90d", "retention: 90d, scrape_interval: 20s")
    shown = slogen("diff").stdout
    assert "1,002 SLOs change" in shown
    assert len(shown.splitlines()) < 15
