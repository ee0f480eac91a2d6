"""From the model to what is emitted. Each pass yields rules; GROUPS says which, where and in what order."""

from __future__ import annotations

from slogen.rules.groups import compile_meta, compile_service

__all__ = ["compile_meta", "compile_service"]
