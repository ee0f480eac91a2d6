"""What is taken of templates must work in Alertmanager, as its own program says; what breaks is refused."""

import subprocess

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


def _said(amtool, text):
    """What Alertmanager has against a template."""
    command = [amtool, "template", "render", "--template.glob=/none", f"--template.text={text}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr or (done.stdout if done.returncode else "")
