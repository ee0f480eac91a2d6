import gc
import signal
import subprocess
import sys
from pathlib import Path
from shlex import quote

import click
import pytest

from slogen.cli.boundary import DEBUG, ExitCode, exit_code, guarded
from slogen.diagnostics import Problem, Severity

pytestmark = pytest.mark.slow


def raising(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyError("x"), ExitCode.BUG, "internal error: KeyError: 'x'\nThis is a bug in slogen."),
        (ConnectionRefusedError("no"), ExitCode.SERVER, "a server could not be asked: no"),
        (
            PermissionError(13, "Permission denied", "out"),
            ExitCode.USAGE,
            "cannot use `out`: Permission denied",
        ),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted"),
        (MemoryError(), ExitCode.USAGE, "slogen: there is not enough memory for this run"),
        (ImportError("x.so: failed to map segment from shared object"), ExitCode.USAGE, "not enough memory"),
        (OSError(12, "Cannot allocate memory"), ExitCode.USAGE, "not enough memory"),
        (FileNotFoundError(2, "No such file", "a\x1b[31m"), ExitCode.USAGE, "cannot use `a\\x1b[31m`"),
        (BrokenPipeError(), ExitCode.BROKEN_PIPE, ""),
    ],
)
def test_exceptions_become_exit_codes(
    error: BaseException, code: ExitCode, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: raising(error)) == code
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown


def test_the_traceback_is_there_for_those_who_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DEBUG, "1")
    guarded(lambda: raising(KeyError("x")))
    assert "Traceback" in capsys.readouterr().err


def test_usage_errors_are_left_to_click() -> None:
    with pytest.raises(click.UsageError):
        guarded(lambda: raising(click.UsageError("no")))


def test_results_pass_and_the_collector_is_as_before() -> None:
    before = gc.get_threshold()
    assert [guarded(lambda: 1), guarded(lambda: None)] == [1, 0]
    assert gc.get_threshold() == before


@pytest.mark.parametrize(
    ("codes", "expected"), [([], 0), (["promql"], 1), (["no-such-path"], 2), (["promql", "yaml-syntax"], 2)]
)
def test_the_worst_problem_decides(codes: list[str], expected: int) -> None:
    warning = Problem("no-such-path", "m", severity=Severity.WARNING)
    assert exit_code([warning, *(Problem(code, "m") for code in codes)]) == expected


@pytest.mark.parametrize("command", ["schema", "--help", "validate nowhere", "nonsense"])
@pytest.mark.parametrize(
    ("streams", "code"),
    [(">&-", 2), ("<&- >&- 2>&-", 2), ("<&- 2>&-", None), (">/dev/full", 2), ("| true", 141)],
)
def test_streams_that_are_closed_or_break_are_no_bug(
    tmp_path: Path, command: str, streams: str, code: int | None
) -> None:
    usual = {"nonsense": 2, "validate nowhere": 2}.get(command, 0)
    if command == "nonsense" or (command == "validate nowhere" and code is None):
        code = None  # what it says goes elsewhere, or nowhere
    script = f"({quote(sys.executable)} -m slogen {command}; echo $? >code) {streams}"
    if "|" in streams:
        script = f"({quote(sys.executable)} -m slogen {command}; echo $? >code) | (exec <&-; sleep 0.1)"
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert int((tmp_path / "code").read_text()) == (usual if code is None else code)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, ExitCode.TERMINATED), (signal.SIGHUP, ExitCode.TERMINATED)]
)
def test_a_signal_ends_a_run_as_an_interrupt_does(number: signal.Signals, code: ExitCode) -> None:
    cleaned = []

    def run() -> int:
        try:
            signal.raise_signal(number)  # to this thread: `kill` may take another, and be later
        finally:
            cleaned.append(number)
        return 0

    assert guarded(run) == code
    assert cleaned == [number]
    assert signal.getsignal(number) is signal.SIG_DFL


@pytest.mark.parametrize(
    ("command", "code"),
    [
        *(
            (command, 2)
            for command in ("validate", "check", "generate --stdout", "generate --diff", "explain")
        ),
        *((command, 2) for command in ("explain chat/availability", "explain --routes", "schema --list")),
        *((command, 2) for command in ("presets list", "presets show vllm/ttft", "--version", "test --help")),
        *((command, 0) for command in ("generate", "docs", "init")),
    ],
)
def test_what_nobody_can_read_is_not_said(project: Path, command: str, code: int) -> None:
    """What a command prints is lost where its output is closed; what it writes is not."""
    generated = project / "generated"
    if command == "check":
        subprocess.run([sys.executable, "-m", "slogen", "generate"], check=True, capture_output=True)
    script = f"{quote(sys.executable)} -m slogen {command} >&-"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr == ("slogen: cannot use `standard output`: it is closed\n" if code else "")
    assert generated.exists() == (command in ("check", "generate"))
