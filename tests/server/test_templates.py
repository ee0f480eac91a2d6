"""Messages arrive where the operator keeps template files in another folder than the configuration."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from .alertmanager import Alertmanager, routing_of
from .inbox import Inbox
from .processes import wait_for
from .test_alertmanager import ORACLES, PLAIN, VERSIONS, alert, pytestmark  # noqa: F401

SPEC = {"service": "chat", "slos": [{"name": "availability", "objective": 99.9, "sli": PLAIN}]}


def _told(version: str, folder: Path, settings: dict[str, str], places: dict[str, str], extra=()) -> str:
    """The title that arrives where the files lie at these places."""
    with ExitStack() as stack:
        inbox = Inbox()
        stack.callback(inbox.close)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "slack").write_text(f"http://127.0.0.1:{inbox.port}/slack")
        said = {
            "receivers": {"chat": {"slack": {"webhook": {"file": f"{folder}/slack"}}}},
            "default": {"page": "chat", "ticket": "none"},
            "timing": {"page": {"group_wait": "0s", "group_interval": "1s"}},
        }
        files = routing_of(said, [SPEC], {"alertmanager": settings})
        config = yaml.safe_load(files["alertmanager.yml"])
        config["templates"] += extra
        files["alertmanager.yml"] = yaml.safe_dump(config)
        placed = {place: files[name] for name, place in places.items()}
        binary = ORACLES / f"alertmanager-{version}" / "alertmanager"
        server = Alertmanager(binary, folder, placed, places["alertmanager.yml"])
        stack.callback(server.close)
        server.start()
        server.post(alert("chat/availability", "page"), summary="it burns")
        wait_for(f"a message, see {folder}/log.txt", lambda: inbox.to("slack"), 20)
        return str(inbox.to("slack")[0].body["attachments"][0]["title"])


OPERATOR = {"alertmanager.yml": "config_out/alertmanager.env.yaml", "slogen.tmpl": "config/slogen.tmpl"}
BESIDE = {"alertmanager.yml": "alertmanager.yml", "slogen.tmpl": "slogen.tmpl"}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("places", [OPERATOR, BESIDE], ids=["operator", "beside"])
def test_the_default_finds_them_in_both_layouts(version, places, tmp_path):
    assert _told(version, tmp_path / "am", {}, places) == "[PAGE] it burns"


@pytest.mark.parametrize("version", VERSIONS)
def test_files_that_are_listed_twice(version, tmp_path):
    extra = [f"{tmp_path}/am/config/*.tmpl"]  # as the chart does
    assert _told(version, tmp_path / "am", {}, OPERATOR, extra) == "[PAGE] it burns"


def test_a_place_of_ones_own(tmp_path):
    places = {**BESIDE, "slogen.tmpl": "elsewhere/slo-messages.tmpl"}
    settings = {"templates": f"{tmp_path}/am/elsewhere/*.tmpl"}
    assert _told("0.28", tmp_path / "am", settings, places) == "[PAGE] it burns"
