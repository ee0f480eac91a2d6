"""Where backfilled history may end, where it may be written, and what is refused."""

from __future__ import annotations

import json
import time

import pytest
from click.testing import CliRunner

from slogen.cli import main
from slogen.diagnostics import CallError
from slogen.history import budgets
from slogen.history.ends import block_length, free_after, head_of, kept_by, lives
from slogen.history.engine import database
from slogen.live.client import Client
from slogen.live.server import Server
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE
from slogen.write.whole import whole_folder
from tests.live.fake import failure, serving, success

from .backfilled import END, SPEC, backfill, project

FIRST = SPEC.partition("  - name: regions")[0]


def server(head=None, kept="15d", series=()):
    """A Prometheus whose head begins at a time, in which `series` are recorded."""

    def answers(asked):
        if asked.path.endswith("/status/tsdb"):
            return failure(404, "no such page") if head is None else success({"headStats": {"minTime": head}})
        if asked.path.endswith("/status/runtimeinfo"):
            return success({"storageRetention": kept})
        if asked.path.endswith("/buildinfo"):
            return success({"version": "3.5.0", "goVersion": "go1.24"})
        if asked.path.endswith("/query_range"):
            return success({"resultType": "matrix", "result": list(series)})
        return failure(404, "not found")

    return serving(answers)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(project(tmp_path, FIRST))
    return tmp_path


def refused(programs, *arguments):
    result = backfill(programs, *arguments)
    assert isinstance(result.exception, CallError), result.output
    return str(result.exception)


def test_an_end_in_the_head_is_refused(here, newest):
    """With the reason, and the time at which the head will begin later."""
    head = END - 90 * MINUTE  # 10:30
    with server(head * 1000) as fake:
        said = refused(newest, "--url", fake.url, "--out", "blocks", "--until", END - HOUR)
        assert (
            "--until is later than 2026-01-06 10:25 UTC: the head of the server begins at 2026-01-06 10:30"
            in said
        )
        assert "lose, at its next restart" in said
        assert "run it again after 2026-01-06 13:05 UTC" in said
        assert "--until is later" in refused(newest, "--url", fake.url, "--out", "blocks", "--until", "now")
    assert not (here / "blocks").exists()


@pytest.mark.usefixtures("here")
def test_a_block_does_not_touch_the_head(newest):
    """A head that begins at a whole five minutes: the block ends five minutes before."""
    with server(END * 1000) as fake:
        said = refused(newest, "--url", fake.url, "--out", "blocks", "--until", END)
    assert "is later than 2026-01-06 11:55 UTC" in said


@pytest.mark.usefixtures("here")
def test_who_does_not_say_where_the_head_begins_is_told_the_end(newest):
    with server() as fake:
        said = refused(newest, "--url", fake.url, "--out", "blocks")
    assert "say where history is to end, by --until" in said


@pytest.mark.usefixtures("here")
def test_what_rules_have_recorded_stays(newest):
    """No end after the first of their samples."""
    now = int(time.time())
    began = (now - 5 * HOUR) // 300 * 300
    points = [[at, "1"] for at in range(began, now, 300)]
    live = {"metric": {"slo_id": "shop/availability"}, "values": points}
    with server((now - HOUR) * 1000, series=[live]) as fake:
        said = refused(newest, "--url", fake.url, "--out", "blocks", "--until", now - 2 * HOUR)
    assert "since when rules record" in said


@pytest.mark.usefixtures("here")
def test_rules_that_are_old_need_no_history(newest):
    now = int(time.time())
    points = [[at, "1"] for at in range((now - 2 * DAY) // 300 * 300, now, 300)]
    live = {"metric": {"slo_id": "shop/availability"}, "values": points}
    with server(now * 1000, series=[live]) as fake:
        assert "for as long as" in refused(newest, "--url", fake.url, "--out", "blocks")


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ({"headStats": {"minTime": 1_767_700_800_000}}, 1_767_700_800.0),
        ({"headStats": {"minTime": 2**63 - 1}}, float("inf")),
        ({"totalSeries": 5}, None),  # VictoriaMetrics
        ({"headStats": {"minTime": "soon"}}, None),
        ([], None),
    ],
)
def test_the_head(body, head):
    with serving(lambda _: success(body)) as fake, Client(Server(fake.url)) as client:
        assert head_of(client) == head


@pytest.mark.parametrize(
    ("said", "kept"), [("15d", 15 * DAY), ("40d or 5GiB", 40 * DAY), ("5GiB", None), ("", None), ("0s", None)]
)
def test_the_retention(said, kept):
    answers = success({"storageRetention": said})
    with serving(lambda _: answers) as fake, Client(Server(fake.url)) as client:
        assert kept_by(client) == kept


@pytest.mark.parametrize(
    ("kept", "hours"),
    [(None, 18), (15 * DAY, 18), (40 * DAY, 54), (90 * DAY, 162), (3650 * DAY, 486), (DAY, 2), (HOUR, 2)],
)
def test_blocks_are_as_long_as_the_servers_own(kept, hours):
    assert block_length(kept) == hours * HOUR


