"""What is taken of templates must work in Alertmanager, as its own program says; what breaks is refused."""

import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from slogen.validate.gotemplate import TemplateError, check_template

TAKEN = [
    "{{ .CommonLabels.owner }}",
    "#{{ .CommonLabels.owner }}-{{ .Status | toUpper }}",
    '{{ .GroupLabels.SortedPairs.Values | join "," }}',
    '{{ if eq .CommonLabels.severity "page" }}P1{{ else }}P3{{ end }}',
    '{{ if .CommonLabels.a }}x{{ else if not (eq .Status "b") }}y{{ else }}z{{ end }}',
    "{{ or .CommonLabels.channel `#alerts` }}",
    "{{- len .Alerts.Firing -}}",
    "{{/* why */}}{{- /* and so */ -}}x",
    '{{ reReplaceAll "[^a-z]+" `-` .Receiver }}',
    '{{ if match "^a" .Status }}x{{ end }}',
    '{{ "}}" }}',
    "a }} b",
    "{{ with .CommonLabels.team }}#{{ . }}{{ else }}#ops{{ end }}",
    "{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}",
    "{{ range $i, $a := .Alerts }}{{ if $i }},{{ end }}{{ $a.Labels.slo_id }}{{ else }}none{{ end }}",
    "{{ range $k, $v := .CommonLabels }}{{ $k }}{{ if eq $v `x` }}{{ break }}{{ end }}{{ end }}",
    '{{ index .CommonLabels "team" }}',
    "{{ (index .Alerts 0).Labels.team | toLower }}",
    '{{ $x := "#ops" }}{{ if .Status }}{{ $x = .CommonLabels.channel }}{{ end }}{{ $x }}',
    "{{ with $x := .Status }}{{ $x }}{{ $.Receiver }}{{ end }}",
    '{{ define "x" }}#{{ .team }}{{ end }}{{ template "x" .CommonLabels }}',
    '{{ block "x" . }}{{ .Status }}{{ end }}{{ template "x" $ }}',
    "{{ if and (gt (len .Alerts) 1) (not .CommonLabels.a) }}x{{ end }}",
    '{{ printf "%d-%s" (len .Alerts.Firing) .Status | toUpper }}',
    '{{ join "," (.CommonLabels.Remove (stringSlice "a" "b")).Names }}',
    '{{ (index .Alerts 0).StartsAt.Format "15" }}{{ with index .Alerts 0 }}{{ .EndsAt.UTC.Unix }}{{ end }}',
    "{{ eq .Status `a` `b` }}{{ true }}{{ -1 }}{{ . }}{{ or .Alerts .Status }}",
    "{{if\n.Status}}a{{end}}",
]
BROKEN = [
    "{{",
    "a {{ .Status",
    "{{ .X }}",
    "{{ .Labels.owner }}",
    "{{ .CommonLabels.a.b }}",
    "{{ }}",
    '{{ template "nope" . }}',
    '{{ "x }}',
    '{{ "\\d" }}',
    "{{ end }}",
    "{{ if .Status }}x",
    "{{ if .Status }}x{{ else }}y{{ else }}z{{ end }}",
    '{{ reReplaceAll "(" "" .Status }}',
    '{{ reReplaceAll "a(?=b)" "" .Status }}',
    "{{ toUpper }}",
    "{{ date .Status }}",
    "{{ .Status .Receiver }}",
    '{{ "a""b" }}',
    "{{.Status-}}",
    "{{ join .Alerts }}",
    "{{ .Status $ }}",
    "{{ range .Status }}x{{ end }}",
    "{{ range .Alerts }}{{ .CommonLabels.a }}{{ end }}",
    '{{ index .Alerts "0" }}',
    "{{ index .Alerts 0 1 }}",
    "{{ $x }}",
    "{{ with $x := .Status }}{{ end }}{{ $x }}",
    '{{ template "__subject" }}',
    '{{ define "x" }}{{ .Status }}{{ end }}{{ template "x" .CommonLabels.a }}',
    '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
    '{{ define "x" }}{{ nope }}{{ end }}',
    '{{ if .Status }}{{ define "x" }}{{ end }}{{ end }}',
    "{{ break }}",
    "{{ len 3 }}",
    "{{ eq (len .Alerts) .Status }}",
    "{{ lt true false }}",
    "{{ .CommonLabels.Remove }}",
    '{{ "a" | "b" }}',
    "{{ .Status | .Receiver }}",
    "{{ toUpper (safeHtml `a`) }}",
    "{{ nil }}",
    "{{ if .Status }}{{ else with .Receiver }}{{ end }}",
    "{{ .Alerts.Firing.Resolved }}",
    "{{ if (eq .Status `a` }}x{{ end }}",
    "{{ 1a }}",
    "{{ .Status.}}",
]
# Works with the alerts that amtool makes up, and not with all, or not in every version.
DOUBTED = [
    "{{ with .CommonLabels.a }}{{ .b }}{{ end }}",
    "{{ index .Alerts.Firing 0 }}",
    "{{ slice .Status 0 3 }}",
    "{{ range 3 }}x{{ end }}",
    '{{ trimSpace " a" }}',
    "(" * 40 + "{{ " + "(" * 2000 + ".Status" + ")" * 2000 + " }}",
    "{{ if .Status }}" * 500 + "x" + "{{ end }}" * 500,
    "{{ if .Status }}x" + "{{ else if .Status }}y" * 500 + "{{ end }}",
]


