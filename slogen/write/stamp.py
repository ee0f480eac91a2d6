"""Which slogen wrote what lies below a root last: `<root>/.slogen/version`.

No file's header says it: then each upgrade would change every file.
"""

from __future__ import annotations

from typing import Final

from slogen.write.outfile import MARKER, STATE_DIR

PATH: Final = f"{STATE_DIR}/version"


def render(version: str) -> bytes:
    """The content of the file."""
    return f"# {MARKER}, do not edit: the version that wrote here last\n{version}\n".encode()


def parse(content: bytes | None) -> str | None:
    """The version that the file names; None where it names none, as after a bad merge."""
    lines = (content or b"").decode(errors="replace").splitlines()
    found = [line for line in lines if line.strip() and not line.startswith("#")]
    return found[0].strip()[:40] if len(found) == 1 else None
