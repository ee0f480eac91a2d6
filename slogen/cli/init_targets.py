"""What `slogen init` asks about the output, and the lines by which reviewers see that it is generated."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import click

from slogen.cli.options import F
from slogen.settings import TARGETS, OutputSettings

RULES: Final = ("prometheus", "kubernetes")
ATTRIBUTES: Final = ".gitattributes"
# GitHub and GitLab fold such files in a review; `git diff` shows them as ever.
_GENERATED: Final = ("linguist-generated", "gitlab-generated")
_HEAD: Final = "# written by `slogen generate`: reviews fold it, and `slogen diff` says what it means"
_PATTERN: Final = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\S+)(.*)')


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be generated: `rules` of one kind, with boards or without, and whether git keeps tests."""

    rules: str
    boards: bool
    tests: bool

    @property
    def targets(self) -> tuple[str, ...]:
        """As settings name it."""
        left_out = {name for name in RULES if name != self.rules}
        left_out |= {name for name, wanted in (("grafana", self.boards), ("tests", self.tests)) if not wanted}
        return tuple(target for target in TARGETS if target not in left_out)


def options(command: F) -> F:
    """`--rules`, `--boards` and `--tests`."""
    for add in (
        click.option("--tests/--no-tests", default=None, help="Keep the promtool tests in git, too."),
        click.option("--boards/--no-boards", default=None, help="Whether to make Grafana dashboards."),
        click.option("--rules", type=click.Choice(RULES), help="Rule files, or objects of the operator."),
    ):
        command = add(command)
    return command


def choose(rules: str | None, boards: bool | None, tests: bool | None, *, ask: bool) -> Choice:
    """What was said, else what is answered where somebody is there to `ask`, else the least."""

    def found(given: Any, otherwise: Any, question: Callable[[], Any]) -> Any:
        return given if given is not None else question() if ask else otherwise

    kinds = click.Choice(RULES)
    return Choice(
        found(rules, RULES[0], lambda: click.prompt("Rules for", type=kinds, default=RULES[0])),
        found(boards, True, lambda: click.confirm("Grafana dashboards?", default=True)),
        found(tests, False, lambda: click.confirm("Keep promtool tests in git?", default=False)),
    )


def with_targets(text: str, choice: Choice) -> str:
    """The settings, with what is generated."""
    return text.replace("# output:", f"targets: [{', '.join(choice.targets)}]\n# output:", 1)


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
