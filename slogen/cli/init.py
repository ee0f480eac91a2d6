"""`slogen init`."""

from __future__ import annotations

import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from slogen.cli.boundary import exit_code
from slogen.cli.console import show
from slogen.cli.init_targets import ATTRIBUTES, NO_BOARDS, choose, options, with_attributes, with_targets
from slogen.cli.streams import say
from slogen.reading import read_regular
from slogen.settings import Settings
from slogen.validate.settings import read_settings
from slogen.write import OutFile, apply, plan
from slogen.yamltext import scalar

_PRE_COMMIT: Final = ".pre-commit-config.yaml"
_SETTINGS: Final = "slogen.yaml"
_MEANING: Final = {"page": "what wakes somebody", "ticket": "what waits for working hours"}
_BETWEEN: Final = re.compile(r"[-_. ]+")
# As the schema has them.
_PROJECT: Final = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_WORD: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.:/ ]{0,61}[A-Za-z0-9])?")
# Where each starter file goes. PyPI's wheel keeps them in this package, with no dot in front.
_FILES: Final = {
    "specs/example.yaml": "spec.yaml",
    "slogen.yaml": "slogen.yaml",
    _PRE_COMMIT: "pre-commit-config.yaml",
}


@click.command("init")
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--page", metavar="WORD", help="The `severity` by which your Alertmanager knows what wakes somebody."
)
@click.option("--ticket", metavar="WORD", help="The same for what waits for working hours.")
@options
def command(
    folder: Path,
    page: str | None,
    ticket: str | None,
    rules: str | None,
    namespace: str | None,
    labels: tuple[str, ...],
    boards: str | None,
    no_boards: bool,
    tests: bool | None,
) -> int:
    """Write a first spec, settings and pre-commit hooks, and show the step for CI.

    Alertmanager routes by the label `severity`: say which words yours knows, or be asked on a terminal. Of
    the output the least is chosen, so that a review stays short: rule files or (--rules kubernetes) objects
    of the operator, boards as files, for the sidecar of Grafana's charts or for its operator, and tests that
    `slogen test` makes for itself.
    Files that exist are left as they are, and a project that has specs gets no starter spec; .gitattributes
    gets the lines that it lacks.

    \b
    Examples: slogen init && slogen generate
              slogen init --page critical --ticket warning --rules kubernetes --boards sidecar
              slogen init --rules kubernetes --namespace monitoring --label release=prometheus
    """

    new = [path for path in _FILES if not _exists(folder / path)]
    ask = _SETTINGS in new and is_answered()
    words = _words(page, ticket, ask=ask)
    choice = choose(rules, NO_BOARDS if no_boards else boards, tests, namespace, labels, ask=ask)
    texts = {path: _text(_FILES[path]) for path in new}
    if _SETTINGS in texts:
        texts[_SETTINGS] = with_targets(_with_words(texts[_SETTINGS], words), choice)
        if "specs/example.yaml" in new:  # the boards of a project that exists keep their addresses
            texts[_SETTINGS] = _with_project(texts[_SETTINGS], folder.resolve().name)
    texts |= _attributes(folder)
    starters = [OutFile(folder, path, "", "starter", text) for path, text in texts.items()]
    made = plan(starters, [folder], owners=(), targets=())
    if problems := apply(made):
        show(problems, err=True)
        return exit_code(problems)
    for path in (*_FILES, ATTRIBUTES):
        say(f"{'wrote' if path in texts else 'not needed:'} {(folder / path).as_posix()}")
    if _PRE_COMMIT not in new:
        say(f"\nHooks for {_PRE_COMMIT}:\n\n{_text(_FILES[_PRE_COMMIT])}", nl=False)
    say(f"\n{_where_alerts_go(words, is_written=_SETTINGS in new)}")
    say(f"\nA step for CI:\n\n{_step(folder)}\nNext: slogen generate")
    return 0


def _attributes(folder: Path) -> dict[str, str]:
    """The .gitattributes with what it lacks, if it lacks anything. What is no text stays as it is."""
    settings = _settings(folder)
    try:
        before = read_regular(folder / ATTRIBUTES, follow=False).decode()
    except FileNotFoundError:
        before = ""
    except (OSError, UnicodeDecodeError):
        return {}
    after = with_attributes(before, settings.output)
    return {ATTRIBUTES: after} if after != before else {}


def _settings(folder: Path) -> Settings:
    """Those that are there."""
    try:
        return read_settings(read_regular(folder / _SETTINGS))[0]
    except OSError:
        return Settings()


def _step(folder: Path) -> str:
    """The step for CI; promtool reads plain rules alone."""
    lines = _text("ci.yaml").splitlines(keepends=True)
    is_plain = _settings(folder).has_plain_rules
    return "".join(line for line in lines if is_plain or "promtool check" not in line)


def is_answered() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _words(page: str | None, ticket: str | None, *, ask: bool) -> dict[str, str]:
    """The severity words; those that aren't given are asked for, or the default."""
    given = {"page": page, "ticket": ticket}
    if ask:
        for name, what in _MEANING.items():
            given[name] = given[name] or click.prompt(f"`severity` of {what}", default=name)
    words = {name: word or name for name, word in given.items()}
    for name, word in words.items():
        if not _WORD.fullmatch(word):
            raise click.UsageError(f"`{word}` is no label value for --{name}; such as critical")
    if words["page"] == words["ticket"]:
        raise click.UsageError("pages and tickets need different words: routes tell them apart by these")
    return words


def _with_project(text: str, folder: str) -> str:
    """The settings with the folder's name as that of the project, where it can be one."""
    name = _BETWEEN.sub("-", folder.lower()).strip("-")
    if not _PROJECT.fullmatch(name):
        return text
    line = (
        f"project: {name}    # in names and addresses of what exists once: boards, the watcher of the rules"
    )
    return text.replace("kind: Settings\n", f"kind: Settings\n{line}\n", 1)


def _with_words(text: str, words: dict[str, str]) -> str:
    """The settings with these words, where they aren't the default."""
    if all(name == word for name, word in words.items()):
        return text
    listed = ", ".join(f"{name}: {scalar(word)}" for name, word in words.items())
    head = text[: text.index("# severities:")]
    return f"{head}severities: {{{listed}}}    # values of the alerts' `severity` label\n"


def _where_alerts_go(words: dict[str, str], *, is_written: bool) -> str:
    """What is to be done so that somebody hears of them."""
    lines = ["Who is told: Alertmanager finds pages and tickets by their label, such as"]
    lines += [f'  severity="{word}"    {_MEANING[name]}' for name, word in words.items()]
    if not is_written:
        lines[1:] = ["  what `severities` in your slogen.yaml says; page and ticket if it says nothing"]
    return "\n".join(
        [
            *lines,
            "If no route of yours takes these, nobody hears. Change the words in slogen.yaml, or let slogen",
            "make the routes: write notifications.yaml. Whether pages arrive says",
            "`slogen test --alertmanager-config FILE`.",
        ]
    )


def _exists(path: Path) -> bool:
    """Whether there is such a file, or any spec where the starter spec would go."""
    return path.exists() or (path.parent.name == "specs" and any(path.parent.glob("**/*.y*ml")))


def _text(name: str) -> str:
    return (files("slogen.cli") / "starter" / name).read_text(encoding="utf-8")
