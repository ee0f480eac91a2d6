"""Stories: those that ship, files and phases on the command line, and what is wrong with them."""

import pytest

from slogen.diagnostics import CallError
from slogen.history.story import Phase, shipped, story_of
from slogen.units import HOUR, MINUTE

HEAD = "apiVersion: slogen/v1\nkind: Story\nname: mine\n"


@pytest.mark.parametrize("name", shipped())
def test_shipped_stories_can_be_read(name):
    story, problems = story_of(name)
    assert problems == []
    assert story is not None
    assert story.name == name
    assert story.description
    assert story.phases[-1].end <= story.lasts


def read(tmp_path, text):
    path = tmp_path / "story.yaml"
    path.write_text(HEAD + text)
    return story_of(str(path))


def test_a_file_says_it_all(tmp_path):
    text = "before: 7d\nlasts: 12h\nstarts: '19:30'\ntraffic: 50/s\nnight: 4/h\nerrors: 0.5%\nphases:\n"
    text += "  - {at: 4h, for: 10m, traffic: 0/s}\n  - {at: 1h, for: 5m, errors: 20, every: 15m, times: 3}\n"
    story, problems = read(tmp_path, text)
    assert problems == []
    assert story is not None
    starts = [HOUR, HOUR + 15 * MINUTE, HOUR + 30 * MINUTE]
    assert story.phases == (
        *(Phase(at, at + 5 * MINUTE, errors=0.2) for at in starts),
        Phase(4 * HOUR, 4 * HOUR + 10 * MINUTE, traffic=0.0),
    )
    assert (story.before, story.lasts, story.starts) == (7 * 86400, 12 * HOUR, 19 * HOUR + 30 * MINUTE)
    assert story.rate(12 * HOUR, None) == 50
    assert story.rate(23 * HOUR, None) == pytest.approx(4 / 3600)
    assert story.rate(23 * HOUR, story.phases[-1]) == 0
    assert story.share(None) == 0.005
    assert story.share(story.phases[0]) == 0.2
    assert story.began == tuple(starts)


def test_phases_in_words_follow_each_other():
    story, problems = story_of("outage=100%@30m, 5%@2h")
    assert problems == []
    assert story is not None
    assert [(p.start, p.end, p.errors) for p in story.phases] == [
        (HOUR, HOUR + 30 * MINUTE, 1.0),
        (3 * HOUR + 30 * MINUTE, 5 * HOUR + 30 * MINUTE, 0.05),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("phases: [{at: 1h, for: 5m}]", 4, "nothing happens"),
        ("phases: [{at: 1h, for: 5m, gone: true, errors: 5%}]", 4, "have no events"),
        ("phases: [{at: 1h, for: 5m, gone: true, down: true}]", 4, "have no events"),
        ("phases:\n- {at: 1h, for: 2h, errors: 1%}\n- {at: 2h, for: 5m, errors: 2%}", 5, "overlaps"),
        ("phases: [{at: 1h, for: 20m, errors: 1%, every: 10m}]", 4, "overlaps"),
        ("phases: [{at: 1h, for: 20m, errors: 1%, times: 3}]", 4, "needs `every`"),
        ("lasts: 1h\nphases: [{at: 1h, for: 20m, errors: 1%}]", 5, "ends after the story"),
        ("phases: [{at: 1h, for: 20m, errors: 120%}]", 4, "errors"),
        ("phases: [{at: 1h, for: 20m, errors: 12%, latency: 3}]", 4, "latency"),
        ("phases: []", 4, "phases"),
        ("traffic: 20\nphases: [{at: 1h, for: 20m, errors: 12%}]", 4, "200/s"),
    ],
)
def test_what_contradicts_itself_is_shown(tmp_path, text, line, words):
    story, problems = read(tmp_path, text)
    assert story is None
    assert any(words in f"{p.message} {p.hint}" for p in problems), problems
    assert line in {p.span.line for p in problems if p.span}


def test_two_documents_are_no_story(tmp_path):
    story, problems = read(tmp_path, "phases: [{at: 1h, for: 5m, errors: 1%}]\n---\n{}\n")
    assert story is None
    assert "one document" in problems[-1].message
    assert problems[-1].code == "story"


@pytest.mark.parametrize("text", ["outtage", "nowhere.yaml", "100%@soon", "200"])
def test_what_is_no_story_says_what_there_is(text):
    with pytest.raises(CallError, match=r"outage|duration"):
        story_of(text)
