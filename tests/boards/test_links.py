"""The proof knows where the alerts of its SLOs lead: real promtools hold the links against it."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import EVENTS

GROUPED = {"name": "grouped", "sli": {"events": {**EVENTS["events"], "by": ["model"]}}}
OWN = {"name": "own", "links": {"dashboard": "https://x.example.com/{{a}}"}}


@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_the_proof_knows_the_links(compiled, oracles, tmp_path, version):
    settings = {"grafana": {"url": "https://grafana.example.com"}, "targets": ["prometheus", "tests"]}
    settings |= {"labels": {"cluster": "eu & us"}, "project": "store"}
    result = compiled({}, GROUPED, OWN, settings=settings)
    assert result.ok, result.problems
    stories = sorted(path for path, text in result.files.items() if "dashboard_url: " in text)
    stories = [path for path in stories if path.startswith("promtool-tests/")]
    assert any("var-by_model=" in result.files[path] for path in stories)
    for path, text in result.files.items():
        place = tmp_path / (path if path in stories else f"generated/{path}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    command = [oracles(f"prometheus-{version}", "promtool"), "test", "rules"]
    command += [tmp_path / path for path in stories]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
