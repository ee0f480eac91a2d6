"""Texts of users in boards and pages: any script, any length, nothing that becomes HTML or a variable."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

import slogen
from slogen.conventions import fleet_board, service_board, slo_board
from slogen.pipeline import Result
from slogen.render.catalogue import catalogue
from slogen.render.docs import service_text
from slogen.tell import markdown
from slogen.tell.pages import page
from slogen.tell.words import cut
from tests.conftest import EVENTS

from .strict import findings

HOSTILE = "<script>alert(1)</script> & ${datasource} $slo [[slo]] | *b* `x` [a](javascript:x) \u202e日本語 😀"
LONG = "Every answer of the assistant is there in time " * 11  # 500 characters and more
SETTINGS = "{apiVersion: slogen/v1, kind: Settings, targets: [grafana, docs]}"


def with_text(description: str, by: tuple[str, ...] = ()) -> Result:
    """A service that says this of itself and of its SLO."""
    sli = {"bad": 'bad_total{job="a",path=~"<b>|$slo|```"}', "total": 'all_total{job="a"}'}
    slo = {
        "name": "up",
        "description": description,
        "objective": 99.9,
        "links": {"wiki": 'https://example.com/a(b)<c>?q=$slo&x="y"'},
        "sli": {"events": {**sli, **({"by": list(by)} if by else {})}},
    }
    head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": "shop"}
    spec = {**head, "owner": "日本語チーム", "description": description, "slos": [slo]}
    return slogen.compile(json.dumps(spec, ensure_ascii=False), SETTINGS)


@pytest.fixture(scope="module")
def hostile():
    result = with_text(HOSTILE)
    assert result.ok, result.problems
    return result


def test_no_html_and_no_variables_in_text_panels(hostile):
    board = json.loads(hostile.files["grafana/slo-shop.json"])
    assert findings(board) == []
    found = [panel for row in board["panels"] for panel in (row, *row.get("panels", ()))]
    texts = [panel["options"]["content"] for panel in found if panel["type"] == "text"]
    assert len(texts) == 2
    for text in texts:
        assert not re.search(r"<(?!/?(?:pre|code)>)", text), text
        own = text.replace("${__url_time_range}", "").replace("${datasource:queryparam}", "")
        assert "$" not in own
        assert "[[" not in own
        assert not re.search(r"\]\((?!https?://|/d/)", own.replace("\\]", "")), text


def test_text_panels_say_the_text(hostile):
    text = hostile.files["grafana/slo-shop.json"]
    assert "&lt;script&gt;" in text
    assert "日本語 😀" in text


def test_markdown_pages_escape(hostile):
    text = hostile.files["docs/shop.md"]
    prose = re.sub(r"(?s)(`{3,})promql\n.*?\n\s*\1\n", "", text)
    assert "<script" not in prose
    assert "\\[a\\](javascript:x)" in prose
    assert any(line.startswith("````promql") for line in text.splitlines())


class Tags(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action", "srcset")]


def test_html_pages_escape(hostile):
    for path, text in catalogue([page(s, hostile.project.settings) for s in hostile.services]):
        found = Tags(text)
        assert found.tags.count("script") == (path == "index.html")
        assert all(re.match(r"https://|#|[a-z_]+\.html|data:,", address) for address in found.addresses)


def test_long_descriptions_are_cut():
    board = json.loads(with_text(LONG).files["grafana/slo-shop.json"])
    assert len(board["description"]) <= 200
    assert board["description"].endswith("…")
    assert all(len(panel["title"]) <= 100 for panel in board["panels"])


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("short", 10, "short"),
        ("one two three", 10, "one two…"),
        ("a" * 20, 10, "a" * 9 + "…"),
        ("a\n b", 9, "a b"),
    ],
)
def test_cut(text, most, expected):
    assert cut(text, most) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("99.9% of it", "99.9% of it"),
        ("1. first", "1\\. first"),
        ("- a", "\\- a"),
        ("a | b_c", "a \\| b\\_c"),
        ("a\n# b", "a # b"),
    ],
)
def test_plain_markdown(text, expected):
    assert markdown.plain(text) == expected


NAMES = ["a", "chat-api", "a" * 36, "a" * 37, "a-" * 31 + "b", "fleet", "gen-fleet", "gen-slo"]


@pytest.mark.parametrize("project", ["", "a", "a-b", "p" * 63])
def test_uids(project):
    """Whatever projects and services are called, no two boards have the same uid."""
    found = [*(service_board(name, project) for name in NAMES), fleet_board(project), slo_board(project)]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,40}", uid) for uid in found)
    others = [service_board(name, f"{project}-b" if project else "a") for name in NAMES]
    assert len({*found, *others}) == len(found) + len(others)


def test_a_group_is_no_label_with_a_slash():
    result = with_text("x", by=("a/b",))
    [problem] = result.problems
    assert "letters, digits and underscores" in f"{problem.message} {problem.hint}"
    assert problem.span.line == 1


def test_pages_are_deterministic(hostile):
    [service] = hostile.services
    one = page(service, hostile.project.settings)
    assert service_text(one) == service_text(one) == hostile.files["docs/shop.md"]


SINCE = (
    '{{ with query "floor(vector(time() / 3600)) * 3600000 - 21600000 > 1e12" }}'
    '{{ . | first | value | printf "%.0f" }}{{ else }}now-6h{{ end }}'
)


def test_alerts_lead_to_the_generated_board(compiled, rules_of):
    """tests/server/test_links.py has them told by real programs."""
    settings: dict[str, object] = {
        "grafana": {"url": "https://grafana.example.com/"},
        "labels": {"cluster": "eu 1&2"},
    }
    settings["targets"] = ["prometheus", "docs"]
    result = compiled({"sli": {"events": {**EVENTS["events"], "by": ["model"]}}}, settings=settings)
    page_of = result.files["docs/shop.md"]
    plain = "https://grafana.example.com/d/slogen-slo?var-service=shop&var-slo=shop%2Favailability"
    plain += "&var-cluster=eu%201%262"
    alert = rules_of(result, "SLOErrorBudgetBurn")[0]
    group = "{{ with $labels.model }}&var-by_model={{ . | urlquery }}{{ end }}"
    assert alert.annotations["dashboard_url"] == f"{plain}{group}&from={SINCE}&to=now"
    [info] = rules_of(result, "slogen_slo_info")
    assert info.labels["link_dashboard"] == plain  # for what is read at any time
    assert plain in page_of
    assert "{{" not in page_of


def test_a_dashboard_of_the_spec_stays_as_it_is(compiled, rules_of):
    settings = {"grafana": {"url": "https://grafana.example.com/"}}
    other = {"links": {"dashboard": "https://x.example.com"}}
    own = rules_of(compiled(other, settings=settings), "SLOErrorBudgetBurn")[0]
    assert own.annotations["dashboard_url"] == "https://x.example.com"
    assert "dashboard_url" not in rules_of(compiled(), "SLOErrorBudgetBurn")[0].annotations
