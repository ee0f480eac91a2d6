"""What lies beside the specs and can't be read, or has another name, is never taken for absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run, spec, tree

pytestmark = pytest.mark.slow

NOTIFICATIONS = """\
apiVersion: slogen/v1
kind: Notifications
receivers: {team: {slack: {channel: "#x", webhook: {secret: a, key: b}}}}
default: {page: [team], ticket: [team]}
"""
COMMANDS = [("validate",), ("generate",), ("check",), ("docs",), ("test",), ("explain",)]


def spoil(path: Path, how: str) -> None:
    path.unlink(missing_ok=True)
    if how == "link":
        path.symlink_to("nowhere")
    elif how == "loop":
        path.symlink_to(path.name)
    elif how == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)


@pytest.mark.parametrize("name", ["notifications.yaml", "slogen.yaml", "specs/shop.yaml", "specs/team"])
@pytest.mark.parametrize("how", ["link", "loop", "pipe"])
def test_what_cannot_be_read_stops_every_command(project: Path, slogen: Run, name: str, how: str) -> None:
    if name == "specs/team" and how == "pipe":
        pytest.skip("no name of a spec, and no way to one")
    slogen("generate")
    before = tree(project / "generated")
    spoil(project / name, how)
    for command in COMMANDS:
        output = slogen(*command, code=2).output
        assert f"{name}:1:1: error[unreadable-file]" in output
    assert tree(project / "generated") == before
    assert not (project / "catalogue").exists()


@pytest.mark.parametrize("name", ["notifications.yaml", "slogen.yaml"])
def test_a_folder_is_no_settings(project: Path, slogen: Run, name: str) -> None:
    spoil(project / name, "folder")
    assert "it is a folder" in slogen("generate", code=2).output


def test_a_folder_in_the_place_of_a_spec(project: Path, slogen: Run) -> None:
    slogen("generate")
    before = tree(project / "generated")
    spoil(project / "specs/shop.yaml", "folder")
    assert "specs/shop.yaml:1:1: error[unreadable-file]" in slogen("generate", code=2).output
    assert tree(project / "generated") == before


@pytest.mark.parametrize(
    "text", ["", "# soon again\n", "\n---\n# a: b\n...\n", "\ufeff", "~\n", "null # a: b"]
)
@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("notifications.yaml", "empty-notifications", "delete the file if nobody is to be told"),
        ("specs/shop.yaml", "empty-spec", "delete the file if its SLOs are to go"),
        ("slogen.yaml", "empty-settings", "delete the file if the defaults are to hold"),
    ],
)
def test_what_was_emptied(project: Path, slogen: Run, name: str, code: str, hint: str, text: str) -> None:
    slogen("generate")
    before = tree(project / "generated")
    (project / name).write_text(text)
    for command in [*COMMANDS, ("generate", "specs/chat.yaml")]:
        output = slogen(*command, code=1).output
        assert f"{name}:1:1: error[{code}]" in output
        assert hint in output
        assert "warning" not in output
    assert tree(project / "generated") == before
    (project / name).unlink()
    slogen("generate")


def test_a_run_over_some_specs_reads_the_others_too(project: Path, slogen: Run) -> None:
    spoil(project / "specs/shop.yaml", "link")
    assert (
        "specs/shop.yaml:1:1: error[unreadable-file]" in slogen("generate", "specs/chat.yaml", code=2).output
    )
    assert not (project / "generated").exists()


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("slogen.yml", "slogen.yaml"),
        ("Slogen.yaml", "slogen.yaml"),
        (".slogen.yaml", "slogen.yaml"),
        ("notifications.yml", "notifications.yaml"),
        ("Notifications.YAML", "notifications.yaml"),
        ("notification.yaml", "notifications.yaml"),
        ("notifications.yaml.yml", "notifications.yaml"),
        ("slogen.yml.yaml", "slogen.yaml"),
        ("notifications.json", "notifications.yaml"),
        ("slogen.json", "slogen.yaml"),
        ("notifications.yaml.txt", "notifications.yaml"),
        ("notifications", "notifications.yaml"),
        ("notificatons.yaml", "notifications.yaml"),
        ("slogan.yaml", "slogen.yaml"),
    ],
)
def test_the_right_name_is_told(project: Path, slogen: Run, name: str, right: str) -> None:
    (project / name).write_text(NOTIFICATIONS)
    output = slogen("validate", code=2).output
    assert f"{name}:1:1: error[misnamed-file]" in output
    assert f"rename it to {right}" in output


@pytest.mark.parametrize("name", ["shop.YAML", "shop.json", "shop.yaml.txt"])
def test_a_spec_that_has_another_ending(project: Path, slogen: Run, name: str) -> None:
    slogen("generate")
    before = tree(project / "generated")
    (project / "specs/shop.yaml").rename(project / "specs" / name)
    for command in COMMANDS:
        assert f"specs/{name}:1:1: error[misnamed-file]" in slogen(*command, code=2).output
    assert tree(project / "generated") == before


def test_other_files_among_the_specs(project: Path, slogen: Run) -> None:
    (project / "specs/board.json").write_text('{"kind": "Board", "of": "slogen"}')
    (project / "specs/README.txt").write_text("ServiceLevelObjectives of the shop\n")
    (project / "specs/shop.yaml.off").write_text(spec("gone"))
    slogen("validate")


def test_names_that_are_of_others_are_no_problem(project: Path, slogen: Run) -> None:
    (project / "notifications.yml").write_text("mail: {host: example.org}\n")
    (project / "slogen.yml").write_text("kind: Settings\napiVersion: slogen/v1\n")
    assert "slogen.yml" in slogen("validate", code=2).output
    (project / "notifications.json").write_text('{"about": "slogen"}')
    (project / "slogen").write_bytes(b"\x7fELF slogen kind")
    (project / "slogan.yaml").write_text("words: slogen\n")
    for name in ("slogen-prod.yaml", "slogen2.yaml", "notifications.yaml.bak", "notifications-old.yaml"):
        (project / name).write_text(NOTIFICATIONS)
    slogen("validate", "--settings", "slogen.yml")


@pytest.mark.parametrize("target", ["/", "..", "../..", "/etc/hosts"])
def test_links_out_of_the_project_are_not_followed(project: Path, slogen: Run, target: str) -> None:
    (project / "specs/x.yaml").symlink_to(target)
    for paths in ((), ("specs/x.yaml",), ("specs/chat.yaml",)):
        if not (paths == ("specs/x.yaml",) and Path(target).is_dir()):
            assert "specs/x.yaml:1:1: error[outside-link]" in slogen("validate", *paths, code=2).output


@pytest.mark.parametrize(("target", "path"), [("/", ""), ("../out", ""), ("../out", "chat.yaml")])
def test_specs_that_lead_out_of_the_project_are_not_read(
    project: Path, slogen: Run, target: str, path: str
) -> None:
    (project / "inner").mkdir()
    (project / "specs").rename(project / "out")
    (project / "inner/specs").symlink_to(target)
    assert "outside-link" in slogen("validate", str(project / "inner/specs" / path), code=2).output


@pytest.mark.parametrize("name", ["slogen.yaml", "notifications.yaml"])
@pytest.mark.parametrize("paths", [(), ("specs/chat.yaml",), ("slogen.yaml",)])
def test_settings_that_are_elsewhere_are_not_read(
    project: Path, slogen: Run, tmp_path_factory: pytest.TempPathFactory, name: str, paths: tuple[str, ...]
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("password: 123")
    (project / name).unlink(missing_ok=True)
    (project / name).symlink_to(outside)
    output = slogen("validate", *paths, code=2).output
    assert f"{name}:1:1: error[outside-link]" in output
    assert "123" not in output


def test_links_within_a_repository_are_followed(
    project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "team/specs").mkdir(parents=True)
    (project / "team/specs/chat.yaml").symlink_to("../../specs/chat.yaml")
    (project / "team/slogen.yaml").symlink_to("../slogen.yaml")
    monkeypatch.chdir(project / "team")
    slogen("validate", code=2)
    (project / ".git").mkdir()
    assert "1 SLO in 1 service" in slogen("validate").output


@pytest.mark.parametrize("name", [b"\xff.yaml", b"\xff/a.yaml"])
def test_a_name_that_is_no_text(project: Path, slogen: Run, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(project / "specs") + b"/" + name))
    path.parent.mkdir(exist_ok=True)
    path.write_text(spec("odd"))
    for command in COMMANDS:
        for form in ((), ("--format", "json")) if command == ("validate",) else ((),):
            assert "file-name" in slogen(*command, *form, code=2).output
    assert not (project / "generated").exists()


def test_a_project_in_a_folder_whose_name_is_no_text(
    project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """promtool panics there."""
    odd = Path(os.fsdecode(os.fsencode(project) + b"/\xff"))
    odd.mkdir()
    (project / "specs").rename(odd / "specs")
    monkeypatch.chdir(odd)
    for command in COMMANDS:
        assert "file-name" in slogen(*command, code=2).output


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("specs/shop.yaml", "a: ["),
        ("specs/shop.yaml", "apiVersion: slogen/v1\nkind: ServiceLevelObjective\nservice: shop\n"),
        ("specs/shop.yaml", spec("Shop Of Horrors")),
        ("notifications.yaml", NOTIFICATIONS.replace("receivers", "recievers")),
        ("notifications.yaml", "a: ["),
    ],
)
def test_what_cannot_be_understood_concerns_every_run(
    project: Path, slogen: Run, name: str, text: str
) -> None:
    """The rules about slogen itself, the routing and the boards hold something of every service."""
    (project / "slogen.yaml").unlink()
    (project / "notifications.yaml").write_text(NOTIFICATIONS)
    slogen("generate", "--target", "prometheus", "--target", "alertmanager")
    before = tree(project / "generated")
    (project / name).write_text(text)
    code = 2 if text == "a: [" else 1
    assert f"{name}:" in slogen("generate", "specs/chat.yaml", code=code).output
    assert tree(project / "generated") == before
