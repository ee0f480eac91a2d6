"""A Prometheus of our own: it says why it doesn't start, and ends with us, however we end."""

import os
import signal
import subprocess
import sys
import time

import pytest

from slogen.history.scratch import Scratch, ScratchError

HOLD = """
import sys
from pathlib import Path
from slogen.history.scratch import Scratch
with Scratch(Path(sys.argv[1]), Path(sys.argv[2]), 1, 30) as scratch:
    print(scratch.client.server.url, flush=True)
    input()
"""


def is_running(folder):
    """Whether a process has this folder in its command line."""
    found = subprocess.run(["pgrep", "-f", f"storage.tsdb.path={folder}"], capture_output=True, check=False)
    return found.returncode == 0


def gone(folder):
    until = time.monotonic() + 60
    while is_running(folder) and time.monotonic() < until:
        time.sleep(0.05)
    return not is_running(folder)


def test_it_answers_until_it_is_stopped(played_by, tmp_path):
    with Scratch(played_by.prometheus, tmp_path, 1, 30) as scratch:
        assert [sample.value for sample in scratch.client.query("1 + 1").samples] == [2.0]
        first = scratch.client.server.url
        scratch.restart()
        assert scratch.client.query("1").samples
        assert first
    assert gone(tmp_path)


@pytest.mark.skipif(not os.path.exists("/proc/self"), reason="looks for processes by their command lines")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_us(how, newest, tmp_path):
    command = [sys.executable, "-c", HOLD, str(newest.prometheus), str(tmp_path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("http://127.0.0.1:")
    assert is_running(tmp_path)
    process.send_signal(how)
    process.wait()
    assert gone(tmp_path)


@pytest.mark.oracle
def test_what_doesnt_start_says_why(tmp_path):
    program = tmp_path / "prometheus"
    program.write_text("#!/bin/sh\necho 'opening storage failed: lock DB directory' >&2\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(ScratchError, match="lock DB directory"), Scratch(program, tmp_path, 1, 30):
        pass
