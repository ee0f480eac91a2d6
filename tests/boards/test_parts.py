"""A service with very many SLOs: boards that an object can hold, that lead to each other and lack nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

import slogen
from slogen.conventions import service_board

from .strict import findings

pytestmark = pytest.mark.slow

MOST = 256 * 1024  # of all annotations of an object, among them the copy that `kubectl apply` keeps
COUNT = 400
HEAD = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\nowner: o\n"
SETTINGS = "apiVersion: slogen/v1\nkind: Settings\ntargets: [grafana]\n"
FORMS = "grafana: {forms: [files, sidecar, operator]}\n"
SLO = """\
  - name: {name}
    description: Requests of {name} are answered <{signs}>
    objective: 99.9
    sli: {{latency: {{histogram: 'took_seconds{{job="big", route="/v1/{name}"}}', threshold: 500ms}}}}
"""


def of(service: str, names: list[str], settings: str = FORMS) -> dict[str, str]:
    text = f"{HEAD}service: {service}\nslos:\n" + "".join(
        SLO.format(name=name, signs="&" * 300) for name in names
    )
    result = slogen.compile({"big.yaml": text}, SETTINGS + settings)
    assert result.ok, result.problems
    return result.files


def boards_in(files: dict[str, str], service: str) -> list[dict[str, Any]]:
    """The boards of a service, in order."""
    found = [json.loads(text) for path, text in files.items() if path.endswith(".json")]
    return [board for board in found if "slogen-service" in board["tags"] and service in board["title"]]


@pytest.fixture(scope="module")
def big() -> dict[str, str]:
    return of("big", [f"s{number:03}" for number in reversed(range(COUNT))])


def test_no_object_is_larger_than_it_may_be(big: dict[str, str]) -> None:
    objects = [path for path in big if path.startswith("kubernetes/")]
    assert len(objects) == 2 * (len(boards_in(big, "big")) + 4)
    for path in objects:
        copy = json.dumps(yaml.load(big[path], yaml.CSafeLoader), ensure_ascii=False)
        for sign in "<>&":  # as Go writes them
            copy = copy.replace(sign, f"\\u{ord(sign):04x}")
        assert len(copy.encode()) < MOST, path


def test_every_slo_is_on_one_board(big: dict[str, str]) -> None:
    boards = boards_in(big, "big")
    assert len(boards) > 3
    rows = [row["title"].split(":")[0] for board in boards for row in board["panels"] if row.get("collapsed")]
    assert rows == [f"s{number:03}" for number in range(COUNT)]  # by name, however they are written
    for board in boards:
        assert findings(board) == []
        its = [row["title"].split(":")[0] for row in board["panels"] if row.get("collapsed")]
        assert f"{its[0]} to {its[-1]}" in board["title"]


def test_boards_lead_to_each_other(big: dict[str, str]) -> None:
    boards = boards_in(big, "big")
    uids = [board["uid"] for board in boards]
    assert uids[0] == service_board("big", "")  # whatever led there still does
    assert len(set(uids)) == len(uids)
    for board in boards:
        [link] = [each for each in board["links"] if each["title"] == "More SLOs"]
        assert (link["type"], link["tags"]) == ("dashboards", [uids[0]])
        assert uids[0] in board["tags"]
    overviews = [any(panel["title"] == "All SLOs" for panel in board["panels"]) for board in boards]
    assert overviews == [True] + [False] * (len(boards) - 1)


def test_names_are_free_and_short() -> None:
    """A service called like a part, and one whose uid has no room for a number."""
    longest = "s" * 60
    few = [f"n{number}" for number in range(4)]
    settings = "kubernetes: {max_bytes: 20000}\n"
    files = {**of("big", few, settings), **of("big-2", few, settings), **of(longest, few, settings)}
    uids = [json.loads(text)["uid"] for path, text in files.items() if path.endswith(".json")]
    assert len(uids) == len(set(uids))
    assert {"slo-big", "slo-big_2", "slo-big-2"} <= set(uids)
    assert all(len(uid) <= 40 for uid in uids)


def test_a_board_that_fits_stays_one() -> None:
    few = [f"n{number}" for number in range(4)]
    [board] = boards_in(of("small", few), "small")
    assert board["title"] == "SLO small"
    assert not [link for link in board["links"] if link["title"] == "More SLOs"]
    assert len([row for row in board["panels"] if row.get("collapsed")]) == len(few)
    # Even where nothing fits, a board has one row, and no row is lost.
    boards = boards_in(of("small", few, "kubernetes: {max_bytes: 1}\n"), "small")
    assert [len([r for r in board["panels"] if r.get("collapsed")]) for board in boards] == [1] * len(few)
