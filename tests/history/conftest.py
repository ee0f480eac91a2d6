"""Programs to play with, and small databases of known traffic."""

from __future__ import annotations

import pytest

from slogen.history.blocks import Blocks
from slogen.history.programs import Programs
from tests.newest import PROMETHEUS

from .backfilled import write


@pytest.fixture(params=["2.42", "3.5", *PROMETHEUS])
def played_by(request, oracles):
    """The programs of one version."""
    folder = f"prometheus-{request.param}"
    return Programs(oracles(folder, "prometheus"), oracles(folder, "promtool"), request.param)


@pytest.fixture
def newest(oracles):
    """The programs of the newest of them."""
    return Programs(oracles("prometheus-3.5", "prometheus"), oracles("prometheus-3.5", "promtool"), "3.5")


@pytest.fixture(scope="module")
def recorded(oracles, tmp_path_factory):
    """Three days of known traffic."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "texts").mkdir()
    (folder / "data").mkdir()
    write(Blocks(oracles("prometheus-3.5", "promtool"), folder / "texts", folder / "data"))
    return folder / "data"
