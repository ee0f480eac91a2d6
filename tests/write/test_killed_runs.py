"""kill -9 at any moment: each file is old or new in full, and the next run repairs the rest."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import pytest

from slogen.write import MARKER, OutFile, apply, plan

pytestmark = pytest.mark.slow

FILES = 200
STEP = 60  # files that come and go between the two trees
CALLS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")
FORK = get_context("fork")


def tree(root: Path, version: int) -> list[OutFile]:
    """Return one of two trees that share most paths and no content."""
    names = range(version * STEP, version * STEP + FILES)
    body = f"# {MARKER}\n{str(version) * 20_000}\n"
    return [OutFile(root, f"d{n % 7}/{n}.yaml", f"s{n % 5}", "docs", body) for n in names]


def small_tree(root: Path, version: int) -> list[OutFile]:
    """Return one of two trees with a common file, an owner that changes and an owner that goes."""
    paths = [("both", "s0"), (f"{version}/own", "s0"), (f"{version}/other", f"s{version + 1}")]
    return [OutFile(root, path, owner, "docs", f"{MARKER} {version}") for path, owner in paths]


def files_below(root: Path) -> set[str]:
    """Return the paths of all files but the ownership lists."""
    paths = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    return {path for path in paths if not path.startswith(".slogen/")}


def in_no_list(root: Path) -> set[str]:
    lines = [line for path in root.glob(".slogen/*.txt") for line in path.read_text().splitlines()[1:]]
    lasting = {path for path in files_below(root) if ".slogen-tmp-" not in path}
    return lasting - {line.partition(" ")[2] for line in lines}


def temporary(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if "slogen-tmp" in path.name]


def write_for_ever(root: Path) -> None:
    for number in count():
        assert apply(plan(tree(root, number % 2), [root])) == []


@pytest.mark.parametrize("seed", range(25))
def test_a_killed_run_leaves_whole_files_that_the_next_run_repairs(root, seed) -> None:
    whole = {file.text for version in (0, 1) for file in tree(root, version)}
    child = FORK.Process(target=write_for_ever, args=(root,))
    child.start()
    time.sleep(random.Random(seed).uniform(0.002, 0.4))
    child.kill()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert {path.read_text() for path in root.glob("d*/*.yaml")} <= whole
    assert in_no_list(root) == set()
    wanted = tree(root, seed % 2)
    assert apply(plan(wanted, [root])) == []
    assert files_below(root) == {file.path for file in wanted}
    assert temporary(root) == []
    assert plan(wanted, [root]).is_current


def write_and_die(root: Path, moment: int) -> None:
    """Write the second tree and die before the call number `moment` that changes the disk."""
    left = iter(range(moment))

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and "slogen-tmp" in str(arguments[0])
        if (writes or event in CALLS) and next(left, None) is None:
            os._exit(9)

    sys.addaudithook(hook)
    apply(plan(small_tree(root, 1), [root]))


@pytest.mark.parametrize("version", [0, 1])
def test_a_run_that_dies_before_any_call_is_repaired_whatever_the_next_run_wants(root, version) -> None:
    wanted = small_tree(root, version)
    for moment in range(100):
        assert apply(plan(small_tree(root, 0), [root])) == []
        child = FORK.Process(target=write_and_die, args=(root, moment))
        child.start()
        child.join()
        assert in_no_list(root) == set()
        assert apply(plan(wanted, [root])) == []
        assert files_below(root) == {file.path for file in wanted}
        assert {path.name for path in root.iterdir()} == {".slogen", "both", str(version)}
        if child.exitcode == 0:
            break
    assert 15 < moment < 99


def test_temporary_files_of_a_killed_run_go_even_when_nothing_else_changes(run, out, root) -> None:
    run(out("p/a"))
    for folder in ("", "p/", ".slogen/"):
        (root / f"{folder}.slogen-tmp-1-ab-1").touch()
    assert run(out("p/a")) == []
    assert temporary(root) == []
