"""Which promtools are found, and what is said of those that can't be used."""

import shutil

import pytest

from slogen.oracles.find import AMTOOL, candidates, usable

SOON = 20.0
BAD = [
    ("echo 'promtool, version 2.41.0 (branch: x)'", "promtool-too-old", "2.41.0"),
    ("echo 'segmentation fault' >&2; exit 139", "promtool-broken", "exit code 139: `segmentation fault`"),
    ("kill -9 $$", "promtool-broken", "was killed by signal 9"),
    ("echo 'prometheus tool v12'", "promtool-unknown", "`prometheus tool v12`"),
    ("true", "promtool-unknown", "printed nothing"),
]


@pytest.mark.parametrize(("version", "code", "words"), BAD, ids=[words for _, _, words in BAD])
def test_unusable(fake, version, code, words):
    path = fake(version=version)
    found, (problem,) = usable([path], SOON)
    assert (found, problem.code) == ([], code)
    assert words in problem.message
    assert str(path) in problem.message


BAD_AMTOOLS = [
    ("echo 'amtool, version 0.24.0 (branch: x)'", "amtool-too-old", "0.24.0"),
    ("exit 1", "amtool-broken", "exit code 1"),
    ("echo 'promtool, version 3.5.0'", "amtool-unknown", "`promtool, version 3.5.0`"),
]


@pytest.mark.parametrize(("version", "code", "words"), BAD_AMTOOLS, ids=[code for _, code, _ in BAD_AMTOOLS])
def test_unusable_amtool(fake, version, code, words):
    found, (problem,) = usable([fake(version=version)], SOON, AMTOOL)
    assert (found, problem.code) == ([], code)
    assert words in problem.message
    assert "amtool 0.25" in problem.hint


def test_one_that_hangs_is_left(fake):
    _, (problem,) = usable([fake(version="exec sleep 30")], 0.2)
    assert "gave no answer within 0.2 s" in problem.message


def test_missing_and_not_executable(tmp_path, fake):
    plain = fake()
    plain.chmod(0o644)
    _, problems = usable([tmp_path / "nowhere", plain, tmp_path], SOON)
    assert ["could not be started" in problem.message for problem in problems] == [True] * 3


def test_binary_output_is_no_traceback(fake):
    _, (problem,) = usable([fake(version=r"printf '\377\376\033[31mx'")], SOON)
    assert problem.code == "promtool-unknown"


def test_versions_name_them_in_order(fake):
    newer, older = fake("newer"), fake("older", version="echo 'promtool, version 2.42.0+ds'")
    found, _ = usable([newer, older, newer], SOON)
    assert [tool.name for tool in found] == ["2.42", "3.5"]


def test_two_of_one_version_are_told_apart_by_path(fake):
    found, _ = usable([fake("one"), fake("two")], SOON)
    assert [tool.name.split(" ")[0] for tool in found] == ["3.5", "3.5"]
    assert len({tool.name for tool in found}) == 2


def test_a_folder_that_is_named_counts_and_nothing_else(tmp_path, monkeypatch, fake):
    """A program of a repository under test isn't started only because it lies there."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert candidates(None) == []
    (tmp_path / "bin").mkdir()
    on_path = shutil.copy(fake(), tmp_path / "bin/promtool")
    for version in ("3.5", "2.42"):
        (tmp_path / f".oracles/prometheus-{version}").mkdir(parents=True)
        shutil.copy(fake(), tmp_path / f".oracles/prometheus-{version}/promtool")
    monkeypatch.chdir(tmp_path)
    assert candidates(None) == [on_path]
    fetched = candidates(tmp_path / ".oracles")
    assert [path.parent.name for path in fetched] == ["prometheus-2.42", "prometheus-3.5"]


@pytest.mark.parametrize("path", [".", "", "bin", ":bin:", "/nowhere"])
def test_places_of_the_path_that_are_relative_do_not_count(tmp_path, monkeypatch, fake, path):
    (tmp_path / "bin").mkdir()
    shutil.copy(fake(), tmp_path / "bin/promtool")
    shutil.copy(fake(), tmp_path / "promtool")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path)
    assert candidates(None) == []
