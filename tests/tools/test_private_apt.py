"""Which entries of a machine's apt sources count as the Debian archive, and what becomes of them."""

import subprocess
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[2] / "tools/private-apt.sh"
WANTED = "Types: deb\nURIs: http://mirror.example/debian\nSuites: sid\nComponents: main\n{}\n"
KEYRING = "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
DEB822 = f"""\
# a comment
Types: deb
# an older place
URIs: http://mirror.example/debian
Suites: stable stable-updates
Components: main
{KEYRING}
Types: deb
URIs: http://mirror.example/debian-security
Suites: stable-security
Components: main
"""
STANZA = "Types: deb\nURIs: http://mirror.example/debian\nSuites: stable\nComponents: main\n"
LINE = "deb http://mirror.example/debian stable main\n"
FOREIGN = {
    "suite.sources": STANZA.replace("stable", "nodistro"),
    "key.sources": f"{STANZA}Signed-By: /usr/share/keyrings/php.gpg\n",
    "component.sources": STANZA.replace("main", "edge"),
    "off.sources": f"Enabled: no\n{STANZA}",
    "source.sources": STANZA.replace("deb\n", "deb-src\n", 1),
    "suite.list": LINE.replace("stable", "cloud-sdk-stable"),
    "key.list": LINE.replace("deb ", "deb [arch=amd64 signed-by=/etc/apt/keyrings/php.gpg] ", 1),
    "component.list": LINE.replace("main", "edge"),
    "off.list": f"# {LINE}",
    "source.list": LINE.replace("deb ", "deb-src ", 1),
}


def sources(path: Path, text: str) -> str:
    """What the library makes of an apt source file with this text, for sid."""
    path.write_text(text)
    script = 'set -eu; . "$0"; private_apt_sources sid "$1"'
    command = ["bash", "-c", script, str(LIBRARY), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_deb822_keeps_the_key_and_changes_the_suite(tmp_path: Path) -> None:
    assert sources(tmp_path / "debian.sources", DEB822) == WANTED.format(KEYRING)


def test_one_line_format(tmp_path: Path) -> None:
    text = "deb http://mirror.example/debian stable main contrib # the archive\n"
    assert sources(tmp_path / "sources.list", text) == WANTED.format("")


def test_one_line_options_are_kept(tmp_path: Path) -> None:
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    text = f"deb [ arch=amd64 trusted=yes signed-by={key} ] http://mirror.example/debian stable main\n"
    assert sources(tmp_path / "a.list", text) == WANTED.format(f"{KEYRING}Trusted: yes\n")


@pytest.mark.parametrize("text", [STANZA, LINE])
def test_the_plain_entry_is_taken(tmp_path: Path, text: str) -> None:
    name = "a.sources" if text == STANZA else "a.list"
    assert sources(tmp_path / name, text) == WANTED.format("")


@pytest.mark.parametrize("name", FOREIGN)
def test_others_are_left_out(tmp_path: Path, name: str) -> None:
    assert sources(tmp_path / name, FOREIGN[name]) == ""
