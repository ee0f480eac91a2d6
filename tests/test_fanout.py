"""Work on all cores, and what becomes of it where there is no second process to be had."""

import os

import pytest

from slogen import fanout
from slogen.fanout import fan_out

ITEMS = list(range(20))


def square(number: int) -> int:
    return number * number


def test_outcomes_come_in_the_order_of_the_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "_cores", lambda: 2)
    assert fan_out(square, ITEMS) == [number * number for number in ITEMS]


def test_without_a_second_process_this_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(fanout, "_cores", lambda: 2)
    monkeypatch.setattr(os, "fork", refuse)
    assert fan_out(square, ITEMS) == [number * number for number in ITEMS]
