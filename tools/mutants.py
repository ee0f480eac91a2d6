"""Break the compiler on purpose, one way at a time, and see the tests that it generates turn red.

usage: python tools/mutants.py all|sample

A mutant (tools/mutants/*.yaml) replaces one piece of text in a scratch copy of the package. The copy then
compiles the shipped specs and those of tools/mutants/project, rules and tests both, and promtool runs the
tests, and those that people wrote for the shipped specs. A mutant under which they stay green has survived:
the proof has a hole. Routing, of which promtool knows nothing, is judged by the project's own tests instead.
What turns red must be green without a mutant: for `all` everything is run so, for a sample what turned red.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from time import monotonic

import yaml

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tools" / "mutants"
PROJECTS = {"shipped": ROOT, "mutants": DATA / "project"}
SAMPLE = 10
WORKERS = 2
LIMIT = 120  # seconds for one run of a program: a mutant may loop
# Cheap stories that see most come first.
STORIES = ("outage", "thresholds", "consumed", "history", "quiet", "bucketless", "rare", "minutes")


class BrokenError(Exception):
    """The run says nothing about the proof: a piece of text isn't there, or nothing is generated."""


@dataclass(frozen=True)
class Mutant:
    """A breakage: `old` stands exactly once in `file` (below slogen/), `new` replaces it.

    `story` is the story or the file of tests to try first, such as `history` or `shop/history-1d`; `tests`
    is a file of the project's tests to judge by instead of promtool.
    """

    name: str
    file: str
    old: str
    new: str
    breaks: str
    story: str = ""
    tests: str = ""


def load() -> list[Mutant]:
    """All mutants, in the order of their files."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.yaml"))]
    return [Mutant(**entry) for text in texts for entry in yaml.load(text, yaml.CSafeLoader)]


def mutate(mutant: Mutant, package: Path) -> None:
    """Break the package at this place. Raises BrokenError unless the text is there exactly once."""
    path = package / mutant.file
    source = path.read_text(encoding="utf-8")
    if (found := source.count(mutant.old)) != 1:
        raise BrokenError(f"its text stands {found} times in {mutant.file}")
    path.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    Path(cache_from_source(str(path))).unlink(missing_ok=True)


def generate(scratch: Path) -> None:
    """Compile each project with the package in `scratch`. Raises BrokenError if one gives nothing."""
    for name, source in PROJECTS.items():
        folder = scratch / name
        shutil.copytree(source / "specs", folder / "specs")
        for beside in ("slogen.yaml", "notifications.yaml"):
            if (source / beside).exists():
                shutil.copy(source / beside, folder)
        if (handwritten := source / "promtool-tests" / "handwritten").is_dir():
            shutil.copytree(handwritten, folder / "promtool-tests" / "handwritten")
        command = [sys.executable, "-m", "slogen", "generate", "--target", "prometheus", "--target", "tests"]
        done = _run(command, folder, PYTHONPATH=str(scratch))
        if done is None or done.returncode:
            said = done.stderr.strip().splitlines() if done else ["it takes too long"]
            raise BrokenError(f"nothing is generated: {said[0] if said else '(no message)'}")


def red_files(
    scratch: Path, first: str, promtool: Path, workers: int = 1, only: Collection[str] = ()
) -> Iterator[str]:
    """The rule and test files that promtool refuses, as they are found: those of story `first` first. `only`
    asks about these alone."""
    rules = [path for name in PROJECTS for path in (scratch / name).glob("generated/prometheus/*.yaml")]
    tests = [path for name in PROJECTS for path in (scratch / name).glob("promtool-tests/*/*.test.yaml")]

    def promise(path: Path) -> tuple[bool, int, int]:
        story = next((n for n, name in enumerate(STORIES) if path.name.startswith(name)), len(STORIES))
        return first not in str(path) or not first, story, path.stat().st_size

    jobs = [[str(promtool), "check", "rules", "--lint=all", "--lint-fatal", *map(str, sorted(rules))]]
    jobs += [[str(promtool), "test", "rules", str(path)] for path in sorted(tests, key=promise)]
    jobs = [job for job in jobs if not only or _asked(job, scratch) in only]
    if only and len(jobs) != len(only):
        raise BrokenError(f"not all of these are there: {', '.join(sorted(only))}")
    with ThreadPoolExecutor(workers) as pool:
        # In batches, so that nothing more is started once somebody has seen enough.
        for start in range(0, len(jobs), workers):
            batch = jobs[start : start + workers]
            for job, done in zip(batch, pool.map(lambda job: _run(job, scratch), batch), strict=True):
                if done is None or done.returncode:
                    yield _asked(job, scratch)


def _asked(job: list[str], scratch: Path) -> str:
    return "the rules" if job[1] == "check" else str(Path(job[-1]).relative_to(scratch))


def _run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str] | None:
    """Run a program; None if it takes too long."""
    env = {"GOGC": "400", **os.environ, "NO_COLOR": "1", **environment}
    try:
        return subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return None


def judge(mutant: Mutant | None, promtool: Path, only: Collection[str] = ()) -> list[str]:
    """What turns red: under a mutant the first file, without one (on both cores) all, or all of `only`."""
    with tempfile.TemporaryDirectory(prefix="slogen-mutant-") as name:
        scratch = Path(name)
        for part in ("slogen", "schemas"):
            shutil.copytree(ROOT / part, scratch / part)
        if mutant is not None:
            mutate(mutant, scratch / "slogen")
            if mutant.tests:
                return [mutant.tests] if _fails(mutant.tests, scratch) else []
        generate(scratch)
        if mutant is None:
            return list(red_files(scratch, "", promtool, WORKERS, only))
        return [red for red in [next(red_files(scratch, mutant.story, promtool), None)] if red]


def _fails(tests: str, scratch: Path) -> bool:
    """Whether a file of the project's tests fails with the package in `scratch`."""
    shutil.copytree(ROOT / "tests", scratch / "tests")
    (scratch / ".oracles").symlink_to(ROOT / ".oracles")  # else tests that ask programs are skipped
    shutil.copy(ROOT / "pyproject.toml", scratch)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests]
    done = _run(command, scratch, PYTHONPATH=str(scratch))
    return done is None or done.returncode == 1


