"""Two projects and one folder: neither removes or replaces what the other made."""

from __future__ import annotations

from pathlib import Path

import pytest

from slogen.write import MARKER, OutFile, Plan, apply, plan


def made(root: Path, home: Path, *paths: str, owner: str = "chat", text: str = MARKER) -> Plan:
    return plan([OutFile(root, path, owner, "docs", text) for path in paths], [root], home=home)


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Path, Path]:
    for name in "ab":
        (tmp_path / name / "specs").mkdir(parents=True)
    return tmp_path / "a", tmp_path / "b"


def below(root: Path) -> set[str]:
    return {
        p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file() and ".slogen" not in p.parts
    }


def test_the_list_names_the_project(tmp_path, homes) -> None:
    root = tmp_path / "out"
    assert apply(made(root, homes[0], "x")) == []
    assert "# project: ../a\n" in (root / ".slogen/chat.txt").read_text()


def test_what_another_project_made_is_not_pruned(tmp_path, homes) -> None:
    root = tmp_path / "out"
    assert apply(made(root, homes[0], "x")) == []
    assert apply(made(root, homes[1], "y", owner="shop")) == []
    assert apply(made(root, homes[1])) == []
    assert below(root) == {"x"}
    assert apply(made(root, homes[0])) == []
    assert below(root) == set()


@pytest.mark.parametrize(("path", "owner"), [("x", "shop"), ("y", "chat")])
def test_what_another_project_made_is_not_replaced(tmp_path, homes, path, owner) -> None:
    root = tmp_path / "out"
    assert apply(made(root, homes[0], "x", text=f"{MARKER} a")) == []
    [problem] = apply(made(root, homes[1], path, owner=owner, text=f"{MARKER} b"))
    assert (problem.code, problem.span.path) == ("other-project", f"{root}/.slogen/chat.txt")
    assert "`../a`" in problem.message
    assert (root / "x").read_text() == f"{MARKER} a"
    assert below(root) == {"x"}


def without_names(root: Path) -> None:
    """As older versions wrote lists."""
    for path in root.glob(".slogen/*.txt"):
        path.write_text("".join(line for line in path.open() if "project" not in line))


def test_an_old_list_in_the_project_is_its_own(homes) -> None:
    root = homes[0] / "generated"
    assert apply(made(root, homes[0], "x", "y", owner="gone")) == []
    without_names(root)
    assert apply(made(root, homes[0], "z")) == []
    assert below(root) == {"z"}


def test_an_old_list_elsewhere_is_of_who_has_its_owner(tmp_path, homes) -> None:
    root = tmp_path / "out"
    assert apply(made(root, homes[0], "x", "y")) == []
    without_names(root)
    other = made(root, homes[1], "z", owner="shop")
    assert [problem.code for problem in other.problems] == ["unnamed-project"]
    assert apply(other) == []
    assert below(root) == {"x", "y", "z"}
    assert apply(made(root, homes[0], "x")) == []
    assert below(root) == {"x", "z"}


def test_a_folder_that_was_moved_within_its_project_is_still_its_own(homes) -> None:
    home = homes[0]
    assert apply(made(home / "generated", home, "x", "y")) == []
    (home / "deploy").mkdir()
    (home / "generated").rename(home / "deploy/generated")
    assert apply(made(home / "deploy/generated", home, "x")) == []
    assert below(home / "deploy") == {"generated/x"}


def test_the_name_is_the_same_through_links(tmp_path, homes) -> None:
    root = tmp_path / "out"
    assert apply(made(root, homes[0], "x")) == []
    (tmp_path / "link").symlink_to(homes[0])
    assert made(root, tmp_path / "link", "x").is_current


def test_what_two_projects_list_stays_when_one_drops_it(tmp_path, homes) -> None:
    """As after a merge of their output."""
    root = tmp_path / "out"
    assert apply(made(root, homes[0], "x")) == []
    (root / ".slogen/shop.txt").write_text("# project: ../b\ndocs x\n")
    assert apply(made(root, homes[1])) == []
    assert below(root) == {"x"}
    assert not (root / ".slogen/shop.txt").exists()
