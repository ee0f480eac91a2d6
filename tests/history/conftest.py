"""Programs to play with, and small databases of known traffic."""

from __future__ import annotations

import pytest

from slogen.history.programs import Programs
from tests.newest import PROMETHEUS


@pytest.fixture(params=["2.42", "3.5", *PROMETHEUS])
def played_by(request, oracles):
    """The programs of one version."""
    folder = f"prometheus-{request.param}"
    return Programs(oracles(folder, "prometheus"), oracles(folder, "promtool"), request.param)


@pytest.fixture
def newest(oracles):
    """The programs of the newest of them."""
    return Programs(oracles("prometheus-3.5", "prometheus"), oracles("prometheus-3.5", "promtool"), "3.5")
