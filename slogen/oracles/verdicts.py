"""From findings to verdicts: which statements of a generated test file hold, and which don't."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from slogen.emitted.proof import Block, TestFile
from slogen.oracles.output import Finding
from slogen.oracles.results import Reason, Statement, Verdict

Said = Sequence[tuple[str, Finding]]  # the names of promtools, each with something it objects to


def statements(test: TestFile, path: str, said: Said | None) -> Iterator[Statement]:
    """Every claim of a test file with its verdict; `said` is None where the file was not run.

    A finding about an SLO that a block claims nothing for becomes a statement of its own.
    """
    places = [(name, finding, _places(test, finding)) for name, finding in said or ()]
    for number, block in enumerate(test.blocks):
        here = [(name, finding) for name, finding, places_ in places if number in places_]
        for claim in block.claims:
            reasons = reasons_of((n, f) for n, f in here if not f.slo_ids or claim.slo_id in f.slo_ids)
            verdict = Verdict.NOT_RUN if said is None else Verdict.NO if reasons else Verdict.YES
            yield Statement(claim.slo_id, claim.words, path, block.name, verdict, reasons)
        yield from _unclaimed(test, block, path, here)


def _unclaimed(test: TestFile, block: Block, path: str, here: Said) -> Iterator[Statement]:
    claimed = {claim.slo_id for claim in block.claims}
    others = {slo_id for _, finding in here for slo_id in finding.slo_ids} - claimed
    if here and not claimed and not others:
        others = {test.owner}
    for slo_id in sorted(others):
        about = ((name, f) for name, f in here if slo_id in f.slo_ids or not f.slo_ids)
        yield Statement(slo_id, block.name, path, block.name, Verdict.NO, reasons_of(about))


def _places(test: TestFile, finding: Finding) -> set[int]:
    """The blocks that a finding belongs to: all of them where nothing tells."""
    found = {number for number, block in enumerate(test.blocks) if _is_of(finding, block)}
    return found or set(range(len(test.blocks)))


def _is_of(finding: Finding, block: Block) -> bool:
    if finding.block is not None and finding.block != block.name:
        return False
    if finding.expr is None:
        return finding.block is not None
    return any(check.expr == finding.expr and check.at == finding.at for check in block.exprs)


def reasons_of(said: Iterable[tuple[str, Finding]]) -> tuple[Reason, ...]:
    """One reason for what several promtools say in the same words."""
    names: dict[tuple[str, str], dict[str, None]] = {}
    for name, finding in said:
        names.setdefault((finding.text, finding.program), {})[name] = None
    return tuple(Reason(tuple(who), text, program) for (text, program), who in names.items())
