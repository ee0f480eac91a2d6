"""A server that can't be asked is told apart from one that says all is well, and no secret is shown."""

import socket
from collections.abc import Callable
from itertools import count

import pytest

from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.server import Http, OAuth2, Server

from .fake import Asked, Said, failure, serving, success, vector

SECRET = "hunter2-s3cr3t"
ONE = vector(({"__name__": "up"}, 1.0))


def ask(url: str, http: Http | None = None, timeout: float = 5.0, retries: int = 0):
    with Client(Server(url, http=http or Http(), timeout=timeout, retries=retries)) as client:
        return client.query("up", at=1000)


def fault(said: Said, **options) -> ServerError:
    with serving(lambda _: said) as fake, pytest.raises(ServerError) as found:
        ask(fake.url, **options)
    return found.value


def test_a_question_is_posted_with_its_time_and_wants_the_whole_answer():
    with serving(lambda _: ONE) as fake:
        answer = ask(fake.url + "/prefix")
    (asked,) = fake.asked
    assert (asked.method, asked.path) == ("POST", "/prefix/api/v1/query")
    assert asked.form == {
        "query": "up",
        "time": "1000.000",
        "timeout": "5s",
        "partial_response": "false",
        "dedup": "true",
        "nocache": "1",
    }
    assert [sample.value for sample in answer.samples] == [1.0]


def test_warnings_and_scalars_and_histograms_are_read():
    with serving(lambda _: vector(({}, 2.0), warnings=["a store is away"])) as fake:
        assert ask(fake.url).warnings == ("a store is away",)
    with serving(lambda _: success({"resultType": "scalar", "result": [5, "+Inf"]})) as fake:
        assert ask(fake.url).samples[0].value == float("inf")
    histogram = {"resultType": "vector", "result": [{"metric": {}, "histogram": [5, {}]}]}
    with serving(lambda _: success(histogram)) as fake:
        assert ask(fake.url).samples[0].is_histogram


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (Said(401), Fault.AUTH, "401"),
        (Said(401, b"no org id\n"), Fault.AUTH, "Say `tenant` in slogen.yaml"),
        (failure(401, "no org id"), Fault.AUTH, "Say `tenant` in slogen.yaml"),
        (Said(403, b"no"), Fault.AUTH, "403"),
        (Said(404, b"404 page not found"), Fault.PROTOCOL, "prefix"),
        (failure(400, "parse error: x"), Fault.QUERY, "parse error: x"),
        (Said(400, b"Client sent an HTTP request to an HTTPS server.\n"), Fault.QUERY, "to an HTTPS server"),
        (failure(422, "query processing would load too many samples", "execution"), Fault.LIMIT, "samples"),
        (Said(429, headers={"Retry-After": "9"}), Fault.LIMIT, "429"),
        (failure(503, "query timed out", "timeout"), Fault.TIMEOUT, "gave up"),
        (Said(500, b"oh no"), Fault.HTTP, "500: oh no"),
        (Said(502, b"<html>bad gateway"), Fault.HTTP, "502"),
        (Said(200, b"<!doctype html><p>Sign in"), Fault.PROTOCOL, "HTML"),
        (Said(200, b'{"status":"success"}'), Fault.PROTOCOL, "no data"),
        (Said(200, b"[1]"), Fault.PROTOCOL, "Prometheus"),
        (success({"resultType": "matrix", "result": []}), Fault.PROTOCOL, "matrix"),
        (success({"resultType": "vector", "result": [{"metric": {}}]}), Fault.PROTOCOL, "form"),
        (success({"resultType": "vector", "result": [3]}), Fault.PROTOCOL, "form"),
        (Said(200, b'{"status":"succ', cut=True), Fault.HTTP, "early"),
        (Said(200, b"not gzip", {"Content-Encoding": "gzip"}), Fault.HTTP, "unpacked"),
        (Said(302, headers={"Location": "https://login.example/?next=x"}), Fault.PROTOCOL, "login.example"),
        (Said(302, headers={"Location": "/api/v1/query"}), Fault.PROTOCOL, "redirect"),
    ],
    ids=str,
)
def test_every_fault_has_its_kind_and_words(said, kind, words):
    error = fault(said)
    assert error.kind == kind
    assert words in error.message
    assert "next=x" not in str(error)


