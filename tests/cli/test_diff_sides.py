"""Where the sides of `slogen diff` come from, and what can be wrong with them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import pytest

from slogen.cli.complete import revisions
from tests.cli.conftest import Run, spec
from tests.cli.repository import begin, commit, edit, git


@pytest.fixture(autouse=True)
def repo(project: Path) -> Path:
    """The project of two services, committed."""
    begin()
    return project


def forget() -> None:
    """As if there were no repository."""
    shutil.rmtree(".git")


def test_an_old_side_that_is_broken(slogen: Run) -> None:
    edit("specs/shop.yaml", "99.9", "199")
    Path("specs/odd.yaml").write_text(spec("odd") + "<<<<<<< HEAD\n")
    commit()
    edit("specs/shop.yaml", "199", "99.9")
    edit("specs/odd.yaml", "<<<<<<< HEAD\n", "")
    edit("specs/chat.yaml", "99.9", "99.5")
    shown = slogen("diff").stdout
    assert "1 SLO changes; pages of 1 come later; 2 can't be compared" in shown
    assert "HEAD:specs/shop.yaml:6:16: an objective of 199 is out of range" in shown
    assert "HEAD:specs/odd.yaml:9:1: " in shown
    assert "not compared: odd/availability, shop/availability" in shown
    assert "generated files" not in shown
    data = json.loads(slogen("diff", "--format", "json").stdout)
    assert {each["code"] for each in data["old_errors"]} == {"objective", "yaml-syntax"}
    assert data["unknown"] == ["odd/availability", "shop/availability"]


def test_a_new_side_that_is_broken(slogen: Run) -> None:
    edit("specs/chat.yaml", "99.9", "199")
    assert "[objective]" in slogen("diff", code=1).stderr
    Path("specs/chat.yaml").write_text(f"<<<<<<< ours\n{spec()}=======\n{spec()}>>>>>>> theirs\n")
    failed = slogen("diff", code=2)
    assert "specs/chat.yaml:1:1: error[yaml-syntax]: this is a mark of a merge" in failed.stderr
    assert failed.stdout == ""


def test_no_repository(project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    shown = slogen("diff", code=2).stderr
    assert "not a git repository" in shown
    assert "name a folder with the project as it was" in shown


def test_a_repository_of_somebody_else(slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    shown = slogen("diff", code=2).stderr
    assert "dubious ownership" in shown
    assert "safe.directory" in shown


def test_no_commit_yet(slogen: Run) -> None:
    forget()
    git("init", "-q")
    assert "git has no commit here yet" in slogen("diff", code=2).stderr


def test_revisions_that_are_none(slogen: Run) -> None:
    shown = slogen("diff", "mian", code=2).stderr
    assert "git knows no revision `mian`; did you mean `main`?" in shown
    assert "is no revision of git" in slogen("diff", "--", "--output=x", code=2).stderr
    assert not Path("x").exists()


def test_a_shallow_clone(
    repo: Path, tmp_path_factory: pytest.TempPathFactory, slogen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_of = git("rev-parse", "HEAD").strip()
    edit("specs/chat.yaml", "99.9", "99.5")
    commit()
    place = tmp_path_factory.mktemp("clone")
    git("clone", "-q", "--depth", "1", f"file://{repo}", str(place))
    monkeypatch.chdir(place)
    assert "nothing changes" in slogen("diff").stdout
    shown = slogen("diff", commit_of, code=2).stderr
    assert "this clone is a shallow one" in shown
    assert "fetch-depth: 0" in shown


def test_ranges(slogen: Run) -> None:
    git("checkout", "-q", "-b", "theirs")
    edit("specs/shop.yaml", "99.9", "99.5")
    commit()
    git("checkout", "-q", "main")
    edit("specs/chat.yaml", "99.9", "99.5")
    commit()
    edit("specs/chat.yaml", "99.5", "99")  # not committed, and so no part of any range
    assert {
        each["id"] for each in json.loads(slogen("diff", "theirs..main", "--format", "json").stdout)["slos"]
    } == {
        "chat/availability",
        "shop/availability",
    }
    shown = slogen("diff", "theirs...main").stdout
    assert shown.startswith("theirs -> main: 1 SLO changes")
    assert "99.9% -> 99.5%" in shown
    assert "shop" not in shown
    assert "99.9% -> 99% " in slogen("diff", "theirs", "specs/chat.yaml").stdout


def test_a_folder(tmp_path_factory: pytest.TempPathFactory, slogen: Run) -> None:
    other = tmp_path_factory.mktemp("as it was")
    (other / "specs").mkdir()
    (other / "slogen.yaml").write_text(Path("slogen.yaml").read_text())
    for name in ("chat", "shop"):
        (other / f"specs/{name}.yaml").write_text(Path(f"specs/{name}.yaml").read_text())
    (other / "specs/chat.yaml").write_text(spec(objective="99"))
    for word in (str(other), str(other / "specs")):
        shown = slogen("diff", word).stdout
        assert "99% -> 99.9% over 30d" in shown
        assert "shop" not in shown


def test_paths_are_about_their_services(slogen: Run) -> None:
    for name in ("chat", "shop"):
        edit(f"specs/{name}.yaml", "99.9", "99.5")
    assert "shop" not in slogen("diff", "specs/chat.yaml").stdout
    assert "chat" not in slogen("diff", "HEAD", "specs/shop.yaml").stdout
    assert "no-such-path" in slogen("diff", "specs/gone.yaml", code=2).stderr


def test_a_project_that_is_new(slogen: Run) -> None:
    forget()
    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "nothing")
    assert slogen("diff").stdout.startswith("HEAD -> work tree: 2 SLOs are new")


def test_links_never_lead_out(tmp_path_factory: pytest.TempPathFactory, slogen: Run) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text(spec("secret"))
    Path("specs/out.yaml").symlink_to(outside)
    Path("shared").mkdir()
    Path("shared/extra.yaml").write_text(spec("extra"))
    Path("specs/in.yaml").symlink_to("../shared/extra.yaml")
    commit()
    Path("specs/out.yaml").unlink()
    shown = slogen("diff").stdout
    assert "HEAD:specs/out.yaml:1:1: `specs/out.yaml` is a link that leads out of the project" in shown
    assert "secret" not in shown.replace("secret.yaml", "")
    edit("shared/extra.yaml", "99.9", "99.5")  # what is linked inside is compared
    assert "extra/availability (specs/in.yaml:5)" in slogen("diff").stdout
    Path("shared/extra.yaml").write_text("version https://git-lfs.github.com/spec/v1\n")
    commit()
    Path("shared/extra.yaml").write_text(spec("extra"))
    assert "HEAD:shared/extra.yaml:1:1: `shared/extra.yaml` cannot be read" in slogen("diff").stdout


def test_no_program_of_the_repository_runs(slogen: Run) -> None:
    Path(".gitattributes").write_text("*.yaml filter=bad diff=bad\n")
    commit()
    for name in ("filter.bad.smudge", "filter.bad.clean", "diff.bad.textconv", "core.fsmonitor"):
        git("config", name, "touch ran; cat")
    edit("specs/chat.yaml", "99.9", "99.5")
    assert "99.9% -> 99.5%" in slogen("diff").stdout
    assert not Path("ran").exists()


def test_what_git_does_not_hold(slogen: Run) -> None:
    good = Path("specs/chat.yaml").read_text()
    Path("specs/chat.yaml").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n")
    Path("specs/big.yaml").write_text("#" * (4 * 1024 * 1024 + 1))
    commit()
    Path("specs/chat.yaml").write_text(good)
    Path("specs/big.yaml").unlink()
    shown = slogen("diff").stdout
    assert "`specs/chat.yaml` cannot be read: its content is in Git LFS" in shown
    assert "not compared: chat/availability" in shown
    assert "the limit is 4 MiB" in shown


def test_a_folder_with_blanks_below_the_top(repo: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    place = repo / "a b/ç"
    (place / "specs/x y").mkdir(parents=True)
    (place / "specs/x y/ö ä.yaml").write_text(spec("odd"))
    commit()
    monkeypatch.chdir(place)
    (place / "specs/x y/ö ä.yaml").write_text(spec("odd", objective="99.5"))
    assert "odd/availability (specs/x y/ö ä.yaml:5)" in slogen("diff").stdout
    monkeypatch.chdir(repo.parent)
    assert "99.9% -> 99.5%" in slogen("diff", "HEAD", str(place / "specs")).stdout


def test_a_hook_says_which_repository(slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    edit("specs/chat.yaml", "99.9", "99.5")
    assert "99.9% -> 99.5%" in slogen("diff").stdout


def test_settings_of_another_name(slogen: Run) -> None:
    Path("slogen-prod.yaml").write_text(Path("slogen.yaml").read_text())
    commit()
    edit("slogen-prod.yaml", "retention: 90d", "retention: 90d, base_window: 10m")
    assert "nothing changes" in slogen("diff").stdout
    assert "base_window 5m -> 10m" in slogen("diff", "--settings", "slogen-prod.yaml").stdout


def test_nothing_is_left_behind(
    slogen: Run, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("tmp")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    before = git("status", "--porcelain")
    slogen("diff")
    slogen("diff", "main..main")
    assert list(folder.iterdir()) == []
    assert git("status", "--porcelain") == before


def test_a_tree_that_would_write_through_a_link(
    tmp_path_factory: pytest.TempPathFactory, slogen: Run
) -> None:
    """No git makes such a tree: `x` is a link that leads out, and a folder with a file."""
    outside = tmp_path_factory.mktemp("outside")

    def stored(content: bytes, kind: str) -> bytes:
        Path("part").write_bytes(content)
        blob = git("hash-object", "-w", "--literally", "-t", kind, "part").strip()
        Path("part").unlink()
        return bytes.fromhex(blob)

    file = stored(spec("evil").encode(), "blob")
    folder = stored(b"100644 evil.yaml\0" + file, "tree")
    link = stored(str(outside).encode(), "blob")
    specs = stored(b"120000 x\0" + link + b"40000 x\0" + folder, "tree")
    top = stored(b"40000 specs\0" + specs, "tree")
    commit_of = git("commit-tree", "-m", "evil", top.hex()).strip()
    slogen("diff", commit_of)
    assert list(outside.iterdir()) == []


def test_branches_and_tags_are_offered() -> None:
    git("tag", "v1")
    context = click.Context(click.Command("diff"))
    parameter = click.Argument(["words"])
    assert [item.value for item in revisions(context, parameter, "")] == ["main", "v1", ""]
    assert [item.value for item in revisions(context, parameter, "v")] == ["v1", "v"]
    forget()
    assert [item.type for item in revisions(context, parameter, "v")] == ["file"]
