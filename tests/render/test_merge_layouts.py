"""A configuration inside Helm values, a Secret or a ConfigMap: changed in place, every other line kept."""

from __future__ import annotations

import base64
import subprocess
import textwrap

import pytest
import yaml

from slogen.render.alertmanager import templates
from slogen.render.merge import NotMergedError, deployed, merge

from .test_merge import ROUTING, SECTIONS

pytestmark = pytest.mark.slow

assert ROUTING is not None
TEMPLATE = templates(ROUTING)
CONFIG = """\
global:
  resolve_timeout: 5m   # ours
# who is told
route:
  receiver: "null"
  group_by: ['namespace']
  routes:
  - receiver: "null"
    matchers: [alertname = "Watchdog"]
inhibit_rules:
- source_matchers: ['severity = critical']
  target_matchers: ['severity =~ warning|info']
  equal: ['namespace', 'alertname']

receivers:
- name: "null"
"""


def lines(pad: int) -> str:
    return "".join(f"{' ' * pad if line else ''}{line}\n" for line in CONFIG.split("\n")[:-1])


VALUES = f"""\
grafana: {{enabled: true}}
alertmanager:
  # the configuration
  config:
{lines(4)}  templateFiles:
    own.tmpl: |-
      {{{{ define "own" }}}}x{{{{ end }}}}
  alertmanagerSpec:
    replicas: 2   # two
prometheus: {{enabled: true}}
"""
UMBRELLA = "".join(f"  {line}\n" if line else "\n" for line in VALUES.split("\n")[:-1])
LAYOUTS = {
    "values": (VALUES, ("alertmanager", "config"), ("alertmanager", "templateFiles")),
    "values without template files": (
        VALUES.replace(VALUES[VALUES.index("  templateFiles") : VALUES.index("  alertmanagerSpec")], ""),
        ("alertmanager", "config"),
        ("alertmanager", "templateFiles"),
    ),
    "values with empty template files": (
        VALUES.replace(
            VALUES[VALUES.index("  templateFiles") : VALUES.index("  alertmanagerSpec")],
            "  templateFiles: {}\n",
        ),
        ("alertmanager", "config"),
        ("alertmanager", "templateFiles"),
    ),
    "configuration last": (
        f"alertmanager:\n  enabled: true\n  config:\n{lines(4)}",
        ("alertmanager", "config"),
        ("alertmanager", "templateFiles"),
    ),
    "umbrella": (
        f"kube-prometheus-stack:\n{UMBRELLA}other: 1\n",
        ("kube-prometheus-stack", "alertmanager", "config"),
        ("kube-prometheus-stack", "alertmanager", "templateFiles"),
    ),
    "secret": (
        f"apiVersion: v1\nkind: Secret\nmetadata: {{name: alertmanager-main}}\nstringData:\n"
        f"  alertmanager.yaml: |-\n{lines(4)}  own.tmpl: x   # theirs\ntype: Opaque\n",
        ("stringData", "alertmanager.yaml"),
        ("stringData",),
    ),
    "second document": (
        "# first\nkind: Namespace\nmetadata: {name: monitoring}\n---\nkind: Secret\nstringData:\n"
        f"  alertmanager.yaml: |\n{lines(6)}",
        ("stringData", "alertmanager.yaml"),
        ("stringData",),
    ),
    "config map": (
        f"kind: ConfigMap\ndata:\n  alertmanager.yml: |\n{lines(4)}",
        ("data", "alertmanager.yml"),
        ("data",),
    ),
}
layouts = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))


def down(text: str, path: tuple[str, ...]) -> object:
    found = list(yaml.safe_load_all(text))[-1]
    for step in path:
        found = found[step]
    return found


@layouts
def test_it_goes_in_twice_and_out_again(layout):
    text, config, files = layout
    merged = merge("v.yaml", text, SECTIONS, TEMPLATE)
    assert merged.holds_templates
    assert merge("v.yaml", merged.text, SECTIONS, TEMPLATE).text == merged.text
    assert merge("v.yaml", merged.text, {}).text == text
    data = down(merged.text, config)
    data = yaml.safe_load(data) if isinstance(data, str) else data
    plain = yaml.safe_load(merge("a.yml", CONFIG, SECTIONS).text)
    if config[-1] == "config":  # of a chart, which loads template files that the values don't name
        plain["templates"].append("/etc/alertmanager/config/*.tmpl")
    assert data == plain
    held = str(down(merged.text, (*files, "slogen.tmpl")))
    assert held.split("\n") == [line for line in TEMPLATE.split("\n") if line]
    assert text == LAYOUTS["values with empty template files"][0] or "slogen.tmpl: |-\n" in merged.text


@layouts
def test_every_line_stays(layout):
    text, _, _ = layout
    merged = iter(merge("v.yaml", text, SECTIONS, TEMPLATE).text.splitlines())
    kept = [line for line in text.splitlines() if line.strip() and "{}" not in line]
    assert all(any(line == found for found in merged) for line in kept)


