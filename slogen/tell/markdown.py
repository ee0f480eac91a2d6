"""User texts in Markdown, on pages and in Grafana's panels, where HTML and `$name` would have a meaning."""

from __future__ import annotations

import re
from html import escape

_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]|~"})
_BEGINS = re.compile(r"(?=[-+#=])|\d\d?(?=[.)]\s)")  # a list, a heading, a line below one
_URL_SPECIAL = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", '"': "%22"})


def plain(text: str) -> str:
    """Text on one line that Markdown shows as it is, in a table cell too."""
    line = html(" ".join(text.split())).translate(_SPECIAL)
    begins = _BEGINS.match(line)
    return f"{line[: begins.end()]}\\{line[begins.end() :]}" if begins else line


def html(text: str) -> str:
    """Text inside HTML; a dollar or double bracket is no variable of Grafana there."""
    return escape(text, quote=False).replace("$", "&#36;").replace("[[", "&#91;&#91;")


def code(promql: str) -> str:
    """A block of code that survives everything it holds."""
    return f"<pre><code>{html(promql)}</code></pre>"


def link(text: str, url: str) -> str:
    """A link to a page elsewhere; the URL's scheme has been checked."""
    return f"[{plain(text)}]({url.translate(_URL_SPECIAL).replace('$', '%24')})"
