"""Codes of generated files: what lies on the disk, in git, and what can't be written."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

OUTPUT: Final[Codes] = {
    "missing-file": Code(
        "A generated file is not there.",
        "Run `slogen generate` and commit the result.",
        "`slogen check` after a new spec, before `slogen generate`.",
    ),
    "changed-file": Code(
        "A generated file differs from what the specs ask for: they changed, or somebody edited it.",
        "Run `slogen generate`. What was edited by hand belongs into the specs.",
        "`slogen check` after an objective was changed.",
    ),
    "stale-file": Code(
        "A generated file is there that no spec asks for any more.",
        "Run `slogen generate`, which removes it.",
        "`slogen check` after a spec was deleted.",
    ),
    "other-version": Code(
        "Another version of slogen wrote the generated files, so differences may come of that.",
        "Look at `slogen generate --diff`, then generate with the version that the project is to use.",
        "`slogen check` after an upgrade.",
    ),
    "left-behind": Code(
        "No spec asks for a path any more, and what lies there is not what slogen made. It is left alone.",
        "Delete it when it isn't needed.",
        "The generated file of a deleted spec was replaced by one of your own.",
    ),
    "not-ours": Code(
        "A file lies where a generated one goes, and slogen didn't make it.",
        "Move it away or delete it, then generate again.",
        "`generated/prometheus/chat-api.rules.yaml` was written by hand.",
    ),
    "not-a-file": Code(
        "Something lies where a generated file goes that is no file: a folder, a link.",
        "Move it away, or choose another output folder.",
        "A generated file was replaced by a symbolic link.",
    ),
    "not-a-directory": Code(
        "Something lies where a folder of generated files goes that is no folder.",
        "Move it away, or choose another output folder.",
        "`slogen generate -o notes.txt`.",
    ),
    "cannot-read": Code(
        "A generated file or its folder can't be read, so slogen doesn't know what is there.",
        "Give slogen the right to read it.",
        "`chmod 0 generated/prometheus`, then `slogen check`.",
    ),
    "cannot-write": Code(
        "The system refused to write. What was written before is put back, as far as that goes.",
        "Mend the cause, such as a full disk or a missing right, and run again.",
        "`chmod a-w generated`, then `slogen generate`.",
    ),
    "busy": Code(
        "Another run of slogen is writing to the same folder.",
        "Wait for it to end, then run again.",
        "Two jobs generate in one work tree.",
    ),
    "bad-output-path": Code(
        "An output isn't to go to a path below its folder.",
        "Report it with the spec, unless a program of your own made the output.",
        "Python code that asks `slogen.write` for a file called `../rules.yaml`.",
    ),
    "duplicate-output": Code(
        "Two outputs want the same path, perhaps only on disks that know no case.",
        "Rename one of the services.",
        "Python code that asks `slogen.write` for `Chat.yaml` and `chat.yaml`.",
    ),
    "not-unicode": Code(
        "The text of an output holds half a character, which UTF-8 can't write.",
        "Write the character that was meant in the spec.",
        "Python code that gives `slogen.write` a text with half a surrogate pair.",
    ),
    "bad-ownership-list": Code(
        "A list that says which files slogen made is damaged. Nothing is deleted while that is so.",
        "Take the line out, or get the list back from git.",
        "A merge of git left its marks in the list.",
    ),
    "other-project": Code(
        "The generated files are those of another project, which wouldn't know its own any more.",
        "Give each project folders of its own: `output.dir` and `output.tests`, or `-o`.",
        "Two projects of one repository, both with `-o ../rules`.",
    ),
    "unnamed-project": Code(
        "A list of an older slogen doesn't say whose files it lists, so they are left alone.",
        "Where they are this project's and no longer needed, delete the list and its files.",
        "A service was removed right after an upgrade from a version without names of projects.",
    ),
    "untracked-file": Code(
        "Git doesn't know a generated file, or ignores it, so a commit wouldn't carry it.",
        "`git add` it, as the hint shows.",
        "`slogen check --git` after the first `slogen generate` of a spec.",
    ),
    "unstaged-file": Code(
        "A generated file differs from git's index, so a commit would carry another one.",
        "`git add` it, or `git rm` it where it was removed.",
        "`slogen check --git` in a hook, after `slogen generate` without `git add`.",
    ),
    "git-not-asked": Code(
        "Git couldn't be asked whether it has the generated files.",
        "Run it in a work tree that is yours, or without `--git`.",
        "`slogen check --git` in a folder without git.",
    ),
}
