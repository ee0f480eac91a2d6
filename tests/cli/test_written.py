from pathlib import Path

from slogen.cli.written import report
from slogen.write import MARKER, OutFile, apply, plan


def made(root: Path, count: int) -> list[OutFile]:
    return [OutFile(root, f"{n:02}.yaml", "chat", "prometheus", f"# {MARKER}\n") for n in range(count)]


def test_many_paths_are_cut(tmp_path: Path) -> None:
    lines = report(plan(made(tmp_path, 25), [tmp_path])).splitlines()
    assert lines[0] == f"{tmp_path.as_posix()}/  26 written"
    assert (len(lines), lines[-1]) == (22, "  and 6 more; `git status` shows them")


def test_each_kind_of_change_has_its_sign(tmp_path: Path) -> None:
    apply(plan(made(tmp_path, 3), [tmp_path]))
    (tmp_path / "00.yaml").write_text(f"{MARKER}?")
    counts, *paths = report(plan(made(tmp_path, 2), [tmp_path])).splitlines()
    assert counts.endswith("2 written, 1 removed, 1 unchanged")
    assert [line.replace(f"{tmp_path.as_posix()}/", "") for line in paths] == [
        "  ~ .slogen/chat.txt",
        "  ~ 00.yaml",
        "  - 02.yaml",
    ]
