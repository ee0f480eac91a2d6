"""The proof: promtool unit tests for every rule, one module a story, STORIES says which there are."""

from __future__ import annotations

from slogen.proof.stories import prove, prove_meta

__all__ = ["prove", "prove_meta"]
