"""Addresses of the generated boards, where the settings say where Grafana is."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from slogen.conventions import service_board, slo_board, slo_id
from slogen.settings import Settings
from slogen.units import HOUR

# Asked when the alert is told: whoever opens the link on the next morning sees the night. Whole hours, so
# that alerts of one incident have one link. A clock that stands before 2001 tells no time.
_BEFORE: Final = f"floor(vector(time() / {HOUR})) * {HOUR * 1000} - {6 * HOUR * 1000} > 1e12"
_SINCE: Final = (
    f'{{{{ with query "{_BEFORE}" }}}}{{{{ . | first | value | printf "%.0f" }}}}'
    "{{ else }}now-6h{{ end }}"
)


def service_board_url(service: str, settings: Settings) -> str:
    """The board of a service; "" where nobody said where Grafana is."""
    return _board_url(service_board(service, settings.project), settings)


def slo_board_url(service: str, name: str, settings: Settings) -> str:
    """The board of single SLOs with this one chosen, in its cluster; "" where no Grafana is known."""
    address = _board_url(slo_board(settings.project), settings)
    choice = {"service": service, "slo": slo_id(service, name), **settings.labels}
    chosen = "&".join(f"var-{each}={quote(value, safe='')}" for each, value in choice.items())
    return f"{address}?{chosen}" if address else ""


def _board_url(uid: str, settings: Settings) -> str:
    return f"{settings.grafana.url.rstrip('/')}/d/{quote(uid)}" if settings.grafana.url else ""


def from_alert(board: str, groups: tuple[str, ...]) -> str:
    """An SLO's board as a template of Prometheus: the group that the alert is about, if it is about one, and
    the hours from before it until now."""
    chosen = "".join(
        f"{{{{ with $labels.{label} }}}}&var-by_{label}={{{{ . | urlquery }}}}{{{{ end }}}}"
        for label in groups
    )
    return f"{board}{chosen}&from={_SINCE}&to=now"