@pytest.mark.parametrize("text", TAKEN)
@pytest.mark.parametrize("version", ["0.25", "0.28", "0.33"])
def test_what_is_taken_works(text, version, oracles):
    check_template(text)
    assert _said(oracles(f"alertmanager-{version}", "amtool"), text) == ""


@pytest.mark.parametrize("text", BROKEN)
def test_what_breaks_is_refused(text, oracles):
    with pytest.raises(TemplateError):
        check_template(text)
    assert _said(oracles("alertmanager-0.33", "amtool"), text) != ""


@pytest.mark.parametrize("text", DOUBTED)
def test_what_may_break_is_refused(text):
    with pytest.raises(TemplateError):
        check_template(text)


VALUES = [
    *(".Status", ".Alerts", ".Alerts.Firing", ".CommonLabels", ".CommonLabels.x", ".GroupLabels.SortedPairs"),
    *(
        "$",
        ".",
        "$x",
        "$x.Labels",
        ".Name",
        ".Labels.x",
        ".CommonAnnotations.Names",
        '"a"',
        "1",
        "true",
        ".StartsAt",
    ),
    *(
        "(index .Alerts 0)",
        "(index .Alerts 0).Labels",
        "(len .Alerts)",
        "(.CommonLabels.Remove (stringSlice))",
    ),
]
CALLS = [
    "{0}",
    "toUpper {0}",
    "len {0}",
    "eq {0} {1}",
    "or {0} {1}",
    "not {0}",
    "join {0} {1}",
    "{0} | print {1}",
]
CALLS += ["index {0} {1}", "{0} | html | title", "lt {0} {1}", "match `a` {0}", "({0}).x", "printf {0} {1}"]
AROUND = [
    "{{{{ {} }}}}",
    "{{{{ range {} }}}}{}{{{{ end }}}}",
    "{{{{ with {} }}}}{}{{{{ else }}}}{}{{{{ end }}}}",
    "{{{{ if {} }}}}{}{{{{ end }}}}",
    "{{{{ range $x, $y := {} }}}}{}{{{{ end }}}}",
    "{{{{ $x := {} }}}}{}{{{{ $x }}}}",
    '{{{{ block "n" {} }}}}{}{{{{ end }}}}',
    '{{{{ define "n" }}}}{1}{{{{ end }}}}{{{{ template "n" {0} }}}}',
    "{{{{ range {} }}}}{{{{ continue }}}}{}{{{{ end }}}}",
]


def made_up(chance, depth=0):
    """A template of these parts, be it that it makes no sense."""
    call = chance.choice(CALLS).format(chance.choice(VALUES), chance.choice(VALUES))
    inner = [made_up(chance, depth + 1) if depth < 2 else "x" for _ in range(2)]
    return chance.choice(AROUND if depth < 2 else AROUND[:1]).format(call, *inner)


@pytest.mark.parametrize("version", ["0.25", "0.33"])
def test_made_up_templates_that_are_taken_work(version, oracles):
    chance = random.Random(f"templates {version}")
    taken = []
    while len(taken) < 60:
        text = made_up(chance)
        with suppress(TemplateError):
            check_template(text)
            taken.append(text)
    amtool = oracles(f"alertmanager-{version}", "amtool")
    with ThreadPoolExecutor(2) as pool:
        said = pool.map(lambda text: _said(amtool, text), taken)
        assert [pair for pair in zip(taken, said, strict=True) if pair[1]] == []


def _said(amtool, text):
    """What Alertmanager has against a template."""
    command = [amtool, "template", "render", "--template.glob=/none", f"--template.text={text}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr or (done.stdout if done.returncode else "")
