"""Addresses of mail: taken as Alertmanager reads them, refused where a mail server would."""

from typing import Any, cast

import pytest

from slogen.validate.addresses import addresses


class _Place:
    def problem(self, code, message, hint):
        return f"{code}: {message} ({hint})"


def said(value, name="to"):
    return list(addresses("email", {name: value}, lambda _: cast(Any, _Place())))


@pytest.mark.parametrize(
    "value",
    [
        *("a@example.com", "a@localhost", "a.b+c@x-y.example.com", "o'neil@example.com", "Ä@bücher.example"),
        *(
            "Team <a@example.com>",
            '"Team, night" <a@example.com>',
            "<a@example.com>",
            "Dr. Bär <a@b.example>",
        ),
        *("a@b.example, Team <c@d.example>", "a@b.example,c@d.example", "1@2.example"),
        *("{{ .CommonLabels.owner }}@example.com", "a@b.example, {{ .CommonAnnotations.to }}"),
        "{{ if .Status }}a@b.example{{ else }}c@d.example{{ end }}",
        "Team {{ .CommonLabels.owner }} <{{ .CommonLabels.owner }}@example.com>",
        "{{ .CommonLabels.user }}@{{ .CommonLabels.host }}",
    ],
)
def test_addresses_that_are_taken(value):
    assert said(value) == []


@pytest.mark.parametrize(
    "value",
    [
        *("a@b..c", "a@.b", "a@b.", "a..b@c", ".a@c", "a.@c", "a b@c", "a@b c", "a@", "@b", "a@@b", "a"),
        *("a@-b.c", "a@b-.c", "a@1.2.3.4", "a@b.c,", ",a@b.c", "a@b.c;d@e.f", "a@b.c d@e.f", "Team <a@b..c>"),
        *("Team a@b.c", "<a@b.c", "a@b.c>", "a@b.c, d@e..f", f"{'x' * 65}@b.c", f"a@{'x' * 64}.c"),
        *(f"a@{'x.' * 140}c", "{{ .CommonLabels.owner }}@b..c", "{{ .CommonLabels.owner }} @b.c"),
        "a@b..c, {{ .CommonAnnotations.to }}",
    ],
)
def test_addresses_that_no_server_takes(value):
    [problem] = said(value)
    assert problem.startswith("address: ")
    assert "commas between them" in problem


def test_there_is_one_sender():
    assert said("a@b.example", "from") == []
    assert "write one address" in said("a@b.example, c@d.example", "from")[0]
