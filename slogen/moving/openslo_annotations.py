"""What `slogen export openslo` wrote into annotations: fields of a spec, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from slogen.moving.draft import Draft
from slogen.moving.openslo_document import FIELDS, PREFIX
from slogen.moving.reading import Value


def read_annotations(metadata: Value) -> dict[str, tuple[Value, Any]]:
    """The fields that annotations say, each with where it stands; what is no JSON is none of them."""
    found = metadata.get("annotations")
    said = found.items() if found is not None and found.is_mapping else ()
    read = {}
    for key, value in said:
        name = key.removeprefix(PREFIX)
        if key.startswith(PREFIX) and name in FIELDS and isinstance(value.data, str):
            try:
                read[name] = (value, json.loads(value.data, parse_float=Decimal))
            except (ValueError, RecursionError):
                continue  # nobody reads it, so it is told
    return read


def put(draft: Draft, said: Mapping[str, tuple[Value, Any]]) -> None:
    """Set these fields; null says that there is none."""
    for name, (at, data) in said.items():
        at.mark()
        if data is not None:
            draft.put([name], data, at)
        elif name in draft.fields:
            draft.drop((name,))
