"""What still makes sense of a document whose shape is wrong, so that one run shows all its problems."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from slogen.diagnostics import has_errors
from slogen.load.document import Document
from slogen.shape.schema import check, schema_text

_KIND = "ServiceLevelObjectives"


def salvage(document: Document) -> Document | None:
    """The document with only those fields, of itself and of its SLOs, that fit by themselves.

    SLOs keep their place in the list. None for anything that is no list of SLOs.
    """
    data, slo = document.data, _fitting_slo()
    if not isinstance(data, dict) or data.get("kind") != _KIND or not isinstance(data.get("slos"), list):
        return None

    def fits(**changed: Any) -> bool:
        whole = {"apiVersion": "slogen/v1", "kind": _KIND, "service": "a", "slos": [slo]}
        return not has_errors(check(replace(document, data=whole | changed)))

    kept = {key: value for key, value in data.items() if key == "slos" or fits(**{str(key): value})}
    kept["slos"] = [
        {key: value for key, value in item.items() if fits(slos=[slo | {str(key): value}])}
        if isinstance(item, Mapping)
        else {}
        for item in data["slos"]
    ]
    return replace(document, data={"service": ""} | kept)


@cache
def _fitting_slo() -> dict[str, Any]:
    """An SLO in which one field at a time can be tried; its SLI is the schema's own example."""
    sli = json.loads(schema_text("slo"))["$defs"]["sli"]["examples"][0]
    return {"name": "a", "objective": 99, "sli": sli}
