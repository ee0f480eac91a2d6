"""The only code that writes: compare with the disk (`plan`), show (`diff`, `drift`), then `apply`.

`plan` reads and never writes. `apply` writes everything or, when anything is wrong, nothing.
"""

from slogen.write.applier import apply
from slogen.write.compare import diff, diffs, drift
from slogen.write.disk import is_generated
from slogen.write.git import untracked
from slogen.write.outfile import MARKER, PROJECT, OutFile
from slogen.write.planner import plan
from slogen.write.plans import Change, Plan
from slogen.write.projects import around, holds_only

__all__ = [
    "MARKER",
    "PROJECT",
    "Change",
    "OutFile",
    "Plan",
    "apply",
    "around",
    "diff",
    "diffs",
    "drift",
    "holds_only",
    "is_generated",
    "plan",
    "untracked",
]
