import os
from pathlib import Path

import pytest

from slogen.load.files import find


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(f"name: {name}\n")


def codes(*paths: str) -> list[str]:
    return [problem.code for problem in find([Path(path) for path in paths])[1]]


def test_folders_are_searched_in_order() -> None:
    write("specs/b.yml", "specs/a.yaml", "specs/sub/c.yaml", "specs/readme.md", "specs/x.yaml.bak")
    contents, problems = find([Path("specs")])
    assert not problems
    assert list(contents) == ["specs/a.yaml", "specs/b.yml", "specs/sub/c.yaml"]
    assert contents["specs/b.yml"] == b"name: specs/b.yml\n"


def test_paths_are_as_given(tmp_path: Path) -> None:
    write("specs/a.yaml", "b.txt")
    contents, _ = find([tmp_path / "specs", Path("./b.txt")])
    assert list(contents) == [(tmp_path / "specs/a.yaml").as_posix(), "b.txt"]


def test_hidden_ones_are_left_out_unless_given() -> None:
    write("specs/a.yaml", "specs/.b.yaml", "specs/.git/c.yaml", ".d/e.yaml")
    assert list(find([Path("specs"), Path(".d")])[0]) == ["specs/a.yaml", ".d/e.yaml"]


def test_a_file_given_twice_is_read_once() -> None:
    write("specs/a.yaml")
    contents, problems = find([Path("specs/a.yaml"), Path("specs"), Path("specs/../specs")])
    assert not problems
    assert list(contents) == ["specs/a.yaml"]


def test_links_in_a_circle() -> None:
    write("specs/a.yaml", "specs/sub/b.yaml")
    os.symlink("..", "specs/sub/loop")
    os.symlink("sub", "specs/twin")
    contents, problems = find([Path("specs")])
    assert not problems
    assert list(contents) == ["specs/a.yaml", "specs/sub/b.yaml"]


@pytest.mark.parametrize(
    ("path", "near"),
    [("spec", "`specs`"), ("specs/chta.yaml", "`chat.yaml`"), ("spec/chat.yaml", "`specs`"), ("zzz", "")],
)
def test_a_missing_path_names_its_neighbour(path: str, near: str) -> None:
    write("specs/chat.yaml")
    _, (problem,) = find([Path(path)])
    assert problem.code == "no-such-path"
    assert path in problem.message
    assert near in problem.hint
    assert bool(problem.hint) is bool(near)


def test_odd_paths_are_problems() -> None:
    write("a.yaml")
    os.mkfifo("pipe.yaml")
    os.symlink("self", "self")
    assert codes("a.yaml/b", "\0", "pipe.yaml", "self", "x" * 5000) == [
        "no-such-path",
        "no-such-path",
        "unreadable-file",
        "unreadable-file",
        "unreadable-file",
    ]


def test_a_dangling_link_in_a_folder_is_a_problem() -> None:
    write("specs/a.yaml")
    os.symlink("nowhere", "specs/b.yaml")
    assert codes("specs") == ["unreadable-file"]


def test_a_folder_without_specs() -> None:
    write("specs/readme.md")
    assert codes("specs") == ["no-specs"]


def test_large_files_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("a.yaml", "wb") as file:
        file.truncate(10 * 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read"))
    _, (problem,) = find([Path("a.yaml")])
    assert problem.code == "too-large"
    assert "10.0 MiB" in problem.message


@pytest.mark.parametrize("reader", ["slogen.load.files.read_regular", "pathlib.Path.stat"])
def test_errors_of_the_disk_are_problems(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    write("a.yaml")
    monkeypatch.setattr(reader, fail)
    _, (problem,) = find([Path("a.yaml")])
    assert problem.code == "unreadable-file"
    assert "Permission denied" in problem.message


def test_a_locked_folder_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    write("specs/a.yaml")
    monkeypatch.setattr(os, "scandir", fail)
    assert codes("specs") == ["unreadable-file"]
