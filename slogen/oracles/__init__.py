"""The oracles: promtool, run over what was generated, and its verdicts mapped back to what slogen claims.

Reads the disk and runs programs; writes nothing but a cache of passes, through `write`.
"""

from slogen.oracles.proof import Progress, prove
from slogen.oracles.results import FileResult, Promtool, Proof, Reason, Statement, Verdict
from slogen.oracles.work import DeployedFile, Options, Work

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
