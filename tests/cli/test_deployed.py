"""The configuration that is run: `slogen test --alertmanager-config`, what `merge` says, and `merge_into`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

pytestmark = pytest.mark.slow

NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers:
  pager: {existing: PD main}
  chat: {webhook: {url: "http://chat/"}}
default: {page: pager, ticket: chat}
"""
SECOND = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: web
owner: llm
slos:
  - name: availability
    objective: 99.9
    sli: {events: {bad: 'e{job="w"}', total: 't{job="w"}'}}
"""
CONFIG = """\
route:
  receiver: "null"
  routes:
  - receiver: PD main
    matchers: [severity = "critical"]
inhibit_rules:
- source_matchers: [severity = critical]
  target_matchers: [severity =~ warning|info]
  equal: [namespace, alertname]
receivers:
- name: PD main
  webhook_configs: [{url: "http://pd/"}]
- name: "null"
"""
SETTINGS = "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\n"
WORDS = "severities: {page: critical, ticket: warning}\n"


def values(text: str) -> str:
    return "alertmanager:\n  config:\n" + "".join(f"    {line}\n" for line in text.splitlines())


@pytest.fixture(autouse=True)
def _team(project: Path) -> None:
    (project / "notifications.yaml").write_text(NOTIFICATIONS)
    (project / "specs/web.yaml").write_text(SECOND)
    (project / "slogen.yaml").write_text(SETTINGS + WORDS)
    (project / "am.yml").write_text(CONFIG)


def prove(slogen: Run, oracles, *more: str) -> tuple[dict[str, str], dict[str, object]]:
    """Statements about the deployed file by their words, and the report."""
    promtool = Path("promtool")
    promtool.write_text(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'promtool, version 3.5.0' || echo '  SUCCESS'\n"
    )
    promtool.chmod(0o755)
    tools = [oracles(f"alertmanager-{version}", "amtool") for version in ("0.25", "0.28", "0.33")]
    asked = [word for tool in tools for word in ("--amtool", str(tool))]
    done = slogen("test", "--promtool", "./promtool", *asked, "--format", "json", *more, code=1)
    data = json.loads(done.stdout)
    found = [s for slo in data["slos"] for s in slo["statements"] if s["block"] == "deployed"]
    return {f"{s['words']}": s["verdict"] for s in found}, data


def problems(data) -> list[tuple[str, int]]:
    """But for what the promtool that is none says."""
    found = [(each["code"], each["line"]) for each in data["problems"]]
    return [each for each in found if each[0] != "rules-refused"]


def test_merge_tells_of_the_inhibition_of_the_rest_with_its_line(slogen):
    told = slogen("alertmanager", "merge", "am.yml").stderr
    line = Path("am.yml").read_text().splitlines().index("- source_matchers: [severity = critical]") + 1
    assert f"am.yml:{line}:3: warning[foreign-inhibition]" in told
    assert 'slo_id=""' in told
    assert "name: slogen-pager" not in Path("am.yml").read_text()
    Path("am.yml").write_text(Path("am.yml").read_text().replace("warning|info]", 'warning|info, slo_id=""]'))
    assert "foreign" not in slogen("alertmanager", "merge", "am.yml").stderr


def test_merge_tells_of_inhibition_that_it_cannot_read(slogen):
    Path("am.yml").write_text(CONFIG.replace("severity =~ warning|info", "severity warning"))
    assert "warning[unread-inhibition]" in slogen("alertmanager", "merge", "am.yml").stderr


@pytest.mark.oracle
@pytest.mark.parametrize("form", [str, values], ids=["file", "values"])
def test_the_file_is_asked_where_alerts_go(slogen, oracles, form):
    Path("am.yml").write_text(form(CONFIG.replace("equal: [namespace, alertname]", "equal: [slo_id]")))
    slogen("generate")
    found, data = prove(slogen, oracles, "--alertmanager-config", "am.yml")
    assert found["a ticket goes to chat in am.yml"] == "no"
    assert found["a page goes to pager in am.yml"] == "yes"
    slogen("alertmanager", "merge", "am.yml")
    found, data = prove(slogen, oracles, "--alertmanager-config", "am.yml")
    assert set(found.values()) == {"yes"}
    assert problems(data) == []


@pytest.mark.oracle
def test_its_inhibition_is_a_problem(slogen, oracles):
    slogen("generate")
    slogen("alertmanager", "merge", "am.yml")
    _, data = prove(slogen, oracles, "--alertmanager-config", "am.yml")
    line = Path("am.yml").read_text().splitlines().index("- source_matchers: [severity = critical]") + 1
    assert problems(data) == [("foreign-inhibition", line)]


@pytest.mark.oracle
def test_without_notifications_somebody_must_be_told(slogen, oracles):
    Path("notifications.yaml").unlink()
    Path("am.yml").write_text(
        CONFIG.replace("inhibit_rules:", "x:").split("x:")[0] + CONFIG[CONFIG.index("receivers:") :]
    )
    slogen("generate")
    found, _ = prove(slogen, oracles, "--alertmanager-config", "am.yml")
    assert found["a page reaches somebody in am.yml"] == "yes"
    assert found["a ticket reaches somebody in am.yml"] == "no"


MUTED = """\
route:
  receiver: PD main
  routes:
  - matchers: [severity = "critical"]
    PAGES
  - matchers: [severity = "warning"]
    TICKETS