@pytest.mark.parametrize(("at", "after"), [(END, END + 65 * MINUTE), (END + 1, END + 3 * HOUR + 5 * MINUTE)])
def test_when_the_head_begins_later(at, after):
    """It is cut at even hours, when three hours are in it."""
    assert free_after(at) == after


def test_rules_that_came_back_after_a_day_began_then():
    """What a trial recorded a week ago doesn't keep history away."""
    trial = [[at, "1"] for at in range(END - 7 * DAY, END - 6 * DAY, 300)]
    again = [[at, "1"] for at in range(END - HOUR, END + 1, 300)]
    gone = {"metric": {"slo_id": "shop/gone"}, "values": trial}
    back = {"metric": {"slo_id": "shop/back"}, "values": [*trial, *again]}
    with server(series=[gone, back]) as fake, Client(Server(fake.url)) as client:
        found = lives(client, ["shop"], Settings(), END - 8 * DAY, END)
    assert found["shop/back"] == END - HOUR - 299
    assert "shop/gone" not in found


@pytest.mark.parametrize("held", ["wal", "chunks_head", "lock"])
@pytest.mark.parametrize("below", ["", "blocks", "a/b"])
def test_the_folder_of_a_prometheus_is_refused(here, newest, held, below):
    data = here / "data"
    data.mkdir()
    (data / held).touch() if held == "lock" else (data / held).mkdir()
    said = refused(newest, "--url", "http://127.0.0.1:9", "--out", data / below)
    assert "is not empty" in said if not below else f"it has `{held}`" in said


def test_a_folder_that_is_used_is_refused(here, newest):
    (here / "blocks").mkdir()
    (here / "blocks/mine").touch()
    assert "is not empty" in refused(newest, "--url", "http://127.0.0.1:9", "--out", "blocks")
    assert "or --remote-write, or --check" in refused(newest, "--url", "http://127.0.0.1:9")
    assert "or --remote-write, or --check" in refused(
        newest, "--url", "http://127.0.0.1:9", "--out", "b", "--check"
    )


@pytest.mark.usefixtures("here")
def test_a_server_that_is_away(oracles):
    program = oracles("prometheus-3.5", "prometheus")
    result = CliRunner().invoke(
        main,
        [
            "backfill",
            "--url",
            "http://127.0.0.1:9",
            "--out",
            "blocks",
            "--retries",
            "0",
            "--prometheus",
            str(program),
        ],
    )
    assert result.exit_code == 4, result.output


def test_a_folder_is_whole_or_not_there(tmp_path):
    def broken():
        with whole_folder(tmp_path / "out") as folder:
            (folder / "block").touch()
            assert not (tmp_path / "out").exists()
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        broken()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "out").mkdir()
    with whole_folder(tmp_path / "out") as folder:
        (folder / "block").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "block"]


def test_wrong_budgets_are_not_given_out(here, newest, recorded, monkeypatch):
    """What rules make of the blocks is held against what is counted, and nothing is kept of what is wrong."""
    monkeypatch.setattr(budgets, "_sum", lambda *_: 1.0)
    result = backfill(newest, "--tsdb", recorded, "--until", END - HOUR, "--out", "blocks")
    assert result.return_value == 1, result.output
    assert "apart" in result.stdout
    assert "Next" not in result.stdout
    assert not (here / "blocks").exists()


def test_what_is_young_is_written_and_said(here, newest, recorded):
    """A budget that looks back further than there is data; and an SLO without any."""
    spec = FIRST.replace("window: 1d", "window: 4d") + FIRST[FIRST.index("  - name") :].replace(
        "availability", "nothing"
    ).replace("requests_total", "nothing_total")
    (here / "specs/shop.yaml").write_text(spec)
    result = backfill(
        newest, "--tsdb", recorded, "--until", END - HOUR, "--out", "blocks", "--format", "json"
    )
    assert result.return_value == 5, result.output
    said = json.loads(result.stdout)
    assert said["agrees"]
    assert not said["complete"]
    assert any(note.startswith("shop/availability: data begins on 2026-01-03 12:0") for note in said["notes"])
    assert "shop/nothing: there is no data at all" in said["notes"]
    assert said["output"]["blocks"] == len(list((here / "blocks").iterdir()))
    nothing = backfill(newest, "shop/nothing", "--tsdb", recorded, "--until", END - HOUR, "--out", "none")
    assert nothing.return_value == 5
    assert not (here / "none").exists()


def test_what_a_server_drops_is_said(here, newest, recorded, monkeypatch):
    """Of a retention that is shorter than the history, by a server that has it."""
    monkeypatch.setattr("slogen.cli.backfill.kept_by", lambda _: 15 * DAY)
    (here / "server").mkdir()
    recorded.rename(here / "server/data")
    with database(newest, Settings(), here / "server") as scratch:
        result = backfill(
            newest, "--url", scratch.client.server.url, "--until", END - HOUR, "--out", "blocks"
        )
    assert result.return_value == 0, result.output
    assert "the server keeps 15d: blocks that end before" in result.stdout
