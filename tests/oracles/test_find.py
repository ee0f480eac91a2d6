"""Which promtools are found, and what is said of those that can't be used."""

import shutil

import pytest

from slogen.oracles.find import candidates, usable

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


def test_fetched_ones_come_before_the_path(tmp_path, monkeypatch, fake):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert candidates(tmp_path) == []
    (tmp_path / "bin").mkdir()
    on_path = shutil.copy(fake(), tmp_path / "bin/promtool")
    assert candidates(tmp_path) == [on_path]
    for version in ("3.5", "2.42"):
        (tmp_path / f".oracles/prometheus-{version}").mkdir(parents=True)
        shutil.copy(fake(), tmp_path / f".oracles/prometheus-{version}/promtool")
    assert [path.parent.name for path in candidates(tmp_path)] == ["prometheus-2.42", "prometheus-3.5"]
