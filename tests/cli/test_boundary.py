import gc

import click
import pytest

from slogen.cli.boundary import DEBUG, ExitCode, exit_code, guarded
from slogen.diagnostics import Problem, Severity


def raising(error: BaseException) -> int:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyError("x"), ExitCode.BUG, "internal error: KeyError: 'x'\nThis is a bug in slogen."),
        (ConnectionRefusedError("no"), ExitCode.SERVER, "a server could not be reached: no"),
        (
            PermissionError(13, "Permission denied", "out"),
            ExitCode.USAGE,
            "cannot use `out`: Permission denied",
        ),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted"),
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
