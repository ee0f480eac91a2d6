"""A Prometheus of our own, on loopback and for as long as a history takes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import TracebackType

from slogen.live.client import Client
from slogen.live.errors import ServerError
from slogen.live.server import Http, Server

_LISTENS = re.compile(rb"Listening on.*?address=127\.0\.0\.1:(\d+)")
_START, _QUESTION = 120.0, 900.0  # seconds at most, on a busy machine
_STOP = 60.0
# Ends the program with us, however we end: then the pipe that it waits on is closed.
_WATCHED = ("sh", "-c", 'exec 3<&0; "$@" & pid=$!; { read _ <&3; kill $pid; } & wait $pid', "sh")


class ScratchError(Exception):
    """It could not be started: what it said."""


@dataclass(slots=True)
class Scratch:
    """A database in `folder`, and the Prometheus that reads it. `lookback` is how old a sample may be, in
    seconds, `step` that of subqueries that name none. Use it in a `with`; `restart` shows it new blocks."""

    program: Path
    folder: Path
    lookback: int
    step: int
    client: Client = field(init=False)
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    @property
    def data(self) -> Path:
        """Where its blocks lie."""
        return self.folder / "data"

    def __enter__(self) -> Scratch:
        self.data.mkdir(parents=True, exist_ok=True)
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, at: TracebackType | None) -> None:
        self.stop()

    def restart(self) -> None:
        """Stop and start, so that it sees blocks that were made meanwhile."""
        self.stop()
        self.start()

    def start(self) -> None:
        """Start it on a port that the system picks. Raises ScratchError."""
        config, log = self.folder / "prometheus.yml", self.folder / "prometheus.log"
        every = f"{self.step}s"
        config.write_text(f"global: {{scrape_interval: {every}, evaluation_interval: {every}}}\n")
        command = [
            *_WATCHED,
            str(self.program),
            f"--config.file={config}",
            f"--storage.tsdb.path={self.data}",
            "--storage.tsdb.retention.time=100y",
            "--web.listen-address=127.0.0.1:0",
            "--query.max-samples=500000000",
            f"--query.timeout={int(_QUESTION)}s",
            f"--query.lookback-delta={self.lookback}s",
        ]
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True
            )
        self.client = Client(Server(self._address(log), http=Http(proxy=""), timeout=_QUESTION, retries=0))
        self._until(log, self._is_ready)

    def _address(self, log: Path) -> str:
        self._until(log, lambda: _LISTENS.search(log.read_bytes()) is not None)
        return f"http://127.0.0.1:{_LISTENS.findall(log.read_bytes())[0].decode()}"

    def _is_ready(self) -> bool:
        with suppress(ServerError):
            return self.client.other("GET", "/-/ready").status == HTTPStatus.OK
        return False

    def _until(self, log: Path, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + _START
        while not is_so():
            said = log.read_text(errors="replace").strip().splitlines()
            if self._process is None or self._process.poll() is not None:
                raise ScratchError(said[-1][:300] if said else "it ended at once")
            if time.monotonic() > until:
                raise ScratchError(f"it is not ready after {_START:g} s")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it, and wait until it has."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
