"""A program that is run has an end, whatever it does."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from slogen.oracles import call as calls
from slogen.oracles.call import Answer, call, ending

pytestmark = pytest.mark.slow

WAIT = 60.0


def shell(script: str, timeout: float = WAIT):
    return call(["/bin/sh", "-c", script], timeout)


def wait_for_the_end(pid: str) -> None:
    """Of a process that sleeps for longer than this waits."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.02)
    pytest.fail(f"process {pid} still runs")


def test_what_it_prints_and_how_it_ends() -> None:
    answer = shell("echo out; echo err >&2; exit 3")
    assert (answer.code, answer.stdout, answer.stderr) == (3, "out\n", "err\n")
    assert shell("kill -9 $$").ending == "was killed by signal 9"
    assert "could not be started" in call(["/nowhere/promtool"], WAIT).ending
    assert "could not be started" in call(["/bin/sh\0"], WAIT).ending


def test_what_it_prints_last_is_heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A look finds nothing; then it prints and ends, before anybody asks whether it still runs."""
    go = tmp_path / "go"

    class Late(selectors.DefaultSelector):
        looked = False

        def select(self, timeout=None):
            if self.looked:
                return super().select(timeout)
            self.looked = True
            go.touch()
            [running] = calls._RUNNING
            os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)
            return []

    monkeypatch.setattr(selectors, "DefaultSelector", Late)
    answer = shell(f"while [ ! -e {go} ]; do :; done; echo last")
    assert (answer.code, answer.stdout) == (0, "last\n")


def test_a_flood_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MOST", 2 * 1024**2)
    for stream in ("1", "2"):
        assert shell(f"yes >&{stream}").ending == "printed more than 2 MiB and was ended"


def test_a_program_that_says_nothing_more_is_ended() -> None:
    assert shell("echo first; sleep 1000", 0.3).ending == "gave no answer within 0.3 s"
    assert shell("exec >&- 2>&-; sleep 1000", 0.3).ending == "gave no answer within 0.3 s"


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    """A child that holds the streams neither keeps slogen waiting nor stays behind."""
    answer = shell(f"sleep 1000 & echo $! >{tmp_path}/pid; echo done")
    assert (answer.code, answer.stdout) == (0, "done\n")
    wait_for_the_end((tmp_path / "pid").read_text().strip())


def test_a_folder_for_temporary_files_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")
    monkeypatch.setattr("tempfile.tempdir", None)
    assert Path(shell("echo $TMPDIR").stdout.strip()).is_dir()


def test_a_signal_ends_what_runs(world, fake, tmp_path: Path) -> None:
    """The promtool of a run that is told to end is ended, too, and its temporary files are gone."""
    tool = fake("slow", test=f"echo $$ >>{tmp_path}/pids; exec sleep 1000")
    code = (
        "import sys; from tests.oracles.conftest import World, shop; from pathlib import Path\n"
        "from slogen.cli.boundary import guarded\n"
        "world, tool = World(Path(sys.argv[1]), shop()), Path(sys.argv[2])\n"
        "sys.exit(guarded(lambda: bool(world.prove(tool))))"
    )
    running = subprocess.Popen([sys.executable, "-c", code, world.base, tool], cwd=Path(__file__).parents[2])
    while not (tmp_path / "pids").exists() or not (tmp_path / "pids").read_text().strip():
        assert running.poll() is None
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGTERM)
    assert running.wait(WAIT) == 143
    for pid in (tmp_path / "pids").read_text().split():
        wait_for_the_end(pid)


def test_what_is_started_while_all_ends_is_ended_too(fake) -> None:
    """As by a thread that an interrupt found between its program and the list of those that run."""
    tool = fake("slow", test="exec sleep 1000")
    with ending():
        assert call([str(tool), "test"], timeout=WAIT).code == -signal.SIGKILL
    assert call(["true"], timeout=WAIT).code == 0


def test_an_interrupt_while_programs_are_asked_for_ends_them(monkeypatch, fake, world, tmp_path) -> None:
    """The first runs already when the second is asked for."""
    submit = ThreadPoolExecutor.submit

    def interrupted(pool: ThreadPoolExecutor, *task: Any) -> None:
        submit(pool, *task)
        raise KeyboardInterrupt

    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.prove(fake("slow", test=f"sleep 20; touch {tmp_path}/ended-by-itself"))
    assert not (tmp_path / "ended-by-itself").exists()


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("", "out"),
        (
            "Warning: a flag overrides another.\n\nerror: yaml:\n  line 3: unknown\nmore\n",
            "error: yaml: line 3: unknown",
        ),
        ("Warning: a flag overrides another.\n", "out"),
        ("error:\n", "error: out"),
    ],
)
def test_what_is_shown_of_an_answer_is_the_reason(stderr, said):
    """amtool warns of a flag of ours before it says what is wrong, in two lines."""
    assert Answer(1, "out\n", stderr).first_line == said


def test_a_warning_alone_is_shown_and_nothing_is_nothing():
    assert Answer(1, "", "Warning: a flag.\n").first_line == "Warning: a flag."
    assert Answer(1).first_line == ""
