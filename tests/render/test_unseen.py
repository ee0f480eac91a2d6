"""Characters that can't be seen, or end a line for some reader of YAML: escaped in every file."""

import json
import re

import pytest
import yaml

import slogen

pytestmark = pytest.mark.slow

UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
HEAD = {"apiVersion": "slogen/v1"}
SLI = {"events": {"bad": 'e_total{job="j"}', "total": 't_total{job="j"}'}}
TARGETS = ["prometheus", "kubernetes", "alertmanager", "alertmanagerconfig", "grafana", "tests"]
TARGETS += ["argo-rollouts", "flagger", "argocd", "flux"]


@pytest.mark.parametrize("char", ["\x7f", "\x85", "\u2028", "\u2029", "\ufeff"], ids=ascii)
def test_every_file_can_be_read(char, yaml_of):
    owner, web = f"te{char}am", {"webhook": {"url": "http://a/"}}
    slo = {"name": "a", "objective": 99.9, "sli": SLI, "description": f"a{char}b", "labels": {"l": owner}}
    spec = {**HEAD, "kind": "ServiceLevelObjectives", "service": "s", "owner": owner, "slos": [slo]}
    said = {"receivers": {"p": web, "c": web}, "default": {"page": "p", "ticket": "c"}}
    said |= {**HEAD, "kind": "Notifications", "owners": {owner: {"ticket": "p"}}}
    settings = {**HEAD, "kind": "Settings", "targets": TARGETS, "labels": {"z": owner}}
    settings |= {"grafana": {"folder": owner.replace("\x7f", "")}, "kubernetes": {"namespace": "m"}}
    settings |= {"prometheus": {"retention": "90d", "url": "http://prometheus"}}
    settings |= {"argocd": {"repo": "https://git/a"}, "flux": {"source": "a"}}
    result = slogen.compile({"a.yaml": yaml_of(spec), "n.yaml": yaml_of(said)}, yaml_of(settings))
    assert result.ok, result.problems
    for path, text in result.files.items():
        assert not UNSEEN.search(text), path
        if path.endswith(".json"):
            json.loads(text)
        elif not path.endswith(".tmpl"):
            list(yaml.safe_load_all(text))
    config = yaml.safe_load(result.files["alertmanager/alertmanager.yml"])
    assert char in json.dumps(config, ensure_ascii=False)
