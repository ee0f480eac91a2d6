"""The register of codes: what is raised is in it, and nothing else; each is explained and can be seen."""

import re
from pathlib import Path

import pytest

from slogen.codes import CODES, SUBJECTS, is_usage, link
from tests.raised import raised

TESTS = Path(__file__).parent
BAD = {path.name for path in (TESTS / "bad").iterdir()}


@pytest.fixture(scope="module")
def others():
    """The text of all other tests."""
    return "\n".join(path.read_text() for path in TESTS.rglob("test_*.py") if path != Path(__file__))


@pytest.mark.slow
def test_what_is_raised_is_what_is_registered():
    found = raised()
    assert {code: places for code, places in found.items() if code not in CODES} == {}
    assert [code for code in CODES if code not in found] == []


def test_a_code_belongs_to_one_subject():
    assert sum(map(len, SUBJECTS.values())) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_each_is_explained(code):
    known = CODES[code]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
    for text in (known.meaning, known.mend, known.example or "As in a file."):
        assert text[0].isupper() or text.startswith(("`", "slogen", "promtool", "amtool"))
        assert text.endswith((".", "?"))
        assert "  " not in text
    assert link(code) == f"docs/problems.md#{code}"


@pytest.mark.parametrize("code", CODES)
def test_each_can_be_seen(code, others):
    """A spec that has it, or else a sentence that says when it comes and a test that makes it come."""
    if code in BAD:
        assert not CODES[code].example
    else:
        assert CODES[code].example
        assert f'"{code}"' in others or f"[{code}]" in others  # in JSON, in text


def test_what_cannot_be_read_is_another_exit_code():
    """Which code ends a command with 2 is a contract with pipelines."""
    assert {code for code in CODES if is_usage(code)} == {
        *("no-such-path", "no-specs", "unreadable-file", "outside-link", "file-name", "misnamed-file"),
        *("not-text", "yaml-syntax", "too-large", "too-deep", "too-many-aliases", "recursive-alias"),
        *("http-config", "eval-results", "eval-duplicate", "story"),
        *("incident-list", "unreadable-metrics", "import-unread-file"),
    }
    assert not is_usage("a-code-of-somebody-else")


def test_bad_files_are_of_known_codes():
    assert set(CODES) >= BAD
