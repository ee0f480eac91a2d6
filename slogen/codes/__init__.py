"""The register of problem codes: each that slogen raises, what it means and how to mend it.

Codes are a contract with whoever filters or silences by them. A module holds the codes of one subject;
docs/problems.md is made of them (tools/problem_docs.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from slogen.codes.alerting import ALERTING
from slogen.codes.code import Code, Codes, Exits
from slogen.codes.documents import DOCUMENTS
from slogen.codes.evaluations import EVALUATIONS
from slogen.codes.files import FILES
from slogen.codes.histories import HISTORIES
from slogen.codes.merge import MERGE
from slogen.codes.moving import MOVING
from slogen.codes.notifications import NOTIFICATIONS
from slogen.codes.output import OUTPUT
from slogen.codes.proof import PROOF
from slogen.codes.rulers import RULERS
from slogen.codes.running import RUNNING
from slogen.codes.settings import SETTINGS
from slogen.codes.slis import SLIS
from slogen.codes.slos import SLOS
from slogen.codes.world import WORLD

__all__ = ["CODES", "PAGE", "SUBJECTS", "Code", "Exits", "is_usage", "link"]

PAGE: Final = "docs/problems.md"
SUBJECTS: Final[Mapping[str, Codes]] = MappingProxyType(
    {
        "Files": FILES,
        "The shape of documents": DOCUMENTS,
        "Settings and the project": SETTINGS,
        "Engines that evaluate rules": RULERS,
        "SLOs": SLOS,
        "SLIs": SLIS,
        "Alerts, tiers and levels": ALERTING,
        "Notifications": NOTIFICATIONS,
        "An alertmanager.yml of your own": MERGE,
        "Generated files": OUTPUT,
        "The proof": PROOF,
        "Results of evaluations": EVALUATIONS,
        "Stories": HISTORIES,
        "Documents of other tools": MOVING,
        "Metrics as they are": WORLD,
        "What runs": RUNNING,
    }
)
CODES: Final[Codes] = MappingProxyType(
    {name: code for codes in SUBJECTS.values() for name, code in codes.items()}
)


def link(code: str) -> str:
    """Where a code is explained, from the top of slogen's repository."""
    return f"{PAGE}#{code}"


def is_usage(code: str) -> bool:
    """Whether an error of this code means that something could not be read at all."""
    return code in CODES and CODES[code].exits is Exits.USAGE
