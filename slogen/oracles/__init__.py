"""The oracles: promtool, run over what was generated, and its verdicts mapped back to what slogen claims.

Reads the disk and runs programs; writes nothing but a cache of passes, through `write`.
"""

from slogen.oracles.proof import DeployedFile, Options, Progress, Work, prove
from slogen.oracles.results import FileResult, Promtool, Proof, Reason, Statement, Verdict

__all__ = [
    "DeployedFile",
    "FileResult",
    "Options",
    "Progress",
    "Promtool",
    "Proof",
    "Reason",
    "Statement",
    "Verdict",
    "Work",
    "prove",
]
