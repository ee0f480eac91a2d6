"""Moments marked in the panels of boards."""

from __future__ import annotations

import pytest

from .asking import DETAIL, FLEET_UID
from .grafana import interpolate

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]


def test_marks(server, boards, values):
    for uid, counts in ((FLEET_UID, [1]), ("slo-store_shop", [4]), (DETAIL, [1, 0])):
        board = boards[uid]
        chosen = values(board, **({"slo": "shop/burning", "service": "shop"} if uid == DETAIL else {}))
        exprs = [mark["expr"] for mark in board["annotations"]["list"] if "expr" in mark]
        assert [len(server.instant(interpolate(expr, chosen))) for expr in exprs] == counts
