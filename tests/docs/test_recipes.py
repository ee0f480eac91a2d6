"""What people copy from the pages works: commands, options, files, packages, hooks, and YAML that parses."""

from __future__ import annotations

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from slogen.cli.commands import COMMANDS

from .pages import PAGES, REPO, blocks, read

# Debian's packages that recipes install, and the programs in them.
PACKAGES = {"prometheus": {"promtool"}, "prometheus-alertmanager": {"amtool"}}
PLACEHOLDER = "SLOGEN_COMMIT"
STARTER = REPO / "slogen/cli/starter"
RECIPES = [*PAGES, STARTER / "ci.yaml", STARTER / "pre-commit-config.yaml"]
CALL = re.compile(r"(?:^|[\s`'\"|;&(])(slogen(?: [^`\n|;&<>#)]+)+)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
CI = [*blocks(read("docs/pre-commit-and-ci.md"), "yaml"), (STARTER / "ci.yaml").read_text()]
YAML_PAGES = [
    pytest.param(p, id=p.relative_to(REPO).as_posix())
    for p in PAGES
    if "```yaml" in p.read_text() and p.name != "problems.md"
]  # which is wrong on purpose


def code(path: Path) -> Iterator[str]:
    """The fenced blocks and code spans of a page, or all of any other file; without comments."""
    text = path.read_text()
    bodies = [text]
    if path.suffix == ".md":
        bodies = [body for language, body in FENCE.findall(text) if language != "text"]
        bodies += re.findall(r"`(slogen [^`\n]+)`", FENCE.sub("", text))
    yield from (re.sub(r"(^|\s)#.*", "", body, flags=re.MULTILINE) for body in bodies)


def calls(text: str) -> Iterator[list[str]]:
    """Every call of slogen, as words."""
    for found in CALL.findall(text):
        yield shlex.split(found, comments=True)[1:]


def wrong(words: list[str]) -> list[str]:
    """What slogen would not know: the command, or options of it."""
    command: click.Command = importlib.import_module("slogen.cli.commands").main
    known = {option for each in command.params for option in each.opts}
    while words and not words[0].startswith("-"):
        name, *rest = words
        if name in COMMANDS and command.name == "main":
            command = importlib.import_module(f"slogen.cli.{name}").command
        elif isinstance(command, click.Group) and name in command.commands:
            command = command.commands[name]
        else:
            break
        words, known = rest, {option for each in command.params for option in each.opts}
    if command.name == "main" and words and not words[0].startswith("-"):
        return words[:1]
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    return [option for option in options if option not in known | {"-h", "--help"}]


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.relative_to(REPO).as_posix())
def test_commands_and_options_exist(path: Path) -> None:
    assert [call for text in code(path) for call in calls(text) if wrong(call)] == []


def test_a_wrong_command_would_be_seen() -> None:
    found = list(
        calls("$(slogen test --strict) && slogen chek\n`slogen generate --difff`; slogen presets lst")
    )
    assert [wrong(call) for call in found] == [[], ["chek"], ["--difff"], []]
    assert wrong(["alertmanager", "merge", "a.yml", "--chek"]) == ["--chek"]


@pytest.mark.parametrize("path", YAML_PAGES)
def test_yaml_parses(path: Path) -> None:
    for block in blocks(path.read_text(), "yaml"):
        assert list(yaml.safe_load_all(block))


def test_files_of_recipes_exist() -> None:
    """What is read in a recipe is there in this repository, which is a project like any other."""
    texts = [*CI, *code(STARTER / "pre-commit-config.yaml")]
    pattern = re.compile(r"(?:generated|promtool-tests)/[^\s,\]]+")
    named = {path for text in texts for path in pattern.findall(text)}
    assert len(named) >= 4
    assert [path for path in named if not any(REPO.glob(path))] == []


@pytest.mark.parametrize(
    "recipe", [*blocks(read("docs/pre-commit-and-ci.md"), "yaml"), read("slogen/cli/starter/ci.yaml")]
)
def test_packages_hold_the_programs(recipe: str) -> None:
    """`slogen test --strict` needs promtool and, for routes, amtool."""
    installed = {
        word
        for line in re.findall(r"apt-get install (.*)", recipe)
        for word in line.split()
        if not word.startswith("-")
    }
    programs = set().union(*(PACKAGES[name] for name in installed))
    needed = {"promtool", "amtool"} if "slogen test --strict" in recipe else set()
    assert needed | set(re.findall(r"\b(promtool|amtool) ", recipe)) <= programs


def test_what_pip_installs_is_there() -> None:
    """A folder that the recipe made, or a repository whose name is a placeholder that the page explains."""
    words = [
        word for path in RECIPES for text in code(path) for word in re.findall(r"pip install (\S+)", text)
    ]
    assert len(words) >= 4
    for word in words:
        made = word == "./slogen" and "git clone <this repository> slogen" in read("README.md")
        assert made or word == f"git+https://git.example.com/slogen@{PLACEHOLDER}", word
    assert f"`{PLACEHOLDER}`" in read("docs/pre-commit-and-ci.md")


def test_hooks_exist() -> None:
    known = {hook["id"] for hook in yaml.safe_load(read(".pre-commit-hooks.yaml"))}
    found = [yaml.safe_load(block) for block in blocks(read("docs/pre-commit-and-ci.md"), "yaml")]
    (repo,) = (repo for data in found if "repos" in data for repo in data["repos"])
    assert {hook["id"] for hook in repo["hooks"]} <= known
    assert repo["rev"] == PLACEHOLDER


def test_argo_cd_takes_the_tree() -> None:
    """With `directory` it would take the list of objects for one; without the list, no board arrives."""
    found = [yaml.safe_load(block) for block in blocks(read("docs/pre-commit-and-ci.md"), "yaml")]
    (source,) = (data["spec"]["source"] for data in found if data.get("kind") == "Application")
    assert "directory" not in source
    tree = yaml.safe_load((REPO / source["path"] / "kustomization.yaml").read_text())
    assert any(path.startswith("dashboards/") for path in tree["resources"])
