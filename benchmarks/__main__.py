"""Run all benchmarks or the named ones."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from benchmarks import asking, boards, canary, fleet, generation, proof, rules, sloth

PARTS: dict[str, Callable[[], None]] = {
    "generation": generation.run,
    "sloth": sloth.run,
    "proof": proof.run,
    "rules": rules.run,
    "fleet": fleet.run,
    "boards": boards.run,
    "canary": canary.run,
    "asking": asking.run,
}


def main() -> None:
    """Print the figures of each part as they come."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"any of {', '.join(PARTS)}; all by default")
    chosen = parser.parse_args().part or list(PARTS)
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        parser.error(f"unknown part {unknown[0]}; there are {', '.join(PARTS)}")
    for name in chosen:
        PARTS[name]()


if __name__ == "__main__":
    main()
