"""Whose certificates are trusted, as far as somebody says."""

from __future__ import annotations

import os
from typing import Final

from slogen.live.errors import Fault, ServerError
from slogen.live.server import Tls

_CERTIFICATES: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def bundle_of(tls: Tls, server: str) -> str:
    """The file or folder that is named by `tls`, else by the environment; else nothing. Raises ServerError
    for one that the environment names and that can't be read."""
    if tls.ca_file:
        return tls.ca_file
    name = next(filter(os.environ.get, _CERTIFICATES), "")
    found = os.environ.get(name, "")
    if found and not os.access(found, os.R_OK):
        raise ServerError(Fault.TLS, server, f"{name} names no file or folder that can be read")
    return found
