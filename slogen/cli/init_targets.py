"""What `slogen init` asks about the output, and the lines by which reviewers see that it is generated."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import click

from slogen.cli.options import F
from slogen.settings import BOARD_FORMS, TARGETS, OutputSettings

RULES: Final = ("prometheus", "kubernetes")
NO_BOARDS: Final = "none"
ATTRIBUTES: Final = ".gitattributes"
# GitHub and GitLab fold such files in a review; `git diff` shows them as ever.
_GENERATED: Final = ("linguist-generated", "gitlab-generated")
_HEAD: Final = "# written by `slogen generate`: reviews fold it, and `slogen diff` says what it means"
_LABELS: Final = "# kubernetes: {labels: {release: NAME}}    # what `ruleSelector` of the operator asks for"
_PATTERN: Final = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\S+)(.*)')


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be generated: rules of one kind, boards in one form or none, and whether git keeps tests."""

    rules: str
    boards: str
    tests: bool

    @property
    def has_boards(self) -> bool:
        """Whether there are any."""
        return self.boards != NO_BOARDS

    @property
    def targets(self) -> tuple[str, ...]:
        """As settings name it."""
        left_out = {name for name in RULES if name != self.rules}
        left_out |= {
            name for name, wanted in (("grafana", self.has_boards), ("tests", self.tests)) if not wanted
        }
        return tuple(target for target in TARGETS if target not in left_out)


def options(command: F) -> F:
    """`--rules`, `--boards` and `--tests`."""
    for add in (
        click.option("--tests/--no-tests", default=None, help="Keep the promtool tests in git, too."),
        click.option("--no-boards", is_flag=True, help="The same as --boards none."),
        click.option(
            "--boards", type=click.Choice((*BOARD_FORMS, NO_BOARDS)), help="How Grafana gets its dashboards."
        ),
        click.option("--rules", type=click.Choice(RULES), help="Rule files, or objects of the operator."),
    ):
        command = add(command)
    return command


def choose(rules: str | None, boards: str | None, tests: bool | None, *, ask: bool) -> Choice:
    """What was said, else what is answered where somebody is there to `ask`, else the least. Boards are
    files, or for the sidecar where rules are objects."""

    def found(given: Any, otherwise: Any, question: Callable[[], Any]) -> Any:
        return given if given is not None else question() if ask else otherwise

    def prompt(question: str, kinds: tuple[str, ...], default: str) -> Any:
        return click.prompt(question, type=click.Choice(kinds), default=default)

    rules = found(rules, RULES[0], lambda: prompt("Rules for", RULES, RULES[0]))
    form = "sidecar" if rules == "kubernetes" else "files"
    return Choice(
        str(rules),
        found(boards, form, lambda: prompt("Grafana dashboards for", (*BOARD_FORMS, NO_BOARDS), form)),
        found(tests, False, lambda: click.confirm("Keep promtool tests in git?", default=False)),
    )


def with_targets(text: str, choice: Choice) -> str:
    """The settings, with what is generated."""
    lines = [f"targets: [{', '.join(choice.targets)}]"]
    lines += [f"grafana: {{forms: [{choice.boards}]}}"] if choice.has_boards else []
    lines += [_LABELS] if choice.rules == "kubernetes" else []
    return text.replace("# output:", "\n".join([*lines, "# output:"]), 1)


def with_attributes(text: str, output: OutputSettings) -> str:
    """A `.gitattributes` with a line for each folder of which it says nothing yet; else as it is."""
    said = [
        found.groups() for line in text.removeprefix("\ufeff").splitlines() if (found := _PATTERN.match(line))
    ]
    lines = []
    for folder, attributes in (
        (f"/{output.dir}/**", _GENERATED),
        (f"/{output.tests}/**", _GENERATED),
        (f"/{output.tests}/handwritten/**", tuple(f"-{each}" for each in _GENERATED)),
    ):
        pattern = f'"{folder}"' if re.search(r'[\s"\\]', folder) else folder
        if not any(_is_about(theirs, rest, folder) for theirs, rest in said):
            lines.append(f"{pattern} {' '.join(attributes)}")
    if not lines:
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    # Before theirs, so that whatever they say wins.
    return mark + "".join(f"{line}{end}" for line in (_HEAD, *lines)) + text.removeprefix(mark)


def _is_about(pattern: str, attributes: str, folder: str) -> bool:
    """Whether a line says whether this folder is generated, in whichever way."""
    same = pattern.strip('"').strip("/").removesuffix("/**").removesuffix("/*")
    return same == folder.strip("/").removesuffix("/**") and "-generated" in attributes
