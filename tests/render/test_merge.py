"""A merge changes nothing of a team's file but for slogen's blocks, and Alertmanager takes the outcome."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import slogen
from slogen.pipeline import Result
from slogen.render.alertmanager import sections
from slogen.render.merge import NotMergedError, merge

BASES = sorted((Path(__file__).parent / "bases").glob("*.yml"))
HEAD = {"apiVersion": "slogen/v1"}
SPEC = {
    **HEAD,
    "kind": "ServiceLevelObjectives",
    "service": "chat",
    "owner": "llm",
    "slos": [
        {
            "name": "availability",
            "objective": 99.9,
            "sli": {"events": {"bad": 'e{job="j"}', "total": 't{job="j"}', "by": ["model"]}},
        }
    ],
}
NOTIFICATIONS = {
    **HEAD,
    "kind": "Notifications",
    "receivers": {
        "pager": {"pagerduty": {"routing_key": {"file": "/run/secrets/pd"}}},
        "chat": {"slack": {"webhook": {"file": "/run/secrets/slack"}}},
    },
    "default": {"page": ["pager", "chat"], "ticket": "chat", "ticket_hours": "office"},
    "hours": {"office": [{"days": "mon-fri", "from": "09:00", "to": "18:00"}]},
}
bases = pytest.mark.parametrize("base", BASES, ids=lambda path: path.stem)


def _compiled() -> Result:
    settings = json.dumps({**HEAD, "kind": "Settings", "targets": ["alertmanager"]})
    sources = {"specs/chat.yaml": json.dumps(SPEC), "notifications.yaml": json.dumps(NOTIFICATIONS)}
    result = slogen.compile(sources, settings)
    assert result.ok, result.problems
    return result


RESULT = _compiled()
ROUTING = RESULT.compiled[-1].routing
assert ROUTING is not None
SECTIONS = sections(ROUTING)


def read(path: Path) -> str:
    """The text with its own line ends."""
    return path.read_bytes().decode()


@pytest.mark.slow
@bases
def test_a_second_merge_changes_nothing(base):
    once = merge("a.yml", read(base), SECTIONS).text
    assert once != read(base)
    assert merge("a.yml", once, SECTIONS).text == once


@pytest.mark.slow
@bases
def test_what_was_put_in_is_taken_out(base):
    original = read(base)
    merged = merge("a.yml", original, SECTIONS).text
    assert merge("a.yml", merged, {}).text.rstrip() == original.rstrip()
    fewer = {name: items for name, items in SECTIONS.items() if name != "time_intervals"}
    assert merge("a.yml", merged, fewer).text == merge("a.yml", original, fewer).text


@pytest.mark.slow
@bases
def test_every_line_of_the_team_stays(base):
    merged = iter(merge("a.yml", read(base), SECTIONS).text.splitlines())
    lines = read(base).splitlines()
    opened = ("[", "[]")
    kept = [line for line in lines if not line.rstrip().endswith(opened) and "[" not in line]
    assert all(any(line == found for found in merged) for line in kept)


@pytest.mark.in_turn("version")
@bases
@pytest.mark.parametrize("version", ["0.25", "0.28", "0.33"])
def test_alertmanager_takes_it_and_routes_as_before(base, version, oracles, tmp_path):
    amtool = oracles(f"alertmanager-{version}", "amtool")
    before, after = tmp_path / "before.yml", tmp_path / "after.yml"
    before.write_text(read(base))
    after.write_text(merge("a.yml", read(base), SECTIONS).text)
    (tmp_path / "slogen.tmpl").write_text(RESULT.files["alertmanager/slogen.tmpl"])

    def where(path: Path, *labels: str) -> str:
        command = [amtool, "config", "routes", "test", "--config.file", path, *labels]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    checked = subprocess.run([amtool, "check-config", after], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr + checked.stdout
    for labels in (
        ["alertname=X"],
        ["team=search", "severity=page"],
        ["service=mysql"],
        ["audit=yes"],
        ["team=b"],
    ):
        assert where(after, *labels) == where(before, *labels)
    assert (
        where(after, "slo_id=chat/availability", "severity=page", "owner=llm") == "slogen-pager,slogen-chat"
    )
    assert where(after, "slo_id=chat/availability", "severity=ticket") == "slogen-chat"


def fails(text: str, code: str, words: str, line: int) -> None:
    with pytest.raises(NotMergedError) as caught:
        merge("a.yml", text, SECTIONS)
    problem = caught.value.problem
    assert problem.code == code
    assert words in problem.message + problem.hint
    assert problem.span is not None
    assert problem.span.line == line


GOOD = "route:\n  receiver: a\nreceivers:\n- name: a\n"


@pytest.mark.parametrize(
    ("text", "code", "words", "line"),
    [
        ("", "merge-base", "no configuration", 1),
        ("- a\n", "merge-base", "no configuration", 1),
        ("route: [\n", "yaml-syntax", "", 1),
        ("receivers:\n- name: a\n", "merge-base", "there is no `route`", 1),
        ("route: {receiver: a}\n", "merge-base", "`receivers` must be a list", 1),
        (f"{GOOD}- name: a\n", "merge-base", "there twice", 5),
        ("route:\n  receiver: b\nreceivers:\n- name: a\n", "merge-base", "the receiver `b`", 2),
        (GOOD.replace("receiver: a", "receiver: a\n  matchers: [x=y]"), "merge-base", "has matchers", 2),
        (f"{GOOD}- name: slogen-x\n", "merge-name", "`slogen-x` is not between", 5),
        (f"{GOOD}time_intervals:\n- name: slogen-x\n", "merge-name", "`slogen-x`", 6),
        (f"{GOOD}inhibit_rules: 5\n", "merge-base", "must be a list", 5),
        (f"x: &l [a]\n{GOOD}templates: *l\n", "merge-base", "`templates` is an alias", 6),
        (f"{GOOD}# >>> slogen routes\n", "merge-markers", "no partner", 5),
        (f"{GOOD}# <<< slogen routes\n", "merge-markers", "no partner", 5),
        (f"{GOOD}---\n{GOOD}", "yaml-syntax", "", 5),
        (
            f"{GOOD}route: {{receiver: a}}\n",
            "duplicate-key",
            "`route` is given twice; the first is 4 lines",
            5,
        ),
        (f"{GOOD}receivers: [{{name: b}}]\n", "duplicate-key", "the first is 2 lines above", 5),
        (f"{GOOD}global: {{smtp_from: a, smtp_from: b}}\n", "duplicate-key", "on the same line", 5),
        (GOOD.replace("receiver: a", "receiver: a\n  receiver: b"), "duplicate-key", "1 line above", 3),
        (GOOD.replace("receiver: a", "receiver: a\n  routes: [{a: 1, a: 2}]"), "duplicate-key", "`a`", 3),
        (f"{GOOD}  name: b\n", "duplicate-key", "`name`", 5),
        (f"{GOOD}  webhook_configs:\n  - {{url: a, url: b}}\n", "duplicate-key", "`url`", 6),
        (f"{GOOD}inhibit_rules:\n- equal: [a]\n  equal: [b]\n", "duplicate-key", "`equal`", 7),
        (GOOD.replace("\n", "\r"), "merge-base", "a carriage return", 1),
        (GOOD.replace("receiver: a\n", "receiver: a\r\r\n"), "merge-base", "a carriage return", 2),
    ],
)
def test_bad_bases(text, code, words, line):
    fails(text, code, words, line)


@pytest.mark.oracle
def test_alertmanager_refuses_what_is_there_twice(oracles, tmp_path):
    """And a mapping that stands in the file once may be meant twice."""
    amtool = oracles("alertmanager-0.33", "amtool")

    def code(text: str) -> int:
        (tmp_path / "a.yml").write_text(text)
        return subprocess.run([amtool, "check-config", tmp_path / "a.yml"], check=False).returncode

    aliased = f"{GOOD}  webhook_configs: [&w {{url: 'http://a/'}}, *w]\n"
    assert (code(GOOD), code(aliased)) == (0, 0)
    assert "slogen-pager" in merge("a.yml", aliased, SECTIONS).text
    for more in ("route: {receiver: a}", "global: {smtp_from: a, smtp_from: b}", "  name: a"):
        assert code(f"{GOOD}{more}\n") == 1


def test_a_field_that_slogen_does_not_know_stays_and_a_misspelt_one_is_told():
    merged = merge("a.yml", f"event_recorder: {{}}\n{GOOD}", SECTIONS)
    assert merged.text.startswith("event_recorder: {}\n")
    assert merged.problems == ()
    (warning,) = merge("a.yml", f"{GOOD}rout: x\n", SECTIONS).problems
    assert (warning.code, warning.span.line, warning.is_error) == ("merge-unknown", 5, False)
    assert warning.hint == "did you mean `route`?"


def test_markers_twice():
    once = merge("a.yml", GOOD, SECTIONS).text
    block = once[once.index("  # >>> slogen routes") : once.index("  # <<< slogen routes") + 24]
    fails(once.replace(block, block + block), "merge-markers", "there twice", 2 + block.count("\n"))


def test_no_line_of_the_base_is_shown():
    with pytest.raises(NotMergedError) as caught:
        merge("a.yml", GOOD + "- name: a  # https://hooks.example.com/T0/B0/secret\n", SECTIONS)
    assert caught.value.problem.span.text == ""


def test_behind_a_catch_all_is_a_warning_and_mended():
    base = read(BASES[[path.stem for path in BASES].index("catch-all")])
    merged = merge("a.yml", base, SECTIONS).text
    start, end = merged.index("        # >>> slogen routes"), merged.index("        # <<< slogen routes")
    block = merged[start : end + len("        # <<< slogen routes\n")]
    moved = merged.replace(block, "").replace("receivers:\n", f"{block}receivers:\n", 1)
    again = merge("a.yml", moved, SECTIONS)
    assert again.text == merged
    (warning,) = again.problems
    assert warning.code == "merge-catch-all"
    assert not warning.is_error
