"""Addresses of the generated boards, where the settings say where Grafana is."""

from __future__ import annotations

from urllib.parse import quote

from slogen.conventions import service_board, slo_board, slo_id
from slogen.settings import Settings


def service_board_url(service: str, settings: Settings) -> str:
    """The board of a service; "" where nobody said where Grafana is."""
    return _board_url(service_board(service, settings.project), settings)


def slo_board_url(service: str, name: str, settings: Settings) -> str:
    """The board of single SLOs with this one chosen; "" where nobody said where Grafana is."""
    address = _board_url(slo_board(settings.project), settings)
    choice = f"var-service={quote(service, '')}&var-slo={quote(slo_id(service, name), '')}"
    return f"{address}?{choice}" if address else ""


def _board_url(uid: str, settings: Settings) -> str:
    return f"{settings.grafana.url.rstrip('/')}/d/{quote(uid)}" if settings.grafana.url else ""
