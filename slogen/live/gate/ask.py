"""What a policy asks beside how SLOs stand: when rules were evaluated."""

from __future__ import annotations

from math import isfinite
from typing import Final

from slogen.conventions import BUDGET_UP, SERVICE, UP
from slogen.live.client import Client

_PATH: Final = "slogen_path"


def ages(client: Client, at: float) -> tuple[dict[str, float], tuple[str, ...]]:
    """Seconds since the slower of the two rule groups of each service was evaluated, which an instant query
    for their series doesn't tell, negative for a time to come; and what the server warned of. Raises
    ServerError."""
    parts = (
        f'label_replace(timestamp({series}), "{_PATH}", "{number}", "", "")'
        for number, series in enumerate((UP, BUDGET_UP))
    )
    found = client.query(f"min by ({SERVICE}) ({' or '.join(parts)})", at)
    known = {
        sample.labels.get(SERVICE, ""): at - sample.value
        for sample in found.samples
        if isfinite(sample.value)
    }
    return known, found.warnings
