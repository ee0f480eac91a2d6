"""What a policy asks beside how SLOs stand: when rules were evaluated, and whether they still are."""

from __future__ import annotations

from typing import Final

from slogen.conventions import BUDGET_UP, SERVICE, UP
from slogen.live.client import Client
from slogen.live.status import Seen, Standing, State
from slogen.units import MINUTE

_PATH: Final = "slogen_path"
_SEEN_FOR: Final = 5 * MINUTE


def ages(client: Client, at: float) -> tuple[dict[str, float], tuple[str, ...]]:
    """Seconds since the slower of the two rule groups of each service was evaluated, which an instant query
    for their series doesn't tell; and what the server warned of. Raises ServerError."""
    parts = (
        f'label_replace(timestamp({series}), "{_PATH}", "{number}", "", "")'
        for number, series in enumerate((UP, BUDGET_UP))
    )
    found = client.query(f"min by ({SERVICE}) ({' or '.join(parts)})", at)
    known = {sample.labels.get(SERVICE, ""): max(0.0, at - sample.value) for sample in found.samples}
    return known, found.warnings


def gone_with_rules(name: str, seen: Seen) -> Standing | None:
    """An SLO that somebody names and nobody has now, if the rules of its service ran in the last days."""
    ran = seen.services.get(name.partition("/")[0])
    if ran is None or seen.at - ran <= _SEEN_FOR:
        return None
    return Standing(name, state=State.RULES_GONE, last_seen=ran)
