"""Exit codes, and the one place where exceptions become exit codes."""

from __future__ import annotations

import atexit
import errno
import gc
import io
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import Final

import click

from slogen.diagnostics import Problem

DEBUG: Final = "SLOGEN_DEBUG"
_NO_MEMORY: Final = "there is not enough memory for this run"
_WANTS: Final = (
    "failed to map segment",
    os.strerror(errno.ENOMEM),
    "can't start new thread",
    "without exception set",  # what is left of a MemoryError that Python itself had no memory for
)
_GC_THRESHOLD: Final = 200_000


class ExitCode(IntEnum):
    """What slogen's exit codes mean: a contract with hooks and pipelines."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    BUG = 3
    SERVER = 4
    UNKNOWN = 5
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


def exit_code(problems: Iterable[Problem]) -> ExitCode:
    """USAGE when anything could not be read, FINDINGS for any other error, else DONE."""
    codes = {problem.code for problem in problems if problem.is_error}
    if not codes:
        return ExitCode.DONE
    from slogen.codes import is_usage  # a run without errors shouldn't wait for it

    return ExitCode.USAGE if any(map(is_usage, codes)) else ExitCode.FINDINGS


class TerminatedError(KeyboardInterrupt):
    """Somebody asked the process to end, by a signal other than that of Ctrl-C."""


def guarded(run: Callable[[], int | None]) -> int:
    """Run a command and return its exit code. Only click's own usage errors and exits come through."""
    try:
        with _quick(), _terminable():
            code = run()
            sys.stdout.flush()
    except (click.ClickException, click.exceptions.Exit):
        raise
    except BrokenPipeError:
        _drop_output()
        return ExitCode.BROKEN_PIPE
    except TerminatedError:
        return _failed("terminated", ExitCode.TERMINATED)
    except (KeyboardInterrupt, click.Abort):
        return _failed("interrupted", ExitCode.INTERRUPTED)
    except ConnectionError as error:
        return _failed(f"a server could not be asked: {_shown(error)}", ExitCode.SERVER)
    except OSError as error:
        return _refused(error)
    except Exception as error:
        if _lacks_memory(error):
            return _failed(_NO_MEMORY, ExitCode.USAGE)
        said = f"internal error: {type(error).__name__}: {error}"
        hint = f"This is a bug in slogen. {DEBUG}=1 shows the traceback; please report it with the spec."
        return _failed(f"{said}\n{hint}", ExitCode.BUG)
    return code or ExitCode.DONE


def _shown(error: ConnectionError) -> str:
    from slogen.report.visible import visible

    return visible(str(error))


def _refused(error: OSError) -> ExitCode:
    """What the system said no to: a file, or else the output, as on a full disk."""
    if _lacks_memory(error):
        return _failed(_NO_MEMORY, ExitCode.USAGE)
    if isinstance(error.filename, str | bytes):
        from slogen.report.visible import visible

        where = f"`{visible(os.fsdecode(error.filename))}`"
    else:
        where = "a file or the output"
        _drop_output()
    return _failed(f"cannot use {where}: {error.strerror or error}", ExitCode.USAGE)


def _lacks_memory(error: BaseException | None) -> bool:
    """Whether this, or what it came of, is for want of memory; libraries say it in words of their own."""
    while error is not None:
        if isinstance(error, MemoryError) or any(words in str(error) for words in _WANTS):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a run as Ctrl-C does: what it began is taken back."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # once is enough: cleaning up is not to be cut short
        raise TerminatedError

    wanted = [s for s in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(s) is signal.SIG_DFL]
    for number in wanted:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in wanted:
            signal.signal(number, signal.SIG_DFL)


def _failed(message: str, code: ExitCode) -> ExitCode:
    if os.environ.get(DEBUG):
        traceback.print_exc()
    with suppress(OSError):
        click.echo(f"slogen: {message}", err=True)
    return code


def _drop_output() -> None:
    """Send what is still buffered nowhere, or Python complains about it at its end."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
            continue
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def _quick() -> Iterator[None]:
    """Collect garbage rarely: a compile makes many objects, drops few and ends soon."""
    before = gc.get_threshold()
    gc.set_threshold(_GC_THRESHOLD)
    atexit.register(gc.freeze)  # else Python looks through everything once more before it ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal can't show is no bug
    try:
        yield
    finally:
        gc.set_threshold(*before)
