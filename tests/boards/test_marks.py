"""Moments marked in the panels of boards."""

from __future__ import annotations

import pytest

from .asking import DETAIL, FLEET_UID
from .grafana import interpolate

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]


def test_marks(server, boards, values):
    for uid, count in ((FLEET_UID, 1), ("slo-store_shop", 4), (DETAIL, 2)):
        board = boards[uid]
        chosen = values(board, **({"slo": "shop/burning", "service": "shop"} if uid == DETAIL else {}))
        [expr] = [mark["expr"] for mark in board["annotations"]["list"] if "expr" in mark]
        assert len(server.instant(interpolate(expr, chosen))) == count
