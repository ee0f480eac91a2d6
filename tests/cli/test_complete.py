"""Shells complete commands, SLOs, presets and servers; and nothing breaks what a person types."""

from collections.abc import Callable
from pathlib import Path

import pytest

from slogen.cli import main
from slogen.cli.complete import slos

Complete = Callable[..., list[str]]


@pytest.fixture
def complete() -> Complete:
    """What bash would offer for the last of these words."""
    from click.shell_completion import BashComplete

    def run(*words: str) -> list[str]:
        completer = BashComplete(main, {}, "slogen", "_SLOGEN_COMPLETE")
        return [item.value for item in completer.get_completions(list(words[:-1]), words[-1])]

    return run


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("stat",), ["status"]),
        (("status", "ch"), ["chat", "chat/availability"]),
        (("explain", "shop/"), ["shop/availability"]),
        (("report", "nothing"), ["nothing"]),
        (("status", "--fail-on", "p"), ["paging"]),
        (("presets", "show", "vllm/ttft"), ["vllm/ttft"]),
        (("status", "--server", "e"), ["eu"]),
    ],
)
def test_what_is_offered(complete, project: Path, words, found):
    (project / "slogen.yaml").write_text(
        "apiVersion: slogen/v1\nkind: Settings\nservers: {eu: {url: 'http://x'}, us: {url: 'http://y'}}\n"
    )
    assert complete(*words) == found


@pytest.mark.parametrize(
    "text", ["a: [", "- 1", "service: 3", "service: x\nslos: 3", "service: x\nslos: [3, {}]", "\x00"]
)
def test_broken_specs_break_nothing(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/a.yaml").write_text(text)
    assert slos(None, None, "zzz")[0].type == "file"  # type: ignore[arg-type]


def test_a_completion_ends_well(run_python):
    code = "from slogen.cli import main; main(prog_name='slogen')"
    done = run_python(code, _SLOGEN_COMPLETE="bash_complete", COMP_WORDS="slogen stat", COMP_CWORD="1")
    assert done.strip() == "plain,status"
