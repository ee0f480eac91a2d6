import os
from pathlib import Path

import pytest

from slogen.diagnostics import CallError
from slogen.project.select import select
from tests.cli.conftest import spec


def names(*paths: str) -> tuple[set[str], set[str] | None]:
    chosen = select([Path(path) for path in paths])
    return set(chosen.sources), None if chosen.only is None else set(chosen.only)


ALL = {"specs/chat.yaml", "specs/shop.yaml"}


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "paths", [(), ("specs",), ("./specs/",), (".",), ("slogen.yaml",), tuple(sorted(ALL))]
)
def test_the_whole_root_is_a_full_run(paths: tuple[str, ...]) -> None:
    assert names(*paths) == (ALL, None)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("paths", [("specs/chat.yaml",), ("specs/chat.yaml", "slogen.yaml")])
def test_one_spec_still_sees_all(paths: tuple[str, ...]) -> None:
    assert names(*paths) == (ALL, {"specs/chat.yaml"})


def test_names_are_the_same_from_everywhere(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absolute = select([project / "specs"])
    monkeypatch.chdir(project / "specs")
    inside = select([Path("chat.yaml")])
    assert set(absolute.sources) == set(inside.sources) == ALL
    assert inside.shown["specs/chat.yaml"] == "chat.yaml"
    assert os.path.samefile(inside.base, project)
    assert absolute.settings == inside.settings == (project / "slogen.yaml").read_bytes()


def test_a_root_is_called_specs_or_has_settings_beside_it(project: Path) -> None:
    (project / "slos/team").mkdir(parents=True)
    (project / "slos/team/a.yaml").write_text(spec("a"))
    (project / "slos/b.yaml").write_text(spec("b"))
    assert names("slos/team/a.yaml") == ({"slos/team/a.yaml", "slos/b.yaml"}, {"slos/team/a.yaml"})
    assert not select([Path("slos")]).is_main  # generated/ holds what came of specs/


def test_a_file_without_a_root_stands_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("x/a.yaml", "x/b.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(spec())
    assert names("x/a.yaml") == ({"a.yaml"}, {"a.yaml"})
    assert names("x") == ({"x/a.yaml", "x/b.yaml"}, None)
    assert select([Path("x/a.yaml")]).base == Path()


def test_paths_of_two_projects_are_refused(project: Path) -> None:
    (project / "other/specs").mkdir(parents=True)
    with pytest.raises(CallError, match="several projects"):
        select([Path("specs"), Path("other/specs")])


def test_nothing_to_read_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CallError, match="slogen init"):
        select([])


@pytest.mark.usefixtures("project")
def test_a_path_that_is_gone_says_what_to_do() -> None:
    (problem,) = select([Path("specs/gone-from-here.yaml")]).problems
    assert problem.code == "no-such-path"
    assert "run without paths" in problem.hint


def test_other_settings_win(project: Path) -> None:
    (project / "mine.yaml").write_text("kind: Mine\n")
    chosen = select([], Path("mine.yaml"))
    assert chosen.settings == b"kind: Mine\n"
    assert (chosen.shown["slogen.yaml"], chosen.base) == ("mine.yaml", Path())
