"""Backfilled history that is sent by remote write: the same samples, and to nobody else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from slogen.history import budgets
from slogen.history.engine import database
from slogen.settings import Settings
from slogen.units import HOUR
from tests.evals.test_push import fields, plain
from tests.live.fake import Said, serving

from .backfilled import END, SPEC, backfill, project


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(project(tmp_path, SPEC.partition("  - name: regions")[0]))
    return tmp_path


def samples_of(body):
    """The samples of a request: labels, time in milliseconds, value."""
    for _, series in fields(plain(body)):
        parts = list(fields(series))
        pairs = [dict(fields(part)) for number, part in parts if number == 1]
        labels = tuple(sorted((pair[1].decode(), pair[2].decode()) for pair in pairs))
        for sample in (dict(fields(part)) for number, part in parts if number == 2):
            yield labels, sample[2], sample[1]


def held(promtool, folder):
    """The samples of blocks, as promtool reads them."""
    (folder / "wal").mkdir()  # without it there is no database for it
    dump = subprocess.run([promtool, "tsdb", "dump", folder], check=True, capture_output=True, text=True)
    for text, value, at in re.findall(r"\{(.*)\} (\S+) (\d+)\n", dump.stdout):
        labels = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', text)
        yield tuple(sorted((key, said.replace('\\"', '"')) for key, said in labels)), int(at), float(value)


def test_all_that_blocks_hold_is_sent_the_oldest_first(here, newest, recorded):
    tsdb = ("--tsdb", recorded, "--until", END - HOUR)
    with serving(lambda _: Said(204)) as fake:
        sent = backfill(newest, *tsdb, "--remote-write", f"{fake.url}/api/v1/write", "--format", "json")
    assert sent.return_value == 0, sent.output
    made = backfill(newest, *tsdb, "--out", "blocks", "--format", "json")
    requests = [list(samples_of(asked.body)) for asked in fake.asked]
    every = [sample for request in requests for sample in request]
    assert sorted(every) == sorted(held(newest.promtool, here / "blocks"))
    assert requests[0][0][1] == min(at for _, at, _ in every)
    output = json.loads(sent.stdout)["output"]
    assert output == {"server": f"{fake.url}/api/v1/write", "series": output["series"], "samples": len(every)}
    assert json.loads(made.stdout)["output"]["samples"] == len(every)


@pytest.mark.usefixtures("here")
def test_nothing_is_sent_of_what_is_wrong(newest, recorded, monkeypatch):
    monkeypatch.setattr(budgets, "_sum", lambda *_: 1.0)
    with serving(lambda _: Said(204)) as fake:
        result = backfill(newest, "--tsdb", recorded, "--until", END - HOUR, "--remote-write", fake.url)
    assert (result.return_value, fake.asked) == (1, [])
    assert "sent to" not in result.stdout


def test_credentials_of_the_server_that_is_asked_go_nowhere_else(here, newest, recorded):
    (here / "http.yaml").write_text("basic_auth: {username: who, password: there}\n")
    folder = here / "server"
    shutil.copytree(recorded, folder / "data")
    with database(newest, Settings(), folder) as server, serving(lambda _: Said(204)) as fake:
        asked = server.client.server.url.replace("http://", "http://ci:s3cr3t@")
        call = ("--url", asked, "--until", END - HOUR, "--remote-write", fake.url)
        assert backfill(newest, *call).return_value == 0
        assert "Authorization" not in fake.asked[-1].headers
        assert backfill(newest, *call, "--push-http-config", "http.yaml").return_value == 0
        assert fake.asked[-1].headers["Authorization"].startswith("Basic ")
