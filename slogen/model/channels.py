"""The kinds of receivers, as data: what a user writes, what Alertmanager calls it, and since which version.

What Mattermost and Rocket.Chat take as an incoming webhook is Slack's format. Where a kind has more than one
form, the first that the version has and whose fields are given is used. Versions are those of the releases;
where a release could not be tried, of the first later one that takes the field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Version = tuple[int, int]
OLDEST: Final[Version] = (0, 25)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a channel: where it goes in alertmanager.yml and in an AlertmanagerConfig ("": nowhere).

    Dots part the steps of a path. A secret is a file for one and a key of a Secret for the other.
    """

    to: str
    crd: str = ""
    since: Version = OLDEST
    is_secret: bool = False
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """One way to configure a kind: its list in a receiver, and its fields.

    `message` maps the fields that carry a text to the part of slogen's message that belongs there.
    """

    config: str
    crd: str
    fields: Mapping[str, Field]
    since: Version = OLDEST
    message: Mapping[str, str] = field(default_factory=dict)

    def fits(self, given: Mapping[str, Any]) -> bool:
        """Whether every field that it needs is given, and it knows every field that is."""
        needed = {name for name, each in self.fields.items() if each.is_needed}
        return needed <= given.keys() and given.keys() <= self.fields.keys()

    def first_version(self, given: Mapping[str, Any]) -> Version:
        """The first Alertmanager that takes all that is given."""
        return max([self.since, *(self.fields[name].since for name in given if name in self.fields)])


def _secret(to: str, crd: str, since: Version = OLDEST, *, is_needed: bool = True) -> Field:
    return Field(to, crd, since, is_secret=True, is_needed=is_needed)


def _plain(to: str, crd: str | None = None, *, is_needed: bool = True) -> Field:
    return Field(to, to if crd is None else crd, is_needed=is_needed)


def _optional(to: str, crd: str | None = None) -> Field:
    return _plain(to, crd, is_needed=False)


_BEARER_FILE, _BEARER_KEY = (
    "http_config.authorization.credentials_file",
    "httpConfig.authorization.credentials",
)
_TITLE, _TEXT = "title", "text"
_SLACK_MESSAGE: Final = {
    "title": _TITLE,
    "text": "slack",
    "title_link": "link",
    "fallback": _TITLE,
    "color": "color",
}


def _slack(**more: Field) -> Form:
    """Slack's incoming webhooks, which others take too."""
    fields = {"webhook": _secret("api_url_file", "apiURL"), "channel": _optional("channel"), **more}
    return Form("slack_configs", "slackConfigs", fields, message=_SLACK_MESSAGE)


