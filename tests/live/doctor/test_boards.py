"""Boards are there, and ask what those of git ask; what Grafana doesn't say is not known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import slogen
from tests.live.fake import Asked, Said, failure, serving, success

from .worlds import SPEC

HEAD = "apiVersion: slogen/v1\nkind: Settings\n"
SETTINGS = HEAD + "targets: [prometheus, grafana]\ngrafana: {forms: [sidecar]}\n"
FILES = slogen.compile({"specs/api.yaml": SPEC}, SETTINGS.replace("sidecar", "files")).files
BOARDS = {Path(path).stem: json.loads(text) for path, text in FILES.items() if path.endswith(".json")}
NOT_FOUND = Said(404, json.dumps({"message": "Dashboard not found"}).encode())
Answers = Callable[[Asked], Said]


def grafana(asked: Asked) -> Said:
    """As Grafana has boards: with a number and a version of its own."""
    board = BOARDS.get(asked.path.rpartition("/")[2])
    if board is None:
        return NOT_FOUND
    stored = {"dashboard": {**board, "id": 7, "version": 3}, "meta": {"folderTitle": "SLOs"}}
    return Said(200, json.dumps(stored).encode())


@pytest.fixture
def look(run, tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/api.yaml").write_text(SPEC)
    (tmp_path / "slogen.yaml").write_text(SETTINGS)

    def ask(answers: Answers, *args: str, code: int = 0):
        with serving(lambda _: success({})) as prometheus, serving(answers) as boards:
            words = ("--url", prometheus.url, "--grafana-url", boards.url, "--only", "boards", *args)
            done = run("doctor", *words)
        assert done.exit_code == code, done.output
        return done.output, prometheus.asked, boards.asked

    return ask


def test_all_boards_are_there(look):
    """Whatever brings them to Grafana."""
    text, _, asked = look(grafana, "--strict")
    assert "1 check done, nothing found" in text
    assert {each.path for each in asked} == {f"/api/dashboards/uid/{uid}" for uid in BOARDS}


def test_a_board_that_is_missing(look):
    text, *_ = look(lambda asked: NOT_FOUND if "fleet" in asked.path else grafana(asked), "--strict", code=1)
    assert f"warning[board-missing]: 1 of {len(BOARDS)} boards are not in Grafana: slogen-fleet" in text


def test_a_board_that_asks_something_else(look):
    def edited(asked: Asked) -> Said:
        said = grafana(asked)
        changed = said.body.replace(b"slogen_slo_info", b"slogen_slo_inf")
        return Said(200, changed) if asked.path.endswith("/slo-api") else said

    text, *_ = look(edited, "--strict", code=1)
    assert f"warning[board-differs]: 1 of {len(BOARDS)} boards ask something else in Grafana" in text
    assert "than in git: slo-api" in text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(401, b'{"message":"Unauthorized"}'), "see --grafana-http-config"),
        (Said(404, b"404 page not found"), "there is no Grafana API"),
        (Said(200, b"<!doctype html>"), "is this the address of a Grafana?"),
        (Said(200, b"[]"), "is this the address of a Grafana?"),
        (failure(500, "no"), "500"),
    ],
    ids=str,
)
def test_what_grafana_does_not_say_is_not_known(look, said, words):
    text, *_ = look(lambda _: said, "--retries", "0", code=5)
    assert "cannot tell: boards" in text
    assert words in text


def test_grafana_is_told_nothing_that_is_for_the_server(look, tmp_path):
    (tmp_path / "grafana.yml").write_text("authorization: {credentials: glsa-1}\n")
    _, _, asked = look(grafana, "--header", "X-Key: of-prometheus", "--grafana-http-config", "grafana.yml")
    assert {each.headers["Authorization"] for each in asked} == {"Bearer glsa-1"}
    assert not any("X-Key" in each.headers for each in asked)


def test_a_project_without_boards(look, tmp_path):
    (tmp_path / "slogen.yaml").write_text(HEAD + "targets: [prometheus]\n")
    text, _, asked = look(grafana, code=5)
    assert ("not asked: boards (the project writes no boards)" in text, asked) == (True, [])


def test_boards_are_those_of_all_clusters(look, tmp_path):
    (tmp_path / "slogen.yaml").write_text(SETTINGS + "clusters: [{name: eu-1}, {name: us-1}]\n")
    text, _, asked = look(grafana, "--cluster", "eu-1", code=0)
    assert {each.path for each in asked} == {f"/api/dashboards/uid/{uid}" for uid in BOARDS}
    assert "1 check done" in text
