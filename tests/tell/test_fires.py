"""Labels that boards add to those of alerts are none that a user could have."""

from __future__ import annotations

from slogen.conventions import RESERVED_PREFIX
from slogen.tell import fires


def test_labels_of_rows_are_reserved():
    assert all(label.startswith(RESERVED_PREFIX) for label in (fires.ABOUT, fires.GROUP, fires.BOARD))
