"""amtool as the judge of the routing on disk: red for a file that was edited, and one report for all."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from slogen.cli import main
from tests.newest import ALERTMANAGER

pytestmark = pytest.mark.slow

AMTOOLS = ("0.25", "0.33", *ALERTMANAGER)
SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: chat
owner: llm
links: {runbook: https://wiki.example.com/chat}
slos:
  - name: availability
    objective: 99.9
    sli: {events: {bad: 'e{job="j"}', total: 't{job="j"}'}}
"""
NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers:
  pager: {webhook: {url: "http://pager/"}}
  backup: {webhook: {url: "http://backup/"}}
  chat: {webhook: {url: "http://chat/"}}
default: {page: [pager, backup], ticket: chat}
"""
FILE = "generated/alertmanager/alertmanager.yml"


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/chat.yaml").write_text(SPEC)
    (tmp_path / "notifications.yaml").write_text(NOTIFICATIONS)
    settings = "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\n"
    (tmp_path / "slogen.yaml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    run("generate")
    return tmp_path


def run(*arguments, code=0):
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def routed(project, oracles):
    """Run the proof with amtool, and a promtool that agrees with everything; the statements on routing."""
    promtool = project / "promtool"
    promtool.write_text(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'promtool, version 3.5.0' || echo '  SUCCESS'\n"
    )
    promtool.chmod(0o755)
    amtools = [oracles(f"alertmanager-{version}", "amtool") for version in AMTOOLS]

    def prove(code=None):
        asked = [word for tool in amtools for word in ("--amtool", str(tool))]
        result = CliRunner().invoke(
            main, ["test", "--promtool", str(promtool), *asked, "--format", "json"], catch_exceptions=False
        )
        if code is not None:
            assert result.exit_code == code
        data = json.loads(result.output)
        found = [s for slo in data["slos"] for s in slo["statements"] if s["block"] == "routing"]
        return data, {s["words"]: s["verdict"] for s in found}

    return prove


def edit(old, new):
    text = Path(FILE).read_text()
    assert old in text
    Path(FILE).write_text(text.replace(old, new))


def test_every_slo_and_severity(routed):
    data, found = routed()
    assert found == {
        "a page goes to pager and backup": "yes",
        "a ticket goes to chat": "yes",
        "news goes to nobody": "yes",
        **{
            f"SLOMeta{name} goes to chat": "yes"
            for name in ("RuleFailures", "MissedEvaluations", "RulesGone")
        },
    }
    assert [tool["version"] for tool in data["amtools"]] == list(AMTOOLS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("        continue: true\n", "", "a page goes to pager and backup"),
        (
            "'severity=\"ticket\"'\n          group_wait",
            "'severity=\"tickets\"'\n          group_wait",
            "a ticket goes to chat",
        ),
        (
            "'slo_id!=\"\"'\n      group_by",
            "'slo_id=\"\"'\n      group_by",
            "a page goes to pager and backup",
        ),
    ],
)
def test_a_hand_edited_file_is_red(routed, old, new, words):
    edit(old, new)
    _, found = routed(code=1)
    assert found[words] == "no"


def test_a_file_that_is_refused(routed):
    edit("receivers:", "recievers:")
    data, found = routed(code=1)
    assert {problem["code"] for problem in data["problems"]} >= {"routing-refused"}
    assert set(found.values()) == {"no"}


def test_a_lost_inhibition_is_seen(routed):
    text = Path(FILE).read_text()
    Path(FILE).write_text(text[: text.index("inhibit_rules:")])
    data, _ = routed(code=1)
    assert any("inhibit rules" in problem["message"] for problem in data["problems"])


def test_a_file_that_is_gone_is_not_run(routed):
    Path(FILE).unlink()
    _, found = routed(code=1)
    assert set(found.values()) == {"not run"}


def test_without_amtool_it_says_so(project, monkeypatch):
    monkeypatch.setenv("PATH", str(project))
    output = run("test")
    assert "no amtool was found" in output
    assert "NOT RUN" in output


@pytest.mark.usefixtures("project")
def test_an_amtool_that_is_too_old_for_the_project(oracles):
    settings = Path("slogen.yaml")
    settings.write_text(settings.read_text() + 'alertmanager: {min_version: "0.28"}\n')
    amtool = str(oracles("alertmanager-0.25", "amtool"))
    assert "error[amtool-too-old]: amtool 0.25 is older than" in run("test", "--amtool", amtool, code=1)