FIELD:
- name: always
  time_intervals: [{times: [{start_time: "00:00", end_time: "24:00"}]}]
- name: office
  time_intervals:
  - weekdays: ["monday:friday"]
    times: [{start_time: "09:00", end_time: "17:00"}]
    location: Europe/Berlin
receivers:
- name: PD main
  webhook_configs: [{url: "http://pd/"}]
"""


def muted(pages: str, tickets: str = "group_wait: 1s", field: str = "time_intervals") -> str:
    return MUTED.replace("PAGES", pages).replace("TICKETS", tickets).replace("FIELD", field)


@pytest.mark.oracle
@pytest.mark.parametrize("form", [str, values], ids=["file", "values"])
@pytest.mark.parametrize(
    ("pages", "tickets", "verdicts", "warned"),
    [
        ("group_wait: 1s", "active_time_intervals: [office]", ("yes", "yes"), False),
        ("mute_time_intervals: [always]", "mute_time_intervals: [always]", ("no", "no"), False),
        ("active_time_intervals: [office]", "group_wait: 1s", ("yes", "yes"), True),
        ("mute_time_intervals: [office]", "mute_time_intervals: [always]", ("yes", "no"), True),
    ],
)
def test_hours_of_routes(slogen, oracles, form, pages, tickets, verdicts, warned):
    """Of which amtool knows nothing: a page at night, and a route that is never active."""
    Path("notifications.yaml").unlink()
    Path("am.yml").write_text(form(muted(pages, tickets)))
    slogen("generate")
    found, data = prove(slogen, oracles, "--alertmanager-config", "am.yml")
    said = tuple(found[f"a {what} reaches somebody in am.yml"] for what in ("page", "ticket"))
    assert said == verdicts
    line = (
        Path("am.yml")
        .read_text()
        .splitlines()
        .index(form('  - matchers: [severity = "critical"]').splitlines()[-1])
    )
    assert problems(data) == ([("silent-route", line + 1)] if warned else [])


def test_what_is_said_of_hours(slogen):
    """Of a route that is never active, without amtool, too; and in a list by its older name."""
    Path("notifications.yaml").unlink()
    Path("am.yml").write_text(muted("mute_time_intervals: [always]", field="mute_time_intervals"))
    slogen("generate")
    told = slogen("test", "--alertmanager-config", "am.yml", code=1).stdout
    assert (
        "goes to PD main by the route on line 4 (in `always`), which is silent all of the coming year" in told
    )
    told = slogen("alertmanager", "merge", "am.yml").stderr
    assert "am.yml:4:5: warning[silent-route]: pages take this route" in told
    Path("am.yml").write_text(muted("active_time_intervals: [office]"))
    told = slogen("alertmanager", "merge", "am.yml").stderr
    assert (
        "am.yml:4:5: warning[silent-route]: pages take this route, and it is silent outside of `office`"
        in told
    )
    Path("am.yml").write_text(muted("active_time_intervals: [office]").replace("location", "place"))
    assert "am.yml:4:5: warning[unread-route]" in slogen("alertmanager", "merge", "am.yml").stderr
    (Path("notifications.yaml")).write_text(NOTIFICATIONS)
    assert "route]" not in slogen("alertmanager", "merge", "am.yml").stderr


def test_a_receiver_that_is_not_there(slogen):
    Path("am.yml").write_text(CONFIG.replace("PD main", "PD maim"))
    told = slogen("alertmanager", "merge", "am.yml", code=1).stderr
    assert "notifications.yaml:4:21: error[merge-receiver]: am.yml has no receiver `PD main`" in told
    assert "did you mean `PD maim`?" in told


@pytest.mark.parametrize("text", ["route: [", "a: 1\n"])
def test_what_is_no_configuration(slogen, text):
    slogen("generate")
    Path("am.yml").write_text(text)
    shown = slogen("test", "--alertmanager-config", "am.yml", code=2 if "[" in text else 1).stdout
    assert "am.yml:1" in shown
    assert "cannot read" in slogen("test", "--alertmanager-config", "none.yml", code=2).stdout


def test_a_part_of_slogens_that_was_edited_is_made_anew(slogen):
    slogen("alertmanager", "merge", "am.yml")
    text = Path("am.yml").read_text()
    Path("am.yml").write_text(text.replace("name: slogen-chat", "name: slogen-cat"))
    slogen("alertmanager", "merge", "am.yml")
    assert Path("am.yml").read_text() == text


def test_generate_and_check_keep_it_current(slogen):
    Path("am.yml").write_text(values(CONFIG.replace("equal: [", "equal: [slo_id, ")))
    Path("slogen.yaml").write_text(SETTINGS + WORDS + "alertmanager: {merge_into: am.yml}\n")
    assert "+    # >>> slogen" in slogen("generate", "--diff").stdout
    slogen("generate")
    text = Path("am.yml").read_text()
    assert "slogen-chat" in text
    assert "slogen.tmpl: |-" in text
    assert not Path("generated/alertmanager/alertmanager.yml").exists()
    slogen("check")
    Path("am.yml").write_text(text.replace("slogen-chat", "slogen-cat"))
    assert "am.yml" in slogen("check", code=1).stdout
    slogen("generate", "--fail-on-change", code=1)
    assert Path("am.yml").read_text() == text
    slogen("generate", "-o", "elsewhere/generated")
    Path("am.yml").unlink()
    assert "am.yml:1:1: error[unreadable-file]" in slogen("generate", code=2).stderr
