"""Rows of what a language model's server tells about itself: queue, cache, tokens, reasons to finish."""

from __future__ import annotations

from slogen.load.settings import Settings
from slogen.model.panels import Row
from slogen.model.slo import Service


def llm_rows(service: Service, settings: Settings) -> list[Row]:
    """Nothing yet."""
    del service, settings
    return []