def test_a_slow_drip_ends_in_time():
    assert fault(Said(200, b"{}", drip=True), timeout=0.5).kind == Fault.TIMEOUT


def test_who_is_not_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ServerError) as found:
            ask(url)
    assert found.value.kind == Fault.REFUSED
    with pytest.raises(ServerError) as found:
        ask("http://no-such-host.invalid")
    assert found.value.kind == Fault.DNS


def test_tls_where_there_is_none():
    with serving(lambda _: ONE) as fake, pytest.raises(ServerError) as found:
        ask(fake.url.replace("http:", "https:"))
    assert found.value.kind == Fault.TLS


def _after(failures: int, said: Said) -> Callable[[Asked], Said]:
    number = count()
    return lambda _: said if next(number) < failures else ONE


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass_is_asked_again(status):
    with serving(_after(2, Said(status, headers={"Retry-After": "0"}))) as fake:
        assert ask(fake.url, retries=3).samples
    assert len(fake.asked) == 3


def test_what_wont_pass_is_asked_once():
    with serving(lambda _: Said(401)) as fake, pytest.raises(ServerError):
        ask(fake.url, retries=3)
    assert len(fake.asked) == 1


def test_a_question_that_is_too_hard_is_asked_twice_at_most():
    said = failure(503, "query timed out", "timeout")
    with serving(lambda _: said) as fake, pytest.raises(ServerError):
        ask(fake.url, retries=9)
    assert len(fake.asked) == 2


def test_a_proxy_that_only_reads_is_asked_by_get():
    with serving(lambda asked: Said(405) if asked.method == "POST" else ONE) as fake:
        assert ask(fake.url).samples
    assert fake.asked[1].form["query"] == "up"


def test_a_redirect_on_the_same_host_keeps_the_question():
    def answers(asked: Asked) -> Said:
        moved = Said(301, headers={"Location": "/new" + asked.path})
        return ONE if asked.path.startswith("/new") else moved

    with serving(answers) as fake:
        assert ask(fake.url).samples
    assert fake.asked[1].form["query"] == "up"


HTTPS = (
    Http(basic=("bob", SECRET)),
    Http(authorization=f"Bearer {SECRET}"),
    Http(headers={"X-Api-Key": SECRET}),
)


@pytest.mark.parametrize("http", HTTPS, ids=["basic", "bearer", "header"])
def test_what_a_server_repeats_of_our_secrets_is_hidden(http):
    error = fault(failure(400, f"you said {SECRET}"), http=http)
    assert SECRET not in str(error)
    assert SECRET not in repr(http)
    assert "***" in error.message


@pytest.fixture
def with_netrc(tmp_path, monkeypatch):
    path = tmp_path / "netrc"
    path.write_text(f"machine 127.0.0.1 login bob password {SECRET}\n")
    path.chmod(0o600)
    monkeypatch.setenv("NETRC", str(path))


@pytest.mark.usefixtures("with_netrc")
def test_nothing_is_sent_that_nobody_asked_for():
    with serving(lambda _: ONE) as fake:
        ask(fake.url)
    assert "Authorization" not in fake.asked[0].headers


def test_oauth2_gets_one_token_for_many_questions():
    def answers(asked: Asked) -> Said:
        if asked.path == "/token":
            return Said(200, b'{"access_token": "abc", "expires_in": 3600}')
        return ONE if asked.headers.get("Authorization") == "Bearer abc" else Said(401)

    with serving(answers) as fake:
        oauth2 = OAuth2("slogen", SECRET, fake.url + "/token", ("read",))
        with Client(Server(fake.url, http=Http(oauth2=oauth2))) as client:
            client.query("up")
            client.query("up")
    assert [asked.path for asked in fake.asked].count("/token") == 1
    assert fake.asked[0].form == {"grant_type": "client_credentials", "scope": "read"}


def test_oauth2_that_gives_no_token():
    with serving(lambda _: Said(400, SECRET.encode())) as fake:
        http = Http(oauth2=OAuth2("slogen", SECRET, fake.url + "/token"))
        with pytest.raises(ServerError) as found:
            ask(fake.url, http)
    assert found.value.kind == Fault.AUTH
    assert SECRET not in str(found.value)
    assert [asked.form.get("client_secret") for asked in fake.asked] == [None, SECRET]
