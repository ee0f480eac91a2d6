"""The catalogue in a real browser: found by search, readable on a phone, asking nobody for anything."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

import slogen
from slogen.conventions import slo_board
from slogen.render.catalogue import catalogue
from slogen.tell.pages import page

pytestmark = pytest.mark.slow

PHONE = 390
OWNERS = ("search", "a & b", "فريق المنصة", "é", "a=b#c/d", 'data "core"', "50% + x", "llm", "<b>", "")
# Chromium makes no window that narrow, but a frame; and a page from a disk may tell its frame's owner.
_MEASURE = """<script>
for (const box of document.querySelectorAll("details")) box.open = true;
parent.postMessage(document.documentElement.scrollWidth, "*");
</script></body>"""
_FRAME = """<!doctype html>
<script>addEventListener("message", (event) => { document.title = event.data; })</script>
<iframe src="%s" style="border: 0; width: %spx; height: 900px"></iframe>"""


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
        "--hide-scrollbars",
        "--dump-dom",
        "--virtual-time-budget=5000",
        f"--user-data-dir={profile}",
        url,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert "<html" in done.stdout, done.stderr[-2000:]
    return done.stdout


def shown(text: str) -> list[str]:
    lines = re.findall(r'<li data-text="([^ ]+)[^>]*?"( hidden="")?>', text)
    return [name for name, hidden in lines if not hidden]


def opened(text: str) -> list[str]:
    """The services whose SLOs are to be seen."""
    boxes = re.findall(r'<details class="service" data-service="([^"]+)"([^>]*)>', text)
    return [name for name, rest in boxes if "open" in rest and "hidden" not in rest]


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Path:
    """200 SLOs of 40 services and ten owners, with names that addresses have to quote."""
    made = tmp_path_factory.mktemp("many")
    specs = {f"{number}.yaml": many_of(number) for number in range(40)}
    settings = "apiVersion: slogen/v1\nkind: Settings\ntargets: [docs]\ngrafana: {url: 'https://grafana.example.com/sub/'}\n"
    result = slogen.compile(specs, settings)
    assert result.ok, result.problems
    for path, text in catalogue([page(s, result.project.settings) for s in result.services]):
        (made / path).write_text(text)
    return made


def many_of(number: int) -> str:
    sli = "{events: {bad: 'b_total{job=\"a\"}', total: 't_total{job=\"a\"}'}}"
    owner = OWNERS[number % len(OWNERS)]
    slos = [f"  - {{name: n{each}, objective: 99, sli: {sli}}}\n" for each in range(5)]
    said = f"owner: {json.dumps(owner, ensure_ascii=False)}\n" if owner else ""
    head = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\n"
    return f"{head}service: s{number:02}\n{said}slos:\n" + "".join(slos)


def test_every_slo_leads_to_its_live_board(many):
    index, own = (many / "index.html").read_text(), (many / "s07.html").read_text()
    for text, services in ((index, [f"s{number:02}" for number in range(40)]), (own, ["s07"])):
        for service in services:
            for each in range(5):
                choice = f"var-service={service}&amp;var-slo={service}%2Fn{each}"
                address = f"https://grafana.example.com/sub/d/{slo_board('')}?{choice}"
                assert text.count(f'href="{address}"') == 1, (service, each)


def test_the_live_board_stands_beside_a_dashboard_of_their_own():
    spec = many_of(1).replace("slos:", "links: {dashboard: 'https://other.example.com/x'}\nslos:")
    settings = "apiVersion: slogen/v1\nkind: Settings\ntargets: [docs]\ngrafana: {url: 'https://grafana.example.com'}\n"
    result = slogen.compile({"s.yaml": spec}, settings)
    pages = dict(catalogue([page(s, result.project.settings) for s in result.services]))
    assert f"https://grafana.example.com/d/{slo_board('')}?" in pages["index.html"]
    assert f"https://grafana.example.com/d/{slo_board('')}?" in pages["s01.html"]
    assert 'href="https://other.example.com/x"' in pages["s01.html"]


def test_search(chromium, folder, tmp_path):
    url = f"file://{quote(str(folder))}/index.html"
    everything = dom(chromium, url, tmp_path)
    assert len(shown(everything)) == 16
    assert opened(everything) == ["api", "dead", "llm", "many", "shop"]  # few are shown at once
    for asked in ("q=till+HEAL", "q=till%20HEAL", quote("till HEAL")):  # the last as older pages wrote it
        assert shown(dom(chromium, f"{url}#{asked}", tmp_path)) == ["shop/healthy"]
    none = dom(chromium, f"{url}#{quote('nothing like it')}", tmp_path)
    assert shown(none) == []
    assert "0 of 16 SLOs" in none


@pytest.mark.parametrize("owner", [*OWNERS[2:7:2], ""])
def test_a_link_filters_by_owner(chromium, many, tmp_path, owner):
    """As pages write it, and as people would."""
    text = dom(chromium, f"file://{many}/index.html#owner={quote(owner)}", tmp_path)
    services = [f"s{number:02}" for number in range(40) if OWNERS[number % 10] == owner]
    assert shown(text) == [f"{service}/n{each}" for service in services for each in range(5)]
    assert opened(text) == services
    assert "20 of 200 SLOs" in text
    if owner:
        assert f'href="#owner={quote(owner)}"' in text
        assert f'href="index.html#owner={quote(owner)}"' in (many / f"{services[0]}.html").read_text()


def test_a_link_filters_by_all_three(chromium, many, tmp_path):
    url = f"file://{many}/index.html"
    asked = f"owner={quote(OWNERS[1])}&service=s11&q=n3"
    assert shown(dom(chromium, f"{url}#{asked}", tmp_path)) == ["s11/n3"]
    assert shown(dom(chromium, f"{url}#{asked.replace('s11', 's12')}", tmp_path)) == []
    other = dom(chromium, f"{url}#owner=nobody&service=s11", tmp_path)
    assert shown(other) == []  # a filter that fits nothing is no lack of a filter
    assert "nobody (0)" in other


def test_many_slos_are_grouped_and_closed_at_first(chromium, many, tmp_path):
    text = dom(chromium, f"file://{many}/index.html", tmp_path)
    assert "200 SLOs" in text
    assert opened(text) == []
    assert text.count("<details ") == 40


def test_what_is_chosen_stands_in_the_address(chromium, many, tmp_path):
    """A choice changes the address, and that address brings the same view."""
    drive = """<script>
