"""Annotations without their questions."""

import pytest

from slogen.render.rulers.templates import without_queries

CASES = {
    "plain text": ("burns {{ $value }}", "burns {{ $value }}"),
    "a question alone": ('a {{ with query "x" }}b{{ end }} c', "a c"),
    "with an answer for none": ('{{ with query "x" }}b{{ else }}now{{ end }}!', "now!"),
    "conditions inside": (
        'A. {{ with query (printf `x{a="}}"}`) }}{{ if gt $l 0.0 }}b{{ else }}c{{ end }}{{ end }} D',
        "A. D",
    ),
    "conditions outside": (
        '{{ if eq $labels.a "b" }}{{ with query "x" }}c{{ end }}d{{ else }}e{{ end }}',
        '{{ if eq $labels.a "b" }}d{{ else }}e{{ end }}',
    ),
    "two of them": ('{{ with query "x" }}a{{ end }}-{{ with query "y" }}b{{ else }}c{{ end }}', "-c"),
    "another with": ("{{ with $labels.a }}b{{ . }}{{ end }}", "{{ with $labels.a }}b{{ . }}{{ end }}"),
}


@pytest.mark.parametrize("name", CASES)
def test_questions_are_left_out(name):
    text, wanted = CASES[name]
    assert without_queries(text) == wanted
