"""docs/notifications.md against the code: the drawing, the table of receivers, the default times."""

import re

from slogen.model.channels import KINDS, shown
from slogen.model.notifications import _TIMING, DEADMAN, SEVERITIES
from slogen.owners import routing_of
from slogen.project.workspace import open_workspace
from slogen.report.routes import as_mermaid
from slogen.units import parse_duration

from .pages import REPO, blocks, read, rows

PAGE = read("docs/notifications.md")


def test_the_drawing_is_that_of_the_shipped_notifications(monkeypatch):
    monkeypatch.chdir(REPO)
    workspace = open_workspace()
    assert workspace.all_problems == []
    assert blocks(PAGE, "mermaid") == [as_mermaid(routing_of(workspace.project)) + "\n"]


def test_the_table_of_receivers():
    listed = {}
    for row in rows(PAGE):
        kind = row[0].strip("`")
        if len(row) == 4 and kind in KINDS:
            listed.setdefault(kind, []).append((set(re.findall(r"`(\w+)`", row[1])), row[2], row[3]))
    assert listed.keys() == KINDS.keys()
    for kind, lines in listed.items():
        forms = KINDS[kind]
        fields = set().union(*(form.fields for form in forms))
        assert set().union(*(line[0] for line in lines)) == fields
        for names, version, in_object in lines:
            fitting = [form for form in forms if names <= form.fields.keys()]
            assert version == min(shown(form.first_version(names)) for form in fitting)
            assert in_object == ("yes" if fitting[0].crd else "no")


def test_the_default_times():
    cells = {row[0].strip("`"): row[1:] for row in rows(PAGE) if len(row) == 4}
    for field in ("group_wait", "group_interval", "repeat_interval"):
        page, ticket, others = cells[field]
        said = [page, ticket, *others.split(", ")]
        times = [getattr(_TIMING[name], field) for name in (*SEVERITIES, DEADMAN)]
        assert [parse_duration(text) for text in said] == times
