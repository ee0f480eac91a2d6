"""The catalogue in a real browser: found by search, readable on a phone, asking nobody for anything."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from slogen.render.catalogue import catalogue
from slogen.tell.pages import page

pytestmark = pytest.mark.slow

PHONE = 390
_MEASURE = "<script>document.title = document.documentElement.scrollWidth</script></body>"


@pytest.fixture(scope="module")
def chromium():
    """The browser; without one these tests are skipped, and say so."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no chromium here: the catalogue is not looked at (apt-get install chromium)")
    return found


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory) -> Path:
    """The catalogue of the tests' SLOs, in a folder with a space."""
    made = tmp_path_factory.mktemp("cata logue")
    for path, text in catalogue([page(s, result.project.settings) for s in result.services]):
        (made / path).write_text(text)
    return made


def dom(chromium: str, url: str, profile: Path) -> str:
    """A page as it is after its scripts have run."""
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--dump-dom",
        f"--user-data-dir={profile}",
        url,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert "<html" in done.stdout, done.stderr[-2000:]
    return done.stdout


def shown(text: str) -> list[str]:
    lines = re.findall(r'<li data-text="([^ ]+)[^>]*?"( hidden="")?>', text)
    return [name for name, hidden in lines if not hidden]


def test_search(chromium, folder, tmp_path):
    url = f"file://{quote(str(folder))}/index.html"
    everything = shown(dom(chromium, url, tmp_path))
    assert len(everything) == 12
    assert shown(dom(chromium, f"{url}#{quote('till HEAL')}", tmp_path)) == ["shop/healthy"]
    none = dom(chromium, f"{url}#{quote('nothing like it')}", tmp_path)
    assert shown(none) == []
    assert "0 of 12 SLOs" in none


def test_a_phone_shows_it_without_scrolling_sideways(chromium, folder, tmp_path):
    for name in ("index.html", "shop.html"):
        text = (folder / name).read_text().replace("</style>", f"html {{ width: {PHONE}px }}</style>")
        (tmp_path / name).write_text(text.replace("</body>", _MEASURE))
        found = re.search(
            r"<title>(\d+)</title>", dom(chromium, f"file://{tmp_path}/{name}", tmp_path / "profile")
        )
        assert found
        assert int(found[1]) <= max(PHONE, 800)
        inside = re.search(r"body \{[^}]*overflow-wrap: anywhere", text)
        assert inside


def test_it_asks_nobody_for_anything(folder):
    for path in folder.iterdir():
        text = path.read_text()
        assert "default-src 'none'" in text
        loads = re.findall(
            r"""(?:src|srcset|action)\s*=\s*["'][^"']+|@import[^;]+|url\([^)]+\)|<link[^>]+>""", text
        )
        assert loads == ['<link rel="icon" href="data:,">']
        assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|import\(", text)


def test_every_link_inside_leads_somewhere(folder):
    for path in folder.iterdir():
        for target in re.findall(r'href="([^":]+)"', path.read_text()):
            name, _, anchor = target.partition("#")
            there = (folder / (name or path.name)).read_text()
            assert not anchor or f'id="{anchor}"' in there


def test_every_slo_and_alert_is_told(folder, result):
    for service in result.services:
        text = (folder / f"{service.name}.html").read_text()
        for slo in service.slos:
            assert f'id="{slo.name}"' in text
            for tier in slo.alerting.tiers:
                assert tier.name in text
