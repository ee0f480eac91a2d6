"""Lists of incidents that people know of."""

from __future__ import annotations

import pytest

from slogen.diagnostics import CallError
from slogen.history.reported import Reported, reported

KNOWN = ("shop/availability", "shop/latency", "shop")
AT = 1_767_682_800  # 2026-01-06 07:00 UTC


def read(tmp_path, text):
    path = tmp_path / "incidents.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return reported(path, KNOWN)


def test_times_names_and_slos(tmp_path):
    found, problems = read(
        tmp_path,
        "Name,severity,start,end,slo\n"
        "later,1,2026-01-06T10:00:00+02:00,2026-01-06T08:30:00Z,shop\n"
        f'"first, and\nworst",2,2026-01-06 07:00,{AT + 60},shop/availability\n'
        ",3,1767693600,2026-01-06 10:00:30,\n",
    )
    assert problems == []
    assert found == (
        Reported(AT, AT + 60, "shop/availability", "first, and worst"),
        Reported(AT + 3600, AT + 5400, "shop", "later"),
        Reported(AT + 10_800, AT + 10_830),
    )


@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_spreadsheets_write(tmp_path, separator):
    text = "start,end\n2026-01-06 07:00,2026-01-06 07:01\n".replace(",", separator)
    found, problems = read(tmp_path, "\ufeff" + text.replace("\n", "\r\n"))
    assert (found, problems) == ((Reported(AT, AT + 60),), [])


@pytest.mark.parametrize(
    ("text", "place", "words", "hint"),
    [
        ("", (1, 1), "it has no incident", "the first line names the columns: start,end"),
        ("start,end\n", (1, 1), "it has no incident", "the first line names the columns"),
        ("started,end\n1,2\n", (1, 1), "no column is called `start`", "is it `started`?"),
        ("start,slo\n1,2\n", (1, 1), "no column is called `end`", "the first line names the columns"),
        ("start,end,slo_id\n1,2,shop\n", (1, 1), "the column `slo_id` is not read", "call it `slo`"),
        ("start,end\n2026-01-06 07:00\n", (2, 1), "this row has 1 fields", "written to its end"),
        (
            "start,end\nmonday,2026-01-06\n",
            (2, 1),
            "`start` is `monday`, which is no time",
            "2026-10-19 14:05",
        ),
        ("name,start,end\na,2026-01-06,\n", (2, 14), "it has no `end`", "2026-10-19 14:05"),
        (
            "start,end\n2026-01-06 07:00,2026-01-06 07:00\n",
            (2, 18),
            "it ends before it begins",
            "are start and end swapped?",
        ),
        (
            "start,end,slo\n2026-01-06,2026-01-07,shop/availibility\n",
            (2, 23),
            "no spec has an SLO or a service `shop/availibility`",
            "did you mean `shop/availability`?",
        ),
        (
            "start,end,slo\n2026-01-06,2026-01-07,billing\n",
            (2, 23),
            "no spec has an SLO or a service `billing`",
            "leave it empty where it may have been any",
        ),
    ],
)
def test_what_is_wrong_is_shown_where_it_stands(tmp_path, text, place, words, hint):
    found, [problem] = read(tmp_path, text)
    assert found == ()
    assert problem.code == "incident-list"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == place
    assert words in problem.message
    assert hint in problem.hint


def test_every_row_that_is_wrong_is_told(tmp_path):
    _, problems = read(tmp_path, "start,end\na,2026-01-06\n2026-01-06,2026-01-07\n2026-01-06,b\n")
    assert [problem.span.line for problem in problems] == [2, 4]


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe\x00", "no text in UTF-8"), (None, "No such file")]
)
def test_what_is_no_file_of_text(tmp_path, content, words):
    with pytest.raises(CallError, match=words):
        read(tmp_path, content) if content else reported(tmp_path / "none.csv", KNOWN)
