"""What still makes sense of a document whose shape is wrong, so that one run shows all its problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from slogen.diagnostics import has_errors
from slogen.load.document import Document
from slogen.validate.schema import check

_SLO: Final = {"name": "a", "objective": 99, "sli": {"events": {"bad": "b", "total": "t"}}}
_WHOLE: Final = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": "a", "slos": [_SLO]}


def salvage(document: Document) -> Document | None:
    """The document with only those fields, of itself and of its SLOs, that fit by themselves.

    SLOs keep their place in the list. None for anything that is no list of SLOs.
    """
    data = document.data
    if (
        not isinstance(data, dict)
        or data.get("kind") != _WHOLE["kind"]
        or not isinstance(data.get("slos"), list)
    ):
        return None

    def fits(**changed: Any) -> bool:
        return not has_errors(check(replace(document, data=_WHOLE | changed)))

    kept = {key: value for key, value in data.items() if key == "slos" or fits(**{str(key): value})}
    kept["slos"] = [
        {key: value for key, value in slo.items() if fits(slos=[_SLO | {str(key): value}])}
        if isinstance(slo, Mapping)
        else {}
        for slo in data["slos"]
    ]
    return replace(document, data={"service": ""} | kept)
