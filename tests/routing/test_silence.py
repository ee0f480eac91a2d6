"""Routes of somebody's configuration that take alerts, and are silent."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from slogen.emitted.routing import RoutingCase
from slogen.routing.silence import Unread, silent

MONDAY = date(2027, 1, 11)
LABELS = {"alertname": "Burn", "severity": "critical", "slo_id": "a/x"}
SENDERS = {"null": False, "pd": True, "chat": True}
OFFICE = "[{weekdays: ['monday:friday'], times: [{start_time: '09:00', end_time: '17:00'}]}]"


def said(routes: str, intervals: str, field: str = "time_intervals", receivers: tuple[str, ...] = ()):
    """Of an alert that somebody must be told of: the places of routes, and when they are silent."""
    config = yaml.safe_load(f"route: {{receiver: 'null', routes: {routes}}}\n{field}: {intervals}\n")
    case = RoutingCase("a/x", "", LABELS, receivers)
    found = list(silent(config, [case], SENDERS, MONDAY))
    return [
        ("unread", each.route.place[-1])
        if isinstance(each, Unread)
        else ("never" if each.is_never_sent else "at times", *(node.place[-1] for node in each.routes))
        for each in found
    ]


def of(spans: str, how: str = "active") -> list[tuple[str | int, ...]]:
    """What is said of one route with one name of intervals."""
    return said(f"[{{receiver: pd, {how}_time_intervals: [x]}}]", f"[{{name: x, time_intervals: {spans}}}]")


@pytest.mark.parametrize(
    ("spans", "covers"),
    [
        ("[{}]", "all"),
        ("[{times: [{start_time: '00:00', end_time: '24:00'}]}]", "all"),
        ("[{times: [{start_time: 00:00, end_time: 17:30}, {start_time: 17:30, end_time: 24:00}]}]", "all"),
        ("[{times: [{start_time: 00:00, end_time: 17:30}, {start_time: 17:31, end_time: 24:00}]}]", "some"),
        ("[{weekdays: ['sunday:saturday']}]", "all"),
        ("[{weekdays: ['Monday:friday']}, {weekdays: [saturday, sunday]}]", "all"),
        ("[{weekdays: ['monday:friday', saturday]}]", "some"),
        (OFFICE, "some"),
        ("[{days_of_month: ['1:31']}]", "all"),
        ("[{days_of_month: ['1:-1']}]", "all"),
        ("[{days_of_month: [1:31]}]", "all"),  # 91, to readers of YAML 1.1
        ("[{days_of_month: ['1:27', '-1']}]", "some"),
        ("[{days_of_month: ['-31:-1']}]", "all"),
        ("[{days_of_month: ['31']}]", "some"),
        ("[{days_of_month: ['31'], months: ['february']}]", "none"),
        ("[{months: ['1:6']}, {months: ['july:december']}]", "all"),
        ("[{months: ['1:6', '8:12']}]", "some"),
        ("[{years: ['2027:2030']}]", "all"),
        ("[{years: [2027]}]", "some"),  # the year ends before the days that are asked for
        ("[{years: ['2020:2026']}]", "none"),
        ("[{location: Europe/Berlin}]", "all"),
        # Between them both cover the day, in whatever zone, but not where their clocks differ.
        ("[{times: [{start_time: '00:00', end_time: '12:00'}], location: Europe/Berlin}, "
         "{times: [{start_time: '12:00', end_time: '24:00'}], location: Europe/Berlin}]", "all"),
        ("[{times: [{start_time: '00:00', end_time: '12:00'}], location: Europe/Berlin}, "
         "{times: [{start_time: '12:00', end_time: '24:00'}]}]", "some"),
        ("[]", "none"),
        ("[{times: []}]", "none"),
        ("[{weekdays: []}]", "none"),
    ],
)  # fmt: skip
def test_what_intervals_cover(spans, covers):
    active = {"all": [], "some": [("at times", 0)], "none": [("never", 0)]}
    mute = {"all": [("never", 0)], "some": [("at times", 0)], "none": []}
    assert of(spans, "active") == active[covers]
    assert of(spans, "mute") == mute[covers]


@pytest.mark.parametrize(
    "spans",
    [
        "[{location: Mars/Base}]",
        "[{holidays: [de]}]",
        "[{weekdays: [someday]}]",
        "[{times: [{start_time: '9'}]}]",
        "[x]",
        "[{months: 5}]",
    ],
)
def test_what_is_not_read(spans):
    assert of(spans) == [("unread", 0)]


def test_both_lists_of_intervals_are_one():
    route = "[{receiver: pd, mute_time_intervals: [x]}]"
    named = "[{name: x, time_intervals: [{}]}]"
    assert said(route, named, "mute_time_intervals") == [("never", 0)]
    assert said(route, "[]") == [("unread", 0)]


INTERVALS = f"[{{name: office, time_intervals: {OFFICE}}}, {{name: always, time_intervals: [{{}}]}}]"


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        # A child has its own intervals alone.
        ("[{receiver: pd, mute_time_intervals: [always], routes: [{matchers: [severity=critical]}]}]", []),
        ("[{receiver: pd, routes: [{mute_time_intervals: [always]}]}]", [("never", 0)]),
        # Another alert's route.
        ("[{receiver: pd, matchers: [severity=warning], mute_time_intervals: [always]}, {receiver: pd}]", []),
        # The next one is reached only with `continue`.
        ("[{receiver: pd, mute_time_intervals: [always]}, {receiver: chat}]", [("never", 0)]),
        ("[{receiver: pd, mute_time_intervals: [always], continue: true}, {receiver: chat}]", []),
        # Routes that take turns.
        (
            "[{receiver: pd, active_time_intervals: [office], continue: true},"
            " {receiver: chat, mute_time_intervals: [office]}]",
            [],
        ),
        (
            "[{receiver: pd, active_time_intervals: [office], continue: true},"
            " {receiver: chat, active_time_intervals: [office]}]",
            [("at times", 0, 1)],
        ),
        # One whose receiver sends to nobody helps nobody.
        ("[{receiver: pd, active_time_intervals: [office], continue: true}, {}]", [("at times", 0)]),
        ("[{receiver: pd, active_time_intervals: [office], mute_time_intervals: [office]}]", [("never", 0)]),
        ("[{receiver: pd, matchers: ['severity'], mute_time_intervals: [always]}]", [("unread", 0)]),
        ("[{receiver: pd, matchers: ['severity']}]", []),  # nothing is silent here
    ],
)
def test_routes(routes, expected):
    assert said(routes, INTERVALS) == expected


def test_each_receiver_of_the_notifications_must_be_told():
    routes = (
        "[{receiver: pd, active_time_intervals: [office], continue: true}, "
        "{receiver: chat, mute_time_intervals: [office]}]"
    )
    assert said(routes, INTERVALS, receivers=("pd",)) == [("at times", 0)]
    assert said(routes, INTERVALS, receivers=("pd", "chat")) == [("at times", 0), ("at times", 1)]
    assert said(routes, INTERVALS, receivers=("slogen-nobody",)) == []
