"""Processes that can't outlive a test: bounded in time, in a session of their own, killed as a whole."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

LIFETIME = 280  # seconds; coreutils' `timeout` ends what a killed test run leaves behind
Found = TypeVar("Found")


def start(command: Sequence[str | Path], log: Path, folder: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a process with its output in `log`; its standard input is a pipe that ends with us."""
    with log.open("ab") as out:
        return subprocess.Popen(
            ["timeout", "--kill-after=5", str(LIFETIME), *command],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children at once, without a chance to tidy up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    if process.stdin:
        process.stdin.close()


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, data: object = None, timeout: float = 10) -> Any:
    """GET, or POST of JSON; the answer's JSON (None when empty). Raises OSError."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        text = answer.read()
    try:
        return json.loads(text)
    except ValueError:
        return None


def wait_for(what: str, look: Callable[[], Found | None], within: float, every: float = 0.1) -> Found:
    """Look until something is found. Raises AssertionError when `within` seconds have passed."""
    deadline = time.monotonic() + within
    while True:
        try:
            found = look()
        except (OSError, urllib.error.HTTPError):
            found = None
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {within:.1f} s: {what}"
        time.sleep(every)
