"""tools/fetch-engines where nothing can be had, and where everything is there."""

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
BUILT = {
    "prometheus 3.16.0": ("prometheus-3.16/prometheus", "prometheus-3.16/promtool"),
    "alertmanager 0.35.0": ("alertmanager-0.35/alertmanager", "alertmanager-0.35/amtool"),
    "kube-judge": ("engines/kube-judge",),
    "gmp-judge": ("engines/gmp-judge",),
    "thanos": ("engines/thanos",),
    "cortex": ("engines/cortex",),
}
FETCHED = "victoriametrics-1.0/vmalert-tool"


@pytest.fixture
def run(clone: Path):
    """tools/fetch-engines in a clone, with a Go and an apt-get that always fail; the lines it prints."""
    (clone / "bin/go").write_text("#!/bin/sh\necho go: no network >&2\nexit 1\n")
    (clone / "bin/go").chmod(0o755)

    def fetch(*args: str) -> list[str]:
        env = {**os.environ, "PATH": f"{clone / 'bin'}:{os.environ['PATH']}"}
        command = [str(clone / "tools/fetch-engines"), *args]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    return fetch


def fill(clone: Path, *paths: str) -> None:
    for path in paths:
        place = clone / ".oracles" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o755)


def test_what_cannot_be_had_is_skipped_aloud(run, clone):
    lines = run("--build", "--quiet")
    assert [line.split(":")[:2] for line in lines[1:]] == [["skipped", f" {name}"] for name in BUILT]
    assert lines[0].startswith("skipped: victoria-metrics of sid: ")
    assert all(line.endswith(": go: no network") for line in lines[1:])
    assert [path.name for path in (clone / ".oracles").iterdir()] == [".lock"]


def test_half_of_a_pair_is_made_again(run, clone):
    fill(clone, FETCHED, *(path for paths in BUILT.values() for path in paths))
    assert run("--build") == []
    (clone / ".oracles/prometheus-3.16/promtool").unlink()
    assert run("--build") == ["building prometheus 3.16.0 ...", "skipped: prometheus 3.16.0: go: no network"]


def test_a_judge_that_has_changed_is_made_again(run, clone):
    fill(clone, FETCHED, *(path for paths in BUILT.values() for path in paths))
    source = clone / "tools/engines/kube-judge/flux.go"
    later = (clone / ".oracles/engines/kube-judge").stat().st_mtime + 60
    os.utime(source, (later, later))
    assert run("--build")[-1] == "skipped: kube-judge: go: no network"


def test_nothing_is_built_unasked(run, clone):
    fill(clone, FETCHED)
    assert run() == []
