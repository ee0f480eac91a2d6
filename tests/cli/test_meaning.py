from pathlib import Path

import pytest

import slogen
from slogen.cli.meaning import changed_meanings
from slogen.write import Change
from tests.cli.conftest import spec

SETTINGS = "apiVersion: slogen/v1\nkind: Settings\ntargets: [{}]\n"


def files(text: str, settings: str) -> dict[str, bytes]:
    return {path: text.encode() for path, text in slogen.compile(text, settings).files.items()}


def said(old: str, new: str, target: str = "prometheus", labels: str = "") -> list[str]:
    before, after = files(old, SETTINGS.format(target)), files(new, SETTINGS.format(target) + labels)
    return changed_meanings([Change(Path(path), before[path], after[path]) for path in before])


@pytest.mark.parametrize("target", ["prometheus", "kubernetes"])
def test_an_objective_rescales_the_budget(target: str) -> None:
    expected = "chat/availability: objective 99.9% -> 99.5%: the same errors now use a fifth of the budget"
    assert said(spec(), spec(objective="99.5"), target) == [expected]


@pytest.mark.parametrize(
    ("objective", "words"),
    [("99.8", "half of"), ("99.95", "twice as much of"), ("99.99", "10 times as much of")],
)
def test_how_much_in_words(objective: str, words: str) -> None:
    assert words in said(spec(), spec(objective=objective))[0]


def test_a_window() -> None:
    (line,) = said(spec(), spec(window="7d"))
    assert line.startswith("chat/availability: window 30d -> 7d: the budget is counted over 7d")


def test_a_selector() -> None:
    (line,) = said(spec(), spec().replace("errors_total", "failures_total"))
    assert line.startswith("chat/availability: what is counted changed")


def test_identity_labels() -> None:
    (line,) = said(spec(), spec(), labels="labels: {cluster: eu}\n")
    assert line.startswith('chat/availability: identity labels none -> cluster="eu"')


def test_what_people_read_changes_nothing() -> None:
    assert said(spec(), spec().replace("slos:", "owner: us\nslos:")) == []


@pytest.mark.parametrize(
    "old", [b"not: [yaml", b"\xff", b"- 1", b"groups: [{rules: [1, {record: 2}]}]", b"groups: 3"]
)
def test_what_cannot_be_read_says_nothing(old: bytes) -> None:
    new = files(spec(), SETTINGS.format("prometheus"))
    path = "prometheus/chat.rules.yaml"
    assert changed_meanings([Change(Path(path), old, new[path])]) == []