@pytest.mark.in_turn("version")
@layouts
@pytest.mark.parametrize("version", ["0.25", "0.28", "0.33"])
def test_amtool_takes_what_is_in_it(layout, version, oracles, tmp_path):
    found = deployed("v.yaml", merge("v.yaml", layout[0], SECTIONS, TEMPLATE).text)
    (tmp_path / "a.yml").write_text(found.text)
    amtool = oracles(f"alertmanager-{version}", "amtool")
    command = [amtool, "config", "routes", "test", "--config.file", tmp_path / "a.yml"]
    labels = ["slo_id=chat/availability", "severity=page"]
    done = subprocess.run([*command, *labels], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "slogen-pager,slogen-chat", done.stderr


def test_line_ends_stay():
    text = VALUES.replace("\n", "\r\n")
    merged = merge("v.yaml", text, SECTIONS, TEMPLATE).text
    assert merged.count("\r\n") == merged.count("\n")
    assert merge("v.yaml", merged, {}).text == text


@layouts
def test_rules_are_found_where_they_stand(layout):
    text, _, _ = layout
    ((rule, span),) = deployed("v.yaml", text).rules
    assert rule["equal"] == ["namespace", "alertname"]
    assert text.splitlines()[span.line - 1].strip() == "- source_matchers: ['severity = critical']"
    assert text.splitlines()[span.line - 1][span.column - 1 :].startswith("source_matchers")


def test_base64_is_read_and_not_changed():
    encoded = base64.b64encode(CONFIG.encode()).decode()
    text = f"kind: Secret\ndata:\n  alertmanager.yaml: {encoded}\n"
    found = deployed("s.yaml", text)
    assert yaml.safe_load(found.text) == yaml.safe_load(CONFIG)
    assert found.rules[0][1].line == 3
    fails(text, "base64", 3)


def fails(text: str, words: str, line: int) -> None:
    with pytest.raises(NotMergedError) as caught:
        merge("v.yaml", text, SECTIONS, TEMPLATE)
    problem = caught.value.problem
    assert words in f"{problem.message} {problem.hint}"
    assert problem.span is not None
    assert (problem.span.line, problem.span.text) == (line, "")


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ('kind: Secret\nstringData:\n  alertmanager.yaml: "route:\\n  receiver: a\\n"\n', "after `|`", 3),
        (VALUES.replace("replicas", "x").replace("  # the", "  tplConfig: true\n  # the"), "tplConfig", 3),
        (VALUES.replace("own.tmpl", "slogen.tmpl"), "`slogen.tmpl` is slogen's", 22),
        (VALUES.replace('- name: "null"', "- name: x"), "the receiver `null`", 9),
        (LAYOUTS["secret"][0].replace('- name: "null"', "- name: x"), "the receiver `null`", 10),
        ("alertmanager:\n  enabled: true\n", "`alertmanager.config`", 1),
        (f"{VALUES}alertmanager: {{config: {{route: {{}}}}}}\n", "the first is 25 lines above", 27),
        (LAYOUTS["secret"][0].replace("global:", "global: {}\n    global:"), "first is 1 line above", 7),
    ],
)
def test_what_can_not_be_merged(text, words, line):
    fails(text, words, line)


SHORT = """\
alertmanager:
  config:
    route: {receiver: "null"}
    receivers: [{name: "null"}]
"""
WHOLE = SHORT.replace('"null"}\n', '"null", routes: []}\n', 1) + "    inhibit_rules: []\n"


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        (SHORT, "`routes` and `inhibit_rules`"),
        (f"kube-prometheus-stack:\n{textwrap.indent(SHORT, '  ')}", "`routes` and `inhibit_rules`"),
        (SHORT + "    inhibit_rules: []\n", "`routes`"),
        (WHOLE, ""),
        (SHORT + "  templates: {}\n", ""),  # that of Alertmanager alone, whose chart has no such lists
        (textwrap.dedent(SHORT.partition("config:\n")[2]), ""),
    ],
)
def test_lists_that_are_the_charts_own_are_named(text, lists):
    merged = merge("v.yaml", text, SECTIONS, TEMPLATE)
    for found in (merged, merge("v.yaml", merged.text, SECTIONS, TEMPLATE)):
        assert [each.code for each in found.problems] == ["merge-default"] * bool(lists)
        assert all(f"leave {lists} to the chart" in each.message for each in found.problems)
    assert merge("v.yaml", merged.text, {}).problems == ()


def loaded(text: str) -> list[str]:
    return deployed("v.yaml", merge("v.yaml", text, SECTIONS, TEMPLATE).text).data["templates"][2:]


def test_what_the_chart_loads_by_itself_it_goes_on_to_load():
    assert loaded(SHORT) == ["/etc/alertmanager/config/*.tmpl"]
    assert loaded(SHORT + "  templates: {}\n") == ["/etc/alertmanager/*.tmpl"]
    assert loaded(SHORT + "    templates: [own.tmpl]\n") == ["own.tmpl"]
    assert loaded(LAYOUTS["secret"][0]) == []


def test_a_receiver_that_the_operator_does_not_know():
    file = {"webhook_url_file": "/etc/discord"}
    sections = {**SECTIONS, "receivers": [{"name": "slogen-chat", "discord_configs": [file]}]}
    for name in ("values", "secret", "config map"):
        codes = [each.code for each in merge("v.yaml", LAYOUTS[name][0], sections, TEMPLATE).problems]
        assert codes == ["merge-operator"] * (name != "config map")


def test_a_clock_that_is_not_quoted_stays_a_clock():
    """Base 60 makes 1020 of it, which no Alertmanager takes."""
    nights = "- name: nights\n  time_intervals:\n  - times: [{start_time: 17:00, end_time: 23:59}]\n"
    config = f"{CONFIG}\ntime_intervals:\n{nights}"
    values = "alertmanager:\n  config:\n" + textwrap.indent(config, "    ")
    found = yaml.safe_load(deployed("values.yaml", values).text)
    (interval,) = found["time_intervals"]
    assert interval["time_intervals"][0]["times"] == [{"start_time": "17:00", "end_time": "23:59"}]
