"""Prometheus' own http_config, with every secret read and none of them shown."""

from pathlib import Path

import pytest

from slogen.diagnostics import Problem, has_errors
from slogen.live.http_config import read_http_config
from slogen.live.veiling import secrets_of
from slogen.report import render

SECRET = "hunter2-s3cr3t"


@pytest.fixture
def read(tmp_path):
    def reads(text: str):
        path = tmp_path / "http.yaml"
        path.write_text(text)
        return read_http_config(path)

    (tmp_path / "secret").write_text(SECRET + "\n")
    return reads


def told(problems: list[Problem]) -> str:
    return render(problems, "text")


@pytest.mark.parametrize(
    "text",
    [
        f"basic_auth: {{username: bob, password: {SECRET}}}",
        "basic_auth: {username: bob, password_file: secret}",
    ],
)
def test_a_user_and_a_password(read, text):
    http, problems = read(text)
    assert (http.basic, problems) == (("bob", SECRET), [])
    assert SECRET in secrets_of(http)


@pytest.mark.parametrize(
    "text",
    [
        "authorization: {credentials_file: secret}",
        "bearer_token_file: secret",
        f"bearer_token: {SECRET}",
        f"authorization: {{type: Bearer, credentials: {SECRET}}}",
    ],
)
def test_a_token(read, text):
    http, problems = read(text)
    assert (http.authorization, problems) == (f"Bearer {SECRET}", [])
    assert SECRET in secrets_of(http)


def test_all_else(read, tmp_path):
    (tmp_path / "ca.crt").write_text("x")
    http, problems = read(
        "tls_config: {ca_file: ca.crt, server_name: prom}\n"
        "proxy_url: http://bob:pw@proxy.example:3128\nno_proxy: .internal\n"
        "http_headers: {X-Scope-OrgID: {values: [a]}, X-Key: {files: [secret]}}\n"
        "follow_redirects: false\n"
        "oauth2: {client_id: me, client_secret_file: secret, token_url: 'https://x.example/t', scopes: [a]}\n"
    )
    assert problems == []
    assert http.tls.ca_file == str(tmp_path / "ca.crt")
    assert http.headers == {"X-Scope-OrgID": "a", "X-Key": SECRET}
    assert http.oauth2 is not None
    assert http.oauth2.client_secret == SECRET
    assert not http.follow_redirects
    assert {"pw", SECRET} <= set(secrets_of(http))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"basic_auth: {{username: bob, password: {SECRET}, password_file: secret}}", 1, "both"),
        (f"bearer_token: {SECRET}\nbasic_auth: {{username: bob}}", 1, "both"),
        ("basic_auth: {password_file: secret}", 1, "no `username`"),
        ("\nauthorization: {credentials_file: nowhere}", 2, "can't be read"),
        ("authorization: {type: Basic, credentials: x}", 1, "elsewhere"),
        ("tls_config:\n  ca_file: nowhere", 2, "can't be read"),
        ("tls_config: {key_file: secret}", 1, "without its certificate"),
        ("tls_config: {ca_fil: secret}", 1, "ca_fil"),
        ("basic_auht: {}", 1, "basic_auht"),
        (f"proxy_url: bob:{SECRET}@proxy", 1, "proxy_url"),
        ("- a list", 1, "a mapping"),
        ("a: [", 1, ""),
        ('http_headers: {X: {values: ["a\\nb"]}}', 1, "one line"),
        ('bearer_token: "a\\nb"', 1, "one line"),
        ("authorization: {credentials: \u0142}", 1, "Latin-1"),
        (f"http_headers: {{AuthoriZation: {{secrets: [{SECRET}]}}}}", 1, "can't be set"),
        ("http_headers:\n  Host: {values: [a]}", 2, "can't be set"),
        ("tls_config: {min_version: TLS13, max_version: TLS12}", 1, "no version"),
        ("tls_config: {min_version: SSL3}", 1, "TLS10"),
        ("basic_auth: {username: a}\n---\nbasic_auth: {username: b}", 3, "one document"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_shows_nothing(read, text, line, words):
    _, problems = read(text)
    assert has_errors(problems)
    assert problems[0].span is not None
    assert problems[0].span.line == line
    assert words in told(problems)
    assert SECRET not in told(problems)
    assert all(problem.hint for problem in problems if problem.code == "http-config")


def test_a_file_that_is_not_there():
    _, problems = read_http_config(Path("/nowhere/http.yaml"))
    assert [problem.code for problem in problems] == ["unreadable-file"]


def test_a_secret_file_of_several_lines(read, tmp_path):
    (tmp_path / "secret").write_text("two\nlines")
    _, problems = read("bearer_token_file: secret")
    assert [problem.code for problem in problems] == ["http-config"]
    assert "[http-config]" in told(problems)


def test_a_password_of_digits_and_an_empty_one(read):
    http, problems = read("basic_auth: {username: 0123, password: 00450}")
    assert (http.basic, problems) == (("0123", "00450"), [])
    http, problems = read("basic_auth: {username: bob, password: ''}")
    assert (http.basic, problems) == (("bob", ""), [])


def test_what_prometheus_takes_without_a_value(read):
    http, problems = read("authorization: {type: Bearer}\nproxy_url: ''")
    assert (http.authorization, http.proxy, problems) == ("Bearer", None, [])
    assert not list(secrets_of(http))


def test_versions_of_tls(read):
    http, problems = read("tls_config: {min_version: TLS12, max_version: TLS13}")
    assert (http.tls.min_version, http.tls.max_version, problems) == ("TLS12", "TLS13", [])
