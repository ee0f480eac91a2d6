"""Codes of results of evaluations that `slogen eval` reads."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes, Exits

EVALUATIONS: Final[Codes] = {
    "eval-results": Code(
        "A file with results of an evaluation is of no format that slogen knows, or isn't as its tool writes "
        "it: it is empty, say, or ends early.",
        "Look at the place that is shown. What ends early was stopped while it was written: run "
        "it again. `--source json` reads any numbers by their names.",
        "`slogen eval results.json`, where the disk was full when it was written.",
        Exits.USAGE,
    ),
    "eval-duplicate": Code(
        "Two files give the same metric of one suite, so that nobody knows which run is meant.",
        "Name one run of each suite.",
        "`slogen eval monday.json tuesday.json`, which are both of the suite `support`.",
        Exits.USAGE,
    ),
}
