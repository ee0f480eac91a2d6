"""From notifications to routes, receivers and inhibition."""

from __future__ import annotations

from slogen.routing.routing import compile_routing

__all__ = ["compile_routing"]
