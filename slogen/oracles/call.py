"""One call of a program, with an end: what it printed, or that it could not be run."""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

# A promtool lives for seconds: collecting garbage less often saves a fifth of its time.
_ENVIRONMENT = {"GOGC": "400"}
MOST: Final = 32 * 1024**2  # bytes that a program may print
_PIECE, _LOOK = 64 * 1024, 0.1
_RUNNING: set[subprocess.Popen[bytes]] = set()
_ENDING = threading.Event()
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a call; `code` is None where it hung or could not be started: `trouble` says why."""

    code: int | None
    stdout: str = ""
    stderr: str = ""
    trouble: str = ""

    @property
    def first_line(self) -> str:
        """The first line that was printed, errors before output, and what is no warning first; with the next
        one where it ends with a colon. "" when nothing was."""
        lines = [line.strip() for text in (self.stderr, self.stdout) for line in text.splitlines()]
        lines = [line for line in lines if line]
        says = next((n for n, line in enumerate(lines) if not line.startswith("Warning:")), 0)
        return " ".join(lines[says : says + 2 if lines[says].endswith(":") else says + 1]) if lines else ""

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.code is None:
            return self.trouble
        return f"was killed by signal {-self.code}" if self.code < 0 else f"ended with exit code {self.code}"


def call(command: Sequence[str], timeout: float) -> Answer:
    """Run a program for at most `timeout` seconds, and for so long as it prints no more than anybody could
    read. Raises nothing for a program that doesn't work."""
    try:
        running = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # so that what it starts ends with it
        )
    except (OSError, ValueError) as error:
        return Answer(None, trouble=f"could not be started: {getattr(error, 'strerror', None) or error}")
    _RUNNING.add(running)
    if _ENDING.is_set():  # after it was added: who ends all sees it there, or it sees this
        _kill(running)
    try:
        texts, trouble = _listen(running, timeout)
        if trouble:
            return Answer(None, trouble=trouble)
        return Answer(running.wait(), *texts)
    finally:
        _end(running)
        _RUNNING.discard(running)


@contextmanager
def callers(jobs: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that call programs. After an error or an interrupt nothing of it goes on."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield pool
    except BaseException:
        with ending():
            pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


@contextmanager
def ending() -> Iterator[None]:
    """End every program that runs, or is started meanwhile, as after an interrupt: who waits for one gets an
    answer at once."""
    _ENDING.set()
    try:
        for running in tuple(_RUNNING):
            _kill(running)
        yield
    finally:
        _ENDING.clear()


def _kill(running: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)


def _end(running: subprocess.Popen[bytes]) -> None:
    _kill(running)
    running.wait()
    for stream in (running.stdout, running.stderr):
        if stream is not None:
            stream.close()


def _listen(running: subprocess.Popen[bytes], timeout: float) -> tuple[list[str], str]:
    """What it prints until it closes its streams or ends, and what went wrong with that."""
    streams = [stream for stream in (running.stdout, running.stderr) if stream is not None]
    heard = {stream: bytearray() for stream in streams}
    end = time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream, selectors.EVENT_READ)
        while selector.get_map():
            if time.monotonic() > end:
                return [], f"gave no answer within {timeout:g} s"
            has_ended = running.poll() is not None  # asked first: then all that it printed is there
            ready = selector.select(0 if has_ended else _LOOK)
            for key, _ in ready:
                stream = next(each for each in streams if each is key.fileobj)
                piece = os.read(key.fd, _PIECE)
                heard[stream] += piece
                if not piece:
                    selector.unregister(stream)
            if sum(map(len, heard.values())) > MOST:
                return [], f"printed more than {MOST // 1024**2} MiB and was ended"
            if has_ended and not ready:
                break  # something that it started holds its streams
    try:
        running.wait(max(end - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        return [], f"gave no answer within {timeout:g} s"
    return [_text(bytes(heard[stream])) for stream in streams], ""


def _environment() -> dict[str, str]:
    """That of slogen, with a folder for temporary files that there is."""
    return {**_ENVIRONMENT, **os.environ, "TMPDIR": tempfile.gettempdir()}


def _text(output: bytes) -> str:
    return _CONTROL.sub("", output.decode(errors="replace"))