def find_promtool() -> Path | None:
    """The newest promtool that tools/fetch-oracles got, else the one on the PATH."""
    found = ROOT / ".oracles" / "newest-prometheus" / "promtool"
    on_path = shutil.which("promtool")
    return found if found.exists() else Path(on_path) if on_path else None


def report(mutant: Mutant, promtool: Path) -> str:
    """Judge a mutant and say what came of it; what turned red, or nothing."""
    start = monotonic()
    try:
        red, why = judge(mutant, promtool), "every generated test stays green"
    except BrokenError as error:
        red, why = [], str(error)
    seconds = f"{monotonic() - start:.1f} s"
    if red:
        print(f"caught    {mutant.name}  ({red[0]}, {seconds})", flush=True)
    else:
        print(f"SURVIVED  {mutant.name}  ({mutant.file}: {mutant.breaks}; {why}, {seconds})", flush=True)
    return red[0] if red else ""


def is_green(promtool: Path, only: Collection[str] = ()) -> bool:
    """Whether all (or `only` these) stay green without a mutant; else it is said what doesn't."""
    try:
        red = judge(None, promtool, only)
    except BrokenError as error:
        red = [str(error)]
    if red:
        print("the proof is red without any mutant, so it can't show one:", *red, sep="\n  ", file=sys.stderr)
    return not red


def main(arguments: list[str]) -> int:
    """0 when every mutant is caught, 1 when one survives, 2 when that can't be told."""
    if arguments not in (["all"], ["sample"]):
        print("usage: python tools/mutants.py all|sample", file=sys.stderr)
        return 2
    promtool = find_promtool()
    if promtool is None:
        print("no promtool: run tools/fetch-oracles, or put one on the PATH", file=sys.stderr)
        return 2
    mutants, whole = load(), arguments == ["all"]
    if whole and not is_green(promtool):
        return 2
    chosen = mutants if whole else mutants[:: -(-len(mutants) // SAMPLE)]
    with ThreadPoolExecutor(WORKERS) as pool:
        reds = list(pool.map(lambda mutant: report(mutant, promtool), chosen))
    proofs = {red for mutant, red in zip(chosen, reds, strict=True) if red and not mutant.tests}
    if proofs and not whole and not is_green(promtool, proofs):
        return 2
    caught = sum(map(bool, reds))
    print(f"{caught} passed, {len(reds) - caught} failed")
    return 0 if all(reds) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
