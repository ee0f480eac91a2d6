"""From the model to boards: what people look at, asked of the same series that the alerts read."""

from __future__ import annotations

from slogen.boards.boards import boards

__all__ = ["boards"]