KINDS: Final[Mapping[str, tuple[Form, ...]]] = {
    "slack": (_slack(),),
    "email": (
        Form(
            "email_configs",
            "emailConfigs",
            {
                "to": _plain("to"),
                "from": _plain("from"),
                "smarthost": _plain("smarthost"),
                "username": _optional("auth_username", "authUsername"),
                "password": _secret("auth_password_file", "authPassword", is_needed=False),
                "require_tls": _optional("require_tls", "requireTLS"),
            },
            message={"html": "html", "text": _TEXT, "headers.Subject": _TITLE},
        ),
    ),
    "pagerduty": (
        Form(
            "pagerduty_configs",
            "pagerdutyConfigs",
            {"routing_key": _secret("routing_key_file", "routingKey"), "url": _optional("url")},
            message={"description": _TITLE, "severity": "severity", "details": "details"},
        ),
    ),
    "webhook": (
        Form(
            "webhook_configs",
            "webhookConfigs",
            {"url": _plain("url"), "token": _secret(_BEARER_FILE, _BEARER_KEY, is_needed=False)},
        ),
        Form(
            "webhook_configs",
            "webhookConfigs",
            {
                "secret_url": _secret("url_file", "urlSecret", (0, 26)),
                "token": _secret(_BEARER_FILE, _BEARER_KEY, is_needed=False),
            },
        ),
    ),
    "opsgenie": (
        Form(
            "opsgenie_configs",
            "opsgenieConfigs",
            {
                "api_key": _secret("api_key_file", "apiKey"),
                "api_url": _optional("api_url", "apiURL"),
                "priority": _optional("priority"),
            },
            message={"message": _TITLE, "description": _TEXT},
        ),
    ),
    "teams": (
        Form(
            "msteamsv2_configs",
            "msteamsv2Configs",
            {"webhook": _secret("webhook_url_file", "webhookURL", (0, 28))},
            since=(0, 28),
            message={"title": _TITLE, "text": _TEXT},
        ),
    ),
    "discord": (
        Form(
            "discord_configs",
            "discordConfigs",
            {"webhook": _secret("webhook_url_file", "apiURL", (0, 28))},
            message={"title": _TITLE, "message": _TEXT},
        ),
    ),
    "telegram": (
        Form(
            "telegram_configs",
            "telegramConfigs",
            {
                "bot_token": _secret("bot_token_file", "botToken", (0, 26)),
                "chat_id": _plain("chat_id", "chatID"),
            },
            message={"message": "plain"},
        ),
    ),
    "sns": (
        Form(
            "sns_configs",
            "snsConfigs",
            {
                "topic_arn": _plain("topic_arn", "topicARN"),
                "region": _plain("sigv4.region"),
                "role_arn": _optional("sigv4.role_arn", "sigv4.roleArn"),
                "profile": _optional("sigv4.profile"),
            },
            message={"subject": _TITLE, "message": _TEXT},
        ),
    ),
    "pushover": (
        Form(
            "pushover_configs",
            "pushoverConfigs",
            {
                "user_key": _secret("user_key_file", "userKey", (0, 26)),
                "token": _secret("token_file", "token", (0, 26)),
                "priority": _optional("priority"),
            },
            message={"title": _TITLE, "message": _TEXT, "url": "link"},
        ),
    ),
    "victorops": (
        Form(
            "victorops_configs",
            "victoropsConfigs",
            {
                "api_key": _secret("api_key_file", "apiKey"),
                "routing_key": _plain("routing_key", "routingKey"),
            },
            message={"entity_display_name": _TITLE, "state_message": _TEXT},
        ),
    ),
    "webex": (
        Form(
            "webex_configs",
            "webexConfigs",
            {"room_id": _plain("room_id", "roomID"), "token": _secret(_BEARER_FILE, _BEARER_KEY)},
            message={"message": "plain"},
        ),
    ),
    "jira": (
        Form(
            "jira_configs",
            "",
            {
                "api_url": _plain("api_url", ""),
                "project": _plain("project", ""),
                "issue_type": _plain("issue_type", ""),
                "username": _plain("http_config.basic_auth.username", ""),
                "token": _secret("http_config.basic_auth.password_file", ""),
            },
            since=(0, 28),
            message={"summary": _TITLE, "description": _TEXT},
        ),
        Form(
            "jira_configs",
            "",
            {
                "api_url": _plain("api_url", ""),
                "project": _plain("project", ""),
                "issue_type": _plain("issue_type", ""),
                "token": _secret(_BEARER_FILE, ""),
            },
            since=(0, 28),
            message={"summary": _TITLE, "description": _TEXT},
        ),
    ),
    "incidentio": (
        Form(
            "incidentio_configs",
            "",
            {"url": _plain("url", ""), "token": _secret("alert_source_token_file", "", (0, 29))},
            since=(0, 29),
        ),
    ),
    # Alertmanager has one of its own from 0.30 on, but no AlertmanagerConfig does.
    "mattermost": (_slack(),),
    "rocketchat": (
        _slack(),
        Form(
            "rocketchat_configs",
            "rocketchatConfigs",
            {
                "token": _secret("token_file", "token", (0, 28)),
                "token_id": _secret("token_id_file", "tokenID", (0, 28)),
                "api_url": _plain("api_url", "apiURL"),
                "channel": _plain("channel"),
            },
            since=(0, 28),
            message={"title": _TITLE, "text": "slack"},
        ),
    ),
}


def form_of(kind: str, given: Mapping[str, Any], version: Version) -> Form | None:
    """The form that an Alertmanager of this version takes; else one that a newer does; None where the
    given fields make none."""
    fitting = [form for form in KINDS[kind] if form.fits(given)]
    known = [form for form in fitting if form.first_version(given) <= version]
    return next(iter(known or fitting), None)


def fields_of(kind: str) -> dict[str, Field]:
    """All fields of a kind over its forms."""
    return {name: each for form in reversed(KINDS[kind]) for name, each in form.fields.items()}


def field_sets(kind: str) -> Iterator[tuple[str, ...]]:
    """What must be given together, once for each form."""
    sets = (tuple(name for name, each in form.fields.items() if each.is_needed) for form in KINDS[kind])
    return iter(dict.fromkeys(sets))


def shown(version: Sequence[int]) -> str:
    """ "0.25"."""
    return ".".join(map(str, version))
