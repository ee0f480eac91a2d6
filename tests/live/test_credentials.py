"""TLS with certificates of our own, and basic authentication, on a real Prometheus."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.http_config import read_http_config
from slogen.live.server import Server
from tests.server.processes import free_port, kill, start, wait_for

# Of the password "test"; no library here makes one.
HASH = "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay"
WEB = f"""
tls_server_config: {{cert_file: server.crt, key_file: server.key, client_ca_file: ca.crt,
  client_auth_type: RequireAndVerifyClientCert}}
basic_auth_users: {{reader: "{HASH}"}}
"""
GOOD = """
basic_auth: {username: reader, password_file: password}
tls_config: {ca_file: ca.crt, cert_file: client.crt, key_file: client.key}
"""


def openssl(folder: Path, *args: str) -> None:
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA, a server's certificate for 127.0.0.1 and `prom.example`, and a client's."""
    path = tmp_path_factory.mktemp("tls")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        path, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=ca", "-days", "2"
    )
    for name, more in (
        ("server", "subjectAltName=IP:127.0.0.1,DNS:prom.example"),
        ("client", "subjectAltName=DNS:c"),
    ):
        openssl(path, "req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (path / f"{name}.ext").write_text(more + "\n")
        signed = ("-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
        openssl(path, "x509", "-req", *signed, "-out", f"{name}.crt", "-extfile", f"{name}.ext")
    (path / "web.yml").write_text(WEB)
    (path / "prometheus.yml").write_text("")
    (path / "password").write_text("test\n")
    return path


@pytest.fixture(scope="module", params=["2.42", "3.5"])
def port(request, oracles, folder) -> Iterator[int]:
    binary, free = oracles(f"prometheus-{request.param}", "prometheus"), free_port()
    flags = (
        "--web.config.file=web.yml",
        "--config.file=prometheus.yml",
        f"--storage.tsdb.path=d{request.param}",
    )
    process = start([binary, *flags, f"--web.listen-address=127.0.0.1:{free}"], folder / "log.txt", folder)
    try:
        wait_for("Prometheus", lambda: "ready to receive" in (folder / "log.txt").read_text(), 60)
        yield free
    finally:
        kill(process)
        (folder / "log.txt").unlink()


def ask(folder: Path, port: int, text: str, host: str = "127.0.0.1") -> float:
    (folder / "http.yaml").write_text(text)
    http, problems = read_http_config(folder / "http.yaml")
    assert problems == []
    with Client(Server(f"https://{host}:{port}", http=http, timeout=10, retries=0)) as client:
        return client.query("1 + 1").samples[0].value


@pytest.mark.server
def test_who_has_everything_is_answered(folder, port, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/hostname")  # it would win over what the file says
    assert ask(folder, port, GOOD) == 2


@pytest.mark.server
@pytest.mark.parametrize(
    ("text", "host", "kind", "words"),
    [
        (GOOD.replace("ca_file: ca.crt, ", ""), "127.0.0.1", Fault.TLS, "nobody who is trusted"),
        (
            GOOD.replace(", cert_file: client.crt, key_file: client.key", ""),
            "127.0.0.1",
            Fault.TLS,
            "certificate of ours",
        ),
        (GOOD.replace("password_file: password", "password: wr0ngpass"), "127.0.0.1", Fault.AUTH, "401"),
        (GOOD, "localhost", Fault.TLS, "another name"),
        (
            GOOD.replace("key_file: client.key", "key_file: password"),
            "127.0.0.1",
            Fault.TLS,
            "certificate or key",
        ),
    ],
)
def test_what_is_missing_is_said(folder, port, text, host, kind, words):
    with pytest.raises(ServerError) as found:
        ask(folder, port, text, host)
    assert (found.value.kind, words in found.value.message) == (kind, True), found.value.message
    assert "wr0ngpass" not in str(found.value)


@pytest.mark.server
def test_the_name_of_the_certificate_can_be_said(folder, port):
    named = GOOD.replace("tls_config: {", "tls_config: {server_name: prom.example, ")
    assert ask(folder, port, named, "localhost") == 2


@pytest.mark.server
def test_anybody_may_be_trusted_who_asks_for_it(folder, port):
    careless = GOOD.replace("ca_file: ca.crt", "insecure_skip_verify: true")
    assert ask(folder, port, careless) == 2


@pytest.mark.server
def test_http_where_https_is_spoken(port):
    server = Server(f"http://127.0.0.1:{port}", timeout=5, retries=0)
    with Client(server) as client, pytest.raises(ServerError) as found:
        client.query("1")
    assert found.value.kind in (Fault.QUERY, Fault.HTTP)


@pytest.mark.server
def test_versions_of_tls_that_the_server_does_not_speak(folder, port):
    assert ask(folder, port, GOOD.replace("tls_config: {", "tls_config: {min_version: TLS13, ")) == 2
    with pytest.raises(ServerError) as found:  # Prometheus speaks 1.2 at least
        ask(
            folder,
            port,
            GOOD.replace("tls_config: {", "tls_config: {min_version: TLS10, max_version: TLS11, "),
        )
    assert found.value.kind == Fault.TLS
