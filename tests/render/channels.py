"""Every kind of receiver, once for each of its forms, with all its fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slogen.model.channels import KINDS, Form, Version

PLAIN: dict[str, Any] = {
    "chat_id": -100,
    "require_tls": False,
    "smarthost": "smtp.example.com:587",
    "to": "llm@example.com",
    "from": "slogen@example.com",
    "topic_arn": "arn:aws:sns:eu-central-1:123456789012:alerts",
    "region": "eu-central-1",
    "role_arn": "arn:aws:iam::123456789012:role/alerts",
    "url": "https://example.com/a",
    "api_url": "https://example.com/api/",
}
PRIORITY = {"opsgenie": "P1", "pushover": "1"}


def channels() -> Iterator[tuple[str, Form, dict[str, Any], Version]]:
    """Kind, form, fields, and the first Alertmanager that has it."""
    for kind, forms in KINDS.items():
        for form in forms:
            given = {
                name: {"secret": "slogen", "key": name.replace("_", "-")}
                if field.is_secret
                else PRIORITY[kind]
                if name == "priority"
                else PLAIN.get(name, "x")
                for name, field in form.fields.items()
            }
            yield kind, form, given, form.first_version(given)
