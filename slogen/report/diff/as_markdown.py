"""A difference as a comment on a pull request: the most important first, and never longer than one may be.

Words of users (names, selectors, labels) mean nothing in it: no Markdown, no HTML, and nobody is called.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from slogen.project.difference.compare import Kind
from slogen.project.difference.lines import Line, Pair
from slogen.project.difference.whole import Difference
from slogen.report.diff.as_text import place
from slogen.report.diff.sections import MOST_NAMED, Alike, alike, files, headline, others, where
from slogen.report.tables import in_markdown

MOST: Final = 65_000  # of the 65,536 characters that GitHub takes; the rest is for who posts it
_MOST_FILES: Final = 50
_MOST_ERRORS: Final = 10
_LONGEST: Final = 400
# Letters, digits and signs that mean nothing, wherever they stand; all else is shown as code.
_HARMLESS: Final = re.compile(r"[\w%.,:;()/' -]*")
_MEANS: Final = re.compile(r"://|www\.|:\w+:")  # what becomes a link or a picture all the same


def as_markdown(difference: Difference) -> str:
    """Headings and lists, without a newline at the end."""
    parts = [_head(difference)]
    groups = [_slo(each) for each in alike(difference)]
    tail = [each for each in (_project(difference), _unknown(difference), _files(difference)) if each]
    room = MOST - _length("\n\n".join([*parts, *tail])) - 200  # for what is left out
    kept, left = _fitting(groups, room)
    parts += kept
    if left:
        parts.append(f"*{left:,} more changes of SLOs are left out here; `slogen diff` shows them all.*")
    return "\n\n".join([*parts, *tail])


def _fitting(blocks: list[str], room: int) -> tuple[list[str], int]:
    """As many blocks as there is room for, and how many there are more."""
    for number, block in enumerate(blocks):
        room -= _length(block) + 2
        if room < 0:
            return blocks[:number], len(blocks) - number
    return blocks, 0


def _length(text: str) -> int:
    """In the units in which web pages count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _head(difference: Difference) -> str:
    title = "SLOs: nothing changes" if difference.is_empty else "What changes for SLOs"
    sides = f"{_safe(difference.old)} → {_safe(difference.new)}"
    return f"### {title}\n\n{_sentence(headline(difference))} ({sides})."


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


def _slo(group: Alike) -> str:
    change, slo = group.first, group.first.view.slo
    kind = "" if change.kind is Kind.CHANGED else f" is {change.kind}"
    old = f"{_code(change.heir_of)} → " if change.heir_of else ""
    owner = f"owner {_safe(slo.owner)}, " if slo.owner else ""
    lines = [f"#### {old}{_code(slo.shown)}{kind}", "", f"{owner}{_code(where(slo))}"]
    if len(group.slos) > 1:
        lines[-1] += f"; alike: {_safe(others(group.slos))}"
    return "\n".join([*lines, "", *map(_line, group.lines)])


def _line(line: Line) -> str:
    said = "; ".join(_pair(pair) for pair in line.pairs)
    between = "" if not line.pairs else " " if not line.pairs[0].label else "; "
    note = between + _safe(line.note) if line.note else ""
    lead = f"{line.lead}: " if line.lead else ""
    return f"- **{line.topic}**: {lead}{said}{note}"


def _pair(pair: Pair) -> str:
    label = f"{_safe(pair.label)} " if pair.label else ""
    return f"{label}{_safe(pair.before)} → **{_safe(pair.after)}**"


def _project(difference: Difference) -> str:
    return "\n".join(["#### The project", "", *map(_line, difference.project)]) if difference.project else ""


def _unknown(difference: Difference) -> str:
    if not difference.errors:
        return ""
    lines = [f"#### Not all of {_safe(difference.old)} can be read; the rest is compared", ""]
    said = (place(each) + each.message.splitlines()[0] for each in difference.errors[:_MOST_ERRORS])
    lines += [f"- {_safe(each)}" for each in said]
    if (rest := len(difference.errors) - _MOST_ERRORS) > 0:
        lines.append(f"- and {rest:,} more problems")
    if difference.unknown:
        rest = len(difference.unknown) - MOST_NAMED
        names = _safe(", ".join(difference.unknown[:MOST_NAMED]))
        lines.append(f"- not compared: {names}" + (f" and {rest:,} more" if rest > 0 else ""))
    return "\n".join(lines)


def _files(difference: Difference) -> str:
    """Below a fold: a reviewer sees them in the pull request, too."""
    if not difference.files:
        return ""
    first = difference.files[:_MOST_FILES]
    lines = [f"<details><summary>Generated files: {files(difference.files)}</summary>", ""]
    lines += [f"- {each.how}: {_code(each.path)}" for each in first]
    if (rest := len(difference.files) - len(first)) > 0:
        lines.append(f"- and {rest:,} more")
    return "\n".join([*lines, "", "</details>"])


def _safe(said: str) -> str:
    """Words of anybody; as code where they hold what may mean something."""
    is_harmless = _HARMLESS.fullmatch(said) and not _MEANS.search(said)
    return in_markdown(said) if is_harmless else _code(said)


def _code(said: str) -> str:
    """As code: there no name calls anybody, and no address becomes a link."""
    said = said if len(said) <= _LONGEST else said[:_LONGEST] + "…"
    return f"<code>{_plain(said)}</code>"


def _plain(said: str) -> str:
    """Text in which neither HTML nor Markdown means anything."""
    return re.sub(r"[~$#]", r"\\\g<0>", in_markdown(escape(said, quote=False)))
