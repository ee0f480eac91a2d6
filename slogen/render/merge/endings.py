"""Line endings of a file of somebody else: each line keeps its own, in files that have both, too."""

from __future__ import annotations

from slogen.write.edits import edits

CRLF = "\r\n"


def unified(text: str) -> str:
    """The text with one kind of line ending, which is what a merge works on."""
    return text.replace(CRLF, "\n")


def restored(before: str, merged: str) -> str:
    """The merged text with the endings that the lines had before; new lines get those of most others."""
    if CRLF not in before:
        return merged
    endings = [line.endswith("\r") for line in before.split("\n")[:-1]]
    most = 2 * sum(endings) >= len(endings)
    if all(endings):
        return merged.replace("\n", CRLF)
    old, new = unified(before).split("\n")[:-1], merged.split("\n")
    is_crlf = [most] * len(new)
    at = shift = 0
    for edit in [*edits(old, new[:-1]), None]:
        end = edit.start if edit else len(old)
        is_crlf[at + shift : end + shift] = endings[at:end]
        if edit:
            at, shift = edit.end, edit.new_end - edit.end
            # Brackets open a line to several, or close them to one: the end is that of the last part.
            for number in range(edit.new_start, edit.new_end):
                same = (n for n in range(edit.start, edit.end) if _is_end(old[n], new[number]))
                is_crlf[number] = endings[found] if (found := next(same, None)) is not None else most
    lines = (line + (CRLF if ends else "\n") for line, ends in zip(new[:-1], is_crlf, strict=False))
    return "".join(lines) + new[-1]


def _is_end(one: str, other: str) -> bool:
    """Whether one line is how the other ends."""
    a, b = one.strip(), other.strip()
    return bool(a and b) and (a.endswith(b) or b.endswith(a))
