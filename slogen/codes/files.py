"""Codes of paths and files: what must be so before anything can be understood."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes, Exits

FILES: Final[Codes] = {
    "no-such-path": Code(
        "A path that the command names does not exist.",
        "Mend the path; the hint shows the nearest name that is there.",
        "`slogen validate specs/chat-api.yml`, where the file is called `specs/chat-api.yaml`.",
        Exits.USAGE,
    ),
    "no-specs": Code(
        "A folder that was named has no spec in it.",
        "Name the folder that has the specs (files that end in .yaml or .yml), or write a first one with "
        "`slogen init`.",
        "`slogen validate docs`, where no YAML file lies.",
        Exits.USAGE,
    ),
    "unreadable-file": Code(
        "The system doesn't let slogen read a file, or a folder has the name of a file.",
        "Give slogen the right to read it, or put the file back that was there.",
        "`chmod 0 specs/chat-api.yaml`, then `slogen validate`.",
        Exits.USAGE,
    ),
    "http-config": Code(
        "A file in the form of Prometheus' http_config says who we are twice, names a file that can't be "
        "read, or leaves out what belongs together.",
        "Mend it as the hint says; nothing of it is shown, for it may hold secrets.",
        "`basic_auth: {username: reader, password: x, password_file: y}` in the file of `--http-config`.",
        Exits.USAGE,
    ),
    "outside-link": Code(
        "A symbolic link leads out of the project. It isn't followed: what it leads to is not reviewed "
        "with the project.",
        "Put the file itself there.",
        "`specs/shared.yaml` is a link to `../../elsewhere/shared.yaml`.",
        Exits.USAGE,
    ),
    "file-name": Code(
        "The name of a file, or of a folder around it, is not UTF-8 text. promtool couldn't read it, nor "
        "could a report name it.",
        "Rename it.",
        "A spec whose name was written on a disk with another encoding.",
        Exits.USAGE,
    ),
    "misnamed-file": Code(
        "A file is named almost like one that slogen reads, so it may have been meant. What came of it "
        "isn't removed until that is clear.",
        "Give it the name that the hint shows, or move it away.",
        "`slogen.yml` in place of `slogen.yaml`, or `specs/chat-api.YAML`.",
        Exits.USAGE,
    ),
    "not-text": Code(
        "A file is not UTF-8 text, or holds a character that can't stand in YAML.",
        "Save it as UTF-8. Where the place that is shown holds something odd, delete it.",
        "A spec that was saved as UTF-16 without its mark, or an archive that ends in .yaml.",
        Exits.USAGE,
    ),
    "too-large": Code(
        "A file is larger, or has more values, than any honest spec.",
        "Split it into several files. A service may stand in as many as you like.",
        "A spec of 6 MiB.",
        Exits.USAGE,
    ),
    "too-deep": Code(
        "Values are nested deeper than in any honest spec.",
        "Nest less.",
        exits=Exits.USAGE,
    ),
    "too-many-aliases": Code(
        "Aliases of large values make a small file huge once they are written out.",
        "Write fewer aliases of large values.",
        exits=Exits.USAGE,
    ),
    "recursive-alias": Code(
        "An alias stands inside the value that it refers to, so it could never be written out.",
        "Write the value out.",
        exits=Exits.USAGE,
    ),
    "yaml-syntax": Code(
        "This is no YAML. Nothing in the file can be understood, so nothing that came of it is touched.",
        "Mend the place that is shown. Where it is hard to see, look at the indentation and the quotes of "
        "the lines above.",
        exits=Exits.USAGE,
    ),
    "duplicate-key": Code(
        "A mapping has a key twice. YAML readers would take one of them silently.",
        "Keep one of them.",
    ),
    "merge-key": Code(
        "A merge key (`<<`) is not part of YAML 1.2.",
        "Write the fields out. `defaults` of a spec says for all its SLOs what they share.",
    ),
    "non-string-key": Code(
        "A key is no text: a number, true or false, nothing, or a mapping.",
        "Put it in quotes if it is meant as text. A value that begins with `{` needs quotes as well.",
    ),
    "unsupported-tag": Code(
        "A value has a YAML tag that means nothing in a spec, or that doesn't fit the value.",
        "Remove the tag.",
    ),
    "bad-number": Code(
        "A value looks like a number and can't be computed with.",
        "Write a number of a sensible size, or put it in quotes if it is meant as text.",
    ),
    "empty-file": Code(
        "A file holds no document: it is empty, or has only comments.",
        "Delete it, or bring back what it said.",
    ),
    "too-many-problems": Code(
        "There are so many problems in one file that the rest isn't shown.",
        "Mend those that are shown and run again. Often they have one cause, such as a wrong indentation.",
        "A log file of thousands of lines that was renamed to .yaml.",
    ),
}