const form = document.forms[0];
form.elements.owner.value = "=" + %s;
form.elements.q.value = "n4 s";
form.dispatchEvent(new Event("input", {bubbles: true}));
document.title = location.hash;
</script></body>"""
    driven = (many / "index.html").read_text().replace("</body>", drive % json.dumps(OWNERS[3]))
    (tmp_path / "index.html").write_text(driven)
    text = dom(chromium, f"file://{tmp_path}/index.html", tmp_path / "profile")
    found = re.search(r"<title>(.*)</title>", text)
    assert found
    again = dom(chromium, f"file://{many}/index.html{html.unescape(found[1])}", tmp_path / "profile")
    assert shown(again) == shown(text) == [f"s{number}/n4" for number in ("03", "13", "23", "33")]


def test_a_phone_shows_it_without_scrolling_sideways(chromium, folder, many, tmp_path):
    for source in (folder / "index.html", folder / "shop.html", many / "index.html", many / "s02.html"):
        (tmp_path / "page.html").write_text(source.read_text().replace("</body>", _MEASURE))
        (tmp_path / "frame.html").write_text(_FRAME % ("page.html", PHONE))
        text = dom(chromium, f"file://{tmp_path}/frame.html", tmp_path / "profile")
        found = re.search(r"<title>(\d+)</title>", text)
        assert found
        assert int(found[1]) == PHONE, source.name


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
            assert not anchor or "owner=" in anchor or f'id="{anchor}"' in there


def test_every_slo_and_alert_is_told(folder, result):
    for service in result.services:
        text = (folder / f"{service.name}.html").read_text()
        for slo in service.slos:
            assert f'id="{slo.name}"' in text
            for tier in slo.alerting.tiers:
                assert tier.name in text
