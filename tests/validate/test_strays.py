"""What was pasted where a name or a duration belongs is shown in no report; what is only misspelt is."""

import pytest

import slogen
from slogen.report import render

PASSWORD = "hunter2"
HEAD = """\
apiVersion: slogen/v1
kind: Notifications
receivers:
  ops-chat: {webhook: {url: "http://x"}}
  sre-2: {webhook: {url: "http://y"}}
"""
FITS = "default: {page: ops-chat, ticket: sre-2}"
PLACES = [
    "default: {page: ops-chat, ticket: hunter2}",
    "default: {page: sre-2, ticket: [ops-chat, hunter2]}",
    f"{FITS[:-1]}, ticket_hours: hunter2}}",
    f"{FITS[:-1]}, escalate: {{page_to: hunter2, page_after: hunter2}}}}",
    f"{FITS[:-1]}, escalate: {{page_to: hunter2, page_after: 1h}}}}",
    f"{FITS}\nmeta: {{ticket: hunter2, deadman: [hunter2]}}",
    f"{FITS}\nmax_pages_per_day: hunter2\ntiming: {{page: {{group_wait: hunter2}}}}",
    f"{FITS}\nhours: {{h: [{{days: hunter2, from: hunter2, time_zone: hunter2}}]}}",
    f"{FITS}\nowners: {{sre: {{page: hunter2}}}}",
    "default: hunter2",
]


def shown(text, form):
    problems = slogen.compile({"n.yaml": f"{HEAD}{text}\n"}).problems
    assert [problem for problem in problems if problem.is_error]
    return render(problems, form, colour=False)


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
@pytest.mark.parametrize("text", PLACES)
def test_a_password_is_not_shown(text, form):
    assert PASSWORD not in shown(text, form)


@pytest.mark.parametrize("name", ["ops-chta", "sre-3", "mail"])
def test_what_is_misspelt_is_shown(name):
    assert f"there is no receiver `{name}`" in shown(f"default: {{page: ops-chat, ticket: {name}}}", "text")


def test_a_duration_that_is_none_is_shown():
    assert "cannot be `0s`" in shown(f"{FITS[:-1]}, escalate: {{page_to: sre-2, page_after: 0s}}}}", "text")
