"""Matchers that narrow an SLI, as people write them at a shell."""

import pytest

from slogen.promql.matchers import MatchersError, added_matchers
from slogen.promql.parse import PromqlError
from slogen.promql.selector import Matcher


@pytest.mark.parametrize(
    ("text", "matchers"),
    [
        ('version="v2"', [Matcher("version", "=", "v2")]),
        (" version = 'v2' , ", [Matcher("version", "=", "v2")]),
        ("pod=~`canary-\\d+`,zone!='a'", [Matcher("pod", "=~", "canary-\\d+"), Matcher("zone", "!=", "a")]),
        ('"größe"="läßt",ok="a,b=c"', [Matcher("größe", "=", "läßt"), Matcher("ok", "=", "a,b=c")]),
    ],
)
def test_are_read(text, matchers):
    assert added_matchers(text, (3, 0)) == tuple(matchers)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("version=v2", 9, 'write `version="v2"`, in single quotes for the shell'),
        ('a="1",version=v2', 15, 'write `a="1",version="v2"`'),
        ('{version="v2"}', 1, 'drop the braces: `version="v2"`'),
        ("", 1, "a label's name was expected"),
        ('größe="x"', 3, 'names of other scripts stand in quotes: `"größe"'),
        ('"größe"="x"', None, "needs Prometheus 3"),
        ('a="b" c="d"', 7, "a comma or the end was expected here"),
        ('a=="b"', 3, "a value in quotes was expected here"),
        ('a="b', 3, "a value in quotes was expected here"),
        ('a>"b"', 2, "one of = != =~ !~ was expected here"),
        ('a=~"("', 1, "regex"),
        ('a=~"(?=x)"', 1, "regular expression|regex"),
        ('__name__="x"', 1, "the metrics' names are those of the SLI"),
    ],
)
def test_are_refused_where_they_are_wrong(text, column, words):
    with pytest.raises(PromqlError) as caught:
        added_matchers(text, (2, 42))
    said = f"{caught.value}; {caught.value.hint}"
    assert any(each in said for each in words.split("|")), said
    assert getattr(caught.value, "column", None) == column
    assert isinstance(caught.value, MatchersError) == (column is not None)
