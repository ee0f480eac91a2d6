"""Write docs/problems.md from the register of codes and the smallest file of each in tests/bad.

usage: python tools/problem_docs.py
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import slogen
from slogen.codes import CODES, PAGE, SUBJECTS, Code, Exits
from slogen.diagnostics import Problem
from slogen.settings import FILE_NAME

TOP = Path(__file__).resolve().parents[1]
BAD = TOP / "tests" / "bad"
MARK = "# <-- here"
HEAD = f"""# Problems

<!-- Written by tools/problem_docs.py from slogen/codes and tests/bad; change these, not this page. -->

What slogen reports has a code, as in `error[off-boundary]`. Codes stay the same from version to version, so
that scripts can rely on them. Here is what each means and how it is mended. Where a spec can show it, the
line is marked with `{MARK}`, and what slogen says follows.

Errors stop slogen, warnings don't. An error ends a command with exit code 1, and with 2 where it is said
below: then something could not be read at all.
"""
_DIRECTIVE = re.compile(r"^# (expect|warn|settings): (.*)\n", re.MULTILINE)
_BEFORE, _AFTER = 4, 2  # lines that are shown around the one that is wrong
_WIDEST = 110


@dataclass(frozen=True)
class Example:
    """A file of tests/bad, and the problem of the code that is looked for."""

    text: str
    settings: tuple[str, ...]
    problem: Problem


def page() -> str:
    """All of it."""
    parts = [HEAD, *(line for subject in SUBJECTS for line in listed(subject))]
    return "\n".join(parts)


def listed(subject: str) -> Iterator[str]:
    """A subject with its codes."""
    yield f"## {subject}\n"
    for name, code in SUBJECTS[subject].items():
        yield "\n\n".join([f"### {name}", *section(name, code)]) + "\n"


def section(name: str, code: Code) -> Iterator[str]:
    """What is said of one code, in paragraphs."""
    exits = " Exit code 2." if code.exits is Exits.USAGE else ""
    yield paragraph("What it means", f"{code.meaning}{exits}")
    example = example_of(name)
    if example is None:
        yield paragraph("For example", code.example)
    else:
        yield from shown(example)
    yield paragraph("How to mend it", code.mend)


def paragraph(head: str, text: str) -> str:
    """Text below a bold head; names of other pages become links."""
    linked = re.sub(r"docs/([\w/-]+\.md)", r"[\1](\1)", text)
    return fill(f"**{head}.** {linked}", 116, break_long_words=False, break_on_hyphens=False)


def example_of(code: str) -> Example | None:
    """The smallest file that shows the code; None where no document can."""
    files = sorted((BAD / code).glob("*.yaml"), key=lambda path: (len(path.read_text()), path.name))
    return next(filter(None, (read(path, code) for path in files)), None)


def read(path: Path, code: str) -> Example | None:
    """A file, if one of its problems has the code. It is compiled as the test does it."""
    text = path.read_text()
    settings = tuple(said for word, said in _DIRECTIVE.findall(text) if word == "settings")
    lines = ["apiVersion: slogen/v1", "kind: Settings", *settings]
    bare = _DIRECTIVE.sub("", text)
    problems = slogen.compile({path.name: bare}, "\n".join(lines)).problems
    found = next((problem for problem in problems if problem.code == code and problem.span), None)
    return Example(bare, tuple(lines) if settings else (), found) if found else None


def shown(example: Example) -> Iterator[str]:
    """The lines of the example, with the one that is wrong marked, and what is said of it."""
    problem, settings = example.problem, "\n".join(example.settings)
    if problem.span.path == FILE_NAME:
        yield "\n".join(["```yaml", f"# {FILE_NAME}", *marked(settings, problem.span.line), "```"])
    else:
        if settings:
            yield "\n".join(["```yaml", f"# {FILE_NAME}", *example.settings[2:], "```"])
        yield "\n".join(["```yaml", *marked(example.text, problem.span.line), "```"])
    hint = [f"  = hint: {line}" for line in problem.hint.split("\n") if line]
    said = f"{problem.severity}[{problem.code}]: {problem.message}"
    yield "\n".join(["```text", said, *hint, "```"])


def marked(text: str, number: int) -> Iterator[str]:
    """The lines around the one that is wrong, each cut to what a page can show."""
    lines = text.rstrip("\n").split("\n")
    first, last = max(0, number - 1 - _BEFORE), number + _AFTER
    for at, line in enumerate(lines[first:last], first + 1):
        cut = line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"
        yield f"{cut}  {MARK}" if at == number else cut


def main() -> int:
    """Write the page."""
    (TOP / PAGE).write_text(page(), encoding="utf-8")
    print(f"{len(CODES)} codes in {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
