"""Labels that Sloth sets on its alerts, and what they are called here."""

from __future__ import annotations

import re
from typing import Final

from slogen.diagnostics import Severity
from slogen.model.tiers import PAGE, TICKET
from slogen.moving.draft import Draft

# Labels that Sloth sets on its alerts, and what they are called here; `sloth_id` has `/` for its `-`.
_LABELS: Final = {"slo": "slo", "service": "slo_service", "id": "slo_id", "severity": "severity"}
_ITS_LABEL: Final = re.compile(rf"\$labels\.sloth_({'|'.join(_LABELS)})\b")


def relabel(draft: Draft) -> None:
    """Annotations that name labels of Sloth's name those of slogen's."""
    for severity in (PAGE, TICKET):
        for name, text in draft.fields.get("alerting", {}).get(severity, {}).get("annotations", {}).items():
            changed = _ITS_LABEL.sub(lambda found: f"$labels.{_LABELS[found[1]]}", text)
            if changed != text:
                at = draft.origin(("alerting", severity, "annotations", name))
                draft.put(["alerting", severity, "annotations", name], changed, at)
                message = f"`{name}` names labels that Sloth sets: now it names those of slogen"
                draft.tell(
                    [at.problem("import-changed-annotation", message, "nothing is to be done", Severity.INFO)]
                )
