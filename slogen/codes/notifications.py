"""Codes of notifications: receivers, their channels and secrets, who is told when, and who isn't."""

from __future__ import annotations

from typing import Final

from slogen.codes.code import Code, Codes

NOTIFICATIONS: Final[Codes] = {
    "inline-secret": Code(
        "A secret stands in the file, where everybody reads it who reads the project.",
        "Put it into a file or a Kubernetes Secret and name that. Change the secret: it has been seen.",
    ),
    "secret-reference": Code(
        "A reference to a secret names none, or half of one.",
        "Write `{file: /path}`, or `{secret: NAME, key: KEY}`.",
    ),
    "address": Code(
        "An address, a channel or another value that its service wouldn't take: every message there would "
        "be lost.",
        "Write it as the hint shows.",
    ),
    "channel-fields": Code(
        "The fields of a channel don't make up one way to send, or a receiver is both an existing one and "
        "a new one.",
        "Give it the fields that the hint lists.",
    ),
    "receiver-version": Code(
        "The oldest Alertmanager of the project can't send to this channel so.",
        "Say in `alertmanager.min_version` what yours is, if it is newer, or send another way.",
    ),
    "receiver-target": Code(
        "An AlertmanagerConfig can't have this receiver, or can't read its secret.",
        "Keep the secret in a Kubernetes Secret, take another channel, or leave that target out.",
    ),
    "receiver-none": Code(
        "`none` means nobody, and stands beside receivers.",
        "Take it out, or write nothing else there.",
    ),
    "unknown-receiver": Code(
        "Alerts are sent to a receiver that isn't declared.",
        "Declare it below `receivers`, or take the one in the hint.",
    ),
    "unused-receiver": Code(
        "A receiver is declared, and nothing is ever sent to it.",
        "Use it, or drop it.",
    ),
    "unknown-owner": Code(
        "Notifications name an owner that no SLO has.",
        "Write the owner as the specs do, or drop the entry.",
    ),
    "no-destination": Code(
        "Nothing says who gets the alerts of owners that aren't listed.",
        "Add the severity to `default`: a receiver, or `none`.",
    ),
    "reaches-nobody": Code(
        "Alerts are made of which nobody hears.",
        "Name a receiver, or switch those alerts off.",
    ),
    "no-owner": Code(
        "Nobody owns an SLO, so its alerts go to whoever takes the rest.",
        "Add `owner: TEAM` to the SLO or to the spec.",
    ),
    "no-runbook": Code(
        "An SLO pages, and nothing says what to do then.",
        "Add `links: {runbook: URL}`.",
    ),
    "same-destination": Code(
        "Pages and tickets of an owner go to the same place. Soon both are overlooked there.",
        "Send tickets elsewhere.",
    ),
    "too-many-pages": Code(
        "SLOs that are just met allow more pages a day than anybody takes seriously.",
        "Take longer windows, or fewer SLOs that page; `max_pages_per_day` is the measure.",
    ),
    "escalation": Code(
        "An escalation lacks its time or its receiver, is too short or too long, or leads to nobody.",
        "Write both `page_after` and `page_to`, as the hint shows.",
    ),
    "escalation-to-same": Code(
        "A page that keeps firing goes to those who had it already.",
        "Name a receiver in `page_to` that doesn't get the page at first.",
    ),
    "unknown-hours": Code(
        "There are no hours of this name.",
        "Say below `hours` which they are.",
    ),
    "empty-hours": Code(
        "A span of hours ends when it begins.",
        'Leave out `from` and `to` for whole days; a day ends at `to: "24:00"`.',
    ),
    "overlapping-hours": Code(
        "Two spans of the same hours overlap.",
        "Make one span of them.",
    ),
    "hours-target": Code(
        "An AlertmanagerConfig knows no time zone but UTC.",
        "Write the hours in UTC, or leave that target out.",
    ),
    "never-sent": Code(
        "All hours in which tickets may be sent are quiet, so they never are.",
        "Leave them some hours, or say `quiet_hours: none`.",
    ),
    "timing": Code(
        "Alerts wait longer for others, or for a repetition, than anybody waits for news.",
        "Write a time up to the one in the hint.",
    ),
    "repeat-interval": Code(
        "Alertmanager can't repeat at this interval: it looks at a group too seldom, or forgets before "
        "that what it sent.",
        "Take an interval between `group_interval` and 5 days.",
    ),
}
