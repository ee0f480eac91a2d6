"""Values of channels that their service would not take: every message there would be lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.validate.gotemplate import HINT, TemplateError, check_template, is_template

CODE: Final = "address"
# Fields in which Alertmanager fills in templates; in others braces would be sent as they are.
_TEMPLATES: Final = frozenset(
    {
        *(("slack", "channel"), ("mattermost", "channel"), ("rocketchat", "channel")),
        *(("email", "to"), ("email", "from"), ("opsgenie", "priority"), ("pushover", "priority")),
        *(("victorops", "routing_key"), ("jira", "project"), ("jira", "issue_type"), ("sns", "topic_arn")),
    }
)
# Names with single dots between them. A host's neither begin nor end with a hyphen; the last is no number:
# mail servers take no bare IP address.
_ATOM: Final = r"[^\s@<>,;\"()\[\]\\:.]+"
_LABEL: Final = r"(?!-)[\w-]{1,63}(?<!-)"
_HOST: Final = rf"(?=[^\s>,]{{1,253}}(?:[\s>,]|$))(?:{_LABEL}\.)*(?!\d+(?:[\s>,]|$)){_LABEL}"
_MAILBOX: Final = rf"(?:(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_HOST})"
_ADDRESS: Final = rf"(?:{_MAILBOX}|(?:\"[^\"\\\r\n]*\"|[\w .'-]*)\s*<{_MAILBOX}>)"
_CHAT: Final = (re.compile(r"[#@]?[^\s#@,]+"), "a channel is `#name`, `@person` or an id, without spaces")
_ARN: Final = r"arn:aws[-a-z]*:{}:{}"
_FORMS: Final[Mapping[tuple[str, str], tuple[re.Pattern[str], str]]] = {
    **dict.fromkeys((("slack", "channel"), ("mattermost", "channel"), ("rocketchat", "channel")), _CHAT),
    ("email", "to"): (
        re.compile(rf"\s*{_ADDRESS}\s*(?:,\s*{_ADDRESS}\s*)*"),
        "write addresses with commas between them: `a@example.com, b@example.com`",
    ),
    ("email", "from"): (re.compile(rf"\s*{_ADDRESS}\s*"), "write one address: `alerts@example.com`"),
    ("opsgenie", "priority"): (re.compile(r"P[1-5]"), "Opsgenie knows P1 to P5"),
    ("pushover", "priority"): (re.compile(r"-[12]|[012]"), "Pushover knows -2 to 2"),
    ("victorops", "routing_key"): (re.compile(r"[^\s/?#%]+"), "a routing key has no spaces or slashes"),
    ("webex", "room_id"): (re.compile(r"[\w+/=-]+"), "copy the room's id: letters and digits"),
    ("jira", "project"): (re.compile(r"[A-Za-z][A-Za-z0-9_]*"), "write the key of the project, such as OPS"),
    ("sns", "topic_arn"): (
        re.compile(_ARN.format("sns", r"[a-z]{2,}(?:-[a-z]+)+-\d:\d{12}:[-\w]{1,256}(?:\.fifo)?")),
        "such as `arn:aws:sns:eu-central-1:123456789012:alerts`",
    ),
    ("sns", "region"): (re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d"), "such as `eu-central-1`"),
    ("sns", "role_arn"): (
        re.compile(_ARN.format("iam", r":\d{12}:role/[-\w+=,.@/]+")),
        "such as `arn:aws:iam::123456789012:role/alerts`",
    ),
}
# Actions that give some text, and those that decide which.
_ACTION: Final = re.compile(r"\{\{(?:\"[^\"]*\"|`[^`]*`|[^}\"`])*\}\}")
_BRANCHES: Final = re.compile(r"\{\{-?\s*(?:if|with|range|define|block|template|/\*)|\{\{-|-\}\}|:=")
_CHATS: Final = 2**52  # Telegram's numbers have 52 bits at most
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def addresses(kind: str, given: Mapping[str, Any], here: Callable[[str], Origin]) -> Iterator[Problem]:
    """Check the texts of a channel; `here` says where each is written."""
    for name, value in given.items():
        if isinstance(value, str) and (wrong := _wrong(kind, name, value)):
            yield here(name).problem(CODE, wrong[0], wrong[1])
        elif name == "chat_id" and not 0 < abs(value) < _CHATS:
            message = "no chat has this number: every message there would be lost"
            yield here(name).problem(CODE, message, "such as -1001234567890")
    arn, region = str(given.get("topic_arn", "")), given.get("region")
    if kind == "sns" and not is_template(arn) and arn.count(":") == 5 and arn.split(":")[3] != region:
        message = f"the topic lies in another region than `{region}`"
        yield here("region").problem(CODE, message, f"write `region: {arn.split(':')[3]}`")


def _filled(kind: str, value: str) -> tuple[str, ...]:
    """What a value may become. Of templates, only what stands around plain ones in a mail is judged."""
    if not is_template(value):
        return (value,)
    texts = ("x", "x@x.example") if kind == "email" and not _BRANCHES.search(value) else ()
    return tuple(_ACTION.sub(text, value) for text in texts)


def _wrong(kind: str, name: str, value: str) -> tuple[str, str] | None:
    """What is wrong with a value, and what would be right."""
    if _UNSEEN.search(value):
        return f"`{name}` has a character that can't be seen", "write it again by hand"
    if is_template(value):
        if (kind, name) not in _TEMPLATES:
            return f"Alertmanager fills in no template in `{name}`", "write the value itself"
        try:
            check_template(value)
        except TemplateError as error:
            return f"every message there may be lost: {error}", HINT
    pattern, hint = _FORMS.get((kind, name), (None, ""))
    if pattern is not None and (filled := _filled(kind, value)) and not any(map(pattern.fullmatch, filled)):
        return f"`{kind}` has no such `{name}`: every message there would be lost", hint
    return None
