"""Which slogen this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def running() -> str | None:
    """The version that is installed; None for a checkout that isn't."""
    try:
        return version("slogen")
    except PackageNotFoundError:
        return None
