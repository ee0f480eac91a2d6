"""No secret is shown, whoever repeats it and in whatever form."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from slogen.live.client import Client
from slogen.live.errors import ServerError
from slogen.live.http_config import read_http_config
from slogen.live.server import Http, OAuth2, Server
from slogen.live.veiling import Veil, secrets_of

from .fake import Asked, Said, failure, serving, success, vector

SECRET = "hunter2-s3cr3t/+x"
BASIC = base64.b64encode(f"bob:{SECRET}".encode()).decode()


def client(url: str, **http) -> Client:
    return Client(Server(url, http=Http(**http), timeout=5, retries=0))


def fault(said: Said, **http) -> str:
    with serving(lambda _: said) as fake, client(fake.url, **http) as asks, pytest.raises(ServerError) as e:
        asks.query("up")
    return str(e.value)


def test_warnings_and_versions_that_repeat_a_token():
    def answers(asked: Asked) -> Said:
        told = f"you said {asked.headers['Authorization']}"
        version = success({"version": told, "revision": told})
        return version if "buildinfo" in asked.path else vector(({"job": SECRET}, 1), warnings=[told])

    with serving(answers) as fake, client(fake.url, authorization=f"Bearer {SECRET}") as asks:
        found = asks.query("up")
        assert SECRET not in str(found.warnings)
        assert found.samples[0].labels == {"job": SECRET}  # data, which a password must not change
        assert SECRET not in str(asks.api("status/buildinfo"))


@pytest.mark.parametrize(
    "form",
    [f"Basic {BASIC}", f"bob:{SECRET}", SECRET, "hunter2-s3cr3t%2F%2Bx", BASIC.upper(), json.dumps(SECRET)],
)
def test_every_form_of_a_password_is_hidden(form):
    told = fault(failure(400, f"not {form}!"), basic=("bob", SECRET))
    assert form.removeprefix("Basic ") not in told
    assert "***" in told


@pytest.mark.parametrize("length", range(280, 301, 4))
def test_a_token_at_the_end_of_what_is_shown_is_hidden_whole(length):
    for said in (failure(400, "x" * length + SECRET), Said(500, b"x" * length + SECRET.encode())):
        assert SECRET[:3] not in fault(said, authorization=f"Bearer {SECRET}")


def test_each_value_of_a_header(tmp_path):
    (tmp_path / "key").write_text("of-a-file")
    path = tmp_path / "http.yaml"
    path.write_text("http_headers: {X: {values: [team-a, '1'], secrets: [alpha-1, beta-22], files: [key]}}")
    http, problems = read_http_config(path)
    assert problems == []
    veil = Veil.of(secrets_of(http))
    assert veil.text("alpha-1 beta-22 of-a-file team-a 1") == "*** *** *** team-a 1"


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"Authorization": "Bearer s3cr3t-tok"}, "s3cr3t-tok"),
        ({"Cookie": "session=s3cr3t-tok; a=b"}, "s3cr3t-tok"),
        ({"Authorization": f"Basic {BASIC}"}, SECRET),
    ],
)
def test_the_words_of_a_header_that_says_who_we_are(headers: Mapping[str, str], shown: str):
    assert shown not in fault(failure(400, f"a Bearer of {shown}?"), headers=headers)
    assert "a Bearer of" in fault(failure(400, f"a Bearer of {shown}?"), headers=headers)


def test_short_words_and_what_anybody_may_see_are_shown():
    headers = {"X-Scope-OrgID": "team-a", "X-N": "1"}
    told = fault(failure(400, "team-a got 401 times"), headers=headers, plain=frozenset({"team-a"}))
    assert "team-a got 401 times" in told


def test_the_token_server_is_told_nothing_that_is_for_the_server():
    def answers(asked: Asked) -> Said:
        return Said(200, b'{"access_token": "abc"}') if asked.path == "/token" else vector(({}, 1))

    with serving(answers) as fake:
        oauth2 = OAuth2("slogen", "s3cr3t", fake.url + "/token")
        with client(fake.url, oauth2=oauth2, headers={"X-Api-Key": SECRET}) as asks:
            asks.query("up")
    assert [asked.headers.get("X-Api-Key") for asked in fake.asked] == [None, SECRET]


@pytest.mark.parametrize("option", ["--rules-url", "--alertmanager-url"])
@pytest.mark.parametrize("user", ["", "ann:other@"])
def test_a_user_of_another_address_is_refused(run, option, user):
    done = run("status", "--url", f"http://{user}127.0.0.1:1", option, f"http://bob:{SECRET[:7]}@am.example")
    assert done.exit_code == 2
    assert f"{option}: it is asked with" in done.output
    assert SECRET[:7] not in done.output


def test_a_tenant_is_no_secret(run):
    with serving(lambda _: failure(400, "tenant-9 is not known")) as fake:
        server = f"{{eu: {{url: '{fake.url}', tenant: tenant-9}}}}"
        Path("slogen.yaml").write_text(f"apiVersion: slogen/v1\nkind: Settings\nservers: {server}\n")
        done = run("status", "--server", "eu", "--retries", "0")
    assert "tenant-9 is not known" in done.output


def test_a_header_that_cannot_be_sent_is_refused_and_not_shown(run):
    done = run("status", "--url", "http://127.0.0.1:1", "--header", "X-Key: s3cr3t\u0142")
    assert done.exit_code == 2
    assert "--header X-Key: a value is on one line" in done.output
    assert "s3cr3t" not in done.output
