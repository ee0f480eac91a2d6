"""Which slogen this is. Asking the packages that are installed would take a tenth of a short run."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
