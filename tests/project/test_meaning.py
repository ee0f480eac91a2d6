from pathlib import Path

import pytest

import slogen
from slogen.project.meaning import changed_meanings
from slogen.write import Change
from tests.cli.conftest import spec

SETTINGS = "apiVersion: slogen/v1\nkind: Settings\ntargets: [{}]\n"


def files(text: str, settings: str) -> dict[str, bytes]:
    return {path: text.encode() for path, text in slogen.compile(text, settings).files.items()}


def said(old: str, new: str, target: str = "prometheus", labels: str = "") -> list[str]:
    before, after = files(old, SETTINGS.format(target)), files(new, SETTINGS.format(target) + labels)
    paths = dict.fromkeys([*before, *after])
    changes = [Change(Path(path), before.get(path), after.get(path)) for path in paths]
    return changed_meanings([change for change in changes if change.old != change.new])


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


def two(first: str, second: str) -> str:
    return spec().replace("availability", first) + spec().split("slos:\n")[1].replace("availability", second)


def test_a_renamed_slo_begins_anew() -> None:
    (line,) = said(spec(), spec().replace("availability", "answers"))
    name, how, fate = line.split(": ")
    assert (name, how) == ("chat/availability -> chat/answers", "renamed")
    assert fate == "history stays under the old name, the budget begins anew, full"


def test_a_renamed_service_moves_its_slos() -> None:
    (line,) = said(spec(), spec().replace("service: chat", "service: talk"))
    assert line.startswith("chat/availability -> talk/availability: moved to another service: ")


def test_an_slo_that_becomes_two() -> None:
    (line,) = said(spec(), two("fast", "good"))
    assert line.startswith("chat/availability -> chat/fast, chat/good: split: ")


def test_an_slo_that_is_deleted_and_one_that_is_new() -> None:
    (line,) = said(two("availability", "other"), spec())
    assert line.startswith("chat/other: deleted: its alerts end")
    (line,) = said(spec(), two("availability", "other"))
    assert line.startswith("chat/other: new: its budget begins full")


def test_a_first_run_and_another_target_say_nothing() -> None:
    after = files(spec(), SETTINGS.format("prometheus"))
    first = [Change(Path(path), None, text) for path, text in after.items()]
    assert changed_meanings(first) == []
    unchanged = [text.decode() for text in files(spec(), SETTINGS.format("kubernetes")).values()]
    gone = [Change(Path(path), text, None) for path, text in after.items()]
    assert changed_meanings(gone, unchanged) == []


def test_since() -> None:
    dated = spec().replace("    sli:", "    since: 2026-01-01\n    sli:")
    (line,) = said(spec(), dated)
    assert line == (
        "chat/availability: since nothing -> 2026-01-01: the budget counts nothing before 2026-01-01"
    )
    (line,) = said(dated, spec())
    assert line.endswith("since 2026-01-01 -> nothing: the budget counts all of 30d again")


def test_a_base_window() -> None:
    (line,) = said(spec(), spec(), labels="prometheus: {base_window: 10m}\n")
    assert line.startswith("chat/availability: base window 5m -> 10m: the shortest windows fill anew")


def test_the_least_number_of_bad_events() -> None:
    more = spec().replace("    sli:", "    alerting: {min_bad_events: 10}\n    sli:")
    assert said(spec(), more) == [
        "chat/availability: alerts now need more bad events: the budget stays as it is"
    ]
    assert "fewer" in said(more, spec())[0]
