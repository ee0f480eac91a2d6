"""The three Prometheus and three Alertmanager of tools/fetch-oracles, and how it behaves without them."""

import os
import re
import resource
import subprocess
from pathlib import Path

import pytest

from tests.newest import newest

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[2]
ORACLES = REPO / ".oracles"
NAMES = {"prometheus": ("promtool", "prometheus"), "alertmanager": ("amtool", "alertmanager")}
EXPECTED = {
    "bookworm-prometheus": r"2\.42",
    "trixie-prometheus": r"2\.53",
    "sid-prometheus": r"3\.\d+",
    "newest-prometheus": r"3\.\d+",
    "bookworm-alertmanager": r"0\.25",
    "trixie-alertmanager": r"0\.28",
    "sid-alertmanager": r"0\.3\d",
    "newest-alertmanager": r"0\.3\d",
}
needs_oracles = pytest.mark.skipif(
    not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles here: run tools/fetch-oracles"
)


def run_fetch(clone: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """tools/fetch-oracles in `clone`, with an apt-get that always fails."""
    env = {**os.environ, "PATH": f"{clone / 'bin'}:{os.environ['PATH']}"}
    command = [str(clone / "tools/fetch-oracles"), *args]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, check=False)


def version_line(program: Path) -> str:
    """What `program --version` prints; older ones use stderr."""
    done = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def fill(oracles: Path, name: str, version: str) -> None:
    """Empty programs where `name` (bookworm-prometheus, ...) is looked for."""
    product = name.partition("-")[2]
    folder = oracles / f"{product}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    for program in NAMES[product]:
        (folder / program).touch(mode=0o755)
    if product == "alertmanager":
        (folder / "templates").mkdir()
        (folder / "templates/default.tmpl").touch()
    (oracles / name).symlink_to(folder.name)


@pytest.mark.oracle
@needs_oracles
@pytest.mark.parametrize("name", EXPECTED)
def test_oracle_runs_and_is_of_the_expected_version(name: str) -> None:
    for program in NAMES[name.partition("-")[2]]:
        assert re.match(rf"{program}, version {EXPECTED[name]}\.", version_line(ORACLES / name / program))


@pytest.mark.oracle
@needs_oracles
@pytest.mark.parametrize("product", NAMES)
def test_folder_is_named_by_the_version_in_it(product: str) -> None:
    folders = sorted(ORACLES.glob(f"{product}-*"))
    assert len(folders) == 3 + len(newest(product))
    for folder in folders:
        line = version_line(folder / NAMES[product][0])
        assert f"version {folder.name.partition('-')[2]}." in line


def test_complete_set_is_left_alone_and_quick(clone: Path) -> None:
    versions = ("2.42", "2.53", "3.5", "0.25", "0.28", "0.33")
    names = [name for name in EXPECTED if not name.startswith("newest")]
    for name, version in zip(names, versions, strict=True):
        fill(clone / ".oracles", name, version)
    before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    done = run_fetch(clone)
    assert sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before < 1  # of CPU: about 10 ms
    summary = "oracles in .oracles: prometheus 2.42 2.53 3.5; alertmanager 0.25 0.28 0.33 (0 skipped)\n"
    assert (done.stdout, done.returncode) == (summary, 0)
    assert run_fetch(clone, "--quiet").stdout == ""


def test_what_cannot_be_had_is_skipped_aloud(clone: Path) -> None:
    done = run_fetch(clone, "--quiet")
    assert done.returncode == 0
    assert all(line.startswith("skipped: ") for line in done.stdout.splitlines())
    assert all(suite in done.stdout for suite in ("bookworm", "trixie", "sid"))
    assert [path.name for path in (clone / ".oracles").iterdir()] == [".lock"]


def test_half_a_download_is_not_taken_for_a_whole_one(clone: Path) -> None:
    fill(clone / ".oracles", "sid-prometheus", "3.5")
    (clone / ".oracles/prometheus-3.5/promtool").unlink()
    (clone / ".oracles/.partial.killed").mkdir()
    assert "skipped: prometheus of sid" in run_fetch(clone).stdout
    assert not (clone / ".oracles/.partial.killed").exists()


def test_unknown_option_is_a_usage_error(clone: Path) -> None:
    assert run_fetch(clone, "--loud").returncode == 2
