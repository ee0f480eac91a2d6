"""Every receiver in every form, judged by each amtool that has it and by the schema of the CRD."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import slogen
from slogen.model.channels import shown

from .channels import channels

HEAD = {"apiVersion": "slogen/v1"}
VERSIONS = ((0, 25), (0, 28), (0, 33))
CASES = [
    pytest.param(*each, id=f"{each[0]}-{each[1].config}-{number}") for number, each in enumerate(channels())
]
SCHEMA = json.loads((Path(__file__).parent / "alertmanagerconfig.schema.json").read_text())
# Debian's build leaves this receiver out for want of a library.
NOT_IN_DEBIAN = {("jira", (0, 28))}


def compiled(channel, version, **settings):
    said = {
        **HEAD,
        "kind": "Notifications",
        "receivers": {"one": channel, "other": {"webhook": {"url": "http://other/"}}},
        "default": {"page": "one", "ticket": "other", "quiet_hours": "night"},
        "hours": {"night": [{"from": "22:00", "to": "07:00"}]},
    }
    given = {**HEAD, "kind": "Settings", "alertmanager": {"min_version": shown(version)}, **settings}
    return slogen.compile({"notifications.yaml": json.dumps(said)}, json.dumps(given))


@pytest.mark.parametrize(("kind", "form", "given", "first"), CASES)
@pytest.mark.parametrize("version", VERSIONS, ids=shown)
def test_each_version_takes_what_it_has_and_is_spared_the_rest(
    kind, form, given, first, version, oracles, tmp_path
):
    del form
    result = compiled({kind: given}, version, targets=["alertmanager"])
    if first > version:
        (problem,) = result.problems
        assert problem.code == "receiver-version"
        assert shown(first) in problem.message
        return
    if (kind, version) in NOT_IN_DEBIAN:
        return
    assert result.ok, result.problems
    for name, text in result.files.items():
        (tmp_path / Path(name).name).write_text(text)
    amtool = oracles(f"alertmanager-{shown(version)}", "amtool")
    command = [amtool, "check-config", tmp_path / "alertmanager.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 receivers" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "form", "given", "first"), CASES)
def test_the_object_fits_the_custom_resource(kind, form, given, first):
    settings = {"targets": ["alertmanagerconfig"], "kubernetes": {"namespace": "monitoring"}}
    result = compiled({kind: given}, max(first, (0, 25)), **settings)
    if not form.crd:
        assert [p.code for p in result.problems if p.is_error] == ["receiver-target"]
        return
    assert result.ok, result.problems
    (text,) = result.files.values()
    data = yaml.safe_load(text)
    errors = [f"{list(e.absolute_path)}: {e.message}" for e in Draft202012Validator(SCHEMA).iter_errors(data)]
    assert errors == []
    (receiver,) = (each for each in data["spec"]["receivers"] if each["name"] == "slogen-one")
    assert form.crd in receiver


def test_the_operator_needs_a_namespace_label():
    settings = {"targets": ["alertmanagerconfig"], "kubernetes": {"namespace": "monitoring"}}
    channel = {"webhook": {"url": "http://one/"}}
    (problem,) = compiled(channel, (0, 25), **settings).problems
    assert (problem.code, problem.is_error) == ("namespace-matcher", False)
    labels = {"labels": {"namespace": "monitoring"}}
    assert compiled(channel, (0, 25), **settings, **labels).problems == ()


def test_the_hint_for_clusters_can_be_followed():
    def found(*clusters, **labels):
        settings = {"targets": ["alertmanagerconfig"], "clusters": clusters, **labels}
        return compiled({"webhook": {"url": "http://one/"}}, (0, 25), **settings).problems

    eu = {"name": "eu", "kubernetes": {"namespace": "mon-eu"}}
    us = {"name": "us", "kubernetes": {"namespace": "mon-us"}}
    problems = found(eu, us)
    assert [(p.code, p.is_error) for p in problems] == [("namespace-matcher", False)] * 2
    hinted = [yaml.safe_load(re.findall("`labels: (.*?)`", p.hint)[0]) for p in problems]
    assert hinted == [{"cluster": name, "namespace": f"mon-{name}"} for name in ("eu", "us")]
    assert found(*(each | {"labels": labels} for each, labels in zip((eu, us), hinted, strict=True))) == ()
    [of_eu, of_us] = found(eu, us, labels={"namespace": "mon"})
    assert 'these have namespace="mon"' in of_eu.message
    assert "for the cluster `us` in slogen.yaml, without `namespace` among those of all" in of_us.hint
    assert [p.code for p in found({"name": "eu"}, us)] == ["namespace-matcher", "no-namespace"]


def test_no_notifications_no_files():
    settings = json.dumps({**HEAD, "kind": "Settings", "targets": ["alertmanager", "alertmanagerconfig"]})
    result = slogen.compile({}, settings)
    assert (result.problems, result.files) == ((), {})


def test_hours_past_midnight_are_two():
    result = compiled({"webhook": {"url": "http://one/"}}, (0, 25), targets=["alertmanager"])
    (night,) = yaml.safe_load(result.files["alertmanager/alertmanager.yml"])["time_intervals"]
    times = [span["times"][0] for span in night["time_intervals"]]
    assert times == [
        {"start_time": "22:00", "end_time": "24:00"},
        {"start_time": "00:00", "end_time": "07:00"},
    ]
